"""The clocks of a running order: the month of s. 7a(5) SGB IV, the half-yearly look, one year with one client, leasing.

All are deadlines about the order; radar, mail and the first page show them. Which day it is comes from the law where
the law knows it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question, Verdict
from werkfluss.compliance.domain.deadlines import drop_deadline, open_deadlines, set_deadline
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.engagement.models import Order
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.workforce.models import Kind

PROCEDURE, INSTRUMENT, DURATION = "de/status/procedure", "de/status/instrument", "de/aueg/duration"
PENSION, TEACHER = "de/status/pension_duty", "de/status/teacher"
# Kept like all evidence on the status (retention of the room of the law goes by this).
PREFIX = "de/status/order:"
SEVEN_A, LOOK, CHANGED, ONE_CLIENT, LEASING = (
    PREFIX + "7a",
    PREFIX + "look",
    PREFIX + "changed",
    PREFIX + "one_client",
    PREFIX + "leasing",
)
_CODES = (SEVEN_A, LOOK, CHANGED, ONE_CLIENT, LEASING)
# Every six months, as the law pack asks with each order; projects below one year are not permanent (practice, 5/6).
_ABOVE, _BELOW = "84", "83"  # percent, on the two sides of five sixths
_LOOK_MONTHS, _PERMANENT_MONTHS = 6, 12
_LOOK_LEAD, _CHANGE_LEAD, _MONTH_LEAD = 14, 5, 14
_WHO = "hr"


@dataclass(frozen=True, slots=True)
class SevenA:
    """The status procedure: until when it may be applied for with effect from its decision, and what is still open.

    ``today`` is what the law says of an application today, with consent and cover as recorded.
    """

    started_on: date
    window_ends: date | None
    in_time: bool | None
    today: Verdict
    prognosis: Verdict


def start_of(order: Order, *, on: date) -> date:
    """When the work began: recorded, else the first day of the order."""
    known = _recorded(order, on).get("started_on")
    try:
        return date.fromisoformat(str(known)) if known else order.first_day
    except ValueError:
        return order.first_day


def seven_a(order: Order, *, applied_on: date | None = None, on: date) -> SevenA:
    """The clock of s. 7a(5) SGB IV for this order; ``applied_on`` defaults to what is recorded, then to today."""
    known = _recorded(order, on)
    started = start_of(order, on=on)
    applied = applied_on.isoformat() if applied_on else str(known.get("applied_on") or max(on, started).isoformat())
    facts = explain.usable(PROCEDURE, known, on=on) | {"started_on": started.isoformat(), "applied_on": applied}
    # Whoever has not said so yet could still consent and show cover: the day does not depend on it.
    could = {"person_consents": True, "own_cover": True} | facts
    verdict = explain.answer(Question.of(PROCEDURE, on, could))
    ends, in_time = verdict.values.get("window_ends"), verdict.values.get("in_time")
    running = started <= on
    asked = {"instrument": "prognosis", "already_running": running, "decided_single_case": False}
    return SevenA(
        started_on=started,
        window_ends=date.fromisoformat(ends) if isinstance(ends, str) else None,
        in_time=in_time if isinstance(in_time, bool) else None,
        today=explain.answer(Question.of(PROCEDURE, on, facts)),
        prognosis=explain.answer(Question.of(INSTRUMENT, on, asked)),
    )


def also_asked(order: Order, counts: Mapping[str, Any], *, on: date) -> list[Verdict]:
    """What else the law says of the status: the pension duty with one client, teaching, and leasing of a partner."""
    known = {**_of_person(order, on), **_recorded(order, on)}
    found = []
    kind = Kind(order.resource.kind)
    if kind is not Kind.PARTNER and isinstance(counts.get("several_clients"), bool):
        facts = _of_one_client(order, counts, on) | explain.usable(PENSION, known, on=on)
        found.append(explain.answer(Question.of(PENSION, on, facts)))
    if "teaches_art" in known:
        found.append(explain.answer(Question.of(TEACHER, on, explain.usable(TEACHER, known, on=on))))
    if "leasing_since" in known:
        found.append(explain.answer(Question.of(DURATION, on, explain.usable(DURATION, known, on=on))))
    return found


def _of_one_client(order: Order, counts: Mapping[str, Any], on: date) -> dict[str, Any]:
    """The 5/6 question as the law asks it: a yes or no stands for a share above or below, no figure is ever asked."""
    start = start_of(order, on=on)
    facts: dict[str, Any] = {
        "largest_client_percent": _BELOW if counts["several_clients"] else _ABOVE,
        "permanent": _later(start, months=_PERMANENT_MONTHS) <= max(on, order.last_day),
        # Nothing older is known here than this order; who began earlier has it recorded.
        "calendar_years_after_start": str(max(0, on.year - start.year)),
    }
    return facts | ({"insured_staff": False} if counts.get("own_staff_used") is False else {})


def set_clocks(order: Order, verdict: Verdict, *, worse: bool, on: date, by: Actor) -> None:
    """Set, move or drop the deadlines of an order by what the law says of it today."""
    wanted = {one[0]: one for one in _wanted(order, verdict, on)}
    if worse:
        wanted[CHANGED] = (
            CHANGED,
            Text("Status hat sich verschlechtert: prüfen und ändern", "Status got worse: check and change"),
            _later(on, days=7),
            _CHANGE_LEAD,
            "§ 7 Abs. 1 SGB IV",
        )
    for code, title, due, lead, basis in wanted.values():
        set_deadline(order, code=code, title=title, due=due, lead_days=lead, who=_WHO, basis=basis, by=by)
    for row in _own(order).exclude(code__in=[*wanted, CHANGED]):
        drop_deadline(row, reason="Nach der heutigen Prüfung nicht mehr nötig.", by=by)


def stop_clocks(order: Order, *, by: Actor) -> None:
    for row in _own(order):
        drop_deadline(row, reason="Der Auftrag ist beendet.", by=by)


def _own(order: Order) -> Any:
    label = order._meta.label_lower
    return open_deadlines().filter(subject_type=label, subject_id=order.pk, code__in=_CODES)


def _wanted(order: Order, verdict: Verdict, on: date) -> Iterable[tuple[str, Text, date, int, str]]:
    start, kind = start_of(order, on=on), Kind(order.resource.kind)
    if kind is not Kind.PARTNER:
        yield from _of_a_person(order, verdict, start, on)
    for duty in (duty for one in also_asked(order, {}, on=on) if one.rule == DURATION for duty in one.duties):
        if duty.due is not None:
            yield LEASING, duty.what, duty.due, duty.practical_days or _MONTH_LEAD, "§ 1 Abs. 1b AÜG"


def _of_a_person(order: Order, verdict: Verdict, start: date, on: date) -> Iterable[tuple[str, Text, date, int, str]]:
    ends = seven_a(order, on=on).window_ends
    asks = any(one.basis.startswith("sgb4_7a") and one.kind == "review" for one in verdict.conditions)
    if ends is not None and ends >= on and (asks or verdict.outcome == "unknown") and not _applied(order, on):
        title = Text("Statusfeststellung beantragen", "Apply for a status decision")
        yield SEVEN_A, title, ends, _MONTH_LEAD, "§ 7a Abs. 5 SGB IV"
    look = _next_look(start, on)
    if look <= order.last_day:
        title = Text("Status nach sechs Monaten neu prüfen", "Check the status again after six months")
        yield LOOK, title, look, _LOOK_LEAD, "§ 7a Abs. 2 SGB IV"
    one_client = {**_of_person(order, on), **_recorded(order, on)}.get("several_clients") is False
    year = _later(start, months=_PERMANENT_MONTHS)
    if one_client and on <= year <= order.last_day:
        title = Text("Rentenversicherungspflicht der Person prüfen", "Check the person's duty to be insured")
        yield ONE_CLIENT, title, year, 30, "§ 2 Satz 1 Nr. 9 SGB VI"


def _applied(order: Order, on: date) -> bool:
    return bool(_recorded(order, on).get("applied_on"))


def _next_look(start: date, on: date) -> date:
    count = 1
    while _later(start, months=_LOOK_MONTHS * count) < on:
        count += 1
    return _later(start, months=_LOOK_MONTHS * count)


def _later(day: date, *, months: int = 0, days: int = 0) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year += day.year
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + timedelta(days=days)


def _recorded(order: Order, on: date) -> dict[str, Any]:
    return facts_on(on, subject_type=order._meta.label_lower, subject_ids=[order.pk]).get(order.pk, {})


def _of_person(order: Order, on: date) -> dict[str, Any]:
    label = order.resource._meta.label_lower
    return facts_on(on, subject_type=label, subject_ids=[order.resource_id]).get(order.resource_id, {})
