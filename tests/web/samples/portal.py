"""Samples of the portal and of the one communication: a case of the person who is logged in, and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.web.world import World, sample

if TYPE_CHECKING:
    from werkfluss.care.models import CareProvider, CareThread, ExpatCase


def own_case(world: World) -> ExpatCase:
    """The open case of the world's employee, with papers; made once."""
    from werkfluss.care.domain import expat_cases, papers
    from werkfluss.care.models import ExpatCase
    from werkfluss.org.roles import Role
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    user = world.users[Role.EMPLOYEE]
    found = ExpatCase.objects.filter(person__user=user, state="open").first()
    if found is None:
        name = world.unique("Fachkraft")
        rate = resources.set_rate(name=name, cents_per_hour=5000, by=world.director)
        person = resources.add_resource(
            kind=Kind.EMPLOYEE, name=name, rate=rate, email=user.email, user=user, country="IN", by=world.director
        )
        found = expat_cases.open_case(person, route="blue_card", wished_start=date(2027, 3, 1), by=world.director)
        papers.request_paper(found, kind="passport", due=date(2027, 1, 15), note=world.mark, by=world.director)
    return found


def provider(world: World) -> CareProvider:
    """The provider that the world's provider login belongs to; made once."""
    from werkfluss.care.models import CareProvider
    from werkfluss.org.roles import Role

    user = world.users[Role.PROVIDER]
    found = CareProvider.objects.filter(user=user).first()
    return found or CareProvider.objects.create(
        name=f"{world.mark} Anbieter", email=user.email, source="Vertrag", checked_on=date(2026, 11, 1), user=user
    )


def with_hr(world: World) -> CareThread:
    """The thread with HR, in which the person wrote; the management may read it."""
    from werkfluss.care.domain import consents, threads
    from werkfluss.kernel import clock
    from werkfluss.org.roles import Role

    expat = own_case(world)
    thread = threads.thread_with(expat, by=world.actors[Role.EMPLOYEE])
    if not thread.messages.exists():
        threads.write_message(thread, text=f"{world.mark} Frage", by=world.actors[Role.EMPLOYEE])
        until = clock.today() + timedelta(days=90)
        given = {"recipient": "managing_director", "what": "messages", "purpose": world.mark, "until": until}
        consents.give_consent(expat, **given, by=world.actors[Role.EMPLOYEE])
    return thread


@sample("portal_thread", "care_thread")
def thread(world: World) -> Mapping[str, object]:
    return {"pk": with_hr(world).pk}


@sample("portal_translate", "care_translate")
def message(world: World) -> Mapping[str, object]:
    return {"pk": with_hr(world).messages.get().pk}


@sample("portal_thread_begin")
def provider_to_write_to(world: World) -> Mapping[str, object]:
    return {"pk": provider(world).pk}


@sample("my_care_thread")
def with_provider(world: World) -> Mapping[str, object]:
    from werkfluss.care.domain import threads
    from werkfluss.org.roles import Role

    person = world.actors[Role.EMPLOYEE]
    found = threads.begin_with_provider(own_case(world), provider(world), by=person)
    threads.write_message(found, text=f"{world.mark} vertraulich", by=person)
    return {"pk": found.pk}


@sample("portal_paper_upload", "portal_paper_file")
def paper(world: World) -> Mapping[str, object]:
    from werkfluss.care.domain import papers
    from werkfluss.org.roles import Role

    expat = own_case(world)
    row = papers.papers_of(expat).filter(kind="passport").first()
    assert row is not None
    person = world.actors[Role.EMPLOYEE]
    papers.hand_in_paper(expat, paper=row, content=world.mark.encode(), filename="pass.txt", by=person)
    return {"paper": row.pk}


@sample("portal_step_done")
def step(world: World) -> Mapping[str, object]:
    from werkfluss.work.domain import cases

    found = cases.open_steps(own_case(world).case).first()
    assert found is not None
    return {"pk": found.pk}


@sample("portal_consent_answer")
def consent(world: World) -> Mapping[str, object]:
    from werkfluss.care.domain import consents
    from werkfluss.kernel import clock

    expat, until = own_case(world), clock.today() + timedelta(days=90)
    asked = {"recipient": "hr", "what": "messages", "purpose": f"{world.mark} Zweck", "until": until}
    return {"pk": consents.ask_consent(expat, **asked, by=world.director).pk}


@sample("portal_family_end")
def relative(world: World) -> Mapping[str, object]:
    """The login of the world's family; it may see the course of the case."""
    from werkfluss.care.domain import consents
    from werkfluss.care.models import Participant
    from werkfluss.kernel import clock
    from werkfluss.org.roles import Role

    expat = own_case(world)
    user = world.users[Role.FAMILY]
    login = Participant.objects.create(expat_case=expat, role="family", name=user.name, user=user)
    given = {"recipient": "family", "what": "course", "purpose": world.mark, "until": clock.today() + timedelta(days=9)}
    consents.give_consent(expat, member=login, **given, by=world.actors[Role.EMPLOYEE])
    return {"pk": login.pk}


@sample("care_contact", "care_contact_begin", "care_consent_ask")
def contact(world: World) -> Mapping[str, object]:
    return {"pk": own_case(world).pk}
