"""What a case should know when it starts: the names that conditions and times of its process read.

The type is told by what is done with a name: compared with a number, turned into a date, used as a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from werkfluss.kernel.text import Text

from .feel import FeelError, parse_expression
from .feel.syntax import Between, Binding, Call, Chain, Compare, If, Lambda, Literal, Logic, Name, Node
from .model import Activity, Definitions, Event, FlowNode, Gateway, Process, SubProcess, Task

_DATES = {"date", "date and time"}
_LABELS = {
    "accelerated": Text("Beschleunigtes Verfahren", "Accelerated procedure"),
    "amount": Text("Betrag in Euro", "Amount in euros"),
    "answer_by": Text("Antwort bis", "Answer by"),
    "applications_until": Text("Bewerbungen bis", "Applications until"),
    "employment_end": Text("Ende des Arbeitsverhältnisses", "End of employment"),
    "last_working_day": Text("Letzter Arbeitstag", "Last working day"),
    "margin_percent": Text("Marge in Prozent", "Margin in percent"),
    "posting_end": Text("Ende der Entsendung", "End of the posting"),
    "received_on": Text("Eingegangen am", "Received on"),
    "title_expires": Text("Aufenthaltstitel gilt bis", "Residence title valid until"),
    "trip_end": Text("Ende der Reise", "End of the trip"),
    "valid_until": Text("Gültig bis", "Valid until"),
}


class Kind(StrEnum):
    NUMBER = "number"
    DATE = "date"
    YES_NO = "boolean"
    TEXT = "string"


@dataclass(frozen=True, slots=True)
class Asked:
    """One fact to ask for. ``steps`` are the elements that need it; without it they wait for a person or do without."""

    name: str
    kind: Kind
    label: Text
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    element: str
    expression: str
    is_time: bool = False
    is_condition: bool = False


def asked_at_start(definitions: Definitions, process_id: str) -> tuple[Asked, ...]:
    """The facts a case of the process should begin with, in the order in which the drawing needs them.

    What a step of the process itself yields is left out.

    Raises:
        KeyError: the file has no process of that id.
    """
    process = definitions.process(process_id)
    kinds: dict[str, Kind | None] = {}
    steps: dict[str, dict[str, None]] = {}
    for text in _texts(process):
        for name, kind in _names(text):
            kinds[name] = kinds.get(name) or kind
            steps.setdefault(name, {})[text.element] = None
    made = set(_made(process))
    return tuple(
        Asked(name, kind or Kind.TEXT, _label(name), tuple(steps[name]))
        for name, kind in kinds.items()
        if name not in made
    )


def asked_after(definitions: Definitions, node: FlowNode) -> tuple[Asked, ...]:
    """The facts that whoever finishes this step should give, in the order in which they are read.

    Those that the conditions right behind it read, up to the next step, and those that its output mappings hand on.
    """
    texts = [*_outputs_of(node), *_behind(definitions, node)]
    kinds: dict[str, Kind | None] = {}
    for text in texts:
        for name, kind in _names(text):
            kinds[name] = kinds.get(name) or kind
    return tuple(Asked(name, kind or Kind.TEXT, _label(name), (node.id,)) for name, kind in kinds.items())


def _outputs_of(node: FlowNode) -> Iterator[_Text]:
    for mapping in node.outputs if isinstance(node, Activity) else ():
        yield _Text(node.id, mapping.source)


def _behind(definitions: Definitions, node: FlowNode) -> Iterator[_Text]:
    """The conditions that are looked at when a step is done, past gateways and events that do not wait."""
    seen, waiting = {node.id}, [node]
    while waiting:
        one = waiting.pop(0)
        for flow in (definitions.flows[key] for key in one.outgoing):
            yield _Text(one.id, flow.condition, is_condition=True)
            target = definitions.nodes[flow.target]
            passes = isinstance(target, Gateway) or (isinstance(target, Event) and not target.triggers)
            if passes and target.id not in seen:
                seen.add(target.id)
                waiting.append(target)


def _label(name: str) -> Text:
    plain = name.replace("_", " ").strip() or name
    return _LABELS.get(name, Text(plain, plain))


def _texts(process: Process) -> Iterator[_Text]:
    for flow in process.flows:
        yield _Text(flow.source, flow.condition, is_condition=True)
    for node in process.nodes:
        yield from _texts_of(node)


def _texts_of(node: FlowNode) -> Iterator[_Text]:
    yield _Text(node.id, node.facts.due, is_time=True)
    if isinstance(node, Event):
        for trigger in node.triggers:
            yield _Text(node.id, trigger.timer.expression if trigger.timer else "", is_time=True)
            yield _Text(node.id, trigger.condition)
    if isinstance(node, Activity):
        loop = node.loop
        for source in (loop.cardinality, loop.collection) if loop else ():
            yield _Text(node.id, source)
        for mapping in node.inputs:
            yield _Text(node.id, mapping.source)
    if isinstance(node, SubProcess):
        yield _Text(node.id, node.completion)


def _made(process: Process) -> Iterator[str]:
    """Names that get their value on the way."""
    for node in process.nodes:
        yield node.facts.result
        if isinstance(node, Activity):
            yield from (mapping.target for mapping in (*node.inputs, *node.outputs))
            if node.loop is not None:
                yield from (node.loop.item, node.loop.output, "loopCounter")
        if isinstance(node, Task):
            yield node.result


def _names(text: _Text) -> Iterator[tuple[str, Kind | None]]:
    """The names an expression reads and what it tells of their type; a text without ``=`` is no FEEL and reads none."""
    if not text.expression.startswith("="):
        return
    try:
        tree = parse_expression(text.expression[1:])
    except FeelError:
        return
    nodes = list(_all(tree))
    functions = {id(one.function) for one in nodes if isinstance(one, Call)}
    bound = {name for one in nodes for name in _bound(one)}
    kinds = dict(_told(nodes))
    times = {one.name for one in _results(tree) if isinstance(one, Name)} if text.is_time else set()
    if text.is_condition:
        kinds |= dict.fromkeys(_truths(tree), Kind.YES_NO)
    for one in nodes:
        if isinstance(one, Name) and id(one) not in functions and one.name not in bound:
            yield one.name, kinds.get(one.name) or (Kind.DATE if one.name in times else None)


def _truths(tree: Node) -> Iterator[str]:
    """The names that stand in a condition for themselves, alone or under ``and``, ``or`` and ``not``."""
    if isinstance(tree, Name):
        yield tree.name
    elif isinstance(tree, Logic):
        for part in tree.parts:
            yield from _truths(part)
    elif isinstance(tree, Call) and isinstance(tree.function, Name) and tree.function.name == "not":
        for part in tree.positional:
            yield from _truths(part)


def _all(tree: Node) -> Iterator[Node]:
    pending = [tree]
    while pending:
        one = pending.pop()
        yield one
        pending.extend(one.children())


def _bound(node: Node) -> tuple[str, ...]:
    if isinstance(node, Binding):
        return (node.name,)
    return node.parameters if isinstance(node, Lambda) else ()


def _results(tree: Node) -> Iterator[Node]:
    """What an expression may yield: itself, or one of the branches of an ``if``."""
    if isinstance(tree, If):
        yield from _results(tree.then)
        yield from _results(tree.otherwise)
    else:
        yield tree


def _told(nodes: list[Node]) -> Iterator[tuple[str, Kind]]:
    for one in nodes:
        pairs: list[tuple[Node, Node]] = []
        if isinstance(one, Compare):
            pairs = [(one.left, one.right), (one.right, one.left)]
        elif isinstance(one, Between):
            pairs = [(one.value, one.low)]
        elif isinstance(one, Chain):
            pairs = [(one.first, part) for _, part in one.rest]
        elif isinstance(one, Call) and isinstance(one.function, Name) and one.function.name in _DATES:
            yield from ((arg.name, Kind.DATE) for arg in one.positional if isinstance(arg, Name))
        for name, other in pairs:
            kind = _kind_of(other)
            if isinstance(name, Name) and kind is not None:
                yield name.name, kind


def _kind_of(node: Node) -> Kind | None:
    if isinstance(node, Call) and isinstance(node.function, Name) and node.function.name in _DATES:
        return Kind.DATE
    value = node.value if isinstance(node, Literal) else None
    if isinstance(value, bool):
        return Kind.YES_NO
    if isinstance(value, int | float | Decimal):
        return Kind.NUMBER
    if isinstance(value, date | datetime):
        return Kind.DATE
    return Kind.TEXT if isinstance(value, str) else None
