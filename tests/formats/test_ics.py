"""Absences from calendars: Outlook's habits, recurrence, zones, and broken files."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werkfluss.formats import ics
from werkfluss.formats.recurrence import occurrences
from werkfluss.kernel.dates import DateRange
from werkfluss.kernel.errors import Broken

OUTLOOK = "outlook_abwesenheit.ics"
# Files of the corpus that no reader can take over whole, with what must be said about them.
BROKEN = {
    "america_new_york_forward_reference.ics": "DTSTART",
    "broken_ical.ics": "DTSTART",
    "fuzz_testcase_0_char_in_component_name.ics": "Textdatei",
    "fuzz_testcase_vtimezone_lone_cr.ics": "BEGIN:VCALENDAR",
    "issue_104_broken_calendar.ics": "beschädigt",
    "issue_1081_invalid_rrule_freq.ics": "Wiederholung ist ungültig",
    "issue_1081_invalid_start_valid_end.ics": "INVALID-DATE",
    "issue_178_custom_component_contains_other.ics": "BEGIN:VCALENDAR",
    "issue_722_missing_VTIMEZONE_custom.ics": "Zeitzone „CUSTOM_tzid“ ist unbekannt",
    "parsing_error.ics": "EXDATE",
}


def _calendar(*events: str, head: str = "") -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{event}\r\nEND:VEVENT\r\n" for n, event in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{head}{body}END:VCALENDAR\r\n".encode()


def _read(*events: str, head: str = "", **more: object) -> ics.AbsenceList:
    return ics.read(_calendar(*events, head=head), filename="k.ics", **more)  # type: ignore[arg-type]


@pytest.mark.corpus
def test_corpus_outlook_calendar_equals_its_truth(corpus: Path) -> None:
    result = ics.read((corpus / "icalendar-de" / OUTLOOK).read_bytes(), filename=OUTLOOK)
    truth = json.loads((corpus / "icalendar-de" / "truth.json").read_text("utf-8"))
    document = result.as_json()["absences"]
    assert isinstance(document, list)
    whole = [f"{a['start']}..{a['end']} (DTEND exclusive)" for a in document if a["all_day"]]
    assert whole == truth["absent_all_day"]
    mondays = [(a["start"], a["end"], a["time_zone"]) for a in document if not a["all_day"]]
    days = ["2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23", "2026-11-30", "2026-12-07", "2026-12-14"]
    assert truth["weekly"] == "Mondays 09:00-09:30 Berlin, not 2026-12-21, last 2026-12-28"
    assert mondays == [
        (f"{day}T09:00:00+01:00", f"{day}T09:30:00+01:00", "Europe/Berlin") for day in [*days, "2026-12-28"]
    ]
    assert [(n.summary, n.start, n.reason.en) for n in result.not_absent] == [
        ("Homeoffice", date(2026, 11, 6), "working elsewhere")
    ]
    assert result.errors == ()


@pytest.mark.corpus
def test_corpus_readable_calendars_are_read_and_broken_ones_give_a_clear_error(corpus: Path) -> None:
    said = {}
    for path in sorted((corpus / "icalendar").glob("*.ics")):
        try:
            errors = ics.read(path.read_bytes(), filename=path.name).errors
        except Broken as error:
            errors = (error.fault,)
        if errors:
            said[path.name] = errors[0].cause.de
    assert set(said) == set(BROKEN)
    assert [name for name, word in BROKEN.items() if word not in said[name]] == []


def test_all_day_end_is_exclusive_in_the_file_and_a_missing_end_is_one_day() -> None:
    result = _read(
        "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227",
        "DTSTART;VALUE=DATE:20261231",
        "DTSTART;VALUE=DATE:20270106\r\nDTEND;VALUE=DATE:20270106",
    )
    assert [a.days for a in result.absences] == [
        DateRange(date(2026, 12, 24), date(2026, 12, 27)),
        DateRange(date(2026, 12, 31), date(2027, 1, 1)),
        DateRange(date(2027, 1, 6), date(2027, 1, 7)),
    ]


def test_outlooks_midnight_to_midnight_is_an_all_day_absence() -> None:
    event = (
        "DTSTART;TZID=W. Europe Standard Time:20261224T000000\r\nDTEND;TZID=W. Europe Standard Time:20261226T000000"
        "\r\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE\r\nX-MICROSOFT-CDO-BUSYSTATUS:OOF"
    )
    absence = _read(event).absences[0]
    assert (absence.days, absence.status) == (DateRange(date(2026, 12, 24), date(2026, 12, 26)), "absent")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", "working elsewhere"),
        ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", "marked as free"),
        ("TRANSP:TRANSPARENT", "marked as free"),
        ("STATUS:CANCELLED", "cancelled"),
    ],
)
def test_event_that_takes_nobody_away_is_listed_apart(line: str, reason: str) -> None:
    result = _read(f"DTSTART;VALUE=DATE:20261106\r\nSUMMARY:X\r\n{line}")
    assert (result.absences, [n.reason.en for n in result.not_absent]) == ((), [reason])


def test_busy_status_of_outlook_wins_over_transparency() -> None:
    event = "DTSTART;VALUE=DATE:20261106\r\nTRANSP:TRANSPARENT\r\nX-MICROSOFT-CDO-BUSYSTATUS:OOF"
    assert [a.status for a in _read(event).absences] == ["absent"]


def test_series_keeps_its_wall_clock_time_over_the_change_of_clocks() -> None:
    event = (
        "DTSTART;TZID=Europe/Berlin:20261019T090000\r\nDTEND;TZID=Europe/Berlin:20261019T100000\r\n"
        "RRULE:FREQ=WEEKLY;UNTIL=20261026T080000Z"
    )
    found = [a.start for a in _read(event).absences]
    assert [s.isoformat() for s in found if s] == ["2026-10-19T09:00:00+02:00", "2026-10-26T09:00:00+01:00"]


def test_moved_and_cancelled_occurrences_replace_those_of_the_series() -> None:
    master = "DTSTART:20261102T080000Z\r\nDTEND:20261102T090000Z\r\nRRULE:FREQ=DAILY;COUNT=4\r\nSUMMARY:S"
    moved = (
        "RECURRENCE-ID:20261103T080000Z\r\nDTSTART:20261103T120000Z\r\nDTEND:20261103T130000Z\r\nSUMMARY:S verschoben"
    )
    gone = "RECURRENCE-ID:20261104T080000Z\r\nDTSTART:20261104T080000Z\r\nDTEND:20261104T090000Z\r\nSTATUS:CANCELLED"
    data = _calendar(master, moved, gone).replace(b"UID:1", b"UID:0").replace(b"UID:2", b"UID:0")
    found = ics.read(data, filename="k.ics").absences
    assert [(a.start.astimezone(UTC).strftime("%d %H"), a.summary) for a in found if a.start] == [
        ("02 08", "S"),
        ("03 12", "S verschoben"),
        ("05 08", "S"),
    ]


def test_exception_given_as_a_day_removes_the_time_of_that_day() -> None:
    event = "DTSTART:20261102T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEXDATE;VALUE=DATE:20261103"
    assert [a.start.day for a in _read(event).absences if a.start] == [2, 4]


def test_endless_series_is_cut_at_the_given_day_with_a_warning() -> None:
    event = "DTSTART;VALUE=DATE:20200106\r\nRRULE:FREQ=WEEKLY"
    result = _read(event, until=date(2020, 2, 1))
    assert [a.days.start.day for a in result.absences if a.days] == [6, 13, 20, 27]
    assert "Endlose Serie" in result.warnings[0].cause.de
    assert "bis 01.02.2020" in result.warnings[0].cause.de


def test_time_without_zone_counts_as_the_calendars_own_zone_with_a_warning() -> None:
    event = "DTSTART:20261102T080000\r\nDURATION:PT1H"
    assert [a.time_zone for a in _read(event).absences] == ["Europe/Berlin"]
    vienna = _read(event, head="X-WR-TIMEZONE:Europe/Vienna\r\n")
    assert [a.time_zone for a in vienna.absences] == ["Europe/Vienna"]
    assert "Ohne Zeitzone" in vienna.warnings[0].cause.de


def test_unknown_zone_is_an_error_that_a_mapping_cures() -> None:
    event = "DTSTART;TZID=Halle 3:20261102T080000\r\nDURATION:PT1H"
    assert "Halle 3=Europe/Berlin" in _read(event).errors[0].expected.de
    cured = _read(event, mapping={"Halle 3": "Europe/Berlin"})
    assert [a.start.astimezone(UTC) for a in cured.absences if a.start] == [datetime(2026, 11, 2, 7, tzinfo=UTC)]


def test_zone_described_in_one_file_does_not_explain_the_name_in_another() -> None:
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Halle 3\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0500\r\n"
        "TZOFFSETTO:+0500\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    event = "DTSTART;TZID=Halle 3:20261102T080000\r\nDURATION:PT1H"
    described = _read(event, head=zone)
    assert [a.start.astimezone(UTC).hour for a in described.absences if a.start] == [3]
    assert "unbekannt" in _read(event).errors[0].cause.de


def test_private_title_and_description_stay_unread() -> None:
    shown = json.dumps(_read("DTSTART;VALUE=DATE:20261102\r\nSUMMARY:Facharzt\r\nCLASS:PRIVATE").as_json())
    assert "Facharzt" not in shown
    shown = json.dumps(_read("DTSTART;VALUE=DATE:20261102\r\nSUMMARY:Frei\r\nDESCRIPTION:Migräne").as_json())
    assert "Migr" not in shown


def test_free_busy_times_are_read_without_the_free_ones() -> None:
    data = (
        b"BEGIN:VCALENDAR\r\nBEGIN:VFREEBUSY\r\nFREEBUSY:20261102T080000Z/PT1H,20261103T080000Z/20261103T090000Z\r\n"
        b"FREEBUSY;FBTYPE=FREE:20261104T080000Z/PT1H\r\nFREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20261105T080000Z/PT1H\r\n"
        b"END:VFREEBUSY\r\nEND:VCALENDAR\r\n"
    )
    found = ics.read(data, filename="k.ics").absences
    assert [(a.start.day, a.status) for a in found if a.start] == [(2, "busy"), (3, "busy"), (5, "absent")]


@pytest.mark.parametrize(
    ("event", "word"),
    [
        ("DTSTART:20261102T080000Z\r\nDTEND:20261101T080000Z", "Ende liegt vor dem Anfang"),
        ("DTSTART;VALUE=DATE:20261102\r\nDTEND:20261103T080000Z", "passen nicht zusammen"),
        ("DTSTART;VALUE=DATE:20261102\r\nRRULE:FREQ=SECONDLY", "Wiederholung ist ungültig"),
        ("DTSTART;VALUE=DATE:20261102\r\nRRULE:FREQ=DAILY;INTERVAL=0", "Wiederholung ist ungültig"),
        ("DTSTART;VALUE=DATE:20261102\r\nRRULE:FREQ=DAILY;BYHOUR=1,2,3", "Wiederholung ist ungültig"),
        ("DTSTART:gestern", "DTSTART"),
    ],
)
def test_faulty_event_is_an_error_with_its_line_and_the_others_are_read(event: str, word: str) -> None:
    result = _read("DTSTART;VALUE=DATE:20261101", event)
    assert len(result.absences) == 1
    assert [(f.where, word in f.cause.de) for f in result.errors] == [("k.ics, 7", True)]


@pytest.mark.parametrize(
    "data",
    [
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261102T080000Z\r\n",
        b"Urlaub Meier\r\n",
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 50 + b"END:VEVENT\r\n" * 50 + b"END:VCALENDAR\r\n",
        _calendar(*["DTSTART;VALUE=DATE:20261102"] * 10_001),
        _calendar(*["DTSTART;VALUE=DATE:20261102\r\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"] * 22),
        _calendar(*["DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=DAILY;COUNT=5000"] * 11),
    ],
)
def test_damaged_or_boundless_calendar_is_refused(data: bytes) -> None:
    with pytest.raises(Broken):
        ics.read(data, filename="k.ics")


@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:FREQ=SECONDLY",
        "RRULE:FREQ=YEARLY;BYSECOND=1,2,3",
        "RRULE;X=1:FREQ=MINUTELY",
        "RRULE:FREQ=YEARLY\r\n ;FREQ=SECONDLY",
        "RRULE:FREQ=YEARLY\r\n\r\n ;FREQ=SECONDLY",
    ],
)
@pytest.mark.parametrize("begin", ["BEGIN:VTIMEZONE", "begin:vtimezone", "BEGIN;X=1:VTIMEZONE"])
def test_time_zone_that_would_be_unrolled_without_end_is_refused(rule: str, begin: str) -> None:
    zone = (
        f"{begin}\r\nTZID:Z\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n{rule}\r\nTZOFFSETFROM:+0100\r\n"
        "TZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    with pytest.raises(Broken, match="illegal rule"):
        _read("DTSTART;TZID=Z:20261102T080000\r\nDURATION:PT1H", head=zone)


DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(lambda day: datetime.combine(day, datetime.min.time()))


@given(DAYS, st.integers(1, 60), st.integers(1, 40))
def test_daily_rule_counts_every_nth_day(start: datetime, every: int, count: int) -> None:
    found = list(occurrences(f"FREQ=DAILY;INTERVAL={every};COUNT={count}", start, datetime(2200, 1, 1)))
    assert [(moment - start).days for moment in found] == [n * every for n in range(count)]


@given(DAYS, st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]))
def test_weekly_rule_falls_on_its_weekday_up_to_the_last_day(start: datetime, weekday: str) -> None:
    until = start + timedelta(days=365)  # a year later does not exist for 29 February
    found = list(occurrences(f"FREQ=WEEKLY;BYDAY={weekday}", start, until))
    assert {moment.strftime("%a")[:2].upper() for moment in found} == {weekday}
    assert start <= found[0] <= found[-1] <= until
    assert len(found) in {52, 53}


@pytest.mark.parametrize(
    ("line", "mail", "name"),
    [
        (
            'ORGANIZER;CN="Brandt, Katharina":MAILTO:K.Brandt@firma.example',
            "k.brandt@firma.example",
            "Brandt, Katharina",
        ),
        ("ORGANIZER:mailto:k.brandt@firma.example", "k.brandt@firma.example", None),
        ("ORGANIZER;CN=Katharina Brandt:invalid:nomail", None, "Katharina Brandt"),
        ("X-NONE:1", None, None),
    ],
)
def test_organizer_is_read(line: str, mail: str | None, name: str | None) -> None:
    event = f"DTSTART;VALUE=DATE:20261221\r\nDTEND;VALUE=DATE:20261224\r\n{line}"
    absence = _read(event).absences[0]
    assert (absence.organizer, absence.organizer_name) == (mail, name)
    assert absence.as_json()["organizer"] == absence.organizer


def test_whole_days_are_midnight_where_the_person_lives() -> None:
    absence = _read("DTSTART;VALUE=DATE:20261221\r\nDTEND;VALUE=DATE:20261224").absences[0]
    start, end = absence.instants(ZoneInfo("Asia/Kolkata"))
    assert start.astimezone(UTC) == datetime(2026, 12, 20, 18, 30, tzinfo=UTC)
    assert end.astimezone(UTC) == datetime(2026, 12, 23, 18, 30, tzinfo=UTC)


def test_times_of_day_are_instants_whatever_the_zone() -> None:
    absence = _read("DTSTART:20261221T080000Z\r\nDTEND:20261221T100000Z").absences[0]
    assert absence.instants(ZoneInfo("Asia/Kolkata")) == (absence.start, absence.end)
