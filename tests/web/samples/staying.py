"""Samples of surveys and measures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.web.world import World, sample

if TYPE_CHECKING:
    from werkfluss.engagement.models import Measure, Pulse


def asked(world: World) -> Pulse:
    """A survey that everybody in the firm may answer, while it is open."""
    from werkfluss.engagement.models import Pulse, PulseCount, PulseTicket
    from werkfluss.engagement.pulse_questions import SCALE, asked_of
    from werkfluss.kernel import clock
    from werkfluss.org.models import Membership

    found = Pulse.objects.filter(closed_at=None).first()
    if found is not None:
        return found
    today = clock.today()
    pulse = Pulse.objects.create(
        number=7, audience="staff", first_day=today, last_day=today + timedelta(days=9), invited=12
    )
    PulseCount.objects.bulk_create(
        PulseCount(pulse=pulse, question=question.code, value=value)
        for question in asked_of("staff")
        for value, _word in SCALE
    )
    users = set(Membership.objects.filter(ended_at=None).values_list("user_id", flat=True))
    PulseTicket.objects.bulk_create(PulseTicket(pulse=pulse, user_id=user) for user in users)
    return pulse


def taken(world: World) -> Measure:
    """A measure whose effect nobody has looked at yet."""
    from werkfluss.engagement.domain import measures
    from werkfluss.kernel import clock
    from werkfluss.work.domain import tasks

    project = tasks.create_project(name=f"{world.mark} Bleiben", start=clock.today(), by=world.director)
    look_on = clock.today() + timedelta(days=90)
    title = f"{world.mark} Papiere einmal verlangen"
    return measures.take_measure("papers_asked_twice", title=title, project=project, look_on=look_on, by=world.director)


@sample("pulse", "pulse_close", "my_pulse")
def survey(world: World) -> Mapping[str, object]:
    return {"pk": asked(world).pk}


@sample("measure", "measure_effect")
def measure(world: World) -> Mapping[str, object]:
    return {"pk": taken(world).pk}


@sample("measure_new")
def sign(world: World) -> Mapping[str, object]:
    return {"name": "days_to_pay"}
