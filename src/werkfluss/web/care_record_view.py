"""The record of processing of the care catalogue on the page of data protection and in its paper."""

from __future__ import annotations

from collections.abc import Iterable

from werkfluss.agents.domain.processing import period_words
from werkfluss.agents.sheets import Part
from werkfluss.care.domain.processing_record import Line, Receiver, processing_record
from werkfluss.care.modules import Record
from werkfluss.evidence.domain.dossiers import Section
from werkfluss.kernel.text import Text

TITLE = Text("Betreuung: Verarbeitung je Modul", "Care: processing by module")
_TRANSFERS = {
    "inside": Text("innerhalb von EU und EWR", "inside EU and EEA"),
    "adequacy": Text("Angemessenheitsbeschluss (Art. 45 DSGVO)", "adequacy decision (Art. 45 GDPR)"),
    "clauses": Text("Standardvertragsklauseln (Art. 46 DSGVO)", "standard clauses (Art. 46 GDPR)"),
    "missing": Text("Grundlage fehlt, dorthin wird nichts bestellt", "basis is missing, nothing is ordered there"),
}
_IN_USE = Text("in Gebrauch", "in use")
_NOT_IN_USE = Text("nicht in Gebrauch", "not in use")
_NONE = Text("keine", "none")
_NOBODY = Text("noch kein Dienstleister eingetragen", "no provider entered yet")


def rows_of(line: Line) -> tuple[tuple[Text, Text], ...]:
    """Pairs of label and words: the points of Art. 30(1)(b) to (f)."""
    record = line.module.record
    if record is None:
        assert line.module.nothing is not None
        return ((Text("Verarbeitung", "Processing"), line.module.nothing),)
    return (
        (Text("Zweck", "Purpose"), record.purpose),
        (Text("Rechtsgrundlage", "Legal basis"), record.basis),
        (Text("Betroffene", "People concerned"), record.people),
        (Text("Daten", "Data"), record.data),
        (Text("Empfänger", "Recipients"), record.recipients),
        *(((Text("Dienstleister", "Providers"), _receivers(line.receivers)),) if record.abroad else ()),
        (Text("Übermittlung in Drittländer", "Transfers to third countries"), _transfers(record, line.receivers)),
        (Text("Löschfristen", "Periods for erasure"), _periods(line)),
    )


def shown() -> list[tuple[Line, Text, tuple[tuple[Text, Text], ...]]]:
    """Each module with the words of its state and its rows, those in use first."""
    return [(line, state_of(line), rows_of(line)) for line in processing_record()]


def state_of(line: Line) -> Text:
    return _IN_USE if line.used else _NOT_IN_USE


def part() -> Part:
    """The same as a part of the paper: modules in use in full, the others by name."""
    lines = processing_record()
    sections = [Section(line.module.name, pairs=rows_of(line)) for line in lines if line.used]
    unused = [line.module.name for line in lines if not line.used]
    if unused:
        names = Text(", ".join(one.de for one in unused), ", ".join(one.en for one in unused))
        sections.append(Section(Text("Nicht in Gebrauch", "Not in use"), paragraphs=(names,)))
    return TITLE, tuple(sections)


def _receivers(rows: Iterable[Receiver]) -> Text:
    said = [_receiver(row) for row in rows]
    return _joined(said) if said else _NOBODY


def _receiver(row: Receiver) -> Text:
    if row.agreement_on is None:
        words = Text("Vertrag zur Auftragsverarbeitung fehlt", "processing agreement is missing")
    else:
        day = row.agreement_on
        words = Text(f"Auftragsverarbeitung vom {day:%d.%m.%Y}", f"processing agreement of {day:%Y-%m-%d}")
    return Text(f"{row.name} ({row.country}): {words.de}", f"{row.name} ({row.country}): {words.en}")


def _transfers(record: Record, rows: Iterable[Receiver]) -> Text:
    """Providers outside EU and EEA with the basis recorded of each."""
    outside = [row for row in rows if row.transfer != "inside"] if record.abroad else []
    said = [
        Text(f"{row.name} ({row.country}): {basis.de}", f"{row.name} ({row.country}): {basis.en}")
        for row in outside
        for basis in [_TRANSFERS[row.transfer]]
    ]
    return _joined(said) if said else _NONE


def _periods(line: Line) -> Text:
    return _joined(dict.fromkeys(period_words(rule) for rule in line.rules))


def _joined(texts: Iterable[Text]) -> Text:
    listed = list(texts)
    return Text("; ".join(one.de for one in listed), "; ".join(one.en for one in listed))
