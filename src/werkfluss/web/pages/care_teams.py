"""The firm's channel in Teams: a webhook address, set and taken away by the management, shown as its host alone."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.care.domain import teams
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.forms import Form


class ChannelForm(Form):
    """The address of a workflow's webhook; a secret, so it is never drawn again."""

    address = forms.CharField(
        label=gettext_lazy("Webhook address of the workflow"),
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


def care_teams(request: FirmRequest) -> HttpResponse:
    form = ChannelForm(request.POST or None)
    if form.is_bound and form.is_valid():
        teams.set_channel(form.cleaned_data["address"], by=request.actor)
        messages.success(request, _("From now on this channel hears that a message waits, and nothing of it."))
        return redirect("care_teams", firm=request.org.slug)
    found = teams.channel()
    context = {"form": form, "channel": found, "host": teams.host_of(found) if found else ""}
    return render(request, "care/teams.html", context, status=422 if form.is_bound else 200)


def care_teams_end(request: FirmRequest) -> HttpResponse:
    found = teams.channel()
    if found is not None:
        teams.end_channel(found, by=request.actor)
        messages.success(request, _("The channel has ended and its address is forgotten."))
    return redirect("care_teams", firm=request.org.slug)


urlpatterns = [
    firm_page("care/teams/", care_teams, permission="firm.manage", methods=FORM),
    firm_page("care/teams/end/", care_teams_end, permission="firm.manage", methods=WRITE),
]
