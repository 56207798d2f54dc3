"""What the firm owes on top of fees that it paid: the artists' social levy of a year, tax withheld from people abroad.

Both come from payments that were made. An order of which nobody has said what it is for is named, not guessed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from werkfluss.compliance.domain.checks import Question, Verdict, check_facts
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.engagement.domain.claims import around, withholding
from werkfluss.engagement.models import Claim, Order
from werkfluss.evidence.domain.dossiers import Cell, Section
from werkfluss.evidence.domain.drawing import as_pdf, drawn
from werkfluss.kernel import clock
from werkfluss.kernel.money import Money
from werkfluss.kernel.text import Language, Text
from werkfluss.org.actor import Actor
from werkfluss.org.models import FirmProfile, Organisation
from werkfluss.org.tenancy import current_org_id
from werkfluss.workforce.models import Kind

_LEVY = "de/status/artists_levy"
_PEOPLE = (Kind.FREELANCER, Kind.FRACTIONAL)
_HOME, _CURRENCY = "DE", "EUR"
PURPOSES = {
    "own_advertising": Text("Werbung für die eigene Firma", "advertising for the own firm"),
    "use_for_income": Text("Nutzung, mit der Einnahmen erzielt werden", "use that earns income"),
    "typical_business": Text("Verlag, Agentur, Theater u. ä.", "publisher, agency, theatre and the like"),
}


@dataclass(frozen=True, slots=True)
class Fee:
    """One payment to a self-employed artist or publicist: net, without VAT (s.25 KSVG)."""

    claim: Claim
    purpose: str
    net: Money


@dataclass(frozen=True, slots=True)
class Withheld:
    """One payment to somebody abroad, with the tax withheld and by when it is filed."""

    claim: Claim
    fee: Money
    tax: Money
    file_by: date | None


@dataclass(frozen=True, slots=True)
class Levies:
    """One year. ``unknown`` are orders paid in it of which a fact is missing, ``elsewhere`` payments in another
    currency that count here or may count; the sums leave both out.
    """

    year: int
    fees: Sequence[Fee]
    base: Money
    levy: Money | None
    verdicts: Sequence[Verdict]
    report_by: date
    withheld: Sequence[Withheld]
    tax: Money
    unknown: Sequence[Order]
    elsewhere: Sequence[Claim]


def levies_of(year: int, *, by: Actor) -> Levies:
    """The sums of a year, from what was paid in it."""
    rows = Claim.objects.filter(state="paid", paid_on__year=year).select_related("order__resource")
    paid = list(rows.order_by("paid_on", "number"))
    purposes = _purposes(paid, date(year, 12, 31))
    artists = [claim for claim in paid if claim.order.resource.kind in _PEOPLE and claim.currency == _CURRENCY]
    fees = [
        Fee(claim, str(purposes[claim.order_id]), Money.from_cents(claim.net_cents))
        for claim in artists
        if purposes.get(claim.order_id) in PURPOSES
    ]
    unknown = {claim.order_id: claim.order for claim in artists if purposes.get(claim.order_id) is None}
    verdicts = _levy_verdicts(fees, year, by=by)
    withheld = list(_withheld(paid, by=by))
    known = all(verdict.permits for verdict in verdicts)
    levy = sum((Decimal(str(verdict.values.get("levy", 0))) for verdict in verdicts if verdict.permits), Decimal(0))
    return Levies(
        year=year,
        fees=fees,
        base=_sum(fee.net for fee in fees),
        levy=Money(levy) if known else None,
        verdicts=verdicts,
        report_by=date(year + 1, 3, 31),
        withheld=withheld,
        tax=_sum(row.tax for row in withheld),
        unknown=list(unknown.values()),
        elsewhere=[claim for claim in paid if _counts_elsewhere(claim, purposes.get(claim.order_id))],
    )


def _counts_elsewhere(claim: Claim, purpose: Any) -> bool:
    """Whether a payment in another currency may belong to either sum; the rate of its day is for a person to say."""
    if claim.currency == _CURRENCY:
        return False
    artist = claim.order.resource.kind in _PEOPLE and (purpose is None or purpose in PURPOSES)
    return artist or claim.withheld_cents > 0


def _purposes(paid: Iterable[Claim], on: date) -> Mapping[Any, Any]:
    """What each order was for, as it is recorded of the order."""
    keys = {claim.order_id for claim in paid}
    found = facts_on(on, subject_type=Order._meta.label_lower, subject_ids=keys)
    return {key: facts.get("purpose") for key, facts in found.items()}


def _levy_verdicts(fees: Sequence[Fee], year: int, *, by: Actor) -> list[Verdict]:
    """The limit of s.24(2) KSVG is one for advertising and use together; typical businesses have none."""
    groups = {
        "own_advertising": [fee for fee in fees if fee.purpose != "typical_business"],
        "typical_business": [fee for fee in fees if fee.purpose == "typical_business"],
    }
    questions = [
        Question.of(
            _LEVY, date(year, 12, 31), {"purpose": purpose, "fees_of_year": f"{_sum(f.net for f in rows).amount:.2f}"}
        )
        for purpose, rows in groups.items()
        if rows
    ]
    answers = check_facts(questions, by=by) if questions else {}
    return [answers[question].verdict for question in questions]


def _days(paid: Iterable[Claim]) -> list[date]:
    return sorted({claim.paid_on for claim in paid if claim.paid_on is not None})


def _withheld(paid: Iterable[Claim], *, by: Actor) -> Iterable[Withheld]:
    """Every payment abroad that has to be filed; an exemption is filed with zero."""
    abroad = [one for one in paid if one.order.resource.country != _HOME and one.currency == _CURRENCY]
    near = {day: around([one for one in abroad if one.paid_on == day], on=day, by=by) for day in _days(abroad)}
    for claim in abroad:
        assert claim.paid_on is not None  # they are paid
        _cents, verdict = withholding(claim, near[claim.paid_on])
        duty = next(iter(verdict.duties), None) if verdict is not None else None
        if claim.withheld_cents or duty is not None:
            yield Withheld(
                claim,
                Money.from_cents(claim.net_cents),
                Money.from_cents(claim.withheld_cents),
                duty.due if duty is not None else None,
            )


def _sum(amounts: Iterable[Money]) -> Money:
    return sum(amounts, Money(Decimal(0)))


def as_csv(found: Levies) -> bytes:
    """Both lists with semicolons, in UTF-8 with a mark, as German spreadsheets open it."""
    out = io.StringIO(newline="")
    table = csv.writer(out, delimiter=";")
    table.writerow(["Art", "Bezahlt am", "Rechnung", "Auftrag", "Empfänger", "Zweck", "Netto EUR", "Einbehalten EUR"])
    for fee in found.fees:
        words = PURPOSES[fee.purpose].de
        table.writerow(["KSK", *_row(fee.claim), words, _german(fee.net), ""])
    for row in found.withheld:
        table.writerow(["§ 50a EStG", *_row(row.claim), "", _german(row.fee), _german(row.tax)])
    return ("\ufeff" + out.getvalue()).encode()


def _row(claim: Claim) -> list[str]:
    day = f"{claim.paid_on:%d.%m.%Y}" if claim.paid_on else ""
    return [_safe(text) for text in (day, claim.number, str(claim.order.number), claim.order.resource.name)]


def _safe(text: str) -> str:
    """A cell that a spreadsheet would take for a formula is shown as text."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def _german(amount: Money) -> str:
    return f"{amount.amount:.2f}".replace(".", ",")


