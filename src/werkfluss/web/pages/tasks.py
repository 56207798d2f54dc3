"""A task: its brief, how clear it is, who has it, what happened to it; edited where a question is asked, and split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import reswap, retarget

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Fault, WerkflussError
from werkfluss.org.models import Entry
from werkfluss.process.clarity import ClarityFinding
from werkfluss.web import law_view, work_view
from werkfluss.web.access import FORM, WRITE, FirmRequest, as_uuid, firm_page, read_version
from werkfluss.web.forms.work import (
    DATA_CLASSES,
    FIELD_FORMS,
    FORM_OF_FINDING,
    KINDS,
    DropForm,
    FieldForm,
    LinkForm,
    SplitLinesForm,
    SplitTemplateForm,
    skill_name,
)
from werkfluss.web.happenings import KINDS as HAPPENINGS
from werkfluss.web.happenings import kind_word
from werkfluss.web.pages.evidence import attach_words
from werkfluss.web.pages.rechecks import touched_of
from werkfluss.web.process_view import language
from werkfluss.web.step_task_view import origin_of
from werkfluss.web.work_view import Clarity
from werkfluss.work.domain import breakdown, clarity, tasks
from werkfluss.work.models import Result, Task, TaskLink, TaskTemplate
from werkfluss.workforce.models import Skill

HISTORY = 30
HAPPENINGS.update(
    {
        "work.task.created": gettext_lazy("Task created"),
        "work.task.edited": gettext_lazy("Details changed"),
        "work.task.dropped": gettext_lazy("Task dropped"),
        "work.task.restored": gettext_lazy("Task taken up again"),
        "work.task.linked": gettext_lazy("Order set"),
        "work.task.unlinked": gettext_lazy("Order removed"),
        "work.task.separated": gettext_lazy("Four-eyes pair set"),
        "work.task.split": gettext_lazy("Task split"),
        "work.task.started": gettext_lazy("Work started"),
        "work.task.handed_back": gettext_lazy("Task handed back"),
        "work.assignment.withdrawn": gettext_lazy("Assignment withdrawn"),
        "work.result.delivered": gettext_lazy("Result delivered"),
        "work.result.first_acceptance": gettext_lazy("Result accepted by the first of two people"),
        "work.result.accepted": gettext_lazy("Result accepted"),
        "work.result.sent_back": gettext_lazy("Result sent back"),
    }
)


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One line of the brief; ``parts`` are its values, drawn as text, list or chips."""

    key: str
    label: Any
    parts: list[str]
    look: str = "text"
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A finding with the form that answers it."""

    finding: ClarityFinding
    key: str
    form: FieldForm


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history."""

    at: Any
    who: str
    what: str
    note: str


def task_by(pk: UUID) -> Task:
    found = (
        Task.objects.filter(pk=pk)
        .select_related("project__lead", "parent", "org")
        .prefetch_related("skills__skill", "criteria", "predecessors__predecessor", "successors__task")
        .first()
    )
    if found is None:
        raise Http404
    return found


def task(request: FirmRequest, pk: UUID) -> HttpResponse:
    return render(request, "tasks/task.html", _context(request, task_by(pk)))


