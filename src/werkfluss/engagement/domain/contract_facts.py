"""What an order, its parties and the firm say, as the facts of a contract: nothing is typed twice."""

from __future__ import annotations

from typing import Any

from werkfluss.compliance.domain.facts import facts_on
from werkfluss.engagement import venture
from werkfluss.engagement.clauses import BY_KEY
from werkfluss.engagement.domain import ventures
from werkfluss.engagement.models import Order, Venture
from werkfluss.kernel import clock
from werkfluss.kernel.text import Text, joined
from werkfluss.org.models import FirmProfile, Organisation
from werkfluss.org.tenancy import current_org_id
from werkfluss.work.models.tasks import DataClass

_DATA = {
    "": Text("keine festgelegt", "none set"),
    DataClass.PUBLIC.value: Text("öffentlich", "public"),
    DataClass.INTERNAL.value: Text("intern", "internal"),
    DataClass.CONFIDENTIAL.value: Text("vertraulich", "confidential"),
    DataClass.PERSONAL.value: Text("personenbezogen", "personal"),
}
# Clauses of the order that leave the external free; any other choice is written into the contract as it is.
_FREE = {
    "hours": ("free", "dates"), "place": ("free", "task"), "instructions": ("result",), "team": ("none", "interfaces"),
    "equipment": ("own", "security"), "reports": ("result",),
}  # fmt: skip
_SUBSTITUTION = {"approval": "personal", "excluded": "personal"}
_RIGHTS = {"exclusive": "exclusive", "on_payment": "exclusive"}
_EXCLUSIVE = {"competitors": "competitors", "exclusive": "only"}


def facts_of(order: Order) -> dict[str, Any]:
    """The facts of a contract, as plain JSON: texts, cents, ISO dates, {"de", "en"} for words of the product."""
    firm = FirmProfile.objects.first()
    known = facts_on(clock.today(), subject_type="workforce.resource", subject_ids=[order.resource_id])
    address = known[order.resource_id].get("address") or {}
    chosen = order.clauses
    brief = "\n".join(text for text in (order.brief, str(chosen.get("more", ""))) if text.strip())
    parts = {name: getattr(firm, name, "") for name in ("street", "postcode", "city", "country")}
    # An address that nobody recorded is asked with the contract, and not taken away again by the order.
    addresses = {"client_address": _address(parts), "contractor_address": _address(address)}
    return {
        "client_name": Organisation.objects.get(pk=current_org_id()).name,
        "contractor_name": order.resource.name,
        **{name: words for name, words in addresses.items() if words},
        "order_number": order.number,
        "title": order.title,
        "brief": brief,
        "criteria": list(order.criteria),
        "price_cents": order.price_cents,
        "price_kind": order.price_kind,
        "currency": order.currency,
        "first_day": order.first_day.isoformat(),
        "last_day": order.last_day.isoformat(),
        "payment_days": order.payment_days,
        "data_class": _DATA[order.data_class].as_json(),
        "organisation": _organisation(chosen),
        "insurance_cents": chosen.get("insurance_cents"),
        **({"liability_cap_cents": chosen["liability_cap_cents"]} if chosen.get("liability_cap_cents") else {}),
        **_venture(order),
    }


def _venture(order: Order) -> dict[str, Any]:
    """What the joint venture of the order says: as agreed, before that as proposed."""
    found = Venture.objects.filter(order=order).first()
    terms = (ventures.terms_of(found) or ventures.proposal_of(found)) if found else None
    if terms is None:
        return {}
    said: dict[str, Any] = {"notice_days": terms.notice_days}
    for side in venture.SIDES:
        said[f"{side}_contribution"] = "; ".join(one.what for one in terms.contributions if one.side == side)
        said[f"{side}_value_cents"] = terms.value_of(side)
    # The clause speaks of whole per cent; a broken one is written by hand.
    return said | ({"contractor_share": int(terms.percent)} if terms.percent == int(terms.percent) else {})


def variants_of(order: Order) -> dict[str, str]:
    """The variants of clauses that say what the order says already."""
    chosen = order.clauses
    found = {
        "substitution": _SUBSTITUTION.get(chosen.get("substitution", ""), "free"),
        "rights": _RIGHTS.get(chosen.get("rights", ""), "purpose"),
        "no_exclusivity": _EXCLUSIVE.get(chosen.get("exclusivity", ""), "free"),
        "insurance": "sum" if chosen.get("insurance_cents") else "standard",
        "billing": "self_billing" if order.self_billing else "invoice",
        "fee": "milestones" if order.price_kind == "milestones" else "standard",
        "payment": "order",
    }
    if _organisation(chosen):
        found["independence"] = "as_ordered"
    if order.resource.languages and "de" not in order.resource.languages:
        # Who does not read German should not bear the risk of a translation.
        found["language"] = "english"
    return found


def _organisation(chosen: dict[str, Any]) -> dict[str, str] | None:
    words = [
        option.words
        for key, free in _FREE.items()
        if chosen.get(key) and chosen[key] not in free and (option := BY_KEY[key].option(str(chosen[key])))
    ]
    return joined(words).as_json() if words else None


def _address(parts: dict[str, Any]) -> str:
    place = " ".join(str(parts[key]) for key in ("postcode", "city") if parts.get(key))
    return ", ".join(text for text in (str(parts.get("street", "")), place, str(parts.get("country", ""))) if text)
