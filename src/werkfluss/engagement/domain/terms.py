"""The terms of an order: what is offered, what is agreed, and in words what one version changes of another.

A version is an accepted offer; its terms are a copy that nobody edits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from werkfluss.engagement import service_terms
from werkfluss.engagement.clauses import AMOUNTS, BY_KEY, TEXTS
from werkfluss.engagement.models import Offer, Order
from werkfluss.engagement.price import CURRENCIES, Milestones, Price, amount, read, said
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text

_TERMS = (
    "title",
    "brief",
    "criteria",
    "price_kind",
    "price_cents",
    "price",
    "currency",
    "clauses",
    "data_class",
    "payment_days",
    "self_billing",
    "service_levels",
)
_DAYS = ("first_day", "last_day")
_LABELS = {
    "title": Text("Titel", "Title"),
    "brief": Text("Leistung", "Service"),
    "criteria": Text("Abnahmekriterien", "Acceptance criteria"),
    "price": Text("Vergütung", "Fee"),
    "first_day": Text("Frühestens ab", "Not before"),
    "last_day": Text("Spätestens bis", "Not after"),
    "data_class": Text("Daten", "Data"),
    "payment_days": Text("Tage bis zur Zahlung", "Days to payment"),
    "self_billing": Text("Abrechnung", "Billing"),
    "liability_cap_cents": Text("Haftung höchstens", "Liability at most"),
    "insurance_cents": Text("Versicherung mindestens", "Insurance at least"),
    "more": Text("Weiter vereinbart", "Also agreed"),
    "service_levels": Text("Servicezeiten zählen in", "Service times count in"),
    "penalty": Text("Vertragsstrafe", "Penalty"),
    "translation": Text("Übersetzung zum Verständnis", "Translation for understanding"),
}
_DATA = {
    "public": Text("öffentlich", "public"),
    "internal": Text("intern", "internal"),
    "confidential": Text("vertraulich", "confidential"),
    "personal": Text("personenbezogen", "personal data"),
}
_NOTHING = Text("nichts vereinbart", "nothing agreed")


@dataclass(frozen=True, slots=True)
class Difference:
    """One term that a version changes, as it was and as it is."""

    what: Text
    before: Text
    after: Text

    @property
    def words(self) -> Text:
        return said("{what}: {before} → {after}", "{what}: {before} → {after}", **self._parts())

    def _parts(self) -> dict[str, object]:
        return {"what": self.what, "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True)
class Version:
    """An agreed state of an order. ``differences`` are those from the version before; the first has none."""

    number: int
    offer: Offer
    differences: tuple[Difference, ...]


def terms_of(order: Order, **changes: Any) -> dict[str, Any]:
    """The order as it is offered, as plain JSON."""
    terms = {name: getattr(order, name) for name in _TERMS}
    terms |= {"first_day": order.first_day, "last_day": order.last_day} | changes
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in terms.items()}


def columns_of(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Terms as columns of an order again."""
    return {**terms, **{name: date.fromisoformat(terms[name]) for name in _DAYS}}


def price_of(terms: Mapping[str, Any]) -> Price:
    """The price that terms name; terms of before milestones and units have no parts.

    Raises:
        Refused: it is incomplete.
    """
    return read(terms["price_kind"], terms["price_cents"], terms.get("price") or {})


def order_price(order: Order) -> Price:
    """The price of an order as it stands."""
    return read(order.price_kind, order.price_cents, order.price)


def check_terms(terms: Mapping[str, Any]) -> None:
    """Whether an order can be offered like this.

    Raises:
        Refused: nothing to accept it by, the days run backwards, or the price does not add up.
    """
    if not any(text.strip() for text in terms["criteria"]):
        raise Refused(
            Text(
                "Ohne Abnahmekriterien gibt es keine Abnahme.", "Without acceptance criteria nothing can be accepted."
            ),
            citation="Abnahmekriterien",
            what_to_do=Text("Bitte nennen Sie mindestens eines.", "Please name at least one."),
        )
    if terms["last_day"] < terms["first_day"]:
        raise Refused(
            Text("Das Terminfenster endet vor seinem Anfang.", "The date window ends before it begins."),
            citation="Auftrag",
            what_to_do=Text("Bitte prüfen Sie die beiden Tage.", "Please check both days."),
        )
    service_terms.read(terms.get("service_levels"))
    price = price_of(terms)
    if isinstance(price, Milestones) and price.most != terms["price_cents"]:
        raise _wrong_sum()
    if terms.get("currency", "EUR") not in CURRENCIES:
        raise Refused(
            Text("Diese Währung wird nicht geführt.", "This currency is not kept."),
            citation="Preis",
            what_to_do=Text(f"Möglich sind {', '.join(CURRENCIES)}.", f"There are {', '.join(CURRENCIES)}."),
        )


