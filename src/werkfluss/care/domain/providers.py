"""Providers of care as the firm knows them, what they offer, and their way in to their own orders."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.urls import reverse

from werkfluss.care.models import CareOffer, CareProvider, ServiceCount
from werkfluss.care.modules import Booking, care_module
from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question, Verdict
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.events import Event, record
from werkfluss.org.models import LoginLink, Organisation, User
from werkfluss.org.roles import Role

RIGHT = "care.write"
MARKS = (1, 2, 3, 4)
_VALID_FOR = timedelta(days=14)
_SAFEGUARD = {"clauses": "standard_clauses"}


@dataclass(frozen=True, slots=True)
class Missing:
    """What must be there before anything is ordered of a provider."""

    what: Text
    basis: str
    next_step: Text


def providers() -> QuerySet[CareProvider]:
    """Those the firm works with, by name."""
    return CareProvider.objects.filter(ended_on=None).order_by("name")


def offers(*, module: str = "") -> QuerySet[CareOffer]:
    """What can be ordered now; equals by name, the provider's first."""
    rows = CareOffer.objects.filter(ended_on=None, provider__ended_on=None).select_related("provider")
    return (rows.filter(module=module) if module else rows).order_by("module", "provider__name", "title")


def transfer_verdict(provider: CareProvider, *, on: date) -> Verdict:
    """What the law says of ordinary data going to the provider's country (Chapter V GDPR)."""
    facts = {"data_class": "ordinary", "place": provider.country}
    facts |= {"safeguard": _SAFEGUARD[provider.transfer]} if provider.transfer in _SAFEGUARD else {}
    return explain.answer(Question.of("eu/data_protection/transfer", on, facts))


def missing_of(provider: CareProvider, *, on: date) -> list[Missing]:
    """Why nothing can be ordered yet, as far as data of a person would go there."""
    found = []
    if provider.agreement_on is None or provider.agreement_on > on:
        found.append(
            Missing(
                Text(
                    "Ein Vertrag zur Auftragsverarbeitung ist nicht eingetragen.",
                    "No processing agreement is recorded.",
                ),
                "Art. 28 Abs. 3 DSGVO",
                Text("Schließen Sie ihn und tragen Sie den Tag ein.", "Conclude it and enter its day."),
            )
        )
    if provider.transfer == "missing" and transfer_verdict(provider, on=on).outcome != "allowed":
        found.append(
            Missing(
                Text(
                    "Die Grundlage für Daten in diesen Staat fehlt.",
                    "The basis for data going to this country is missing.",
                ),
                "Art. 44 DSGVO",
                Text("Klären Sie sie und tragen Sie sie ein.", "Settle it and enter it."),
            )
        )
    return found


def add_provider(
    *,
    name: str,
    email: str,
    source: str,
    country: str = "DE",
    contact: str = "",
    languages: Sequence[str] = (),
    contract: str = "",
    agreement_on: date | None = None,
    transfer: str = "missing",
    team: bool | None = None,
    by: Actor,
) -> CareProvider:
    """Enter a provider with what was checked of it."""
    by.require(RIGHT)
    provider = CareProvider.objects.create(
        name=name,
        email=email,
        source=source,
        country=country,
        contact=contact,
        languages=list(languages),
        contract=contract,
        agreement_on=agreement_on,
        transfer=transfer,
        team=team,
        checked_on=clock.today(),
    )
    record(Event("care.provider.added", provider, {"name": name}), by=by)
    return provider


def change_provider(provider: CareProvider, *, expected_version: int, by: Actor, **changes: object) -> None:
    """Change what is known of a provider; it counts as checked today.

    Raises:
        Conflict: somebody else was faster.
    """
    by.require(RIGHT)
    provider.edit(expected_version=expected_version, checked_on=clock.today(), **changes)
    record(Event("care.provider.changed", provider, {"name": provider.name}), by=by)


def end_provider(provider: CareProvider, *, by: Actor) -> None:
    """Nothing more is ordered; what runs goes on."""
    by.require(RIGHT)
    provider.edit(ended_on=clock.today())
    record(Event("care.provider.ended", provider, {"name": provider.name}), by=by)


