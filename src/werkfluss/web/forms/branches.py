"""The branches of a decision in a case, as a field of the forms that deliver and accept its task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from werkfluss.web.step_task_view import Origin


def branch_field(origin: Origin, label: str) -> forms.Field:
    """The branches of a decision: one of them, or several where the drawing allows that."""
    if origin.several:
        return forms.MultipleChoiceField(label=label, choices=origin.choices, widget=forms.CheckboxSelectMultiple)
    return forms.ChoiceField(label=label, choices=origin.choices, widget=forms.RadioSelect)


def picked_of(cleaned: Mapping[str, Any]) -> list[str]:
    said = cleaned.get("choice") or []
    return [said] if isinstance(said, str) else list(said)
