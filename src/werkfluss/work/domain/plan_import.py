"""Taking a work breakdown or a Microsoft Project file over as a project with tasks and their order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models

from werkfluss.evidence.domain.imports import record_import
from werkfluss.evidence.models import Document, ImportBatch
from werkfluss.formats.project import Link, Plan, PlanTask
from werkfluss.formats.project_calendar import shortened
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.work.domain.tasks import create_project, fill_task, new_task
from werkfluss.work.models import Project, Task, TaskLink
from werkfluss.workforce.models import Skill

KIND = "plan"
# Of the exceptions of a calendar, which may run for a century, the years in which the project can lie are kept.
_KNOWN_BEFORE, _KNOWN_AFTER = timedelta(days=366), timedelta(days=3653)


def import_plan(
    plan: Plan, *, document: Document, name: str, start: date, deadline: date | None = None, by: Actor
) -> tuple[Project, ImportBatch]:
    """A project with all tasks, groups and links of the file; one import, to be taken back as a whole.

    An effort that is missing stays missing: the clarity check asks for it, nobody guesses.
    """
    project = create_project(name=name, start=start, deadline=deadline, by=by)
    skills = _skills_by_name()
    made: dict[str, Task] = {}
    for place, row in enumerate(plan.tasks):
        parent = next((made[key] for key in _above(row.wbs) if key in made), None)
        made[row.wbs] = _task(project, row, place, parent)
        found = {skills[name.casefold()]: None for name in row.skills if name.casefold() in skills}
        criteria = [line for line in (row.acceptance or "").splitlines() if line.strip()]
        fill_task(made[row.wbs], skills=found, criteria=criteria)
    links = TaskLink.objects.bulk_create(
        TaskLink(
            task=made[row.wbs],
            predecessor=made[link.wbs],
            type=link.type,
            lag_minutes=_lag_minutes(link, row.hours_per_day),
            lag_elapsed=link.elapsed,
        )
        for row in plan.tasks
        for link in {link.wbs: link for link in row.predecessors}.values()
        if link.wbs in made
    )
    created: list[models.Model] = [project, *made.values(), *links]
    batch = record_import(document, kind=KIND, mapping=_calendars(plan, made, start), created=created, by=by)
    record(Event("work.project.imported", project, {"tasks": len(made), "links": len(links)}), by=by)
    return project, batch


def _calendars(plan: Plan, made: Mapping[str, Task], start: date) -> dict[str, Any]:
    """The working time of the file, in which its lags are meant: calendars, the project's one, those of tasks."""
    own = {str(made[row.wbs].pk): row.calendar for row in plan.tasks if row.calendar}
    if plan.calendar is None and not own:
        return {}
    first, last = start - _KNOWN_BEFORE, start + _KNOWN_AFTER
    told = [shortened(calendar, first=first, last=last).as_json() for calendar in plan.calendars]
    return {"calendars": told, "calendar": plan.calendar, "tasks": own}


def _above(wbs: str) -> list[str]:
    """The numbers above a PSP number, the nearest first: 2.3.1 -> 2.3, 2."""
    parts = wbs.split(".")
    return [".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]


def _task(project: Project, row: PlanTask, place: int, parent: Task | None) -> Task:
    effort = None if row.effort_hours is None else int((row.effort_hours * 60).to_integral_value(ROUND_HALF_UP))
    return new_task(
        project,
        title=row.name[:200],
        parent=parent,
        wbs=row.wbs[:40],
        position=place,
        is_summary=row.summary,
        effort_minutes=0 if row.milestone and effort is None else effort,
        deadline=_day(row.deadline),
        brief=row.description or "",
    )


def _lag_minutes(link: Link, hours_per_day: Decimal) -> int:
    """The lag as the file means it: working time of its own days, or elapsed time."""
    hours = link.lag_days * (24 if link.elapsed else hours_per_day)
    return int((hours * 60).to_integral_value(ROUND_HALF_UP))


def _day(value: date | datetime | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value


def _skills_by_name() -> dict[str, str]:
    return {
        str(name).casefold(): skill.key
        for skill in Skill.objects.all()
        for name in (skill.key, skill.name_de, skill.name_en, *skill.synonyms)
    }
