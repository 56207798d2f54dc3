"""The go-live lock: where there is a works council, person-related functions wait for its recorded agreement.

The agreement is a sourced fact of the firm with its document; ``de/works_council/go_live`` says what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from werkfluss.agents.sheets import Sheet
from werkfluss.compliance.domain.checks import Question, check_facts
from werkfluss.compliance.domain.facts import record_fact
from werkfluss.compliance.domain.go_live import (
    AGREEMENT,
    GO_LIVE,
    LABEL,
    facts_of,
    is_locked,
    person_related,
    verdict_on,
)
from werkfluss.compliance.models import Fact
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.domain.dossiers import Section
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.law.packs.de.works_council.annex import filled
from werkfluss.law.packs.de.works_council.functions import FUNCTIONS, Function
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.models import FirmProfile

__all__ = ["annex_sheet", "is_locked", "person_related", "record_agreement", "verdict_on"]

KINDS = ("works_agreement", "consent", "conciliation")


def functions() -> tuple[Function, ...]:
    """The functions of the product with the rights of the works council they touch."""
    return FUNCTIONS


def record_agreement(
    profile: FirmProfile, *, on: date, kind: str, covers: Iterable[str], document: tuple[str, bytes], by: Actor
) -> Fact:
    """Record the agreement with its day, its document and the functions it covers; they open from that day on.

    Raises:
        Refused: the kind or a function does not exist, or no function is covered.
        Broken: the document is empty or too large.
    """
    covered = sorted(set(covers))
    if kind not in KINDS or not covered or not set(covered) <= set(person_related()):
        raise Refused(
            Text("Diese Einigung ist nicht vollständig.", "This agreement is not complete."),
            citation="§ 87 Abs. 1 Nr. 6 BetrVG",
            what_to_do=Text(
                "Bitte Art der Einigung und die umfassten Funktionen angeben.",
                "Please give the kind of agreement and the functions it covers.",
            ),
        )
    name, content = document
    kept = keep_file(content, filename=name, title=f"Einigung mit dem Betriebsrat: {name}", belongs_to=profile, by=by)
    fact = record_fact(
        profile,
        name=AGREEMENT,
        value={"kind": kind, "covers": covered},
        source=kept.title,
        valid_from=on,
        document=kept,
        by=by,
    )
    firms.record_works_agreement(profile, on=on, by=by)
    asked = [Question.of(GO_LIVE, on, facts_of(True, {"kind": kind, "covers": covered}, name)) for name in covered]
    check_facts(asked, by=by)
    return fact


def agreement_of(profile: FirmProfile) -> Fact | None:
    """The agreement recorded last, with its document."""
    found = Fact.objects.filter(subject_type=LABEL, subject_id=profile.pk, name=AGREEMENT)
    return found.select_related("document").order_by("-valid_from", "-created_at").first()


NOTE = Text(
    "Eigener Mustertext, von den Betriebsparteien anzupassen; ersetzt keine Rechtsberatung.",
    "A model text of our own, to be adapted by the parties; no substitute for legal advice.",
)
LEAST_GROUP = 5


def annex_sheet(profile: FirmProfile, *, firm: str, address: str, on: date) -> Sheet:
    """The ready annex to the works agreement: its clauses, and the list of functions with what each touches."""
    clauses = filled({"firm": firm, "date": f"{on:%d.%m.%Y}", "group": str(LEAST_GROUP)})
    agreed = agreement_of(profile)
    covered = set(agreed.value["covers"]) if agreed else set()
    yes, no = Text("ja", "yes"), Text("nein", "no")
    rows = tuple(
        (one.name, yes if one.person_related else no, rights_of(one), yes if one.id in covered else no)
        for one in FUNCTIONS
    )
    head = (
        Text("Funktion", "Function"),
        Text("Personenbezogen", "Person-related"),
        Text("Rechte des Betriebsrats", "Rights of the works council"),
        Text("Freigegeben", "Released"),
    )
    listed = Section(Text("Funktionen von Werkfluss", "Functions of Werkfluss"), head=head, rows=rows)
    return Sheet(
        Text("Anlage zur Betriebsvereinbarung: Werkfluss", "Annex to the works agreement: Werkfluss"),
        firm,
        address,
        on,
        ((Text("Stand", "As of"), on),),
        (
            (Text("Regelungen", "Clauses"), tuple(Section(one.heading, paragraphs=(one.text,)) for one in clauses)),
            (Text("Liste der Funktionen", "List of functions"), (listed,)),
            (Text("Unterschriften", "Signatures"), (_SIGNATURES,)),
        ),
        NOTE,
    )


_SIGNATURES = Section(
    Text("Die Betriebsparteien", "The parties"),
    pairs=(
        (Text("Arbeitgeber: Ort, Datum, Unterschrift", "Employer: place, date, signature"), "________________"),
        (Text("Betriebsrat: Ort, Datum, Unterschrift", "Works council: place, date, signature"), "________________"),
    ),
)


def rights_of(function: Function) -> Text:
    """The provisions as lawyers write them: ``betrvg_87_1_6`` is § 87 Abs. 1 Nr. 6 BetrVG, s. 87(1) no. 6 BetrVG."""
    if not function.rights:
        return Text("–", "–")
    de, en = [], []
    for right in function.rights:
        section, *more = right.removeprefix("betrvg_").split("_")
        paragraph, number = ([*more, "", ""])[:2]
        parts = (f"§ {section}", f"Abs. {paragraph}" if paragraph else "", f"Nr. {number}" if number else "", "BetrVG")
        de.append(" ".join(part for part in parts if part))
        en.append(
            f"s. {section}" + (f"({paragraph})" if paragraph else "") + (f" no. {number}" if number else "") + " BetrVG"
        )
    return Text("; ".join(de), "; ".join(en))
