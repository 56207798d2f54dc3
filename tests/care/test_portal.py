"""The portal of a person: next step, ticks, duties with proof, consent per recipient, the family, own data."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from werkfluss.care.domain import consents, expat_cases, own_data, papers, participants, portal, readings
from werkfluss.care.models import CareConsent, DutyReading, ExpatCase, Participant
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.models import Organisation, User
from werkfluss.org.roles import Role
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind, Resource

START = date(2027, 3, 1)


@pytest.fixture
def person(in_firm: Actor, firm: Organisation, member_of: Callable[..., Actor]) -> Resource:
    member = member_of(firm, Role.EMPLOYEE, "ananya@muster.example")
    rate = resources.set_rate(name="Entwicklung", cents_per_hour=7800, by=in_firm)
    user = User.objects.get(pk=member.id)
    given = {"email": user.email, "user": user, "country": "IN", "nationality": "IN", "time_zone": "Asia/Kolkata"}
    return resources.add_resource(kind=Kind.EMPLOYEE, name="Ananya Kulkarni", rate=rate, by=in_firm, **given)


@pytest.fixture
def hr(in_firm: Actor, firm: Organisation, member_of: Callable[..., Actor]) -> Actor:
    return member_of(firm, Role.HR)


@pytest.fixture
def expat(person: Resource, hr: Actor) -> ExpatCase:
    return expat_cases.open_case(person, route="blue_card", wished_start=START, by=hr)


@pytest.fixture
def herself(person: Resource, firm: Organisation) -> Actor:
    assert person.user is not None
    return firms.user_actor(firm.pk, person.user)


def until(days: int = 30) -> date:
    return clock.today() + timedelta(days=days)


def test_next_step_is_the_own_one_first(expat: ExpatCase, herself: Actor) -> None:
    found = portal.portal_of(herself, on=clock.today())
    assert found is not None
    assert (found.expat.pk, found.own) == (expat.pk, True)
    step = portal.next_steps(expat)[0]
    assert (step.mine, step.step is not None, step.apart) == (True, True, False)
    assert step.outcome is not None


def test_nobody_else_has_a_portal(expat: ExpatCase, hr: Actor) -> None:
    assert portal.portal_of(hr, on=clock.today()) is None


def test_two_devices_that_tick_the_same_line_do_not_overwrite_each_other(
    expat: ExpatCase, herself: Actor, hr: Actor
) -> None:
    paper = papers.request_paper(expat, kind="passport", by=hr)
    item = f"paper:{paper.pk}"
    first = portal.tick(expat, item=item, done=True, expected_version=0, by=herself)
    with pytest.raises(Conflict):
        portal.tick(expat, item=item, done=False, expected_version=0, by=herself)
    # The same tick again, because its answer was lost on the way, is no conflict.
    assert portal.tick(expat, item=item, done=True, expected_version=0, by=herself).version == 1
    portal.tick(expat, item=item, done=False, expected_version=first.version, by=herself)
    line = next(line for line in portal.checklist(expat) if line.key == item)
    assert (line.done, line.version) == (False, 2)


def test_ticks_are_the_persons_own_and_lines_must_exist(expat: ExpatCase, herself: Actor, hr: Actor) -> None:
    item = portal.checklist(expat)[0].key
    with pytest.raises(NotPermitted):
        portal.tick(expat, item=item, done=True, expected_version=0, by=hr)
    with pytest.raises(Conflict):
        portal.tick(expat, item="step:nothing", done=True, expected_version=0, by=herself)


def test_duty_read_keeps_wording_time_and_digest(expat: ExpatCase, herself: Actor) -> None:
    duty = next(one for one in readings.duties_of(expat) if one.code == "report_end_of_work")
    made = readings.confirm_duty(expat, code=duty.code, digest=duty.digest, language="hi", by=herself)
    again = readings.confirm_duty(expat, code=duty.code, digest=duty.digest, language="hi", by=herself)
    assert (made.pk, made.read_by, made.language) == (again.pk, herself.id, "hi")
    kept = DutyReading.objects.get()
    assert kept.text["basis"] == "§ 82 Abs. 6 AufenthG"
    assert bytes(kept.digest).hex() == duty.digest
    assert next(one for one in readings.duties_of(expat) if one.code == duty.code).reading == made


def test_duty_in_another_wording_is_not_read(expat: ExpatCase, herself: Actor, hr: Actor) -> None:
    duty = readings.duties_of(expat)[0]
    with pytest.raises(Conflict):
        readings.confirm_duty(expat, code=duty.code, digest="00" * 32, language="de", by=herself)
    with pytest.raises(NotPermitted):
        readings.confirm_duty(expat, code=duty.code, digest=duty.digest, language="de", by=hr)


def test_nothing_passes_before_consent_and_nothing_after_it_is_taken_back(
    expat: ExpatCase, herself: Actor, hr: Actor
) -> None:
    def released() -> bool:
        return consents.is_released(expat, recipient="hr", what="messages", on=clock.today())

    asked = consents.ask_consent(expat, recipient="hr", what="messages", purpose="Kur", until=until(), by=hr)
    assert not released()
    with pytest.raises(NotPermitted):
        consents.answer_consent(asked, allow=True, by=hr)
    consents.answer_consent(asked, allow=True, by=herself)
    assert released()
    assert not consents.is_released(expat, recipient="hr", what="messages", on=until(31))
    assert not consents.is_released(expat, recipient="managing_director", what="messages", on=clock.today())
    consents.revoke_consent(asked, by=herself)
    assert not released()
    kept = CareConsent.objects.get()
    assert (kept.state, kept.purpose, kept.asked_by) == ("revoked", "Kur", hr.id)
    assert kept.answered_at is not None


@pytest.mark.parametrize(
    ("recipient", "what", "purpose", "days"),
    [("hr", "contact", "x", 1), ("family", "course", "x", 1), ("hr", "messages", " ", 1), ("hr", "messages", "x", -1)],
)
def test_consent_that_says_too_little_is_refused(
    recipient: str, what: str, purpose: str, days: int, expat: ExpatCase, herself: Actor
) -> None:
    with pytest.raises(Refused):
        consents.give_consent(expat, recipient=recipient, what=what, purpose=purpose, until=until(days), by=herself)


def test_family_sees_what_is_released_and_nothing_after_the_end(
    expat: ExpatCase, herself: Actor, firm: Organisation, in_firm: Actor
) -> None:
    given = {"name": "Rohan", "email": "rohan@familie.example", "relation": "spouse", "language": "hi"}
    login = participants.invite_relative(expat, **given, by=herself)
    him = firms.user_actor(firm.pk, login.user)
    assert him.roles == {Role.FAMILY}
    seen = portal.portal_of(him, on=clock.today())
    assert seen is not None
    assert (seen.own, seen.sees) == (False, frozenset())
    released = {"recipient": "family", "what": "course", "purpose": "Planung", "until": until()}
    consents.give_consent(expat, member=login, **released, by=herself)
    seen = portal.portal_of(him, on=clock.today())
    assert seen is not None
    assert seen.sees == {"course"}
    participants.shut_out(login, by=herself)
    assert portal.portal_of(him, on=clock.today()) is None
    assert firms.user_actor(firm.pk, login.user).roles == frozenset()
    assert CareConsent.objects.get().state == "revoked"


def test_person_with_two_open_cases_has_both_and_work_begins_on_the_latest_day(
    expat: ExpatCase, person: Resource, herself: Actor, hr: Actor
) -> None:
    with pytest.raises(Refused):
        expat_cases.open_case(person, route="blue_card", wished_start=START, by=hr)
    later = START + timedelta(days=60)
    second = expat_cases.open_case(person, route="recognition_case", wished_start=later, by=hr)
    days = {"wished_start": START, "ends_on": START + timedelta(days=30)}
    third = expat_cases.open_case(person, route="posting_a1", **days, country="AT", by=hr)
    seen = portal.portals_of(herself, on=clock.today())
    assert [one.expat.pk for one in seen] == [third.pk, second.pk, expat.pk]
    assert all(one.several and one.own for one in seen)
    assert all(portal.next_steps(one.expat) for one in seen)
    person.refresh_from_db()
    assert person.active_from == later
    sooner = START - timedelta(days=20)
    second.person.refresh_from_db()
    expat_cases.change_start(second, wished_start=sooner, expected_version=second.version, by=hr)
    person.refresh_from_db()
    assert person.active_from == START
    expat_cases.close_case(third, by=hr)
    assert [one.expat.pk for one in portal.portals_of(herself, on=clock.today())] == [second.pk, expat.pk, third.pk]
    expat_cases.open_case(person, route="posting_a1", **days, country="AT", by=hr)


def test_who_works_in_the_firm_is_no_relative(expat: ExpatCase, herself: Actor, hr: Actor) -> None:
    works = User.objects.get(pk=hr.id)
    with pytest.raises(Refused):
        participants.invite_relative(expat, name="H", email=works.email, relation="other", language="de", by=herself)
    assert not Participant.objects.exclude(user=None).exists()


def test_family_that_hr_entered_is_let_in_and_not_entered_twice(
    expat: ExpatCase, herself: Actor, hr: Actor, firm: Organisation
) -> None:
    spouse = participants.add_participant(expat, role="family", name="Rohan Kulkarni", relation="spouse", by=hr)
    given = {"name": "rohan kulkarni", "email": "rohan@familie.example", "relation": "spouse", "language": "hi"}
    assert participants.invite_relative(expat, **given, by=herself) == spouse
    spouse.refresh_from_db()
    assert (spouse.logs_in, spouse.name) == (True, "Rohan Kulkarni")
    assert [one.name for one in participants.participants(expat)] == ["Rohan Kulkarni"]
    released = {"recipient": "family", "what": "papers", "purpose": "Planung", "until": until()}
    consents.give_consent(expat, member=spouse, **released, by=herself)
    assert spouse.user is not None
    him = firms.user_actor(firm.pk, spouse.user)
    with pytest.raises(NotPermitted):
        participants.let_in(spouse, email="anders@familie.example", language="de", by=him)
    # HR takes the way in away; the spouse still takes part and may be let in again.
    participants.shut_out(spouse, by=hr)
    assert portal.portal_of(him, on=clock.today()) is None
    assert (CareConsent.objects.get().state, participants.participants(expat).count()) == ("revoked", 1)
    participants.let_in(spouse, email="rohan@familie.example", language="hi", by=hr)
    seen = portal.portal_of(him, on=clock.today())
    assert seen is not None
    assert seen.sees == frozenset()
    participants.end_participant(spouse, by=hr)
    assert portal.portal_of(him, on=clock.today()) is None


def test_provider_or_authority_gets_no_family_login(expat: ExpatCase, hr: Actor) -> None:
    office = participants.add_participant(expat, role="authority", name="Ausländerbehörde", by=hr)
    with pytest.raises(Refused):
        participants.let_in(office, email="amt@stadt.example", language="de", by=hr)


@pytest.mark.parametrize(
    ("route", "country", "nationality", "expected"),
    [
        ("posting_a1", "AT", "DE", ["carry_papers_austria", "carry_a1"]),
        ("posting_a1", "FR", "DE", ["carry_a1"]),
        ("remote_abroad", "ES", "ES", ["report_other_place", "no_contracts_abroad"]),
        ("return_home", "BR", "BR", ["report_end_of_work", "ask_for_pension_information"]),
        # s.82(6) AufenthG binds who needs a title.
        ("return_home", "ES", "ES", ["ask_for_pension_information"]),
    ],
)
def test_standing_duties_are_those_of_route_country_and_citizenship(
    person: Resource, hr: Actor, route: str, country: str, nationality: str, expected: list[str]
) -> None:
    person.edit(nationality=nationality)
    made = expat_cases.open_case(
        person, route=route, wished_start=START, ends_on=START + timedelta(days=90), country=country, by=hr
    )
    assert [one.code for one in readings.duties_of(made) if one.due is None] == expected


def test_own_data_holds_case_papers_and_duties(expat: ExpatCase, herself: Actor, hr: Actor) -> None:
    paper = papers.request_paper(expat, kind="passport", by=hr)
    papers.hand_in_paper(expat, paper=paper, content=b"%PDF-1.7 pass", filename="pass.pdf", by=herself)
    at = clock.now()
    with zipfile.ZipFile(io.BytesIO(own_data.export_own_data(expat, at=at, by=herself))) as archive:
        names = archive.namelist()
        data = json.loads(archive.read("data.json"))
    assert names == ["data.json", "papers/01-passport-pass.pdf"]
    assert data["person"]["name"] == "Ananya Kulkarni"
    assert {duty["basis"] for duty in data["duties"]} >= {"§ 17 Abs. 1 BMG"}
    with pytest.raises(NotPermitted):
        own_data.export_own_data(expat, at=at, by=hr)
    renewal = expat_cases.open_case(expat.person, route="residence_renewal", wished_start=START, by=hr)
    with zipfile.ZipFile(io.BytesIO(own_data.export_own_data(expat, at=at, by=herself))) as archive:
        assert {*names, f"case-{renewal.number}/data.json"} == set(archive.namelist())
