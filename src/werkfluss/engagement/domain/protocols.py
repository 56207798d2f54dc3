"""The protocol of an Abnahme (s.640 BGB), or of the release of hours; and the clock that stands in for an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from werkfluss.compliance.domain import deadlines
from werkfluss.engagement.domain import mails, orders, parts
from werkfluss.engagement.models import Acceptance, AcceptancePeriod, Delivery, Order
from werkfluss.engagement.price import amount
from werkfluss.engagement.rules import is_own
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.domain.dossiers import Cell, Section, names_of
from werkfluss.evidence.domain.drawing import as_pdf, drawn
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Language, Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.org.models import FirmProfile, Organisation
from werkfluss.org.roles import Role
from werkfluss.org.tenancy import current_org_id

TITLES = {
    "full": Text("Abnahmeprotokoll", "Acceptance protocol"),
    "partial": Text("Protokoll der Teilabnahme", "Protocol of partial acceptance"),
    "defects": Text("Abnahmeprotokoll mit Vorbehalt", "Acceptance protocol with reservation"),
    "refused": Text("Protokoll der verweigerten Abnahme", "Protocol of refused acceptance"),
    "deemed": Text("Protokoll der fiktiven Abnahme", "Protocol of deemed acceptance"),
    "release": Text("Freigabe der Leistungszeiten", "Release of hours worked"),
}
_WORDS = {
    "full": Text("Die Leistung ist abgenommen (§ 640 Abs. 1 BGB).", "The work has been accepted (s.640(1) BGB)."),
    "partial": Text(
        "Die genannten Teile sind abgenommen, der Rest steht aus (§§ 640, 641 Abs. 1 Satz 2 BGB).",
        "The parts named have been accepted, the rest is outstanding (ss.640, 641(1) s.2 BGB).",
    ),
    "defects": Text(
        "Die Leistung ist abgenommen. Die Rechte wegen der genannten Mängel bleiben vorbehalten (§ 640 Abs. 3 BGB).",
        "The work has been accepted. The rights because of the defects named are reserved (s.640(3) BGB).",
    ),
    "refused": Text(
        "Die Abnahme ist verweigert; der Grund steht unten (§ 640 Abs. 1, 2 BGB).",
        "The acceptance has been refused; the reason is below (s.640(1), (2) BGB).",
    ),
    "deemed": Text(
        "Innerhalb der gesetzten Frist wurde kein Mangel genannt: Die Leistung gilt als abgenommen (§ 640 Abs. 2 BGB).",
        "No defect was named within the period set: the work is deemed accepted (s.640(2) BGB).",
    ),
    "release": Text(
        "Ein Dienst wird nicht abgenommen: Freigegeben werden die Stunden oder Tage bis zur Obergrenze (§ 611 BGB).",
        "A service has no acceptance: hours or days are released up to the cap (s.611 BGB).",
    ),
}
_CLOCK = "acceptance_period"
# What is a reasonable time depends on the work; less than this is not, and who sets less has set a reasonable one.
SHORTEST_PERIOD, LONGEST_PERIOD = 7, 60


def is_final(delivery: Delivery, rows: Sequence[Mapping[str, Any]], *, last: bool) -> bool:
    """Whether nothing of the order is left after these parts; by quantity or time it is what the firm says."""
    taken = {row["key"]: int(row["cents"]) for row in rows}
    left = [part.left - taken.get(part.key, 0) for part in parts.parts_of(delivery.order)]
    open_ended = any(part.by_quantity or part.effort for part in parts.parts_of(delivery.order))
    return sum(left) <= 0 or (open_ended and last)


def write_protocol(delivery: Delivery, decided: Mapping[str, Any], *, note: str, by: Actor) -> Acceptance:
    """What was accepted, as a row and as PDF/A in German, beside it in English for whoever reads no German."""
    order = delivery.order
    if parts.is_service(order):
        kind = "release"
    elif decided.get("deemed"):
        kind = "deemed"
    elif decided["defects"]:
        kind = "defects"
    else:
        kind = "full" if decided["final"] and decided["whole"] else "partial"
    day = decided.get("mend_by")
    made = _create(
        delivery,
        kind=kind,
        parts=list(decided["rows"]),
        defects=[{"text": text} for text in decided["defects"]],
        mend_by=date.fromisoformat(day) if day else None,
        note=note,
        net_cents=sum(int(row["cents"]) for row in decided["rows"]),
        final=bool(decided["final"]),
        by=by,
    )
    if made.mend_by is not None:
        deadlines.set_deadline(
            made,
            code="mend_defects",
            title=Text(f"Mängel beheben: {order.title}", f"Mend defects: {order.title}"),
            due=made.mend_by,
            lead_days=3,
            who=order.resource.name[:40],
            basis="§§ 635, 640 Abs. 3 BGB",
            by=by,
        )
    return made


def write_refusal(delivery: Delivery, *, unmet: Sequence[str], note: str, by: Actor) -> Acceptance | None:
    """The refused Abnahme with its reason. Hours of a service that are sent back need none."""
    _close(delivery, "answered", by=by)
    if parts.is_service(delivery.order):
        return None
    named = [{"text": text} for text in unmet] or [{"text": note}]
    return _create(delivery, kind="refused", parts=[], defects=named, note=note, net_cents=0, final=False, by=by)


def _create(delivery: Delivery, *, by: Actor, **says: Any) -> Acceptance:
    if says["kind"] not in {"refused", "deemed"}:
        _close(delivery, "answered", by=by)
    made = Acceptance.objects.create(
        number=next_number("acceptance"),
        order=delivery.order,
        delivery=delivery,
        decided_at=clock.now(),
        decided_by=by.id,
        **says,
    )
    files = {"pdf": _kept(made, "de", by)}
    if needs_translation(delivery.order):
        files["translation"] = _kept(made, "en", by)
    made.edit(**files)
    data = {"order": delivery.order.number, "number": made.number, "kind": made.kind, "net_cents": made.net_cents}
    record(Event("engagement.acceptance.recorded", made, data), by=by)
    return made


def needs_translation(order: Order) -> bool:
    user = order.resource.user
    return user is not None and not user.language.startswith("de")


def _kept(made: Acceptance, language: Language, by: Actor) -> Any:
    title = TITLES[made.kind].in_language(language)
    name = f"{title.replace(' ', '-')}-{made.number}-{language}.pdf"
    day = made.decided_at.astimezone(clock.FIRM_ZONE).date()
    return keep_file(
        protocol_pdf(made, language),
        filename=name,
        title=f"{title} {made.number}",
        belongs_to=made,
        dated_on=day,
        by=by,
    )


def protocol_pdf(made: Acceptance, language: Language) -> bytes:
    """The protocol as PDF/A-3a and PDF/UA-1."""
    order, firm = made.order, FirmProfile.objects.get()
    name = Organisation.objects.get(pk=current_org_id()).name
    title = TITLES[made.kind].in_language(language)
    who = names_of([made.decided_by]).get(made.decided_by) or Text("von Gesetzes wegen", "by operation of law")
    facts: list[tuple[Cell, Cell]] = [
        (Text("Auftrag", "Order"), f"{order.number} · {order.title}"),
        (Text("Auftraggeber", "Client"), name),
        (Text("Auftragnehmer", "Contractor"), order.resource.name),
        (Text("Geliefert", "Delivered"), made.delivery.delivered_at),
        (Text("Entschieden", "Decided"), made.decided_at),
        (Text("Durch", "By"), who),
    ]
    sections = [drawn(section, language) for section in _sections(made)]
    return as_pdf(
        title=f"{title} {made.number}",
        firm=name,
        address=f"{firm.street}, {firm.postcode} {firm.city}",
        facts=facts,
        parts=[(_WORDS[made.kind], sections)],
        language=language,
        at=made.decided_at,
    )


def _sections(made: Acceptance) -> list[Section]:
    order = made.order
    found: list[Section] = []
    if made.parts:
        rows = tuple(_row(row, order.currency) for row in made.parts)
        head = (Text("Teil", "Part"), Text("Menge", "Quantity"), Text("Netto", "Net"))
        total = amount(made.net_cents, order.currency)
        found.append(
            Section(
                Text("Abgenommen und zur Zahlung frei", "Accepted and free to be paid"),
                head=head,
                rows=(*rows, (Text("Summe", "Sum"), "", total)),
            )
        )
    criteria = made.delivery.criteria
    if criteria:
        words = {True: Text("erfüllt", "met"), False: Text("nicht erfüllt", "not met")}
        results = tuple((one["text"], words[bool(one["met"])]) for one in criteria)
        heads = (Text("Kriterium", "Criterion"), Text("Ergebnis", "Result"))
        found.append(Section(Text("Abnahmekriterien", "Acceptance criteria"), head=heads, rows=results))
    if made.defects:
        title = Text("Gründe", "Reasons") if made.kind == "refused" else Text("Vorbehaltene Mängel", "Defects reserved")
        numbered = tuple(enumerate((one["text"] for one in made.defects), start=1))
        found.append(Section(title, head=(Text("Nr.", "No."), Text("Mangel", "Defect")), rows=numbered))
    pairs: list[tuple[Text, Cell]] = []
    if made.mend_by is not None:
        pairs.append((Text("Zu beheben bis", "To be mended by"), made.mend_by))
    if made.note:
        pairs.append((Text("Bemerkung", "Note"), made.note))
    if pairs:
        found.append(Section(Text("Weiteres", "Further"), pairs=tuple(pairs)))
    return found


def _row(row: Mapping[str, Any], currency: str) -> tuple[Cell, Cell, Cell]:
    title = Text(row["title"], row["title_en"])
    quantity: Cell = ""
    if row.get("quantity"):
        number = str(row["quantity"])
        quantity = Text(f"{number.replace('.', ',')} {row['unit']}", f"{number} {row['unit_en']}")
    return title, quantity, amount(int(row["cents"]), currency)


def ask_for_acceptance(delivery: Delivery, *, days: int, by: Actor) -> AcceptancePeriod:
    """The external sets a reasonable period; if no defect is named by its end, the work is deemed accepted.

    s.640(2) s.1 BGB, for finished works between businesses; the notice to consumers of s.2 does not apply here.

    Raises:
        NotPermitted: it is somebody else's order.
        Refused: it is a service, a part only, the period is not reasonable, or one runs already.
        Conflict: it was decided already.
    """
    order = orders.locked(delivery.order_id)
    if not is_own(order, by):
        raise NotPermitted("own_orders.answer")
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if delivery.state != "delivered":
        raise Conflict(f"delivery of order {order.number}")
    if parts.is_service(order):
        raise _no_clock(Text("Ein Dienst wird nicht abgenommen.", "A service has no acceptance."))
    if AcceptancePeriod.objects.filter(delivery=delivery).exists():
        raise _no_clock(Text("Eine Frist läuft schon.", "A period is running already."))
    if not SHORTEST_PERIOD <= days <= LONGEST_PERIOD:
        raise _no_clock(
            Text(
                f"Angemessen sind hier {SHORTEST_PERIOD} bis {LONGEST_PERIOD} Tage.",
                f"Between {SHORTEST_PERIOD} and {LONGEST_PERIOD} days are reasonable here.",
            )
        )
    ends = clock.today() + timedelta(days=days)
    period = AcceptancePeriod.objects.create(delivery=delivery, asked_at=clock.now(), asked_by=by.id, ends_on=ends)
    deadlines.set_deadline(
        delivery,
        code=_CLOCK,
        title=Text(
            f"Abnehmen oder Mangel nennen: {order.title}"[:200], f"Accept or name a defect: {order.title}"[:200]
        ),
        due=ends,
        lead_days=3,
        who=Role.LEAD,
        basis="§ 640 Abs. 2 BGB",
        by=by,
    )
    record(Event("engagement.acceptance.asked", delivery, {"order": order.number, "ends_on": ends}), by=by)
    return period


def due_periods(on: date) -> QuerySet[AcceptancePeriod]:
    """Periods that ended without a word: their last day is over."""
    rows = AcceptancePeriod.objects.filter(state="open", ends_on__lt=on, delivery__state="delivered")
    return rows.select_related("delivery__order")


def close_period(delivery: Delivery, *, by: Actor) -> None:
    """It was deemed accepted."""
    _close(delivery, "deemed", by=by)


def _close(delivery: Delivery, state: str, *, by: Actor) -> None:
    period = AcceptancePeriod.objects.filter(delivery=delivery, state="open").first()
    if period is None:
        return
    period.edit(state=state)
    for deadline in deadlines.deadlines_about(delivery).filter(code=_CLOCK, state="open"):
        deadlines.complete_deadline(deadline, by=by)


def tell_of_deemed(order: Order, *, by: Actor) -> None:
    subject = Text(f"Gilt als abgenommen: {order.title}", f"Deemed accepted: {order.title}")
    body = Text(
        "in der gesetzten Frist wurde kein Mangel genannt. Ihre Leistung gilt als abgenommen (§ 640 Abs. 2 BGB).",
        "No defect was named within the period set. Your work is deemed accepted (s.640(2) BGB).",
    )
    mails.tell_external(order, subject=subject, body=body, by=by)


def _no_clock(reason: Text) -> Refused:
    return Refused(
        reason,
        citation="§ 640 Abs. 2 BGB",
        what_to_do=Text("Bitte sprechen Sie den Auftraggeber an.", "Please talk to the client."),
    )
