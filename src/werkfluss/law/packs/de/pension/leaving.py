"""What happens to an occupational pension when the person leaves: vested, carried over, or paid off."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.deadlines import FEDERAL_STATE, last_day_of_months, moved_end
from werkfluss.law.facts import FactSchema, day, number, one_of, yes_no
from werkfluss.law.packs.de.pension.texts import EMPLOYER, WAY, add_months, shown
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.said import euro
from werkfluss.law.verdict import Condition, Duty

_PERSON = Text("die ausgeschiedene Person", "the person who left")
_YEAR = 12
# § 30f BetrAVG: first and last day of the promise, (age, years of promise), (age, years since the second day)
_OLD = (
    (date.min, date(2000, 12, 31), (35, 10), (30, date(2001, 1, 1), 5)),
    (date(2001, 1, 1), date(2008, 12, 31), (30, 5), (25, date(2009, 1, 1), 5)),
    (date(2009, 1, 1), date(2017, 12, 31), (25, 5), (21, date(2018, 1, 1), 3)),
)
_FIRST_DAY = Condition(
    "review",
    Text(
        "Klären, ob die Zusage mit Beginn des Tages galt (§ 187 Abs. 2 BGB, etwa Versicherungsbeginn) oder erst im "
        "Lauf des Tages erteilt wurde (Abs. 1); sonst das Ende um einen Tag verschieben.",
        "Clear up whether the promise held from the start of the day (s. 187(2) BGB, e.g. start of insurance) or was "
        "given in the course of it (para. 1); else move the end by a day.",
    ),
    EMPLOYER,
    "betravg_1b_1",
    lead_days=5,
    day_kind="working",
)


@rule(
    "de/pension/vesting",
    title=Text("Unverfallbarkeit der Betriebsrente", "Vesting of an occupational pension"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        one_of(
            "paid_by",
            ("employer", "conversion"),
            "Wer finanziert die Zusage: der Arbeitgeber oder die Person durch Entgeltumwandlung?",
            "Who pays for the promise: the employer, or the person by conversion of pay?",
            labels={
                "employer": Text("Arbeitgeber", "employer"),
                "conversion": Text("Entgeltumwandlung (mit Zuschuss)", "conversion of pay (with subsidy)"),
            },
        ),
        day(
            "promised_on",
            "Wann wurde die Versorgung zugesagt (bei Versicherung: Beginn)?",
            "When was the pension promised (for insurance: its start)?",
            around=("1095", "1096", "1826"),
        ),
        day("leaves_on", "Wann endet das Arbeitsverhältnis?", "When does the employment end?", around=("1095", "1096")),
        number(
            "age",
            "years",
            "Wie alt ist die Person am Ende des Arbeitsverhältnisses?",
            "How old is the person when the employment ends?",
            around=("vesting_age", "25", "30", "35"),
            step="1",
        ),
    ),
)
def vesting(facts: Facts, values: Parameters) -> Finding:
    """§§ 1b Abs. 1, 5, 30f BetrAVG: conversion at once; else by age and years of promise, older promises by s. 30f."""
    converted, promised = facts.word("paid_by") == "conversion", facts.day("promised_on")
    if converted and promised > _OLD[0][1]:
        reason = Text("Umgewandeltes Entgelt ist sofort unverfallbar.", "Converted pay is vested at once.")
        return finding("allowed", reason, cites=("betravg_1b_5", "betravg_2"), values={"vested": True})
    leaves, age = facts.day("leaves_on"), facts.number("age")
    new = (values.number("vesting_age"), promised, int(values.number("vesting_years")))
    ways = _ways(promised, (int(new[0]), new[1], new[2]))
    kept = any(age >= least and leaves >= add_months(since, years * _YEAR) for least, since, years in ways)
    full = any(age >= least and leaves >= last_day_of_months(since, years * _YEAR) for least, since, years in ways)
    cites = ("betravg_1b_1", "betravg_2", *(("betravg_30f",) if promised <= _OLD[-1][1] else ()))
    if kept:
        reason = Text("Die Anwartschaft bleibt erhalten.", "The pension right is kept.")
        inform = Text(
            "Höhe und Entwicklung der Anwartschaft auf Verlangen in Textform mitteilen.",
            "On request state amount and development of the right in text form.",
        )
        who = Text("Arbeitgeber oder Versorgungsträger", "employer or pension provider")
        duty = Duty(inform, who, None, "betravg_4a", practical_days=10)
        return finding("allowed", reason, cites=cites, duties=(duty,), values={"vested": True})
    if full:
        reason = Text(
            "Am letzten Tag des vollen Zeitraums: erhalten, wenn der erste Tag der Zusage mitzählt.",
            "On the last day of the whole period: kept if the first day of the promise counts.",
        )
        return finding("allowed", reason, cites=cites, conditions=(_FIRST_DAY,), values={"vested": True}, certainty="B")
    earliest = min((add_months(since, years * _YEAR) for least, since, years in ways if age >= least), default=None)
    reason = Text(
        "Die Anwartschaft verfällt" + (f"; ab dem {shown(earliest)} bliebe sie erhalten." if earliest else " (Alter)."),
        "The right lapses" + (f"; from {earliest.isoformat()} it would be kept." if earliest else " (age)."),
    )
    listed: dict[str, object] = {"vested": False, **({"vests_on": earliest} if earliest else {})}
    return finding("blocked", reason, cites=cites, values=listed)


def _ways(promised: date, new: tuple[int, date, int]) -> list[tuple[int, date, int]]:
    """Ways to a vested right: least age, day from which the years count, years."""
    for first, last, (age, years), (later_age, since, later_years) in _OLD:
        if first <= promised <= last:
            return [(age, promised, years), (later_age, since, later_years)]
    return [new]


@rule(
    "de/pension/portability",
    title=Text(
        "Mitnahme der Betriebsrente zum neuen Arbeitgeber", "Carrying an occupational pension to a new employer"
    ),
    start=date(2024, 1, 1),
    facts=FactSchema(
        yes_no("vested", "Ist die Anwartschaft unverfallbar?", "Is the pension right vested?"),
        WAY,
        yes_no(
            "promised_since_2005",
            "Wurde sie nach dem 31.12.2004 zugesagt?",
            "Was it promised after 31 December 2004?",
            default=True,
        ),
        number(
            "transfer_value",
            "EUR",
            "Wie hoch ist der Übertragungswert?",
            "How high is the transfer value?",
            around=("ceiling",),
        ),
        day("left_on", "Wann endete das Arbeitsverhältnis?", "When did the employment end?", around=("365", "366")),
        day("asked_on", "Wann wird die Übertragung verlangt?", "When is the transfer claimed?", around=("365", "366")),
        FEDERAL_STATE,
    ),
)
def portability(facts: Facts, values: Parameters) -> Finding:
    """§ 4 Abs. 2, 3, § 30b BetrAVG, § 193 BGB: within a year for insured ways up to the ceiling, else by agreement."""
    if not facts.flag("vested"):
        reason = Text("Nur unverfallbare Anwartschaften sind übertragbar.", "Only vested rights can be transferred.")
        return finding("blocked", reason, cites=("betravg_4_2", "betravg_1b_1"))
    if facts.word("way") != "insurance" or not facts.flag("promised_since_2005"):
        return _by_agreement(
            Text(
                "Kein Anspruch: nur bei Versicherung, Pensionskasse, Pensionsfonds und Zusage ab 2005.",
                "No claim: only for insurance and funds and promises from 2005.",
            )
        )
    ceiling = values.number("ceiling")
    if facts.number("transfer_value") > ceiling:
        return _by_agreement(
            Text(
                f"Kein Anspruch: der Übertragungswert übersteigt {euro(ceiling).de}.",
                f"No claim: the transfer value exceeds {euro(ceiling).en}.",
            )
        )
    # s. 193 BGB: the claim is a declaration to the former employer.
    until = moved_end(facts, add_months(facts.day("left_on"), values.days("transfer_months")))
    if facts.day("asked_on") > until:
        return _by_agreement(
            Text(f"Kein Anspruch mehr nach dem {shown(until)}.", f"No claim any more after {until.isoformat()}.")
        )
    what = Text("Übertragung des Werts verlangen.", "Claim the transfer of the value.")
    reason = Text(f"Anspruch auf Übertragung bis {shown(until)}.", f"Right to transfer until {until.isoformat()}.")
    duty = Duty(what, _PERSON, until, "betravg_4_3", practical_days=5)
    return finding("allowed", reason, cites=("betravg_4_3",), duties=(duty,), values={"claim": True, "until": until})


def _by_agreement(reason: Text) -> Finding:
    agree = Condition(
        "agreement",
        Text(
            "Alter und neuer Arbeitgeber und die Person müssen zustimmen.",
            "Former and new employer and the person must agree.",
        ),
        EMPLOYER,
        "betravg_4_2",
        lead_days=None,
    )
    cites = ("betravg_4_2", "betravg_4_3")
    return finding("allowed", reason, cites=cites, conditions=(agree,), values={"claim": False})


@rule(
    "de/pension/settlement",
    title=Text("Abfindung einer kleinen Anwartschaft", "Paying off a small pension right"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        one_of(
            "form",
            ("pension", "capital"),
            "Ist eine Monatsrente oder ein Kapital zugesagt?",
            "Is a monthly pension or a capital promised?",
            labels={"pension": Text("Monatsrente", "monthly pension"), "capital": Text("Kapital", "capital")},
        ),
        number(
            "amount",
            "EUR",
            "Wie hoch ist die Monatsrente oder das Kapital an der Altersgrenze?",
            "How high is the monthly pension or the capital at the age limit?",
            around=("59.32", "79.1", "7119", "9492"),
        ),
        yes_no(
            "statutory_refunded",
            "Wurden die Beiträge zur gesetzlichen Rentenversicherung erstattet und verlangt die Person die Abfindung?",
            "Were the statutory pension contributions refunded and does the person demand the settlement?",
            default=False,
        ),
        yes_no(
            "new_job_in_eu",
            "Hat die Person binnen drei Monaten ein neues Arbeitsverhältnis in einem anderen EU-Staat mitgeteilt?",
            "Did the person report a new employment in another EU state within three months?",
            default=False,
        ),
        yes_no(
            "transfer_claimed",
            "Hat die Person die Übertragung verlangt?",
            "Has the person claimed the transfer?",
            default=False,
        ),
    ),
)
def settlement(facts: Facts, values: Parameters) -> Finding:
    """§ 3 BetrAVG: without consent only small rights; with consent somewhat larger ones into statutory pension."""
    form, amount = facts.word("form"), facts.number("amount")
    alone = _limit(values, form, "settle")
    consent = _limit(values, form, "settle_consent")
    listed: dict[str, object] = {"without_consent_up_to": alone, "with_consent_up_to": consent}
    cites = ("betravg_3", "sgb4_18")
    if facts.flag("statutory_refunded"):
        reason = Text("Auf Verlangen abzufinden.", "To be paid off on demand.")
        return finding("allowed", reason, cites=cites, values=listed)
    if facts.flag("transfer_claimed"):
        reason = Text(
            "Unzulässig, solange die Übertragung verlangt ist.", "Not permitted while the transfer is claimed."
        )
        return finding("blocked", reason, cites=("betravg_3", "betravg_4_3"), values=listed)
    if amount <= alone and not facts.flag("new_job_in_eu"):
        reason = Text(f"Ohne Zustimmung bis {euro(alone).de}.", f"Without consent up to {euro(alone).en}.")
        return finding("allowed", reason, cites=cites, values=listed)
    if amount <= max(alone, consent):
        into_statutory = amount > alone
        text = (
            Text(
                "Zustimmung der Person; der Betrag fließt unmittelbar in die gesetzliche Rentenversicherung.",
                "Consent of the person; the amount goes directly into statutory pension insurance.",
            )
            if into_statutory
            else Text("Zustimmung der Person (neue Stelle in der EU).", "Consent of the person (new job in the EU).")
        )
        condition = Condition("consent", text, _PERSON, "betravg_3", lead_days=None)
        reason = Text(f"Nur mit Zustimmung, bis {euro(consent).de}.", f"With consent only, up to {euro(consent).en}.")
        return finding("allowed", reason, cites=cites, conditions=(condition,), values=listed)
    reason = Text(
        f"Die Anwartschaft ist zu groß für eine Abfindung (mehr als {euro(max(alone, consent)).de}).",
        f"The right is too large to be paid off (more than {euro(max(alone, consent)).en}).",
    )
    return finding("blocked", reason, cites=cites, values=listed)


def _limit(values: Parameters, form: str, name: str) -> Decimal:
    reference = values.number("reference_month")
    if form == "pension":
        limit = reference * values.number(f"{name}_percent") / 100
    else:
        limit = reference * values.number(f"{name}_tenths") / 10
    return limit.quantize(Decimal("0.01"), ROUND_HALF_UP)
