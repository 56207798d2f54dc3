"""Tasks: described, linked, dropped, taken apart; nothing that was agreed changes behind anybody's back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.work import builders as b
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.org import chain
from werkfluss.org.actor import Actor
from werkfluss.org.models import Entry
from werkfluss.work.domain import breakdown, clarity, tasks
from werkfluss.work.domain.breakdown import Line
from werkfluss.work.models import Assignment, Project, Task, TaskLink, TaskSeparation

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager


@pytest.fixture
def project(in_firm: Actor) -> Project:
    return b.project(in_firm)


@pytest.fixture
def make(project: Project, in_firm: Actor) -> Callable[..., Task]:
    return lambda **more: b.task(project, in_firm, **more)


def test_numbers_run_on_inside_groups(project: Project, in_firm: Actor) -> None:
    group = tasks.create_task(project, title="Vorbereitung", is_summary=True, by=in_firm)
    first = tasks.create_task(project, title="Ort prüfen", parent=group, by=in_firm)
    second = tasks.create_task(project, title="Kran bestellen", parent=group, by=in_firm)
    after = tasks.create_task(project, title="Maschine aufstellen", by=in_firm)
    assert [t.wbs for t in (group, first, second, after)] == ["1", "1.1", "1.2", "2"]


def test_tree_is_read_top_down_whatever_the_order_of_rows(project: Project, in_firm: Actor) -> None:
    group = tasks.create_task(project, title="A", is_summary=True, by=in_firm)
    other = tasks.create_task(project, title="B", by=in_firm)
    late = tasks.create_task(project, title="A1", parent=group, by=in_firm)
    found = tasks.in_order([other, late, group])
    assert [(task.title, depth) for task, depth in found] == [("A", 0), ("A1", 1), ("B", 0)]


def test_edit_writes_columns_skills_and_criteria(make: Callable[..., Task], in_firm: Actor) -> None:
    task = make()
    b.skill("schweissen", in_firm)
    tasks.edit_task(
        task,
        expected_version=task.version,
        by=in_firm,
        outcome="Neues Teil",
        skills={"schweissen": 2},
        criteria=["  passt  ", "", "hält"],
    )
    again = Task.objects.get(pk=task.pk)
    assert again.outcome == "Neues Teil"
    assert [(need.skill.key, need.min_level) for need in again.skills.all()] == [("schweissen", 2)]
    assert [one.text for one in again.criteria.all()] == ["passt", "hält"]


def test_second_of_two_editors_is_told(make: Callable[..., Task], in_firm: Actor) -> None:
    task = make()
    same = Task.objects.get(pk=task.pk)
    tasks.edit_task(task, expected_version=task.version, by=in_firm, outcome="zuerst")
    with pytest.raises(Conflict):
        tasks.edit_task(same, expected_version=same.version, by=in_firm, outcome="zuletzt")
    assert Task.objects.get(pk=task.pk).outcome == "zuerst"


def test_unknown_skill_is_refused(make: Callable[..., Task], in_firm: Actor) -> None:
    with pytest.raises(Refused, match="Unknown skill: zaubern"):
        tasks.fill_task(make(), skills={"zaubern": None})


@pytest.mark.parametrize("state", [Task.State.STARTED, Task.State.DELIVERED, Task.State.ACCEPTED, Task.State.DROPPED])
def test_what_was_agreed_stays_once_work_has_begun(state: str, make: Callable[..., Task], in_firm: Actor) -> None:
    task = make()
    task.edit(state=state)
    with pytest.raises(Refused):
        tasks.edit_task(task, expected_version=task.version, by=in_firm, outcome="anders")
    with pytest.raises(Refused):
        breakdown.split_into_lines(task, lines=[Line("A"), Line("B")], in_sequence=True, by=in_firm)
    with pytest.raises(Refused):
        tasks.drop_task(task, reason="doch nicht", by=in_firm)


def test_change_of_an_offered_brief_withdraws_the_offer(make: Callable[..., Task], in_firm: Actor) -> None:
    task = make()
    offer = b.assign(b.resource(in_firm, "freelancer"), task, state=Assignment.State.OFFERED)
    tasks.edit_task(task, expected_version=task.version, by=in_firm, outcome="mehr als gedacht")
    offer.refresh_from_db()
    assert offer.state == Assignment.State.WITHDRAWN
    assert Task.objects.get(pk=task.pk).state == Task.State.OPEN


def test_accepted_order_of_an_external_is_not_changed_by_one_side(make: Callable[..., Task], in_firm: Actor) -> None:
    task = make()
    order = b.assign(b.resource(in_firm, "freelancer"), task)
    for act in (
        lambda: tasks.edit_task(task, expected_version=task.version, by=in_firm, outcome="anders"),
        lambda: tasks.drop_task(task, reason="doch nicht", by=in_firm),
        lambda: breakdown.split_into_lines(task, lines=[Line("A"), Line("B")], in_sequence=True, by=in_firm),
    ):
        with pytest.raises(Refused, match="accepted"):
            act()
    order.refresh_from_db()
    assert order.state == Assignment.State.ACTIVE


def test_own_staff_keep_a_task_whose_brief_changes(make: Callable[..., Task], in_firm: Actor) -> None:
    task = make()
    given = b.assign(b.resource(in_firm), task)
    tasks.edit_task(task, expected_version=task.version, by=in_firm, outcome="genauer")
    given.refresh_from_db()
    assert given.state == Assignment.State.ACTIVE


def test_drop_takes_the_task_back_and_can_be_undone(make: Callable[..., Task], in_firm: Actor) -> None:
    task = make()
    given = b.assign(b.resource(in_firm), task)
    tasks.drop_task(task, reason="Wird nicht gebraucht", by=in_firm)
    given.refresh_from_db()
    assert (task.state, given.state) == (Task.State.DROPPED, Assignment.State.WITHDRAWN)
    tasks.restore_task(task, by=in_firm)
    assert Task.objects.get(pk=task.pk).state == Task.State.OPEN
    with pytest.raises(Conflict):
        tasks.restore_task(task, by=in_firm)


def test_drop_needs_a_reason(make: Callable[..., Task], in_firm: Actor) -> None:
    with pytest.raises(Refused):
        tasks.drop_task(make(), reason="  ", by=in_firm)


def test_order_in_a_circle_is_refused(make: Callable[..., Task], in_firm: Actor) -> None:
    first, second, third = make(), make(), make()
    tasks.link_tasks(second, predecessor=first, by=in_firm)
    tasks.link_tasks(third, predecessor=second, by=in_firm)
    for task in (first, second):
        with pytest.raises(Refused, match="already follows"):
            tasks.link_tasks(task, predecessor=third, by=in_firm)
    with pytest.raises(Refused):
        tasks.link_tasks(first, predecessor=first, by=in_firm)
    assert TaskLink.objects.count() == 2


def test_order_across_projects_is_refused(make: Callable[..., Task], in_firm: Actor) -> None:
    with pytest.raises(Refused, match="one project"):
        tasks.link_tasks(make(), predecessor=b.task(b.project(in_firm), in_firm), by=in_firm)


def test_same_order_again_changes_it(make: Callable[..., Task], in_firm: Actor) -> None:
    first, second = make(), make()
    tasks.link_tasks(second, predecessor=first, by=in_firm)
    link = tasks.link_tasks(second, predecessor=first, type="SS", lag_days=2, by=in_firm)
    assert [(one.type, one.lag_days) for one in second.predecessors.all()] == [("SS", 2)]
    tasks.unlink_tasks(link, by=in_firm)
    assert not second.predecessors.exists()


def test_parts_share_the_frame_and_need_an_outcome_of_their_own(make: Callable[..., Task], in_firm: Actor) -> None:
    task = make(data_class="confidential", place_country="DE", four_eyes=True, deadline=date(2027, 1, 20))
    made = breakdown.split_into_lines(
        task, lines=[Line("Daten sichten", 120), Line("Daten bereinigen", 600)], in_sequence=True, by=in_firm
    )
    assert Task.objects.get(pk=task.pk).is_summary
    assert [(one.title, one.effort_minutes, one.wbs) for one in made] == [
        ("Daten sichten", 120, "1.1"),
        ("Daten bereinigen", 600, "1.2"),
    ]
    for one in made:
        assert (one.data_class, one.place_country, one.four_eyes) == ("confidential", "DE", True)
        assert [need.skill.key for need in one.skills.all()] == ["planung"]
        assert one.outcome == ""
    assert [one.deadline for one in made] == [None, date(2027, 1, 20)]
    assert [link.predecessor_id for link in made[1].predecessors.all()] == [made[0].pk]
    codes = {finding.code for finding in clarity.findings(made)[made[1].pk]}
    assert codes == {"no_outcome", "no_criteria"}


def test_order_around_a_split_task_goes_over_to_its_parts(make: Callable[..., Task], in_firm: Actor) -> None:
    before, task, after = make(), make(), make()
    tasks.link_tasks(task, predecessor=before, lag_days=1, by=in_firm)
    tasks.link_tasks(after, predecessor=task, by=in_firm)
    tasks.link_tasks(after, predecessor=before, type="FF", by=in_firm)
    lines = [Line("A", 60), Line("B", 60), Line("C", 60)]
    made = breakdown.split_into_lines(task, lines=lines, in_sequence=True, by=in_firm)
    links = {(link.predecessor_id, link.task_id, link.type, link.lag_days) for link in TaskLink.objects.all()}
    assert links == {
        (before.pk, made[0].pk, "FS", 1),
        (made[0].pk, made[1].pk, "FS", 0),
        (made[1].pk, made[2].pk, "FS", 0),
        (made[2].pk, after.pk, "FS", 0),
        (before.pk, after.pk, "FF", 0),
    }


def test_parts_side_by_side_all_stand_between(make: Callable[..., Task], in_firm: Actor) -> None:
    before, task, after = make(), make(), make()
    tasks.link_tasks(task, predecessor=before, by=in_firm)
    tasks.link_tasks(after, predecessor=task, by=in_firm)
    made = breakdown.split_into_lines(task, lines=[Line("A"), Line("B")], in_sequence=False, by=in_firm)
    keys = {one.pk for one in made}
    assert {link.task_id for link in before.successors.all()} == keys
    assert {link.predecessor_id for link in after.predecessors.all()} == keys


def test_four_eyes_pair_holds_for_every_part(make: Callable[..., Task], in_firm: Actor) -> None:
    task, other = make(), make()
    tasks.separate_tasks(other, other=task, by=in_firm)
    made = breakdown.split_into_lines(task, lines=[Line("A"), Line("B")], in_sequence=False, by=in_firm)
    pairs = set(TaskSeparation.objects.values_list("task_id", "other_id"))
    assert {(one.pk, other.pk) for one in made} <= pairs


def test_split_takes_the_task_back_from_whoever_had_it(make: Callable[..., Task], in_firm: Actor) -> None:
    task = make()
    given = b.assign(b.resource(in_firm), task)
    breakdown.split_into_lines(task, lines=[Line("A"), Line("B")], in_sequence=True, by=in_firm)
    given.refresh_from_db()
    assert given.state == Assignment.State.WITHDRAWN


@pytest.mark.parametrize("lines", [[], [Line("Allein")]])
def test_one_part_is_no_part(lines: list[Line], make: Callable[..., Task], in_firm: Actor) -> None:
    with pytest.raises(Refused):
        breakdown.split_into_lines(make(), lines=lines, in_sequence=True, by=in_firm)


def test_split_task_is_not_split_again(make: Callable[..., Task], in_firm: Actor) -> None:
    task, lines = make(), [Line("A"), Line("B")]
    breakdown.split_into_lines(task, lines=lines, in_sequence=True, by=in_firm)
    with pytest.raises(Refused):
        breakdown.split_into_lines(task, lines=lines, in_sequence=True, by=in_firm)


TREE: list[dict[str, Any]] = [
    {"ref": "g", "title": "Einführung", "is_summary": True},
    {
        "ref": "a",
        "parent": "g",
        "title": "Ablauf festlegen",
        "outcome": "Beschriebener Ablauf",
        "criteria": ["Alle 5 Schritte stehen fest"],
        "effort_minutes": 240,
        "data_class": "internal",
        "skills": {"planung": None, "gibt-es-nicht": None},
        "due_after_days": 10,
    },
    {"ref": "b", "parent": "g", "title": "Ablauf üben", "after": [{"ref": "a", "type": "SS", "lag_days": 3}]},
]


def test_project_from_a_template_has_its_tree(in_firm: Actor) -> None:
    b.skill("planung", in_firm)
    template = tasks.add_template(key="einfuehrung", name_de="Einführung", name_en="Roll-out", tree=TREE, by=in_firm)
    made = breakdown.start_from_template(template=template, name="Werk 2", start=date(2027, 3, 1), by=in_firm)
    rows = tasks.in_order(tasks.tasks_of(made))
    assert [(task.wbs, task.title, depth) for task, depth in rows] == [
        ("1", "Einführung", 0),
        ("1.1", "Ablauf festlegen", 1),
        ("1.2", "Ablauf üben", 1),
    ]
    first, second = rows[1][0], rows[2][0]
    assert first.deadline == date(2027, 3, 11)
    assert [need.skill.key for need in first.skills.all()] == ["planung"]
    assert [(link.predecessor_id, link.type, link.lag_days) for link in second.predecessors.all()] == [
        (first.pk, "SS", 3)
    ]
    assert clarity.delegable([first])[first.pk] is None


def test_template_kept_from_a_project_brings_it_back(
    project: Project, make: Callable[..., Task], in_firm: Actor
) -> None:
    first, second = make(), make(ai_allowed=True, ai_purpose="Vorsortieren", skill_folder="invoice_booking")
    tasks.link_tasks(second, predecessor=first, by=in_firm)
    gone = make()
    tasks.drop_task(gone, reason="überholt", by=in_firm)
    kept = breakdown.keep_as_template(project, key="umbau", name_de="Umbau", name_en="Conversion", by=in_firm)
    again = breakdown.start_from_template(template=kept, name="Umbau 2", start=b.START, by=in_firm)
    assert shape(again) == shape(project)
    assert len(shape(again)) == 2


def shape(project: Project) -> list[dict[str, Any]]:
    """A project's tree with places instead of keys."""
    rows = breakdown.project_tree(project)
    place = {row["ref"]: index for index, row in enumerate(rows)}
    for row in rows:
        row["ref"], row["parent"] = place[row["ref"]], place.get(row["parent"])
        row["after"] = [{**after, "ref": place[after["ref"]]} for after in row["after"]]
    return rows


