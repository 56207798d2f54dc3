"""The library in the browser, a case started by hand, and a goal taken apart up to the delegated plan."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html as parser

from tests.web.world import World
from werkfluss.org.models import Entry, User
from werkfluss.org.roles import Role
from werkfluss.process import library

Browser = Callable[[User | None], Client]


@pytest.fixture
def director(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.MANAGING_DIRECTOR])


def url(world: World, page: str, /, **arguments: object) -> str:
    return reverse(page, kwargs={"firm": world.org.slug, **arguments})


def fields_of(text: str, holds: str = "title") -> dict[str, str]:
    """What a browser would post of the form with the field ``holds``, no button pressed."""
    forms = parser.fromstring(text).forms
    (values,) = [dict(one.form_values()) for one in forms if holds in dict(one.form_values())]
    return {key: str(value) for key, value in values.items() if key != "csrfmiddlewaretoken"}


def test_library_shows_all_processes_by_area(world: World, director: Client) -> None:
    text = director.get(url(world, "library")).content.decode()
    assert text.count('class="process-card"') == len(library.ENTRIES)
    assert text.count("<svg") >= len(library.ENTRIES)
    assert "Personal" in text


def test_library_is_searched_without_a_script(world: World, director: Client) -> None:
    text = director.get(url(world, "library"), {"q": "Kundin beschwert sich über Lieferung"}).content.decode()
    assert text.index("Reklamation bearbeiten") < text.index("Passt wegen:")
    assert "beschwert" in text
    assert "Nichts passt" in director.get(url(world, "library"), {"q": "Unsinnswort"}).content.decode()


def test_preview_shows_steps_with_outcome_performer_and_time(world: World, director: Client) -> None:
    text = director.get(url(world, "library_process", name="complaint")).content.decode()
    for part in ("Mangel prüfen", "Qualitätssicherung", "nur wenn:", "1–4 Std.", "Klarheit, von 100"):
        assert part in text, part
    assert director.get(url(world, "library_process", name="nothing")).status_code == 404


def start_of(world: World, client: Client, name: str) -> str:
    """The page that starts a case of a process of the library; skills that the firm calls otherwise are left open."""
    asked = str(client.post(url(world, "library_start", name=name)).url)
    return str(client.post(asked, {}).url) if "/skills/" in asked else asked


def test_skills_are_asked_in_the_firm_s_words_and_remembered(world: World, director: Client) -> None:
    from werkfluss.workforce.models import Skill

    with world.open():
        Skill.objects.create(key="reisestelle", name_de="Reisestelle", name_en="Travel desk")
    asked = director.post(url(world, "library_start", name="business_trip_eu")).url
    form = fields_of(director.get(asked).content.decode(), "wish-0")
    assert director.post(asked, {"wish-0": "nobody"}).status_code == 422
    assert director.post(asked, {"wish-0": "reisestelle"}).url == asked.replace("/skills/", "/start/")
    left = fields_of(director.get(asked).content.decode(), "wish-0")
    assert len(left) == len(form) - 1


def test_case_is_started_with_usual_roles_and_facts(world: World, director: Client) -> None:
    from werkfluss.work.models import Case

    address = start_of(world, director, "business_trip_eu")
    form = fields_of(director.get(address).content.decode())
    assert "role:hr" in form.values()
    assert "role:lead" in form.values()
    given = {**form, "title": "Reise nach Graz", "fact-trip_end": "2027-01-15"}
    done = director.post(address, given)
    assert done.status_code == 302
    with world.open():
        case = Case.objects.get(title="Reise nach Graz")
        assert case.variables["trip_end"] == "2027-01-15"
        assert case.subject_type == "org.organisation"
        assert {one["role"] for one in case.engine["performers"].values()} == {"hr", "lead"}


def test_start_refuses_a_wrong_answer_and_says_where(world: World, director: Client) -> None:
    address = start_of(world, director, "quotation")
    form = fields_of(director.get(address).content.decode())
    answer = director.post(address, {**form, "fact-amount": "viel", "title": ""})
    assert answer.status_code == 422
    assert answer.content.decode().count('class="field-error"') == 2


def test_case_of_an_order_points_to_the_orders(world: World, director: Client) -> None:
    address = start_of(world, director, "freelancer_order")
    text = director.get(address).content.decode()
    assert "Diesen Vorgang beginnt sein Gegenstand" in text
    assert 'name="title"' not in text


def test_sentence_leads_to_a_project_and_its_plan(world: World, director: Client) -> None:
    from werkfluss.work.models import Plan, Project, Task

    found = director.get(url(world, "decompose"), {"q": "Kundin beschwert sich über Lieferung"}).content.decode()
    assert found.count('class="panel proposal"') <= 3
    link = parser.fromstring(found).xpath('//a[contains(@href, "decompose/draft")]/@href')[0]
    page = director.get(link)
    form = fields_of(page.content.decode(), "tree")
    assert form["name"] == "Kundin beschwert sich über Lieferung"
    assert not any(key.startswith("keep-") and key == "keep-11" for key in form), "what lies beside is left out"
    changed = {**form, "title-0": "Reklamation ins System aufnehmen", "hours-0": "0,5"}
    changed.pop("keep-1")
    done = director.post(url(world, "decompose_confirm"), {**changed, "delegate": "1"})
    assert done.status_code == 302
    with world.open():
        project = Project.objects.get(goal="Kundin beschwert sich über Lieferung")
        first = Task.objects.filter(project=project).order_by("position").first()
        assert first is not None
        assert (first.title, first.effort_minutes) == ("Reklamation ins System aufnehmen", 30)
        assert not Task.objects.filter(project=project, title="Eingang persönlich bestätigen").exists()
        plan = Plan.objects.order_by("-number").first()
        assert plan is not None
        assert str(plan.pk) in done.url
        entry = Entry.objects.select_related("payload").get(kind="work.project.decomposed", object_id=project.pk)
        assert entry.actor_id == world.users[Role.MANAGING_DIRECTOR].pk
        assert entry.payload.data["source"] == form["source"]


def test_check_says_what_is_missing_and_makes_nothing(world: World, director: Client) -> None:
    from werkfluss.work.models import Project

    address = url(world, "decompose_draft")
    form = fields_of(director.get(address, {"source": "library:quotation"}).content.decode(), "tree")
    with world.open():
        before = Project.objects.count()
    text = director.post(address, {**form, "outcome-0": "", "hours-1": ""}).content.decode()
    side = text[text.index('id="draft-clarity"') :]
    assert 'href="#task-0"' in side
    assert 'href="#task-1"' in side
    with world.open():
        assert Project.objects.count() == before


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"tree": "[]"}, 422),
        ({"tree": json.dumps([{"ref": "a", "title": "A", "org_id": "x"}])}, 422),
        ({"hours-0": "viel"}, 422),
        ({"days-0": "-3"}, 422),
        ({"start": ""}, 422),
        ({"source": "library:nothing"}, 404),
        ({"source": "project:01a203b0-02e8-7f6e-bea2-97c08fb85762"}, 404),
    ],
)
def test_hostile_or_wrong_draft_makes_nothing(
    change: dict[str, str], status: int, world: World, director: Client
) -> None:
    from werkfluss.work.models import Project

    page = director.get(url(world, "decompose_draft"), {"source": "library:quotation"})
    form = fields_of(page.content.decode(), "tree")
    with world.open():
        before = Project.objects.count()
    assert director.post(url(world, "decompose_confirm"), {**form, **change}).status_code == status
    with world.open():
        assert Project.objects.count() == before


def test_source_of_another_firm_is_not_there(world: World, other_world: World, director: Client) -> None:
    from tests.web.samples.library import own_process

    with other_world.open():
        foreign = own_process(other_world).pk
    assert director.get(url(world, "decompose_draft"), {"source": f"process:{foreign}"}).status_code == 404
    assert director.get(url(world, "start_process", pk=foreign)).status_code == 404
