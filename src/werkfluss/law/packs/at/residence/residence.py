"""Residence and the right to work in Austria, as far as reliable values were found; the rest must be confirmed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, country, number, one_of, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.said import euro
from werkfluss.law.verdict import Condition

_PERSON = Text("die Person mit dem Arbeitgeber", "the person with the employer")
_EMPLOYER = Text("Arbeitgeber", "employer")
_FREE = frozenset(
    "AT BE BG CH CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)
_CITIZENSHIP = country(
    "citizenship",
    "Welche Staatsangehörigkeit hat die Person? Bei mehreren eine der EU, des EWR oder der Schweiz.",
    "Which nationality does the person have? Of several, one of the EU, EEA or Switzerland.",
)
_TEST_CONFIRMED = yes_no(
    "criteria_confirmed",
    "Hat das AMS oder eine fachkundige Stelle die übrigen Kriterien (Punkte, Arbeitsmarktprüfung) bestätigt?",
    "Has the AMS or an expert confirmed the other criteria (points, labour market test)?",
)
_TITLE_FIRST = Condition(
    "paper",
    Text(
        "Titel in Österreich beantragen; vor der Erteilung darf die Arbeit dort nicht beginnen.",
        "Apply for the Austrian title; work there must not start before it is issued.",
    ),
    _PERSON,
    "nag_41",
    lead_days=None,
)


def _free(citizenship: str) -> Finding | None:
    if citizenship not in _FREE:
        return None
    reason = Text("Freizügigkeit: kein Titel nötig.", "Free movement: no title needed.")
    return finding("allowed", reason, cites=("fza_at",), certainty="B")


def _too_low(threshold: Decimal, pay: Decimal, basis: str, unit: Text) -> Finding:
    least, short = euro(threshold), euro(threshold - pay)
    reason = Text(
        f"Das Entgelt liegt unter {least.de} {unit.de} (es fehlen {short.de}).",
        f"The pay is below {least.en} {unit.en} ({short.en} short).",
    )
    raise_pay = Condition(
        "limit",
        Text(
            f"Mindestens {least.de} {unit.de} vereinbaren.",
            f"Agree on at least {least.en} {unit.en}.",
        ),
        _EMPLOYER,
        basis,
        lead_days=7,
    )
    values = {"threshold": threshold, "short_by": threshold - pay}
    return finding("blocked", reason, cites=(basis,), conditions=(raise_pay,), values=values, certainty="B")


def _criteria(facts: Facts, basis: str, values: dict[str, object]) -> Finding:
    """What this pack does not hold must be confirmed by somebody who knows; without it the verdict stays open."""
    if facts.flag("criteria_confirmed"):
        reason = Text("Möglich, die übrigen Kriterien sind bestätigt.", "Possible, the other criteria are confirmed.")
        return finding("allowed", reason, cites=(basis,), conditions=(_TITLE_FIRST,), values=values, certainty="B")
    reason = Text("Die übrigen Kriterien sind nicht erfüllt.", "The other criteria are not met.")
    return finding("blocked", reason, cites=(basis,), values=values, certainty="B")


@rule(
    "at/residence/rwr_card",
    title=Text("Rot-Weiß-Rot-Karte", "Red-White-Red card"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        _CITIZENSHIP,
        one_of(
            "group",
            (
                "highly_qualified",
                "shortage_occupation",
                "other_key_worker",
                "graduate",
                "self_employed_key_worker",
                "start_up_founder",
                "regular_seasonal",
            ),
            "Welche Gruppe: besonders Hochqualifizierte, Mangelberuf, sonstige Schlüsselkraft, Studienabsolvent, "
            "selbständige Schlüsselkraft, Start-up, Stammmitarbeiter?",
            "Which group: very highly qualified, shortage occupation, other key worker, graduate, self-employed key "
            "worker, start-up, regular seasonal staff?",
        ),
        number(
            "pay_month",
            "EUR/month",
            "Wie hoch ist das Bruttoentgelt im Monat (14-mal im Jahr)?",
            "How high is the gross pay a month (14 times a year)?",
            around=("key_worker_month",),
        ),
        _TEST_CONFIRMED,
    ),
)
def rwr_card(facts: Facts, values: Parameters) -> Finding:
    """§§ 12 ff. AuslBG, § 41 NAG: the pay of other key workers is tested; points and market test must be confirmed."""
    free = _free(facts.word("citizenship"))
    if free is not None:
        return free
    group = facts.word("group")
    shown: dict[str, object] = {"group": group}
    if group != "other_key_worker":
        return _criteria(facts, "auslbg_groups", shown)
    threshold = values.number("key_worker_month")
    pay = facts.number("pay_month")
    if pay < threshold:
        return _too_low(threshold, pay, "auslbg_12b", Text("im Monat (14-mal)", "a month (14 times)"))
    return _criteria(facts, "auslbg_12b", {**shown, "threshold": threshold})


@rule(
    "at/residence/blue_card",
    title=Text("Blaue Karte EU (Österreich)", "EU Blue Card (Austria)"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        _CITIZENSHIP,
        number(
            "pay_year",
            "EUR/year",
            "Wie hoch ist das Bruttoentgelt im Jahr?",
            "How high is the gross pay a year?",
            around=("blue_card_year",),
        ),
        number(
            "contract_months",
            "months",
            "Für wie viele Monate ist die Beschäftigung vorgesehen (unbefristet: 999)?",
            "For how many months is the employment offered (open-ended: 999)?",
            around=("blue_card_months",),
            step="1",
        ),
        yes_no("degree", "Liegt ein Hochschulabschluss vor?", "Is there a university degree?"),
        yes_no("it_job", "Ist es ein IT-Beruf?", "Is it a job in information technology?"),
        number(
            "it_experience_years",
            "years",
            "Wie viele Jahre einschlägige IT-Erfahrung?",
            "How many years of relevant IT experience?",
            around=("it_experience",),
        ),
        _TEST_CONFIRMED,
    ),
)
def blue_card(facts: Facts, values: Parameters) -> Finding:
    """§ 12c AuslBG: pay, six months, degree or three years in IT; the labour market test must be confirmed."""
    free = _free(facts.word("citizenship"))
    if free is not None:
        return free
    if facts.number("contract_months") < values.number("blue_card_months"):
        reason = Text("Das Angebot umfasst weniger als sechs Monate.", "The offer is for less than six months.")
        return finding("blocked", reason, cites=("auslbg_12c",), certainty="B")
    if not facts.flag("degree"):
        enough = facts.flag("it_job") and facts.number("it_experience_years") >= values.number("it_experience")
        if not enough:
            reason = Text(
                "Weder Hochschulabschluss noch drei Jahre IT-Erfahrung in einem IT-Beruf.",
                "Neither a degree nor three years of IT experience in an IT job.",
            )
            return finding("blocked", reason, cites=("auslbg_12c",), certainty="B")
    threshold = values.number("blue_card_year")
    pay = facts.number("pay_year")
    if pay < threshold:
        return _too_low(threshold, pay, "auslbg_12c", Text("im Jahr", "a year"))
    return _criteria(facts, "auslbg_12c", {"threshold": threshold})


@rule(
    "at/residence/posting_notice",
    title=Text("Meldung einer Entsendung nach Österreich", "Notice of a posting to Austria"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        number(
            "pay_month",
            "EUR/month",
            "Wie hoch ist das Bruttoentgelt der entsandten Person im Monat?",
            "How high is the posted person's gross pay a month?",
            around=("notice_exempt_month",),
        )
    ),
)
def posting_notice(facts: Facts, values: Parameters) -> Finding:
    """§ 1 LSD-BG: high pay exempts from the notice; otherwise notify before the work and keep the papers at hand."""
    threshold = values.number("notice_exempt_month")
    if facts.number("pay_month") >= threshold:
        reason = Text("Das Entgelt ist so hoch, dass die Meldung entfällt.", "The pay exempts from the notice.")
        return finding("allowed", reason, cites=("lsdbg_1",), values={"threshold": threshold}, certainty="B")
    reason = Text(
        "Die Entsendung ist vor Beginn zu melden; weitere Ausnahmen bei der zuständigen Stelle erfragen.",
        "The posting must be notified before it starts; ask the competent office about other exemptions.",
    )
    notify = Condition(
        "notice",
        Text("Entsendung vor Arbeitsbeginn melden.", "Notify the posting before work starts."),
        _EMPLOYER,
        "lsdbg_1",
        lead_days=3,
    )
    shown = {"threshold": threshold}
    return finding("allowed", reason, cites=("lsdbg_1",), conditions=(notify,), values=shown, certainty="B")
