"""Social security in work across borders: the A1 certificate and the law it proves."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, country, number, one_of, yes_no
from werkfluss.law.packs.eu.a1.coordination import COORDINATED, EMPLOYER, PERSON, a1_paper
from werkfluss.law.packs.eu.a1.states import several_states
from werkfluss.law.packs.eu.a1.telework import telework
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition

__all__ = ["COORDINATED", "several_states", "telework", "work_abroad"]

_CASE = one_of(
    "case_type",
    ("posting", "several_states", "exception_agreement"),
    "Welcher Fall: Entsendung (Art. 12), regelmäßig in mehreren Staaten (Art. 13) oder Ausnahmevereinbarung (Art. 16)?",
    "Which case: posting (Art. 12), regularly in several states (Art. 13) or exception agreement (Art. 16)?",
)
_NOTICE = Condition(
    "notice",
    Text(
        "Entsendemeldung und Mindestbedingungen des Einsatzstaats prüfen, vor Beginn melden.",
        "Check the host state's posting notice and minimum terms; notify before the start.",
    ),
    EMPLOYER,
    "dir96_71",
    lead_days=5,
    day_kind="working",
)


@rule(
    "eu/a1/work_abroad",
    title=Text(
        "Arbeit in einem anderen EU-, EWR-Staat oder der Schweiz", "Work in another EU or EEA state or Switzerland"
    ),
    start=date(2010, 5, 1),
    facts=FactSchema(
        country(
            "insured_in",
            "In welchem Staat ist die Person sozialversichert?",
            "In which state is the person covered by social security?",
        ),
        country("work_country", "In welchem Staat wird gearbeitet?", "In which state is the work done?"),
        yes_no(
            "a1_held",
            "Liegt eine A1-Bescheinigung für diesen Zeitraum vor?",
            "Is there an A1 certificate for this period?",
            default=False,
        ),
        _CASE,
        number(
            "posting_months",
            "months",
            "Wie viele Monate dauert der Einsatz voraussichtlich?",
            "How many months will the work abroad last?",
            around=("posting_months",),
        ),
        yes_no(
            "replaces_posted_person",
            "Löst die Person eine andere entsandte Person ab?",
            "Does the person replace another posted person?",
        ),
        yes_no(
            "employer_active_at_home",
            "Ist der Arbeitgeber (oder die selbstständige Person) gewöhnlich im Heimatstaat tätig?",
            "Does the employer (or the self-employed person) usually work in the home state?",
            default=True,
        ),
        yes_no(
            "insured_before",
            "Galt unmittelbar vorher schon das Recht des Heimatstaats (in der Praxis einen Monat)?",
            "Did the home state's law apply immediately before (in practice for a month)?",
            default=True,
        ),
    ),
)
def work_abroad(facts: Facts, values: Parameters) -> Finding:
    """Art. 11–16 VO (EG) 883/2004, § 106 SGB IV: an A1 proves which law applies; it is a condition with a lead time."""
    home, place = facts.word("insured_in"), facts.word("work_country")
    if home == place:
        reason = Text("Arbeit im Staat der Versicherung.", "Work in the state of coverage.")
        return finding("allowed", reason, cites=("reg883_11",), values={"applicable_law": home}, certainty="B")
    if not {home, place}.issubset(COORDINATED | {"GB"}):
        reason = Text(
            "Ein Drittstaat ist beteiligt: die Verordnung gilt nicht, siehe de/remote_work/third_country.",
            "A third country is involved: the regulation does not apply, see de/remote_work/third_country.",
        )
        return finding("unknown", reason, cites=("reg883_11",), certainty="C")
    if facts.flag("a1_held"):
        reason = Text("Die A1-Bescheinigung liegt vor; mitführen.", "The A1 certificate is there; carry it.")
        shown = {"applicable_law": home}
        return finding("allowed", reason, cites=("reg883_12",), conditions=(_NOTICE,), values=shown, certainty="B")
    case = facts.word("case_type")
    if case == "posting":
        return _posting(facts, values, home, place)
    if case == "several_states":
        condition = a1_paper(
            "reg987_16",
            values.days("lead_several_states"),
            "Feststellung durch den Träger im Wohnstaat.",
            "Determination by the residence state.",
        )
        reason = Text(
            "Arbeit in mehreren Staaten: Wohnstaat ab 25 %, sonst Staat des Arbeitgebers (eu/a1/several_states).",
            "Work in several states: residence state from 25 %, else the employer's state (eu/a1/several_states).",
        )
        return finding("allowed", reason, cites=("reg883_13", "reg987_14"), conditions=(condition,), certainty="B")
    return _exception(values, "Eine Ausnahmevereinbarung ist nötig.", "An exception agreement is needed.")


def _posting(facts: Facts, values: Parameters, home: str, place: str) -> Finding:
    if facts.number("posting_months") > values.number("posting_months"):
        return _exception(
            values,
            "Länger als 24 Monate: keine Entsendung nach Art. 12.",
            "Longer than 24 months: no posting under Art. 12.",
        )
    if facts.flag("replaces_posted_person"):
        return _exception(
            values,
            "Ablösung einer entsandten Person: keine Entsendung nach Art. 12.",
            "Replacing a posted person: no posting under Art. 12.",
        )
    if not facts.flag("employer_active_at_home"):
        return _exception(
            values,
            "Der Arbeitgeber ist im Heimatstaat nicht gewöhnlich tätig: keine Entsendung nach Art. 12.",
            "The employer does not usually work in the home state: no posting under Art. 12.",
        )
    if not facts.flag("insured_before"):
        return _exception(
            values,
            "Vorher galt das Recht des Heimatstaats nicht: keine Entsendung nach Art. 12.",
            "The home state's law did not apply before: no posting under Art. 12.",
        )
    basis = "tca_kss11" if "GB" in (home, place) else "sgb4_106"
    condition = a1_paper(
        basis,
        values.days("lead_posting"),
        "Die drei Arbeitstage laufen erst, wenn deutsches Recht festgestellt ist; ohne A1 drohen Bußgelder vor Ort.",
        "The three working days run only once German law is established; without A1 local fines threaten.",
        working=True,
    )
    record = Condition(
        "record",
        Text(
            "Voraussetzungen des Art. 12 als Angaben festhalten (Tätigkeit im Heimatstaat, keine Ablösung, Dauer).",
            "Record the conditions of Art. 12 as facts (activity at home, no replacement, duration).",
        ),
        EMPLOYER,
        "reg883_12",
    )
    reason = Text(
        "Entsendung: Das Recht des Heimatstaats gilt weiter, die A1 beweist es.",
        "Posting: home law continues to apply, the A1 proves it.",
    )
    cites = ("reg883_12", "reg987_14", basis)
    shown = {"applicable_law": home}
    return finding("allowed", reason, cites=cites, conditions=(condition, _NOTICE, record), values=shown, certainty="B")


def _exception(values: Parameters, de: str, en: str) -> Finding:
    agreement = Condition(
        "agreement",
        Text(
            "Ausnahmevereinbarung beantragen (hier: GKV-Spitzenverband, DVKA); sonst gilt das Recht am Einsatzort.",
            "Apply for an exception agreement (here: GKV-Spitzenverband, DVKA); else the law of the place applies.",
        ),
        PERSON,
        "reg883_16",
        lead_days=values.days("lead_exception"),
    )
    return finding(
        "allowed", Text(de, en), cites=("reg883_12", "reg883_16"), conditions=(agreement, _NOTICE), certainty="B"
    )
