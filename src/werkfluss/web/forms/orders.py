"""Forms of orders: what the firm offers, what the external answers and hands in."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from werkfluss.engagement.domain.orders import ANSWER_DAYS, stated_for_the_law
from werkfluss.engagement.models import Order
from werkfluss.evidence.models import MAX_FILE_BYTES
from werkfluss.kernel import clock
from werkfluss.kernel.text import Language
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.law import countries
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


def spoken() -> Language:
    """The language of the page."""
    return "de" if (get_language() or "de").startswith("de") else "en"


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


class MoneyField(forms.DecimalField):
    """An amount as it is written in the language of the page."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_digits=10, decimal_places=2, localize=True, min_value=Decimal("0.01"), **more)


class OrderForm(Form):
    """The terms of an order; one acceptance criterion per line."""

    title = forms.CharField(label=_("Title"), max_length=200)
    brief = forms.CharField(label=_("What is to be made"), widget=forms.Textarea(attrs={"rows": 5}))
    criteria = forms.CharField(
        label=_("Acceptance criteria"),
        help_text=_("One per line. The result is accepted by them, and by nothing else."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    price_kind = forms.ChoiceField(
        label=_("Fee"), choices=[("fixed", _("fixed price")), ("hourly", _("by effort, up to a cap"))]
    )
    price = MoneyField(label=_("Amount, net, in euros"))
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

    @classmethod
    def of(cls, order: Order, data: Any = None) -> OrderForm:
        stated = stated_for_the_law(order)
        return cls(
            data,
            initial={
                **{name: getattr(order, name) for name in _SAME},
                "place_country": stated["place_country"],
                "export_controlled": {True: "true", False: "false"}.get(stated["export_controlled"], ""),
                "criteria": "\n".join(order.criteria),
                "price": Decimal(order.price_cents) / 100,
            },
        )

    def terms(self) -> dict[str, Any]:
        """The columns of an order."""
        given = self.cleaned_data
        lines = [line.strip() for line in given["criteria"].splitlines() if line.strip()]
        return {**{name: given[name] for name in _SAME}, "criteria": lines, "price_cents": int(given["price"] * 100)}

    def stated(self) -> dict[str, Any]:
        """What the law is told: where the work is done, and whether it is export-controlled (None: not said)."""
        given = self.cleaned_data
        controlled = {"true": True, "false": False}.get(given["export_controlled"])
        return {"place_country": given["place_country"], "export_controlled": controlled}

    def restated(self) -> dict[str, Any]:
        """Of that, only what was changed in the form."""
        return {name: value for name, value in self.stated().items() if name in self.changed_data}


_SAME = ("title", "brief", "price_kind", "first_day", "last_day", "data_class", "payment_days", "self_billing")


class NewOrderForm(OrderForm):
    """A new order starts with whom it is for."""

    resource = forms.ModelChoiceField(label=_("External"), queryset=Resource.objects.none(), empty_label=None)
    field_order = ("resource",)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        people: Any = self.fields["resource"]
        people.queryset = Resource.objects.filter(kind__in=EXTERNALS).order_by("sort_key")
        for name, value in (("self_billing", True), ("payment_days", 14), ("data_class", DataClass.INTERNAL)):
            self.fields[name].initial = value


class SendForm(Form):
    """Until when the external may answer."""

    answer_by = forms.DateField(label=_("Answer by"), widget=DateInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["answer_by"].initial = clock.today() + timedelta(days=ANSWER_DAYS - 1)

    def instant(self) -> datetime:
        """The end of that day in the firm's zone."""
        return datetime.combine(self.cleaned_data["answer_by"], time(23, 59), clock.FIRM_ZONE)


class CounterForm(Form):
    """What the external would rather have; what is left as it is stays."""

    price = MoneyField(label=_("Amount, net, in euros"))
    first_day = forms.DateField(label=_("Earliest start"), widget=DateInput)
    last_day = forms.DateField(label=_("Due by"), widget=DateInput)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class DeliveryForm(Form):
    """The result: a text, files, and for work by effort the amount claimed."""

    text = forms.CharField(
        label=_("What you deliver"),
        help_text=_("Say for each acceptance criterion where the proof is."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    attached = FilesField(label=_("Files"), required=False)
    amount = MoneyField(label=_("Amount, net, in euros"))

    def __init__(self, *args: Any, order: Order, **more: Any) -> None:
        super().__init__(*args, **more)
        if order.price_kind == "fixed":
            del self.fields["amount"]

    def cents(self) -> int | None:
        amount = self.cleaned_data.get("amount")
        return None if amount is None else int(amount * 100)


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
