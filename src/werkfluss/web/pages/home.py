"""The way in: straight into the firm, or a choice among several."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from werkfluss.org import tenancy
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.models import Organisation, User
from werkfluss.web.access import PersonRequest, personal_page


def home(request: PersonRequest) -> HttpResponse:
    """Where a log-in leads: into the only firm, or to the choice."""
    own = firms.firms_of(request.user)
    if len(own) == 1:
        return redirect(_first_page(own[0], request.user), firm=own[0].slug)
    return _choice(request, own)


def _choice(request: PersonRequest, own: Sequence[Organisation]) -> HttpResponse:
    """A link into each firm, to the page with which the person begins there."""
    firms_ = [(firm, reverse(_first_page(firm, request.user), kwargs={"firm": firm.slug})) for firm in own]
    return render(request, "start/choose_firm.html", {"firms": firms_})


def _first_page(firm: Organisation, user: User) -> str:
    """The family of a person from abroad sees the portal alone."""
    with tenancy.acting(firm.pk, Actor.system(firm.pk)):
        return "start" if firms.user_actor(firm.pk, user).may("firm.enter") else "portal"


def choose_firm(request: PersonRequest) -> HttpResponse:
    return _choice(request, firms.firms_of(request.user))


urlpatterns = [
    personal_page("", home),
    personal_page("firms/", choose_firm),
]
