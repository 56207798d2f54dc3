"""What the process of an order does by itself, and what the room hears from others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import send_mail

from werkfluss.compliance.models import Fact
from werkfluss.engagement.domain import (
    authority_limits,
    conflicts,
    deliveries,
    invoices,
    mails,
    offers,
    orders,
    payees,
    planned,
    release,
    service_levels,
    status_file,
)
from werkfluss.engagement.models import Order
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, on
from werkfluss.org.models import FirmProfile
from werkfluss.work.domain.services import Effect, ServiceCall, lead_steps, register_service
from werkfluss.work.models import Case, Plan, Result

# Steps that are done on the order itself, where the terms, the criteria and the files are.
LED = frozenset({"write_offer", "answer_offer", "check_counter", "deliver", "accept"})


def listen() -> None:
    """Called once, when the room is ready."""
    register_service("engagement.send_offer", send_offer, effect=Effect.BY_KEY)
    register_service("engagement.remind_offer", remind_offer, effect=Effect.BY_KEY)
    register_service("engagement.create_order", create_order, effect=Effect.BY_KEY)
    register_service("engagement.remind_acceptance", remind_acceptance, effect=Effect.BY_KEY)
    register_service("engagement.self_billed_invoice", self_billed_invoice, effect=Effect.BY_KEY)
    lead_steps(orders.PROCESS, LED)
    on("work.plan.published", _plan_published)
    on("work.result.accepted", _result_accepted)
    on("work.result.sent_back", _result_sent_back)
    on("work.case.ended", _case_ended)
    on("compliance.fact.recorded", _fact_recorded)
    status_file.listen()
    service_levels.listen()
    authority_limits.listen()
    conflicts.listen()


def send_offer(call: ServiceCall, by: Actor) -> Mapping[str, Any]:
    offer = orders.open_offer(orders.order_of(call.case))
    if offer is not None and offer.link_id is None and not (offer.revision == 1 and call.inputs.get("one_mail")):
        orders.mail_offer(offer, by=by)
    # The process waits for the answer until then.
    return {
        "offer": offer.revision if offer else None,
        "answer_by": offer.answer_by.isoformat() if offer else None,
    }


def remind_offer(call: ServiceCall, by: Actor) -> None:
    order = orders.order_of(call.case)
    if orders.open_offer(order) is None:
        return
    subject = Text(f"Noch offen: {order.title}", f"Still open: {order.title}")
    body = Text(
        "unser Angebot ist noch offen. Sie können annehmen, ablehnen oder einen Gegenvorschlag machen; ohne Antwort "
        "verfällt es, ohne Folgen für Sie.",
        "Our offer is still open. You may accept, decline or make a counter-proposal; without an answer it lapses, "
        "without consequences for you.",
    )
    mails.tell_external(order, subject=subject, body=body, by=by)


def create_order(call: ServiceCall, by: Actor) -> None:
    accepted = orders.order_of(call.case).offers.filter(state="accepted").order_by("-revision").first()
    if accepted is not None:
        offers.agree_order(accepted, by=by)


def remind_acceptance(call: ServiceCall, _by: Actor) -> None:
    order = orders.order_of(call.case)
    text = (
        f"Auftrag {order.number} „{order.title}“ ist geliefert und wartet seit fünf Tagen auf die Abnahme.\n"
        "Schweigen ist keine Abnahme; bitte nehmen Sie ab oder geben Sie die Lieferung mit einem Hinweis zurück."
    )
    address = FirmProfile.objects.get().email
    send_mail(f"Abnahme offen: {order.title}", text, settings.DEFAULT_FROM_EMAIL, [address])


def self_billed_invoice(call: ServiceCall, by: Actor) -> Mapping[str, Any]:
    order = orders.order_of(call.case)
    invoice = invoices.bill_order(order, by=by)
    release.tell_of_money(invoice, by=by)
    return {"invoice": invoice.number, "net": str(invoice.net_cents / 100)}


def _plan_published(event: Event, by: Actor) -> None:
    assert isinstance(event.subject, Plan)
    planned.offer_planned(event.subject, by=by)


def _result_accepted(event: Event, by: Actor) -> None:
    assert isinstance(event.subject, Result)
    deliveries.result_accepted(event.subject, by=by)


def _result_sent_back(event: Event, by: Actor) -> None:
    assert isinstance(event.subject, Result)
    deliveries.result_sent_back(event.subject, note=str(event.data.get("note", "")), by=by)


def _fact_recorded(event: Event, by: Actor) -> None:
    assert isinstance(event.subject, Fact)
    payees.account_from_fact(event.subject, by=by)


def _case_ended(event: Event, by: Actor) -> None:
    """Silence ended the case: the offer has lapsed."""
    case = event.subject
    assert isinstance(case, Case)
    if case.subject_type == Order._meta.label_lower and "offer_expired" in event.data.get("ends", ()):
        offers.expire_offers(orders.order_of(case), by=by)
