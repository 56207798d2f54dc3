"""Forms of what people do with a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from werkfluss.web.forms import DateInput, Form
from werkfluss.work.domain.step_talk import MOST_LETTERS
from werkfluss.workforce.models import Resource

_MOMENT = "%Y-%m-%dT%H:%M"


class MomentInput(forms.DateTimeInput):
    """Day and time as the browser asks for them, in the reader's own zone."""

    input_type = "datetime-local"

    def __init__(self, **options: Any) -> None:
        super().__init__(format=_MOMENT, **options)


class ReasonForm(Form):
    """One sentence why."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class DueForm(Form):
    due = forms.DateTimeField(label=_("New due time"), widget=MomentInput(), input_formats=[_MOMENT])
    reason = forms.CharField(label=_("Reason"), max_length=300)


class FollowUpForm(Form):
    follow_up = forms.DateTimeField(
        label=_("Look after it again"), required=False, widget=MomentInput(), input_formats=[_MOMENT]
    )


class AskForm(Form):
    """A question to a person or a role."""

    to = forms.ChoiceField(label=_("Whom"))
    text = forms.CharField(label=_("Question"), max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 3}))
    stop_reason = forms.CharField(
        label=_("The due time waits for the answer, because"),
        max_length=300,
        required=False,
        help_text=_("Leave it empty if the due time goes on."),
    )

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].choices = list(people)  # type: ignore[attr-defined]


class AssignForm(Form):
    """Somebody else does it."""

    to = forms.ChoiceField(label=_("Role or person"))
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].choices = list(people)  # type: ignore[attr-defined]


class CommentForm(Form):
    text = forms.CharField(label=_("Comment"), max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 2}))


class AnswerForm(Form):
    text = forms.CharField(label=_("Your answer"), max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 3}))


class DaysForm(Form):
    """Who stands in for somebody on some days."""

    person = forms.ModelChoiceField(label=_("Who is away"), queryset=Resource.objects.none())
    substitute = forms.ModelChoiceField(label=_("Who stands in"), queryset=Resource.objects.none())
    start = forms.DateField(label=_("From"), widget=DateInput())
    end = forms.DateField(label=_("Last day"), widget=DateInput())
    reason = forms.CharField(
        label=_("Note"),
        max_length=300,
        required=False,
        help_text=_("Please write nothing about health: why somebody is away concerns nobody here."),
    )

    def __init__(self, *args: Any, people: QuerySet[Resource], **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("person", "substitute"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = people

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("start") and said.get("end") and said["end"] < said["start"]:
            self.add_error("end", gettext("The last day is before the first one."))
        if said.get("person") and said.get("person") == said.get("substitute"):
            self.add_error("substitute", gettext("Nobody stands in for themselves."))
        return said


class SubstituteForm(Form):
    """Who stands in, and which mails come."""

    substitute = forms.ModelChoiceField(
        label=_("Stands in while I am away"),
        queryset=Resource.objects.none(),
        required=False,
        empty_label=_("nobody"),
    )
    follow_ups = forms.BooleanField(
        label=_("Remind me of follow-ups by mail"),
        required=False,
        help_text=_("Mail about due times and statutory deadlines always comes."),
    )
