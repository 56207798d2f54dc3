"""The parts of an order that can be delivered, accepted and paid by themselves, and what is left of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from werkfluss.engagement.domain.terms import order_price
from werkfluss.engagement.models import Order
from werkfluss.engagement.price import ByTime, Milestones, PerUnit, amount
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text

WHOLE = "all"
_TIME = {"hourly": Text("Stunden", "hours"), "daily": Text("Tage", "days")}
_HIGHEST = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Part:
    """``cents`` is what the part can cost at most, ``left`` what of it is not accepted yet; both net.

    ``each_cents`` is there where the part is paid by quantity, ``unit`` then says of what.
    """

    key: str
    title: Text
    cents: int
    left: int
    unit: Text | None = None
    each_cents: int | None = None
    effort: bool = False

    @property
    def by_quantity(self) -> bool:
        return self.each_cents is not None

    def cost(self, quantity: Decimal) -> int:
        """Net cents of a quantity, never more than what is left under the cap."""
        return min(self.left, int((quantity * (self.each_cents or 0)).to_integral_value()))


def is_service(order: Order) -> bool:
    """Paid by time: a Dienstvertrag has no Abnahme (s.640 BGB is for works), its hours or days are released."""
    return isinstance(order_price(order), ByTime)


def parts_of(order: Order) -> list[Part]:
    """Every part, in the order of the agreement."""
    taken = accepted_cents(order)
    price = order_price(order)
    if isinstance(price, Milestones):
        return [
            Part(f"m{number}", Text(part.title, part.title), part.cents, max(0, part.cents - taken[f"m{number}"]))
            for number, part in enumerate(price.parts, start=1)
        ]
    if isinstance(price, PerUnit):
        unit, left = Text(price.unit, price.unit), price.cap - taken[WHOLE]
        return [Part(WHOLE, unit, price.cap, left, unit, price.unit_cents)]
    if isinstance(price, ByTime):
        left = price.cap - taken[WHOLE]
        return [Part(WHOLE, _TIME[price.kind], price.cap, left, _TIME[price.kind], price.rate_cents, effort=True)]
    title = Text("Ganze Leistung", "Whole result")
    return [Part(WHOLE, title, order.price_cents, order.price_cents - taken[WHOLE])]


def accepted_cents(order: Order) -> Mapping[str, int]:
    """Net cents accepted so far, by part."""
    found: defaultdict[str, int] = defaultdict(int)
    for acceptance in order.acceptances.exclude(kind="refused"):
        for part in acceptance.parts:
            found[part["key"]] += int(part["cents"])
    return found


def claimed(order: Order, chosen: Mapping[str, Decimal | None] | None, cents: int | None) -> tuple[dict[str, str], int]:
    """What a delivery claims: its parts as they are kept, and the net cents. ``cents`` is for effort without a rate.

    Raises:
        Refused: a part is not of this order or accepted already, or a quantity or amount is out of bounds.
    """
    parts = {part.key: part for part in parts_of(order) if part.left > 0}
    if not parts:
        raise _refused(Text("Alles ist schon abgenommen.", "Everything has been accepted already."))
    only = next(iter(parts.values()))
    if only.effort and (only.each_cents is None or not chosen):
        return {}, _effort(order, only, cents)
    if not chosen:
        if only.by_quantity:
            raise _refused(Text("Es fehlt die Menge.", "The quantity is missing."))
        return {}, sum(part.left for part in parts.values())
    total, kept = 0, {}
    for key, quantity in chosen.items():
        part = parts.get(key)
        if part is None:
            raise _refused(Text("Dieser Teil ist nicht offen.", "This part is not open."))
        total += part.left if not part.by_quantity else _checked(part, quantity, order.currency)
        kept[key] = "" if quantity is None else format(quantity, "f")
    return kept, total


def _checked(part: Part, quantity: Decimal | None, currency: str) -> int:
    if quantity is None or not quantity.is_finite() or not 0 < quantity <= _HIGHEST:
        raise _refused(Text("Die Menge liegt nicht zwischen 0 und dem Vereinbarten.", "The quantity is out of bounds."))
    cents = int((quantity * (part.each_cents or 0)).to_integral_value())
    if cents > part.left:
        raise _above(part.left, currency)
    return cents


def _effort(order: Order, part: Part, cents: int | None) -> int:
    if cents is None or not 0 < cents <= part.left:
        raise _above(part.left, order.currency)
    return cents


def _above(left: int, currency: str) -> Refused:
    most = amount(left, currency)
    return _refused(
        Text(f"Der Betrag liegt nicht zwischen 0 und {most.de}.", f"The amount is not between 0 and {most.en}.")
    )


def _refused(reason: Text) -> Refused:
    return Refused(
        reason,
        citation="Auftrag",
        what_to_do=Text("Mehr Aufwand braucht vorher ein neues Angebot.", "More effort needs a new offer beforehand."),
    )


def as_rows(order: Order, delivered: Mapping[str, str], cents: int, *, keys: Any = None) -> list[dict[str, Any]]:
    """The accepted parts of a delivery for a protocol: ``keys`` None for all that was delivered.

    Raises:
        Refused: a key was not delivered, or nothing of the delivery is left to accept.
    """
    open_parts = {part.key: part for part in parts_of(order) if part.left > 0}
    given = dict(delivered) or dict.fromkeys(open_parts, "")
    wanted = list(given) if keys is None else [key for key in given if key in set(keys)]
    if not wanted or (keys is not None and len(wanted) != len(set(keys))):
        raise _refused(Text("Dieser Teil wurde nicht geliefert.", "This part was not delivered."))
    rows = []
    for key in wanted:
        part = open_parts.get(key)
        if part is None:
            raise _refused(Text("Alles ist schon abgenommen.", "Everything has been accepted already."))
        quantity = given[key]
        sum_ = part.cost(Decimal(quantity)) if part.by_quantity and quantity else min(part.left, _fixed(part, cents))
        rows.append(
            {
                "key": key,
                "title": part.title.de,
                "title_en": part.title.en,
                "quantity": quantity or None,
                "unit": part.unit.de if part.unit else "",
                "unit_en": part.unit.en if part.unit else "",
                "each_cents": part.each_cents,
                "cents": sum_,
            }
        )
    return rows


def _fixed(part: Part, cents: int) -> int:
    """Milestones cost what was agreed; the whole costs what the delivery claims."""
    return cents if part.key == WHOLE else part.left
