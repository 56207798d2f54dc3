"""Groups as predecessors and successors, and lags in working time: the plan means what Microsoft Project means."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.work import builders as b
from werkfluss import delegation as core
from werkfluss.delegation.solve import solve
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.models import ImportBatch
from werkfluss.formats import mspdi, wbs
from werkfluss.kernel.errors import Refused
from werkfluss.org.actor import Actor
from werkfluss.work.domain import lag_calendars, links, planning, plans, tasks
from werkfluss.work.domain.plan_import import import_plan
from werkfluss.work.models import Task, TaskLink

if TYPE_CHECKING:
    from werkfluss.formats.project import Plan as FilePlan
    from werkfluss.work.models import Project

BERLIN = ZoneInfo("Europe/Berlin")
GROUPS = """PSP-Nr.;Vorgang;Aufwand (h);Dauer (Tage);Vorgänger
1;Aufnahme;;;
1.1;   Ziele abstimmen;8;1;
1.2;   Ablauf festlegen;8;1;
2;Umsetzung;;;{group}
2.1;   Daten prüfen;8;1;
2.2;   Daten laden;8;1;
3;Abnahme;8;1;{last}
"""


def project_of(plan: FilePlan, data: bytes, by: Actor) -> Project:
    document = keep_file(data, filename="plan.csv", by=by)
    return import_plan(plan, document=document, name="Werk 2", start=b.START, by=by)[0]


def imported(by: Actor, *, group: str = "", last: str = "") -> Project:
    data = GROUPS.format(group=group, last=last).encode("cp1252")
    plan = wbs.read(data, filename="plan.csv")
    assert plan.errors == ()
    return project_of(plan, data, by)


def order(by: Actor) -> tuple[core.Problem, set[tuple[str, str, str, int, str, bool]]]:
    """The links of the problem with PSP numbers."""
    problem = planning.load_work(plans.request_plan(as_of=b.DAY, by=by), by=by).problem
    number = {str(task.pk): task.wbs for task in Task.objects.all()}
    return problem, {
        (number[one.predecessor], number[one.successor], one.kind, one.lag, one.calendar, bool(one.group))
        for one in problem.links
    }


def test_group_ends_with_the_last_of_its_tasks(in_firm: Actor) -> None:
    imported(in_firm, last="1")
    assert order(in_firm)[1] == {("1.1", "3", "FS", 0, "", False), ("1.2", "3", "FS", 0, "", False)}


def test_group_after_a_group_holds_for_each_of_its_tasks(in_firm: Actor) -> None:
    imported(in_firm, group="1EA+2T")
    assert order(in_firm)[1] == {
        (before, after, "FS", 960, "firm", False) for before in ("1.1", "1.2") for after in ("2.1", "2.2")
    }


def test_group_begins_with_the_first_of_its_tasks(in_firm: Actor) -> None:
    imported(in_firm, last="2AA+1T")
    found, rows = order(in_firm)
    assert rows == {("2.1", "3", "SS", 480, "firm", True), ("2.2", "3", "SS", 480, "firm", True)}
    assert len({one.group for one in found.links}) == 1


def test_group_that_has_begun_holds_nobody_up(in_firm: Actor) -> None:
    project = imported(in_firm, last="2AA")
    Task.objects.get(project=project, wbs="2.1").edit(state=Task.State.ACCEPTED)
    assert order(in_firm)[1] == set()


def test_task_below_two_groups_counts_for_both(in_firm: Actor) -> None:
    project = imported(in_firm, last="2")
    inner = Task.objects.get(project=project, wbs="2.2")
    inner.edit(is_summary=True)
    part = b.task(project, in_firm, parent=inner)
    assert {before for before, *_ in order(in_firm)[1]} == {"2.1", part.wbs}


def test_elapsed_lag_stays_calendar_time(in_firm: Actor) -> None:
    imported(in_firm, last="2.2EA+2fT")
    assert order(in_firm)[1] == {("2.2", "3", "FS", 2 * 1440, "", False)}
    row = TaskLink.objects.get()
    assert (row.lag_minutes, row.lag_elapsed, row.lag_days) == (2880, True, 2)


def test_half_a_day_of_lag_is_not_rounded_away(in_firm: Actor) -> None:
    imported(in_firm, last="2.2EA+4h")
    assert order(in_firm)[1] == {("2.2", "3", "FS", 240, "firm", False)}
    assert TaskLink.objects.get().lag_days == 0.5


def test_three_days_after_the_day_before_christmas_eve_are_working_days(in_firm: Actor) -> None:
    """From Wednesday, 23 December 2026: the 24th counts, 25th to 27th are holidays and Sunday, so Tuesday the 29th."""
    project = b.project(in_firm)
    first = b.task(project, in_firm, earliest_start=date(2026, 12, 23), effort_minutes=420)
    second = b.task(project, in_firm, effort_minutes=60)
    tasks.link_tasks(second, predecessor=first, lag_days=3, by=in_firm)
    b.resource(in_firm)
    problem = planning.load_work(plans.request_plan(as_of=b.DAY, by=in_firm), by=in_firm).problem
    plan = solve(problem, work_limit=0.05)
    assert plan.unassigned == ()
    end = problem.instant(plan.span(str(first.pk))[1]).astimezone(BERLIN)
    start = problem.instant(plan.span(str(second.pk))[0]).astimezone(BERLIN)
    assert (end.date(), start.date()) == (date(2026, 12, 23), date(2026, 12, 29))


def test_link_that_closes_a_circle_over_a_group_is_refused(in_firm: Actor) -> None:
    project = imported(in_firm, group="1")
    by_number = {task.wbs: task for task in Task.objects.filter(project=project)}
    for after, before in (("1.1", "2"), ("1.1", "1"), ("1", "2.2"), ("1", "1.2")):
        with pytest.raises(Refused):
            tasks.link_tasks(by_number[after], predecessor=by_number[before], by=in_firm)
    tasks.link_tasks(by_number["3"], predecessor=by_number["2"], by=in_firm)


def test_links_that_run_in_a_circle_of_tasks_are_named_and_never_stop_the_plan(in_firm: Actor) -> None:
    """B starts with A and A ends with B: an order that a file may hold, but no task comes first."""
    project = b.project(in_firm)
    one, two = b.task(project, in_firm), b.task(project, in_firm)
    TaskLink.objects.create(task=two, predecessor=one, type="SS")
    assert links.knots(project) == []
    TaskLink.objects.create(task=one, predecessor=two, type="FF")
    assert len(order(in_firm)[0].links) == 1
    assert links.knots(project) == [[two, one]]
    two.edit(state=Task.State.ACCEPTED)
    assert links.knots(project) == [], "what is done holds nobody up"


@pytest.mark.corpus
def test_links_of_microsoft_project_are_planned_as_it_means_them(corpus: Path, in_firm: Actor) -> None:
    data = (corpus / "msproject" / "task-links-project2010-mspdi.xml").read_bytes()
    plan = mspdi.read(data, filename="plan.xml")
    project = project_of(plan, data, in_firm)
    for task in Task.objects.filter(project=project, is_summary=False):
        task.edit(effort_minutes=task.effort_minutes or 480)
    by_uid = {task.wbs: task for task in plan.tasks}
    found = {(before, after, kind): (lag, calendar) for before, after, kind, lag, calendar, _ in order(in_firm)[1]}
    leaves = [(after, link) for after, link in plan.links if not by_uid[link.wbs].summary and not by_uid[after].summary]
    assert len(leaves) == 8
    for after, link in leaves:
        minutes = int(link.lag_days * (1440 if link.elapsed else 480))
        lag, calendar = found[link.wbs, after, link.type]
        assert lag == minutes
        assert calendar.partition(":")[2] == ("" if link.elapsed or not minutes else plan.calendar)


@pytest.mark.corpus
def test_work_breakdown_keeps_its_lag_in_working_days(corpus: Path, in_firm: Actor) -> None:
    data = (corpus / "wbs-xlsx" / "projektplan.xlsx").read_bytes()
    project_of(wbs.read(data, filename="projektplan.xlsx"), data, in_firm)
    lags = {(before, after): lag for before, after, _, lag, _, _ in order(in_firm)[1] if lag}
    assert lags == {("2.1", "3.1"): 5 * 480}


CALENDARS = """<Project xmlns="http://schemas.microsoft.com/project"><CalendarUID>1</CalendarUID><Calendars>
<Calendar><UID>1</UID><Name>Vier Tage</Name><WeekDays>{four}</WeekDays>
<Exceptions><Exception><Name>Betriebsruhe</Name><Type>1</Type><DayWorking>0</DayWorking><TimePeriod>
<FromDate>2026-12-01T00:00:00</FromDate><ToDate>2026-12-02T23:59:00</ToDate></TimePeriod></Exception></Exceptions>
</Calendar><Calendar><UID>2</UID><Name>Rund um die Uhr</Name><WeekDays>{night}</WeekDays></Calendar>
<Calendar><UID>3</UID><Name>Nie</Name><WeekDays/></Calendar></Calendars><Tasks>
<Task><UID>1</UID><ID>1</ID><Name>Bestellen</Name><WBS>1</WBS><OutlineLevel>1</OutlineLevel>
<Duration>PT8H0M0S</Duration><Work>PT8H0M0S</Work></Task>{rest}</Tasks></Project>"""
WAITING = """<Task><UID>{uid}</UID><ID>{uid}</ID><Name>Folge {uid}</Name><WBS>{uid}</WBS><OutlineLevel>1</OutlineLevel>
<Duration>PT8H0M0S</Duration><Work>PT8H0M0S</Work>{calendar}<PredecessorLink><PredecessorUID>1</PredecessorUID>
<Type>1</Type><LinkLag>9600</LinkLag><LagFormat>7</LagFormat></PredecessorLink></Task>"""


def four_day_file() -> bytes:
    day = "<WeekDay><DayType>{n}</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime>{span}</WorkingTime></WorkingTimes></WeekDay>"
    office, night = (
        "<FromTime>06:00:00</FromTime><ToTime>16:00:00</ToTime>",
        "<FromTime>00:00:00</FromTime><ToTime>00:00:00</ToTime>",
    )
    own = ("", "<CalendarUID>2</CalendarUID>", "<CalendarUID>3</CalendarUID>")
    return CALENDARS.format(
        four="".join(day.format(n=n, span=office) for n in (2, 3, 4, 5)),
        night="".join(day.format(n=n, span=night) for n in range(1, 8)),
        rest="".join(WAITING.format(uid=uid, calendar=one) for uid, one in enumerate(own, start=2)),
    ).encode()


def test_lags_count_in_the_calendars_of_the_file(in_firm: Actor) -> None:
    """Those of the waiting task first, then the project's; one without a working day is not used."""
    data = four_day_file()
    plan = mspdi.read(data, filename="plan.xml")
    assert (plan.errors, plan.calendar) == ((), "Vier Tage")
    project_of(plan, data, in_firm)
    problem, found = order(in_firm)
    names = {(after, calendar.partition(":")[2]) for _, after, _, lag, calendar, _ in found if lag == 960}
    assert names == {("2", "Vier Tage"), ("3", "Rund um die Uhr"), ("4", "Vier Tage")}
    windows = {one.id.partition(":")[2]: one.windows for one in problem.calendars}
    assert set(windows) == {"", "Vier Tage", "Rund um die Uhr"}
    drawn = [
        tuple((problem.instant(minute)).astimezone(BERLIN) for minute in window) for window in windows["Vier Tage"]
    ]
    days = {start.date() for start, _ in drawn}
    assert {day.isoweekday() for day in days} == {1, 2, 3, 4}
    assert not days & {date(2026, 12, 1), date(2026, 12, 2)}, "closed by the file's own exception"
    assert {(start.hour, end.hour) for start, end in drawn} == {(6, 16)}
    assert {end - start for start, end in windows["Rund um die Uhr"]} >= {1440}


