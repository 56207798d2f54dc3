"""What the editor shows of a process: the file being drawn, its steps as a table, how clear it is, what is asked."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.process import bpmn
from werkfluss.process.clarity import ClarityFinding
from werkfluss.process.clarity_process import Examined, ProcessClarity, check_process, examined
from werkfluss.process.editing import Element, find
from werkfluss.process.model import (
    Activity,
    Definitions,
    Event,
    EventKind,
    FlowNode,
    Gateway,
    Participant,
    Process,
    SequenceFlow,
)
from werkfluss.process.questions import SHOWN_FIRST, Question, questions
from werkfluss.process.runnable import RunFinding, runnable
from werkfluss.process.walk import default_process
from werkfluss.web.forms.process_editor import AI, DATA_CLASSES, FIELD_OF, EventForm
from werkfluss.web.forms.process_fields import ElementForm
from werkfluss.web.process_times import as_words, preview
from werkfluss.web.process_view import language
from werkfluss.web.process_words import hours, performer, rules, when
from werkfluss.work.domain import drafts
from werkfluss.work.models import ProcessDefinition, ProcessDraft

_DATA_WORDS = dict(DATA_CLASSES)
_AI_WORDS = dict(AI)
ROWS = 100  # a page of the table: more of them cost everybody time and help nobody
FINDINGS = 50
NAMED = 12
KEPT_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Opened:
    """The process behind an address of the editor: its draft, or the version in use where nobody has begun one.

    ``version`` is that of the draft, 0 where there is none yet.
    """

    pk: UUID
    key: str
    definition: ProcessDefinition | None
    draft: ProcessDraft | None

    @property
    def version(self) -> int:
        return self.draft.version if self.draft else 0

    @property
    def source(self) -> bytes:
        row = self.draft or self.definition
        assert row is not None  # ``opened`` found one of them
        return row.bpmn.encode()


def opened(pk: UUID) -> Opened:
    """The process of a version or of a draft.

    Raises:
        Http404: there is neither.
    """
    known = ProcessDefinition.objects.filter(pk=pk).first() or ProcessDraft.objects.filter(pk=pk).first()
    if known is None:
        raise Http404
    return Opened(pk, known.key, drafts.latest_of(known.key), ProcessDraft.objects.filter(key=known.key).first())


@dataclass(frozen=True, slots=True)
class Branch:
    """Where it goes on: the flow, the word on it, the step that it leads to, and when it is taken."""

    flow: str
    label: str
    target: str
    decides: bool
    when: str


@dataclass(frozen=True, slots=True)
class Row:
    """One step in the table beside the drawing."""

    id: str
    name: str
    kind: str
    performer: str
    outcome: str
    effort: str
    due: str
    data: Any
    ai: Any
    next: tuple[Branch, ...]
    is_step: bool
    open: int
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Twin:
    """One page of the table. ``total`` counts the steps of all ``pages``."""

    rows: tuple[Row, ...]
    total: int
    number: int
    pages: range


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with names and ids of the first things that it is about, and what may be the answer."""

    question: Question
    about: tuple[tuple[str, str], ...]
    more: int
    field: str
    hint: str
    options: tuple[str, ...]


class Judged:
    """What is true of a file in every language: the model, how clear it is, what it leaves open, what keeps it from
    running. It follows from the bytes alone, so the next who opens the same file need not wait for it.
    """

    def __init__(self, source: bytes) -> None:
        self.model: Definitions = bpmn.read(source, "BPMN")

    @cached_property
    def process(self) -> Process | None:
        """The process that would run; the first one as long as nothing is drawn in any."""
        key = default_process(self.model)
        if key:
            return self.model.process(key)
        return self.model.processes[0] if self.model.processes else None

    @cached_property
    def drawn(self) -> Process | None:
        return self.process if self.process and self.process.nodes else None

    @cached_property
    def _seen(self) -> Examined | None:
        return examined(self.model, self.drawn) if self.drawn else None

    @cached_property
    def clarity(self) -> ProcessClarity | None:
        return check_process(self.model, self.drawn.id, self._seen) if self.drawn else None

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        return questions(self.model, self.drawn.id, self._seen) if self.drawn else ()

    @cached_property
    def blockers(self) -> tuple[RunFinding, ...]:
        found = runnable(self.model, self.drawn.id) if self.drawn else ()
        return tuple(one for one in found if one.severity == "blocks")


_judged = lru_cache(maxsize=8)(Judged)


