"""Who is told by mail while a contract is being signed: whose turn it is, and all of them at the end."""

from __future__ import annotations

from django.urls import reverse

from werkfluss.engagement.domain import contracts, mails
from werkfluss.engagement.models import Signer, Signing
from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor


def ask_next(signing: Signing, *, by: Actor) -> None:
    """Tell the person whose turn it is."""
    signer = signing.signers.filter(state="waiting").order_by("position").first()
    if signer is None:
        return
    contract = signing.contract
    name = contracts.name_of(contract)
    until = signing.expires_at.astimezone(clock.FIRM_ZONE)
    subject = Text(f"Bitte unterschreiben: V-{contract.number}", f"Please sign: V-{contract.number}")
    body = Text(
        f"{name.de} zum Auftrag „{contract.order.title}“ wartet auf Ihre Unterschrift, bis {until:%d.%m.%Y}. Sie "
        "lesen die "
        "Datei zuerst und entscheiden dann; ablehnen hat keine Folgen.",
        f"{name.en} on the order “{contract.order.title}” waits for your signature, until {until:%d %b %Y}. You read "
        "the "
        "file first and then decide; declining has no consequences.",
    )
    _tell(signer, subject, body, by=by)


def send_link(signer: Signer, *, by: Actor) -> None:
    """A fresh personal link to the page of the signature, for whoever has no other way to show who acts."""
    subject = Text("Ihr Link zum Unterschreiben", "Your link to sign")
    body = Text(
        "Mit diesem Link zeigen Sie, dass Sie es sind; danach können Sie unterschreiben.",
        "This link shows that it is you; then you can sign.",
    )
    _tell(signer, subject, body, by=by)


def tell_complete(signing: Signing, *, by: Actor) -> None:
    """All have signed: everybody gets the way to the file and the proof sheet."""
    contract = signing.contract
    subject = Text(f"Unterschrieben: V-{contract.number}", f"Signed: V-{contract.number}")
    body = Text(
        f"alle haben den Vertrag zum Auftrag „{contract.order.title}“ unterschrieben. Die Datei und das "
        "Signaturblatt liegen "
        "bereit.",
        f"Everybody has signed the contract on the order “{contract.order.title}”. The file and the proof sheet are "
        "ready.",
    )
    for signer in signing.signers.select_related("user").order_by("position"):
        _tell(signer, subject, body, by=by)


def _tell(signer: Signer, subject: Text, body: Text, *, by: Actor) -> None:
    contract = signer.signing.contract
    target = reverse("signing", kwargs={"firm": contract.org.slug, "pk": signer.signing_id})
    if signer.side == "contractor":
        mails.tell_at(contract.order.resource, target=target, subject=subject, body=body, by=by)
    else:
        mails.tell_member(signer.user, contract.org, target=target, subject=subject, body=body)
