"""Forms of legal holds: why and until when something is kept, and why it need not be any more."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from werkfluss.evidence.domain import holds
from werkfluss.evidence.retention import register
from werkfluss.kernel import clock
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.law import here


class HoldForm(Form):
    """Reason and last day of a hold on one object."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("The dispute, audit or order, with its reference number.")
    )
    until = forms.DateField(
        label=_("Kept until"), widget=DateInput, help_text=_("Last day; after it the usual periods apply again.")
    )

    def clean_until(self) -> date:
        day: date = self.cleaned_data["until"]
        if day < clock.today():
            raise forms.ValidationError(_("That day is in the past."))
        return day


class ClassHoldForm(HoldForm):
    """The same for classes of data of the whole firm."""

    rules = forms.MultipleChoiceField(
        label=_("Which data?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one class.")},
    )
    field_order = ("rules", "reason", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rules"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(rule, _class_word(rule, here(text))) for rule, text in holds.classes().items()]


def _class_word(rule: str, what: str) -> str:
    """What is kept, and how long without a hold."""
    months = register().rules[rule].months
    if months == 0:
        return what
    if months % 12 == 0:
        length = ngettext("%(n)s year", "%(n)s years", months // 12) % {"n": months // 12}
    else:
        length = ngettext("%(n)s month", "%(n)s months", months) % {"n": months}
    return f"{what} · {length}"


class LiftForm(Form):
    """Why a hold ends before its day."""

    reason = forms.CharField(label=_("Why is it no longer needed?"), max_length=300)
