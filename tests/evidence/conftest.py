"""A firm with one task that went the whole way: described, given out, delivered, accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkfluss.org.actor import Actor
    from werkfluss.org.models import Organisation
    from werkfluss.work.models import Assignment, Result, Task
    from werkfluss.workforce.models import Resource

DAY = date(2026, 11, 23)


@dataclass
class Done:
    """What the story left behind."""

    task: Task
    person: Resource
    assignment: Assignment
    result: Result


@pytest.fixture
def tell_story(director: Actor, firm: Organisation, member_of: Callable[..., Actor]) -> Callable[..., Done]:
    """``tell_story()``: one task from brief to acceptance, in blocks of ``acting`` of its own."""
    from werkfluss.org import tenancy
    from werkfluss.org.models import User
    from werkfluss.org.roles import Role

    def tell(*, title: str = "Schweißplan für Rahmen 7", person: str = "Jana Lindner", email: str = "") -> Done:
        from werkfluss.evidence.domain.documents import keep_file
        from werkfluss.work.domain import acceptance, assignments, tasks
        from werkfluss.work.models import Assignment, Task
        from werkfluss.workforce.domain import resources
        from werkfluss.workforce.models import Kind

        by = director
        own = member_of(firm, Role.EMPLOYEE, email or "jana@muster.example")
        user = User.objects.get(pk=own.id)
        with tenancy.acting(by.org_id, by):
            rate = resources.set_rate(name="Meister", cents_per_hour=6000, by=by)
            who = resources.add_resource(kind=Kind.EMPLOYEE, name=person, rate=rate, user=user, email=user.email, by=by)
            project = tasks.create_project(name="Rahmen", start=DAY, by=by)
            task = tasks.create_task(project, title=title, brief="Nach Zeichnung 7", effort_minutes=120, by=by)
            tasks.fill_task(task, criteria=["Zeichnung liegt bei", "Maße geprüft"])
            keep_file(b"Zeichnung 7", filename="zeichnung.txt", belongs_to=task, by=by)
            given = Assignment.objects.create(task=task, resource=who, first_day=DAY, last_day=DAY, assigned_by=by.id)
            task.edit(state=Task.State.ASSIGNED)
        with tenancy.acting(own.org_id, own):
            assignments.start_task(given, by=own)
            file = keep_file(b"Plan", filename="plan 7.txt", by=own)
            result = assignments.deliver_result(given, text="Plan liegt bei", documents=[file], by=own)
        with tenancy.acting(by.org_id, by):
            acceptance.accept_result(result, met=[True, True], note="gut", by=by)
        return Done(task, who, given, result)

    return tell
