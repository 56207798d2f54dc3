"""Forms of the files of a case."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from werkfluss.web.forms import Form


class FileForm(Form):
    """A file for a case."""

    file = forms.FileField(label=gettext_lazy("File"), help_text=gettext_lazy("Up to 25 MB."))
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Empty: the name of the file."),
    )
