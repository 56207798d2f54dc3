"""Forms of mandates: the share a firm asks for, and what the person says of the own days."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from werkfluss.engagement.domain import authority_limits, conflicts, fractional
from werkfluss.engagement.domain.fractional import Terms
from werkfluss.engagement.models import AuthorityUse, Mandate
from werkfluss.evidence.models import MAX_FILE_BYTES
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.law import here
from werkfluss.web.forms.order_terms import MoneyField
from werkfluss.web.forms.talents import ByName, _Choice
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


ANSWERS = (("no", _("no")), ("unsure", _("not sure")), ("yes", _("yes")))


class ConflictsForm(Form):
    """Conflicts of interest towards one firm; nobody has to name another client."""

    competitor = forms.ChoiceField(
        label=_("Do you work for a competitor of this firm?"), choices=ANSWERS, widget=forms.RadioSelect
    )
    same_sector = forms.ChoiceField(
        label=_("Do you have another mandate in the same sector?"), choices=ANSWERS, widget=forms.RadioSelect
    )
    holdings = forms.ChoiceField(
        label=_("Do you hold shares in a firm of this sector?"), choices=ANSWERS, widget=forms.RadioSelect
    )
    named = forms.CharField(
        label=_("Firms or sectors you want to name"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One per line, and only what you may tell: confidences of other clients do not belong here."),
    )

    def answers(self) -> conflicts.Answers:
        given = self.cleaned_data
        names = tuple(line.strip() for line in given["named"].splitlines() if line.strip())
        return conflicts.Answers(given["competitor"], given["same_sector"], given["holdings"], names)


class SignatureField(_Choice):
    """A signature that a decision explains."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class DecisionForm(Form):
    """A decision for the log."""

    what = forms.CharField(label=_("What was decided"), max_length=300)
    why = forms.CharField(label=_("Why"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    basis = forms.CharField(
        label=_("Basis"), max_length=300, required=False, help_text=_("Figures, papers, offers you relied on.")
    )
    decided_on = forms.DateField(label=_("Day"), required=False, widget=DateInput(), help_text=_("Empty: today."))
    use = SignatureField(
        label=_("Belongs to the signature"), queryset=AuthorityUse.objects.none(), required=False, empty_label="–"
    )

    def __init__(self, *args: Any, mandate: Mandate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["use"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = authority_limits.uses_of(mandate.resource)


class LimitForm(Form):
    """Up to which amount somebody decides alone."""

    resource = ByName(label=_("Person"), queryset=Resource.objects.none())
    kind = forms.ChoiceField(label=_("For"))
    each = MoneyField(label=_("Alone, each, in euros"))
    month = MoneyField(label=_("Alone, in a month, in euros"), required=False)
    first_day = forms.DateField(label=_("From"), widget=DateInput())
    last_day = forms.DateField(label=_("Until"), required=False, widget=DateInput())
    basis = forms.CharField(
        label=_("Basis"), max_length=200, help_text=_("The contract or resolution that gives the authority.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person, kind = self.fields["resource"], self.fields["kind"]
        assert isinstance(person, forms.ModelChoiceField)
        assert isinstance(kind, forms.ChoiceField)
        person.queryset = authority_limits.may_be_bound()
        kind.choices = [(key, here(word)) for key, word in authority_limits.KINDS.items()]

    def limit(self) -> authority_limits.NewLimit:
        given = self.cleaned_data
        month = given["month"]
        return authority_limits.NewLimit(
            kind=given["kind"],
            amount_cents=int(given["each"] * 100),
            month_cents=int(month * 100) if month is not None else None,
            first_day=given["first_day"],
            last_day=given["last_day"],
            basis=given["basis"],
        )


class CompetitorForm(Form):
    """A firm on the list of competitors."""

    name = forms.CharField(label=_("Name of the firm"), max_length=200)
    sector = forms.CharField(label=_("Sector"), max_length=120, required=False)
