"""Forms of the time before the hire."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from werkfluss.care.domain import applicants as domain
from werkfluss.care.models import Applicant, HiringSource
from werkfluss.care.routes import care_route, route_names
from werkfluss.kernel import clock
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.care import PROCEDURES
from werkfluss.web.forms.law import countries
from werkfluss.web.forms.talents import ByName
from werkfluss.web.process_view import language
from werkfluss.workforce.models import Rate

STAGE_WORDS = {
    "received": _("application received"),
    "review": _("is being read"),
    "interview": _("interview"),
    "offer": _("offer"),
    "hired": _("hired"),
    "refused": _("application refused"),
    "withdrawn": _("withdrawn"),
}
LANGUAGES = (("de", "Deutsch"), ("en", "English"))
CENTS = 100


def _lines(given: str) -> list[str]:
    return [line.strip() for line in given.splitlines() if line.strip()]


class OpeningForm(Form):
    """A job: pay range and questions belong to it from the start."""

    title = forms.CharField(label=_("Job"), max_length=200)
    about = forms.CharField(label=_("What it is about"), widget=forms.Textarea(attrs={"rows": 4}), required=False)
    pay_from = forms.DecimalField(label=_("Pay from, EUR a year"), min_value=Decimal(1), max_digits=9, decimal_places=2)
    pay_to = forms.DecimalField(label=_("Pay to, EUR a year"), min_value=Decimal(1), max_digits=9, decimal_places=2)
    pay_basis = forms.CharField(label=_("Collective agreement, if one applies"), required=False, max_length=300)
    questions = forms.CharField(
        label=_("Interview guide"),
        help_text=_("One question per line; everybody is asked all of them."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def says(self) -> dict[str, Any]:
        """What an opening is made of."""
        given = self.cleaned_data
        return {
            "title": given["title"],
            "about": given["about"][:4000],
            "pay_from_cents": int(given["pay_from"] * CENTS),
            "pay_to_cents": int(given["pay_to"] * CENTS),
            "pay_basis": given["pay_basis"],
            "questions": _lines(given["questions"]),
        }


class ApplicantForm(Form):
    """An application that has come in."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"))
    way = forms.ChoiceField(label=_("Came by"), choices=[("own_site", _("own website")), ("referral", _("referral"))])
    source = ByName(
        label=_("Partner"), queryset=HiringSource.objects.none(), required=False, empty_label=_("no partner")
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    country = forms.ChoiceField(label=_("Lives in"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        source: Any = self.fields["source"]
        source.queryset = domain.sources()
        country: Any = self.fields["country"]
        country.choices = [("", "–"), *countries(get_language() or "de")]


class MoveForm(Form):
    """The next stage, with what the person reads."""

    stage = forms.ChoiceField(label=_("Next stage"), choices=())
    next_step = forms.CharField(label=_("What the person reads"), max_length=300)

    def __init__(self, *args: Any, applicant: Applicant, **more: Any) -> None:
        super().__init__(*args, **more)
        stage: Any = self.fields["stage"]
        stage.choices = [(name, STAGE_WORDS[name]) for name in domain.NEXT.get(applicant.stage, ())]


class AnswersForm(Form):
    """One field per question of the guide, the same for all."""

    def __init__(self, *args: Any, applicant: Applicant, **more: Any) -> None:
        super().__init__(*args, **more)
        kept = applicant.answers or [""] * len(applicant.opening.questions)
        for number, question in enumerate(applicant.opening.questions):
            area = forms.Textarea(attrs={"rows": 2})
            said = kept[number] if number < len(kept) else ""
            self.fields[f"q{number}"] = forms.CharField(label=question, widget=area, max_length=2000, initial=said)

    def answers(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]


class HoldForm(Form):
    """Until when everything is kept, and why."""

    reason = forms.CharField(label=_("Which claim"), max_length=300)
    until = forms.DateField(label=_("Keep until"), widget=DateInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["until"].initial = clock.today() + timedelta(days=365)


class HireForm(Form):
    """What a case needs beyond the application."""

    rate = ByName(label=_("Rate"), queryset=Rate.objects.none(), empty_label=_("Please choose"))
    route = forms.ChoiceField(label=_("Route"), choices=())
    start = forms.DateField(label=_("Wished start of work"), widget=DateInput)
    nationality = forms.ChoiceField(label=_("Citizenship"), required=False)
    accelerated = forms.ChoiceField(label=_("Procedure"), choices=PROCEDURES, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        known = [("", "–"), *countries(get_language() or "de")]
        rate: Any = self.fields["rate"]
        rate.queryset = Rate.objects.order_by("name")
        nationality: Any = self.fields["nationality"]
        nationality.choices = known
        route: Any = self.fields["route"]
        ways = [name for name in route_names() if care_route(name).begins_work]
        route.choices = [(name, care_route(name).name.in_language(language())) for name in ways]

    def clean_accelerated(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["accelerated"])


class SourceForm(Form):
    """A partner university or platform."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("university", _("Partner university")), ("platform", _("Platform"))]
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    url = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    agreed = forms.CharField(label=_("What was agreed"), max_length=300, required=False)


class OwnApplicationForm(Form):
    """What the person confirms."""

    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    skills = forms.CharField(
        label=_("Skills"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=_("One per line, in your own words."),
    )

    def skill_lines(self) -> list[str]:
        return _lines(self.cleaned_data["skills"])
