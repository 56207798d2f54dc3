"""What each clause of an order does to the status, while it is being written; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from werkfluss.compliance.domain.checks import Verdict
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.engagement.domain import further
from werkfluss.engagement.domain.order_law import Effect, effects, interval
from werkfluss.engagement.models import Order
from werkfluss.engagement.price import KINDS
from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.web.forms.order_terms import clauses_in
from werkfluss.workforce.models import EXTERNALS, Kind, Resource


@dataclass(frozen=True, slots=True)
class Shown:
    """An effect as a line: ``spread``, ``spread_without`` and ``spread_better`` are totals, least and greatest."""

    effect: Effect
    raises: Text | None
    lowers: Text | None
    spread: tuple[int, int] | None
    spread_without: tuple[int, int] | None
    spread_better: tuple[int, int] | None
    better_outcome: str


def effects_context(external: Resource | None, terms: Mapping[str, Any], order: Order | None = None) -> dict[str, Any]:
    """``terms``: raw or cleaned fields of the order form, or the columns of an order under the same names."""
    if external is None:
        return {"verdict": None, "effects": []}
    today, kind = clock.today(), Kind(external.kind)
    label = external._meta.label_lower
    recorded = facts_on(today, subject_type=label, subject_ids=[external.pk]).get(external.pk, {})
    run = further.facts_about(order, on=today) if order is not None else {}
    price = str(terms.get("price_kind", ""))
    chosen = clauses_in(terms, kind=external.kind)
    price = price if price in KINDS else ""
    verdict, found = effects(kind, chosen, price, recorded=recorded, run=run, on=today)
    shown = sorted((_shown(one) for one in found), key=lambda one: not one.effect.harms)
    neutral = [one for one in shown if not (one.raises or one.lowers or one.effect.reasons)]
    context = {"verdict": verdict, "effects": shown, "neutral": neutral}
    return {**context, "spread": interval(verdict), "external": external}


def external_of(data: Mapping[str, Any]) -> Resource | None:
    """Whom a form that may be half filled in is for."""
    try:
        key = UUID(str(data.get("resource", "")))
    except ValueError:
        return None
    return Resource.objects.filter(pk=key, kind__in=EXTERNALS).first()


def _shown(effect: Effect) -> Shown:
    return Shown(
        effect=effect,
        raises=_listed(effect.raises),
        lowers=_listed(effect.lowers),
        spread=interval(effect.with_it),
        spread_without=interval(effect.without),
        spread_better=_interval_of(effect.with_better),
        better_outcome=effect.with_better.outcome if effect.with_better else "",
    )


def _interval_of(verdict: Verdict | None) -> tuple[int, int] | None:
    return interval(verdict) if verdict else None


def _listed(groups: tuple[Text, ...]) -> Text | None:
    if not groups:
        return None
    return Text(", ".join(one.de for one in groups), ", ".join(one.en for one in groups))