class Sheet:
    """One state of the file, as the editor shows it.

    Raises:
        Broken: it is no BPMN 2.0 file.
    """

    def __init__(self, source: bytes) -> None:
        self.source = source
        # What is very large is not kept in memory.
        self.judged = _judged(source) if len(source) <= KEPT_BYTES else Judged(source)
        self.model = self.judged.model
        self.process = self.judged.process

    @property
    def clarity(self) -> ProcessClarity | None:
        return self.judged.clarity

    @cached_property
    def blockers(self) -> list[tuple[str, RunFinding]]:
        return [(self.name(one.element), one) for one in self.judged.blockers]

    @cached_property
    def findings(self) -> list[tuple[str, ClarityFinding, str]]:
        """Name of the element, finding, and the field of the form that answers it; the first of them."""
        found = self.clarity.findings[:FINDINGS] if self.clarity else ()
        return [(self.name(one.element), one, FIELD_OF.get(one.field, one.field)) for one in found]

    @property
    def more_findings(self) -> int:
        return max(0, len(self.clarity.findings) - FINDINGS) if self.clarity else 0

    @cached_property
    def edits(self) -> list[tuple[Any, str, str]]:
        """The edits that help most, each with its first element and the field of its form."""
        found = self.clarity.edits if self.clarity else ()
        return [(one, one.elements[0] if one.elements else "", FIELD_OF.get(one.field, one.field)) for one in found]

    @property
    def all_questions(self) -> tuple[Question, ...]:
        return self.judged.questions

    @property
    def asked(self) -> list[Asked]:
        return [self._asked(one) for one in self.all_questions[:SHOWN_FIRST]]

    @property
    def more_questions(self) -> int:
        return max(0, len(self.all_questions) - SHOWN_FIRST)

    def _asked(self, one: Question) -> Asked:
        options = tuple(dict.fromkeys(_as_typed(each.value, one.field) for each in one.suggestions))
        origin = one.suggestions[0].origin.in_language(language()) if one.suggestions else ""
        named = {choice.value: choice.name.in_language(language()) for choice in one.choices}
        said = [named.get(option, option) for option in options]
        return Asked(
            one,
            tuple(
                (text.in_language(language()), which)
                for text, which in zip(one.about[:NAMED], one.elements, strict=False)
            ),
            max(0, len(one.about) - NAMED),
            FIELD_OF.get(one.field, one.field),
            f"{said[0]} ({origin})" if said else "",
            options,
        )

    def name(self, element: str) -> str:
        """How an element is called on the page."""
        node = self.model.nodes.get(element)
        if node is not None:
            return node.name_in(language()) or capfirst(kind_word(node))
        flow = self.model.flows.get(element)
        if flow is not None:
            return self.way(flow)
        try:
            found = find(self.model, element)
        except KeyError:
            return element
        said = found.name if isinstance(found, Participant) else found.name_in(language())
        return said or element

    def way(self, flow: SequenceFlow) -> str:
        target = self.model.nodes.get(flow.target)
        label = flow.name_in(language())
        there = target.name_in(language()) or capfirst(kind_word(target)) if target else flow.target
        return f"{label} → {there}" if label else f"→ {there}"

    @cached_property
    def steps(self) -> list[FlowNode]:
        """Every step in the order in which it is reached."""
        return list(self._in_order())

    def twin(self, element: str = "", number: int = 0) -> Twin:
        """The page of the table with this ``number``; without one, that on which the element stands."""
        at = next((place for place, node in enumerate(self.steps) if node.id == element), 0)
        pages = range(1, max(1, -(-len(self.steps) // ROWS)) + 1)
        shown = number if number in pages else at // ROWS + 1
        found = self.clarity.findings if self.clarity else ()
        gaps = Counter(one.element for one in found if one.severity == "gap")
        nodes = self.steps[(shown - 1) * ROWS : shown * ROWS]
        return Twin(tuple(self._row(node, gaps[node.id]) for node in nodes), len(self.steps), shown, pages)

    def _in_order(self) -> Iterator[FlowNode]:
        """Along the flows, level by level; what nothing leads to begins a walk of its own."""
        nodes = {node.id: node for node in (self.process.nodes if self.process else ())}
        fresh = dict(nodes)
        starts = [node for node in nodes.values() if not node.incoming]
        for start in (*starts, *nodes.values()):
            queue = deque([start])
            while queue:
                node = queue.popleft()
                if fresh.pop(node.id, None) is None:
                    continue
                yield node
                targets = (self.model.flows[flow].target for flow in node.outgoing if flow in self.model.flows)
                queue.extend(nodes[target] for target in targets if target in nodes)

    def _row(self, node: FlowNode, gaps: int) -> Row:
        facts = node.facts
        flows = [self.model.flows[flow] for flow in node.outgoing if flow in self.model.flows]
        return Row(
            node.id,
            self.name(node.id),
            kind_word(node),
            performer(self.model, node) if isinstance(node, Activity) else "",
            facts.outcome.in_language(language()) if facts.outcome else "",
            hours(facts.effort),
            as_words(facts.due),
            _DATA_WORDS.get(facts.data_class, facts.data_class) if facts.data_class else "",
            _AI_WORDS.get(facts.ai.value, "") if facts.ai.value else "",
            tuple(self._branch(flow, decides=len(flows) > 1) for flow in flows),
            isinstance(node, Activity),
            gaps,
            rules(self.model, node),
        )

    def _branch(self, flow: SequenceFlow, *, decides: bool) -> Branch:
        told = when(self.model, flow) if decides else ""
        return Branch(flow.id, flow.name_in(language()), self.name(flow.target), decides, told)

    def element(self, element: str) -> Element:
        """
        Raises:
            Http404: the file has no such element, or it has nothing to fill in.
        """
        try:
            return find(self.model, element)
        except KeyError:
            raise Http404 from None

    def previews(self, form: ElementForm) -> list[str]:
        """When the times of an element would come if they began to run now."""
        if isinstance(form, EventForm):
            timer = form.timer_now()
            said = preview(timer, clock.now()) if timer else ""
            return [_("If it began now, it would come on %(when)s.") % {"when": said}] if said else []
        return []


def _as_typed(value: Any, field: str) -> str:
    """A suggested value as somebody would type it."""
    if isinstance(value, Text):
        return value.in_language(language())
    if isinstance(value, dict):
        return str(value.get(language()) or value.get("de") or next(iter(value.values()), ""))
    if isinstance(value, list | tuple):
        if field == "effort_hours":
            return "–".join(f"{hours:g}" for hours in value)
        return (", " if field == "skills" else "\n").join(_as_typed(one, field) for one in value)
    return as_words(str(value)) if field == "deadline" else str(value)


def kind_word(element: Element) -> str:
    """What kind of element it is, in plain words."""
    if isinstance(element, Event):
        return _event_word(element)
    if isinstance(element, Gateway):
        return str(_gateway_words()[element.tag])
    if isinstance(element, Activity):
        return str(_activity_words().get(element.tag, _("step")))
    if isinstance(element, SequenceFlow):
        return _("path")
    if isinstance(element, Participant):
        return _("pool")
    return _("process") if isinstance(element, Process) else _("lane")


def _gateway_words() -> dict[str, str]:
    return {
        "exclusiveGateway": _("decision: one branch"),
        "parallelGateway": _("all branches at once"),
        "inclusiveGateway": _("decision: one or more branches"),
        "eventBasedGateway": _("what comes first"),
        "complexGateway": _("complex gateway"),
    }


def _activity_words() -> dict[str, str]:
    return {
        "task": _("step"),
        "userTask": _("step of a person"),
        "manualTask": _("step by hand"),
        "serviceTask": _("automatic step"),
        "sendTask": _("message sent"),
        "receiveTask": _("message awaited"),
        "scriptTask": _("calculation"),
        "businessRuleTask": _("decision table"),
        "callActivity": _("other process"),
        "subProcess": _("sub-process"),
        "eventSubProcess": _("sub-process on an event"),
        "adHocSubProcess": _("toolbox"),
        "transaction": _("transaction"),
    }


def _event_word(event: Event) -> str:
    position = {
        "startEvent": _("start"),
        "endEvent": _("end"),
        "intermediateCatchEvent": _("event awaited"),
        "intermediateThrowEvent": _("event"),
        "boundaryEvent": _("event during a step"),
    }[event.tag]
    kinds = {
        EventKind.TIMER: _("time"),
        EventKind.MESSAGE: _("message"),
        EventKind.SIGNAL: _("signal"),
        EventKind.ERROR: _("error"),
        EventKind.ESCALATION: _("escalation"),
        EventKind.CONDITIONAL: _("condition"),
        EventKind.LINK: _("link"),
        EventKind.TERMINATE: _("ends everything"),
        EventKind.COMPENSATE: _("undo"),
    }
    kind = kinds.get(event.trigger.kind)
    return f"{position}: {kind}" if kind else position
