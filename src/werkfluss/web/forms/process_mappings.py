"""The part of the property form that says which data goes into a step and comes out of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import escape
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from werkfluss.process.mapping import as_lines, from_lines, line_faults
from werkfluss.process.model import Activity, CallActivity, Definitions, Task, VariableMapping
from werkfluss.web.forms.process_fields import ElementForm, text

MAPPING_FIELDS = ("inputs", "passes_all", "outputs", "returns_all")


class MappingPart(ElementForm):
    """One line for each datum; those that another tool has written are shown and stay."""

    inputs = text(_("Data that goes in"), rows=2, most=5000)
    outputs = text(_("Data that comes out"), rows=2, most=5000)
    passes_all = forms.BooleanField(label=_("All data of the case goes along"), required=False)
    returns_all = forms.BooleanField(label=_("All data of the called case comes back"), required=False)

    def __init__(self, element: Any, model: Definitions, data: QueryDict | None = None) -> None:
        super().__init__(element, model, data)
        if not isinstance(element, Task | CallActivity):
            self.drop("inputs", "outputs")
        if not isinstance(element, CallActivity):
            self.drop("passes_all", "returns_all")
        if "inputs" in self.fields:
            self._explain(
                "inputs", gettext("A line each: name = FEEL, for example amount = order.total"), element.inputs
            )
            said = gettext("A line each: name = FEEL. Once there is one, only these leave the step.")
            self._explain("outputs", said, element.outputs)

    def _explain(self, field: str, hint: str, mappings: tuple[VariableMapping, ...]) -> None:
        foreign = ", ".join(f"{one.target} = {one.source.removeprefix('=').strip()}" for one in mappings if not one.own)
        if foreign:
            hint += " " + gettext("From another tool, stays: %(mappings)s") % {"mappings": foreign}
        self.fields[field].help_text = escape(hint)  # hints are drawn as HTML; what a file says is none

    def initial_of(self, element: Any) -> dict[str, Any]:
        first = super().initial_of(element)
        if isinstance(element, Activity):
            first |= {"inputs": as_lines(_own(element.inputs)), "outputs": as_lines(_own(element.outputs))}
        if isinstance(element, CallActivity):
            first |= {"passes_all": element.passes_all, "returns_all": element.returns_all}
        return first

    def _clean_lines(self, field: str) -> str:
        said = str(self.cleaned_data[field]).replace("\r\n", "\n").strip()
        if said == self.initial[field]:
            return said
        faults = [
            gettext("Line %(number)d: %(fault)s") % {"number": number, "fault": fault.in_language(_language())}
            for number, fault in line_faults(said)
        ]
        if faults:
            raise forms.ValidationError(faults)
        return said

    def clean_inputs(self) -> str:
        return self._clean_lines("inputs")

    def clean_outputs(self) -> str:
        return self._clean_lines("outputs")

    def mapped(self, field: str) -> tuple[VariableMapping, ...] | None:
        """What is to be written; ``None`` where it is not asked, or stays."""
        said = self.said(field)
        return None if said is None else from_lines(said)

    def all_data(self, field: str) -> bool | None:
        return bool(self.cleaned_data[field]) if field in self.fields else None


def _own(mappings: tuple[VariableMapping, ...]) -> list[VariableMapping]:
    return [one for one in mappings if one.own]


def _language() -> str:
    return get_language() or "de"
