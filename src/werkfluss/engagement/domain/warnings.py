"""A warning about somebody's status that was passed over: evidence of intent, so it is a fact with its source."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from werkfluss.compliance.domain.checks import Verdict
from werkfluss.compliance.domain.conditions import conditions_about
from werkfluss.compliance.domain.facts import facts_on, record_fact
from werkfluss.compliance.models import Check
from werkfluss.engagement.models import Order
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor

IGNORED = "warning_ignored"
_RULES = ("de/status/engagement", "de/status/fractional_executive")


def is_warning(verdict: Verdict) -> bool:
    """Amber or red: by the points of a freelancer; of an executive, whatever only a decision can make certain."""
    if verdict.rule == _RULES[0]:
        return verdict.values.get("level") in {"amber", "red"}
    return verdict.rule == _RULES[1] and verdict.certainty == "C"


def warned_of(order: Order, verdicts: Iterable[Verdict]) -> bool:
    """Whether one of the verdicts warns and what it asks for has not been done."""
    return any(is_warning(one) and not _acted_on(order, one) for one in verdicts)


def keep_score(order: Order, checks: Iterable[UUID], *, revision: int, by: Actor) -> None:
    """After an offer: the warning behind it was passed over, or there is none any more and that ends the old one."""
    rows = Check.objects.filter(pk__in=list(checks), rule__in=_RULES)
    verdicts = [Verdict.from_json(row.verdict) for row in rows]
    if not verdicts:
        return
    resource, today = order.resource, clock.today()
    known = facts_on(today, subject_type=resource._meta.label_lower, subject_ids=[resource.pk])[resource.pk]
    before, now = bool(known.get(IGNORED)), warned_of(order, verdicts)
    if before == now:
        return
    what = "trotz gelber Prüfung" if now else "nach Prüfung ohne Warnung"
    source = f"Angebot {revision} zu Auftrag {order.number} {what}"
    record_fact(resource, name=IGNORED, value=now, source=source, valid_from=today, by=by)


def _acted_on(order: Order, verdict: Verdict) -> bool:
    """Everything the verdict asks for was planned and done, for this person or this order."""
    wanted = {f"{verdict.rule}:{one.kind}:{one.basis}" for one in verdict.conditions if one.kind != "record"}
    done = {
        row.code
        for subject in (order.resource, order)
        for row in conditions_about(subject).filter(state="done", code__startswith=verdict.rule)
    }
    return bool(wanted) and wanted <= done
