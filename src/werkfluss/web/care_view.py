"""A hire from abroad as its pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from werkfluss.care.domain.expat_cases import stages
from werkfluss.care.domain.papers import papers_of, versions_of
from werkfluss.care.models import ExpatCase, PaperVersion
from werkfluss.care.paper_names import paper_name
from werkfluss.care.routes import care_route
from werkfluss.compliance.domain.explain import fact_question
from werkfluss.compliance.domain.facts import facts_about
from werkfluss.compliance.domain.questions import Asked, asked_by
from werkfluss.compliance.models import Deadline
from werkfluss.kernel import clock
from werkfluss.web.happenings import KINDS, OBJECTS
from werkfluss.web.process_view import language
from werkfluss.web.status import STATES, Status
from werkfluss.work.models import CaseTask
from werkfluss.workforce.models import Paper, Resource

STATES.update(
    {
        "requested": Status(_("requested"), "open"),
        "uploaded": Status(_("handed in"), "caution"),
        "confirmed": Status(_("confirmed"), "good"),
        "start_now": Status(_("start now"), "caution"),
        "closed": Status(_("closed"), "ended"),
        "accepted": Status(_("accepted"), "good"),
        "returned": Status(_("sent back"), "caution"),
    }
)
KINDS.update(
    {
        "care.case.opened": _("Care case opened"),
        "care.case.start_changed": _("Start of work moved"),
        "care.case.closed": _("Care case closed"),
        "care.paper.requested": _("Paper requested"),
        "care.paper.handed_in": _("Paper handed in"),
        "care.paper.confirmed": _("Paper confirmed"),
        "care.paper.returned": _("Paper sent back"),
        "care.participant.added": _("Takes part"),
        "care.participant.ended": _("No longer takes part"),
        "compliance.fact.recorded": _("Fact recorded"),
        "compliance.checks.made": _("Law asked"),
        "compliance.deadline.set": _("Deadline set"),
        "compliance.deadline.done": _("Deadline met"),
        "compliance.deadline.dropped": _("Deadline dropped"),
    }
)
OBJECTS.update(
    {
        "care.expatcase": _("Care case"),
        "care.participant": _("Participant"),
        "workforce.paper": _("Paper of a person"),
        "compliance.fact": _("Fact"),
        "compliance.check": _("Legal check"),
        "compliance.deadline": _("Deadline"),
    }
)


def route_name(route: str) -> str:
    return care_route(route).name.in_language(language())


def waits_for(rows: list[Any]) -> None:
    """On each case the names of its open steps: one query for all of them."""
    found: dict[UUID, list[str]] = {}
    steps = CaseTask.objects.filter(case__in=[row.case_id for row in rows], state="open").order_by("created_at")
    for case_id, name in steps.values_list("case_id", "name"):
        found.setdefault(case_id, []).append(name)
    for row in rows:
        row.waiting = ", ".join(found.get(row.case_id, []))


def shown_stages(expat: ExpatCase) -> list[dict[str, Any]]:
    """The way of a case for ``components/steps.html``."""
    spoken = language()
    return [
        {
            "title": stage.title,
            "state": stage.state,
            "when": stage.when,
            "who": stage.who.in_language(spoken) if stage.who else "",
        }
        for stage in stages(expat)
    ]


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """``can_upload``: something may still be handed in; ``own``: the person gets it; ``expires_early``: before work."""

    paper: Paper
    name: str
    can_upload: bool
    own: bool
    expires_early: bool
    member: str
    versions: list[PaperVersion]

    @property
    def returned(self) -> str:
        """Why HR sent the last version back; empty if it did not."""
        last = self.versions[0] if self.versions else None
        return last.reason if last is not None and last.outcome == "returned" else ""


def shown_papers(expat: ExpatCase) -> list[ShownPaper]:
    kinds = care_route(expat.route).papers
    versions = versions_of(expat)
    members = dict(expat.papers.exclude(member=None).values_list("paper_id", "member__name"))
    return [
        ShownPaper(
            paper,
            paper_name(paper.kind).in_language(language()),
            paper.state in {"requested", "uploaded"},
            paper.kind not in kinds or kinds[paper.kind].who == "person",
            paper.expires is not None and paper.expires < expat.wished_start,
            members.get(paper.pk, ""),
            versions.get(paper.pk, []),
        )
        for paper in papers_of(expat)
    ]


@dataclass(frozen=True, slots=True)
class ShownDeadline:
    title: str
    due: date
    start_by: date
    basis: str
    state: str


_SOON = timedelta(days=14)


def shown_deadlines(*groups: Iterable[Deadline]) -> list[ShownDeadline]:
    """The deadlines of a case and its person, the nearest first; lead time counts."""
    today = clock.today()
    rows = sorted((row for group in groups for row in group), key=lambda row: row.due)
    german = language() == "de"
    return [
        ShownDeadline(row.title_de if german else row.title_en, row.due, row.start_by, row.basis, _state(row, today))
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A recorded fact: the question it answers, the answer in words, and where it stands."""

    question: str
    answer: str
    source: str


def shown_facts(person: Resource, rules: Iterable[str]) -> list[ShownFact]:
    """The facts that hold of a person and that one of the rules asks for."""
    asked = {one.name: one for rule in rules for one in asked_by(rule)}
    spoken = language()
    return [
        ShownFact(asked[fact.name].question.in_language(spoken), _answer(asked[fact.name], fact.value), fact.source)
        for fact in facts_about(person)
        if fact.valid_to is None and fact.name in asked
    ]


def _answer(asked: Asked, value: object) -> str:
    """As a person reads it: yes or no, a day, the word of a choice, a number."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if asked.type == "date":
        return formats.date_format(date.fromisoformat(str(value)), "DATE_FORMAT")
    if asked.type == "choice":
        fact = fact_question(asked.name)
        label = (fact.labels or {}).get(str(value)) if fact else None
        return label.in_language(language()) if label else str(value).replace("_", " ")
    try:
        return formats.number_format(Decimal(str(value)), use_l10n=True, force_grouping=True)
    except InvalidOperation:
        return str(value)


def _state(row: Deadline, today: date) -> str:
    if row.state != "open":
        return str(row.state)
    if row.due < today:
        return "overdue"
    if row.start_by <= today:
        return "start_now"
    return "due_soon" if row.start_by <= today + _SOON else "open"
