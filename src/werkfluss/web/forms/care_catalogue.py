"""Forms of the care catalogue: providers, offers, orders, answers, packages, codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from werkfluss.care.domain.bookings import RELEASABLE
from werkfluss.care.domain.covers import MEMBERS
from werkfluss.care.domain.pension import Plan
from werkfluss.care.domain.providers import MARKS, offers
from werkfluss.care.models import CareCover, CareOffer, CareProvider
from werkfluss.care.modules import Booking, FactKind, care_modules
from werkfluss.care.routes import care_route, route_names
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.law import countries, here
from werkfluss.workforce.models import Resource

MEMBER_WORDS = {
    "self": _("the person"),
    "partner": _("the partner"),
    "child1": _("first child"),
    "child2": _("second child"),
    "child3": _("third child"),
    "child4": _("fourth child"),
}
KIND_WORDS = {"statutory": _("statutory"), "private": _("private"), "abroad": _("insurance for abroad")}
UNIT_WORDS = {"once": _("once"), "month": _("a month"), "hour": _("an hour"), "code": _("a code")}
TRANSFER_WORDS = {
    "inside": _("inside EU and EEA"),
    "adequacy": _("adequacy decision (Art. 45 GDPR)"),
    "clauses": _("standard clauses (Art. 46 GDPR)"),
    "missing": _("not settled yet"),
}
TEAM_WORDS = {"": _("not known yet"), "yes": _("several people"), "no": _("one single person")}
MARK_WORDS = {1: _("did not help"), 2: _("helped a little"), 3: _("helped"), 4: _("helped a lot")}


def team_key(provider: CareProvider) -> str:
    """The key of ``TEAM_WORDS``."""
    return {True: "yes", False: "no", None: ""}[provider.team]


def _countries() -> list[tuple[str, str]]:
    return list(countries("de" if (get_language() or "de").startswith("de") else "en"))


class ProviderForm(Form):
    """A provider with what the firm has checked."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail address for orders"))
    contact = forms.CharField(label=_("Contact person"), max_length=200, required=False)
    country = forms.ChoiceField(label=_("Country of the provider"), choices=_countries)
    languages = forms.CharField(
        label=_("Languages"), max_length=100, required=False, help_text=_("Codes with commas, such as de, en, tr.")
    )
    contract = forms.CharField(label=_("Contract"), max_length=200, required=False)
    agreement_on = forms.DateField(
        label=_("Processing agreement of"),
        widget=DateInput,
        required=False,
        help_text=_("Art. 28 GDPR. Without it nothing can be ordered for a person."),
    )
    transfer = forms.ChoiceField(label=_("Basis for data going there"), choices=list(TRANSFER_WORDS.items()))
    team = forms.TypedChoiceField(
        label=_("Who works there"),
        choices=list(TEAM_WORDS.items()),
        coerce={"yes": True, "no": False}.get,
        empty_value=None,
        required=False,
        help_text=_("Of one single person no figure is shown of how good the service was."),
    )
    source = forms.CharField(label=_("Where do you know this from?"), max_length=300)

    @staticmethod
    def of(provider: CareProvider) -> dict[str, Any]:
        names = ("name", "email", "contact", "country", "contract", "agreement_on", "transfer", "source")
        given = {name: getattr(provider, name) for name in names}
        return given | {"languages": ", ".join(provider.languages), "team": team_key(provider)}

    def clean_languages(self) -> list[str]:
        given = [one.strip().lower() for one in self.cleaned_data["languages"].split(",") if one.strip()]
        if not all(one.isalpha() and 2 <= len(one) <= 3 for one in given):
            raise forms.ValidationError(_("Please give codes of two letters with commas between them."))
        return given


