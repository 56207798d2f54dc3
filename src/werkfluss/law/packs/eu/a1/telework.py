"""Telework in the state of residence: 25 %, and below 50 % the framework agreement between its signatories."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, country, number, yes_no
from werkfluss.law.packs.eu.a1.coordination import COORDINATED, EMPLOYER, PERSON, a1_paper
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition, Reading


@rule(
    "eu/a1/telework",
    title=Text("Telearbeit im Wohnstaat", "Telework in the state of residence"),
    start=date(2023, 7, 1),
    facts=FactSchema(
        country("residence", "In welchem Staat wohnt die Person?", "In which state does the person live?"),
        country("employer_state", "In welchem Staat sitzt der Arbeitgeber?", "In which state is the employer?"),
        number(
            "telework_percent",
            "percent",
            "Wie viel Prozent der Arbeitszeit wird im Wohnstaat gearbeitet?",
            "What percentage of working time is worked in the state of residence?",
            around=("substantial_share", "telework_share"),
        ),
        yes_no(
            "other_states",
            "Arbeitet die Person regelmäßig noch in einem dritten Staat oder für einen Arbeitgeber dort?",
            "Does the person regularly work in a third state too, or for an employer there?",
            default=False,
        ),
    ),
)
def telework(facts: Facts, values: Parameters) -> Finding:
    """Art. 13, 16 VO (EG) 883/2004 and the framework agreement: 25 % and 50 % decide whose law applies."""
    home, employer = facts.word("residence"), facts.word("employer_state")
    if home == employer:
        reason = Text("Wohnung und Arbeitgeber im selben Staat.", "Residence and employer in the same state.")
        return finding("allowed", reason, cites=("reg883_11",), values={"applicable_law": home}, certainty="B")
    if not {home, employer}.issubset(COORDINATED):
        reason = Text("Ein Drittstaat ist beteiligt.", "A third country is involved.")
        return finding("unknown", reason, cites=("reg883_11",), certainty="C")
    share = facts.number("telework_percent")
    if share < values.number("substantial_share"):
        return _employers_law(values, home, employer)
    if share < values.number("telework_share") and not facts.flag("other_states"):
        signed = set(values.word("telework_states").split())
        unclear = set(values.word("telework_unclear").split())
        if {home, employer}.issubset(signed):
            return _framework(values, home, employer)
        if {home, employer}.issubset(signed | unclear):
            return _unclear(home, employer)
        return _residence_law(home, sorted({home, employer} - signed))
    return _residence_law(home, [])


def _employers_law(values: Parameters, home: str, employer: str) -> Finding:
    condition = a1_paper(
        "reg987_16",
        values.days("lead_several_states"),
        f"Zuständig ist der Träger im Wohnstaat ({home}).",
        f"The institution of residence ({home}) decides.",
    )
    reason = Text(
        "Weniger als 25 % im Wohnstaat: Recht des Arbeitgeberstaats.",
        "Below 25 % in the residence state: law of the employer's state.",
    )
    return finding(
        "allowed",
        reason,
        cites=("reg883_13", "reg987_14"),
        conditions=(condition,),
        values={"applicable_law": employer, "institution": home},
        certainty="B",
    )


def _request(values: Parameters) -> Condition:
    return Condition(
        "agreement",
        Text(
            "Recht des Arbeitgeberstaats gemeinsam beantragen (Rahmenübereinkommen; in Deutschland beim "
            "GKV-Spitzenverband, DVKA) oder im Wohnstaat anmelden.",
            "Apply jointly for the employer state's law (framework agreement; in Germany to GKV-Spitzenverband, DVKA) "
            "or register at the residence.",
        ),
        PERSON,
        "telework",
        lead_days=values.days("lead_framework"),
    )


def _framework(values: Parameters, home: str, employer: str) -> Finding:
    reason = Text(
        "Ab 25 % gilt das Recht des Wohnstaats; auf Antrag das des Arbeitgeberstaats.",
        "From 25 % the residence state's law applies; on request the employer state's.",
    )
    cites = ("reg883_13", "reg883_16", "telework")
    shown = {"applicable_law": home, "on_request": employer}
    return finding("allowed", reason, cites=cites, conditions=(_request(values),), values=shown, certainty="B")


def _register() -> Condition:
    return Condition(
        "notice",
        Text(
            "Als Arbeitgeber im Wohnstaat anmelden und dort Beiträge zahlen, oder den Anteil senken.",
            "Register as employer in the residence state and pay there, or lower the share.",
        ),
        EMPLOYER,
        "reg883_13",
        lead_days=60,
    )


def _unclear(home: str, employer: str) -> Finding:
    """A state whose signature is not confirmed: both readings are shown, the safe one stands."""
    reason = Text(
        "Ab 25 % gilt das Recht des Wohnstaats; ob das Rahmenübereinkommen für diesen Staat gilt, ist nicht geklärt.",
        "From 25 % the residence state's law applies; whether the framework agreement covers the state is not clear.",
    )
    ask = Condition(
        "review",
        Text(
            "Beitritt bei der Verwahrstelle (Belgien) oder der DVKA nachfragen.",
            "Ask the depository (Belgium) or the DVKA about the accession.",
        ),
        PERSON,
        "telework",
        lead_days=10,
        day_kind="working",
    )
    readings = (
        Reading(
            Text("mit Rahmenübereinkommen", "with the framework agreement"),
            "allowed_with_conditions",
            {"applicable_law": home, "on_request": employer},
        ),
        Reading(
            Text("ohne Rahmenübereinkommen", "without the framework agreement"),
            "allowed_with_conditions",
            {"applicable_law": home},
        ),
    )
    return finding(
        "allowed",
        reason,
        cites=("reg883_13", "reg883_16", "telework"),
        conditions=(ask, _register()),
        values={"applicable_law": home},
        certainty="C",
        readings=readings,
    )


def _residence_law(home: str, outside: list[str]) -> Finding:
    reasons = [Text("Es gilt das Recht des Wohnstaats.", "The law of the residence state applies.")]
    if outside:
        names = ", ".join(outside)
        reasons.append(
            Text(
                f"Kein Unterzeichner des Rahmenübereinkommens auf den gesehenen Listen: {names}.",
                f"Not a signatory of the framework agreement on the lists seen: {names}.",
            )
        )
    cites = ("reg883_13", "telework") if outside else ("reg883_13",)
    shown = {"applicable_law": home}
    return finding("allowed", *reasons, cites=cites, conditions=(_register(),), values=shown, certainty="B")
