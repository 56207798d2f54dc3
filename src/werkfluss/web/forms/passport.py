"""Forms of the passport: a paper, a consent, a question for a paper, a file to bring in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from werkfluss.engagement.domain.passport import NewPaper
from werkfluss.engagement.passport.kinds import DOCUMENT, KINDS, VALIDITY
from werkfluss.evidence.models import MAX_FILE_BYTES
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.order_terms import spoken


def kind_choices() -> list[tuple[str, str]]:
    return [(key, one.name.in_language(spoken())) for key, one in KINDS.items()]


class PaperForm(Form):
    """A paper for the own passport."""

    kind = forms.ChoiceField(label=_("Kind of paper"), choices=kind_choices)
    title = forms.CharField(label=_("Title"), max_length=200)
    issuer = forms.CharField(label=_("Issued by"), max_length=200, required=False)
    valid_from = forms.DateField(label=_("Valid from"), required=False, widget=DateInput())
    expires = forms.DateField(label=_("Valid until"), required=False, widget=DateInput())
    details = forms.CharField(
        label=_("What it says"),
        required=False,
        max_length=4000,
        help_text=_("For references and skills."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    paper = forms.FileField(label=_("File"), required=False, help_text=_("Nobody sees it before you allow it."))

    def clean_paper(self) -> Any:
        given = self.cleaned_data["paper"]
        if given and given.size > MAX_FILE_BYTES:
            raise forms.ValidationError(_("The file is larger than 25 MB."))
        return given

    def new(self) -> NewPaper:
        given = self.cleaned_data
        return NewPaper(
            **{name: given[name] for name in ("kind", "title", "issuer", "valid_from", "expires", "details")}
        )


class ConsentForm(Form):
    """What this client may see of a paper, what for, and until when."""

    scope = forms.ChoiceField(
        label=_("The client sees"),
        choices=[
            (VALIDITY, _("that it exists, its kind and until when it is valid")),
            (DOCUMENT, _("the document too")),
        ],
        widget=forms.RadioSelect,
        initial=VALIDITY,
    )
    purpose = forms.CharField(label=_("What for"), max_length=200)
    until = forms.DateField(
        label=_("Until"), required=False, widget=DateInput(), help_text=_("Empty: until you take it back.")
    )


class AskForm(Form):
    """Ask an external for a paper, with the purpose."""

    kind = forms.ChoiceField(label=_("Kind of paper"), choices=kind_choices)
    purpose = forms.CharField(label=_("What for"), max_length=200)
    document = forms.BooleanField(
        label=_("The document itself is needed"),
        required=False,
        help_text=_("Only for kinds that belong to the firm's own papers; else its validity is enough."),
    )


class BringForm(Form):
    """A passport file from this or another installation."""

    passport = forms.FileField(label=_("Passport file (.wfpass)"))

    def clean_passport(self) -> Any:
        given = self.cleaned_data["passport"]
        if given.size > MAX_FILE_BYTES:
            raise forms.ValidationError(_("The file is larger than 25 MB."))
        return given