def add_offer(
    provider: CareProvider,
    *,
    module: str,
    title: str,
    price: Decimal,
    unit: str,
    accepted_when: str,
    countries: Sequence[str] = (),
    by: Actor,
) -> CareOffer:
    """What the provider offers for a module; the sums of how good it was begin at nothing.

    Raises:
        KeyError: there is no such module.
        Refused: the module is not used through providers, or its unit does not fit.
    """
    by.require(RIGHT)
    how = care_module(module).booking
    if how is Booking.OWN or (how is Booking.VOUCHER) != (unit == "code"):
        raise Refused(
            Text("Dieses Modul wird so nicht bestellt.", "This module is not ordered in this way."),
            citation=care_module(module).name.de,
            what_to_do=Text(
                "Vertrauliche Module werden in Codes gekauft, andere einzeln, im Monat oder nach Stunden.",
                "Confidential modules are bought in codes, others once, by the month or by the hour.",
            ),
        )
    offer = CareOffer.objects.create(
        provider=provider,
        module=module,
        title=title,
        price=price,
        unit=unit,
        accepted_when=accepted_when,
        countries=list(countries),
        valid_from=clock.today(),
    )
    # All rows there will ever be, made at once: none of them tells when a mark was given.
    ServiceCount.objects.bulk_create(ServiceCount(offer=offer, mark=mark) for mark in MARKS)
    record(Event("care.offer.added", offer, {"title": title, "price": price}), by=by)
    return offer


def end_offer(offer: CareOffer, *, by: Actor) -> None:
    """It cannot be ordered any more; a new price is a new offer."""
    by.require(RIGHT)
    offer.edit(ended_on=clock.today())
    record(Event("care.offer.ended", offer, {"title": offer.title}), by=by)


def let_in(provider: CareProvider, *, by: Actor) -> User:
    """The provider's login, made if there is none; no password, the way in is a link.

    Raises:
        Refused: the address belongs to somebody who works here, who must not become a provider by the way.
    """
    user = provider.user or User.objects.filter(email=provider.email.lower()).first()
    if user is None:
        language = "de" if "de" in provider.languages else next(iter(provider.languages), "de")
        user = User.objects.create_user(provider.email, name=provider.contact or provider.name, language=language)
    roles = firms.user_actor(by.org_id, user).roles
    if not user.is_active or roles - {Role.PROVIDER}:
        raise Refused(
            Text("Diese Adresse gehört schon jemandem in der Firma.", "This address belongs to somebody in the firm."),
            citation="Betreuung",
            what_to_do=Text("Tragen Sie eine Adresse des Dienstleisters ein.", "Enter an address of the provider."),
        )
    if provider.user_id != user.pk:
        provider.edit(user=user)
    if Role.PROVIDER not in roles:
        firms.add_member(user, role=Role.PROVIDER, by=by)
    return user


def tell_provider(provider: CareProvider, *, target: str, by: Actor) -> None:
    """Write that there is news, with a personal link to ``target``; the mail itself says nothing of it."""
    user, firm = let_in(provider, by=by), Organisation.objects.get(pk=by.org_id)
    token = secrets.token_urlsafe(32)
    link = LoginLink.objects.create(
        user=user,
        digest=hashlib.sha256(token.encode()).digest(),
        target=target,
        expires_at=clock.now() + _VALID_FOR,
    )
    record(Event("care.link.issued", link, {"user": user.pk, "target": target}), by=by)
    address = settings.SITE_URL + reverse("link", kwargs={"org": firm.slug, "token": token})
    german = f"Guten Tag,\n\n{firm.name} hat einen Auftrag für Sie. Er steht nur auf Ihrer Seite:\n{address}\n"
    english = f"Good day,\n\n{firm.name} has an order for you. It stands on your page only:\n{address}\n"
    subject = f"{firm.name}: Auftrag · order"
    send_mail(subject, f"{german}\n{'-' * 60}\n\n{english}", settings.DEFAULT_FROM_EMAIL, [provider.email])
