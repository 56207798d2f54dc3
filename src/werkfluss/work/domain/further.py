"""What the law asks beside the rule of each kind of resource: leasing and its longest time, work in other states.

Plans, orders, the page of the legal check and the nightly re-check all get these questions from here. Their answers
count like those of the gate: what is blocked or unknown is never given out by itself, conditions are to be met.
Levies and taxes of a price are asked of orders only (``engagement.domain.further``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question
from werkfluss.work.domain.gate_facts import Subject, has_a1, is_coordinated, is_third_country
from werkfluss.workforce.models import Kind

# The packs describe work for a firm in Germany: that is the employer's state where nothing else is recorded.
_HOME = "DE"
LEASING, DURATION = "de/aueg/partner_team", "de/aueg/duration"
_NOTICES, _POSTING = "eu/cross_border/posting_notice", "eu/cross_border/third_country_posting"
_DAYS, _HOME_OFFICE = "eu/cross_border/days_183", "eu/cross_border/home_office"
_TELEWORK, _SEVERAL = "eu/a1/telework", "eu/a1/several_states"
_REMOTE = "de/remote_work/third_country"
_EMPLOYED = (Kind.EMPLOYEE, Kind.PARTNER)


def questions_of(
    subject: Subject, about: Mapping[str, Any] | None = None, *, places: Iterable[str] = (), on: date
) -> list[Question]:
    """What is asked of the resource, and of its work in ``places`` (countries; its own and empty ones are left out).

    ``about`` are facts recorded of the work itself; they win over those of the resource. No query.
    """
    recorded = {**subject.recorded, **(about or {})}
    asked = [*_of_the_person(subject, recorded, on)]
    for place in sorted({place for place in places if place not in {"", subject.resource.country}}):
        asked += _abroad(subject, place)
    told = (Question.of(rule, on, facts | explain.usable(rule, recorded, on=on)) for rule, facts in asked)
    return list(dict.fromkeys(told))


def _of_the_person(subject: Subject, recorded: Mapping[str, Any], on: date) -> Iterable[tuple[str, dict[str, Any]]]:
    kind, home = Kind(subject.resource.kind), subject.resource.country
    if kind is Kind.PARTNER and is_leasing(recorded, on) is not False:
        yield DURATION, {}
    if is_lent(subject):
        # Who is lent works under the firm's instructions and in its team, and is named: that is what leasing means.
        months = months_since(recorded["leasing_since"], on)
        lent = {"client_instructs": True, "integrated": True, "named_by_client": True}
        yield LEASING, lent if months is None else lent | {"months": str(months)}
        yield DURATION, {}
    if kind is Kind.FRACTIONAL and home != _HOME:
        # Who concludes contracts for the firm from abroad may make it a permanent establishment there.
        yield _HOME_OFFICE, {}
    if kind is Kind.EMPLOYEE and is_coordinated(home):
        # Whose social security applies is asked where work in several states is recorded, and of nobody else.
        if home != _HOME and "telework_percent" in recorded:
            yield _TELEWORK, {"residence": home, "employer_state": _HOME}
        if "residence_percent" in recorded:
            yield _SEVERAL, {"residence": home, "employer_state": _HOME, "activity": "employed"}


def _abroad(subject: Subject, place: str) -> Iterable[tuple[str, dict[str, Any]]]:
    """Work in another state than the one where it is usually done; the A1 is asked by the gate."""
    kind, home = Kind(subject.resource.kind), subject.resource.country
    if kind is Kind.AGENT:
        return
    if is_third_country(place):
        # From there personal data and technology leave the EU, whoever pays and wherever the person lives.
        yield _REMOTE, {"work_country": place}
    if kind not in _EMPLOYED:
        return  # the notices and taxes below are those of people who are employed
    employer = _HOME if kind is Kind.EMPLOYEE else home
    if is_coordinated(employer) and is_coordinated(place):
        stay = {"kind": "service"} if kind is Kind.PARTNER else {}
        yield _NOTICES, {"home": employer, "work_country": place, **stay}
    if home == _HOME and is_third_country(place) and not has_a1(place):
        yield _POSTING, {"work_country": place}
    yield _DAYS, {}


def is_lent(subject: Subject) -> bool:
    """Whether facts say that a person is lent by another employer (staff of a partner are asked as its team)."""
    kind = Kind(subject.resource.kind)
    return kind not in {Kind.PARTNER, Kind.AGENT} and bool(subject.recorded.get("leasing_since"))


def is_leasing(recorded: Mapping[str, Any], on: date) -> bool | None:
    """Whether the partner's people would be leased; None while that is open."""
    told = explain.usable(LEASING, recorded, on=on) | {"named_by_client": False}
    leasing = explain.answer(Question.of(LEASING, on, told)).values.get("leasing")
    return leasing if isinstance(leasing, bool) else None


def months_since(value: Any, on: date) -> int | None:
    """The months begun since a recorded day, as the longest time of leasing counts them; None for what is no day."""
    try:
        since = date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    begun = (on.year - since.year) * 12 + on.month - since.month + (on.day >= since.day)
    return max(0, begun)
