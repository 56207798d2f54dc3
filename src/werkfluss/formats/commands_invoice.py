"""``werkfluss import invoice``: one e-invoice as JSON, with findings. Stores nothing."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from werkfluss.kernel.errors import WerkflussError

from .fault import read_path

if TYPE_CHECKING:
    from .en16931.findings import Finding
    from .en16931.model import AllowanceCharge, Invoice, Line, Party
    from .en16931.read import SourceInvoice


@click.command("invoice")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("--dry-run", is_flag=True, help="Only look (this command never stores anything).")
def invoice(file: Path, as_json: bool, dry_run: bool) -> None:  # noqa: ARG001 - the same flag as the other imports
    """Read an e-invoice (UBL, CII, ZUGFeRD PDF) and check it against EN 16931."""
    from .en16931.findings import check
    from .en16931.read import read

    try:
        source = read(read_path(file), filename=file.name)
    except WerkflussError as error:
        fault = error.fault.as_json()
        if as_json:
            click.echo(json.dumps({"errors": [fault], "findings": []}, ensure_ascii=False, indent=2))
        for part in ("where", "cause", "expected", "next_step"):
            click.echo(fault[part], err=True)
        raise SystemExit(1) from None
    findings = check(source.invoice, schema_fault=source.schema_fault)
    if as_json:
        click.echo(json.dumps(invoice_as_json(source, findings), ensure_ascii=False, indent=2))
    else:
        _print(source.invoice, findings)


def invoice_as_json(source: SourceInvoice, findings: tuple[Finding, ...]) -> dict[str, Any]:
    """The keys of the command-line contract; amounts as strings with a point, dates ISO, unknown is ``null``."""
    read = source.invoice
    totals = read.totals
    return {
        "id": read.id,
        "type": "CreditNote" if read.is_credit_note else "Invoice",
        "type_code": read.type_code,
        "issue_date": _iso(read.issue_date),
        "due_date": _iso(read.due_date),
        "supply_date": _iso(read.supply_date),
        "seller": _party(read.seller),
        "buyer": _party(read.buyer),
        "currency": read.currency,
        "net": _amount(totals.net),
        "tax": _amount(totals.vat),
        "gross": _amount(totals.gross),
        "prepaid": _amount(totals.prepaid),
        "payable": _amount(totals.payable),
        "lines": [_line(line) for line in read.lines],
        "allowances_charges": [_allowance(item) for item in read.allowances_charges],
        "vat": [
            {
                "category": item.category,
                "rate": _amount(item.rate),
                "base": _amount(item.base),
                "tax": _amount(item.tax),
                "exemption_reason": item.exemption_reason,
            }
            for item in read.vat
        ],
        "payment": {
            "means_code": read.payment.means_code if read.payment else "",
            "ibans": [account.iban for account in read.payment.accounts] if read.payment else [],
            "terms": read.payment_terms,
            "skonto": [{"days": item.days, "percent": _amount(item.percent)} for item in read.skonto],
        },
        "references": {
            "buyer": read.references.buyer,
            "purchase_order": read.references.purchase_order,
            "contract": read.references.contract,
            "preceding": [item.id for item in read.preceding],
        },
        "notes": [note.text for note in read.notes],
        "syntax": read.syntax,
        "profile": read.profile,
        "attachment": source.attachment,
        "sha256": source.sha256,
        "findings": [finding.as_json() for finding in findings],
        "errors": [],
    }


def _iso(day: Any) -> str | None:
    return None if day is None else day.isoformat()


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _party(party: Party) -> dict[str, Any]:
    address = party.address
    return {
        "name": party.name,
        "vat_id": party.vat_id,
        "tax_number": party.tax_number,
        "electronic_address": party.electronic_address.value if party.electronic_address else "",
        "street": address.line1 if address else "",
        "postcode": address.postcode if address else "",
        "city": address.city if address else "",
        "country": address.country if address else "",
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "name": line.name,
        "description": line.description,
        "quantity": _amount(line.quantity),
        "unit": line.unit,
        "price": _amount(line.price),
        "net": _amount(line.net),
        "vat_category": line.vat_category,
        "vat_rate": _amount(line.vat_rate),
    }


def _allowance(item: AllowanceCharge) -> dict[str, Any]:
    return {
        "charge": item.charge,
        "amount": _amount(item.amount),
        "reason": item.reason or item.reason_code,
        "vat_category": item.vat_category,
        "vat_rate": _amount(item.vat_rate),
    }


def _print(read: Invoice, findings: tuple[Finding, ...]) -> None:
    click.echo(
        f"{read.seller.name}: {read.id} ({_iso(read.issue_date)}), {_amount(read.totals.payable)} {read.currency}"
    )
    for finding in findings:
        click.echo(f"  {finding.severity:<7} {finding.rule} {finding.where}: {finding.message.de}")
    if not findings:
        click.echo("  Keine Beanstandung.")
