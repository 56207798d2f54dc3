"""What stands on an invoice between the firm and an external: the parties, the tax by the law, the day of supply."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from werkfluss.compliance.domain.checks import Answer, Question, Verdict, check_facts
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.compliance.models import Fact
from werkfluss.engagement.models import Delivery, Objection, Order
from werkfluss.formats.en16931.model import Address, Contact, Identifier, Party
from werkfluss.formats.en16931.self_billing import Tax
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.models import FirmProfile, Organisation
from werkfluss.org.tenancy import current_org_id

_RULE = "de/invoice/self_billing"
_VAT_RULE = "de/invoice/vat"
_RESOURCE, _ORDER, _SMALL = "workforce.resource", "engagement.order", "small_business"
_STATED = ("service", "exemption", "german_establishment", "eu_small_business")
_HOME = "DE"


def billing_check(order: Order, *, on: date, by: Actor) -> Answer:
    """What the law says of billing this order by Gutschrift on this day."""
    agreed = order.self_billing_agreed_on
    facts = {
        "agreed_before": agreed is not None and agreed <= on,
        # A corrected document is a new one, to which nobody has objected.
        "objected": Objection.objects.filter(invoice__order=order).exclude(answer="corrected").exists(),
        "supplier": supplier_of(order, _day_of_supply(order) or on),
    }
    question = Question.of(_RULE, on, facts)
    return check_facts([question], by=by)[question]


def vat_check(order: Order, delivery: Delivery, *, by: Actor) -> Answer:
    """VAT category (UNTDID 5305) and rate of a delivery, by the law of the day of supply (s.27(1) UStG)."""
    day = supplied_on(delivery)
    stated = {**known_of(order.resource_id, day), **facts_of(order, day)}
    # Creative work may bear the reduced rate (s.12(2) no.7(c)); which one it is must be said, not guessed.
    creative = stated.get("purpose", "none") != "none"
    if creative and "service" not in stated and supplier_of(order, day) == "regular":
        raise _ask_for_the_rate(order)
    facts = {name: stated.get(name) for name in _STATED} | taxed_as(order, day)
    question = Question.of(_VAT_RULE, day, facts)
    return check_facts([question], by=by)[question]


def is_settled(verdict: Verdict) -> bool:
    """Whether the law names one tax: that it may be billed can be clear while category and rate hang on a fact."""
    return verdict.permits and "category" in verdict.values


def tax_of(verdict: Verdict) -> Tax:
    """The tax that the law names, as it stands on the invoice."""
    values = verdict.values
    rate = values.get("rate")
    return Tax(
        category=str(values["category"]),
        rate=None if rate is None else Decimal(str(rate)),
        reason=str(values.get("exemption_reason") or ""),
        code=str(values.get("exemption_code") or ""),
    )


def supplied_on(delivery: Delivery) -> date:
    return delivery.delivered_at.astimezone(clock.FIRM_ZONE).date()


def known_of(resource_id: Any, on: date) -> Mapping[str, Any]:
    """What is recorded of the external on this day."""
    return facts_on(on, subject_type=_RESOURCE, subject_ids=[resource_id]).get(resource_id, {})


def facts_of(order: Order, on: date) -> Mapping[str, Any]:
    """What is recorded of the order itself on this day."""
    return facts_on(on, subject_type=_ORDER, subject_ids=[order.pk]).get(order.pk, {})


def seller_of(order: Order, on: date) -> Party:
    """The external as the party that supplies."""
    person, facts = order.resource, known_of(order.resource_id, on)
    lines = facts.get("address") or {}
    return Party(
        name=person.name,
        trading_name=person.title,
        vat_id=str(facts.get("vat_id") or ""),
        tax_number=str(facts.get("tax_number") or ""),
        electronic_address=Identifier(person.email, "EM") if person.email else None,
        address=Address(
            line1=lines.get("street", ""),
            city=lines.get("city", ""),
            postcode=lines.get("postcode", ""),
            country=lines.get("country", ""),
        ),
        contact=Contact(name=person.name, email=person.email),
    )


def buyer() -> Party:
    """The firm as the party that is supplied."""
    firm = FirmProfile.objects.get()
    name = Organisation.objects.get(pk=current_org_id()).name
    return Party(
        name=name,
        vat_id=firm.vat_id,
        electronic_address=Identifier(firm.email, "EM"),
        address=Address(line1=firm.street, city=firm.city, postcode=firm.postcode, country=firm.country),
        contact=Contact(email=firm.email),
    )


def taxed_as(order: Order, on: date) -> dict[str, Any]:
    """What of the two sides decides on VAT: the kind of supplier and the state of the client."""
    return {"supplier": supplier_of(order, on), "client_state": FirmProfile.objects.get().country}


def supplier_of(order: Order, supplied: date) -> str | None:
    """What the supplier was on the day of the supply: whether s. 19 UStG holds is a matter of that day.

    Turnover that ends it ends it for what is supplied afterwards (s. 19(1) UStG), and a bill written later changes
    nothing of that. Where nobody has said how it was on that day, the first statement after it counts; where nobody has
    said anything, nobody knows (None).
    """
    if order.resource.country != _HOME:
        return "foreign_business"
    said = Fact.objects.filter(subject_type=_RESOURCE, subject_id=order.resource_id, name=_SMALL)
    known = said.filter(valid_from__lte=supplied).filter(Q(valid_to=None) | Q(valid_to__gt=supplied))
    fact = (
        known.order_by("-valid_from", "-created_at").first()
        or said.filter(valid_from__gt=supplied).order_by("valid_from", "-created_at").first()
    )
    if fact is None:
        return None
    return "small_business" if fact.value else "regular"


def _day_of_supply(order: Order) -> date | None:
    delivery = order.deliveries.filter(state="accepted").first()
    return supplied_on(delivery) if delivery is not None else None


def _ask_for_the_rate(order: Order) -> Refused:
    return Refused(
        Text(
            "Für künstlerische oder publizistische Arbeit fehlt, ob der ermäßigte Satz gilt.",
            "For artistic or journalistic work it is not said whether the reduced rate applies.",
        ),
        citation="§ 12 Abs. 2 Nr. 7 Buchst. c UStG",
        what_to_do=Text(
            f"Bitte geben Sie beim Recht zu Auftrag {order.number} an, welcher Satz gilt.",
            f"Please state on the law page of order {order.number} which rate applies.",
        ),
    )
