"""Where the cases of a process wait, and what its finished steps say: the rows for ``process.mining``.

Read by the pages only. Nothing of it goes into planning or any ranking, and nothing is kept: it is worked out anew
each time from the steps of the last year. As long as the works council has not agreed to time stamps of tasks, finished
steps are not even read (s. 87(1) no. 6 BetrVG).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from werkfluss.compliance.domain import go_live
from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.org.models import Entry
from werkfluss.process import mining
from werkfluss.process.candidates import Candidate, candidates
from werkfluss.process.mining import Bottleneck, Spread, StepFigures, StepRow, Variant
from werkfluss.process.model import (
    Activity,
    Definitions,
    Event,
    Gateway,
    GatewayType,
    SubProcess,
    SubProcessKind,
)
from werkfluss.work.domain import services
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import Case, CaseIncident, CaseTask, ProcessDefinition, Wait
from werkfluss.workforce.models import Kind, Resource

FUNCTION = "task_times"
WINDOW = timedelta(days=365)
MOST_STEPS = 50_000
MOST_CARDS = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many cases wait at one element, the longest since ``oldest``; ``kind`` is that of the engine's wait."""

    element: str
    kind: str
    count: int
    oldest: datetime


@dataclass(frozen=True)
class Board:
    """One process over all of its versions; ``definition`` is the latest, ``model`` its drawing.

    ``locked``: times stay off until the works council has agreed. ``cut``: more than ``MOST_STEPS`` steps, so only the
    newest of them are in the figures.
    """

    definition: ProcessDefinition
    model: Definitions
    locked: bool
    cut: bool
    running: int
    ended: int
    length: Spread | None
    steps: Mapping[str, StepFigures]
    events: Mapping[str, Waiting]
    incidents: Mapping[str, int]
    bottlenecks: list[Bottleneck] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)

    def waiting(self, element: str) -> int:
        """How many cases wait there, for people or for something to happen."""
        step, event = self.steps.get(element), self.events.get(element)
        return (step.waiting if step else 0) + (event.count if event else 0)

    def oldest(self, element: str) -> datetime | None:
        step, event = self.steps.get(element), self.events.get(element)
        times = [time for time in (step and step.oldest, event and event.oldest) if time]
        return min(times, default=None)


@dataclass(frozen=True, slots=True)
class Line:
    """One process on the board of all: how many cases run, and where most of them wait."""

    definition: ProcessDefinition
    running: int
    incidents: int
    waiting: tuple[Waiting, ...]

    @property
    def oldest(self) -> datetime | None:
        return min((one.oldest for one in self.waiting), default=None)


def is_locked() -> bool:
    """Whether times of finished steps have to stay off today."""
    return go_live.is_locked(FUNCTION, on=clock.today())


def board_of(definition: ProcessDefinition) -> Board:
    """The board of the process of which ``definition`` is a version; as many queries however many rows."""
    now, locked, key = clock.now(), is_locked(), definition.key
    latest = ProcessDefinition.objects.filter(key=key).order_by("-revision").first() or definition
    model = model_of(latest)
    rows = _rows(key, now=now, finished=not locked)
    repeated = frozenset(node.id for node in model.nodes.values() if isinstance(node, Activity) and node.loop)
    found = mining.figures(rows, now=now, repeated=repeated)
    ended = _ended(key, now)
    lengths = [] if locked or len(ended) < mining.FEWEST else list(ended.values())
    return Board(
        latest,
        model,
        locked,
        len(rows) >= MOST_STEPS,
        Case.objects.filter(definition__key=key, state="running").count(),
        len(ended),
        mining.spread(lengths),
        found,
        {one.element: one for one in places(model, _events(key))},
        _incidents(key),
        mining.bottlenecks(found.values()),
        candidates(model.nodes, found, branch=lambda flow: _branch(model, flow), connected=_connected),
        mining.variants(rows, ended=frozenset(ended)),
    )


def _rows(key: str, *, now: datetime, finished: bool) -> list[StepRow]:
    wanted = Q(state="open", case__state="running")
    if finished:
        wanted |= Q(state="done", done_at__gte=now - WINDOW)
    agents = set(Resource.objects.filter(kind=Kind.AGENT).values_list("pk", flat=True)) if finished else set()
    steps = CaseTask.objects.filter(wanted, case__definition__key=key).order_by("-created_at")
    fields = ("pk", "element", "case_id", "created_at", "done_at", "done_by", "choice", "picked", "state")
    listed = list(steps.values_list(*fields)[:MOST_STEPS])
    claimed = _claimed(key) if finished else {}
    return [_row(values, agents, claimed.get(values[0])) for values in listed]


def _row(values: tuple[Any, ...], agents: set[UUID], begun: datetime | None) -> StepRow:
    _pk, element, case, opened, done, by, choice, picked, state = values
    branches = tuple(picked) or ((choice,) if choice else ())
    over = done if state == "done" else None
    return StepRow(element, case, opened, over, begun, by, by is None or by in agents, branches)


