"""A process of two steps and a decision that names skills and efforts, started with nobody behind its lanes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.work import builders as b

if TYPE_CHECKING:
    from werkfluss.org.actor import Actor
    from werkfluss.work.models import Case, CaseTask, Plan

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:wf="{wf}" id="d">
  <bpmn:process id="offer" name="Angebot" isExecutable="true">
    <bpmn:startEvent id="start"/>
    <bpmn:userTask id="write" name="Angebot schreiben">
      <bpmn:extensionElements>{facts}<wf:work {write}/></bpmn:extensionElements></bpmn:userTask>
    <bpmn:userTask id="decide" name="Angebot prüfen">
      <bpmn:extensionElements>{facts}<wf:work {decide}/></bpmn:extensionElements></bpmn:userTask>
    <bpmn:exclusiveGateway id="good" name="Angebot gut?"/>
    <bpmn:endEvent id="sent"/><bpmn:endEvent id="dropped"/>
    <bpmn:sequenceFlow id="f0" sourceRef="start" targetRef="write"/>
    <bpmn:sequenceFlow id="f1" sourceRef="write" targetRef="decide"/>
    <bpmn:sequenceFlow id="f2" sourceRef="decide" targetRef="good"/>
    <bpmn:sequenceFlow id="yes" name="ja" sourceRef="good" targetRef="sent"/>
    <bpmn:sequenceFlow id="no" name="nein" sourceRef="good" targetRef="dropped"/>
  </bpmn:process>
</bpmn:definitions>
"""
FACTS = '<wf:outcome de="Angebot als PDF"/><wf:criterion de="Alle 12 Positionen haben einen Preis"/><wf:skill de="Planung"/>'
PLAIN = 'effort="PT2H/PT4H" dataClass="internal" due="P20D" ai="forbidden" acceptance="requester"'


def case_of(by: Actor, *, write: str = PLAIN, decide: str = PLAIN, facts: str = FACTS, **fixed: Any) -> Case:
    """``fixed`` says who stands behind a step, by its id with an underscore before it."""
    from werkfluss.org.models import Organisation
    from werkfluss.process.model import WERKFLUSS_NS
    from werkfluss.work.domain import cases, definitions

    text = BPMN.format(wf=WERKFLUSS_NS, write=write, decide=decide, facts=facts)
    definition = definitions.deploy_definition(text.encode(), filename="offer.bpmn", by=by)
    firm = Organisation.objects.get(pk=by.org_id)
    return cases.start_case(
        definition, subject=firm, title="Angebot 7", performers={name[1:]: one for name, one in fixed.items()}, by=by
    )


def the_step(case: Case) -> CaseTask:
    from werkfluss.work.domain import cases

    return cases.open_steps(case).select_related("task__project").get()


def computed(plan: Plan, by: Actor) -> Plan:
    """The draft as the worker makes it."""
    from werkfluss.work.domain import planning, plans

    work = planning.load_work(plan, by=by)
    solution, reasons = plans.compute(work, seed=1, on_progress=lambda share, text: None, work_limit=0.2)
    plans.store_draft(plan, work=work, solution=solution, explanations=reasons, by=by)
    return plan


def proposed(by: Actor) -> Plan:
    """The draft with the new steps."""
    from werkfluss.work.domain import plans

    asked = plans.request_addition(as_of=b.DAY, by=by)
    assert asked is not None
    return computed(asked, by)


def published(by: Actor) -> Plan:
    """A plan of everything, published."""
    from werkfluss.work.domain import plans

    plan = computed(plans.request_plan(as_of=b.DAY, by=by), by)
    plans.publish_plan(plan, by=by)
    return plan
