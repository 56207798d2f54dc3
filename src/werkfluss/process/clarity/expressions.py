"""What is written for the engine: FEEL expressions and times. Can they be read at all?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from werkfluss.kernel.text import Text
from werkfluss.process.feel import FeelError, parse_expression
from werkfluss.process.model import Activity, FlowNode, Process, SubProcess, Task, Timer
from werkfluss.process.timing import is_valid

from .catalogue import finding
from .findings import ClarityFinding


def feel_fault(text: str, language: str = "") -> str:
    """Why a text that means to be FEEL cannot be parsed; empty if it can, or is no FEEL."""
    if not text or not (text.startswith("=") or "feel" in language.lower()):
        return ""
    try:
        parse_expression(text.removeprefix("="))
    except FeelError as error:
        return str(error)
    return ""


def feel_finding(element: str, text: str, language: str = "") -> Iterator[ClarityFinding]:
    if feel_fault(text, language):
        message = Text(f"„{text}“ ist kein lesbarer Ausdruck.", f"“{text}” is not a readable expression.")
        yield finding("feel_invalid", element, message=message)


def time_findings(node: FlowNode, timer: Timer) -> Iterator[ClarityFinding]:
    text = timer.expression
    if text.startswith("="):
        yield from feel_finding(node.id, text)
    elif not is_valid(timer):
        message = Text(f"Die Zeitangabe „{text}“ lässt sich nicht lesen.", f"The time “{text}” cannot be read.")
        yield finding("timer_invalid", node.id, message=message)


def _deadline(node: Activity) -> Iterator[ClarityFinding]:
    """The deadline that Werkfluss keeps with the step is written like a timer."""
    if node.facts.due:
        found = time_findings(node, Timer("duration", node.facts.due))
        yield from (replace(one, field="deadline") for one in found)


def expression_findings(process: Process) -> Iterator[ClarityFinding]:
    """The deadlines, loops, scripts and mappings of the activities that cannot be read."""
    for node in process.nodes:
        if isinstance(node, Activity):
            yield from _deadline(node)
            for text in _expressions(node):
                yield from feel_finding(node.id, text)
            yield from _mappings(node)
            if isinstance(node, Task) and node.script is not None:
                yield from feel_finding(node.id, node.script.text, node.script.language)


def _expressions(node: Activity) -> Iterator[str]:
    if node.loop is not None:
        yield from (node.loop.cardinality, node.loop.collection, node.loop.completion, node.loop.condition)
    if isinstance(node, SubProcess):
        yield from (node.completion, node.active)


def _mappings(node: Activity) -> Iterator[ClarityFinding]:
    """Which datum it is stands first: a step may have many."""
    for way, mappings in ((Text("Eingabe", "Input"), node.inputs), (Text("Ausgabe", "Output"), node.outputs)):
        for one in mappings:
            if fault := feel_fault(one.source):
                place = f"{one.target} {one.source}"
                message = Text(
                    f"{way.de} „{place}“ ist kein lesbarer Ausdruck: {fault}",
                    f"{way.en} “{place}” is not a readable expression: {fault}",
                )
                yield finding("feel_invalid", node.id, message=message)
