"""My tasks: whatever needs this person, grouped by why, sorted by date; the chosen one beside the list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from werkfluss.compliance.domain.deadlines import open_deadlines
from werkfluss.evidence.domain.documents import documents_of, keep_file
from werkfluss.kernel import clock
from werkfluss.kernel.money import Money
from werkfluss.org.models import User
from werkfluss.web import law_view, today, work_view
from werkfluss.web.access import WRITE, FirmRequest, as_uuid, firm_page
from werkfluss.web.forms.work import DeliverForm, HandBackForm, skill_name
from werkfluss.web.preferences import zone_of
from werkfluss.web.process_view import language, name_of
from werkfluss.web.step_task_view import Origin, origin_of
from werkfluss.web.templatetags.werkfluss import money
from werkfluss.web.today import Figure, Item
from werkfluss.work.domain import acceptance, assignments, plans, step_lists, step_talk
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import Acceptance, Assignment, CaseTask, PlanItem, Result, Task

SOON = timedelta(days=14)
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the list; ``url`` opens it, for own tasks beside the list."""

    title: str
    url: str
    note: str = ""
    due: date | None = None
    state: str = ""
    assignment: Assignment | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that are here for the same reason, the nearest date first."""

    key: str
    label: Promise | str
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Opened:
    """An own task with what the person needs to do it."""

    assignment: Assignment
    requester: User | None
    other_zone: str
    skills: list[str]
    sent_back: Acceptance | None
    delivered: Result | None
    documents: list[Any]
    origin: Origin | None

    @property
    def task(self) -> Task:
        return self.assignment.task

    @property
    def may_start(self) -> bool:
        return self.task.state == Task.State.ASSIGNED

    @property
    def may_deliver(self) -> bool:
        return self.task.state in {Task.State.ASSIGNED, Task.State.STARTED}


def _own(request: FirmRequest) -> QuerySet[Assignment]:
    results = Result.objects.prefetch_related("acceptances")
    return (
        Assignment.objects.filter(resource__user_id=request.user.pk, state=Assignment.State.ACTIVE)
        .select_related("task__project__lead", "item", "resource")
        .prefetch_related(Prefetch("task__results", queryset=results))
        .order_by("last_day", "task__number")
    )


def my_tasks(request: FirmRequest) -> HttpResponse:
    """Externals have their orders instead: they never see the firm's list of tasks."""
    if not request.actor.may("project.read"):
        return redirect("my_orders", firm=request.org.slug)
    wanted = request.GET.get("open")
    return _page(request, _assignment(request, as_uuid(wanted)) if wanted else None)


def _assignment(request: FirmRequest, pk: UUID) -> Assignment:
    """An own task; an external works on the order, where what was agreed stands."""
    found = _own(request).filter(pk=pk).first() if request.actor.may("project.read") else None
    if found is None:
        raise Http404
    return found


def _url(request: FirmRequest, one: Assignment | None = None) -> str:
    return reverse("my_tasks", kwargs={"firm": request.org.slug}) + (f"?open={one.pk}" if one else "")


def _page(
    request: FirmRequest,
    chosen: Assignment | None,
    *,
    deliver: DeliverForm | None = None,
    back: HandBackForm | None = None,
) -> HttpResponse:
    own = list(_own(request))
    groups = [group for group in _groups(request, own) if group.entries]
    shown = chosen or (own[0] if own else None)
    opened = _opened(request, shown) if shown else None
    context = {
        "groups": groups,
        "count": sum(len(group.entries) for group in groups),
        "chosen": chosen,
        "open": opened,
        "deliver": deliver or DeliverForm(auto_id="deliver-%s", origin=opened.origin if opened else None),
        "back": back or HandBackForm(auto_id="back-%s"),
        "today": clock.today(),
    }
    return render(request, "my_tasks/page.html", context, status=422 if deliver or back else 200)


def _groups(request: FirmRequest, own: list[Assignment]) -> Iterator[Group]:
    """The reasons in the order of urgency."""
    entries = [_entry(request, one) for one in own]
    by_state = {state: [entry for entry in entries if entry.state == state] for state in ("back", "given", "waiting")}
    yield Group("back", gettext_lazy("Sent back to you"), by_state["back"])
    yield Group("given", gettext_lazy("Given to you"), by_state["given"])
    yield from _step_groups(request)
    yield Group("accept", gettext_lazy("Results you accept"), list(_results(request)))
    yield Group("deadlines", gettext_lazy("Deadlines"), list(_deadlines(request)))
    yield Group("waiting", gettext_lazy("Delivered, waits for acceptance"), by_state["waiting"])


