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
    from tests.work.step_world import person_of
    from werkfluss.kernel import clock
    from werkfluss.kernel.dates import DateRange
    from werkfluss.org.roles import Role
    from werkfluss.work.domain import step_substitutes

    employee, lead = (person_of(world.actors[role], world.director) for role in (Role.EMPLOYEE, Role.LEAD))
    today = clock.today()
    made = step_substitutes.name_for_days(
        employee, substitute=lead, days=DateRange.inclusive(today, today), by=world.director
    )
    return {"pk": made.pk}


@sample("answer_question", "withdraw_question")
def question(world: World) -> Mapping[str, object]:
    from tests.work.step_world import case_of, the_step
    from werkfluss.org.roles import Role
    from werkfluss.work.domain import step_talk

    found = the_step(case_of(world.org, world.director, Team=Role.LEAD))
    asked = step_talk.ask(found, to=Role.HR, text=world.unique("Frage"), by=world.director)
    return {"pk": found.pk, "question": asked.pk}
