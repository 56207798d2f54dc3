"""Links in mail that let one person in, once: kept as a digest, bound to the person, short-lived.

Looking at a link does nothing (mail scanners open links); only the confirmation behind it logs in.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.models import LoginLink, User

VALID_FOR = timedelta(days=14)
_TOKEN_BYTES = 32


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def issue_link(user: User, *, target: str, by: Actor, expires_at: datetime | None = None) -> tuple[LoginLink, str]:
    """A way in for ``user`` to the page ``target`` (a path of this firm); the token exists only in what is returned."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    link = LoginLink.objects.create(
        user=user, digest=_digest(token), target=target, expires_at=expires_at or clock.now() + VALID_FOR
    )
    record(Event("engagement.link.issued", link, {"user": user.pk, "target": target}), by=by)
    return link, token


def open_link(token: str) -> LoginLink | None:
    """The link of this token, if it can still be used; changes nothing."""
    return (
        LoginLink.objects.select_related("user")
        .filter(digest=_digest(token), used_at=None, expires_at__gt=clock.now(), user__is_active=True)
        .first()
    )


def closed_link(token: str) -> LoginLink | None:
    """The link of this token if it was used or has expired; nothing for a token that never was one."""
    rows = LoginLink.objects.select_related("user").filter(digest=_digest(token), user__is_active=True)
    return rows.exclude(used_at=None, expires_at__gt=clock.now()).first()


def use_link(token: str, *, by: Actor) -> LoginLink:
    """Use a link up; whoever holds it may be logged in as its person.

    Raises:
        Refused: it was used before, has expired, or never existed: all the same to whoever tries.
    """
    rows = LoginLink.objects.select_for_update(of=("self",)).select_related("user")
    link = rows.filter(digest=_digest(token), used_at=None, expires_at__gt=clock.now(), user__is_active=True).first()
    if link is None:
        raise Refused(
            Text("Dieser Link ist abgelaufen oder wurde schon benutzt.", "This link has expired or was used already."),
            citation="Anmeldung",
            what_to_do=Text(
                "Melden Sie sich bitte mit Ihrer E-Mail-Adresse an, oder bitten Sie um einen neuen Link.",
                "Please log in with your e-mail address, or ask for a new link.",
            ),
        )
    link.edit(used_at=clock.now())
    record(Event("engagement.link.used", link, {"user": link.user_id}), by=by)
    return link
