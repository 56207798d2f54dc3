"""Microsoft Project XML: counts, links, calendars, and faults."""

from __future__ import annotations

import json
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from werkfluss.formats import mspdi
from werkfluss.formats.mspdi_calendar import children, number, text
from werkfluss.formats.project import CalendarException, Link, Plan, PlanCalendar, WorkWeek
from werkfluss.formats.project_calendar import calendar_of_json, shortened, working_shifts
from werkfluss.kernel.errors import Broken

LINKS = "task-links-project2010-mspdi.xml"
RECURRING = "calendar-recurring-exceptions-project2010-mspdi.xml"


def _project(tasks: str = "", rest: str = "") -> Plan:
    document = f'<Project xmlns="http://schemas.microsoft.com/project">{rest}<Tasks>{tasks}</Tasks></Project>'
    return mspdi.read(document.encode(), filename="plan.xml")


def _task(uid: int, body: str = "", *, level: int = 1, duration: str = "PT16H0M0S") -> str:
    return (
        f"<Task><UID>{uid}</UID><ID>{uid}</ID><Name>T{uid}</Name><WBS>{uid}</WBS><OutlineLevel>{level}</OutlineLevel>"
        f"<Duration>{duration}</Duration>{body}</Task>"
    )


def _after(uid: int, *, kind: int = 1, lag: int = 0, unit: int = 7) -> str:
    return (
        f"<PredecessorLink><PredecessorUID>{uid}</PredecessorUID><Type>{kind}</Type>"
        f"<LinkLag>{lag}</LinkLag><LagFormat>{unit}</LagFormat></PredecessorLink>"
    )


@pytest.mark.corpus
def test_corpus_counts_equal_their_truth(corpus: Path) -> None:
    truth = json.loads((corpus / "msproject" / "truth.json").read_text("utf-8"))
    found = {}
    for name in truth:
        plan = mspdi.read((corpus / "msproject" / name).read_bytes(), filename=name)
        assert plan.errors == ()
        found[name] = {
            "assignments": len(plan.assignments),
            "cals": len(plan.calendars),
            "links": len(plan.links),
            "resources": len(plan.resources),
            "tasks": len(plan.tasks),
        }
    assert found == truth


@pytest.mark.corpus
def test_corpus_recurring_exceptions_fall_on_the_days_that_project_lists(corpus: Path) -> None:
    """Project writes every day of an exception once more in the older form: an expansion by the maker itself."""
    data = (corpus / "msproject" / RECURRING).read_bytes()
    element = children(etree.fromstring(data), "Calendars/Calendar")[0]
    listed = set()
    for day in children(element, "WeekDays/WeekDay"):
        if number(day, "DayType") == 0:
            first, last = (
                date.fromisoformat((text(day, f"TimePeriod/{end}") or "")[:10]) for end in ("FromDate", "ToDate")
            )
            listed |= {date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)}
    calendar = mspdi.read(data, filename=RECURRING).calendars[0]
    assert {day for exception in calendar.exceptions for day in exception.days} == listed
    working = [e for e in calendar.exceptions if e.shifts]
    shifts = ((time(9), time(13)), (time(14), time(17)))
    assert [(e.name, e.shifts) for e in working] == [("Recurring Working", shifts)]


@pytest.mark.corpus
def test_corpus_links_have_type_and_lag(corpus: Path) -> None:
    plan = mspdi.read((corpus / "msproject" / LINKS).read_bytes(), filename=LINKS)
    assert [(wbs, link.wbs, link.type, link.lag_days) for wbs, link in plan.links] == [
        ("2", "1", "FS", 0),
        ("4", "3", "FS", 1),
        ("6", "5", "FS", 2),
        ("8", "7", "FS", 5),
        ("10", "9", "FS", 10),
        ("12", "11", "SF", 2),
        ("14", "13", "SS", 2),
        ("16", "15", "FF", 2),
    ]


@pytest.mark.corpus
def test_corpus_file_of_another_program_is_refused_by_its_root(corpus: Path) -> None:
    with pytest.raises(Broken, match="root element"):
        mspdi.read((corpus / "msproject" / "HouseBuildingSample.gan").read_bytes(), filename="house.gan")


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (_after(1, kind=3, lag=-2400), Link("1", "SS", Decimal("-0.5"))),
        (_after(1, lag=14400, unit=8), Link("1", "FS", Decimal(1), elapsed=True)),
        (_after(1, kind=3, lag=50, unit=19), Link("1", "SS", Decimal(1))),
        (_after(1, kind=0), Link("1", "FF")),
        (_after(1, kind=2), Link("1", "SF")),
    ],
)
def test_link_lag_is_converted_by_its_unit(link: str, expected: Link) -> None:
    plan = _project(_task(1) + _task(2, link))
    assert plan.tasks[1].predecessors == (expected,)
    assert plan.errors == ()


