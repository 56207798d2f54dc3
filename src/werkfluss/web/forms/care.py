"""Forms of international hires: the case, its papers, the facts the law asks for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from werkfluss.care.models import ExpatCase
from werkfluss.care.modules import module, module_names, paper_name
from werkfluss.compliance.domain.questions import asked_by, typed
from werkfluss.kernel import clock
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.orders import FilesField
from werkfluss.web.process_view import language
from werkfluss.workforce.models import Kind, Resource

RULES = (
    "de/residence/blue_card",
    "de/residence/work_permission",
    "de/residence/case_steps",
    "de/residence/employer_duties",
    "de/residence/routes",
)


class NewCaseForm(Form):
    """Whom the case is about, by which route, and when work should begin."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=Resource.objects.none(), empty_label=None)
    route = forms.ChoiceField(label=_("Route"), choices=())
    wished_start = forms.DateField(label=_("Wished start of work"), widget=DateInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        people: Any = self.fields["person"]
        people.queryset = (
            Resource.objects.filter(kind=Kind.EMPLOYEE).exclude(expat_cases__state="open").order_by("sort_key")
        )
        route: Any = self.fields["route"]
        route.choices = [(name, module(name).name.in_language(language())) for name in module_names()]


class PaperForm(Form):
    """A paper to ask for."""

    kind = forms.ChoiceField(label=_("Which paper"), choices=())
    due = forms.DateField(label=_("Needed by"), required=False, widget=DateInput)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, expat: ExpatCase, **more: Any) -> None:
        super().__init__(*args, **more)
        kind: Any = self.fields["kind"]
        kind.choices = [(key, paper_name(key).in_language(language())) for key in module(expat.route).papers]


class ConfirmForm(Form):
    """From when to when a paper is valid, as a person of HR reads it off."""

    valid_from = forms.DateField(label=_("Valid from"), widget=DateInput)
    expires = forms.DateField(
        label=_("Valid until"), help_text=_("Empty if it is unlimited."), required=False, widget=DateInput
    )


class UploadPaperForm(Form):
    """The file of a paper."""

    file = FilesField(label=_("File"))


class FactForm(Form):
    """One fact with its source; which it is decides how it is asked."""

    name = forms.ChoiceField(label=_("Fact"), choices=())
    value = forms.CharField(label=_("Value"), max_length=100)
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("Where it stands: contract of 6 November, passport, letter …")
    )
    valid_from = forms.DateField(label=_("Holds from"), widget=DateInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.known = {asked.name: asked for rule in RULES for asked in asked_by(rule)}
        name: Any = self.fields["name"]
        # A link from a legal check asks one question; without it all of them are there to choose from.
        asked_for = self.initial.get("name", "")
        if asked_for in self.known:
            self.known = {asked_for: self.known[asked_for]}
        name.choices = [(key, asked.question.in_language(language())) for key, asked in self.known.items()]
        self.fields["valid_from"].initial = clock.today()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        asked = self.known.get(given.get("name", ""))
        if asked is not None and "value" in given:
            try:
                given["value"] = typed(asked, given["value"])
            except ValueError as error:
                self.add_error("value", _("Expected: {what}").format(what=error))
        return given


class StartForm(Form):
    """The day of a what-if in the address; a day that is none asks for nothing."""

    start = forms.DateField(required=False)

    def day(self) -> date | None:
        found: date | None = self.cleaned_data["start"] if self.is_valid() else None
        return found
