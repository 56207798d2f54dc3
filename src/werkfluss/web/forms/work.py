"""Forms of projects and tasks. Each field of a brief has a form of its own, so it is edited where it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from difflib import get_close_matches
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from werkfluss.agents import skills as agent_skills
from werkfluss.law.countries import CODES
from werkfluss.org.models import User
from werkfluss.web.forms import DateInput, Form, ModelForm
from werkfluss.web.forms.branches import branch_field, picked_of
from werkfluss.web.step_task_view import Origin
from werkfluss.work.domain.breakdown import Line
from werkfluss.work.models import Project, Task
from werkfluss.work.models.tasks import DataClass
from werkfluss.workforce.models import Kind, Skill

MAX_HOURS = Decimal(10_000)
MAX_LINES = 60
DATA_CLASSES: list[tuple[str, Promise]] = [
    (DataClass.PUBLIC.value, _("public")),
    (DataClass.INTERNAL.value, _("internal")),
    (DataClass.CONFIDENTIAL.value, _("confidential")),
    (DataClass.PERSONAL.value, _("personal data")),
]
KINDS: list[tuple[str, Promise]] = [
    (Kind.EMPLOYEE.value, _("own staff")),
    (Kind.FREELANCER.value, _("freelancers")),
    (Kind.FRACTIONAL.value, _("fractional executives")),
    (Kind.PARTNER.value, _("partner teams")),
    (Kind.AGENT.value, _("AI agents")),
]
LINK_TYPES: list[tuple[str, Promise]] = [
    ("FS", _("start after its end")),
    ("SS", _("start with its start")),
    ("FF", _("end with its end")),
    ("SF", _("end with its start")),
]


class HoursField(forms.DecimalField):
    """Hours as people write them, ``7,5`` in German; as whole minutes inside."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "short"})
        super().__init__(min_value=0, max_value=MAX_HOURS, localize=True, widget=widget, **options)

    @staticmethod
    def minutes(hours: Decimal | None) -> int | None:
        return None if hours is None else int((hours * 60).to_integral_value(ROUND_HALF_UP))

    @staticmethod
    def hours(minutes: int | None) -> Decimal | None:
        return None if minutes is None else (Decimal(minutes) / 60).quantize(Decimal("0.01")).normalize() + 0


class FieldForm(Form):
    """One field of a brief. ``columns`` are the task's own; a form with other fields overrides both methods."""

    heading: ClassVar[Promise]
    columns: ClassVar[tuple[str, ...]] = ()
    # The field that a question of the clarity check is about: an empty answer is none.
    asked: ClassVar[str] = ""

    def __init__(self, task: Task, data: QueryDict | None = None, *, where: str = "edit") -> None:
        self.task = task
        super().__init__(data, initial=self.initial_of(task), auto_id=f"{where}-%s")
        if where.startswith("ask-") and self.asked:
            self.fields[self.asked].required = True

    def initial_of(self, task: Task) -> dict[str, Any]:
        return {column: getattr(task, column) for column in self.columns}

    def changes(self) -> dict[str, Any]:
        """What ``edit_task`` is to write."""
        return {column: self.cleaned_data[column] for column in self.columns if column in self.fields}


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class TitleForm(FieldForm):
    heading, columns = _("Name"), ("title",)
    title = forms.CharField(label=_("Name"), max_length=200)


class BriefForm(FieldForm):
    heading, columns = _("Description"), ("brief",)
    brief = forms.CharField(label=_("Description"), required=False, max_length=10_000, widget=_area(5))


class OutcomeForm(FieldForm):
    heading, columns = _("Outcome"), ("outcome",)
    asked = "outcome"
    outcome = forms.CharField(label=_("Outcome"), required=False, max_length=5_000, widget=_area(3))


class CriteriaForm(FieldForm):
    heading = _("Acceptance criteria")
    asked = "criteria"
    criteria = forms.CharField(
        label=_("Acceptance criteria"), help_text=_("One per line."), required=False, widget=_area(4)
    )

    def initial_of(self, task: Task) -> dict[str, Any]:
        return {"criteria": "\n".join(criterion.text for criterion in task.criteria.all())}

    def clean_criteria(self) -> list[str]:
        lines = [line.strip() for line in str(self.cleaned_data["criteria"]).splitlines() if line.strip()]
        if any(len(line) > 300 for line in lines):
            raise forms.ValidationError(_("A criterion has at most 300 characters."))
        return lines

    def changes(self) -> dict[str, Any]:
        return {"criteria": self.cleaned_data["criteria"]}


