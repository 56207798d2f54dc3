"""The planner: the plan as chart and table, why each proposal, other choices, drafts side by side, publishing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.kernel import clock
from werkfluss.kernel.money import Money
from werkfluss.web import law_view, plan_view
from werkfluss.web.access import WRITE, FirmRequest, as_uuid, firm_page
from werkfluss.web.gantt import SCALES, Zoom
from werkfluss.web.pages.rechecks import touched
from werkfluss.web.plan_item import Card, card_of
from werkfluss.web.preferences import zone_of
from werkfluss.web.tables import Column, Empty, Table
from werkfluss.work.domain import plans
from werkfluss.work.models import Plan, PlanItem
from werkfluss.workforce.models import Kind, Resource

ITEMS = Table(
    "plan_items",
    caption=gettext_lazy("The plan as a table"),
    columns=(
        Column("wbs", gettext_lazy("No."), value="task.wbs", order="task__position"),
        Column(
            "task",
            gettext_lazy("Task"),
            value="task.title",
            order="task__title",
            link=lambda row: plan_view.item_url(row.org.slug, row),
        ),
        Column(
            "resource",
            gettext_lazy("Who"),
            value=lambda row: row.resource.name if row.resource else _("open"),
            order="resource__sort_key",
        ),
        Column("first", gettext_lazy("From"), value=lambda row: _days(row)[0], order="start", kind="date"),
        Column("last", gettext_lazy("To"), value=lambda row: _days(row)[1], order="end", kind="date"),
        Column("cost", gettext_lazy("Cost"), value=lambda row: _euro(row.cost_cents), order="cost_cents", kind="money"),
        Column("outcome", gettext_lazy("Legal check"), order="outcome", kind="status"),
    ),
    search=("task__title__icontains", "resource__name__icontains"),
    default_order="wbs",
    empty=Empty(gettext_lazy("Nothing to plan"), gettext_lazy("There are no open tasks.")),
)


# While the works council has not agreed: nobody is found, or put in order, by the name of an employee.
UNNAMED_ITEMS = replace(
    ITEMS,
    columns=tuple(replace(column, order="") if column.key == "resource" else column for column in ITEMS.columns),
    search=("task__title__icontains",),
)


def _unname(rows: list[PlanItem]) -> None:
    plan_view.unnamed(rows)


def _days(item: PlanItem) -> tuple[date | None, date | None]:
    return plans.item_days(item) if item.start else (None, None)


def _euro(cents: int) -> Money:
    return Money.from_cents(cents)


def _plan(pk: UUID) -> Plan:
    plan = Plan.objects.select_related("based_on").filter(pk=pk).first()
    if plan is None:
        raise Http404
    return plan


def planner(request: FirmRequest) -> HttpResponse:
    """The newest draft or running computation, else the published plan; a word of welcome while there is none."""
    newest = (
        plans.plans().exclude(state__in=[Plan.State.SUPERSEDED, Plan.State.FAILED]).first() or plans.plans().first()
    )
    if newest is None:
        return render(request, "planner/empty.html")
    return redirect("plan", firm=request.org.slug, pk=newest.pk)


def plan(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The chart, by resource or by task, in the reader's time zone."""
    shown = _plan(pk)
    by: plan_view.By = "task" if request.GET.get("by") == "task" else "resource"
    zoom = cast("Zoom", request.GET.get("zoom") if request.GET.get("zoom") in SCALES else "week")
    view = plan_view.view_of(shown)
    context: dict[str, Any] = {"plan": shown, "view": view, "by": by, "zoom": zoom, "zooms": SCALES}
    if shown.state not in {Plan.State.COMPUTING, Plan.State.FAILED}:
        zone = zone_of(request.user.time_zone)
        context["zone"] = zone
        context["chart"] = plan_view.chart(view, by=by, zoom=zoom, zone=zone, today=clock.today(zone))
    context["touched"] = touched(request)
    context["others"] = [other for other in plans.plans()[:12] if other.pk != shown.pk]
    return render(request, "planner/plan.html", context)


