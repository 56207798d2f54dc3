"""Projects: the list, the tree of tasks with its clarity, and a new project in under a minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.kernel import clock
from werkfluss.org.models import Membership, User
from werkfluss.org.roles import roles_with
from werkfluss.web import today, work_view
from werkfluss.web.access import FORM, WRITE, FirmRequest, as_uuid, firm_page, read_version
from werkfluss.web.forms.work import NewProjectForm, NewTaskForm, ProjectForm
from werkfluss.web.happenings import KINDS, OBJECTS
from werkfluss.web.status import STATES, Status, status_of
from werkfluss.web.tables import Column, Empty, Filter, Table
from werkfluss.web.today import Item
from werkfluss.web.work_view import TaskRow
from werkfluss.work.domain import breakdown, links, tasks
from werkfluss.work.models import Project, Task, TaskTemplate

STATES.update(
    {
        "started": Status(gettext_lazy("in progress"), "active"),
        "dropped": Status(gettext_lazy("dropped"), "ended"),
        "closed": Status(gettext_lazy("closed"), "ended"),
    }
)
KINDS.update(
    {
        "work.project.created": gettext_lazy("Project created"),
        "work.project.edited": gettext_lazy("Project changed"),
        "work.project.imported": gettext_lazy("Project imported"),
        "work.project.grown": gettext_lazy("Project started from a template"),
        "work.project.copied": gettext_lazy("Project copied"),
        "work.template.added": gettext_lazy("Template kept"),
    }
)
OBJECTS.update(
    {
        "work.project": gettext_lazy("Project"),
        "work.task": gettext_lazy("Task"),
        "work.tasktemplate": gettext_lazy("Template"),
        "work.result": gettext_lazy("Result"),
        "work.assignment": gettext_lazy("Assignment"),
    }
)


def _project_url(row: Project) -> str:
    return reverse("project", kwargs={"firm": row.org.slug, "pk": row.pk})


PROJECTS = Table(
    "projects",
    caption=gettext_lazy("Projects"),
    columns=(
        Column("number", gettext_lazy("No."), order="number", kind="number"),
        Column("name", gettext_lazy("Name"), order="name", link=_project_url),
        Column("state", gettext_lazy("State"), order="state", kind="status", export=lambda row: _state_word(row.state)),
        Column("tasks", gettext_lazy("Tasks"), value="count.tasks", kind="number"),
        Column(
            "clear",
            gettext_lazy("Clear"),
            value="count",
            partial="projects/clear_cell.html",
            export=lambda row: row.count.share,
        ),
        Column("start", gettext_lazy("Start"), order="start", kind="date"),
        Column("deadline", gettext_lazy("Deadline"), order="deadline", kind="date"),
    ),
    filters=(
        Filter("state", gettext_lazy("State"), [("open", gettext_lazy("open")), ("closed", gettext_lazy("closed"))]),
    ),
    search=("name__icontains",),
    default_order="-number",
    empty=Empty(
        gettext_lazy("No projects yet"),
        gettext_lazy("A project is a goal with its tasks. Start from a template or import a work breakdown."),
        gettext_lazy("New project"),
        url=lambda request: work_view.url_if("new_project", request),
    ),
)


def _state_word(state: str) -> str:
    return str(status_of(state).word)


def _only(rows: Any, value: str) -> list[TaskRow]:
    """What a choice of the tree's filter leaves."""
    listed: list[TaskRow] = list(rows)
    if value == "unclear":
        return [row for row in listed if row.clarity is not None and not row.clarity.clear]
    if value == "open":
        return [row for row in listed if not row.is_group and not row.who and row.task.state == Task.State.OPEN]
    return [row for row in listed if not row.is_group and row.task.state == value]


