"""Mentoring needs two yeses, a chosen step stays one's own, and no tax value is invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from werkfluss.care.domain import growing
from werkfluss.kernel.errors import NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation, User
from werkfluss.org.roles import Role
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind, Resource


@pytest.fixture
def people(
    in_firm: Actor, firm: Organisation, member_of: Callable[..., Actor]
) -> Callable[[str], tuple[Resource, Actor]]:
    rate = resources.set_rate(name="Fertigung", cents_per_hour=5000, by=in_firm)

    def make(name: str) -> tuple[Resource, Actor]:
        actor = member_of(firm, Role.EMPLOYEE, f"{name.lower()}@muster.example")
        user = User.objects.get(pk=actor.id)
        person = resources.add_resource(
            kind=Kind.EMPLOYEE, name=name, rate=rate, email=user.email, user=user, by=in_firm
        )
        return person, actor

    return make


def test_a_pair_needs_both_and_a_single_yes_is_seen_by_nobody(people: Callable[[str], tuple[Resource, Actor]]) -> None:
    (zoe, zoe_in), (ana, ana_in), (ben, ben_in) = people("Zoe"), people("Ana"), people("Ben")
    seeks = growing.wish_mentoring(zoe, side="seeks", topics=["town", "work"], languages=["en"], by=zoe_in)
    offers = growing.wish_mentoring(ben, side="offers", topics=["town"], languages=["de"], by=ben_in)
    also = growing.wish_mentoring(ana, side="offers", topics=["work"], languages=["de"], by=ana_in)
    assert [one.wish for one in growing.others_for(seeks)] == [also, offers]  # by the alphabet
    assert not growing.say_yes(seeks, offers, by=zoe_in)
    [from_ben] = growing.others_for(offers)
    assert (from_ben.said_yes, from_ben.both) == (False, False)
    with pytest.raises(NotPermitted):
        growing.say_yes(offers, seeks, by=zoe_in)
    with pytest.raises(Refused):
        growing.say_yes(offers, also, by=ben_in)
    assert growing.say_yes(offers, seeks, by=ben_in)
    assert [one.both for one in growing.others_for(seeks)] == [False, True]
    growing.end_wish(offers, by=ben_in)
    assert [one.wish for one in growing.others_for(seeks)] == [also]


def test_hr_sees_only_released_choices(in_firm: Actor, people: Callable[[str], tuple[Resource, Actor]]) -> None:
    zoe, zoe_in = people("Zoe")
    step = growing.add_step(
        path="Entwicklung", position=1, title="Technische Leitung", meaning="x", skills=["SPS"], courses="", by=in_firm
    )
    growing.choose_step(zoe, step, released=False, by=zoe_in)
    assert list(growing.released_choices()) == []
    growing.choose_step(zoe, step, released=True, by=zoe_in)
    assert [one.person for one in growing.released_choices()] == [zoe]
    with pytest.raises(NotPermitted):
        growing.choose_step(zoe, step, released=True, by=in_firm)


def test_tax_hint_comes_from_the_law_or_is_not_known() -> None:
    said, basis = growing.tax_hint("pension", on=date(2026, 11, 22))
    assert "676.00" in said.en
    assert "338.00" in said.en
    assert basis
    for kind in set(growing.BENEFITS) - {"pension"}:
        said, basis = growing.tax_hint(kind, on=date(2026, 11, 22))
        assert said.en.startswith("Not known")
        assert basis == ""
