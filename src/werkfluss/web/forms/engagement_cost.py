"""What the page of the cost of an engagement asks: the work, the terms of each way, how one would work together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from werkfluss.compliance.domain.costs import FIRST_DAY, LAST_DAY, Work
from werkfluss.kernel.text import Text
from werkfluss.web.forms import DateInput, Form

_YES_NO = (("", _("not known")), ("true", _("yes")), ("false", _("no")))
_WEEKS_A_MONTH = Decimal(52) / 12
_HOURS_A_DAY = 8
_MOST_HOURS = 168
_MOST = Decimal(1_000_000)
_TRI = ("childless", "pension_exempt", "artistic", "input_tax_deductible")
_PLAIN = ("place", "health", "tax_class", "church_tax")
_NUMBERS = (
    *("children_under_25", "additional_rate", "u1_rate", "u2_rate", "accident_rate", "absent_days"),
    *("private_health_premium", "private_care_premium", "own_costs", "own_insurance"),
)
_ABOUT_EMPLOYED = (
    *("health", "tax_class", "church_tax", "childless", "children_under_25", "additional_rate", "pension_exempt"),
    *("private_health_premium", "private_care_premium", "absent_days", "u1_rate", "u2_rate", "accident_rate"),
)
# Shown at first; every one of them stands in the form and can be changed.
EXAMPLE: Mapping[str, Any] = {
    "effort": Decimal(40),
    "effort_unit": "week",
    "months": Decimal(6),
    "pay": Decimal(5000),
    "pay_unit": "month",
    "place": "west",
    "health": "statutory",
    "tax_class": "1",
    "church_tax": "none",
    "childless": "true",
    "children_under_25": 0,
    "additional_rate": Decimal("2.9"),
    "pension_exempt": "false",
    # Statutory leave of a five-day week (s. 3 BUrlG) and the nine holidays of all states; sickness is nobody's plan.
    "absent_days": Decimal(29),
    "freelancer_rate": Decimal(90),
    "fractional_rate": Decimal(150),
    "partner_rate": Decimal(110),
    "agent_price": Decimal(400),
    "artistic": "false",
    "input_tax_deductible": "true",
}


def _amount(label: Any, help_text: Any = "", most: Decimal = _MOST) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        required=False,
        localize=True,
        min_value=Decimal(0),
        max_value=most,
        max_digits=12,
        decimal_places=4,
    )


def _choice(label: Any, choices: Any, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, help_text=help_text, required=False)


class CostForm(Form):
    """Everything may stay empty: then the answer says what it lacks, or what the sum does not contain."""

    effort = _amount(_("Effort"), most=Decimal(100_000))
    effort_unit = _choice(
        pgettext_lazy("effort", "counted in"),
        (
            ("week", _("hours a week")),
            ("hours", _("hours in total")),
            ("days", _("days in total (8 hours each)")),
        ),
    )
    months = _amount(_("Months"), most=Decimal(120))
    start = forms.DateField(
        label=_("Start"), widget=DateInput, help_text=_("Its law counts; 2026 and 2027 are described.")
    )
    place = _choice(
        _("Place of work"),
        (
            ("west", _("western states, West Berlin")),
            ("east", _("eastern states without Saxony, East Berlin")),
            ("saxony", _("Saxony")),
        ),
    )
    pay = _amount(_("Gross pay"))
    pay_unit = _choice(_("paid"), (("month", _("a month, for these hours")), ("hour", _("an hour"))))
    health = _choice(
        _("Health insurance"), (("", _("not known")), ("statutory", _("statutory")), ("private", _("private")))
    )
    tax_class = _choice(_("Wage tax class"), [("", _("not known")), *((n, n) for n in "123456")])
    church_tax = _choice(
        _("Church tax"),
        (
            ("", _("not known")),
            ("none", _("none")),
            ("8_percent", _("8 % (Bavaria, Baden-Württemberg)")),
            ("9_percent", _("9 % (other states)")),
        ),
    )
    childless = _choice(_("Childless and 23 or older"), _YES_NO)
    children_under_25 = forms.IntegerField(label=_("Children under 25"), required=False, min_value=0, max_value=20)
    additional_rate = _amount(
        _("Additional rate of the health fund, percent"), _("Empty: the average one."), most=Decimal(10)
    )
    pension_exempt = _choice(_("Minijob: exempt from pension insurance"), _YES_NO)
    private_health_premium = _amount(_("Private health insurance, euros a month"))
    private_care_premium = _amount(_("Private care insurance, euros a month"))
    absent_days = _amount(
        _("Paid days off a year"),
        _("Filled in: 20 days of statutory leave and 9 holidays; sickness comes on top."),
        most=Decimal(200),
    )
    u1_rate = _amount(_("Levy U1, percent"), _("From the health fund; 0 with more than 30 staff."), most=Decimal(20))
    u2_rate = _amount(_("Levy U2, percent"), _("From the health fund."), most=Decimal(20))
    accident_rate = _amount(_("Accident insurance, percent"), _("From its last notice."), most=Decimal(50))
    freelancer_rate = _amount(_("Freelancer, euros an hour"))
    fractional_rate = _amount(_("Executive on a part-time basis, euros an hour"))
    partner_rate = _amount(_("Partner team, euros an hour"))
    oversight = _amount(_("Guidance and review in house, euros a month"), _("For Minijob and externals."))
    artistic = _choice(_("Artistic or journalistic work (text, image, design, music)"), _YES_NO)
    input_tax_deductible = _choice(_("The firm deducts VAT in full"), _YES_NO)
    own_costs = _amount(
        _("Own costs of the freelancer, euros a month"), _("Only if the person tells you; else net stays open.")
    )
    own_insurance = _amount(_("Own insurance of the freelancer, euros a month"), _("Only if the person tells you."))
    agent_price = _amount(_("AI agent, euros a month"))
    agent_oversight = _amount(
        _("Oversight of the agent, euros a month"), _("Hours in which a person checks and approves.")
    )
    instructed = _choice(_("The firm says how and when the work is done"), _YES_NO)
    integrated = _choice(_("Whoever does it works in the firm's teams like staff"), _YES_NO)
    works_council = forms.BooleanField(label=_("There is a works council (and more than 20 staff)"), required=False)

    def groups(self) -> list[tuple[Any, list[Any], list[Any]]]:
        """Heading, fields that are always seen, fields behind one more click."""
        names: tuple[tuple[Any, tuple[str, ...], tuple[str, ...]], ...] = (
            (_("The work"), ("effort", "effort_unit", "months", "start"), ()),
            (_("Employment"), ("pay", "pay_unit", "place"), _ABOUT_EMPLOYED),
            (
                _("Externals"),
                ("freelancer_rate", "fractional_rate", "partner_rate"),
                ("oversight", "artistic", "input_tax_deductible", "own_costs", "own_insurance"),
            ),
            (_("AI agent"), ("agent_price", "agent_oversight"), ()),
            (_("Working together"), ("instructed", "integrated", "works_council"), ()),
        )
        return [(title, [self[n] for n in near], [self[n] for n in far]) for title, near, far in names]

    def clean_start(self) -> date:
        day: date = self.cleaned_data["start"]
        if not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(_("For this year no values are loaded: please choose 2026 or 2027."))
        return day

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        weekly = weekly_hours(given)
        if weekly is not None and weekly > _MOST_HOURS:
            self.add_error("effort", _("That is more than a week has: please give more months or less effort."))
        return given


def weekly_hours(given: Mapping[str, Any]) -> Decimal | None:
    """Hours a week, also of a total that is spread evenly over the months."""
    effort, months, unit = given.get("effort"), given.get("months"), given.get("effort_unit") or "week"
    if effort is None or unit == "week":
        return effort or None
    if not (months and effort):
        return None
    total = effort * (_HOURS_A_DAY if unit == "days" else 1)
    return Decimal(total / (months * _WEEKS_A_MONTH)).quantize(Decimal("0.0001"))


def _gross(given: Mapping[str, Any], weekly: Decimal | None) -> Decimal | None:
    pay: Decimal | None = given.get("pay")
    if pay is None or (given.get("pay_unit") or "month") == "month":
        return pay
    return None if weekly is None else (pay * weekly * _WEEKS_A_MONTH).quantize(Decimal("0.01"))


def work_of(given: Mapping[str, Any], *, shut: Mapping[str, Text]) -> Work:
    """The values of the form as the law is asked; an empty one is not known."""
    facts: dict[str, Any] = {name: given[name] for name in _PLAIN if given.get(name)}
    facts |= {name: format(given[name], "f") for name in _NUMBERS if isinstance(given.get(name), Decimal)}
    facts |= {name: str(given[name]) for name in _NUMBERS if isinstance(given.get(name), int)}
    facts |= {name: value for name in _TRI if (value := _yes_no(given.get(name))) is not None}
    weekly = weekly_hours(given)
    return Work(
        start=given["start"],
        weekly_hours=weekly,
        months=given.get("months") or None,
        gross=_gross(given, weekly),
        rates={kind: given.get(f"{kind}_rate") for kind in ("freelancer", "fractional", "partner")},
        agent_price=given.get("agent_price"),
        oversight=given.get("oversight"),
        agent_oversight=given.get("agent_oversight"),
        facts=facts,
        instructed=_yes_no(given.get("instructed")),
        integrated=_yes_no(given.get("integrated")),
        works_council=bool(given.get("works_council")),
        shut=shut,
    )


def _yes_no(value: Any) -> bool | None:
    return {"true": True, "false": False}.get(value or "")
