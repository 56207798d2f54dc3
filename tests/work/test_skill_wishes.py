"""Skills of a drawing in the firm's own words: asked for once, remembered, then found everywhere."""

from __future__ import annotations

import pytest

from werkfluss.kernel.errors import NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.work.domain import definitions, skill_wishes
from werkfluss.work.domain.decomposition import Vocabulary
from werkfluss.workforce.domain.skill_words import MOST, learn_word
from werkfluss.workforce.models import Skill


@pytest.fixture
def skill(in_firm: Actor) -> Skill:
    return Skill.objects.create(key="qs", name_de="Prüfwesen", name_en="Inspection")


def test_word_is_asked_once_and_found_afterwards(in_firm: Actor, skill: Skill) -> None:
    definition = definitions.deploy_library("complaint", by=in_firm)
    asked = {wish.name: wish for wish in skill_wishes.wishes(definition)}
    assert "Qualitätsprüfung" in asked
    wish = asked["Qualitätsprüfung"]
    assert wish.said.en != wish.said.de
    assert "Mangel prüfen" in [text.de for text in wish.steps]
    assert skill_wishes.remember({"Qualitätsprüfung": skill}, by=in_firm) == 1
    assert "Qualitätsprüfung" not in [one.name for one in skill_wishes.wishes(definition)]
    assert Vocabulary.load().key_of("Qualitätsprüfung") == "qs"


def test_word_that_is_known_is_not_kept_twice(in_firm: Actor, skill: Skill) -> None:
    for word in ("prüfwesen", " Qualitäts  prüfung ", "Qualitäts prüfung"):
        learn_word(skill, word, by=in_firm)
    skill.refresh_from_db()
    assert skill.synonyms == ["Qualitäts prüfung"]
    with pytest.raises(Refused):
        learn_word(skill, "   ", by=in_firm)
    skill.edit(synonyms=[str(number) for number in range(MOST)])
    with pytest.raises(Refused):
        learn_word(skill, "noch eins", by=in_firm)


def test_only_who_works_on_cases_says_what_is_meant(firm, in_firm: Actor, skill: Skill, member_of) -> None:
    from werkfluss.org.roles import Role

    with pytest.raises(NotPermitted):
        skill_wishes.remember({"X": skill}, by=member_of(firm, Role.EMPLOYEE, "x@muster.example"))
