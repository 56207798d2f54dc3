"""Joint ventures in plain Python: what two sides agree on a share in a result, and what a period brings each of them.

Cents and a currency of the order. The share is computed by ``share_of`` and nowhere else; every step of it has words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from werkfluss.engagement.price import amount, said
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text

SIDES = {"client": Text("Firma", "firm"), "contractor": Text("externe Seite", "external")}
KINDS = {
    "money": Text("Geld", "money"),
    "work": Text("Arbeit", "work"),
    "things": Text("Sachen", "things"),
    "rights": Text("Rechte", "rights"),
}
BASES = {
    "surplus": Text("Überschuss: Einnahmen weniger belegte Kosten", "surplus: income less documented costs"),
    "income": Text("Einnahmen, ohne Abzug von Kosten", "income, no costs taken off"),
}
LOSSES = {
    "none": Text("Verluste trägt die Firma allein.", "The firm alone bears losses."),
    "contribution": Text(
        "Verluste werden vorgetragen und mit späteren Überschüssen verrechnet, der Anteil der externen Seite höchstens "
        "bis zum Wert ihres Beitrags. Nachzuschießen hat niemand etwas.",
        "Losses are carried forward and set off against later surpluses, the external's part at most up to the "
        "value of its contribution. Nobody owes further payments.",
    ),
}
PERIODS = (1, 3, 6, 12)
TAX = {
    "profit": Text(
        "Gewinnanteil in einer Innengesellschaft: kein Entgelt für eine Leistung, daher keine Rechnung und keine "
        "Umsatzsteuer",
        "share in the profit of an internal partnership: no fee for a supply, hence no invoice and no VAT",
    ),
    "fee": Text(
        "Entgelt für eine Leistung: Rechnung oder Gutschrift mit der Umsatzsteuer, die gilt",
        "fee for a supply: invoice or self-billed invoice with the VAT that applies",
    ),
    "silent": Text(
        "stille Gesellschaft oder partiarisches Darlehen: Kapitalertragsteuer ist einzubehalten",
        "silent partnership or profit-sharing loan: capital gains tax is to be withheld",
    ),
}
CERTAIN, PREVAILING, OPEN = (
    Text("gesichert", "certain"),
    Text("herrschende Meinung", "prevailing opinion"),
    Text("umstritten oder noch ungeklärt", "disputed or not settled yet"),
)
NOTES: tuple[tuple[Text, str, Text], ...] = (
    (
        Text(
            "Wer mit einem anderen einen gemeinsamen Zweck verfolgt und dafür etwas beiträgt, gründet damit eine "
            "Gesellschaft bürgerlichen Rechts, auch ohne das Wort. Tritt sie nicht nach außen auf, ist sie nicht "
            "rechtsfähig und hat kein Vermögen.",
            "Whoever pursues a common purpose with somebody and contributes to it founds a civil-law partnership "
            "(GbR), "
            "even without the word. If it does not appear towards others it has no legal capacity and no assets.",
        ),
        "§ 705 Abs. 1, 2, § 740 Abs. 1 BGB",
        CERTAIN,
    ),
    (
        Text(
            "Ohne Abrede teilen sich Gewinn und Verlust nach den vereinbarten Werten der Beiträge. Hier gilt die "
            "vereinbarte Formel; ein Nachschuss ist nicht vereinbart und nicht geschuldet.",
            "Without an agreement profit and loss are shared by the agreed values of the contributions. Here the "
            "formula agreed applies; further payments are neither agreed nor owed.",
        ),
        "§ 709 Abs. 3, § 710 BGB",
        CERTAIN,
    ),
    (
        Text(
            "Tritt das Vorhaben unter eigenem Namen auf, haften alle Beteiligten Dritten persönlich. Handeln Sie nach "
            "außen deshalb jeweils im eigenen Namen.",
            "If the venture appears under a name of its own, all are personally liable to others. So act towards "
            "others in your own name each.",
        ),
        "§ 721 BGB",
        CERTAIN,
    ),
    (
        Text(
            "Ob der Anteil ein Gewinnanteil oder ein Entgelt ist, entscheidet über Rechnung und Umsatzsteuer. "
            "Bis jemand das beantwortet, wird nichts ausgezahlt.",
            "Whether the share is a share in profit or a fee decides on invoice and VAT. Until somebody answers that, "
            "nothing is paid.",
        ),
        "Abschn. 1.6 UStAE",
        PREVAILING,
    ),
    (
        Text(
            "Wer nur Geld einlegt und am Gewinn teilhat, kann still beteiligt sein; dann ist Kapitalertragsteuer "
            "einzubehalten.",
            "Whoever only puts in money and shares the profit may be a silent partner; then capital gains tax is to be "
            "withheld.",
        ),
        "§ 230 HGB, § 43 Abs. 1 Nr. 3 EStG",
        PREVAILING,
    ),
    (
        Text(
            "Eigenes Kapital und ein Anteil am Ergebnis sprechen für Selbstständigkeit, entscheiden aber nicht: "
            "Es zählt, wie wirklich gearbeitet wird.",
            "Own capital and a share in the result speak for self-employment but do not decide: what counts is how the "
            "work is really done.",
        ),
        "§ 7 Abs. 1 SGB IV",
        OPEN,
    ),
)
_MOST = 2_147_483_647
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a side brings in, at the value both agree on."""

    side: str
    kind: str
    what: str
    cents: int
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """A milestone of the venture."""

    title: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed. ``percent`` is the external's; ``floor_cents`` per statement, ``cap_cents`` over all of them."""

    purpose: str
    percent: Decimal
    base: str
    loss: str
    months: int
    notice_days: int
    contributions: tuple[Contribution, ...]
    goals: tuple[Goal, ...] = ()
    floor_cents: int = 0
    cap_cents: int | None = None
    rights: str = ""
    valuation: str = ""

    def value_of(self, side: str) -> int:
        return sum(one.cents for one in self.contributions if one.side == side)

    def as_json(self) -> dict[str, Any]:
        return {
            "purpose": self.purpose,
            "percent": str(self.percent),
            "base": self.base,
            "loss": self.loss,
            "months": self.months,
            "notice_days": self.notice_days,
            "floor_cents": self.floor_cents,
            "cap_cents": self.cap_cents,
            "rights": self.rights,
            "valuation": self.valuation,
            "contributions": [
                {"side": c.side, "kind": c.kind, "what": c.what, "cents": c.cents, "due": _iso(c.due)}
                for c in self.contributions
            ],
            "goals": [{"title": one.title, "due": _iso(one.due)} for one in self.goals],
        }


