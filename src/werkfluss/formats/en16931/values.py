"""Turning the text of XML elements into the model's values, the same way for both syntaxes."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any, cast

from lxml import etree

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from .model import Identifier

_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_MAX_DIGITS = 40


class Reader:
    """Reads values under one node by XPath; knows the file name for its errors.

    Raises:
        Broken: a number or a date is not one.

    """

    def __init__(self, filename: str, namespaces: dict[str, str]) -> None:
        self.filename = filename
        self.namespaces = namespaces

    def all(self, node: etree._Element | None, path: str) -> list[etree._Element]:
        if node is None:
            return []
        found: list[etree._Element] = cast("Any", node.xpath(path, namespaces=self.namespaces))
        return found  # every path of the two mappings selects elements

    def first(self, node: etree._Element | None, path: str) -> etree._Element | None:
        return next(iter(self.all(node, path)), None)

    def text(self, node: etree._Element | None, path: str) -> str:
        """The text of the first hit without outer blanks; empty when there is none."""
        hit = self.first(node, path)
        return (hit.text or "").strip() if hit is not None else ""

    def attribute(self, node: etree._Element | None, path: str, name: str) -> str:
        hit = self.first(node, path)
        return (hit.get(name) or "").strip() if hit is not None else ""

    def identifier(self, node: etree._Element | None, path: str, scheme: str = "schemeID") -> Identifier | None:
        return next(iter(self.identifiers(node, path, scheme)), None)

    def identifiers(self, node: etree._Element | None, path: str, scheme: str = "schemeID") -> tuple[Identifier, ...]:
        """The hits with a text, each with its scheme."""
        return tuple(
            Identifier(text, (hit.get(scheme) or "").strip())
            for hit in self.all(node, path)
            if (text := (hit.text or "").strip())
        )

    def vat_totals(
        self, node: etree._Element | None, path: str, currency: str
    ) -> tuple[Decimal | None, Decimal | None]:
        """BT-110 and BT-111: the total in the currency of the invoice, and the one in another."""
        vat = accounting = None
        for hit in self.all(node, path):
            if hit.get("currencyID", currency) == currency:
                vat = self.decimal_of(hit) if vat is None else vat
            else:
                accounting = self.decimal_of(hit)
        return vat, accounting

    def decimal(self, node: etree._Element | None, path: str) -> Decimal | None:
        hit = self.first(node, path)
        return None if hit is None else self.decimal_of(hit)

    def decimal_of(self, hit: etree._Element) -> Decimal | None:
        raw = (hit.text or "").strip()
        if not raw:
            return None
        if not _DECIMAL.fullmatch(raw) or len(raw) > _MAX_DIGITS:
            raise self._broken(
                hit,
                Text(f"„{raw[:40]}“ ist keine Zahl.", f"“{raw[:40]}” is not a number."),
                Text("Eine Dezimalzahl mit Punkt, z. B. 1234.56.", "A decimal number with a point, e.g. 1234.56."),
            )
        return Decimal(raw)

    def iso_date(self, node: etree._Element | None, path: str) -> date | None:
        """A UBL date ``2026-10-31``; a zone suffix is dropped, as a calendar day has none."""
        hit = self.first(node, path)
        raw = (hit.text or "").strip() if hit is not None else ""
        if hit is None or not raw:
            return None
        return self._date(hit, raw, raw[:10] if re.fullmatch(r"\d{4}-\d{2}-\d{2}(Z|[+-]\d{2}:\d{2})?", raw) else "")

    def cii_date(self, node: etree._Element | None, path: str) -> date | None:
        """A CII date in format 102 (``20261031``)."""
        hit = self.first(node, path)
        raw = (hit.text or "").strip() if hit is not None else ""
        if hit is None or not raw:
            return None
        known = re.fullmatch(r"\d{8}", raw) and hit.get("format", "102") == "102"
        return self._date(hit, raw, f"{raw[:4]}-{raw[4:6]}-{raw[6:]}" if known else "")

    def _date(self, hit: etree._Element, raw: str, iso: str) -> date:
        try:
            return date.fromisoformat(iso)
        except ValueError:
            raise self._broken(
                hit,
                Text(f"„{raw[:40]}“ ist kein Datum.", f"“{raw[:40]}” is not a date."),
                Text(
                    'Ein Datum als 2026-10-31 (UBL) oder 20261031 mit format="102" (CII).',
                    'A date as 2026-10-31 (UBL) or 20261031 with format="102" (CII).',
                ),
            ) from None

    def _broken(self, hit: etree._Element, cause: Text, expected: Text) -> Broken:
        name = etree.QName(hit).localname
        return Broken(
            Fault(
                f"{self.filename}, Zeile {hit.sourceline}, {name}",
                cause,
                expected,
                Text(
                    "Bitte fordern Sie beim Aussteller eine korrigierte Rechnung an.",
                    "Please ask the issuer for a corrected invoice.",
                ),
            )
        )


def list_price(
    price: Decimal | None, gross: Decimal | None, discount: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    """BT-148 and BT-147, or nothing where they only repeat the net price (one syntax drops them, the other not)."""
    if not discount and (gross is None or gross == price):
        return None, None
    if gross is None and price is not None and discount is not None:
        gross = price + discount
    return gross, discount
