"""Forms of the independence file: evidence that the firm records, and what the external declares."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from werkfluss.compliance.domain import explain
from werkfluss.engagement.domain.status_file import asked_names, plain_questions
from werkfluss.engagement.models import Order
from werkfluss.kernel import clock
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.order_terms import spoken
from werkfluss.workforce.models import Kind


class EvidenceForm(Form):
    """How the order runs in one point, with the evidence for it."""

    name = forms.ChoiceField(label=_("Indicator"))
    value = forms.TypedChoiceField(
        label=_("The answer"), choices=[("yes", _("yes")), ("no", _("no"))], coerce=lambda word: word == "yes"
    )
    since = forms.DateField(label=_("Since"), widget=DateInput)
    source = forms.CharField(
        label=_("Evidence"),
        max_length=200,
        help_text=_("About the order: a mail, a minute, a contract. No hours, no presence, no sums."),
    )

    def __init__(self, *args: Any, order: Order, **more: Any) -> None:
        super().__init__(*args, **more)
        names: Any = self.fields["name"]
        language, found = spoken(), []
        for name in asked_names(Kind(order.resource.kind), on=clock.today()):
            fact = explain.fact_question(name)
            if fact is not None:
                found.append((name, fact.question.in_language(language)))
        names.choices = found
        self.fields["since"].initial = clock.today()


class DeclarationForm(Form):
    """Plain questions to the external; what stays open is not answered."""

    note = forms.CharField(
        label=_("Anything to add"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, order: Order, said: dict[str, bool | None] | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self._names = []
        for name, words in plain_questions(order, on=clock.today()):
            self._names.append(name)
            value = (said or {}).get(name)
            self.fields[name] = forms.ChoiceField(
                label=words.in_language(spoken()),
                choices=[("", _("no answer")), ("yes", _("yes")), ("no", _("no"))],
                required=False,
                initial="" if value is None else "yes" if value else "no",
            )
        self.order_fields([*self._names, "note"])

    def answers(self) -> dict[str, bool]:
        given = self.cleaned_data
        return {name: given[name] == "yes" for name in self._names if given.get(name)}
