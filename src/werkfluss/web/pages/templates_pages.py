"""Templates: task trees to start from; a project that went well becomes one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.web import work_view
from werkfluss.web.access import FORM, FirmRequest, firm_page
from werkfluss.web.forms.work import TemplateForm
from werkfluss.web.pages.projects import project_by
from werkfluss.web.tables import Column, Empty, Table
from werkfluss.work.domain import breakdown
from werkfluss.work.models import TaskTemplate

TEMPLATES = Table(
    "templates",
    caption=gettext_lazy("Templates"),
    columns=(
        Column(
            "name",
            gettext_lazy("Name"),
            value=work_view.template_name,
            order="name_de",
            link=lambda row: reverse("template", kwargs={"firm": row.org.slug, "pk": row.pk}),
        ),
        Column(
            "tasks", gettext_lazy("Tasks"), value=lambda row: len(work_view.draft_tree(row.tree).work), kind="number"
        ),
        Column("clear", gettext_lazy("Clear"), value=lambda row: work_view.draft_tree(row.tree).clear, kind="number"),
        Column("hours", gettext_lazy("Hours"), value=lambda row: work_view.draft_tree(row.tree).hours, kind="number"),
        Column("since", gettext_lazy("Since"), value="created_at", order="created_at", kind="date"),
    ),
    search=("name_de__icontains", "name_en__icontains"),
    default_order="name",
    empty=Empty(
        gettext_lazy("No templates yet"),
        gettext_lazy("Open a project that went well and keep it as a template."),
        gettext_lazy("To the projects"),
        url=lambda request: work_view.url_if("projects", request),
    ),
)


def templates(request: FirmRequest) -> HttpResponse:
    return TEMPLATES.page(request, TaskTemplate.objects.select_related("org"), template="projects/templates.html")


def template(request: FirmRequest, pk: UUID) -> HttpResponse:
    """What a template holds, with the clarity of each task."""
    found = TaskTemplate.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    context = {"template": found, "name": work_view.template_name(found), "tree": work_view.draft_tree(found.tree)}
    return render(request, "projects/template.html", context)


def keep_template(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Keep the tasks of a project to start from them again."""
    source = project_by(pk)
    form = TemplateForm(request.POST or None, initial={"name_de": source.name, "name_en": source.name})
    if not form.is_valid():
        context = {"form": form, "project": source, "tree": work_view.draft_tree(breakdown.project_tree(source))}
        return render(request, "projects/keep.html", context, status=422 if form.is_bound else 200)
    name = form.cleaned_data["name_de"]
    made = breakdown.keep_as_template(
        source,
        key=f"project-{source.number}",
        name_de=name,
        name_en=form.cleaned_data["name_en"] or name,
        by=request.actor,
    )
    messages.success(request, _("The template is kept."))
    return redirect("template", firm=request.org.slug, pk=made.pk)


urlpatterns = [
    firm_page("templates/", templates, permission="project.read"),
    firm_page("templates/<uuid:pk>/", template, permission="project.read"),
    firm_page("projects/<uuid:pk>/template/", keep_template, permission="project.write", methods=FORM),
]
