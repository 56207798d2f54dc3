"""The case of an international hire: opened, followed, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from werkfluss.care.models import ExpatCase
from werkfluss.care.modules import Module, module
from werkfluss.compliance.domain.deadlines import set_deadline
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.process.model import Definitions, FlowNode, Task, TaskType
from werkfluss.work.domain import cases, definitions
from werkfluss.workforce.models import Kind, Resource


def open_case(
    person: Resource, *, route: str, wished_start: date, responsible: User | None = None, by: Actor
) -> ExpatCase:
    """Begin a hire from abroad; its process runs from here, and the start of work becomes a deadline.

    Raises:
        Refused: no employee, or a case of this person is open already.
        KeyError: there is no such module.
    """
    kind = module(route)
    if Kind(person.kind) is not Kind.EMPLOYEE or person.expat_cases.filter(state="open").exists():
        raise Refused(
            Text(
                f"Für {person.name} läuft schon ein Vorgang, oder es ist niemand Angestelltes.",
                f"A case is open for {person.name} already, or this is no employee.",
            ),
            citation="Betreuung",
            what_to_do=Text("Bitte öffnen Sie den laufenden Vorgang.", "Please open the running case."),
        )
    expat = ExpatCase(
        number=next_number("expat_case"),
        person=person,
        route=route,
        wished_start=wished_start,
        responsible=responsible.pk if responsible else by.id,
    )
    expat.case = cases.start_case(
        definitions.definition_of(kind.process, by=by),
        subject=expat,
        title=f"{kind.name.de}: {person.name}",
        variables={"route": route, "wished_start": wished_start.isoformat()},
        performers=_performers(kind, person),
        by=by,
    )
    expat.save(force_insert=True)
    record(Event("care.case.opened", expat, {"route": route, "wished_start": wished_start}), by=by)
    set_deadline(
        expat,
        code="work_start",
        title=Text("Arbeitsbeginn, Titel liegt vor", "Start of work, title is there"),
        due=wished_start,
        lead_days=14,
        who="hr",
        basis="§ 4a Abs. 5 AufenthG",
        by=by,
    )
    return expat


def _performers(kind: Module, person: Resource) -> dict[str, cases.Performer]:
    return {lane: person if who == "person" else Role(who) for lane, who in kind.performers.items()}


def change_start(expat: ExpatCase, *, wished_start: date, expected_version: int, by: Actor) -> None:
    """Move the wished start of work.

    Raises:
        Conflict: somebody else was faster.
    """
    expat.edit(expected_version=expected_version, wished_start=wished_start)
    record(Event("care.case.start_changed", expat, {"wished_start": wished_start}), by=by)
    set_deadline(
        expat,
        code="work_start",
        title=Text("Arbeitsbeginn, Titel liegt vor", "Start of work, title is there"),
        due=wished_start,
        lead_days=14,
        who="hr",
        basis="§ 4a Abs. 5 AufenthG",
        by=by,
    )


def close_case(expat: ExpatCase, *, by: Actor) -> None:
    """The process has ended; what was found and done stays on record."""
    expat.edit(state="closed")
    record(Event("care.case.closed", expat, {"number": expat.number}), by=by)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the way; ``state`` is done, now or later."""

    element: str
    title: Text
    state: str
    who: Text | None
    when: datetime | None


def stages(expat: ExpatCase) -> Sequence[Stage]:
    """The way of the case: what was done, what is open now, and what surely comes, in the order of the drawing."""
    model = definitions.model_of(expat.case.definition)
    optional = module(expat.route).optional
    latest = {task.element: task for task in expat.case.steps.order_by("created_at")}
    found = []
    for node in _in_reading_order(model):
        task = latest.get(node.id)
        if task is None and (node.id in optional or expat.case.state != "running"):
            continue
        title = Text(node.name_in("de"), node.name_in("en"))
        when = (task.done_at or task.due) if task else None
        found.append(Stage(node.id, title, _STATES[task.state] if task else "later", _who(model, node), when))
    return found


def _who(model: Definitions, node: FlowNode) -> Text | None:
    lane = model.lanes.get(node.lane)
    return Text(lane.name_in("de"), lane.name_in("en")) if lane and lane.name else None


_STATES = {"open": "now", "done": "done", "cancelled": "later"}


def _in_reading_order(model: Definitions) -> list[Task]:
    """The steps of people along the flows from the start; what hangs on a timer comes last."""
    order: dict[str, FlowNode] = {}
    waiting = [node for p in model.processes for node in p.nodes if not node.incoming]
    while waiting:
        node = waiting.pop(0)
        if node.id not in order:
            order[node.id] = node
            waiting += [model.nodes[model.flows[flow].target] for flow in node.outgoing]
    return [node for node in order.values() if isinstance(node, Task) and node.type is TaskType.USER]