def test_lag_is_waited_for_in_the_file_s_own_week(in_firm: Actor) -> None:
    """Two days of eight hours after Monday's work: by the four-day week of ten hours on Wednesday at noon."""
    data = four_day_file()
    project_of(mspdi.read(data, filename="plan.xml"), data, in_firm)
    b.resource(in_firm)
    problem, _ = order(in_firm)
    number = {str(task.pk): task.wbs for task in Task.objects.all()}
    link = next(one for one in problem.links if number[one.successor] == "2")
    calendar = next(one for one in problem.calendars if one.id == link.calendar)
    monday = problem.minute(datetime(2027, 1, 11, 16, tzinfo=BERLIN))
    left, at = link.lag, monday
    for start, end in calendar.windows:
        if end > monday and left:
            used = min(left, end - max(start, at))
            left, at = left - used, max(start, at) + used
    assert problem.instant(at).astimezone(BERLIN) == datetime(2027, 1, 13, 12, tzinfo=BERLIN)


def test_import_taken_back_or_gone_leaves_the_firm_s_working_time(in_firm: Actor) -> None:
    data = four_day_file()
    project_of(mspdi.read(data, filename="plan.xml"), data, in_firm)
    ImportBatch.objects.update(state="rolled_back")
    assert {calendar for *_, lag, calendar, _ in order(in_firm)[1] if lag} == {"firm"}


def test_firm_calendar_has_no_weekends_and_holidays(in_firm: Actor) -> None:
    origin = datetime(2026, 12, 1, tzinfo=BERLIN).astimezone(ZoneInfo("UTC"))
    calendar = lag_calendars.firm_calendar(origin, timedelta(days=40))
    days = {(origin + timedelta(minutes=start)).astimezone(BERLIN).date() for start, _ in calendar.windows}
    assert date(2026, 12, 24) in days
    assert not days & {date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 27), date(2027, 1, 1)}
    assert calendar.windows[0][0] < 0
