"""Every code of the clarity check and what it means."""

from __future__ import annotations

from werkfluss.kernel.text import Text

from .findings import ClarityFinding, Rule
from .flow_rules import FLOW_RULES
from .step_rules import STEP_RULES
from .task_rules import TASK_RULES

RULES: dict[str, Rule] = {**TASK_RULES, **FLOW_RULES, **STEP_RULES}


def codes() -> tuple[str, ...]:
    return tuple(RULES)


def explain(code: str) -> Rule:
    """What a code means, why it matters, what to do, with an example.

    Raises:
        KeyError: there is no such code.
    """
    return RULES[code]


def finding(
    code: str, element: str = "", *, message: Text | None = None, example: Text | None = None
) -> ClarityFinding:
    """A finding of the catalogue; ``message`` and ``example`` where they fit better than the general ones."""
    rule = RULES[code]
    return ClarityFinding(
        code,
        rule.field,
        rule.severity,
        rule.weight,
        message or rule.message,
        rule.question,
        example or rule.example,
        element,
        rule.action,
    )
