"""Answers to the questions of the clarity check, stored in the BPMN file itself, so that the file stays the source."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from werkfluss.kernel.errors import Broken
from werkfluss.kernel.text import Text

from .bpmn import read
from .clarity import DATA_CLASSES
from .clarity.expressions import feel_fault
from .extension import with_facts, with_names, with_performers
from .model import Activity, AiUse, Definitions, Timer, Words, WorkFacts
from .timing import is_valid
from .xml import broken

_MAX_TEXT = 2000
_MAX_HOURS = 10_000.0
_ACCEPTED = ("requester", "four_eyes", "waived")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer for one or several elements. The form of ``value`` by ``field``:

    ``performer`` ``tool`` ``timeout`` ``title`` ``label`` ``participant``: text · ``outcome`` ``ai_purpose``: text, or
    texts by language · ``criteria``: a list of them · ``skills``: a list of texts · ``effort_hours``: two numbers, low
    and high · ``data_class`` ``ai`` ``acceptance``: one of the choices (``waived`` needs ``reason``) · ``deadline``:
    ISO 8601 duration, or FEEL after ``=``. An empty value leaves the question open.
    """

    field: str
    elements: tuple[str, ...]
    value: Any
    reason: str = ""


def _refused(answer: Answer, expected: Text) -> Broken:
    where = f"{answer.field}: {', '.join(answer.elements[:3])}"
    cause = Text(f"„{answer.value}“ passt nicht.", f"“{answer.value}” does not fit.")
    return broken(where, cause, expected, Text("Bitte antworten Sie noch einmal.", "Please answer again."))


_TEXT = Text(f"Ein Text mit höchstens {_MAX_TEXT} Zeichen.", f"A text of at most {_MAX_TEXT} characters.")


def _text(answer: Answer, value: object) -> str:
    if not isinstance(value, str) or len(value) > _MAX_TEXT or not value.strip():
        raise _refused(answer, _TEXT)
    return " ".join(value.split())


def _words(answer: Answer, value: object) -> Words:
    if isinstance(value, Text):
        value = value.as_json()
    if isinstance(value, dict):
        return Words(tuple((str(tag), _text(answer, text)) for tag, text in value.items() if text))
    return Words((("", _text(answer, value)),))


def _listed(answer: Answer, separators: str) -> list[object]:
    value = answer.value
    if isinstance(value, str):
        for separator in separators:
            value = value.replace(separator, "\n")
        value = value.splitlines()
    if not isinstance(value, list | tuple):
        raise _refused(answer, Text("Eine Liste von Texten.", "A list of texts."))
    return [one for one in value if one and (not isinstance(one, str) or one.strip())]


def _hours(answer: Answer) -> tuple[float, float]:
    expected = Text("Zwei Zahlen in Stunden, zum Beispiel 2 und 4.", "Two numbers of hours, for example 2 and 4.")
    try:
        low, high = (float(one) for one in answer.value)
    except (TypeError, ValueError):
        raise _refused(answer, expected) from None
    # A minute is the smallest effort that the file can hold.
    if not (math.isfinite(low) and math.isfinite(high) and 0 <= low <= high <= _MAX_HOURS and high >= 1 / 60):
        raise _refused(answer, expected)
    return low, high


def _choice(answer: Answer, choices: Iterable[str]) -> str:
    listed = tuple(choices)
    if answer.value not in listed:
        raise _refused(answer, Text(" / ".join(listed), " / ".join(listed)))
    return str(answer.value)


def _due(answer: Answer) -> str:
    due = _text(answer, answer.value)
    if feel_fault(due) or not is_valid(Timer("duration", due)):
        raise _refused(answer, Text("Zum Beispiel P5D (fünf Tage).", "For example P5D (five days)."))
    return due


def _accepted(answer: Answer, facts: WorkFacts) -> WorkFacts:
    who = _choice(answer, _ACCEPTED)
    if who == "waived" and not answer.reason.strip():
        raise _refused(answer, Text("Ein Verzicht mit Begründung.", "A waiver with its reason."))
    return replace(facts, acceptance=who, acceptance_reason=_text(answer, answer.reason) if who == "waived" else "")


_Setter = Callable[[Answer, WorkFacts], WorkFacts]
_SETTERS: dict[str, _Setter] = {
    "performer": lambda a, facts: replace(facts, performer=_text(a, a.value)),
    "skills": lambda a, facts: replace(facts, skills=tuple(_text(a, one) for one in _listed(a, ";,"))),
    "outcome": lambda a, facts: replace(facts, outcome=_words(a, a.value)),
    "criteria": lambda a, facts: replace(facts, criteria=tuple(_words(a, one) for one in _listed(a, ""))),
    "effort_hours": lambda a, facts: replace(facts, effort=_hours(a)),
    "data_class": lambda a, facts: replace(facts, data_class=_choice(a, DATA_CLASSES)),
    "deadline": lambda a, facts: replace(facts, due=_due(a)),
    "ai": lambda a, facts: replace(facts, ai=AiUse(_choice(a, [use.value for use in AiUse if use.value]))),
    "ai_purpose": lambda a, facts: replace(facts, ai_purpose=_words(a, a.value)),
    "acceptance": _accepted,
    "timeout": lambda a, facts: replace(facts, timeout=_text(a, a.value)),
    "tool": lambda a, facts: replace(facts, tool=_text(a, a.value)),
}
_NAMED = ("title", "label")


def _check_elements(definitions: Definitions, answer: Answer) -> None:
    pools = {pool.id for pool in definitions.participants}
    for element in answer.elements:
        if answer.field == "participant":
            known = element in pools
        elif answer.field == "label":
            known = element in definitions.flows
        else:
            known = isinstance(definitions.nodes.get(element), Activity)
        if not known:
            cause = Text("Dieses Element gibt es in der Datei nicht.", "The file has no such element.")
            expected = Text("Die Kennung eines Elements der Datei.", "The id of an element in the file.")
            raise broken(element, cause, expected, Text("Bitte neu laden.", "Please reload."))


def answer(source: bytes, answers: Iterable[Answer]) -> bytes:
    """The BPMN file ``source`` with the answers in it; all else byte for byte. Empty answers change nothing.

    Raises:
        Broken: the file is unreadable, an element is not in it, or a value has not the form that its field needs.
    """
    definitions = read(source)
    facts: dict[str, WorkFacts] = {}
    names: dict[str, str] = {}
    performers: dict[str, str] = {}
    for one in answers:
        if not one.value or (isinstance(one.value, str) and not one.value.strip()):
            continue
        _check_elements(definitions, one)
        for element in one.elements:
            if one.field in _SETTERS:
                known = facts.get(element) or definitions.nodes[element].facts
                facts[element] = _SETTERS[one.field](one, known)
            elif one.field in _NAMED:
                names[element] = _text(one, one.value)
            elif one.field == "participant":
                performers[element] = _text(one, one.value)
            else:
                fields = ", ".join([*_SETTERS, *_NAMED, "participant"])
                raise _refused(one, Text(fields, fields))
    if facts:
        source = with_facts(source, facts)
    if names:
        source = with_names(source, names)
    return with_performers(source, performers) if performers else source
