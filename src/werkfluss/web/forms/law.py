"""Forms made from what a rule asks: one field per fact, the question as its label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.formats import date_format, localize_input, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from werkfluss.compliance.domain.explain import Fact
from werkfluss.kernel.text import Text
from werkfluss.law.choices import label_of
from werkfluss.law.countries import CODES
from werkfluss.law.facts import FIRST_DAY, LAST_DAY
from werkfluss.web.forms import DateInput, Form

UNKNOWN = "unknown"
FEW_FACTS = 8
# What the law can be asked about, as its own reading of facts has it.
_DAYS = (MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY))
# What planning takes for granted of a person's work, so that nobody is asked in vain; the answer must not hide it.
TAKEN = {
    "home": _("taken as Germany where nothing else is recorded"),
    "employer_state": _("taken as Germany where nothing else is recorded"),
    "insured_in": _("taken as the person's own country where nothing else is recorded"),
}
_YES_NO = (("", _("not known")), ("true", _("yes")), ("false", _("no")))


def here(text: Text) -> str:
    return text.in_language(get_language() or "de")


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """The countries that a fact may name, Kosovo among them, in the order of their names."""
    from babel import Locale

    names = Locale.parse(language).territories
    found = [(code, names[code]) for code in CODES]
    return tuple(sorted(found, key=lambda pair: pair[1].casefold()))


def fact_field(fact: Fact, *, required: bool = False) -> forms.Field:
    """The control for one fact; an empty answer means that it is not known."""
    label, unit = here(fact.question), fact.unit
    if fact.type == "boolean":
        return forms.ChoiceField(label=label, choices=_YES_NO[1:] if required else _YES_NO, required=required)
    if fact.type == "choice":
        options = [(value, _value_word(fact, value)) for value in fact.values if value != UNKNOWN]
        return forms.ChoiceField(label=label, choices=_with_empty(options, required), required=required)
    if fact.type == "country":
        options = list(countries("de" if (get_language() or "de").startswith("de") else "en"))
        choices = _with_empty(options, required)
        return forms.ChoiceField(label=label, choices=choices, required=required, help_text=TAKEN.get(fact.name, ""))
    if fact.type == "date":
        return forms.DateField(label=label, widget=DateInput, required=required, validators=_DAYS)
    return forms.DecimalField(
        label=label,
        min_value=Decimal(0),
        max_value=fact.most,
        decimal_places=0 if fact.whole else None,
        required=required,
        localize=True,
        help_text=unit_word(unit),
    )


def _with_empty(options: list[tuple[str, str]], required: bool) -> list[tuple[str, Any]]:
    return options if required else [("", _("not known")), *options]


def _value_word(fact: Fact, value: str) -> str:
    label = (fact.labels or {}).get(value)
    return here(label) if label else value.replace("_", " ")


def unit_word(unit: str) -> Any:
    """Units of the law packs in words."""
    words = {
        "h": _("hours"),
        "hours": _("hours"),
        "min": _("minutes"),
        "minutes": _("minutes"),
        "months": _("months"),
        "years": _("years"),
        "days": _("days"),
        "percent": _("percent"),
        "EUR": _("euro"),
        "EUR/year": _("euro a year"),
        "EUR/month": _("euro a month"),
        "EUR/hour": _("euro an hour"),
        "h/week": _("hours a week"),
        "h/month": _("hours a month"),
        "days/week": _("days a week"),
        "days/year": _("days a year"),
        "weeks": _("weeks"),
        "persons": _("people"),
        "people": _("people"),
        "children": _("children"),
        "date": "",
        "yes/no": "",
        "year": "",
        "factor": "",
        "phase": "",
        "ISO 3166-1 alpha-2": "",
    }
    return words.get(unit, unit)


def plain_value(value: Any) -> Any:
    """As a fact keeps it: JSON, decimals and dates as text, yes and no as such."""
    if value in {"true", "false"}:
        return value == "true"
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value


def shown_value(value: Any) -> Any:
    """The opposite: a stored value as the form's field takes it."""
    return ("true" if value else "false") if isinstance(value, bool) else value


def _number_of(fact: Fact, value: Any) -> Any:
    """Numbers are kept as text with a point; as numbers they are written as the page's language writes them."""
    return Decimal(str(value)) if fact.type == "number" and value not in {None, "", UNKNOWN} else value


