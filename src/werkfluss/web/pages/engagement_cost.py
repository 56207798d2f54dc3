"""What one piece of work costs in every way it can be done: calculated anew with each change, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from werkfluss.compliance.domain.costs import EMPLOYED, FIRST_DAY, LAST_DAY, Amounts, Reading, Way, compare
from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.org.models import FirmProfile
from werkfluss.web.access import FirmRequest, firm_page
from werkfluss.web.forms.engagement_cost import EXAMPLE, CostForm, work_of
from werkfluss.work.models import Task
from werkfluss.workforce.models import Kind

KIND_WORDS = {
    "staff": _("Hire"),
    "minijob": pgettext_lazy("engagement", "Minijob"),
    "midijob": pgettext_lazy("engagement", "Midijob (transition band)"),
    "freelancer": _("Freelancer"),
    "fractional": _("Executive on a part-time basis"),
    "partner": _("Partner team"),
    "agent": _("AI agent"),
}
# Berlin is left to be chosen: contributions tell its two halves apart.
_PLACES = {"SN": "saxony", "BB": "east", "MV": "east", "ST": "east", "TH": "east"}
_DAYS_A_MONTH = Decimal("30.4375")
_EIGHT_HOURS = 60 * 8
_NOT_MEANT = Text("Die Aufgabe ist für diese Art nicht vorgesehen.", "The task is not meant for this kind of resource.")
_NO_AI = Text("Für diese Aufgabe ist keine KI vorgesehen.", "No AI is meant to do this brief.")


@dataclass(frozen=True, slots=True)
class Row:
    """A way as the page shows it. ``width`` is the length of its bar in percent of the longest."""

    way: Way
    word: Any
    shown: Amounts | None
    tentative: Text | None
    width: float | None
    later: Reading | None

    @property
    def same_later(self) -> bool:
        """Nothing changes at the turn of the year, as far as it is known."""
        then = self.later.amounts if self.later else None
        return then is not None and self.shown is not None and then.month == self.shown.month


def engagement_cost(request: FirmRequest) -> HttpResponse:
    task = _task(request)
    first = _first_values(task)
    sent = "start" in request.GET
    form = CostForm(request.GET if sent else None, initial=first)
    refused = sent and not form.is_valid()
    ways: tuple[Way, ...] = ()
    if not refused:
        work = work_of(form.cleaned_data if sent else first, shut=_shut(task))
        ways = compare(work, today=clock.today())
    context = {
        "form": form,
        "task": task,
        "sent": sent,
        "rows": _rows(ways),
        "work": None if refused else work,
        "last_year": LAST_DAY.year,
        "abroad": task is not None and task.place_country not in {"", "DE"},
    }
    live = request.htmx and request.htmx.target == "ways"
    template = "engagement_cost/ways.html" if live else "engagement_cost/page.html"
    return render(request, template, context, status=422 if refused else 200)


def _task(request: FirmRequest) -> Task | None:
    """The task that the page was opened from."""
    key = request.GET.get("task", "")
    if not key or not request.actor.may("project.read"):
        return None
    try:
        found = Task.objects.select_related("project").filter(pk=UUID(key), is_summary=False).first()
    except ValueError:
        raise Http404 from None
    if found is None:
        raise Http404
    return found


def _first_values(task: Task | None) -> dict[str, Any]:
    """Example terms; place and works council of the firm, effort and window of the task."""
    firm = FirmProfile.objects.first()
    told: dict[str, Any] = {**EXAMPLE, "start": _within(clock.today())}
    if firm is not None:
        told |= {"place": _PLACES.get(firm.subdivision, "west"), "works_council": firm.has_works_council}
    if task is None:
        return told
    start = _within(max(task.earliest_start or task.project.start, clock.today()))
    effort = Decimal(task.effort_minutes) / 60 if task.effort_minutes else None
    return told | {
        "effort": effort,
        "effort_unit": "hours",
        "months": _months(start, task),
        "start": start,
        # A task is seldom a whole job: its pay is told by the hour.
        "pay": Decimal(30),
        "pay_unit": "hour",
    }


def _months(start: date, task: Task) -> Decimal:
    """From the start to the deadline, else the working days of the effort; at least a quarter of a month."""
    if task.deadline is not None and task.deadline > start:
        days = Decimal((task.deadline - start).days + 1)
    else:
        days = Decimal(task.effort_minutes or 0) / _EIGHT_HOURS * 7 / 5
    return max(Decimal("0.25"), (days / _DAYS_A_MONTH).quantize(Decimal("0.01")))


def _within(day: date) -> date:
    return min(max(day, FIRST_DAY), LAST_DAY)


def _shut(task: Task | None) -> Mapping[str, Text]:
    """What the task itself rules out."""
    if task is None:
        return {}
    shut: dict[str, Text] = {}
    if task.kinds_allowed:
        kinds: dict[str, str] = {kind: kind for kind in KIND_WORDS}
        kinds |= dict.fromkeys(EMPLOYED, Kind.EMPLOYEE.value)
        shut |= {way: _NOT_MEANT for way, kind in kinds.items() if kind not in task.kinds_allowed}
    if not task.ai_allowed or task.place_country:
        shut["agent"] = _NO_AI
    return shut


def _rows(ways: tuple[Way, ...]) -> list[Row]:
    """The ways in their fixed order, each with the length of its bar."""
    drawn = [(way, *_shown(way)) for way in ways]
    most = max((_bar(shown) for _way, shown, _label in drawn if shown is not None), default=Decimal(0))
    return [
        Row(
            way=way,
            word=KIND_WORDS[way.kind],
            shown=shown,
            tentative=label,
            width=None if shown is None or not most else round(float(_bar(shown) / most * 100), 1),
            later=way.later[-1] if way.later else None,
        )
        for way, shown, label in drawn
    ]


def _shown(way: Way) -> tuple[Amounts | None, Text | None]:
    """The amounts of the law in force, else those of the last reading, with what it rests on."""
    if way.amounts is not None:
        return way.amounts, None
    told = [one for one in way.readings if one.amounts is not None]
    return (told[-1].amounts, told[-1].label) if told else (None, None)


def _bar(amounts: Amounts) -> Decimal:
    """The whole piece of work; where its hours or months are open, a month."""
    return amounts.month if amounts.work is None else amounts.work


urlpatterns = [firm_page("engagement-cost/", engagement_cost, permission="law.read")]
