"""The law as people read it: which rules there are, what they ask, what changes when, how fresh the packs are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from werkfluss.compliance.domain.checks import Question, Verdict
from werkfluss.compliance.models import Check
from werkfluss.kernel.errors import Broken
from werkfluss.kernel.text import Text
from werkfluss.law import api as law
from werkfluss.law.api import Change, PackInfo
from werkfluss.law.facts import Fact, FactSchema, FactsRefused
from werkfluss.law.wording import Provision

__all__ = [
    "Change",
    "Fact",
    "FactsRefused",
    "PackInfo",
    "RuleCard",
    "RuleStory",
    "answer",
    "asked",
    "changes_between",
    "fact_question",
    "packs",
    "provision",
    "provision_names",
    "questions_of",
    "rule_card",
    "rule_cards",
    "rule_story",
    "usable",
]


@dataclass(frozen=True, slots=True)
class RuleCard:
    """A rule in a list. ``review`` is the day by which its pack must be looked at again."""

    id: str
    title: Text
    pack: str
    pack_title: Text
    country: str
    version: str
    review: date
    facts: tuple[Fact, ...]

    @property
    def known(self) -> int:
        """How many questions the rule may ask."""
        return len(self.facts)


@dataclass(frozen=True, slots=True)
class RuleStory:
    """What stands behind a rule: its dated versions with their provision, and the sources of the pack."""

    versions: tuple[Mapping[str, Any], ...]
    sources: tuple[Mapping[str, str], ...]


@cache
def rule_cards() -> tuple[RuleCard, ...]:
    """Every rule, ordered by its id."""
    packs_by_id = {pack.id: pack for pack in law.packs()}
    cards = []
    for rule in law.rules():
        pack = packs_by_id[rule.id.rpartition("/")[0]]
        cards.append(
            RuleCard(
                id=rule.id,
                title=rule.title,
                pack=pack.id,
                pack_title=pack.title,
                country=pack.id.partition("/")[0],
                version=pack.version,
                review=pack.next_review,
                facts=tuple(rule.facts.facts.values()),
            )
        )
    return tuple(sorted(cards, key=lambda card: card.id))


def rule_card(rule: str) -> RuleCard:
    """Raises Broken if there is no such rule."""
    found = next((card for card in rule_cards() if card.id == rule), None)
    if found is None:
        law.explain(rule)  # says what there is instead
        raise AssertionError(rule)
    return found


def questions_of(rule: str, *, on: date) -> tuple[Fact, ...]:
    """What the rule asks on a day, in its order.

    Raises:
        Broken: no such rule.
    """
    return tuple(law.schema(rule, on).facts.values())


@cache
def facts_by_name() -> Mapping[str, Fact]:
    """The question behind a fact's name; rules that share a name ask the same."""
    found: dict[str, Fact] = {}
    for card in rule_cards():
        for fact in card.facts:
            found.setdefault(fact.name, fact)
    return found


def fact_question(name: str) -> Fact | None:
    """How a fact is asked; ``None`` for facts that no rule asks for (an address, a bank account)."""
    return facts_by_name().get(name)


def usable(rule: str, recorded: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    """Of recorded facts those that a rule can take on a day: it asks for the name, and the value is one of its answers.

    Raises:
        Broken: no such rule.
    """
    schema = law.schema(rule, on)
    return {name: value for name, value in recorded.items() if name in schema.facts and _fits(schema, name, value)}


def _fits(schema: FactSchema, name: str, value: Any) -> bool:
    """Rules may share a name and mean something else by it: then the type or the list of answers differs."""
    try:
        schema.read({name: value})
    except FactsRefused:
        return False
    return value is not None


def misfits(question: Question) -> tuple[str, ...]:
    """The names of facts that the rule cannot take, as one recorded by an import may be; empty if all fit.

    Raises:
        Broken: no such rule.
    """
    schema = law.schema(question.rule, question.on)
    return tuple(name for name, value in question.facts if name not in schema.facts or not _fits(schema, name, value))


def rule_story(rule: str) -> RuleStory:
    """Raises Broken if there is no such rule."""
    found = law.explain(rule)
    return RuleStory(tuple(found["versions"]), tuple(found["sources"]))


def provision(pack: str, name: str) -> Provision:
    """A provision that a verdict cites, with its wording as far as a pack holds it.

    Raises:
        Broken: no such pack or provision.
    """
    return law.provision(pack, name)


def provision_names(pack: str) -> frozenset[str]:
    """The ids of the provisions a pack holds today; an old verdict may cite one that is gone."""
    found = law.library().packs.get(pack)
    return frozenset(found.provisions) if found else frozenset()


def answer(question: Question) -> Verdict:
    """What the law says, without storing anything.

    Raises:
        Broken: no such rule.
        FactsRefused: a fact does not fit the rule.
    """
    return law.check(question.rule, dict(question.facts), question.on)


def packs() -> list[PackInfo]:
    """The law packs with version, sources and review date."""
    return law.packs()


def changes_between(start: date, end: date) -> list[Change]:
    """What begins or ends after ``start`` and not after ``end``."""
    return law.changes(start, end)


def asked(check: Check) -> list[tuple[Text, Any, str]]:
    """The facts of a stored check as (question, value, name); nothing once they were erased."""
    facts = check.facts or {}
    try:
        known = {fact.name: fact.question for fact in questions_of(check.rule, on=check.on)}
    except Broken:  # a rule of a pack that is gone: the stored verdict still stands
        known = {}
    return [(known.get(name, Text(name, name)), said(name, value), name) for name, value in facts.items()]


def said(name: str, value: Any) -> Any:
    """A fact's value in words: labels of choices, yes and no; everything else as it is."""
    fact = fact_question(name)
    if isinstance(value, bool):
        return Text("ja", "yes") if value else Text("nein", "no")
    if fact is not None and fact.labels and isinstance(value, str):
        return fact.labels.get(value, value)
    if isinstance(value, str):
        return value.replace("_", " ") if fact is not None and fact.type == "choice" else value
    if isinstance(value, Mapping):
        return ", ".join(str(part) for part in value.values())
    if isinstance(value, Iterable):
        return ", ".join(str(part) for part in value)
    return value