class FactsForm(Form):
    """The questions of one rule and the day for which they are asked."""

    on = forms.DateField(label=_("Which day is it about?"), widget=DateInput, validators=_DAYS)

    def __init__(
        self, data: Any, *, facts: Sequence[Fact], known: Mapping[str, Any], on: date, prefix: str | None = None
    ) -> None:
        self._facts = facts
        self._known = known
        initial: dict[str, Any] = {"on": on}
        for fact in facts:
            value = known.get(fact.name, fact.default)
            initial[fact.name] = shown_value(_number_of(fact, value))
        super().__init__(data, initial=initial, prefix=prefix)
        for fact in facts:
            self.fields[fact.name] = fact_field(fact)

    @staticmethod
    def as_sent(fact: Fact, value: Any) -> str:
        """A known value as the form sends it, in the writing of the page's language."""
        if value is None or value == UNKNOWN:
            return ""
        return str(localize_input(shown_value(_number_of(fact, value))))

    def near(self) -> list[Any]:
        """The day and the few facts one tries first: amounts, days, places and choices that are known, then the rest.

        With nothing known everything is asked, in the order of the rule.
        """
        return [self["on"], *(self[name] for name in self._near_names())]

    def far(self) -> list[Any]:
        """The other questions of the rule."""
        near = self._near_names()
        return [self[fact.name] for fact in self._facts if fact.name not in near]

    def _near_names(self) -> list[str]:
        if not self._known:
            return [fact.name for fact in self._facts]
        known = [fact for fact in self._facts if fact.name in self._known or self.errors.get(fact.name)]
        known.sort(key=lambda fact: fact.type == "boolean")
        return [fact.name for fact in known[:FEW_FACTS]]

    def day(self) -> date:
        value: date = self.cleaned_data["on"]
        return value

    def given(self) -> dict[str, Any]:
        """The facts as the rule takes them. An empty answer is not known, also where the rule has a usual value."""
        found: dict[str, Any] = {}
        for fact in self._facts:
            value = plain_value(self.cleaned_data[fact.name])
            if value not in {"", None}:
                found[fact.name] = value
            elif fact.default is not None:
                found[fact.name] = UNKNOWN
        return found


class MissingForm(Form):
    """The facts a verdict asks for, with where the answers come from; some may stay open."""

    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        help_text=_("Where this is written: contract of …, letter of …, notice of …"),
    )
    valid_from = forms.DateField(label=_("Holds from"), widget=DateInput)

    def __init__(self, data: Any, *, facts: Sequence[Fact], on: date) -> None:
        super().__init__(data, initial={"valid_from": on}, prefix="missing")
        self._facts = facts
        for fact in facts:
            self.fields[fact.name] = fact_field(fact)
        self.order_fields([fact.name for fact in facts])

    def asked(self) -> list[tuple[Fact, Any]]:
        return [(fact, self[fact.name]) for fact in self._facts]

    def kept_with(self) -> list[Any]:
        """The fields that say where the answers come from."""
        return [self["source"], self["valid_from"]]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not any(given.get(fact.name) not in {"", None} for fact in self._facts) and not self.errors:
            raise forms.ValidationError(_("Please answer at least one question."))
        return given

    def answers(self) -> dict[str, Any]:
        given = ((fact.name, plain_value(self.cleaned_data[fact.name])) for fact in self._facts)
        return {name: value for name, value in given if value not in {"", None}}


def said_here(fact: Fact, value: Any) -> str:
    """A fact's value as people read it: words of choices and countries, numbers with their unit, days as days."""
    if value in {None, "", UNKNOWN}:
        return str(_("not known"))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if fact.type == "choice":
        return _value_word(fact, str(value))
    if fact.type == "country":
        return dict(countries("de" if (get_language() or "de").startswith("de") else "en")).get(str(value), str(value))
    if fact.type == "date":
        return date_format(value if isinstance(value, date) else date.fromisoformat(str(value)), "DATE_FORMAT")
    return amount(value, fact.unit)


def amount(value: Any, unit: str) -> str:
    """A number with its unit, in the writing of the page; anything else as it stands."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return f"{value} {unit_word(unit)}".strip()
    places = max(0, -int(number.normalize().as_tuple().exponent))
    if places and unit.startswith("EUR"):
        places = max(2, places)  # nobody writes 5.812,5 €
    if unit == "year":
        return str(value)
    return f"{number_format(number, places, use_l10n=True, force_grouping=True)} {unit_word(unit)}".strip()


def amount_word(value: Any, unit: str) -> str:
    """A dated value as people read it: numbers with their unit, words as words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    try:
        Decimal(str(value))
    except InvalidOperation:
        return _word(str(value))
    return amount(value, unit)


def _word(value: str) -> str:
    """A dated word: a day as days are written here, a key in words, anything else as it stands."""
    try:
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    except ValueError:
        return here(label_of(value))


class FactForm(Form):
    """One statement with where it comes from: without a source it is no fact."""

    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        help_text=_("Where this is written: contract of …, letter of …, notice of …"),
    )
    valid_from = forms.DateField(label=_("Holds from"), widget=DateInput)
    valid_to = forms.DateField(label=_("No longer holds from"), widget=DateInput, required=False)
    document = forms.FileField(label=_("Document"), required=False, help_text=_("Up to 25 MB."))
    field_order = ("value", "source", "valid_from", "valid_to", "document")

    def __init__(self, *args: Any, fact: Fact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = fact_field(fact, required=True)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("valid_from"), given.get("valid_to")
        if first and last and last <= first:
            self.add_error("valid_to", _("Later than the day from which it holds."))
        return given

    def value(self) -> Any:
        return plain_value(self.cleaned_data["value"])


class DoneForm(Form):
    """The proof that something was done; one is not always to be had."""

    document = forms.FileField(label=_("Proof"), required=False, help_text=_("Up to 25 MB."))


class DropForm(Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)
