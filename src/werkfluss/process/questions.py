"""What a drawing leaves open, asked as a short list of questions instead of errors.

One question may stand for several steps (“Wer macht diese fünf Schritte?”). Suggestions come from the same file, from
the name of the step, or are named as usual values; they are marked with where they come from and never stored unless
somebody chooses them. ``answer`` stores the answers in the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from werkfluss.kernel.text import Text

from .answers import Answer, answer
from .clarity import ClarityFinding
from .clarity_process import Examined, examined, gain
from .labels import verb_object
from .model import Definitions, FlowNode
from .question_words import CHOICES, KINDS, PROMPTS, Choice, Kind
from .suggestions import Suggestion, data_class_of_name, suggestions

__all__ = ["MISSING", "SHOWN_FIRST", "Answer", "Choice", "Kind", "Question", "Suggestion", "answer", "questions"]

SHOWN_FIRST = 7
# The findings that are missing facts, and the field that is asked about.
MISSING = {
    "no_title": "title",
    "no_performer": "performer",
    "no_skill": "skills",
    "no_outcome": "outcome",
    "no_criteria": "criteria",
    "no_effort": "effort_hours",
    "no_data_class": "data_class",
    "no_date": "deadline",
    "ai_unsaid": "ai",
    "drawn_agent": "ai",
    "no_ai_purpose": "ai_purpose",
    "agent_without_acceptance": "acceptance",
    "approval_no_timeout": "timeout",
    "agent_tool_undescribed": "tool",
    "branch_unlabelled": "label",
    "partner_unnamed": "participant",
}
_ONE_EACH = ("title", "outcome", "criteria", "ai_purpose", "timeout", "tool", "label", "participant")


@dataclass(frozen=True, slots=True)
class Question:
    """``id`` stays the same as long as the same elements are asked about. ``about`` names the elements as drawn.

    ``gain`` is the rise of the clarity score in points. ``choices`` is empty unless ``kind`` is a choice.
    """

    id: str
    field: str
    elements: tuple[str, ...]
    kind: Kind
    prompt: Text
    about: tuple[Text, ...]
    example: Text
    gain: float
    suggestions: tuple[Suggestion, ...]
    choices: tuple[Choice, ...] = ()

    def answered(self, value: Any, *, reason: str = "", only: Iterable[str] = ()) -> Answer:
        """The answer to this question, for all of its elements or ``only`` for some."""
        wanted = set(only)
        elements = tuple(one for one in self.elements if one in wanted) if wanted else self.elements
        return Answer(self.field, elements, value, reason)


def questions(definitions: Definitions, process_id: str, seen: Examined | None = None) -> tuple[Question, ...]:
    """All open questions of a process, those first that gain most; show ``SHOWN_FIRST`` of them.

    Answering whether AI may be used may open two more: what for, and who accepts.

    Raises:
        KeyError: there is no such process.
    """
    process = definitions.process(process_id)
    activities, drawing, _ = seen or examined(definitions, process)
    groups: dict[tuple[str, str], list[ClarityFinding]] = defaultdict(list)
    for one in (*drawing, *(one for found in activities.values() for one in found)):
        if one.code in MISSING:
            groups[MISSING[one.code], _group(definitions, one)].append(one)
    asked = []
    for (field, _), found in groups.items():
        elements = tuple(dict.fromkeys(one.element for one in found))
        points = round(gain(activities, drawing, found), 1)
        asked.append(_question(definitions, field, elements, found[0], points))
    return tuple(sorted(asked, key=lambda one: -one.gain))


def _group(definitions: Definitions, one: ClarityFinding) -> str:
    """What the steps of one question have in common, so that one answer may be true of all of them."""
    field = MISSING[one.code]
    node = definitions.nodes.get(one.element)
    if field in _ONE_EACH or node is None:
        return one.element
    if field == "ai":
        return one.code
    if field == "data_class":
        return data_class_of_name(node)
    if field == "effort_hours":
        deed = verb_object(node.name)
        return deed.verb if deed else node.id
    if field == "acceptance":
        return ""
    return definitions.performer(node) or node.lane or node.scope


def _question(
    definitions: Definitions, field: str, elements: tuple[str, ...], finding: ClarityFinding, points: float
) -> Question:
    about = tuple(_name(definitions, element) for element in elements)
    one, many = PROMPTS["drawn_agent" if finding.code == "drawn_agent" else field]
    if len(elements) == 1:
        prompt = Text(one.de.format(about[0].de), one.en.format(about[0].en))
    else:
        prompt = Text(many.de.format(_number(len(elements), _DE)), many.en.format(_number(len(elements), _EN)))
    offered = suggestions(definitions, field, elements)
    return Question(
        f"{field}:{elements[0]}:{len(elements)}",
        field,
        elements,
        KINDS[field],
        prompt,
        about,
        finding.example,
        points,
        offered,
        CHOICES.get(field, ()),
    )


_DE = ("zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf")
_EN = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def _number(count: int, words: tuple[str, ...]) -> str:
    return words[count - 2] if 2 <= count <= 12 else str(count)


def _name(definitions: Definitions, element: str) -> Text:
    """How an element is called in a question; a flow by the decision that it leaves."""
    node: FlowNode | None = definitions.nodes.get(element)
    if node is None and element in definitions.flows:
        node = definitions.nodes[definitions.flows[element].source]
    if node is None or not node.name:
        return Text(element, element)
    return Text(node.name_in("de") or node.name, node.name_in("en") or node.name)
