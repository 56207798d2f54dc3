"""Forms of the import: the file, and what must be known besides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from werkfluss.formats import bundle
from werkfluss.formats.fault import MAX_BYTES, too_large
from werkfluss.web.forms import DateInput, Form
from werkfluss.work.domain.invoice_import import tasks_that_take_files
from werkfluss.workforce.domain.staff_import import Place, known_places, zone_of
from werkfluss.workforce.models import NATURAL_PERSONS, Rate, Resource

NEW = "new"
# States by ISO 3166-2: they decide the public holidays.
STATES: dict[str, tuple[tuple[str, str], ...]] = {
    "DE": (
        ("BW", "Baden-Württemberg"),
        ("BY", "Bayern"),
        ("BE", "Berlin"),
        ("BB", "Brandenburg"),
        ("HB", "Bremen"),
        ("HH", "Hamburg"),
        ("HE", "Hessen"),
        ("MV", "Mecklenburg-Vorpommern"),
        ("NI", "Niedersachsen"),
        ("NW", "Nordrhein-Westfalen"),
        ("RP", "Rheinland-Pfalz"),
        ("SL", "Saarland"),
        ("SN", "Sachsen"),
        ("ST", "Sachsen-Anhalt"),
        ("SH", "Schleswig-Holstein"),
        ("TH", "Thüringen"),
    ),
    "AT": (
        ("1", "Burgenland"),
        ("2", "Kärnten"),
        ("3", "Niederösterreich"),
        ("4", "Oberösterreich"),
        ("5", "Salzburg"),
        ("6", "Steiermark"),
        ("7", "Tirol"),
        ("8", "Vorarlberg"),
        ("9", "Wien"),
    ),
}
_NAMES = {"DE": _("Germany"), "AT": _("Austria")}


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        chosen = data if isinstance(data, list) else [data]
        return [super(FilesField, self).clean(one, initial) for one in chosen or [None]]


class UploadForm(Form):
    """The file; several are taken as one bundle."""

    upload = FilesField(label=_("File"), help_text=_("Up to 25 MB. Several e-invoices can be chosen at once."))
    kind = forms.ChoiceField(label=_("Kind of file"), required=False)

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("recognise by itself")), *kinds]

    def content(self) -> tuple[str, bytes]:
        """Name and bytes.

        Raises:
            Broken: larger than 25 MB; nothing has been read then.
        """
        files: list[UploadedFile[Any]] = self.cleaned_data["upload"]
        size = sum(file.size or 0 for file in files)
        name = files[0].name or "upload"
        if size > MAX_BYTES:
            raise too_large(name, size)
        if len(files) == 1:
            return name, files[0].read()
        return f"{len(files)}-files.zip", bundle.pack((file.name or "", file.read()) for file in files)


class StaffOptions(Form):
    """The rate at which plans count these people, and in which state their places of work lie."""

    rate = forms.ChoiceField(
        label=_("Role rate"),
        help_text=_(
            "What an hour counts in plans, never a salary. People whose position is on the rate card get that rate."
        ),
    )
    rate_name = forms.CharField(label=_("Name of the new rate"), max_length=100, required=False)
    rate_euro = forms.DecimalField(
        label=_("Euro per hour"),
        min_value=Decimal(0),
        max_value=Decimal(10_000),
        decimal_places=2,
        required=False,
        localize=True,
    )

    def __init__(self, *args: Any, places: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rates = [(str(rate.pk), rate.name) for rate in Rate.objects.order_by("name")]
        field = self.fields["rate"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*rates, (NEW, _("A new rate …"))]
        self._known = known_places()
        self._asked: dict[str, str] = {}
        for number, (place, country) in enumerate(places.items()):
            if place not in self._known:
                self._asked[f"place_{number}"] = place
                self.fields[f"place_{number}"] = _state_field(place, country)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("rate") == NEW:
            for name in ("rate_name", "rate_euro"):
                if name not in self.errors and given.get(name) in {None, ""}:
                    self.add_error(name, _("Needed for a new rate."))
        return given

    def new_rate(self) -> tuple[str, int]:
        """Name and cents per hour of the rate to make; an empty name for an existing rate."""
        if self.cleaned_data["rate"] != NEW:
            return "", 0
        return self.cleaned_data["rate_name"], int(self.cleaned_data["rate_euro"] * 100)

    def places(self) -> dict[str, Place]:
        found = dict(self._known)
        for name, place in self._asked.items():
            country, _dash, state = str(self.cleaned_data.get(name) or "").partition("-")
            if country:
                found[place] = Place(country, state, zone_of(country))
        return found


def _state_field(place: str, country: str) -> forms.ChoiceField:
    groups = [
        (_NAMES[code], [(f"{code}-{state}", name) for state, name in states])
        for code, states in STATES.items()
        if country in {"", code}
    ]
    return forms.ChoiceField(
        label=_("Where is %(place)s?") % {"place": place},
        choices=[("", _("elsewhere or not known")), *groups],
        required=False,
        help_text=_("The state decides the public holidays."),
    )


class PlanOptions(Form):
    """The project that the tasks become."""

    name = forms.CharField(label=_("Name of the project"), max_length=200)
    start = forms.DateField(label=_("Start"), widget=DateInput)
    deadline = forms.DateField(label=_("Deadline"), widget=DateInput, required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("start") and given.get("deadline") and given["deadline"] < given["start"]:
            self.add_error("deadline", _("The deadline is before the start."))
        return given


class AbsenceOptions(Form):
    """Who is meant where the calendar names somebody nobody knows."""

    def __init__(self, *args: Any, owners: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {
            str(person.pk): person
            for person in Resource.objects.filter(kind__in=NATURAL_PERSONS).order_by("sort_key")
            if owners
        }
        self._owners = {f"owner_{number}": owner for number, owner in enumerate(owners)}
        choices = [("", _("leave out")), *((key, person.name) for key, person in self._people.items())]
        for name, owner in self._owners.items():
            label = _("Who is %(owner)s?") % {"owner": owner} if owner else _("Whose are entries without a name?")
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)

    def owners(self) -> dict[str, Resource]:
        """What the person chose so far; nothing while the form is not filled in."""
        if not self.is_bound:
            return {}
        given = {name: self[name].data for name in self._owners}
        return {self._owners[name]: self._people[key] for name, key in given.items() if key in self._people}


class InvoiceOptions(Form):
    """The task whose input the invoices are."""

    task = forms.ChoiceField(label=_("Task"), help_text=_("The invoices become the input of this task."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["task"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(task.pk), f"{task.wbs} {task.title} · {task.project.name}") for task in _tasks()]


def _tasks() -> list[Any]:
    return list(tasks_that_take_files()[:500])


def column_changes(data: Mapping[str, Any], letters: Sequence[str]) -> dict[str, str]:
    """What a person changed about the columns: letter to field (or ``ignore``), only where it differs."""
    changed = {}
    for letter in letters:
        chosen, before = data.get(f"column-{letter}"), data.get(f"was-{letter}", "")
        if chosen is not None and chosen != before:
            changed[letter] = str(chosen)
    return changed


def row_numbers(values: Sequence[str]) -> frozenset[int]:
    """Row numbers of tick boxes; anything else is no row."""
    return frozenset(int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 9)
