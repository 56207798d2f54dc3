"""Samples of the parts of a case of care."""

from __future__ import annotations

from collections.abc import Mapping

from tests.web.samples.cases import care_case, care_paper
from tests.web.world import World, sample


@sample("care_day", "care_party_add")
def case(world: World) -> Mapping[str, object]:
    return care_case(world)


@sample("care_party_end", "care_party_let_in")
def party(world: World) -> Mapping[str, object]:
    from werkfluss.care.domain import participants
    from werkfluss.care.models import ExpatCase

    key = care_case(world)["pk"]
    expat = ExpatCase.objects.get(pk=key)
    made = participants.add_participant(expat, role="family", name=f"{world.mark} Kulkarni", by=world.director)
    return {"pk": key, "party": made.pk}


@sample("care_party_shut_out")
def party_with_login(world: World) -> Mapping[str, object]:
    from werkfluss.care.domain import participants
    from werkfluss.care.models import Participant

    where = party(world)
    email = f"{world.unique('angehoerig').lower().replace(' ', '')}@familie.example"
    row = Participant.objects.get(pk=where["party"])
    participants.let_in(row, email=email, language="en", by=world.director)
    return where


@sample("care_paper_return")
def paper(world: World) -> Mapping[str, object]:
    return care_paper(world)


@sample("care_invite")
def without_login(world: World) -> Mapping[str, object]:
    from werkfluss.care.models import ExpatCase

    key = care_case(world)["pk"]
    ExpatCase.objects.get(pk=key).person.edit(email=f"{key}@neu.example", user=None)
    return {"pk": key}
