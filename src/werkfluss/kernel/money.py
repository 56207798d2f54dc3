"""Money: an exact amount with its currency; cents where a solver needs whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency (ISO 4217).

    Raises:
        ValueError: the currency is not three capitals, or the amount is not finite.
    """

    amount: Decimal
    currency: str = "EUR"

    def __post_init__(self) -> None:
        if len(self.currency) != 3 or not self.currency.isalpha() or not self.currency.isupper():
            raise ValueError(f"not an ISO 4217 currency: {self.currency!r}")
        if not self.amount.is_finite():
            raise ValueError(f"not an amount: {self.amount}")

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str = "EUR") -> Money:
        return cls(Decimal(amount), currency)

    @classmethod
    def from_cents(cls, cents: int, currency: str = "EUR") -> Money:
        return cls(Decimal(cents) / 100, currency)

    def rounded(self) -> Money:
        """To the cent, half away from zero, as invoices are rounded."""
        return Money(self.amount.quantize(_CENT, ROUND_HALF_UP), self.currency)

    @property
    def cents(self) -> int:
        return int(self.rounded().amount * 100)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot join {self.currency} and {other.currency}")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(self.amount * factor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
