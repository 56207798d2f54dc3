"""Social security in work across borders: the A1 certificate and the law it proves."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, country, number, one_of, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition

COORDINATED = frozenset(
    "AT BE BG CH CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)
_EMPLOYER = Text("Arbeitgeber (Selbstständige selbst)", "employer (self-employed: themselves)")
_PERSON = Text("die Person mit dem Arbeitgeber", "the person with the employer")

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
    _EMPLOYER,
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
    ),
)
def work_abroad(facts: Facts, values: Parameters) -> Finding:
    """Art. 11–16 VO (EG) 883/2004, § 106 SGB IV: an A1 proves which law applies; it is a condition with a lead time."""
    home, place = facts.word("insured_in"), facts.word("work_country")
    if home == place:
        reason = Text("Arbeit im Staat der Versicherung.", "Work in the state of coverage.")
        return finding("allowed", reason, cites=("reg883_11",), values={"applicable_law": home})
    if not {home, place} <= COORDINATED | {"GB"}:
        reason = Text(
            "Ein Drittstaat ist beteiligt: die Verordnung gilt nicht, siehe de/remote_work/third_country.",
            "A third country is involved: the regulation does not apply, see de/remote_work/third_country.",
        )
        return finding("unknown", reason, cites=("reg883_11",), certainty="C")
    if facts.flag("a1_held"):
        reason = Text("Die A1-Bescheinigung liegt vor; mitführen.", "The A1 certificate is there; carry it.")
        return finding("allowed", reason, cites=("reg883_12",), conditions=(_NOTICE,), values={"applicable_law": home})
    case = facts.word("case_type")
    if case == "posting":
        return _posting(facts, values, home, place)
    if case == "several_states":
        condition = _a1(
            "reg987_16", 30, "Feststellung durch den Träger im Wohnstaat.", "Determination by the residence state."
        )
        reason = Text(
            "Arbeit in mehreren Staaten: Wohnstaat ab 25 %, sonst Staat des Arbeitgebers.",
            "Work in several states: residence state from 25 %, else the employer's state.",
        )
        return finding("allowed", reason, cites=("reg883_13", "reg987_14"), conditions=(condition,), certainty="B")
    return _exception("Eine Ausnahmevereinbarung ist nötig.", "An exception agreement is needed.")


def _posting(facts: Facts, values: Parameters, home: str, place: str) -> Finding:
    if facts.number("posting_months") > values.number("posting_months"):
        return _exception(
            "Länger als 24 Monate: keine Entsendung nach Art. 12.", "Longer than 24 months: no posting under Art. 12."
        )
    if facts.flag("replaces_posted_person"):
        return _exception(
            "Ablösung einer entsandten Person: keine Entsendung nach Art. 12.",
            "Replacing a posted person: no posting under Art. 12.",
        )
    basis = "tca_kss11" if "GB" in (home, place) else "sgb4_106"
    condition = _a1(
        basis,
        5,
        "Sie setzt voraus, dass der Arbeitgeber gewöhnlich im Heimatstaat tätig ist; ohne A1 drohen Bußgelder vor Ort.",
        "It requires that the employer usually works in the home state; without A1 local fines threaten.",
        working=True,
    )
    reason = Text(
        "Entsendung: Das Recht des Heimatstaats gilt weiter, die A1 beweist es.",
        "Posting: home law continues to apply, the A1 proves it.",
    )
    cites = ("reg883_12", "reg987_14", basis)
    shown = {"applicable_law": home}
    return finding("allowed", reason, cites=cites, conditions=(condition, _NOTICE), values=shown, certainty="B")


def _a1(basis: str, lead: int, de: str, en: str, *, working: bool = False) -> Condition:
    return Condition(
        "paper",
        Text(f"A1-Bescheinigung vor Beginn beantragen. {de}", f"Apply for the A1 certificate before the start. {en}"),
        _EMPLOYER,
        basis,
        lead_days=lead,
        day_kind="working" if working else "calendar",
    )


def _exception(de: str, en: str) -> Finding:
    agreement = Condition(
        "agreement",
        Text(
            "Ausnahmevereinbarung beantragen (hier: GKV-Spitzenverband, DVKA); sonst gilt das Recht am Einsatzort.",
            "Apply for an exception agreement (here: GKV-Spitzenverband, DVKA); else the law of the place applies.",
        ),
        _PERSON,
        "reg883_16",
        lead_days=90,
    )
    return finding(
        "allowed", Text(de, en), cites=("reg883_12", "reg883_16"), conditions=(agreement, _NOTICE), certainty="B"
    )


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
    ),
)
def telework(facts: Facts, values: Parameters) -> Finding:
    """Art. 13, 16 VO (EG) 883/2004 and the framework agreement: 25 % and 50 % decide whose law applies."""
    home, employer = facts.word("residence"), facts.word("employer_state")
    if home == employer:
        reason = Text("Wohnung und Arbeitgeber im selben Staat.", "Residence and employer in the same state.")
        return finding("allowed", reason, cites=("reg883_11",), values={"applicable_law": home})
    if not {home, employer} <= COORDINATED:
        reason = Text("Ein Drittstaat ist beteiligt.", "A third country is involved.")
        return finding("unknown", reason, cites=("reg883_11",), certainty="C")
    share = facts.number("telework_percent")
    if share < values.number("substantial_share"):
        condition = _a1("reg987_16", 30, "Zuständig ist der Träger im Wohnstaat.", "The residence institution decides.")
        reason = Text(
            "Weniger als 25 % im Wohnstaat: Recht des Arbeitgeberstaats.",
            "Below 25 % in the residence state: law of the employer's state.",
        )
        return finding(
            "allowed",
            reason,
            cites=("reg883_13", "reg987_14"),
            conditions=(condition,),
            values={"applicable_law": employer},
            certainty="B",
        )
    signed = {home, employer} <= set(values.word("telework_states").split())
    if share < values.number("telework_share") and signed:
        request = Condition(
            "agreement",
            Text(
                "Recht des Arbeitgeberstaats gemeinsam beantragen (Rahmenübereinkommen) oder im Wohnstaat anmelden.",
                "Apply jointly for the employer state's law (framework agreement) or register at the residence.",
            ),
            _PERSON,
            "telework",
            lead_days=60,
        )
        reason = Text(
            "Ab 25 % gilt das Recht des Wohnstaats; auf Antrag das des Arbeitgeberstaats.",
            "From 25 % the residence state's law applies; on request the employer state's.",
        )
        cites = ("reg883_13", "reg883_16", "telework")
        shown = {"applicable_law": home, "on_request": employer}
        return finding("allowed", reason, cites=cites, conditions=(request,), values=shown, certainty="B")
    register = Condition(
        "notice",
        Text(
            "Als Arbeitgeber im Wohnstaat anmelden und dort Beiträge zahlen, oder den Anteil senken.",
            "Register as employer in the residence state and pay there, or lower the share.",
        ),
        _EMPLOYER,
        "reg883_13",
        lead_days=60,
    )
    reason = Text("Es gilt das Recht des Wohnstaats.", "The law of the residence state applies.")
    shown = {"applicable_law": home}
    return finding("allowed", reason, cites=("reg883_13",), conditions=(register,), values=shown, certainty="B")