def _context(request: FirmRequest, found: Task, forms: dict[str, FieldForm] | None = None) -> dict[str, Any]:
    """Everything the page shows. ``forms`` are refused ones, shown with what was typed."""
    may_edit = request.actor.may("project.write") and found.state in tasks.EDITABLE_STATES and not found.is_summary
    checked = Clarity(clarity.findings([found])[found.pk])
    item = work_view.plan_item_of(found) if request.actor.may("plan.read") else None
    given = work_view.assignments_of([found]).get(found.pk)
    law_view.unname((one.resource for one in (item, given) if one), "allocation")
    return {
        "task": found,
        "may_edit": may_edit,
        "clarity": checked if clarity.is_work(found) else None,
        "asked": _asked(found, checked, forms or {}) if may_edit else [],
        "rows": rows_of(found, {FORM_OF_FINDING[one.field] for one in checked.found if one.severity == "gap"}),
        "vocabulary": [skill_name(one) for one in Skill.objects.order_by("name_de")] if may_edit else [],
        "touched": touched_of(request, found),
        "given": given,
        "item": item,
        "item_url": _item_url(request, item),
        "link_form": LinkForm(_others(found)) if may_edit else None,
        "drop_form": DropForm(auto_id="drop-%s"),
        "members": list(found.children.order_by("position")) if found.is_summary else [],
        "origin": origin_of(found, request.actor, language=language()),
        "results": list(found.results.prefetch_related("acceptances")),
        "history": history_of(found),
        "today": clock.today(),
    }


def _item_url(request: FirmRequest, item: Any) -> str:
    return work_view.url_if("plan_item", request, pk=item.plan_id, item=item.pk) if item else ""


def _asked(found: Task, checked: Clarity, refused: dict[str, FieldForm]) -> list[Asked]:
    """Each finding with its form; two findings about one field share the first one's form."""
    listed, seen = [], set()
    for one in checked.found:
        key = FORM_OF_FINDING[one.field]
        if key not in seen:
            seen.add(key)
            listed.append(Asked(one, key, refused.get(key) or FIELD_FORMS[key](found, where=f"ask-{key}")))
    return listed


def _others(found: Task) -> list[Task]:
    rows = Task.objects.filter(project_id=found.project_id, is_summary=False).exclude(state=Task.State.DROPPED)
    return [row for row in rows.order_by("position") if row.pk != found.pk]


def rows_of(found: Task, missing: set[str]) -> list[FieldRow]:
    """The brief line by line, each with the key of the form that edits it; ``missing`` are those keys."""
    words = {**{key: str(word) for key, word in DATA_CLASSES}, "": ""}
    place = " ".join(filter(None, [found.place_city, f"({found.place_country})" if found.place_country else ""]))
    dates = [
        text
        for label, day in ((_("not before"), found.earliest_start), (_("until"), found.deadline))
        if day and (text := f"{label} {_day(day)}")
    ]
    ai = [found.ai_purpose or _("allowed")] if found.ai_allowed else [_("no AI agent")]
    data = [words[found.data_class], _("export-controlled") if found.export_controlled else ""]
    parts: dict[str, tuple[list[str], str]] = {
        "brief": ([found.brief], "prose"),
        "outcome": ([found.outcome], "prose"),
        "criteria": ([one.text for one in found.criteria.all()], "list"),
        "skills": ([skill_name(need.skill) for need in found.skills.all()], "chips"),
        "effort": ([_effort(found)], "text"),
        "time": (dates, "text"),
        "data": (data, "text"),
        "kinds": (
            [str(word) for key, word in KINDS if key in found.kinds_allowed] or [_("everybody whom the law allows")],
            "text",
        ),
        "ai": (ai, "text"),
        "place": ([place or _("anywhere")], "text"),
        "eyes": ([_("two people accept") if found.four_eyes else _("one person accepts")], "text"),
    }
    return [
        FieldRow(key, FIELD_FORMS[key].heading, [part for part in values if part], look, key in missing)
        for key, (values, look) in parts.items()
    ]


def _day(day: Any) -> str:
    return formats.date_format(day, "DATE_FORMAT")


def _effort(found: Task) -> str:
    if found.effort_minutes is None:
        return ""
    if found.effort_minutes == 0:
        return _("milestone")
    return f"{formats.number_format(work_view.hours_of(found.effort_minutes), use_l10n=True)} h"