def test_copy_moves_its_dates_with_the_start(project: Project, make: Callable[..., Task], in_firm: Actor) -> None:
    done = make(deadline=date(2026, 12, 11))
    done.edit(state=Task.State.ACCEPTED)
    copy = breakdown.copy_project(project, name="Umbau 2", start=date(2027, 12, 1), by=in_firm)
    task = Task.objects.get(project=copy)
    assert task.deadline == date(2027, 12, 11)
    assert task.state == Task.State.OPEN
    assert copy.deadline == date(2028, 3, 30)  # as many days as before; 2028 has a 29 February


def test_splitting_along_a_template_counts_from_its_start(make: Callable[..., Task], in_firm: Actor) -> None:
    template = tasks.add_template(key="t", name_de="T", name_en="T", tree=TREE, by=in_firm)
    task = make()
    made = breakdown.split_task(task, template=template, start=date(2027, 1, 4), by=in_firm)
    assert [one.wbs for one in made] == ["1.1", "1.1.1", "1.1.2"]
    assert made[1].deadline == date(2027, 1, 14)
    assert made[0].parent_id == task.pk


def test_every_act_is_in_the_chain(
    director: Actor, acting_in: Callable[[Actor], AbstractContextManager[Actor]]
) -> None:
    with acting_in(director) as by:
        task = b.task(b.project(by), by)
        tasks.edit_task(task, expected_version=task.version, by=by, outcome="Teil")
        tasks.drop_task(task, reason="überholt", by=by)
        tasks.restore_task(task, by=by)
    with acting_in(director):
        kinds = Entry.objects.filter(object_id=task.pk).order_by("seq").values_list("kind", flat=True)
        assert list(kinds) == ["work.task.created", "work.task.edited", "work.task.dropped", "work.task.restored"]
        assert chain.verify().ok
