"""What a published plan gives to externals becomes offers; what was agreed beats the next plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from werkfluss.engagement.domain import deliveries, offers, orders
from werkfluss.engagement.models import Delivery, Order
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.org.actor import Actor
from werkfluss.work.domain import acceptance, plans, tasks
from werkfluss.work.models import Assignment, Plan, PlanItem, Result, Task
from werkfluss.workforce.models import Resource

As = Callable[[Resource], Actor]
FIRST = date(2027, 1, 11)


@pytest.fixture
def task(in_firm: Actor) -> Task:
    project = tasks.create_project(name="Anleitung", start=FIRST, by=in_firm)
    made = tasks.create_task(project, title="Kapitel 3 schreiben", brief="Neu gliedern", effort_minutes=600, by=in_firm)
    tasks.fill_task(made, criteria=["Kapitel liegt vor", "Bilder sind beschriftet"])
    return made


def publish(by: Actor, task: Task, resource: Resource, *, first: date = FIRST, days: int = 5) -> Plan:
    """A draft that gives the task to the resource in a window, published."""
    plan = plans.request_plan(as_of=clock.today(), by=by)
    instant = clock.now()
    PlanItem.objects.create(
        plan=plan,
        task=task,
        resource=resource,
        start=instant,
        end=instant,
        window_first=first,
        window_last=first + timedelta(days=days),
    )
    plan.edit(state=Plan.State.DRAFT)
    plans.publish_plan(plan, by=by)
    task.refresh_from_db()
    return plan


def letters() -> list[EmailMessage]:
    """The mails to externals; the firm's own people hear of a plan too."""
    return [letter for letter in mail.outbox if letter.to[0].endswith("@redaktion.example")]


def the_order() -> Order:
    return Order.objects.get()


def test_plan_offers_effort_times_rate_in_its_window(task: Task, external: Resource, in_firm: Actor) -> None:
    publish(in_firm, task, external)
    order = the_order()
    assert (order.state, order.price_kind, order.price_cents) == ("offered", "hourly", 62_000)
    assert (order.first_day, order.last_day) == (FIRST, FIRST + timedelta(days=5))
    assert order.criteria == ["Kapitel liegt vor", "Bilder sind beschriftet"]
    (letter,) = letters()
    assert "Kapitel 3 schreiben: 11.01.2027 bis 16.01.2027, höchstens 620,00 EUR netto" in letter.body


def test_several_offers_are_one_mail(task: Task, external: Resource, in_firm: Actor, draft: Order) -> None:
    second = tasks.create_task(task.project, title="Kapitel 4 schreiben", effort_minutes=60, by=in_firm)
    plan = plans.request_plan(as_of=clock.today(), by=in_firm)
    for one in (task, second):
        PlanItem.objects.create(
            plan=plan,
            task=one,
            resource=external,
            start=clock.now(),
            end=clock.now(),
            window_first=FIRST,
            window_last=FIRST,
        )
    plan.edit(state=Plan.State.DRAFT)
    plans.publish_plan(plan, by=in_firm)
    assert Order.objects.filter(state="offered").count() == 2
    assert [letter.subject for letter in letters()] == ["Angebote: 2"]


def test_accepted_offer_assigns_the_task(task: Task, external: Resource, in_firm: Actor, as_external: As) -> None:
    publish(in_firm, task, external)
    offer = orders.open_offer(the_order())
    assert offer is not None
    offers.accept_offer(offer, by=as_external(external))
    task.refresh_from_db()
    assert task.state == "assigned"
    assert Assignment.objects.get(task=task).state == "active"


def test_declined_offer_opens_the_task(task: Task, external: Resource, in_firm: Actor, as_external: As) -> None:
    publish(in_firm, task, external)
    offer = orders.open_offer(the_order())
    assert offer is not None
    offers.decline_offer(offer, by=as_external(external))
    task.refresh_from_db()
    assert task.state == "open"
    assert Assignment.objects.get(task=task).state == "declined"


def test_same_plan_again_offers_nothing_new(task: Task, external: Resource, in_firm: Actor) -> None:
    publish(in_firm, task, external)
    publish(in_firm, task, external)
    assert Order.objects.count() == 1
    assert the_order().state == "offered"


