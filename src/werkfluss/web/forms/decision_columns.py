"""The columns of a decision table as a form: as many inputs and outcomes as a person wants, without a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from werkfluss.process.dmn import model as m
from werkfluss.process.dmn.columns import POLICIES, TYPES, InputColumn, OutputColumn, Shape, column_faults
from werkfluss.process.dmn.words import policy_words, type_in_words
from werkfluss.web.forms import Form

MOST = 30
_ANY = "any"
KINDS = ("input", "output")


def _spoken(text: Any) -> str:
    return str(text.in_language(get_language() or "de"))


_said = lazy(_spoken, str)


def _plain(**attributes: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", **attributes})


class TableForm(Form):
    """What the table decides, and what happens if several rules hit."""

    name = forms.CharField(
        label=_("Name of the table"),
        max_length=120,
        help_text=_("What it decides, for example: discount for customers."),
        widget=_plain(),
    )
    policy = forms.ChoiceField(
        label=_("If several rules hit"),
        choices=[(sign, _said(policy_words(*how))) for sign, how in POLICIES.items()],
        initial="U",
    )


class PolicyForm(Form):
    """The same for a table that has its name."""

    policy = TableForm.base_fields["policy"]


class _ColumnForm(Form):
    was = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)

    def __init__(self, *given: Any, types: Sequence[str] = (), **more: Any) -> None:
        super().__init__(*given, **more)
        field = self.fields["type"]
        assert isinstance(field, forms.ChoiceField)
        known = [(one, _said(type_in_words(one))) for one in (*TYPES, *types)]
        field.choices = [*known, (_ANY, _("any"))]

    def said(self, *names: str) -> list[str]:
        return [str(self.cleaned_data.get(name) or "") for name in names]


def _type() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Type"), initial="string")


def _type_ref(given: str) -> str:
    return "" if given == _ANY else given


def _allowed() -> forms.CharField:
    return forms.CharField(label=_("Allowed values"), required=False, max_length=1000, widget=_plain())


class InputForm(_ColumnForm):
    """What a table looks at."""

    label = forms.CharField(label=_("Heading"), max_length=120, widget=_plain())
    expression = forms.CharField(label=_("Looks at (FEEL)"), required=False, max_length=500, widget=_plain())
    type = _type()
    allowed = _allowed()

    def column(self) -> InputColumn:
        """What was said; empty where the field itself is wrong."""
        was, label, expression, type_, allowed = self.said("was", "label", "expression", "type", "allowed")
        return InputColumn(int(was or 0), label, expression or label, _type_ref(type_), allowed)


class OutputForm(_ColumnForm):
    """What a table gives."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=_plain())
    label = forms.CharField(label=_("Heading"), required=False, max_length=120, widget=_plain())
    type = _type()
    allowed = _allowed()

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        # The only outcome of a table that is there may have no name (DMN 1.5, 8.3.3).
        self.fields["name"].required = str(self["was"].value() or "0") == "0"

    def column(self) -> OutputColumn:
        was, name, label, type_, allowed = self.said("was", "name", "label", "type", "allowed")
        return OutputColumn(int(was or 0), name, label, _type_ref(type_), allowed)


class ColumnForms:
    """All columns of one table; ``head`` says name and hit policy, ``groups`` are the forms of inputs and outcomes."""

    def __init__(self, head: Form, *, types: Sequence[str] = (), known: frozenset[str] = frozenset()) -> None:
        self.head = head
        self.types = types
        self.known = known
        self.groups: dict[str, list[_ColumnForm]] = {"input": [], "output": []}

    @property
    def inputs(self) -> list[_ColumnForm]:
        return self.groups["input"]

    @property
    def outputs(self) -> list[_ColumnForm]:
        return self.groups["output"]

    def faults(self) -> list[tuple[Any, str]]:
        """Everything that is wrong: the field (or nothing) and what is said of it."""
        if not self.head.is_bound:
            return []
        found: list[tuple[Any, str]] = [(None, str(error)) for error in self.head.non_field_errors()]
        for form in (self.head, *self.inputs, *self.outputs):
            found += [(field, str(error)) for field in form.visible_fields() for error in field.errors]
        return found

    def start(self, shape: Shape | None) -> None:
        """The columns of a table that is there, else one empty input and one empty outcome."""
        for kind in KINDS:
            rows: list[dict[str, Any]] = [{}]
            if shape is not None and kind == "input":
                rows = [_of_input(one) for one in shape.inputs]
            elif shape is not None:
                rows = [_of_output(one) for one in shape.outputs]
            self.groups[kind] = [self._form(kind, number, initial=row) for number, row in enumerate(rows)]

    def read(self, data: QueryDict) -> None:
        """Take over what was typed.

        Raises:
            ValueError: the form is not one of this page.
        """
        for kind in KINDS:
            count = int(data.get(f"{kind}s", ""))
            if not 0 <= count <= MOST:
                raise ValueError(count)
            self.groups[kind] = [self._form(kind, number, data) for number in range(count)]

    def act(self, what: str, number: int) -> None:
        """Add a column (``add-input``, ``add-output``) or ``remove-…`` that at ``number``; all others stay as typed."""
        act, _sep, kind = what.partition("-")
        if kind not in KINDS:
            return
        for each in KINDS:
            rows = [{name: form[name].value() for name in form.fields} for form in self.groups[each]]
            if each == kind and act == "add" and len(rows) < MOST:
                rows.append({})
            elif each == kind and act == "remove" and 0 <= number < len(rows):
                rows.pop(number)
            self.groups[each] = [self._form(each, place, initial=row) for place, row in enumerate(rows)]

    def shape(self) -> Shape | None:
        """The table as it shall be; ``None`` if something is wrong, which is said at its field then."""
        forms_ = [self.head, *self.inputs, *self.outputs]
        wrong = [form for form in forms_ if not form.is_valid()]
        if not self.inputs or not self.outputs:
            self.head.add_error(None, say("A table needs at least one input and one outcome."))
            return None
        shape = Shape(
            self.head.cleaned_data.get("policy", "U"),
            tuple(form.column() for form in self.inputs if isinstance(form, InputForm)),
            tuple(form.column() for form in self.outputs if isinstance(form, OutputForm)),
        )
        for one in column_faults(shape, self.known):
            form = self.groups[one.kind][one.index]
            if form not in wrong and one.part not in form.errors:
                form.add_error(one.part, _spoken(one.message))
        return None if any(form.errors for form in forms_) else shape

    def _form(
        self, kind: str, number: int, data: QueryDict | None = None, *, initial: Mapping[str, Any] | None = None
    ) -> _ColumnForm:
        cls = InputForm if kind == "input" else OutputForm
        return cls(data, prefix=f"{kind}-{number}", initial=initial, types=self.types)


def _of_input(one: InputColumn) -> dict[str, Any]:
    same = one.expression == one.label
    expression = "" if same else one.expression
    return {
        "was": one.was,
        "label": one.label,
        "expression": expression,
        "type": one.type_ref or _ANY,
        "allowed": one.allowed,
    }


def _of_output(one: OutputColumn) -> dict[str, Any]:
    return {"was": one.was, "name": one.name, "label": one.label, "type": one.type_ref or _ANY, "allowed": one.allowed}


def types_of(model: m.Model, shape: Shape) -> list[str]:
    """The types of the model itself, and those that a column has though nobody has declared them."""
    used = [column.type_ref for column in shape.inputs] + [column.type_ref for column in shape.outputs]
    return [one for one in dict.fromkeys([*model.types, *used]) if one and one not in TYPES]
