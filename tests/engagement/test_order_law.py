"""What a clause does to the status: the law asked with it and without it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.engagement.conftest import all_indicators
from werkfluss.engagement.clauses import BY_KEY, CLAUSES, checked, clauses_for
from werkfluss.kernel.errors import Refused
from werkfluss.workforce.models import Kind

DAY = date(2026, 11, 22)
FREE = {
    "hours": "free",
    "place": "free",
    "instructions": "result",
    "team": "none",
    "equipment": "own",
    "reports": "result",
    "substitution": "allowed",
    "exclusivity": "none",
    "refusal": "each",
    "benefits": "none",
    "appearance": "own",
}


def effect_of(key: str, clauses: dict[str, str], *, price: str = "fixed", **recorded: Any) -> Any:
    from werkfluss.engagement.domain.order_law import effects

    _whole, found = effects(Kind.FREELANCER, clauses, price, recorded=recorded, on=DAY)
    return next(one for one in found if one.clause.key == key)


def test_fixed_hours_raise_instruction_and_another_option_is_named() -> None:
    effect = effect_of("hours", FREE | {"hours": "fixed"})
    assert [group.en for group in effect.raises] == ["instruction"]
    assert effect.lowers == ()
    assert effect.harms
    assert effect.better is not None
    assert effect.better.key == "free"


def test_free_hours_lower_the_most_that_instruction_can_be() -> None:
    effect = effect_of("hours", FREE)
    assert [group.de for group in effect.lowers] == ["Weisung"]
    assert (effect.raises, effect.better, effect.harms) == ((), None, False)


def test_effect_is_the_difference_of_two_verdicts() -> None:
    from werkfluss.engagement.domain.order_law import ask, contract_of, interval

    written = FREE | {"substitution": "excluded"}
    effect = effect_of("substitution", written)
    without = {key: value for key, value in written.items() if key != "substitution"}
    assert interval(effect.with_it) == interval(ask(Kind.FREELANCER, contract_of(written, "fixed"), on=DAY))
    assert interval(effect.without) == interval(ask(Kind.FREELANCER, contract_of(without, "fixed"), on=DAY))
    assert [group.en for group in effect.raises] == ["personal performance"]


def test_price_by_time_raises_risk() -> None:
    effect = effect_of("price_kind", FREE, price="daily")
    assert [group.en for group in effect.raises] == ["entrepreneurial risk"]
    assert effect.better is not None
    assert effect.better.key == "fixed"


@pytest.mark.parametrize("clause", [one.key for one in CLAUSES if one.key not in {"rights", "leadership"}])
def test_every_clause_moves_the_verdict_or_names_nothing(clause: str) -> None:
    """No effect is written by hand: what is named as better is better by the law, and what harms is seen in it."""
    from werkfluss.engagement.domain.order_law import worse

    for option in BY_KEY[clause].options:
        effect = effect_of(clause, FREE | {clause: option.key})
        assert (effect.better is None) == (effect.with_better is None)
        if effect.with_better is not None:
            assert worse(effect.with_it, effect.with_better)


def test_clause_does_not_undo_what_is_recorded_of_the_person() -> None:
    from werkfluss.engagement.domain.order_law import contract_of, joined_facts

    recorded = all_indicators(client_sets_hours=True, must_work_in_person=False)
    contract = contract_of(FREE | {"substitution": "excluded"}, "fixed")
    facts = joined_facts(Kind.FREELANCER, recorded=recorded, run={}, contract=contract, on=DAY)
    assert facts["client_sets_hours"] is True
    assert facts["must_work_in_person"] is True


def test_how_the_order_runs_goes_before_its_clauses() -> None:
    from werkfluss.engagement.domain.order_law import contract_of, joined_facts

    run = {"client_sets_place": True}
    facts = joined_facts(Kind.FREELANCER, recorded={}, run=run, contract=contract_of(FREE, "fixed"), on=DAY)
    assert facts["client_sets_place"] is True


def test_executive_with_fixed_hours_is_blocked_and_another_clause_opens_the_way() -> None:
    from werkfluss.engagement.domain.order_law import effects

    clauses = {"hours": "fixed", "place": "free", "leadership": "none", "benefits": "none"}
    known = {"several_firms": True}
    verdict, found = effects(Kind.FRACTIONAL, clauses, "daily", recorded=known, on=DAY)
    assert verdict.outcome == "blocked"
    hours = next(one for one in found if one.clause.key == "hours")
    assert hours.harms
    assert hours.reasons
    assert hours.better is not None
    assert hours.better.key == "free"
    assert hours.with_better is not None
    assert hours.with_better.outcome == "allowed_with_conditions"


def test_partner_embedded_and_instructed_is_leasing() -> None:
    from werkfluss.engagement.domain.order_law import effects

    clauses = {"instructions": "ongoing", "team": "embedded"}
    verdict, found = effects(Kind.PARTNER, clauses, "fixed", recorded={"licence": False}, on=DAY)
    assert verdict.outcome != "allowed_with_conditions"
    team = next(one for one in found if one.clause.key == "team")
    assert team.better is not None
    assert team.better.key in {"none", "interfaces"}


def test_each_kind_of_external_gets_its_clauses() -> None:
    keys = {kind: {one.key for one in clauses_for(kind)} for kind in ("freelancer", "fractional", "partner")}
    assert "leadership" in keys["fractional"] - keys["freelancer"]
    assert "rights" in keys["freelancer"] & keys["fractional"] & keys["partner"]


@pytest.mark.parametrize(
    "wrong", [{"hours": "nachts"}, {"lunch": "free"}, {"insurance_cents": -1}, {"leadership": "leads"}]
)
def test_unknown_clause_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        checked(wrong, kind="freelancer")


def test_empty_clauses_are_left_out() -> None:
    assert checked({"hours": "", "more": "", "insurance_cents": None, "place": "free"}, kind="freelancer") == {
        "place": "free"
    }
