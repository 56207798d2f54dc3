"""Small processes that run as cases: deployed, started, moved on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.process.samples import source

if TYPE_CHECKING:
    from werkfluss.org.actor import Actor
    from werkfluss.work.models import Case, CaseTask, ProcessDefinition


def deploy(body: str, *, by: Actor, process: str = "p", around: str = "") -> ProcessDefinition:
    from werkfluss.work.domain import definitions

    return definitions.deploy_definition(source(body, process, around=around), filename=f"{process}.bpmn", by=by)


def start(definition: ProcessDefinition, *, by: Actor, **variables: Any) -> Case:
    from werkfluss.org.models import Organisation
    from werkfluss.work.domain import cases

    firm = Organisation.objects.get(pk=by.org_id)
    return cases.start_case(definition, subject=firm, title="Probe", variables=variables, by=by)


def run(body: str, *, by: Actor, around: str = "", **variables: Any) -> Case:
    return start(deploy(body, by=by, around=around), by=by, **variables)


def step(case: Case, element: str = "") -> CaseTask:
    from werkfluss.work.domain import cases

    rows = cases.open_steps(case)
    return rows.get(element=element) if element else rows.get()


def complete(case: Case, element: str = "", *, by: Actor, **more: Any) -> Case:
    from werkfluss.work.domain import cases

    cases.complete_step(step(case, element), by=by, **more)
    return again(case)


def again(case: Case) -> Case:
    from werkfluss.work.models import Case

    return Case.objects.select_related("definition").get(pk=case.pk)


def elements(case: Case) -> list[str]:
    """Where people have to do something now."""
    from werkfluss.work.domain import cases

    return sorted(cases.open_steps(case).values_list("element", flat=True))


def deliver(*, by: Actor) -> int:
    """Deliver all that was sent, as the job does; how many transactions that took."""
    from werkfluss.work.domain import case_events, messages

    count = 0
    for key in list(messages.new_messages().values_list("pk", flat=True)):
        count += 1
        while case_events.deliver_message(key, by=by):
            count += 1
    return count
