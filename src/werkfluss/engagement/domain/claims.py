"""What is owed on an accepted part: when it is due, what it waits for, and the day the money comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from werkfluss.compliance.domain.checks import Question, Verdict, check_facts
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.compliance.models import Fact
from werkfluss.engagement.domain import payees
from werkfluss.engagement.models import (
    BankAccount,
    Claim,
    Objection,
    Order,
    PaymentItem,
    ReceivedInvoice,
    SelfBilledInvoice,
)
from werkfluss.formats.sepa import PostalAddress, bank_day_on_or_before, execute_by, next_bank_day, obstacle
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.models import FirmProfile

_WITHHOLDING = "de/status/withholding"
_HOME = "DE"
# s.271a(1) BGB: longer only if it was expressly agreed and is not grossly unfair.
LONGEST_DAYS = 60
_AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Hold:
    """What a claim waits for. ``code`` names it for pages: account, objection, withholding, sepa."""

    code: str
    why: Text
    next_step: Text


def open_claims() -> QuerySet[Claim]:
    """What is to be paid and in no run, by the day it is due."""
    rows = Claim.objects.filter(state="open").select_related("order__resource__user", "invoice", "received", "early")
    return rows.order_by("due_on", "number")


def due_day(order: Order, accepted_on: date) -> date:
    """The day on which the money is there at the latest."""
    return accepted_on + timedelta(days=min(order.payment_days, LONGEST_DAYS))


def claim_invoice(invoice: SelfBilledInvoice, *, by: Actor) -> Claim:
    """Owe what a Gutschrift says; a corrected one moves the amount and the day.

    Raises:
        Conflict: the money of the earlier document is under way or paid.
    """
    says: dict[str, Any] = {
        "number": invoice.number,
        "net_cents": invoice.net_cents,
        "gross_cents": invoice.net_cents + invoice.tax_cents,
        "due_on": invoice.due_on,
        "state": "open",
    }
    claim = Claim.objects.select_for_update(of=("self",)).filter(invoice=invoice).first()
    if claim is None:
        order = invoice.order
        claim = Claim.objects.create(
            order=order, acceptance=invoice.acceptance, invoice=invoice, currency=order.currency, **says
        )
    elif claim.state in {"in_run", "paid"}:
        raise Conflict(f"claim {claim.number}")
    else:
        claim.edit(discount_cents=0, **says)
    _made(claim, by=by)
    return claim


def claim_received(received: ReceivedInvoice, *, by: Actor) -> Claim:
    """Owe what the external's own invoice says, once a person has taken it over."""
    order, acceptance = received.order, received.acceptance
    assert acceptance is not None  # taken over only with an acceptance behind it
    accepted_on = acceptance.decided_at.date()
    claim = Claim.objects.create(
        order=order,
        acceptance=acceptance,
        received=received,
        number=received.number,
        currency=received.currency,
        net_cents=received.net_cents,
        gross_cents=received.gross_cents,
        due_on=due_day(order, max(accepted_on, received.uploaded_at.date())),
    )
    _made(claim, by=by)
    return claim


def claim_share(order: Order, *, number: str, cents: int, by: Actor) -> Claim:
    """Owe a share in the result of a joint venture, as the agreed statement of this number says: no invoice, no tax."""
    claim = Claim.objects.create(
        order=order,
        number=number,
        currency=order.currency,
        net_cents=cents,
        gross_cents=cents,
        due_on=due_day(order, clock.today()),
    )
    _made(claim, by=by)
    return claim


def _made(claim: Claim, *, by: Actor) -> None:
    _adopt_account(claim.order, by)
    data = {"number": claim.number, "gross_cents": claim.gross_cents, "due_on": claim.due_on}
    record(Event("engagement.claim.made", claim, data), by=by)


