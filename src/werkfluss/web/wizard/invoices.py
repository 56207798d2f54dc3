"""E-invoices: one file, or a ZIP of many, brought to the task that books them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from werkfluss.evidence.models import Document, ImportBatch
from werkfluss.formats import bundle
from werkfluss.formats.en16931.findings import check, key_of
from werkfluss.formats.en16931.model import Invoice
from werkfluss.formats.en16931.read import read
from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.money import Money
from werkfluss.org.actor import Actor
from werkfluss.web.forms import Form
from werkfluss.web.forms.imports import InvoiceOptions
from werkfluss.web.wizard.kinds import Kind, Line, Preview
from werkfluss.work.domain import invoice_import
from werkfluss.work.models import Task

_HEAD = (_("File"), _("Invoice number"), _("Supplier"), _("Date"), _("Payable"), _("Checks"))


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    content: bytes
    invoice: Invoice
    findings: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """The invoices of an upload and what could not be read as one."""

    files: tuple[_File, ...]
    faults: tuple[Fault, ...]


class Invoices(Kind):
    """Read here only to show what they are; the check proper is the work of the task they go to."""

    key = "invoices"
    label = _("E-invoices")
    hint = _("XRechnung or ZUGFeRD (XML or PDF), single or as a ZIP")
    permission = "import.run"

    def read(self, data: bytes, *, filename: str, mapping: Mapping[str, str] | None) -> Bundle:
        if not data.startswith(b"PK"):
            return Bundle((_file(filename, data),), ())
        files, faults = [], []
        for name, content in bundle.unpack(data, filename=filename):
            try:
                files.append(_file(name, content))
            except Broken as error:
                faults.append(error.fault)
        if not files and faults:
            raise Broken(faults[0])
        return Bundle(tuple(files), tuple(faults))

    def options(self, source: Bundle, data: Mapping[str, Any] | None) -> Form:
        return InvoiceOptions(data, prefix=self.key)

    def preview(self, source: Bundle, options: Form) -> Preview:
        known = invoice_import.known_contents(file.content for file in source.files)
        lines, seen = [], dict[Any, str]()
        for number, file in enumerate(source.files, start=1):
            key = key_of(file.invoice)
            said: Any = _("Attached to a task already") if file.content in known else ""
            if not said and key in seen:
                said = _("Same invoice as %(file)s") % {"file": seen[key]}
            seen.setdefault(key, file.name)
            lines.append(Line(number, _cells(file), said))
        return Preview(_HEAD, tuple(lines), source.faults)

    def take_over(
        self, source: Bundle, options: Form, *, skip: frozenset[int], document: Document, by: Actor
    ) -> ImportBatch:
        files = [(f.name, f.content) for number, f in enumerate(source.files, start=1) if number not in skip]
        task = Task.objects.get(pk=options.cleaned_data["task"])
        return invoice_import.attach_invoices(task, files=files, document=document, by=by)


def _file(name: str, content: bytes) -> _File:
    source = read(content, filename=name)
    findings = [f for f in check(source.invoice, schema_fault=source.schema_fault) if f.severity == "error"]
    return _File(name, content, source.invoice, len(findings))


def _cells(file: _File) -> tuple[Any, ...]:
    invoice, count = file.invoice, file.findings
    said = ngettext("%(n)s finding", "%(n)s findings", count) % {"n": count} if count else _("none")
    return file.name, invoice.id, invoice.seller.name, invoice.issue_date, _payable(invoice), said


def _payable(invoice: Invoice) -> Any:
    amount, currency = invoice.totals.payable, invoice.currency
    try:
        return None if amount is None else Money(amount, currency)
    except ValueError:  # a currency that is none is shown as the file has it
        return f"{amount} {currency}"
