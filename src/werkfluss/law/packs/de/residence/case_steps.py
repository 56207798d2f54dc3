"""From the application to the residence card: every step with who, how long, by when, and its papers."""

from __future__ import annotations

from datetime import date, timedelta

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, day, one_of, yes_no
from werkfluss.law.packs.de.residence.common import (
    AUTHORITY,
    EMPLOYER,
    PERSON,
    add_months,
    shown,
    way,
)
from werkfluss.law.packs.de.residence.steps import FIRST_DAY, Plan, Step, Timed, before_start, timed
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition, Duty, Outcome, Part, Value, as_value

_DONE = (
    "none",
    "contract",
    "route_check",
    "agreement",
    "recognition",
    "consent",
    "visa_appointment",
    "visa",
    "title_inside",
    "entry",
)


@rule(
    "de/residence/case_steps",
    title=Text("Schritte bis zum ersten Arbeitstag und zur Karte", "Steps to the first day and the residence card"),
    start=date(2023, 11, 18),
    facts=FactSchema(
        day("planned_start", "Wann soll die Arbeit beginnen?", "When is the work to start?", around=("90", "150")),
        one_of(
            "recognition_step",
            ("none", "anabin", "zab", "bqfg"),
            "Was braucht der Abschluss: nichts, anabin-Auszug, Zeugnisbewertung, Gleichwertigkeit?",
            "What does the qualification need: nothing, anabin entry, statement of comparability, equivalence?",
        ),
        yes_no(
            "accelerated",
            "Läuft das beschleunigte Fachkräfteverfahren (§ 81a)?",
            "Is the accelerated procedure (s. 81a) used?",
            default=False,
        ),
        yes_no(
            "visa_needed",
            "Braucht die Person ein Visum (nein bei § 41 AufenthV oder schon in Deutschland mit Titel)?",
            "Does the person need a visa (no under s. 41 AufenthV, or in Germany with a title already)?",
            default=True,
        ),
        yes_no(
            "consent_needed",
            "Muss die Bundesagentur für Arbeit zustimmen?",
            "Must the Federal Employment Agency consent?",
            default=True,
        ),
        yes_no(
            "blue_card_case",
            "Geht es um eine Blaue Karte?",
            "Is it about a Blue Card?",
            default=False,
        ),
        one_of(
            "done",
            _DONE,
            "Welcher Schritt ist als letzter erledigt?",
            "Which step was done last?",
            default="none",
        ),
        day(
            "visa_until",
            "Bis wann gilt das Visum (leer, wenn noch keines)?",
            "Until when is the visa valid (empty if there is none yet)?",
        ),
    ),
)
def case_steps(facts: Facts, values: Parameters) -> Finding:
    """§§ 4a, 39, 45c, 81, 81a AufenthG, § 36 BeschV, § 31a AufenthV, § 17 BMG: dates counted back from the start."""
    start = facts.day("planned_start")
    plan = Plan(
        accelerated=facts.flag("accelerated"),
        visa=facts.flag("visa_needed"),
        consent=facts.flag("consent_needed"),
        recognition=facts.word("recognition_step"),
        from_abroad=facts.flag("visa_needed"),
    )
    steps = timed(before_start(plan, values), facts.word("done"), values.on, start)
    least = min(item.slack for item in steps)
    critical = tuple(item.step.id for item in steps if item.slack == least and item.step.id != FIRST_DAY)
    earliest = next(item.earliest for item in steps if item.step.id == FIRST_DAY)
    later = _afterwards(facts, values, plan, start)
    shown_values = {
        "critical": critical,
        "slack_days": least,
        "earliest_start": earliest,
        "next_step": steps[0].step.id,
    }
    parts = [_part(item, number, critical=item.slack == least) for number, item in enumerate(steps, 1)]
    parts += [_later_part(step, due, number) for number, (step, due) in enumerate(later, len(parts) + 1)]
    duties = [Duty(item.step.title, item.step.who, item.done_by, item.step.basis, item.step.days) for item in steps]
    duties += [Duty(step.title, step.who, due, step.basis, step.days) for step, due in later if due]
    cites = tuple(dict.fromkeys([item.step.basis for item in steps] + [step.basis for step, _ in later]))
    outcome: Outcome = "blocked" if least < 0 else "allowed"
    if least < 0:
        reason, ways = _too_late(earliest, plan)
    else:
        reason = Text(
            f"Erreichbar mit {least} Tagen Spielraum; am wenigsten Zeit lassen: {_titles(steps, critical, 'de')}.",
            f"Feasible with {least} days to spare; least time is left by: {_titles(steps, critical, 'en')}.",
        )
        ways = [_next(steps[0])]
    return finding(
        outcome,
        reason,
        cites=cites,
        conditions=ways,
        duties=duties,
        values=shown_values,
        parts=parts,
        certainty="B",
    )


