"""Forms of mentoring, career steps and benefits."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from werkfluss.care.domain.growing import BENEFITS, TOPICS
from werkfluss.web.forms import Form
from werkfluss.web.forms.law import here


def _topics() -> list[tuple[str, str]]:
    return [(key, here(word)) for key, word in TOPICS.items()]


def _benefits() -> list[tuple[str, str]]:
    return [(key, here(word)) for key, word in BENEFITS.items()]


class WishForm(Form):
    """A wish for mentoring."""

    side = forms.ChoiceField(
        label=_("What do you wish?"),
        choices=[("seeks", _("I look for a mentor")), ("offers", _("I want to be a mentor"))],
        widget=forms.RadioSelect,
    )
    topics = forms.MultipleChoiceField(label=_("Topics"), choices=_topics, widget=forms.CheckboxSelectMultiple)
    languages = forms.CharField(
        label=_("Languages"), max_length=60, required=False, help_text=_("Codes with commas, such as de, en, tr.")
    )

    def clean_languages(self) -> list[str]:
        given = [one.strip().lower() for one in self.cleaned_data["languages"].split(",") if one.strip()]
        if not all(one.isalpha() and 2 <= len(one) <= 3 for one in given):
            raise forms.ValidationError(_("Please give codes of two letters with commas between them."))
        return given


class StepForm(Form):
    """A step of a path, the same for everybody."""

    path = forms.CharField(label=_("Path"), max_length=100, help_text=_("Such as: development, production."))
    position = forms.IntegerField(label=_("Place in the path"), min_value=1, max_value=99)
    title = forms.CharField(label=_("Step"), max_length=120)
    meaning = forms.CharField(label=_("What it means"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)
    skills = forms.CharField(
        label=_("Qualifications it needs, one a line"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    courses = forms.CharField(label=_("Courses that help"), max_length=300, required=False)

    def clean_skills(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["skills"].splitlines() if line.strip()]


class ChooseForm(Form):
    """Whether the firm may see the chosen step."""

    released = forms.BooleanField(label=_("HR may see my choice"), required=False)


class BenefitForm(Form):
    """A benefit of the firm."""

    kind = forms.ChoiceField(label=_("Kind"), choices=_benefits)
    name = forms.CharField(label=_("Name"), max_length=120)
    what = forms.CharField(label=_("What it is"), widget=forms.Textarea(attrs={"rows": 3}), max_length=600)
    value_month = forms.DecimalField(
        label=_("Worth a month, in euro"), min_value=Decimal(0), decimal_places=2, required=False, localize=True
    )
