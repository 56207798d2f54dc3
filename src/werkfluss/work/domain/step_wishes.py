"""Which mails about steps a person wants."""

from __future__ import annotations

from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.models import User
from werkfluss.work.models import MailWish


def wants_follow_ups(user: User) -> bool:
    """Whether mail about follow-ups comes; it does unless the person said no."""
    row = MailWish.objects.filter(user=user).first()
    return row is None or row.follow_ups


def choose_mail(user: User, *, follow_ups: bool, by: Actor) -> None:
    """Keep what a person wants; nothing happens if it is so already."""
    if wants_follow_ups(user) is follow_ups:
        return
    row, _ = MailWish.objects.get_or_create(user=user)
    row.edit(follow_ups=follow_ups)
    record(Event("work.mail_wish.changed", row, {"follow_ups": follow_ups}), by=by)
