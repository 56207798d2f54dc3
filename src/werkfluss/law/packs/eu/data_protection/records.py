"""Drafts from what is switched on: the record of processing (Art. 30) and impact assessments (Art. 35)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text
from werkfluss.law.pack import read_yaml

_ENOUGH = 2  # as in the rule eu/data_protection/impact_assessment


@dataclass(frozen=True, slots=True)
class Recipient:
    """A service that gets data: its ``role`` (processor, joint, separate), ``place`` (ISO 3166) and transfer basis."""

    name: str
    role: str
    place: str
    basis: str
    activities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Activity:
    """One line of the record, with the points of Art. 30(1)(b) to (g)."""

    id: str
    name: Text
    purpose: Text
    basis: Text
    people: tuple[Text, ...]
    data: Text
    special: bool
    recipients: Text
    services: tuple[Recipient, ...]
    retention: tuple[str, ...]
    measures: tuple[Text, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name.as_json(),
            "purpose": self.purpose.as_json(),
            "basis": self.basis.as_json(),
            "people": [text.as_json() for text in self.people],
            "data": self.data.as_json(),
            "special": self.special,
            "recipients": self.recipients.as_json(),
            "services": [{"name": s.name, "role": s.role, "place": s.place, "basis": s.basis} for s in self.services],
            "retention": list(self.retention),
            "measures": [text.as_json() for text in self.measures],
        }


@dataclass(frozen=True, slots=True)
class AssessmentDraft:
    """A draft under Art. 35(7): description, need, risks with answers; what is left to people is named in ``open``."""

    activity: str
    name: Text
    description: Text
    necessity: Text
    risks: tuple[tuple[str, Text, Text], ...]
    open: tuple[Text, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "activity": self.activity,
            "name": self.name.as_json(),
            "description": self.description.as_json(),
            "necessity": self.necessity.as_json(),
            "risks": [
                {"criterion": name, "risk": risk.as_json(), "answer": answer.as_json()}
                for name, risk, answer in self.risks
            ],
            "open": [text.as_json() for text in self.open],
        }


_LEFT_TO_PEOPLE = (
    Text("Stellungnahme der Datenschutzbeauftragten", "opinion of the data protection officer"),
    Text("Standpunkt der Betroffenen oder des Betriebsrats", "view of the people concerned or the works council"),
    Text("verbleibendes Risiko und Entscheidung der Leitung", "remaining risk and decision of the management"),
)


@cache
def _document() -> dict[str, Any]:
    return read_yaml(Path(__file__).with_name("activities.yaml"))


def switches() -> tuple[str, ...]:
    """The names under which processing can be switched on."""
    return tuple(_document()["activities"])


def record(switched_on: Iterable[str], services: Iterable[Recipient] = ()) -> tuple[Activity, ...]:
    """The record of processing for what is switched on, in the order of the catalogue.

    Raises:
        Broken: a name is not in ``switches()``, also among the activities of a service.

    """
    on = _known(switched_on)
    listed = tuple(services)
    for service in listed:
        _known(service.activities)
    return tuple(_activity(name, listed) for name in switches() if name in on)


def assessments(
    switched_on: Iterable[str], extra: Mapping[str, Iterable[str]] | None = None
) -> tuple[AssessmentDraft, ...]:
    """Drafts for every activity that meets two criteria of Art. 35; ``extra``: further criteria per activity.

    Raises:
        Broken: a name is not in ``switches()``, or a criterion does not exist.

    """
    on = _known(switched_on)
    more = {name: tuple(found) for name, found in (extra or {}).items()}
    _known(more)
    unknown = {name for found in more.values() for name in found} - set(_document()["risks"])
    if unknown:
        raise _refused(min(unknown), tuple(_document()["risks"]))
    drafts = []
    for name in switches():
        met = tuple(dict.fromkeys((*_document()["activities"][name]["meets"], *more.get(name, ()))))
        if name in on and len(met) >= _ENOUGH:
            drafts.append(_draft(name, met))
    return tuple(drafts)


def _activity(name: str, services: tuple[Recipient, ...]) -> Activity:
    item = _document()["activities"][name]
    return Activity(
        name,
        Text.from_json(item["name"]),
        Text.from_json(item["purpose"]),
        Text.from_json(item["basis"]),
        tuple(Text.from_json(_document()["people"][group]) for group in item["people"]),
        Text.from_json(item["data"]),
        item["special"],
        Text.from_json(item["recipients"]),
        tuple(service for service in services if name in service.activities),
        tuple(item["retention"]),
        tuple(Text.from_json(measure) for measure in _document()["measures"]),
    )


def _draft(name: str, met: tuple[str, ...]) -> AssessmentDraft:
    item, catalogue = _document()["activities"][name], _document()
    purpose, data, basis = (Text.from_json(item[part]) for part in ("purpose", "data", "basis"))
    return AssessmentDraft(
        name,
        Text.from_json(item["name"]),
        Text(f"Zweck: {purpose.de}. Daten: {data.de}.", f"Purpose: {purpose.en}. Data: {data.en}."),
        Text(
            f"Grundlage: {basis.de}. Nur die genannten Daten; weniger genügt für den Zweck nicht – bitte bestätigen.",
            f"Ground: {basis.en}. Only the data named; less would not serve the purpose – please confirm.",
        ),
        tuple((one, Text.from_json(catalogue["risks"][one]), Text.from_json(catalogue["answers"][one])) for one in met),
        _LEFT_TO_PEOPLE,
    )


def _known(names: Iterable[str]) -> frozenset[str]:
    found = frozenset(names)
    unknown = found - set(switches())
    if unknown:
        raise _refused(min(unknown), switches())
    return found


def _refused(name: str, known: tuple[str, ...]) -> Broken:
    listed = ", ".join(known)
    return Broken(
        Fault(
            name,
            Text("Diesen Namen gibt es nicht.", "There is no such name."),
            Text(f"Einer von: {listed}", f"One of: {listed}"),
            Text("Den Namen berichtigen.", "Correct the name."),
        )
    )
