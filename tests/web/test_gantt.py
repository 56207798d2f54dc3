"""The geometry of the plan's chart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from werkfluss.web.gantt import LANE, SCALES, Bar, Row, draw

BERLIN = ZoneInfo("Europe/Berlin")
FIRST, LAST = date(2026, 11, 2), date(2027, 1, 31)


def chart_of(*bars: Bar, zoom: str = "week") -> Row:
    row = Row("Muster", bars=list(bars))
    draw([row], first=FIRST, last=LAST, today=date(2026, 11, 22), zone=BERLIN, zoom=zoom)  # type: ignore[arg-type]
    return row


def bar(start: int, hours: int) -> Bar:
    begin = datetime(2026, 11, 2, tzinfo=UTC) + timedelta(hours=start)
    return Bar(begin, begin + timedelta(hours=hours), f"{start}", "plain")


def test_bars_that_overlap_get_lanes_of_their_own() -> None:
    row = chart_of(bar(0, 240), bar(48, 240), bar(480, 240))
    assert row.height == 2 * LANE
    assert len({one.y for one in row.drawn}) == 2


def test_bar_starts_at_local_midnight_of_its_day() -> None:
    start = datetime(2026, 11, 9, tzinfo=BERLIN)
    row = chart_of(Bar(start, start + timedelta(days=3), "a", "plain"), zoom="day")
    assert row.drawn[0].x == 7 * SCALES["day"]
    assert row.drawn[0].width == 3 * SCALES["day"]


def test_axis_names_months_and_weeks() -> None:
    chart = draw([], first=FIRST, last=LAST, today=date(2026, 11, 22), zone=BERLIN, zoom="week")
    assert [day for _, day in chart.upper] == [FIRST, date(2026, 12, 1), date(2027, 1, 1)]
    assert [day.isocalendar().week for _, day in chart.lower][:3] == [45, 46, 47]
    assert chart.today == 20 * SCALES["week"]


def test_today_outside_the_chart_is_not_marked() -> None:
    chart = draw([], first=FIRST, last=LAST, today=date(2028, 1, 1), zone=BERLIN, zoom="week")
    assert chart.today is None


def test_load_above_the_working_time_is_named_over() -> None:
    row = Row("Muster", load=[(FIRST, 130), (FIRST + timedelta(days=7), 90), (FIRST + timedelta(days=14), 20)])
    draw([row], first=FIRST, last=LAST, today=FIRST, zone=BERLIN, zoom="week")
    assert [word for *_, word in row.loads] == ["over", "full", "some"]


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 400)), max_size=20))
def test_no_two_bars_of_a_lane_touch_and_all_can_be_hit(spans: list[tuple[int, int]]) -> None:
    row = chart_of(*(bar(start, hours) for start, hours in spans))
    assert len(row.drawn) == len(spans)
    for one in row.drawn:
        assert one.width >= 24
        assert row.y <= one.y <= row.y + row.height - one.height
        for other in row.drawn:
            if one is not other and one.y == other.y:
                assert one.x + one.width <= other.x + 0.2 or other.x + other.width <= one.x + 0.2
