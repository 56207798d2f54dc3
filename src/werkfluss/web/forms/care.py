"""Forms of international hires: the case, its papers, the facts the law asks for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from werkfluss.care.domain.participants import participants
from werkfluss.care.models import ExpatCase, Participant
from werkfluss.care.paper_names import paper_name
from werkfluss.care.routes import care_route, duty_sources, route_names
from werkfluss.compliance.domain.explain import fact_question
from werkfluss.compliance.domain.questions import asked_by, typed
from werkfluss.kernel import clock
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.law import countries, fact_field, plain_value
from werkfluss.web.forms.orders import FilesField
from werkfluss.web.process_view import language
from werkfluss.workforce.models import Kind, Resource

_OF_EVERY_TITLE = (
    "de/residence/blue_card",
    "de/residence/work_permission",
    "de/residence/case_steps",
    "de/residence/employer_duties",
    "de/residence/routes",
)


def rules_of(route: str) -> tuple[str, ...]:
    """The rules whose facts are recorded at a case of this route."""
    kind = care_route(route)
    asked = [one.rule for one in kind.asks]
    owed = [duty_sources()[key].rule for key in kind.duties]
    return tuple(dict.fromkeys([*(_OF_EVERY_TITLE if kind.title else ()), *asked, *filter(None, owed)]))


PROCEDURES = (("", _("not decided yet")), ("no", _("usual procedure")), ("yes", _("accelerated, s. 81a AufenthG")))


class NewCaseForm(Form):
    """Whom the case is about, by which route, and its day; what only some routes have may stay empty."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=Resource.objects.none(), empty_label=None)
    route = forms.ChoiceField(label=_("Route"), choices=())
    wished_start = forms.DateField(
        label=_("Day of the case"),
        help_text=_("First day of work, departure, last day of the title or last working day, as the route says."),
        widget=DateInput,
    )
    ends_on = forms.DateField(
        label=_("Last day"), help_text=_("Of a posting or of the stay; moving out."), required=False, widget=DateInput
    )
    country = forms.ChoiceField(
        label=_("Country"), help_text=_("Where the work is done or where the person goes."), choices=(), required=False
    )
    accelerated = forms.ChoiceField(label=_("Procedure"), choices=PROCEDURES, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        people: Any = self.fields["person"]
        people.queryset = Resource.objects.filter(kind=Kind.EMPLOYEE).order_by("sort_key")
        route: Any = self.fields["route"]
        route.choices = [
            (name, f"{care_route(name).name.in_language(language())} · {care_route(name).day.in_language(language())}")
            for name in route_names()
        ]
        country: Any = self.fields["country"]
        country.choices = [("", "–"), *countries(language())]

    def clean_accelerated(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["accelerated"])


class DayForm(Form):
    """Another day of the case."""

    wished_start = forms.DateField(label=_("Another day"), widget=DateInput)


class PartyForm(Form):
    """Somebody who takes part."""

    role = forms.ChoiceField(label=_("Role"), choices=())
    name = forms.CharField(label=_("Name"), max_length=200)
    relation = forms.ChoiceField(
        label=_("Relation"),
        choices=[
            ("", "–"),
            ("spouse", _("spouse")),
            ("child", _("child")),
            ("parent", _("parent")),
            ("other", _("other")),
        ],
        required=False,
    )
    born_on = forms.DateField(
        label=_("Born on"), help_text=_("Of children only: until when they count."), required=False, widget=DateInput
    )
    contact = forms.CharField(label=_("Contact"), required=False, max_length=300)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        role: Any = self.fields["role"]
        role.choices = list(PARTY_ROLES.items())


PARTY_ROLES = {"family": _("family member"), "provider": _("provider"), "authority": _("authority")}


class LetInForm(Form):
    """Where the family's way into the portal is mailed to."""

    email = forms.EmailField(label=_("E-mail address"), max_length=200)


class ReturnForm(Form):
    """Why a paper goes back."""

    reason = forms.CharField(label=_("What is missing or wrong"), max_length=500)


class PaperForm(Form):
    """A paper to ask for."""

    kind = forms.ChoiceField(label=_("Which paper"), choices=())
    due = forms.DateField(label=_("Needed by"), required=False, widget=DateInput)
    member = forms.ModelChoiceField(
        label=_("Whose paper"), queryset=Participant.objects.none(), required=False, empty_label=_("the person's own")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, expat: ExpatCase, **more: Any) -> None:
        super().__init__(*args, **more)
        member: Any = self.fields["member"]
        member.queryset = participants(expat).filter(role="family")
        member.label_from_instance = lambda row: row.name
        kind: Any = self.fields["kind"]
        kind.choices = [(key, paper_name(key).in_language(language())) for key in care_route(expat.route).papers]


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

    def __init__(self, *args: Any, route: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.known = {asked.name: asked for rule in rules_of(route) for asked in asked_by(rule)}
        name: Any = self.fields["name"]
        # A link from a legal check asks one question; without it all of them are there to choose from.
        asked_for = self.initial.get("name", "")
        fact = fact_question(asked_for) if asked_for in self.known else None
        if fact is not None:
            self.known = {asked_for: self.known[asked_for]}
            name.widget = forms.HiddenInput()
            # One question has a control of its own kind: a day, yes or no, one of its words, a country, a number.
            self.fields["value"] = fact_field(fact, required=True)
            # Rules word the same fact in their own way; here it is asked as the rule of this route asks it.
            self.fields["value"].label = self.known[asked_for].question.in_language(language())
        self._one = fact is not None
        name.choices = [(key, asked.question.in_language(language())) for key, asked in self.known.items()]
        self.fields["valid_from"].initial = clock.today()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        asked = self.known.get(given.get("name", ""))
        if self._one and "value" in given:
            given["value"] = plain_value(given["value"])
        elif asked is not None and "value" in given:
            try:
                given["value"] = typed(asked, given["value"])
            except ValueError as error:
                what = "2027-03-01" if asked.type == "date" else error
                self.add_error("value", _("Expected: {what}").format(what=what))
        return given


class StartForm(Form):
    """The day of a what-if in the address; a day that is none asks for nothing."""

    start = forms.DateField(required=False)

    def day(self) -> date | None:
        found: date | None = self.cleaned_data["start"] if self.is_valid() else None
        return found