def versions_of(order: Order) -> list[Version]:
    """Every agreed state, the first one first, with what each changed in words."""
    agreed = list(order.offers.filter(state="accepted").order_by("revision"))
    found = [Version(1, offer, ()) for offer in agreed[:1]]
    for number, (old, new) in enumerate(pairwise(agreed), start=2):
        found.append(Version(number, new, tuple(differences(old.terms, new.terms))))
    return found


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """What the new terms change of the old ones, in words."""
    before, after = dict(_words(old)), dict(_words(new))
    found = []
    for what in dict.fromkeys((*before, *after)):
        was, now = before.get(what, _NOTHING), after.get(what, _NOTHING)
        if was != now:
            found.append(Difference(what, was, now))
    return found


def clause_words(clauses: Mapping[str, Any], currency: str) -> list[tuple[Text, Text]]:
    """The clauses of an order as (title, words), in the order of the catalogue."""
    rows: list[tuple[Text, Text]] = []
    for key, clause in BY_KEY.items():
        option = clause.option(str(clauses.get(key, "")))
        if option is not None:
            rows.append((clause.title, option.words))
    rows += [(_LABELS[key], amount(clauses[key], currency)) for key in AMOUNTS if clauses.get(key)]
    return rows + [(_LABELS[key], Text(clauses[key], clauses[key])) for key in TEXTS if clauses.get(key)]


def service_words(terms: Mapping[str, Any]) -> list[tuple[Text, Text]]:
    """The agreed service times as (title, words); none if nothing is agreed."""
    agreed = service_terms.read(terms.get("service_levels"))
    if agreed is None:
        return []
    rows = [(_LABELS["service_levels"], agreed.words())]
    for (kind, severity), hours in agreed.hours.items():
        what, how = service_terms.KINDS[kind], service_terms.SEVERITIES[severity]
        title = said("{w} ({s})", "{w} ({s})", w=what, s=how) if severity else what
        rows.append((title, Text(f"{hours} Stunden", f"{hours} hours")))
    fine = agreed.penalty.strip()
    none = Text("keine vereinbart", "none agreed")
    return [*rows, (_LABELS["penalty"], Text(fine, fine) if fine else none)]


def _words(terms: Mapping[str, Any]) -> Iterable[tuple[Text, Text]]:
    currency = terms.get("currency", "EUR")
    for name in ("title", "brief"):
        yield _LABELS[name], Text(terms[name], terms[name]) if terms[name].strip() else _NOTHING
    yield _LABELS["criteria"], _listed(terms["criteria"])
    price = price_of(terms)
    yield _LABELS["price"], price.words(currency)
    if isinstance(price, Milestones):
        for number, part in enumerate(price.parts, start=1):
            title = said("Meilenstein {n}", "Milestone {n}", n=number)
            due = said(", bis {day:%d.%m.%Y}", ", by {day:%d %b %Y}", day=part.due) if part.due else ""
            yield title, said("{t}: {s}{due}", "{t}: {s}{due}", t=part.title, s=amount(part.cents, currency), due=due)
    for name in _DAYS:
        day = date.fromisoformat(terms[name])
        yield _LABELS[name], Text(f"{day:%d.%m.%Y}", f"{day:%d %b %Y}")
    yield _LABELS["data_class"], _DATA.get(terms["data_class"], _NOTHING)
    yield _LABELS["payment_days"], Text(str(terms["payment_days"]), str(terms["payment_days"]))
    bills = Text("Gutschrift", "self-billed invoice"), Text("eigene Rechnung", "own invoice")
    yield _LABELS["self_billing"], bills[0] if terms["self_billing"] else bills[1]
    yield from clause_words(terms.get("clauses") or {}, currency)
    yield from service_words(terms)


def _listed(lines: Sequence[str]) -> Text:
    told = "; ".join(lines)
    return Text(told, told) if told.strip() else _NOTHING


def _wrong_sum() -> Refused:
    return Refused(
        Text(
            "Die Meilensteine ergeben nicht den Preis des Auftrags.",
            "The milestones do not add up to the price of the order.",
        ),
        citation="Preis",
        what_to_do=Text("Bitte prüfen Sie die Beträge.", "Please check the amounts."),
    )
