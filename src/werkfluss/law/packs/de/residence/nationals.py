"""Routes that depend on nationality: free movement, Western Balkans, states of § 26 Abs. 1 BeschV."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, yes_no
from werkfluss.law.packs.de.residence import questions as ask
from werkfluss.law.packs.de.residence.common import (
    BALKANS,
    BEST_FRIENDS,
    CONSENT_MARKET,
    EEA,
    EU,
    PERSON,
    VISA_FREE,
    agency_test,
    closed,
    first_closed,
    licence_test,
    pension_test,
    way,
)
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule


def free_nationality(citizenship: str) -> Finding | None:
    """Germans and those who move freely, or None."""
    if citizenship == "DE":
        reason = Text("Deutsche brauchen keinen Titel.", "Germans need no title.")
        return finding("allowed", reason, cites=("freizuegg_2",))
    if citizenship in EU | EEA:
        reason = Text(
            "Freizügigkeit: kein Aufenthaltstitel nötig, nur die Anmeldung der Wohnung.",
            "Free movement: no residence title needed, only registration of the address.",
        )
        cite = "freizuegg_2" if citizenship in EU else "freizuegg_12"
        return finding("allowed", reason, cites=(cite,))
    if citizenship == "CH":
        reason = Text(
            "Schweizer Staatsangehörige sind vom Titel befreit.", "Swiss nationals are exempt from the title."
        )
        return finding("allowed", reason, cites=("fza_ch",))
    return None


@rule(
    "de/residence/free_movement",
    title=Text("Freizügigkeit (EU, EWR, Schweiz)", "Free movement (EU, EEA, Switzerland)"),
    start=date(2020, 3, 1),
    facts=FactSchema(
        ask.CITIZENSHIP,
        yes_no(
            "union_family",
            "Gehört die Person zur Familie eines freizügigkeitsberechtigten Unionsbürgers in Deutschland?",
            "Does the person belong to the family of a Union citizen who moves freely in Germany?",
            default=False,
        ),
    ),
)
def free_movement(facts: Facts, _values: Parameters) -> Finding:
    """§§ 2, 12 FreizügG/EU, § 28 AufenthV: workers, jobseekers, self-employed and service providers need no title."""
    free = free_nationality(facts.word("citizenship"))
    if free is not None:
        return free
    if facts.flag("union_family"):
        reason = Text(
            "Familienangehörige von Unionsbürgern dürfen arbeiten.", "Family members of Union citizens may work."
        )
        card = way(
            "paper",
            "Aufenthaltskarte oder Familienverhältnis und Freizügigkeit nachweisen lassen.",
            "Have the residence card, or the family tie and the right of free movement, proven.",
            "freizuegg_2",
            who=PERSON,
            lead_days=14,
        )
        return finding("allowed", reason, cites=("freizuegg_2",), conditions=(card,), certainty="B")
    reason = Text(
        "Drittstaatsangehörige brauchen einen Titel; die Freizügigkeit gilt für sie nicht.",
        "Nationals of third countries need a title; free movement does not cover them.",
    )
    return closed(reason, "freizuegg_2", "aufenthg_4a_5")


@rule(
    "de/residence/western_balkans",
    title=Text("Westbalkanregelung (§ 26 Abs. 2 BeschV)", "Western Balkans (s. 26(2) BeschV)"),
    start=date(2024, 6, 1),
    facts=FactSchema(
        ask.CITIZENSHIP,
        yes_no(
            "asylum_benefits",
            "Hat die Person in den letzten 24 Monaten vor dem Antrag Asylbewerberleistungen bezogen?",
            "Did the person receive asylum benefits in the 24 months before the application?",
        ),
        yes_no(
            "applied_there",
            "Wird der Antrag bei der deutschen Auslandsvertretung in einem der sechs Staaten gestellt?",
            "Is the application made at the German mission in one of the six states?",
            default=True,
        ),
        ask.AGE,
        ask.SALARY,
        ask.PENSION,
        ask.LICENCE,
        ask.AGENCY_WORK,
    ),
)
def western_balkans(facts: Facts, values: Parameters) -> Finding:
    """§ 26 Abs. 2, § 1 Abs. 2 BeschV, § 19c Abs. 1 AufenthG: any job within the quota, with a labour market test."""
    if facts.word("citizenship") not in BALKANS:
        reason = Text("Nur für AL, BA, XK, ME, MK und RS.", "Only for AL, BA, XK, ME, MK and RS.")
        return closed(reason, "beschv_26_2")
    if not facts.flag("applied_there"):
        reason = Text(
            "Die erste Zustimmung gibt es nur auf Antrag bei der Auslandsvertretung dort.",
            "The first consent is given only on application at the mission there.",
        )
        there = way("paper", "Den Antrag dort stellen.", "Apply there.", "beschv_26_2", who=PERSON, lead_days=120)
        return closed(reason, "beschv_26_2", ways=(there,))
    if facts.flag("asylum_benefits"):
        reason = Text("Asylbewerberleistungen in den letzten 24 Monaten.", "Asylum benefits in the last 24 months.")
        return closed(reason, "beschv_26_2")
    failed = first_closed(licence_test(facts), agency_test(facts), pension_test(facts, values, "beschv_1_2"))
    if failed:
        return failed
    quota = values.number("balkans_quota")
    place = way(
        "limit",
        f"Ein Platz im Kontingent von {quota} Zustimmungen im Jahr muss frei sein.",
        f"A place in the quota of {quota} consents a year must be free.",
        "beschv_26_2",
        who=PERSON,
    )
    reason = Text(
        "Jede Beschäftigung möglich; die Behörde entscheidet nach Ermessen. Eine Kürzung des Kontingents ist geplant.",
        "Any job possible; the authority decides at its discretion. A cut of the quota is planned.",
    )
    cites = ("beschv_26_2", "aufenthg_39")
    open_way = {"route": "26_2", "consent": True, "quota": quota}
    return finding("allowed", reason, cites=cites, conditions=(CONSENT_MARKET, place), values=open_way, certainty="B")


@rule(
    "de/residence/best_friends",
    title=Text("Bestimmte Staatsangehörige (§ 26 Abs. 1 BeschV)", "Certain nationals (s. 26(1) BeschV)"),
    start=date(2021, 1, 1),
    facts=FactSchema(ask.CITIZENSHIP, ask.LICENCE, ask.AGENCY_WORK),
)
def best_friends(facts: Facts, _values: Parameters) -> Finding:
    """§ 26 Abs. 1 BeschV, § 19c Abs. 1 AufenthG, § 41 AufenthV: any job, with a labour market test; no age rule."""
    citizenship = facts.word("citizenship")
    if citizenship not in BEST_FRIENDS:
        listed = ", ".join(sorted(BEST_FRIENDS))
        return closed(Text(f"Nur für {listed}.", f"Only for {listed}."), "beschv_26_1")
    failed = first_closed(licence_test(facts), agency_test(facts))
    if failed:
        return failed
    reason = Text(
        "Jede Beschäftigung möglich; die Behörde entscheidet nach Ermessen.",
        "Any job possible; the authority decides at its discretion.",
    )
    open_way = {"route": "26_1", "consent": True, "visa_needed": citizenship not in VISA_FREE}
    cites = ("beschv_26_1", "aufenthg_39", "aufenthv_41")
    return finding("allowed", reason, cites=cites, conditions=(CONSENT_MARKET,), values=open_way, certainty="B")
