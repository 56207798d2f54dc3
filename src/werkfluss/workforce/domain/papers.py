"""Papers with an expiry: which kinds there are, and how a new version takes the place of the old one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from werkfluss.compliance.domain.deadlines import complete_deadline, deadlines_about, set_deadline
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.workforce.domain.resources import add_paper, confirm_paper
from werkfluss.workforce.models import Paper, Resource


@dataclass(frozen=True, slots=True)
class PaperType:
    """A kind of paper. ``lead_days`` is what its renewal takes in practice; ``who`` has to see to it."""

    name: Text
    lead_days: int
    basis: str = ""
    who: str = "hr"


TYPES: Mapping[str, PaperType] = {
    "residence_title": PaperType(Text("Aufenthaltstitel", "Residence title"), 60, "§ 81 Abs. 4 AufenthG"),
    "a1": PaperType(Text("A1-Bescheinigung", "A1 certificate"), 30, "Art. 12, 13 VO (EG) 883/2004"),
    "passport": PaperType(Text("Reisepass", "Passport"), 90, who="person"),
    "health_insurance": PaperType(Text("Nachweis der Krankenversicherung", "Proof of health insurance"), 30),
    "driving_licence": PaperType(Text("Führerschein", "Driving licence"), 60, who="person"),
    "forklift_licence": PaperType(Text("Staplerschein", "Forklift licence"), 30),
    "first_aid": PaperType(Text("Ersthelferschein", "First-aid certificate"), 60),
    "welding_certificate": PaperType(Text("Schweißerprüfung", "Welder's certificate"), 60),
    "language_certificate": PaperType(Text("Sprachzertifikat", "Language certificate"), 30, who="person"),
    "liability_insurance": PaperType(Text("Haftpflichtversicherung", "Liability insurance"), 30, who="person"),
    "business_registration": PaperType(Text("Gewerbeanmeldung", "Business registration"), 14, who="person"),
}
_EXPIRY = Text("Ablaufdatum der Unterlage", "expiry of the paper")


def file_paper(
    resource: Resource,
    *,
    kind: str,
    content: bytes,
    filename: str,
    valid_from: date,
    expires: date | None,
    name: Text,
    by: Actor,
) -> Paper:
    """A paper that a person of HR has in hand: it is kept, the older one of its kind ends and stays in the history.

    One that was asked for or handed in is confirmed, else a new one is made. The deadline for renewing the old one is
    done with it; a new expiry sets the next.

    Raises:
        Refused: it expires before it begins.
        Broken: the file is empty or too large.
    """
    if expires is not None and expires < valid_from:
        raise Refused(
            Text("Die Unterlage läuft vor ihrem Beginn ab.", "The paper expires before it begins."),
            citation="Unterlagen",
            what_to_do=Text("Bitte prüfen Sie beide Tage.", "Please check both days."),
        )
    known = TYPES.get(kind)
    waiting = Paper.objects.filter(resource=resource, kind=kind, state__in=["requested", "uploaded"]).first()
    paper = waiting or add_paper(resource, kind=kind, lead_days=known.lead_days if known else 30, by=by)
    document = keep_file(content, filename=filename, title=name.de, belongs_to=paper, by=by)
    confirm_paper(paper, document=document, valid_from=valid_from, expires=expires, by=by)
    code = f"renew:{kind}"
    for deadline in deadlines_about(resource).filter(code=code, state="open"):
        complete_deadline(deadline, proof=document, by=by)
    if expires is not None:
        set_deadline(
            resource,
            code=code,
            title=Text(f"{name.de} verlängern", f"Renew: {name.en}"),
            due=expires,
            lead_days=paper.lead_days,
            who=known.who if known else "hr",
            basis=(known.basis if known else "") or _EXPIRY.de,
            by=by,
        )
    return paper
