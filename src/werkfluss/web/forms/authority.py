"""Forms of papers for authorities: missing answers with their source, authorities, handing over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from werkfluss.care.authority import Field, authority_kinds
from werkfluss.care.authority.pages import CHANNELS
from werkfluss.care.authority.sheets import Line
from werkfluss.compliance.domain.explain import fact_question
from werkfluss.kernel import clock
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.law import countries, fact_field, here, plain_value, shown_value

_YES_NO = (("", _("not known")), ("true", _("yes")), ("false", _("no")))


class AnswersForm(Form):
    """The questions of a paper that are answered here; what is left empty stays unknown."""

    source = forms.CharField(
        label=_("Source of these answers"), max_length=300, help_text=_("Passport, contract of 6 November, letter …")
    )
    valid_from = forms.DateField(label=_("Holds from"), widget=DateInput)

    def __init__(self, data: Any, *, lines: Iterable[Line]) -> None:
        self.lines = {line.field.key: line for line in lines}
        initial = {key: shown_value(line.known.value) for key, line in self.lines.items() if line.known}
        super().__init__(data, initial={"valid_from": clock.today(), **initial}, auto_id="id_%s")
        questions = {key: _control(line.field) for key, line in self.lines.items()}
        own = {name: self.fields[name] for name in ("source", "valid_from")}
        self.fields = {**questions, **own}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not self.answers():
            raise forms.ValidationError(_("Please answer at least one question."))
        return given

    def answers(self) -> dict[Field, Any]:
        """What was answered anew, as it is kept."""
        found = {}
        for key, line in self.lines.items():
            value = self.cleaned_data.get(key)
            if key in self.changed_data and value not in (None, ""):
                found[line.field] = plain_value(value)
        return found


def _control(field: Field) -> forms.Field:
    label = here(field.label)
    more: dict[str, Any] = {"label": label, "required": False, "help_text": field.provision}
    if field.type == "date":
        return forms.DateField(widget=DateInput, **more)
    if field.type == "boolean":
        return forms.ChoiceField(choices=_YES_NO, **more)
    if field.type == "country":
        return forms.ChoiceField(choices=[("", _("not known")), *countries(_tongue())], **more)
    if field.type in {"number", "money"}:
        return forms.DecimalField(min_value=0, localize=True, **more)
    fact = fact_question(field.fact) if field.type == "choice" else None
    if fact is not None:
        control = fact_field(fact)
        control.label, control.help_text = label, field.provision
        return control
    widget = forms.Textarea(attrs={"rows": 3}) if field.type == "long" else forms.TextInput()
    return forms.CharField(max_length=2000 if field.type == "long" else 300, widget=widget, **more)


def _tongue() -> str:
    from django.utils.translation import get_language

    return "de" if (get_language() or "de").startswith("de") else "en"


class AuthorityForm(Form):
    """An authority, as the firm has been told."""

    kind = forms.ChoiceField(label=_("Which authority"), choices=())
    name = forms.CharField(label=_("Name of the authority"), max_length=200)
    place = forms.CharField(
        label=_("Competent for the town"), max_length=100, required=False, help_text=_("Empty if for every place.")
    )
    address = forms.CharField(
        label=_("Address"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=())
    contact = forms.CharField(label=_("Mail address, portal or telephone"), max_length=300, required=False)
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("Who said so, or on which page of the authority it stands.")
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        kind: Any = self.fields["kind"]
        kind.choices = [(key, here(one.name)) for key, one in authority_kinds().items()]
        channel: Any = self.fields["channel"]
        channel.choices = [(key, here(word)) for key, word in CHANNELS.items()]


class HandOverForm(Form):
    """That a paper went to the authority."""

    on = forms.DateField(label=_("Handed over on"), widget=DateInput)
    how = forms.CharField(
        label=_("How"), max_length=300, help_text=_("By post, portal with reference number, in person …")
    )
