"""Sub-processors of a partner: declared by the partner, approved or objected to by the firm (Art. 28(2), (4) GDPR).

Whether data may go to the country is asked of the law pack ``eu/data_protection/transfer``; an order with personal data
is neither offered nor agreed while one of the partner's sub-processors has no basis for it or was objected to. An order
that was agreed before stands still: no work is handed over to the partner and no delivery is taken until the partner no
longer uses the sub-processor, or declares what carries it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question, Verdict
from werkfluss.engagement.domain import mails
from werkfluss.engagement.domain.partners import require_coordination
from werkfluss.engagement.models import Order, SubProcessor
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.workforce.models import Kind, Resource

RULE = "eu/data_protection/transfer"
PERSONAL = "personal"
_BASIS = "Art. 28 Abs. 2, 4, Art. 44 DSGVO"
_UNDER_WAY = (Order.State.AGREED, Order.State.DELIVERED)
_GO_ON = Text(
    "Es geht weiter, sobald der Partner ihn unter „Mein Team“ als nicht mehr eingesetzt meldet oder eine tragende "
    "Grundlage nennt.",
    "Work goes on as soon as the partner declares under “My team” that it is no longer used, or names a basis that "
    "carries it.",
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A sub-processor with what the law says of the country that data go to."""

    row: SubProcessor
    verdict: Verdict

    @property
    def stops(self) -> bool:
        """Whether an order with personal data has to wait because of it."""
        if self.row.data_class == "none":
            return False
        return self.row.state == "objected" or self.verdict.outcome in {"blocked", "unknown"}


def used_by(team: Resource) -> QuerySet[SubProcessor]:
    """What the team declares today."""
    return SubProcessor.objects.filter(resource=team).exclude(state="ended").select_related("resource")


def waiting() -> QuerySet[SubProcessor]:
    """Declared, and the firm has not said a word."""
    return SubProcessor.objects.filter(state="declared").select_related("resource").order_by("created_at")


def judged(team: Resource, *, on: date) -> list[Judged]:
    """Each with the answer of the law; nothing is stored."""
    return [Judged(row, explain.answer(Question.of(RULE, on, _facts(row)))) for row in used_by(team)]


def _facts(row: SubProcessor) -> dict[str, Any]:
    return {
        "data_class": row.data_class,
        "place": row.country,
        "recipient_covered": row.recipient_covered,
        "safeguard": row.safeguard,
        "assessed": row.assessed,
        # Steady work of a partner is never a single case; nobody can declare that it is.
        "single_case": False,
    }


def declare(team: Resource, *, by: Actor, **says: Any) -> SubProcessor:
    """The partner names another company it uses; ``says`` are columns of ``SubProcessor``. The firm decides.

    Raises:
        NotPermitted: the actor does not speak for the team.
        Refused: name, purpose or country is missing.
    """
    require_coordination(team, by)
    if not all(str(says.get(name, "")).strip() for name in ("name", "purpose", "country")):
        raise _refused(
            Text("Es fehlen Name, Zweck oder Land.", "Name, purpose or country is missing."),
            Text("Bitte ergänzen Sie die Angaben.", "Please complete the entry."),
        )
    row = SubProcessor.objects.create(resource=team, declared_by=by.id, **says)
    data = {"resource": team.pk, "name": row.name, "country": row.country, "data_class": row.data_class}
    record(Event("engagement.sub_processor.declared", row, data), by=by)
    return row


def end(row: SubProcessor, *, by: Actor) -> None:
    """The partner no longer uses it.

    Raises:
        NotPermitted: the actor does not speak for the team.
        Conflict: it was ended already.
    """
    require_coordination(row.resource, by)
    if row.state == "ended":
        raise Conflict(f"sub-processor {row.name}")
    row.edit(state="ended", decided_at=clock.now())
    record(Event("engagement.sub_processor.ended", row, {"name": row.name}), by=by)