TREE = Table(
    "tasks",
    caption=gettext_lazy("Tasks of the project"),
    per_page=300,
    columns=(
        Column("number", gettext_lazy("No.")),
        Column(
            "title",
            gettext_lazy("Task"),
            value="task.title",
            partial="projects/title_cell.html",
        ),
        Column("who", gettext_lazy("Who"), partial="projects/who_cell.html"),
        Column("first", gettext_lazy("From"), kind="date"),
        Column("last", gettext_lazy("To"), kind="date"),
        Column("hours", gettext_lazy("Hours"), kind="number"),
        Column(
            "clarity",
            gettext_lazy("Clarity"),
            partial="tasks/clarity_cell.html",
            export=lambda row: row.clarity.score if row.clarity else None,
        ),
        Column(
            "state",
            gettext_lazy("State"),
            value="task.state",
            partial="projects/state_cell.html",
            export=lambda row: "" if row.is_group else _state_word(row.task.state),
        ),
    ),
    filters=(
        Filter(
            "show",
            gettext_lazy("Show"),
            [
                ("unclear", gettext_lazy("unclear")),
                ("open", gettext_lazy("not given to anybody")),
                ("assigned", gettext_lazy("assigned")),
                ("offered", gettext_lazy("offered")),
                ("started", gettext_lazy("in progress")),
                ("delivered", gettext_lazy("delivered")),
                ("accepted", gettext_lazy("accepted")),
                ("dropped", gettext_lazy("dropped")),
            ],
            apply=_only,
        ),
    ),
    search=("title",),
    empty=Empty(
        gettext_lazy("No tasks yet"), gettext_lazy("Add the first task above, or start the project from a template.")
    ),
)


def project_by(pk: UUID) -> Project:
    found = Project.objects.select_related("lead").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def projects(request: FirmRequest) -> HttpResponse:
    rows: QuerySet[Project] = Project.objects.select_related("org")
    return PROJECTS.page(request, rows, template="projects/list.html", prepare=_attach_counts)


def _attach_counts(rows: list[Project]) -> None:
    counts = work_view.count_tasks(rows)
    for row in rows:
        row.count = counts[row.pk]  # type: ignore[attr-defined]  # drawn by the columns "tasks" and "clear"


