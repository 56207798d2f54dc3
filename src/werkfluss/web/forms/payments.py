"""Forms of acceptance and payment. Dates and amounts that the system knows are filled in."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from werkfluss.engagement.domain.parts import Part, parts_of
from werkfluss.engagement.models import Order
from werkfluss.formats.sepa import iban_fault
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.law import here
from werkfluss.web.forms.order_terms import MoneyField
from werkfluss.web.forms.orders import FilesField

LONGEST_PERIOD = 60


class AccountForm(Form):
    """Where money goes, or the firm's own comes from."""

    holder = forms.CharField(label=_("Name of the account"), max_length=70)
    iban = forms.CharField(label="IBAN", max_length=42, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    bic = forms.CharField(label="BIC", max_length=14, required=False, help_text=_("Only if your bank asks for it."))

    def clean_iban(self) -> str:
        given: str = self.cleaned_data["iban"]
        fault = iban_fault(given)
        if fault is not None:
            raise forms.ValidationError(here(fault))
        return given


class PartsForm(Form):
    """The result: a text, files, and which parts of the order it is, by quantity or amount where it is paid so."""

    text = forms.CharField(
        label=_("What you deliver"),
        help_text=_("Say for each acceptance criterion where the proof is."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    attached = FilesField(label=_("Files"), required=False)

    def __init__(self, *args: Any, order: Order, **more: Any) -> None:
        super().__init__(*args, **more)
        self._parts = [part for part in parts_of(order) if part.left > 0]
        if len(self._parts) > 1:
            self.fields["parts"] = forms.MultipleChoiceField(
                label=_("Which parts are delivered?"),
                choices=[(part.key, here(part.title)) for part in self._parts],
                widget=forms.CheckboxSelectMultiple(),
                initial=[part.key for part in self._parts[:1]],
            )
        elif self._parts and self._parts[0].by_quantity:
            unit = here(self._parts[0].unit) if self._parts[0].unit else ""
            self.fields["quantity"] = forms.DecimalField(
                label=_("Quantity: %(unit)s") % {"unit": unit},
                localize=True,
                max_digits=10,
                decimal_places=2,
                min_value=Decimal("0.01"),
            )
        elif self._parts and self._parts[0].effort:
            self.fields["amount"] = MoneyField(label=_("Amount, net, in %(currency)s") % {"currency": order.currency})

    @property
    def open_parts(self) -> list[Part]:
        return self._parts

    def chosen(self) -> dict[str, Decimal | None] | None:
        given = self.cleaned_data
        if "parts" in given:
            return dict.fromkeys(given["parts"])
        return {self._parts[0].key: given["quantity"]} if "quantity" in given else None

    def cents(self) -> int | None:
        amount = self.cleaned_data.get("amount")
        return None if amount is None else int(amount * 100)


class PeriodForm(Form):
    """The period for the Abnahme that the contractor sets."""

    days = forms.IntegerField(label=_("Days"), min_value=7, max_value=LONGEST_PERIOD, initial=14)


class EarlyForm(Form):
    """By when the money is wished for."""

    day = forms.DateField(label=_("Wished for by"), widget=DateInput())
    discount = MoneyField(label=_("Discount you offer"), required=False, help_text=_("None is expected."))

    def cents(self) -> int:
        return int((self.cleaned_data.get("discount") or Decimal(0)) * 100)


class StatementForm(Form):
    """A bank statement."""

    file = forms.FileField(label=_("Bank statement"), help_text=_("camt.053 (XML), up to 25 MB. It is not kept."))


class InvoiceUploadForm(Form):
    """The external's own invoice."""

    file = FilesField(label=_("Invoice as a file"), help_text=_("ZUGFeRD (PDF) or XRechnung (XML)."))


def defects_in(text: str) -> list[str]:
    """One defect per line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def day_in(text: str) -> date | None:
    """The day in a field that may be empty.

    Raises:
        Refused: there is something, but no day: another one must not be taken for it in silence.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _no_day() from None


def day_of(text: str) -> date:
    """The day in a field that needs one.

    Raises:
        Refused: there is none.
    """
    given = day_in(text)
    if given is None:
        raise _no_day()
    return given


def _no_day() -> Refused:
    return Refused(
        Text("Der Tag fehlt, oder es gibt ihn nicht.", "The day is missing, or there is no such day."),
        citation="Datum",
        what_to_do=Text("Bitte geben Sie den Tag noch einmal an.", "Please enter the day again."),
    )


def two_weeks() -> date:
    return clock.today() + timedelta(days=14)
