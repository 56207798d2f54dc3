"""Drafts of processes: kept on the server, told when somebody else was faster, in use only once published."""

from __future__ import annotations

import pytest

from werkfluss.kernel.errors import Broken, Conflict, Refused
from werkfluss.org.actor import Actor
from werkfluss.org.models import Entry, Organisation
from werkfluss.process.extension import with_names
from werkfluss.work.domain import cases, definitions, drafts
from werkfluss.work.models import ProcessDefinition, ProcessDraft


@pytest.fixture
def in_use(in_firm: Actor) -> ProcessDefinition:
    return definitions.deploy_library("complaint", by=in_firm)


def renamed(text: str, element: str, name: str) -> bytes:
    return with_names(text.encode(), {element: name})


def first_step(definition: ProcessDefinition) -> str:
    model = definitions.model_of(definition)
    return model.processes[0].tasks[0].id


def test_new_draft_runs_once_it_is_published(in_firm: Actor, firm: Organisation) -> None:
    draft = drafts.new_draft("Angebot prüfen", by=in_firm)
    assert (draft.key, draft.based_on, ProcessDefinition.objects.count()) == ("angebot-prufen", 0, 0)
    made = drafts.publish_draft(draft, expected_version=1, by=in_firm)
    assert (made.key, made.revision, made.name) == ("angebot-prufen", 1, "Angebot prüfen")
    assert not ProcessDraft.objects.exists()
    case = cases.start_case(made, subject=firm, title="Versuch", by=in_firm)
    assert [step.name for step in cases.open_steps(case)] == ["Ersten Schritt benennen"]


@pytest.mark.parametrize("name", ["2 Angebote", "—", '<Angebot & "Preis">'])
def test_any_name_gives_a_readable_file(in_firm: Actor, name: str) -> None:
    draft = drafts.new_draft(name, by=in_firm)
    assert drafts.readable(draft.bpmn.encode()).processes[0].name == name


def test_second_process_of_one_name_is_refused(in_firm: Actor) -> None:
    drafts.new_draft("Angebot prüfen", by=in_firm)
    with pytest.raises(Refused):
        drafts.new_draft("Angebot  Prüfen", by=in_firm)


def test_saved_draft_becomes_the_next_version_and_cases_stay(
    in_use: ProcessDefinition, in_firm: Actor, firm: Organisation
) -> None:
    case = cases.start_case(in_use, subject=firm, title="Alt", by=in_firm)
    draft = drafts.begin_draft(in_use, by=in_firm)
    drafts.save_draft(
        draft, source=renamed(draft.bpmn, first_step(in_use), "Neu benannt"), expected_version=1, by=in_firm
    )
    seen = drafts.outlook(draft)
    assert seen.changes is not None
    assert [one.change.value for one in seen.changes.differences] == ["renamed"]
    assert (seen.running, seen.overtaken) == (1, False)
    made = drafts.publish_draft(draft, expected_version=draft.version, by=in_firm)
    case.refresh_from_db()
    assert (made.revision, made.key, case.definition_id) == (2, in_use.key, in_use.pk)


def test_late_editor_is_told_and_nothing_is_overwritten(in_use: ProcessDefinition, in_firm: Actor) -> None:
    draft = drafts.begin_draft(in_use, by=in_firm)
    stale = ProcessDraft.objects.get()
    step = first_step(in_use)
    drafts.save_draft(draft, source=renamed(draft.bpmn, step, "Erste"), expected_version=1, by=in_firm)
    for late in (stale, ProcessDraft.objects.get()):
        with pytest.raises(Conflict):
            drafts.save_draft(late, source=renamed(stale.bpmn, step, "Zweite"), expected_version=1, by=in_firm)
    assert "Erste" in ProcessDraft.objects.get().bpmn
    with pytest.raises(Conflict):
        drafts.begin_draft(in_use, by=in_firm)
    with pytest.raises(Conflict):
        drafts.discard_draft(ProcessDraft.objects.get(), expected_version=1, by=in_firm)


def test_same_drawing_again_writes_nothing(in_use: ProcessDefinition, in_firm: Actor) -> None:
    draft = drafts.begin_draft(in_use, by=in_firm)
    drafts.save_draft(draft, source=draft.bpmn.encode(), expected_version=1, by=in_firm)
    assert draft.version == 1
    assert not Entry.objects.filter(kind="work.process.draft_saved").exists()


@pytest.mark.parametrize(
    "source",
    [
        b"no xml",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
        b"<html/>",
        b" " * (drafts.MAX_BYTES + 1),
    ],
)
def test_what_is_no_drawing_is_refused(in_use: ProcessDefinition, in_firm: Actor, source: bytes) -> None:
    draft = drafts.begin_draft(in_use, by=in_firm)
    with pytest.raises(Broken):
        drafts.save_draft(draft, source=source, expected_version=1, by=in_firm)
    assert ProcessDraft.objects.get().bpmn == in_use.bpmn


# Two steps that lead to each other: nothing begins.
CIRCLE = b"""<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"><bpmn:process id="p">
<bpmn:task id="a"/><bpmn:task id="b"/><bpmn:sequenceFlow id="f" sourceRef="a" targetRef="b"/>
<bpmn:sequenceFlow id="g" sourceRef="b" targetRef="a"/></bpmn:process></bpmn:definitions>"""


def test_draft_that_cannot_run_stays_a_draft(in_firm: Actor) -> None:
    draft = drafts.new_draft("Angebot prüfen", by=in_firm)
    drafts.save_draft(draft, source=CIRCLE, expected_version=1, by=in_firm)
    with pytest.raises(Refused):
        drafts.publish_draft(draft, expected_version=draft.version, by=in_firm)
    assert ProcessDraft.objects.filter(pk=draft.pk).exists()


def test_version_that_came_meanwhile_stops_publication(in_use: ProcessDefinition, in_firm: Actor) -> None:
    draft = drafts.begin_draft(in_use, by=in_firm)
    other = renamed(in_use.bpmn, first_step(in_use), "Von anderer Seite")
    definitions.deploy_definition(other, filename="x", key=in_use.key, by=in_firm)
    assert drafts.outlook(draft).overtaken
    with pytest.raises(Conflict):
        drafts.publish_draft(draft, expected_version=1, by=in_firm)


def test_discarded_draft_leaves_the_version_in_use(in_use: ProcessDefinition, in_firm: Actor) -> None:
    draft = drafts.begin_draft(in_use, by=in_firm)
    drafts.discard_draft(draft, expected_version=1, by=in_firm)
    assert (ProcessDraft.objects.count(), drafts.latest_of(in_use.key)) == (0, in_use)