def plan_table(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The same plan as a table: sorts, filters, exports."""
    shown = _plan(pk)
    rows = shown.items.select_related("org", "task", "resource")
    table = UNNAMED_ITEMS if law_view.locked("allocation") else ITEMS
    context = {"plan": shown}
    return table.page(request, rows, template="planner/table.html", context=context, prepare=_unname)


def plan_progress(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The bar while the worker computes; it asks again by itself and reloads the page when the draft is there."""
    shown = _plan(pk)
    response = render(request, "planner/progress.html", {"plan": shown})
    if shown.state != Plan.State.COMPUTING:
        response["HX-Refresh"] = "true"
    return response


def request_plan(request: FirmRequest) -> HttpResponse:
    made = plans.request_plan(as_of=clock.today(), by=request.actor)
    return redirect("plan", firm=request.org.slug, pk=made.pk)


def publish_plan(request: FirmRequest, pk: UUID) -> HttpResponse:
    made = plans.publish_plan(_plan(pk), by=request.actor)
    messages.success(request, _("The plan is published. %(n)s tasks were given out.") % {"n": len(made)})
    return redirect("plan", firm=request.org.slug, pk=pk)


def discard_plan(request: FirmRequest, pk: UUID) -> HttpResponse:
    plans.discard_plan(_plan(pk), by=request.actor)
    messages.success(request, _("The draft was put aside."))
    return redirect("planner", firm=request.org.slug)


def _item(pk: UUID, item: UUID) -> PlanItem:
    found = (
        PlanItem.objects.filter(pk=item, plan_id=pk)
        .select_related("plan", "task__project", "resource__rate")
        .prefetch_related("checks__check_ref", "task__criteria", "task__skills__skill")
        .first()
    )
    if found is None:
        raise Http404
    return found


def plan_item(request: FirmRequest, pk: UUID, item: UUID) -> HttpResponse:
    """Why this proposal: options with their effect, blockers with the way out, the verdicts behind it."""
    found = _item(pk, item)
    card: Card = card_of(found)
    # What the law said of an employee is about that person, even without the name.
    resource = found.resource
    hidden = resource is not None and resource.kind == Kind.EMPLOYEE and law_view.locked("allocation")
    checks = [] if hidden else list(found.checks.all())
    return render(request, "planner/item.html", {"item": found, "plan": found.plan, "card": card, "checks": checks})


def choose_option(request: FirmRequest, pk: UUID, item: UUID) -> HttpResponse:
    chosen = Resource.objects.filter(pk=as_uuid(request.POST.get("resource"))).first()
    if chosen is None:
        raise Http404
    reason = request.POST.get("reason", "")
    made = plans.choose_option(_item(pk, item), resource=chosen, reason=reason, by=request.actor)
    messages.success(request, _("Your choice is part of a new draft, which is being computed."))
    return redirect("plan", firm=request.org.slug, pk=made.pk)


def take_back_choice(request: FirmRequest, pk: UUID, item: UUID) -> HttpResponse:
    made = plans.take_back_choice(_item(pk, item), by=request.actor)
    messages.success(request, _("The choice is taken back in a new draft, which is being computed."))
    return redirect("plan", firm=request.org.slug, pk=made.pk)


def compare_plans(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Two plans side by side: what it costs, when it ends, which tasks differ."""
    first, second = _plan(pk), _plan(as_uuid(request.GET.get("with")))
    left, right = plan_view.view_of(first), plan_view.view_of(second)
    other = {item.task_id: item for item in right.items}
    changes = [
        (mine, other[mine.task_id])
        for mine in left.items
        if mine.task_id in other and _differs(mine, other[mine.task_id])
    ]
    return render(request, "planner/compare.html", {"left": left, "right": right, "changes": changes, "plan": first})


def _differs(one: PlanItem, two: PlanItem) -> bool:
    return (one.resource_id, _days(one)) != (two.resource_id, _days(two))


urlpatterns = [
    firm_page("plan/", planner, permission="plan.read"),
    firm_page("plan/new/", request_plan, permission="plan.write", methods=WRITE),
    firm_page("plan/<uuid:pk>/", plan, permission="plan.read"),
    firm_page("plan/<uuid:pk>/table/", plan_table, permission="plan.read"),
    firm_page("plan/<uuid:pk>/progress/", plan_progress, permission="plan.read"),
    firm_page("plan/<uuid:pk>/compare/", compare_plans, permission="plan.read"),
    firm_page("plan/<uuid:pk>/publish/", publish_plan, permission="plan.publish", methods=WRITE),
    firm_page("plan/<uuid:pk>/discard/", discard_plan, permission="plan.write", methods=WRITE),
    firm_page("plan/<uuid:pk>/items/<uuid:item>/", plan_item, permission="plan.read"),
    firm_page("plan/<uuid:pk>/items/<uuid:item>/choose/", choose_option, permission="plan.write", methods=WRITE),
    firm_page("plan/<uuid:pk>/items/<uuid:item>/free/", take_back_choice, permission="plan.write", methods=WRITE),
]
