"""When a skilled worker may settle for good."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, day, number, one_of, yes_no
from werkfluss.law.packs.de.residence import questions as ask
from werkfluss.law.packs.de.residence.common import PERSON, add_months, closed, shown, way
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Duty


@rule(
    "de/residence/settlement",
    title=Text("Niederlassungserlaubnis für Fachkräfte", "Settlement permit for skilled workers"),
    start=date(2023, 11, 18),
    facts=FactSchema(
        one_of(
            "title_kind",
            ("blue_card", "skilled"),
            "Mit welchem Titel arbeitet die Person: Blaue Karte, oder §§ 18a, 18b, 18d?",
            "With which title does the person work: Blue Card, or ss. 18a, 18b, 18d?",
        ),
        day(
            "since",
            "Seit wann arbeitet sie mit der Blauen Karte, oder seit wann besitzt sie den Titel?",
            "Since when has she worked with the Blue Card, or held the title?",
            around=("638", "821", "730", "1095"),
        ),
        number(
            "contribution_months",
            "months",
            "Für wie viele Monate sind Rentenbeiträge (oder Gleichwertiges) nachgewiesen?",
            "For how many months are pension contributions (or the like) proven?",
            around=("settlement_a1", "settlement_b1", "settlement_skilled", "settlement_domestic"),
            step="1",
        ),
        ask.GERMAN,
        yes_no(
            "domestic_degree",
            "Hat sie eine Berufsausbildung oder ein Studium in Deutschland abgeschlossen?",
            "Did she complete vocational training or a degree in Germany?",
            default=False,
        ),
        yes_no(
            "settlement_basics",
            "Sind Lebensunterhalt, Wohnraum und Grundkenntnisse der Rechtsordnung nachgewiesen und stehen keine "
            "Sicherheitsgründe entgegen (§ 9 Abs. 2)?",
            "Are livelihood, housing and basic knowledge of the legal order proven, with no reasons of public safety "
            "against it (s. 9(2))?",
        ),
    ),
)
def settlement(facts: Facts, values: Parameters) -> Finding:
    """§ 18c Abs. 1, 2, § 9 Abs. 2 AufenthG: 27 or 21 months with a Blue Card, three or two years with another title."""
    card = facts.word("title_kind") == "blue_card"
    basis = "aufenthg_18c_2" if card else "aufenthg_18c_1"
    level = facts.word("german_level")
    wanted = "a1" if card else "b1"
    since = facts.day("since")
    dates = _dates(values, since, card=card)
    if not ask.at_least(level, wanted):
        reason = Text(
            f"Deutsch auf dem Niveau {wanted.upper()} ist nicht nachgewiesen.",
            f"German at level {wanted.upper()} is not proven.",
        )
        learn = way(
            "paper",
            f"Deutschzertifikat {wanted.upper()} (mit B1 geht es bei der Blauen Karte sechs Monate früher).",
            f"German certificate {wanted.upper()} (with a Blue Card, B1 makes it six months earlier).",
            basis,
            who=PERSON,
            lead_days=120,
        )
        return closed(reason, basis, values=dates, ways=(learn,))
    months = _months(facts, values, level, card=card)
    earliest = add_months(since, months)
    dates = {**dates, "months": months, "earliest": earliest, "fee": values.number("fee_settlement")}
    apply = Duty(
        Text("Niederlassungserlaubnis beantragen.", "Apply for the settlement permit."),
        PERSON,
        earliest,
        basis,
        practical_days=60,
    )
    if values.on < earliest or facts.number("contribution_months") < months:
        reason = Text(
            f"Frühestens am {shown(earliest)} und mit {months} Monaten Rentenbeiträgen.",
            f"On {earliest} at the earliest, and with {months} months of pension contributions.",
        )
        wait = way("limit", f"Bis {shown(earliest)} warten.", f"Wait until {earliest}.", basis, who=PERSON)
        return closed(reason, basis, values=dates, ways=(wait,))
    if not facts.flag("settlement_basics"):
        reason = Text(
            "Eine allgemeine Voraussetzung des § 9 Abs. 2 fehlt.", "A general condition of s. 9(2) is missing."
        )
        prove = way(
            "paper",
            "Lebensunterhalt, Wohnraum, Test „Leben in Deutschland“ nachweisen.",
            "Prove livelihood, housing and the test “Life in Germany”.",
            "aufenthg_9_2",
            who=PERSON,
            lead_days=60,
        )
        return closed(reason, "aufenthg_9_2", values=dates, ways=(prove,))
    reason = Text("Die Voraussetzungen der Niederlassung sind erfüllt.", "The conditions for settlement are met.")
    return finding("allowed", reason, cites=(basis, "aufenthg_9_2"), duties=(apply,), values=dates)


def _months(facts: Facts, values: Parameters, level: str, *, card: bool) -> int:
    if card:
        return values.days("settlement_b1" if ask.at_least(level, "b1") else "settlement_a1")
    return values.days("settlement_domestic" if facts.flag("domestic_degree") else "settlement_skilled")


def _dates(values: Parameters, since: date, *, card: bool) -> dict[str, object]:
    """The days that the calendar of a Blue Card holder shows."""
    if not card:
        return {}
    return {
        "earliest_b1": add_months(since, values.days("settlement_b1")),
        "earliest_a1": add_months(since, values.days("settlement_a1")),
    }
