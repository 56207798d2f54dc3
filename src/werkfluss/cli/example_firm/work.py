"""The example firm's work: the ERP project from its work breakdown, task templates, a month of e-invoices."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from typing import Any

from werkfluss.agents.skills.invoice_booking.suppliers import COLUMNS
from werkfluss.cli.example_firm import files, invoices
from werkfluss.cli.example_firm.people import ExampleFirm
from werkfluss.cli.example_firm.shapes import Brief, ErpTask, Template
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.formats import wbs
from werkfluss.org.actor import Actor
from werkfluss.work.domain import plan_import, tasks
from werkfluss.work.models import Project, Task

INVOICE_TASK = "3.9"


def bring_in_work(firm: ExampleFirm) -> None:
    """The project with all briefs, the templates, and the invoices at the task that books them."""
    with firm.inside("lead") as by:
        project = _project(firm, by)
        found = {task.wbs: task for task in Task.objects.filter(project=project)}
        for one in files.erp().tasks:
            _fill(found[one.wbs], one, by)
        for first, second in files.erp().project.separations:
            tasks.separate_tasks(found[first], other=found[second], by=by)
        for template in files.templates().templates:
            tasks.add_template(
                key=template.id.replace("_", "-"),
                name_de=template.name.de,
                name_en=template.name.en,
                tree=[_node(template, index) for index in range(len(template.tasks))],
                by=by,
            )
        # The list of creditors is part of the brief, so an invoice of somebody unknown is noticed.
        keep_file(_creditors(), filename="lieferanten.csv", belongs_to=found[INVOICE_TASK], by=by)
        for filename, content, _ in invoices.generate():
            keep_file(content, filename=filename, belongs_to=found[INVOICE_TASK], by=by)


def _creditors() -> bytes:
    """The firm's creditors as its accounting program exports them."""
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for one in invoices.suppliers():
        cells = {**asdict(one), "ibans": " ".join(one.ibans), "small_business": "ja" if one.small_business else ""}
        rows.writerow(cells[name] for name in COLUMNS)
    return text.getvalue().encode("cp1252")


def _project(firm: ExampleFirm, by: Actor) -> Project:
    plan = files.erp().project
    data = files.content(files.WORK_BREAKDOWN)
    document = keep_file(data, filename=files.WORK_BREAKDOWN, title="Projektplan ERP-Umstellung", by=by)
    project, _ = plan_import.import_plan(
        wbs.read(data, filename=files.WORK_BREAKDOWN),
        document=document,
        name=plan.name,
        start=plan.start,
        deadline=plan.end,
        by=by,
    )
    tasks.edit_project(
        project,
        expected_version=project.version,
        goal=plan.goal,
        late_cents_per_day=plan.late_per_day.cents,
        lead=firm.users["lead"],
        by=by,
    )
    return project


def _brief(given: Brief) -> dict[str, Any]:
    """The columns of a task that a brief of the files fills."""
    allowed = [kind for kind in given.kinds_allowed if not (given.only_people and kind == "agent")]
    return {
        "outcome": given.outcome,
        "data_class": given.data_class or "",
        "kinds_allowed": allowed,
        "ai_allowed": given.ai_allowed and not given.only_people,
        "ai_purpose": given.ai_purpose,
        "ai_use": given.ai_use,
        "skill_folder": given.skill_folder,
        "four_eyes": given.four_eyes,
    }


def _fill(task: Task, given: ErpTask, by: Actor) -> None:
    tasks.edit_task(
        task,
        expected_version=task.version,
        by=by,
        **_brief(given),
        earliest_start=given.earliest_start,
        deadline=given.deadline,
        export_controlled=given.export_controlled,
        place_country=given.place.country if given.place else "",
        place_city=given.place.city if given.place else "",
        skills={need.id: need.level for need in given.skills},
        criteria=list(given.acceptance_criteria),
    )


def _node(template: Template, index: int) -> dict[str, Any]:
    one = template.tasks[index]
    return {
        "ref": one.key,
        "parent": None,
        "title": one.title.de,
        "effort_minutes": one.effort_hours * 60,
        "due_after_days": one.due_after_days,
        "skills": {need.id: need.level for need in one.skills},
        "criteria": list(one.acceptance_criteria),
        "after": [{"ref": key, "type": "FS", "lag_days": 0} for key in one.after],
        **_brief(one),
    }
