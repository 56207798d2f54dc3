"""Problems for the tests: a small firm with calendars, externals, an agent and a legal check for every pair."""

from __future__ import annotations

import random
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


def firm(tasks: int, people: int, *, seed: int = 0, days: int = 182, load: float = 0.6) -> Problem:
    """An invented Mittelstand firm: projects of 6-14 tasks of 2-40 hours, five kinds of resource."""
    g = random.Random(seed)
    skills = [f"skill{k}" for k in range(10)]
    kinds = ["employee"] * 12 + ["freelancer"] * 5 + ["fractional"] * 2 + ["partner"] * 3 + ["agent"] * 3
    rates = {
        "employee": (4200, 7800),
        "freelancer": (3500, 9000),
        "fractional": (12000, 18000),
        "partner": (4500, 9500),
        "agent": (300, 900),
    }
    resources = []
    for k in range(people):
        kind = kinds[k % len(kinds)]
        leave = g.randrange(days)
        off = frozenset(range(leave, leave + g.choice([5, 10, 14])))
        windows = (
            ((0, days * DAY),)
            if kind == "agent"
            else weekdays(days, off=off, hours=g.choice([(60, 540), (60, 540), (120, 600), (60, 300)]))
        )
        own = g.sample(skills, g.choice([2, 3, 4]))
        level = kind in ("agent", "partner")
        resources.append(
            Resource(
                id=f"r{k:02d}",
                kind=kind,
                windows=windows,
                rate_cents_per_hour=g.randrange(*rates[kind], 100),
                skills=tuple(HeldSkill(skill=s, level=g.choice([1, 2, 3]) if level else None) for s in own),
                parallel=g.choice([1, 2, 3]) if level else 1,
                capacity_share=40 if kind == "fractional" else 100,
                maximum_minutes=60 * 60 * 8 if kind == "freelancer" else None,
            )
        )
    made, links, candidates = [], [], []
    while len(made) < tasks:
        size = min(g.randint(6, 14), tasks - len(made))
        begin = g.randrange(0, max(1, int(days * (1 - load)))) * DAY
        base = len(made)
        total = 0
        for k in range(size):
            effort = g.choice([2, 4, 4, 8, 8, 12, 16, 24, 24, 40]) * 60
            total += effort
            level = g.choice([0, 0, 0, 1, 2])
            made.append(
                {
                    "id": f"t{base + k:03d}",
                    "effort": effort,
                    "earliest": begin,
                    "project": f"p{base}",
                    "requirements": (Requirement(skill=g.choice(skills), minimum_level=level),),
                }
            )
            for p in g.sample(range(max(0, k - 4), k), min(k, g.choice([0, 1, 1, 2]))):
                links.append(
                    Link(predecessor=f"t{base + p:03d}", successor=f"t{base + k:03d}", lag=g.choice([0, 0, 0, DAY]))
                )
        made[-1].update(
            due=begin + int(total * g.choice([1.5, 2.0, 3.0])), late_cents_per_hour=g.choice([500, 1000, 3000])
        )
    for task in made:
        for resource in resources:
            kind = resource.kind
            outcome = g.choices(
                ["allowed", "allowed_with_conditions", "blocked", "unknown"],
                {"employee": [9, 1, 0, 0], "agent": [5, 2, 3, 0]}.get(kind, [6, 2, 1, 1]),
            )[0]
            conditions = (
                (Condition(text=Text("Anzeige nötig", "Notice needed"), lead_minutes=g.choice([0, 3, 14]) * DAY),)
                if outcome == "allowed_with_conditions"
                else ()
            )
            meets = tuple(
                r.skill
                for r in task["requirements"]
                if any(h.skill == r.skill for h in resource.skills) and g.random() < 0.8
            )
            candidates.append(
                Candidate(
                    task=task["id"],
                    resource=resource.id,
                    outcome=outcome,
                    conditions=conditions,
                    meets=meets if kind in ("employee", "freelancer", "fractional") else (),
                    citations=("§ 1 Beispielgesetz",) if outcome == "blocked" else (),
                    effort=max(30, task["effort"] // 8) if kind == "agent" else None,
                    fixed_cents=task["effort"] // 60 * 1500 if kind == "agent" else 0,
                )
            )
    return Problem(
        origin=ORIGIN,
        tasks=tuple(Task(**t) for t in made),
        resources=tuple(resources),
        candidates=tuple(candidates),
        links=tuple(links),
        granularity=30,
    )
