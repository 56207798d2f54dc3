"""Answers of the law as lines of text for the terminal, in German or English; JSON is not written here."""

from __future__ import annotations

from collections.abc import Iterator

from werkfluss.kernel.text import Text

from .api import Change
from .said import day_text
from .value_words import said, said_value
from .verdict import OUTCOMES, Condition, Duty, Part, Reading, Value, Verdict

OUTCOME_WORDS: dict[str, Text] = dict(
    zip(
        OUTCOMES,
        (
            Text("erlaubt", "allowed"),
            Text("erlaubt unter Bedingungen", "allowed with conditions"),
            Text("gesperrt", "blocked"),
            Text("nicht entschieden", "not decided"),
        ),
        strict=True,
    )
)
STATUS_WORDS: dict[str, Text] = {
    "in_force": Text("in Kraft", "in force"),
    "enacted": Text("beschlossen", "enacted"),
    "draft": Text("Entwurf", "draft"),
    "unknown": Text("nicht bekannt", "not known"),
}


def verdict_lines(verdict: Verdict, language: str) -> Iterator[str]:
    """The whole answer: outcome, reasons, values, what must be done, what is open, the other readings, provisions."""
    outcome = OUTCOME_WORDS[verdict.outcome].in_language(language)
    day = day_text(verdict.as_of).in_language(language)
    yield f"{verdict.rule}: {verdict.outcome} – {outcome} ({verdict.certainty}), {day}"
    for reason in verdict.reasons:
        yield f"  {reason.in_language(language)}"
    for name, value in verdict.values.items():
        yield f"  {said_value(name, value, verdict.rule).in_language(language)}"
    for condition in verdict.conditions:
        yield f"  → {_condition(condition, language)}"
    for duty in verdict.duties:
        yield f"  ! {_duty(duty, language)}"
    for missing in verdict.missing:
        yield f"  ? {missing.question.in_language(language)}"
    for part in verdict.parts:
        yield from _part(part, language)
    for reading in verdict.readings:
        yield from _reading(reading, verdict.rule, language)
    yield "  " + "; ".join(citation.label for citation in verdict.citations)


def change_line(change: Change, language: str) -> str:
    """One line of ``law changes``: day, what, before → after, status."""
    day = day_text(change.day).in_language(language)
    shown = ""
    if change.kind == "parameter":
        before, after = (amount(value, change.unit, language) for value in (change.before, change.after))
        shown = f": {before} → {after}"
    status = STATUS_WORDS[change.status].in_language(language)
    return f"{day}  {change.label.in_language(language)}{shown}  [{status}]"


def amount(value: Value, unit: str, language: str) -> str:
    """A dated value as people read it."""
    return said(value, unit).in_language(language)


def _condition(condition: Condition, language: str) -> str:
    lead = condition.lead_days
    kind = Text("Arbeitstage", "working days") if condition.day_kind == "working" else Text("Tage", "days")
    takes = f", {lead} {kind.in_language(language)}" if lead else ""
    return f"{condition.text.in_language(language)} ({condition.who.in_language(language)}{takes})"


def _duty(duty: Duty, language: str) -> str:
    due = f"{day_text(duty.due).in_language(language)}: " if duty.due else ""
    return f"{due}{duty.what.in_language(language)} ({duty.who.in_language(language)})"


def _part(part: Part, language: str) -> Iterator[str]:
    outcome = f": {OUTCOME_WORDS[part.outcome].in_language(language)} ({part.certainty})" if part.outcome else ""
    yield f"  · {part.title.in_language(language)}{outcome}"
    for line in part.lines:
        yield f"      {line.in_language(language)}"
    for name, value in part.values:
        yield f"      {said_value(name, value).in_language(language)}"
    for condition in part.conditions:
        yield f"      → {_condition(condition, language)}"


def _reading(reading: Reading, rule: str, language: str) -> Iterator[str]:
    yield f"  ~ {reading.label.in_language(language)}: {OUTCOME_WORDS[reading.outcome].in_language(language)}"
    for reason in reading.reasons:
        yield f"      {reason.in_language(language)}"
    for name, value in reading.values.items():
        yield f"      {said_value(name, value, rule).in_language(language)}"
