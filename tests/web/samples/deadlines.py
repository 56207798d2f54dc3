"""Samples of the radar and of work that is asked again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.web.samples.people import set_one, take_on
from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.work.models import Recheck


@sample("deadline_move")
def moved(world: World) -> Mapping[str, object]:
    return {"pk": set_one(world).pk}


@sample("renew_paper")
def paper(world: World) -> Mapping[str, object]:
    return {"pk": take_on(world).papers.get().pk}


def touched(world: World) -> Recheck:
    """Work given to somebody whose title is not there (any more)."""
    from werkfluss.kernel import clock
    from werkfluss.work.domain import tasks
    from werkfluss.work.domain.recheck import recheck_assignments
    from werkfluss.work.models import Assignment, Recheck, Task

    by, on = world.director, clock.today()
    person = take_on(world, "employee", nationality="IN")
    project = tasks.create_project(name=world.unique("Berührt"), start=on, by=by)
    task = tasks.create_task(project, title=world.unique("Berührte Aufgabe"), by=by)
    task.edit(state=Task.State.ASSIGNED)
    last = on + timedelta(days=5)
    made = Assignment.objects.create(task=task, resource=person, first_day=on, last_day=last)
    recheck_assignments(today=on, by=by)
    return Recheck.objects.get(assignment=made)


@sample("recheck", "recheck_note")
def recheck(world: World) -> Mapping[str, object]:
    return {"pk": touched(world).pk}


@listed("rechecks", queries=12)
def one_more_recheck(world: World) -> None:
    touched(world)


@listed("deadline_starter", queries=19)
def one_more_proposal(world: World) -> None:
    take_on(world, "employee", active_from=date(2026, 12, 1))
