"""Forms of partner teams: the partner's own people, sub-processors, capacity."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from werkfluss.engagement.models import SubProcessor
from werkfluss.kernel.text import Text
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.law import countries, here
from werkfluss.web.forms.order_terms import MoneyField
from werkfluss.workforce.models import Skill

ROLES = (
    ("technical", _("Technical work: offers, questions, hand-overs, deliveries")),
    ("accounting", _("Accounting: invoices")),
    ("coordination", _("Coordination: also invites people, offers capacity, declares sub-processors")),
)
DATA = (
    ("none", _("no personal data")),
    ("ordinary", _("ordinary personal data")),
    ("special", _("special data (Art. 9)")),
)
SAFEGUARDS = (
    ("none", _("none")),
    ("standard_clauses", _("standard contractual clauses")),
    ("binding_rules", _("approved binding corporate rules")),
)
PER = (("hour", _("per hour")), ("day", _("per day of eight hours")))


class MemberForm(Form):
    """One more of the partner's own people."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("What the person does for you here"), choices=ROLES, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language of messages"), choices=(("de", "Deutsch"), ("en", "English")))


class SubProcessorForm(Form):
    """Another company to which the partner gives data of the firm."""

    name = forms.CharField(label=_("Company"), max_length=200)
    country = forms.ChoiceField(label=_("Country in which, or from which, data are read"))
    purpose = forms.CharField(label=_("What for"), max_length=300)
    data_class = forms.ChoiceField(label=_("Which data"), choices=DATA)
    safeguard = forms.ChoiceField(
        label=_("Basis for a country outside EU and EEA"),
        choices=SAFEGUARDS,
        help_text=_("Not needed inside EU and EEA or where an adequacy decision applies."),
    )
    recipient_covered = forms.BooleanField(
        label=_("The company is covered by the adequacy decision (USA: it is in the list)"), required=False
    )
    assessed = forms.BooleanField(label=_("The country was assessed in writing"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *countries(get_language() or "de")]


class CapacityForm(Form):
    """Hours per week of one skill for a time."""

    skill = forms.ChoiceField(label=_("Skill"), help_text=_("In the words of the client. No names of people."))
    hours = forms.DecimalField(
        label=_("Hours per week"),
        localize=True,
        max_digits=6,
        decimal_places=1,
        min_value=Decimal(1),
        max_value=Decimal(2000),
    )
    first_day = forms.DateField(label=_("From"), widget=DateInput())
    last_day = forms.DateField(label=_("Until"), widget=DateInput())
    price = MoneyField(label=_("Price, net, in EUR"))
    price_per = forms.ChoiceField(label=_("Price is"), choices=PER)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._skills = {str(one.pk): one for one in Skill.objects.order_by("name_de")}
        field = self.fields["skill"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *((key, here(Text(s.name_de, s.name_en))) for key, s in self._skills.items())]

    def says(self) -> dict[str, Any]:
        """The arguments of ``capacity.offer_capacity``."""
        given = self.cleaned_data
        return {
            "skill": self._skills[given["skill"]],
            "minutes_per_week": int(given["hours"] * 60),
            "price_cents": int(given["price"] * 100),
            **{name: given[name] for name in ("first_day", "last_day", "price_per", "note")},
        }


def data_word(row: SubProcessor) -> Any:
    return dict(DATA)[row.data_class]
