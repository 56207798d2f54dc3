"""Events that need several triggers and do not interrupt: all of them are needed again each time."""

from __future__ import annotations

import pytest

from tests.process.samples import AT, Case, chain, duration
from werkfluss.process.state import Escalated, TimerFired

AROUND = '<message id="m" name="Beleg"/><signal id="g" name="Alarm"/>'
MESSAGE, SIGNAL = '<messageEventDefinition messageRef="m"/>', '<signalEventDefinition signalRef="g"/>'


def at_boundary(*triggers):
    event = '<boundaryEvent id="b" attachedToRef="t" cancelActivity="false" parallelMultiple="true">'
    event += "".join(triggers) + "</boundaryEvent>"
    return f'<startEvent id="s"/><userTask id="t"/><userTask id="n"/>{event}' + chain("s", "t") + chain("b", "n")


def in_sub_process(*triggers):
    start = '<startEvent id="b" isInterrupting="false" parallelMultiple="true">' + "".join(triggers) + "</startEvent>"
    inner = start + '<userTask id="n"/>' + chain("b", "n")
    base = '<startEvent id="s"/><userTask id="t"/>' + chain("s", "t")
    return f'{base}<subProcess id="es" triggeredByEvent="true">{inner}</subProcess>'


def times(case):
    return case.waiting.count("n")


@pytest.mark.parametrize("drawn", [at_boundary, in_sub_process])
def test_every_time_all_triggers_are_needed(drawn):
    case = Case(drawn(MESSAGE, SIGNAL), AROUND)
    for turn in (1, 2, 3):
        case.message("Beleg").message("Beleg")
        assert times(case) == turn - 1
        case.signal("Alarm")
        assert times(case) == turn
    assert case.waiting.count("b") == 2


def test_duration_counts_anew_and_a_date_that_has_passed_counts_as_come():
    case = Case(at_boundary(MESSAGE, duration("PT1H")), AROUND).message("Beleg").fire("b")
    assert (times(case), case.waiting.count("b")) == (1, 2)
    date = "<timerEventDefinition><timeDate>2026-01-01</timeDate></timerEventDefinition>"
    case = Case(at_boundary(MESSAGE, date), AROUND).message("Beleg").fire("b")
    assert (times(case), case.waiting.count("b")) == (1, 1)
    assert times(case.message("Beleg")) == 2


def test_dates_alone_happen_once():
    date = "<timerEventDefinition><timeDate>2026-01-0{}</timeDate></timerEventDefinition>"
    case = Case(at_boundary(date.format(1), date.format(2)))
    first, second = (wait for wait in case.state.waits if wait.node == "b")
    for wait in (first, second):
        case.happen(TimerFired(wait.id, AT))
    assert (times(case), case.waiting.count("b")) == (1, 0)


def test_condition_has_to_become_false_before_it_counts_again():
    condition = "<conditionalEventDefinition><condition>= ready</condition></conditionalEventDefinition>"
    case = Case(at_boundary(MESSAGE, condition), AROUND, ready=True).message("Beleg")
    assert times(case) == 1
    assert times(case.message("Beleg")) == 1
    case.complete("n", ready=False).happen(Escalated(case.wait("t").id, AT, "", {"ready": True}))
    assert times(case) == 1
