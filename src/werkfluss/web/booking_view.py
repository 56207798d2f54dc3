"""A booking line as its page shows it: the source beside the fields, the next one at hand."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from werkfluss.agents.skills.invoice_booking.accounts import Chart, table
from werkfluss.evidence.domain.documents import content_of
from werkfluss.formats.en16931.read import read
from werkfluss.kernel.errors import WerkflussError
from werkfluss.kernel.text import Text
from werkfluss.org.models import FirmProfile
from werkfluss.web.invoice_view import Readable, anchor, readable
from werkfluss.work.domain import bookings
from werkfluss.work.models import ResultItem

_TONES = {"info": "active", "unsicher": "caution", "unvollständig": "bad"}
_ORDER = {"unvollständig": 0, "unsicher": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the light is what it is; ``anchor`` is the place in the source, empty if it shows no such place."""

    text: Text
    where: str
    tone: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An account or tax key one may pick, with what it means."""

    value: str
    name: Text


@dataclass(frozen=True, slots=True)
class LineView:
    """Everything the page of one line needs besides its form."""

    item: ResultItem
    source: Readable | None
    is_pdf: bool
    reasons: tuple[Reason, ...]
    locked: bool
    number: int
    count: int
    undecided: int
    next: ResultItem | None
    accounts: tuple[Choice, ...]
    tax_keys: tuple[Choice, ...]

    @property
    def postings(self) -> list[dict[str, Any]]:
        """Postings with the name of their account, also of one that a human chose."""
        names = {choice.value: choice.name for choice in self.accounts}
        return [
            {**posting, "amount": Decimal(posting["amount"]), "name": names.get(posting["account"])}
            for posting in self.item.fields.get("postings", [])
        ]


def view_of(item: ResultItem) -> LineView:
    """Read the source of ``item`` and what stands around it; a fixed number of queries."""
    siblings = list(item.result.items.order_by("position").only("pk", "position", "state"))
    later = [one for one in siblings if one.position > item.position] + siblings
    source = _source(item)
    known = source.anchors() if source else frozenset()
    chart = cast("Chart", FirmProfile.objects.get().chart_of_accounts)
    return LineView(
        item=item,
        source=source,
        is_pdf=item.source is not None and item.source.media_type == "application/pdf",
        reasons=tuple(_reason(one, known) for one in sorted(item.reasons, key=lambda one: _ORDER[one["weight"]])),
        locked=bookings.is_locked(item),
        number=sum(one.position <= item.position for one in siblings),
        count=len(siblings),
        undecided=sum(one.state == "proposed" for one in siblings),
        next=next((one for one in later if one.state == "proposed" and one.pk != item.pk), None),
        accounts=tuple(Choice(kind.account(chart), kind.name) for kind in table().kinds.values()),
        tax_keys=tuple(Choice(key.key, key.label) for key in table().tax_keys if key.key),
    )


def _reason(reason: dict[str, Any], known: frozenset[str]) -> Reason:
    target = anchor(reason["where"])
    return Reason(
        Text.from_json(reason["text"]), reason["where"], _TONES[reason["weight"]], target if target in known else ""
    )


def _source(item: ResultItem) -> Readable | None:
    """The invoice, or nothing if the file is none: then a reason says so already."""
    if item.source is None:
        return None
    try:
        found = read(content_of(item.source), filename=item.source.filename)
    except WerkflussError:
        return None
    return readable(found.invoice, item.reasons)
