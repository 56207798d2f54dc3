"""Which papers a passport may hold, how long a renewal takes, and what a client needs of each: to know, or to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from werkfluss.kernel.text import Text

VALIDITY, DOCUMENT = "validity", "document"


@dataclass(frozen=True, slots=True)
class PaperKind:
    """``needs``: what a client may ask for at most, with the reason in ``why``. ``lead_days``: what a renewal takes."""

    name: Text
    lead_days: int
    needs: str
    why: Text
    basis: str = ""


_SEE = Text("zu wissen, dass es vorliegt und gilt, genügt", "knowing that it exists and is valid is enough")
KINDS: Mapping[str, PaperKind] = {
    "business_registration": PaperKind(
        Text("Gewerbeanmeldung oder Steuernummer", "Business registration or tax number"),
        14,
        VALIDITY,
        _SEE,
        "§ 14 GewO",
    ),
    "liability_insurance": PaperKind(
        Text("Haftpflichtversicherung", "Liability insurance"), 30, VALIDITY, _SEE, "§ 113 VVG"
    ),
    "tax_residence": PaperKind(
        Text("Ansässigkeitsbescheinigung", "Certificate of tax residence"),
        60,
        DOCUMENT,
        Text("gehört zu den Steuerunterlagen der Firma", "belongs to the firm's tax papers"),
        "§ 50c EStG",
    ),
    "a1": PaperKind(
        Text("A1-Bescheinigung", "A1 certificate"),
        30,
        DOCUMENT,
        Text("muss bei einer Prüfung am Arbeitsort vorliegen", "must be at hand when the place of work is checked"),
        "Art. 19 VO (EG) 987/2009",
    ),
    "reference": PaperKind(Text("Referenz", "Reference"), 0, VALIDITY, _SEE),
    "skill": PaperKind(Text("Bestätigte Fähigkeit", "Confirmed skill"), 0, VALIDITY, _SEE),
    "other": PaperKind(Text("Andere Unterlage", "Other paper"), 30, VALIDITY, _SEE),
}


def is_valid(valid_from: date | None, expires: date | None, *, on: date) -> bool:
    """Whether a paper holds on this day; without days it holds."""
    return (valid_from is None or valid_from <= on) and (expires is None or on <= expires)


def runs_out(kind: str, expires: date | None, *, on: date) -> bool:
    """Whether it is time to renew: within the lead time of the kind, or past it."""
    known = KINDS.get(kind)
    return known is not None and expires is not None and expires - timedelta(days=known.lead_days) <= on