def _entry(request: FirmRequest, one: Assignment) -> Entry:
    state = "given"
    if one.task.state == Task.State.DELIVERED:
        state = "waiting"
    elif _last_sent_back(one.task):
        state = "back"
    return Entry(
        one.task.title, _url(request, one), note=one.task.project.name, due=one.last_day, state=state, assignment=one
    )


def _last_sent_back(task: Task) -> Acceptance | None:
    """The last word on a task if it was to send it back; the results are read already, newest first."""
    results = list(task.results.all())
    if not results or results[0].state != "sent_back":
        return None
    return next((one for one in results[0].acceptances.all() if not one.accepted), None)


def _step_groups(request: FirmRequest) -> Iterator[Group]:
    """Steps of cases by why they are here."""
    found = step_lists.steps_of(request.actor)
    asked = list(step_talk.questions_for(request.actor).order_by("created_at"))
    listed = [*found.own, *found.to_vote, *found.claimable, *(one for one, _person in found.instead)]
    law_view.unname_cases((one.case for one in [*listed, *(one.step for one in asked)]), request.actor)
    yield Group("asked", gettext_lazy("Questions to you"), [_step(request, one.step, one.text) for one in asked])
    yield Group("steps", gettext_lazy("Steps in cases"), [_step(request, one) for one in found.own])
    yield Group("votes", gettext_lazy("You have a vote"), [_step(request, one) for one in found.to_vote])
    instead = [
        _step(request, one, _("standing in for %(name)s: %(case)s") % {"name": person.name, "case": one.case.title})
        for one, person in found.instead
    ]
    yield Group("instead", gettext_lazy("In somebody's place"), instead)
    yield Group("claimable", gettext_lazy("Steps that you can claim"), [_step(request, one) for one in found.claimable])


def _step(request: FirmRequest, step: CaseTask, note: str = "") -> Entry:
    url = work_view.url_if("step", request, pk=step.pk)
    due = timezone.localtime(step.due).date() if step.due else None
    return Entry(name_of(model_of(step.case.definition), step.element), url, note=note or step.case.title, due=due)


def _results(request: FirmRequest) -> Iterator[Entry]:
    """Of the projects this person answers for; and those under four eyes where one person has decided already."""
    if not request.actor.may("result.accept"):
        return
    me = request.user.pk
    listed = list(acceptance.results_to_accept().prefetch_related("acceptances"))
    law_view.unname((result.assignment.resource for result in listed), "task_times")
    for result in listed:
        decided = {one.decided_by for one in result.acceptances.all() if one.accepted}
        own_work = me in {result.delivered_by, result.assignment.resource.user_id}
        second = bool(decided) and me not in decided and not own_work
        if me not in decided and (second or _answers_for(request, result)):
            url = work_view.url_if("approval", request, pk=result.pk)
            yield Entry(result.task.title, url, note=result.assignment.resource.name, due=result.task.deadline)


def _answers_for(request: FirmRequest, result: Result) -> bool:
    lead = result.task.project.lead_id
    return lead == request.user.pk or (lead is None and request.actor.may("project.write"))


def _deadlines(request: FirmRequest) -> Iterator[Entry]:
    """Those of the own roles that have to be begun now."""
    if not request.actor.may("deadline.read"):
        return
    roles = [role.value for role in request.actor.roles]
    german = (get_language() or "de").startswith("de")
    for one in open_deadlines().filter(who__in=roles, start_by__lte=clock.today() + SOON):
        url = work_view.url_if("deadlines", request)
        yield Entry(one.title_de if german else one.title_en, url, note=one.basis, due=one.due)


def _origin(request: FirmRequest, one: Assignment) -> Origin | None:
    return origin_of(one.task, request.actor, language=language())


def _opened(request: FirmRequest, one: Assignment) -> Opened:
    """The task beside the list; its times also in the zone of who asked for it, if that one sits elsewhere."""
    requester = one.task.project.lead
    if requester is None and one.assigned_by:
        requester = User.objects.filter(pk=one.assigned_by).first()
    results = list(one.task.results.all())
    latest = results[0] if results else None
    delivered = latest if latest and latest.state == "delivered" else None
    return Opened(
        assignment=one,
        requester=requester,
        other_zone=_other_zone(requester, one.item.start if one.item else None),
        skills=[skill_name(need.skill) for need in one.task.skills.select_related("skill")],
        sent_back=_last_sent_back(one.task),
        delivered=delivered,
        documents=[*documents_of(one.task), *(documents_of(delivered) if delivered else [])],
        origin=_origin(request, one),
    )


def _other_zone(requester: User | None, at: datetime | None) -> str:
    if requester is None:
        return ""
    at = at or clock.now()
    there = at.astimezone(zone_of(requester.time_zone))
    return requester.time_zone if there.utcoffset() != timezone.localtime(at).utcoffset() else ""


