"""Invoices that belong to a task → one line per invoice for a human to decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from werkfluss.agents.contract import NO_BUDGET, Brief, InputFile, Meter, Outcome
from werkfluss.formats.en16931.findings import InvoiceKey, key_of
from werkfluss.formats.en16931.read import SourceInvoice
from werkfluss.kernel.errors import Fault, WerkflussError
from werkfluss.kernel.text import Text, joined

from .accounts import Chart
from .export import document_id
from .model import BookingProposal, Budget, Firm, PastBooking, Supplier
from .prepare import prepare, read_files
from .suppliers import read_suppliers

UNITS_PER_CENT = 10
"""A check of one invoice costs a tenth of a cent: computing time, no model."""
_NO_INVOICE = Text(
    "Der Aufgabe liegt keine Rechnung bei. Bitte die Dateien an die Aufgabe hängen.",
    "No invoice comes with the task. Please attach the files to the task.",
)


def perform(brief: Brief, meter: Meter) -> Outcome:
    """Read, check and prepare every invoice of the brief; what the budget does not cover is left for a human.

    A CSV among the files is the list of known suppliers (``suppliers.COLUMNS``).

    ``brief.data``: ``chart``; ``firm`` (name, vat_id); ``suppliers`` (columns of ``Supplier``) or ``None``;
    ``history`` (creditor, account); ``earlier`` (seller, number, day, payable).
    """
    lists = [file for file in brief.files if file.name.casefold().endswith(".csv")]
    files = {str(file.id): file for file in brief.files if file not in lists}
    if not files:
        return Outcome(summary=_NO_INVOICE, handed_back=_NO_INVOICE)
    try:
        suppliers = _suppliers(brief.data.get("suppliers"), lists)
    except WerkflussError as error:
        return Outcome(summary=error.fault.cause, handed_back=_whole(error.fault))
    sources, refused = read_files((key, file.content) for key, file in files.items())
    budget = Budget(limit=int(meter.left * UNITS_PER_CENT))
    proposals = _prepare(sources, brief.data, suppliers, budget)
    for proposal in proposals:
        name = files[proposal.filename].name
        what = Text(f"{name} geprüft: {proposal.light}", f"{name} checked: {_LIGHT_EN[proposal.light]}")
        meter.charge(Decimal(proposal.units) / UNITS_PER_CENT, what)
    left_out = sources[len(proposals) :]
    items = [
        *(_line(files[p.filename], p, source) for p, source in zip(proposals, sources, strict=False)),
        *(_unread(files[key], fault) for key, fault in refused),
        *(_left_out(files[source.filename]) for source in left_out),
    ]
    if left_out and not proposals:
        return Outcome(summary=NO_BUDGET, handed_back=NO_BUDGET)
    return Outcome(
        summary=_summary(items),
        items=tuple(items),
        cut_short=NO_BUDGET if left_out else None,
    )


_LIGHT_EN = {"sicher": "safe", "unsicher": "unsure", "unvollständig": "incomplete"}


def _suppliers(learnt: Sequence[Mapping[str, Any]] | None, lists: Sequence[InputFile]) -> list[Supplier] | None:
    """What people wrote down comes first; ``None`` if nobody is known and there is no list.

    Raises:
        Broken: a list cannot be read.
    """
    written = [supplier for file in lists for supplier in read_suppliers(file.content, filename=file.name)]
    if not lists and learnt is None:
        return None
    names = {supplier.name.casefold() for supplier in written}
    numbers = {supplier.vat_id for supplier in written if supplier.vat_id}
    more = [Supplier(**{**row, "ibans": tuple(row.get("ibans", ()))}) for row in learnt or ()]
    return written + [s for s in more if s.name.casefold() not in names and s.vat_id not in numbers]


def _prepare(
    sources: Sequence[SourceInvoice], data: Mapping[str, Any], suppliers: list[Supplier] | None, budget: Budget
) -> list[BookingProposal]:
    return prepare(
        sources,
        chart=cast("Chart", data.get("chart", "SKR03")),
        firm=Firm(**data.get("firm", {})),
        suppliers=suppliers,
        history=[PastBooking(**row) for row in data.get("history", ())],
        earlier=[_key(row) for row in data.get("earlier", ())],
        budget=budget,
    )


def _key(row: Mapping[str, str]) -> InvoiceKey:
    return InvoiceKey(
        row["seller"],
        row["number"],
        date.fromisoformat(row["day"]) if row.get("day") else None,
        Decimal(row["payable"]) if row.get("payable") else None,
    )


def _summary(items: Sequence[Mapping[str, Any]]) -> Text:
    count = {light: sum(item["light"] == light for item in items) for light in _LIGHT_EN}
    return Text(
        f"{len(items)} Rechnungen vorbereitet: " + ", ".join(f"{number} {light}" for light, number in count.items()),
        f"{len(items)} invoices prepared: "
        + ", ".join(f"{number} {_LIGHT_EN[light]}" for light, number in count.items()),
    )


def _line(file: InputFile, proposal: BookingProposal, source: SourceInvoice) -> dict[str, Any]:
    key = key_of(source.invoice)
    accounts = source.invoice.payment.accounts if source.invoice.payment else ()
    return {
        "kind": "booking",
        "title": f"{proposal.seller} · {proposal.invoice_id}"[:200],
        "light": proposal.light,
        "reasons": [
            {"weight": r.weight, "text": r.text.as_json(), "where": r.where, "rule": r.rule} for r in proposal.reasons
        ],
        "source": str(file.id),
        "fields": {
            "filename": file.name,
            "sha256": proposal.sha256,
            "document_link": str(document_id(proposal.sha256)),
            "invoice_id": proposal.invoice_id,
            "supplier": proposal.seller,
            "supplier_vat_id": source.invoice.seller.vat_id,
            "supplier_tax_number": source.invoice.seller.tax_number,
            "ibans": [account.iban for account in accounts if account.iban],
            "day": _iso(proposal.day),
            "supply_date": _iso(proposal.supply_date),
            "due_date": _iso(proposal.due_date),
            "currency": proposal.currency,
            "gross": _number(proposal.gross),
            "contra_account": proposal.contra_account,
            "text": proposal.text,
            "document": proposal.document,
            "eu_vat_id": proposal.eu_vat_id,
            "postings": [
                {
                    "amount": _number(posting.amount),
                    "debit": posting.debit,
                    "account": posting.account,
                    "account_name": posting.account_name.as_json(),
                    "tax_key": posting.tax_key,
                    "net": _number(posting.net),
                    "where": posting.where,
                }
                for posting in proposal.postings
            ],
            "key": {
                "seller": key.seller,
                "number": key.number,
                "day": _iso(key.day),
                "payable": _number(key.payable),
            },
        },
    }


def _unread(file: InputFile, fault: Fault) -> dict[str, Any]:
    return _without_booking(file, _whole(fault))


def _whole(fault: Fault) -> Text:
    return joined([fault.cause, fault.next_step])


def _left_out(file: InputFile) -> dict[str, Any]:
    return _without_booking(file, NO_BUDGET)


def _without_booking(file: InputFile, reason: Text) -> dict[str, Any]:
    return {
        "kind": "booking",
        "title": file.name[:200],
        "light": "unvollständig",
        "reasons": [{"weight": "unvollständig", "text": reason.as_json(), "where": "", "rule": ""}],
        "source": str(file.id),
        "fields": {"filename": file.name, "sha256": file.sha256, "postings": []},
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"
