"""The independent checker: every constraint and every cent of a plan, reckoned again from the problem alone.

It shares no code with the search: no axis, no grid, no schedule. Used on every plan that leaves the package.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from .plan import Assignment, OpenTask, Plan
from .problem import NATURAL, Link, Problem, Resource, Task


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken constraint: ``rule`` is a short name, ``subject`` a task or resource, ``detail`` the numbers."""

    rule: str
    subject: str
    detail: str


def check_plan(problem: Problem, plan: Plan) -> list[Violation]:
    """Everything that is wrong with ``plan``; an empty list means that it holds.

    Checked: completeness, law, skills, four eyes, working time, double booking, agreed hours, earliest and lead
    times, links, pins, date windows, every price and the objective.
    """
    found: list[Violation] = []
    found += _complete(problem, plan)
    if found:
        return found
    for one in plan.assignments:
        found += _assignment(problem, one)
    for two in plan.unassigned:
        found += _open(problem, plan, two)
    found += _links(problem, plan)
    found += _four_eyes(problem, plan)
    for resource in problem.resources:
        found += _booking(problem, plan, resource)
    found += _pins(problem, plan)
    found += _prices(problem, plan)
    return found


def verify(problem: Problem, plan: Plan) -> None:
    """Refuse to hand out a plan that breaks anything.

    Raises
    ------
    AssertionError: names the first violations.

    """
    violations = check_plan(problem, plan)
    if violations:
        raise AssertionError(f"the plan breaks {len(violations)} constraints: {violations[:3]}")


def _complete(problem: Problem, plan: Plan) -> list[Violation]:
    named = [one.task for one in plan.assignments] + [one.task for one in plan.unassigned]
    found = [Violation("twice", one, "planned twice") for one in sorted(set(named)) if named.count(one) > 1]
    known = {task.id for task in problem.tasks}
    found += [Violation("missing", one, "not in the plan") for one in sorted(known - set(named))]
    found += [Violation("stranger", one, "not in the problem") for one in sorted(set(named) - known)]
    if plan.problem != problem.digest:
        found.append(Violation("problem", plan.problem, "the plan belongs to another problem"))
    ids = {one.id for one in problem.resources}
    found += [
        Violation("resource", a.task, a.resource) for a in plan.assignments if a.resource and a.resource not in ids
    ]
    return found


def _assignment(problem: Problem, one: Assignment) -> list[Violation]:
    task = problem.task(one.task)
    pin = next((p for p in problem.pins if p.task == one.task), None)
    if task.effort == 0:
        if one.resource or (one.start != one.end and pin is None):
            return [Violation("milestone", one.task, "a milestone has no resource and no length")]
        return [] if pin or one.start >= max(0, task.earliest) else [Violation("earliest", one.task, f"{one.start}")]
    resource = problem.resource(one.resource)
    candidate = problem.candidate(one.task, one.resource)
    if candidate is None or candidate.outcome not in ("allowed", "allowed_with_conditions"):
        return [Violation("law", one.task, f"{one.resource}: {candidate.outcome if candidate else 'not checked'}")]
    found = _window(problem, one, resource)
    if pin is not None:
        return found
    if not candidate.offerable:
        found.append(Violation("offer", one.task, f"{one.resource} has declined"))
    found += _skills(task, resource, candidate.meets)
    lead = max((condition.lead_minutes for condition in candidate.conditions), default=0)
    earliest = max(0, task.earliest, lead, candidate.earliest if candidate.earliest is not None else 0)
    if one.start < earliest:
        found.append(Violation("earliest", one.task, f"{one.start} < {earliest}"))
    effort = task.effort if candidate.effort is None else candidate.effort
    return found + _working_time(problem, one, resource, effort)


def _skills(task: Task, resource: Resource, meets: tuple[str, ...]) -> list[Violation]:
    found = []
    for requirement in task.requirements:
        levels = [held.level for held in resource.skills if held.skill == requirement.skill]
        if resource.kind in NATURAL:
            fine = requirement.skill in meets or (bool(levels) and requirement.minimum_level == 0)
        else:
            fine = any(requirement.minimum_level <= (level or 0) for level in levels)
        if not fine:
            found.append(Violation("skill", task.id, f"{resource.id} lacks {requirement.skill}"))
    return found


