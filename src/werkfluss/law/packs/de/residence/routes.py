"""Routes to a title: Blue Card, skilled workers, practical experience; open or not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, number, one_of, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition

_AGENCY = Text("Ausländerbehörde fragt die Bundesagentur für Arbeit", "the authority asks the Employment Agency")
_CONSENT = Condition(
    "consent",
    Text(
        "Zustimmung der Bundesagentur für Arbeit (vergleichbare Arbeitsbedingungen).",
        "Consent of the Federal Employment Agency (comparable working conditions).",
    ),
    _AGENCY,
    "aufenthg_39",
    lead_days=14,
    remedy=Text(
        "Im beschleunigten Verfahren gilt sie nach einer Woche als erteilt.",
        "In the accelerated procedure it is deemed given after one week.",
    ),
)
_SALARY = number(
    "salary",
    "EUR/year",
    "Wie hoch ist das vereinbarte Bruttojahresgehalt?",
    "How high is the agreed gross annual salary?",
    around=("blue_card_regular", "blue_card_reduced", "experienced", "age_45"),
)
_AGE = number("age", "years", "Wie alt ist die Person?", "How old is the person?", around=("pension_age",), step="1")
_PENSION = yes_no(
    "pension_proof",
    "Ist eine angemessene Altersversorgung nachgewiesen?",
    "Is an adequate pension proven?",
)
_QUALIFICATION = one_of(
    "qualification",
    ("academic", "vocational", "foreign_state_recognised", "none"),
    "Welcher Abschluss: vergleichbares Studium, gleichwertige Lehre, im Ausland anerkannt (ab zwei Jahren), keiner?",
    "Which qualification: comparable degree, equivalent training, recognised abroad (two years or more), none?",
)


def _no(reason: Text, *cites: str, values: dict[str, object] | None = None) -> Finding:
    return finding("blocked", reason, cites=cites, values=values)


@rule(
    "de/residence/blue_card",
    title=Text("Blaue Karte EU", "EU Blue Card"),
    start=date(2023, 11, 18),
    facts=FactSchema(
        _SALARY,
        _QUALIFICATION,
        one_of(
            "occupation_group",
            ("it", "shortage", "other"),
            "Welche ISCO-Gruppe: IT (133, 25), anderer Engpass (132, 134, 21, 221, 222, 225, 226, 23) oder andere?",
            "Which ISCO group: IT (133, 25), another shortage group (132, 134, 21, 221, 222, 225, 226, 23), or other?",
        ),
        number(
            "degree_years_ago",
            "years",
            "Wie viele Jahre liegt der Abschluss bei Antragstellung zurück?",
            "How many years ago was the degree obtained, at application?",
            around=("graduate_years",),
        ),
        number(
            "it_experience_years",
            "years",
            "Wie viele Jahre IT-Erfahrung auf Hochschulniveau in den letzten sieben?",
            "How many years of graduate-level IT experience in the last seven?",
            around=("it_experience",),
        ),
        number(
            "contract_months",
            "months",
            "Für wie viele Monate ist die Beschäftigung vorgesehen (unbefristet: 999)?",
            "For how many months is the employment offered (open-ended: 999)?",
            around=("blue_card_months",),
            step="1",
        ),
        yes_no(
            "suitable_job",
            "Passt die Stelle zur Qualifikation?",
            "Does the job match the qualification?",
            default=True,
        ),
    ),
)
def blue_card(facts: Facts, values: Parameters) -> Finding:
    """§ 18g AufenthG: 50 % of the ceiling; 45.3 % in shortage jobs, for graduates and IT, with consent."""
    if facts.number("contract_months") < values.number("blue_card_months"):
        reason = Text("Das Angebot umfasst weniger als sechs Monate.", "The offer is for less than six months.")
        return _no(reason, "aufenthg_18g_3")
    if not facts.flag("suitable_job"):
        reason = Text("Die Stelle passt nicht zur Qualifikation.", "The job does not match the qualification.")
        return _no(reason, "aufenthg_18g_1")
    salary = facts.number("salary")
    academic = facts.word("qualification") == "academic"
    reduced = values.number("blue_card_reduced")
    if academic and salary >= values.number("blue_card_regular"):
        reason = Text("Mindestgehalt erreicht, keine Zustimmung nötig.", "Minimum salary reached, no consent needed.")
        shown = {"route": "regular", "threshold": values.number("blue_card_regular"), "consent": False}
        return finding("allowed", reason, cites=("aufenthg_18g_1", "aufenthg_18g_3"), values=shown)
    if salary < reduced:
        reason = Text(
            f"Das Gehalt liegt unter {_euro(reduced)[0]} (es fehlen {_euro(reduced - salary)[0]}).",
            f"The salary is below {_euro(reduced)[1]} ({_euro(reduced - salary)[1]} short).",
        )
        shown = {"threshold": reduced, "short_by": reduced - salary}
        return _no(reason, "aufenthg_18g_1", "aufenthg_18g_2", values=shown)
    if academic:
        return _reduced_academic(facts, values)
    if facts.word("occupation_group") == "it" and facts.number("it_experience_years") >= values.number("it_experience"):
        reason = Text("IT-Erfahrung statt Abschluss.", "IT experience instead of a degree.")
        shown = {"route": "it_experience", "threshold": reduced, "consent": True}
        cites = ("aufenthg_18g_2", "aufenthg_39")
        return finding("allowed", reason, cites=cites, conditions=(_CONSENT,), values=shown)
    reason = Text(
        "Weder ein vergleichbarer Hochschulabschluss noch ausreichende IT-Erfahrung.",
        "Neither a comparable degree nor enough IT experience.",
    )
    return _no(reason, "aufenthg_18g_1", "aufenthg_18g_2")


def _reduced_academic(facts: Facts, values: Parameters) -> Finding:
    """§ 18g Abs. 1 Satz 2 AufenthG."""
    shortage = facts.word("occupation_group") in ("it", "shortage")
    if not shortage and facts.number("degree_years_ago") > values.number("graduate_years"):
        reason = Text(
            "Das niedrigere Mindestgehalt gilt nur in Engpassberufen oder bis drei Jahre nach dem Abschluss.",
            "The lower minimum applies only in shortage jobs or up to three years after the degree.",
        )
        return _no(reason, "aufenthg_18g_1", values={"threshold": values.number("blue_card_regular")})
    reason = Text("Niedrigeres Mindestgehalt erreicht, mit Zustimmung.", "Lower minimum reached, with consent.")
    shown = {"route": "reduced", "threshold": values.number("blue_card_reduced"), "consent": True}
    return finding("allowed", reason, cites=("aufenthg_18g_1", "aufenthg_39"), conditions=(_CONSENT,), values=shown)


def _pension_test(facts: Facts, values: Parameters, basis: str) -> Finding | None:
    """From 45: 55 % of the ceiling or an adequate pension; None if the test is passed."""
    if facts.number("age") < values.number("pension_age") or facts.number("salary") >= values.number("age_45"):
        return None
    if facts.flag("pension_proof"):
        return None
    threshold = values.number("age_45")
    reason = Text(
        f"Ab 45 Jahren nötig: {_euro(threshold)[0]} oder angemessene Altersversorgung.",
        f"From 45 needed: {_euro(threshold)[1]} or an adequate pension.",
    )
    return _no(reason, basis, values={"threshold": threshold})


@rule(
    "de/residence/skilled_worker",
    title=Text("Fachkraft (§§ 18a, 18b AufenthG)", "Skilled worker (ss. 18a, 18b)"),
    start=date(2023, 11, 18),
    facts=FactSchema(
        _QUALIFICATION,
        yes_no(
            "qualified_job",
            "Ist es eine qualifizierte Beschäftigung?",
            "Is it a qualified job?",
            default=True,
        ),
        yes_no(
            "first_title",
            "Wird der Titel zum ersten Mal erteilt?",
            "Is the title issued for the first time?",
            default=True,
        ),
        _AGE,
        _SALARY,
        _PENSION,
    ),
)
def skilled_worker(facts: Facts, values: Parameters) -> Finding:
    """§§ 18a, 18b, 18 Abs. 2, 39 Abs. 2 AufenthG: any qualified job, with consent; from 45 a salary or pension test."""
    qualification = facts.word("qualification")
    if qualification not in ("academic", "vocational") or not facts.flag("qualified_job"):
        reason = Text(
            "Kein anerkannter Abschluss oder keine qualifizierte Beschäftigung.",
            "No recognised qualification or no qualified job.",
        )
        return _no(reason, "aufenthg_18a", "aufenthg_18b")
    basis = "aufenthg_18b" if qualification == "academic" else "aufenthg_18a"
    if facts.flag("first_title"):
        failed = _pension_test(facts, values, "aufenthg_18_2")
        if failed:
            return failed
    reason = Text("Anspruch als Fachkraft, mit Zustimmung.", "Entitled as a skilled worker, with consent.")
    return finding(
        "allowed",
        reason,
        cites=(basis, "aufenthg_18_2", "aufenthg_39"),
        conditions=(_CONSENT,),
        values={"route": basis.removeprefix("aufenthg_"), "consent": True},
        certainty="B",
    )


@rule(
    "de/residence/experienced",
    title=Text("Berufspraktische Erfahrung (§ 19c Abs. 2 AufenthG, § 6 BeschV)", "Practical experience (s. 6 BeschV)"),
    start=date(2024, 3, 1),
    facts=FactSchema(
        number(
            "experience_years",
            "years",
            "Wie viele Jahre passende Berufserfahrung in den letzten fünf?",
            "How many years of relevant experience in the last five?",
            around=("practical_experience",),
        ),
        yes_no("it_job", "Ist es ein IT-Beruf?", "Is it a job in information technology?"),
        _QUALIFICATION,
        yes_no(
            "collective_agreement",
            "Ist der Arbeitgeber tarifgebunden und zahlt er nach Tarif?",
            "Is the employer bound by a collective agreement and pays by it?",
        ),
        _AGE,
        _SALARY,
        _PENSION,
    ),
)
def experienced(facts: Facts, values: Parameters) -> Finding:
    """§ 19c Abs. 2 AufenthG, §§ 1 Abs. 2, 6 BeschV: two years in five, 45 % of the ceiling or tariff, qualification."""
    if facts.number("experience_years") < values.number("practical_experience"):
        reason = Text("Weniger als zwei Jahre Erfahrung in fünf.", "Less than two years of experience in five.")
        return _no(reason, "beschv_6")
    if facts.word("qualification") == "none" and not facts.flag("it_job"):
        reason = Text("Außerhalb der IT ist ein anerkannter Abschluss nötig.", "Outside IT a qualification is needed.")
        return _no(reason, "beschv_6")
    threshold = values.number("experienced")
    if not facts.flag("collective_agreement") and facts.number("salary") < threshold:
        reason = Text(f"Das Gehalt liegt unter {_euro(threshold)[0]}.", f"The salary is below {_euro(threshold)[1]}.")
        return _no(reason, "beschv_6", values={"threshold": threshold})
    failed = _pension_test(facts, values, "beschv_1_2")
    if failed:
        return failed
    reason = Text(
        "Möglich; die Behörde entscheidet nach Ermessen.", "Possible; the authority decides at its discretion."
    )
    cites = ("aufenthg_19c_2", "beschv_6", "aufenthg_39")
    shown = {"route": "19c_2", "consent": True, "discretion": True}
    return finding("allowed", reason, cites=cites, conditions=(_CONSENT,), values=shown, certainty="B")


def _euro(amount: Decimal) -> tuple[str, str]:
    """An amount as Germans and as English readers write it."""
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    return f"{german} €", f"EUR {english}"