def test_calendar_exceptions_weeks_and_base_are_read() -> None:
    day = (
        "<WeekDay><DayType>2</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime><FromTime>22:00:00"
        "</FromTime><ToTime>00:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay>"
    )
    period = "<TimePeriod><FromDate>2026-12-24T00:00:00</FromDate><ToDate>2026-12-26T23:59:00</ToDate></TimePeriod>"
    calendars = (
        "<Calendars><Calendar><UID>1</UID><Name>Standard</Name><WeekDays>" + day + "</WeekDays></Calendar>"
        "<Calendar><UID>2</UID><Name>Halle</Name><BaseCalendarUID>1</BaseCalendarUID><Exceptions><Exception>"
        f"{period}<Name>Weihnachten</Name><Type>1</Type><DayWorking>0</DayWorking></Exception></Exceptions>"
        f"<WorkWeeks><WorkWeek>{period}<WeekDays>{day}</WeekDays></WorkWeek></WorkWeeks></Calendar></Calendars>"
    )
    plan = _project(_task(1), calendars)
    standard, hall = plan.calendars
    assert standard.week == {1: ((time(22), time(0)),)}
    assert (hall.base, hall.exceptions[0].name, hall.exceptions[0].shifts) == ("Standard", "Weihnachten", ())
    assert hall.exceptions[0].days == (date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26))
    assert (hall.work_weeks[0].first, hall.work_weeks[0].week) == (date(2026, 12, 24), standard.week)


@pytest.mark.parametrize(
    ("tasks", "word"),
    [
        (_task(1, _after(7)), "Den Vorgänger 7 gibt es nicht"),
        (_task(1, _after(2)) + _task(2, _after(1)), "Kreis"),
        (_task(1, duration="-PT8H0M0S"), "negative"),
        (_task(1, duration="eine Woche"), "not a duration"),
        (_task(1) + _task(1), "mehrfach"),
        (_task(1, "<Start>gestern</Start>"), "unlesbar"),
        (_task(1) + _task(2, _after(1, kind=9)), "not a link type"),
        ("", "keine Aufgaben"),
        (_task(1, "<Summary>1</Summary>") + _task(2, _after(1), level=2), "Kreis"),
    ],
)
def test_faulty_plan_has_an_error_that_names_the_cause(tasks: str, word: str) -> None:
    errors = _project(tasks).errors
    assert len(errors) == 1
    assert word in errors[0].cause.de


def test_assignment_to_an_unknown_task_is_an_error_with_its_line() -> None:
    rest = "\n<Assignments><Assignment><UID>1</UID><TaskUID>9</TaskUID></Assignment></Assignments>"
    fault = _project(_task(1), rest).errors[0]
    assert (fault.where, "no task 9" in fault.cause.en) == ("plan.xml, 2: Assignment 1", True)


def test_predecessor_in_another_project_is_a_warning() -> None:
    link = "<PredecessorLink><PredecessorUID>1</PredecessorUID><CrossProject>1</CrossProject></PredecessorLink>"
    plan = _project(_task(1) + _task(2, link))
    assert (plan.errors, len(plan.links)) == ((), 0)
    assert "anderen Projekt" in plan.warnings[0].cause.de


def test_binary_project_file_is_refused_with_the_way_out() -> None:
    with pytest.raises(Broken) as caught:
        mspdi.read(b"\xd0\xcf\x11\xe0" + b"x" * 100, filename="plan.mpp")
    assert "XML-Format" in caught.value.fault.next_step.de


def test_start_and_end_links_that_leave_no_order_are_warned_of_with_the_tasks() -> None:
    """Dates could fulfil them, so the file is taken; planning needs an order and says which tasks have none."""
    plan = _project(_task(1, _after(2, kind=0)) + _task(2, _after(1, kind=3)))
    assert plan.errors == ()
    (warning,) = plan.warnings
    assert "1 „T1“" in warning.cause.de
    assert "2 „T2“" in warning.cause.de
    assert _project(_task(1) + _task(2, _after(1, kind=3))).warnings == ()


def test_calendar_survives_as_json_and_says_what_holds_on_a_day() -> None:
    standard = PlanCalendar(
        "Standard", 1, None, {1: ((time(8), time(16)),)}, (CalendarException("Fest", (date(2026, 1, 5),), ()),)
    )
    week = WorkWeek(date(2026, 1, 12), date(2026, 1, 18), {1: ((time(20), time(0)),)})
    hall = PlanCalendar("Halle", 2, "Standard", {2: ((time(6), time(14)),)}, (), (week,))
    calendars = {one.name: calendar_of_json(one.as_json()) for one in (standard, hall)}
    assert calendars == {"Standard": standard, "Halle": hall}
    found = {day: working_shifts("Halle", calendars, date(2026, 1, day)) for day in (5, 6, 12, 14, 19)}
    assert found == {
        5: (),
        6: ((time(6), time(14)),),
        12: ((time(20), time(0)),),
        14: (),
        19: ((time(8), time(16)),),
    }
    cut = shortened(standard, first=date(2026, 2, 1), last=date(2026, 3, 1))
    assert cut.exceptions == ()
