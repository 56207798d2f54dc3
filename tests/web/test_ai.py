"""The AI files: inventory, guide, trainings, data protection, and the lock of the works council."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.web.samples import ai as samples
from tests.web.samples import people as people_samples
from tests.web.samples.planner import clear_task, computed_plan
from tests.web.world import World
from werkfluss.agents.models import AiUse, Paper, Training
from werkfluss.compliance.models import Check, Deadline, Fact
from werkfluss.evidence.models import Document
from werkfluss.org.models import FirmProfile, User
from werkfluss.org.roles import Role
from werkfluss.web import law_view
from werkfluss.work.models import PlanItem
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind, Resource, Skill

Browser = Callable[[User | None], Client]


def url(world: World, name: str, **kwargs: Any) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, **kwargs})


@pytest.fixture
def boss(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.MANAGING_DIRECTOR])


@pytest.fixture
def hr(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.HR])


def given(world: World, **changes: Any) -> dict[str, Any]:
    form = {
        "name": "Bewerbungsblick",
        "purpose": "Bewerbungen ordnen",
        "provider": "Beispiel",
        "responsible": str(world.users[Role.HR].pk),
        "data_classes": ["personal"],
        "agreement": "no",
        "place": "US",
        "safeguard": "none",
        "used_from": "2026-02-01",
        "next_review": "2027-02-01",
        "fact-recruitment": "selects_or_evaluates_persons",
        "fact-profiling": "yes",
        "fact-art25": "none",
    }
    return {**form, **changes}


# Inventory


def test_short_form_is_chosen_filled_in_and_classified(world: World, boss: Client) -> None:
    choose = boss.get(url(world, "ai_use_new")).content.decode()
    assert "?template=applicant_ranking" in choose
    form = boss.get(url(world, "ai_use_new") + "?template=applicant_ranking").content.decode()
    assert "Bewerbungen vergleichen und ordnen" in form
    answer = boss.post(url(world, "ai_use_new") + "?template=applicant_ranking", given(world))
    assert answer.status_code == 302, answer.content.decode()[:3000]
    with world.open():
        use = AiUse.objects.get(name="Bewerbungsblick")
        assert use.check_ref is not None
        assert use.check_ref.verdict["values"]["class"] == "HIGH_RISK"
    page = boss.get(answer.headers["Location"]).content.decode()
    assert "Hochrisiko" in page
    assert "Pflichten" in page
    listed = boss.get(url(world, "ai_inventory")).content.decode()
    assert "Bewerbungsblick" in listed
    assert "Planung nach neutralen Angaben" in listed


def test_personal_data_need_a_contract(world: World, boss: Client) -> None:
    answer = boss.post(url(world, "ai_use_new") + "?template=chat", given(world, agreement="not_needed"))
    assert answer.status_code == 422
    assert "Vertrag zur Auftragsverarbeitung nötig" in answer.content.decode()


def test_edit_review_and_end(world: World, boss: Client) -> None:
    with world.open():
        use = samples.use_of(world, name="Alte Hilfe")
    edited = given(world, name="Neue Hilfe", agreement="yes", version=str(use.version))
    assert boss.post(url(world, "ai_use_edit", pk=use.pk), edited).status_code == 302
    assert boss.post(url(world, "ai_use_edit", pk=use.pk), edited).status_code == 409
    assert boss.post(url(world, "ai_use_review", pk=use.pk), {"next_review": "2020-01-01"}).status_code == 422
    assert boss.post(url(world, "ai_use_review", pk=use.pk), {"next_review": "2099-01-01"}).status_code == 302
    assert boss.post(url(world, "ai_use_end", pk=use.pk), {"last_day": "2026-11-30"}).status_code == 302
    with world.open():
        use.refresh_from_db()
        assert (use.name, use.next_review, use.used_to) == ("Neue Hilfe", date(2099, 1, 1), date(2026, 12, 1))


# Guide


def test_guide_sets_deadlines_and_keeps_versions(world: World, boss: Client) -> None:
    with world.open():
        samples.use_of(world, template="applicant_ranking", name="Reihung")
    page = boss.get(url(world, "ai_guide")).content.decode()
    assert "Reihung" in page
    assert "Vermerk zur neutralen Zuteilung" in page
    code = page.split('name="code" value="')[1].split('"')[0]
    done = boss.post(url(world, "ai_take_over"), {"code": [code], "due": "2099-01-31"})
    assert done.status_code == 302
    with world.open():
        assert Deadline.objects.filter(code=code).exists()
    assert boss.post(url(world, "ai_take_over"), {"code": ["none"], "due": "2099-01-31"}).status_code == 422
    boss.post(url(world, "ai_paper_keep", kind="guide"))
    with world.open():
        paper = Paper.objects.get(kind="guide")
        assert Document.objects.filter(object_id=paper.pk).count() == 2
    assert f"ki-leitfaden-{paper.number}.pdf" in boss.get(url(world, "ai_guide")).content.decode()


@pytest.mark.parametrize("kind", ["guide", "processing", "annex", "trainings"])
def test_papers_leave_as_pdf_and_word(world: World, boss: Client, kind: str) -> None:
    import docx

    assert boss.get(url(world, "ai_paper", kind=kind, form="pdf")).content.startswith(b"%PDF")
    document = docx.Document(io.BytesIO(boss.get(url(world, "ai_paper", kind=kind, form="docx")).content))
    assert document.core_properties.language == "de"
    assert len(document.tables) >= 1
    assert any(one.style and one.style.name == "Heading 1" for one in document.paragraphs)


def test_no_such_paper_is_not_found(world: World, boss: Client) -> None:
    assert boss.get(url(world, "ai_paper", kind="secret", form="pdf")).status_code == 404
    assert boss.get(url(world, "ai_paper", kind="guide", form="exe")).status_code == 404


# Trainings


def test_training_is_recorded_shown_and_withdrawn(world: World, hr: Client) -> None:
    with world.open():
        person = samples.freelancer(world)
        samples.use_of(world, people=[person])
    page = hr.get(url(world, "ai_trainings")).content.decode()
    assert f"?person={person.pk}" in page
    form = {
        "people": [str(person.pk)],
        "title": "Einweisung Chat",
        "held_on": "2026-11-01",
        "content": "Was hinein darf",
        "proof": SimpleUploadedFile("teilnahme.pdf", b"%PDF"),
    }
    assert hr.post(url(world, "ai_training_new"), {**form, "title": ""}).status_code == 422
    form["proof"] = SimpleUploadedFile("teilnahme.pdf", b"%PDF")
    assert hr.post(url(world, "ai_training_new"), form).status_code == 302
    page = hr.get(url(world, "ai_trainings")).content.decode()
    assert f"?person={person.pk}" not in page
    assert "teilnahme.pdf" in page
    with world.open():
        made = Training.objects.get(title="Einweisung Chat")
    hr.post(url(world, "ai_training_withdraw", pk=made.pk))
    assert "Einweisung Chat" not in hr.get(url(world, "ai_trainings")).content.decode()


def test_employees_stay_out_of_the_register_until_the_agreement(world: World, hr: Client) -> None:
    with world.open():
        person = people_samples.take_on(world, "employee")
        samples.use_of(world, people=[person])
        samples.train(world, person)
    for name in ("ai_trainings", "ai_guide", "ai_training_new"):
        assert person.name not in hr.get(url(world, name)).content.decode(), name
    with world.open():
        samples.agree(world)
    for name in ("ai_trainings", "ai_guide", "ai_training_new"):
        assert person.name in hr.get(url(world, name)).content.decode(), name


# Data protection


def test_record_of_processing_names_what_is_switched_on(world: World, boss: Client) -> None:
    with world.open():
        samples.use_of(world, place="IN", data_classes=["personal"], provider="Ferner Anbieter", agreement="no")
    page = boss.get(url(world, "data_protection")).content.decode()
    assert "Ferner Anbieter" in page
    assert "Vertrag nach Art. 28 DSGVO fehlt" in page
    assert "Indien" in page
    assert "Anonyme Hilfe und Beratung" not in page, "what is not switched on is not in the record"


# The lock


def record(world: World, boss: Client, **changes: Any) -> int:
    form: dict[str, Any] = {
        "agreed_on": "2026-03-01",
        "kind": "works_agreement",
        "covers": ["allocation"],
        "document": SimpleUploadedFile("bv.pdf", b"%PDF unterschrieben"),
        **changes,
    }
    form = {name: value for name, value in form.items() if value is not None}
    return boss.post(url(world, "record_works_agreement"), form).status_code


@pytest.mark.parametrize("missing", ["agreed_on", "document", "covers", "kind"])
def test_incomplete_agreement_opens_nothing(world: World, boss: Client, missing: str) -> None:
    assert record(world, boss, **{missing: None}) == 422
    with world.open():
        assert law_view.locked("allocation")
        assert FirmProfile.objects.get().works_agreement_on is None


def test_agreement_of_a_coming_day_opens_nothing_yet(world: World, boss: Client) -> None:
    assert record(world, boss, agreed_on="2099-01-01") == 302
    with world.open():
        assert law_view.locked("allocation")


def test_agreement_opens_what_it_covers_and_no_more(world: World, boss: Client) -> None:
    assert record(world, boss) == 302
    with world.open():
        assert not law_view.locked("allocation")
        assert law_view.locked("qualifications")
        assert law_view.locked()
        fact = Fact.objects.get(name="works_agreement")
        assert fact.document is not None
        check = Check.objects.get(rule="de/works_council/go_live")
        assert check.outcome in {"allowed", "allowed_with_conditions"}
    page = boss.get(url(world, "works_council")).content.decode()
    assert "bv.pdf" in page
    assert "Keine Überwachung, keine Rangfolgen" in page


def test_without_a_works_council_nothing_is_locked(world: World) -> None:
    with world.open():
        profile = FirmProfile.objects.get()
        profile.edit(has_works_council=False)
        assert not law_view.locked()
        assert not law_view.locked("allocation")


def test_plan_by_people_load_and_names_stay_closed_until_the_agreement(world: World, boss: Client) -> None:
    with world.open():
        person = _turner(world)
        clear_task(world)
        plan = computed_plan(world)
        item = PlanItem.objects.filter(plan=plan, resource=person).first()
        assert item is not None, "the employee has the task, so there is something to hide"
    pages = {
        "by people": url(world, "plan", pk=plan.pk) + "?by=resource",
        "by task": url(world, "plan", pk=plan.pk) + "?by=task",
        "table": url(world, "plan_table", pk=plan.pk),
        "found": url(world, "plan_table", pk=plan.pk) + f"?q={person.name.split()[0]}&sort=wbs",
        "why": url(world, "plan_item", pk=plan.pk, item=item.pk),
    }
    for name, address in pages.items():
        html = boss.get(address).content.decode().replace('value="' + person.name.split()[0], "")
        assert person.name not in html, name
        assert "g-load" not in html, name
    with world.open():
        samples.agree(world)
    for name in ("by people", "by task", "table", "why"):
        assert person.name in boss.get(pages[name]).content.decode(), name


def _turner(world: World) -> Resource:
    """The only one who may turn: an employee with a name that stands nowhere else."""
    skill = resources.add_skill(key="drehen", name_de="Drehen", name_en="Turning", by=world.director)
    rate = resources.set_rate(name="Günstig", cents_per_hour=100, by=world.director)
    person = resources.add_resource(
        kind=Kind.EMPLOYEE,
        name=world.unique("Zerspaner"),
        rate=rate,
        nationality="DE",
        subdivision="HE",
        by=world.director,
    )
    resources.set_skills(person, skills={Skill.objects.get(pk=skill.pk): None}, by=world.director)
    return person


def test_pages_of_employees_stay_closed_without_law_checks(world: World, hr: Client, boss: Client) -> None:
    with world.open():
        person = people_samples.take_on(world, "employee", title="Fräserin")
    record(world, boss, covers=["allocation"])
    assert "Fräserin" not in hr.get(url(world, "person", pk=person.pk)).content.decode()
    record(world, boss, covers=["allocation", "law_checks", "qualifications"])
    assert "Fräserin" in hr.get(url(world, "person", pk=person.pk)).content.decode()
