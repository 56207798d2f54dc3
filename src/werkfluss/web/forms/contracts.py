"""Forms of contracts: what no order knows, the text of a clause, a file to look at."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from werkfluss.engagement.contracts import assemble, library
from werkfluss.kernel.text import Text
from werkfluss.web.forms import Form
from werkfluss.web.forms.order_terms import MoneyField, spoken

_LONGEST = 8000


class FactsForm(Form):
    """What a contract of this kind needs beyond the order; usual answers are filled in."""

    def __init__(self, *args: Any, kind: str, facts: dict[str, Any], extra: tuple[str, ...] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self._asks = [library.asks()[key] for key in dict.fromkeys((*assemble.kind_of(kind).asks, *extra))]
        known = assemble.defaults(kind, facts) | {key: value for key, value in facts.items() if value is not None}
        for ask in self._asks:
            self.fields[ask.key] = _field(ask)
            value = known.get(ask.key)
            if isinstance(value, dict):
                value = value.get(spoken())
            self.initial[ask.key] = Decimal(value) / 100 if ask.type == "money" and value is not None else value

    def facts(self) -> dict[str, Any]:
        """As a contract keeps them: cents, whole numbers, texts; nothing empty."""
        given = {ask.key: self.cleaned_data.get(ask.key) for ask in self._asks}
        money = {ask.key for ask in self._asks if ask.type == "money"}
        return {
            key: int(value * 100) if key in money else value
            for key, value in given.items()
            if value is not None and value != ""
        }


def _field(ask: library.Ask) -> forms.Field:
    label = ask.label.in_language(spoken())
    if ask.type == "money":
        return MoneyField(label=label, required=False)
    if ask.type == "number":
        return forms.IntegerField(label=label, min_value=0, max_value=3650, required=False)
    return forms.CharField(label=label, max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ClauseForm(Form):
    """A clause: a variant of the library, or own words in both languages."""

    de = forms.CharField(label=_("German"), max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": 9, "lang": "de"}))
    en = forms.CharField(
        label=_("English"), max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": 9, "lang": "en"})
    )

    def text(self) -> Text:
        return Text(self.cleaned_data["de"], self.cleaned_data["en"])


class LookForm(Form):
    """A contract from anywhere."""

    contract = forms.FileField(
        label=_("Contract"), required=False, help_text=_("Text, Word, PDF or YAML, up to 10 MB. It is not kept.")
    )
    words = forms.CharField(
        label=_("Or its text"), required=False, max_length=200_000, widget=forms.Textarea(attrs={"rows": 6})
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("contract") and not str(given.get("words", "")).strip():
            raise forms.ValidationError(_("Choose a file or paste a text."))
        return given
