"""A note in the firm's Teams channel that something is new: an Adaptive Card to the webhook of a workflow.

The card holds the number of the case and a link, never a name or a word of a message. It is sent under a key of its
own; what Teams has taken is noted, so a job that runs twice sends it once.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from werkfluss.care.domain import teams
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation
from werkfluss.org.tenancy import acting

_TIMEOUT_S = 15
_TAKEN = range(200, 300)


class NotTaken(Exception):
    """Teams did not take the card; ``why`` names the reason without the address."""


def tell_teams(org_id: UUID, post_id: UUID, *, loopback: bool = False) -> bool:
    """Send one note; returns whether Teams took it now. ``loopback`` lets a test have a server on this machine.

    Raises:
        NotTaken: it is to be tried again.
    """
    with acting(org_id, Actor.system(org_id)):
        found = teams.waiting(post_id)
        if found is None:
            return False
        address, number, thread = found.address, found.number, found.thread
        firm = Organisation.objects.get(pk=org_id)
    link = settings.SITE_URL + reverse("care_thread", kwargs={"firm": firm.slug, "pk": thread})
    try:
        post(address, card(number, link), key=str(post_id), loopback=loopback)
    except NotTaken as fault:
        with acting(org_id, Actor.system(org_id)) as system:
            teams.note_fault(post_id, str(fault), by=system)
        raise
    with acting(org_id, Actor.system(org_id)) as system:
        teams.note_sent(post_id, clock.now(), by=system)
    return True


def card(number: int, link: str) -> dict[str, Any]:
    """The message that a Teams workflow expects, with an Adaptive Card 1.4 in it."""
    title = f"Vorgang {number}: neue Nachricht · Case {number}: new message"
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "TextBlock", "text": title, "wrap": True, "weight": "Bolder"}],
        "actions": [{"type": "Action.OpenUrl", "title": "Öffnen · Open", "url": link}],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
    return {"type": "message", "attachments": [attachment]}


def post(address: str, body: dict[str, Any], *, key: str, loopback: bool = False) -> None:
    """POST once, to an address that was looked up and checked right before: no redirect, no proxy, nothing kept.

    Raises:
        NotTaken: not an allowed address, one inside a network, or Teams did not answer with success.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not teams.is_allowed(address) and not (loopback and parts.scheme == "http" and host == "localhost"):
        raise NotTaken("address not allowed")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    where = _checked(host, port, loopback=loopback)
    content = json.dumps(body).encode()
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    headers = {"Host": host, "Content-Type": "application/json", "Idempotency-Key": key}
    connection = _Pinned(host, port, where, secure=parts.scheme == "https")
    try:
        with closing(connection):
            connection.request("POST", path, body=content, headers=headers)
            status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        raise NotTaken("not reached") from None
    if status not in _TAKEN:
        raise NotTaken(f"status {status}")


class _Pinned(http.client.HTTPConnection):
    """A connection to the one address that was checked; the certificate must be the host's."""

    def __init__(self, host: str, port: int, where: str, *, secure: bool) -> None:
        super().__init__(host, port, timeout=_TIMEOUT_S)
        self._where, self._secure = where, secure

    def connect(self) -> None:
        self.sock = socket.create_connection((self._where, self.port), self.timeout)
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def _checked(host: str, port: int, *, loopback: bool) -> str:
    """The first address of the host, if every one of them lies in the open internet."""
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError:
        raise NotTaken("name not found") from None
    for one in found:
        place = ipaddress.ip_address(one)
        if not place.is_global and not (loopback and place.is_loopback):
            raise NotTaken("address inside a network")
    if not found:
        raise NotTaken("name not found")
    return found[0]
