"""The way in: straight into the firm, or a choice among several."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from werkfluss.org.domain import firms
from werkfluss.web.access import personal_page


def home(request: HttpRequest) -> HttpResponse:
    """Where a log-in leads: into the only firm, or to the choice."""
    own = firms.firms_of(request.user)  # type: ignore[arg-type]  # the gate lets no anonymous visitor pass
    if len(own) == 1:
        return redirect("start", firm=own[0].slug)
    return render(request, "start/choose_firm.html", {"firms": own})


def choose_firm(request: HttpRequest) -> HttpResponse:
    own = firms.firms_of(request.user)  # type: ignore[arg-type]  # the gate lets no anonymous visitor pass
    return render(request, "start/choose_firm.html", {"firms": own})


urlpatterns = [
    personal_page("", home),
    personal_page("firms/", choose_firm),
]
