"""The accelerated procedure for skilled workers: its clocks, from the dates on which each of them started."""

from __future__ import annotations

from datetime import date, timedelta

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, day, one_of
from werkfluss.law.packs.de.residence.common import EMPLOYER, MISSION, add_months, closed, way
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.said import euro
from werkfluss.law.verdict import Duty

_BODY = Text("Anerkennungsstelle", "recognition body")
_AGENCY = Text("Bundesagentur für Arbeit", "Federal Employment Agency")


@rule(
    "de/residence/accelerated_procedure",
    title=Text("Beschleunigtes Fachkräfteverfahren (§ 81a)", "Accelerated procedure for skilled workers (s. 81a)"),
    start=date(2023, 11, 18),
    facts=FactSchema(
        one_of(
            "purpose",
            ("16a", "16d", "18a", "18b", "18c_3", "18g", "other_qualified", "other"),
            "Zu welchem Zweck: §§ 16a, 16d, 18a, 18b, 18c Abs. 3, 18g, sonstige qualifizierte Arbeit, anderes?",
            "For which purpose: ss. 16a, 16d, 18a, 18b, 18c(3), 18g, other qualified work, something else?",
        ),
        day(
            "recognition_applied_on",
            "Wann ging der Antrag bei der Anerkennungsstelle ein (leer, wenn keiner)?",
            "When did the application reach the recognition body (empty if none)?",
        ),
        day(
            "recognition_complete_on",
            "Wann lagen ihr alle Unterlagen vor (leer, wenn offen)?",
            "When did it have the complete file (empty if open)?",
        ),
        day(
            "consent_asked_on",
            "Wann wurde die Bundesagentur gefragt (leer, wenn offen)?",
            "When was the Agency asked (empty if open)?",
        ),
        day(
            "slot_asked_on",
            "Wann lagen der Auslandsvertretung Vorabzustimmung und Terminanfrage vor (leer, wenn offen)?",
            "When did the mission have pre-approval and request for an appointment (empty if open)?",
        ),
        day(
            "visa_applied_on",
            "Wann wurde der vollständige Visumantrag gestellt (leer, wenn offen)?",
            "When was the complete visa application made (empty if open)?",
        ),
    ),
)
def accelerated_procedure(facts: Facts, values: Parameters) -> Finding:
    """§ 81a AufenthG, § 14a BQFG, § 36 Abs. 2 BeschV, §§ 31a, 47 Abs. 1 Nr. 15 AufenthV: clocks and fee."""
    if facts.word("purpose") == "other":
        reason = Text(
            "Das beschleunigte Verfahren gilt nur für Ausbildung, Anerkennung und qualifizierte Arbeit.",
            "The accelerated procedure is only for training, recognition and qualified work.",
        )
        return closed(reason, "aufenthg_81a")
    fee = values.number("fee_accelerated")
    agreement = way(
        "agreement",
        f"Vollmacht der Person, Vereinbarung mit der Ausländerbehörde, Gebühr {euro(int(fee)).de}.",
        f"Power of attorney of the person, agreement with the authority, fee {euro(int(fee)).en}.",
        "aufenthg_81a",
        who=EMPLOYER,
        lead_days=14,
    )
    clocks = _clocks(facts, values)
    reason = Text(
        "Beschleunigt: Anerkennung zwei Monate, Zustimmung eine Woche, Termin und Visum je drei Wochen; Ehegatte und "
        "minderjährige Kinder sind einbezogen.",
        "Accelerated: recognition two months, consent one week, appointment and visa three weeks each; spouse and "
        "minor children are covered.",
    )
    return finding(
        "allowed",
        reason,
        cites=("aufenthg_81a", "bqfg_14a", "beschv_36_2", "aufenthv_31a", "aufenthv_47"),
        conditions=(agreement,),
        duties=tuple(duty for _, duty in clocks),
        values={"fee": fee, **{name: duty.due for name, duty in clocks}},
    )


def _clocks(facts: Facts, values: Parameters) -> list[tuple[str, Duty]]:
    """One deadline for each clock whose start is known: name of the value, and who owes what by when."""
    plan = (
        (
            "receipt_due",
            "recognition_applied_on",
            values.days("receipt_days_accelerated"),
            Duty(
                Text("Eingang bestätigen, Fehlendes benennen.", "Confirm receipt, name what is missing."),
                _BODY,
                None,
                "bqfg_14a",
            ),
        ),
        (
            "consent_deemed_after",
            "consent_asked_on",
            values.days("consent_days_accelerated"),
            Duty(
                Text(
                    "Danach gilt die Zustimmung als erteilt, wenn nichts nachgefordert wurde.",
                    "After this day consent is deemed given if nothing more was asked for.",
                ),
                _AGENCY,
                None,
                "beschv_36_2",
            ),
        ),
        (
            "slot_due",
            "slot_asked_on",
            values.days("slot_days"),
            Duty(
                Text("Termin zum Visumantrag.", "Appointment for the visa application."), MISSION, None, "aufenthv_31a"
            ),
        ),
        (
            "visa_due",
            "visa_applied_on",
            values.days("visa_days"),
            Duty(Text("Visum in der Regel entschieden.", "Visa usually decided."), MISSION, None, "aufenthv_31a"),
        ),
    )
    clocks = [
        (name, _due(duty, facts.day(fact) + timedelta(days=days)))
        for name, fact, days, duty in plan
        if facts.known(fact)
    ]
    if facts.known("recognition_complete_on"):
        due = add_months(facts.day("recognition_complete_on"), values.days("decision_months_accelerated"))
        what = Text(
            "Über die Gleichwertigkeit entscheiden (soll; einmal verlängerbar).",
            "Decide on equivalence (should; extendable once).",
        )
        clocks.insert(0, ("recognition_due", Duty(what, _BODY, due, "bqfg_14a")))
    return clocks


def _due(duty: Duty, due: date) -> Duty:
    return Duty(duty.what, duty.who, due, duty.basis, duty.practical_days, duty.day_kind)
