"""Small problems of every shape for the property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.delegation.builders import DAY, ORIGIN
from werkfluss.delegation import (
    Calendar,
    Candidate,
    Condition,
    HeldSkill,
    Link,
    Pin,
    Problem,
    Published,
    Requirement,
    Resource,
    Task,
)
from werkfluss.kernel.text import Text

KINDS = ("employee", "freelancer", "fractional", "partner", "agent")
SKILLS = ("kalkulation", "montage")


@st.composite
def resources(draw, index: int) -> Resource:
    kind = draw(st.sampled_from(KINDS))
    measured = kind in ("partner", "agent")
    begin = draw(st.integers(0, 6)) * 60
    days = draw(st.integers(2, 6))
    windows = tuple((d * DAY + begin, d * DAY + begin + draw(st.sampled_from([240, 450, 480]))) for d in range(days))
    minimum = draw(st.sampled_from([0, 0, 300]))
    return Resource(
        id=f"r{index}",
        kind=kind,
        windows=windows,
        rate_cents_per_hour=draw(st.integers(0, 120)) * 100,
        skills=tuple(
            HeldSkill(skill=skill, level=draw(st.integers(0, 3)) if measured else None)
            for skill in SKILLS
            if draw(st.booleans())
        ),
        capacity_share=draw(st.sampled_from([100, 100, 50, 33])),
        parallel=draw(st.integers(1, 2)) if measured else 1,
        minimum_minutes=minimum,
        maximum_minutes=draw(st.sampled_from([None, None, 600])),
    )


@st.composite
def candidates(draw, task: Task, resource: Resource) -> Candidate:
    outcome = draw(st.sampled_from(["allowed"] * 5 + ["allowed_with_conditions", "blocked", "unknown"]))
    measured = resource.kind in ("partner", "agent")
    conditions = ()
    if outcome == "allowed_with_conditions":
        conditions = (Condition(text=Text("Anzeige", "Notice"), lead_minutes=draw(st.integers(0, 2)) * DAY),)
    return Candidate(
        task=task.id,
        resource=resource.id,
        outcome=outcome,
        conditions=conditions,
        meets=() if measured else tuple(s for s in SKILLS if draw(st.booleans())),
        earliest=draw(st.sampled_from([None, None, 700])),
        effort=draw(st.sampled_from([None, 60])) if measured and task.effort else None,
        fixed_cents=draw(st.sampled_from([0, 500])) if measured else 0,
    )


@st.composite
def some_links(draw, before: int, after: int) -> Link:
    kind = draw(st.sampled_from(["FS", "SS", "FF", "SF"]))
    return Link(
        predecessor=f"t{before}",
        successor=f"t{after}",
        kind=kind,
        lag=draw(st.sampled_from([0, 0, -300, -60, 45, 200, 700])),
        calendar=draw(st.sampled_from(["", "office"])),
        group=draw(st.sampled_from(["", "g"])) if kind[0] == "S" else "",
    )


@st.composite
def problems(draw, most_tasks: int = 6) -> Problem:
    team = tuple(draw(resources(k)) for k in range(draw(st.integers(1, 4))))
    tasks, links = [], []
    for k in range(draw(st.integers(1, most_tasks))):
        due = draw(st.sampled_from([None, 600, 2000, 4000]))
        tasks.append(
            Task(
                id=f"t{k}",
                effort=draw(st.sampled_from([0, 45, 120, 480, 700])),
                earliest=draw(st.sampled_from([0, 0, 333])),
                due=due,
                late_cents_per_hour=draw(st.integers(0, 900)),
                requirements=tuple(
                    Requirement(skill=s, minimum_level=draw(st.integers(0, 2)))
                    for s in SKILLS
                    if draw(st.integers(0, 3)) == 0
                ),
                unassigned_cents=draw(st.sampled_from([None, None, 30_000])),
                project=draw(st.sampled_from(["p", "q"])),
            )
        )
        links += [draw(some_links(j, k)) for j in range(k) if draw(st.integers(0, 3)) == 0]
    pairs = tuple(draw(candidates(task, one)) for task in tasks for one in team if draw(st.integers(0, 9)))
    pins, published = [], []
    for task in tasks:
        fate = draw(st.integers(0, 9))
        one = draw(st.sampled_from(team))
        start = draw(st.integers(-300, 900))
        if fate == 0 and task.effort:
            pins.append(Pin(task=task.id, resource=one.id, start=start, end=start + task.effort))
        elif fate <= 2 and task.effort:
            published.append(Published(task=task.id, resource=one.id, start=0, end=start + 2000, change_cents=900))
    apart = ((tasks[0].id, tasks[1].id),) if len(tasks) > 1 and draw(st.booleans()) else ()
    return Problem(
        origin=ORIGIN,
        tasks=tuple(tasks),
        resources=team,
        candidates=pairs,
        links=tuple(links),
        pins=tuple(pins),
        published=tuple(published),
        four_eyes=apart,
        calendars=(Calendar(id="office", windows=tuple((d * DAY + 60, d * DAY + 540) for d in (0, 1, 2, 4))),),
        granularity=draw(st.sampled_from([15, 30, 60])),
    )
