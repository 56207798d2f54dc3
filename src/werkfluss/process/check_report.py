"""What ``werkfluss process check`` says: as one JSON document, and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Any

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from .clarity import ClarityFinding, Rule, codes, explain
from .clarity_process import ProcessClarity, check_file
from .model import Definitions, Process
from .questions import MISSING, SHOWN_FIRST, Kind, Question, questions
from .runnable import runnable

_MOST_ELEMENTS = 20  # in a terminal; the JSON document has all


def _both(name: str, text: Text) -> dict[str, str]:
    return {f"{name}_de": text.de, f"{name}_en": text.en}


def _finding(one: ClarityFinding) -> dict[str, Any]:
    return {
        "code": one.code,
        "element": one.element,
        "field": one.field,
        "severity": one.severity,
        **_both("message", one.advice),
        **_both("question", one.question),
        **_both("example", one.example),
    }


def _question(one: Question) -> dict[str, Any]:
    return {
        "id": one.id,
        "field": one.field,
        "elements": list(one.elements),
        "kind": one.kind.value,
        "gain": one.gain,
        **_both("question", one.prompt),
        **_both("example", one.example),
        "suggestions": [{"value": s.value, **_both("origin", s.origin)} for s in one.suggestions],
        "choices": [{"value": c.value, "needs_reason": c.needs_reason, **_both("name", c.name)} for c in one.choices],
    }


def _process(definitions: Definitions, one: Process, result: ProcessClarity | None) -> dict[str, Any]:
    notes = runnable(definitions, one.id)
    tasks = [
        {"id": task.id, "name": task.name, "type": task.tag, "performer": definitions.performer(task)}
        for task in one.tasks
    ]
    edits = [
        {
            "code": e.code,
            "field": e.field,
            "elements": list(e.elements),
            "gain": e.gain,
            **_both("question", e.question),
            **_both("message", e.message),
        }
        for e in (result.edits if result else ())
    ]
    running = [
        {"code": n.code, "element": n.element, "severity": n.severity, **_both("message", n.message)} for n in notes
    ]
    return {
        "id": one.id,
        "name": one.name,
        "tasks": tasks,
        "clarity": result.score if result else None,
        "soundness": {"method": result.method, "unjudged": list(result.unjudged)} if result else None,
        "edits": edits,
        "questions": [_question(q) for q in questions(definitions, one.id)] if result else [],
        "runnable": not any(note.severity == "blocks" for note in notes),
        "running": running,
    }


def document(definitions: Definitions) -> dict[str, Any]:
    """The JSON document of the command line: ``processes``, ``findings``, ``clarity``, ``exporter``."""
    results, total = check_file(definitions)
    by_process = {result.process: result for result in results}
    processes = [_process(definitions, one, by_process.get(one.id)) for one in definitions.processes]
    findings = [_finding(one) for result in results for one in result.findings]
    return {"processes": processes, "findings": findings, "clarity": total, "exporter": definitions.exporter}


_WORDS = {
    "clarity": Text("Klarheit {} von 100", "Clarity {} of 100"),
    "process": Text("{}: {} von 100, {} Aufgaben", "{}: {} of 100, {} tasks"),
    "clear": Text("Nichts ist unklar.", "Nothing is unclear."),
    "helps": Text("Das hilft am meisten:", "This helps most:"),
    "asks": Text("Fragen ({} von {}):", "Questions ({} of {}):"),
    "drawing": Text("In der Zeichnung:", "In the drawing:"),
    "for": Text("für {}", "for {}"),
    "suggested": Text("Vorschlag: {} ({})", "suggestion: {} ({})"),
    "example": Text("zum Beispiel: {}", "for example: {}"),
    "after": Text("nach „{}“", "after “{}”"),
    "between": Text("von „{}“ zu „{}“", "from “{}” to “{}”"),
    "more": Text("… und {} weitere Stellen (alle mit --json)", "… and {} more places (all with --json)"),
    "places": Text("{} Stellen", "{} places"),
    "place": Text("1 Stelle", "1 place"),
    "weaker": Text(
        "Der Ablauf ist zu verzweigt, um jeden Stand zu prüfen; geprüft wurde: {}.",
        "The flow branches too much to look at every state; what was looked at: {}.",
    ),
    "unjudged": Text(
        "Nicht geprüft wurde, ob der Prozess stehen bleibt: Er enthält ein komplexes Gateway.",
        "Whether the process stops half-way was not checked: it has a complex gateway.",
    ),
    "one order": Text("eine Reihenfolge der parallelen Schritte", "one order of the parallel steps"),
    "structure": Text("die Form der Verzweigungen", "the shape of the branches"),
}


class _Printer:
    """Wraps text to the width of a terminal, with hanging indents."""

    def __init__(self, language: str, width: int) -> None:
        self.language = language
        self.width = max(40, width)

    def say(self, key: str, *values: object) -> str:
        return _WORDS[key].in_language(self.language).format(*values)

    def point(self, mark: str, text: str, indent: int = 2) -> list[str]:
        first = " " * indent + mark
        return wrap(text, self.width, initial_indent=first, subsequent_indent=" " * len(first))


def _shown(one: Question, value: object, language: str) -> str:
    if one.kind is Kind.HOURS and isinstance(value, list):
        hours = "–".join(f"{number:g}" for number in value) + " h"
        return hours.replace(".", ",") if language == "de" else hours
    if isinstance(value, dict):
        return str(value.get(language) or next(iter(value.values())))
    if isinstance(value, list):
        return "; ".join(_shown(one, part, language) for part in value)
    return next((choice.name.in_language(language) for choice in one.choices if choice.value == value), str(value))


def _asked(printer: _Printer, open_questions: tuple[Question, ...]) -> Iterator[str]:
    language = printer.language
    first = open_questions[:SHOWN_FIRST]
    yield ""
    yield "  " + printer.say("asks", len(first), len(open_questions))
    for number, one in enumerate(first, start=1):
        yield from printer.point(f"{number}. ", f"{one.prompt.in_language(language)} (+{one.gain:g})", 4)
        if len(one.elements) > 1:
            names = ", ".join(name.in_language(language) for name in one.about[:_MOST_ELEMENTS])
            yield from printer.point("", printer.say("for", names), 7)
        if one.suggestions:
            best = one.suggestions[0]
            told = printer.say("suggested", _shown(one, best.value, language), best.origin.in_language(language))
            yield from printer.point("", told, 7)
        else:
            yield from printer.point("", printer.say("example", one.example.in_language(language)), 7)


def _place(printer: _Printer, definitions: Definitions, element: str) -> str:
    """The name of an element, or where it stands; empty if nothing around it has a name."""
    flow = definitions.flows.get(element)
    node = definitions.nodes.get(element)
    named = node or flow
    if named is not None and named.name:
        return named.name_in(printer.language)
    nodes, language = definitions.nodes, printer.language
    if flow is not None:
        return printer.say("between", *(nodes[end].name_in(language) or end for end in (flow.source, flow.target)))
    before = [nodes[definitions.flows[one].source].name_in(language) for one in (node.incoming if node else ())]
    return printer.say("after", before[0]) if before and before[0] else ""


def _drawn(printer: _Printer, definitions: Definitions, findings: Iterable[ClarityFinding]) -> Iterator[str]:
    by_element: dict[str, list[ClarityFinding]] = {}
    for one in findings:
        by_element.setdefault(one.element, []).append(one)
    if not by_element:
        return
    yield ""
    yield "  " + printer.say("drawing")
    for element, found in list(by_element.items())[:_MOST_ELEMENTS]:
        place = _place(printer, definitions, element)
        yield from printer.point("", f"{place} [{element}]" if place else f"[{element}]", 4)
        for one in found:
            yield from printer.point("- ", f"{one.advice.in_language(printer.language)} ({one.code})", 6)
    if len(by_element) > _MOST_ELEMENTS:
        yield "    " + printer.say("more", len(by_element) - _MOST_ELEMENTS)


def lines(definitions: Definitions, language: str = "de", width: int = 100) -> Iterator[str]:
    """The report for a terminal: the score, what helps most, the first questions, and faults of the drawing."""
    printer = _Printer(language, width)
    results, total = check_file(definitions)
    yield printer.say("clarity", total)
    for result in results:
        process = definitions.process(result.process)
        yield ""
        name = process.name_in(language) or process.id
        yield from wrap(printer.say("process", name, result.score, len(process.tasks)), printer.width)
        if not result.findings:
            yield "  " + printer.say("clear")
            continue
        yield "  " + printer.say("helps")
        for edit in result.edits:
            places = len(edit.elements)
            where = printer.say("place") if places == 1 else printer.say("places", places)
            text = f"{edit.message.in_language(language)} ({where})"
            yield from printer.point(f"+{edit.gain:<5g} ", text, 4)
        if open_questions := questions(definitions, process.id):
            yield from _asked(printer, open_questions)
        yield from _drawn(printer, definitions, (one for one in result.findings if one.code not in MISSING))
        if result.method != "state space":
            yield ""
            yield from printer.point("", printer.say("weaker", printer.say(result.method)))
        if result.unjudged:
            yield from printer.point("", printer.say("unjudged"))


def _rules(code: str) -> dict[str, Rule]:
    known = codes()
    if code and code not in known:
        cause = Text("Diese Kennung gibt es nicht.", "There is no such code.")
        listed = ", ".join(known)
        step = Text("Eine davon angeben, oder keine.", "Give one of them, or none.")
        raise Broken(Fault(code, cause, Text(listed, listed), step))
    return {one: explain(one) for one in ([code] if code else known)}


def catalogue(code: str = "") -> list[dict[str, Any]]:
    """One code of the clarity check, or all of them.

    Raises:
        Broken: there is no such code.
    """
    return [
        {
            "code": one,
            "field": rule.field,
            "severity": rule.severity,
            "weight": rule.weight,
            **_both("message", rule.message),
            **_both("action", rule.action),
            **_both("example", rule.example),
            **_both("why", rule.why),
            "source": rule.source,
        }
        for one, rule in _rules(code).items()
    ]


def explained(code: str = "", language: str = "de") -> Iterator[str]:
    """The same for a terminal: with a code all about it, else one line per code.

    Raises:
        Broken: there is no such code.
    """
    for one, rule in _rules(code).items():
        if not code:
            yield f"{one:<26} {rule.weight:>3}  {rule.message.in_language(language)}"
            continue
        parts = (rule.message, rule.action, rule.why)
        yield from (text.in_language(language) for text in parts)
        example = _WORDS["example"].in_language(language).format(rule.example.in_language(language))
        yield example[:1].upper() + example[1:]
        if rule.source:
            yield rule.source