def history_of(found: Task) -> list[Happened]:
    """What happened to a task and its results, from the chain, newest first; two queries and one for the names."""
    results = Result.objects.filter(task=found).values("pk")
    own = Q(object_type=found._meta.label_lower, object_id=found.pk)
    theirs = Q(object_type=Result._meta.label_lower, object_id__in=results)
    rows = list(Entry.objects.filter(own | theirs).select_related("payload").order_by("-seq")[:HISTORY])
    attach_words(rows)
    return [
        Happened(row.at, row.who, kind_word(row.kind), _note(row.payload.data))  # type: ignore[attr-defined]  # attached above
        for row in rows
    ]


def _note(data: Any) -> str:
    """Reasons and notes as people wrote them; of an edit the names of what was changed."""
    if not isinstance(data, dict):
        return ""
    said = [str(value) for key, value in data.items() if key in {"reason", "note"} and value]
    changed = data.get("changes")
    if isinstance(changed, dict):
        said += dict.fromkeys(_field_word(key) for key, value in changed.items() if value is not None)
    return ", ".join(said)


_FORM_OF = {"skills": "skills", "criteria": "criteria", "effort_minutes": "effort", "ai_use": "ai"}


def _field_word(column: str) -> str:
    """The heading of the form in which a column is edited."""
    key = _FORM_OF.get(column) or next((key for key, form in FIELD_FORMS.items() if column in form.columns), "")
    return str(FIELD_FORMS[key].heading) if key else column


def edit_task_field(request: FirmRequest, pk: UUID, field: str) -> HttpResponse:
    """One field's own form; saved, the whole task is drawn anew with its clarity."""
    found = task_by(pk)
    if field not in FIELD_FORMS:
        raise Http404
    where = "ask-" + field if request.POST.get("where") == "ask" else "edit"
    form = FIELD_FORMS[field](found, request.POST or None, where=where)
    if request.method == "POST" and form.is_valid():
        version, changes = read_version(request), form.changes()
        return _act(
            request, found, lambda: tasks.edit_task(found, expected_version=version, by=request.actor, **changes)
        )
    context = {"task": found, "form": form, "field": field, "vocabulary": _vocabulary(field)}
    if not _in_place(request):
        return render(request, "tasks/field.html", context, status=422 if form.is_bound else 200)
    if where == "edit":
        answer = render(
            request, "tasks/field_form.html", {**context, "in_place": True}, status=422 if form.is_bound else 200
        )
        return reswap(retarget(answer, f"#row-{field}"), "innerHTML")
    return render(request, "tasks/body.html", _context(request, found, {field: form}), status=422)


def _in_place(request: FirmRequest) -> bool:
    """Whether the answer goes into the page that is there."""
    return bool(getattr(request, "htmx", False))


def _vocabulary(field: str) -> list[str]:
    return [skill_name(one) for one in Skill.objects.order_by("name_de")] if field == "skills" else []


def _act(request: FirmRequest, found: Task, act: Callable[[], object]) -> HttpResponse:
    """Do it and show the task. Without a script a refusal is a page of its own; with one it stands above the task."""
    if not _in_place(request):
        act()
        return redirect("task", firm=request.org.slug, pk=found.pk)
    fault: Fault | None = None
    try:
        with transaction.atomic():
            act()
    except WerkflussError as error:
        fault = error.fault
    context = {**_context(request, task_by(found.pk)), "fault": fault, "saved": fault is None}
    return render(request, "tasks/body.html", context, status=409 if fault else 200)


