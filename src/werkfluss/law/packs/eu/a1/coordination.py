"""What the rules on coordinated social security share: the states, who applies, and the A1 with its lead time."""

from __future__ import annotations

from werkfluss.kernel.text import Text
from werkfluss.law.verdict import Condition

# Regulation (EC) 883/2004 holds in the EU, the EEA and Switzerland.
COORDINATED = frozenset(
    "AT BE BG CH CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)
EMPLOYER = Text("Arbeitgeber (Selbstständige selbst)", "employer (self-employed: themselves)")
PERSON = Text("die Person mit dem Arbeitgeber", "the person with the employer")


def a1_paper(basis: str, lead: int, de: str, en: str, *, working: bool = False) -> Condition:
    """The A1 proves which law applies; it is no permit to work. ``lead`` is practice by type of case."""
    return Condition(
        "paper",
        Text(f"A1-Bescheinigung vor Beginn beantragen. {de}", f"Apply for the A1 certificate before the start. {en}"),
        EMPLOYER,
        basis,
        lead_days=lead,
        day_kind="working" if working else "calendar",
    )
