"""What an order pays: fixed, by milestones, by unit, or by time with a cap. Plain Python; cents and a currency.

Whatever the form, ``most`` is what the order can cost at most: offers, budgets and acceptance go by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text

# Of the currencies that have cents; a bank transfer in another one is agreed outside.
CURRENCIES = ("EUR", "CHF", "GBP", "USD", "PLN", "CZK", "DKK", "SEK", "NOK")
KINDS = ("fixed", "milestones", "unit", "daily", "hourly")
# The largest sum of one order in cents: what the column holds.
_MOST = 2_147_483_647


def amount(cents: int, currency: str = "EUR") -> Text:
    """A sum as it is written in German and in English."""
    english = f"{cents / 100:,.2f}"
    return Text(english.translate(str.maketrans(",.", ".,")) + f" {currency}", f"{currency} {english}")


def said(german: str, english: str, **values: object) -> Text:
    """A sentence in both languages whose values may be in both languages too."""
    shown = {
        language: {k: v.in_language(language) if isinstance(v, Text) else v for k, v in values.items()}
        for language in ("de", "en")
    }
    return Text(german.format(**shown["de"]), english.format(**shown["en"]))


@dataclass(frozen=True, slots=True)
class Milestone:
    """A part of the result with a price of its own. ``due``: not later than this day, None: with the whole."""

    title: str
    cents: int
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Fixed:
    """One price for the result."""

    cents: int

    kind = "fixed"

    @property
    def most(self) -> int:
        return self.cents

    def words(self, currency: str) -> Text:
        return said("Festpreis {sum}", "fixed price {sum}", sum=amount(self.cents, currency))

    def as_json(self) -> dict[str, Any]:
        return {}


@dataclass(frozen=True, slots=True)
class Milestones:
    """Fixed prices of parts; each is delivered, accepted and paid by itself."""

    parts: tuple[Milestone, ...]

    kind = "milestones"

    @property
    def most(self) -> int:
        return sum(part.cents for part in self.parts)

    def words(self, currency: str) -> Text:
        n, total = len(self.parts), amount(self.most, currency)
        return said("{n} Meilensteine, zusammen {sum}", "{n} milestones, together {sum}", n=n, sum=total)

    def as_json(self) -> dict[str, Any]:
        rows = [
            {"title": one.title, "cents": one.cents, "due": one.due.isoformat() if one.due else None}
            for one in self.parts
        ]
        return {"milestones": rows}


@dataclass(frozen=True, slots=True)
class PerUnit:
    """So much for each piece of the result, up to a cap. ``quantity`` is what is expected."""

    unit: str
    quantity: Decimal
    unit_cents: int
    cap: int

    kind = "unit"

    @property
    def most(self) -> int:
        return self.cap

    def words(self, currency: str) -> Text:
        return said(
            "{n} {unit} zu je {each}, höchstens {sum}",
            "{n} {unit} at {each} each, at most {sum}",
            n=Text(f"{self.quantity:f}".replace(".", ","), f"{self.quantity:f}"),
            unit=self.unit,
            each=amount(self.unit_cents, currency),
            sum=amount(self.cap, currency),
        )

    def cost(self, quantity: Decimal) -> int:
        """Cents for what was made, never more than the cap."""
        return min(self.cap, _times(quantity, self.unit_cents))

    def as_json(self) -> dict[str, Any]:
        return {"unit": self.unit, "quantity": f"{self.quantity:f}", "unit_cents": self.unit_cents}


@dataclass(frozen=True, slots=True)
class ByTime:
    """A rate per day or hour, up to a cap. ``rate_cents`` is None where a plan knows only the cap."""

    kind: str
    rate_cents: int | None
    cap: int

    @property
    def most(self) -> int:
        return self.cap

    def words(self, currency: str) -> Text:
        top = amount(self.cap, currency)
        if self.rate_cents is None:
            return said("nach Aufwand, höchstens {top}", "by effort, at most {top}", top=top)
        rate = amount(self.rate_cents, currency)
        if self.kind == "daily":
            return said("{rate} je Tag, höchstens {top}", "{rate} per day, at most {top}", rate=rate, top=top)
        return said("{rate} je Stunde, höchstens {top}", "{rate} per hour, at most {top}", rate=rate, top=top)

    def cost(self, quantity: Decimal) -> int:
        """Cents for days or hours worked, never more than the cap."""
        return self.cap if self.rate_cents is None else min(self.cap, _times(quantity, self.rate_cents))

    def as_json(self) -> dict[str, Any]:
        return {} if self.rate_cents is None else {"rate_cents": self.rate_cents}


Price = Fixed | Milestones | PerUnit | ByTime


def read(kind: str, most: int, details: Mapping[str, Any]) -> Price:
    """The price that is stored as ``kind``, ``most`` (cents) and ``details`` (``as_json``).

    Raises:
        Refused: parts are missing or do not fit together.
    """
    try:
        found = _read(kind, most, details)
    except (KeyError, TypeError, ValueError, InvalidOperation) as cause:
        raise _refused("Der Preis ist unvollständig.", "The price is incomplete.") from cause
    _check(found)
    return found


def _read(kind: str, most: int, details: Mapping[str, Any]) -> Price:
    match kind:
        case "fixed":
            return Fixed(most)
        case "milestones":
            rows = details["milestones"]
            return Milestones(tuple(_milestone(row) for row in rows))
        case "unit":
            return PerUnit(str(details["unit"]), Decimal(details["quantity"]), int(details["unit_cents"]), most)
        case "daily" | "hourly":
            rate = details.get("rate_cents")
            return ByTime(kind, None if rate is None else int(rate), most)
    raise ValueError(kind)


def _milestone(row: Mapping[str, Any]) -> Milestone:
    due = row.get("due")
    return Milestone(str(row["title"]), int(row["cents"]), date.fromisoformat(due) if due else None)


def _check(price: Price) -> None:
    # A plan that knows no effort offers a cap that is still to be agreed; everything else costs something.
    sums = [] if isinstance(price, ByTime) and price.rate_cents is None and price.cap == 0 else [price.most]
    if isinstance(price, Milestones):
        sums += [part.cents for part in price.parts]
        if not all(part.title.strip() for part in price.parts):
            raise _refused("Jeder Meilenstein braucht einen Namen.", "Each milestone needs a name.")
    if isinstance(price, PerUnit):
        sums.append(price.unit_cents)
        if not price.unit.strip() or not price.quantity.is_finite() or price.quantity <= 0:
            raise _refused("Menge und Einheit fehlen.", "Quantity and unit are missing.")
        if _times(price.quantity, price.unit_cents) > price.cap:
            raise _refused("Menge mal Preis liegt über der Obergrenze.", "Quantity times price is more than the cap.")
    if isinstance(price, ByTime) and price.rate_cents is not None:
        sums.append(price.rate_cents)
        if price.rate_cents > price.cap:
            raise _refused("Der Satz liegt über der Obergrenze.", "The rate is more than the cap.")
    if not all(0 < one <= _MOST for one in sums):
        raise _refused("Ein Preis ist größer als null.", "A price is more than zero.")


def _times(quantity: Decimal, cents: int) -> int:
    return int((quantity * cents).to_integral_value(ROUND_HALF_UP))


def _refused(german: str, english: str) -> Refused:
    return Refused(
        Text(german, english),
        citation="Preis",
        what_to_do=Text("Bitte prüfen Sie die Angaben zum Preis.", "Please check what you said of the price."),
    )
