"""Posting to states outside the regulation: bilateral agreements on social security, else the German law alone."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, country, number, yes_no
from werkfluss.law.packs.eu.a1.coordination import COORDINATED
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition

_EMPLOYER = Text("Arbeitgeber", "employer")
# Each state with a fixed limit has a parameter ``limit_xx``; one without a value has not been verified.
LIMITED = ("AL", "AU", "BR", "CA", "CL", "CN", "IN", "JP", "KR", "MA", "MD", "MK", "PH", "TN", "US", "UY")


def _before(facts: Facts) -> Condition:
    return Condition(
        "agreement",
        Text(
            "Entsendung vor Beginn vertraglich befristen; Beschäftigung hier läuft weiter."
            if not facts.flag("limited_in_advance")
            else "Befristung und Fortbestand der Beschäftigung hier belegen können.",
            "Limit the posting by contract before the start; the employment here continues."
            if not facts.flag("limited_in_advance")
            else "Be able to prove the limit and that the employment here continues.",
        ),
        _EMPLOYER,
        "sgb4_4",
        lead_days=5,
        day_kind="working",
    )


def _no_radiation() -> Finding:
    reason = Text(
        "Nicht im Voraus begrenzt oder keine Beschäftigung hier: Deutsches Sozialrecht gilt nicht weiter.",
        "Not limited in advance or no employment here: German social law does not continue.",
    )
    local = Condition(
        "notice",
        Text(
            "Vor Ort anmelden, oder die Entsendung vor Beginn befristen.",
            "Register locally, or limit the posting before it starts.",
        ),
        _EMPLOYER,
        "sgb4_4",
        lead_days=60,
    )
    shown = {"german_pension_law": False}
    return finding("allowed", reason, cites=("sgb4_4",), conditions=(local,), values=shown, certainty="B")


@rule(
    "eu/cross_border/third_country_posting",
    title=Text("Entsendung in einen Staat außerhalb der EU", "Posting to a state outside the EU"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        country("work_country", "In welchen Staat wird entsandt?", "To which state is the person posted?"),
        yes_no(
            "german_employment",
            "Besteht die Beschäftigung in Deutschland während der Entsendung fort?",
            "Does the employment in Germany continue during the posting?",
        ),
        yes_no(
            "limited_in_advance",
            "Ist die Entsendung im Voraus begrenzt (Vertrag oder Eigenart der Arbeit)?",
            "Is the posting limited in advance (by contract or the nature of the work)?",
        ),
        number(
            "posting_months",
            "months",
            "Wie viele Monate dauert die Entsendung voraussichtlich?",
            "How many months will the posting last?",
            around=tuple(f"limit_{state.lower()}" for state in LIMITED),
            step="1",
        ),
    ),
)
def third_country_posting(facts: Facts, values: Parameters) -> Finding:
    """§§ 4–6, 106c SGB IV and bilateral agreements: pension law continues within the limit, the rest by § 4 SGB IV."""
    place = facts.word("work_country")
    if place in COORDINATED or place == "GB":
        reason = Text(
            "Hier gilt koordiniertes Recht: siehe eu/a1/work_abroad.", "Coordinated law applies: eu/a1/work_abroad."
        )
        return finding("allowed", reason, cites=("sgb4_6",), values={"see": "eu/a1/work_abroad"})
    if not (facts.flag("german_employment") and facts.flag("limited_in_advance")):
        return _no_radiation()
    unlimited = values.word("agreement_without_limit").split()
    if place not in LIMITED and place not in unlimited:
        return _without_agreement(facts, values, place)
    if place in LIMITED and facts.number("posting_months") > values.number(f"limit_{place.lower()}"):
        reason = Text(
            f"Länger als {values.number(f'limit_{place.lower()}')} Monate: Ausnahmevereinbarung nötig.",
            f"Longer than {values.number(f'limit_{place.lower()}')} months: an exception agreement is needed.",
        )
        ask = Condition(
            "agreement",
            Text(
                "Ausnahmevereinbarung beim GKV-Spitzenverband (DVKA) beantragen, sonst Beiträge vor Ort.",
                "Apply to GKV-Spitzenverband (DVKA) for an exception agreement, else contributions there.",
            ),
            _EMPLOYER,
            "agreements",
            lead_days=90,
        )
        cites = ("agreements", "sgb4_4")
        shown = {"german_pension_law": False}
        return finding("allowed", reason, cites=cites, conditions=(ask, _before(facts)), values=shown, certainty="B")
    return _with_agreement(facts, place)


def _with_agreement(facts: Facts, place: str) -> Finding:
    apply = Condition(
        "paper",
        Text(
            f"Bescheinigung nach dem Abkommen mit {place} elektronisch beantragen (§ 106c SGB IV).",
            f"Apply electronically for the certificate under the agreement with {place} (s. 106c SGB IV).",
        ),
        _EMPLOYER,
        "sgb4_106c",
        lead_days=20,
        day_kind="working",
    )
    gap = Condition(
        "review",
        Text(
            "Für Zweige außerhalb des Abkommens (oft Kranken-, Unfall-, Arbeitslosenversicherung) gilt § 4 SGB IV; "
            "doppelte Beiträge vor Ort prüfen.",
            "For branches outside the agreement (often health, accident, unemployment) s. 4 SGB IV holds; check for "
            "double contributions there.",
        ),
        _EMPLOYER,
        "sgb4_4",
        lead_days=10,
        day_kind="working",
    )
    reason = Text(
        "Abkommen: Das deutsche Rentenrecht gilt weiter; die übrigen Zweige richten sich nach § 4 SGB IV.",
        "Agreement: German pension law continues; the other branches follow s. 4 SGB IV.",
    )
    return finding(
        "allowed",
        reason,
        cites=("agreements", "sgb4_106c", "sgb4_4"),
        conditions=(apply, gap, _before(facts)),
        values={"german_pension_law": True, "agreement": place},
        certainty="B",
    )


def _without_agreement(facts: Facts, values: Parameters, place: str) -> Finding:
    if place in values.word("agreement_unverified").split():
        reason = Text(
            f"Mit {place} besteht ein Abkommen; seine Grenze für Entsendungen ist hier nicht geprüft.",
            f"There is an agreement with {place}; its limit for postings has not been verified here.",
        )
        return finding("unknown", reason, cites=("agreements",), certainty="C")
    double = Condition(
        "review",
        Text(
            "Beitragspflicht vor Ort klären: Ohne Abkommen sind doppelte Beiträge möglich.",
            "Clear up local contributions: without an agreement double contributions are possible.",
        ),
        _EMPLOYER,
        "sgb4_4",
        lead_days=20,
        day_kind="working",
    )
    reason = Text(
        "Kein Abkommen auf den gesehenen Listen: Deutsches Sozialrecht gilt weiter (Ausstrahlung).",
        "No agreement on the lists seen: German social law continues (radiation).",
    )
    return finding(
        "allowed",
        reason,
        cites=("sgb4_4", "agreements"),
        conditions=(double, _before(facts)),
        values={"german_pension_law": True, "agreement": "none"},
        certainty="B",
    )
