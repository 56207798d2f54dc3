"""How the process board and the page of a case say things; without a database."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import translation

from werkfluss.process import library
from werkfluss.process.mining import Spread
from werkfluss.web import board_view, case_page
from werkfluss.web.process_view import Happened, ShownStep, drawing
from werkfluss.work.models import Case, CaseTask

HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FIRM = UUID(int=1)


@pytest.mark.parametrize(
    ("time", "german", "english"),
    [
        (timedelta(seconds=20), "1 Minute", "1 minute"),
        (timedelta(minutes=42), "42 Minuten", "42 minutes"),
        (HOUR * 2, "2 Stunden", "2 hours"),
        (HOUR * 47, "47 Stunden", "47 hours"),
        (HOUR * 50, "2 Tage", "2 days"),
        (timedelta(days=147.4), "147 Tage", "147 days"),
    ],
)
def test_durations_are_as_exact_as_anybody_needs(time: timedelta, german: str, english: str) -> None:
    with translation.override("de"):
        assert board_view.lasting(time) == german
    with translation.override("en"):
        assert board_view.lasting(time) == english


def test_spread_says_the_middle_half_in_the_unit_of_the_median() -> None:
    with translation.override("de"):
        said = board_view.spoken(Spread(timedelta(days=3), timedelta(days=1.5), timedelta(days=7), 9))
        assert said is not None
        assert (said.words, said.between) == ("3 Tage", "1,5 bis 7")
        alike = board_view.spoken(Spread(HOUR * 2, HOUR * 2, HOUR * 2, 9))
        assert alike is not None
        assert alike.between == ""
    assert board_view.spoken(None) is None
    assert said > alike


def test_heat_is_in_proportion_and_nothing_stays_cold() -> None:
    assert board_view.heat({"a": 100, "b": 51, "c": 1, "d": 0}) == {"a": 4, "b": 2, "c": 1}
    assert board_view.heat({}) == {}


@pytest.mark.parametrize("name", ["invoice_booking", "quotation", "complaint"])
def test_steps_stand_in_the_order_of_the_way(name: str) -> None:
    model = library.load(name)
    order = board_view.in_order(model)
    assert sorted(order) == sorted(model.nodes)
    starts = [node.id for node in model.nodes.values() if node.tag == "startEvent" and not node.incoming]
    assert order[0] in starts
    (after,) = model.nodes[order[0]].outgoing
    assert order.index(model.flows[after].target) < order.index(
        next(n.id for n in model.nodes.values() if not n.outgoing)
    )


def happened(at: datetime, who: str) -> Happened:
    return Happened(at, who, "Schritt erledigt", "")


def test_history_is_grouped_by_day_in_the_zone_of_the_reader() -> None:
    entries = [happened(NOON, "A"), happened(NOON - HOUR, "A"), happened(NOON - 13 * HOUR, "B")]
    with translation.override("de"):
        found = case_page.days(entries, own="A", hidden=False)
    # 23:00 UTC of the day before is midnight in Berlin.
    assert [(one.day, len(one.entries)) for one in found] == [(date(2026, 11, 20), 3)]
    found = case_page.days([*entries, happened(NOON - 14 * HOUR, "B")], own="A", hidden=False)
    assert [one.day for one in found] == [date(2026, 11, 20), date(2026, 11, 19)]


def test_names_of_others_stay_off_until_the_works_council_has_agreed() -> None:
    with translation.override("de"):
        entries = [happened(NOON, "Ich"), happened(NOON, "Kollegin"), happened(NOON, "Werkfluss itself")]
        entries[2] = happened(NOON, translation.gettext("Werkfluss itself"))
        (day,) = case_page.days(entries, own="Ich", hidden=True)
        assert [one.who for one in day.entries] == ["Ich", "eine Person", "Werkfluss selbst"]
        (day,) = case_page.days(entries, own="Ich", hidden=False)
        assert day.entries[1].who == "Kollegin"


def step(name: str, due: datetime | None) -> ShownStep:
    told: dict[str, Any] = dict.fromkeys(ShownStep.__dataclass_fields__)
    return ShownStep(**{**told, "name": name, "step": CaseTask(org_id=FIRM, due=due, created_at=NOON)})


def test_most_urgent_step_is_next() -> None:
    steps = [step("ohne", None), step("später", NOON + 9 * HOUR), step("zuerst", NOON - 48 * HOUR)]
    found = case_page.standing(Case(org_id=FIRM, state="running"), steps)
    assert found.step is steps[2]
    assert found.more == 2
    assert found.late


def test_link_finds_the_place_on_the_drawing() -> None:
    drawn = drawing(library.load("invoice_booking"), active={"propose_booking"})
    found = case_page.with_anchor(drawn)
    assert found is not None
    (here,) = re.findall(r'<g [^>]*id="here"[^>]*>', found)
    assert 'data-element="propose_booking"' in here
    assert case_page.with_anchor(None) is None


def test_case_that_is_over_says_since_when() -> None:
    over = Case(org_id=FIRM, state="completed", created_at=NOON, ended_at=NOON + timedelta(days=12))
    with translation.override("de"):
        found = case_page.standing(over, [])
    assert found.ended == NOON + timedelta(days=12)
    assert found.lasted == "12 Tage"
    assert found.step is None
