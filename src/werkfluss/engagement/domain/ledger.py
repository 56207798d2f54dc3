"""The booking proposal for what a payment run pays: the same accounts and checks as for any incoming invoice, as EXTF.

A proposal for the firm's own books and its tax adviser; nothing is booked here. Documents are linked by their digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from werkfluss.agents.skills.invoice_booking.accounts import Chart, table
from werkfluss.agents.skills.invoice_booking.export import to_batch
from werkfluss.agents.skills.invoice_booking.model import BookingProposal, Firm, Supplier
from werkfluss.agents.skills.invoice_booking.prepare import prepare
from werkfluss.engagement.models import Claim, PaymentRun
from werkfluss.evidence.domain.documents import content_of
from werkfluss.formats.en16931.read import read
from werkfluss.formats.extf.write import write
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.models import FirmProfile, Organisation
from werkfluss.org.tenancy import current_org_id
from werkfluss.work.domain.bookings import decided_bookings

# What externals are paid for is subcontracted work, until the firm's own people have booked them otherwise.
_KIND = "external_work"


def proposals_of(run: PaymentRun) -> list[BookingProposal]:
    """One proposal per paid invoice, with its light and reasons."""
    claims = [item.claim for item in run.items.select_related("claim__invoice__xml__blob", "claim__received__source")]
    sources = [
        read(content_of(document), filename=document.filename)
        for claim in claims
        if (document := _document(claim)) is not None
    ]
    profile = FirmProfile.objects.get()
    firm = Firm(Organisation.objects.get(pk=current_org_id()).name, profile.vat_id)
    return prepare(sources, chart=cast("Chart", profile.chart_of_accounts), firm=firm, suppliers=_suppliers(sources))


def batch_of(run: PaymentRun) -> bytes:
    """The proposals as a DATEV batch (EXTF).

    Raises:
        Refused: the firm has no DATEV numbers.
        Broken: a proposal is incomplete, or DATEV would refuse a field.
    """
    profile = FirmProfile.objects.get()
    if profile.datev_consultant is None or profile.datev_client is None:
        raise Refused(
            Text("Berater- und Mandantennummer fehlen.", "The DATEV consultant and client numbers are missing."),
            citation="DATEV-Format",
            what_to_do=Text("Bitte im Firmenprofil eintragen.", "Please enter them in the firm profile."),
        )
    batch = to_batch(
        proposals_of(run),
        chart=cast("Chart", profile.chart_of_accounts),
        advisor=profile.datev_consultant,
        client=profile.datev_client,
        created=clock.now().astimezone(clock.FIRM_ZONE),
        label=f"Zahllauf {run.number}",
    )
    return write(batch)


def _document(claim: Claim) -> Any:
    if claim.invoice is not None:
        return claim.invoice.xml
    return claim.received.source if claim.received is not None else None


def _suppliers(sources: Sequence[Any]) -> list[Supplier]:
    """Each seller under the creditor that the firm's people approved for it before, else under the collective one."""
    known: dict[str, str] = {}
    for item in decided_bookings():
        for name in ("supplier_vat_id", "supplier_tax_number"):
            if item.fields.get(name):
                known[item.fields[name]] = item.fields["contra_account"]
    found = {}
    for source in sources:
        seller = source.invoice.seller
        number = seller.vat_id or seller.tax_number
        creditor = known.get(number, table().collective_creditor)
        found[number or seller.name] = Supplier(
            seller.name, creditor, vat_id=seller.vat_id, tax_number=seller.tax_number, kind=_KIND
        )
    return list(found.values())
