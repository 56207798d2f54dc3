"""What the tests of steps build: a process of two steps and a decision, people with roles, an absence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from werkfluss.org.actor import Actor
    from werkfluss.org.models import Organisation
    from werkfluss.work.models import Case, CaseTask
    from werkfluss.workforce.models import Resource

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:wf="{wf}" id="d">{around}
  <bpmn:process id="invest" name="Anschaffung" isExecutable="true">
    <bpmn:laneSet id="ls"><bpmn:lane id="l1" name="Team"><bpmn:flowNodeRef>draft</bpmn:flowNodeRef></bpmn:lane>
      <bpmn:lane id="l2" name="Leitung"><bpmn:flowNodeRef>decide</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
    <bpmn:startEvent id="start"/>
    <bpmn:userTask id="draft" name="Antrag schreiben">
      <bpmn:extensionElements><wf:work {first}/></bpmn:extensionElements></bpmn:userTask>
    <bpmn:userTask id="decide" name="Antrag prüfen">
      <bpmn:extensionElements><wf:work {second}/></bpmn:extensionElements></bpmn:userTask>
    <bpmn:exclusiveGateway id="ok" name="Genehmigt?"/>
    <bpmn:endEvent id="bought"/><bpmn:endEvent id="refused"/>
    <bpmn:sequenceFlow id="f0" sourceRef="start" targetRef="draft"/>
    <bpmn:sequenceFlow id="f1" sourceRef="draft" targetRef="decide"/>
    <bpmn:sequenceFlow id="f2" sourceRef="decide" targetRef="ok"/>
    <bpmn:sequenceFlow id="yes" name="ja" sourceRef="ok" targetRef="bought"/>
    <bpmn:sequenceFlow id="no" name="nein" sourceRef="ok" targetRef="refused"/>{more}
  </bpmn:process>
</bpmn:definitions>
"""


def case_of(
    firm: Organisation,
    by: Actor,
    *,
    first: str = "",
    second: str = "",
    more: str = "",
    around: str = "",
    **performers: Any,
) -> Case:
    """A new case that waits for its first step, of the role ``employee``; the second is of the role ``lead``.

    ``more`` stands in the process beside the steps, ``around`` beside the process.
    """
    from werkfluss.org.roles import Role
    from werkfluss.process.model import WERKFLUSS_NS
    from werkfluss.work.domain import cases, definitions

    text = BPMN.format(wf=WERKFLUSS_NS, first=first, second=second, more=more, around=around)
    definition = definitions.deploy_definition(text.encode(), filename="invest.bpmn", by=by)
    who = {"Team": Role.EMPLOYEE, "Leitung": Role.LEAD, **performers}
    return cases.start_case(definition, subject=firm, title="Neue Presse", performers=who, by=by)


def the_step(case: Case) -> CaseTask:
    from werkfluss.work.domain import cases

    return cases.open_steps(case).select_related("case__definition").get()


def decision_of(
    firm: Organisation, by: Actor, second: str, *, doer: Actor | None = None, **performers: Any
) -> CaseTask:
    """The second step, after ``doer`` (else ``by``) has done the first."""
    from werkfluss.work.domain import cases

    case = case_of(firm, by, second=second, **performers)
    cases.complete_step(the_step(case), by=doer or by)
    return the_step(case)


def person_of(actor: Actor, by: Actor) -> Resource:
    """The person behind a log-in, who works Monday to Friday; in a furnished firm the one who is there."""
    from werkfluss.org.models import User
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind, Resource

    user = User.objects.get(pk=actor.id)
    if found := Resource.objects.filter(user=user, kind=Kind.EMPLOYEE).first():
        return found
    rate = resources.set_rate(name="Fachkraft", cents_per_hour=5000, by=by)
    return resources.add_resource(kind=Kind.EMPLOYEE, name=user.name, email=user.email, user=user, rate=rate, by=by)


def away(resource: Resource, *, days: float = 3) -> None:
    """Absent from an hour ago."""
    from werkfluss.kernel import clock
    from werkfluss.workforce.models import Absence

    begin = clock.now() - timedelta(hours=1)
    Absence.objects.create(resource=resource, start=begin, end=begin + timedelta(days=days))
