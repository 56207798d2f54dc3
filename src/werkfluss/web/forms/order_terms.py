"""Parts of the forms of orders: the price in its forms, and the clauses; for the firm and for counter-proposals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from werkfluss.engagement.clauses import AMOUNTS, CLAUSES, TEXTS, Clause, clauses_for
from werkfluss.engagement.domain.order_law import PRICE_WORDS
from werkfluss.engagement.domain.terms import price_of
from werkfluss.engagement.price import CURRENCIES, KINDS, ByTime, Fixed, Milestone, Milestones, PerUnit, Price, read
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Language
from werkfluss.web.forms import Form

_PREFIX = "clause_"
_COLUMNS = 3


def spoken() -> Language:
    """The language of the page."""
    return "de" if (get_language() or "de").startswith("de") else "en"


class MoneyField(forms.DecimalField):
    """An amount as it is written in the language of the page."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_digits=10, decimal_places=2, localize=True, min_value=Decimal("0.01"), **more)


class PriceForm(Form):
    """The price of an order. Which fields count is up to its form; the others are ignored."""

    price_kind = forms.ChoiceField(label=_("Fee"))
    price = MoneyField(
        label=_("Amount, net"),
        required=False,
        help_text=_("The fixed price, or the cap: more is never paid without a new offer."),
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=[(one, one) for one in CURRENCIES], required=False)
    milestones = forms.CharField(
        label=_("Milestones"),
        required=False,
        help_text=_("One per line: what; amount net; day (may be left out). Their sum is the price."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    quantity = forms.DecimalField(
        label=_("Expected quantity"), required=False, localize=True, max_digits=10, decimal_places=2
    )
    unit = forms.CharField(label=_("Unit"), required=False, max_length=40, help_text=_("For example: pages, drawings."))
    unit_price = MoneyField(label=_("Price per unit, net"), required=False)
    rate = MoneyField(label=_("Rate per day or hour, net"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        kinds: Any = self.fields["price_kind"]
        kinds.choices = [(kind, PRICE_WORDS[kind].in_language(spoken())) for kind in KINDS]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "price_kind" in given and not self.errors:
            try:
                price = self._price(given)
                self._read = read(price.kind, price.most, price.as_json())
            except Refused as refusal:
                self.add_error("price", refusal.reason.in_language(spoken()))
        return given

    def _price(self, given: dict[str, Any]) -> Price:
        kind, amount = given["price_kind"], given.get("price")
        if kind == "milestones":
            return Milestones(tuple(self._milestones(given["milestones"])))
        if amount is None:
            raise forms.ValidationError({"price": _("Please enter an amount.")})
        if kind == "unit":
            if given.get("quantity") is None or given.get("unit_price") is None:
                raise forms.ValidationError({"unit": _("Please enter quantity, unit and price per unit.")})
            return PerUnit(given["unit"], given["quantity"], _cents(given["unit_price"]), _cents(amount))
        if kind in {"daily", "hourly"}:
            rate = given.get("rate")
            return ByTime(kind, None if rate is None else _cents(rate), _cents(amount))
        return Fixed(_cents(amount))

    def _milestones(self, text: str) -> list[Milestone]:
        found = []
        for line in text.splitlines():
            if not line.strip():
                continue
            title, *rest = [part.strip() for part in line.split(";")]
            if not rest or len(rest) >= _COLUMNS:
                raise forms.ValidationError(
                    {
                        "milestones": _("Please write each line as: what; amount; day. This one is not: %(line)s")
                        % {"line": line}
                    }
                )
            try:
                amount: Any = MoneyField().clean(rest[0])
                due: date | None = forms.DateField(required=False).clean(rest[1] if rest[1:] else "")
            except forms.ValidationError as wrong:
                raise forms.ValidationError({"milestones": wrong.messages}) from wrong
            found.append(Milestone(title, _cents(amount), due))
        if not found:
            raise forms.ValidationError({"milestones": _("Please name at least one milestone.")})
        return found

    def price_terms(self) -> dict[str, Any]:
        """The price as columns of an order."""
        price = self._read
        return {
            "price_kind": price.kind,
            "price_cents": price.most,
            "price": price.as_json(),
            "currency": self.cleaned_data.get("currency") or "EUR",
        }


def price_initial(terms: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of ``PriceForm`` for terms of an order."""
    price = price_of(terms)
    shown: dict[str, Any] = {"price_kind": price.kind, "currency": terms["currency"], "price": _amount(price.most)}
    if isinstance(price, Milestones):
        shown["milestones"] = "\n".join(_line(one) for one in price.parts)
    if isinstance(price, PerUnit):
        shown |= {"unit": price.unit, "quantity": price.quantity, "unit_price": _amount(price.unit_cents)}
    if isinstance(price, ByTime) and price.rate_cents is not None:
        shown["rate"] = _amount(price.rate_cents)
    return shown


def _line(one: Milestone) -> str:
    shown = str(forms.DecimalField(localize=True).widget.format_value(_amount(one.cents)))
    if spoken() == "de":
        shown = f"{_amount(one.cents):.2f}".replace(".", ",")
    parts = [one.title, shown, *([one.due.isoformat()] if one.due else [])]
    return "; ".join(parts)


def clause_fields(clauses: tuple[Clause, ...] = CLAUSES) -> dict[str, forms.Field]:
    """A choice per clause, the amounts of liability and insurance, and room for words."""
    found: dict[str, forms.Field] = {}
    language = spoken()
    for clause in clauses:
        options = [(one.key, one.words.in_language(language)) for one in clause.options]
        found[_PREFIX + clause.key] = forms.ChoiceField(
            label=clause.title.in_language(language), choices=[("", _("not agreed")), *options], required=False
        )
    found[_PREFIX + "liability_cap_cents"] = MoneyField(
        label=_("Liability at most, net"), required=False, help_text=_("Empty: as the law has it.")
    )
    found[_PREFIX + "insurance_cents"] = MoneyField(
        label=_("Insurance required, at least"), required=False, help_text=_("Empty: none is required.")
    )
    found[_PREFIX + "more"] = forms.CharField(
        label=_("Also agreed"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    found[_PREFIX + "translation"] = forms.CharField(
        label=_("Brief in another language"),
        required=False,
        max_length=4000,
        help_text=_("For an external who reads it better than German. The German text decides."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    return found


def clause_initial(clauses: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of ``clause_fields`` for the clauses of an order."""
    return {_PREFIX + key: _amount(value) if key in AMOUNTS and value else value for key, value in clauses.items()}


def clauses_in(given: Mapping[str, Any], *, kind: str) -> dict[str, Any]:
    """The clauses in cleaned or raw data of a form, those for this kind of external, nothing empty."""
    wanted = {one.key for one in clauses_for(kind)} | {*AMOUNTS, *TEXTS}
    found: dict[str, Any] = {}
    for key in wanted:
        value = given.get(_PREFIX + key)
        if value not in (None, ""):
            found[key] = _cents(value) if key in AMOUNTS and isinstance(value, Decimal) else value
    return found


def _cents(amount: Decimal) -> int:
    return int(amount * 100)


def _amount(cents: int) -> Decimal:
    return Decimal(cents) / 100
