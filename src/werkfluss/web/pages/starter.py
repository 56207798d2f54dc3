"""The starter set of deadlines: what follows from people, papers, orders and agents, to be chosen or left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from werkfluss.flow import starter
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.web import law_view, objects, today
from werkfluss.web.access import FORM, FirmRequest, firm_page
from werkfluss.web.forms.deadlines import LeaveOutForm
from werkfluss.web.radar import employees_among, who_word
from werkfluss.web.today import Item

GROUPS: dict[str, Promise] = {
    starter.PROBATION: gettext_lazy("Probation"),
    starter.START: gettext_lazy("First days of new staff"),
    starter.TERM: gettext_lazy("Fixed terms"),
    starter.INSTRUCTION: gettext_lazy("Annual instructions"),
    starter.CERTIFICATE: gettext_lazy("Certificates and other papers"),
    starter.TITLE: gettext_lazy("Residence titles"),
    starter.A1: gettext_lazy("A1 certificates"),
    starter.INSURANCE: gettext_lazy("Insurance"),
    starter.CONTRACT: gettext_lazy("Contracts and orders"),
    starter.AGENT: gettext_lazy("Files of AI agents"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A proposal as the page shows it."""

    proposal: starter.Proposal
    who: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    label: Promise
    rows: tuple[Row, ...]


def proposed(request: FirmRequest, on: date) -> list[starter.Proposal]:
    """Proposals about what this person may know of, for those who may set deadlines."""
    if not request.actor.may("deadline.write"):
        return []
    found = starter.proposals(on=on)
    known = [one for one in found if request.actor.may(objects.permission_of(one.subject._meta.label_lower))]
    return _unnamed(known, request.actor)


def _unnamed(found: list[starter.Proposal], actor: Actor) -> list[starter.Proposal]:
    """Without the names of employees until the works council has agreed, but for what a statute makes HR keep."""
    open_ones = {one.key for one in found if not law_view.must_be_kept(actor, one.basis)}
    if not open_ones or not law_view.locked("deadlines"):
        return found
    staff = employees_among(one.subject.pk for one in found if one.key in open_ones)
    hidden = {one.key for one in found if one.key in open_ones and one.subject.pk in staff}
    return [replace(one, about=law_view.an_employee()) if one.key in hidden else one for one in found]


def deadline_starter(request: FirmRequest) -> HttpResponse:
    """The list; posted, the chosen lines become deadlines or are left out for good."""
    on = clock.today()
    form = LeaveOutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        known = {one.key for one in proposed(request, on)}
        keys = [key for key in request.POST.getlist("key") if key in known]
        if keys:
            return _done(request, keys, on, form.cleaned_data["reason"])
        messages.warning(request, _("Nothing was chosen."))
    chosen = set(request.POST.getlist("key"))
    context = {
        "groups": list(_groups(proposed(request, on), chosen)),
        "form": form,
        "without_start": starter.without_start(),
    }
    return render(request, "deadlines/starter.html", context, status=422 if request.method == "POST" else 200)


def _done(request: FirmRequest, keys: list[str], on: date, reason: str) -> HttpResponse:
    if "leave_out" in request.POST:
        made = starter.leave_out(keys, reason=reason, on=on, by=request.actor)
        said = ngettext("%(n)s line left out.", "%(n)s lines left out.", len(made)) % {"n": len(made)}
    else:
        made = starter.create(keys, on=on, by=request.actor)
        said = ngettext("%(n)s deadline set.", "%(n)s deadlines set.", len(made)) % {"n": len(made)}
    messages.success(request, said)
    return redirect("deadline_starter" if proposed(request, on) else "deadlines", firm=request.org.slug)


def _groups(found: list[starter.Proposal], chosen: set[str]) -> Iterator[Group]:
    def place(one: starter.Proposal) -> Any:
        return starter.GROUPS.index(one.group)

    for _place, rows in groupby(sorted(found, key=place), key=place):
        listed = list(rows)
        shown = tuple(Row(one, who_word(one.who), not chosen or one.key in chosen) for one in listed)
        yield Group(listed[0].group, GROUPS[listed[0].group], shown)


@today.answers("mine")
def new_proposals(request: FirmRequest) -> Iterator[Item]:
    """When people join, their deadlines are proposed; HR decides."""
    found = proposed(request, clock.today())
    if found:
        n = len(found)
        said = ngettext("%(n)s deadline is proposed", "%(n)s deadlines are proposed", n) % {"n": n}
        url = reverse("deadline_starter", kwargs={"firm": request.org.slug})
        yield Item(said, url, why=_("from people, papers, orders and agents"), action=_("Choose"))


urlpatterns = [firm_page("deadlines/starter/", deadline_starter, permission="deadline.write", methods=FORM)]
