"""The questions of the clarity check in words, and the answers that may be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from werkfluss.kernel.text import Text


class Kind(StrEnum):
    TEXT = "text"
    TEXTS = "texts"
    SKILLS = "skills"
    HOURS = "hours"  # a range: low and high
    DURATION = "duration"  # ISO 8601
    CHOICE = "choice"


KINDS = {
    "title": Kind.TEXT,
    "performer": Kind.TEXT,
    "skills": Kind.SKILLS,
    "outcome": Kind.TEXT,
    "criteria": Kind.TEXTS,
    "effort_hours": Kind.HOURS,
    "data_class": Kind.CHOICE,
    "deadline": Kind.DURATION,
    "ai": Kind.CHOICE,
    "ai_purpose": Kind.TEXT,
    "acceptance": Kind.CHOICE,
    "timeout": Kind.TEXT,
    "tool": Kind.TEXT,
    "label": Kind.TEXT,
    "participant": Kind.TEXT,
}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    name: Text
    needs_reason: bool = False


CHOICES = {
    "data_class": (
        Choice("public", Text("öffentlich", "public")),
        Choice("internal", Text("intern", "internal")),
        Choice("confidential", Text("vertraulich", "confidential")),
        Choice("personal", Text("personenbezogen", "personal")),
        Choice("special", Text("besonders geschützt (Art. 9 DSGVO)", "special category (Art. 9 GDPR)")),
    ),
    "ai": (
        Choice("forbidden", Text("keine KI", "no AI")),
        Choice("allowed", Text("KI erlaubt", "AI allowed")),
        Choice("required", Text("KI vorgesehen", "AI required")),
    ),
    "acceptance": (
        Choice("requester", Text("der Auftraggeber", "the requester")),
        Choice("four_eyes", Text("zwei Personen", "two persons")),
        Choice("waived", Text("niemand, weil …", "nobody, because …"), needs_reason=True),
    ),
}

# Per field the question about one step and about several; ``{}`` is the name of the step, or their number.
PROMPTS: dict[str, tuple[Text, Text]] = {
    "title": (
        Text("Was wird in diesem Schritt womit getan?", "What is done to what in this step?"),
        Text("Was wird in diesen {} Schritten getan?", "What is done in these {} steps?"),
    ),
    "performer": (
        Text("Wer macht „{}“?", "Who does “{}”?"),
        Text("Wer macht diese {} Schritte?", "Who does these {} steps?"),
    ),
    "skills": (
        Text("Welche Qualifikation braucht „{}“?", "Which qualification does “{}” need?"),
        Text("Welche Qualifikation brauchen diese {} Schritte?", "Which qualification do these {} steps need?"),
    ),
    "outcome": (
        Text("Was liegt vor, wenn „{}“ fertig ist?", "What is there when “{}” is done?"),
        Text("Was liegt nach diesen {} Schritten vor?", "What is there after these {} steps?"),
    ),
    "criteria": (
        Text(
            "Woran erkennt eine andere Person, dass „{}“ fertig ist?", "How does another person see that “{}” is done?"
        ),
        Text("Woran sieht man, dass diese {} Schritte fertig sind?", "How does one see that these {} steps are done?"),
    ),
    "effort_hours": (
        Text(
            "Wie viele Stunden dauert „{}“, mindestens und höchstens?",
            "How many hours does “{}” take, at least and at most?",
        ),
        Text(
            "Wie viele Stunden dauert jeder dieser {} Schritte, mindestens und höchstens?",
            "How many hours does each of these {} steps take, at least and at most?",
        ),
    ),
    "data_class": (
        Text("Welche Daten sieht, wer „{}“ übernimmt?", "Which data does one see who does “{}”?"),
        Text("Welche Daten kommen in diesen {} Schritten vor?", "Which data occur in these {} steps?"),
    ),
    "deadline": (
        Text("In welcher Zeit muss „{}“ erledigt sein?", "Within what time must “{}” be done?"),
        Text(
            "In welcher Zeit muss jeder dieser {} Schritte erledigt sein?",
            "Within what time must each of these {} steps be done?",
        ),
    ),
    "ai": (
        Text("Darf ein KI-Agent „{}“ übernehmen?", "May an AI agent do “{}”?"),
        Text("Darf ein KI-Agent diese {} Schritte übernehmen?", "May an AI agent do these {} steps?"),
    ),
    "drawn_agent": (
        Text("Übernimmt wirklich eine KI den Schritt „{}“?", "Does an AI really do “{}”?"),
        Text("Übernimmt wirklich eine KI diese {} Schritte?", "Does an AI really do these {} steps?"),
    ),
    "ai_purpose": (
        Text("Wozu genau wird die KI bei „{}“ eingesetzt?", "What exactly is the AI used for in “{}”?"),
        Text(
            "Wozu genau wird die KI bei diesen {} Schritten eingesetzt?",
            "What exactly is the AI used for in these {} steps?",
        ),
    ),
    "acceptance": (
        Text("Wer nimmt ab, was die KI bei „{}“ liefert?", "Who accepts what the AI delivers in “{}”?"),
        Text(
            "Wer nimmt ab, was die KI bei diesen {} Schritten liefert?",
            "Who accepts what the AI delivers in these {} steps?",
        ),
    ),
    "timeout": (
        Text(
            "Welcher Weg gilt, wenn bei „{}“ bis zum Ablauf der Frist niemand entscheidet?",
            "Which way holds if nobody decides “{}” before the due time has passed?",
        ),
        Text(
            "Welcher Weg gilt, wenn bei diesen {} Schritten niemand entscheidet?",
            "Which way holds if nobody decides these {} steps?",
        ),
    ),
    "tool": (
        Text("Was ruft „{}“ auf, und wozu?", "What does “{}” call, and what for?"),
        Text("Was rufen diese {} Schritte auf, und wozu?", "What do these {} steps call, and what for?"),
    ),
    "label": (
        Text(
            "Bei welcher Antwort auf „{}“ wird dieser Zweig genommen?", "For which answer to “{}” is this branch taken?"
        ),
        Text("Wann werden diese {} Zweige genommen?", "When are these {} branches taken?"),
    ),
    "participant": (
        Text(
            "Wer ist der Partner, mit dem hier Nachrichten getauscht werden?",
            "Who is the partner that messages are exchanged with?",
        ),
        Text("Wer sind diese {} Partner?", "Who are these {} partners?"),
    ),
}
