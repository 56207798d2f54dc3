"""A draft by the language model: offered only where one is configured, paid, logged, read strictly, made by a person."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.test_library import fields_of
from tests.web.world import World
from tests.work import builders as b
from werkfluss.agents import language_model
from werkfluss.agents.language_model import Answer
from werkfluss.agents.models import Run
from werkfluss.flow import written_drafts
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.work.domain.decomposition import Vocabulary
from werkfluss.work.domain.written_drafts import read_written
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import AgentFile

Browser = Callable[[User | None], Client]
GOAL = "Wir ziehen im Mai in die neue Halle um"


def task(**more: Any) -> dict[str, Any]:
    return {
        "title": "Umzugsplan schreiben",
        "outcome": "Plan mit Terminen",
        "criteria": ["Jede Maschine hat einen Termin"],
        "hours": 6,
        "days": 5,
        "skills": ["Planung"],
        "data_class": "internal",
        "after": [],
        **more,
    }


GOOD = json.dumps([task(), task(title="Spedition beauftragen", after=[1])])


class Scripted:
    """A model that answers what it was told to, and keeps what it was asked."""

    name = "scripted"

    def __init__(self, text: str, cents: str = "3") -> None:
        self.text, self.cents = text, Decimal(cents)
        self.asked: list[str] = []

    def most_cents(self, prompt: str) -> Decimal:
        return self.cents

    def answer(self, prompt: str) -> Answer:
        self.asked.append(prompt)
        return Answer(self.text, self.cents)


@pytest.fixture
def use() -> Iterator[Callable[[Scripted], Scripted]]:
    def configure(model: Scripted) -> Scripted:
        language_model.configure(model)
        return model

    yield configure
    language_model.configure(None)


@pytest.fixture
def director(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.MANAGING_DIRECTOR])


def url(world: World, page: str, /, **arguments: object) -> str:
    return reverse(page, kwargs={"firm": world.org.slug, **arguments})


def written(world: World, director: Client) -> Run:
    """The draft is asked for on the page, and the worker has done its part."""
    answer = director.post(url(world, "decompose_write"), {"goal": GOAL})
    assert answer.status_code == 302
    with world.open():
        run = Run.objects.get(brief__text=GOAL)
    written_drafts.write_draft(world.org.pk, run.pk)
    with world.open():
        return Run.objects.get(pk=run.pk)


def hire_writer(world: World, **more: Any) -> None:
    with world.open() as by:
        for other in AgentFile.objects.filter(skill_folder="task_breakdown"):
            resources.stop_agent(other, at=clock.now(), by=by)
        b.agent(by, skill_folder="task_breakdown", **more)


def test_without_a_model_there_is_no_button(world: World, director: Client) -> None:
    hire_writer(world)
    assert "Entwurf schreiben lassen" not in director.get(url(world, "decompose"), {"q": GOAL}).content.decode()
    assert director.post(url(world, "decompose_write"), {"goal": GOAL}).status_code == 422


def test_draft_is_labelled_logged_paid_and_made_by_a_person(
    world: World, director: Client, use: Callable[[Scripted], Scripted]
) -> None:
    from werkfluss.work.models import Project, Task

    hire_writer(world)
    model = use(Scripted(GOOD))
    assert "Entwurf schreiben lassen" in director.get(url(world, "decompose"), {"q": GOAL}).content.decode()
    run = written(world, director)
    assert (run.state, run.cost_cents, len(run.steps)) == ("done", 3, 1)
    assert GOAL in model.asked[0]
    shown = director.get(url(world, "decompose_written", pk=run.pk), follow=True).content.decode()
    assert "Von KI geschrieben" in shown
    assert reverse("agent_run", kwargs={"firm": world.org.slug, "pk": run.pk}) in shown
    with world.open():
        assert not Project.objects.filter(goal=GOAL).exists(), "nothing is made before a person confirms"
    form = fields_of(shown, "tree")
    assert director.post(url(world, "decompose_confirm"), form).status_code == 302
    with world.open():
        second = Task.objects.get(project__goal=GOAL, title="Spedition beauftragen")
        assert second.predecessors.get().predecessor.title == "Umzugsplan schreiben"


def test_answer_beyond_the_budget_is_not_even_asked_for(
    world: World, director: Client, use: Callable[[Scripted], Scripted]
) -> None:
    hire_writer(world, budget_cents_run=2)
    model = use(Scripted(GOOD))
    run = written(world, director)
    assert (run.state, run.cost_cents, model.asked) == ("handed_back", 0, [])
    text = director.get(url(world, "decompose_written", pk=run.pk)).content.decode()
    assert "Es gibt keinen Entwurf" in text


def test_hostile_answer_is_refused_with_a_reason(
    world: World, director: Client, use: Callable[[Scripted], Scripted]
) -> None:
    hire_writer(world)
    model = use(Scripted(json.dumps([task(skill_folder="invoice_booking")])))
    run = written(world, director)
    assert (run.state, run.cost_cents, len(model.asked)) == ("handed_back", 6, 2), "asked once more, and both are paid"
    text = director.get(url(world, "decompose_written", pk=run.pk)).content.decode()
    assert "nicht die verlangten" in text
    assert "invoice_booking" not in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Gern! Hier ist der Plan: []",
        "[]",
        "[" * 30_000,
        json.dumps([task()] * 41),
        json.dumps([task(title="")]),
        json.dumps([task(title="x" * 201)]),
        json.dumps([task(title="zwei\nZeilen")]),
        json.dumps([task(hours=True)]),
        json.dumps([task(hours=1e9)]),
        "[" + json.dumps(task()).replace('"hours": 6', '"hours": NaN') + "]",
        json.dumps([task(days=1.5)]),
        json.dumps([task(after=[1])]),
        json.dumps([task(after=[2])]),
        json.dumps([task(data_class="secret")]),
        json.dumps([task(skills={"a": 1})]),
        json.dumps([task(skills=[str(number) for number in range(11)])]),
        json.dumps({"tasks": [task()]}),
    ],
)
def test_only_the_form_that_was_asked_for_is_read(text: str) -> None:
    words = Vocabulary((), ())
    assert len(read_written(GOOD, skills=words)) == 2
    with pytest.raises(Broken):
        read_written(text, skills=words)
