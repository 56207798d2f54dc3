"""Lines of the deadline radar: deadlines, and papers before they run out. ``radar_list`` puts them in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from werkfluss.compliance.models import Deadline
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.web import law_view, objects
from werkfluss.web.paper_words import paper_word
from werkfluss.workforce.domain.papers import TYPES
from werkfluss.workforce.models import Kind, Paper, Resource


@dataclass(frozen=True, slots=True)
class Due:
    """One line of the radar. ``key`` is stable, also for calendars; ``closed`` is the day on which it was closed.

    ``renew``: the paper whose renewal can be made a deadline.
    """

    key: str
    title: str
    kind: str
    about: str
    about_url: str
    start_by: date
    due: date
    who: str
    basis: str
    state: str
    url: str
    closed: date | None = None
    renew: UUID | None = None

    @property
    def lead_days(self) -> int:
        return (self.due - self.start_by).days

    @property
    def pressing(self) -> bool:
        """Whether one has to start by now."""
        return self.state in {"overdue", "to_start"}


def closed(actor: Actor, *, firm: str) -> list[Due]:
    """What was done or dropped, the latest first."""
    mine = objects.visible(actor, type_field="subject_type")
    rows = Deadline.objects.filter(mine).exclude(state="open").order_by("-done_at")
    return deadlines_shown(rows[:1000], actor=actor, firm=firm, on=clock.today())


def own_radar(person: Resource, *, actor: Actor, firm: str, on: date) -> list[Due]:
    """What is about this person: papers and deadlines of their own, whatever rights they have."""
    label = Resource._meta.label_lower
    rows = list(Deadline.objects.filter(subject_type=label, subject_id=person.pk, state="open"))
    papers = list(expiring_papers().filter(resource=person))
    found = deadlines_shown(rows, actor=actor, firm=firm, on=on, own=True)
    return found + papers_shown(papers, {(row.subject_id, row.code) for row in rows}, firm="", on=on)


class Concerning(Protocol):
    """What decides whether a deadline names its employee."""

    @property
    def pk(self) -> UUID: ...
    @property
    def subject_id(self) -> UUID: ...
    @property
    def basis(self) -> str: ...


def unnamed(rows: Iterable[Concerning], *, actor: Actor) -> set[UUID]:
    """Deadlines whose employee stays unnamed until the works council has agreed; at most three queries.

    Those that a statute obliges the employer to keep are named to whoever has to keep them.
    """
    about = {row.pk: row.subject_id for row in rows if not law_view.must_be_kept(actor, row.basis)}
    if not about or not law_view.locked("deadlines"):
        return set()
    staff = employees_among(about.values())
    return {pk for pk, key in about.items() if key in staff}


def employees_among(keys: Iterable[UUID]) -> set[UUID]:
    """Those of the keys that are of an employee or of a paper of one: two queries."""
    listed = set(keys)
    staff = set(Resource.objects.filter(pk__in=listed, kind=Kind.EMPLOYEE).values_list("pk", flat=True))
    papers = Paper.objects.filter(pk__in=listed, resource__kind=Kind.EMPLOYEE)
    return staff | set(papers.values_list("pk", flat=True))


def deadlines_shown(rows: Iterable[Deadline], *, actor: Actor, firm: str, on: date, own: bool = False) -> list[Due]:
    """``own``: the reader's own deadlines, which nobody hides from them."""
    listed = list(rows)
    names = objects.shown(((row.subject_type, row.subject_id) for row in listed), firm=firm, actor=actor)
    hidden = set() if own else unnamed(listed, actor=actor)
    german = (get_language() or "de").startswith("de")
    found = []
    for row in listed:
        about = names[row.subject_type, row.subject_id]
        off = row.pk in hidden
        found.append(
            Due(
                key=f"deadline-{row.pk}",
                title=row.title_de if german else row.title_en,
                kind="deadline",
                about=law_view.an_employee() if off else about.name or about.kind,
                about_url="" if off else about.url,
                start_by=row.start_by,
                due=row.due,
                who=who_word(row.who),
                basis=row.basis,
                state=row.state if row.state != "open" else state_of(row.start_by, row.due, on),
                url=_page(firm, row.pk) if actor.may("deadline.read") else "",
                closed=row.done_at.astimezone(clock.FIRM_ZONE).date() if row.done_at else None,
            )
        )
    return found


def papers_shown(papers: Iterable[Paper], renewals: set[tuple[UUID, str]], *, firm: str, on: date) -> list[Due]:
    """Papers with an expiry, but those whose renewal is a deadline already."""
    found = []
    for paper in papers:
        if paper.expires is None or (paper.resource_id, f"renew:{paper.kind}") in renewals:
            continue
        start = paper.expires - timedelta(days=paper.lead_days)
        url = reverse("person", kwargs={"firm": firm, "pk": paper.resource_id}) if firm else ""
        found.append(
            Due(
                key=f"paper-{paper.pk}",
                title=_("Renew: %(paper)s") % {"paper": paper_word(paper.kind)},
                kind="paper",
                about=paper.resource.name,
                about_url=url,
                start_by=start,
                due=paper.expires,
                who=who_word("hr"),
                basis=_("end of validity"),
                state=state_of(start, paper.expires, on),
                url=f"{url}#papers" if url else "",
                renew=paper.pk,
            )
        )
    return found


def basis_of(kind: str) -> str:
    """The provision behind a kind of paper; empty where it is nobody's duty."""
    return TYPES[kind].basis if kind in TYPES else ""


def expiring_papers() -> QuerySet[Paper]:
    """Confirmed papers with an expiry, of those who are there."""
    today = clock.today()
    rows = Paper.objects.filter(state="confirmed", expires__isnull=False).exclude(resource__active_to__lte=today)
    return rows.select_related("resource")


def _page(firm: str, pk: UUID) -> str:
    return reverse("deadline", kwargs={"firm": firm, "pk": pk}) if firm else ""


def state_of(start_by: date, due: date, on: date) -> str:
    """``overdue``, ``to_start`` (it would be late otherwise) or ``open``."""
    if due < on:
        return "overdue"
    return "to_start" if start_by <= on else "open"


def who_word(who: str) -> str:
    """A role in the words of the page; anything else as it was written."""
    words = {
        "hr": _("HR"),
        "person": _("the person"),
        "lead": _("Lead"),
        "managing_director": _("Management"),
        # As the rules of the law write it.
        "Arbeitgeber": _("the employer"),
        "die Person": _("the person"),
        "die Person mit dem Arbeitgeber": _("the person with the employer"),
    }
    return words.get(who, who)
