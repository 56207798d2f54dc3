"""Working for oneself: business, liberal profession, or beside another title."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, one_of, yes_no
from werkfluss.law.packs.de.residence import questions as ask
from werkfluss.law.packs.de.residence.common import AUTHORITY, PERSON, closed, licence_test, way
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule

_HEARING = way(
    "review",
    "Stellungnahme der Kammer, der Gewerbebehörde oder der Berufsvertretung zum Geschäftsplan.",
    "Opinion of the chamber, trade office or professional body on the business plan.",
    "aufenthg_21_1",
    who=AUTHORITY,
    lead_days=60,
)


@rule(
    "de/residence/self_employed",
    title=Text("Selbständige Tätigkeit (§ 21 AufenthG)", "Self-employment (s. 21)"),
    start=date(2020, 3, 1),
    facts=FactSchema(
        one_of(
            "business_kind",
            ("business", "liberal_profession", "side_activity"),
            "Gewerbe, freier Beruf, oder nebenbei zu einem Titel mit anderem Zweck?",
            "Trade or business, liberal profession, or beside a title for another purpose?",
        ),
        yes_no(
            "german_graduate_or_researcher",
            "Deutsches Studium abgeschlossen oder Titel als Forscher, und hängt die Tätigkeit damit zusammen?",
            "German degree or a researcher's title, and is the activity related to it?",
            default=False,
        ),
        yes_no(
            "economic_interest",
            "Besteht ein wirtschaftliches Interesse oder regionales Bedürfnis?",
            "Is there an economic interest or regional need?",
        ),
        yes_no(
            "positive_effects",
            "Lässt die Tätigkeit positive Auswirkungen auf die Wirtschaft erwarten?",
            "Can positive effects on the economy be expected?",
        ),
        yes_no(
            "financing_secured",
            "Ist die Finanzierung durch Eigenkapital oder Kreditzusage gesichert?",
            "Is the financing secured by own capital or a loan commitment?",
        ),
        ask.AGE,
        ask.PENSION,
        ask.LICENCE,
    ),
)
def self_employed(facts: Facts, values: Parameters) -> Finding:
    """§ 21 Abs. 1, 2a, 3, 5, 6 AufenthG: business by three tests, liberal professions without; at 45 a pension."""
    no_licence = licence_test(facts)
    if no_licence:
        return no_licence
    kind = facts.word("business_kind")
    if kind == "side_activity":
        reason = Text("Kann neben dem Hauptzweck erlaubt werden.", "May be permitted beside the main purpose.")
        permit = way(
            "paper",
            "Erlaubnis der selbständigen Nebentätigkeit im Titel eintragen lassen.",
            "Have the permission for self-employment entered in the title.",
            "aufenthg_21_6",
            who=PERSON,
            lead_days=45,
        )
        return finding("allowed", reason, cites=("aufenthg_21_6",), conditions=(permit,), certainty="B")
    related = facts.flag("german_graduate_or_researcher")
    failed = None if kind == "liberal_profession" or related else _three_tests(facts)
    if failed:
        return failed
    if facts.number("age") >= values.number("pension_age") and not facts.flag("pension_proof"):
        reason = Text(
            "Ab 45 Jahren soll der Titel nur mit angemessener Altersversorgung erteilt werden.",
            "Above 45 the title shall be issued only with an adequate pension.",
        )
        prove = way("paper", "Altersversorgung nachweisen.", "Prove a pension.", "aufenthg_21_3", who=PERSON)
        return closed(reason, "aufenthg_21_3", ways=(prove,), certainty="B")
    basis = _basis(kind, related=related)
    reason = _SHALL if related else _MAY
    open_way = {"route": basis.removeprefix("aufenthg_"), "consent": False, "longest_months": 36}
    if kind == "business":
        open_way["settlement_after_months"] = 36
    return finding(
        "allowed", reason, cites=(basis, "aufenthg_21_1"), conditions=(_HEARING,), values=open_way, certainty="B"
    )


_MAY = Text(
    "Möglich, höchstens drei Jahre; die Behörde entscheidet nach Ermessen und hört fachkundige Stellen.",
    "Possible, three years at most; the authority decides at its discretion and hears expert bodies.",
)
_SHALL = Text(
    "Soll erteilt werden (§ 21 Abs. 2a), höchstens drei Jahre; die Behörde hört fachkundige Stellen.",
    "Shall be issued (s. 21(2a)), three years at most; the authority hears expert bodies.",
)


def _basis(kind: str, *, related: bool) -> str:
    if related:
        return "aufenthg_21_2a"
    return "aufenthg_21_5" if kind == "liberal_profession" else "aufenthg_21_1"


def _three_tests(facts: Facts) -> Finding | None:
    """§ 21 Abs. 1 Satz 1 AufenthG; all that fail are named at once."""
    lacking = [
        (name, de, en)
        for name, de, en in (
            ("economic_interest", "wirtschaftliches Interesse oder regionales Bedürfnis", "economic interest or need"),
            ("positive_effects", "positive Auswirkungen", "positive effects"),
            ("financing_secured", "gesicherte Finanzierung", "secured financing"),
        )
        if not facts.flag(name)
    ]
    if not lacking:
        return None
    german, english = ", ".join(item[1] for item in lacking), ", ".join(item[2] for item in lacking)
    reason = Text(f"Es fehlt: {german}.", f"Missing: {english}.")
    plan = way(
        "paper",
        f"Geschäftsplan und Nachweise ergänzen: {german}.",
        f"Complete the business plan and the proofs: {english}.",
        "aufenthg_21_1",
        who=PERSON,
        lead_days=30,
    )
    return closed(reason, "aufenthg_21_1", ways=(plan,))