def _next(first: Timed) -> Condition:
    text = Text(
        f"Nächster Schritt: {first.step.title.de}, beginnen bis {shown(first.start_by)}.",
        f"Next step: {first.step.title.en}, start by {first.start_by}.",
    )
    return Condition("paper", text, first.step.who, first.step.basis, lead_days=first.step.days)


def _titles(steps: tuple[Timed, ...], ids: tuple[str, ...], language: str) -> str:
    titles = [item.step.title.in_language(language) for item in steps if item.step.id in ids]
    return ", ".join(titles) or "–"


def _too_late(earliest: date, plan: Plan) -> tuple[Text, list[Condition]]:
    reason = Text(
        f"Der geplante Beginn ist nicht zu schaffen; frühestens {shown(earliest)}.",
        f"The planned start cannot be met; {earliest} at the earliest.",
    )
    ways = [
        way(
            "limit",
            f"Den Beginn auf {shown(earliest)} oder später legen.",
            f"Move the start to {earliest} or later.",
            "aufenthg_4a_5",
            who=EMPLOYER,
            lead_days=0,
        )
    ]
    if plan.visa and not plan.accelerated:
        ways.append(
            way(
                "agreement",
                "Beschleunigtes Fachkräfteverfahren vereinbaren.",
                "Agree on the accelerated procedure.",
                "aufenthg_81a",
                who=EMPLOYER,
                lead_days=7,
            )
        )
    return reason, ways


def _part(item: Timed, number: int, *, critical: bool) -> Part:
    dated: tuple[tuple[str, object], ...] = (
        ("number", number),
        ("lead_days", item.step.days),
        ("earliest", item.earliest),
        ("start_by", item.start_by),
        ("done_by", item.done_by),
        ("slack_days", item.slack),
        ("critical", critical and item.step.id != FIRST_DAY),
        ("phase", "before_start"),
    )
    step = item.step
    pairs = tuple((name, as_value(value)) for name, value in dated)
    return Part(step.id, step.title, values=pairs, lines=step.papers, basis=(step.basis,), who=step.who)


def _later_part(step: Step, due: date | None, number: int) -> Part:
    pairs: tuple[tuple[str, Value], ...] = (
        ("number", number),
        ("lead_days", step.days),
        ("done_by", as_value(due)),
        ("critical", False),
        ("phase", "after_start"),
    )
    return Part(step.id, step.title, values=pairs, lines=step.papers, basis=(step.basis,), who=step.who)


def _afterwards(facts: Facts, values: Parameters, plan: Plan, start: date) -> list[tuple[Step, date | None]]:
    """What follows the arrival; None where no date can be computed yet."""
    moved_in = start - timedelta(days=values.days("usual_days_entry")) if plan.visa else start
    confirmation = (Text("Wohnungsgeberbestätigung", "landlord's confirmation"),)
    steps: list[tuple[Step, date | None]] = []
    if plan.visa:
        register = Step(
            "registration", Text("Wohnung anmelden", "Register the address"), PERSON, "bmg_17", 1, (), confirmation
        )
        steps.append((register, moved_in + timedelta(days=values.days("registration_days"))))
        tax = Text("Steuer-Identifikationsnummer abwarten", "Await the tax identification number")
        steps.append((Step("tax_id", tax, PERSON, "ao_139b", 14, ()), None))
        card = Text("Aufenthaltskarte beantragen, bevor das Visum endet", "Apply for the card before the visa ends")
        until = facts.day("visa_until") if facts.known("visa_until") else None
        days = values.days("usual_days_card")
        steps.append((Step("residence_card", card, AUTHORITY, "aufenthg_81", days, ()), until))
    fund = Text("Krankenkasse wählen", "Choose a sickness fund")
    steps.append((Step("sickness_fund", fund, PERSON, "sgb4_28a", 7, ()), start))
    insured = Text("Zur Sozialversicherung anmelden", "Register for social insurance")
    insured_by = start + timedelta(days=values.days("insurance_days"))
    steps.append((Step("social_insurance", insured, EMPLOYER, "sgb4_28a", 1, ()), insured_by))
    settle = Text("Niederlassungserlaubnis möglich", "Settlement permit possible")
    if facts.flag("blue_card_case"):
        months, basis = values.days("settlement_b1"), "aufenthg_18c_2"
    else:
        months, basis = values.days("settlement_skilled"), "aufenthg_18c_1"
    steps.append((Step("settlement", settle, PERSON, basis, 60, ()), add_months(start, months)))
    return steps
