"""Forms of the approvals: one booking, one acceptance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from werkfluss.web.forms import Form
from werkfluss.web.forms.branches import branch_field, picked_of
from werkfluss.web.forms.facts import PREFIX, fact_fields, facts_of
from werkfluss.web.step_task_view import Origin
from werkfluss.work.domain.bookings import Correction
from werkfluss.work.models import ResultItem

# s. DATEV-Format: personal accounts have up to nine digits, tax keys up to four.
_ACCOUNT = RegexValidator(r"^0*[1-9][0-9]{0,8}$", _("An account is a number of up to nine digits."))
_TAX_KEY = RegexValidator(r"^[0-9]{0,4}$", _("A tax key has up to four digits."))


class BookingForm(Form):
    """Account and tax key of every posting of one invoice, the booking text, and a note."""

    text = forms.CharField(label=_("Booking text"), max_length=60)
    note = forms.CharField(label=_("Your note"), max_length=300, required=False)

    def __init__(self, item: ResultItem, data: Any = None) -> None:
        postings = item.fields.get("postings", [])
        initial = {"text": item.fields.get("text", ""), "note": item.note}
        for number, posting in enumerate(postings):
            initial |= {f"account_{number}": posting["account"], f"tax_key_{number}": posting["tax_key"]}
        super().__init__(data, initial=initial)
        self._count = len(postings)
        for number in range(self._count):
            self.fields[f"account_{number}"] = forms.CharField(
                label=_("Account"),
                max_length=9,
                validators=[_ACCOUNT],
                widget=forms.TextInput(attrs={"list": "accounts", "inputmode": "numeric", "autocomplete": "off"}),
            )
            self.fields[f"tax_key_{number}"] = forms.CharField(
                label=_("Tax key"),
                max_length=4,
                required=False,
                validators=[_TAX_KEY],
                widget=forms.TextInput(attrs={"list": "tax-keys", "inputmode": "numeric", "autocomplete": "off"}),
            )

    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """(account, tax key) of each posting, to be drawn beside it."""
        return [(self[f"account_{n}"], self[f"tax_key_{n}"]) for n in range(self._count)]

    def correction(self) -> Correction:
        """What the person put in; call it on a valid form."""
        data = self.cleaned_data
        postings = tuple((data[f"account_{n}"], data[f"tax_key_{n}"]) for n in range(self._count))
        return Correction(postings, data["text"])


class DecisionForm(Form):
    """Which criteria are met, and a word about it."""

    note = forms.CharField(
        label=_("Your note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you send it back: what is missing?"),
    )

    def __init__(
        self,
        criteria: list[str],
        data: Any = None,
        *,
        origin: Origin | None = None,
        proposed: Sequence[str] = (),
        last: bool = True,
    ) -> None:
        """``last``: with this decision the step of the case ends, so that it is asked what the case needs to know."""
        super().__init__(data)
        self._asked = origin.asked if origin is not None and last else ()
        if origin is not None and origin.choices:
            field = branch_field(origin, str(_("How it goes on in the case")))
            field.initial = list(proposed) if origin.several else next(iter(proposed), None)
            self.fields["choice"] = field
        if criteria:
            self.fields["met"] = forms.MultipleChoiceField(
                label=_("Acceptance criteria that are met"),
                choices=[(str(number), text) for number, text in enumerate(criteria)],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        if origin is not None:
            self.fields.update(fact_fields(self._asked, origin.case.variables))
        self.order_fields(["met", "choice", *(f"{PREFIX}{one.name}" for one in self._asked), "note"])
        self._criteria = criteria

    def picked(self) -> list[str]:
        """The branches of a decision in a case."""
        return picked_of(self.cleaned_data)

    def facts(self) -> dict[str, Any]:
        """What the case is told."""
        return facts_of(self._asked, self.cleaned_data)

    def met(self) -> list[bool]:
        chosen = set(self.cleaned_data.get("met", ()))
        return [str(number) in chosen for number in range(len(self._criteria))]

    def unmet(self) -> list[str]:
        return [text for text, met in zip(self._criteria, self.met(), strict=True) if not met]