def read(given: Mapping[str, Any]) -> Terms:
    """The terms from their JSON.

    Raises:
        Refused: they do not hold together.
    """
    try:
        terms = Terms(
            purpose=str(given["purpose"]).strip(),
            percent=Decimal(str(given["percent"])),
            base=given["base"],
            loss=given["loss"],
            months=int(given["months"]),
            notice_days=int(given["notice_days"]),
            contributions=tuple(
                Contribution(c["side"], c["kind"], c["what"], int(c["cents"]), _day(c.get("due")))
                for c in given["contributions"]
            ),
            goals=tuple(Goal(one["title"], _day(one.get("due"))) for one in given.get("goals", ())),
            floor_cents=int(given.get("floor_cents") or 0),
            cap_cents=None if given.get("cap_cents") is None else int(given["cap_cents"]),
            rights=str(given.get("rights", "")).strip(),
            valuation=str(given.get("valuation", "")).strip(),
        )
    except (KeyError, TypeError, ValueError, InvalidOperation):
        raise _refused(Text("Die Bedingungen sind unvollständig.", "The terms are incomplete.")) from None
    _check(terms)
    return terms


def _check(terms: Terms) -> None:
    if not terms.purpose:
        raise _refused(Text("Es fehlt der gemeinsame Zweck.", "The common purpose is missing."))
    if not (0 < terms.percent < _HUNDRED) or terms.percent != round(terms.percent, 2):
        raise _refused(
            Text(
                "Der Anteil liegt zwischen 0 und 100 Prozent, mit höchstens zwei Nachkommastellen.",
                "The share is between 0 and 100 per cent, with at most two decimals.",
            )
        )
    if terms.base not in BASES or terms.loss not in LOSSES or terms.months not in PERIODS:
        raise _refused(Text("Eine Angabe ist nicht bekannt.", "One of the answers is not known."))
    if terms.base == "income" and terms.loss != "none":
        raise _refused(
            Text(
                "Wer an den Einnahmen teilhat, kann keinen Verlust mittragen.",
                "Whoever shares the income cannot bear a loss too.",
            )
        )
    if not 14 <= terms.notice_days <= 365:
        raise _refused(Text("Die Frist liegt bei 14 bis 365 Tagen.", "The notice is 14 to 365 days."))
    sides = {one.side for one in terms.contributions}
    if sides != set(SIDES) or any(
        one.kind not in KINDS or not one.what.strip() or not 0 <= one.cents <= _MOST for one in terms.contributions
    ):
        raise _refused(
            Text(
                "Beide Seiten tragen etwas bei, jeweils mit Art und Wert.",
                "Both sides contribute something, each with kind and value.",
            )
        )
    if terms.floor_cents < 0 or (terms.cap_cents is not None and not terms.floor_cents <= terms.cap_cents <= _MOST):
        raise _refused(Text("Die Obergrenze liegt unter dem Mindestbetrag.", "The cap is below the minimum."))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a period brings. ``carried_cents`` is the loss taken into the next one (0 or less)."""

    result_cents: int
    share_cents: int
    rest_cents: int
    carried_cents: int
    steps: tuple[Text, ...]


def share_of(
    terms: Terms, *, income_cents: int, cost_cents: int, before_cents: int = 0, shared_cents: int = 0, currency: str
) -> Outcome:
    """The external's share of a period. ``before_cents``: loss carried in; ``shared_cents``: shares so far (cap).

    Rounded half up to the cent. A share is never negative: a loss is carried, it is not paid.
    """
    surplus = income_cents - (cost_cents if terms.base == "surplus" else 0)
    steps = [_step("Ergebnis des Zeitraums: {cents}.", "Result of the period: {cents}.", surplus, currency)]
    base = surplus
    if terms.loss == "contribution" and before_cents:
        base += before_cents
        steps.append(_step("Verlustvortrag: {cents}.", "Loss carried in: {cents}.", before_cents, currency))
    share = _part(terms, max(base, 0))
    words = f"{terms.percent.normalize():f}"
    steps.append(
        said(
            "Davon {percent} Prozent: {sum}.",
            "Of this {percent_en} per cent: {sum}.",
            percent=words.replace(".", ","),
            percent_en=words,
            sum=amount(share, currency),
        )
    )
    if share < terms.floor_cents:
        share = terms.floor_cents
        steps.append(_step("Mindestbetrag: {cents}.", "Minimum: {cents}.", share, currency))
    left = None if terms.cap_cents is None else max(terms.cap_cents - shared_cents, 0)
    if left is not None and share > left:
        share = left
        steps.append(_step("Bis zur Obergrenze bleiben: {cents}.", "Left below the cap: {cents}.", share, currency))
    carried = _carried(terms, base)
    if carried:
        steps.append(_step("Vorgetragener Verlust: {cents}.", "Loss carried forward: {cents}.", carried, currency))
    return Outcome(surplus, share, surplus - share, carried, tuple(steps))


def _part(terms: Terms, cents: int) -> int:
    return int((Decimal(cents) * terms.percent / _HUNDRED).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _carried(terms: Terms, base: int) -> int:
    """The loss that later surpluses make up for: the external's part is at most the value of its contribution."""
    if terms.loss != "contribution" or base >= 0:
        return 0
    most = int(Decimal(terms.value_of("contractor")) * _HUNDRED / terms.percent)
    return -min(-base, most)


def _step(german: str, english: str, cents: int, currency: str) -> Text:
    return said(german, english, cents=amount(cents, currency))


def sums(lines: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Income and costs of the lines of a statement, in cents."""
    income = sum(int(one["cents"]) for one in lines if one["kind"] == "income")
    return income, sum(int(one["cents"]) for one in lines if one["kind"] == "cost")


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _refused(reason: Text) -> Refused:
    return Refused(
        reason,
        citation="Gemeinsames Projekt",
        what_to_do=Text("Bitte ergänzen Sie die Bedingungen.", "Please complete the terms."),
    )
