"""The passport on its way: out as a signed file, in from another installation, over to another client here."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from werkfluss.engagement.domain import passport
from werkfluss.engagement.models import PassportPaper
from werkfluss.engagement.passport import bundle
from werkfluss.evidence.domain.documents import content_of
from werkfluss.kernel import clock
from werkfluss.kernel.errors import NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.models import User

_MOST_PAPERS = 100


def own_key() -> Any:
    """The key with which this installation signs passports."""
    return bundle.private_key(Path(settings.ANCHOR_FOLDER).parent / "signing")


def carried(actor: Actor) -> list[bundle.Carried]:
    """The own papers in this firm's keeping, ready for the way."""
    rows = passport.own_papers(actor).select_related("document__blob")
    return [_carried(one) for one in rows[:_MOST_PAPERS]]


def export_passport(*, by: Actor) -> bytes:
    """The own passport as a signed file; the person may give it to whomever the person likes."""
    papers = carried(by)
    user = _person(by)
    content = packed(papers, user)
    record(Event("engagement.passport.exported", user, {"papers": len(papers)}), by=by)
    return content


def packed(papers: list[bundle.Carried], user: User) -> bytes:
    """A signed file of these papers in the name of this person."""
    return bundle.write(
        papers,
        holder=user.name,
        email=user.email,
        installation=settings.SITE_URL,
        at=clock.now(),
        key=own_key(),
    )


def import_passport(content: bytes, *, trust: str = "", by: Actor) -> int:
    """Take papers from a signed file into the own passport; those that are there already are left alone.

    ``trust`` is a foreign key that the person has agreed to; without it only files of this installation are taken.

    Raises:
        Broken: the file was changed, or is no passport.
        Refused: another person's passport, or a key that nobody has agreed to yet.
    """
    found = bundle.read(content)
    user = _person(by)
    if found.email.casefold() != user.email.casefold():
        raise Refused(
            Text("Dieser Pass gehört einer anderen Person.", "This passport belongs to another person."),
            citation="Pass",
            what_to_do=Text(
                "Die E-Mail-Adresse im Pass und die Ihrer Anmeldung müssen gleich sein.",
                "The address in the passport and that of your log-in must be the same.",
            ),
        )
    if is_foreign(found) and trust != found.key:
        raise Refused(
            Text(
                "Den Schlüssel dieser Datei kennt diese Installation nicht.", "This installation does not know the key."
            ),
            citation="Pass",
            what_to_do=Text("Bitte bestätigen Sie den Schlüssel.", "Please confirm the key."),
        )
    there = set(passport.own_papers(by).values_list("key", flat=True))
    new = [one for one in found.papers if UUID(one.key) not in there]
    for one in new:
        take_over(one, origin=found.installation if is_foreign(found) else "", by=by)
    data = {"papers": len(new), "installation": found.installation, "key": found.key}
    record(Event("engagement.passport.imported", user, data), by=by)
    return len(new)


def is_foreign(found: bundle.Passport) -> bool:
    """Whether another installation signed the file."""
    return found.key != bundle.public_hex(own_key())


def take_over(one: bundle.Carried, *, origin: str = "", by: Actor) -> PassportPaper:
    """One paper into the own passport in this firm's keeping."""
    new = passport.NewPaper(
        kind=one.kind,
        title=one.title,
        issuer=one.issuer,
        valid_from=one.valid_from,
        expires=one.expires,
        details=one.details,
        confirmed_by=one.confirmed_by,
        confirmed_on=one.confirmed_on,
        key=UUID(one.key),
        origin=origin,
    )
    return passport.add_paper(new, content=one.content, filename=one.filename, by=by)


def _person(by: Actor) -> User:
    if by.id is None:
        raise NotPermitted("own_orders.answer")
    return User.objects.get(pk=by.id)


def _carried(one: PassportPaper) -> bundle.Carried:
    document = one.document
    return bundle.Carried(
        key=str(one.key),
        kind=one.kind,
        title=one.title,
        issuer=one.issuer,
        valid_from=one.valid_from,
        expires=one.expires,
        details=one.details,
        confirmed_by=one.confirmed_by,
        confirmed_on=one.confirmed_on,
        filename=document.filename if document else "",
        content=content_of(document) if document else b"",
    )
