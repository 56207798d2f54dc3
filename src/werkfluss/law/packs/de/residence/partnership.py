"""Recognition partnership: working while the foreign qualification is being recognised."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, yes_no
from werkfluss.law.packs.de.residence import questions as ask
from werkfluss.law.packs.de.residence.common import (
    BOTH,
    CONSENT,
    EMPLOYER,
    PERSON,
    agency_test,
    closed,
    way,
)
from werkfluss.law.packs.de.residence.routes import CONFIRMED_ABROAD
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule


@rule(
    "de/residence/recognition_partnership",
    title=Text("Anerkennungspartnerschaft (§ 16d Abs. 3 AufenthG)", "Recognition partnership (s. 16d(3))"),
    start=date(2024, 3, 1),
    facts=FactSchema(
        ask.QUALIFICATION,
        ask.QUALIFIED_JOB,
        yes_no(
            "regulated_exception",
            "Wäre eine Berufszulassung nötig, und zahlt ein tarifgebundener oder kirchlicher Arbeitgeber "
            "(oder eine zugelassene Pflegeeinrichtung) nach den Sätzen auf dem Weg dorthin?",
            "Would a professional licence be needed, and does an employer bound by a collective or church agreement "
            "(or a licensed care home) pay by the rates on the way there?",
            default=False,
        ),
        yes_no(
            "related_job",
            "Steht die Arbeit im berufsfachlichen Zusammenhang mit dem Abschluss, in derselben Berufsgruppe?",
            "Is the work related to the qualification and in the same occupational group?",
            default=True,
        ),
        yes_no(
            "recognition_agreement",
            "Gibt es die Vereinbarung: Person beantragt die Anerkennung, Arbeitgeber ermöglicht die Qualifizierung?",
            "Is there the agreement: the person applies for recognition, the employer enables the training?",
        ),
        yes_no(
            "employer_suitable",
            "Ist der Arbeitgeber für Ausbildung oder Nachqualifizierung geeignet?",
            "Is the employer suitable for training or upskilling?",
        ),
        ask.GERMAN,
        ask.AGENCY_WORK,
    ),
)
def recognition_partnership(facts: Facts, _values: Parameters) -> Finding:
    """§ 16d Abs. 3 AufenthG, § 2a BeschV: job now, recognition later; one year first, three at most, German A2."""
    qualification = facts.word("qualification")
    if qualification in ("academic", "vocational"):
        reason = Text(
            "Der Abschluss ist schon anerkannt oder vergleichbar: der Weg ist § 18a, § 18b oder die Blaue Karte.",
            "The qualification is recognised or comparable already: the route is s. 18a, s. 18b or the Blue Card.",
        )
        return closed(reason, "aufenthg_16d_3", certainty="B")
    if qualification != "foreign_state_recognised":
        reason = Text(
            "Nötig ist ein im Ausland staatlich anerkannter Abschluss (Ausbildung ab zwei Jahren oder Studium).",
            "A qualification recognised by the state abroad is needed (training of two years or more, or a degree).",
        )
        return closed(reason, "aufenthg_16d_3")
    failed = _job_test(facts) or agency_test(facts) or _gaps(facts)
    if failed:
        return failed
    apply = way(
        "paper",
        "Spätestens nach der Einreise unverzüglich die Anerkennung beantragen.",
        "Apply for recognition without delay, after entry at the latest.",
        "aufenthg_16d_3",
        who=PERSON,
        lead_days=14,
    )
    reason = Text(
        "Soll erteilt werden: zuerst für höchstens ein Jahr, zusammen höchstens drei; Nebenarbeit bis 20 Stunden.",
        "Shall be issued: first for one year at most, three in all; side work up to 20 hours.",
    )
    cites = ("aufenthg_16d_3", "beschv_2a", "aufenthg_39")
    values = {"route": "16d_3", "consent": True, "first_months": 12, "longest_months": 36, "side_hours": 20}
    conditions = (CONSENT, CONFIRMED_ABROAD, apply)
    return finding("allowed", reason, cites=cites, conditions=conditions, values=values, certainty="B")


def _job_test(facts: Facts) -> Finding | None:
    if not facts.flag("qualified_job") and not facts.flag("regulated_exception"):
        reason = Text("Keine qualifizierte Beschäftigung.", "Not a qualified job.")
        return closed(reason, "aufenthg_16d_3")
    if not facts.flag("related_job"):
        reason = Text(
            "Die Arbeit steht nicht im Zusammenhang mit dem Abschluss.", "The work is not related to the qualification."
        )
        return closed(reason, "beschv_2a")
    return None


def _gaps(facts: Facts) -> Finding | None:
    """What can still be mended: agreement, suitability, German; all gaps are named at once."""
    ways = []
    if not facts.flag("recognition_agreement"):
        ways.append(
            way(
                "agreement",
                "Vereinbarung über die Anerkennungspartnerschaft schließen.",
                "Conclude the agreement on the recognition partnership.",
                "aufenthg_16d_3",
                who=BOTH,
                lead_days=7,
            )
        )
    if not facts.flag("employer_suitable"):
        ways.append(
            way(
                "paper",
                "Eignung für Ausbildung oder Nachqualifizierung nachweisen (etwa Ausbildungsbetrieb).",
                "Prove suitability for training or upskilling (for example as a training firm).",
                "aufenthg_16d_3",
                who=EMPLOYER,
                lead_days=14,
            )
        )
    if not ask.at_least(facts.word("german_level"), "a2"):
        ways.append(
            way(
                "paper",
                "Deutschzertifikat A2 (oder das Niveau, das die Tätigkeit verlangt).",
                "German certificate A2 (or the level that the work demands).",
                "aufenthg_16d_3",
                who=PERSON,
                lead_days=90,
            )
        )
    if not ways:
        return None
    reason = Text("Noch nicht alle Voraussetzungen sind erfüllt.", "Not all conditions are met yet.")
    return closed(reason, "aufenthg_16d_3", ways=ways)
