"""Forms of orders: what the firm offers, what the external answers and hands in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from werkfluss.engagement.clauses import FAIR, clauses_for
from werkfluss.engagement.domain.orders import ANSWER_DAYS, stated_for_the_law
from werkfluss.engagement.domain.terms import terms_of
from werkfluss.engagement.models import Order
from werkfluss.evidence.models import MAX_FILE_BYTES
from werkfluss.kernel import clock
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.law import countries
from werkfluss.web.forms.order_terms import (
    MoneyField,
    PriceForm,
    clause_fields,
    clause_initial,
    clauses_in,
    price_initial,
    spoken,
)
from werkfluss.work.models.tasks import DataClass
from werkfluss.workforce.models import EXTERNALS, Resource

_DATA_CLASSES = {
    DataClass.PUBLIC: _("public"),
    DataClass.INTERNAL: _("internal"),
    DataClass.CONFIDENTIAL: _("confidential"),
    DataClass.PERSONAL: _("personal data"),
}


def data_class_word(value: str) -> Any:
    return _DATA_CLASSES.get(DataClass(value)) if value else ""


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; their bytes are read and bounded here."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[tuple[str, bytes]]:
        given = data if isinstance(data, (list, tuple)) else [data] if data else []
        files: list[UploadedFile[Any]] = [super(FilesField, self).clean(one, initial) for one in given]
        if not files and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        for one in files:
            if (one.size or 0) > MAX_FILE_BYTES:
                raise forms.ValidationError(_("A file may have up to 25 MB."), code="too_large")
        return [(one.name or "datei", one.read()) for one in files]


class OrderForm(PriceForm):
    """The terms of an order; one acceptance criterion per line. ``external``: whom an order is for that is there."""

    external: Resource | None = None
    title = forms.CharField(label=_("Title"), max_length=200)
    brief = forms.CharField(label=_("What is to be made"), widget=forms.Textarea(attrs={"rows": 5}))
    criteria = forms.CharField(
        label=_("Acceptance criteria"),
        help_text=_("One per line. The result is accepted by them, and by nothing else."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    first_day = forms.DateField(label=_("Earliest start"), widget=DateInput)
    last_day = forms.DateField(
        label=_("Due by"),
        help_text=_("When and where the work is done is up to the external."),
        widget=DateInput,
    )
    data_class = forms.ChoiceField(label=_("Data"), choices=list(_DATA_CLASSES.items()))
    place_country = forms.ChoiceField(
        label=_("Where the work is done"),
        required=False,
        help_text=_("Only if the work itself needs a place; then the law of that country is asked too."),
    )
    export_controlled = forms.ChoiceField(
        label=_("Export control"),
        choices=(
            ("", _("nobody has checked yet")),
            ("false", _("no: neither goods nor technology are listed")),
            ("true", _("yes: listed goods or technology")),
        ),
        required=False,
        help_text=_("Asked before somebody outside the EU sees drawings, code or data."),
    )
    payment_days = forms.IntegerField(label=_("Days to payment after acceptance"), min_value=0, max_value=60)
    self_billing = forms.BooleanField(
        label=_("Bill by self-billed invoice (Gutschrift)"),
        help_text=_("Agreed with the offer, as s. 14(2) UStG demands."),
        required=False,
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        place: Any = self.fields["place_country"]
        place.choices = [("", _("wherever the external likes")), *countries(spoken())]
        self.fields.update(clause_fields())

    @classmethod
    def of(cls, order: Order, data: Any = None) -> OrderForm:
        stated = stated_for_the_law(order)
        form = cls(
            data,
            initial={
                **{name: getattr(order, name) for name in _SAME},
                **price_initial(terms_of(order)),
                **clause_initial(order.clauses),
                "place_country": stated["place_country"],
                "export_controlled": {True: "true", False: "false"}.get(stated["export_controlled"], ""),
                "criteria": "\n".join(order.criteria),
            },
        )
        form.external = order.resource
        return form

    @property
    def shown(self) -> dict[str, forms.BoundField]:
        return {field.name: field for field in self.visible_fields()}

    @property
    def groups(self) -> list[tuple[Any, str, list[forms.BoundField]]]:
        """Heading, name and fields of each part of the form."""
        parts: dict[str, list[forms.BoundField]] = {name: [] for name, _title in _GROUPS}
        for field in self.visible_fields():
            clause = field.name.startswith("clause_") and field.name not in _PART_OF
            name = "clauses" if clause else _PART_OF.get(field.name, "what")
            parts[name].append(field)
        return [(title, name, parts[name]) for name, title in _GROUPS]

    def terms(self) -> dict[str, Any]:
        """The columns of an order."""
        given = self.cleaned_data
        lines = [line.strip() for line in given["criteria"].splitlines() if line.strip()]
        external: Resource | None = given.get("resource") or self.external
        assert external is not None
        told = {"criteria": lines, "clauses": clauses_in(given, kind=external.kind)}
        return {**{name: given[name] for name in _SAME}, **told, **self.price_terms()}

    def stated(self) -> dict[str, Any]:
        """What the law is told: where the work is done, and whether it is export-controlled (None: not said)."""
        given = self.cleaned_data
        controlled = {"true": True, "false": False}.get(given["export_controlled"])
        return {"place_country": given["place_country"], "export_controlled": controlled}

    def restated(self) -> dict[str, Any]:
        """Of that, only what was changed in the form."""
        return {name: value for name, value in self.stated().items() if name in self.changed_data}


_GROUPS = (
    ("what", _("What is to be made")),
    ("price", _("Price")),
    ("frame", _("Days, place, data")),
    ("clauses", _("How you work together")),
    ("billing", _("Billing")),
)
_PART_OF = {
    "clause_translation": "what",
    **dict.fromkeys(
        ("price_kind", "price", "currency", "milestones", "quantity", "unit", "unit_price", "rate"), "price"
    ),
    **dict.fromkeys(("first_day", "last_day", "data_class", "place_country", "export_controlled"), "frame"),
    **dict.fromkeys(("payment_days", "self_billing"), "billing"),
}
_SAME = ("title", "brief", "first_day", "last_day", "data_class", "payment_days", "self_billing")


class NewOrderForm(OrderForm):
    """A new order starts with whom it is for."""

    resource = forms.ModelChoiceField(label=_("External"), queryset=Resource.objects.none(), empty_label=None)
    field_order = ("resource",)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        people: Any = self.fields["resource"]
        people.queryset = Resource.objects.filter(kind__in=EXTERNALS).order_by("sort_key")
        first = {"self_billing": True, "payment_days": 14, "data_class": DataClass.INTERNAL, **clause_initial(FAIR)}
        for name, value in first.items():
            self.fields[name].initial = value


class SendForm(Form):
    """Until when the external may answer."""

    answer_by = forms.DateField(label=_("Answer by"), widget=DateInput)
    others = forms.ModelMultipleChoiceField(
        label=_("Ask others too"),
        queryset=Resource.objects.none(),
        required=False,
        help_text=_("Each gets an offer of the own and learns nothing of the others."),
        widget=forms.CheckboxSelectMultiple,
    )
    mode = forms.ChoiceField(
        label=_("If several are asked"),
        choices=[("first", _("the first to accept has it")), ("choose", _("we choose among the answers"))],
        required=False,
    )

    def __init__(self, *args: Any, order: Order, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["answer_by"].initial = clock.today() + timedelta(days=ANSWER_DAYS - 1)
        if (
            order.call_id is not None
            or order.state != Order.State.DRAFT
            or order.offers.exists()
            or order.tasks.exists()
        ):
            del self.fields["others"], self.fields["mode"]
            return
        others: Any = self.fields["others"]
        same = Resource.objects.filter(kind=order.resource.kind).exclude(pk=order.resource_id)
        others.queryset = same.order_by("sort_key")

    def instant(self) -> datetime:
        """The end of that day in the firm's zone."""
        return datetime.combine(self.cleaned_data["answer_by"], time(23, 59), clock.FIRM_ZONE)


