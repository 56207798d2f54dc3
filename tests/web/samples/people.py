"""Samples of people, deadlines, documents and feeds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.workforce.models import Resource

RULE = "de/status/engagement"


def take_on(world: World, kind: str = "freelancer", **declared: Any) -> Resource:
    """A person of the firm, with a paper that runs out and a skill."""
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    by = world.director
    rate = resources.set_rate(name=f"{world.mark} Personensatz", cents_per_hour=8000, by=by)
    name = world.unique("Person")
    person = resources.add_resource(kind=Kind(kind), name=name, rate=rate, city=f"{world.mark} Ort", by=by, **declared)
    skill = resources.add_skill(key="drehen", name_de="Drehen", name_en="Turning", by=by)
    resources.set_skills(person, skills={skill: None}, by=by)
    expires = date.today() + timedelta(days=20)
    resources.add_paper(
        person, kind="first_aid", state="confirmed", valid_from=date(2025, 1, 1), expires=expires, by=by
    )
    return person


@sample("person", "person_edit", "person_skills", "person_paper", "person_facts", "person_end")
def person(world: World) -> Mapping[str, object]:
    return {"pk": take_on(world).pk}


@sample("person_take_on")
def person_rule(world: World) -> Mapping[str, object]:
    return {"pk": take_on(world).pk, "rule": RULE}


@sample("condition_done")
def condition(world: World) -> Mapping[str, object]:
    from werkfluss.compliance.domain.checks import Question, check_facts
    from werkfluss.compliance.domain.conditions import take_on as plan

    row = take_on(world)
    facts = {"agreed_before": True, "client_is_business": True, "objected": False}
    question = Question.of("de/invoice/self_billing", date(2026, 11, 2), facts)
    check = check_facts([question], by=world.director)[question].check
    found = plan(check, number=0, subject=row, on=date(2026, 11, 2), by=world.director)
    return {"pk": row.pk, "condition": found.pk}


@listed("people", queries=13)
def one_more_person(world: World) -> None:
    take_on(world)


def set_one(world: World, **more: Any) -> Any:
    from werkfluss.compliance.domain.deadlines import set_deadline
    from werkfluss.kernel.text import Text

    words = world.unique("Frist")
    given = {"due": date(2027, 3, 1), "lead_days": 30, "who": "hr", "basis": "§ 1 Muster", **more}
    return set_deadline(take_on(world), code=words, title=Text(words, words), by=world.director, **given)


@sample("deadline", "deadline_done", "deadline_drop")
def deadline(world: World) -> Mapping[str, object]:
    return {"pk": set_one(world).pk}


@listed("deadlines", queries=30)
def one_more_deadline(world: World) -> None:
    set_one(world)


@listed("deadlines_closed", queries=13)
def one_more_closed(world: World) -> None:
    from werkfluss.compliance.domain.deadlines import complete_deadline

    complete_deadline(set_one(world), by=world.director)


@sample("document", "document_view", "document_file")
def document(world: World) -> Mapping[str, object]:
    from werkfluss.evidence.domain.documents import keep_file
    from werkfluss.kernel import clock
    from werkfluss.work.domain.tasks import create_project, create_task

    by = world.director
    project = create_project(name=world.unique("Akte"), start=clock.today(), by=by)
    task = create_task(project, title=world.unique("Ablage"), by=by)
    text = world.unique("Inhalt").encode()
    return {"pk": keep_file(text, filename=f"{world.mark}.txt", belongs_to=task, by=by).pk}


@listed("documents", queries=13)
def one_more_document(world: World) -> None:
    """The first page holds these alone: it asks once for each kind of object that its documents belong to."""
    from werkfluss.evidence.domain.documents import keep_file
    from werkfluss.evidence.models import Document
    from werkfluss.work.models import Task

    task = Task.objects.get(pk=Document.objects.get(pk=document(world)["pk"]).object_id)
    for _ in range(50):
        keep_file(world.unique("Inhalt").encode(), filename=f"{world.mark}.txt", belongs_to=task, by=world.director)


@sample("feed")
def feed(world: World) -> Mapping[str, object]:
    from werkfluss.org.domain.feeds import issue_feed
    from werkfluss.org.roles import Role

    token = issue_feed(world.users[Role.HR], by=world.actors[Role.HR])
    return {"place": world.org.slug, "token": token}


def take_leave(world: World) -> Resource:
    """A person who has left today."""
    from werkfluss.kernel import clock
    from werkfluss.workforce.domain import resources

    row = take_on(world, kind="employee")
    resources.end_resource(row, first_day_gone=clock.today(), by=world.director)
    return row


@sample("person_erase")
def gone(world: World) -> Mapping[str, object]:
    return {"pk": take_leave(world).pk}


@listed("former_people", queries=10)
def one_more_former(world: World) -> None:
    take_leave(world)
