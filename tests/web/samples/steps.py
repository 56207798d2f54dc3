"""Samples of steps of cases."""

from __future__ import annotations

from collections.abc import Mapping

from tests.web.world import World, sample


@sample(
    "vote_step",
    "send_back_step",
    "claim_step",
    "raise_step",
    "return_step",
    "reassign_step",
    "move_step_due",
    "follow_up_step",
    "ask_step",
    "comment_step",
)
def step(world: World) -> Mapping[str, object]:
    from tests.work.step_world import case_of, the_step
    from werkfluss.org.roles import Role

    return {"pk": the_step(case_of(world.org, world.director, first='acceptance="four_eyes"', Team=Role.LEAD)).pk}


@sample("end_substitute")
def substitution(world: World) -> Mapping[str, object]:
    from tests.work import builders as b
    from tests.work.step_world import person_of
    from werkfluss.kernel import clock
    from werkfluss.kernel.dates import DateRange
    from werkfluss.org.actor import Actor, ActorKind
    from werkfluss.work.domain import step_substitutes

    users = [b.user(f"{world.mark.lower()}-{part}") for part in ("away", "instead")]
    away, instead = (
        person_of(Actor(world.org.pk, ActorKind.USER, user.pk, frozenset()), world.director) for user in users
    )
    days = DateRange.inclusive(clock.today(), clock.today())
    return {"pk": step_substitutes.name_for_days(away, substitute=instead, days=days, by=world.director).pk}


@sample("answer_question", "withdraw_question")
def question(world: World) -> Mapping[str, object]:
    from tests.work.step_world import case_of, the_step
    from werkfluss.org.roles import Role
    from werkfluss.work.domain import step_talk

    found = the_step(case_of(world.org, world.director, Team=Role.LEAD))
    asked = step_talk.ask(found, to=Role.HR, text=world.unique("Frage"), by=world.director)
    return {"pk": found.pk, "question": asked.pk}
