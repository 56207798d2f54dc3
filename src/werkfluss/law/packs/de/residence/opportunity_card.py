"""Opportunity card (Chancenkarte): a year to look for work, for skilled workers or by points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, number, one_of, yes_no
from werkfluss.law.packs.de.residence import questions as ask
from werkfluss.law.packs.de.residence.common import PERSON, closed, way
from werkfluss.law.packs.de.residence.routes import CONFIRMED_ABROAD
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition

_ABROAD = ("foreign_state_recognised", "chamber_abroad")


@dataclass(frozen=True, slots=True)
class _Points:
    """Points of the features that are known, what the unknown ones could add, and their names."""

    sure: int
    possible: int
    open_facts: tuple[str, ...]


@rule(
    "de/residence/opportunity_card",
    title=Text("Chancenkarte (§ 20a AufenthG)", "Opportunity card (s. 20a)"),
    start=date(2024, 6, 1),
    facts=FactSchema(
        ask.QUALIFICATION,
        ask.LIVELIHOOD,
        one_of(
            "present_stay",
            ("abroad", "title_work_or_study", "other"),
            "Wo ist die Person: im Ausland, in Deutschland mit Titel zu Arbeit oder Ausbildung, oder anders?",
            "Where is the person: abroad, in Germany with a title for work or training, or otherwise?",
            default="abroad",
        ),
        ask.GERMAN,
        one_of(
            "english_level",
            ("none", "b2", "c1"),
            "Welches Niveau in Englisch ist nachgewiesen (GER; unter B2: none)?",
            "Which level of English is proven (CEFR; below B2: none)?",
        ),
        yes_no(
            "partial_recognition",
            "Hat die zuständige Stelle festgestellt, dass nur noch Ausgleichsmaßnahmen fehlen?",
            "Has the competent body found that only compensation measures are missing?",
            default=False,
        ),
        number(
            "experience_years_of_seven",
            "years",
            "Wie viele Jahre passende Berufserfahrung nach dem Abschluss in den letzten sieben?",
            "How many years of related experience after the qualification in the last seven?",
            around=("five_years",),
        ),
        ask.EXPERIENCE,
        yes_no(
            "shortage_profession",
            "Gehört der erlernte Beruf zu den Engpassgruppen der Blauen Karte?",
            "Does the trained profession belong to the shortage groups of the Blue Card?",
        ),
        number(
            "age",
            "years",
            "Wie alt ist die Person?",
            "How old is the person?",
            around=("pension_age", "young_until", "middle_until"),
            step="1",
        ),
        yes_no(
            "earlier_stay",
            "War die Person in den letzten fünf Jahren sechs Monate rechtmäßig am Stück in Deutschland?",
            "Was the person lawfully in Germany for six months without a break in the last five years?",
            default=False,
        ),
        yes_no(
            "spouse_eligible",
            "Erfüllt der Ehegatte die Voraussetzungen, und wird zusammen beantragt?",
            "Is the spouse eligible too, and do both apply together?",
            default=False,
        ),
    ),
)
def opportunity_card(facts: Facts, values: Parameters) -> Finding:
    """§§ 20a, 20b AufenthG with the annex: skilled workers, or six points; livelihood secured; 20 hours a week."""
    if facts.word("present_stay") == "other":
        reason = Text(
            "In Deutschland nur mit einem Titel zu Ausbildung oder Erwerbstätigkeit (Abschnitt 3 oder 4).",
            "In Germany only with a title for training or work (Part 3 or 4).",
        )
        return closed(reason, "aufenthg_20a_4")
    qualification = facts.word("qualification")
    if qualification in ("academic", "vocational"):
        return _livelihood(facts) or _open(values, None, ())
    partial = facts.flag("partial_recognition")
    if qualification not in _ABROAD and not partial:
        reason = Text(
            "Nötig ist ein im Ausland staatlich anerkannter Abschluss oder einer der Auslandshandelskammer.",
            "A qualification recognised by the state abroad or issued by a German chamber abroad is needed.",
        )
        return closed(reason, "aufenthg_20a_4")
    points = _points(facts, values)
    needed = values.days("points_needed")
    if points.possible < needed:
        reason = Text(f"{points.possible} von {needed} Punkten.", f"{points.possible} of {needed} points.")
        return closed(reason, "aufenthg_20b", values={"points": points.possible, "points_needed": needed})
    if points.sure < needed:
        return _not_enough_known(points, needed)
    languages = _languages(facts)
    if languages:
        return languages
    confirmation = () if partial else (_confirmation(qualification),)
    return _livelihood(facts) or _open(values, points, confirmation)


def _points(facts: Facts, values: Parameters) -> _Points:
    """The points of the annex, one line per number of § 20b Abs. 1 Satz 1; German and experience count once."""
    sure = possible = 0
    missing: list[str] = []

    def count(names: tuple[str, ...], earned: int | None, most: int) -> None:
        nonlocal sure, possible
        if earned is None:
            missing.extend(name for name in names if not facts.known(name))
            possible += most
        else:
            sure += earned
            possible += earned

    count(("partial_recognition",), _flag(facts, values, "partial_recognition", "points_partial"), 0)
    count(("german_level",), _german(facts, values), values.days("points_b2"))
    count(("english_level",), _english(facts, values), values.days("points_english"))
    names = ("experience_years_of_seven", "experience_years")
    count(names, _experience(facts, values), values.days("points_five_years"))
    shortage = _flag(facts, values, "shortage_profession", "points_shortage")
    count(("shortage_profession",), shortage, values.days("points_shortage"))
    count(("age",), _age(facts, values), values.days("points_young"))
    for name, parameter in (("earlier_stay", "points_stay"), ("spouse_eligible", "points_spouse")):
        count((name,), _flag(facts, values, name, parameter), values.days(parameter))
    return _Points(sure, possible, tuple(missing))


def _flag(facts: Facts, values: Parameters, name: str, parameter: str) -> int | None:
    if not facts.known(name):
        return None
    return values.days(parameter) if facts.flag(name) else 0


def _german(facts: Facts, values: Parameters) -> int | None:
    if not facts.known("german_level"):
        return None
    level = facts.word("german_level")
    if ask.at_least(level, "b2"):
        return values.days("points_b2")
    return values.days(f"points_{level}") if level in ("b1", "a2") else 0


def _english(facts: Facts, values: Parameters) -> int | None:
    if not facts.known("english_level"):
        return None
    return values.days("points_english") if facts.word("english_level") == "c1" else 0


def _experience(facts: Facts, values: Parameters) -> int | None:
    """Five years in seven, else two in five."""
    five, two = values.number("five_years"), values.number("practical_experience")
    if facts.known("experience_years_of_seven") and facts.number("experience_years_of_seven") >= five:
        return values.days("points_five_years")
    if not facts.known("experience_years_of_seven") or not facts.known("experience_years"):
        return None
    return values.days("points_two_years") if facts.number("experience_years") >= two else 0


def _age(facts: Facts, values: Parameters) -> int | None:
    if not facts.known("age"):
        return None
    age = facts.number("age")
    if age <= values.number("young_until"):
        return values.days("points_young")
    return values.days("points_middle") if age <= values.number("middle_until") else 0


def _not_enough_known(points: _Points, needed: int) -> Finding:
    reason = Text(
        f"Sicher sind {points.sure} Punkte, möglich {points.possible}; nötig sind {needed}.",
        f"{points.sure} points are certain, {points.possible} possible; {needed} are needed.",
    )
    shown = {"points_sure": points.sure, "points_possible": points.possible, "points_needed": needed}
    return finding("unknown", reason, cites=("aufenthg_20b",), values=shown, asks=points.open_facts)


def _languages(facts: Facts) -> Finding | None:
    """§ 20a Abs. 4 Satz 3 Nr. 2 AufenthG: German A1 or English B2."""
    if ask.at_least(facts.word("german_level"), "a1") or facts.word("english_level") in ("b2", "c1"):
        return None
    reason = Text("Weder Deutsch A1 noch Englisch B2 ist nachgewiesen.", "Neither German A1 nor English B2 is proven.")
    learn = way(
        "paper",
        "Sprachzertifikat: Deutsch A1 oder Englisch B2.",
        "Language certificate: German A1 or English B2.",
        "aufenthg_20a_4",
        who=PERSON,
        lead_days=60,
    )
    return closed(reason, "aufenthg_20a_4", ways=(learn,))


def _livelihood(facts: Facts) -> Finding | None:
    if facts.flag("livelihood_secured"):
        return None
    reason = Text("Der Lebensunterhalt ist nicht gesichert.", "The livelihood is not secured.")
    secure = way(
        "security",
        "Sperrkonto, Verpflichtungserklärung oder Teilzeitvertrag bis 20 Stunden nachweisen.",
        "Prove a blocked account, a declaration of commitment or a part-time contract of up to 20 hours.",
        "aufenthg_20a_4",
        who=PERSON,
        lead_days=30,
    )
    return closed(reason, "aufenthg_20a_4", ways=(secure,))


def _confirmation(qualification: str) -> Condition:
    if qualification == "chamber_abroad":
        return way(
            "paper",
            "Bestätigung, dass die Ausbildung der Kammer den Anforderungen entspricht (die Kammer beantragt sie).",
            "Confirmation that the chamber's training meets the requirements (the chamber applies for it).",
            "aufenthg_20a_4",
            who=PERSON,
        )
    return CONFIRMED_ABROAD


def _open(values: Parameters, points: _Points | None, confirmation: tuple[Condition, ...]) -> Finding:
    hours = values.days("card_hours")
    limit = way(
        "limit",
        f"Nur bis {hours} Stunden in der Woche und zur Probe je zwei Wochen arbeiten; für die Stelle selbst den "
        "passenden Titel beantragen.",
        f"Work only up to {hours} hours a week, and on trial for two weeks each; apply for the fitting title for the "
        "job itself.",
        "aufenthg_20a_2",
        who=PERSON,
        lead_days=0,
    )
    reason = Text(
        "Kann für bis zu ein Jahr erteilt werden.", "May be issued for up to a year."
    ) if points is None else Text(
        f"{points.sure} Punkte: kann für bis zu ein Jahr erteilt werden.",
        f"{points.sure} points: may be issued for up to a year.",
    )  # fmt: skip
    shown: dict[str, object] = {"route": "20a", "consent": False, "hours_a_week": hours, "longest_months": 12}
    if points is not None:
        shown |= {"points": points.sure, "points_needed": values.days("points_needed")}
    cites = ("aufenthg_20a_3", "aufenthg_20a_4", "aufenthg_20b")
    return finding("allowed", reason, cites=cites, conditions=(*confirmation, limit), values=shown, certainty="B")
