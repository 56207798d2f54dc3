"""Problems for the tests: a small firm with calendars, externals, an agent and a legal check for every pair."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

from werkfluss.delegation import Candidate, Condition, HeldSkill, Link, Problem, Requirement, Resource, Task
from werkfluss.kernel.text import Text

ORIGIN = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)
DAY = 24 * 60


def weekdays(days: int, *, first: int = 0, hours: tuple[int, int] = (60, 540), off: frozenset[int] = frozenset()):
    """Windows Monday to Friday; ``hours`` in minutes of the day counted from the origin (07:00 UTC)."""
    return tuple(
        (day * DAY + hours[0], day * DAY + hours[1]) for day in range(first, days) if day % 7 < 5 and day not in off
    )


SKILL_NAMES = [f"skill{k}" for k in range(10)]
KINDS = ["employee"] * 12 + ["freelancer"] * 5 + ["fractional"] * 2 + ["partner"] * 3 + ["agent"] * 3
RATES = {
    "employee": (4200, 7800),
    "freelancer": (3500, 9000),
    "fractional": (12000, 18000),
    "partner": (4500, 9500),
    "agent": (300, 900),
}
OUTCOMES = ["allowed", "allowed_with_conditions", "blocked", "unknown"]


def firm(tasks: int, people: int, *, seed: int = 0, days: int = 182, load: float = 0.6) -> Problem:
    """An invented Mittelstand firm: projects of 6-14 tasks of 2-40 hours, five kinds of resource."""
    g = random.Random(seed)
    resources = tuple(_resource(g, k, days) for k in range(people))
    made: list[Task] = []
    links: list[Link] = []
    while len(made) < tasks:
        size = min(g.randint(6, 14), tasks - len(made))
        begin = g.randrange(0, max(1, int(days * (1 - load)))) * DAY
        project, among = _project(g, len(made), size, begin)
        made += project
        links += among
    candidates = tuple(_candidate(g, task, resource) for task in made for resource in resources)
    return Problem(
        origin=ORIGIN, tasks=tuple(made), resources=resources, candidates=candidates, links=tuple(links), granularity=30
    )


def _resource(g: random.Random, k: int, days: int) -> Resource:
    kind = KINDS[k % len(KINDS)]
    leave = g.randrange(days)
    off = frozenset(range(leave, leave + g.choice([5, 10, 14])))
    always = ((0, days * DAY),)
    hours = [(60, 540), (60, 540), (120, 600), (60, 300)]
    windows = always if kind == "agent" else weekdays(days, off=off, hours=g.choice(hours))
    own = g.sample(SKILL_NAMES, g.choice([2, 3, 4]))
    level = kind in ("agent", "partner")
    return Resource(
        id=f"r{k:02d}",
        kind=kind,
        windows=windows,
        rate_cents_per_hour=g.randrange(*RATES[kind], 100),
        skills=tuple(HeldSkill(skill=s, level=g.choice([1, 2, 3]) if level else None) for s in own),
        parallel=g.choice([1, 2, 3]) if level else 1,
        capacity_share=40 if kind == "fractional" else 100,
        maximum_minutes=60 * 60 * 8 if kind == "freelancer" else None,
    )


def _project(g: random.Random, base: int, size: int, begin: int) -> tuple[list[Task], list[Link]]:
    made: list[Task] = []
    links: list[Link] = []
    for k in range(size):
        effort = g.choice([2, 4, 4, 8, 8, 12, 16, 24, 24, 40]) * 60
        level = g.choice([0, 0, 0, 1, 2])
        need = Requirement(skill=g.choice(SKILL_NAMES), minimum_level=level)
        made.append(
            Task(id=f"t{base + k:03d}", effort=effort, earliest=begin, project=f"p{base}", requirements=(need,))
        )
        for p in g.sample(range(max(0, k - 4), k), min(k, g.choice([0, 1, 1, 2]))):
            lag = g.choice([0, 0, 0, DAY])
            links.append(Link(predecessor=f"t{base + p:03d}", successor=f"t{base + k:03d}", lag=lag))
    due = begin + int(sum(task.effort for task in made) * g.choice([1.5, 2.0, 3.0]))
    made[-1] = replace(made[-1], due=due, late_cents_per_hour=g.choice([500, 1000, 3000]))
    return made, links


def _candidate(g: random.Random, task: Task, resource: Resource) -> Candidate:
    kind = resource.kind
    weights = {"employee": [9, 1, 0, 0], "agent": [5, 2, 3, 0]}.get(kind, [6, 2, 1, 1])
    outcome = g.choices(OUTCOMES, weights)[0]
    conditions = ()
    if outcome == "allowed_with_conditions":
        notice = Text("Anzeige nötig", "Notice needed")
        conditions = (Condition(text=notice, lead_minutes=g.choice([0, 3, 14]) * DAY),)
    held = {one.skill for one in resource.skills}
    meets = tuple(r.skill for r in task.requirements if r.skill in held and g.random() < 0.8)
    return Candidate(
        task=task.id,
        resource=resource.id,
        outcome=outcome,
        conditions=conditions,
        meets=meets if kind in ("employee", "freelancer", "fractional") else (),
        citations=("§ 1 Beispielgesetz",) if outcome == "blocked" else (),
        effort=max(30, task.effort // 8) if kind == "agent" else None,
        fixed_cents=task.effort // 60 * 1500 if kind == "agent" else 0,
    )