def link_task(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Let a task come after another one."""
    found = task_by(pk)
    others = _others(found)
    form = LinkForm(others, request.POST)
    if not form.is_valid():
        return render(request, "tasks/task.html", {**_context(request, found), "link_form": form}, status=422)
    before = next(one for one in others if str(one.pk) == form.cleaned_data["predecessor"])
    kind, days = form.cleaned_data["type"] or "FS", form.cleaned_data["lag_days"] or 0
    return _act(
        request, found, lambda: tasks.link_tasks(found, predecessor=before, type=kind, lag_days=days, by=request.actor)
    )


def unlink_task(request: FirmRequest, pk: UUID, link: UUID) -> HttpResponse:
    found = task_by(pk)
    row = TaskLink.objects.filter(pk=link, task=found).first()
    if row is None:
        raise Http404
    return _act(request, found, lambda: tasks.unlink_tasks(row, by=request.actor))


def drop_task(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = task_by(pk)
    tasks.drop_task(found, reason=request.POST.get("reason", "")[:300], by=request.actor)
    undo = reverse("restore_task", kwargs={"firm": request.org.slug, "pk": pk})
    messages.success(request, _("“%(title)s” is dropped.") % {"title": found.title}, extra_tags=undo)
    return redirect("project", firm=request.org.slug, pk=found.project_id)


def restore_task(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = task_by(pk)
    tasks.restore_task(found, by=request.actor)
    messages.success(request, _("“%(title)s” is open again.") % {"title": found.title})
    return redirect("task", firm=request.org.slug, pk=pk)


def split_task(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Two ways to take a task apart; beside them what would be made, and how clear it is."""
    found = task_by(pk)
    known = list(breakdown.templates())
    act = request.POST.get("act", "")
    lines = SplitLinesForm(request.POST if act in {"preview", "lines"} else None, auto_id="lines-%s")
    start = found.earliest_start or max(clock.today(), found.project.start)
    along = SplitTemplateForm(
        [(str(one.pk), work_view.template_name(one)) for one in known],
        request.POST if act in {"look", "template"} else None,
        start=start,
    )
    valid = (lines if act in {"preview", "lines"} else along).is_valid() if act else False
    if valid and act in {"lines", "template"}:
        return _split(request, found, lines if act == "lines" else along)
    context = {"task": found, "lines": lines, "along": along, "tree": _preview(found, lines, along, valid)}
    refused = act and not valid and act not in {"preview", "look"}
    return render(request, "tasks/split.html", context, status=422 if refused else 200)


def _preview(found: Task, lines: SplitLinesForm, along: SplitTemplateForm, valid: bool) -> work_view.Tree:
    if not valid:
        return work_view.Tree()
    if lines.is_bound:
        parts, in_sequence = lines.cleaned_data["lines"], lines.cleaned_data["in_sequence"]
        return work_view.draft_tree(breakdown.tree_of_lines(found, parts, in_sequence=in_sequence))
    return work_view.draft_tree(_template(along.cleaned_data["template"]).tree)


def _template(key: object) -> TaskTemplate:
    found = TaskTemplate.objects.filter(pk=as_uuid(key)).first()
    if found is None:
        raise Http404
    return found


def _split(request: FirmRequest, found: Task, form: SplitLinesForm | SplitTemplateForm) -> HttpResponse:
    given = form.cleaned_data
    if isinstance(form, SplitLinesForm):
        made = breakdown.split_into_lines(
            found, lines=given["lines"], in_sequence=given["in_sequence"], by=request.actor
        )
    else:
        template = _template(given["template"])
        made = breakdown.split_task(found, template=template, start=given["start"], by=request.actor)
    messages.success(request, _("The task now has %(n)s parts.") % {"n": len(made)})
    return redirect("task", firm=request.org.slug, pk=found.pk)


urlpatterns = [
    firm_page("tasks/<uuid:pk>/", task, permission="project.read"),
    firm_page("tasks/<uuid:pk>/edit/<slug:field>/", edit_task_field, permission="project.write", methods=FORM),
    firm_page("tasks/<uuid:pk>/after/", link_task, permission="project.write", methods=WRITE),
    firm_page("tasks/<uuid:pk>/after/<uuid:link>/remove/", unlink_task, permission="project.write", methods=WRITE),
    firm_page("tasks/<uuid:pk>/drop/", drop_task, permission="project.write", methods=WRITE),
    firm_page("tasks/<uuid:pk>/restore/", restore_task, permission="project.write", methods=WRITE),
    firm_page("tasks/<uuid:pk>/split/", split_task, permission="project.write", methods=FORM),
]
