"""Bookings that a human approved: what the firm has learnt from them, and their way to the tax adviser."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.db.models import Q, QuerySet

from werkfluss.evidence.domain.documents import content_of, date_documents, documents_of, keep_file
from werkfluss.evidence.models import Document
from werkfluss.formats.extf.batch import Batch, Booking, Chart, booking_text
from werkfluss.formats.extf.documents import LinkedDocument, document_package
from werkfluss.formats.extf.write import write
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.models import FirmProfile, Organisation
from werkfluss.org.tenancy import current_org_id
from werkfluss.work.domain import acceptance
from werkfluss.work.models import Result, ResultItem, Task

KIND = "booking"


def decided_bookings(*, besides: Task | None = None) -> QuerySet[ResultItem]:
    """Approved booking lines of results that stand, oldest first; lines already exported always count."""
    rows = ResultItem.objects.filter(kind=KIND, state="approved").filter(
        Q(result__state__in=["delivered", "accepted"]) | Q(exported_at__isnull=False)
    )
    if besides is not None:
        rows = rows.exclude(result__task=besides, exported_at=None)
    return rows.order_by("decided_at")


def what_is_known(*, besides: Task) -> dict[str, Any]:
    """What an agent is told of the firm's books: chart, who we are, suppliers, habits, invoices received before.

    All of it comes from lines a human approved; without any, ``suppliers`` is ``None`` (there is no list yet).
    """
    firm = Organisation.objects.get(pk=current_org_id())
    profile = FirmProfile.objects.get()
    lines = [item.fields for item in decided_bookings(besides=besides)]
    return {
        "chart": profile.chart_of_accounts,
        "firm": {"name": firm.name, "vat_id": profile.vat_id},
        "suppliers": list(_suppliers(lines).values()) or None,
        "history": [
            {"creditor": line["contra_account"], "account": posting["account"]}
            for line in lines
            for posting in line.get("postings", ())
        ],
        "earlier": [line["key"] for line in lines if line.get("key")],
    }


def _suppliers(lines: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """One entry per seller, with every account a human has approved for it."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        key = (line.get("key") or {}).get("seller")
        if not key:
            continue
        entry = found.setdefault(
            key,
            {
                "name": line["supplier"],
                "creditor": line["contra_account"],
                "vat_id": line.get("supplier_vat_id", ""),
                "tax_number": line.get("supplier_tax_number", ""),
                "ibans": [],
            },
        )
        entry["creditor"] = line["contra_account"]
        entry["ibans"] += [iban for iban in line.get("ibans", ()) if iban not in entry["ibans"]]
    return found


@dataclass(frozen=True, slots=True)
class Correction:
    """What a human put in: one (account, tax key) per posting, and the booking text."""

    postings: tuple[tuple[str, str], ...]
    text: str


def approve_booking(item: ResultItem, *, correction: Correction | None = None, note: str = "", by: Actor) -> None:
    """Approve a booking, as proposed or as corrected.

    Raises:
        Refused: the invoice is incomplete, or an account or tax key is not a number.
        Conflict: somebody has decided already.
    """
    if is_locked(item):
        raise _refused(
            Text("Diese Rechnung ist unvollständig und gesperrt.", "This invoice is incomplete and locked."),
            Text(
                "Bitte zurückweisen und eine berichtigte Rechnung anfordern.",
                "Please reject it and ask for a corrected invoice.",
            ),
            citation="§ 14 UStG",
        )
    fields = _corrected(item.fields, correction) if correction else {}
    if not all(_is_account(posting["account"]) for posting in fields.get("postings", item.fields["postings"])):
        raise _refused(
            Text("Es fehlt ein Konto.", "An account is missing."),
            Text("Bitte tragen Sie eine Kontonummer ein.", "Please enter an account number."),
        )
    acceptance.approve_item(item, fields=fields, note=note, by=by)


def is_locked(item: ResultItem) -> bool:
    """Whether something is missing that nobody here can fill in; a missing account or tax key can be."""
    missing = [reason["where"] for reason in item.reasons if reason["weight"] == "unvollständig"]
    return not item.fields.get("postings") or any(not where.startswith(("BG-25[", "BT-118")) for where in missing)


def _corrected(fields: Mapping[str, Any], correction: Correction) -> dict[str, Any]:
    """The changed fields alone. Raises Refused if they cannot be booked."""
    if len(correction.postings) != len(fields["postings"]):
        raise _refused(
            Text("Die Zahl der Buchungszeilen passt nicht.", "The number of postings does not fit."),
            Text("Bitte laden Sie die Seite neu.", "Please reload the page."),
        )
    postings = []
    for posting, (account, tax_key) in zip(fields["postings"], correction.postings, strict=True):
        if tax_key and not (tax_key.isascii() and tax_key.isdigit() and len(tax_key) <= 4):  # BU-Schlüssel
            raise _refused(
                Text(f"„{tax_key}“ ist kein Steuerschlüssel.", f"“{tax_key}” is not a tax key."),
                Text("Bis zu vier Ziffern oder leer.", "Up to four digits, or empty."),
            )
        changed = account != posting["account"]
        postings.append(
            {**posting, "account": account, "tax_key": tax_key, **({"account_name": None} if changed else {})}
        )
    changes: dict[str, Any] = {"postings": postings, "text": booking_text(correction.text)}
    return {name: value for name, value in changes.items() if fields.get(name) != value}


def _is_account(account: str) -> bool:
    return account.isascii() and account.isdigit() and account.strip("0") != "" and len(account) <= 9


