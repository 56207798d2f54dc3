"""Processes: looked at before they are taken over, kept in versions, run as cases."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db.models import Max, QuerySet
from django.utils.text import slugify

from werkfluss.kernel.errors import Broken, Fault, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.process import bpmn, library
from werkfluss.process.clarity_process import ProcessClarity, check_process
from werkfluss.process.model import Definitions, Process
from werkfluss.process.runnable import RunFinding, runnable
from werkfluss.process.walk import default_process
from werkfluss.work.domain import locks
from werkfluss.work.domain.process_starts import keep_starts
from werkfluss.work.models import ProcessDefinition


@dataclass(frozen=True, slots=True)
class Examined:
    """A BPMN file as it was read: the process in it, how clear it is, and what keeps it from running."""

    model: Definitions
    process: Process
    clarity: ProcessClarity
    findings: tuple[RunFinding, ...]

    @property
    def blockers(self) -> tuple[RunFinding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "blocks")

    @property
    def runs(self) -> bool:
        return not self.blockers


def examine(source: bytes, *, filename: str) -> Examined:
    """Read a BPMN file and say what it would be as a process here; keeps nothing.

    Raises:
        Broken: it is no BPMN 2.0 file, or has no steps.
    """
    model = bpmn.read(source, filename)
    process_id = default_process(model)
    if not process_id:
        raise Broken(
            Fault(
                filename,
                Text("In der Datei ist kein Prozess mit Schritten.", "The file holds no process with steps."),
                Text("Ein Prozess mit mindestens einem Schritt.", "A process with at least one step."),
                Text("Bitte zeichnen Sie die Schritte ein.", "Please draw the steps."),
            )
        )
    return Examined(
        model, model.process(process_id), check_process(model, process_id), tuple(runnable(model, process_id))
    )


def deploy_definition(source: bytes, *, filename: str, key: str = "", by: Actor) -> ProcessDefinition:
    """Take a process over: a new version if one of this name is there, the present one if the file is the same.

    ``key`` says which process it is a version of; empty takes the id of the process in the file.

    Raises:
        Broken: it is no BPMN 2.0 file, or has no steps.
        Refused: it contains what cannot be run; the reason names the first such element, ``examine`` gives all.
    """
    found = examine(source, filename=filename)
    if not found.runs:
        first = found.blockers[0]
        raise Refused(first.message, citation="BPMN 2.0", what_to_do=first.edit, where=first.element)
    key = key or slugify(found.process.id)[:60] or "process"
    text = bpmn.write(found.model).decode()
    locks.alone(f"process:{key}")  # two at once would both write the same number, or the same file twice
    latest = ProcessDefinition.objects.filter(key=key).order_by("-revision").first()
    if latest is not None and latest.bpmn == text:
        return latest
    definition = ProcessDefinition.objects.create(
        key=key,
        revision=latest.revision + 1 if latest else 1,
        name=(found.process.name or key)[:200],
        bpmn=text,
    )
    data = {"key": key, "revision": definition.revision, "clarity": found.clarity.score}
    record(Event("work.process.deployed", definition, data), by=by)
    keep_starts(definition, found.model, by=by)
    return definition


def key_of(process_id: str) -> str:
    """The key under which a process of this id is kept."""
    return slugify(process_id)[:60] or "process"


def deploy_library(name: str, *, by: Actor) -> ProcessDefinition:
    """Take over a process that comes with Werkfluss.

    Raises:
        KeyError: there is none of this name.
    """
    return deploy_definition(library.source(name), filename=f"{name}.bpmn", by=by)


def definition_of(key: str, *, by: Actor) -> ProcessDefinition:
    """The version in use; a library process that the firm has not taken over yet is taken over now.

    Raises:
        KeyError: there is no such process.
    """
    found = ProcessDefinition.objects.filter(key=key).order_by("-revision").first()
    return found or deploy_library(key, by=by)


def definitions() -> QuerySet[ProcessDefinition]:
    """The latest version of each process, by name."""
    latest = ProcessDefinition.objects.order_by().values("key").annotate(last=Max("revision"))
    newest = ProcessDefinition.objects.none()
    for row in latest:
        newest = newest | ProcessDefinition.objects.filter(key=row["key"], revision=row["last"])
    return newest.order_by("name")


def model_of(definition: ProcessDefinition) -> Definitions:
    """The checked model of a version. Its text is read from the database only if this process has not read it yet."""
    found = _models.get(definition.pk)
    if found is None:
        found = _models[definition.pk] = _read(definition.bpmn)
        if len(_models) > _MODELS:
            _models.pop(next(iter(_models)), None)
    return found


def clarity_of(definition: ProcessDefinition) -> Examined:
    """How clear a version is, and what of it runs otherwise than it may seem."""
    return _examined(definition.bpmn, definition.key)


@lru_cache(maxsize=64)
def _examined(text: str, key: str) -> Examined:
    return examine(text.encode(), filename=f"{key}.bpmn")


# A version never changes, so its id may stand for it.
_MODELS = 128
_models: dict[UUID, Definitions] = {}


@lru_cache(maxsize=64)
def _read(text: str) -> Definitions:
    return bpmn.read(text.encode())
