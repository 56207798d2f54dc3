"""Shares of fractional executives in two firms: sums on the person's side, busy times between, and the signed file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken, Conflict, NotPermitted, Refused

if TYPE_CHECKING:
    from werkfluss.engagement.models import Mandate
    from werkfluss.org.actor import Actor
    from werkfluss.org.models import Organisation, User
    from werkfluss.workforce.models import Resource

pytestmark = pytest.mark.usefixtures("db")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FIRST, LAST = date(2026, 12, 1), date(2027, 3, 31)
TUESDAY, WEDNESDAY, THURSDAY = 1, 2, 3
MAIL = "stein@finanzleitung.example"


@dataclass
class Firm:
    """One firm with its director and the shared person in it."""

    org: Organisation
    director: Actor
    person: Resource

    def mandate(self, key: object) -> Mandate:
        from werkfluss.engagement.domain import fractional
        from werkfluss.org import tenancy

        with tenancy.acting(self.org.pk, self.director):
            return fractional.mandates().get(pk=key)

    def propose(self, *, days: str = "2", per: str = "week", weekdays: tuple[int, ...] = ()) -> Mandate:
        from werkfluss.engagement.domain import fractional
        from werkfluss.org import tenancy

        terms = fractional.Terms("Finanzleitung", Decimal(days), per, FIRST, LAST, weekdays)
        with tenancy.acting(self.org.pk, self.director) as by:
            return fractional.propose_share(self.person, terms, by=by)

    def own(self, user: User) -> Actor:
        from werkfluss.org.domain import firms

        return firms.user_actor(self.org.pk, user)


@pytest.fixture(autouse=True)
def monday() -> Any:
    with clock.frozen(NOW):
        yield


def _firm(org: Organisation, director: Actor) -> Firm:
    from werkfluss.org import tenancy
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    with tenancy.acting(org.pk, director) as by:
        rate = resources.set_rate(name="CFO", cents_per_hour=15000, by=by)
        person = resources.add_resource(
            kind=Kind.FRACTIONAL, name="Dr. Ulrike Stein", rate=rate, email=MAIL, languages=["de"], by=by
        )
    return Firm(org, director, person)


@pytest.fixture
def both(
    firm: Organisation, director: Actor, other_firm: Organisation, other_director: Actor, settings: Any, tmp_path: Any
) -> tuple[Firm, Firm]:
    settings.ANCHOR_FOLDER = tmp_path / "anchors"
    return _firm(firm, director), _firm(other_firm, other_director)


def stein() -> User:
    from werkfluss.org.models import User

    return User.objects.get(email=MAIL)


def accept(mandate: Mandate) -> None:
    from werkfluss.engagement.domain import shared_days

    assert mandate.org_id is not None
    shared_days.accept_share(stein(), mandate.org_id, mandate.pk)


def declared(days: str) -> None:
    from werkfluss.engagement.domain import shared_days

    shared_days.declare_total(stein(), Decimal(days))


def windows(firm: Firm, first: date, days: int = 7) -> list[date]:
    """On which days this firm may plan the person."""
    from werkfluss.org import tenancy
    from werkfluss.workforce.domain.calendars import working_windows

    start = datetime.combine(first, time(0), clock.FIRM_ZONE)
    with tenancy.acting(firm.org.pk, firm.director):
        firm.person.refresh_from_db()
        found = working_windows([firm.person], start=start, end=start + timedelta(days=days))
    return sorted({begin.astimezone(clock.FIRM_ZONE).date() for begin, _end in found[firm.person.pk]})


def test_agreed_weekdays_are_planned_here_and_busy_there(both: tuple[Firm, Firm]) -> None:
    one, other = both
    mandate = one.propose(weekdays=(TUESDAY, THURSDAY))
    declared("4")
    accept(mandate)
    week = date(2026, 12, 7)
    assert [day.weekday() for day in windows(one, week)] == [TUESDAY, THURSDAY]
    other.propose(days="1", weekdays=(WEDNESDAY,))
    assert [day.weekday() for day in windows(other, week)] == [0, WEDNESDAY, 4]


def test_busy_times_hold_neither_firm_nor_text(both: tuple[Firm, Firm]) -> None:
    from werkfluss.workforce.models import BusyInterval

    declared_by = both[0].propose(weekdays=(TUESDAY, THURSDAY))
    declared("2")
    accept(declared_by)
    assert {field.name for field in BusyInterval._meta.get_fields()} == {"id", "user", "start", "end", "source"}
    rows = list(BusyInterval.objects.all())
    assert rows
    assert {row.start.astimezone(clock.FIRM_ZONE).weekday() for row in rows} == {TUESDAY, THURSDAY}
    assert all(FIRST <= row.start.date() <= LAST for row in rows)


def test_overbooking_is_refused_to_the_person_and_not_available_to_the_firm(both: tuple[Firm, Firm]) -> None:
    one, other = both
    accepted, asked = one.propose(days="2"), other.propose(days="2.5")
    declared("4")
    accept(accepted)
    with pytest.raises(Refused, match="more than your 4"):
        accept(asked)
    assert other.mandate(asked.pk).state == "unavailable"
    declared("4.5")
    accept(asked)
    assert other.mandate(asked.pk).state == "running"


def test_without_a_total_nothing_is_agreed(both: tuple[Firm, Firm]) -> None:
    asked = both[0].propose()
    with pytest.raises(Refused, match="how many days"):
        accept(asked)
    with pytest.raises(Refused):
        declared("7.5")
    with pytest.raises(Refused):
        declared("0.3")


def test_taken_weekday_is_not_available_and_says_no_more(both: tuple[Firm, Firm]) -> None:
    one, other = both
    mandate = one.propose(days="1", weekdays=(TUESDAY,))
    declared("5")
    accept(mandate)
    with pytest.raises(Refused) as refused:
        other.propose(days="1", weekdays=(TUESDAY,))
    assert refused.value.reason.en == "Not available on these days."
    assert one.org.name not in str(refused.value.fault)


def test_two_offers_for_one_weekday_only_the_first_holds(both: tuple[Firm, Firm]) -> None:
    one, other = both
    first, second = one.propose(days="1", weekdays=(TUESDAY,)), other.propose(days="1", weekdays=(TUESDAY,))
    declared("5")
    accept(first)
    with pytest.raises(Refused, match="busy on 01 Dec 2026"):
        accept(second)
    assert other.mandate(second.pk).state == "unavailable"


def test_month_is_summed_with_weeks(both: tuple[Firm, Firm]) -> None:
    from werkfluss.engagement.domain import shared_days

    one, other = both
    monthly, weekly = one.propose(days="6.5", per="month"), other.propose(days="2.5")
    declared("4")
    accept(monthly)
    accept(weekly)
    owned = shared_days.own_shares(stein())
    assert shared_days.taken(owned, first_day=FIRST, last_day=LAST) == 4
    assert {(own.firm.slug, own.mandate.days) for own in owned} == {
        ("muster", Decimal("6.5")),
        ("fremd", Decimal("2.5")),
    }


def test_person_places_days_within_the_share(both: tuple[Firm, Firm]) -> None:
    from werkfluss.engagement.domain import fractional
    from werkfluss.org import tenancy

    one, other = both
    mandate, rival = one.propose(days="1.5"), other.propose(days="1")
    declared("3")
    accept(mandate)
    accept(rival)
    day = date(2026, 12, 8)
    with tenancy.acting(one.org.pk, one.director):
        own = one.own(stein())
    with tenancy.acting(one.org.pk, own) as by:
        fractional.place_day(mandate, day, by=by)
        with pytest.raises(Refused, match="exceed"):
            fractional.place_day(mandate, day + timedelta(days=1), by=by)
        fractional.place_day(mandate, day + timedelta(days=1), half=True, by=by)
        fractional.place_day(mandate, day + timedelta(days=7), by=by)
    assert day not in windows(other, date(2026, 12, 7))
    with tenancy.acting(other.org.pk, other.director):
        theirs = other.own(stein())
    with tenancy.acting(other.org.pk, theirs) as by, pytest.raises(Refused, match="busy"):
        fractional.place_day(rival, day, by=by)
    with tenancy.acting(one.org.pk, own) as by:
        fractional.free_day(mandate, day, by=by)
    assert day in windows(other, date(2026, 12, 7))


def test_end_frees_the_later_days(both: tuple[Firm, Firm]) -> None:
    from werkfluss.engagement.domain import fractional
    from werkfluss.org import tenancy
    from werkfluss.workforce.models import BusyInterval, Share

    one, _other = both
    mandate = one.propose(days="1", weekdays=(TUESDAY,))
    declared("5")
    accept(mandate)
    with tenancy.acting(one.org.pk, one.director) as by:
        fractional.end_mandate(mandate, last_day=date(2026, 12, 31), by=by)
        assert Share.objects.get(source=mandate.source).valid_to == date(2027, 1, 1)
        with pytest.raises(Conflict):
            fractional.end_mandate(mandate, last_day=date(2026, 12, 31), by=by)
    assert max(row.end.date() for row in BusyInterval.objects.all()) <= date(2026, 12, 31)


def test_only_the_person_answers_the_own_mandate(both: tuple[Firm, Firm]) -> None:
    from werkfluss.engagement.domain import fractional, shared_days
    from werkfluss.org import tenancy

    one, other = both
    mandate = one.propose()
    with tenancy.acting(one.org.pk, one.director) as by, pytest.raises(NotPermitted):
        fractional.agree(mandate, by=by)
    other.propose()
    with pytest.raises(Conflict):
        shared_days.decline_share(stein(), other.org.pk, mandate.pk)
    shared_days.decline_share(stein(), one.org.pk, mandate.pk)
    assert one.mandate(mandate.pk).state == "unavailable"


@pytest.mark.parametrize(
    ("days", "per", "weekdays"),
    [("0", "week", ()), ("0.3", "week", ()), ("6", "week", ()), ("22", "month", ()), ("2", "week", (1,))],
)
def test_terms_that_do_not_fit_are_refused(
    both: tuple[Firm, Firm], days: str, per: str, weekdays: tuple[int, ...]
) -> None:
    with pytest.raises(Refused):
        both[0].propose(days=days, per=per, weekdays=weekdays)


def test_organ_is_no_contractor(both: tuple[Firm, Firm]) -> None:
    from tests.engagement.conftest import record_all
    from werkfluss.org import tenancy

    one, _other = both
    facts = {"organ_position": True, "leads_staff_with_authority": True, "several_firms": True}
    with tenancy.acting(one.org.pk, one.director) as by:
        record_all(one.person, {**facts, "sets_own_time_and_place": True}, by)
    with pytest.raises(Refused) as refused:
        one.propose()
    assert "SGB IV" in refused.value.citation


def foreign(
    user: User, hours: list[tuple[datetime, datetime]], *, at: datetime = NOW, seed: bytes = b"1" * 32
) -> bytes:
    """A file of busy times that another installation signed."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from werkfluss.engagement.domain import busy_files
    from werkfluss.engagement.passport import signed

    says = {
        "holder": busy_files._holder(user),
        "issued_at": at.isoformat(),
        "intervals": [[start.isoformat(), end.isoformat()] for start, end in hours],
    }
    return signed.pack(busy_files.WHAT, says, {}, key=Ed25519PrivateKey.from_private_bytes(seed))


