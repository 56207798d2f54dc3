"""What the routes of the pack share: texts, conditions, tests that are the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding
from werkfluss.law.said import euro
from werkfluss.law.verdict import Certainty, Condition

EMPLOYER = Text("Arbeitgeber", "employer")
PERSON = Text("die Person", "the person")
BOTH = Text("die Person mit dem Arbeitgeber", "the person with the employer")
AUTHORITY = Text("Ausländerbehörde", "immigration authority")
MISSION = Text("deutsche Auslandsvertretung", "German mission abroad")
AGENCY = Text("Ausländerbehörde fragt die Bundesagentur für Arbeit", "the authority asks the Employment Agency")

EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)
EEA = frozenset(("IS", "LI", "NO"))
BALKANS = frozenset(("AL", "BA", "ME", "MK", "RS", "XK"))
BEST_FRIENDS = frozenset(("AD", "AU", "CA", "GB", "IL", "JP", "KR", "MC", "NZ", "SM", "US"))
# § 41 Abs. 1 AufenthV: these may come without a visa and apply in Germany.
VISA_FREE = frozenset(("AU", "CA", "GB", "IL", "JP", "KR", "NZ", "US"))

CONSENT = Condition(
    "consent",
    Text(
        "Zustimmung der Bundesagentur für Arbeit (vergleichbare Arbeitsbedingungen).",
        "Consent of the Federal Employment Agency (comparable working conditions).",
    ),
    AGENCY,
    "aufenthg_39",
    lead_days=14,
    remedy=Text(
        "Im beschleunigten Verfahren gilt sie nach einer Woche als erteilt, wenn die Angaben vollständig sind.",
        "In the accelerated procedure it is deemed given after one week if the information is complete.",
    ),
)
CONSENT_MARKET = Condition(
    "consent",
    Text(
        "Zustimmung der Bundesagentur für Arbeit mit Vorrangprüfung (keine bevorrechtigten Bewerber).",
        "Consent of the Federal Employment Agency with a labour market test (no preferred applicants).",
    ),
    AGENCY,
    "aufenthg_39",
    lead_days=14,
)


def way(kind: str, de: str, en: str, basis: str, *, who: Text = BOTH, lead_days: int | None = None) -> Condition:
    """What would open a closed route, or must be done on an open one."""
    return Condition(kind, Text(de, en), who, basis, lead_days=lead_days)


def closed(
    reason: Text,
    *cites: str,
    values: Mapping[str, object] | None = None,
    ways: Iterable[Condition] = (),
    certainty: Certainty = "A",
) -> Finding:
    """The route is closed; ``ways`` say what would open it."""
    return finding("blocked", reason, cites=cites, values=values, conditions=ways, certainty=certainty)


def raise_salary(threshold: Decimal, basis: str) -> Condition:
    least = euro(threshold)
    return way(
        "limit",
        f"Ein Bruttojahresgehalt von mindestens {least.de} vereinbaren.",
        f"Agree on a gross annual salary of at least {least.en}.",
        basis,
        lead_days=7,
    )


def shown(value: date) -> str:
    return value.strftime("%d.%m.%Y")


def add_months(start: date, months: int) -> date:
    """The day with the same number ``months`` later, or the last of that month (§ 188 BGB)."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(start.day, last))


def agency_test(facts: Facts) -> Finding | None:
    """§ 40 Abs. 1 Nr. 2 AufenthG: no consent for agency workers; None if the test is passed."""
    if not facts.flag("agency_work"):
        return None
    reason = Text(
        "Für Leiharbeit muss die Bundesagentur die Zustimmung versagen.",
        "The Agency must refuse consent for agency work.",
    )
    direct = way("limit", "Die Person selbst anstellen.", "Employ the person directly.", "aufenthg_40_1")
    return closed(reason, "aufenthg_40_1", ways=(direct,))


def licence_test(facts: Facts) -> Finding | None:
    """§ 18 Abs. 2 Nr. 3 AufenthG: the licence is granted or promised where one is needed; None if passed."""
    if facts.word("licence") != "missing":
        return None
    reason = Text("Die Berufsausübungserlaubnis fehlt.", "The professional licence is missing.")
    get = way(
        "paper",
        "Berufsausübungserlaubnis oder ihre Zusage einholen.",
        "Obtain the licence or its promise.",
        "aufenthg_18_2",
        lead_days=90,
    )
    return closed(reason, "aufenthg_18_2", ways=(get,))


def pension_test(facts: Facts, values: Parameters, basis: str) -> Finding | None:
    """From 45: 55 % of the ceiling or an adequate pension; None if the test is passed."""
    if facts.number("age") < values.number("pension_age") or facts.number("salary") >= values.number("age_45"):
        return None
    if facts.flag("pension_proof"):
        return None
    threshold = values.number("age_45")
    reason = Text(
        f"Ab 45 Jahren nötig: {euro(threshold).de} oder angemessene Altersversorgung; die Behörde kann bei "
        "öffentlichem Interesse absehen, vor allem bei geringer Unterschreitung.",
        f"From 45 needed: {euro(threshold).en} or an adequate pension; the authority may waive this in the public "
        "interest, above all if little is missing.",
    )
    prove = way(
        "paper",
        "Angemessene Altersversorgung nachweisen.",
        "Prove an adequate pension.",
        basis,
        who=PERSON,
        lead_days=14,
    )
    shown_values = {"threshold": threshold, "short_by": threshold - facts.number("salary")}
    return closed(reason, basis, values=shown_values, ways=(raise_salary(threshold, basis), prove))


def first_closed(*tests: Finding | None) -> Finding | None:
    """The first test that failed."""
    return next((test for test in tests if test is not None), None)
