"""An order as the firm's page shows it: where it stands, the next step, the terms, what came back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from werkfluss.engagement.domain import calls, counsel, orders, sub_processors
from werkfluss.engagement.domain.terms import clause_words, differences, price_of, service_words, versions_of
from werkfluss.engagement.models import Offer, Order
from werkfluss.engagement.price import Milestones
from werkfluss.evidence.domain.documents import documents_about
from werkfluss.kernel import clock
from werkfluss.kernel.money import Money
from werkfluss.org.actor import Actor
from werkfluss.web.forms.law import countries
from werkfluss.web.forms.order_terms import spoken
from werkfluss.web.forms.orders import SendForm, data_class_word
from werkfluss.web.happenings import KINDS, OBJECTS
from werkfluss.web.payment_view import acceptance_context, protocols_of, received_context
from werkfluss.web.status import STATES, Status
from werkfluss.work.domain import cases
from werkfluss.work.models import CaseTask

STATES.update(
    {
        "agreed": Status(_("agreed"), "active"),
        "billed": Status(_("billed"), "good"),
        "sent": Status(_("sent"), "active"),
        "countered": Status(_("counter-proposal"), "caution"),
    }
)
KINDS.update(
    {
        "engagement.order.drafted": _("Order drafted"),
        "engagement.order.case_started": _("Order is being followed"),
        "engagement.order.edited": _("Draft changed"),
        "engagement.order.agreed": _("Order agreed"),
        "engagement.order.reopened": _("New offer is being written"),
        "engagement.order.cancelled": _("Order withdrawn"),
        "engagement.order.delivered": _("Result delivered"),
        "engagement.order.message_written": _("Question or answer"),
        "engagement.order.exported_for_counsel": _("Exported for counsel"),
        "engagement.offer.sent": _("Offer sent"),
        "engagement.offer.mailed": _("Offer mailed"),
        "engagement.offer.accepted": _("Offer accepted"),
        "engagement.offer.declined": _("Offer declined"),
        "engagement.offer.countered": _("Counter-proposal made"),
        "engagement.offer.expired": _("Offer lapsed"),
        "engagement.offer.held_back": _("Offer held back"),
        "engagement.counter.refused": _("No agreement"),
        "engagement.call.opened": _("Several were asked"),
        "engagement.call.closed": _("Given to one of several"),
        "engagement.delivery.accepted": _("Delivery accepted"),
        "engagement.delivery.sent_back": _("Delivery sent back"),
        "engagement.invoice.issued": _("Self-billed invoice issued"),
        "engagement.invoice.objected": _("Self-billed invoice objected to"),
        "engagement.invoice.corrected": _("Self-billed invoice corrected"),
        "engagement.invoice.asked_for": _("Invoice asked for"),
        "engagement.file.released": _("File released"),
        "engagement.link.issued": _("Personal link issued"),
        "engagement.link.used": _("Personal link used"),
        "engagement.external.invited": _("External invited"),
        "engagement.plan.offered": _("Plan offered to externals"),
    }
)
OBJECTS.update(
    {
        "engagement.order": pgettext_lazy("contract", "Order"),
        "engagement.offer": _("Offer"),
        "engagement.call": _("Call for offers"),
        "engagement.delivery": _("Delivery"),
        "engagement.selfbilledinvoice": _("Self-billed invoice"),
        "org.loginlink": _("Personal link"),
    }
)


_BY_HAND = ("self_bill", "pay", "clear_delay")


def order_url(row: Order) -> str:
    return reverse("order", kwargs={"firm": row.org.slug, "pk": row.pk})


def readable(terms: dict[str, Any]) -> dict[str, Any]:
    """Terms as a template shows them: amounts and days as such, codes as words."""
    return {
        **terms,
        "fee": price_of(terms).words(terms["currency"]),
        "parts": _parts(terms),
        "clauses": [*clause_words(_without_translation(terms), terms["currency"]), *service_words(terms)],
        "translation": (terms.get("clauses") or {}).get("translation", ""),
        "price": Money.from_cents(terms["price_cents"], terms["currency"]),
        "first_day": date.fromisoformat(terms["first_day"]),
        "last_day": date.fromisoformat(terms["last_day"]),
        "data": data_class_word(terms["data_class"]),
    }


def _without_translation(terms: dict[str, Any]) -> dict[str, Any]:
    """The clauses without the translated brief, which stands at the brief."""
    return {key: value for key, value in (terms.get("clauses") or {}).items() if key != "translation"}


def _parts(terms: dict[str, Any]) -> list[tuple[str, Money, date | None]]:
    """The milestones, if the price has any."""
    price = price_of(terms)
    parts = price.parts if isinstance(price, Milestones) else ()
    return [(one.title, Money.from_cents(one.cents, terms["currency"]), one.due) for one in parts]


def _asked(order: Order) -> list[tuple[Order, Offer | None, dict[str, Any] | None]]:
    """Everybody who was asked with this order: the order, its latest offer, and the terms that are proposed instead."""
    if order.call is None:
        return []
    found = []
    for one, offer in calls.answers_of(order.call):
        countered = offer is not None and offer.state == "countered"
        wanted = readable({**offer.terms, **(offer.counter or {})}) if offer is not None and countered else None
        found.append((one, offer, wanted))
    return found


def _counter(order: Order) -> dict[str, Any] | None:
    """The counter-proposal that waits for a word, as whole terms."""
    latest = orders.latest_offer(order)
    if latest is None or latest.state != "countered":
        return None
    wanted = {**latest.terms, **(latest.counter or {})}
    return {
        "offer": latest,
        "terms": readable(wanted),
        "differences": differences(latest.terms, wanted),
        "note": latest.note,
    }


def invoice_context(order: Order) -> dict[str, Any]:
    """Each self-billed invoice, what was objected to, and the objection that took the effect of the one there now."""
    bills = []
    for invoice in order.invoices.prefetch_related("objections").select_related("claim"):
        found = list(invoice.objections.all())
        objected = next((one for one in found if one.answer != "corrected"), None)
        bills.append(
            {"invoice": invoice, "objections": found, "objected": objected, "claim": getattr(invoice, "claim", None)}
        )
    return {"bills": bills}


def accounting_files(order: Order) -> Q:
    """The papers of an order's money: invoices (also those that were objected to and replaced) and protocols."""
    found = Q(object_type="engagement.selfbilledinvoice", object_id__in=order.invoices.values("pk"))
    found |= Q(object_type="engagement.acceptance", object_id__in=order.acceptances.values("pk"))
    return found | Q(object_type="engagement.receivedinvoice", object_id__in=order.received_invoices.values("pk"))


