"""What is withheld and levied on payments: sums leave nothing out in silence."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from pypdf import PdfReader

from werkfluss.compliance.domain.facts import record_fact
from werkfluss.engagement.domain import deliveries, levies, runs
from werkfluss.engagement.models import Claim, Delivery, Order
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor


def test_payment_in_another_currency_is_named_and_in_no_sum(
    draft: Order, deliver_for: Callable[..., Delivery], lead: Actor
) -> None:
    deliveries.accept_delivery(deliver_for(draft), met=[True, True], by=lead)
    claim, system = Claim.objects.get(order=draft), Actor.system(lead.org_id)
    runs.pay_claim(claim, paid_on=clock.today(), by=lead)
    record_fact(draft, name="purpose", value="own_advertising", source="Auftrag", valid_from=clock.today(), by=lead)
    claim.edit(currency="CHF")
    found = levies.levies_of(clock.today().year, by=system)
    assert (found.fees, found.base.cents) == ([], 0)
    assert [one.pk for one in found.elsewhere] == [claim.pk]
    pages = PdfReader(BytesIO(levies.as_report(found, language="de"))).pages
    assert "in CHF bezahlt" in " ".join(" ".join(page.extract_text() for page in pages).split())
