"""Today: the first screen of a firm."""

from __future__ import annotations

from collections.abc import Iterator

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from werkfluss.org.models import FirmProfile
from werkfluss.web import today
from werkfluss.web.access import FirmRequest, firm_page
from werkfluss.web.today import Item


def start(request: FirmRequest) -> HttpResponse:
    context: dict[str, object] = {"today": timezone.localdate()}
    for question in today.QUESTIONS:
        context[question] = today.ask(question, request)
    return render(request, "start/today.html", context)


@today.answers("mine")
def second_factor(request: FirmRequest) -> Iterator[Item]:
    """Who may steer the firm or see its people should not depend on a password alone."""
    if request.actor.may("people.read") and not is_mfa_enabled(request.user):
        yield Item(
            _("Protect your account with a passkey or a second factor"),
            reverse("mfa_index"),
            why=_("You can see personal data of others."),
            action=_("Set up"),
        )


@today.answers("mine")
def works_agreement(request: FirmRequest) -> Iterator[Item]:
    """Person-related functions stay locked until the agreement is recorded."""
    if not request.actor.may("firm.manage"):
        return
    if FirmProfile.objects.filter(has_works_council=True, works_agreement_on=None).exists():
        yield Item(
            _("Record the agreement with the works council"),
            reverse("firm_profile", kwargs={"firm": request.org.slug}),
            why=_("Until then, person-related functions stay locked (s. 87(1) no. 6 BetrVG)."),
            action=_("Enter it"),
            tone="blocked",
            word=_("locked"),
        )


urlpatterns = [firm_page("", start, permission="firm.enter")]
