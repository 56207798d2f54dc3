"""A work breakdown becomes a project: groups, order, skills; missing efforts stay missing; taken back as a whole."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from tests.work import builders as b
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.domain.imports import roll_back_import
from werkfluss.evidence.models import ImportBatch
from werkfluss.formats import wbs
from werkfluss.kernel.errors import Refused
from werkfluss.org.actor import Actor
from werkfluss.work.domain import clarity, tasks
from werkfluss.work.domain.plan_import import import_plan
from werkfluss.work.models import Project, Task, TaskLink

FILE = """PSP-Nr.;Vorgang;Aufwand (h);Dauer (Tage);Vorgänger
1;Aufnahme;;;
1.1;   Ziele abstimmen;10;3;
1.2;   Ablauf festlegen;7,5;3;1.1
2;Umsetzung;;;
2.1;   Daten prüfen;;2;1.2EA+2T
2.2;   Umsetzung abgenommen;0;0;"1.2;2.1"
"""


def imported(by: Actor) -> tuple[Project, ImportBatch]:
    data = FILE.encode("cp1252")
    document = keep_file(data, filename="plan.csv", by=by)
    plan = wbs.read(data, filename="plan.csv")
    return import_plan(plan, document=document, name="Werk 2", start=b.START, deadline=date(2027, 6, 1), by=by)


def test_tree_numbers_and_efforts_are_those_of_the_file(in_firm: Actor) -> None:
    project, _ = imported(in_firm)
    rows = tasks.in_order(tasks.tasks_of(project))
    assert [(task.wbs, task.title, depth, task.effort_minutes) for task, depth in rows] == [
        ("1", "Aufnahme", 0, None),
        ("1.1", "Ziele abstimmen", 1, 600),
        ("1.2", "Ablauf festlegen", 1, 450),
        ("2", "Umsetzung", 0, None),
        ("2.1", "Daten prüfen", 1, None),
        ("2.2", "Umsetzung abgenommen", 1, 0),
    ]
    assert [task.is_summary for task, _ in rows] == [True, False, False, True, False, False]


def test_order_comes_with_type_and_lag(in_firm: Actor) -> None:
    imported(in_firm)
    found = TaskLink.objects.values_list("task__wbs", "predecessor__wbs", "type", "lag_minutes")
    assert set(found) == {
        ("1.2", "1.1", "FS", 0),
        ("2.1", "1.2", "FS", 2 * 480),
        ("2.2", "1.2", "FS", 0),
        ("2.2", "2.1", "FS", 0),
    }


def test_missing_effort_is_asked_for_not_guessed(in_firm: Actor) -> None:
    project, _ = imported(in_firm)
    rows = {task.wbs: task for task in tasks.tasks_of(project)}
    found = clarity.findings(rows.values())
    assert "no_effort" in {one.code for one in found[rows["2.1"].pk]}
    assert "no_effort" not in {one.code for one in found[rows["1.1"].pk]}
    assert found[rows["2.2"].pk] == ()


def test_new_task_after_an_import_counts_on(in_firm: Actor) -> None:
    project, _ = imported(in_firm)
    group = Task.objects.get(project=project, wbs="2")
    assert tasks.create_task(project, title="Nacharbeit planen", parent=group, by=in_firm).wbs == "2.3"
    assert tasks.create_task(project, title="Abschluss feiern", by=in_firm).wbs == "3"
    assert [task.wbs for task, _ in tasks.in_order(tasks.tasks_of(project))][-2:] == ["2.3", "3"]


def test_import_is_taken_back_as_a_whole(in_firm: Actor) -> None:
    _, batch = imported(in_firm)
    roll_back_import(batch, by=in_firm)
    assert not Project.objects.exists()
    assert not Task.objects.exists()


def test_import_somebody_has_worked_on_stays(in_firm: Actor) -> None:
    project, batch = imported(in_firm)
    task = Task.objects.get(project=project, wbs="1.1")
    tasks.edit_task(task, expected_version=task.version, by=in_firm, outcome="Zielbild")
    with pytest.raises(Refused), transaction.atomic():
        roll_back_import(batch, by=in_firm)
    assert Task.objects.filter(project=project).count() == 6
