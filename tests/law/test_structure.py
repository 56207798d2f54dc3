"""What every pack must have: references, sources, cases, resolvable citations, an unbroken environment."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import cycle, pairwise

import pytest

from tests.conftest import THOROUGH
from tests.law.conftest import CASES, REVIEWED, read_case
from werkfluss.law.api import library
from werkfluss.law.evaluate import evaluate
from werkfluss.law.facts import candidates
from werkfluss.law.pack import validate

PACKS = library().packs
FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)
RULES = [(pack, version) for pack in PACKS.values() for versions in pack.rules.values() for version in versions]
DAYS: defaultdict[str, set[date]] = defaultdict(set)
for _path in CASES:
    DAYS[read_case(_path)["rule"]].add(date.fromisoformat(read_case(_path)["day"]))
CASED = set(DAYS)


def _change_days(pack) -> list[date]:
    days = {FIRST, LAST}
    for parameter in pack.parameters.values():
        for value in parameter.values:
            days |= {value.period.start, value.period.start - timedelta(days=1)}
            days |= {value.period.end} if value.period.end else set()
    for versions in pack.rules.values():
        for version in versions:
            days |= {version.period.start, version.period.start - timedelta(days=1)}
    return sorted(day for day in days if FIRST <= day <= LAST)


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_pack_follows_the_schema(pack):
    validate(pack.document, where=pack.id)
    assert pack.document["pack"] == pack.id


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_every_dated_value_has_a_reference_and_a_resolvable_provision(pack):
    for parameter in pack.parameters.values():
        for value in parameter.values:
            assert value.reference.strip()
            assert value.provision in pack.provisions
            assert (value.value is None) == (value.status == "unknown")
            assert value.retrieved <= REVIEWED


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_status_fits_the_day_on_which_a_value_was_read(pack):
    """What had begun when it was read is no draft; what had not yet begun is not in force."""
    for parameter in pack.parameters.values():
        if parameter.id.endswith("_next_year"):
            continue  # speaks of a later year than its period
        for value in parameter.values:
            begun = value.period.start <= value.retrieved
            assert value.status != ("draft" if begun else "in_force"), (parameter.id, value.period.start)


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_environment_is_complete_at_every_change_date(pack):
    for day in _change_days(pack):
        assert set(pack.environment(day).values) == set(pack.parameters), day


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_pack_has_sources_review_and_checklist(pack):
    assert pack.sources
    assert pack.next_review > REVIEWED
    readme = (pack.folder / "README.md").read_text(encoding="utf-8")
    assert "Source" in readme
    assert "Next review" in readme
    assert "hecklist" in readme
    assert f"{pack.next_review.day} {pack.next_review:%B %Y}" in readme
    assert all(milestone.provision in pack.provisions for milestone in pack.milestones)


@pytest.mark.parametrize(("pack", "version"), RULES, ids=[version.id for _, version in RULES])
def test_rule_has_a_sourced_case_a_provision_and_questions(pack, version):
    assert version.id in CASED
    assert "§" in version.docstring or "Art." in version.docstring
    for fact in version.facts.facts.values():
        assert fact.question.de.endswith(("?", "."))
        assert fact.question.en.endswith(("?", "."))
        thresholds = [place for place in fact.around if not place[0].isdigit() and not place.startswith("@")]
        assert set(thresholds) <= set(pack.parameters), fact.name


@pytest.mark.parametrize(("pack", "version"), RULES, ids=[version.id for _, version in RULES])
def test_citations_resolve_whatever_a_single_answer_is(pack, version):
    """Answers to every single question, all others missing: evaluate raises if a citation does not resolve.

    Each answer is given on one of two days in turn; all answers on all days would cost minutes and find no more. Of the
    first two answers ``make nightly`` gives both to every question, ``make test`` the one or the other in turn.
    """
    defaults = version.facts.read({})
    days = cycle([day for day in (REVIEWED, date(2027, 7, 1)) if day in version.period])
    for number, (fact, on) in enumerate(zip(version.facts.facts.values(), days, strict=False)):
        environment = pack.environment(on)
        answers = candidates(fact, known={}, parameters=environment.numbers, on=on)[:2]
        for answer in answers if THOROUGH else answers[number // 2 % len(answers) :][:1]:
            verdict = evaluate(pack, version, (), {**defaults, fact.name: answer}, on)
            assert verdict.citations


def test_rules_are_described_in_the_guide_or_beside_their_pack():
    from werkfluss.law.pack import BUILT_IN

    guide = (BUILT_IN.parent / "README.md").read_text(encoding="utf-8")
    for pack, version in RULES:
        assert version.id in guide + (pack.folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("pack", "version"), RULES, ids=[f"{v.id}@{v.period.start}" for _, v in RULES])
def test_every_version_in_force_has_a_case_in_its_period(pack, version):
    assert version.status == "draft" or any(day in version.period for day in DAYS[version.id])


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_periods_of_a_value_and_of_a_rule_do_not_overlap(pack):
    periods = [[value.period for value in parameter.values] for parameter in pack.parameters.values()]
    periods += [[v.period for v in versions if v.status == "in_force"] for versions in pack.rules.values()]
    for listed in periods:
        assert all(not one.overlaps(other) for one, other in pairwise(sorted(listed, key=lambda p: p.start)))


def test_every_case_file_names_a_rule_that_exists():
    assert {version.id for _, version in RULES} == CASED
