"""Samples of cases, processes, orders and hires."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.engagement.models import Order
    from werkfluss.workforce.models import Resource


def _resource(world: World, kind: str, **more: Any) -> Resource:
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    name = world.unique("Mensch")
    rate = resources.set_rate(name=name, cents_per_hour=5000, by=world.director)
    address = f"{name.replace(' ', '.').lower()}@{world.org.slug}.example"
    return resources.add_resource(
        kind=Kind(kind), name=name, rate=rate, by=world.director, **{"email": address, **more}
    )


def _facts(world: World, resource: Resource) -> None:
    from werkfluss.compliance.domain.facts import record_fact
    from werkfluss.law.packs.de.status.indicators import INDICATORS

    answers = {item.name: item.weight < 0 for item in INDICATORS} | {"already_running": False}
    for name, value in answers.items():
        record_fact(resource, name=name, value=value, source=world.mark, valid_from=date(2026, 1, 1), by=world.director)


def _order(world: World, resource: Resource) -> Order:
    from werkfluss.engagement.domain import orders
    from werkfluss.kernel import clock

    return orders.draft_order(
        resource,
        title=world.unique("Auftrag"),
        brief=world.unique("Beschreibung"),
        criteria=[world.unique("Kriterium")],
        price_cents=100_000,
        first_day=clock.today(),
        last_day=clock.today() + timedelta(days=20),
        data_class="internal",
        by=world.director,
    )


@sample(
    "order",
    "order_edit",
    "order_send",
    "order_counter",
    "order_message",
    "order_release_file",
    "order_accept",
    "order_counsel",
    "order_cancel",
    "order_effects_of",
    "order_status",
    "order_status_record",
)
def order(world: World) -> Mapping[str, object]:
    return {"pk": _order(world, _resource(world, "freelancer")).pk}


@sample("order_file")
def order_file(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import orders

    made = _order(world, _resource(world, "freelancer"))
    document = orders.release_file(made, content=world.mark.encode(), filename="datei.txt", by=world.director)
    return {"pk": made.pk, "document": document.pk}


@sample("my_order_file")
def my_order_file(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import orders

    made = _offered(world)
    document = orders.release_file(made, content=world.mark.encode(), filename="datei.txt", by=world.director)
    return {"pk": made.pk, "document": document.pk}


def _offered(world: World) -> Order:
    """An order that the freelancer of this world was offered."""
    from werkfluss.engagement.domain import offers, orders
    from werkfluss.org.roles import Role
    from werkfluss.workforce.models import Resource

    user = world.users[Role.FREELANCER]
    person = Resource.objects.filter(user=user).first()
    if person is None:
        person = _resource(world, "freelancer", user=user)
        _facts(world, person)
    made = _order(world, person)
    orders.send_offer(made, by=world.director)
    offers.ask_question(made, text=world.unique("Frage"), by=world.actors[Role.FREELANCER])
    return made


@sample(
    "my_order",
    "my_order_accept",
    "my_order_decline",
    "my_order_counter",
    "my_order_ask",
    "my_order_deliver",
    "my_order_status",
)
def my_order(world: World) -> Mapping[str, object]:
    return {"pk": _offered(world).pk}


@sample("case", "cancel_case")
def case(world: World) -> Mapping[str, object]:
    return {"pk": _order(world, _resource(world, "freelancer")).case_id}


@sample("step", "complete_step", "repeat_step")
def step(world: World) -> Mapping[str, object]:
    from werkfluss.work.domain import cases

    made = _order(world, _resource(world, "freelancer")).case
    assert made is not None
    return {"pk": cases.open_steps(made).get().pk}


@sample("process", "process_file")
def process(world: World) -> Mapping[str, object]:
    from werkfluss.work.domain import definitions

    return {"pk": definitions.definition_of("freelancer_order", by=world.director).pk}


@sample("care_case", "care_paper_request", "care_fact")
def care_case(world: World) -> Mapping[str, object]:
    from werkfluss.care.domain import expat_cases

    person = _resource(world, "employee", country="IN", nationality="IN")
    made = expat_cases.open_case(person, route="blue_card", wished_start=date(2027, 3, 1), by=world.director)
    return {"pk": made.pk}


@sample("care_paper_upload", "care_paper_confirm", "care_file")
def care_paper(world: World) -> Mapping[str, object]:
    from werkfluss.care.domain import papers
    from werkfluss.care.models import ExpatCase

    key = care_case(world)["pk"]
    expat = ExpatCase.objects.get(pk=key)
    paper = papers.request_paper(expat, kind="passport", note=world.mark, by=world.director)
    papers.hand_in_paper(expat, paper=paper, content=world.mark.encode(), filename="pass.txt", by=world.director)
    return {"pk": key, "paper": paper.pk}


@sample("link")
def link(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import links
    from werkfluss.org.roles import Role

    _, token = links.issue_link(world.users[Role.FREELANCER], target=f"/o/{world.org.slug}/", by=world.director)
    return {"org": world.org.slug, "token": token}


@listed("my_orders", queries=11, reader="freelancer")
def one_more_own_order(world: World) -> None:
    _offered(world)


@listed("processes", queries=14)
def one_more_process(world: World) -> None:
    from werkfluss.work.domain import definitions

    row = definitions.definition_of("freelancer_order", by=world.director)
    row.pk, row.key = None, world.unique("ablauf").lower().replace(" ", "_")
    row._state.adding = True
    row.save(force_insert=True)


@listed("orders", queries=10)
def one_more_order(world: World) -> None:
    _order(world, _resource(world, "freelancer"))


@listed("cases", queries=11)
def one_more_case(world: World) -> None:
    one_more_order(world)


@listed("care", queries=11)
def one_more_hire(world: World) -> None:
    care_case(world)
