"""Forms of the person's and the firm's settings."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from werkfluss.org.models import FirmProfile, User
from werkfluss.web.forms import ModelForm

# All of Europe, and where else people often work for firms here; a list of all 500 would help nobody to choose.
_FAR = (
    "Africa/Cairo Africa/Casablanca Africa/Johannesburg Africa/Lagos Africa/Nairobi Africa/Tunis "
    "America/Argentina/Buenos_Aires America/Bogota America/Chicago America/Denver America/Lima "
    "America/Los_Angeles America/Mexico_City America/New_York America/Santiago America/Sao_Paulo America/Toronto "
    "Asia/Almaty Asia/Amman Asia/Bangkok Asia/Colombo Asia/Dhaka Asia/Dubai Asia/Ho_Chi_Minh Asia/Hong_Kong "
    "Asia/Jakarta Asia/Jerusalem Asia/Karachi Asia/Kathmandu Asia/Kolkata Asia/Manila Asia/Riyadh Asia/Seoul "
    "Asia/Shanghai Asia/Singapore Asia/Taipei Asia/Tashkent Asia/Tbilisi Asia/Tehran Asia/Tokyo Asia/Yerevan "
    "Australia/Perth Australia/Sydney Pacific/Auckland"
)
_HOME = ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich")


def zone_choices() -> list[tuple[str, str]]:
    europe = sorted(zone for zone in available_timezones() if zone.startswith("Europe/") and zone not in _HOME)
    return [(zone, zone.replace("_", " ")) for zone in (*_HOME, *europe, *_FAR.split())]


class ProfileForm(ModelForm):
    """Name, language, time zone; and whether single keys act as shortcuts (WCAG 2.1.4: they can be switched off)."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=[("de", "Deutsch"), ("en", "English")])
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=zone_choices, help_text=_("Times are shown in this zone.")
    )
    keys = forms.BooleanField(
        label=_("Keyboard shortcuts"),
        required=False,
        help_text=_("Single keys such as ? and g t. Ctrl+K always works."),
    )

    class Meta:
        model = User
        fields = ["name", "language", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.instance.time_zone
        field = self.fields["time_zone"]
        if isinstance(field, forms.ChoiceField) and zone not in dict(zone_choices()):
            field.choices = [(zone, zone.replace("_", " ")), *zone_choices()]


_GROUPS = (
    (_("Address"), ("street", "postcode", "city", "country", "subdivision", "email")),
    (
        _("Taxes and bookkeeping"),
        ("vat_id", "tax_number", "chart_of_accounts", "datev_consultant", "datev_client"),
    ),
    (_("Staff"), ("has_works_council",)),
)


class FirmProfileForm(ModelForm):
    """What the firm says of itself on invoices, in law checks and on documents."""

    class Meta:
        model = FirmProfile
        fields = [
            "street",
            "postcode",
            "city",
            "country",
            "subdivision",
            "email",
            "vat_id",
            "tax_number",
            "chart_of_accounts",
            "datev_consultant",
            "datev_client",
            "has_works_council",
        ]
        labels = {
            "street": _("Street and number"),
            "postcode": _("Postcode"),
            "city": _("City"),
            "country": _("Country"),
            "subdivision": _("State (Bundesland)"),
            "email": _("E-mail address"),
            "vat_id": _("VAT ID"),
            "tax_number": _("Tax number"),
            "chart_of_accounts": _("Chart of accounts"),
            "datev_consultant": _("DATEV consultant number"),
            "datev_client": _("DATEV client number"),
            "has_works_council": _("The firm has a works council"),
        }
        help_texts = {
            "country": _("Two letters, such as DE or AT."),
            "subdivision": _("Decides the public holidays; such as HE for Hessen."),
            "has_works_council": _("Person-related functions then stay locked until the agreement is recorded."),
        }
        widgets = {
            "street": forms.TextInput(attrs={"autocomplete": "street-address"}),
            "postcode": forms.TextInput(attrs={"autocomplete": "postal-code"}),
            "city": forms.TextInput(attrs={"autocomplete": "address-level2"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }

    def groups(self) -> list[tuple[Promise, list[BoundField]]]:
        """The fields under their headings."""
        return [(title, [self[name] for name in names]) for title, names in _GROUPS]

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()

    def changes(self) -> dict[str, Any]:
        """What differs from the object, ready to be written by its domain function."""
        return {name: self.cleaned_data[name] for name in self.changed_data}
