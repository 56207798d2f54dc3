"""Routes to a title: Blue Card, skilled workers, practical experience; open or not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, number, yes_no
from werkfluss.law.packs.de.residence import questions as ask
from werkfluss.law.packs.de.residence.common import (
    CONSENT,
    PERSON,
    agency_test,
    closed,
    licence_test,
    pension_test,
    raise_salary,
    way,
)
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.said import euro
from werkfluss.law.verdict import Condition

CONTRACT_MONTHS = number(
    "contract_months",
    "months",
    "Für wie viele Monate ist die Beschäftigung vorgesehen (unbefristet: 999)?",
    "For how many months is the employment offered (open-ended: 999)?",
    around=("blue_card_months",),
    step="1",
)
SUITABLE_JOB = yes_no(
    "suitable_job",
    "Passt die Stelle zur Qualifikation?",
    "Does the job match the qualification?",
    default=True,
)
REFUSAL_GROUND = yes_no(
    "refusal_ground",
    "Liegt ein Ausschlussgrund vor (§ 19f: vorübergehender Schutz, laufendes Asylverfahren, Entsendung)?",
    "Is there a ground of exclusion (s. 19f: temporary protection, pending asylum, posting)?",
    default=False,
)
TERTIARY = yes_no(
    "tertiary_programme",
    "Statt des Studiums ein gleichwertiges tertiäres Programm (ab drei Jahren, ISCED oder EQR 6)?",
    "Instead of a degree an equivalent tertiary programme (three years or more, ISCED or EQF 6)?",
    default=False,
)
# What s. 18g asks of person and job; moving here with a card of another state asks the same.
BLUE_CARD_FACTS = (
    ask.SALARY,
    ask.QUALIFICATION,
    ask.OCCUPATION_GROUP,
    ask.DEGREE_YEARS_AGO,
    ask.IT_EXPERIENCE,
    CONTRACT_MONTHS,
    SUITABLE_JOB,
    TERTIARY,
    REFUSAL_GROUND,
    ask.LICENCE,
    ask.AGENCY_WORK,
)


@rule(
    "de/residence/blue_card",
    title=Text("Blaue Karte EU", "EU Blue Card"),
    start=date(2023, 11, 18),
    facts=FactSchema(*BLUE_CARD_FACTS),
)
def blue_card(facts: Facts, values: Parameters) -> Finding:
    """§ 18g AufenthG: 50 % of the ceiling; 45.3 % in shortage jobs, for graduates and IT, with consent."""
    if facts.number("contract_months") < values.number("blue_card_months"):
        reason = Text("Das Angebot umfasst weniger als sechs Monate.", "The offer is for less than six months.")
        longer = way(
            "limit", "Für mindestens sechs Monate anstellen.", "Employ for six months or more.", "aufenthg_18g_3"
        )
        return closed(reason, "aufenthg_18g_3", ways=(longer,))
    if not facts.flag("suitable_job"):
        reason = Text("Die Stelle passt nicht zur Qualifikation.", "The job does not match the qualification.")
        return closed(reason, "aufenthg_18g_1")
    if facts.flag("refusal_ground"):
        reason = Text("Ein Ausschlussgrund des § 19f liegt vor.", "A ground of exclusion of s. 19f applies.")
        return closed(reason, "aufenthg_19f")
    no_licence = licence_test(facts)
    if no_licence:
        return no_licence
    return _by_salary(facts, values)


def _by_salary(facts: Facts, values: Parameters) -> Finding:
    salary = facts.number("salary")
    academic = facts.flag("tertiary_programme") or facts.word("qualification") == "academic"
    reduced = values.number("blue_card_reduced")
    if academic and salary >= values.number("blue_card_regular"):
        reason = Text("Mindestgehalt erreicht, keine Zustimmung nötig.", "Minimum salary reached, no consent needed.")
        shown = {"route": "regular", "threshold": values.number("blue_card_regular"), "consent": False}
        return finding("allowed", reason, cites=("aufenthg_18g_1", "aufenthg_18g_3"), values=shown)
    if salary < reduced:
        return _short_of(reduced, salary)
    if academic:
        return _reduced_academic(facts, values)
    if facts.word("occupation_group") != "it" or facts.number("it_experience_years") < values.number("it_experience"):
        reason = Text(
            "Weder ein vergleichbarer Hochschulabschluss noch ausreichende IT-Erfahrung.",
            "Neither a comparable degree nor enough IT experience.",
        )
        return closed(reason, "aufenthg_18g_1", "aufenthg_18g_2")
    leased = agency_test(facts)
    if leased:
        return leased
    reason = Text("IT-Erfahrung statt Abschluss.", "IT experience instead of a degree.")
    shown = {"route": "it_experience", "threshold": reduced, "consent": True}
    cites = ("aufenthg_18g_2", "aufenthg_39")
    return finding("allowed", reason, cites=cites, conditions=(CONSENT,), values=shown)


def _short_of(threshold: Decimal, salary: Decimal) -> Finding:
    short = threshold - salary
    reason = Text(
        f"Das Gehalt liegt unter {euro(threshold).de} (es fehlen {euro(short).de}).",
        f"The salary is below {euro(threshold).en} ({euro(short).en} short).",
    )
    shown = {"threshold": threshold, "short_by": short}
    ways = (raise_salary(threshold, "aufenthg_18g_1"),)
    return closed(reason, "aufenthg_18g_1", "aufenthg_18g_2", values=shown, ways=ways)


def _reduced_academic(facts: Facts, values: Parameters) -> Finding:
    """§ 18g Abs. 1 Satz 2 AufenthG."""
    shortage = facts.word("occupation_group") in ("it", "shortage")
    if not shortage and facts.number("degree_years_ago") > values.number("graduate_years"):
        regular = values.number("blue_card_regular")
        reason = Text(
            f"Das niedrigere Mindestgehalt gilt nur in Engpassberufen oder bis drei Jahre nach dem Abschluss; "
            f"nötig sind {euro(regular).de}.",
            f"The lower minimum applies only in shortage jobs or up to three years after the degree; "
            f"{euro(regular).en} is needed.",
        )
        shown = {"threshold": regular, "short_by": regular - facts.number("salary")}
        return closed(reason, "aufenthg_18g_1", values=shown, ways=(raise_salary(regular, "aufenthg_18g_1"),))
    leased = agency_test(facts)
    if leased:
        return leased
    reason = Text("Niedrigeres Mindestgehalt erreicht, mit Zustimmung.", "Lower minimum reached, with consent.")
    reduced = {"route": "reduced", "threshold": values.number("blue_card_reduced"), "consent": True}
    return finding("allowed", reason, cites=("aufenthg_18g_1", "aufenthg_39"), conditions=(CONSENT,), values=reduced)


@rule(
    "de/residence/skilled_worker",
    title=Text("Fachkraft (§§ 18a, 18b AufenthG)", "Skilled worker (ss. 18a, 18b)"),
    start=date(2023, 11, 18),
    facts=FactSchema(
        ask.QUALIFICATION,
        ask.QUALIFIED_JOB,
        yes_no(
            "first_title",
            "Wird der Titel zum ersten Mal erteilt?",
            "Is the title issued for the first time?",
            default=True,
        ),
        ask.AGE,
        ask.SALARY,
        ask.PENSION,
        ask.LICENCE,
        ask.AGENCY_WORK,
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
        ways = () if qualification == "none" else (_RECOGNISE,)
        return closed(reason, "aufenthg_18a", "aufenthg_18b", ways=ways)
    basis = "aufenthg_18b" if qualification == "academic" else "aufenthg_18a"
    failed = licence_test(facts) or agency_test(facts)
    if not failed and facts.flag("first_title"):
        failed = pension_test(facts, values, "aufenthg_18_2")
    if failed:
        return failed
    reason = Text("Anspruch als Fachkraft, mit Zustimmung.", "Entitled as a skilled worker, with consent.")
    return finding(
        "allowed",
        reason,
        cites=(basis, "aufenthg_18_2", "aufenthg_39"),
        conditions=(CONSENT,),
        values={"route": basis.removeprefix("aufenthg_"), "consent": True},
        certainty="B",
    )


_RECOGNISE = way(
    "paper",
    "Gleichwertigkeit oder Vergleichbarkeit des Abschlusses feststellen lassen (de/residence/recognition).",
    "Have the qualification found equivalent or comparable (de/residence/recognition).",
    "bqfg_6",
    who=PERSON,
    lead_days=90,
)
CONFIRMED_ABROAD = Condition(
    "paper",
    Text(
        "Bestätigung einer fachkundigen Stelle (ZAB), dass der Abschluss im Ausland staatlich anerkannt ist.",
        "Confirmation by an expert body (ZAB) that the qualification is recognised by the state abroad.",
    ),
    PERSON,
    "kmk_zab",
    lead_days=None,
)


@rule(
    "de/residence/experienced",
    title=Text("Berufspraktische Erfahrung (§ 19c Abs. 2 AufenthG, § 6 BeschV)", "Practical experience (s. 6 BeschV)"),
    start=date(2024, 3, 1),
    facts=FactSchema(
        ask.EXPERIENCE,
        yes_no("it_job", "Ist es ein IT-Beruf?", "Is it a job in information technology?"),
        ask.QUALIFICATION,
        ask.COLLECTIVE_AGREEMENT,
        ask.AGE,
        ask.SALARY,
        ask.PENSION,
        ask.QUALIFIED_JOB,
        ask.LICENCE,
        ask.AGENCY_WORK,
    ),
)
def experienced(facts: Facts, values: Parameters) -> Finding:
    """§ 19c Abs. 2 AufenthG, §§ 1 Abs. 2, 6 BeschV: two years in five, 45 % of the ceiling or tariff, qualification."""
    if facts.number("experience_years") < values.number("practical_experience"):
        reason = Text("Weniger als zwei Jahre Erfahrung in fünf.", "Less than two years of experience in five.")
        return closed(reason, "beschv_6")
    if not facts.flag("qualified_job"):
        return closed(Text("Keine qualifizierte Beschäftigung.", "Not a qualified job."), "aufenthg_19c_2")
    qualification = facts.word("qualification")
    it_job = facts.flag("it_job")
    if qualification == "none" and not it_job:
        reason = Text("Außerhalb der IT ist ein anerkannter Abschluss nötig.", "Outside IT a qualification is needed.")
        return closed(reason, "beschv_6")
    threshold = values.number("experienced")
    if not facts.flag("collective_agreement") and facts.number("salary") < threshold:
        short = threshold - facts.number("salary")
        reason = Text(
            f"Das Gehalt liegt unter {euro(threshold).de} (es fehlen {euro(short).de}).",
            f"The salary is below {euro(threshold).en} ({euro(short).en} short).",
        )
        shown = {"threshold": threshold, "short_by": short}
        return closed(reason, "beschv_6", values=shown, ways=(raise_salary(threshold, "beschv_6"),))
    failed = licence_test(facts) or agency_test(facts) or pension_test(facts, values, "beschv_1_2")
    if failed:
        return failed
    reason = Text(
        "Möglich; die Behörde entscheidet nach Ermessen.", "Possible; the authority decides at its discretion."
    )
    conditions = [CONSENT]
    if not it_job and qualification in ("foreign_state_recognised", "chamber_abroad"):
        conditions.append(CONFIRMED_ABROAD)
    cites = ("aufenthg_19c_2", "beschv_6", "aufenthg_39")
    possible = {"route": "19c_2", "consent": True, "discretion": True}
    return finding("allowed", reason, cites=cites, conditions=conditions, values=possible, certainty="B")
