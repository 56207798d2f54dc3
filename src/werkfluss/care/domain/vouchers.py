"""Support by voucher: the installation cannot know who took a code, when, or what for.

* A code is drawn at random and its row deleted in the same moment; no row is written that names a person or a time.
* Nothing goes into the chain when a code is taken: an entry has an actor and an instant. No mail is sent either; the
  code is shown once, on a page that is not kept by the browser.
* How many are taken is shown in full tens. Who looks before and after somebody's visit sees no difference.
* So that one person cannot empty a list, the browser keeps a mark of its own for some days (nothing on our side), and
  the whole firm can take only so many in an hour: one number for all processes of the installation, without an address
  or a name, and forgotten when the hour is over.
* The provider invoices a sum. A list of codes with names is refused by asking only for number and amount.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.cache import cache
from django.db.models import F, QuerySet

from werkfluss.care.models import CareOffer, VoucherCode, VoucherLot
from werkfluss.care.modules import Booking, care_module
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.work.domain import locks

LEAST = 10
MOST_CODES = 2_000
_HOUR_S = 3_600
MOST_IN_AN_HOUR = 20
_CITATION = "Vertrauliche Unterstützung"


@dataclass(frozen=True, slots=True)
class Code:
    """A code, to be shown once."""

    code: str
    portal: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class Count:
    """What the firm may see of a list. ``taken`` in full tens, ``None`` below ten."""

    lot: VoucherLot
    taken: int | None
    left_at_most: int
    order_more: bool


def lots() -> QuerySet[VoucherLot]:
    return VoucherLot.objects.select_related("offer__provider").order_by("-number")


def modules_with_codes(on: date) -> frozenset[str]:
    """The modules for which a valid list was bought; whether codes are left is not said."""
    return frozenset(VoucherLot.objects.filter(expires_on__gte=on).values_list("offer__module", flat=True))


def buy_codes(offer: CareOffer, *, codes: Iterable[str], portal: str, expires_on: date, by: Actor) -> VoucherLot:
    """Take over a list as the provider sent it; the file itself is not kept.

    Raises:
        Refused: the module is not used by code, the list is empty, too long, or holds a code twice; fewer than ten
            codes would let everybody guess; the day is past.
    """
    by.require("care.write")
    listed = [code.strip() for code in codes if code.strip()]
    if care_module(offer.module).booking is not Booking.VOUCHER:
        raise _refused(Text("Dieses Modul wird nicht mit Codes genutzt.", "This module is not used by code."))
    if not LEAST <= len(listed) <= MOST_CODES or max(map(len, listed)) > 80:
        raise _refused(
            Text(
                f"Eine Liste hat {LEAST} bis {MOST_CODES} Codes mit höchstens 80 Zeichen, einen je Zeile.",
                f"A list has {LEAST} to {MOST_CODES} codes of at most 80 characters, one a line.",
            )
        )
    if len(set(listed)) != len(listed):
        raise _refused(Text("Ein Code steht zweimal in der Liste.", "A code is in the list twice."))
    if any("@" in code or len(code.split()) > 1 for code in listed):
        raise _refused(
            Text(
                "In der Liste stehen nicht nur Codes. Namen und Adressen dürfen hier nicht hinein.",
                "The list does not hold codes only. Names and addresses must not enter here.",
            )
        )
    if expires_on < clock.today():
        raise _refused(Text("Die Codes sind schon abgelaufen.", "The codes have expired already."))
    lot = VoucherLot.objects.create(
        number=next_number("voucher_lot"),
        offer=offer,
        bought_on=clock.today(),
        expires_on=expires_on,
        bought=len(listed),
        price=offer.price,
        currency=offer.currency,
        portal=portal[:300],
    )
    VoucherCode.objects.bulk_create(VoucherCode(lot=lot, code=code) for code in listed)
    record(Event("care.vouchers.bought", lot, {"number": lot.number, "count": len(listed)}), by=by)
    return lot


def take_code(module: str, *, org_id: UUID) -> Code:
    """Draw one code of a module. There is no ``by``: nobody is named here, not even to this function.

    Raises:
        Refused: no code is left, or the firm has taken many within the hour.
    """
    lately = _limit(org_id)
    rows = VoucherCode.objects.filter(lot__offer__module=module, lot__expires_on__gte=clock.today())
    keys = list(rows.values_list("pk", flat=True))
    while keys:
        key = keys.pop(secrets.randbelow(len(keys)))
        found = rows.select_related("lot").select_for_update(of=("self",), skip_locked=True).filter(pk=key).first()
        if found is None:
            continue
        code = Code(found.code, found.lot.portal, found.lot.expires_on)
        VoucherLot.objects.filter(pk=found.lot_id).update(taken=F("taken") + 1)
        VoucherCode.objects.filter(pk=key).delete()
        _count(org_id, lately + 1)
        return code
    raise Refused(
        Text("Zurzeit ist kein Code da.", "There is no code at present."),
        citation=_CITATION,
        what_to_do=Text(
            "Das Personal sieht, dass die Liste leer ist, und kauft neue. In Not hilft die Telefonseelsorge, "
            "0800 1110111, Tag und Nacht; bei Gefahr 112.",
            "HR sees that the list is empty and buys new ones. In distress the crisis line 0800 1110111 helps day and "
            "night; in danger call 112.",
        ),
    )


def _limit(org_id: UUID) -> int:
    """How many were taken within the running hour of the clock; nobody else takes one before this is over."""
    locks.alone("care.vouchers")
    lately = int(cache.get(_hour(org_id), 0))
    if lately >= MOST_IN_AN_HOUR:
        raise Refused(
            Text("Im Moment werden sehr viele Codes genommen.", "Very many codes are being taken at the moment."),
            citation=_CITATION,
            what_to_do=Text("Bitte versuchen Sie es in einer Stunde noch einmal.", "Please try again in an hour."),
        )
    return lately


def _count(org_id: UUID, taken: int) -> None:
    """Ends with the hour, so that not even its end says at which minute the first one was taken."""
    now = clock.now()
    cache.set(_hour(org_id), taken, timeout=_HOUR_S - now.minute * 60 - now.second)


def _hour(org_id: UUID) -> str:
    return f"care.vouchers.{org_id}"


def forget_the_hour(firms: Iterable[UUID]) -> None:
    """What was counted in the hour that is over goes from the disk; nothing says later that a code was taken then."""
    cache.delete_many([_hour(org_id) for org_id in firms])


def count_of(lot: VoucherLot) -> Count:
    """What HR sees: bought, and taken in full tens."""
    tens = lot.taken // LEAST * LEAST
    left = lot.bought - tens
    return Count(lot, tens or None, left, left <= LEAST or lot.taken >= lot.bought)


def enter_invoice(lot: VoucherLot, *, reference: str, codes: int, amount: Decimal, by: Actor) -> None:
    """The provider's invoice as a sum: how many codes were used and what they cost.

    Raises:
        Refused: more codes than were bought, or fewer than ten, which could point to somebody.
    """
    by.require("care.write")
    if not LEAST <= codes <= lot.bought:
        raise _refused(
            Text(
                f"Die Rechnung muss {LEAST} bis {lot.bought} Codes zusammenfassen.",
                f"The invoice must sum up {LEAST} to {lot.bought} codes.",
            )
        )
    lot.edit(invoice_reference=reference[:80], invoice_codes=codes, invoice_amount=amount)
    record(Event("care.vouchers.invoiced", lot, {"number": lot.number, "count": codes}), by=by)


def _refused(reason: Text) -> Refused:
    return Refused(
        reason,
        citation=_CITATION,
        what_to_do=Text(
            "Bitten Sie den Anbieter um eine Liste, die nur Codes enthält, und um Rechnungen in Summen.",
            "Ask the provider for a list of codes only, and for invoices in sums.",
        ),
    )
