"""Payment runs: one person prepares, another releases, the file goes to the bank, somebody confirms what was paid.

A claim is in one live run at most (a constraint of the database), amounts and accounts are those of the moment of
preparing, and the release looks at all of them again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import QuerySet

from werkfluss.engagement.domain import authority_limits, claims, mails, orders, payees
from werkfluss.engagement.models import BankAccount, Claim, Order, PaymentItem, PaymentRun
from werkfluss.evidence.domain.documents import content_of, keep_file
from werkfluss.formats.sepa import Debtor, PostalAddress, Transfer, batch_of, is_bank_day, to_pain001
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.org.models import FirmProfile, Organisation
from werkfluss.org.tenancy import current_org_id
from werkfluss.work.domain import cases

_RUN = "Zahllauf"


def runs() -> QuerySet[PaymentRun]:
    """All runs of the firm, newest first."""
    return PaymentRun.objects.select_related("account", "file").order_by("-number")


def total_cents(run: PaymentRun) -> int:
    return sum(run.items.values_list("cents", flat=True))


def prepare_run(chosen: Iterable[Claim], *, execute_on: date, by: Actor) -> PaymentRun:
    """Put claims together to be paid on a bank day; nothing leaves the house yet.

    Raises:
        NotPermitted: the actor does not prepare payments.
        Refused: nothing is chosen, a claim has to wait, the firm has no confirmed account, or the day is no bank day.
        Conflict: a claim is in another run or paid.
    """
    by.require("payment.prepare")
    today = clock.today()
    account = payees.usable_account(None, on=today)
    if account is None:
        raise _refused(
            Text("Es gibt kein bestätigtes Konto der Firma.", "There is no confirmed account of the firm."),
            Text("Bitte tragen Sie es ein und lassen Sie es bestätigen.", "Please enter it and have it confirmed."),
        )
    if execute_on < today or not is_bank_day(execute_on):
        raise _refused(
            Text("An diesem Tag führt die Bank nichts aus.", "The bank executes nothing on this day."),
            Text("Bitte wählen Sie einen Bankarbeitstag ab heute.", "Please choose a bank working day from today on."),
        )
    keys = [claim.pk for claim in chosen]
    rows = Claim.objects.select_for_update(of=("self",)).filter(pk__in=keys).select_related("order__resource")
    found = list(rows.order_by("due_on", "number"))
    if not found:
        raise _refused(
            Text("Es ist nichts ausgewählt.", "Nothing is chosen."),
            Text("Bitte wählen Sie mindestens eine Zahlung.", "Please choose at least one payment."),
        )
    run = PaymentRun.objects.create(
        number=next_number("payment_run"),
        account=account,
        execute_on=execute_on,
        prepared_at=clock.now(),
        prepared_by=by.id,
    )
    near = claims.around(found, on=execute_on, by=by)
    for claim in found:
        _take_in(run, claim, near)
    data = {"number": run.number, "payments": len(found), "cents": total_cents(run), "execute_on": execute_on}
    record(Event("engagement.run.prepared", run, data), by=by)
    return run


def _take_in(run: PaymentRun, claim: Claim, near: claims.Around) -> None:
    if claim.state != "open":
        raise Conflict(f"{_RUN} {claim.number}")
    claim.withheld_cents, _verdict = claims.withholding(claim, near)
    waits = claims.holds(claim, near)
    if waits:
        raise _refused(
            Text(f"{claim.number}: {waits[0].why.de}", f"{claim.number}: {waits[0].why.en}"), waits[0].next_step
        )
    account = near.confirmed_account(claim)
    assert account is not None  # a hold of its own
    PaymentItem.objects.create(
        run=run,
        claim=claim,
        account=account,
        cents=claims.payable_cents(claim),
        end_to_end=f"{run.number}-{claim.number}"[:35],
    )
    claim.edit(state="in_run", withheld_cents=claim.withheld_cents)


def release_run(run: PaymentRun, *, by: Actor) -> None:
    """The second person lets the money go: the payment file is made, kept and can be fetched.

    Raises:
        NotPermitted: the actor does not release payments.
        Refused: it is the person who prepared it, it is above the own limit, or something changed since: an account,
            an objection.
        Conflict: the run was released or dropped already.
    """
    by.require("payment.release")
    run = _locked(run)
    if by.kind is not ActorKind.USER:
        raise NotPermitted("payment.release")
    if run.state != "prepared":
        raise Conflict(f"{_RUN} {run.number}")
    if run.prepared_by == by.id:
        raise _refused(
            Text("Wer vorbereitet, gibt nicht frei.", "Who prepares does not release."),
            Text("Bitte lassen Sie eine zweite Person freigeben.", "Please have a second person release it."),
        )
    authority_limits.ask(authority_limits.matter_of(authority_limits.PAYMENT, run), by=by)
    items = list(run.items.select_related("account", "claim__order__resource"))
    near = claims.around([item.claim for item in items], on=run.execute_on, by=by)
    _require_unchanged(run, items, near)
    now = clock.now()
    data = to_pain001(
        _debtor(run.account),
        [_transfer(item, near) for item in items],
        execute_on=run.execute_on,
        message_id=_message_id(run),
        created=now,
    )
    name = f"{_RUN}-{run.number}-{run.execute_on}.xml"
    file = keep_file(data, filename=name, title=f"{_RUN} {run.number}", belongs_to=run, dated_on=run.execute_on, by=by)
    digest = hashlib.sha256(data).hexdigest()
    run.edit(state="released", released_at=now, released_by=by.id, file=file, digest=digest)
    told = {"number": run.number, "payments": len(items), "cents": total_cents(run), "sha256": digest}
    record(Event("engagement.run.released", run, told), by=by)


def _require_unchanged(run: PaymentRun, items: Sequence[PaymentItem], near: claims.Around) -> None:
    today = clock.today()
    if run.execute_on < today:
        raise _refused(
            Text("Der Ausführungstag ist vorbei.", "The day of execution has passed."),
            Text("Bitte verwerfen Sie den Lauf und bereiten Sie ihn neu vor.", "Please drop the run, prepare it anew."),
        )
    for item in items:
        account = near.confirmed_account(item.claim)
        same = account is not None and account.pk == item.account_id
        waits = claims.holds(item.claim, near)
        if waits or not same or claims.payable_cents(item.claim) != item.cents:
            why = waits[0].why if waits else Text("Konto oder Betrag hat sich geändert.", "Account or amount changed.")
            raise _refused(
                Text(f"{item.claim.number}: {why.de}", f"{item.claim.number}: {why.en}"),
                Text("Bitte verwerfen Sie den Lauf und bereiten Sie ihn neu vor.", "Please drop it and prepare anew."),
            )


def _message_id(run: PaymentRun) -> str:
    return f"WF{run.number}-{run.pk.hex[-12:]}"


def batch_id(run: PaymentRun) -> str:
    """By what the bank names the whole run in its statement (PmtInfId)."""
    return batch_of(_message_id(run))


def _debtor(account: BankAccount) -> Debtor:
    firm, name = FirmProfile.objects.get(), Organisation.objects.get(pk=current_org_id()).name
    address = PostalAddress(firm.street, firm.postcode, firm.city, firm.country)
    return Debtor(name, account.iban, account.bic, address)


def _transfer(item: PaymentItem, near: claims.Around) -> Transfer:
    claim, account = item.claim, item.account
    return Transfer(
        name=account.holder,
        iban=account.iban,
        bic=account.bic,
        cents=item.cents,
        remittance=f"{claim.number} Auftrag {claim.order.number}",
        end_to_end=item.end_to_end,
        address=near.address_of(claim),
    )


def payment_file(run: PaymentRun) -> bytes:
    """The bytes as they were released.

    Raises:
        Refused: the file is gone or is not what was released.
    """
    if run.file is None:
        raise _gone(run)
    data = content_of(run.file)
    if hashlib.sha256(data).hexdigest() != run.digest:
        raise _gone(run)
    return data


def confirm_paid(run: PaymentRun, *, paid_on: date, by: Actor) -> None:
    """The bank has executed it: the claims are paid, the externals are told.

    Raises:
        NotPermitted: the actor does not prepare payments.
        Refused: the day lies in the future or before the release.
        Conflict: the run is not released, or confirmed already.
    """
    by.require("payment.prepare")
    run = _locked(run)
    if run.state != "released" or run.released_at is None:
        raise Conflict(f"{_RUN} {run.number}")
    if not run.released_at.astimezone(clock.FIRM_ZONE).date() <= paid_on <= clock.today():
        raise _refused(
            Text("Der Tag liegt vor der Freigabe oder in der Zukunft.", "The day is before the release or to come."),
            Text("Bitte nehmen Sie den Tag vom Kontoauszug.", "Please take the day from the account statement."),
        )
    run.edit(state="paid", paid_on=paid_on, confirmed_by=by.id)
    record(Event("engagement.run.paid", run, {"number": run.number, "paid_on": paid_on}), by=by)
    for item in run.items.select_related("claim__order__resource__user", "claim__order__case"):
        pay_claim(item.claim, paid_on=paid_on, by=by)


def pay_claim(claim: Claim, *, paid_on: date, by: Actor) -> None:
    """It is paid: by a run, or outside of one where SEPA does not reach (``pay_outside``)."""
    claim.edit(state="paid", paid_on=paid_on)
    order = claim.order
    total = mails.amount(claims.payable_cents(claim), claim.currency)
    data = {"number": claim.number, "paid_on": paid_on, "cents": claims.payable_cents(claim)}
    record(Event("engagement.claim.paid", claim, data), by=by)
    left = order.claims.filter(state__in=["open", "in_run"]).exists()
    step = orders.step_of(order, "pay")
    if step is not None and not left and order.state in {Order.State.ACCEPTED, Order.State.BILLED}:
        cases.complete_step(step, led=True, by=by if by.may("case.work") else Actor.system(by.org_id))
    subject = Text(f"Überwiesen: {order.title}", f"Paid: {order.title}")
    body = Text(
        f"wir haben am {paid_on:%d.%m.%Y} {total.de} für {claim.number} überwiesen.",
        f"On {paid_on:%d %b %Y} we paid {total.en} for {claim.number}.",
    )
    mails.tell_external(order, subject=subject, body=body, by=by)


def pay_outside(claim: Claim, *, paid_on: date, by: Actor) -> None:
    """A person paid it at the bank by hand: in another currency, or to an account outside SEPA.

    Raises:
        NotPermitted: the actor does not release payments.
        Refused: it can go into a run, waits for something else, is above the own limit, or the day is to come.
        Conflict: it is in a run or paid.
    """
    by.require("payment.release")
    claim = Claim.objects.select_for_update(of=("self",)).select_related("order__resource__user").get(pk=claim.pk)
    if claim.state != "open":
        raise Conflict(f"{_RUN} {claim.number}")
    near = claims.around([claim], on=paid_on, by=by)
    withheld, _verdict = claims.withholding(claim, near)
    codes = [one.code for one in claims.holds(claim, near)]
    if codes != ["sepa"] or paid_on > clock.today():
        raise _refused(
            Text("Diese Zahlung gehört in einen Zahllauf.", "This payment belongs into a payment run."),
            Text("Bitte bereiten Sie einen Lauf vor.", "Please prepare a run."),
        )
    claim.edit(withheld_cents=withheld)
    authority_limits.ask(authority_limits.matter_of(authority_limits.PAYMENT, claim), by=by)
    pay_claim(claim, paid_on=paid_on, by=by)


def drop_run(run: PaymentRun, *, reason: str, by: Actor) -> None:
    """Undo a run that was not executed, or that the bank refused: its claims are open again.

    Raises:
        NotPermitted: the actor does not release payments.
        Refused: no reason.
        Conflict: it was paid or dropped.
    """
    by.require("payment.release")
    run = _locked(run)
    if run.state not in {"prepared", "released"}:
        raise Conflict(f"{_RUN} {run.number}")
    if not reason.strip():
        raise _refused(
            Text("Bitte nennen Sie den Grund.", "Please give the reason."),
            Text("Ein Satz genügt.", "One sentence is enough."),
        )
    for item in run.items.select_related("claim"):
        item.claim.edit(state="open", withheld_cents=0)
        item.edit(live=False)
    run.edit(state="dropped")
    record(Event("engagement.run.dropped", run, {"number": run.number, "reason": reason.strip()}), by=by)


def _locked(run: PaymentRun) -> PaymentRun:
    return PaymentRun.objects.select_for_update(of=("self",)).select_related("account", "file").get(pk=run.pk)


def _refused(reason: Text, what_to_do: Text) -> Refused:
    return Refused(reason, citation=_RUN, what_to_do=what_to_do)


def _gone(run: PaymentRun) -> Refused:
    return _refused(
        Text(
            f"Die Zahlungsdatei des Laufs {run.number} ist nicht mehr die freigegebene.",
            f"The payment file of run {run.number} is no longer the one that was released.",
        ),
        Text("Bitte verwerfen Sie den Lauf und bereiten Sie ihn neu vor.", "Please drop the run and prepare it anew."),
    )
