"""Samples of the import: an upload on its way, an import that was done."""

from __future__ import annotations

from collections.abc import Mapping

from tests.web.world import World, listed, sample

_INVOICE = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>{number}</cbc:ID><cbc:IssueDate>2026-11-02</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity>
<cbc:RegistrationName>Lieferant GmbH</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="EUR">119.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
</Invoice>"""


def invoice_file(number: str) -> bytes:
    """A small e-invoice in UBL; it can be read, though the checks have something to say."""
    return _INVOICE.format(number=number).encode()


@sample("import_check", "import_discard")
def upload(world: World) -> Mapping[str, object]:
    from werkfluss.evidence.domain.imports import keep_upload

    document = keep_upload(invoice_file(world.mark), filename=f"{world.mark}.xml", by=world.director)
    return {"pk": document.pk}


@sample("import_result", "import_undo")
def done(world: World) -> Mapping[str, object]:
    from werkfluss.evidence.domain.imports import keep_upload, record_import

    document = keep_upload(b"x", filename=world.unique("Liste.csv"), by=world.director)
    return {"pk": record_import(document, kind="invoices", mapping={}, created=[], by=world.director).pk}


@listed("imports", queries=11)
def one_more_import(world: World) -> None:
    done(world)
