"""The case of somebody who comes, stays, works from elsewhere or leaves: opened, followed, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from werkfluss.care.domain.duties import keep_duties
from werkfluss.care.models import ExpatCase
from werkfluss.care.routes import Route, care_route
from werkfluss.compliance.domain.deadlines import set_deadline
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.process.model import Definitions, FlowNode, Task, TaskType
from werkfluss.work.domain import cases, definitions
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind, Resource


def open_case(
    person: Resource,
    *,
    route: str,
    wished_start: date,
    responsible: User | None = None,
    ends_on: date | None = None,
    country: str = "",
    accelerated: bool | None = None,
    by: Actor,
) -> ExpatCase:
    """Begin a matter of a person: its process runs from here, its day and the duties of the law become deadlines.

    Where work begins with it, the plan gives the person nothing before that day; of several such cases the latest day
    counts. A person may have several open cases, one of each route.

    Raises:
        Refused: no employee, a case of this route is open already, or country or last day is missing.
        KeyError: there is no such route.
    """
    kind = care_route(route)
    # Two who open at the same time wait here for each other.
    Resource.objects.select_for_update().get(pk=person.pk)
    if Kind(person.kind) is not Kind.EMPLOYEE or person.expat_cases.filter(state="open", route=route).exists():
        raise Refused(
            Text(
                f"Für {person.name} läuft schon ein Vorgang „{kind.name.de}“, oder es ist niemand Angestelltes.",
                f"A case “{kind.name.en}” is open for {person.name} already, or this is no employee.",
            ),
            citation="Betreuung",
            what_to_do=Text("Bitte öffnen Sie den laufenden Vorgang.", "Please open the running case."),
        )
    _need(kind, wished_start, ends_on, country)
    expat = ExpatCase(
        number=next_number("expat_case"),
        person=person,
        route=route,
        wished_start=wished_start,
        ends_on=ends_on,
        country=country,
        accelerated=accelerated,
        responsible=responsible.pk if responsible else by.id,
    )
    expat.case = cases.start_case(
        definitions.definition_of(kind.process, by=by),
        subject=expat,
        title=f"{kind.name.de}: {person.name}",
        variables={"route": route, "wished_start": wished_start.isoformat(), **_variables(kind, expat)},
        performers=_performers(kind, person),
        by=by,
    )
    expat.save(force_insert=True)
    record(Event("care.case.opened", expat, {"route": route, "wished_start": wished_start}), by=by)
    _keep_day(expat, by=by)
    return expat


def _need(kind: Route, first: date, ends_on: date | None, country: str) -> None:
    missing = [name for name, given in (("country", country), ("ends_on", ends_on)) if name in kind.needs and not given]
    # Whoever stays abroad for good, or keeps the flat here for now, has no last day yet.
    if "ends_on" in missing and not kind.variables.get("posting_end"):
        missing.remove("ends_on")
    if not missing and (ends_on is None or ends_on >= first):
        return
    raise Refused(
        Text(
            "Für diesen Weg braucht es das Land und einen letzten Tag, der nicht vor dem ersten liegt.",
            "This route needs the country, and a last day that is not before the first one.",
        ),
        citation="Betreuung",
        what_to_do=Text("Bitte ergänzen Sie beides.", "Please add both."),
    )


def _variables(kind: Route, expat: ExpatCase) -> dict[str, object]:
    """What the process asks at its start, from the case; dates as ISO text."""
    given: dict[str, object] = {
        "day": expat.wished_start.isoformat(),
        "ends_on": expat.ends_on.isoformat() if expat.ends_on else None,
        "accelerated": bool(expat.accelerated),
    }
    return {name: given[column] for name, column in kind.variables.items()}


def _performers(kind: Route, person: Resource) -> dict[str, cases.Performer]:
    return {lane: person if who == "person" else Role(who) for lane, who in kind.performers.items()}


def change_start(expat: ExpatCase, *, wished_start: date, expected_version: int, by: Actor) -> None:
    """Move the day of the case: its deadline, the duties that are counted from it, and the day from which work may be
    planned move along.

    Raises:
        Conflict: somebody else was faster.
        Refused: the last day would lie before it.
    """
    _need(care_route(expat.route), wished_start, expat.ends_on, expat.country)
    expat.edit(expected_version=expected_version, wished_start=wished_start)
    record(Event("care.case.start_changed", expat, {"wished_start": wished_start}), by=by)
    _keep_day(expat, by=by)


def _keep_day(expat: ExpatCase, *, by: Actor) -> None:
    kind = care_route(expat.route)
    person = expat.person
    set_deadline(
        expat,
        code=kind.watch.code,
        title=kind.watch.title,
        due=expat.wished_start,
        lead_days=kind.watch.lead_days,
        who="hr",
        basis=kind.watch.basis,
        by=by,
    )
    # Somebody who works here already is not taken out of the plan by a new case.
    if kind.begins_work and (person.active_from is None or person.active_from > clock.today()):
        changes = {"active_from": _begins_work(person)}
        resources.edit_resource(person, changes=changes, expected_version=person.version, by=by)
    keep_duties(expat, on=clock.today(), by=by)


def _begins_work(person: Resource) -> date:
    """The latest day on which work begins by an open case of the person."""
    rows = person.expat_cases.filter(state="open").values_list("route", "wished_start")
    return max(day for route, day in rows if care_route(route).begins_work)


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
    optional = care_route(expat.route).optional
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
