"""``werkfluss invoices prepare``: e-invoices in, booking proposals and a DATEV batch out. No server, no database."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from werkfluss.kernel.errors import Fault, WerkflussError

if TYPE_CHECKING:
    from werkfluss.agents.skills.invoice_booking.accounts import Chart
    from werkfluss.agents.skills.invoice_booking.model import BookingProposal, Firm, Supplier
    from werkfluss.formats.en16931.read import SourceInvoice

_SUFFIXES = {".xml", ".pdf"}


@click.group()
def invoices() -> None:
    """Prepare bookings from e-invoices (UBL, CII, ZUGFeRD)."""


@invoices.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--chart", type=click.Choice(["SKR03", "SKR04"]), default="SKR03", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the DATEV batch (EXTF) here.")
@click.option("--documents", type=click.Path(path_type=Path, dir_okay=False), help="Write the linked documents (ZIP).")
@click.option("--suppliers", "supplier_file", type=click.Path(path_type=Path), help="CSV of the known creditors.")
@click.option("--firm-vat-id", default="", help="Our VAT id; default: the buyer of most of the invoices.")
@click.option("--with-unsure", is_flag=True, help="Also export what is unsicher (never what is unvollständig).")
@click.option("--advisor", default=1001, show_default=True, help="DATEV Beraternummer.")
@click.option("--client", default=1, show_default=True, help="DATEV Mandantennummer.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def prepare(  # noqa: PLR0917 - click passes one argument per option
    paths: tuple[Path, ...],
    chart: str,
    out: Path | None,
    documents: Path | None,
    supplier_file: Path | None,
    firm_vat_id: str,
    with_unsure: bool,
    advisor: int,
    client: int,
    as_json: bool,
) -> None:
    """Check each invoice, propose account and tax key, and mark it sicher, unsicher or unvollständig.

    PATHS are files or folders (their .xml and .pdf files). --out holds the bookings marked sicher; a human approves
    them in DATEV. Invoices of several years give one file per year.
    """
    from werkfluss.agents.skills.invoice_booking import prepare as skill

    try:
        files, refused = _read(paths)
        suppliers = _suppliers(supplier_file)
        sources, unreadable = skill.read_files((str(path), data) for path, data in files.items())
        refused += unreadable
        named = cast("Chart", chart)
        proposals = skill.prepare(sources, chart=named, firm=_firm(sources, firm_vat_id), suppliers=suppliers)
        lights = {"sicher", "unsicher"} if with_unsure else {"sicher"}
        chosen = [proposal for proposal in proposals if proposal.light in lights]
        written = _write_batches(chosen, out, chart=named, advisor=advisor, client=client) if out else []
        if documents:
            _write_documents(chosen, documents, {str(path): data for path, data in files.items()})
            written.append(str(documents))
    except WerkflussError as error:
        _fail(error.fault, as_json)
    _report(proposals, refused, written, as_json)
    if not proposals:
        raise SystemExit(1)


def _read(paths: Iterable[Path]) -> tuple[dict[Path, bytes], list[tuple[str, Fault]]]:
    """The bytes of all files; folders give their invoices by name."""
    from werkfluss.formats.fault import read_path

    files: dict[Path, bytes] = {}
    refused: list[tuple[str, Fault]] = []
    for path in paths:
        found = [path]
        if path.is_dir():
            found = sorted(item for item in path.iterdir() if item.suffix.lower() in _SUFFIXES and item.is_file())
        for file in found:
            try:
                files[file] = read_path(file)
            except WerkflussError as error:
                refused.append((str(file), error.fault))
    return files, refused


def _suppliers(path: Path | None) -> tuple[Supplier, ...] | None:
    from werkfluss.agents.skills.invoice_booking.suppliers import read_suppliers
    from werkfluss.formats.fault import read_path

    return None if path is None else read_suppliers(read_path(path), filename=path.name)


def _firm(sources: Sequence[SourceInvoice], vat_id: str) -> Firm:
    """The firm named, else the buyer of more than half of at least three invoices, else nobody (not checked)."""
    from werkfluss.agents.skills.invoice_booking.model import Firm

    if vat_id:
        return Firm(vat_id=vat_id)
    buyers = Counter((source.invoice.buyer.name, source.invoice.buyer.vat_id) for source in sources)
    if not buyers:
        return Firm()
    (name, number), count = buyers.most_common(1)[0]
    if len(sources) < 3 or count * 2 <= len(sources):
        click.echo("Empfänger nicht geprüft: bitte --firm-vat-id angeben.", err=True)
        return Firm()
    click.echo(f"Als eigene Firma gilt der häufigste Empfänger: {name} {number}".rstrip(), err=True)
    return Firm(name=name, vat_id=number)


def _write_batches(
    proposals: Sequence[BookingProposal], out: Path, *, chart: Chart, advisor: int, client: int
) -> list[str]:
    """One EXTF file per year; the latest year keeps the given name."""
    from werkfluss.agents.skills.invoice_booking.export import to_batch
    from werkfluss.formats.extf.write import write
    from werkfluss.kernel.clock import now

    years: dict[int, list[BookingProposal]] = defaultdict(list)
    for proposal in proposals:
        if proposal.day is not None:
            years[proposal.day.year].append(proposal)
    if not years:
        click.echo("Keine Buchung ist sicher: Es wurde kein Buchungsstapel geschrieben.", err=True)
    written = []
    for year, group in sorted(years.items()):
        path = out if year == max(years) else out.with_name(f"{out.stem}_{year}{out.suffix}")
        batch = to_batch(group, chart=chart, advisor=advisor, client=client, created=now())
        _save(path, write(batch))
        written.append(str(path))
    return written


def _write_documents(proposals: Sequence[BookingProposal], path: Path, data: dict[str, bytes]) -> None:
    from werkfluss.agents.skills.invoice_booking.export import document_id
    from werkfluss.formats.extf.documents import LinkedDocument, document_package
    from werkfluss.kernel.clock import now

    linked = {
        proposal.sha256: LinkedDocument(
            document_id(proposal.sha256), Path(proposal.filename).name, data[proposal.filename], proposal.invoice_id
        )
        for proposal in proposals
    }
    _save(path, document_package(list(linked.values()), created=now()))


def _save(path: Path, data: bytes) -> None:
    from werkfluss.formats.fault import broken
    from werkfluss.kernel.text import Text

    try:
        path.write_bytes(data)
    except OSError:
        raise broken(
            str(path),
            Text("Die Datei kann nicht geschrieben werden.", "The file cannot be written."),
            Text("Ein vorhandener Ordner mit Schreibrecht.", "An existing folder with the right to write."),
            Text("Bitte geben Sie einen anderen Pfad an.", "Please name another path."),
        ) from None


def _fail(fault: Fault, as_json: bool) -> None:
    if as_json:
        click.echo(
            json.dumps({"bookings": [], "refused": [], "errors": [fault.as_json()]}, ensure_ascii=False, indent=2)
        )
    for part in fault.as_json().values():
        click.echo(part, err=True)
    raise SystemExit(1)


def _report(
    proposals: Sequence[BookingProposal], refused: Sequence[tuple[str, Fault]], written: list[str], as_json: bool
) -> None:
    counts = Counter(proposal.light for proposal in proposals)
    bookings = [booking for proposal in proposals for booking in _as_json(proposal)]
    if as_json:
        result = {
            "bookings": bookings,
            "refused": [{"file": name, **fault.as_json()} for name, fault in refused],
            "lights": dict(counts),
            "written": written,
            "errors": [fault.as_json() for _, fault in refused] if not proposals else [],
        }
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
        return
    for booking in bookings:
        click.echo(
            f"{booking['light']:<13} {booking['amount']:>12} {booking['account'] or '????':<5} an "
            f"{booking['contra_account']:<6} {booking['tax_key']:<3} {booking['text']}"
        )
        for reason in booking["reasons"]:
            if reason["weight"] != "info":
                click.echo(f"              {reason['where']}: {reason['text']}")
    for name, fault in refused:
        click.echo(f"abgelehnt     {name}: {fault.cause.de}")


def _as_json(proposal: BookingProposal) -> list[dict[str, Any]]:
    """One entry per posting; an invoice without any (no amount) still has one."""
    shared: dict[str, Any] = {
        "file": proposal.filename,
        "invoice_id": proposal.invoice_id,
        "seller": proposal.seller,
        "light": proposal.light,
        "reasons": [reason.as_json() for reason in proposal.reasons],
        "contra_account": proposal.contra_account,
        "text": proposal.text,
        "document": proposal.document,
        "day": proposal.day.isoformat() if proposal.day else None,
        "due_date": proposal.due_date.isoformat() if proposal.due_date else None,
        "currency": proposal.currency,
    }
    if not proposal.postings:
        return [{**shared, "account": "", "amount": "0.00", "tax_key": "", "debit": True}]
    return [
        {
            **shared,
            "account": posting.account,
            "account_name": posting.account_name.de,
            "amount": f"{posting.amount:.2f}",
            "debit": posting.debit,
            "tax_key": posting.tax_key,
            "where": posting.where,
        }
        for posting in proposal.postings
    ]
