"""Business-rule tasks: the decision tables that the firm keeps are asked, and how they came to it is on record."""

from __future__ import annotations

from typing import Any

from werkfluss.kernel import clock
from werkfluss.kernel.errors import WerkflussError
from werkfluss.kernel.text import Text
from werkfluss.process.dmn.evaluate import evaluate
from werkfluss.process.feel import to_json
from werkfluss.process.state import Completed, EvaluateDecision, Failed
from werkfluss.work.domain import decisions
from werkfluss.work.domain.case_answers import Answer


def decide(command: EvaluateDecision) -> tuple[Answer, list[dict[str, Any]]]:
    """The answer for the engine and what goes on record; without a table, or if it errs, a person decides."""
    row = decisions.model_with(command.decision)
    if row is None:
        cause = Text(
            f"Die Entscheidungstabelle „{command.decision}“ ist nicht hinterlegt. Bitte entscheiden Sie selbst.",
            f"The decision table “{command.decision}” is not kept here.",
        )
        return _by_hand(command, cause), []
    try:
        result = evaluate(decisions.model_of(row), command.decision, command.inputs, now=clock.now())
    except WerkflussError as error:
        return Answer.refused(command.wait, error), []
    trail = [{"table": row.key, "revision": row.revision, "element": command.element, **result.as_json()}]
    if result.errors:
        first = result.errors[0].cause
        why = Text(
            f"Die Entscheidungstabelle gibt kein Ergebnis: {first.de} Bitte entscheiden Sie selbst.",
            f"The decision table gives no result: {first.en}",
        )
        return _by_hand(command, why), trail
    return Answer(Completed(command.wait, clock.now(), {"result": to_json(result.value)})), trail


def _by_hand(command: EvaluateDecision, why: Text) -> Answer:
    return Answer(Failed(command.wait, clock.now(), message=why.en), command.wait, why.de)
