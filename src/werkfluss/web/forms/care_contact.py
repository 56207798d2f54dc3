"""Forms of HR and of providers in the one communication of a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from werkfluss.care.models import CareProvider, ExpatCase
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.portal_view import RECIPIENTS, WHATS


class WriteForm(Form):
    """A message, with the time by which an answer is wanted (local to the writer)."""

    text = forms.CharField(label=_("Message"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    answer_by = forms.DateTimeField(
        label=_("Answer wanted by (your local time)"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class AskForm(Form):
    """A question to the person: may this recipient see that, what for, until when?"""

    who = forms.ChoiceField(label=_("Who may see it"), choices=())
    what = forms.ChoiceField(label=_("What"), choices=[*WHATS.items()])
    purpose = forms.CharField(label=_("What for"), max_length=200)
    until = forms.DateField(label=_("Until"), widget=DateInput)

    def __init__(self, *args: Any, expat: ExpatCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expat = expat
        self._providers = {f"provider:{row.pk}": row for row in CareProvider.objects.filter(ended_on=None)}
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)
        named: list[tuple[str, Promise | str]] = [(key, RECIPIENTS[key]) for key in ("hr", "managing_director")]
        who.choices = [*named, *((key, row.name) for key, row in self._providers.items())]

    def asked(self) -> dict[str, Any]:
        """The arguments of ``consents.ask_consent``."""
        given = self.cleaned_data
        return {
            "recipient": given["who"].partition(":")[0],
            "provider": self._providers.get(given["who"]),
            "what": given["what"],
            "purpose": given["purpose"],
            "until": given["until"],
        }