def skill_name(skill: Skill) -> str:
    return skill.name_de if (get_language() or "de").startswith("de") else skill.name_en


class SkillsForm(FieldForm):
    """Chips to keep or take away, and one line to add from the firm's vocabulary."""

    heading = _("Skills")
    asked = "add"
    keep = forms.MultipleChoiceField(label=_("Required"), required=False, widget=forms.CheckboxSelectMultiple)
    add = forms.CharField(
        label=_("Add skills"),
        help_text=_("From the firm's vocabulary; several separated by a semicolon."),
        required=False,
        widget=forms.TextInput(attrs={"list": "vocabulary", "autocomplete": "off"}),
    )

    def __init__(self, task: Task, data: QueryDict | None = None, *, where: str = "edit") -> None:
        super().__init__(task, data, where=where)
        needs = list(task.skills.all())
        self.levels = {need.skill.key: need.min_level for need in needs}
        field = self.fields["keep"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(need.skill.key, skill_name(need.skill)) for need in needs]
        if not needs:
            del self.fields["keep"]

    def initial_of(self, task: Task) -> dict[str, Any]:
        return {"keep": [need.skill.key for need in task.skills.all()]}

    def clean_add(self) -> list[str]:
        wanted = [part.strip() for part in str(self.cleaned_data["add"]).split(";") if part.strip()]
        if not wanted:
            return []
        known = {
            str(name).casefold(): skill.key
            for skill in Skill.objects.all()
            for name in (skill.key, *skill.synonyms, skill.name_de, skill.name_en)
        }
        for name in wanted:
            if name.casefold() not in known:
                near = get_close_matches(name.casefold(), known, n=3, cutoff=0.5)
                text = str(_("“%(name)s” is not in the vocabulary.") % {"name": name})
                if near:
                    text += " " + _("Similar: %(names)s") % {"names": ", ".join(near)}
                raise forms.ValidationError(text)
        return [known[name.casefold()] for name in wanted]

    def changes(self) -> dict[str, Any]:
        keys = [*self.cleaned_data.get("keep", []), *self.cleaned_data["add"]]
        return {"skills": {key: self.levels.get(key) for key in keys}}


class EffortForm(FieldForm):
    heading = _("Effort")
    asked = "effort"
    effort = HoursField(
        label=_("Hours"),
        required=False,
        help_text=_("Working time without waiting; of a range the upper end. 0 makes a milestone."),
    )

    def initial_of(self, task: Task) -> dict[str, Any]:
        return {"effort": HoursField.hours(task.effort_minutes)}

    def changes(self) -> dict[str, Any]:
        return {"effort_minutes": HoursField.minutes(self.cleaned_data["effort"])}


class DataForm(FieldForm):
    heading, columns = _("Data"), ("data_class", "export_controlled")
    asked = "data_class"
    data_class = forms.ChoiceField(
        label=_("Data class"), choices=[("", _("please choose")), *DATA_CLASSES], required=False
    )
    export_controlled = forms.BooleanField(label=_("Technology under export control"), required=False)


class AiForm(FieldForm):
    heading, columns = _("Use of AI"), ("ai_allowed", "ai_purpose", "skill_folder")
    ai_allowed = forms.BooleanField(label=_("An AI agent may do this"), required=False)
    ai_purpose = forms.CharField(
        label=_("Purpose of the AI"),
        help_text=_("What exactly it does, and that a person decides."),
        max_length=300,
        required=False,
    )
    skill_folder = forms.ChoiceField(label=_("Kind of agent work"), required=False)

    def __init__(self, task: Task, data: QueryDict | None = None, *, where: str = "edit") -> None:
        super().__init__(task, data, where=where)
        names = {*agent_skills.names(), *filter(None, [task.skill_folder])}
        field = self.fields["skill_folder"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("none yet")), *((name, name.replace("_", " ")) for name in sorted(names))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("ai_allowed") and not str(cleaned.get("ai_purpose", "")).strip():
            self.add_error("ai_purpose", _("Please say what the AI is used for."))
        return cleaned


