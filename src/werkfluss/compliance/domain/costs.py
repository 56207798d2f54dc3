"""One piece of work, done in each way a firm can have it done: what it costs, what is left, what it asks for.

The law package answers for one way at a time; here the answers are put side by side, in a fixed order and by the same
measure, the cost of an hour that is really worked. Nothing is stored, and no way is called the best.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any, Literal

from werkfluss.compliance.domain.conditions import calendar_days
from werkfluss.kernel.text import Text
from werkfluss.law import api as law
from werkfluss.law.verdict import Citation, Condition, Duty, Outcome, Verdict

WayKind = Literal["staff", "minijob", "midijob", "freelancer", "fractional", "partner", "agent"]
# Always in this order, whatever they cost.
WAYS: tuple[WayKind, ...] = ("staff", "minijob", "midijob", "freelancer", "fractional", "partner", "agent")
EMPLOYED: tuple[WayKind, ...] = ("staff", "minijob", "midijob")
RULE = "de/social/engagement_cost"
_BAND = "de/social/midijob"
# For this span the pack holds a version of the rule, and values or what may become of them.
FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2027, 12, 31)

_WEEKS_A_MONTH = Decimal(52) / 12
_WORKING_DAYS, _LONG_DAY = 6, 8
_GRAVITY: tuple[Outcome, ...] = ("blocked", "unknown", "allowed_with_conditions", "allowed")
_OF_PERSON = (
    *("health", "childless", "children_under_25", "place", "additional_rate", "private_health_premium"),
    *("private_care_premium", "pension_exempt", "tax_class", "church_tax", "u1_rate", "u2_rate", "accident_rate"),
    "absent_days",
)
_OF_FREE = ("artistic", "own_costs", "own_insurance")
_LINES: tuple[tuple[str, Text], ...] = (
    ("gross", Text("Bruttoentgelt", "Gross pay")),
    ("fee", Text("Honorar oder Preis", "Fee or price")),
    ("contributions", Text("Arbeitgeberanteil zur Sozialversicherung", "Employer's contributions")),
    ("flat_tax", Text("Pauschsteuer", "Flat tax")),
    ("insolvency_levy", Text("Insolvenzgeldumlage", "Insolvency levy")),
    ("u1", Text("Umlage U1 (Krankheit)", "Levy U1 (sickness)")),
    ("u2", Text("Umlage U2 (Mutterschaft)", "Levy U2 (maternity)")),
    ("accident", Text("Berufsgenossenschaft", "Accident insurance")),
    ("artists_levy", Text("Künstlersozialabgabe", "Artists' social levy")),
    ("vat", Text("Umsatzsteuer ohne Vorsteuerabzug", "VAT without deduction")),
    ("oversight", Text("Anleitung und Prüfung im Haus", "Guidance and review in house")),
)
_APART = {"insolvency_levy", "u1", "u2", "accident"}
_ASKED_LINES = {"u1": "u1_rate", "u2": "u2_rate", "accident": "accident_rate", "oversight": "oversight_cost"}


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work and the terms of each way; None where nobody has said it. Amounts in EUR without VAT.

    ``gross`` is the pay of a month for ``weekly_hours``; ``rates`` are prices of an hour, ``agent_price`` of a month.
    ``facts`` are further facts of the rule, by their names there. ``instructed`` and ``integrated``: whether the firm
    would direct how the work is done, and build whoever does it into its teams. ``shut`` says of a way why the work
    itself rules it out.
    """

    start: date
    weekly_hours: Decimal | None
    months: Decimal | None
    gross: Decimal | None = None
    rates: Mapping[str, Decimal | None] = field(default_factory=dict)
    agent_price: Decimal | None = None
    oversight: Decimal | None = None
    agent_oversight: Decimal | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    instructed: bool | None = None
    integrated: bool | None = None
    works_council: bool = False
    shut: Mapping[str, Text] = field(default_factory=dict)

    @property
    def hours_month(self) -> Decimal | None:
        return None if self.weekly_hours is None else self.weekly_hours * _WEEKS_A_MONTH

    @property
    def hours(self) -> Decimal | None:
        """Hours that are really worked for the whole piece."""
        return None if self.hours_month is None or self.months is None else self.hours_month * self.months


