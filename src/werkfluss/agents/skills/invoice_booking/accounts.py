"""The written table of cost types, accounts and tax keys, and how a line finds its cost type."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from werkfluss.formats.en16931.model import Line
from werkfluss.kernel.text import Text

Chart = Literal["SKR03", "SKR04"]
UNSPSC = "TST"
"""Code of UNSPSC in UNTDID 7143, the list that BT-158-1 names."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One cost type; ``accounts`` maps chart to account number."""

    id: str
    name: Text
    accounts: dict[str, str]
    words: tuple[str, ...]
    unspsc: tuple[str, ...]
    ancillary: bool = False
    asset_check: bool = False

    def account(self, chart: Chart) -> str:
        return self.accounts[chart]


@dataclass(frozen=True, slots=True)
class TaxKey:
    """DATEV tax key for one VAT category (UNCL 5305) and rate in per cent."""

    category: str
    rate: Decimal
    key: str
    label: Text


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table; ``asset_limit`` in EUR net per unit."""

    kinds: dict[str, Kind]
    tax_keys: tuple[TaxKey, ...]
    first_creditor: int
    collective_creditor: str
    asset_limit: Decimal

    def tax_key(self, category: str, rate: Decimal | None) -> TaxKey | None:
        wanted = rate or Decimal(0)
        return next((key for key in self.tax_keys if key.category == category and key.rate == wanted), None)

    def kind_of_account(self, account: str, chart: Chart) -> Kind | None:
        return next((kind for kind in self.kinds.values() if kind.account(chart) == account), None)


@cache
def table() -> Table:
    """The table as shipped with the product."""
    source = files("werkfluss.agents.skills.invoice_booking") / "accounts.yaml"
    data: dict[str, Any] = yaml.safe_load(source.read_text("utf-8"))
    return Table(
        kinds={name: _kind(name, entry) for name, entry in data["kinds"].items()},
        tax_keys=tuple(
            TaxKey(entry["category"], Decimal(entry["rate"]), entry["key"], Text(entry["de"], entry["en"]))
            for entry in data["tax_keys"]
        ),
        first_creditor=int(data["first_creditor"]),
        collective_creditor=str(data["collective_creditor"]),
        asset_limit=Decimal(data["low_value_asset_limit"]),
    )


def _kind(name: str, entry: dict[str, Any]) -> Kind:
    return Kind(
        id=name,
        name=Text.from_json(entry["name"]),
        accounts={"SKR03": str(entry["SKR03"]), "SKR04": str(entry["SKR04"])},
        words=tuple(entry["words"]),
        unspsc=tuple(entry["unspsc"]),
        ancillary=bool(entry.get("ancillary", False)),
        asset_check=bool(entry.get("asset_check", False)),
    )


def kinds_by_text(text: str) -> frozenset[str]:
    """The cost types whose words stand in ``text``."""
    folded = " ".join(text.casefold().split())
    return frozenset(kind.id for kind in table().kinds.values() if any(_has(folded, word) for word in kind.words))


def _has(folded: str, word: str) -> bool:
    if word.startswith("="):
        return re.search(rf"\b{re.escape(word[1:])}\b", folded) is not None
    return word in folded


def kinds_by_code(codes: Iterable[str]) -> frozenset[str]:
    """The cost types of UNSPSC codes; the longest matching beginning wins for each code."""
    found = set()
    for code in codes:
        hits = [
            (len(prefix), kind.id)
            for kind in table().kinds.values()
            for prefix in kind.unspsc
            if code.startswith(prefix)
        ]
        if hits:
            longest = max(length for length, _ in hits)
            found |= {kind for length, kind in hits if length == longest}
    return frozenset(found)


def kinds_of_line(line: Line) -> frozenset[str]:
    """What the line itself says: its UNSPSC code where it has one, else the words of its name and description."""
    codes = [item.value for item in line.classifications if item.scheme == UNSPSC]
    return kinds_by_code(codes) or kinds_by_text(line.name) or kinds_by_text(line.description)
