"""Calendar feeds: an address with a secret in it, for programs that cannot log in. Only its digest is kept."""

from __future__ import annotations

import hashlib
import secrets

from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.models import FeedToken, User

_BYTES = 32


def open_feed(user: User) -> FeedToken | None:
    """The feed a person has in this firm."""
    return FeedToken.objects.filter(user=user, revoked_at=None).first()


def issue_feed(user: User, *, by: Actor) -> str:
    """A new secret for the person's feed in this firm; the one before stops working. It is shown this once."""
    token = secrets.token_urlsafe(_BYTES)
    FeedToken.objects.filter(user=user, revoked_at=None).update(revoked_at=clock.now())
    feed = FeedToken.objects.create(user=user, digest=_digest(token))
    record(Event("org.feed.issued", feed, {"user": user.pk}), by=by)
    return token


def revoke_feed(feed: FeedToken, *, by: Actor) -> None:
    """From now on the address answers nothing."""
    feed.edit(revoked_at=clock.now())
    record(Event("org.feed.revoked", feed, {"user": feed.user_id}), by=by)


def reader_of(token: str) -> User | None:
    """Whose feed this is, if the secret is right, was not revoked and the person may still log in."""
    feed = FeedToken.objects.filter(digest=_digest(token), revoked_at=None).select_related("user").first()
    return feed.user if feed is not None and feed.user.is_active else None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