@dataclass(frozen=True, slots=True)
class Line:
    """A part of the monthly cost; ``amount`` None: not known, so not contained. ``apart``: beside pay and shares."""

    key: str
    label: Text
    amount: Decimal | None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a way costs by one set of values. ``work``: the whole piece, paid absence included in the hours' price."""

    lines: tuple[Line, ...]
    month: Decimal
    hour: Decimal | None
    work: Decimal | None
    employer: Decimal | None
    net: Decimal | None
    deductions: tuple[tuple[Text, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a way would cost by other values; ``open``: they are drafts or not published."""

    label: Text
    outcome: Outcome
    amounts: Amounts | None
    open: bool = True


@dataclass(frozen=True, slots=True)
class To:
    """Something to be done for a way: ``due`` is its day, ``days`` how many calendar days it takes before the start."""

    text: Text
    who: Text
    provision: Citation | None
    due: date | None = None
    days: int = 0


@dataclass(frozen=True, slots=True)
class Way:
    """One way to have the work done, with its verdict."""

    kind: WayKind
    outcome: Outcome
    reasons: tuple[Text, ...]
    amounts: Amounts | None
    readings: tuple[Reading, ...]
    no_net: Text | None
    conditions: tuple[To, ...]
    duties: tuple[To, ...]
    earliest: date | None
    missing: tuple[Text, ...]
    verdicts: tuple[Verdict, ...]
    later: tuple[Reading, ...] = ()

    @property
    def later_is_open(self) -> bool:
        """Whether what is said of the next year rests on values that are drafts or not published."""
        return any(one.open for one in self.later)


def compare(work: Work, *, today: date) -> tuple[Way, ...]:
    """Every way in the fixed order, by the law of the first day; with what the values of 2027 would make of it.

    Raises:
        ValueError: the first day lies outside of what the pack describes.
    """
    if not FIRST_DAY <= work.start <= LAST_DAY:
        raise ValueError(f"{work.start} is not between {FIRST_DAY} and {LAST_DAY}")
    return tuple(_way(kind, work, today) for kind in WAYS)


def _way(kind: WayKind, work: Work, today: date) -> Way:
    verdicts = _asked(kind, work, work.start)
    cost = verdicts[0]
    ruled_out = work.shut.get(kind)
    outcome = min((one.outcome for one in verdicts), key=_GRAVITY.index)
    reasons = tuple(text for one in verdicts if one.outcome == outcome for text in _reasons(one))
    reasons += _what_would_fit(kind, cost, work)
    if ruled_out is not None:
        outcome, reasons = "blocked", (ruled_out,)
    told = outcome != "blocked" or not _does_not_fit(kind, verdicts)
    conditions = tuple(dict.fromkeys(_to_do(c, one) for one in verdicts for c in one.conditions if c.kind != "fact"))
    lead = max((one.days for one in conditions), default=0)
    amounts = _amounts(kind, cost.values, work) if told else None
    return Way(
        kind=kind,
        outcome=outcome,
        reasons=reasons,
        amounts=amounts,
        readings=_readings(kind, cost, work) if told else (),
        no_net=None if amounts is not None and amounts.net is not None else _no_net(kind, amounts),
        conditions=conditions if told else (),
        duties=tuple(_duty(duty, cost) for duty in cost.duties) if told else (),
        earliest=None if outcome == "blocked" else today + timedelta(days=lead),
        missing=_missing(verdicts),
        verdicts=verdicts,
        later=_later(kind, work) if told and work.start.year < LAST_DAY.year else (),
    )


def _does_not_fit(kind: WayKind, verdicts: tuple[Verdict, ...]) -> bool:
    """The pay belongs to another kind of employment: then there are no amounts to show."""
    if kind == "minijob":
        return verdicts[0].outcome == "blocked"
    return any(one.outcome == "blocked" and one.rule == _BAND for one in verdicts)


def _what_would_fit(kind: WayKind, cost: Verdict, work: Work) -> tuple[Text, ...]:
    """How much of the work a Minijob could take at the same hourly pay."""
    limit = _number(cost.values, "limit")
    if kind != "minijob" or cost.outcome != "blocked" or limit is None or not (work.gross and work.weekly_hours):
        return ()
    hours = (limit / work.gross * work.weekly_hours).quantize(Decimal("0.1"), rounding=ROUND_DOWN)
    return (
        Text(
            f"Beim selben Stundenlohn passen {format(hours, 'f').replace('.', ',')} Stunden in der Woche hinein.",
            f"At the same hourly pay {hours} hours a week fit into it.",
        ),
    )


def _asked(kind: WayKind, work: Work, on: date) -> tuple[Verdict, ...]:
    """The cost first, then whatever else decides whether this way is open."""
    found = [law.check(RULE, _facts(kind, work), on)]
    if kind in EMPLOYED and work.gross is not None:
        found += _kind_of_job(kind, work.gross, on)
        if work.weekly_hours:
            found += _minimum_wage(work.gross, work.weekly_hours, on)
    if kind in EMPLOYED and work.weekly_hours is not None:
        found += _long_weeks(work.weekly_hours, on)
    if kind == "freelancer" and work.instructed and work.integrated:
        told = {"client_sets_hours": True, "client_instructs_how": True, "embedded_in_team": True}
        found.append(law.check("de/status/engagement", told, on))
    if kind == "partner" and (work.instructed is not None or work.integrated is not None):
        told_of_team = {"client_instructs": work.instructed, "integrated": work.integrated, "named_by_client": False}
        found.append(law.check("de/aueg/partner_team", told_of_team, on))
    return tuple(found)


def _kind_of_job(kind: WayKind, gross: Decimal, on: date) -> Iterable[Verdict]:
    """By the pay exactly one of hire, Minijob and transition band applies; the others say why they do not."""
    band = law.check(_BAND, {"gross": _plain(gross)}, on)
    applies = band.values.get("kind") or ("midijob" if band.outcome == "unknown" else "regular")
    if kind == "midijob":
        # What the band asks of the person, the cost asks too; only whether the pay lies in it is of interest.
        yield from (band,) if applies != "midijob" else ()
    elif kind == "staff" and applies != "regular":
        word = Text("Minijob", "Minijob") if applies == "minijob" else Text("Übergangsbereich", "transition band")
        reason = Text(
            f"Bei diesem Entgelt gilt: {word.de}. Die Zahlen stehen dort.",
            f"At this pay it is: {word.en}. The figures stand there.",
        )
        yield Verdict(band.rule, "blocked", on, band.pack_version, reasons=(reason,), citations=band.citations)


def _minimum_wage(gross: Decimal, weekly_hours: Decimal, on: date) -> Iterable[Verdict]:
    """Only if it is not paid: whether it is in a single month depends on that month's hours."""
    found = law.check(
        "de/terms/minimum_wage",
        {"monthly_pay": _plain(gross), "weekly_hours": _plain(weekly_hours), "month": on.replace(day=1).isoformat()},
        on,
    )
    yield from (found,) if found.outcome == "blocked" else ()


def _long_weeks(weekly_hours: Decimal, on: date) -> Iterable[Verdict]:
    """More than six days of eight hours is more than a person may work for long (s. 3 ArbZG)."""
    daily = weekly_hours / _WORKING_DAYS
    if daily > _LONG_DAY:
        yield law.check("de/working_time/daily_hours", {"hours": _plain(_cents(daily))}, on)


def _facts(kind: WayKind, work: Work) -> dict[str, Any]:
    """What the rule is told of this way; what nobody said is left out, so that the answer names it."""
    told: dict[str, Any] = {
        "kind": "staff" if kind == "midijob" else kind,
        "start": work.start.isoformat(),
        "works_council": work.works_council,
    }
    numbers: dict[str, Decimal | None] = {"weekly_hours": work.weekly_hours if kind != "agent" else None}
    names: tuple[str, ...] = ()
    if kind in EMPLOYED:
        names = _OF_PERSON
        numbers["gross"] = work.gross
        numbers["oversight_cost"] = work.oversight if kind == "minijob" else None
    elif kind == "agent":
        numbers |= {"fee": work.agent_price, "oversight_cost": work.agent_oversight}
    else:
        names = _OF_FREE if kind != "partner" else ()
        rate, hours = work.rates.get(kind), work.hours_month
        numbers["fee"] = None if rate is None or hours is None else _cents(rate * hours)
        numbers["oversight_cost"] = work.oversight
    if kind not in ("staff", "midijob"):
        names = (*names, "input_tax_deductible")
    told |= {name: work.facts[name] for name in names if work.facts.get(name) is not None}
    return told | {name: _plain(value) for name, value in numbers.items() if value is not None}


def _amounts(kind: WayKind, values: Mapping[str, Any], work: Work) -> Amounts | None:
    """The cost as far as it is settled; None while something that it needs is missing."""
    month = _number(values, "cost_month")
    if month is None:
        return None
    unknown = set(values.get("not_included") or ())
    lines = []
    for key, label in _LINES:
        amount = _number(values, key)
        if amount is not None or _ASKED_LINES.get(key) in unknown:
            lines.append(Line(key, label, amount, apart=key in _APART))
    hour = _number(values, "cost_per_hour")
    if kind == "agent":
        whole = None if work.months is None else _cents(month * work.months)
    else:
        whole = None if hour is None or work.months is None else _cents(_yearly_hours(work, hour) * work.months / 12)
    return Amounts(
        lines=tuple(lines),
        month=month,
        hour=hour,
        work=whole,
        employer=_number(values, "employer_cost"),
        net=_number(values, "net_month"),
        deductions=tuple(_deductions(values)),
    )


def _yearly_hours(work: Work, hour: Decimal) -> Decimal:
    assert work.weekly_hours is not None  # an hour has a price only where hours are known
    return hour * work.weekly_hours * 52


_DEDUCTIONS = (
    ("employee_total", Text("Sozialversicherung der Person", "The person's contributions")),
    ("wage_tax", Text("Lohnsteuer", "Wage tax")),
    ("solidarity", Text("Solidaritätszuschlag", "Solidarity surcharge")),
    ("church_tax", Text("Kirchensteuer", "Church tax")),
    ("income_tax", Text("Einkommensteuer, geschätzt", "Income tax, estimated")),
)


def _deductions(values: Mapping[str, Any]) -> Iterable[tuple[Text, Decimal]]:
    for key, label in _DEDUCTIONS:
        amount = _number(values, key)
        if amount:
            yield label, amount


def _readings(kind: WayKind, verdict: Verdict, work: Work) -> tuple[Reading, ...]:
    return tuple(Reading(one.label, one.outcome, _amounts(kind, one.values, work)) for one in verdict.readings)


def _later(kind: WayKind, work: Work) -> tuple[Reading, ...]:
    """The same way at the turn of the year: every reading of values that are drafts or not published."""
    on = date(LAST_DAY.year, 1, 1)
    for one in _asked(kind, work, on)[1:]:
        if one.outcome == "blocked":
            return (Reading(one.reasons[0], "blocked", None, open=False),)
    found = law.check(RULE, _facts(kind, work), on)
    told = tuple(one for one in _readings(kind, found, work) if one.amounts is not None)
    if told or found.outcome == "unknown":
        return told
    label = found.reasons[0] if found.outcome == "blocked" else Text("geltende Werte", "values in force")
    return (Reading(label, found.outcome, _amounts(kind, found.values, work), open=False),)


_NO_NET = {
    "freelancer": Text(
        "Ein Honorar ist kein Netto: Betriebsausgaben, Versicherung und Steuer gehen ab; die kennt nur die Person.",
        "A fee is no net pay: costs, insurance and tax come off it, and only the person knows them.",
    ),
    "partner": Text(
        "Der Partner bezahlt seine Leute selbst; ihr Entgelt kennt die Firma nicht.",
        "The partner pays its own people; the firm does not know their pay.",
    ),
    "agent": Text("Ein Agent ist keine Person.", "An agent is no person."),
}
_NO_NET["fractional"] = _NO_NET["freelancer"]


def _no_net(kind: WayKind, amounts: Amounts | None) -> Text:
    if kind in _NO_NET:
        return _NO_NET[kind]
    if amounts is None:
        return Text("Erst wenn die Kosten feststehen.", "Not before the cost is settled.")
    return Text("Lohnsteuerklasse und Kirchensteuer sind nicht bekannt.", "The tax class and church tax are not known.")


def _to_do(condition: Condition, verdict: Verdict) -> To:
    return To(condition.text, condition.who, _provision(condition.basis, verdict), days=calendar_days(condition))


def _duty(duty: Duty, verdict: Verdict) -> To:
    return To(duty.what, duty.who, _provision(duty.basis, verdict), due=duty.due, days=duty.practical_days or 0)


def _provision(basis: str, verdict: Verdict) -> Citation | None:
    return next((one for one in verdict.citations if one.id == basis), None)


def _missing(verdicts: tuple[Verdict, ...]) -> tuple[Text, ...]:
    """What keeps the answer open; what is only left out of the sum stands at its line."""
    return tuple(dict.fromkeys(fact.question for one in verdicts if one.outcome == "unknown" for fact in one.missing))


def _reasons(verdict: Verdict) -> tuple[Text, ...]:
    """Amounts and what is left out stand in the table already."""
    told_elsewhere = ("Kosten im Monat", "Nicht enthalten")
    return tuple(text for text in verdict.reasons if not text.de.startswith(told_elsewhere))


def _number(values: Mapping[str, Any], name: str) -> Decimal | None:
    value = values.get(name)
    return None if value is None else Decimal(str(value))


def _plain(value: Decimal) -> str:
    return format(value, "f")


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
