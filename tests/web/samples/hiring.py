"""Samples of the time before the hire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.care.models import Opening


def offered(world: World) -> Opening:
    from werkfluss.care.domain import applicants

    return applicants.add_opening(
        title=f"{world.mark} Entwicklung",
        pay_from_cents=5_400_000,
        pay_to_cents=6_600_000,
        questions=["Was war Ihr letztes Projekt?"],
        by=world.director,
    )


@sample("opening", "applicant_add", "opening_close")
def opening(world: World) -> Mapping[str, object]:
    return {"pk": offered(world).pk}


@sample(
    "applicant",
    "applicant_move",
    "applicant_cv",
    "applicant_answers",
    "applicant_hold",
    "applicant_hire",
    "applicant_link",
)
def applicant(world: World) -> Mapping[str, object]:
    from werkfluss.care.domain import applicants

    email = f"{world.unique('bewerbung')}@bewerbung.example".lower()
    made, _token = applicants.receive(
        offered(world), name=f"{world.mark} Kulkarni", email=email, way="own_site", country="ES", by=world.director
    )
    return {"pk": made.pk}


@sample("hiring_source_end")
def source(world: World) -> Mapping[str, object]:
    from werkfluss.care.domain import applicants

    return {"pk": applicants.add_source(kind="university", name=f"{world.mark} Hochschule", by=world.director).pk}


@sample("my_application")
def own_page(world: World) -> Mapping[str, object]:
    from werkfluss.care.domain import applicants
    from werkfluss.care.models import Applicant

    row = Applicant.objects.get(pk=applicant(world)["pk"])
    return {"org": world.org.slug, "token": applicants.issue_link(row, by=world.director)}


@listed("openings", queries=10)
def one_more(world: World) -> None:
    offered(world)
