"""The firm's AI Act guide as data: what goes in (inventory) and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from werkfluss.kernel.text import Text

from .verdict import Citation, Duty, MissingFact, Reading

Urgency = Literal["overdue", "now", "soon", "later", "undated"]


@dataclass(frozen=True, slots=True)
class Firm:
    """The firm: ``size`` sme, smc or large; ``contact`` is named in texts; ``turnover`` in euro for the fines."""

    name: str
    contact: str
    size: str = "sme"
    works_council: bool = False
    turnover: str | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """One use of AI. ``facts``: attributes of the classification; ``circumstances``: facts of ``eu/ai_act/duties``.

    ``template`` names a short form whose facts are taken where the use gives none. ``kind``: agent, task or tool.
    ``people``: who uses it (ids or names as the caller shows them); ``planned``: not yet in use.
    """

    id: str
    name: str
    kind: str = "tool"
    template: str | None = None
    purpose: str = ""
    owner: str = ""
    provider: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    circumstances: Mapping[str, Any] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    planned: bool = False


@dataclass(frozen=True, slots=True)
class RoleDuties:
    """The duties of one role of the firm for one use."""

    role: str
    duties: tuple[Duty, ...]
    contested: tuple[str, ...]
    fines: tuple[str, ...]
    readings: tuple[Reading, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "role": self.role,
            "duties": [duty.as_json() for duty in self.duties],
            "contested": list(self.contested),
            "fines": list(self.fines),
            "readings": [reading.as_json() for reading in self.readings],
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the inventory with its class and duties. ``fine``: highest fine in euro if the turnover is known."""

    use: Use
    risk_class: str
    class_name: Text
    outcome: str
    overlays: tuple[str, ...]
    annex3: tuple[str, ...]
    system: str
    gpai: str
    applies_from: str | None
    certainty: str
    leans_on: tuple[str, ...]
    reasons: tuple[Text, ...]
    readings: tuple[Reading, ...]
    open_questions: tuple[MissingFact, ...]
    to_confirm: tuple[tuple[str, Text], ...]
    roles: tuple[RoleDuties, ...]
    fine: str | None
    citations: tuple[Citation, ...]

    def as_json(self) -> dict[str, Any]:
        use = self.use
        return {
            "id": use.id,
            "name": use.name,
            "kind": use.kind,
            "template": use.template,
            "purpose": use.purpose,
            "owner": use.owner,
            "provider": use.provider,
            "people": list(use.people),
            "planned": use.planned,
            "class": self.risk_class,
            "class_name": self.class_name.as_json(),
            "outcome": self.outcome,
            "overlays": list(self.overlays),
            "annex3": list(self.annex3),
            "system": self.system,
            "gpai": self.gpai,
            "from": self.applies_from,
            "certainty": self.certainty,
            "leans_on": list(self.leans_on),
            "reasons": [reason.as_json() for reason in self.reasons],
            "readings": [reading.as_json() for reading in self.readings],
            "open_questions": [missing.as_json() for missing in self.open_questions],
            "to_confirm": [{"name": name, "question": question.as_json()} for name, question in self.to_confirm],
            "roles": [role.as_json() for role in self.roles],
            "fine": self.fine,
            "citations": [citation.as_json() for citation in self.citations],
        }


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do: what, who, by when (None: before use or at once, see ``urgency``), start at the latest, why."""

    what: Text
    who: str
    by: date | None
    start_by: date | None
    urgency: Urgency
    basis: str
    uses: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "what": self.what.as_json(),
            "who": self.who,
            "by": self.by.isoformat() if self.by else None,
            "start_by": self.start_by.isoformat() if self.start_by else None,
            "urgency": self.urgency,
            "basis": self.basis,
            "uses": list(self.uses),
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """A text to use or adapt: a notice, a label, the information of the works council, the literacy measures."""

    id: str
    title: Text
    body: Text
    uses: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "title": self.title.as_json(), "body": self.body.as_json(), "uses": list(self.uses)}


@dataclass(frozen=True, slots=True)
class Guide:
    """The whole guide.

    ``deadlines``: coming change dates of the Act; ``literacy``: per person the uses that need a measure (Art. 4);
    ``provisions``: what the to-dos stand on; ``rerun``: uses that lean on unfinished texts.
    """

    firm: Firm
    as_of: date
    pack_version: str
    entries: tuple[Entry, ...]
    todos: tuple[Todo, ...]
    drafts: tuple[Draft, ...]
    deadlines: tuple[tuple[date, Text], ...]
    literacy: tuple[tuple[str, tuple[str, ...]], ...]
    provisions: tuple[Citation, ...]

    @property
    def rerun(self) -> tuple[str, ...]:
        return tuple(entry.use.id for entry in self.entries if entry.leans_on)

    def as_json(self) -> dict[str, Any]:
        counts: dict[str, int] = {}
        for entry in self.entries:
            counts[entry.risk_class] = counts.get(entry.risk_class, 0) + 1
        return {
            "firm": {
                "name": self.firm.name,
                "contact": self.firm.contact,
                "size": self.firm.size,
                "works_council": self.firm.works_council,
                "turnover": self.firm.turnover,
            },
            "as_of": self.as_of.isoformat(),
            "pack_version": self.pack_version,
            "classes": counts,
            "entries": [entry.as_json() for entry in self.entries],
            "todos": [todo.as_json() for todo in self.todos],
            "texts": [draft.as_json() for draft in self.drafts],
            "deadlines": [{"day": day.isoformat(), "what": what.as_json()} for day, what in self.deadlines],
            "literacy": [{"person": person, "uses": list(uses)} for person, uses in self.literacy],
            "rerun": list(self.rerun),
            "provisions": {citation.id: citation.as_json() for citation in self.provisions},
        }
