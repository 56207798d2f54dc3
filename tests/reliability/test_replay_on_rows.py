"""Random models on random paths, kept in rows and read back from nothing before every step, stand after each where the
pure engine stands that ran in memory without a break. ``WERKFLUSS_SEED`` repeats a run.
"""

from __future__ import annotations

import os
import random
import sys
from dataclasses import replace
from functools import _lru_cache_wrapper
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.process.samples import AT, model, restarted, source
from tests.process.test_engine_random import bodies, next_event
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation
from werkfluss.process.engine import new_case, step
from werkfluss.process.state import (
    ActivityChosen,
    Completed,
    ConditionMet,
    Happening,
    MessageReceived,
    SignalReceived,
    Start,
    State,
    Status,
    TimerFired,
)
from werkfluss.work.domain import case_events, case_run, cases, definitions
from werkfluss.work.domain.case_rows import state_of
from werkfluss.work.models import Case, CaseTask, Wait

SEED = int(os.environ.get("WERKFLUSS_SEED", random.randrange(2**32)))
AROUND = '<signal id="sig" name="Alarm"/>'
_CACHES = {
    one
    for name, module in list(sys.modules.items())
    if name.startswith("werkfluss.work.")
    for one in vars(module).values()
    if isinstance(one, _lru_cache_wrapper)
}
_QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


def _forget() -> None:
    """All that a process knows beside its rows."""
    for cached in _CACHES:
        cached.cache_clear()


def _same(event: Happening) -> Happening:
    """As the house gives it to the engine: every choice is one of several."""
    if isinstance(event, Completed) and event.choice:
        return replace(event, choice="", choices=(event.choice,))
    return event


def _happen(case: Case, event: Happening, by: Actor) -> None:
    """The same event by way of the rows, as people and the worker bring it."""
    if isinstance(event, TimerFired):
        assert Wait.objects.filter(case=case, key=event.wait).update(due=AT) == 1
        assert case_events.run_due(case.pk, AT, by=by) == 1
    elif isinstance(event, SignalReceived):
        case_events.receive_signal(case, name=event.name, by=by)
    elif isinstance(event, MessageReceived):
        cases.receive_message(case, name=event.name, wait=event.wait, by=by)
    elif isinstance(event, ConditionMet):
        # What a variable says is nobody's step: it comes with an event that changes the variable.
        case_run.advance(case_run.lock(case.pk), event, kind="work.case.step_done", data={}, by=by)
    else:
        wait = getattr(event, "wait", None) or event.box
        task = CaseTask.objects.get(case=case, key=wait, state="open")
        if isinstance(event, ActivityChosen):
            cases.begin_activity(task, element=event.element, by=by)
        elif isinstance(event, Completed):
            cases.complete_step(task, data=event.data, choices=event.choices, by=by)
        else:
            cases.complete_step(task, by=by)


def _stands(case_id: Any) -> State:
    _forget()
    return state_of(Case.objects.get(pk=case_id))


def _replay(draw: Any, body: str, by: Actor) -> int:
    """One random path; returns its length."""
    drawn = model(body, AROUND)
    state, _ = step(drawn, new_case("p", clock.FIRM_ZONE.key), Start(AT, {"count": 0}))
    definition = definitions.deploy_definition(source(body, around=AROUND), filename="p.bpmn", by=by)
    firm = Organisation.objects.get(pk=by.org_id)
    case_id = cases.start_case(definition, subject=firm, title="Probe", variables={"count": 0}, by=by).pk
    assert _stands(case_id) == restarted(state)
    steps = 0
    while state.status is Status.RUNNING and steps < 200:
        steps += 1
        event = _same(next_event(drawn, state, draw, hurry=steps > 12))
        state, _ = step(drawn, state, event)
        _happen(Case.objects.get(pk=case_id), event, by)
        assert _stands(case_id) == restarted(state)
    assert Case.objects.get(pk=case_id).state == "completed"
    assert not CaseTask.objects.filter(case_id=case_id, state="open").exists()
    return steps


def _run(data: st.DataObject, body: str, by: Actor) -> None:
    with transaction.atomic(), clock.frozen(AT):
        steps = _replay(data.draw, body, by)
        _told["models"] += 1
        _told["steps"] += steps
        transaction.set_rollback(True)


_told = {"models": 0, "steps": 0}
_ARGS: dict[str, Any] = {
    "deadline": None,
    "print_blob": True,
    "suppress_health_check": _QUIET,
    "database": None,
    "phases": (Phase.generate, Phase.shrink),
}


@pytest.fixture(autouse=True)
def figures():
    _told.update(models=0, steps=0)
    yield
    sys.stdout.write(f"\nreplay on rows: {_told['models']} models, {_told['steps']} steps, WERKFLUSS_SEED={SEED}\n")


@pytest.mark.reliability
@seed(SEED)
@settings(max_examples=50, **_ARGS)
@given(st.data(), bodies())
def test_case_in_rows_equals_the_run_in_memory(in_firm, data, body):
    _run(data, body, in_firm)


@pytest.mark.nightly
@seed(SEED)
@settings(max_examples=1000, **_ARGS)
@given(st.data(), bodies())
def test_many_cases_in_rows_equal_their_runs_in_memory(in_firm, data, body):
    _run(data, body, in_firm)
