"""Forms about AI in use: the short form of a use, its review and end, a training, the works council's agreement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from werkfluss.agents.domain import inventory, works_council
from werkfluss.agents.models import AiUse
from werkfluss.compliance.domain.explain import questions_of
from werkfluss.kernel.text import Language, Text
from werkfluss.org.models import Membership, User
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.law import countries, fact_field, here, plain_value
from werkfluss.workforce.models import Kind, Resource

DATA = {
    "public": _("public"),
    "internal": _("internal"),
    "confidential": _("confidential"),
    "personal": _("personal data"),
    "special": _("special data (Art. 9 GDPR)"),
}
_YEAR = timedelta(days=365)
_FACT = "fact-"
SAFEGUARDS = (
    ("", _("not known")),
    ("none", _("none")),
    ("standard_clauses", _("standard contractual clauses")),
    ("binding_rules", _("binding corporate rules")),
)
AGREEMENT_KINDS = {
    "works_agreement": _("works agreement, signed"),
    "consent": _("consent of the works council"),
    "conciliation": _("decision of the conciliation board"),
}


if TYPE_CHECKING:
    _ManyPeople = forms.ModelMultipleChoiceField[Resource]
    _Upload = UploadedFile[Any]
else:
    _ManyPeople, _Upload = forms.ModelMultipleChoiceField, UploadedFile


def language() -> Language:
    """The reader's language, as papers are written in it."""
    return "de" if (get_language() or "de").startswith("de") else "en"


