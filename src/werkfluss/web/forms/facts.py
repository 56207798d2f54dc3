"""Facts of a case as fields of a form: a number, a day, yes or no, a text; and back as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as say

from werkfluss.process.start_data import Asked, Kind
from werkfluss.web.forms import DateInput, Form

PREFIX = "fact-"


def fact_field(one: Asked, known: Any = None) -> forms.Field:
    """``known`` is what the case says already."""
    label = one.label.in_language((get_language() or "de")[:2])
    if one.kind is Kind.NUMBER:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "short"})
        return forms.DecimalField(
            label=label, required=False, localize=True, max_digits=15, widget=widget, initial=known
        )
    if one.kind is Kind.DATE:
        return forms.DateField(label=label, required=False, widget=DateInput(), initial=known)
    if one.kind is Kind.YES_NO:
        choices = [("", say("not known yet")), ("yes", say("yes")), ("no", say("no"))]
        first = {True: "yes", False: "no"}.get(known, "") if isinstance(known, bool) else ""
        return forms.ChoiceField(label=label, required=False, choices=choices, initial=first)
    return forms.CharField(label=label, required=False, max_length=300, initial=known)


def fact_fields(asked: Sequence[Asked], known: Mapping[str, Any]) -> dict[str, forms.Field]:
    """One field for each fact, by its name in the form."""
    return {f"{PREFIX}{one.name}": fact_field(one, known.get(one.name)) for one in asked}


def facts_of(asked: Sequence[Asked], cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """What was answered, as plain JSON; what was left out stays unknown."""
    said = ((one, cleaned.get(f"{PREFIX}{one.name}")) for one in asked)
    return {one.name: _plain(value, one.kind) for one, value in said if value not in (None, "")}


def _plain(value: Any, kind: Kind) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return value == "yes" if kind is Kind.YES_NO else value


class FactsForm(Form):
    """What whoever finishes a step gives to the case."""

    def __init__(self, asked: Sequence[Asked], known: Mapping[str, Any], data: QueryDict | None = None) -> None:
        super().__init__(data)
        self._asked = asked
        self.fields.update(fact_fields(asked, known))

    def facts(self) -> dict[str, Any]:
        return facts_of(self._asked, self.cleaned_data)