def _stated(order: Order) -> list[tuple[Any, Any]]:
    """What the order says to the law, in words."""
    stated = orders.stated_for_the_law(order)
    place = stated["place_country"]
    return [
        (_("Where the work is done"), dict(countries(spoken())).get(place, place) or _("wherever the external likes")),
        (_("Export control"), _CONTROLLED[stated["export_controlled"]]),
    ]


_CONTROLLED = {
    None: _("nobody has checked yet"),
    False: _("no: neither goods nor technology are listed"),
    True: _("yes: listed goods or technology"),
}


def order_context(order: Order, actor: Actor) -> dict[str, Any]:
    """Everything of an order but the check by the law."""
    given = list(order.deliveries.all())
    waiting = next((one for one in given if one.state == "delivered"), None)
    # What is owed is paid from the payments; the step of the case ends with the last of it.
    owed = order.claims.filter(state__in=("open", "in_run")).exists()
    by_hand = CaseTask.objects.filter(
        case=order.case, state="open", element__in=[one for one in _BY_HAND if one != "pay" or not owed]
    )
    counter = _counter(order)
    return {
        "order": order,
        "terms": readable(orders.terms_of(order)),
        "counter": counter,
        "waiting_for": orders.open_offer(order),
        "halted": sub_processors.halting(order, on=clock.today()),
        "may_write": actor.may("order.write"),
        "may_open_case": actor.may("case.read"),
        "send_form": SendForm(order=order) if order.state == Order.State.DRAFT else None,
        "is_open": order.state in {Order.State.DRAFT, Order.State.OFFERED, Order.State.AGREED},
        "history": list(order.offers.all()),
        "versions": versions_of(order),
        "asked": _asked(order),
        "tasks": order.tasks.select_related("task__project"),
        "files": orders.files_for_external(order),
        "counsel_files": counsel.counsel_files(order),
        "stated": _stated(order),
        "deliveries": [(one, documents_about("engagement.delivery", one.pk)) for one in given],
        "to_accept": waiting,
        "protocols": protocols_of(order),
        **received_context(order),
        **acceptance_context(order, waiting),
        "messages_of_order": order.messages.all(),
        **invoice_context(order),
        "case_steps": [step for step in by_hand.select_related("resource") if cases.may_do(step, actor)],
    }