@pytest.fixture
def hours() -> list[tuple[datetime, datetime]]:
    start = datetime(2026, 12, 9, 6, tzinfo=UTC)
    return [(start, start + timedelta(hours=12))]


def test_file_says_intervals_and_nothing_else(both: tuple[Firm, Firm]) -> None:
    from werkfluss.engagement.domain import busy_files

    one, other = both
    for firm, day in ((one, TUESDAY), (other, WEDNESDAY)):
        mandate = firm.propose(days="1", weekdays=(day,))
        declared("5")
        accept(mandate)
    packed = busy_files.export_busy(stein())
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["manifest.json", "signature.json"]
        says = json.loads(archive.read("manifest.json"))
    assert set(says) == {"holder", "issued_at", "intervals", "shape", "what", "files"}
    text = json.dumps(says)
    for canary in ("Muster", "muster", "Fremd", "fremd", "Stein", MAIL, "Finanzleitung", "http"):
        assert canary not in text
    assert len(says["intervals"]) > 20
    assert all(datetime.fromisoformat(end) < NOW + timedelta(days=93) for _start, end in says["intervals"])


def test_file_from_elsewhere_makes_busy_until_replaced_or_dropped(
    both: tuple[Firm, Firm], hours: list[tuple[datetime, datetime]]
) -> None:
    from werkfluss.engagement.domain import busy_files

    one, _other = both
    one.propose()
    user = stein()
    packed = foreign(user, hours)
    with pytest.raises(Refused, match="not known"):
        busy_files.import_busy(user, packed)
    key = busy_files.read_busy(packed).key
    assert busy_files.import_busy(user, packed, trust=key) == 1
    week = date(2026, 12, 7)
    assert date(2026, 12, 9) not in windows(one, week)
    later = foreign(user, [(hours[0][0] + timedelta(days=1), hours[0][1] + timedelta(days=1))])
    assert busy_files.import_busy(user, later) == 1
    assert date(2026, 12, 9) in windows(one, week)
    assert date(2026, 12, 10) not in windows(one, week)
    busy_files.drop_brought(busy_files.brought(user).get())
    assert date(2026, 12, 10) in windows(one, week)
    with pytest.raises(Refused, match="not known"):
        busy_files.import_busy(user, packed)