def start_my_task(request: FirmRequest, pk: UUID) -> HttpResponse:
    one = _assignment(request, pk)
    assignments.start_task(one, by=request.actor)
    messages.success(request, _("You have begun. The plan now leaves this task with you."))
    return redirect(_url(request, one))


def deliver_my_task(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Hand in text and files; the one who answers for the project decides on the criteria."""
    one = _assignment(request, pk)
    form = DeliverForm(request.POST, request.FILES, auto_id="deliver-%s", origin=_origin(request, one))
    if not form.is_valid():
        return _page(request, one, deliver=form)
    files = [keep_file(file.read(), filename=file.name, by=request.actor) for file in form.cleaned_data["attachments"]]
    text, picked = form.cleaned_data["text"], form.picked()
    assignments.deliver_result(one, text=text, documents=files, picked=picked, by=request.actor)
    messages.success(request, _("Delivered. You hear when the result is accepted or sent back."))
    return redirect("my_tasks", firm=request.org.slug)


def hand_back_my_task(request: FirmRequest, pk: UUID) -> HttpResponse:
    one = _assignment(request, pk)
    form = HandBackForm(request.POST, auto_id="back-%s")
    if not form.is_valid():
        return _page(request, one, back=form)
    assignments.hand_back(one, reason=form.cleaned_data["reason"], by=request.actor)
    messages.success(request, _("Handed back. The task is open again for the next plan."))
    return redirect("my_tasks", firm=request.org.slug)


@today.answers("mine")
def own_tasks(request: FirmRequest) -> Iterator[Item]:
    """Own tasks, the nearest first, and steps of cases."""
    if not request.actor.may("project.read") or not request.actor.may("own_tasks.work"):
        return
    for one in [one for one in _own(request) if one.task.state != Task.State.DELIVERED][:SHOWN]:
        back = _last_sent_back(one.task)
        entry, why = _entry(request, one), one.task.project.name
        if one.first_day > clock.today():
            begins = formats.date_format(one.first_day, "DATE_FORMAT")
            why = _("%(project)s, begins %(day)s") % {"project": why, "day": begins}
        word = _("sent back") if back else ""
        yield Item(entry.title, entry.url, why=why, due=entry.due, tone="bad" if back else "open", word=word)
    groups = list(_step_groups(request))
    for step in [entry for group in groups for entry in group.entries][:SHOWN]:
        yield Item(step.title, step.url or _url(request), why=step.note, due=step.due)


def _steering(request: FirmRequest) -> QuerySet[PlanItem]:
    rows = work_view.published_items()
    return rows if request.actor.may("plan.write") else rows.none()


def _item_of(request: FirmRequest, row: PlanItem, **more: Any) -> Item:
    return Item(row.task.title, work_view.url_if("plan_item", request, pk=row.plan_id, item=row.pk), **more)


@today.answers("blocked")
def nobody_permitted(request: FirmRequest) -> Iterator[Item]:
    """Clear tasks that the published plan could give to nobody."""
    for row in _steering(request).filter(resource=None).exclude(task__effort_minutes=0)[:SHOWN]:
        yield _item_of(
            request, row, why=_("nobody is permitted or free"), tone="blocked", word=_("not assigned"), action=_("Why?")
        )


@today.answers("late")
def late_tasks(request: FirmRequest) -> Iterator[Item]:
    for row in _steering(request).filter(late_minutes__gt=0).order_by("-late_minutes", "task__number")[:SHOWN]:
        days = max(1, round(row.late_minutes / 1440))
        said = _("%(n)s days late: %(project)s") % {"n": days, "project": row.task.project.name}
        yield _item_of(request, row, why=said, due=row.task.deadline, tone="bad", word=_("late"), action=_("Why?"))


@today.answers("cost")
def plan_cost(request: FirmRequest) -> Iterator[Figure]:
    """What the published plan costs at the rates of the roles."""
    if not request.actor.may("plan.write"):
        return
    plan = plans.published_plan()
    if plan is not None and plan.labour_cents is not None:
        yield Figure(
            _("Published plan"),
            money(Money.from_cents(plan.labour_cents)),
            work_view.url_if("plan", request, pk=plan.pk),
            note=_("labour at role rates"),
        )


urlpatterns = [
    firm_page("my-tasks/", my_tasks, permission="own_tasks.read"),
    firm_page("my-tasks/<uuid:pk>/start/", start_my_task, permission="own_tasks.work", methods=WRITE),
    firm_page("my-tasks/<uuid:pk>/deliver/", deliver_my_task, permission="own_tasks.work", methods=WRITE),
    firm_page("my-tasks/<uuid:pk>/hand-back/", hand_back_my_task, permission="own_tasks.work", methods=WRITE),
]
