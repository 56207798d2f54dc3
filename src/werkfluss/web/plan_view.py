"""A plan as people read it: rows by resource or by task, with absence and load; a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from werkfluss.kernel.money import Money
from werkfluss.web import law_view
from werkfluss.web.gantt import Bar, Chart, Row, Zoom, draw
from werkfluss.work.domain import plans
from werkfluss.work.models import Plan, PlanItem
from werkfluss.workforce.domain.calendars import Interval, holidays_of, working_windows
from werkfluss.workforce.domain.resources import resources_on
from werkfluss.workforce.models import Absence, Kind, Resource

By = Literal["resource", "task"]
_DAY = timedelta(days=1)
_KINDS = (Kind.EMPLOYEE, Kind.FREELANCER, Kind.FRACTIONAL, Kind.PARTNER, Kind.AGENT)


@dataclass(frozen=True, slots=True)
class PlanView:
    """What the planner page shows of one plan."""

    plan: Plan
    items: Sequence[PlanItem]
    open_items: Sequence[PlanItem]
    late_items: Sequence[PlanItem]
    conditional: int
    finish: datetime | None
    labour: Money | None


def items_of(plan: Plan) -> list[PlanItem]:
    """All items in the order of the work; the explanation, by far the largest column, is read by the item's page."""
    rows = plan.items.select_related("task__project", "task__parent", "resource").defer("explanation")
    return unnamed(rows.order_by("task__project__number", "task__position"))


def unnamed(rows: Iterable[PlanItem]) -> list[PlanItem]:
    """The items; without the names of employees as long as the works council has not agreed to the allocation.

    The name is replaced on the row as it was read, so that no template of the planner can show it by mistake.
    """
    items = list(rows)
    law_view.unname((item.resource for item in items), "allocation")
    return items


def view_of(plan: Plan) -> PlanView:
    items = items_of(plan)
    return PlanView(
        plan=plan,
        items=items,
        open_items=[item for item in items if item.resource is None and not _is_milestone(item)],
        late_items=[item for item in items if item.late_minutes],
        conditional=sum(item.outcome == "allowed_with_conditions" for item in items),
        finish=max((item.end for item in items if item.end), default=None),
        labour=None if plan.labour_cents is None else Money.from_cents(plan.labour_cents),
    )


def _is_milestone(item: PlanItem) -> bool:
    return item.task.effort_minutes == 0


def kind_of(item: PlanItem) -> str:
    """The look of a bar: who does not have it, what holds it up, whether it is only a draft."""
    if item.resource is None:
        return "milestone" if _is_milestone(item) else "open"
    if item.late_minutes:
        return "late"
    return "conditions" if item.outcome == "allowed_with_conditions" else "plain"


def _bar(item: PlanItem, zone: ZoneInfo, text: str) -> Bar | None:
    if item.start is None or item.end is None:
        return None
    start, end = item.start, item.end
    if item.window_first and item.window_last:
        # Externals have days, no hours.
        start = datetime.combine(item.window_first, time(), zone)
        end = datetime.combine(plans.item_days(item)[1] + _DAY, time(), zone)
    return Bar(start, end, text, kind_of(item), item)


def chart(view: PlanView, *, by: By, zoom: Zoom, zone: ZoneInfo, today: date) -> Chart:
    """The chart of a plan in the reader's time zone."""
    starts = [item.start for item in view.items if item.start]
    first = min([day.astimezone(zone).date() for day in starts], default=today)
    first = min(first, max(today, first - 14 * _DAY))
    first -= _DAY * first.weekday()
    last = max([item.end.astimezone(zone).date() for item in view.items if item.end], default=today) + 14 * _DAY
    rows = _by_resource(view, zone, first, last) if by == "resource" else _by_task(view, zone)
    free = [day for year in range(first.year, last.year + 1) for day in holidays_of("DE", "", year)]
    return draw(rows, first=first, last=last, today=today, zone=zone, zoom=zoom, holidays=free)