class PeopleField(_ManyPeople):
    """People by their names, as boxes to tick."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Resource.objects.none(), widget=forms.CheckboxSelectMultiple, **options)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class UseForm(Form):
    """One use of AI; the questions at its end are those that its short form leaves to the firm."""

    name = forms.CharField(label=_("Which AI?"), max_length=120, help_text=_("Such as the product's name."))
    purpose = forms.CharField(label=_("What for?"), max_length=300)
    provider = forms.CharField(label=_("Provider"), max_length=120, required=False)
    responsible = forms.ModelChoiceField(User.objects.none(), label=_("Responsible"))
    people = PeopleField(
        label=_("Who uses it?"), required=False, help_text=_("Freelancers included. They need a training (Art. 4).")
    )
    data_classes = forms.MultipleChoiceField(
        label=_("Which data go in?"), choices=list(DATA.items()), widget=forms.CheckboxSelectMultiple
    )
    agreement = forms.ChoiceField(
        label=_("Contract on processing (AVV, Art. 28 GDPR)?"),
        choices=[("yes", _("yes, it is there")), ("no", _("no")), ("not_needed", _("not needed: no personal data"))],
    )
    place = forms.ChoiceField(label=_("Where are the data processed?"), required=False)
    safeguard = forms.ChoiceField(
        label=_("Safeguard outside the EU"), choices=SAFEGUARDS, required=False, help_text=_("Only if not in the EU.")
    )
    used_from = forms.DateField(label=_("In use since or from"), widget=DateInput)
    next_review = forms.DateField(label=_("Next review"), widget=DateInput)

    def __init__(self, data: Any = None, *, template: str, use: AiUse | None = None, on: date) -> None:
        self._asked = [fact for fact in questions_of(inventory.CLASSIFICATION, on=on) if fact.name in _asked(template)]
        known = inventory.facts_of(template, use.facts if use else {})
        super().__init__(data, initial=_said(use) if use else _proposed(template, on))
        self.fields["responsible"].queryset = members()  # type: ignore[attr-defined]  # a field of models
        self.fields["people"].queryset = inventory.people_to_choose(on)  # type: ignore[attr-defined]
        self.fields["place"].choices = [("", _("not known")), *countries(language())]  # type: ignore[attr-defined]
        for fact in self._asked:
            self.fields[_FACT + fact.name] = fact_field(fact)
            self.initial[_FACT + fact.name] = known.get(fact.name, fact.default)

    def about(self) -> list[Any]:
        """The fields that every use has."""
        return [field for field in self if not field.name.startswith(_FACT)]

    def questions(self) -> list[Any]:
        """The facts that decide the class."""
        return [field for field in self if field.name.startswith(_FACT)]

    def columns(self) -> dict[str, Any]:
        """What goes into the inventory."""
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith(_FACT)}
        del given["people"]
        return given | {"facts": self.facts()}

    def facts(self) -> dict[str, Any]:
        answers = {fact.name: self.cleaned_data[_FACT + fact.name] for fact in self._asked}
        return {name: plain_value(value) for name, value in answers.items() if value not in ("", None)}

    def people_chosen(self) -> list[Resource]:
        return list(self.cleaned_data["people"])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        personal = inventory.PERSONAL & set(given.get("data_classes") or ())
        if personal and given.get("agreement") == "not_needed":
            self.add_error("agreement", _("With personal data a contract on processing is needed."))
        return given


def _asked(template: str) -> tuple[str, ...]:
    return inventory.questions(template)


def _proposed(template: str, on: date) -> dict[str, Any]:
    """What the short form knows already."""
    form: Mapping[str, Any] = inventory.templates().get(template, {})
    proposed: dict[str, Any] = {"used_from": on, "next_review": on + _YEAR, "data_classes": ["internal"]}
    if form:
        personal = form["circumstances"].get("personal_data") == "yes"
        proposed["purpose"] = here(Text.from_json(form["purpose"]))
        proposed["data_classes"] = ["internal", "personal"] if personal else ["internal"]
    return proposed


def _said(use: AiUse) -> dict[str, Any]:
    names = ("name", "purpose", "provider", "data_classes", "agreement", "place", "safeguard", "used_from")
    said = {name: getattr(use, name) for name in (*names, "next_review")}
    return said | {"responsible": use.responsible_id, "people": list(use.users.values_list("resource_id", flat=True))}


def members() -> Any:
    """Members of the firm by name."""
    keys = Membership.objects.filter(ended_at=None).exclude(role="agent").values("user_id")
    return User.objects.filter(pk__in=keys, is_active=True).order_by("name")


class ReviewForm(Form):
    """It was looked at again."""

    next_review = forms.DateField(label=_("Next review"), widget=DateInput)


class EndUseForm(Form):
    """It is no longer used."""

    last_day = forms.DateField(label=_("Last day of use"), widget=DateInput)

    def first_day_gone(self) -> date:
        last: date = self.cleaned_data["last_day"]
        return last + timedelta(days=1)


class TakeOverForm(Form):
    """The day for to-dos without a day of their own."""

    due = forms.DateField(label=_("Do it by"), widget=DateInput, required=False)


class TrainingForm(Form):
    """A training that was held: the same for all who took part."""

    people = PeopleField(label=_("Who took part?"))
    title = forms.CharField(label=_("Title"), max_length=150)
    held_on = forms.DateField(label=_("Held on"), widget=DateInput)
    content = forms.CharField(
        label=_("Content"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What the system can and cannot do, which data stay out, how results are checked."),
    )
    valid_to = forms.DateField(
        label=_("Valid until"), widget=DateInput, required=False, help_text=_("Usually a year; empty if it has no end.")
    )
    proof = forms.FileField(label=_("Proof"), required=False, help_text=_("Such as a list of participants."))

    def __init__(self, data: Any = None, files: Any = None, *, on: date, chosen: str = "") -> None:
        super().__init__(data, files, initial={"held_on": on, "people": [chosen] if chosen else []})
        self.fields["people"].queryset = inventory.people_to_choose(on)  # type: ignore[attr-defined]

    def leave_out_staff(self) -> None:
        """Employees wait for the agreement with the works council."""
        field: Any = self.fields["people"]
        field.queryset = field.queryset.exclude(kind=Kind.EMPLOYEE)

    def file(self) -> tuple[str, bytes] | None:
        return read_file(self.cleaned_data.get("proof"))


class WorksAgreementForm(Form):
    """The agreement of s. 87(1) no. 6 BetrVG: its day, its document, and the functions it covers."""

    agreed_on = forms.DateField(label=_("In force since"), widget=DateInput)
    kind = forms.ChoiceField(label=_("Kind of agreement"), choices=list(AGREEMENT_KINDS.items()))
    document = forms.FileField(label=_("Signed document"), help_text=_("Up to 25 MB."))
    covers = forms.MultipleChoiceField(
        label=_("Functions that it covers"), widget=forms.CheckboxSelectMultiple, required=True
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        choices = [(one.id, here(one.name)) for one in works_council.functions() if one.person_related]
        self.fields["covers"].choices = choices  # type: ignore[attr-defined]
        self.initial["covers"] = [name for name, _word in choices]

    def file(self) -> tuple[str, bytes]:
        found = read_file(self.cleaned_data["document"])
        assert found is not None  # the field is required
        return found


def read_file(given: _Upload | None) -> tuple[str, bytes] | None:
    return (given.name or "", given.read()) if given else None
