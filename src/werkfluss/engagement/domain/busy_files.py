"""Busy times on their way to another installation: a signed file with intervals and nothing else.

The file names neither firm nor person nor installation: whose it is shows a digest of the e-mail address, who signed it
the public key. It holds three months and is good for one; bringing a newer one replaces what the older one brought.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from werkfluss.engagement.domain import shares
from werkfluss.engagement.domain.passport_files import own_key
from werkfluss.engagement.models import BroughtCalendar
from werkfluss.engagement.passport import signed
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.models import User
from werkfluss.workforce.models import BusyInterval

WHAT = "busy"
REACH = timedelta(days=92)
GOOD_FOR = timedelta(days=31)
_SLACK = timedelta(hours=1)
_MOST = 2000


@dataclass(frozen=True, slots=True)
class Busy:
    """What a file holds after all checks. ``key``: the public key that signed it (64 hex digits)."""

    holder: str
    issued_at: datetime
    intervals: tuple[shares.Interval, ...]
    key: str


def export_busy(user: User) -> bytes:
    """The busy times of the next three months as a signed file; what was brought from elsewhere is not passed on."""
    now = clock.now()
    foreign = BroughtCalendar.objects.filter(user=user).values("source")
    rows = BusyInterval.objects.filter(user=user, end__gt=now, start__lt=now + REACH).exclude(source__in=foreign)
    intervals = shares.merged(rows.values_list("start", "end"))
    says = {
        "holder": _holder(user),
        "issued_at": now.isoformat(),
        "intervals": [[_plain(start), _plain(end)] for start, end in intervals],
    }
    return signed.pack(WHAT, says, {}, key=own_key())


def read_busy(content: bytes) -> Busy:
    """The busy times in a file; whether the key is trusted is for the reader to say.

    Raises:
        Broken: no such file, unsigned, or anything in it was changed.
    """
    found = signed.unpack(content, WHAT)
    try:
        return _busy(found.says, found.key)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise signed.incomplete() from error


def _busy(says: Mapping[str, Any], key: str) -> Busy:
    intervals = [(_instant(start), _instant(end)) for start, end in says["intervals"]]
    if set(says) != {"holder", "issued_at", "intervals", "shape", "what", "files"} or len(intervals) > _MOST:
        raise ValueError("more than busy times")
    return Busy(str(says["holder"]), _instant(says["issued_at"]), tuple(intervals), key)


def import_busy(user: User, content: bytes, *, trust: str = "") -> int:
    """Take the busy times of a file over in place of those that came with the same key before; how many there are.

    ``trust`` is a foreign key that the person has agreed to.

    Raises:
        Broken: the file was changed, or is none.
        Refused: another person's, this installation's own, too old, older than what is there, or a key not agreed to.
    """
    found, now = read_busy(content), clock.now()
    if found.holder != _holder(user):
        raise _refused(
            Text("Diese Datei gehört einer anderen Person.", "This file belongs to another person."),
            Text("Die E-Mail-Adressen der Anmeldungen müssen gleich sein.", "The log-in addresses must be the same."),
        )
    if found.key == signed.public_hex(own_key()):
        raise _refused(
            Text("Diese Datei kommt von hier; ihre Zeiten sind schon da.", "This file is from here; nothing is new."),
            Text("Bitte nehmen Sie die Datei der anderen Installation.", "Please take the other installation's file."),
        )
    if not now - GOOD_FOR <= found.issued_at <= now + _SLACK:
        raise _refused(
            Text("Diese Datei ist älter als einen Monat.", "This file is older than a month."),
            Text("Bitte lassen Sie sich dort eine neue geben.", "Please get a new one there."),
        )
    if trust != found.key and not brought(user).filter(key=found.key).exists():
        raise _refused(
            Text("Den Schlüssel dieser Datei kennt diese Installation nicht.", "The key of this file is not known."),
            Text("Bitte bestätigen Sie den Schlüssel.", "Please confirm the key."),
        )
    return _replace(user, found, now)


@transaction.atomic
def _replace(user: User, found: Busy, now: datetime) -> int:
    row, made = BroughtCalendar.objects.select_for_update().get_or_create(
        user=user, key=found.key, defaults={"issued_at": found.issued_at, "brought_at": now}
    )
    if not made and found.issued_at < row.issued_at:
        raise _refused(
            Text("Es ist schon eine neuere Datei da.", "There is a newer file already."),
            Text("Bitte nehmen Sie die neueste.", "Please take the newest one."),
        )
    BusyInterval.objects.filter(user=user, source=row.source).delete()
    kept = [(start, end) for start, end in shares.merged(found.intervals) if end > now and start < now + REACH]
    BusyInterval.objects.bulk_create(
        BusyInterval(user=user, start=start, end=end, source=row.source) for start, end in kept
    )
    row.issued_at, row.brought_at = found.issued_at, now
    row.save(update_fields=["issued_at", "brought_at"])
    return len(kept)


def brought(user: User) -> QuerySet[BroughtCalendar]:
    """The installations from which the person has brought busy times."""
    return BroughtCalendar.objects.filter(user=user).order_by("brought_at")


def is_new_key(user: User, found: Busy) -> bool:
    """Whether the person has to agree to the key first."""
    return found.key != signed.public_hex(own_key()) and not brought(user).filter(key=found.key).exists()


@transaction.atomic
def drop_brought(row: BroughtCalendar) -> None:
    """The person takes back what a file brought: the times are free again, the key is no longer trusted."""
    BusyInterval.objects.filter(user=row.user, source=row.source).delete()
    row.delete()


def _holder(user: User) -> str:
    return hashlib.sha256(b"werkfluss busy\0" + user.email.casefold().encode()).hexdigest()


def _plain(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return found.astimezone(UTC)


def _refused(reason: Text, what_to_do: Text) -> Refused:
    return Refused(reason, citation="Belegte Zeiten", what_to_do=what_to_do)