def test_other_window_withdraws_the_open_offer_and_makes_a_new_one(
    task: Task, external: Resource, in_firm: Actor
) -> None:
    publish(in_firm, task, external)
    publish(in_firm, task, external, first=FIRST + timedelta(days=7))
    assert sorted(Order.objects.values_list("state", flat=True)) == ["cancelled", "offered"]
    assert Order.objects.get(state="offered").first_day == FIRST + timedelta(days=7)


def test_agreed_order_beats_the_plan_and_the_change_is_offered(
    task: Task, external: Resource, in_firm: Actor, as_external: As
) -> None:
    publish(in_firm, task, external)
    order = the_order()
    offer = orders.open_offer(order)
    assert offer is not None
    offers.accept_offer(offer, by=as_external(external))
    publish(in_firm, task, external, first=FIRST + timedelta(days=7))
    order = the_order()
    assert (order.state, order.first_day) == ("agreed", FIRST)
    change = orders.open_offer(order)
    assert change is not None
    assert change.terms["first_day"] == (FIRST + timedelta(days=7)).isoformat()
    task.refresh_from_db()
    assert task.state == "assigned"
    live = Assignment.objects.get(task=task, state__in=["active", "offered"])
    assert (live.resource_id, live.first_day) == (external.pk, FIRST)


def test_result_accepted_at_the_task_accepts_the_order(
    task: Task, external: Resource, in_firm: Actor, as_external: As, lead: Actor, firm_bills: None
) -> None:
    publish(in_firm, task, external)
    order, fuchs = the_order(), as_external(external)
    offer = orders.open_offer(order)
    assert offer is not None
    offers.accept_offer(offer, by=fuchs)
    files, picked = [("k3.pdf", b"%PDF")], {task.pk: ["yes"]}
    deliveries.deliver_order(order, text="fertig", files=files, amount_cents=50_000, picked=picked, by=fuchs)
    result = Result.objects.get(task=task)
    assert (result.state, result.picked) == ("delivered", ["yes"])
    acceptance.accept_result(result, met=[True, True], by=lead)
    order = the_order()
    assert order.state == "billed"
    assert Delivery.objects.get().state == "accepted"
    assert order.invoices.get().net_cents == 50_000
    assert order.invoices.get().result_id == result.pk


def test_order_accepted_accepts_the_result_at_the_task(
    task: Task, external: Resource, in_firm: Actor, as_external: As, lead: Actor, firm_bills: None
) -> None:
    publish(in_firm, task, external)
    order, fuchs = the_order(), as_external(external)
    offer = orders.open_offer(order)
    assert offer is not None
    offers.accept_offer(offer, by=fuchs)
    delivery = deliveries.deliver_order(order, text="fertig", amount_cents=50_000, by=fuchs)
    deliveries.send_back_delivery(delivery, unmet=["Kapitel liegt vor"], note="fehlt", by=lead)
    assert Result.objects.get(task=task).state == "sent_back"
    again = deliveries.deliver_order(order, text="jetzt", amount_cents=50_000, by=fuchs)
    deliveries.accept_delivery(again, met=[True, True], by=lead)
    task.refresh_from_db()
    assert (task.state, the_order().state) == ("accepted", "billed")


def test_blocked_external_is_not_published(task: Task, make_external: Callable[..., Resource], in_firm: Actor) -> None:
    hansen = make_external(
        "Dirk Hansen", facts={"client_sets_hours": True, "embedded_in_team": True, "client_sets_place": True}
    )
    with pytest.raises(Refused, match="Dirk Hansen"):
        publish(in_firm, task, hansen)
    assert not Order.objects.exists()


def test_external_without_an_address_is_held_back_for_a_person(
    task: Task, make_external: Callable[..., Resource], in_firm: Actor
) -> None:
    hansen = make_external("Dirk Hansen")
    hansen.edit(email="")
    publish(in_firm, task, hansen)
    assert the_order().state == "draft"
    assert [letter.body for letter in letters()] == []