def approve_all_safe(result: Result, *, by: Actor) -> int:
    """A human approves every line marked *sicher* at once; each is recorded as that person's act. Returns how many."""
    items = list(result.items.select_for_update().filter(kind=KIND, light="sicher", state="proposed"))
    for item in items:
        acceptance.approve_item(item, fields={}, note="", by=by)
    return len(items)


def exported_documents(result: Result) -> QuerySet[Document]:
    """The batches, packages and descriptions made of a result, newest first."""
    return documents_of(result).filter(title__startswith=EXPORT)


EXPORT = "DATEV"


def export_batch(result: Result, *, procedure: bytes, by: Actor) -> list[Document]:
    """Write approved bookings as DATEV batch, their documents as a package, and the procedure description beside them.

    One batch per calendar year. Lines go out once: if nothing new was approved, the earlier files are handed out again.
    ``procedure`` is the Verfahrensdokumentation as PDF.

    Raises:
        Refused: a line is undecided, nothing was approved, or the firm has no DATEV numbers.
        Broken: DATEV would refuse a field.
    """
    by.require("booking.approve")
    items = list(result.items.select_for_update(of=("self",)).filter(kind=KIND).select_related("source__blob"))
    if any(item.state == "proposed" for item in items):
        raise _refused(
            Text("Einzelne Buchungen sind noch nicht entschieden.", "Some bookings are not decided yet."),
            Text("Bitte freigeben oder zurückweisen.", "Please approve or reject them."),
            citation="GoBD",
        )
    fresh = [item for item in items if item.state == "approved" and item.exported_at is None]
    if not fresh:
        return _earlier(result, by)
    now = clock.now()
    made = [
        keep_file(content, filename=name, title=f"{EXPORT} {name}", belongs_to=result, by=by)
        for name, content in [*batch_files(fresh, created=now), ("Verfahrensdokumentation.pdf", procedure)]
    ]
    for item in fresh:
        item.edit(exported_at=now)
    # The invoice's own date, which a person has approved with the line: its period runs from that.
    date_documents({item.source: date.fromisoformat(item.fields["day"]) for item in fresh if item.source}, by=by)
    data = {"items": [item.pk for item in fresh], "documents": [document.pk for document in made]}
    record(Event("work.bookings.exported", result, data), by=by)
    return made


def _earlier(result: Result, by: Actor) -> list[Document]:
    documents = list(exported_documents(result))
    if not documents:
        raise _refused(
            Text("Es ist keine Buchung freigegeben.", "No booking has been approved."),
            Text("Bitte geben Sie mindestens eine Buchung frei.", "Please approve at least one booking."),
        )
    record(Event("work.bookings.exported_again", result, {"documents": [d.pk for d in documents]}), by=by)
    return documents


def batch_files(items: Sequence[ResultItem], *, created: datetime) -> list[tuple[str, bytes]]:
    """Name and bytes of each batch (EXTF) and of the package of documents; equal lines and time give equal bytes.

    Raises:
        Refused: the firm has no DATEV numbers.
        Broken: DATEV would refuse a field.
    """
    profile = FirmProfile.objects.get()
    if profile.datev_consultant is None or profile.datev_client is None:
        raise _refused(
            Text("Berater- und Mandantennummer fehlen.", "The DATEV consultant and client numbers are missing."),
            Text("Bitte im Firmenprofil eintragen.", "Please enter them in the firm profile."),
            citation="DATEV-Format",
        )
    local = created.astimezone(clock.FIRM_ZONE)
    years: dict[int, list[Booking]] = defaultdict(list)
    for item in sorted(items, key=lambda item: (item.fields["day"], item.position)):
        for booking in _bookings(item.fields):
            years[booking.day.year].append(booking)
    files = []
    for bookings in years.values():
        first, last = min(b.day for b in bookings), max(b.day for b in bookings)
        batch = Batch(
            advisor=profile.datev_consultant,
            client=profile.datev_client,
            fiscal_year_start=date(first.year, 1, 1),
            first_day=first.replace(day=1),
            last_day=_month_end(last),
            created=local,
            bookings=tuple(bookings),
            chart=cast("Chart", profile.chart_of_accounts),
        )
        files.append((f"EXTF_Buchungsstapel_{local:%Y%m%d_%H%M%S}_{first:%Y-%m}.csv", write(batch)))
    files.append((f"Belege_{local:%Y%m%d_%H%M%S}.zip", document_package(_documents(items), created=local)))
    return files


def _month_end(day: date) -> date:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def _bookings(fields: Mapping[str, Any]) -> list[Booking]:
    return [
        Booking(
            amount=Decimal(posting["amount"]),
            debit=posting["debit"],
            account=posting["account"],
            contra_account=fields["contra_account"],
            day=date.fromisoformat(fields["day"]),
            tax_key=posting["tax_key"],
            document=fields["document"],
            text=fields["text"],
            document_link=UUID(fields["document_link"]),
            eu_vat_id=fields["eu_vat_id"],
            supply_date=_day(fields["supply_date"]),
            due_date=_day(fields["due_date"]),
        )
        for posting in fields["postings"]
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _documents(items: Sequence[ResultItem]) -> list[LinkedDocument]:
    """Each source once, under the id that its booking carries as Beleglink."""
    found: dict[str, LinkedDocument] = {}
    for item in items:
        if item.source is not None:
            link = item.fields["document_link"]
            found[link] = LinkedDocument(
                UUID(link), item.source.filename, content_of(item.source), item.fields["invoice_id"]
            )
    return list(found.values())


def _refused(reason: Text, what_to_do: Text, *, citation: str = "Buchung") -> Refused:
    return Refused(reason, citation=citation, what_to_do=what_to_do)
