"""Forms of signing: who signs for the firm and in which order, a file signed elsewhere, a file to check."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from werkfluss.engagement.domain import signing
from werkfluss.evidence.models import MAX_FILE_BYTES
from werkfluss.org.models import User
from werkfluss.web.forms import Form


class StartForm(Form):
    """Who signs, in which order, and until when."""

    people = forms.MultipleChoiceField(
        label=_("Who signs for the firm"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one person.")},
    )
    first = forms.ChoiceField(
        label=_("Who signs first"),
        choices=[("contractor", _("the external")), ("client", _("the firm"))],
        widget=forms.RadioSelect,
    )
    days = forms.IntegerField(label=_("Days to sign"), min_value=1, max_value=60)

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self._able = {str(one.pk): one for one in signing.possible_signers()}
        field: Any = self.fields["people"]
        field.choices = [(key, one.name) for key, one in self._able.items()]
        self.initial = {
            "people": [str(user.pk)] if str(user.pk) in self._able else [],
            "first": "contractor",
            "days": signing.DAYS,
        }

    def signers(self) -> list[User]:
        return [self._able[key] for key in self.cleaned_data["people"]]


class PdfForm(Form):
    """A PDF of at most 25 MB."""

    pdf = forms.FileField(label=_("PDF file"))

    def clean_pdf(self) -> Any:
        given = self.cleaned_data["pdf"]
        if given.size > MAX_FILE_BYTES:
            raise forms.ValidationError(_("The file is larger than 25 MB."))
        return given
