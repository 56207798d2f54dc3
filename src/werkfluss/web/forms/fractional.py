"""Forms of mandates: the share a firm asks for, and what the person says of the own days."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from werkfluss.engagement.domain import fractional
from werkfluss.engagement.domain.fractional import Terms
from werkfluss.evidence.models import MAX_FILE_BYTES
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.talents import ByName
from werkfluss.workforce.models import Resource

PERS = (("week", _("per week")), ("month", _("per month")))


class DaysField(forms.DecimalField):
    """Whole and half days, as they are written in the language of the page."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_digits=3, decimal_places=1, localize=True, min_value=Decimal("0.5"), **more)


class ShareForm(Form):
    """A share of somebody's time, to be agreed by the person."""

    resource = ByName(label=_("Person"), queryset=Resource.objects.none())
    function = forms.CharField(label=_("Function"), max_length=120, help_text=_("Such as: head of finance"))
    days = DaysField(label=_("Days"))
    per = forms.ChoiceField(label=_("Counted"), choices=PERS)
    weekdays = forms.MultipleChoiceField(
        label=_("Agreed weekdays"),
        choices=lambda: [(number, WEEKDAYS[number]) for number in range(5)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Leave empty and the person places the days: whose time is set by others is rarely self-employed."),
    )
    first_day = forms.DateField(label=_("From"), widget=DateInput())
    last_day = forms.DateField(label=_("Until"), widget=DateInput(), help_text=_("Two years at most."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["resource"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = fractional.executives()

    def terms(self) -> Terms:
        given = self.cleaned_data
        weekdays = tuple(int(number) for number in given["weekdays"])
        return Terms(given["function"], given["days"], given["per"], given["first_day"], given["last_day"], weekdays)


class TotalForm(Form):
    """How many days a week a person has to share."""

    days = DaysField(label=_("Days per week in all"), help_text=_("No firm sees this number."))


class PlaceForm(Form):
    """A day of the share."""

    day = forms.DateField(label=_("Day"), widget=DateInput())
    half = forms.BooleanField(label=_("The morning only"), required=False)


class BusyFileForm(Form):
    """A file of busy times from another installation."""

    busy = forms.FileField(label=_("File of busy times (.wfbusy)"))

    def clean_busy(self) -> Any:
        given = self.cleaned_data["busy"]
        if given.size > MAX_FILE_BYTES:
            raise forms.ValidationError(_("The file is larger than 25 MB."))
        return given
