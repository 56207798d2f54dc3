"""What-if on days: which step is critical, by which procedure, and that asking changes nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from werkfluss.care.domain import ahead, expat_cases
from werkfluss.care.models import ExpatCase
from werkfluss.compliance.domain.facts import record_fact
from werkfluss.compliance.models import Check
from werkfluss.org.actor import Actor
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind

ON = date(2026, 11, 23)


@pytest.fixture
def expat(in_firm: Actor) -> ExpatCase:
    rate = resources.set_rate(name="Entwicklung", cents_per_hour=7800, by=in_firm)
    person = resources.add_resource(
        kind=Kind.EMPLOYEE, name="Ananya Kulkarni", rate=rate, country="IN", nationality="IN", by=in_firm
    )
    record_fact(
        person, name="recognition_step", value="anabin", source="anabin", valid_from=date(2026, 1, 1), by=in_firm
    )
    return expat_cases.open_case(person, route="blue_card", wished_start=date(2027, 5, 3), by=in_firm)


def test_accelerated_procedure_is_compared_with_the_usual_one(expat: ExpatCase) -> None:
    checks = Check.objects.count()
    variants = ahead.compare(expat, on=ON, start=date(2027, 3, 1))
    assert [(one.start, one.accelerated) for one in variants] == [
        (date(2027, 3, 1), False),
        (date(2027, 3, 1), True),
        (date(2027, 5, 3), False),
        (date(2027, 5, 3), True),
    ]
    usual, fast = variants[2].course, variants[3].course
    assert fast.ready < usual.ready
    # The day asked for moves the slack by as many days, never the earliest day.
    assert variants[0].course.ready == usual.ready
    assert usual.slack - variants[0].course.slack == 63
    assert {one.step.id for one in fast.steps} - {one.step.id for one in usual.steps} == {"agreement"}
    assert all(one.step.source for one in usual.steps)
    assert Check.objects.count() == checks


def test_critical_step_is_the_one_that_leaves_no_time(expat: ExpatCase) -> None:
    found = ahead.course_of(expat, on=ON, start=date(2027, 5, 3), accelerated=False)
    critical = [one for one in found.steps if one.critical]
    assert critical
    assert {one.slack for one in critical} == {found.slack}
    assert all(one.done_by <= date(2027, 5, 3) for one in found.steps)


def test_way_without_a_title_takes_the_times_of_its_drawing(in_firm: Actor) -> None:
    rate = resources.set_rate(name="Montage", cents_per_hour=6800, by=in_firm)
    fitter = resources.add_resource(kind=Kind.EMPLOYEE, name="Jonas Weidner", rate=rate, country="DE", by=in_firm)
    start = date(2027, 1, 11)
    posting = expat_cases.open_case(
        fitter, route="posting_a1", wished_start=start, ends_on=date(2027, 6, 30), country="AT", by=in_firm
    )
    found = ahead.course_of(posting, on=ON, start=start)
    steps = {one.step.id: one for one in found.steps}
    assert next(iter(steps)) == "describe_posting"
    assert steps["check_posting"].step.after == ("describe_posting",)
    assert "ask_a1" not in steps
    assert all(one.step.source == "template" for one in found.steps)
    assert found.ready == ON + timedelta(days=(start - ON).days - found.slack)


def test_route_of_one_procedure_compares_days_only(in_firm: Actor) -> None:
    rate = resources.set_rate(name="Entwicklung", cents_per_hour=7800, by=in_firm)
    person = resources.add_resource(
        kind=Kind.EMPLOYEE, name="Lucía Ferrer", rate=rate, country="ES", nationality="ES", by=in_firm
    )
    hire = expat_cases.open_case(person, route="eu_citizen", wished_start=date(2027, 2, 1), by=in_firm)
    variants = ahead.compare(hire, on=ON, start=date(2027, 1, 4))
    assert [(one.start, one.accelerated) for one in variants] == [(date(2027, 1, 4), None), (date(2027, 2, 1), None)]
    assert variants[1].course.slack - variants[0].course.slack == 28


def test_without_a_fact_the_law_needs_no_step_is_said_to_be_over(expat: ExpatCase, in_firm: Actor) -> None:
    start = date(2027, 5, 3)
    assert ahead.unanswered(expat, on=ON, start=start) == ()
    other = resources.add_resource(
        kind=Kind.EMPLOYEE, name="Rohan Deshpande", rate=expat.person.rate, country="IN", nationality="IN", by=in_firm
    )
    fresh = expat_cases.open_case(other, route="blue_card", wished_start=start, by=in_firm)
    assert ahead.unanswered(fresh, on=ON, start=start) == ("recognition_step",)