def test_file_that_is_brought_is_not_passed_on(both: tuple[Firm, Firm], hours: list[tuple[datetime, datetime]]) -> None:
    from werkfluss.engagement.domain import busy_files

    both[0].propose()
    user = stein()
    packed = foreign(user, hours)
    busy_files.import_busy(user, packed, trust=busy_files.read_busy(packed).key)
    assert busy_files.read_busy(busy_files.export_busy(user)).intervals == ()


def test_old_foreign_changed_and_own_files_are_refused(
    both: tuple[Firm, Firm], hours: list[tuple[datetime, datetime]], member_of: Callable[..., Actor]
) -> None:
    from werkfluss.engagement.domain import busy_files
    from werkfluss.org.models import User
    from werkfluss.org.roles import Role

    both[0].propose()
    user = stein()
    key = busy_files.read_busy(foreign(user, hours)).key
    for at, why in ((NOW - timedelta(days=32), "older than a month"), (NOW + timedelta(days=2), "older than a month")):
        with pytest.raises(Refused, match=why):
            busy_files.import_busy(user, foreign(user, hours, at=at), trust=key)
    busy_files.import_busy(user, foreign(user, hours), trust=key)
    with pytest.raises(Refused, match="newer file"):
        busy_files.import_busy(user, foreign(user, hours, at=NOW - timedelta(days=1)), trust=key)
    with pytest.raises(Refused, match="from here"):
        busy_files.import_busy(user, busy_files.export_busy(user))
    somebody = User.objects.get(pk=member_of(both[0].org, Role.FREELANCER, "wer@anders.example").id)
    with pytest.raises(Refused, match="another person"):
        busy_files.import_busy(somebody, foreign(user, hours), trust=key)
    for broken in (b"", b"PK", foreign(user, hours)[:-40], _changed(foreign(user, hours))):
        with pytest.raises(Broken):
            busy_files.import_busy(user, broken, trust=key)


