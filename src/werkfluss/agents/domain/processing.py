"""Data protection papers from what is switched on: the record of Art. 30 GDPR, assessments of Art. 35, transfers.

What is switched on, who receives data and where work is done is handed in; periods come from ``retention.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from werkfluss.agents.domain.inventory import PERSONAL, Line
from werkfluss.agents.models import AiUse
from werkfluss.agents.sheets import Part, Sheet
from werkfluss.compliance.domain.checks import Question, Verdict
from werkfluss.compliance.domain.explain import answer
from werkfluss.evidence.citation import citation
from werkfluss.evidence.domain.dossiers import Section
from werkfluss.evidence.retention import Counted, Data, Rule, register
from werkfluss.kernel.text import Text
from werkfluss.law.packs.de.retention.retention import PERIODS
from werkfluss.law.packs.eu.data_protection.records import (
    Activity,
    AssessmentDraft,
    Recipient,
    assessments,
    record,
    switches,
)
from werkfluss.org.roles import LABELS, roles_with

TRANSFER = "eu/data_protection/transfer"
_RECRUITING = frozenset({"applicant_ranking", "applicant_parsing"})
# What work of this class means for chapter V of the GDPR.
_OF_TASK = {"personal": "ordinary", "special": "special"}
CLASS_WORDS = {
    "none": Text("keine personenbezogenen Daten", "no personal data"),
    "ordinary": Text("personenbezogene Daten", "personal data"),
    "special": Text("besondere Daten (Art. 9 DSGVO)", "special data (Art. 9 GDPR)"),
}
OUTCOMES = {
    "allowed": Text("erlaubt", "allowed"),
    "allowed_with_conditions": Text("erlaubt mit Auflagen", "allowed with conditions"),
    "blocked": Text("gesperrt", "blocked"),
    "unknown": Text("offen: Angaben fehlen", "open: facts are missing"),
}
_RIGHTS = {
    "people.read": Text("Daten von Personen sehen", "see data of people"),
    "people.write": Text("Personalakten führen", "keep personnel files"),
    "plan.read": Text("Pläne sehen", "see plans"),
    "care.read": Text("Begleitung von Zuzug sehen", "see care cases"),
    "order.read": Text("Aufträge sehen", "see orders"),
    "booking.read": Text("Buchungen sehen", "see bookings"),
    "evidence.read": Text("Protokoll sehen", "see the record"),
}
NOTE = Text(
    "Entwurf aus dem, was in Werkfluss eingeschaltet ist; was die Firma sonst verarbeitet, ist zu ergänzen. "
    "Ersetzt keine Rechtsberatung.",
    "A draft from what is switched on in Werkfluss; add what else the firm processes. No substitute for legal advice.",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Data of a class that go to a place or can be read there; ``through`` says by what, ``known`` what is recorded."""

    data_class: str
    country: str
    through: Text
    known: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Transfer:
    """A class and place with the answer of chapter V."""

    data_class: Text
    country: str
    through: tuple[Text, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Processing:
    """Everything the papers are made of."""

    activities: tuple[Activity, ...]
    assessments: tuple[AssessmentDraft, ...]
    transfers: tuple[Transfer, ...]
    off: tuple[str, ...]


def class_of_task(data_class: str) -> str:
    return _OF_TASK.get(data_class, "none")


def processing(
    *, switched_on: Iterable[str], lines: Sequence[Line], places: Iterable[Place], high_risk: Iterable[str], on: date
) -> Processing:
    """The record, the assessments and the transfers; ``high_risk``: keys of lines of that class.

    Raises:
        Broken: a name is not a switch of the pack.
    """
    active = [line for line in lines if not line.is_over(on)]
    switched = {*switched_on, *(("applicants",) if any(line.template in _RECRUITING for line in active) else ())}
    found = record(switched, services(active))
    drafts = assessments(switched, {"agents": _criteria(active, set(high_risk))} if "agents" in switched else None)
    listed = transfers((*places, *_places_of(active)), on=on)
    return Processing(found, drafts, listed, tuple(name for name in switches() if name not in switched))


def services(lines: Iterable[Line]) -> tuple[Recipient, ...]:
    """Providers of AI that get personal data, with the ground on which they do."""
    found = []
    for line in lines:
        if isinstance(line.row, AiUse) and PERSONAL & set(line.data_classes):
            where = ("agents", "applicants") if line.template in _RECRUITING else ("agents",)
            name = f"{line.provider}: {line.name}" if line.provider else line.name
            found.append(Recipient(name, "processor", line.place, line.agreement, where))
    return tuple(found)


def _criteria(lines: Iterable[Line], high_risk: set[str]) -> tuple[str, ...]:
    met = []
    for line in lines:
        met += ["special_data"] * ("special" in line.data_classes)
        met += ["workers"] * (
            line.circumstances.get("at_workplace") == "yes" and bool(PERSONAL & set(line.data_classes))
        )
        met += ["monitors"] * (line.facts.get("monitor") == "individual")
        met += ["evaluates_people"] * (line.key in high_risk)
    return tuple(dict.fromkeys(met))


def _places_of(lines: Iterable[Line]) -> list[Place]:
    found = []
    for line in lines:
        if isinstance(line.row, AiUse) and line.place:
            known = (("safeguard", line.row.safeguard),) if line.row.safeguard else ()
            found += [
                Place(class_of_task(name), line.place, Text(line.name, line.name), known)
                for name in dict.fromkeys(line.data_classes)
            ]
    return found


def transfers(places: Iterable[Place], *, on: date) -> tuple[Transfer, ...]:
    """Chapter V for each distinct class, place and set of known facts; nothing is stored by asking."""
    grouped: dict[tuple[str, str, tuple[tuple[str, Any], ...]], list[Text]] = {}
    for place in places:
        through = grouped.setdefault((place.data_class, place.country, place.known), [])
        if place.through not in through:
            through.append(place.through)
    found = []
    for (data_class, country, known), through in sorted(grouped.items(), key=lambda pair: str(pair[0])):
        question = Question.of(TRANSFER, on, {"data_class": data_class, "place": country, **dict(known)})
        found.append(Transfer(CLASS_WORDS[data_class], country, tuple(through), answer(question)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Kept:
    """What one table keeps of people, under which rule of the register."""

    purpose: Text
    special: bool
    rule: Rule


@cache
def kept() -> tuple[Kept, ...]:
    """The firm's own register of what is kept and how long, by purpose and rule."""
    found: dict[tuple[Text, str], Kept] = {}
    for field in register().fields.values():
        if field.data is Data.NONE:
            continue
        key = (field.purpose, field.rule.key)
        special = field.data is Data.SPECIAL or (key in found and found[key].special)
        found[key] = Kept(field.purpose, special, field.rule)
    return tuple(sorted(found.values(), key=lambda one: (one.rule.key, one.purpose.de)))


def period_words(rule: Rule) -> Text:
    """How long, in words."""
    if rule.counted is Counted.OWNER:
        return Text("geht mit dem, wozu es gehört", "goes with what it belongs to")
    if rule.counted is Counted.FIRM:
        return Text("solange die Firma das System nutzt", "as long as the firm uses the system")
    return Text(f"{rule.months} Monate; Beginn: {rule.after.de}", f"{rule.months} months from: {rule.after.en}")


def retention_words(keys: Iterable[str]) -> Text:
    names = [PERIODS[key].name for key in keys]
    return _joined(names)


AGREEMENTS = {
    "yes": Text("Vertrag nach Art. 28 DSGVO liegt vor", "contract under Art. 28 GDPR is there"),
    "no": Text("Vertrag nach Art. 28 DSGVO fehlt", "contract under Art. 28 GDPR is missing"),
    "not_needed": Text("kein Vertrag nötig", "no contract needed"),
}


def service_words(services: Iterable[Recipient]) -> Text:
    """Recipients with place and ground, in one text."""
    listed = list(services)
    de = [f"{one.name} ({one.place or '–'}): {AGREEMENTS[one.basis].de}" for one in listed]
    en = [f"{one.name} ({one.place or '–'}): {AGREEMENTS[one.basis].en}" for one in listed]
    return Text("; ".join(de) or "–", "; ".join(en) or "–")


def processing_sheet(
    found: Processing, *, firm: str, address: str, contact: str, on: date, more: Sequence[Part] = ()
) -> Sheet:
    """The record with register, access, transfers and the drafts of impact assessments as one paper.

    ``more``: activities of rooms that this one does not know.
    """
    parts: tuple[Part, ...] = (
        (
            Text("Verzeichnis der Verarbeitungstätigkeiten (Art. 30 DSGVO)", "Record of processing (Art. 30 GDPR)"),
            tuple(_activity(activity) for activity in found.activities),
        ),
        *more,
        (Text("Was gespeichert wird und wie lange", "What is kept and how long"), (_kept_section(),)),
        (Text("Zugriff nach Rolle", "Access by role"), (_access(),)),
        (
            Text("Übermittlungen (Kapitel V DSGVO)", "Transfers (chapter V GDPR)"),
            (_transfers(found.transfers),),
        ),
        (
            Text("Folgenabschätzungen, Entwürfe (Art. 35 DSGVO)", "Impact assessments, drafts (Art. 35 GDPR)"),
            tuple(_assessment(draft) for draft in found.assessments),
        ),
    )
    return Sheet(
        Text("Verarbeitungsverzeichnis und Folgenabschätzung", "Record of processing and impact assessment"),
        firm,
        address,
        on,
        (
            (Text("Verantwortlicher (Art. 30 Abs. 1 Buchst. a)", "Controller (Art. 30(1)(a))"), f"{firm}, {address}"),
            (Text("Vertretung", "Represented by"), contact),
            (Text("Stand", "As of"), on),
        ),
        tuple(part for part in parts if part[1]),
        NOTE,
    )


def _joined(texts: Iterable[Text], by: str = "; ") -> Text:
    listed = list(texts)
    return Text(by.join(one.de for one in listed) or "–", by.join(one.en for one in listed) or "–")


def _activity(activity: Activity) -> Section:
    special = Text(" – darunter besondere Daten (Art. 9)", " – special data (Art. 9) among them")
    data = Text(activity.data.de + special.de, activity.data.en + special.en) if activity.special else activity.data
    return Section(
        activity.name,
        pairs=(
            (Text("Zweck", "Purpose"), activity.purpose),
            (Text("Rechtsgrundlage", "Legal basis"), activity.basis),
            (Text("Betroffene", "People concerned"), _joined(activity.people)),
            (Text("Daten", "Data"), data),
            (Text("Empfänger", "Recipients"), activity.recipients),
            (Text("Dienste und Orte", "Services and places"), service_words(activity.services)),
            (Text("Löschfristen", "Periods for erasure"), retention_words(activity.retention)),
            (Text("Maßnahmen (Art. 32)", "Measures (Art. 32)"), _joined(activity.measures)),
        ),
    )


def _kept_section() -> Section:
    rows = tuple(
        (
            one.purpose,
            Text("ja", "yes") if one.special else Text("nein", "no"),
            period_words(one.rule),
            citation(one.rule.provisions) if one.rule.provisions else None,
        )
        for one in kept()
    )
    head = (
        Text("Zweck", "Purpose"),
        Text("Besondere Daten", "Special data"),
        Text("Wie lange", "How long"),
        Text("Grundlage", "Basis"),
    )
    return Section(Text("Löschregister", "Register of erasure"), head=head, rows=rows)


def access() -> tuple[tuple[Text, Text], ...]:
    """Who may see what, by role."""
    found = []
    for right, word in _RIGHTS.items():
        roles = sorted((LABELS[role] for role in roles_with(right)), key=lambda label: label.de)
        found.append((word, _joined(roles, ", ")))
    return tuple(found)


def _access() -> Section:
    head = (Text("Recht", "Right"), Text("Rollen", "Roles"))
    return Section(Text("Rollen", "Roles"), head=head, rows=access())


def _transfers(found: Sequence[Transfer]) -> Section:
    title = Text("Datenklassen und Orte aus den Zuteilungen", "Data classes and places from the assignments")
    if not found:
        none = Text("Es gibt noch keine Zuteilungen.", "There are no assignments yet.")
        return Section(title, paragraphs=(none,))
    rows = tuple(
        (
            one.data_class,
            one.country,
            _joined(one.through, ", "),
            OUTCOMES[one.verdict.outcome],
            _joined((*one.verdict.reasons, *(condition.text for condition in one.verdict.conditions)), " "),
        )
        for one in found
    )
    head = (
        Text("Daten", "Data"),
        Text("Ort", "Place"),
        Text("Durch", "Through"),
        Text("Antwort", "Answer"),
        Text("Grund und Auflagen", "Reason and conditions"),
    )
    return Section(title, head=head, rows=rows)


def _assessment(draft: AssessmentDraft) -> Section:
    rows = tuple((risk, answer_) for _, risk, answer_ in draft.risks)
    left = _joined(draft.open)
    return Section(
        draft.name,
        pairs=(
            (Text("Beschreibung", "Description"), draft.description),
            (Text("Notwendigkeit", "Necessity"), draft.necessity),
            (Text("Von Menschen zu ergänzen", "To be added by people"), left),
        ),
        head=(Text("Risiko", "Risk"), Text("Abhilfe", "Answer")),
        rows=rows,
    )


def places_of_work(rows: Iterable[tuple[str, str, Text]], known: Mapping[str, Any] | None = None) -> list[Place]:
    """Places from (data class of the task, country, through whom)."""
    facts = tuple(sorted((known or {}).items()))
    return [Place(class_of_task(data_class), country, through, facts) for data_class, country, through in rows]