def _claimed(key: str) -> dict[UUID, datetime]:
    """When each step was last claimed, as the record has it: the step itself only keeps by whom. One query."""
    steps = CaseTask.objects.filter(case__definition__key=key, done_at__gte=clock.now() - WINDOW).values("pk")
    taken = Entry.objects.filter(object_type="work.casetask", object_id__in=steps, kind="work.step.claimed")
    return dict(taken.order_by().values("object_id").annotate(last=Max("at")).values_list("object_id", "last"))


def _ended(key: str, now: datetime) -> dict[UUID, timedelta]:
    """How long the completed cases of the last year took."""
    cases = Case.objects.filter(definition__key=key, state="completed", ended_at__gte=now - WINDOW)
    rows = cases.order_by("-ended_at").values_list("pk", "created_at", "ended_at")[:MOST_STEPS]
    return {pk: ended - begun for pk, begun, ended in rows if ended}


def _beside_people() -> QuerySet[Wait]:
    """Waits with no step of a person beside them: times, messages, programs, other cases."""
    step = CaseTask.objects.filter(case=OuterRef("case"), key=OuterRef("key"), state="open")
    return Wait.objects.filter(~Exists(step), case__state="running")


def _events(key: str) -> list[Waiting]:
    rows = _beside_people().filter(case__definition__key=key).values("element", "kind").order_by("element")
    return [Waiting(**row) for row in rows.annotate(count=Count("pk"), oldest=Min("created_at"))]


def places(model: Definitions, waiting: Iterable[Waiting]) -> list[Waiting]:
    """Each case where it stands: what may happen beside a step, or instead of another event, is no place of its own."""
    found: dict[str, Waiting] = {}
    for one in waiting:
        element = _place(model, one.element)
        if element:
            known = found.get(element, one)
            found[element] = Waiting(element, one.kind, max(known.count, one.count), min(known.oldest, one.oldest))
    return sorted(found.values(), key=lambda each: (-each.count, each.oldest))


def _place(model: Definitions, element: str) -> str:
    node = model.nodes.get(element)
    if not isinstance(node, Event):
        return element
    scope = model.nodes.get(node.scope)
    if node.attached_to or (isinstance(scope, SubProcess) and scope.kind is SubProcessKind.EVENT and not node.incoming):
        return ""
    before = (model.nodes.get(model.flows[flow].source) for flow in node.incoming if flow in model.flows)
    gates = (one.id for one in before if isinstance(one, Gateway) and one.type is GatewayType.EVENT_BASED)
    return next(gates, element)


def _incidents(key: str) -> dict[str, int]:
    rows = CaseIncident.objects.filter(case__definition__key=key, at__gte=clock.now() - WINDOW)
    return dict(rows.values("element").order_by("element").annotate(n=Count("pk")).values_list("element", "n"))


def _branch(model: Definitions, flow: str) -> Text:
    found = model.flows.get(flow)
    return Text(found.name_in("de") or flow, found.name_in("en") or flow) if found else Text(flow, flow)


def _connected(operation: str) -> bool:
    return services.service_named(operation) is not None


def overview() -> list[Line]:
    """All processes with running cases or open incidents, the one with most waiting first; five queries."""
    running = dict(_counted(Case.objects.filter(state="running"), "definition__key"))
    incidents = dict(_counted(CaseIncident.objects.filter(state="open"), "case__definition__key"))
    waiting = _waiting_by_process()
    keys = {*running, *incidents}
    lines = [
        Line(
            one,
            running.get(one.key, 0),
            incidents.get(one.key, 0),
            tuple(places(model_of(one), waiting.get(one.key, ()))),
        )
        for one in latest_of(keys)
    ]
    return sorted(lines, key=lambda line: (-sum(one.count for one in line.waiting), line.definition.name))


def latest_of(keys: Iterable[str]) -> list[ProcessDefinition]:
    """The latest version of each of these processes. One query."""
    rows = ProcessDefinition.objects.filter(key__in=list(keys)).select_related("org")
    return list(rows.order_by("key", "-revision").distinct("key"))


def _counted(rows: QuerySet[Any], name: str) -> list[tuple[str, int]]:
    return [(row[name], row["n"]) for row in rows.order_by().values(name).annotate(n=Count("pk"))]


def _waiting_by_process() -> dict[str, list[Waiting]]:
    """Where cases wait, for people and for what comes from outside, by process. Two queries."""
    steps = CaseTask.objects.filter(state="open", case__state="running")
    found: dict[str, list[Waiting]] = {}
    for rows in (steps, _beside_people()):
        fields = ("case__definition__key", "element", "kind", "count", "oldest")
        grouped = rows.order_by().values(*fields[:3]).annotate(count=Count("pk"), oldest=Min("created_at"))
        for key, *values in grouped.values_list(*fields):
            found.setdefault(key, []).append(Waiting(*values))
    return found


def open_cards(board: Board) -> QuerySet[CaseTask]:
    """The open steps of a process with their cases, the longest waiting first; at most ``MOST_CARDS``."""
    steps = CaseTask.objects.filter(state="open", case__state="running", case__definition__key=board.definition.key)
    return steps.select_related("case").order_by("created_at")[:MOST_CARDS]