def _adopt_account(order: Order, by: Actor) -> None:
    """An IBAN of before there were accounts is only a fact; it waits for a second person like any other."""
    if order.resource.bank_accounts.exists():
        return
    facts = Fact.objects.filter(subject_type="workforce.resource", subject_id=order.resource_id, name="iban")
    fact = facts.filter(valid_to=None).order_by("-valid_from").first()
    if fact is not None:
        payees.account_from_fact(fact, by=Actor.system(by.org_id))


def void_claim(claim: Claim, *, by: Actor) -> None:
    """No longer owed: the document behind it lost its effect and another invoice is awaited.

    Raises:
        Conflict: the money is under way or paid.
    """
    claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
    if claim.state in {"in_run", "paid"}:
        raise Conflict(f"claim {claim.number}")
    claim.edit(state="void")
    record(Event("engagement.claim.voided", claim, {"number": claim.number}), by=by)


def payable_cents(claim: Claim) -> int:
    """What leaves the account: gross, less the tax withheld and the discount agreed for earlier payment."""
    return claim.gross_cents - claim.withheld_cents - claim.discount_cents


def money_on(claim: Claim) -> date:
    """The bank day on which the money is there: of its run once there is one, else by the due day at the latest."""
    if claim.paid_on is not None:
        return claim.paid_on
    item = PaymentItem.objects.filter(claim=claim, live=True).select_related("run").first()
    if item is not None:
        return next_bank_day(item.run.execute_on)
    return bank_day_on_or_before(claim.due_on)


def pay_now(claim: Claim, *, on: date) -> bool:
    """Whether it belongs into a run of this day: due within the week, or granted earlier."""
    early = getattr(claim, "early", None)
    if early is not None and early.answer == "granted" and early.wished_on <= on + _AHEAD:
        return True
    return execute_by(claim.due_on) <= on + _AHEAD


@dataclass(frozen=True, slots=True)
class Around:
    """What decides over claims on one day, read for all together: the number of queries does not grow with them.

    ``objected`` are invoices; ``accounts`` (confirmed or waiting) and ``known`` facts are by external; ``verdicts`` on
    withholding by claim, for those abroad only.
    """

    on: date
    objected: frozenset[UUID]
    accounts: Mapping[UUID, Sequence[BankAccount]]
    known: Mapping[UUID, Mapping[str, Any]]
    verdicts: Mapping[UUID, Verdict]

    def confirmed_account(self, claim: Claim) -> BankAccount | None:
        """The account of the external that a second person agreed to."""
        own = self.accounts.get(claim.order.resource_id, ())
        return next((one for one in own if one.state == "confirmed"), None)

    def address_of(self, claim: Claim) -> PostalAddress:
        """Of the external, from what is recorded."""
        lines = self.known.get(claim.order.resource_id, {}).get("address") or {}
        return PostalAddress(*(str(lines.get(name, "")) for name in ("street", "postcode", "city", "country")))


def around(claims: Sequence[Claim], *, on: date, by: Actor) -> Around:
    """Read what ``holds`` and ``withholding`` ask of these claims on a day; the law's answers are stored."""
    people = {claim.order.resource_id for claim in claims}
    known = facts_on(on, subject_type="workforce.resource", subject_ids=list(people))
    disputed = Objection.objects.filter(invoice__in=[claim.invoice_id for claim in claims if claim.invoice_id])
    accounts: dict[UUID, list[BankAccount]] = {}
    for account in BankAccount.objects.filter(resource__in=people, state__in=["confirmed", "proposed"]):
        assert account.resource_id is not None  # filtered by it
        accounts.setdefault(account.resource_id, []).append(account)
    return Around(
        on,
        frozenset(disputed.exclude(answer="corrected").values_list("invoice_id", flat=True)),
        accounts,
        known,
        _withholdings(claims, known, on=on, by=by),
    )


