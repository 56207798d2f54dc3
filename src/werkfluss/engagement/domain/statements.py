"""Statements of a joint venture: made by the firm, checked by the external, and then paid like anything else.

What the share is for tax is a question that a person answers with a source; until then nothing is owed nor paid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet, Sum

from werkfluss.engagement import venture as pure
from werkfluss.engagement.domain import claims, protocols, ventures
from werkfluss.engagement.models import Claim, Venture, VentureStatement
from werkfluss.engagement.price import amount
from werkfluss.engagement.rules import is_own
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.domain.dossiers import Section
from werkfluss.evidence.domain.drawing import as_pdf, drawn
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted
from werkfluss.kernel.text import Language, Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.org.models import FirmProfile, Organisation
from werkfluss.org.tenancy import current_org_id

_ALIVE = ("sent", "agreed", "objected")
TITLE = Text("Abrechnung des gemeinsamen Projekts", "Statement of the joint venture")


def statements_of(venture: Venture) -> QuerySet[VentureStatement]:
    """Newest first, with the claim and the file."""
    return venture.statements.select_related("claim", "pdf", "translation")


def next_period(venture: Venture) -> tuple[date, date]:
    """The days of the next statement: after the last one, as long as agreed, at most until the venture ends."""
    terms = ventures.terms_of(venture)
    if terms is None or venture.agreed_at is None:
        raise Conflict(f"venture of order {venture.order.number}")
    last = venture.statements.filter(state="agreed").order_by("-last_day").first()
    first = last.last_day + timedelta(days=1) if last else venture.agreed_at.astimezone(clock.FIRM_ZONE).date()
    months = first.month - 1 + terms.months
    end = date(first.year + months // 12, months % 12 + 1, 1) - timedelta(days=1)
    return first, max(first, min(end, venture.ends_on or end))


def send_statement(
    venture: Venture, *, last_day: date, lines: Sequence[Mapping[str, Any]], by: Actor
) -> VentureStatement:
    """Reckon a period and put it to the external; one that was objected to is replaced.

    Raises:
        NotPermitted: the actor does not write orders.
        Refused: the days do not fit, a cost has no voucher, or a statement waits for its answer.
        Conflict: nothing is agreed.
    """
    by.require("order.write")
    venture = Venture.objects.select_for_update(of=("self",)).select_related("order__resource__user").get(pk=venture.pk)
    first, _usual = next_period(venture)
    terms = ventures.terms_of(venture)
    assert terms is not None  # next_period asks for it
    if venture.state != Venture.State.AGREED:
        raise ventures.over()
    _check(venture, first, last_day, lines)
    VentureStatement.objects.filter(venture=venture, state="objected").update(state="replaced")
    before = venture.statements.filter(state="agreed").order_by("-last_day").first()
    shared = venture.statements.filter(state="agreed").aggregate(sum=Sum("share_cents"))["sum"] or 0
    income, cost = pure.sums(lines)
    carried = before.carried_cents if before else 0
    found = pure.share_of(
        terms,
        income_cents=income,
        cost_cents=cost,
        before_cents=carried,
        shared_cents=shared,
        currency=venture.order.currency,
    )
    made = VentureStatement.objects.create(
        venture=venture,
        number=f"GA-{clock.today().year}-{next_number(f'venture_statement_{clock.today().year}'):04d}",
        first_day=first,
        last_day=last_day,
        lines=[dict(one) for one in lines],
        before_cents=carried,
        share_cents=found.share_cents,
        carried_cents=found.carried_cents,
        steps=[step.as_json() for step in found.steps],
        sent_at=clock.now(),
        sent_by=by.id,
    )
    files = {"pdf": _kept(made, "de", by)}
    if protocols.needs_translation(venture.order):
        files["translation"] = _kept(made, "en", by)
    made.edit(**files)
    data = {"number": made.number, "share_cents": made.share_cents, "until": last_day}
    record(Event("engagement.venturestatement.sent", made, data), by=by)
    _tell(made, by=by)
    return made


def _tell(made: VentureStatement, *, by: Actor) -> None:
    order = made.venture.order
    share = amount(made.share_cents, order.currency)
    ventures.tell(
        made.venture,
        Text(f"Abrechnung {made.number}: {order.title}", f"Statement {made.number}: {order.title}"),
        Text(
            f"Ihr Anteil: {share.de}. Bitte prüfen Sie die Abrechnung; Sie können zustimmen oder widersprechen.",
            f"Your share: {share.en}. Please check the statement; you may agree or object.",
        ),
        by=by,
    )


def _check(venture: Venture, first: date, last_day: date, lines: Sequence[Mapping[str, Any]]) -> None:
    if venture.statements.filter(state="sent").exists():
        raise ventures.refused(
            Text("Eine Abrechnung wartet noch auf Antwort.", "A statement still waits for its answer."),
            Text("Bitte warten Sie die Antwort ab.", "Please wait for the answer."),
        )
    if not first <= last_day <= min(clock.today(), venture.ends_on or clock.today()):
        raise ventures.refused(
            Text(
                f"Der Zeitraum beginnt am {first:%d.%m.%Y} und endet spätestens heute.",
                f"The period begins on {first:%d %b %Y} and ends today at the latest.",
            ),
            Text("Bitte wählen Sie einen Tag darin.", "Please choose a day in it."),
        )
    for one in lines:
        if one["kind"] == "cost" and not str(one.get("source", "")).strip():
            raise ventures.refused(
                Text(f"Zu „{one['what']}“ fehlt der Beleg.", f"The voucher of “{one['what']}” is missing."),
                Text("Nennen Sie Rechnung oder Beleg.", "Name the invoice or voucher."),
            )


def agree(statement: VentureStatement, *, by: Actor) -> None:
    """The external has checked it: the share is owed, once it is settled what it is for tax.

    Raises:
        NotPermitted: it is somebody else's.
        Conflict: it was answered or replaced.
    """
    statement = _waiting(statement, by)
    statement.edit(state="agreed", answered_at=clock.now())
    record(Event("engagement.venturestatement.agreed", statement, {"number": statement.number}), by=by)
    _owe(statement, by=by)
    venture = statement.venture
    if venture.ends_on is not None and statement.last_day >= venture.ends_on:
        venture.edit(state=Venture.State.ENDED)
        record(Event("engagement.venture.ended", venture, {"order": venture.order.number}), by=by)


def object_to(statement: VentureStatement, *, text: str, by: Actor) -> None:
    """The external does not agree and says with what; nothing is paid on it.

    Raises:
        NotPermitted, Conflict: see ``agree``.
        Refused: no reason.
    """
    if not text.strip():
        raise ventures.refused(
            Text("Bitte sagen Sie, was nicht stimmt.", "Please say what is wrong."),
            Text("Ein Satz genügt.", "One sentence is enough."),
        )
    statement = _waiting(statement, by)
    statement.edit(state="objected", answered_at=clock.now(), objection=text.strip()[:2000])
    record(Event("engagement.venturestatement.objected", statement, {"number": statement.number}), by=by)


def _waiting(statement: VentureStatement, by: Actor) -> VentureStatement:
    if not is_own(statement.venture.order, by):
        raise NotPermitted("own_orders.answer")
    rows = VentureStatement.objects.select_for_update(of=("self",)).select_related("venture__order__resource__user")
    fresh = rows.get(pk=statement.pk)
    if fresh.state != "sent":
        raise Conflict(f"statement {fresh.number}")
    return fresh


def answer_tax(venture: Venture, *, tax: str, source: str, by: Actor) -> None:
    """Say what the share is for tax, and where that stands. What was agreed before becomes due.

    Raises:
        NotPermitted: the actor does not prepare payments.
        Refused: no such answer, no source, or something was paid on the answer before.
    """
    by.require("payment.prepare")
    if tax not in pure.TAX or not source.strip():
        raise ventures.refused(
            Text("Antwort oder Quelle fehlt.", "Answer or source is missing."),
            Text("Nennen Sie, wer das beurteilt hat.", "Name who assessed it."),
        )
    if tax != venture.tax and venture.statements.filter(claim__isnull=False).exists():
        raise ventures.refused(
            Text("Auf die Antwort ist schon etwas geschuldet.", "Something is owed on that answer already."),
            Text("Bitte klären Sie das mit der Steuerberatung.", "Please settle it with your tax adviser."),
        )
    venture.edit(tax=tax, tax_source=source.strip()[:300], tax_by=by.id)
    record(Event("engagement.venture.tax_answered", venture, {"tax": tax, "source": source.strip()}), by=by)
    for statement in venture.statements.filter(state="agreed", claim=None).order_by("first_day"):
        _owe(statement, by=by)


def waits_for(venture: Venture) -> Text | None:
    """Why agreed shares are not owed yet."""
    if not venture.tax:
        return Text(
            "Es ist nicht gesagt, was der Anteil steuerlich ist. Bis dahin wird nichts ausgezahlt.",
            "It is not said what the share is for tax. Until then nothing is paid.",
        )
    if venture.tax == "fee":
        return Text(
            "Der Anteil ist ein Entgelt: Er wird als Auftrag mit Festpreis in Höhe des Anteils abgerechnet, mit "
            "Abnahme und Gutschrift oder Rechnung.",
            "The share is a fee: it is billed as an order with a fixed price of that sum, with acceptance and "
            "self-billed invoice or invoice.",
        )
    if venture.tax == "silent":
        return Text(
            "Es ist Kapitalertragsteuer einzubehalten und anzumelden. Das rechnet Werkfluss nicht; bitte zahlen "
            "Sie über die Steuerberatung.",
            "Capital gains tax is to be withheld and declared. Werkfluss does not reckon it; please pay through "
            "your tax adviser.",
        )
    return None


def _owe(statement: VentureStatement, *, by: Actor) -> Claim | None:
    """The share as a claim like any other, if it is a share in profit and there is one."""
    venture = statement.venture
    if venture.tax != "profit" or statement.claim_id is not None or not statement.share_cents:
        return None
    claim = claims.claim_share(venture.order, number=statement.number, cents=statement.share_cents, by=by)
    statement.edit(claim=claim)
    return claim


def _kept(made: VentureStatement, language: Language, by: Actor) -> Any:
    name = TITLE.in_language(language).replace(" ", "-")
    return keep_file(
        statement_pdf(made, language),
        filename=f"{name}-{made.number}-{language}.pdf",
        title=f"{TITLE.in_language(language)} {made.number}",
        belongs_to=made,
        dated_on=made.sent_at.astimezone(clock.FIRM_ZONE).date(),
        by=by,
    )


def statement_pdf(made: VentureStatement, language: Language) -> bytes:
    """The statement as PDF/A-3a and PDF/UA-1."""
    venture, firm = made.venture, FirmProfile.objects.get()
    order, name = venture.order, Organisation.objects.get(pk=current_org_id()).name
    terms = ventures.terms_of(venture)
    assert terms is not None  # nothing is reckoned before
    kinds = {"income": Text("Einnahme", "Income"), "cost": Text("Kosten", "Costs")}
    rows = tuple(
        (kinds[one["kind"]], one["what"], one.get("source", ""), amount(int(one["cents"]), order.currency))
        for one in made.lines
    )
    head = (Text("Art", "Kind"), Text("Was", "What"), Text("Beleg", "Voucher"), Text("Betrag", "Amount"))
    lines = Section(Text("Einnahmen und Kosten", "Income and costs"), head=head, rows=rows)
    reckoned = Section(
        Text("So ist gerechnet", "How it was reckoned"),
        head=(Text("Nr.", "No."), Text("Schritt", "Step")),
        rows=tuple(enumerate((Text.from_json(one) for one in made.steps), start=1)),
    )
    share = Section(
        Text("Anteile", "Shares"),
        pairs=(
            (Text(order.resource.name, order.resource.name), amount(made.share_cents, order.currency)),
            (Text(name, name), _rest(made)),
        ),
    )
    intro = Text(
        "Der Zahlung geht Ihre Zustimmung voraus. Stimmt etwas nicht, widersprechen Sie bitte auf der Seite des "
        "Projekts.",
        "Payment follows your agreement. If something is wrong, please object on the page of the venture.",
    )
    return as_pdf(
        title=f"{TITLE.in_language(language)} {made.number}",
        firm=name,
        address=f"{firm.street}, {firm.postcode} {firm.city}",
        facts=[
            (Text("Auftrag", "Order"), f"{order.number} · {order.title}"),
            (Text("Zweck", "Purpose"), terms.purpose),
            (Text("Beteiligte", "Parties"), f"{name}, {order.resource.name}"),
            (Text("Von", "From"), made.first_day),
            (Text("Bis", "Until"), made.last_day),
        ],
        parts=[(intro, [drawn(one, language) for one in (lines, reckoned, share)])],
        language=language,
        at=made.sent_at,
    )


def _rest(made: VentureStatement) -> Text:
    income, cost = pure.sums(made.lines)
    terms = ventures.terms_of(made.venture)
    assert terms is not None  # nothing is reckoned before
    kept = income - (cost if terms.base == "surplus" else 0) - made.share_cents
    return amount(kept, made.venture.order.currency)
