"""Forms of the pages on why people stay or go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from werkfluss.engagement.pulse_questions import SCALE, Question
from werkfluss.kernel import clock
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.law import here
from werkfluss.work.models import Project

AUDIENCES = {"externals": _("Externals"), "staff": _("Staff")}


class PulseOpeningForm(Form):
    """Whom to ask, and until when."""

    audience = forms.ChoiceField(label=_("Who is asked?"), choices=list(AUDIENCES.items()), widget=forms.RadioSelect)
    last_day = forms.DateField(
        label=_("Last day"),
        widget=DateInput,
        help_text=_("Two weeks are usual, six the most. Results come afterwards."),
    )


class PulseForm(Form):
    """One scale per question; what is left out counts as no answer."""

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[question.code] = forms.ChoiceField(
                label=here(question.asks),
                choices=[(str(value), here(word)) for value, word in SCALE],
                required=False,
                widget=forms.RadioSelect,
            )

    def answers(self) -> dict[str, int]:
        return {code: int(value or 0) for code, value in self.cleaned_data.items()}


class MeasureForm(Form):
    """The task, where it belongs, and when its effect is looked at."""

    title = forms.CharField(label=_("What do we do?"), max_length=200)
    project = forms.ModelChoiceField(
        label=_("Project of the task"),
        queryset=Project.objects.none(),
        empty_label=_("Please choose"),
        help_text=_("The task is planned and delegated there like any other."),
    )
    look_on = forms.DateField(label=_("Look at the effect on"), widget=DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["project"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Project.objects.filter(state="open", of_cases=False).order_by("number")

    def clean_look_on(self) -> Any:
        day = self.cleaned_data["look_on"]
        if day <= clock.today():
            raise forms.ValidationError(_("Choose a day in the future."))
        return day


class EffectForm(Form):
    """What became of it, in a sentence about the measure, not about a person."""

    note = forms.CharField(
        label=_("What did it bring?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=_("About the measure. Please no names."),
    )
