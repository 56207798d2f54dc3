"""The fifteen items of s. 2(1) s. 7 NachwG, when each is due, and whether a collective agreement may stand for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from werkfluss.kernel.text import Text

Due = Literal["first_day", "day_7", "month"]


@dataclass(frozen=True, slots=True)
class Item:
    """``only_if``: when the item is needed at all; ``by_reference``: a reference to agreements suffices (s. 2(4))."""

    number: int
    text: Text
    due: Due
    by_reference: bool
    only_if: Text | None = None


_AGREED = Text("sofern vereinbart", "if agreed")

ITEMS = (
    Item(1, Text("Name und Anschrift der Vertragsparteien", "names and addresses of the parties"), "first_day", False),
    Item(2, Text("Beginn des Arbeitsverhältnisses", "start of the employment"), "day_7", False),
    Item(
        3,
        Text("Enddatum oder vorhersehbare Dauer", "end date or expected duration"),
        "day_7",
        False,
        Text("bei Befristung", "for fixed terms"),
    ),
    Item(
        4,
        Text(
            "Arbeitsort, Hinweis auf wechselnde oder frei wählbare Orte", "place of work, or that it varies or is free"
        ),
        "day_7",
        False,
    ),
    Item(5, Text("Kurze Beschreibung der Tätigkeit", "short description of the work"), "day_7", False),
    Item(6, Text("Dauer der Probezeit", "length of probation"), "day_7", True, _AGREED),
    Item(
        7,
        Text(
            "Entgelt: Bestandteile und Höhe getrennt, Überstunden, Zuschläge, Fälligkeit, Art der Auszahlung",
            "pay: components and amounts, overtime, supplements, due date, manner of payment",
        ),
        "first_day",
        True,
    ),
    Item(
        8,
        Text(
            "Arbeitszeit, Ruhepausen und Ruhezeiten, bei Schichtarbeit System und Rhythmus",
            "working time, breaks and rest, with shift work system and rhythm",
        ),
        "first_day",
        True,
    ),
    Item(
        9,
        Text(
            "Arbeit auf Abruf: Vereinbarung, Mindeststunden, Zeitrahmen, Ankündigungsfrist",
            "on-call work: agreement, least paid hours, time frame, notice",
        ),
        "day_7",
        False,
        Text("bei Arbeit auf Abruf", "for on-call work"),
    ),
    Item(
        10,
        Text("Anordnung von Überstunden und deren Voraussetzungen", "ordering of overtime and its conditions"),
        "day_7",
        True,
        _AGREED,
    ),
    Item(11, Text("Dauer des Erholungsurlaubs", "length of annual leave"), "month", True),
    Item(
        12,
        Text("Anspruch auf Fortbildung durch den Arbeitgeber", "right to training provided by the employer"),
        "month",
        True,
        Text("falls vorhanden", "if there is one"),
    ),
    Item(
        13,
        Text("Name und Anschrift des Versorgungsträgers", "name and address of the pension institution"),
        "month",
        True,
        Text("bei betrieblicher Altersversorgung über einen Träger", "with an occupational pension institution"),
    ),
    Item(
        14,
        Text(
            "Verfahren bei Kündigung: Schriftform, Fristen, Klagefrist",
            "procedure of dismissal: written form, notice periods, time limit for action",
        ),
        "month",
        True,
    ),
    Item(
        15,
        Text(
            "Hinweis auf anwendbare Tarifverträge, Betriebs- und Dienstvereinbarungen",
            "reference to applicable collective and works agreements",
        ),
        "month",
        False,
    ),
)


def by_reference() -> tuple[str, ...]:
    """The numbers of the items for which a reference to agreements suffices (s. 2(4) NachwG)."""
    return tuple(str(item.number) for item in ITEMS if item.by_reference)


def due(when: Due) -> tuple[str, ...]:
    """The numbers of the items due at that time."""
    return tuple(str(item.number) for item in ITEMS if item.due == when)
