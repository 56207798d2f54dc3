"""People: the list, the page of a person, papers with history, facts with a source, the lock of the works council."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.web.samples import ai
from tests.web.samples import people as samples
from tests.web.world import World
from werkfluss.compliance.models import Check, Condition, Deadline, Fact
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.workforce.models import Paper, Resource, ResourceSkill, Skill

Browser = Callable[[User | None], Client]
TODAY = date.today()


def address(world: World, name: str, **kwargs: Any) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, **kwargs})


def page(client: Client, world: World, name: str, query: str = "", **kwargs: Any) -> str:
    response = client.get(address(world, name, **kwargs) + query)
    assert response.status_code == 200
    return response.content.decode()


def take_on(world: World, kind: str = "freelancer", **declared: Any) -> Resource:
    with world.open():
        return samples.take_on(world, kind, **declared)


def agree(world: World) -> None:
    with world.open():
        ai.agree(world)


@pytest.fixture
def hr(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.HR])


# The lock


def test_employees_are_closed_until_the_agreement_is_recorded(world: World, hr: Client) -> None:
    person = take_on(world, "employee", title="Dreherin", nationality="IN")
    html = page(hr, world, "person", pk=person.pk)
    assert "§ 87 Abs. 1 Nr. 6 BetrVG" in html
    assert "Dreherin" not in html
    assert "Ersthelferschein" not in html
    for name in ("person_edit", "person_paper", "person_facts", "person_skills"):
        assert hr.get(address(world, name, pk=person.pk)).status_code == 404
    listed = page(hr, world, "people")
    assert person.name in listed
    assert "Ersthelferschein" not in listed
    assert "Drehen" not in listed


def test_director_records_the_agreement_where_it_is_missing(world: World, browser: Browser) -> None:
    person = take_on(world, "employee")
    director = browser(world.users[Role.MANAGING_DIRECTOR])
    assert address(world, "works_council") in page(director, world, "person", pk=person.pk)
    assert address(world, "record_works_agreement") in page(director, world, "works_council")
    given = {
        "agreed_on": "2026-05-01",
        "kind": "works_agreement",
        "covers": ["law_checks", "qualifications"],
        "document": SimpleUploadedFile("bv.pdf", b"%PDF"),
    }
    director.post(address(world, "record_works_agreement"), given)
    assert "Ersthelferschein" in page(director, world, "person", pk=person.pk)


def test_freelancers_are_open_before_the_agreement(world: World, hr: Client) -> None:
    person = take_on(world)
    assert "Ersthelferschein" in page(hr, world, "person", pk=person.pk)


# The list


def test_list_is_by_name_and_ranks_nobody(world: World, hr: Client) -> None:
    agree(world)
    with world.open() as by:
        from werkfluss.workforce.domain.resources import edit_resource

        names = {}
        for name in ("Zander Zoe", "Ärmel Änne"):
            row = samples.take_on(world)
            edit_resource(row, changes={"name": f"{name}"}, expected_version=row.version, by=by)
            names[name] = row
    html = page(hr, world, "people")
    assert html.index("Ärmel Änne") < html.index("Zander Zoe")
    assert "sort=-hours" in page(hr, world, "people", "?sort=hours")


def test_list_can_be_narrowed_to_a_skill(world: World, hr: Client) -> None:
    agree(world)
    person = take_on(world)
    with world.open() as by:
        from werkfluss.workforce.domain.resources import add_skill

        other = add_skill(key="schweissen", name_de="Schweißen", name_en="Welding", by=by)
        own = Skill.objects.get(key="drehen")
    assert person.name in page(hr, world, "people", f"?skill={own.pk}&q={person.name.split()[-1]}")
    assert person.name not in page(hr, world, "people", f"?skill={other.pk}")


# The page


def test_absences_have_no_reason(world: World, hr: Client) -> None:
    from werkfluss.workforce.domain.resources import add_absences

    person = take_on(world)
    zone = ZoneInfo("Europe/Berlin")
    first = datetime.combine(TODAY + timedelta(days=5), datetime.min.time(), zone)
    with world.open() as by:
        add_absences(person, spans=[(first, first + timedelta(days=3), True, "u")], by=by)
    html = page(hr, world, "person", pk=person.pk)
    assert f"{TODAY + timedelta(days=5):%d.%m.%Y}" in html
    assert f"{TODAY + timedelta(days=7):%d.%m.%Y}" in html, "the last day counts"
    assert "Der Grund wird nicht gespeichert." in html


def test_council_sees_no_papers_and_no_facts(world: World, browser: Browser) -> None:
    agree(world)
    person = take_on(world, "employee", title="Dreherin")
    html = page(browser(world.users[Role.WORKS_COUNCIL]), world, "person", pk=person.pk)
    assert "Dreherin" in html
    assert "Ersthelferschein" not in html
    assert "Was das Recht heute sagt" not in html


def test_bank_account_is_for_the_personnel_file_only(world: World, hr: Client, browser: Browser) -> None:
    from werkfluss.compliance.domain.facts import record_fact

    person = take_on(world)
    with world.open() as by:
        record_fact(person, name="iban", value="DE02120300000000202051", source="Vertrag", valid_from=TODAY, by=by)
    assert "DE02120300000000202051" in page(hr, world, "person", pk=person.pk)
    assert "DE02120300000000202051" not in page(browser(world.users[Role.LEAD]), world, "person", pk=person.pk)


def test_details_can_be_corrected(world: World, hr: Client) -> None:
    person = take_on(world)
    data = {
        "version": str(person.version),
        "name": "Neuer Name",
        "title": "Entwickler",
        "email": "neu@person.example",
        "city": "Linz",
        "country": "AT",
        "subdivision": "4",
        "time_zone": "Europe/Vienna",
        "languages": "de-C1, en",
    }
    assert hr.post(address(world, "person_edit", pk=person.pk), data).status_code == 302
    with world.open():
        row = Resource.objects.get(pk=person.pk)
        assert (row.country, row.sort_key, row.languages) == ("AT", "neuer name", ["de-C1", "en"])
    assert hr.post(address(world, "person_edit", pk=person.pk), data | {"city": "Wels"}).status_code == 409
    assert "Deutsch C1, Englisch" in page(hr, world, "person", pk=person.pk)


def test_skills_have_no_level_for_people(world: World, hr: Client) -> None:
    person = take_on(world)
    html = page(hr, world, "person_skills", pk=person.pk)
    assert "level" not in html.split("<form")[-1]
    with world.open():
        skill = Skill.objects.get(key="drehen")
    file = SimpleUploadedFile("Zeugnis.pdf", b"%PDF-1 Zeugnis")
    data = {"skills": [str(skill.pk)], "document": file, "level": "5"}
    assert hr.post(address(world, "person_skills", pk=person.pk), data).status_code == 302
    with world.open():
        row = ResourceSkill.objects.get(resource=person)
        assert row.level is None
        assert row.proof is not None
    team = take_on(world, "agent")
    assert hr.get(address(world, "person_skills", pk=team.pk)).status_code == 404


def test_last_day_ends_a_person_and_deletes_nothing(world: World, hr: Client) -> None:
    person = take_on(world, active_from=date(2026, 1, 1))
    url = address(world, "person_end", pk=person.pk)
    assert hr.post(url, {"end-last_day": "2025-12-31"}).status_code == 422
    assert hr.post(url, {"end-last_day": "2026-06-30"}).status_code == 302
    with world.open():
        assert Resource.objects.get(pk=person.pk).active_to == date(2026, 7, 1)
    assert person.name not in page(hr, world, "people")
    assert person.name in page(hr, world, "person", pk=person.pk)


# Papers


def confirm(world: World, client: Client, person: Resource, **given: Any) -> Any:
    file = SimpleUploadedFile("Nachweis.pdf", b"%PDF-1 neu")
    data = {"kind": "first_aid", "valid_from": "2027-01-01", "expires": "2029-01-01", "document": file, **given}
    return client.post(address(world, "person_paper", pk=person.pk), data)


def test_new_paper_ends_the_old_one_and_keeps_it(world: World, hr: Client) -> None:
    person = take_on(world)
    assert confirm(world, hr, person).status_code == 302
    with world.open():
        states = dict(Paper.objects.filter(resource=person).values_list("expires", "state"))
        assert states == {TODAY + timedelta(days=20): "ended", date(2029, 1, 1): "confirmed"}
        deadline = Deadline.objects.get(subject_id=person.pk, code="renew:first_aid")
        assert (deadline.due, deadline.start_by) == (date(2029, 1, 1), date(2029, 1, 1) - timedelta(days=60))
    html = page(hr, world, "person", pk=person.pk)
    assert "Frühere" in html
    assert "01.01.2029" in html


def test_renewal_closes_the_deadline_of_the_old_paper(world: World, hr: Client) -> None:
    person = take_on(world)
    confirm(world, hr, person)
    assert confirm(world, hr, person, valid_from="2029-01-01", expires="2031-01-01").status_code == 302
    with world.open():
        found = dict(Deadline.objects.filter(subject_id=person.pk).values_list("due", "state"))
    assert found == {date(2029, 1, 1): "done", date(2031, 1, 1): "open"}


@pytest.mark.parametrize("given", [{"document": ""}, {"expires": "2020-01-01"}, {"kind": "nix"}, {"valid_from": ""}])
def test_paper_without_file_or_with_wrong_days_is_refused(given: dict[str, str], world: World, hr: Client) -> None:
    person = take_on(world)
    assert confirm(world, hr, person, **given).status_code == 422
    with world.open():
        assert Paper.objects.filter(resource=person).count() == 1


# Facts and the law


def record(world: World, client: Client, person: Resource, fact: str, **given: Any) -> Any:
    data = {"value": "false", "source": "Vertrag vom 3. Mai", "valid_from": "2026-05-03", **given}
    return client.post(address(world, "person_facts", pk=person.pk) + f"?fact={fact}", data)


def test_fact_is_asked_in_both_languages_and_needs_a_source(world: World, hr: Client) -> None:
    person = take_on(world)
    query = "?fact=client_sets_hours"
    html = page(hr, world, "person_facts", query, pk=person.pk)
    assert 'lang="de"' in html
    assert 'lang="en"' in html
    assert record(world, hr, person, "client_sets_hours", source="").status_code == 422
    assert record(world, hr, person, "client_sets_hours").status_code == 302
    with world.open():
        fact = Fact.objects.get(subject_id=person.pk, name="client_sets_hours")
        assert (fact.value, fact.source, fact.valid_from) == (False, "Vertrag vom 3. Mai", date(2026, 5, 3))
    assert "Vertrag vom 3. Mai" in page(hr, world, "person", pk=person.pk)


def test_new_answer_ends_the_old_one(world: World, hr: Client) -> None:
    person = take_on(world)
    record(world, hr, person, "client_sets_hours")
    record(world, hr, person, "client_sets_hours", value="true", valid_from="2026-08-01")
    with world.open():
        rows = Fact.objects.filter(subject_id=person.pk).order_by("valid_from")
        assert [(row.value, row.valid_to) for row in rows] == [(False, date(2026, 8, 1)), (True, None)]


@pytest.mark.parametrize(
    ("fact", "target"), [("title_to", "person_paper"), ("citizenship", "person_edit"), ("hours", "person_edit")]
)
def test_what_follows_from_elsewhere_is_answered_there(fact: str, target: str, world: World, hr: Client) -> None:
    person = take_on(world)
    response = hr.get(address(world, "person_facts", pk=person.pk) + f"?fact={fact}")
    assert response["Location"] == address(world, target, pk=person.pk)


def test_unknown_fact_is_missing(world: World, hr: Client) -> None:
    person = take_on(world)
    assert hr.get(address(world, "person_facts", pk=person.pk) + "?fact=lieblingsfarbe").status_code == 404


def test_looking_at_a_person_stores_nothing(world: World, hr: Client) -> None:
    person = take_on(world)
    with world.open():
        before = Check.objects.count()
    html = page(hr, world, "person", pk=person.pk)
    assert "nicht entschieden" in html, "the status of a freelancer without facts is not known"
    with world.open():
        assert Check.objects.count() == before


def test_condition_of_the_answer_can_be_planned_and_met(world: World, hr: Client) -> None:
    person = take_on(world, "partner")
    for fact, value in (("client_instructs", "false"), ("integrated", "false")):
        assert record(world, hr, person, fact, value=value).status_code == 302
    html = page(hr, world, "person", pk=person.pk)
    assert "Einplanen" in html
    url = address(world, "person_take_on", pk=person.pk, rule="de/aueg/partner_team")
    assert hr.post(url, {"condition": "0"}).status_code == 302
    with world.open():
        condition = Condition.objects.get(subject_id=person.pk)
        assert condition.check_ref.rule == "de/aueg/partner_team"
    done = address(world, "condition_done", pk=person.pk, condition=condition.pk)
    assert hr.post(done).status_code == 302
    assert hr.post(done).status_code == 409, "only once"
    with world.open():
        assert Deadline.objects.get(subject_id=person.pk, code=condition.code).state == "done"


def test_rule_that_is_not_asked_of_this_person_is_missing(world: World, hr: Client) -> None:
    person = take_on(world)
    url = address(world, "person_take_on", pk=person.pk, rule="de/working_time/day")
    assert hr.post(url, {"condition": "0"}).status_code == 404
