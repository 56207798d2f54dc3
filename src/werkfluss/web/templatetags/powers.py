"""``{% limit_note "payment" run %}``: what the own limit says of something that waits for a release."""

from __future__ import annotations

from typing import Any

from django import template

from werkfluss.engagement.domain import authority_limits
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.money import Money
from werkfluss.web.power_words import limit_rows

register = template.Library()


@register.inclusion_tag("fractional/limit_note.html", takes_context=True)
def limit_note(context: Any, kind: str, subject: Any) -> dict[str, Any]:
    """Nothing for who decides by role, unless a first signature waits."""
    request = context["request"]
    base = {"firm": request.org, "kind": kind, "pk": subject.pk, "csrf_token": context.get("csrf_token")}
    matter = authority_limits.matter_of(kind, subject)
    waiting = authority_limits.first_signature(matter.subject_type, matter.subject_id)
    if waiting is not None:
        return {**base, "waiting": waiting, "sum": Money.from_cents(waiting.cents)}
    person = authority_limits.bound(request.actor.id)
    if person is None:
        return base
    try:
        limit = authority_limits.require_within(person, matter)
    except authority_limits.Above as above:
        return {**base, "why": above.fault, "may_sign": True}
    except Refused as refused:
        return {**base, "why": refused.fault}
    return {**base, "limit": limit_rows([limit])[0]}
