"""Clarity of a task before it is delegated: what is missing, asked as a question, with an example of a good answer.

“Unclarity cannot be scaled.” The check works on plain data, so that tasks from plans, spreadsheets and processes are
measured by one yardstick. A *gap* keeps a task from being delegated, a *hint* does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from werkfluss.kernel.text import Text

from .labels import is_verb_object
from .model import AiUse

Severity = Literal["gap", "hint"]
DATA_CLASSES = ("public", "internal", "confidential", "personal", "special")  # special: Art. 9 GDPR
ACCEPTANCES = ("requester", "four_eyes", "self", "waived")
_WIDE = 5.0  # a range wider than one to five is a guess
_VAGUE = re.compile(
    r"\b(gut|ordentlich|zeitnah|schnellstmöglich|asap|möglichst|angemessen|usw|etc|irgendwie|passend|nice|soon|properly"
    r"|appropriate|adequate|as needed|bei bedarf|nach bedarf)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """``effort_hours`` is (low, high). ``deadline`` is any text for a date or duration, ``predecessors`` any ids."""

    title: str
    skills: tuple[str, ...] = ()
    outcome: str = ""
    criteria: tuple[str, ...] = ()
    effort_hours: tuple[float, float] | None = None
    data_class: str = ""
    deadline: str = ""
    predecessors: tuple[str, ...] = ()
    ai: AiUse = AiUse.UNSAID
    ai_purpose: str = ""
    acceptance: str = ""
    acceptance_reason: str = ""


@dataclass(frozen=True, slots=True)
class ClarityFinding:
    """``field`` is the fact to edit, of ``TaskFacts`` or of the drawing; ``weight`` is what it costs of 100."""

    code: str
    field: str
    severity: Severity
    weight: int
    message: Text
    question: Text
    example: Text
    element: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    field: str
    severity: Severity
    weight: int
    message: Text
    question: Text
    example: Text


_RULES: dict[str, _Rule] = {
    "no_title": _Rule(
        "title",
        "gap",
        20,
        Text("Die Aufgabe hat keinen Namen.", "The task has no name."),
        Text("Was ist zu tun, und womit?", "What is to be done, and to what?"),
        Text("Angebot prüfen", "Check the offer"),
    ),
    "title_not_verb_object": _Rule(
        "title",
        "hint",
        5,
        Text("Der Name sagt nicht, was womit getan wird.", "The name does not say what is done to what."),
        Text("Wie heißt die Aufgabe mit Gegenstand und Tätigkeit?", "What is the task called with verb and object?"),
        Text("„Rechnung prüfen“ statt „Rechnungsprüfung“", "“Check the invoice” instead of “Invoice check”"),
    ),
    "no_skill": _Rule(
        "skills",
        "gap",
        15,
        Text("Es steht nicht fest, was man dafür können muss.", "It is not said what one must be able to do."),
        Text("Welche Qualifikation braucht, wer das übernimmt?", "Which qualification does the performer need?"),
        Text("Finanzbuchhaltung; Deutsch B2", "Financial accounting; German B2"),
    ),
    "no_outcome": _Rule(
        "outcome",
        "gap",
        20,
        Text("Das Ergebnis ist nicht beschrieben.", "The outcome is not described."),
        Text("Was liegt vor, wenn die Aufgabe fertig ist?", "What is there when the task is done?"),
        Text("Geprüfte Stückliste als Excel-Datei", "Checked parts list as an Excel file"),
    ),
    "no_criteria": _Rule(
        "criteria",
        "gap",
        20,
        Text("Es gibt keine Abnahmekriterien.", "There are no acceptance criteria."),
        Text("Woran erkennt eine andere Person, dass es fertig ist?", "How does another person see that it is done?"),
        Text("Alle 60 Positionen haben Preis und Lieferzeit.", "All 60 items have a price and a delivery time."),
    ),
    "criteria_vague": _Rule(
        "criteria",
        "hint",
        5,
        Text("Ein Abnahmekriterium lässt sich nicht nachprüfen.", "An acceptance criterion cannot be verified."),
        Text("Welche Zahl oder Tatsache zeigt, dass es erfüllt ist?", "Which figure or fact shows that it is met?"),
        Text("„bis 10 Uhr beantwortet“ statt „zeitnah“", "“answered by 10 a.m.” instead of “soon”"),
    ),
    "no_effort": _Rule(
        "effort_hours",
        "gap",
        15,
        Text("Der Aufwand ist nicht geschätzt.", "The effort is not estimated."),
        Text(
            "Wie viele Stunden dauert es mindestens und höchstens?",
            "How many hours does it take, at least and at most?",
        ),
        Text("4 bis 6 Stunden", "4 to 6 hours"),
    ),
    "effort_wide": _Rule(
        "effort_hours",
        "hint",
        5,
        Text("Die Aufwandsspanne ist sehr weit.", "The range of the effort is very wide."),
        Text("Lässt sich die Aufgabe in kleinere teilen?", "Can the task be split into smaller ones?"),
        Text(
            "„Daten sichten: 2 h“ und „Daten bereinigen: 6–10 h“", "“View the data: 2 h” and “Clean the data: 6–10 h”"
        ),
    ),
    "no_data_class": _Rule(
        "data_class",
        "gap",
        10,
        Text("Die Datenklasse fehlt.", "The data class is missing."),
        Text("Welche Daten sieht, wer das übernimmt?", "Which data does the performer see?"),
        Text("intern, ohne personenbezogene Daten", "internal, no personal data"),
    ),
    "no_date": _Rule(
        "deadline",
        "gap",
        5,
        Text("Weder Frist noch Vorgänger sind bekannt.", "Neither deadline nor predecessor is known."),
        Text("Bis wann muss es fertig sein, oder was geht voraus?", "By when must it be done, or what comes before?"),
        Text("31.03., oder: nach „Stückliste prüfen“", "31 March, or: after “Check the parts list”"),
    ),
    "ai_unsaid": _Rule(
        "ai",
        "gap",
        10,
        Text("Es steht nicht fest, ob KI eingesetzt werden darf.", "It is not said whether AI may be used."),
        Text("Darf ein KI-Agent das übernehmen?", "May an AI agent do this?"),
        Text("Nein; oder: Ja, zum Vorsortieren der Belege", "No; or: yes, to sort the receipts first"),
    ),
    "no_ai_purpose": _Rule(
        "ai_purpose",
        "gap",
        10,
        Text("KI ist erlaubt, aber ihr Zweck fehlt.", "AI is allowed, but its purpose is missing."),
        Text("Wozu genau wird die KI eingesetzt?", "What exactly is the AI used for?"),
        Text("Vorschlag der Buchungskonten, ein Mensch gibt frei", "Propose booking accounts; a person approves"),
    ),
    "agent_without_acceptance": _Rule(
        "acceptance",
        "gap",
        10,
        Text(
            "Eine KI darf die Aufgabe übernehmen, aber kein Mensch nimmt das Ergebnis ab.",
            "An AI may do the task, but no person accepts the result.",
        ),
        Text(
            "Wer prüft das Ergebnis, oder warum ist das nicht nötig?",
            "Who checks the result, or why is that not needed?",
        ),
        Text("Auftraggeber nimmt ab", "The requester accepts"),
    ),
}


def finding(code: str, rule: _Rule, element: str = "") -> ClarityFinding:
    return ClarityFinding(
        code, rule.field, rule.severity, rule.weight, rule.message, rule.question, rule.example, element
    )


def _codes(facts: TaskFacts) -> Iterator[str]:
    if not facts.title.strip():
        yield "no_title"
    elif not is_verb_object(facts.title):
        yield "title_not_verb_object"
    if not any(skill.strip() for skill in facts.skills):
        yield "no_skill"
    if not facts.outcome.strip():
        yield "no_outcome"
    if not any(criterion.strip() for criterion in facts.criteria):
        yield "no_criteria"
    elif any(_VAGUE.search(criterion) for criterion in facts.criteria):
        yield "criteria_vague"
    yield from _frame_codes(facts)
    yield from _ai_codes(facts)


def _frame_codes(facts: TaskFacts) -> Iterator[str]:
    if facts.effort_hours is None or facts.effort_hours[1] <= 0:
        yield "no_effort"
    elif facts.effort_hours[1] > _WIDE * facts.effort_hours[0]:
        yield "effort_wide"
    if not facts.data_class.strip():
        yield "no_data_class"
    if not facts.deadline.strip() and not facts.predecessors:
        yield "no_date"


def _ai_codes(facts: TaskFacts) -> Iterator[str]:
    if facts.ai is AiUse.UNSAID:
        yield "ai_unsaid"
        return
    if facts.ai is AiUse.FORBIDDEN:
        return
    if not facts.ai_purpose.strip():
        yield "no_ai_purpose"
    waived = facts.acceptance == "waived" and facts.acceptance_reason.strip()
    if facts.acceptance not in ("requester", "four_eyes") and not waived:
        yield "agent_without_acceptance"


def check_task(facts: TaskFacts) -> tuple[ClarityFinding, ...]:
    """What is unclear about one task, the heaviest first; empty means it can be delegated as it stands."""
    found = [finding(code, _RULES[code]) for code in _codes(facts)]
    return tuple(sorted(found, key=lambda one: -one.weight))


def score(findings: Iterable[ClarityFinding]) -> int:
    """0 to 100; 100 exactly when there is no finding."""
    return max(0, 100 - sum(one.weight for one in findings))


def is_delegable(findings: Iterable[ClarityFinding]) -> bool:
    return not any(one.severity == "gap" for one in findings)
