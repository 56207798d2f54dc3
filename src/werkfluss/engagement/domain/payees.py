"""Bank accounts: who enters one never confirms it, a change is told to the old contact and waits a few days.

Changed bank details are the commonest fraud on payments. So a second person agrees to every account; where another was
in use before, the person on file hears of it at once, and the first money goes there only after the cooling-off.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from werkfluss.compliance.models import Fact
from werkfluss.engagement.domain import mails
from werkfluss.engagement.models import BankAccount, Order
from werkfluss.formats.sepa import iban_fault, normal_iban, shown_iban
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.events import Event, record
from werkfluss.workforce.models import Resource

COOLING_OFF = timedelta(days=3)
_CITATION = "Vier Augen"


def accounts_to_confirm() -> QuerySet[BankAccount]:
    """Entered and not decided yet, oldest first."""
    return BankAccount.objects.filter(state="proposed").select_related("resource").order_by("entered_at")


def confirmed_account(resource: Resource | None) -> BankAccount | None:
    """The account that a second person agreed to; of the firm itself if ``resource`` is None."""
    return BankAccount.objects.filter(resource=resource, state="confirmed").first()


def usable_account(resource: Resource | None, *, on: date) -> BankAccount | None:
    """The confirmed account, once its cooling-off is over."""
    account = confirmed_account(resource)
    return account if account is not None and account.usable_from is not None and account.usable_from <= on else None


def waiting_account(resource: Resource | None) -> BankAccount | None:
    """The account that waits for a second person."""
    return BankAccount.objects.filter(resource=resource, state="proposed").first()


def on_invoice(order: Order) -> BankAccount | None:
    """What the invoice names. Only a confirmed account is ever paid to, whatever stands there."""
    return confirmed_account(order.resource) or waiting_account(order.resource)


def enter_account(
    resource: Resource | None, *, iban: str, holder: str, bic: str = "", source: str = "", by: Actor
) -> BankAccount:
    """State where money goes (``resource``) or comes from (None: the firm's own). It waits for a second person.

    What is confirmed already stays as it is when the same account is entered again.

    Raises:
        NotPermitted: neither the person whose account it is nor one who prepares payments.
        Refused: it is no IBAN, or the holder is missing.
    """
    own = resource is not None and by.kind is ActorKind.USER and resource.user_id == by.id
    if not own and by.kind is not ActorKind.SYSTEM:
        by.require("payment.prepare")
    fault = iban_fault(iban)
    if fault is not None or not holder.strip():
        raise Refused(
            fault or Text("Der Name des Kontos fehlt.", "The name of the account is missing."),
            citation="IBAN",
            what_to_do=Text("Bitte vergleichen Sie mit Karte oder Auszug.", "Please compare with card or statement."),
        )
    return _entered(resource, iban=iban, holder=holder, bic=bic, source=source, entered_by=by.id, by=by)


def _entered(
    resource: Resource | None, *, iban: str, holder: str, bic: str, source: str, entered_by: UUID | None, by: Actor
) -> BankAccount:
    before, plain = confirmed_account(resource), normal_iban(iban)
    if before is not None and before.iban == plain:
        return before
    waiting = waiting_account(resource)
    if waiting is not None and waiting.iban == plain and waiting.entered_by == entered_by:
        return waiting
    if waiting is not None:
        waiting.edit(state="replaced", decided_at=clock.now())
    account = BankAccount.objects.create(
        resource=resource,
        holder=" ".join(holder.split())[:200],
        iban=plain,
        bic=normal_iban(bic)[:11],
        entered_at=clock.now(),
        entered_by=entered_by,
        source=source[:200],
        is_change=before is not None,
    )
    data = {"iban_end": plain[-4:], "is_change": account.is_change, "source": account.source}
    record(Event("engagement.account.entered", account, data), by=by)
    if before is not None and resource is not None:
        _tell_of_change(account, before, by)
    return account


def account_from_fact(fact: Fact, *, by: Actor) -> None:
    """An IBAN that somebody recorded as a fact of a person is an account that waits for a second person: another than
    who recorded it, whoever brings the account about.
    """
    if fact.name != "iban" or fact.subject_type != "workforce.resource" or iban_fault(str(fact.value)) is not None:
        return
    resource = Resource.objects.filter(pk=fact.subject_id).first()
    if resource is not None:
        iban, who = str(fact.value), fact.recorded_by
        _entered(resource, iban=iban, holder=resource.name, bic="", source=fact.source, entered_by=who, by=by)


def confirm_account(account: BankAccount, *, by: Actor) -> None:
    """A second person has compared it, by a way other than the message that brought it.

    Raises:
        NotPermitted: the actor does not prepare payments.
        Refused: it is the same person who entered it, or no human.
        Conflict: it was decided already.
    """
    account = _undecided(account, by)
    today = clock.today()
    BankAccount.objects.filter(resource=account.resource, state="confirmed").update(state="replaced")
    usable = today + COOLING_OFF if account.is_change else today
    account.edit(state="confirmed", decided_at=clock.now(), decided_by=by.id, usable_from=usable)
    data = {"iban_end": account.iban[-4:], "usable_from": usable, "is_change": account.is_change}
    record(Event("engagement.account.confirmed", account, data), by=by)


def refuse_account(account: BankAccount, *, by: Actor) -> None:
    """It is not right; what was confirmed before stays in use.

    Raises:
        NotPermitted, Refused, Conflict: see ``confirm_account``.
    """
    account = _undecided(account, by)
    account.edit(state="refused", decided_at=clock.now(), decided_by=by.id)
    record(Event("engagement.account.refused", account, {"iban_end": account.iban[-4:]}), by=by)


def _undecided(account: BankAccount, by: Actor) -> BankAccount:
    by.require("payment.prepare")
    fresh = BankAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
    if by.kind is not ActorKind.USER:
        raise NotPermitted("payment.prepare")
    if fresh.state != "proposed":
        raise Conflict(f"account {fresh.iban[-4:]}")
    theirs = fresh.resource is not None and fresh.resource.user_id == by.id
    if fresh.entered_by == by.id or theirs:
        raise Refused(
            Text("Wer ein Konto einträgt, bestätigt es nicht.", "Who enters an account does not confirm it."),
            citation=_CITATION,
            what_to_do=Text("Bitte lassen Sie eine zweite Person bestätigen.", "Please have a second person confirm."),
        )
    return fresh


def _tell_of_change(account: BankAccount, before: BankAccount, by: Actor) -> None:
    """To the person on file, not to whoever brought the new number."""
    assert account.resource is not None
    old, new = f"… {before.iban[-4:]}", f"… {account.iban[-4:]}"
    subject = Text("Ihre Bankverbindung soll geändert werden", "Your bank details are to be changed")
    body = Text(
        f"statt des Kontos {old} ist jetzt das Konto {new} angegeben. Eine zweite Person prüft das; danach warten wir "
        f"{COOLING_OFF.days} Tage, bevor dorthin Geld geht. Waren Sie das nicht, melden Sie sich bitte sofort.",
        f"Instead of account {old}, account {new} is now stated. A second person checks it; then we wait "
        f"{COOLING_OFF.days} days before money goes there. If this was not you, please tell us at once.",
    )
    mails.tell_of_all(account.resource, subject=subject, body=body, by=by)


def said(account: BankAccount) -> str:
    """The account in words for those who compare it."""
    return f"{account.holder}, {shown_iban(account.iban)}"
