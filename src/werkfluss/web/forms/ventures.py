"""Forms of joint ventures: the terms of a share, the lines of a statement. Lists are written one per line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from werkfluss.engagement import venture as pure
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.law import here
from werkfluss.web.forms.order_terms import MoneyField

_Rows = forms.Textarea(attrs={"rows": 3})


def _chosen(words: dict[str, Text], typed: str) -> str | None:
    """The key whose German or English word was written."""
    plain = typed.casefold()
    return next((key for key, word in words.items() if plain in {key, word.de.casefold(), word.en.casefold()}), None)


def _cents(text: str) -> int:
    value: Decimal = MoneyField().clean(text)
    return int(value * 100)


def _day(text: str) -> date | None:
    found: date | None = forms.DateField(required=False).clean(text)
    return found


def _lines(name: str, text: str, least: int, most: int, read: Callable[[list[str]], Any]) -> list[Any]:
    """Each line cut at its semicolons and read.

    Raises:
        ValidationError: at the field ``name``, with the line that is not understood.
    """
    found = []
    for line in (one.strip() for one in text.splitlines()):
        if not line:
            continue
        parts = [part.strip() for part in line.split(";")]
        why = _("Please write it as said above. This line is not: %(line)s") % {"line": line}
        if not least <= len(parts) <= most or not parts[0]:
            raise forms.ValidationError({name: why})
        try:
            found.append(read([*parts, *[""] * (most - len(parts))]))
        except forms.ValidationError as wrong:
            raise forms.ValidationError({name: why}) from wrong
    return found


class TermsForm(Form):
    """What both sides are to agree on."""

    purpose = forms.CharField(label=_("Common purpose"), max_length=2000, widget=_Rows)
    client = forms.CharField(
        label=_("What the firm contributes"),
        help_text=_("One per line: money, work, things or rights; what; value; day (may be left out)."),
        widget=_Rows,
    )
    contractor = forms.CharField(
        label=_("What the external contributes"),
        help_text=_("Written the same way. Both sides agree on the values."),
        widget=_Rows,
    )
    goals = forms.CharField(
        label=_("Milestones of the venture"),
        required=False,
        help_text=_("One per line: what; day (may be left out)."),
        widget=_Rows,
    )
    percent = forms.DecimalField(
        label=_("Share of the external, per cent"), localize=True, max_digits=5, decimal_places=2
    )
    base = forms.ChoiceField(label=_("Share of what"))
    loss = forms.ChoiceField(label=_("If there is a loss"), widget=forms.RadioSelect)
    floor = MoneyField(label=_("At least, per statement"), required=False)
    cap = MoneyField(label=_("At most, in all"), required=False)
    months = forms.TypedChoiceField(
        label=_("A statement every"),
        choices=[(1, _("month")), (3, _("quarter")), (6, _("half year")), (12, _("year"))],
        coerce=int,
    )
    notice_days = forms.IntegerField(label=_("Days of notice, for both sides"), min_value=14, max_value=365)
    rights = forms.CharField(label=_("What happens to the rights at the end"), max_length=2000, widget=_Rows)
    valuation = forms.CharField(label=_("How what is left is valued at the end"), max_length=2000, widget=_Rows)

    def __init__(self, *args: Any, terms: pure.Terms | None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial = {**self.initial, **_initial(terms)}
        choices: dict[str, dict[str, Text]] = {"base": pure.BASES, "loss": pure.LOSSES}
        for name, words in choices.items():
            field: Any = self.fields[name]
            field.choices = [(key, here(word)) for key, word in words.items()]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors:
            both = [
                {"side": side, **one} for side in pure.SIDES for one in _lines(side, given[side], 3, 4, _contribution)
            ]
            goals = _lines("goals", given["goals"], 1, 2, lambda parts: {"title": parts[0], "due": _iso(parts[1])})
            same = ("purpose", "base", "loss", "months", "notice_days", "rights", "valuation")
            self.terms = {
                **{name: given[name] for name in same},
                "percent": str(given["percent"]),
                "floor_cents": int((given.get("floor") or 0) * 100),
                "cap_cents": None if given.get("cap") is None else int(given["cap"] * 100),
                "contributions": both,
                "goals": goals,
            }
            try:
                pure.read(self.terms)
            except Refused as refusal:
                raise forms.ValidationError(here(refusal.reason)) from refusal
        return given


def _contribution(parts: list[str]) -> dict[str, Any]:
    kind = _chosen(pure.KINDS, parts[0])
    if kind is None:
        raise forms.ValidationError("")
    return {"kind": kind, "what": parts[1], "cents": _cents(parts[2]), "due": _iso(parts[3])}


def _iso(text: str) -> str | None:
    day = _day(text)
    return day.isoformat() if day else None


def _initial(terms: pure.Terms | None) -> dict[str, Any]:
    if terms is None:
        return {"base": "surplus", "loss": "none", "months": 6, "notice_days": 90}
    same = ("purpose", "base", "loss", "months", "notice_days", "rights", "valuation", "percent")
    return {
        **{name: getattr(terms, name) for name in same},
        "floor": Decimal(terms.floor_cents) / 100 if terms.floor_cents else None,
        "cap": None if terms.cap_cents is None else Decimal(terms.cap_cents) / 100,
        "goals": "\n".join(_joined(one.title, one.due) for one in terms.goals),
        **{
            side: "\n".join(
                _joined(f"{here(pure.KINDS[one.kind])}; {one.what}; {_written(one.cents)}", one.due)
                for one in terms.contributions
                if one.side == side
            )
            for side in pure.SIDES
        },
    }


def _joined(words: str, due: date | None) -> str:
    return f"{words}; {due.isoformat()}" if due else words


def _written(cents: int) -> str:
    return str(forms.DecimalField(localize=True).widget.format_value(Decimal(cents) / 100)).replace("\u00a0", "")


class StatementForm(Form):
    """Income and costs of a period."""

    last_day = forms.DateField(label=_("Until"), widget=DateInput)
    income = forms.CharField(
        label=_("Income"), required=False, help_text=_("One per line: what; amount; voucher."), widget=_Rows
    )
    cost = forms.CharField(
        label=_("Costs"),
        required=False,
        help_text=_("One per line: what; amount; voucher. A cost without a voucher is not counted."),
        widget=_Rows,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors:
            self.lines = [
                {"kind": kind, **one}
                for kind, least in (("income", 2), ("cost", 3))
                for one in _lines(
                    kind,
                    given[kind],
                    least,
                    3,
                    lambda parts: {"what": parts[0], "cents": _cents(parts[1]), "source": parts[2]},
                )
            ]
        return given


class TaxForm(Form):
    """What the share is for tax, and who said so."""

    tax = forms.ChoiceField(label=_("What is the share for tax?"), widget=forms.RadioSelect)
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("Who assessed it, when: letter of the tax adviser of …")
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["tax"]
        field.choices = [(key, here(word)) for key, word in pure.TAX.items()]
