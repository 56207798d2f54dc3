"""The firm's channel in Teams: where it is, and which notes wait for it. The address is a secret and never shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from werkfluss.care.models import CareMessage, TeamsChannel, TeamsPost
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record

# Where webhooks of Teams workflows live (Power Automate; the older ones of Logic Apps). Nothing else is ever called.
HOSTS = (".logic.azure.com", ".api.powerplatform.com", ".webhook.office.com")
_LONGEST = 1000


def is_allowed(address: str) -> bool:
    """Whether this is the address of a webhook of Teams: https, a known host, no login, the usual port."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    plain = not parts.username and not parts.password and not parts.fragment and port in {None, 443}
    return parts.scheme == "https" and plain and host.endswith(HOSTS) and len(address) <= _LONGEST and address.isascii()


def channel() -> TeamsChannel | None:
    return TeamsChannel.objects.filter(ended_at=None).first()


def host_of(found: TeamsChannel) -> str:
    """What of the address may be shown."""
    return urlsplit(found.address).hostname or ""


def set_channel(address: str, *, by: Actor) -> TeamsChannel:
    """From now on notes go there; an earlier channel ends.

    Raises:
        NotPermitted: only a managing director sets it.
        Refused: no webhook of Teams.
    """
    by.require("firm.manage")
    address = address.strip()
    if not is_allowed(address):
        raise Refused(
            Text("Das ist keine Webhook-Adresse von Teams.", "This is no webhook address of Teams."),
            citation="Teams",
            what_to_do=Text(
                "Legen Sie in Teams einen Workflow „Bei Eingang einer Webhookanforderung“ an und kopieren Sie seine "
                "Adresse.",
                "Make a workflow “When a webhook request is received” in Teams and copy its address.",
            ),
        )
    TeamsChannel.objects.filter(ended_at=None).update(ended_at=clock.now(), address="")
    made = TeamsChannel.objects.create(address=address)
    record(Event("care.teams.set", made, {"host": host_of(made)}), by=by)
    return made


def end_channel(found: TeamsChannel, *, by: Actor) -> None:
    """Nothing is sent any more; the address is forgotten.

    Raises:
        NotPermitted: only a managing director.
    """
    by.require("firm.manage")
    found.edit(ended_at=clock.now(), address="")
    record(Event("care.teams.ended", found), by=by)


def note_for(message: CareMessage, *, by: Actor) -> TeamsPost | None:
    """What Teams is to hear of a message: only of those that the person wrote to HR."""
    if channel() is None or message.side != "person" or message.thread.provider_id is not None:
        return None
    made = TeamsPost.objects.create(message=message)
    record(Event("care.teams.noted", made), by=by)
    return made


@dataclass(frozen=True, slots=True)
class Waiting:
    address: str
    number: int
    thread: UUID


def waiting(key: UUID) -> Waiting | None:
    """A note that Teams has not taken yet, and where it goes."""
    row = TeamsPost.objects.select_related("message__thread__expat_case").filter(pk=key, sent_at=None).first()
    found = channel()
    if row is None or found is None:
        return None
    return Waiting(found.address, row.message.thread.expat_case.number, row.message.thread_id)


def note_sent(key: UUID, at: datetime, *, by: Actor) -> None:
    row = TeamsPost.objects.get(pk=key)
    row.edit(sent_at=at, fault="")
    record(Event("care.teams.posted", row), by=by)


def note_fault(key: UUID, why: str, *, by: Actor) -> None:
    """Why Teams did not take it; it is tried again."""
    row = TeamsPost.objects.get(pk=key)
    row.edit(fault=why[:200])
    record(Event("care.teams.refused", row, {"why": why}), by=by)