class PlaceForm(FieldForm):
    heading, columns = _("Place"), ("place_country", "place_city")
    place_country = forms.CharField(
        label=_("Country"),
        help_text=_("Two letters, such as DE or AT. Empty: it can be done anywhere."),
        max_length=2,
        required=False,
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off"}),
    )
    place_city = forms.CharField(label=_("City"), max_length=100, required=False)

    def clean_place_country(self) -> str:
        code = str(self.cleaned_data["place_country"]).strip().upper()
        if code and code not in CODES:
            raise forms.ValidationError(_("Please enter two letters, such as DE."))
        return code


class EyesForm(FieldForm):
    heading, columns = _("Four eyes"), ("four_eyes",)
    four_eyes = forms.BooleanField(
        label=_("Two people accept the result, neither of whom did the work"), required=False
    )


class TimeForm(FieldForm):
    heading, columns = _("Dates"), ("earliest_start", "deadline")
    asked = "deadline"
    earliest_start = forms.DateField(label=_("Not before"), required=False, widget=DateInput)
    deadline = forms.DateField(label=_("Deadline"), required=False, widget=DateInput)

    def __init__(self, task: Task, data: QueryDict | None = None, *, where: str = "edit") -> None:
        super().__init__(task, data, where=where)
        if where.startswith("ask-"):
            del self.fields["earliest_start"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("earliest_start", self.task.earliest_start), cleaned.get("deadline")
        if first and last and last < first:
            self.add_error("deadline", _("The deadline lies before the start."))
        return cleaned


class KindsForm(FieldForm):
    heading, columns = _("Who may do it"), ("kinds_allowed",)
    kinds_allowed = forms.MultipleChoiceField(
        label=_("Who may do it"),
        help_text=_("Nothing ticked: everybody whom the law allows."),
        choices=KINDS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


FIELD_FORMS: dict[str, type[FieldForm]] = {
    "title": TitleForm,
    "brief": BriefForm,
    "outcome": OutcomeForm,
    "criteria": CriteriaForm,
    "skills": SkillsForm,
    "effort": EffortForm,
    "time": TimeForm,
    "data": DataForm,
    "kinds": KindsForm,
    "ai": AiForm,
    "place": PlaceForm,
    "eyes": EyesForm,
}
# Which form answers a finding of the clarity check, by the field it names.
FORM_OF_FINDING = {
    "title": "title",
    "skills": "skills",
    "outcome": "outcome",
    "criteria": "criteria",
    "effort_hours": "effort",
    "data_class": "data",
    "deadline": "time",
    "ai": "ai",
    "ai_purpose": "ai",
    "acceptance": "eyes",
}


class LinkForm(Form):
    """What comes before a task."""

    predecessor = forms.ChoiceField(label=_("Comes after"))
    type = forms.ChoiceField(label=_("How"), choices=LINK_TYPES, required=False)
    lag_days = forms.IntegerField(
        label=_("Working days between"),
        required=False,
        min_value=-365,
        max_value=365,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
    )

    def __init__(self, others: Iterable[Task], data: QueryDict | None = None, *, where: str = "link") -> None:
        super().__init__(data, auto_id=f"{where}-%s")
        field = self.fields["predecessor"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("please choose")), *((str(t.pk), f"{t.wbs} {t.title}".strip()) for t in others)]


class DropForm(Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)


class ProjectForm(ModelForm):
    """The frame of a project that is there."""

    start = forms.DateField(label=_("Start"), widget=DateInput)
    deadline = forms.DateField(label=_("Deadline"), required=False, widget=DateInput)

    class Meta:
        model = Project
        fields = ["name", "goal", "start", "deadline", "lead", "state"]
        labels = {"name": _("Name"), "goal": _("Goal"), "lead": _("Lead"), "state": _("State")}
        widgets = {"goal": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, members: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lead, state = self.fields["lead"], self.fields["state"]
        assert isinstance(lead, forms.ModelChoiceField)
        assert isinstance(state, forms.ChoiceField)
        lead.queryset = User.objects.filter(pk__in=[member.pk for member in members]).order_by("name")
        state.choices = [("open", _("open")), ("closed", _("closed"))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        _end_after_start(self, cleaned)
        return cleaned

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data}


def _end_after_start(form: forms.BaseForm, cleaned: dict[str, Any]) -> None:
    first, last = cleaned.get("start"), cleaned.get("deadline")
    if first and last and last < first:
        form.add_error("deadline", _("The deadline lies before the start."))


class NewProjectForm(Form):
    """A project in one step: its name, its start, and where its tasks come from."""

    source = forms.ChoiceField(label=_("Tasks from"))
    name = forms.CharField(label=_("Name"), max_length=200)
    start = forms.DateField(label=_("Start"), widget=DateInput)
    deadline = forms.DateField(label=_("Deadline"), required=False, widget=DateInput)

    def __init__(self, sources: Sequence[tuple[Any, Any]], data: QueryDict | None, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = sources
        field.widget.attrs["class"] = "wide"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        _end_after_start(self, cleaned)
        return cleaned


class NewTaskForm(Form):
    title = forms.CharField(label=_("Name"), max_length=200)
    hours = HoursField(label=_("Hours"), required=False)
    parent = forms.ChoiceField(label=_("In group"), required=False)

    def __init__(self, groups: Iterable[Task], data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="new-%s")
        field = self.fields["parent"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("none")), *((str(g.pk), f"{g.wbs} {g.title}".strip()) for g in groups)]

    def minutes(self) -> int | None:
        return HoursField.minutes(self.cleaned_data["hours"])


class SplitTemplateForm(Form):
    template = forms.ChoiceField(label=_("Template"))
    start = forms.DateField(label=_("Start"), widget=DateInput)

    def __init__(
        self, templates: Sequence[tuple[str, str]], data: QueryDict | None = None, *, start: date | None = None
    ) -> None:
        super().__init__(data, initial={"start": start}, auto_id="along-%s")
        field = self.fields["template"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = templates


class SplitLinesForm(Form):
    """Parts of a task, one per line: ``Title; hours``."""

    lines = forms.CharField(
        label=_("Parts"),
        help_text=_("One part per line: name; hours"),
        widget=forms.Textarea(attrs={"rows": 7, "spellcheck": "true"}),
    )
    in_sequence = forms.BooleanField(label=_("One after the other"), required=False, initial=True)

    def clean_lines(self) -> list[Line]:
        rows = [row.strip() for row in str(self.cleaned_data["lines"]).splitlines() if row.strip()]
        if len(rows) > MAX_LINES:
            raise forms.ValidationError(
                ngettext("At most %(n)s part at once.", "At most %(n)s parts at once.", MAX_LINES) % {"n": MAX_LINES}
            )
        return [self._line(number, row) for number, row in enumerate(rows, start=1)]

    def _line(self, number: int, row: str) -> Line:
        title, _semicolon, hours = row.rpartition(";") if ";" in row else (row, "", "")
        title, hours = title.strip(), hours.strip().removesuffix("h").strip()
        if not title or len(title) > 200:
            raise forms.ValidationError(_("Line %(n)s: the name is missing or too long.") % {"n": number})
        if not hours:
            return Line(title)
        try:
            given = HoursField(required=False).clean(hours)
        except forms.ValidationError:
            text = _("Line %(n)s: “%(text)s” is no number of hours.") % {"n": number, "text": hours}
            raise forms.ValidationError(text) from None
        return Line(title, HoursField.minutes(given))


class TemplateForm(Form):
    name_de = forms.CharField(label=_("Name (German)"), max_length=200)
    name_en = forms.CharField(label=_("Name (English)"), max_length=200, required=False)


class MultipleFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, none too."""

    widget = MultipleFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        return [super(FilesField, self).clean(one, initial) for one in data or []]


class DeliverForm(Form):
    text = forms.CharField(label=_("What was made"), required=False, max_length=20_000, widget=_area(4))
    attachments = FilesField(label=_("Files"), help_text=_("Up to 25 MB each."), required=False)

    def __init__(self, *args: Any, origin: Origin | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if origin is not None and origin.choices:
            self.fields["choice"] = branch_field(origin, str(_("How it should go on")))

    def picked(self) -> list[str]:
        """The branches that are proposed, if the task is a decision."""
        return picked_of(self.cleaned_data)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not str(cleaned.get("text", "")).strip() and not cleaned.get("attachments") and not self.errors:
            raise forms.ValidationError(_("Please describe the result or attach it."))
        return cleaned


class HandBackForm(Form):
    reason = forms.CharField(
        label=_("Reason"), help_text=_("So that the task finds the right place; nobody counts."), max_length=300
    )
