"""The catalogue of care modules: complete, read strictly, and three-valued about what is not known."""

from __future__ import annotations

import copy
from importlib.resources import files
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from werkfluss.care.modules import Booking, Condition, care_module, care_modules, fact_kinds, read_module
from werkfluss.care.paper_names import paper_name
from werkfluss.care.routes import route_names
from werkfluss.kernel.errors import Broken

ALL = {
    *("visa_residence", "recognition", "arrival", "sickness_insurance", "accident_repatriation", "telemedicine"),
    *("psychosocial", "language", "culture", "family", "authorities_companion", "housing", "mentoring", "career_path"),
    *("health_programmes", "flexible_place", "benefits", "pension", "leaving"),
}


def _raw(name: str = "language") -> dict[str, Any]:
    text = (files("werkfluss.care.modules") / name / "module.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def test_catalogue_is_complete_and_apart_from_kinds_of_cases() -> None:
    assert {one.id for one in care_modules()} == ALL
    assert not ALL & set(route_names())
    assert "blue_card" in route_names()


def test_confidential_modules_are_used_by_voucher_and_ask_nothing() -> None:
    for name in ("psychosocial", "telemedicine", "health_programmes"):
        assert care_module(name).booking is Booking.VOUCHER
        assert care_module(name).gaps == ()
        assert care_module(name).papers == ()


def test_no_question_of_the_catalogue_is_about_health() -> None:
    words = [
        "krank",
        "behandl",
        "medik",
        "diagnos",
        "therap",
        "schwanger",
        "behinder",
        "ill ",
        "treat",
        "medic",
        "pregnan",
    ]
    for fact in fact_kinds().values():
        asked = f"{fact.ask.de} {fact.ask.en}".casefold()
        assert not [word for word in words if f" {word}" in asked], fact.name


def test_every_gap_names_its_provision_or_our_own_reasoning() -> None:
    rules = [rule for module in care_modules() for rule in module.gaps]
    assert len(rules) >= 20
    assert all(bool(rule.basis) != bool(rule.own) for rule in rules)


def test_papers_of_modules_have_names() -> None:
    assert paper_name("language_certificate").de == "Sprachzertifikat"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda raw: raw.pop("never"), "language/module.yaml"),
        (lambda raw: raw.update(colour="red"), "language/module.yaml"),
        (lambda raw: raw.update(group="elsewhere"), "group"),
        (lambda raw: raw.update(booking="shop"), "booking"),
        (lambda raw: raw["name"].pop("en"), "name"),
        (lambda raw: raw.update(never=[]), "never"),
        (lambda raw: raw["papers"]["language_certificate"].update(who="boss"), "language_certificate"),
        (lambda raw: raw["gaps"]["wish"].update(needed={"blood_group": True}), "gaps: wish: needed: blood_group"),
        (
            lambda raw: raw["gaps"]["wish"].update(needed={"wants_german": "perhaps"}),
            "gaps: wish: needed: wants_german",
        ),
        (lambda raw: raw["gaps"]["wish"].update(needed={"all": []}), "gaps: wish: needed"),
        (lambda raw: raw["gaps"]["wish"].update(basis="§ 1"), "gaps: wish"),
        (lambda raw: raw["gaps"]["wish"].pop("own"), "gaps: wish"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(change: Any, place: str) -> None:
    raw = copy.deepcopy(_raw())
    change(raw)
    with pytest.raises(Broken) as caught:
        read_module("language", raw)
    assert place in caught.value.fault.where


def test_a_module_nobody_wrote_is_not_there() -> None:
    with pytest.raises(KeyError):
        care_module("horoscope")


_leaf = st.builds(lambda name: Condition("fact", fact=name, values=(True,)), st.sampled_from("abc"))
_tree = st.recursive(
    _leaf,
    lambda parts: st.one_of(
        st.builds(
            lambda kind, several: Condition(kind, tuple(several)),
            st.sampled_from(["all", "any"]),
            st.lists(parts, min_size=1, max_size=3),
        ),
        st.builds(lambda one: Condition("not", (one,)), parts),
    ),
    max_leaves=6,
)


@given(_tree, st.fixed_dictionaries({}, optional={name: st.booleans() for name in "abc"}))
def test_what_a_condition_says_stays_whatever_else_becomes_known(tree: Condition, facts: dict[str, bool]) -> None:
    """Sure only where no later answer could change it."""
    said = tree.holds(facts)
    missing = [name for name in "abc" if name not in facts]
    for bits in range(2 ** len(missing)):
        full = facts | {name: bool(bits >> at & 1) for at, name in enumerate(missing)}
        assert tree.holds(full) is not None
        assert said is None or tree.holds(full) is said
