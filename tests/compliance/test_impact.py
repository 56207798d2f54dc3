"""Whom a change touches, stored checks asked again, and installed packs in place of those of the program."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from werkfluss.compliance.apps import use_law_packs
from werkfluss.compliance.domain import explain, impact, law_packs, rerun
from werkfluss.compliance.domain.checks import Question, check_facts
from werkfluss.compliance.models import Check
from werkfluss.kernel.errors import Broken
from werkfluss.law import signed
from werkfluss.law.pack import BUILT_IN

if TYPE_CHECKING:
    from werkfluss.org.actor import Actor

ON = date(2026, 11, 2)
NEW_YEAR = date(2027, 1, 1)
WAGE = "de/terms/minimum_wage"
# 174 hours: 2,418.60 euros at 13.90 an hour, 2,540.40 at 14.60.
BETWEEN = {"monthly_pay": "2420", "weekly_hours": "40", "hours_in_month": "174", "exempt": "none"}
ABOVE = BETWEEN | {"monthly_pay": "4000"}


def touched(facts: dict[str, Any], rule: str = WAGE) -> list[impact.Touched[str]]:
    changes = explain.changes_between(date(2026, 12, 31), NEW_YEAR)
    (day,) = impact.impacts(lambda on: [("Bergmann", [Question.of(rule, on, facts)])], changes)
    assert day.day == NEW_YEAR
    return list(day.touched)


def test_pay_between_the_two_wages_falls_below() -> None:
    (one,) = touched(BETWEEN)
    assert (one.before.outcome, one.after.outcome, one.how) == ("allowed", "blocked", impact.WORSE)
    assert one.subject == "Bergmann"


def test_pay_above_both_stands_on_the_value_and_stays() -> None:
    (one,) = touched(ABOVE)
    assert one.before.outcome == one.after.outcome == "allowed"
    assert one.how in {impact.SAME, impact.OTHER}


def test_without_pay_nobody_can_say() -> None:
    (one,) = touched({"weekly_hours": "40"})
    assert one.how == impact.OPEN


def test_rule_that_uses_nothing_that_changes_is_left_out() -> None:
    assert touched({"days_per_week": "5", "case": "full", "agreed_days": "30"}, "de/terms/leave") == []


def test_each_day_has_its_own_changes() -> None:
    found = impact.impacts(lambda _on: [], explain.changes_between(date(2026, 12, 31), date(2027, 12, 31)))
    days = [one.day for one in found]
    assert days == sorted(set(days))
    assert all(change.day == one.day for one in found for change in one.changes)


# Asked again


def stored(facts: dict[str, Any], by: Actor, on: date = ON, rule: str = WAGE) -> Check:
    question = Question.of(rule, on, facts)
    return check_facts([question], by=by)[question].check


def test_check_asked_again_on_its_day_says_the_same(in_firm: Actor) -> None:
    found = rerun.again(stored(BETWEEN, in_firm), on=ON)
    assert found is not None
    assert found.today is None
    assert (found.law_changed, found.day_changed, found.newer_pack) == (False, False, False)


def test_another_day_may_decide_otherwise(in_firm: Actor) -> None:
    found = rerun.again(stored(BETWEEN, in_firm), on=NEW_YEAR)
    assert found is not None
    assert found.day_changed
    assert found.today is not None
    assert found.today.outcome == "blocked"
    assert Check.objects.count() == 1, "asking again stores nothing"


def test_check_without_its_facts_is_not_asked_again(in_firm: Actor) -> None:
    check = stored(BETWEEN, in_firm)
    check.edit(facts=None)
    assert rerun.again(check, on=NEW_YEAR) is None


# Installed packs


@pytest.fixture
def trusted(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder with a newer pack of terms, in which the wage is 20 euros an hour, and the key that signed it."""
    source = tmp_path / "source" / "de" / "terms"
    shutil.copytree(BUILT_IN / "de" / "terms", source, ignore=shutil.ignore_patterns("__pycache__"))
    file = source / "terms.yaml"
    text = re.sub(r"^version: .*$", 'version: "2099.1"', file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert "13.90" in text
    file.write_text(text.replace("13.90", "20.00"), encoding="utf-8")
    private, public = signed.new_key()
    folder = tmp_path / "packs"
    folder.mkdir()
    signed.install(signed.sign(signed.build(source), private), folder, [public])
    yield folder, public
    law_packs.use(None)


def test_installed_pack_decides_and_says_where_it_is_from(trusted: tuple[Path, str]) -> None:
    folder, key = trusted
    (pack,) = law_packs.use(folder, [key])
    assert (pack.info.id, pack.info.version, pack.key) == ("de/terms", "2099.1", key)
    assert explain.answer(Question.of(WAGE, ON, BETWEEN)).outcome == "blocked"
    assert explain.rule_card(WAGE).version == "2099.1"
    assert [one.info.id for one in law_packs.used() if one.installed] == ["de/terms"]


def test_stored_check_shows_that_a_newer_pack_decides_otherwise(trusted: tuple[Path, str], in_firm: Actor) -> None:
    check = stored(BETWEEN, in_firm)
    law_packs.use(trusted[0], [trusted[1]])
    found = rerun.again(check, on=ON)
    assert found is not None
    assert found.newer_pack
    assert found.law_changed
    assert (found.before.outcome, found.same_day.outcome) == ("allowed", "blocked")


def test_pack_of_an_unknown_key_stops_the_start_and_is_not_used(trusted: tuple[Path, str], settings: Any) -> None:
    settings.LAW_PACKS, settings.LAW_KEYS = str(trusted[0]), ["00" * 32]
    with pytest.raises(ImproperlyConfigured, match="not trusted"):
        use_law_packs()
    assert explain.answer(Question.of(WAGE, ON, BETWEEN)).outcome == "allowed"


def test_settings_name_folder_and_keys(trusted: tuple[Path, str], settings: Any) -> None:
    settings.LAW_PACKS, settings.LAW_KEYS = str(trusted[0]), [trusted[1]]
    use_law_packs()
    assert explain.answer(Question.of(WAGE, ON, BETWEEN)).outcome == "blocked"


def test_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="nirgends"):
        law_packs.use(tmp_path / "nirgends", [])


