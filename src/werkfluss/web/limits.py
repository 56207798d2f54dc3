"""How often somebody may ask where no log-in stands in the way.

Counted where the log-in's own limits are: in the database, so that a restart or a second process does not forget them.
Rates are written as allauth does: ``30/h/key`` is thirty an hour for one key, ``20/h/ip`` for one network address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allauth.core.internal import ratelimit
from django.http import HttpRequest

# The longest of the periods below, in seconds: what an answer names as the time to wait.
HOUR = 3600
# One limit for a secret in an address (many people may stand behind one network address, so there only wrong ones are
# counted), and one for mail to an address that somebody else has typed in.
SECRET_RATES = {"opened": "30/h/key", "wrong": "20/h/ip"}
MAIL_RATES = {"mailed": "5/d/key"}


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one area; ``rates`` maps what is asked to how often."""

    area: str
    rates: Mapping[str, str]

    def allow(self, request: HttpRequest, what: str, *, key: str = "", only_look: bool = False) -> bool:
        """Whether this is within the rate; it counts unless ``only_look``."""
        asked = ratelimit.consume(
            request,
            app=f"werkfluss.{self.area}",
            action=what,
            config=dict(self.rates),
            key=key,
            dry_run=only_look,
            limit_get=True,
        )
        return asked is not None

    def allow_secret(self, request: HttpRequest, what: str, secret: str) -> bool:
        """Whether somebody may try this secret: neither it nor the network address has had its share."""
        return self.allow(request, "wrong", only_look=True) and self.allow(request, what, key=secret)

    def count_wrong(self, request: HttpRequest) -> None:
        """The secret was none: that counts against the network address."""
        self.allow(request, "wrong")


# Links of orders and invitations are guessed from the same places, so wrong ones count together.
LINKS = Limits("links", SECRET_RATES)
INVITATIONS = Limits("invitations", MAIL_RATES)