def _snapped(problem: Problem, resource: Resource) -> list[tuple[int, int]]:
    """Usable windows; cut inwards to the granularity."""
    step = problem.granularity
    cut = [((start + step - 1) // step * step, end // step * step) for start, end in resource.windows]
    return [(start, end) for start, end in cut if start < end]


def _working_time(problem: Problem, one: Assignment, resource: Resource, effort: int) -> list[Violation]:
    windows = _snapped(problem, resource)
    worked = sum(max(0, min(one.end, end) - max(one.start, start)) for start, end in windows)
    needed = effort * 100 / resource.capacity_share
    step = problem.granularity
    found = []
    if not needed <= worked < needed + step:
        found.append(Violation("effort", one.task, f"{worked} min of working time, {needed:g} needed"))
    if not any(start <= one.start < end for start, end in windows):
        found.append(Violation("calendar", one.task, f"starts outside working time at {one.start}"))
    if not any(start < one.end <= end for start, end in windows):
        found.append(Violation("calendar", one.task, f"ends outside working time at {one.end}"))
    return found


def _window(problem: Problem, one: Assignment, resource: Resource) -> list[Violation]:
    external = resource.kind in ("freelancer", "partner") or resource.shows_window
    if not external:
        return [Violation("window", one.task, "an internal has a date window")] if one.window else []
    if one.window is None:
        return [Violation("window", one.task, f"{resource.id} must get a date window")]
    zone = ZoneInfo(resource.time_zone)
    first = problem.instant(one.start).astimezone(zone).date()
    last = problem.instant(max(one.start, one.end - 1)).astimezone(zone).date()
    if one.window.first_day > first or one.window.last_day < last:
        return [Violation("window", one.task, f"{one.window} does not hold {first}..{last}")]
    return []


def _open(problem: Problem, plan: Plan, one: OpenTask) -> list[Violation]:
    task = problem.task(one.task)
    found = []
    if task.effort == 0:
        found.append(Violation("milestone", one.task, "a milestone cannot be open"))
    if one.start < max(0, task.earliest):
        found.append(Violation("earliest", one.task, f"{one.start}"))
    if one.end - one.start < task.effort * problem.open_stretch:
        found.append(Violation("open", one.task, "its reckoned length is too short"))
    if not one.reason or (not one.rejections and len(problem.resources) and _nobody(problem, plan, one.task)):
        found.append(Violation("open", one.task, "no reason is given"))
    return found


def _nobody(problem: Problem, plan: Plan, task: str) -> bool:
    """Whether no pair of the task is permitted, so that there must be rejections."""
    del plan
    pairs = [problem.candidate(task, resource.id) for resource in problem.resources]
    return not any(one is not None and one.outcome in ("allowed", "allowed_with_conditions") for one in pairs)


def _links(problem: Problem, plan: Plan) -> list[Violation]:
    """Links hold, except into a pinned task: what has started or been confirmed is a fact."""
    pinned = {pin.task for pin in problem.pins}
    found = []
    for link in problem.links:
        if link.successor in pinned and plan.assignment(link.successor):
            continue
        first, then = plan.span(link.predecessor), plan.span(link.successor)
        if not _holds(problem, plan, link):
            found.append(Violation("link", link.successor, _told(link, first, then)))
    return found


def _holds(problem: Problem, plan: Plan, link: Link) -> bool:
    """Of a group of links it is enough that one holds: then the successor waits for the first of them."""
    if link.group:
        key = (link.successor, link.group, link.kind, link.lag, link.calendar)
        alike = [one for one in problem.links if (one.successor, one.group, one.kind, one.lag, one.calendar) == key]
    else:
        alike = [link]
    then = plan.span(link.successor)["FS SS".find(link.kind) < 0]
    return any(
        _passed(problem, link, plan.span(one.predecessor)[link.kind[0] == "F"], then) >= link.lag for one in alike
    )


def _passed(problem: Problem, link: Link, first: int, then: int) -> int:
    """Minutes from ``first`` to ``then``, negative if backwards: elapsed, or those in the calendar of the lag."""
    if not link.calendar or not link.lag:
        return then - first
    windows = problem.calendar(link.calendar).windows
    low, high = min(first, then), max(first, then)
    spans = [(low - 1, windows[0][0]), *windows, (windows[-1][1], high + 1)]
    worked = sum(max(0, min(high, end) - max(low, start)) for start, end in spans)
    return worked if then >= first else -worked


def _told(link: Link, first: tuple[int, int], then: tuple[int, int]) -> str:
    return f"{link.kind}{link.lag:+d} after {link.predecessor}: {first} -> {then}"


def _four_eyes(problem: Problem, plan: Plan) -> list[Violation]:
    found = []
    pinned = {pin.task for pin in problem.pins}
    for left, right in problem.four_eyes:
        a, b = plan.assignment(left), plan.assignment(right)
        if left in pinned and right in pinned:
            continue
        if a and b and a.resource and a.resource == b.resource:
            found.append(Violation("four_eyes", left, f"{right} is with {b.resource} too"))
    return found


def _booking(problem: Problem, plan: Plan, resource: Resource) -> list[Violation]:
    """Never more than ``parallel`` tasks in working time, and no more effort than agreed; pins alone may break it."""
    mine = [one for one in plan.assignments if one.resource == resource.id]
    found = []
    events: list[tuple[int, int, int]] = []
    for start, end in _snapped(problem, resource):
        for one in mine:
            first, last = max(start, one.start), min(end, one.end)
            if first < last:
                events += [(first, 1, 0 if one.pinned else 1), (last, -1, 0 if one.pinned else -1)]
    at_once = movable = 0
    for minute, delta, free in sorted(events):
        at_once += delta
        movable += free
        if at_once > resource.parallel and movable > 0:
            found.append(Violation("double_booking", resource.id, f"{at_once} tasks at minute {minute}"))
            break
    effort = sum(_effort(problem, one) for one in mine)
    most = resource.maximum_minutes
    if most is not None and effort > most and any(not one.pinned for one in mine):
        found.append(Violation("capacity", resource.id, f"{effort} of {most} minutes"))
    return found


def _effort(problem: Problem, one: Assignment) -> int:
    candidate = problem.candidate(one.task, one.resource)
    own = candidate.effort if candidate else None
    return problem.task(one.task).effort if own is None else own


def _pins(problem: Problem, plan: Plan) -> list[Violation]:
    found = []
    for pin in problem.pins:
        one = plan.assignment(pin.task)
        candidate = problem.candidate(pin.task, pin.resource)
        permitted = not pin.resource or (candidate is not None and candidate.outcome not in ("blocked", "unknown"))
        if one is None:
            found += [Violation("pin", pin.task, "a pinned task is open")] if permitted else []
        elif (one.resource, one.start, one.end) != (pin.resource, pin.start, pin.end) or not one.pinned:
            found.append(Violation("pin", pin.task, f"moved to {one.resource} {one.start}..{one.end}"))
    pinned = {pin.task for pin in problem.pins}
    found += [Violation("pin", a.task, "is not pinned") for a in plan.assignments if a.pinned and a.task not in pinned]
    return found


def _prices(problem: Problem, plan: Plan) -> list[Violation]:
    """Every price again, half a cent rounded up; which parts count depends on the kind of objective."""
    euro, priced = plan.objective_kind == "euro", plan.objective_kind != "makespan"
    labour = lateness = change = unassigned = guaranteed = 0
    for one in plan.assignments:
        late, moved = _late(problem, one.task, one.end), _change(problem, one.task, one.resource, one.start, one.end)
        labour += _labour(problem, one) if priced else 0
        lateness += late if euro else 0
        change += moved if euro else 0
    for two in plan.unassigned:
        unassigned += problem.open_cents[two.task]
        lateness += _late(problem, two.task, two.end) if euro else 0
        change += _change(problem, two.task, "", two.start, two.end) if euro else 0
    for resource in problem.resources if priced else ():
        used = sum(_effort(problem, one) for one in plan.assignments if one.resource == resource.id)
        guaranteed += (max(0, resource.minimum_minutes - used) * resource.rate_cents_per_hour + 30) // 60
    told = plan.costs
    parts = (
        ("labour", labour, told.labour),
        ("guaranteed", guaranteed, told.guaranteed),
        ("lateness", lateness, told.lateness),
        ("change", change, told.change),
        ("unassigned", unassigned, told.unassigned),
    )
    found = [
        Violation("price", name, f"{stated} stated, {right} reckoned")
        for name, right, stated in parts
        if right != stated
    ]
    total = labour + guaranteed + lateness + change + unassigned + (0 if priced else plan.finish)
    if total != plan.objective:
        found.append(Violation("objective", plan.objective_kind, f"{plan.objective} stated, {total} reckoned"))
    if plan.bound is not None and plan.bound > plan.objective:
        found.append(Violation("bound", plan.objective_kind, f"{plan.bound} above {plan.objective}"))
    return found


def _labour(problem: Problem, one: Assignment) -> int:
    if not one.resource:
        return 0
    candidate = problem.candidate(one.task, one.resource)
    fixed = candidate.fixed_cents if candidate else 0
    return (problem.resource(one.resource).rate_cents_per_hour * _effort(problem, one) + 30) // 60 + fixed


def _late(problem: Problem, task: str, end: int) -> int:
    one = problem.task(task)
    if one.due is None or end <= one.due:
        return 0
    return ((end - one.due) * one.late_cents_per_hour + 30) // 60


def _change(problem: Problem, task: str, resource: str, start: int, end: int) -> int:
    for one in problem.published:
        if one.task == task:
            same = one.resource == resource and one.start <= start and end <= one.end
            return 0 if same else one.change_cents
    return 0
