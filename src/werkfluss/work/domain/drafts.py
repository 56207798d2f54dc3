"""Drafts of processes: drawn by anybody who may, saved as often as needed, in use only once they are published.

A draft is kept on the server, so that two people who draw at the same time see each other: who saves on an older state
is told. What comes from the browser is read like any file from outside, with all limits of ``process.bpmn``.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID
from xml.sax.saxutils import quoteattr

from django.utils.text import slugify

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken, Conflict, Fault, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.models import Entry, User
from werkfluss.process import bpmn
from werkfluss.process.diff import Comparison, compare
from werkfluss.process.model import Definitions
from werkfluss.work.domain.definitions import deploy_definition, examine, model_of
from werkfluss.work.models import Case, ProcessDefinition, ProcessDraft

MAX_BYTES = 5 * 1024 * 1024
# Where the three shapes of a new drawing stand, in the units of the diagram.
_BLANK = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:wf="https://werkfluss.example/bpmn/1"
  id="definitions" targetNamespace="https://werkfluss.example/processes">
  <bpmn:process id={key} name={name} isExecutable="true">
    <bpmn:startEvent id="start" name="Anlass"><bpmn:outgoing>flow_1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="step_1" name="Ersten Schritt benennen">
      <bpmn:incoming>flow_1</bpmn:incoming><bpmn:outgoing>flow_2</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:endEvent id="end" name="Ergebnis liegt vor"><bpmn:incoming>flow_2</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="flow_1" sourceRef="start" targetRef="step_1"/>
    <bpmn:sequenceFlow id="flow_2" sourceRef="step_1" targetRef="end"/>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement={key}>
    <bpmndi:BPMNShape id="start_di" bpmnElement="start">
      <dc:Bounds x="180" y="142" width="36" height="36"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="step_1_di" bpmnElement="step_1">
      <dc:Bounds x="270" y="120" width="100" height="80"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="end_di" bpmnElement="end">
      <dc:Bounds x="424" y="142" width="36" height="36"/></bpmndi:BPMNShape>
    <bpmndi:BPMNEdge id="flow_1_di" bpmnElement="flow_1">
      <di:waypoint x="216" y="160"/><di:waypoint x="270" y="160"/></bpmndi:BPMNEdge>
    <bpmndi:BPMNEdge id="flow_2_di" bpmnElement="flow_2">
      <di:waypoint x="370" y="160"/><di:waypoint x="424" y="160"/></bpmndi:BPMNEdge>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


def draft_of(definition: ProcessDefinition) -> ProcessDraft | None:
    """What is being drawn of this process, if anybody has begun."""
    return ProcessDraft.objects.filter(key=definition.key).first()


def latest_of(key: str) -> ProcessDefinition | None:
    """The version of a process that is in use."""
    return ProcessDefinition.objects.filter(key=key).order_by("-revision").first()


def new_draft(name: str, *, by: Actor) -> ProcessDraft:
    """Begin a new process with one step between its start and its end.

    Raises:
        Refused: a process of this name is there already.
    """
    key = slugify(name)[:60] or "process"
    if not key[0].isalpha():
        key = f"p-{key}"[:60]  # the id of a process in XML begins with a letter
    if ProcessDefinition.objects.filter(key=key).exists() or ProcessDraft.objects.filter(key=key).exists():
        raise Refused(
            Text(f"Einen Ablauf „{name}“ gibt es schon.", f"There is a process “{name}” already."),
            citation="",
            what_to_do=Text("Wählen Sie einen anderen Namen.", "Choose another name."),
        )
    text = _BLANK.format(key=quoteattr(key), name=quoteattr(name))
    draft = ProcessDraft.objects.create(key=key, name=name[:200], bpmn=text)
    record(Event("work.process.draft_begun", draft, {"key": key, "based_on": 0}), by=by)
    return draft


def begin_draft(definition: ProcessDefinition, *, by: Actor) -> ProcessDraft:
    """Draw on a version that is in use. A draft that somebody else has begun meanwhile is not overwritten.

    Raises:
        Conflict: there is a draft of this process already.
    """
    if draft_of(definition) is not None:
        raise Conflict(f"draft {definition.key}")
    draft = ProcessDraft.objects.create(
        key=definition.key, name=definition.name, bpmn=definition.bpmn, based_on=definition.revision
    )
    data = {"key": draft.key, "based_on": draft.based_on}
    record(Event("work.process.draft_begun", draft, data), by=by)
    return draft


def save_draft(draft: ProcessDraft, *, source: bytes, expected_version: int, by: Actor) -> ProcessDraft:
    """Keep what was drawn. The same drawing again changes nothing.

    Raises:
        Broken: it is no BPMN 2.0 file, or too large.
        Conflict: somebody else has saved since ``expected_version``.
    """
    model = readable(source)
    text = bpmn.write(model).decode()
    if draft.version != expected_version:
        raise Conflict(f"draft {draft.key}")
    if text == draft.bpmn:
        return draft
    name = next((one.name for one in model.processes if one.name), draft.name)
    draft.edit(expected_version=expected_version, bpmn=text, name=name[:200], saved_at=clock.now())
    record(Event("work.process.draft_saved", draft, {"key": draft.key, "version": draft.version}), by=by)
    return draft


def bounded(source: bytes) -> bytes:
    """What a browser sent, unread.

    Raises:
        Broken: it is too large.
    """
    if len(source) > MAX_BYTES:
        raise Broken(
            Fault(
                "BPMN",
                Text("Die Zeichnung ist zu groß.", "The drawing is too large."),
                Text("Höchstens 5 MB.", "At most 5 MB."),
                Text("Teilen Sie den Ablauf in mehrere auf.", "Split the process into several."),
            )
        )
    return source


def readable(source: bytes) -> Definitions:
    """The model of what a browser sent.

    Raises:
        Broken: it is no BPMN 2.0 file, or too large.
    """
    return bpmn.read(bounded(source), "BPMN")


def discard_draft(draft: ProcessDraft, *, expected_version: int, by: Actor) -> None:
    """Throw away what was drawn; the version in use stays.

    Raises:
        Conflict: somebody else has saved since ``expected_version``.
    """
    if draft.version != expected_version:
        raise Conflict(f"draft {draft.key}")
    event = Event("work.process.draft_discarded", draft, {"key": draft.key, "based_on": draft.based_on})
    # The row is gone afterwards, its key stays in the entry.
    ProcessDraft.objects.filter(pk=draft.pk).delete()
    record(event, by=by)


def publish_draft(draft: ProcessDraft, *, expected_version: int, by: Actor) -> ProcessDefinition:
    """Put the draft in use as the next version; running cases stay on theirs.

    Raises:
        Broken: it has no steps.
        Refused: it contains what cannot be run.
        Conflict: somebody else has saved since ``expected_version``, or put another version in use.
    """
    latest = latest_of(draft.key)
    if draft.version != expected_version or (latest.revision if latest else 0) != draft.based_on:
        raise Conflict(f"draft {draft.key}")
    # Nothing is thrown away for a drawing that cannot be used.
    found = examine(draft.bpmn.encode(), filename=f"{draft.key}.bpmn")
    if found.runs:
        ProcessDraft.objects.filter(pk=draft.pk).delete()
    return deploy_definition(draft.bpmn.encode(), filename=f"{draft.key}.bpmn", key=draft.key, by=by)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What putting a draft in use would do. ``against`` is the version in use, None for a new process.

    ``overtaken``: another version came into use since the draft was begun.
    """

    against: ProcessDefinition | None
    changes: Comparison | None
    running: int
    overtaken: bool


def outlook(draft: ProcessDraft) -> Outlook:
    """The differences to the version in use, and how many running cases stay on older ones."""
    latest = latest_of(draft.key)
    if latest is None:
        return Outlook(None, None, 0, False)
    running = Case.objects.filter(definition__key=draft.key, state="running").count()
    changes = compare(model_of(latest), bpmn.read(draft.bpmn.encode()))
    return Outlook(latest, changes, running, latest.revision != draft.based_on)


def saved_by(draft: ProcessDraft) -> str:
    """The name of who saved last; empty if it was nobody with an account."""
    label = ProcessDraft._meta.label_lower
    last: UUID | None = (
        Entry.objects.filter(object_type=label, object_id=draft.pk)
        .order_by("-seq")
        .values_list("actor_id", flat=True)
        .first()
    )
    return (User.objects.filter(pk=last).values_list("name", flat=True).first() or "") if last else ""
