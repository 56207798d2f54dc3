"""Amounts and days as Germans and as English readers write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from werkfluss.kernel.text import Text


def euro(amount: Decimal) -> Text:
    english = f"{amount:,.2f}"
    return Text(f"{english.translate(str.maketrans(',.', '.,'))} €", f"EUR {english}")


def shown(value: date) -> str:
    return value.strftime("%d.%m.%Y")
