"""What an order tells the law: its clauses, how it runs, and what is recorded of the person; and what follows from it.

How the order really runs goes before its clauses. Where a clause says something else than is recorded of the person,
the answer that weighs more towards employment counts: a clause alone does not undo what is known of the practice
(s. 611a(1) sentence 6 BGB). Which answer weighs more is asked of the law.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question, Verdict
from werkfluss.compliance.domain.counsel import status_indicators
from werkfluss.engagement.clauses import CLAUSES, Clause, Option, answers_of, clauses_for, price_answers
from werkfluss.engagement.price import KINDS
from werkfluss.kernel.text import Text
from werkfluss.workforce.models import Kind

RULES = {
    Kind.FREELANCER: "de/status/engagement",
    Kind.FRACTIONAL: "de/status/fractional_executive",
    Kind.PARTNER: "de/aueg/partner_team",
}
# A partner's people are never named by the firm here; the gate says the same.
_ALWAYS: dict[Kind, dict[str, Any]] = {Kind.PARTNER: {"named_by_client": False}}
_WORST = ("allowed", "allowed_with_conditions", "unknown", "blocked")
GROUPS = {
    "instruction": Text("Weisung", "instruction"),
    "integration": Text("Eingliederung", "integration"),
    "personnel": Text("Persönliche Leistung", "personal performance"),
    "risk": Text("Unternehmerisches Risiko", "entrepreneurial risk"),
    "history": Text("Vorgeschichte", "history"),
    "market": Text("Markt", "market"),
    "formal": Text("Form", "form"),
}
PRICE_WORDS = {
    "fixed": Text("Festpreis", "fixed price"),
    "milestones": Text("Meilensteine", "milestones"),
    "unit": Text("Preis je Einheit, mit Obergrenze", "price per unit, with a cap"),
    "daily": Text("Tagessatz mit Obergrenze", "day rate with a cap"),
    "hourly": Text("nach Stunden, mit Obergrenze", "by the hour, with a cap"),
}
_GROUP_OF = {item.name: GROUPS[item.group] for item in status_indicators()}
_PRICE = Clause(
    "price_kind",
    Text("Vergütung", "Fee"),
    tuple(Option(kind, PRICE_WORDS[kind], price_answers(kind)) for kind in KINDS),
)
_TERMS_OF_LAW: tuple[Clause, ...] = (*(one for one in CLAUSES if any(o.answers for o in one.options)), _PRICE)


@dataclass(frozen=True, slots=True)
class Effect:
    """What one clause does: the law asked with it and without it.

    ``raises`` and ``lowers`` name the groups of indicators that it moves; ``reasons`` are what the law says only with
    it. ``better`` is the option of the same clause with which the law says most for independence, if it is another one.
    """

    clause: Clause
    option: Option
    raises: tuple[Text, ...]
    lowers: tuple[Text, ...]
    reasons: tuple[Text, ...]
    with_it: Verdict
    without: Verdict
    better: Option | None
    with_better: Verdict | None

    @property
    def harms(self) -> bool:
        """Whether it speaks for employment: by points, by the answer, or because another option says less for it."""
        told = bool(self.reasons) and self.better is not None
        return bool(self.raises) or told or _rank(self.with_it)[0] > _rank(self.without)[0]


def told(kind: Kind, facts: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    """Of ``facts`` what the rule for this kind of external can take."""
    return explain.usable(RULES[kind], facts, on=on) | _ALWAYS.get(kind, {})


def ask(kind: Kind, facts: Mapping[str, Any], *, on: date) -> Verdict:
    """The rule for this kind of external, asked of what it can take of ``facts``; nothing is stored."""
    return explain.answer(Question.of(RULES[kind], on, told(kind, facts, on=on)))


def weightier(kind: Kind, facts: Mapping[str, Any], name: str, one: Any, other: Any, *, on: date) -> Any:
    """Of two answers to a question the one with which the law says more for employment, all else being as told."""
    return max((one, other), key=lambda value: _rank(ask(kind, {**facts, name: value}, on=on)))


def joined_facts(
    kind: Kind, *, recorded: Mapping[str, Any], run: Mapping[str, Any], contract: Mapping[str, bool], on: date
) -> dict[str, Any]:
    """The answers that count: ``run`` of the order, then its ``contract``, then what is ``recorded`` of the person."""
    facts = {**recorded, **contract, **run}
    for name, value in contract.items():
        if name in run or recorded.get(name, value) == value:
            continue
        facts[name] = weightier(kind, facts, name, value, recorded[name], on=on)
    return facts


def contract_of(clauses: Mapping[str, Any], price_kind: str) -> dict[str, bool]:
    return answers_of(clauses, price_kind=price_kind)


def effects(
    kind: Kind,
    clauses: Mapping[str, Any],
    price_kind: str,
    *,
    recorded: Mapping[str, Any],
    run: Mapping[str, Any] | None = None,
    on: date,
) -> tuple[Verdict, list[Effect]]:
    """The verdict on the order as it is written, and the effect of each chosen clause that the law asks about."""
    chosen = {**clauses, _PRICE.key: price_kind}

    def verdict(terms: Mapping[str, Any]) -> Verdict:
        told = contract_of(terms, str(terms.get(_PRICE.key, "")))
        facts = joined_facts(kind, recorded=recorded, run=run or {}, contract=told, on=on)
        return ask(kind, facts, on=on)

    whole = verdict(chosen)
    found: list[Effect] = []
    names = {fact.name for fact in explain.questions_of(RULES[kind], on=on)}
    for clause in _asked_of(kind, names):
        option = clause.option(str(chosen.get(clause.key, "")))
        if option is None:
            continue
        without = verdict({key: value for key, value in chosen.items() if key != clause.key})
        others = {one.key: verdict({**chosen, clause.key: one.key}) for one in clause.options}
        found.append(_effect(clause, option, whole, without, others))
    return whole, found


def _asked_of(kind: Kind, names: set[str]) -> Iterable[Clause]:
    """Clauses of this kind of external about which its rule asks anything; time and place are one question of some."""
    for clause in _TERMS_OF_LAW:
        asked = {name for option in clause.options for name in option.answers}
        if clause.key in {"hours", "place"}:
            asked.add("sets_own_time_and_place")
        if (clause in clauses_for(kind) or clause is _PRICE) and asked & names:
            yield clause


def _effect(clause: Clause, option: Option, whole: Verdict, without: Verdict, others: dict[str, Verdict]) -> Effect:
    before, after = _groups(without), _groups(whole)
    best = min(clause.options, key=lambda one: _rank(others[one.key]))
    better = best if _rank(others[best.key]) < _rank(whole) else None
    return Effect(
        clause=clause,
        option=option,
        raises=tuple(GROUPS[name] for name in after if after[name][0] > before[name][0]),
        lowers=tuple(GROUPS[name] for name in after if after[name][1] < before[name][1]),
        reasons=tuple(text for text in whole.reasons if text not in without.reasons and _decides(whole, without)),
        with_it=whole,
        without=without,
        better=better,
        with_better=others[best.key] if better else None,
    )


def _decides(whole: Verdict, without: Verdict) -> bool:
    return bool(whole.outcome != without.outcome or "score_min" not in whole.values)


def group_of(name: str) -> Text | None:
    """The group of a freelancer's indicator; None for questions that are in none."""
    return _GROUP_OF.get(name)


def interval(verdict: Verdict) -> tuple[int, int] | None:
    """Least and greatest total of a freelancer's indicators; None for the other rules and for a verdict without one."""
    low, high = verdict.values.get("score_min"), verdict.values.get("score_max")
    return (low, high) if isinstance(low, int) and isinstance(high, int) else None


def _groups(verdict: Verdict) -> dict[str, tuple[int, int]]:
    """The interval of each group as the verdict tells it: ``name: low..high``."""
    found: dict[str, tuple[int, int]] = {}
    lines = verdict.values.get("groups")
    for line in lines if isinstance(lines, tuple) else ():
        name, _, spread = line.partition(": ")
        low, _, high = spread.partition("..")
        found[name] = (int(low), int(high))
    return found


def _rank(verdict: Verdict) -> tuple[int, int, int, int]:
    """How much speaks for employment, as far as verdicts of one rule can be compared."""
    low, high = interval(verdict) or (0, 0)
    return _WORST.index(verdict.outcome), high, low, len(verdict.reasons) + len(verdict.conditions)


def worse(one: Verdict, other: Verdict) -> bool:
    """Whether ``one`` says more for employment than ``other``."""
    return _rank(one) > _rank(other)