def project(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The tree of tasks in PSP order."""
    return _tree(request, project_by(pk), None)


def _tree(request: FirmRequest, found: Project, form: NewTaskForm | None) -> HttpResponse:
    rows = work_view.rows_of(found)
    work = [row for row in rows if row.clarity is not None]
    context = {
        "project": found,
        "add": form or NewTaskForm(_groups(rows)),
        "work": work,
        "clear": sum(row.clarity is not None and row.clarity.clear for row in work),
        "hours": sum(row.minutes for row in work) / 60,
        "done": sum(row.task.state == Task.State.ACCEPTED for row in work),
        "plan_url": work_view.url_if("planner", request),
        "knots": links.knots(found),
    }
    response = TREE.page(request, rows, template="projects/project.html", context=context)
    if form is not None:
        response.status_code = 422
    return response


def _groups(rows: list[TaskRow]) -> list[Task]:
    return [row.task for row in rows if row.is_group]


def add_task(request: FirmRequest, pk: UUID) -> HttpResponse:
    """One more task at the end of the project or of a group; its page asks for the rest."""
    found = project_by(pk)
    groups = list(Task.objects.filter(project=found, is_summary=True).order_by("position"))
    form = NewTaskForm(groups, request.POST)
    if not form.is_valid():
        return _tree(request, found, form)
    parent = next((group for group in groups if str(group.pk) == form.cleaned_data["parent"]), None)
    made = tasks.create_task(
        found, title=form.cleaned_data["title"], effort_minutes=form.minutes(), parent=parent, by=request.actor
    )
    return redirect("task", firm=request.org.slug, pk=made.pk)


def edit_project(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = project_by(pk)
    form = ProjectForm(request.POST or None, instance=project_by(pk), members=_leaders())
    if not form.is_valid():
        context = {"form": form, "project": found}
        return render(request, "projects/edit.html", context, status=422 if form.is_bound else 200)
    version = read_version(request)
    tasks.edit_project(found, expected_version=version, by=request.actor, **form.changes())
    messages.success(request, _("The project has been saved."))
    return redirect("project", firm=request.org.slug, pk=pk)


def _leaders() -> list[User]:
    """Who may answer for a project: members who may accept results."""
    rows = Membership.objects.filter(ended_at=None, role__in=roles_with("result.accept")).select_related("user")
    return [row.user for row in rows]


def _next_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def _sources() -> list[tuple[Any, Any]]:
    """Where the tasks of a new project may come from, as the choices of a list."""
    own = [(f"template:{one.pk}", work_view.template_name(one)) for one in breakdown.templates()]
    past = Project.objects.order_by("-number").values_list("pk", "number", "name")[:40]
    return [
        (_("Templates"), own),
        (_("Earlier projects"), [(f"project:{pk}", f"{number} {name}") for pk, number, name in past]),
        ("empty", _("Begin with no tasks")),
    ]


def _source(value: str) -> TaskTemplate | Project | None:
    kind, _colon, key = value.partition(":")
    if kind not in {"template", "project"}:
        return None
    found = (TaskTemplate if kind == "template" else Project).objects.filter(pk=as_uuid(key)).first()
    if found is None:
        raise Http404
    return found


def _tree_of(source: TaskTemplate | Project | None) -> work_view.Tree:
    if source is None:
        return work_view.Tree()
    return work_view.draft_tree(source.tree if isinstance(source, TaskTemplate) else breakdown.project_tree(source))


def new_project(request: FirmRequest) -> HttpResponse:
    """Name, start, source; beside it what will be made and how clear it is. Choosing a source only looks."""
    sources = _sources()
    chosen = request.POST.get("source") or request.GET.get("source") or _first_key(sources)
    source = _source(chosen)
    initial = {
        "source": chosen,
        "start": request.GET.get("start") or _next_monday(clock.today()),
        "deadline": request.GET.get("deadline"),
        "name": request.GET.get("name")
        or (work_view.template_name(source) if isinstance(source, TaskTemplate) else ""),
    }
    form = NewProjectForm(sources, request.POST or None, initial)
    if request.method == "POST" and form.is_valid():
        made = _start(form, source, request)
        messages.success(request, _("The project has been started."))
        return redirect("project", firm=request.org.slug, pk=made.pk)
    context = {"form": form, "tree": _tree_of(source)}
    return render(request, "projects/new.html", context, status=422 if form.is_bound else 200)


def _first_key(sources: list[tuple[Any, Any]]) -> str:
    return str(sources[0][1][0][0]) if sources[0][1] else "empty"


def _start(form: NewProjectForm, source: TaskTemplate | Project | None, request: FirmRequest) -> Project:
    given = {"name": form.cleaned_data["name"], "start": form.cleaned_data["start"], "lead": request.user}
    deadline = form.cleaned_data["deadline"]
    if isinstance(source, Project):
        more = {"deadline": deadline} if deadline else {}
        return breakdown.copy_project(source, by=request.actor, **given, **more)
    if isinstance(source, TaskTemplate):
        return breakdown.start_from_template(template=source, by=request.actor, deadline=deadline, **given)
    return tasks.create_project(by=request.actor, deadline=deadline, **given)


@today.answers("blocked")
def unclear_tasks(request: FirmRequest) -> Iterator[Item]:
    """Projects with tasks that nobody can be given yet, because something is missing."""
    if not request.actor.may("project.write"):
        return
    rows = list(Project.objects.filter(state="open").order_by("number"))
    for found, count in zip(rows, work_view.count_tasks(rows).values(), strict=True):
        unclear = count.tasks - count.clear
        if unclear:
            url = reverse("project", kwargs={"firm": request.org.slug, "pk": found.pk})
            yield Item(
                found.name,
                f"{url}?show=unclear",
                why=_("%(n)s of %(all)s tasks are unclear") % {"n": unclear, "all": count.tasks},
                action=_("Make them clear"),
                tone="caution",
                word=_("unclear"),
            )


urlpatterns = [
    firm_page("projects/", projects, permission="project.read"),
    firm_page("projects/new/", new_project, permission="project.write", methods=FORM),
    firm_page("projects/<uuid:pk>/", project, permission="project.read"),
    firm_page("projects/<uuid:pk>/edit/", edit_project, permission="project.write", methods=FORM),
    firm_page("projects/<uuid:pk>/tasks/", add_task, permission="project.write", methods=WRITE),
]
