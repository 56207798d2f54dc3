"""Programs say which effect they have outside; one that must not be doubled is called once, and in doubt a person is
asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import OperationalError
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.process.samples import chain
from tests.work.case_world import complete, elements, run, step
from tests.work.test_cases_services import service
from werkfluss.flow import nightly
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.models import Entry
from werkfluss.work.domain import case_once, cases, services
from werkfluss.work.domain.services import Effect, Registered, ServiceCall
from werkfluss.work.models import Case, CaseIncident, Wait

Acting = Callable[[Actor], AbstractContextManager[Actor]]
BODY = f'<startEvent id="s"/><userTask id="a"/>{service("x", "test.pay")}<userTask id="b"/><endEvent id="e"/>' + chain(
    "s", "a", "x", "b", "e"
)


class Outside:
    """Another system, which does not know whether it has been asked before."""

    def __init__(self) -> None:
        self.paid = 0
        self.faults: list[Exception] = []

    def __call__(self, call: ServiceCall, by: Actor) -> Mapping[str, Any]:
        if self.faults and isinstance(self.faults[0], Refused):
            raise self.faults.pop()
        self.paid += 1
        if self.faults:
            raise self.faults.pop()
        return {"paid": self.paid}


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Outside:
    made = Outside()
    monkeypatch.setitem(services._services, "test.pay", Registered(made, Effect.ONCE))
    return made


@pytest.fixture
def case(director: Actor, acting_in: Acting, outside: Outside) -> Case:
    """It stands before the program: the step before it is done."""
    with acting_in(director):
        made = complete(run(BODY, by=director), by=director)
        assert (outside.paid, elements(made)) == (0, [])
    return made


def test_program_is_called_by_a_job_that_is_ordered_with_the_step(
    case: Case, outside: Outside, director: Actor, acting_in: Acting
) -> None:
    assert ProcrastinateJob.objects.filter(task_name="case.timers", status="todo").count() == 1
    for _ in range(2):
        nightly.fire_timers(director.org_id, clock.now())
    with acting_in(director):
        assert (outside.paid, elements(case)) == (1, ["b"])
        said = list(Entry.objects.filter(kind__startswith="work.service.").values_list("kind", flat=True))
        assert sorted(said) == ["work.service.begun", "work.service.ordered"]
        assert not Wait.objects.exclude(due=None).exists()


def test_call_without_an_answer_is_not_made_again_by_itself(
    case: Case, outside: Outside, director: Actor, acting_in: Acting
) -> None:
    outside.faults = [OperationalError("gone away")]
    with pytest.raises(OperationalError):
        nightly.fire_timers(director.org_id, clock.now())
    for _ in range(2):
        nightly.fire_timers(director.org_id, clock.now())
    with acting_in(director):
        assert (outside.paid, elements(case)) == (1, ["x"])
        assert "vielleicht ist es trotzdem geschehen" in step(case).brief
        assert CaseIncident.objects.get().code == "failed"
        complete(case, "x", data={"paid": 1}, by=director)
        assert elements(case) == ["b"]
        assert not CaseIncident.objects.filter(state="open").exists()


def test_person_may_have_it_called_once_more(case: Case, outside: Outside, director: Actor, acting_in: Acting) -> None:
    outside.faults = [ZeroDivisionError()]
    nightly.fire_timers(director.org_id, clock.now())
    with acting_in(director):
        assert (outside.paid, elements(case)) == (1, ["x"])
        cases.retry_step(step(case), by=director)
        assert (outside.paid, elements(case)) == (2, ["b"])


def test_refusal_is_no_doubt(case: Case, outside: Outside, director: Actor, acting_in: Acting) -> None:
    why = Text("Kein Konto", "No account")
    outside.faults = [Refused(why, citation="§ 1", what_to_do=Text("Anlegen.", "Open one."))]
    nightly.fire_timers(director.org_id, clock.now())
    with acting_in(director):
        assert (outside.paid, step(case).brief) == (0, "Kein Konto Anlegen.")


def test_of_two_workers_one_calls(case: Case, outside: Outside, director: Actor, acting_in: Acting) -> None:
    """The second comes between the note that the call begins and the call."""
    with acting_in(director) as by:
        (key,) = case_once.due_calls(clock.now())
        assert case_once.begin(key, by=by)
        assert not case_once.begin(key, by=by)
        assert not case_once.act(key, by=by)
        assert (outside.paid, elements(case)) == (0, ["x"])


def test_case_that_is_over_calls_nothing(case: Case, outside: Outside, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        cases.cancel_case(case, reason="Kunde sagt ab", by=director)
    nightly.fire_timers(director.org_id, clock.now())
    assert outside.paid == 0


def test_service_that_does_not_say_its_effect_is_not_registered() -> None:
    def silent(call: ServiceCall, by: Actor) -> None:
        raise AssertionError

    with pytest.raises(TypeError):
        services.register_service("test.silent", silent)  # type: ignore[call-arg]
    for said in (None, "", "none of these", True):
        with pytest.raises(TypeError):
            services.register_service("test.silent", silent, effect=said)  # type: ignore[arg-type]
    assert services.service_named("test.silent") is None


def test_second_service_of_a_name_or_another_effect_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_services", {})
    services.register_service("test.pay", Outside.__call__, effect=Effect.BY_KEY)  # type: ignore[arg-type]
    services.register_service("test.pay", Outside.__call__, effect=Effect.BY_KEY)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="twice"):
        services.register_service("test.pay", Outside.__call__, effect=Effect.NONE)  # type: ignore[arg-type]


@pytest.mark.parametrize(("effect", "undoable"), [(Effect.NONE, True), (Effect.BY_KEY, False)])
def test_step_before_a_program_is_taken_back_only_if_that_leaves_nothing(
    effect: Effect, undoable: bool, in_firm: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(services._services, "test.pay", Registered(lambda call, by: {"answer": 1}, effect))
    case = run(BODY, by=in_firm)
    done, case = step(case), complete(case, by=in_firm)
    assert elements(case) == ["b"]
    assert cases.undoable_steps(case) == ([done] if undoable else [])
    if undoable:
        cases.undo_step(done, reason="Irrtum", by=in_firm)
        assert elements(case) == ["a"]
        complete(case, by=in_firm)
        assert elements(case) == ["b"]


def test_answer_that_a_person_gave_instead_is_not_taken_back_with_the_step(
    in_firm: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(call: ServiceCall, by: Actor) -> None:
        raise Refused(Text("Nein", "No"), citation="", what_to_do=Text("Anders.", "Otherwise."))

    monkeypatch.setitem(services._services, "test.pay", Registered(refuse, Effect.NONE))
    case = run(BODY, by=in_firm)
    done, case = step(case), complete(case, by=in_firm)
    assert done in cases.undoable_steps(case)
    complete(case, "x", data={"answer": 2}, by=in_firm)
    assert done not in cases.undoable_steps(case)
