"""Forms of partner teams: the partner's own people, sub-processors, capacity."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from werkfluss.engagement import service_terms
from werkfluss.engagement.models import Order, SubProcessor
from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.org.models import FirmProfile
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.law import countries, here
from werkfluss.web.forms.order_terms import MoneyField
from werkfluss.workforce.models import Skill

ROLES = (
    ("technical", _("Technical work: offers, questions, hand-overs, deliveries")),
    ("accounting", _("Accounting: invoices")),
    ("coordination", _("Coordination: also invites people, offers capacity, declares sub-processors")),
)
DATA = (
    ("none", _("no personal data")),
    ("ordinary", _("ordinary personal data")),
    ("special", _("special data (Art. 9)")),
)
SAFEGUARDS = (
    ("none", _("none")),
    ("standard_clauses", _("standard contractual clauses")),
    ("binding_rules", _("approved binding corporate rules")),
)
PER = (("hour", _("per hour")), ("day", _("per day of eight hours")))


class MemberForm(Form):
    """One more of the partner's own people."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("What the person does for you here"), choices=ROLES, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language of messages"), choices=(("de", "Deutsch"), ("en", "English")))


class SubProcessorForm(Form):
    """Another company to which the partner gives data of the firm."""

    name = forms.CharField(label=_("Company"), max_length=200)
    country = forms.ChoiceField(label=_("Country in which, or from which, data are read"))
    purpose = forms.CharField(label=_("What for"), max_length=300)
    data_class = forms.ChoiceField(label=_("Which data"), choices=DATA)
    safeguard = forms.ChoiceField(
        label=_("Basis for a country outside EU and EEA"),
        choices=SAFEGUARDS,
        help_text=_("Not needed inside EU and EEA or where an adequacy decision applies."),
    )
    recipient_covered = forms.BooleanField(
        label=_("The company is covered by the adequacy decision (USA: it is in the list)"), required=False
    )
    assessed = forms.BooleanField(label=_("The country was assessed in writing"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *countries(get_language() or "de")]


class CapacityForm(Form):
    """Hours per week of one skill for a time."""

    skill = forms.ChoiceField(label=_("Skill"), help_text=_("In the words of the client. No names of people."))
    hours = forms.DecimalField(
        label=_("Hours per week"),
        localize=True,
        max_digits=6,
        decimal_places=1,
        min_value=Decimal(1),
        max_value=Decimal(2000),
    )
    first_day = forms.DateField(label=_("From"), widget=DateInput())
    last_day = forms.DateField(label=_("Until"), widget=DateInput())
    price = MoneyField(label=_("Price, net, in EUR"))
    price_per = forms.ChoiceField(label=_("Price is"), choices=PER)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._skills = {str(one.pk): one for one in Skill.objects.order_by("name_de")}
        field = self.fields["skill"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *((key, here(Text(s.name_de, s.name_en))) for key, s in self._skills.items())]

    def says(self) -> dict[str, Any]:
        """The arguments of ``capacity.offer_capacity``."""
        given = self.cleaned_data
        return {
            "skill": self._skills[given["skill"]],
            "minutes_per_week": int(given["hours"] * 60),
            "price_cents": int(given["price"] * 100),
            **{name: given[name] for name in ("first_day", "last_day", "price_per", "note")},
        }


class HandOverForm(Form):
    """A card with which one side hands work to the other. It names no person."""

    task = forms.ChoiceField(label=_("Which part"), required=False)
    standing = forms.CharField(
        label=_("Where the work stands"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )
    done = forms.CharField(
        label=_("What was done"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, required=False
    )
    questions = forms.CharField(
        label=_("Open questions"), widget=forms.Textarea(attrs={"rows": 2}), max_length=4000, required=False
    )
    next_step = forms.CharField(label=_("Next step"), widget=forms.Textarea(attrs={"rows": 2}), max_length=4000)
    role = forms.CharField(
        label=_("Which role of the other side takes over"),
        max_length=100,
        required=False,
        help_text=_("A role such as design or testing, not a name."),
    )

    def __init__(self, *args: Any, order: Order, **more: Any) -> None:
        super().__init__(*args, **more)
        self._tasks = {str(row.task_id): row.task for row in order.tasks.select_related("task")}
        field = self.fields["task"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("the whole order")), *((key, task.title) for key, task in self._tasks.items())]
        if not self._tasks:
            del self.fields["task"]

    def says(self) -> dict[str, Any]:
        """The arguments of ``hand_over.write_card``."""
        given = dict(self.cleaned_data)
        return {**given, "task": self._tasks.get(given.get("task", ""))}


WEEKDAYS = (
    ("0", _("Monday")),
    ("1", _("Tuesday")),
    ("2", _("Wednesday")),
    ("3", _("Thursday")),
    ("4", _("Friday")),
    ("5", _("Saturday")),
    ("6", _("Sunday")),
)
_TIMES = ("response", "response_high", "rework")


class ServiceTimesForm(Form):
    """What is agreed on time with a partner team. Empty times are not agreed."""

    response = forms.IntegerField(label=_("Hours to answer a question"), required=False, min_value=1)
    response_high = forms.IntegerField(label=_("Hours to answer if urgent"), required=False, min_value=1)
    rework = forms.IntegerField(label=_("Hours to mend a defect"), required=False, min_value=1)
    delivery = forms.BooleanField(label=_("Days of delivery are counted"), required=False)
    counts = forms.ChoiceField(
        label=_("What counts"),
        choices=(("working", _("working time of the calendar below")), ("elapsed", _("time as it passes"))),
        widget=forms.RadioSelect,
        initial="working",
    )
    zone = forms.ChoiceField(label=_("Time zone"))
    weekdays = forms.MultipleChoiceField(
        label=_("Working days"),
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=["0", "1", "2", "3", "4"],
    )
    start = forms.TimeField(label=_("Work begins"), initial="09:00", required=False)
    end = forms.TimeField(label=_("Work ends"), initial="17:00", required=False)
    holidays = forms.ChoiceField(
        label=_("Public holidays that do not count"),
        choices=(("", _("none")), ("firm", _("of the client")), ("partner", _("of the partner"))),
        required=False,
    )
    warn_percent = forms.IntegerField(
        label=_("Warn after this part of the time, in per cent"), initial=75, min_value=10, max_value=95
    )
    penalty = forms.CharField(
        label=_("Penalty clause"),
        max_length=300,
        required=False,
        help_text=_("Empty: none is agreed, and a breach costs nothing."),
    )

    def __init__(self, data: Any = None, *, order: Order) -> None:
        agreed = service_terms.read(order.service_levels)
        super().__init__(data, initial=_initial(agreed) if agreed else None)
        self._order = order
        field = self.fields["zone"]
        assert isinstance(field, forms.ChoiceField)
        # Both sides' own zones first: as a rule it is one of them.
        zones = [str(clock.FIRM_ZONE), order.resource.time_zone, *([agreed.zone] if agreed else [])]
        field.choices = [(one, one) for one in dict.fromkeys(zones)]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("counts") == "working" and not (given.get("weekdays") and given.get("start") and given.get("end")):
            raise forms.ValidationError(_("Working time needs days, a beginning and an end."))
        if not given.get("delivery") and not any(given.get(name) for name in _TIMES):
            raise forms.ValidationError(_("Please enter at least one time."))
        return given

    def says(self) -> dict[str, Any]:
        """The terms as ``service_terms.read`` takes them."""
        given = self.cleaned_data
        levels: list[dict[str, Any]] = [{"kind": "delivery", "hours": 0}] if given["delivery"] else []
        for name in _TIMES:
            kind, _between, severity = name.partition("_")
            if given[name]:
                levels.append({"kind": kind, "severity": severity, "hours": given[name]})
        working = given["counts"] == "working"
        country, subdivision = self._place(given["holidays"]) if working else ("", "")
        terms = {
            "zone": given["zone"],
            "levels": levels,
            "weekdays": [int(day) for day in given["weekdays"]] if working else [],
            "country": country,
            "subdivision": subdivision,
            "warn_percent": given["warn_percent"],
            "penalty": given["penalty"],
        }
        if working:
            terms |= {"start": f"{given['start']:%H:%M}", "end": f"{given['end']:%H:%M}"}
        return terms

    def _place(self, whose: str) -> tuple[str, str]:
        if not whose:
            return "", ""
        place = FirmProfile.objects.get() if whose == "firm" else self._order.resource
        return place.country, place.subdivision


def _initial(agreed: service_terms.ServiceTerms) -> dict[str, Any]:
    hours = {"_".join(part for part in key if part): value for key, value in agreed.hours.items()}
    return {
        **{name: hours.get(name) for name in _TIMES},
        "delivery": "delivery" in hours,
        "counts": "working" if agreed.working else "elapsed",
        "zone": agreed.zone,
        "weekdays": [str(day) for day in agreed.weekdays],
        "start": agreed.start,
        "end": agreed.end,
        "warn_percent": agreed.warn_percent,
        "penalty": agreed.penalty,
    }


def data_word(row: SubProcessor) -> Any:
    return dict(DATA)[row.data_class]