def _changed(packed: bytes) -> bytes:
    """The same file with one hour moved, and the signature as it was."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive, zipfile.ZipFile(out, "w") as copy:
        for name in archive.namelist():
            copy.writestr(name, archive.read(name).replace(b"2026-12-09", b"2026-12-08"))
    return out.getvalue()


def test_erased_person_leaves_no_busy_time(both: tuple[Firm, Firm], hours: list[tuple[datetime, datetime]]) -> None:
    from werkfluss.engagement.domain import busy_files, fractional
    from werkfluss.engagement.models import BroughtCalendar, PersonCalendar
    from werkfluss.evidence.domain import erasure
    from werkfluss.org import tenancy
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import BusyInterval

    one, _other = both
    mandate = one.propose(days="1", weekdays=(TUESDAY,))
    declared("5")
    accept(mandate)
    user = stein()
    packed = foreign(user, hours)
    busy_files.import_busy(user, packed, trust=busy_files.read_busy(packed).key)
    with tenancy.acting(one.org.pk, one.director) as by:
        fractional.end_mandate(mandate, last_day=FIRST, by=by)
        one.person.refresh_from_db()
        resources.end_resource(one.person, first_day_gone=date(2026, 11, 20), by=by)
        erasure.erase_person(one.person, reason="Wunsch", basis="Art. 17 DSGVO", by=by)
    assert not BusyInterval.objects.filter(user=user).exists()
    assert not BroughtCalendar.objects.filter(user=user).exists()
    assert not PersonCalendar.objects.filter(user=user).exists()
    assert one.mandate(mandate.pk).state == "ended"