class OfferForm(Form):
    """What a provider offers for one module."""

    module = forms.ChoiceField(label=_("Module"))
    title = forms.CharField(label=_("What is offered"), max_length=200)
    price = forms.DecimalField(label=_("Price, net, in euro"), min_value=Decimal(0), decimal_places=2, localize=True)
    unit = forms.ChoiceField(label=_("Price for"), choices=list(UNIT_WORDS.items()))
    accepted_when = forms.CharField(
        label=_("What is accepted"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=_("By what you see that it is done. Nothing about a person."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["module"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.id, here(one.name)) for one in care_modules() if one.booking is not Booking.OWN]


class PlanForm(Form):
    """What is put on a person's list, of whom and until when."""

    offer = forms.ModelChoiceField(label=_("Offer"), queryset=CareOffer.objects.none(), empty_label=None)
    quantity = forms.IntegerField(label=_("How many"), min_value=1, max_value=200, initial=1)
    wanted_by = forms.DateField(label=_("Wanted by"), widget=DateInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["offer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = offers().exclude(unit="code")


class AnswerForm(Form):
    """One answer to a question of the gap check."""

    def __init__(self, *args: Any, kinds: Iterable[FactKind], release: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds:
            yes_no = [("true", _("yes")), ("false", _("no"))]
            options = yes_no if kind.kind == "yes_no" else [(key, here(word)) for key, word in kind.choices.items()]
            self.fields[kind.name] = forms.ChoiceField(
                label=here(kind.ask), choices=[("", _("not answered")), *options], required=False
            )
        if release:
            self.fields["released"] = forms.BooleanField(
                label=_("HR may see these answers"), required=False, help_text=_("You can take it back at any time.")
            )

    def answers(self) -> Mapping[str, Any]:
        words = {"true": True, "false": False}
        given = {name: value for name, value in self.cleaned_data.items() if name != "released" and value}
        return {name: words.get(value, value) for name, value in given.items()}


class CoverForm(Form):
    """Insured from when to when."""

    member = forms.ChoiceField(label=_("Who"), choices=[(one, MEMBER_WORDS[one]) for one in MEMBERS])
    country = forms.ChoiceField(label=_("In which country"), choices=_countries, initial="DE")
    kind = forms.ChoiceField(label=_("Insurance"), choices=[(key, KIND_WORDS[key]) for key, _word in CareCover.KINDS])
    first_day = forms.DateField(label=_("From"), widget=DateInput)
    last_day = forms.DateField(label=_("Until (empty: open)"), widget=DateInput, required=False)


class StayForm(Form):
    """What the insurance check needs; nothing of it is stored."""

    arrival = forms.DateField(label=_("Entry or move on"), widget=DateInput)
    work_start = forms.DateField(label=_("Work starts on"), widget=DateInput)
    annual_pay = forms.DecimalField(
        label=_("Regular annual pay in euro"), min_value=Decimal(0), required=False, localize=True
    )
    members = forms.MultipleChoiceField(
        label=_("Who else is coming"),
        choices=[(one, MEMBER_WORDS[one]) for one in MEMBERS[1:]],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class ReleaseForm(Form):
    """What a provider may see of the person."""

    names = forms.MultipleChoiceField(
        label=_("This provider may see"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["names"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(name, here(word)) for name, word in RELEASABLE.items()]


class MarkForm(Form):
    """How good the service was."""

    mark = forms.TypedChoiceField(
        label=_("Did this service help?"),
        choices=[(mark, MARK_WORDS[mark]) for mark in MARKS],
        coerce=int,
        widget=forms.RadioSelect,
    )


class DeliveryForm(Form):
    """The provider's word that it is done."""

    invoice_reference = forms.CharField(label=_("Number of your invoice"), max_length=80)
    invoice_amount = forms.DecimalField(
        label=_("Amount, net, in euro"), min_value=Decimal(0), decimal_places=2, localize=True
    )


class DeclineForm(Form):
    """A short reason; nobody needs to justify more."""

    because = forms.CharField(label=_("Reason, if you like"), max_length=200, required=False)


class CodesForm(Form):
    """A list of codes as the provider sent it."""

    offer = forms.ModelChoiceField(label=_("Offer"), queryset=CareOffer.objects.none(), empty_label=None)
    portal = forms.URLField(label=_("Where the code is used"), max_length=300, assume_scheme="https")
    expires_on = forms.DateField(label=_("Valid until"), widget=DateInput)
    codes = forms.CharField(
        label=_("Codes, one a line"),
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("At least ten. Only codes: no names, no addresses. The list is not kept as a file."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["offer"]
        assert isinstance(field, forms.ModelChoiceField)
        self.offers = offers().filter(unit="code")
        field.queryset = self.offers


class SumForm(Form):
    """A provider's invoice as a sum."""

    reference = forms.CharField(label=_("Number of the invoice"), max_length=80)
    codes = forms.IntegerField(label=_("Codes used, in all"), min_value=1)
    amount = forms.DecimalField(label=_("Amount, net, in euro"), min_value=Decimal(0), decimal_places=2, localize=True)


class PackageForm(Form):
    """A package: for which route and origin, and which modules with which offer."""

    name = forms.CharField(label=_("Name"), max_length=120)
    route = forms.ChoiceField(label=_("Route"), required=False)
    countries = forms.MultipleChoiceField(
        label=_("Countries of origin"),
        choices=_countries,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("None chosen: every country."),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        route = self.fields["route"]
        assert isinstance(route, forms.ChoiceField)
        route.choices = [("", _("every route")), *((one, here(care_route(one).name)) for one in route_names())]
        by_module: dict[str, list[CareOffer]] = {}
        for offer in offers():
            by_module.setdefault(offer.module, []).append(offer)
        for one in care_modules():
            chosen = [(str(row.pk), f"{row.provider.name}: {row.title}") for row in by_module.get(one.id, ())]
            options = [("", _("not in this package")), ("open", _("yes, offer still open")), *chosen]
            self.fields[f"module_{one.id}"] = forms.ChoiceField(label=here(one.name), choices=options, required=False)

    def items(self) -> dict[str, CareOffer | None]:
        found = {row.pk: row for row in offers()}
        by_key = {str(key): row for key, row in found.items()}
        given = {one.id: self.cleaned_data.get(f"module_{one.id}", "") for one in care_modules()}
        return {name: by_key.get(value) for name, value in given.items() if value}


class PackageCopyForm(Form):
    """The name of the copy."""

    name = forms.CharField(label=_("Name of the copy"), max_length=120)


class PersonForm(Form):
    """Whose gaps are looked at."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=Resource.objects.none(), empty_label=_("Please choose"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Resource.objects.filter(kind="employee", active_to=None).order_by("sort_key")


_PERCENT: dict[str, Any] = {"min_value": Decimal(-5), "max_value": Decimal(15), "decimal_places": 1, "localize": True}


class PensionForm(Form):
    """The assumptions of a projection; nothing of it is stored."""

    age = forms.IntegerField(label=_("Your age"), min_value=15, max_value=74, initial=35)
    retires_at = forms.IntegerField(label=_("Pension from the age of"), min_value=16, max_value=75, initial=67)
    monthly = forms.DecimalField(
        label=_("Paid in a month, yours and the firm's, in euro"), min_value=Decimal(0), initial=200, localize=True
    )
    saved = forms.DecimalField(label=_("Saved already, in euro"), min_value=Decimal(0), initial=0, localize=True)
    leaves_at = forms.IntegerField(
        label=_("You leave the firm or the country at the age of"),
        required=False,
        min_value=15,
        max_value=75,
        help_text=_("Empty: you stay. After leaving nothing more is paid in."),
    )
    rate = forms.DecimalField(label=_("Middle return in percent a year"), initial=3, **_PERCENT)
    cost = forms.DecimalField(label=_("Costs in percent a year"), initial=1, **_PERCENT)
    inflation = forms.DecimalField(label=_("Rise of prices in percent a year"), initial=2, **_PERCENT)
    payout_years = forms.IntegerField(label=_("Paid out over years"), min_value=1, max_value=50, initial=22)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            try:
                self.plan = Plan(**given)
            except ValueError:
                raise forms.ValidationError(_("The ages must run from now over leaving to the pension.")) from None
        return given