# Stored checks among what a change touches


def test_stored_checks_that_are_decided_otherwise_now_are_found(in_firm: Actor) -> None:
    old = Question.of(WAGE, date(2024, 3, 1), BETWEEN | {"monthly_pay": "2250"})
    check_facts([old, Question.of(WAGE, ON, ABOVE)], by=in_firm)
    found = rerun.outdated(rerun.latest_checks(most=10).rows, on=ON)
    assert [(one.check.on, one.again.before.outcome) for one in found] == [(date(2024, 3, 1), "allowed")]
    assert found[0].again.day_changed
    assert found[0].again.today is not None
    assert found[0].again.today.outcome == "blocked"


def test_same_question_of_several_days_is_asked_again_once(in_firm: Actor) -> None:
    check_facts([Question.of(WAGE, date(2026, month, 2), ABOVE) for month in (9, 10, 11)], by=in_firm)
    (one,) = rerun.latest_checks(most=10).rows
    assert one.on == ON


def test_fact_that_a_rule_cannot_take_touches_nothing_and_stops_nobody() -> None:
    assert touched(BETWEEN | {"monthly_pay": "viel"}) == []


def test_stored_checks_come_in_batches_until_none_is_left(in_firm: Actor) -> None:
    check_facts([Question.of(WAGE, ON, BETWEEN | {"monthly_pay": str(2000 + n)}) for n in range(5)], by=in_firm)
    first, last = rerun.latest_checks(most=3), rerun.latest_checks(most=3, skip=3)
    assert (first.first, first.last, first.left, first.total) == (1, 3, 2, 5)
    assert (last.first, last.last, last.left) == (4, 5, 0)
    assert len({row.pk for row in (*first.rows, *last.rows)}) == 5
    everything = rerun.latest_checks()
    assert (len(everything.rows), everything.left) == (5, 0)
    assert rerun.latest_checks(most=3, skip=99).rows == []
