"""The independence file of an order as pages show it: to the firm with all evidence, to the external in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from werkfluss.compliance.domain.deadlines import deadlines_about
from werkfluss.engagement.domain import order_law, status_clocks, status_file
from werkfluss.engagement.domain.status_file import PLAIN, Row
from werkfluss.engagement.models import Order, StatusFile
from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.web.happenings import KINDS, OBJECTS
from werkfluss.workforce.models import Kind

KINDS.update(
    {
        "engagement.status.opened": _("Independence file opened"),
        "engagement.status.changed": _("Status of the order changed"),
        "engagement.status.declared": _("Own declaration on the status"),
    }
)
OBJECTS.update({"engagement.statusfile": _("Independence file"), "engagement.declaration": _("Own declaration")})
_OTHERS = Text("Weitere Fragen", "Other questions")
_YES, _NO, _OPEN = Text("ja", "yes"), Text("nein", "no"), Text("offen", "open")


@dataclass(frozen=True, slots=True)
class Shown:
    """A question with its answers in words. ``leans``: whether the answer that counts speaks for employment."""

    row: Row
    counts: Text
    contract: Text | None
    evidence: str
    since: date | None
    declared: Text | None


def firm_context(order: Order) -> dict[str, Any]:
    """What the firm's page shows beside the form."""
    today = clock.today()
    counts = status_file.counting(order, on=today)
    verdict = order_law.ask(Kind(order.resource.kind), counts, on=today)
    return {
        "order": order,
        "verdict": verdict,
        "spread": order_law.interval(verdict),
        "file": StatusFile.objects.filter(order=order).first(),
        "groups": _grouped(status_file.rows_of(order, on=today)),
        "seven_a": _seven_a(order, today),
        "started_on": status_clocks.start_of(order, on=today),
        "also": status_clocks.also_asked(order, counts, on=today),
        "clocks": [
            (Text(row.title_de, row.title_en), row)
            for row in deadlines_about(order)
            if row.code.startswith(status_clocks.PREFIX)
        ],
        "by_system": _of_the_order(order),
    }


def external_context(order: Order) -> dict[str, Any]:
    """What is stored about the external here, and nothing of the firm's own papers."""
    today = clock.today()
    rows = status_file.rows_of(order, on=today)
    file = StatusFile.objects.filter(order=order).first()
    kept = [_shown(row, plain=True) for row in rows if row.counts is not None or row.declared is not None]
    return {"order": order, "file": file, "kept": kept, "asked": _asked(order, rows, today)}


def _asked(order: Order, rows: Iterable[Row], today: date) -> list[tuple[str, Text, bool | None]]:
    said = {row.name: row.declared.value if row.declared else None for row in rows}
    return [(name, words, said.get(name)) for name, words in status_file.plain_questions(order, on=today)]


def _seven_a(order: Order, today: date) -> status_clocks.SevenA | None:
    return None if order.resource.kind == Kind.PARTNER else status_clocks.seven_a(order, on=today)


def _grouped(rows: Iterable[Row]) -> list[tuple[Text, list[Shown]]]:
    groups: dict[Text, list[Shown]] = {}
    for row in rows:
        groups.setdefault(row.group or _OTHERS, []).append(_shown(row))
    return list(groups.items())


def _shown(row: Row, *, plain: bool = False) -> Shown:
    proof = row.run or row.person
    shown = row
    if plain and row.name in PLAIN:
        shown = replace(row, question=PLAIN[row.name])
    return Shown(
        row=shown,
        counts=_word(row.counts),
        contract=None if row.contract is None else _word(row.contract),
        evidence=proof.source if proof else "",
        since=proof.valid_from if proof else None,
        declared=_word(row.declared.value) if row.declared else None,
    )


def _word(value: bool | None) -> Text:
    return _OPEN if value is None else _YES if value else _NO


def _of_the_order(order: Order) -> list[tuple[Any, str]]:
    """What the order itself proves, with nothing typed again: offers, versions, deliveries."""
    sent = list(order.offers.order_by("revision"))
    rows: list[tuple[Any, str]] = [(_("Each offer could be declined or answered otherwise"), _days(sent))]
    countered = [one for one in sent if one.counter is not None]
    if countered:
        rows.append((_("Terms were negotiated by the external"), _days(countered)))
    agreed = [one for one in sent if one.state == "accepted"]
    if len(agreed) > 1:
        rows.append((_("Changes were agreed as new versions, not ordered"), _days(agreed[1:])))
    back = [one for one in order.deliveries.all() if one.state == "sent_back"]
    if back:
        rows.append((_("Rework by the agreed criteria"), ", ".join(f"{one.delivered_at:%d.%m.%Y}" for one in back)))
    return rows


def _days(offers: Iterable[Any]) -> str:
    return ", ".join(f"{one.created_at.astimezone(clock.FIRM_ZONE):%d.%m.%Y}" for one in offers)
