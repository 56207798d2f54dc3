"""What a rule says: frozen, complete, and the same after a trip through JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, cast

from werkfluss.kernel.text import Text

Outcome = Literal["allowed", "allowed_with_conditions", "blocked", "unknown"]
Certainty = Literal["A", "B", "C"]
Status = Literal["in_force", "enacted", "draft", "unknown"]
DayKind = Literal["working", "calendar"]
# Computed values are kept as they are written to JSON (decimals and dates as strings), so that a stored
# verdict equals the fresh one.
Value = str | int | bool | None | tuple[str, ...]

OUTCOMES: tuple[Outcome, ...] = ("allowed", "allowed_with_conditions", "blocked", "unknown")
CERTAINTIES: tuple[Certainty, ...] = ("A", "B", "C")


def as_value(value: object) -> Value:
    """A computed value in the form in which a verdict keeps it.

    Raises:
        TypeError: the value has a type that JSON cannot carry exactly (for example float).

    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return tuple(str(as_value(item)) for item in value)
    raise TypeError(f"a verdict cannot carry {type(value).__name__}")


@dataclass(frozen=True, slots=True)
class Citation:
    """A provision of the pack: ``id`` inside the pack, ``label`` as lawyers write it, a summary in our words."""

    id: str
    label: str
    summary: Text
    url: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "label": self.label, "summary": self.summary.as_json(), "url": self.url}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Citation:
        return cls(value["id"], value["label"], Text.from_json(value["summary"]), value["url"])


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be done before or while the work is done; in a blocked verdict: what would open the way.

    ``kind`` is a short English noun (paper, notice, review, agreement, record, limit, consent, security).
    ``lead_days`` is how long it takes in practice, in working or calendar days; None means nobody can say.
    ``basis`` is the id of a citation.
    """

    kind: str
    text: Text
    who: Text
    basis: str
    lead_days: int | None = 0
    day_kind: DayKind = "calendar"
    remedy: Text | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "text": self.text.as_json(),
            "who": self.who.as_json(),
            "basis": self.basis,
            "lead_days": self.lead_days,
            "day_kind": self.day_kind,
            "remedy": self.remedy.as_json() if self.remedy else None,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Condition:
        remedy = value["remedy"]
        return cls(
            value["kind"],
            Text.from_json(value["text"]),
            Text.from_json(value["who"]),
            value["basis"],
            value["lead_days"],
            value["day_kind"],
            Text.from_json(remedy) if remedy else None,
        )


@dataclass(frozen=True, slots=True)
class Duty:
    """A dated deadline: what, who, by when, on which basis, and how many days it takes in practice."""

    what: Text
    who: Text
    due: date | None
    basis: str
    practical_days: int | None = None
    day_kind: DayKind = "calendar"

    def as_json(self) -> dict[str, Any]:
        return {
            "what": self.what.as_json(),
            "who": self.who.as_json(),
            "due": self.due.isoformat() if self.due else None,
            "basis": self.basis,
            "practical_days": self.practical_days,
            "day_kind": self.day_kind,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Duty:
        return cls(
            Text.from_json(value["what"]),
            Text.from_json(value["who"]),
            date.fromisoformat(value["due"]) if value["due"] else None,
            value["basis"],
            value["practical_days"],
            value["day_kind"],
        )


@dataclass(frozen=True, slots=True)
class ParameterUse:
    """A dated value that the rule read; ``value`` is None when the value is not yet known; ``retrieved``: when read."""

    id: str
    label: Text
    value: Value
    unit: str
    provision: str
    reference: str
    status: Status
    valid_from: date
    valid_to: date | None
    retrieved: date | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "label": self.label.as_json(),
            "value": _json_value(self.value),
            "unit": self.unit,
            "provision": self.provision,
            "reference": self.reference,
            "status": self.status,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "retrieved": self.retrieved.isoformat() if self.retrieved else None,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ParameterUse:
        return cls(
            value["id"],
            Text.from_json(value["label"]),
            _from_json_value(value["value"]),
            value["unit"],
            value["provision"],
            value["reference"],
            value["status"],
            date.fromisoformat(value["valid_from"]),
            date.fromisoformat(value["valid_to"]) if value["valid_to"] else None,
            date.fromisoformat(value["retrieved"]) if value.get("retrieved") else None,  # stored verdicts may lack it
        )


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A fact to ask for: its question, and what each answer would lead to (answer, outcomes)."""

    name: str
    type: str
    unit: str
    values: tuple[str, ...]
    question: Text
    effects: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "type": self.type,
            "unit": self.unit,
            "values": list(self.values),
            "question": self.question.as_json(),
            "effects": [{"value": answer, "outcomes": list(outcomes)} for answer, outcomes in self.effects],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> MissingFact:
        return cls(
            value["name"],
            value["type"],
            value["unit"],
            tuple(value["values"]),
            Text.from_json(value["question"]),
            tuple((effect["value"], tuple(effect["outcomes"])) for effect in value["effects"]),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """One of several defensible results: a contested question, a draft, or a value that is not yet known."""

    label: Text
    outcome: Outcome
    values: Mapping[str, Value] = field(default_factory=dict)
    reasons: tuple[Text, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "label": self.label.as_json(),
            "outcome": self.outcome,
            "values": {name: _json_value(value) for name, value in self.values.items()},
            "reasons": [reason.as_json() for reason in self.reasons],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Reading:
        values = {name: _from_json_value(item) for name, item in value["values"].items()}
        reasons = tuple(Text.from_json(item) for item in value.get("reasons", ()))
        return cls(Text.from_json(value["label"]), value["outcome"], values, reasons)


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a verdict that lists several things: a route with its own outcome, or a step of a case.

    ``lines`` are read under the title (reasons of a route, papers of a step); ``basis`` holds ids of citations,
    ``missing`` the names of facts that would decide the part; a step has no ``outcome``.
    """

    id: str
    title: Text
    outcome: Outcome | None = None
    certainty: Certainty = "A"
    values: tuple[tuple[str, Value], ...] = ()
    lines: tuple[Text, ...] = ()
    conditions: tuple[Condition, ...] = ()
    basis: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    who: Text | None = None

    def value(self, name: str) -> Value:
        return next((value for key, value in self.values if key == name), None)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title.as_json(),
            "outcome": self.outcome,
            "certainty": self.certainty,
            "values": {name: _json_value(value) for name, value in self.values},
            "lines": [line.as_json() for line in self.lines],
            "conditions": [condition.as_json() for condition in self.conditions],
            "basis": list(self.basis),
            "missing": list(self.missing),
            "who": self.who.as_json() if self.who else None,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Part:
        return cls(
            value["id"],
            Text.from_json(value["title"]),
            value["outcome"],
            value["certainty"],
            tuple((name, _from_json_value(item)) for name, item in value["values"].items()),
            tuple(Text.from_json(item) for item in value["lines"]),
            tuple(Condition.from_json(item) for item in value["conditions"]),
            tuple(value["basis"]),
            tuple(value["missing"]),
            Text.from_json(value["who"]) if value["who"] else None,
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of one rule on one date. ``headline`` names the values that also stand at the top of the JSON.

    ``parts`` is empty unless the rule compares or lists several things.
    """

    rule: str
    outcome: Outcome
    as_of: date
    pack_version: str
    certainty: Certainty = "A"
    values: Mapping[str, Value] = field(default_factory=dict)
    reasons: tuple[Text, ...] = ()
    conditions: tuple[Condition, ...] = ()
    duties: tuple[Duty, ...] = ()
    citations: tuple[Citation, ...] = ()
    parameters: tuple[ParameterUse, ...] = ()
    missing: tuple[MissingFact, ...] = ()
    readings: tuple[Reading, ...] = ()
    headline: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def permits(self) -> bool:
        """Whether the work may be assigned (perhaps on conditions); ``unknown`` never is."""
        return self.outcome in ("allowed", "allowed_with_conditions")

    def as_json(self) -> dict[str, Any]:
        values = {name: _json_value(value) for name, value in self.values.items()}
        document: dict[str, Any] = {
            "rule": self.rule,
            "outcome": self.outcome,
            "values": values,
            "reasons": [reason.as_json() for reason in self.reasons],
            "conditions": [condition.as_json() for condition in self.conditions],
            "duties": [duty.as_json() for duty in self.duties],
            "citations": [citation.as_json() for citation in self.citations],
            "as_of": self.as_of.isoformat(),
            "pack_version": self.pack_version,
            "parameters": [parameter.as_json() for parameter in self.parameters],
            "certainty": self.certainty,
            "missing": [missing.as_json() for missing in self.missing],
            "readings": [reading.as_json() for reading in self.readings],
            "headline": list(self.headline),
            "parts": [part.as_json() for part in self.parts],
        }
        document.update({name: values.get(name) for name in self.headline})
        return document

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Verdict:
        return cls(
            rule=value["rule"],
            outcome=value["outcome"],
            as_of=date.fromisoformat(value["as_of"]),
            pack_version=value["pack_version"],
            certainty=value["certainty"],
            values={name: _from_json_value(item) for name, item in value["values"].items()},
            reasons=tuple(Text.from_json(item) for item in value["reasons"]),
            conditions=tuple(Condition.from_json(item) for item in value["conditions"]),
            duties=tuple(Duty.from_json(item) for item in value["duties"]),
            citations=tuple(Citation.from_json(item) for item in value["citations"]),
            parameters=tuple(ParameterUse.from_json(item) for item in value["parameters"]),
            missing=tuple(MissingFact.from_json(item) for item in value["missing"]),
            readings=tuple(Reading.from_json(item) for item in value["readings"]),
            headline=tuple(value["headline"]),
            parts=tuple(Part.from_json(item) for item in value.get("parts", ())),
        )


def least_certain(*grades: Certainty) -> Certainty:
    """C before B before A."""
    return max(grades, default="A")


def _json_value(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _from_json_value(value: Any) -> Value:
    return tuple(value) if isinstance(value, list) else cast("Value", value)
