"""Money as pages show it: claims with what they wait for, and the steps to the money for the external."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.engagement.domain import claims, parts, payees, protocols
from werkfluss.engagement.models import Acceptance, Claim, Delivery, Order, PaymentItem
from werkfluss.kernel import clock
from werkfluss.kernel.money import Money
from werkfluss.org.actor import Actor
from werkfluss.web.forms.law import here
from werkfluss.web.forms.payments import two_weeks
from werkfluss.web.happenings import KINDS, OBJECTS
from werkfluss.web.status import STATES, Status

KINDS.update(
    {
        "engagement.order.billed": gettext_lazy("Order billed"),
        "engagement.acceptance.recorded": gettext_lazy("Protocol of acceptance written"),
        "engagement.acceptance.asked": gettext_lazy("Period for acceptance set"),
        "engagement.account.entered": gettext_lazy("Bank details entered"),
        "engagement.account.confirmed": gettext_lazy("Bank details confirmed"),
        "engagement.account.refused": gettext_lazy("Bank details refused"),
        "engagement.claim.made": gettext_lazy("Amount owed noted"),
        "engagement.claim.voided": gettext_lazy("Amount no longer owed"),
        "engagement.claim.paid": gettext_lazy("Paid"),
        "engagement.run.prepared": gettext_lazy("Payment run prepared"),
        "engagement.run.released": gettext_lazy("Payment run released"),
        "engagement.run.paid": gettext_lazy("Payment run executed"),
        "engagement.run.dropped": gettext_lazy("Payment run dropped"),
        "engagement.early.asked": gettext_lazy("Earlier payment asked for"),
        "engagement.early.answered": gettext_lazy("Earlier payment answered"),
        "engagement.received.checked": gettext_lazy("Invoice received and checked"),
        "engagement.received.taken": gettext_lazy("Invoice taken over"),
        "engagement.received.refused": gettext_lazy("Invoice sent back"),
    }
)
OBJECTS.update(
    {
        "engagement.acceptance": gettext_lazy("Protocol of acceptance"),
        "engagement.bankaccount": gettext_lazy("Bank details"),
        "engagement.claim": gettext_lazy("Amount owed"),
        "engagement.earlypayment": gettext_lazy("Earlier payment"),
        "engagement.paymentrun": gettext_lazy("Payment run"),
        "engagement.receivedinvoice": gettext_lazy("Invoice received"),
    }
)
STATES.update(
    {
        "prepared": Status(gettext_lazy("waits for release"), "caution"),
        "released": Status(gettext_lazy("released"), "active"),
        "paid": Status(gettext_lazy("paid"), "good"),
        "in_run": Status(gettext_lazy("in a payment run"), "active"),
        "void": Status(gettext_lazy("no longer owed"), "ended"),
        "taken": Status(gettext_lazy("taken over"), "good"),
        "checked": Status(gettext_lazy("to be decided"), "caution"),
    }
)


@dataclass(frozen=True, slots=True)
class Due:
    """A claim in the list of what is to be paid."""

    claim: Claim
    amount: Money
    holds: Iterable[claims.Hold]
    now: bool

    @property
    def ready(self) -> bool:
        return not self.holds


def due_list(actor: Actor, *, on: date) -> list[Due]:
    """What is to be paid, by the day; ``now`` is what should go into the next run."""
    rows, found = list(claims.open_claims()[:100]), []
    near = claims.around(rows, on=on, by=Actor.system(actor.org_id))
    for claim in rows:
        claim.withheld_cents, _verdict = claims.withholding(claim, near)
        amount = Money.from_cents(claims.payable_cents(claim), claim.currency)
        waits = claims.holds(claim, near)
        found.append(Due(claim, amount, waits, not waits and claims.pay_now(claim, on=on)))
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """One step to the money: done, or what it waits for."""

    word: str
    done: bool
    waits: str = ""


def money_of(order: Order) -> list[dict[str, Any]]:
    """Each claim of an order as its external sees it: the sum, the day, the steps."""
    found = []
    for claim in order.claims.exclude(state="void").select_related("order__resource", "invoice"):
        item = PaymentItem.objects.filter(claim=claim, live=True).select_related("run").first()
        found.append(
            {
                "claim": claim,
                "amount": Money.from_cents(claims.payable_cents(claim), claim.currency),
                "day": claims.money_on(claim),
                "steps": _steps(claim, item),
                "early": getattr(claim, "early", None),
            }
        )
    return found


def _steps(claim: Claim, item: PaymentItem | None) -> list[Step]:
    account = payees.confirmed_account(claim.order.resource)
    waiting = payees.waiting_account(claim.order.resource)
    if account is None:
        missing = _("a second person at the client compares them") if waiting else _("please enter your IBAN")
    else:
        missing = ""
    run = item.run if item else None
    released = run is not None and run.state in {"released", "paid"}
    return [
        Step(_("Work accepted"), done=True),
        Step(_("Invoice %(number)s") % {"number": claim.number}, done=True),
        Step(_("Bank details confirmed"), done=account is not None, waits=missing),
        Step(_("In a payment run"), done=run is not None or claim.state == "paid", waits=_("by the day it is due")),
        Step(_("Released by a second person"), done=released or claim.state == "paid"),
        Step(_("Money transferred"), done=claim.state == "paid"),
    ]


def acceptance_context(order: Order, waiting: Delivery | None) -> dict[str, Any]:
    """What the acceptance form offers: the delivered parts, and whether more may come."""
    if waiting is None:
        return {}
    rows = parts.as_rows(order, waiting.parts, waiting.amount_cents)
    open_ended = any(part.by_quantity or part.effort for part in parts.parts_of(order))
    language_de = here(protocols.TITLES["full"]) == protocols.TITLES["full"].de
    return {
        "accept_parts": [
            {
                "key": row["key"],
                "title": row["title"] if language_de else row["title_en"],
                "quantity": row["quantity"],
                "unit": row["unit"] if language_de else row["unit_en"],
                "amount": Money.from_cents(row["cents"], order.currency),
            }
            for row in rows
        ],
        "accept_open_ended": open_ended,
        "is_service": parts.is_service(order),
        "mend_day": two_weeks(),
        "period": getattr(waiting, "period", None),
    }


def protocols_of(order: Order) -> list[dict[str, Any]]:
    """The protocols, newest first, with their words."""
    rows: Iterable[Acceptance] = order.acceptances.select_related("pdf", "translation")
    return [
        {
            "row": row,
            "title": here(protocols.TITLES[row.kind]),
            "amount": Money.from_cents(row.net_cents, order.currency),
        }
        for row in rows
    ]


def earliest_run_day() -> date:
    from werkfluss.formats.sepa import bank_day_on_or_after

    return bank_day_on_or_after(clock.today())


def external_context(order: Order) -> dict[str, Any]:
    """What the external may do about the money: bank details, the period for the Abnahme, an own invoice."""
    waiting = order.deliveries.filter(state="delivered").first()
    account = payees.confirmed_account(order.resource)
    return {
        "waiting_delivery": waiting,
        "period": getattr(waiting, "period", None) if waiting else None,
        "may_set_period": waiting is not None and not parts.is_service(order) and not hasattr(waiting, "period"),
        "account_end": account.iban[-4:] if account else "",
        "account_waits": payees.waiting_account(order.resource) is not None,
        **received_context(order),
    }


def received_context(order: Order) -> dict[str, Any]:
    """The invoices that the external wrote, and whether one is awaited."""
    waiting = order.acceptances.filter(net_cents__gt=0, claims=None).exists()
    received = list(order.received_invoices.all())
    return {"received": received, "may_upload": waiting and not any(one.state == "checked" for one in received)}
