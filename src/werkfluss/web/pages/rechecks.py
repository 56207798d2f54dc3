"""Work that was given out and of which the law now says otherwise: what it was, what it is, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.compliance.models import Check
from werkfluss.kernel.text import Text
from werkfluss.web import objects, today
from werkfluss.web.access import WRITE, FirmRequest, firm_page
from werkfluss.web.happenings import KINDS, OBJECTS
from werkfluss.web.law_subject import may_see
from werkfluss.web.law_view import locked, unname
from werkfluss.web.tables import Column, Empty, Filter, Table
from werkfluss.web.today import Item
from werkfluss.work.domain.recheck import note_recheck, open_rechecks
from werkfluss.work.models import Recheck, Task
from werkfluss.workforce.models import Kind

MOST_ITEMS = 6
KINDS.update(
    {
        "work.recheck.found": gettext_lazy("The law says otherwise of work given out"),
        "work.recheck.said_anew": gettext_lazy("Something else is to be done about work given out"),
        "work.recheck.settled": gettext_lazy("Work given out is settled again"),
    }
)
OBJECTS["work.recheck"] = gettext_lazy("Work given out, asked again")
objects.KNOWN["work.recheck"] = objects.Known(
    "plan.read", lambda row: row.assignment.task.title, ("assignment__task",), "recheck"
)
BECAUSE = {
    Recheck.Because.PERMITTED: gettext_lazy("permitted as before"),
    Recheck.Because.ENDED: gettext_lazy("the work is done or was taken back"),
    Recheck.Because.CHANGED: gettext_lazy("the law answers otherwise again"),
    Recheck.Because.NOTED: gettext_lazy("a person took note"),
}
STATES = [("open", gettext_lazy("open")), ("settled", gettext_lazy("settled"))]
_RIGHT_TO_PAY = "fact.record"


def _url(row: Recheck) -> str:
    return reverse("recheck", kwargs={"firm": row.org.slug, "pk": row.pk})


RECHECKS = Table(
    "rechecks",
    caption=gettext_lazy("Work given out, asked again"),
    columns=(
        Column(
            "task",
            gettext_lazy("Task"),
            value="assignment.task.title",
            order="assignment__task__title",
            link=_url,
        ),
        Column("who", gettext_lazy("Who")),
        Column("was", gettext_lazy("When it was given out"), kind="status"),
        Column("now", gettext_lazy("Now"), order="now", kind="status"),
        Column("since", gettext_lazy("For work from"), order="since", kind="date"),
        Column("state", gettext_lazy("State"), order="state", kind="status"),
    ),
    filters=(Filter("state", gettext_lazy("State"), STATES),),
    search=("assignment__task__title__icontains",),
    default_order="-state",
    empty=Empty(
        gettext_lazy("Everything is as it was"),
        gettext_lazy(
            "When a fact, a paper or the law changes, Werkfluss asks again whether the work given out is permitted, "
            "and shows here what is touched."
        ),
    ),
)


def seen(rows: QuerySet[Recheck], request: FirmRequest) -> QuerySet[Recheck]:
    """What this person may see of ``rows``: answers beside the gate are about pay and insurance, not about the work.

    Of employees nobody sees those before the works council has agreed to such checks.
    """
    about_work = Q(explanation__gate=True)
    if not request.actor.may(_RIGHT_TO_PAY):
        return rows.filter(about_work)
    return rows.filter(about_work | ~Q(assignment__resource__kind=Kind.EMPLOYEE)) if locked() else rows


def name_them(rows: list[Recheck]) -> None:
    """Put on each row who does the work; employees have no name here until the works council has agreed."""
    unname((row.assignment.resource for row in rows), "allocation")
    for row in rows:
        row.who = row.assignment.resource.name  # type: ignore[attr-defined]  # drawn by pages


def touched(request: FirmRequest) -> list[Recheck]:
    """The open ones, for the banner above a plan: one query."""
    if not request.actor.may("plan.read"):
        return []
    rows = list(seen(open_rechecks(), request)[: MOST_ITEMS + 1])
    name_them(rows)
    return rows


def touched_of(request: FirmRequest, task: Task) -> list[Recheck]:
    """The open ones of one task."""
    if not request.actor.may("plan.read"):
        return []
    rows = list(seen(open_rechecks(), request).filter(assignment__task=task))
    if rows:
        name_them(rows)
    return rows


def rechecks(request: FirmRequest) -> HttpResponse:
    rows = Recheck.objects.select_related("org", "assignment__task", "assignment__resource")
    return RECHECKS.page(request, seen(rows, request), template="planner/rechecks.html", prepare=name_them)


def _recheck(request: FirmRequest, pk: UUID) -> Recheck:
    rows = Recheck.objects.select_related("assignment__task__project", "assignment__resource", "assignment__item")
    found = seen(rows, request).filter(pk=pk).first()
    if found is None:
        raise Http404
    name_them([found])
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """The stored answer in words."""

    reasons: tuple[Text, ...]
    conditions: tuple[Text, ...]
    citations: tuple[str, ...]
    remedy: Text | None
    gate: bool

    @classmethod
    def of(cls, said: dict[str, Any]) -> Told:
        return cls(
            tuple(Text.from_json(text) for text in said.get("reasons", ())),
            tuple(Text.from_json(text) for text in said.get("conditions", ())),
            tuple(said.get("citations", ())),
            Text.from_json(said["remedy"]) if said.get("remedy") else None,
            said.get("gate", True),
        )


def recheck(request: FirmRequest, pk: UUID) -> HttpResponse:
    row = _recheck(request, pk)
    open_to_me = may_see(request.actor, row.assignment.resource)
    context = {
        "row": row,
        "told": Told.of(row.explanation) if open_to_me else None,
        "checks": Check.objects.filter(pk__in=row.checks).order_by("rule") if open_to_me else [],
        "because": BECAUSE.get(Recheck.Because(row.settled_because)) if row.settled_because else "",
        "may_note": row.state == "open" and _may_be_noted(row),
    }
    return render(request, "planner/recheck.html", context)


def _may_be_noted(row: Recheck) -> bool:
    return row.now in {"allowed", "allowed_with_conditions"} or not row.explanation.get("gate", True)


def recheck_note(request: FirmRequest, pk: UUID) -> HttpResponse:
    note_recheck(_recheck(request, pk), by=request.actor)
    messages.success(request, _("Noted. The same answer will not come up again."))
    return redirect("rechecks", firm=request.org.slug)


@today.answers("blocked")
def work_that_may_not_go_on(request: FirmRequest) -> Iterator[Item]:
    """What stands still because the law says otherwise now, or soon."""
    rows = touched(request)
    for row in rows[:MOST_ITEMS]:
        yield _item(request, row)
    if len(rows) > MOST_ITEMS:
        url = reverse("rechecks", kwargs={"firm": request.org.slug})
        yield Item(_("More work of which the law says otherwise"), f"{url}?state=open", tone="caution")


def _item(request: FirmRequest, row: Recheck) -> Item:
    tone, word = tone_of(row)
    url = reverse("recheck", kwargs={"firm": request.org.slug, "pk": row.pk})
    why = _("%(who)s, from %(day)s") % {
        "who": row.who,  # type: ignore[attr-defined]  # put there by name_them
        "day": date_format(row.since, "SHORT_DATE_FORMAT"),
    }
    return Item(row.assignment.task.title, url, why=why, due=row.since, tone=tone, word=word)


def tone_of(row: Recheck) -> tuple[str, Any]:
    """How grave it is: work that is not permitted, that nobody can decide on, or something else to be done."""
    if not row.explanation.get("gate", True):
        return "caution", gettext_lazy("law changes")
    if row.now == "blocked":
        return "blocked", gettext_lazy("no longer permitted")
    if row.now == "unknown":
        return "unknown", gettext_lazy("facts missing")
    return "caution", gettext_lazy("new condition")


urlpatterns = [
    firm_page("plan/touched/", rechecks, permission="plan.read"),
    firm_page("plan/touched/<uuid:pk>/", recheck, permission="plan.read"),
    firm_page("plan/touched/<uuid:pk>/note/", recheck_note, permission="plan.write", methods=WRITE),
]
