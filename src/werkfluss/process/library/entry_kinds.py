"""What the index says about a process, and the areas in which processes are shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from werkfluss.kernel.text import Text


class Area(StrEnum):
    HIRE = "hire"
    PEOPLE = "people"
    EXTERNALS = "externals"
    FINANCE = "finance"
    SALES = "sales"
    AI = "ai"
    RIGHTS = "rights"
    TEAM = "team"


AREAS: dict[Area, Text] = {
    Area.HIRE: Text("International einstellen und entsenden", "International hiring and posting"),
    Area.PEOPLE: Text("Personal", "People"),
    Area.EXTERNALS: Text("Freelancer und Partner", "Freelancers and partners"),
    Area.FINANCE: Text("Finanzen", "Finance"),
    Area.SALES: Text("Vertrieb und Kundschaft", "Sales and customers"),
    Area.AI: Text("KI-Agenten", "AI agents"),
    Area.RIGHTS: Text("Datenschutz und Mitbestimmung", "Data protection and co-determination"),
    Area.TEAM: Text("Zusammenarbeit und Lernen", "Teamwork and learning"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """``key`` is the id of the process and the name of its file. ``words`` are words to find it by, per language."""

    key: str
    area: Area
    title: Text
    purpose: Text
    starts: Text
    duration: Text
    words: Text
