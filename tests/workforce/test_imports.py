"""Staff lists and calendars: who is taken on once, whose an absence is, and that it can all go again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.domain.imports import roll_back_import
from werkfluss.formats import ics, stafflist
from werkfluss.kernel.errors import Refused
from werkfluss.workforce.domain import absence_import, resources, staff_import
from werkfluss.workforce.models import Absence, Kind, Paper, Resource, Skill, WorkingTime

if TYPE_CHECKING:
    from werkfluss.evidence.models import Document, ImportBatch
    from werkfluss.org.actor import Actor
    from werkfluss.workforce.models import Rate

TODAY = date(2026, 11, 22)
HEAD = "Pers.-Nr.;Name;E-Mail;Stelle;Arbeitsort;Wochenstunden;Eintritt;Austritt;Aufenthaltstitel bis;Fähigkeiten\n"
ADA = "7;Ada Klar;ada@x.example;Dreherin;Kassel;38,5;01.02.2020;;;Drehen\n"


@pytest.fixture
def rate(in_firm: Actor) -> Rate:
    return resources.set_rate(name="Werkstatt", cents_per_hour=5000, by=in_firm)


@pytest.fixture
def document(in_firm: Actor) -> Document:
    return keep_file(b"x", filename="liste.csv", by=in_firm)


def take_over(rows: str, document: Document, rate: Rate, by: Actor, **more: object) -> ImportBatch:
    listed = stafflist.read((HEAD + rows).encode(), filename="liste.csv")
    assert not listed.errors
    return staff_import.import_staff(listed, document=document, rate=rate, by=by, **more)  # type: ignore[arg-type]


def test_person_comes_with_hours_skills_and_papers(in_firm: Actor, rate: Rate, document: Document) -> None:
    take_over(ADA.replace(";;;", ";;30.06.2027;"), document, rate, in_firm)
    person = Resource.objects.get()
    assert (person.name, person.weekly_minutes, person.active_from) == ("Ada Klar", 2310, date(2020, 2, 1))
    assert sum(1 for _ in WorkingTime.objects.filter(resource=person)) == 10
    assert Paper.objects.get().expires == date(2027, 6, 30)
    assert [row.skill.name_de for row in person.skills.all()] == ["Drehen"]


def test_rate_card_gives_the_rate_of_the_position(in_firm: Actor, rate: Rate, document: Document) -> None:
    own = resources.set_rate(name="Dreherin", cents_per_hour=6000, by=in_firm)
    take_over(ADA, document, rate, in_firm)
    assert Resource.objects.get().rate_id == own.pk


@pytest.mark.parametrize("active_to", [None, date(2021, 1, 1), date(2030, 1, 1)])
def test_personnel_number_is_given_once_even_to_the_gone(
    active_to: date | None, in_firm: Actor, rate: Rate, document: Document
) -> None:
    old = resources.add_resource(
        kind=Kind.EMPLOYEE, name="Alt", rate=rate, personnel_no="7", active_to=active_to, by=in_firm
    )
    take_over(ADA, document, rate, in_firm, take=[2])
    assert list(Resource.objects.values_list("pk", flat=True)) == [old.pk]


def test_shared_mailbox_is_taken_only_when_asked(in_firm: Actor, rate: Rate, document: Document) -> None:
    resources.add_resource(kind=Kind.EMPLOYEE, name="Alt", rate=rate, email="ADA@x.example", by=in_firm)
    take_over(ADA, document, rate, in_firm)
    assert Resource.objects.count() == 1
    take_over(ADA, document, rate, in_firm, take=[2])
    assert Resource.objects.count() == 2


def test_row_that_is_listed_twice_is_taken_once(in_firm: Actor, rate: Rate, document: Document) -> None:
    take_over(ADA + ADA.replace("Ada Klar", "Ada K."), document, rate, in_firm)
    assert [person.name for person in Resource.objects.all()] == ["Ada Klar"]


def test_rollback_takes_everything_but_what_is_used(in_firm: Actor, rate: Rate, document: Document) -> None:
    batch = take_over(ADA, document, rate, in_firm)
    roll_back_import(batch, by=in_firm)
    assert (Resource.objects.count(), Skill.objects.count(), WorkingTime.objects.count()) == (0, 0, 0)
    batch = take_over(ADA, document, rate, in_firm)
    other = resources.add_resource(kind=Kind.FREELANCER, name="Bo", rate=rate, by=in_firm)
    resources.set_skills(other, skills={Skill.objects.get(): None}, by=in_firm)
    with pytest.raises(Refused):
        roll_back_import(batch, by=in_firm)


def test_places_are_known_from_people_and_the_firm(in_firm: Actor, rate: Rate) -> None:
    resources.add_resource(
        kind=Kind.EMPLOYEE, name="A", rate=rate, city="Linz", country="AT", subdivision="4",
        time_zone="Europe/Vienna", by=in_firm,
    )  # fmt: skip
    places = staff_import.known_places()
    assert places["Linz"] == staff_import.Place("AT", "4", "Europe/Vienna")
    assert places["Kassel"] == staff_import.Place("DE", "HE", "Europe/Berlin")


def calendar(*events: str) -> ics.AbsenceList:
    body = "".join(
        f"BEGIN:VEVENT\r\nUID:u{n}\r\nX-MICROSOFT-CDO-BUSYSTATUS:OOF\r\n{event}\r\nEND:VEVENT\r\n"
        for n, event in enumerate(events)
    )
    return ics.read(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n".encode(), filename="k.ics")


DAYS = "DTSTART;VALUE=DATE:20261221\r\nDTEND;VALUE=DATE:20261224\r\nSUMMARY:Kur"


@pytest.fixture
def ada(in_firm: Actor, rate: Rate) -> Resource:
    return resources.add_resource(
        kind=Kind.EMPLOYEE,
        name="Ada Klar",
        rate=rate,
        email="ada@x.example",
        time_zone="Asia/Kolkata",
        by=in_firm,
    )


@pytest.mark.parametrize(
    "organizer",
    [
        "ORGANIZER:mailto:ADA@x.example",
        'ORGANIZER;CN="Klar, Ada":mailto:anders@y.example',
        "ORGANIZER;CN=ada klar:invalid:nomail",
    ],
)
def test_absence_finds_its_person(organizer: str, ada: Resource) -> None:
    entries = absence_import.absences_of(calendar(f"{DAYS}\r\n{organizer}").absences, on=TODAY)
    assert [entry.person for entry in entries] == [ada]


def test_name_that_two_people_share_finds_nobody(ada: Resource, in_firm: Actor, rate: Rate) -> None:
    resources.add_resource(kind=Kind.FREELANCER, name="Klar Ada", rate=rate, by=in_firm)
    found = calendar(f"{DAYS}\r\nORGANIZER;CN=Ada Klar:invalid:x").absences
    assert [entry.person for entry in absence_import.absences_of(found, on=TODAY)] == [None]


def test_people_who_are_gone_are_not_found(ada: Resource, in_firm: Actor) -> None:
    resources.end_resource(ada, first_day_gone=date(2026, 1, 1), by=in_firm)
    found = calendar(f"{DAYS}\r\nORGANIZER:mailto:ada@x.example").absences
    assert [entry.person for entry in absence_import.absences_of(found, on=TODAY)] == [None]


def test_whole_days_are_those_of_the_person(ada: Resource, in_firm: Actor, document: Document) -> None:
    found = calendar(f"{DAYS}\r\nORGANIZER:mailto:ada@x.example").absences
    batch = absence_import.import_absences(absence_import.absences_of(found, on=TODAY), document=document, by=in_firm)
    row = Absence.objects.get()
    assert (row.start, row.end) == (
        datetime(2026, 12, 20, 18, 30, tzinfo=UTC),
        datetime(2026, 12, 23, 18, 30, tzinfo=UTC),
    )
    assert "Kur" not in str(vars(row))
    known = absence_import.absences_of(found, on=TODAY)
    assert [entry.known for entry in known] == [True]
    roll_back_import(batch, by=in_firm)
    assert not Absence.objects.exists()


def test_meeting_is_no_absence(ada: Resource) -> None:
    event = "DTSTART:20261221T080000Z\r\nDTEND:20261221T090000Z\r\nORGANIZER:mailto:ada@x.example"
    busy = ics.read(
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n{event}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode(),
        filename="k.ics",
    )
    assert len(busy.absences) == 1
    assert absence_import.absences_of(busy.absences, on=TODAY) == []


def test_skipped_and_unowned_absences_stay_out(ada: Resource, in_firm: Actor, document: Document) -> None:
    mine = f"{DAYS}\r\nORGANIZER:mailto:ada@x.example"
    found = calendar(mine, DAYS, mine.replace("202612", "202702")).absences
    entries = absence_import.absences_of(found, on=TODAY)
    last = max(entry.number for entry in entries if entry.person)
    batch = absence_import.import_absences(entries, document=document, skip=[last], by=in_firm)
    assert len(batch.created) == 1
