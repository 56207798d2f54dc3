"""A task: every gap is answered where it is asked; two editors do not overwrite each other; split, drop, undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.world import World
from werkfluss.org.models import User
from werkfluss.org.roles import Role

if TYPE_CHECKING:
    from werkfluss.work.models import Task

Browser = Callable[[User | None], Client]
LIVE = {"HX-Request": "true"}


@pytest.fixture
def director(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.MANAGING_DIRECTOR])


@pytest.fixture
def bare(world: World) -> Task:
    """A task with nothing but a name."""
    from tests.work import builders as b
    from werkfluss.work.domain import tasks

    with world.open() as by:
        b.skill("planung", by)
        return tasks.create_task(b.project(by), title="Angebot prüfen", by=by)


def url(world: World, name: str, **arguments: object) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, **arguments})


def again(world: World, task: Task) -> Task:
    from werkfluss.work.models import Task

    with world.open():
        return Task.objects.prefetch_related("criteria", "skills__skill").get(pk=task.pk)


def test_each_finding_asks_shows_an_example_and_offers_the_edit(world: World, director: Client, bare: Task) -> None:
    html = director.get(url(world, "task", pk=bare.pk)).content.decode()
    for question in ("Was liegt vor, wenn die Aufgabe fertig ist?", "Woran erkennt eine andere Person", "Welche Daten"):
        assert question in html
    assert "Geprüfte Stückliste als Excel-Datei" in html
    for field in ("outcome", "criteria", "skills", "effort", "data", "time"):
        assert f'hx-post="{url(world, "edit_task_field", pk=bare.pk, field=field)}"' in html
    assert "15 von 100" in html


ANSWERS: list[tuple[str, dict[str, str], Callable[[Any], object], object]] = [
    ("title", {"title": "Vertrag prüfen"}, lambda t: t.title, "Vertrag prüfen"),
    ("brief", {"brief": "Bitte genau"}, lambda t: t.brief, "Bitte genau"),
    ("outcome", {"outcome": "Prüfbericht"}, lambda t: t.outcome, "Prüfbericht"),
    ("criteria", {"criteria": "erstens\n\n zweitens "}, lambda t: [c.text for c in t.criteria.all()], ["erstens", "zweitens"]),
    ("skills", {"add": "Planung"}, lambda t: [s.skill.key for s in t.skills.all()], ["planung"]),
    ("effort", {"effort": "7,5"}, lambda t: t.effort_minutes, 450),
    ("time", {"deadline": "2027-01-31"}, lambda t: t.deadline.isoformat(), "2027-01-31"),
    ("data", {"data_class": "internal"}, lambda t: t.data_class, "internal"),
    ("kinds", {"kinds_allowed": "employee"}, lambda t: t.kinds_allowed, ["employee"]),
    ("ai", {"ai_allowed": "on", "ai_purpose": "Vorprüfung"}, lambda t: (t.ai_allowed, t.ai_purpose), (True, "Vorprüfung")),
    ("place", {"place_country": "at", "place_city": "Linz"}, lambda t: (t.place_country, t.place_city), ("AT", "Linz")),
    ("eyes", {"four_eyes": "on"}, lambda t: t.four_eyes, True),
]  # fmt: skip


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize(("field", "given", "read", "kept"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_field_is_edited_in_place_and_without_a_script(
    field: str,
    given: dict[str, str],
    read: Callable[[Any], object],
    kept: object,
    live: bool,
    world: World,
    director: Client,
    bare: Task,
) -> None:
    address = url(world, "edit_task_field", pk=bare.pk, field=field)
    form = director.get(address, headers=LIVE if live else {}).content.decode()
    assert ("<html" in form) is not live
    assert 'name="version" value="1"' in form
    answer = director.post(address, {**given, "version": "1"}, headers=LIVE if live else {})
    assert answer.status_code == (200 if live else 302)
    assert read(again(world, bare)) == kept
    if live:
        html = answer.content.decode()
        assert '<div id="task">' in html
        assert "<html" not in html


def test_answers_make_the_task_clear(world: World, director: Client, bare: Task) -> None:
    for version, field in enumerate(["outcome", "criteria", "skills", "effort", "time", "data"], start=1):
        given = next(row[1] for row in ANSWERS if row[0] == field)
        address = url(world, "edit_task_field", pk=bare.pk, field=field)
        html = director.post(address, {**given, "version": str(version)}, headers=LIVE).content.decode()
    assert "100 von 100" in html
    assert "Nichts fehlt" in html


WRONG = [
    ("outcome", {"outcome": " ", "where": "ask"}, "ask-outcome-outcome_error"),
    ("criteria", {"criteria": "", "where": "ask"}, "ask-criteria-criteria_error"),
    ("skills", {"add": "Zauberei", "where": "ask"}, "ask-skills-add_error"),
    ("effort", {"effort": "viel"}, "edit-effort_error"),
    ("effort", {"effort": "-1"}, "edit-effort_error"),
    ("time", {"earliest_start": "2027-02-01", "deadline": "2027-01-01"}, "edit-deadline_error"),
    ("ai", {"ai_allowed": "on", "ai_purpose": " "}, "edit-ai_purpose_error"),
    ("place", {"place_country": "D1"}, "edit-place_country_error"),
    ("criteria", {"criteria": "x" * 301}, "edit-criteria_error"),
    ("data", {"data_class": "geheim"}, "edit-data_class_error"),
]


@pytest.mark.parametrize(("field", "given", "error"), WRONG)
def test_refused_answer_stays_where_it_was_typed(
    field: str, given: dict[str, str], error: str, world: World, director: Client, bare: Task
) -> None:
    address = url(world, "edit_task_field", pk=bare.pk, field=field)
    answer = director.post(address, {**given, "version": "1"}, headers=LIVE)
    assert answer.status_code == 422
    assert f'id="{error}"' in answer.content.decode()
    assert again(world, bare).version == 1
    plain = director.post(address, {**given, "version": "1"})
    assert plain.status_code == 422
    assert "<html" in plain.content.decode()


def test_unknown_skill_names_what_is_like_it(world: World, director: Client, bare: Task) -> None:
    address = url(world, "edit_task_field", pk=bare.pk, field="skills")
    html = director.post(address, {"add": "Planug", "version": "1"}).content.decode()
    assert "„Planug“ steht nicht im Verzeichnis. Ähnlich: planung" in html


def test_skill_taken_away_and_level_kept(world: World, director: Client, bare: Task) -> None:
    from tests.work import builders as b
    from werkfluss.work.domain import tasks

    with world.open() as by:
        b.skill("schweissen", by)
        tasks.fill_task(bare, skills={"planung": 2, "schweissen": 1})
    address = url(world, "edit_task_field", pk=bare.pk, field="skills")
    director.post(address, {"keep": ["planung"], "add": "", "version": "1"})
    assert [(one.skill.key, one.min_level) for one in again(world, bare).skills.all()] == [("planung", 2)]


@pytest.mark.parametrize("live", [False, True])
def test_second_of_two_editors_is_told(live: bool, world: World, director: Client, bare: Task) -> None:
    address = url(world, "edit_task_field", pk=bare.pk, field="outcome")
    director.post(address, {"outcome": "zuerst", "version": "1"})
    answer = director.post(address, {"outcome": "zuletzt", "version": "1"}, headers=LIVE if live else {})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Inzwischen wurde dieser Stand geändert" in html
    assert again(world, bare).outcome == "zuerst"
    if live:
        assert 'name="version" value="2"' in html, "what is drawn anew can be edited"


def test_order_is_set_and_removed(world: World, director: Client, bare: Task) -> None:
    from tests.work import builders as b

    with world.open() as by:
        before = b.task(bare.project, by, title="Daten sichten")
    director.post(url(world, "link_task", pk=bare.pk), {"predecessor": str(before.pk), "type": "SS", "lag_days": "2"})
    html = director.get(url(world, "task", pk=bare.pk)).content.decode()
    assert "Daten sichten" in html
    assert "Arbeitstage dazwischen: 2" in html
    back = director.post(url(world, "link_task", pk=before.pk), {"predecessor": str(bare.pk)})
    assert back.status_code == 422
    assert "folgt schon auf" in back.content.decode()
    with world.open():
        link = bare.predecessors.get()
    director.post(url(world, "unlink_task", pk=bare.pk, link=link.pk))
    with world.open():
        assert not bare.predecessors.exists()


def test_task_is_dropped_with_a_reason_and_taken_up_again(world: World, director: Client, bare: Task) -> None:
    assert director.post(url(world, "drop_task", pk=bare.pk), {"reason": ""}).status_code == 422
    answer = director.post(url(world, "drop_task", pk=bare.pk), {"reason": "Doppelt"}, follow=True)
    html = answer.content.decode()
    assert url(world, "restore_task", pk=bare.pk) in html, "the message offers to undo it"
    assert again(world, bare).state == "dropped"
    director.post(url(world, "restore_task", pk=bare.pk))
    assert again(world, bare).state == "open"


def test_split_shows_clarity_before_anything_is_made(world: World, director: Client, bare: Task) -> None:
    address = url(world, "split_task", pk=bare.pk)
    lines = "Daten sichten; 2\nDaten bereinigen; 6,5"
    html = director.post(address, {"act": "preview", "lines": lines, "in_sequence": "on"}).content.decode()
    assert "Daten bereinigen" in html
    assert "6,5 h" in html
    assert "Das Ergebnis ist nicht beschrieben." in html
    assert not again(world, bare).is_summary
    director.post(address, {"act": "lines", "lines": lines, "in_sequence": "on"})
    with world.open():
        parts = list(bare.children.order_by("position").values_list("title", "effort_minutes"))
    assert parts == [("Daten sichten", 120), ("Daten bereinigen", 390)]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("Daten sichten; bald\nB", "Zeile 1: „bald“ ist keine Stundenzahl"),
        ("A\n; 3", "Zeile 2: Der Name fehlt"),
        ("", ""),
    ],
)
def test_lines_that_cannot_be_read_are_named(lines: str, said: str, world: World, director: Client, bare: Task) -> None:
    answer = director.post(url(world, "split_task", pk=bare.pk), {"act": "lines", "lines": lines})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not again(world, bare).is_summary


def test_task_is_split_along_a_template(world: World, director: Client, bare: Task) -> None:
    from werkfluss.work.models import TaskTemplate

    with world.open():
        template = TaskTemplate.objects.first()
        assert template is not None
    given = {"template": str(template.pk), "start": "2027-01-04"}
    address = url(world, "split_task", pk=bare.pk)
    assert template.tree[0]["title"] in director.post(address, {**given, "act": "look"}).content.decode()
    html = director.post(address, {**given, "act": "template"}, follow=True).content.decode()
    assert template.tree[0]["title"] in html
    with world.open():
        assert bare.children.count() == len(template.tree)


def test_history_says_who_changed_what(world: World, director: Client, bare: Task) -> None:
    director.post(url(world, "edit_task_field", pk=bare.pk, field="outcome"), {"outcome": "Bericht", "version": "1"})
    html = director.get(url(world, "task", pk=bare.pk)).content.decode()
    assert "Angaben geändert" in html
    assert world.users[Role.MANAGING_DIRECTOR].name in html
    assert "Aufgabe angelegt" in html


def test_begun_task_is_shown_but_not_edited(world: World, director: Client, bare: Task) -> None:
    from werkfluss.work.models import Task

    with world.open():
        Task.objects.get(pk=bare.pk).edit(state="started")
    html = director.get(url(world, "task", pk=bare.pk)).content.decode()
    address = url(world, "edit_task_field", pk=bare.pk, field="outcome")
    assert address not in html
    answer = director.post(address, {"outcome": "anders", "version": "2"})
    assert answer.status_code == 422
    assert "schon begonnen" in answer.content.decode()


def test_field_that_does_not_exist_is_missing(world: World, director: Client, bare: Task) -> None:
    assert director.get(url(world, "edit_task_field", pk=bare.pk, field="number")).status_code == 404
