"""What-if: other values and another day beside the answer that stands; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question, Verdict
from werkfluss.kernel.text import Text
from werkfluss.web.forms.law import UNKNOWN, FactsForm, here, said_here

PREFIX = "fact"


@dataclass(frozen=True, slots=True)
class Changed:
    """One value that was changed, in words."""

    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Trial:
    """The form with its values, and, if it was sent and could be read, what the law says to them."""

    form: FactsForm
    base: Question
    base_verdict: Verdict
    question: Question | None = None
    verdict: Verdict | None = None
    changed: tuple[Changed, ...] = ()

    @property
    def shown(self) -> Verdict:
        return self.verdict or self.base_verdict

    @property
    def asked(self) -> Question:
        return self.question or self.base


def trial(base: Question, data: Mapping[str, Any], *, verdict: Verdict | None = None) -> Trial:
    """Ask ``base`` again with the values that an address or a form carries under ``fact-…``, if it carries any.

    Raises:
        Broken: no such rule.
    """
    known = dict(base.facts)
    facts = explain.questions_of(base.rule, on=base.on)
    form = FactsForm(_sent(base, facts, data), facts=facts, known=known, on=base.on, prefix=PREFIX)
    told = verdict or explain.answer(base)
    if not form.is_valid():
        return Trial(form, base, told)
    question = Question.of(base.rule, form.day(), form.given())
    try:
        found = explain.answer(question)
    except explain.FactsRefused as refused:
        for fault in refused.faults:
            form.add_error(fault.where if fault.where in form.fields else None, here(fault.cause))
        return Trial(form, base, told)
    changed = _changed(facts, known, dict(question.facts))
    if question.on != base.on:
        day = explain.Fact("on", "date", Text("Tag der Prüfung", "Day of the check"))
        changed = (Changed(here(day.question), said_here(day, base.on), said_here(day, question.on)), *changed)
    return Trial(form, base, told, question, found, changed)


def _sent(base: Question, facts: tuple[explain.Fact, ...], data: Mapping[str, Any]) -> dict[str, Any] | None:
    """What an address carries, and for what it leaves out the value that stands; ``None`` if it carries nothing."""
    if not any(name.startswith(f"{PREFIX}-") for name in data):
        return None
    known = dict(base.facts)
    stands = {fact.name: FactsForm.as_sent(fact, known.get(fact.name, fact.default)) for fact in facts}
    stands["on"] = base.on.isoformat()
    return {f"{PREFIX}-{name}": data.get(f"{PREFIX}-{name}", value) for name, value in stands.items()}


def _changed(
    facts: tuple[explain.Fact, ...], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[Changed, ...]:
    found = []
    for fact in facts:
        old, new = _value(fact, before), _value(fact, after)
        if old != new:
            found.append(Changed(here(fact.question), old, new))
    return tuple(found)


def _value(fact: explain.Fact, given: Mapping[str, Any]) -> str:
    value = given.get(fact.name, fact.default)
    return said_here(fact, UNKNOWN if value is None else value)