def approve(row: SubProcessor, *, by: Actor) -> None:
    """The firm agrees.

    Raises:
        NotPermitted: no right to orders.
        Conflict: it was decided or ended already.
        Refused: no basis carries the transfer to the country.
    """
    by.require("order.write")
    _undecided(row)
    verdict = explain.answer(Question.of(RULE, clock.today(), _facts(row)))
    if verdict.outcome in {"blocked", "unknown"}:
        raise Refused(
            Text(f"{row.name}: {verdict.reasons[0].de}", f"{row.name}: {verdict.reasons[0].en}"),
            citation=_BASIS,
            what_to_do=Text(
                "Der Partner meldet die Grundlage nach, oder Sie widersprechen.",
                "The partner declares the basis, or you object.",
            ),
        )
    row.edit(state="approved", decided_at=clock.now(), decided_by=by.id)
    record(Event("engagement.sub_processor.approved", row, {"name": row.name, "country": row.country}), by=by)


def object_to(row: SubProcessor, *, reason: str, by: Actor) -> None:
    """The firm objects, with the reason; the partner hears by mail.

    Raises:
        NotPermitted: no right to orders.
        Conflict: it was decided or ended already.
        Refused: no reason.
    """
    by.require("order.write")
    _undecided(row)
    if not reason.strip():
        raise _refused(
            Text("Bitte nennen Sie den Grund.", "Please give the reason."),
            Text("Ein Satz genügt.", "One sentence is enough."),
        )
    row.edit(state="objected", note=reason.strip()[:300], decided_at=clock.now(), decided_by=by.id)
    record(Event("engagement.sub_processor.objected", row, {"name": row.name, "reason": reason.strip()}), by=by)
    halted = halted_orders(row)
    for order in halted:
        record(Event("engagement.order.data_halted", order, {"order": order.number, "name": row.name}), by=by)
    subject = Text(f"Widerspruch: {row.name}", f"Objection: {row.name}")
    body = Text(
        f"gegen den Unterauftragnehmer {row.name} haben wir Einwände: {reason.strip()}",
        f"We object to the sub-processor {row.name}: {reason.strip()}",
    )
    if halted:
        numbers = ", ".join(str(order.number) for order in halted)
        body = Text(
            f"{body.de}\nBis dahin ruhen Übergaben und Lieferungen mit personenbezogenen Daten, Auftrag {numbers}. "
            f"{_GO_ON.de}",
            f"{body.en}\nUntil then hand-overs and deliveries with personal data rest, order {numbers}. {_GO_ON.en}",
        )
    mails.tell_team(row.resource, subject=subject, body=body, by=by)


def halted_orders(row: SubProcessor) -> list[Order]:
    """The orders under way in which personal data may not go on because of this sub-processor."""
    if row.state != "objected" or row.data_class == "none":
        return []
    under_way = Order.objects.filter(resource=row.resource, state__in=_UNDER_WAY, data_class=PERSONAL)
    return list(under_way.order_by("number"))


def halting(order: Order, *, on: date) -> list[Judged]:
    """The sub-processors because of which personal data of an order under way may not go on; usually none."""
    if order.state not in _UNDER_WAY:
        return []
    return _stopping(order.resource, data_class=order.data_class, on=on)


def _stopping(team: Resource, *, data_class: str, on: date) -> list[Judged]:
    if team.kind != Kind.PARTNER or data_class != PERSONAL:
        return []
    return [one for one in judged(team, on=on) if one.stops]


def require_lawful(team: Resource, *, data_class: str, on: date) -> None:
    """Raises Refused if an order with personal data would reach a sub-processor without approval or basis."""
    for one in _stopping(team, data_class=data_class, on=on):
        why = one.row.note or one.verdict.reasons[0]
        de, en = (why, why) if isinstance(why, str) else (why.de, why.en)
        raise Refused(
            Text(
                f"Unterauftragnehmer {one.row.name} ({one.row.country}): {de}",
                f"Sub-processor {one.row.name} ({one.row.country}): {en}",
            ),
            citation=_BASIS,
            what_to_do=_GO_ON,
        )


def _undecided(row: SubProcessor) -> None:
    if row.state != "declared":
        raise Conflict(f"sub-processor {row.name}")


def _refused(reason: Text, what_to_do: Text) -> Refused:
    return Refused(reason, citation="Art. 28 DSGVO", what_to_do=what_to_do)
