"""Forms about people: a paper with its dates, the last day, skills that are documented."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from werkfluss.kernel.text import Text, sort_key
from werkfluss.web.forms import DateInput, Form, ModelForm
from werkfluss.web.forms.law import countries, here
from werkfluss.web.forms.settings import zone_choices
from werkfluss.web.paper_words import paper_word
from werkfluss.workforce.domain.papers import TYPES
from werkfluss.workforce.models import Kind, Resource, Skill

_DAY = timedelta(days=1)


class PaperForm(Form):
    """A paper somebody has in hand: what, from when until when, and the file as proof."""

    kind = forms.ChoiceField(label=_("Which paper?"))
    valid_from = forms.DateField(label=_("Valid from"), widget=DateInput)
    expires = forms.DateField(
        label=_("Valid until"), widget=DateInput, required=False, help_text=_("Last day; empty if it does not end.")
    )
    document = forms.FileField(label=_("File"), help_text=_("Up to 25 MB."))

    def __init__(self, *args: Any, asked: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {kind: paper_word(kind) for kind in (*asked, *TYPES)}
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = sorted(names.items(), key=lambda pair: sort_key(names[pair[0]]))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("valid_from") and given.get("expires") and given["expires"] < given["valid_from"]:
            self.add_error("expires", _("The paper would expire before it begins."))
        return given


class EndForm(Form):
    """The last day on which somebody is there."""

    last_day = forms.DateField(label=_("Last day"), widget=DateInput)

    def __init__(self, *args: Any, resource: Resource, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._first = resource.active_from

    def clean_last_day(self) -> date:
        day: date = self.cleaned_data["last_day"]
        if self._first and day < self._first:
            raise forms.ValidationError(_("That is before the first day."))
        return day

    def first_day_gone(self) -> date:
        day: date = self.cleaned_data["last_day"]
        return day + _DAY


class SkillsForm(Form):
    """What somebody documents to be able to do. There are no levels for people."""

    skills = forms.MultipleChoiceField(label=_("Skills"), required=False, widget=forms.CheckboxSelectMultiple)
    document = forms.FileField(
        label=_("Proof"), required=False, help_text=_("Certificate or training record, if there is one.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._skills = {str(skill.pk): skill for skill in Skill.objects.all()}
        words = {key: skill_word(skill) for key, skill in self._skills.items()}
        field = self.fields["skills"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = sorted(words.items(), key=lambda pair: sort_key(words[pair[0]]))

    def chosen(self) -> dict[Skill, int | None]:
        return {self._skills[key]: None for key in self.cleaned_data["skills"]}


def skill_word(skill: Skill) -> str:
    return here(Text(skill.name_de, skill.name_en))


class DeclaredForm(ModelForm):
    """What is declared of a person or a team: where they work, what they are called, what they speak."""

    languages = forms.CharField(
        label=_("Languages"), required=False, help_text=_("Separated by commas, with the certified level: de-C1, en.")
    )
    country = forms.ChoiceField(label=_("Country of work"))
    nationality = forms.ChoiceField(label=_("Nationality"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = Resource
        fields = (
            *("name", "title", "department", "email", "personnel_no"),
            *("city", "country", "subdivision", "time_zone", "nationality", "languages"),
        )
        labels = {
            "name": _("Name"),
            "title": _("Position"),
            "department": _("Department"),
            "email": _("E-mail address"),
            "personnel_no": _("Personnel number"),
            "city": _("Place of work"),
            "subdivision": _("State (Bundesland)"),
        }
        help_texts = {"subdivision": _("Decides the public holidays; such as HE for Hessen.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["languages"] = ", ".join(str(each) for each in self.instance.languages)
        lands = list(countries(here(Text("de", "en"))))
        self._choices("country", lands)
        self._choices("nationality", [("", _("not known")), *lands])
        zones = list(zone_choices())
        known = {zone for zone, _name in zones}
        own = self.instance.time_zone
        self._choices("time_zone", zones if own in known else [(own, own), *zones])
        if self.instance.kind != Kind.EMPLOYEE:
            for name in ("personnel_no", "department", "nationality"):
                del self.fields[name]

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_languages(self) -> list[str]:
        return [part.strip()[:40] for part in str(self.cleaned_data["languages"]).split(",") if part.strip()][:20]

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data}


class EraseForm(Form):
    """The ground for erasing a person, and the name typed once more: nothing of it can be undone."""

    basis = forms.ChoiceField(
        label=_("Ground"),
        choices=[
            ("Art. 17(1)(a) GDPR", _("The data are no longer needed (Art. 17(1)(a) GDPR)")),
            ("Art. 17(1)(b) GDPR", _("Consent was withdrawn (Art. 17(1)(b) GDPR)")),
            ("Art. 17(1)(c) GDPR", _("The person objects (Art. 17(1)(c) GDPR)")),
            ("Art. 17(1)(d) GDPR", _("The data were not lawful to process (Art. 17(1)(d) GDPR)")),
        ],
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Such as: request of 12 November. It stands in the record.")
    )
    typed = forms.CharField(
        label=_("Name of the person"), max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, *args: Any, name: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self._name = name
        self.fields["typed"].help_text = _("To confirm, type: %(name)s") % {"name": name}

    def clean_typed(self) -> str:
        given = " ".join(str(self.cleaned_data["typed"]).split())
        if given != self._name:
            raise forms.ValidationError(_("This is not the name."))
        return given
