"""Papers and agents' files that run out: their renewal becomes a deadline, on a click or by itself at the lead day.

Never twice: a renewal that was set, done or dropped for this very day is left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from werkfluss.compliance.domain.deadlines import complete_deadline, set_deadline
from werkfluss.compliance.models import Deadline
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.workforce.domain.papers import TYPES
from werkfluss.workforce.models import AgentFile, Paper, Resource

AGENT_FILE = "agent_file"
AGENT_LEAD_DAYS = 30
_RESOURCE = Resource._meta.label_lower


@dataclass(frozen=True, slots=True)
class Renewal:
    """What is to be renewed by when, as a deadline about ``resource``."""

    resource: Resource
    code: str
    title: Text
    due: date
    lead_days: int
    who: str
    basis: str

    @property
    def start_by(self) -> date:
        return self.due - timedelta(days=self.lead_days)


def of_paper(paper: Paper) -> Renewal | None:
    """``None`` for a paper without an expiry."""
    if paper.expires is None:
        return None
    known = TYPES.get(paper.kind)
    name = known.name if known else Text(paper.kind.replace("_", " "), paper.kind.replace("_", " "))
    return Renewal(
        paper.resource,
        f"renew:{paper.kind}",
        Text(f"{name.de} verlängern", f"Renew: {name.en}"),
        paper.expires,
        paper.lead_days,
        known.who if known else "hr",
        (known.basis if known else "") or "Ablaufdatum der Unterlage",
    )


def of_agent_file(file: AgentFile) -> Renewal:
    return Renewal(
        file.resource,
        AGENT_FILE,
        Text("KI-Akte prüfen und neu freigeben", "Review and renew the AI file"),
        file.expires,
        AGENT_LEAD_DAYS,
        file.responsible.name or "lead",
        "Ablaufdatum der KI-Akte",
    )


def renewals(*, on: date) -> list[Renewal]:
    """Everything in the firm that runs out, of those who are there: three queries."""
    papers = Paper.objects.filter(state="confirmed", expires__isnull=False).exclude(resource__active_to__lte=on)
    files = AgentFile.objects.exclude(resource__active_to__lte=on).filter(stopped_at=None)
    found = [of_paper(paper) for paper in papers.select_related("resource").order_by("expires", "pk")]
    found += [of_agent_file(file) for file in files.select_related("resource", "responsible").order_by("expires")]
    return [one for one in found if one is not None]


def set_renewal(renewal: Renewal, *, by: Actor) -> Deadline:
    """Make the renewal a deadline; an open one of this code for another day moves to it."""
    return set_deadline(
        renewal.resource,
        code=renewal.code,
        title=renewal.title,
        due=renewal.due,
        lead_days=renewal.lead_days,
        who=renewal.who,
        basis=renewal.basis,
        by=by,
    )


def set_renewals(*, on: date, by: Actor) -> int:
    """What has to be started by ``on`` becomes a deadline; what a newer paper renewed is done. How many were set."""
    all_of_them = renewals(on=on)
    known = _known(all_of_them)
    made = 0
    for renewal in all_of_them:
        own = known[renewal.resource.pk, renewal.code]
        if any(row.due == renewal.due for row in own):
            continue
        for row in own:
            if row.state == "open" and row.due < renewal.due:
                complete_deadline(row, by=by)
        if renewal.start_by <= on:
            set_renewal(renewal, by=by)
            made += 1
    return made


def _known(renewals_of: Iterable[Renewal]) -> dict[tuple[UUID, str], list[Deadline]]:
    wanted = list(renewals_of)
    rows = Deadline.objects.filter(
        subject_type=_RESOURCE,
        subject_id__in={one.resource.pk for one in wanted},
        code__in={one.code for one in wanted},
    )
    known: dict[tuple[UUID, str], list[Deadline]] = defaultdict(list)
    for row in rows:
        known[row.subject_id, row.code].append(row)
    return known
