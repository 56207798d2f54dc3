"""What external work contributes to dossiers: order, offers, legal check, deliveries, acceptance, invoice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db import models

from werkfluss.compliance.models import Check
from werkfluss.engagement.domain.terms import Version, clause_words, order_price, versions_of
from werkfluss.engagement.models import Delivery, Offer, Order, OrderTask, SelfBilledInvoice
from werkfluss.evidence.domain.documents import documents_of
from werkfluss.evidence.domain.dossiers import Cell, Part, Section, names_of, register_part, register_words
from werkfluss.evidence.models import Document
from werkfluss.kernel.money import Money
from werkfluss.kernel.text import Text
from werkfluss.org.models import Entry
from werkfluss.work.dossier import task_part, verdicts

_STATES = {
    "draft": Text("Entwurf", "draft"),
    "offered": Text("angeboten", "offered"),
    "agreed": Text("vereinbart", "agreed"),
    "delivered": Text("geliefert", "delivered"),
    "accepted": Text("abgenommen", "accepted"),
    "billed": Text("abgerechnet", "billed"),
    "declined": Text("abgelehnt", "declined"),
    "cancelled": Text("beendet", "cancelled"),
    "sent": Text("gesendet", "sent"),
    "countered": Text("Gegenvorschlag", "countered"),
    "withdrawn": Text("zurückgezogen", "withdrawn"),
    "expired": Text("abgelaufen", "expired"),
    "sent_back": Text("zurückgegeben", "sent back"),
}


def register() -> None:
    register_part("order", Text("Auftrag", "Order"), _order)
    register_part("order", Text("Aufgaben des Auftrags", "Tasks of the order"), _tasks)
    register_part("task", Text("Auftrag an Externe", "Order to an external"), _order_of_task)
    register_words(_WORDS)


def _order(key: UUID) -> Part | None:
    order = Order.objects.select_related("resource").filter(pk=key).first()
    if order is None:
        return None
    offers = list(order.offers.order_by("revision"))
    deliveries = list(order.deliveries.order_by("delivered_at"))
    invoices = list(order.invoices.select_related("xml", "pdf"))
    protocols = list(order.acceptances.select_related("pdf", "translation").order_by("number"))
    rows: list[models.Model] = [*offers, *deliveries, *order.messages.all(), *protocols, *invoices]
    documents = [*documents_of(order), *(document for one in deliveries for document in documents_of(one))]
    papers = [paper for one in invoices for paper in (one.xml, one.pdf)]
    papers += [paper for one in protocols for paper in (one.pdf, one.translation)]
    documents += [paper for paper in papers if paper is not None]
    return Part(
        sections=tuple(_sections(order, offers, deliveries, invoices)),
        root=order,
        title=Text(f"Auftrag {order.number}: {order.title}", f"Order {order.number}: {order.title}"),
        objects=tuple(rows),
        documents=tuple(documents),
    )


def _sections(
    order: Order, offers: list[Offer], deliveries: list[Delivery], invoices: list[SelfBilledInvoice]
) -> Iterator[Section]:
    yield _terms(order)
    yield Section(
        Text("Abnahmekriterien", "Acceptance criteria"),
        head=(Text("Nr.", "No."), Text("Kriterium", "Criterion")),
        rows=tuple(enumerate(order.criteria, start=1)),
    )
    if offers:
        yield _offers(offers, order.currency)
    changed = versions_of(order)[1:]
    if changed:
        yield _versions(changed)
    checks = _checks([*offers, *invoices])
    if checks:
        title = Text("Rechtsprüfung: Zusammenarbeit und Abrechnung", "Legal check: working together and billing")
        yield verdicts(title, checks)
    if deliveries:
        yield _deliveries(deliveries, order.currency)
    for invoice in invoices:
        yield _invoice(invoice, order)


def _terms(order: Order) -> Section:
    pairs: tuple[tuple[Text, Cell], ...] = (
        (Text("Auftragnehmer", "Contractor"), order.resource.name),
        (Text("Leistung", "Service"), order.brief),
        (Text("Vergütung netto", "Fee, net"), order_price(order).words(order.currency)),
        (Text("Frühestens ab", "Not before"), order.first_day),
        (Text("Spätestens bis", "Not after"), order.last_day),
        (Text("Gutschrift vereinbart am", "Self-billing agreed on"), order.self_billing_agreed_on),
        (Text("Zahlungsziel in Tagen", "Days to pay"), order.payment_days),
        (Text("Stand", "State"), _STATES.get(order.state, order.state)),
        *clause_words(order.clauses, order.currency),
    )
    return Section(Text("Vereinbarung", "Agreement"), pairs=pairs)


def _versions(versions: list[Version]) -> Section:
    """What each later version changed, in words."""
    rows = tuple((one.number, one.offer.answered_at, change.words) for one in versions for change in one.differences)
    head = (Text("Fassung", "Version"), Text("Vereinbart am", "Agreed on"), Text("Geändert", "Changed"))
    return Section(Text("Änderungen des Auftrags", "Changes of the order"), head=head, rows=rows)


def _offers(offers: Iterable[Offer], currency: str) -> Section:
    rows = tuple(
        (
            one.revision,
            one.created_at,
            _price(one.terms, currency),
            _STATES.get(one.state, one.state),
            one.answered_at,
            one.note,
        )
        for one in offers
    )
    head = (
        Text("Fassung", "Version"),
        Text("Gesendet", "Sent"),
        Text("Preis", "Price"),
        Text("Antwort", "Answer"),
        Text("Wann", "When"),
        Text("Bemerkung", "Note"),
    )
    return Section(Text("Angebote", "Offers"), head=head, rows=rows)


def _price(terms: dict[str, Any], currency: str) -> Cell:
    cents = terms.get("price_cents")
    return Money.from_cents(cents, currency) if isinstance(cents, int) else None


def _checks(rows: Iterable[models.Model]) -> list[Check]:
    """The verdicts on which offers and the invoice rest: their entries name them."""
    entries = Entry.objects.filter(object_id__in=[row.pk for row in rows], payload__erased_at=None)
    named: list[str] = []
    for entry in entries.select_related("payload").order_by("seq"):
        told = entry.payload.data or {}
        named += [str(key) for key in (told.get("check"), *told.get("checks", ())) if key]
    found = {str(check.pk): check for check in Check.objects.filter(pk__in=named)}
    return [found[key] for key in dict.fromkeys(named) if key in found]


def _deliveries(deliveries: list[Delivery], currency: str) -> Section:
    people = names_of(one.decided_by for one in deliveries)
    rows = tuple(
        (
            one.delivered_at,
            one.text,
            Money.from_cents(one.amount_cents, currency),
            _STATES.get(one.state, one.state),
            people.get(one.decided_by),
            one.decided_at,
            ", ".join(told["text"] for told in one.criteria if not told["met"]) or one.note,
        )
        for one in deliveries
    )
    head = (
        Text("Geliefert", "Delivered"),
        Text("Text", "Text"),
        Text("Netto", "Net"),
        Text("Abnahme", "Acceptance"),
        Text("Wer", "Who"),
        Text("Wann", "When"),
        Text("Offen, Bemerkung", "Open, note"),
    )
    return Section(Text("Lieferungen und Abnahme", "Deliveries and acceptance"), head=head, rows=rows)


def _invoice(invoice: SelfBilledInvoice, order: Order) -> Section:
    return Section(
        Text("Gutschrift", "Self-billed invoice"),
        pairs=(
            (Text("Nummer", "Number"), invoice.number),
            (Text("Ausgestellt am", "Issued on"), invoice.issued_on),
            (Text("Fällig am", "Due on"), invoice.due_on),
            (Text("Netto", "Net"), Money.from_cents(invoice.net_cents, order.currency)),
            (Text("Umsatzsteuer", "VAT"), Money.from_cents(invoice.tax_cents, order.currency)),
            (Text("Steuerkategorie", "VAT category"), invoice.tax_category),
        ),
    )


def _tasks(key: UUID) -> Part | None:
    rows = OrderTask.objects.filter(order_id=key).select_related("task__project").order_by("task__number")
    parts = [task_part(row.task) for row in rows]
    if not parts:
        return None
    return Part(
        sections=tuple(section for part in parts for section in part.sections),
        objects=tuple(row for part in parts for row in (part.root, *part.objects) if row is not None),
        documents=tuple(document for part in parts for document in part.documents),
        names={key: name for part in parts for key, name in part.names.items()},
    )


def _order_of_task(key: UUID) -> Part | None:
    orders = [row.order for row in OrderTask.objects.filter(task_id=key).select_related("order__resource")]
    documents: list[Document] = [document for order in orders for document in documents_of(order)]
    if not orders:
        return None
    return Part(sections=tuple(_terms(order) for order in orders), objects=tuple(orders), documents=tuple(documents))


_WORDS = {
    "engagement.order.drafted": Text("Auftrag entworfen", "Order drafted"),
    "engagement.order.edited": Text("Auftrag geändert", "Order edited"),
    "engagement.order.agreed": Text("Auftrag vereinbart", "Order agreed"),
    "engagement.order.delivered": Text("Auftrag geliefert", "Order delivered"),
    "engagement.order.cancelled": Text("Auftrag beendet", "Order cancelled"),
    "engagement.order.reopened": Text("Auftrag wieder offen", "Order open again"),
    "engagement.order.case_started": Text("Vorgang begonnen", "Case started"),
    "engagement.order.message_written": Text("Nachricht geschrieben", "Message written"),
    "engagement.offer.sent": Text("Angebot gesendet", "Offer sent"),
    "engagement.offer.mailed": Text("Angebot verschickt", "Offer mailed"),
    "engagement.order.exported_for_counsel": Text("Für die Rechtsberatung ausgegeben", "Exported for counsel"),
    "engagement.offer.accepted": Text("Angebot angenommen", "Offer accepted"),
    "engagement.offer.declined": Text("Angebot abgelehnt", "Offer declined"),
    "engagement.offer.countered": Text("Gegenvorschlag gemacht", "Counter-offer made"),
    "engagement.offer.expired": Text("Angebot abgelaufen", "Offer expired"),
    "engagement.offer.held_back": Text("Angebot zurückgehalten", "Offer held back"),
    "engagement.call.opened": Text("Mehrere gefragt", "Several were asked"),
    "engagement.call.closed": Text("An einen von mehreren vergeben", "Given to one of several"),
    "engagement.status.opened": Text("Statusakte angelegt", "Independence file opened"),
    "engagement.status.changed": Text("Status geändert", "Status changed"),
    "engagement.status.declared": Text("Eigene Erklärung", "Own declaration"),
    "engagement.counter.refused": Text("Gegenvorschlag abgelehnt", "Counter-offer refused"),
    "engagement.link.issued": Text("Zugang verschickt", "Link issued"),
    "engagement.link.used": Text("Zugang benutzt", "Link used"),
    "engagement.file.released": Text("Datei freigegeben", "File released"),
    "engagement.delivery.made": Text("Lieferung eingegangen", "Delivery received"),
    "engagement.delivery.accepted": Text("Lieferung abgenommen", "Delivery accepted"),
    "engagement.delivery.sent_back": Text("Lieferung zurückgegeben", "Delivery sent back"),
    "engagement.invoice.issued": Text("Gutschrift ausgestellt", "Self-billed invoice issued"),
}
