"""Forms of the pages, one module per area. Derive from ``Form`` or ``ModelForm`` here: they render in our design."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.renderers import DjangoTemplates

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm


class Renderer(DjangoTemplates):
    """Draws a whole form and one field with the templates in ``templates/forms``."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


# One for all forms: each renderer builds a template engine of its own, which looks through every package.
_RENDERER = Renderer()


class Form(forms.Form):
    """A form in our design; ``{{ form }}`` draws it, errors first."""

    default_renderer = _RENDERER
    use_required_attribute = False


class ModelForm(_ModelForm):
    """A form for one object in our design."""

    default_renderer = _RENDERER
    use_required_attribute = False


class DateInput(forms.DateInput):
    """The browser's own date field; it speaks ISO whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
