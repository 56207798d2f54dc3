"""Which account each line goes to, and the postings that follow."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from werkfluss.formats.en16931.model import Invoice, Line
from werkfluss.formats.en16931.rules_totals import ZERO, rounded
from werkfluss.kernel.text import Text, joined

from .accounts import Chart, kinds_by_text, kinds_of_line, table
from .model import PastBooking, Posting, Reason, Supplier

_Rate = tuple[str, Decimal]
_MIN_HISTORY = 2  # one approved booking may be an exception; two alike are a habit


@dataclass(frozen=True, slots=True)
class Proposed:
    """Postings with the doubts that arose on the way."""

    postings: tuple[Posting, ...]
    reasons: tuple[Reason, ...]


def propose(
    invoice: Invoice, *, chart: Chart, supplier: Supplier | None, history: Sequence[PastBooking] = ()
) -> Proposed:
    """One posting per cost type and VAT rate; together they are the invoice's gross amount (BT-112).

    With reverse charge and intra-community acquisitions the gross holds no VAT: the tax key makes DATEV add it on
    both sides. Allowances without a cost type of their own reduce the largest one of their VAT rate. What finds no
    cost type is posted without an account (empty), for a person to fill in.
    """
    reasons: list[Reason] = []
    default = _default_kind(supplier, history, chart)
    nets: dict[_Rate, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    places: dict[tuple[_Rate, str], str] = {}
    for line in invoice.lines:
        kind = _kind_of(line, default, reasons)
        rate = (line.vat_category, line.vat_rate or ZERO)
        nets[rate][kind] += line.net or ZERO
        places.setdefault((rate, kind), f"BG-25[{line.id}]/BT-153")
        _asset_check(line, kind, reasons)
    _extras(invoice, nets, default)
    postings: list[Posting] = []
    for item in invoice.vat:
        rate = (item.category, item.rate or ZERO)
        base, tax = item.base or ZERO, item.tax or ZERO
        known = table().tax_key(*rate)
        if known is None and (base or tax):
            reasons.append(_no_tax_key(item.category, item.rate))
        key = known.key if known else ""
        for kind, net, gross in _shares(nets.get(rate) or {default: base}, base, tax):
            place = places.get((rate, kind), "BG-23/BT-116")
            posting = _posting(gross, net, kind, chart=chart, tax_key=key, where=place, credit=invoice.is_credit_note)
            postings += [posting] if posting else []
    return Proposed(tuple(postings), tuple(dict.fromkeys(reasons)))


def _default_kind(supplier: Supplier | None, history: Sequence[PastBooking], chart: Chart) -> str:
    """What the firm's own people settled on: their last decisions first, then the supplier's entry."""
    if supplier is None:
        return ""
    accounts = Counter(past.account for past in history if past.creditor == supplier.creditor)
    if len(accounts) == 1:
        account, count = accounts.popitem()
        kind = table().kind_of_account(account, chart)
        if kind and count >= _MIN_HISTORY:
            return kind.id
    return supplier.kind if supplier.kind in table().kinds else ""


def _kind_of(line: Line, default: str, reasons: list[Reason]) -> str:
    found = kinds_of_line(line)
    where = f"BG-25[{line.id}]/BT-153"
    kinds = table().kinds
    own = [kind for kind in found if kinds[kind].ancillary]
    if len(found) == 1 and own:
        return own[0]
    if default:
        if found and default not in found:
            names, usual = _names(found), kinds[default].name
            message = Text(
                f"Position {line.id} spricht für „{names.de}“, für den Lieferanten ist „{usual.de}“ hinterlegt.",
                f"Line {line.id} suggests “{names.en}”, the supplier is set to “{usual.en}”.",
            )
            reasons.append(Reason("unsicher", message, where))
        return default
    if not found:
        message = Text(
            f"Für Position {line.id} („{line.name[:40]}“) ist kein Konto hinterlegt.",
            f"There is no account for line {line.id} (“{line.name[:40]}”).",
        )
        reasons.append(Reason("unvollständig", message, where))
        return ""
    if len(found) > 1:
        names = _names(found)
        message = Text(
            f"Position {line.id} passt zu mehreren Konten: {names.de}.",
            f"Line {line.id} fits several accounts: {names.en}.",
        )
        reasons.append(Reason("unsicher", message, where))
    return min(found)  # any of them is a suggestion; the alphabet keeps runs alike


def _names(kinds: Iterable[str]) -> Text:
    return joined([table().kinds[kind].name for kind in sorted(kinds)], " / ")


def _asset_check(line: Line, kind: str, reasons: list[Reason]) -> None:
    limit = table().asset_limit
    price = (line.price or ZERO) / (line.base_quantity or 1)
    if kind and table().kinds[kind].asset_check and price > limit:
        message = Text(
            f"Position {line.id} kostet je Stück über {limit} EUR: Anlagevermögen prüfen (§ 6 Abs. 2 EStG).",
            f"Line {line.id} costs more than EUR {limit} each: may be a fixed asset (s. 6(2) EStG).",
        )
        reasons.append(Reason("unsicher", message, f"BG-25[{line.id}]/BT-146", "ASSET"))


def _extras(invoice: Invoice, nets: dict[_Rate, dict[str, Decimal]], default: str) -> None:
    """Document charges and allowances join their own cost type or the largest one of their VAT rate."""
    for item in invoice.allowances_charges:
        rate = (item.vat_category, item.vat_rate or ZERO)
        own = [kind for kind in kinds_by_text(item.reason) if table().kinds[kind].ancillary]
        if len(own) == 1 and item.charge:
            kind = own[0]
        elif nets[rate]:
            kind = _largest(nets[rate])
        else:
            kind = default
        amount = item.amount or ZERO
        nets[rate][kind] += amount if item.charge else -amount


def _largest(nets: dict[str, Decimal]) -> str:
    return max(sorted(nets), key=lambda kind: abs(nets[kind]))


def _shares(nets: dict[str, Decimal], base: Decimal, tax: Decimal) -> Iterable[tuple[str, Decimal, Decimal]]:
    """Kind, net and gross; the largest takes what rounding or a wrong sum leaves, so that all is booked once."""
    largest = _largest(nets)
    others = ZERO
    other_gross = ZERO
    for kind, net in sorted(nets.items()):
        if kind != largest:
            gross = net + (rounded(tax * net / base) if base else ZERO)
            others += net
            other_gross += gross
            yield kind, net, gross
    yield largest, base - others, base + tax - other_gross


def _posting(
    gross: Decimal, net: Decimal, kind: str, *, chart: Chart, tax_key: str, where: str, credit: bool
) -> Posting | None:
    amount = rounded(gross)
    if amount == 0:
        return None
    entry = table().kinds.get(kind)
    return Posting(
        amount=abs(amount),
        debit=(amount > 0) != credit,
        account=entry.account(chart) if entry else "",
        account_name=entry.name if entry else Text("Konto fehlt", "No account"),
        tax_key=tax_key,
        net=rounded(net if amount > 0 else -net),
        kind=kind,
        where=where,
    )


def _no_tax_key(category: str, rate: Decimal | None) -> Reason:
    return Reason(
        "unvollständig",
        Text(
            f"Für Steuerart {category or '?'} mit {rate or 0} % gibt es keinen Steuerschlüssel.",
            f"There is no tax key for category {category or '?'} at {rate or 0} %.",
        ),
        "BT-118",
    )