def _by_resource(view: PlanView, zone: ZoneInfo, first: date, last: date) -> list[Row]:
    """Without employees, their load and absences as long as the works council has not agreed to it."""
    hidden = law_view.locked("allocation")
    resources = [one for one in resources_on(view.plan.as_of) if not (hidden and one.kind == Kind.EMPLOYEE)]
    of: dict[UUID, list[PlanItem]] = defaultdict(list)
    for item in view.items:
        if item.resource_id:
            of[item.resource_id].append(item)
    start, end = datetime.combine(first, time(), UTC), datetime.combine(last + _DAY, time(), UTC)
    windows = working_windows([one for one in resources if _has_load(one)], start=start, end=end)
    away: dict[UUID, list[Interval]] = defaultdict(list)
    for absence in Absence.objects.filter(start__lt=end, end__gt=start):
        away[absence.resource_id].append((absence.start, absence.end))
    rows: list[Row] = []
    if view.open_items:
        rows.append(Row(_("Not assigned"), heading=True))
        bars = [_bar(item, zone, _named(item)) for item in view.open_items]
        rows.append(Row(_("Nobody permitted yet"), bars=[bar for bar in bars if bar]))
    for kind in _KINDS:
        members = [one for one in resources if one.kind == kind]
        if members:
            rows.append(Row(kind_word(kind), heading=True))
            rows += [_resource_row(one, of[one.pk], windows.get(one.pk, []), away[one.pk], zone) for one in members]
    return rows


def _named(item: PlanItem) -> str:
    return f"{item.task.wbs} {item.task.title}".strip()


def _resource_row(
    resource: Resource, items: list[PlanItem], windows: list[Interval], away: list[Interval], zone: ZoneInfo
) -> Row:
    note = resource.title if resource.kind == Kind.EMPLOYEE else resource.city
    bars = [bar for item in items if (bar := _bar(item, zone, _named(item)))]
    load = _load(items, windows, zone) if _has_load(resource) else []
    return Row(resource.name, note, bars=bars, away=away, load=load)


def _has_load(resource: Resource) -> bool:
    """Externals dispose of their own time, and an agent does not tire: no load is shown for them."""
    return resource.kind == Kind.EMPLOYEE


def _load(items: list[PlanItem], windows: list[Interval], zone: ZoneInfo) -> list[tuple[date, int]]:
    """Percent of the working time of each week that the plan uses."""
    total: dict[date, float] = defaultdict(float)
    used: dict[date, float] = defaultdict(float)
    for start, end in windows:
        day = start.astimezone(zone).date()
        week = day - _DAY * day.weekday()
        total[week] += (end - start).total_seconds()
        for item in items:
            if item.start and item.end and item.start < end and start < item.end:
                used[week] += (min(end, item.end) - max(start, item.start)).total_seconds()
    return [(week, round(100 * used[week] / total[week])) for week in sorted(total) if total[week]]


def _by_task(view: PlanView, zone: ZoneInfo) -> list[Row]:
    rows: list[Row] = []
    project, parent = None, None
    for item in view.items:
        if item.task.project_id != project:
            project, parent = item.task.project_id, None
            rows.append(Row(item.task.project.name, heading=True))
        if item.task.parent is not None and item.task.parent_id != parent:
            parent = item.task.parent_id
            rows.append(Row(f"{item.task.parent.wbs} {item.task.parent.title}".strip(), heading=True, level=1))
        bar = _bar(item, zone, item.resource.name if item.resource else _("open"))
        rows.append(Row(_named(item), level=1, bars=[bar] if bar else []))
    return rows


def kind_word(kind: str) -> str:
    return {
        Kind.EMPLOYEE: _("Employees"),
        Kind.FREELANCER: _("Freelancers"),
        Kind.FRACTIONAL: _("Fractional executives"),
        Kind.PARTNER: _("Partner teams"),
        Kind.AGENT: _("AI agents"),
    }[Kind(kind)]


def item_url(firm: str, item: PlanItem) -> str:
    return reverse("plan_item", kwargs={"firm": firm, "pk": item.plan_id, "item": item.pk})
