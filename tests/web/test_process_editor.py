"""The editor: forms written into the file on the server, questions answered, conflicts told, versions put in use."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.world import World
from werkfluss.org.models import Entry, User
from werkfluss.org.roles import Role
from werkfluss.process import bpmn
from werkfluss.process.model import Activity, Timer
from werkfluss.web.process_times import as_iso, as_words, preview, time_fault
from werkfluss.work.domain import definitions, drafts
from werkfluss.work.models import Case, ProcessDefinition, ProcessDraft

Browser = Callable[[User | None], Client]
# The fields of a step's form that a browser always sends.
TEXTS = ("name", "outcome", "criteria", "ai_purpose")
LINES = ("performer", "skills", "effort_low", "effort_high", "due", "follow_up", "operation", "tool")
CHOICES = ("data_class", "ai", "acceptance", "acceptance_reason")
EMPTY = dict.fromkeys([*TEXTS, *(f"{name}_en" for name in TEXTS), *LINES, *CHOICES], "")


@pytest.fixture
def lead(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.MANAGING_DIRECTOR])


@pytest.fixture
def draft(world: World) -> ProcessDraft:
    with world.open():
        return drafts.new_draft(world.unique("Angebot prüfen"), by=world.director)


def url(world: World, name: str, row: Any, **more: str) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, "pk": row.pk, **more})


def now(world: World, draft: ProcessDraft) -> ProcessDraft:
    with world.open():
        return ProcessDraft.objects.get(pk=draft.pk)


def step_of(world: World, draft: ProcessDraft, element: str = "step_1") -> Activity:
    found = bpmn.read(now(world, draft).bpmn.encode()).nodes[element]
    assert isinstance(found, Activity)
    return found


def test_form_without_script_is_written_into_the_draft(world: World, lead: Client, draft: ProcessDraft) -> None:
    address = url(world, "process_element", draft, element="step_1")
    assert 'name="outcome"' in lead.get(address).content.decode()
    given = {"version": 1, "name": "Angebot prüfen", "name_en": "Check the offer", "outcome": "Liegt vor"}
    given |= {"criteria": "Preis stimmt\nFrist steht", "criteria_en": "Price is right", "skills": "Einkauf; Technik"}
    given |= {"effort_low": "1,5", "effort_high": "3", "due": "2 Wochen", "data_class": "internal", "ai": "forbidden"}
    response = lead.post(address, {**EMPTY, **given})
    assert response.status_code == 302
    assert response.headers["Location"].endswith("#twin")
    step = step_of(world, draft)
    assert (step.name, step.name_in("en")) == ("Angebot prüfen", "Check the offer")
    facts = step.facts
    assert (facts.skills, facts.effort, facts.due) == (("Einkauf", "Technik"), (1.5, 3.0), "P2W")
    assert [str(words) for words in facts.criteria] == ["Preis stimmt", "Frist steht"]
    assert facts.criteria[0].exactly("en") == "Price is right"
    assert now(world, draft).version == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [("due", "irgendwann"), ("due", "= if"), ("effort_high", "0,5"), ("acceptance", "waived"), ("ai", "perhaps")],
)
def test_what_cannot_be_written_is_said_at_its_field(
    world: World, lead: Client, draft: ProcessDraft, field: str, value: str
) -> None:
    given = {**EMPTY, "version": 1, "name": "X", "effort_low": "2", "effort_high": "3", field: value}
    response = lead.post(url(world, "process_element", draft, element="step_1"), given)
    assert response.status_code == 422
    assert "field-error" in response.content.decode()
    assert now(world, draft).version == 1


def test_screen_is_sent_along_and_comes_back_changed(world: World, lead: Client, draft: ProcessDraft) -> None:
    screen = draft.bpmn.replace('name="Anlass"', 'name="Anfrage"')
    given = {**EMPTY, "version": 1, "bpmn": screen, "name": "Angebot prüfen"}
    html = lead.post(url(world, "process_element", draft, element="step_1"), given).content.decode()
    source = unescape(re.findall(r'<textarea id="new-source"[^>]*>(.*?)</textarea>', html, re.DOTALL)[0])
    nodes = bpmn.read(source.encode()).nodes
    assert (nodes["start"].name, nodes["step_1"].name) == ("Anfrage", "Angebot prüfen")
    assert now(world, draft).bpmn == source.replace("\r\n", "\n")
    assert 'data-version="2"' in html


def test_check_keeps_nothing(world: World, lead: Client, draft: ProcessDraft) -> None:
    screen = draft.bpmn.replace("Ersten Schritt benennen", "Ware abholen")
    response = lead.post(url(world, "process_check", draft), {"bpmn": screen, "element": "step_1", "version": 1})
    assert 'value="Ware abholen"' in response.content.decode()
    assert "Ware abholen" not in now(world, draft).bpmn
    shape = lead.post(url(world, "process_check", draft), {"bpmn": screen, "element": "flow_9", "version": 1})
    assert shape.status_code == 200
    assert "prop-name" not in shape.content.decode()


@pytest.mark.parametrize("screen", ["no xml", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"])
@pytest.mark.parametrize("name", ["process_check", "process_save", "process_answer"])
def test_what_is_no_drawing_is_refused(world: World, lead: Client, draft: ProcessDraft, name: str, screen: str) -> None:
    response = lead.post(url(world, name, draft), {"bpmn": screen, "version": 1})
    assert response.status_code == 422
    assert 'id="draft-note"' in response.content.decode()
    assert now(world, draft).version == 1


def test_late_editor_is_told_who_was_faster(world: World, browser: Browser, draft: ProcessDraft) -> None:
    first, second = (browser(world.users[role]) for role in (Role.MANAGING_DIRECTOR, Role.HR))
    save = url(world, "process_save", draft)
    assert first.post(save, {"bpmn": draft.bpmn.replace("Anlass", "Anfrage"), "version": 1}).status_code == 200
    late = second.post(save, {"bpmn": draft.bpmn.replace("Anlass", "Anruf"), "version": 1})
    assert late.status_code == 409
    assert world.users[Role.MANAGING_DIRECTOR].name in late.content.decode()
    assert "Anfrage" in now(world, draft).bpmn


def test_first_change_of_a_version_in_use_begins_its_draft(world: World, lead: Client) -> None:
    with world.open():
        definition = definitions.deploy_library("complaint", by=world.director)
    screen = definition.bpmn.replace('name="', 'name="Neu ', 1)
    for _ in range(2):
        answer = lead.post(url(world, "process_save", definition), {"bpmn": definition.bpmn, "version": 0})
        assert 'data-version="0"' in answer.content.decode()
    assert (
        'data-version="2"'
        in lead.post(url(world, "process_save", definition), {"bpmn": screen, "version": 0}).content.decode()
    )
    # Whoever opened the page before the draft was begun is late.
    assert lead.post(url(world, "process_save", definition), {"bpmn": screen, "version": 0}).status_code == 409


def test_answers_are_stored_in_the_file(world: World, lead: Client, draft: ProcessDraft) -> None:
    html = lead.get(url(world, "process_edit", draft)).content.decode()
    asked = dict(re.findall(r'name="question" value="((\w+):[^"]+)"', html))
    fields = {field: key for key, field in asked.items()}
    values = {"effort_hours": "1,5–3", "data_class": "internal", "deadline": "5 Tage", "outcome": "Geprüftes Angebot"}
    for version, (field, value) in enumerate(values.items(), start=1):
        given = {"version": version, "question": fields[field], "value": value}
        assert lead.post(url(world, "process_answer", draft), given).status_code == 302
    facts = step_of(world, draft).facts
    assert (facts.effort, facts.data_class, facts.due, str(facts.outcome)) == (
        (1.5, 3.0),
        "internal",
        "P5D",
        "Geprüftes Angebot",
    )


def test_table_shows_every_step_with_its_form(world: World, lead: Client) -> None:
    with world.open():
        definition = definitions.definition_of("freelancer_order", by=world.director)
        nodes = definitions.model_of(definition).nodes
    html = lead.get(url(world, "process_edit", definition)).content.decode()
    for element in nodes:
        assert url(world, "process_element", definition, element=element) in html
    branch = next(flow for flow in definitions.model_of(definition).flows.values() if flow.name)
    assert "FEEL" in lead.get(url(world, "process_element", definition, element=branch.id)).content.decode()


def test_unknown_element_is_not_found(world: World, lead: Client, draft: ProcessDraft) -> None:
    assert lead.get(url(world, "process_element", draft, element="nowhere")).status_code == 404


def test_publication_tells_the_changes_first_and_makes_version_2(world: World, lead: Client) -> None:
    with world.open():
        definition = definitions.definition_of("freelancer_order", by=world.director)
        running = Case.objects.filter(definition=definition, state="running").count()
        step = definitions.model_of(definition).processes[0].tasks[0]
    assert running
    given = {**EMPTY, "version": 0, "name": "Ganz neu benannt"}
    lead.post(url(world, "process_element", definition, element=step.id), given)
    page = url(world, "process_publish", definition)
    html = lead.get(page).content.decode()
    assert f"„{step.name}“ heißt jetzt „Ganz neu benannt“." in html
    assert f"{running} laufende" in html
    version = re.findall(r'name="version" value="(\d+)"', html)[0]
    with world.open():
        assert ProcessDefinition.objects.filter(key=definition.key).count() == 1
    response = lead.post(page, {"version": version}, follow=True)
    assert "Fassung 2" in response.content.decode()
    with world.open():
        made = drafts.latest_of(definition.key)
        assert made is not None
        assert made.revision == 2
        assert Case.objects.filter(definition=definition, state="running").count() == running
        assert Entry.objects.filter(kind="work.process.deployed", object_id=made.pk).exists()
    compared = lead.get(url(world, "process_compare", made)).content.decode()
    assert "Ganz neu benannt" in compared
    assert compared.count('<svg xmlns="http://www.w3.org/2000/svg" class="bpmn"') == 2


def test_discarded_draft_is_gone(world: World, lead: Client, draft: ProcessDraft) -> None:
    assert lead.post(url(world, "process_discard", draft), {"version": 7}).status_code == 409
    assert lead.post(url(world, "process_discard", draft), {"version": 1}).status_code == 302
    assert lead.get(url(world, "process_edit", draft)).status_code == 404


def test_new_process_needs_a_name_of_its_own(world: World, lead: Client, draft: ProcessDraft) -> None:
    address = reverse("process_new", kwargs={"firm": world.org.slug})
    assert lead.post(address, {"name": draft.name}).status_code == 422
    made = lead.post(address, {"name": world.unique("Ganz anderer Ablauf")})
    assert made.status_code == 302
    assert lead.get(made.headers["Location"]).status_code == 200


def test_words_for_times_and_back() -> None:
    assert [as_iso(text) for text in ("5 Tage", "2 weeks", "1 Tag 4 Stunden", "30 min", "1 Jahr und 6 Monate")] == [
        "P5D",
        "P2W",
        "P1DT4H",
        "PT30M",
        "P1Y6M",
    ]
    assert [as_iso(text) for text in ("P3D", "= due", "bald", "5 Äpfel", "")] == ["P3D", "= due", "bald", "5 Äpfel", ""]
    assert [as_words(iso) for iso in ("P5D", "P1DT4H", "P6W", "= due")] == [
        "5 Tage",
        "1 Tag 4 Stunden",
        "6 Wochen",
        "= due",
    ]


def test_preview_says_when_six_weeks_are_over() -> None:
    from datetime import UTC, datetime

    began = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert preview(Timer("duration", "P6W"), began).startswith("04.01.2027")
    assert preview(Timer("cycle", "R3/P1W"), began).endswith("3-mal")
    assert preview(Timer("duration", "= unknown"), began) == ""
    assert time_fault(Timer("date", "4.1.2027"))
    assert not time_fault(Timer("date", "2027-01-04"))


def long_process(steps: int) -> str:
    """One step after the other, without a drawing."""
    ids = ["start", *(f"step_{n}" for n in range(1, steps + 1)), "end"]
    made = "".join(f'<userTask id="{one}" name="Teil {one} prüfen"/>' for one in ids[1:-1])
    flows = "".join(f'<sequenceFlow id="f_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(ids))
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:x">'
        f'<process id="p" name="Lang" isExecutable="true"><startEvent id="start"/>{made}<endEvent id="end"/>{flows}'
        "</process></definitions>"
    )


def test_long_process_comes_in_pages_and_is_drawn_on_the_canvas_only(
    world: World, lead: Client, draft: ProcessDraft
) -> None:
    source = long_process(230)
    lead.post(url(world, "process_save", draft), {"bpmn": source, "version": 1})

    def shown(html: str) -> list[str]:
        return re.findall(r'<th scope="row"><a href="[^"]*" data-go="([^"]+)"', html)

    edit = url(world, "process_edit", draft)
    first = lead.get(edit).content.decode()
    assert shown(first) == ["start", *(f"step_{n}" for n in range(1, 100))]
    assert shown(lead.get(edit, {"rows": "3"}).content.decode()) == [*(f"step_{n}" for n in range(200, 231)), "end"]
    assert shown(lead.get(edit, {"rows": "x9"}).content.decode()) == shown(first)
    assert "und 218 weitere Stellen" in first
    check = {"bpmn": source, "element": "step_150", "version": 2}
    assert "step_150" in shown(lead.post(url(world, "process_check", draft), check).content.decode())
    paged = lead.post(url(world, "process_check", draft), {**check, "rows": "1"}).content.decode()
    assert shown(paged) == shown(first)

    kept = url(world, "process_source", draft)
    assert b"BPMNShape" not in lead.get(kept).content
    drawn = bpmn.read(lead.get(kept, {"for": "canvas"}).content)
    assert len(drawn.diagrams[0].shapes) == 232
    assert "BPMNShape" not in now(world, draft).bpmn
