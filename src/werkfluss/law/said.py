"""Amounts and days as people read them, in one way for all packs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from werkfluss.kernel.text import Text

_SWAP = str.maketrans(",.", ".,")


def euro(amount: Decimal | int) -> Text:
    """``2.540,40 €`` and ``2,540.40 €``; an ``int`` is written without cents."""
    english = f"{amount:,.2f}" if isinstance(amount, Decimal) else f"{amount:,}"
    return Text(f"{english.translate(_SWAP)} €", f"{english} €")


def figure(number: Decimal, unit: str) -> Text:
    """A value of a parameter: euros as such, percentages with their sign, all else as a plain number."""
    if unit.startswith("EUR"):
        return euro(number)
    sign = " %" if unit == "percent" else ""
    english = f"{number.normalize():,f}"
    return Text(f"{english.translate(_SWAP)}{sign}", f"{english}{sign.strip()}")


def day_text(day: date) -> Text:
    """``31.12.2026`` and ``2026-12-31``."""
    return Text(day.strftime("%d.%m.%Y"), day.isoformat())
