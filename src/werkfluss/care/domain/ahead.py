"""The way ahead of a case: its remaining steps with their lengths, the critical path, and other days or procedures.

Lengths come from the law where a residence title is needed (each with its provision, or marked as practice), else from
the time the template of the process gives each step. Where nobody knows, the step says so. How long people of the firm
took in other cases is not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from werkfluss.care.course import Course, Step, Timed, course
from werkfluss.care.domain.outlook import steps_done, steps_question
from werkfluss.care.models import ExpatCase
from werkfluss.care.routes import care_route
from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Verdict
from werkfluss.kernel.text import Text
from werkfluss.process.model import Definitions, FlowNode, Task, TaskType
from werkfluss.work.domain import definitions

PRACTICE = frozenset({"practice", "practice_lead", "kmk_anabin", "kmk_zab"})
_DAYS = re.compile(r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?$")


@dataclass(frozen=True, slots=True)
class Variant:
    """One answer of the comparison; ``accelerated`` is None where the route knows one procedure only."""

    start: date
    accelerated: bool | None
    course: Course


def course_of(expat: ExpatCase, *, on: date, start: date, accelerated: bool | None = None) -> Course:
    """The remaining steps of a case towards a day."""
    if care_route(expat.route).title:
        return _by_law(explain.answer(steps_question(expat, on=on, start=start, accelerated=accelerated)), on, start)
    return course(_by_template(expat), today=on, start=start)


def compare(expat: ExpatCase, *, on: date, start: date) -> list[Variant]:
    """The wished and the asked day, by each procedure the route knows; the earliest first."""
    days = sorted({expat.wished_start, start})
    ways: list[bool | None] = [False, True] if "accelerated" in care_route(expat.route).needs else [None]
    # What is agreed with the authority is no question any more.
    ways = [True] if "agreement" in steps_done(expat) else ways
    return [Variant(day, way, course_of(expat, on=on, start=day, accelerated=way)) for day in days for way in ways]


def unanswered(expat: ExpatCase, *, on: date, start: date) -> tuple[str, ...]:
    """Facts without which the law cannot say which steps are left; empty where it can."""
    if not care_route(expat.route).title:
        return ()
    verdict = explain.answer(steps_question(expat, on=on, start=start))
    return () if verdict.parts else tuple(one.name for one in verdict.missing)


def _by_law(verdict: Verdict, on: date, start: date) -> Course:
    """The steps before the start as the law pack has timed them."""
    labels = {citation.id: citation.label for citation in verdict.citations}
    steps = []
    for part in verdict.parts:
        if part.value("phase") != "before_start":
            continue
        basis = part.basis[0] if part.basis else ""
        source = "" if basis in PRACTICE else labels.get(basis, basis)
        step = Step(part.id, part.title, part.who, int(str(part.value("lead_days") or 0)), source or "practice")
        days = [date.fromisoformat(str(part.value(name))) for name in ("earliest", "start_by", "done_by")]
        steps.append(Timed(step, days[0], days[1], days[2], part.value("critical") is True))
    if not steps:
        return Course((), on, (start - on).days, ())
    ready = date.fromisoformat(str(verdict.values.get("earliest_start")))
    return Course(tuple(steps), ready, int(str(verdict.values.get("slack_days"))), ())


def _by_template(expat: ExpatCase) -> list[Step]:
    """The steps of people that are still to do, with the time the drawing gives them; optional ones are passed over."""
    model = definitions.model_of(expat.case.definition)
    done = set(expat.case.steps.exclude(state="open").values_list("element", flat=True))
    optional = care_route(expat.route).optional - set(
        expat.case.steps.filter(state="open").values_list("element", flat=True)
    )
    order = _order(model)
    rank = {node.id: place for place, node in enumerate(order)}
    left = [node for node in order if _counts(node) and node.id not in done and node.id not in optional]
    before: dict[str, set[str]] = {node.id: set() for node in left}
    for node in left:
        for later in _next_steps(model, node, before):
            # A flow back in the drawing (ask again, send back) is no precedence.
            if rank[later] > rank[node.id]:
                before[later].add(node.id)
    return [
        Step(node.id, Text(node.name_in("de"), node.name_in("en")), _who(model, node), _days(node), "template",
             tuple(sorted(before[node.id], key=rank.__getitem__)))
        for node in left
    ]  # fmt: skip


def _counts(node: FlowNode) -> bool:
    return isinstance(node, Task) and node.type is TaskType.USER


def _order(model: Definitions) -> list[FlowNode]:
    seen: dict[str, FlowNode] = {}
    waiting = [node for process in model.processes for node in process.nodes if not node.incoming]
    while waiting:
        node = waiting.pop(0)
        if node.id not in seen:
            seen[node.id] = node
            waiting += [model.nodes[model.flows[flow].target] for flow in node.outgoing]
    return list(seen.values())


def _next_steps(model: Definitions, node: FlowNode, wanted: dict[str, set[str]]) -> Iterator[str]:
    """The next wanted steps along the flows, past everything that is not wanted."""
    seen: set[str] = set()
    waiting = [model.flows[flow].target for flow in node.outgoing]
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        if name in wanted:
            yield name
        else:
            waiting += [model.flows[flow].target for flow in model.nodes[name].outgoing]


def _who(model: Definitions, node: FlowNode) -> Text | None:
    lane = model.lanes.get(node.lane)
    return Text(lane.name_in("de"), lane.name_in("en")) if lane and lane.name else None


def _days(node: FlowNode) -> int | None:
    """Whole days of the time the drawing gives a step; None where it gives none, or one that is computed."""
    given = _DAYS.match(node.facts.due) if isinstance(node, Task) and node.facts.due else None
    if given is None:
        return None
    return int(given["weeks"] or 0) * 7 + int(given["days"] or 0)