class CounterForm(PriceForm):
    """What the external would rather have: price, days, clauses; what is left as it is stays."""

    first_day = forms.DateField(label=_("Earliest start"), widget=DateInput)
    last_day = forms.DateField(label=_("Due by"), widget=DateInput)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, terms: Mapping[str, Any], kind: str, **more: Any) -> None:
        days = {"first_day": terms["first_day"], "last_day": terms["last_day"]}
        clauses = terms.get("clauses") or {}
        super().__init__(*args, initial=price_initial(terms) | clause_initial(clauses) | days, **more)
        self._kind, self._clauses = kind, clauses
        negotiable = tuple(one for one in clauses_for(kind) if one.negotiable)
        self.fields.update(clause_fields(negotiable))
        self.order_fields([name for name in self.fields if name != "note"])
        del self.fields["clause_translation"]
        # The currency is the client's matter: another one would be another payment.
        del self.fields["currency"]

    @property
    def groups(self) -> list[tuple[Any, str, list[forms.BoundField]]]:
        shown = list(self.visible_fields())
        offered = [one for one in shown if one.name.startswith("clause_")]
        clauses = [one for one in offered if one.name == "clause_more" or self._clauses.get(one.name[len("clause_") :])]
        others = [one for one in offered if one not in clauses]
        price = [one for one in shown if _PART_OF.get(one.name) == "price"]
        days = [one for one in shown if one not in offered and one not in price]
        groups: list[tuple[Any, str, list[forms.BoundField]]] = [
            (_("Price"), "price", price),
            (_("Days"), "frame", days),
        ]
        return [*groups, (_("Clauses"), "clauses", clauses), (_("Other clauses"), "others", others)]

    def wanted(self) -> dict[str, Any]:
        """What ``counter_offer`` is told."""
        given = self.cleaned_data
        terms = self.price_terms()
        del terms["currency"]
        days = {"first_day": given["first_day"], "last_day": given["last_day"]}
        return {**terms, **days, "clauses": clauses_in(given, kind=self._kind), "note": given["note"]}


class FileForm(Form):
    """One file for the external to read."""

    file = FilesField(label=_("File"))


class CorrectionForm(Form):
    """What the corrected self-billed invoice says; the rest comes from order, acceptance and facts."""

    net = MoneyField(label=_("Amount, net, in euros"))
    note = forms.CharField(
        label=_("Note to the external"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was changed, or why it stays."),
    )

    def __init__(self, *args: Any, order: Order, **more: Any) -> None:
        super().__init__(*args, **more)
        self._most = order.price_cents

    def clean_net(self) -> Decimal:
        given: Decimal = self.cleaned_data["net"]
        if int(given * 100) > self._most:
            raise forms.ValidationError(_("At most what was agreed."))
        return given

    def cents(self) -> int:
        return int(self.cleaned_data["net"] * 100)
