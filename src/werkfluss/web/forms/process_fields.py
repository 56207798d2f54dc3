"""What every property form beside the drawing has, and the fields that it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from werkfluss.process.editing import Edited, english_of
from werkfluss.process.model import Definitions
from werkfluss.web.forms import Form
from werkfluss.web.process_times import feel_fault

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Word

Groups = tuple[tuple[Promise | str, tuple[str, ...]], ...]


class FeelField(forms.CharField):
    """An expression; what cannot be read is said at the field."""

    def clean(self, value: Any) -> str:
        said = str(super().clean(value)).strip().removeprefix("=").strip()
        if said and (fault := feel_fault(said)):
            raise forms.ValidationError(gettext("This is no readable FEEL expression: %(fault)s") % {"fault": fault})
        return said


def line(label: Word, *, most: int = 200, hint: Word | str = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=most, required=False, help_text=hint, widget=widget)


def text(label: Word, *, rows: int = 2, most: int = 2000, hint: Word | str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, required=False, help_text=hint, widget=widget)


def feel(label: Word, *, rows: int = 1, hint: Word | str = "") -> FeelField:
    widget = forms.Textarea(attrs={"rows": rows, "autocomplete": "off", "spellcheck": "false"})
    return FeelField(label=label, max_length=2000, required=False, help_text=hint, widget=widget)


def hours(label: Word) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label, min_value=0, max_value=10_000, decimal_places=2, localize=True, required=False, widget=widget
    )


@dataclass(frozen=True, slots=True)
class Group:
    """Fields shown together; those that few need are ``folded`` until somebody has filled one in."""

    title: Promise | str
    fields: list[Any]
    folded: bool = False
    is_open: bool = False


class ElementForm(Form):
    """Name in both languages: what every element has. ``groups`` are the fields as they are shown together."""

    groups: ClassVar[Groups] = (("", ("name",)),)
    folded: ClassVar[Groups] = ()
    # Folded at the end: most people fill in one language first.
    english: ClassVar[tuple[str, ...]] = ("name_en",)

    name = line(_("Name"))
    name_en = line(_("Name in English"))

    def __init__(self, element: Any, model: Definitions, data: QueryDict | None = None) -> None:
        self.element = element
        self.model = model
        super().__init__(data, initial=self.initial_of(element), auto_id="prop-%s")

    def initial_of(self, element: Any) -> dict[str, Any]:
        return {"name": element.name, "name_en": english_of(element)}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        # An expression of another tool that nobody has touched stays what it is.
        for name in [name for name in self.errors if isinstance(self.fields.get(name), FeelField)]:
            if str(self[name].value()).strip() == self.initial.get(name):
                del self.errors[name]
                cleaned[name] = self.initial[name]
        return cleaned

    def edited(self) -> Edited:
        """What is to be written; call it after ``is_valid``."""
        return Edited(name=self.squeezed("name"), english=self.squeezed("name_en"))

    def squeezed(self, field: str) -> str:
        return " ".join(str(self.cleaned_data[field]).split())

    def said(self, field: str) -> str | None:
        """What was typed; ``None`` where it is not asked, or where it is as it was."""
        if field not in self.fields or self.cleaned_data[field] == self.initial[field]:
            return None
        return str(self.cleaned_data[field])

    def offer(self, field: str, choices: list[Any]) -> None:
        found = self.fields[field]
        assert isinstance(found, forms.ChoiceField)
        found.choices = choices

    def drop(self, *names: str) -> None:
        for name in names:
            self.fields.pop(name, None)

    def fieldsets(self) -> list[Group]:
        shown = [Group(title, self._bound(names)) for title, names in self.groups]
        for title, names in self.folded:
            bound = self._bound(names)
            wrong = any(field.errors for field in bound)
            shown.append(Group(title, bound, folded=True, is_open=wrong or any(map(_filled, bound))))
        return [group for group in shown if group.fields]

    def english_fields(self) -> list[Any]:
        return self._bound(self.english)

    def english_faults(self) -> bool:
        return any(field.errors for field in self.english_fields())

    def _bound(self, names: tuple[str, ...]) -> list[Any]:
        return [self[name] for name in names if name in self.fields]


def _filled(field: Any) -> bool:
    return field.value() not in (None, "", [], False)
