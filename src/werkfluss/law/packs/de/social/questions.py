"""The facts about a job and a person that several rules of this pack ask for."""

from __future__ import annotations

from decimal import Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.facts import number, one_of, yes_no
from werkfluss.law.packs.de.social.amounts import NOTHING, Person, kind_of
from werkfluss.law.packs.de.social.tax import TaxCase, WageTax, wage_tax
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts

_MONTHS = 12

GROSS = number(
    "gross",
    "EUR/month",
    "Wie hoch ist das regelmäßige Bruttoentgelt im Monat?",
    "How high is the regular gross pay per month?",
    # Without the pay no amount is known; these two and what lies far above them show which questions follow.
    around=("minijob_limit", "midijob_upper"),
)
HEALTH = one_of(
    "health",
    ("statutory", "private"),
    "Wie ist die Person krankenversichert: gesetzlich (Pflicht, freiwillig, Familie) oder privat?",
    "How is the person insured for health: statutory (compulsory, voluntary, family) or private?",
    labels={
        "statutory": Text("gesetzlich (Pflicht, freiwillig, Familie)", "statutory (compulsory, voluntary, family)"),
        "private": Text("privat", "private"),
    },
)
CHILDLESS = yes_no(
    "childless",
    "Ist die Person kinderlos und 23 Jahre oder älter (Zuschlag zur Pflegeversicherung)?",
    "Is the person childless and 23 or older (surcharge in care insurance)?",
)
CHILDREN = number(
    "children_under_25",
    "children",
    "Wie viele Kinder unter 25 Jahren hat die Person (nachgewiesen)?",
    "How many children under 25 has the person (proven)?",
    around=("2", "3", "4", "5"),
    step="1",
    default="0",
)
PLACE = one_of(
    "place",
    ("west", "east", "saxony"),
    "Wo wird gearbeitet: alte Länder mit Berlin-West, neue Länder mit Berlin-Ost, Sachsen?",
    "Where is the work done: western states and West Berlin, eastern states and East Berlin, Saxony?",
    default="west",
    labels={
        "west": Text("alte Länder, Berlin-West", "western states, West Berlin"),
        "east": Text("neue Länder ohne Sachsen, Berlin-Ost", "eastern states without Saxony, East Berlin"),
        "saxony": Text("Sachsen", "Saxony"),
    },
)
ADDITIONAL = number(
    "additional_rate",
    "percent",
    "Welchen Zusatzbeitrag erhebt die Krankenkasse (in Prozent; sonst wird der durchschnittliche genommen)?",
    "Which additional rate does the health fund charge (percent; else the average one is taken)?",
    around=("0",),
)
PRIVATE_HEALTH = number(
    "private_health_premium",
    "EUR/month",
    "Wie hoch ist der Monatsbeitrag zur privaten Krankenversicherung?",
    "How high is the monthly premium of private health insurance?",
    around=("0",),
)
PRIVATE_CARE = number(
    "private_care_premium",
    "EUR/month",
    "Wie hoch ist der Monatsbeitrag zur privaten Pflegeversicherung?",
    "How high is the monthly premium of private care insurance?",
    around=("0",),
)
TRAINEE = yes_no("trainee", "Ist es eine Berufsausbildung?", "Is it a vocational training contract?", default=False)
PENSION_EXEMPT = yes_no(
    "pension_exempt",
    "Ist die Person im Minijob auf Antrag von der Rentenversicherung befreit?",
    "Is the person exempt from pension insurance in the Minijob, on application?",
)
TAX_CLASS = one_of(
    "tax_class",
    ("1", "2", "3", "4", "5", "6"),
    "Welche Lohnsteuerklasse hat die Person (ohne Faktor)?",
    "Which wage tax class has the person (without a factor)?",
)
CHURCH_TAX = one_of(
    "church_tax",
    ("none", "8_percent", "9_percent"),
    "Kirchensteuer: keine, 8 % (Bayern, Baden-Württemberg) oder 9 % (übrige Länder)?",
    "Church tax: none, 8 % (Bavaria, Baden-Württemberg) or 9 % (other states)?",
    labels={
        "none": Text("keine", "none"),
        "8_percent": Text("8 % (Bayern, Baden-Württemberg)", "8 % (Bavaria, Baden-Württemberg)"),
        "9_percent": Text("9 % (übrige Länder)", "9 % (other states)"),
    },
)
JOB_FACTS = (GROSS, HEALTH, CHILDLESS, CHILDREN, PLACE, ADDITIONAL, PRIVATE_HEALTH, PRIVATE_CARE, TRAINEE)


def is_private(facts: Facts, gross: Decimal, values: Parameters) -> bool:
    """Asked in Minijobs and above the annual limit; below it the person is insured by law unless known otherwise."""
    above = gross * _MONTHS > values.number("annual_limit")
    if above or facts.known("health"):
        return facts.word("health") == "private"
    return False


def person_of(facts: Facts, values: Parameters) -> Person:
    """The person as the facts describe her; reads only what matters for this pay."""
    gross = facts.number("gross")
    trainee = facts.flag("trainee")
    place = facts.word("place")
    east, saxony = place == "east", place == "saxony"
    if kind_of(Person(gross, trainee=trainee), values) == "minijob":
        private = facts.word("health") == "private"
        exempt = facts.flag("pension_exempt")
        return Person(gross, saxony=saxony, east=east, private=private, pension_exempt=exempt)
    if is_private(facts, gross, values):
        return Person(
            gross,
            saxony=saxony,
            east=east,
            private=True,
            private_health=facts.number("private_health_premium"),
            private_care=facts.number("private_care_premium"),
            trainee=trainee,
        )
    childless = facts.flag("childless")
    children = 0 if childless else int(facts.number("children_under_25"))
    additional = facts.number("additional_rate") if facts.known("additional_rate") else None
    return Person(gross, childless, children, saxony, east, additional=additional, trainee=trainee)


def tax_of(facts: Facts, person: Person, subsidy: Decimal, values: Parameters) -> WageTax:
    """Wage tax of a person who is not in a Minijob; ``subsidy``: the employer's share of private premiums."""
    additional = NOTHING if person.private else person.additional
    if additional is None:
        additional = values.number("rate_additional")
    return wage_tax(
        TaxCase(
            person.gross,
            int(facts.word("tax_class")),
            facts.word("church_tax"),
            person.childless,
            person.children,
            person.saxony,
            additional,
            int(values.number("wage_tax_plan")),
            person.private_health + person.private_care if person.private else None,
            subsidy,
        )
    )
