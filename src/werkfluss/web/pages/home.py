"""The way in: straight into the firm, or a choice among several."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from werkfluss.org.domain import firms
from werkfluss.web.access import PersonRequest, personal_page


def home(request: PersonRequest) -> HttpResponse:
    """Where a log-in leads: into the only firm, or to the choice."""
    own = firms.firms_of(request.user)
    if len(own) == 1:
        return redirect("start", firm=own[0].slug)
    return render(request, "start/choose_firm.html", {"firms": own})


def choose_firm(request: PersonRequest) -> HttpResponse:
    own = firms.firms_of(request.user)
    return render(request, "start/choose_firm.html", {"firms": own})


urlpatterns = [
    personal_page("", home),
    personal_page("firms/", choose_firm),
]