def as_report(found: Levies, *, language: Language) -> bytes:
    """The report of a year as PDF/A: sums, payments, what is still missing."""
    profile, name = FirmProfile.objects.get(), Organisation.objects.get(pk=current_org_id()).name
    levy: Cell = found.levy if found.levy is not None else Text("steht noch nicht fest", "not settled yet")
    facts: list[tuple[Cell, Cell]] = [
        (Text("Entgelte an Künstler und Publizisten", "Fees to artists and publicists"), found.base),
        (Text("Künstlersozialabgabe", "Artists' social levy"), levy),
        (Text("Zu melden bis", "To be reported by"), found.report_by),
        (Text("Einbehaltene Steuer (§ 50a EStG)", "Tax withheld (s.50a EStG)"), found.tax),
    ]
    return as_pdf(
        title=Text(f"Abgaben und Abzugsteuer {found.year}", f"Levies and tax withheld {found.year}"),
        firm=name,
        address=f"{profile.street}, {profile.postcode} {profile.city}",
        facts=facts,
        parts=[
            (Text("Künstlersozialabgabe", "Artists' social levy"), [drawn(_fees(found), language)]),
            (Text("Abzugsteuer", "Tax withheld"), [drawn(_taxes(found), language)]),
            (Text("Offen", "Open"), [drawn(_missing(found), language)]),
        ],
        language=language,
        at=clock.now(),
    )


def _fees(found: Levies) -> Section:
    rows = tuple(
        (fee.claim.paid_on, fee.claim.number, fee.claim.order.resource.name, PURPOSES[fee.purpose], fee.net)
        for fee in found.fees
    )
    head = (
        Text("Bezahlt", "Paid"),
        Text("Rechnung", "Invoice"),
        Text("Empfänger", "To"),
        Text("Zweck", "Purpose"),
        Text("Netto", "Net"),
    )
    said = tuple(reason for verdict in found.verdicts for reason in verdict.reasons)
    return Section(Text("Zahlungen", "Payments"), head=head if rows else (), rows=rows, paragraphs=said or (_NONE,))


def _taxes(found: Levies) -> Section:
    rows = tuple(
        (row.claim.paid_on, row.claim.number, row.claim.order.resource.name, row.fee, row.tax, row.file_by)
        for row in found.withheld
    )
    head = (
        Text("Bezahlt", "Paid"),
        Text("Rechnung", "Invoice"),
        Text("Empfänger", "To"),
        Text("Vergütung", "Fee"),
        Text("Steuer", "Tax"),
        Text("Anmelden bis", "File by"),
    )
    paragraphs = () if rows else (_NONE,)
    return Section(Text("Zahlungen", "Payments"), head=head if rows else (), rows=rows, paragraphs=paragraphs)


def _missing(found: Levies) -> Section:
    said = tuple(
        Text(
            f"Auftrag {order.number} „{order.title}“: Es fehlt, ob er künstlerisch oder publizistisch ist.",
            f"Order {order.number} “{order.title}”: it is not said whether it is artistic or journalistic.",
        )
        for order in found.unknown
    )
    said += tuple(
        Text(
            f"{claim.number}: in {claim.currency} bezahlt; bitte zum Kurs des Zahltags umrechnen und hinzurechnen.",
            f"{claim.number}: paid in {claim.currency}; please convert at the rate of the day of payment and add it.",
        )
        for claim in found.elsewhere
    )
    return Section(Text("Was noch fehlt", "What is still missing"), paragraphs=said or (_NONE,))


_NONE = Text("Keine.", "None.")