def _withholdings(
    claims: Sequence[Claim], known: Mapping[UUID, Mapping[str, Any]], *, on: date, by: Actor
) -> dict[UUID, Verdict]:
    """What the law says of tax to be withheld (s.50a EStG), for claims of externals abroad."""
    abroad = [claim for claim in claims if claim.order.resource.country != _HOME]
    if not abroad or FirmProfile.objects.get().country != _HOME:
        return {}
    stated = facts_on(on, subject_type="engagement.order", subject_ids=[claim.order_id for claim in abroad])
    questions = {}
    for claim in abroad:
        said = {**known.get(claim.order.resource_id, {}), **stated.get(claim.order_id, {})}
        facts = {name: said.get(name) for name in ("subject", "exemption_certificate")}
        payment = {"fee": f"{claim.net_cents / 100:.2f}", "paid_on": on.isoformat()}
        state = {"recipient_state": claim.order.resource.country}
        questions[claim.pk] = Question.of(_WITHHOLDING, on, {**facts, **payment, **state})
    found = check_facts(list(dict.fromkeys(questions.values())), by=by)
    return {key: found[question].verdict for key, question in questions.items()}


def withholding(claim: Claim, near: Around) -> tuple[int, Verdict | None]:
    """The tax to be withheld from this payment (s.50a EStG) in cents, and what the law says; (0, None) at home.

    A verdict without a sum means that a fact is missing: nothing is paid until somebody has stated it.
    """
    verdict = near.verdicts.get(claim.pk)
    if verdict is None or not is_withholding_settled(verdict):
        return 0, verdict
    return int(Decimal(str(verdict.values.get("withheld", 0))) * 100), verdict


def is_withholding_settled(verdict: Verdict) -> bool:
    """Whether the law names the sum: that a payment is allowed can be clear while the tax still hangs on a fact."""
    return verdict.permits and "withheld" in verdict.values


def holds(claim: Claim, near: Around) -> Sequence[Hold]:
    """What stands between a claim and a payment on this day; empty: it can go into a run."""
    return [one for one in (_objected(claim, near), _account(claim, near), _tax(claim, near)) if one is not None]


def _objected(claim: Claim, near: Around) -> Hold | None:
    if claim.invoice_id not in near.objected:
        return None
    return Hold(
        "objection",
        Text("Der Gutschrift ist widersprochen.", "The self-billed invoice was objected to."),
        Text("Bitte beantworten Sie den Widerspruch.", "Please answer the objection."),
    )


def _account(claim: Claim, near: Around) -> Hold | None:
    account = near.confirmed_account(claim)
    if account is None:
        if claim.order.resource_id in near.accounts:
            return Hold(
                "account",
                Text("Die Bankverbindung ist noch nicht bestätigt.", "The bank details are not confirmed yet."),
                Text("Eine zweite Person bestätigt sie.", "A second person confirms them."),
            )
        return Hold(
            "account",
            Text("Es fehlt die Bankverbindung.", "The bank details are missing."),
            Text("Bitte tragen Sie die IBAN ein.", "Please enter the IBAN."),
        )
    if account.usable_from is None or account.usable_from > near.on:
        day = account.usable_from or near.on
        return Hold(
            "account",
            Text(
                f"Die Bankverbindung wurde geändert; dorthin geht ab {day:%d.%m.%Y} Geld.",
                f"The bank details were changed; money goes there from {day:%d %b %Y} on.",
            ),
            Text("Sie müssen nichts tun.", "There is nothing to do."),
        )
    found = obstacle(
        iban=account.iban, currency=claim.currency, cents=payable_cents(claim), address=near.address_of(claim)
    )
    return Hold("sepa", *found) if found is not None else None


def _tax(claim: Claim, near: Around) -> Hold | None:
    _cents, verdict = withholding(claim, near)
    if verdict is None or is_withholding_settled(verdict):
        return None
    return Hold(
        "withholding",
        Text(
            "Es steht nicht fest, ob Steuer einzubehalten ist (§ 50a EStG).",
            "It is not settled whether tax is to be withheld (s.50a EStG).",
        ),
        Text(
            "Bitte geben Sie beim Recht zum Auftrag an, wofür gezahlt wird und ob eine Freistellung vorliegt.",
            "Please state on the law page of the order what is paid for and whether there is an exemption.",
        ),
    )
