"""The library: find a process, look at it, take it over, start a case of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.kernel.errors import Refused
from werkfluss.process import library as processes
from werkfluss.process.clarity_process import check_process
from werkfluss.process.start_data import asked_at_start
from werkfluss.process.walk import default_process
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.forms.library import SkillsForm, StartCaseForm
from werkfluss.web.happenings import KINDS
from werkfluss.web.library_view import Card, card, shown_steps
from werkfluss.web.pages.cases import case_url
from werkfluss.web.process_view import drawing, language
from werkfluss.work.domain import case_start, definitions, skill_wishes
from werkfluss.work.models import ProcessDefinition

KINDS["workforce.skill.word_learned"] = gettext_lazy("Word for a skill remembered")
LONGEST = 200
MOST = 8


def library(request: FirmRequest) -> HttpResponse:
    """All processes by area, or those that fit a sentence."""
    sentence = request.GET.get("q", "").strip()[:LONGEST]
    found = [card(hit.entry, hit.matched) for hit in processes.search(sentence, language(), MOST)] if sentence else []
    context = {
        "sentence": sentence,
        "found": found,
        "areas": [] if sentence else _by_area(),
        "taken": set(ProcessDefinition.objects.values_list("key", flat=True)),
        "count": len(processes.ENTRIES),
    }
    return render(request, "library/list.html", context)


def _by_area() -> list[tuple[str, str, list[Card]]]:
    return [
        (area.value, label.in_language(language()), [card(one) for one in processes.ENTRIES if one.area is area])
        for area, label in processes.AREAS.items()
    ]


def library_process(request: FirmRequest, name: str) -> HttpResponse:
    """One process of the library before it is taken over."""
    if name not in processes.names():
        raise Http404
    model = processes.load(name)
    context = {
        "entry": processes.entry(name),
        "area": processes.AREAS[processes.entry(name).area],
        "drawing": drawing(model),
        "steps": shown_steps(model, name, language()),
        "clarity": check_process(model, name).score,
        "asked": [one.label.in_language(language()) for one in asked_at_start(model, name)],
        "taken": ProcessDefinition.objects.filter(key=name).order_by("-revision").first(),
    }
    return render(request, "library/process.html", context)


def library_start(request: FirmRequest, name: str) -> HttpResponse:
    """Take a process over, unless the firm has it, and go to the start of a case."""
    if name not in processes.names():
        raise Http404
    found = definitions.definition_of(name, by=request.actor)
    page = "process_skills" if skill_wishes.wishes(found) else "start_process"
    return redirect(page, firm=request.org.slug, pk=found.pk)


def process_skills(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Which skills of the firm are meant where a process calls them otherwise; what is said is remembered."""
    found = get_object_or_404(ProcessDefinition, pk=pk)
    form = SkillsForm(skill_wishes.wishes(found), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = skill_wishes.remember(form.meant(), by=request.actor)
        except Refused as refused:
            form.add_error(None, refused.reason.in_language(language()))
        else:
            if kept:
                messages.success(request, _("Remembered. Nobody is asked about these words again."))
            return redirect("start_process", firm=request.org.slug, pk=found.pk)
    name = definitions.model_of(found).process(default_process(definitions.model_of(found))).name_in(language())
    context = {"definition": found, "form": form, "process_name": name or found.name}
    return render(request, "library/skills.html", context, status=422 if form.errors else 200)


def start_process(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Who stands behind each lane, what is known already; then the case runs."""
    found = get_object_or_404(ProcessDefinition, pk=pk)
    model = definitions.model_of(found)
    process = default_process(model)
    title = model.process(process).name_in(language()) or found.name
    elsewhere = case_start.begins_elsewhere(found)
    form = StartCaseForm(
        case_start.parts_of(found), case_start.asked(found), request.POST or None, {"title": title[:200]}
    )
    if request.method == "POST" and form.is_valid():
        case = case_start.start_by_hand(
            found,
            title=form.cleaned_data["title"],
            subject=form.subject(),
            performers=form.performers(),
            variables=form.variables(),
            by=request.actor,
        )
        messages.success(request, _("The case has begun. Its first steps stand under “My tasks”."))
        return redirect(case_url(case))
    context = {
        "definition": found,
        "form": form,
        "process_name": title,
        "elsewhere": elsewhere,
        "steps": shown_steps(model, process, language()),
    }
    return render(request, "library/start.html", context, status=422 if form.is_bound else 200)


urlpatterns = [
    firm_page("processes/library/", library, permission="case.read"),
    firm_page("processes/library/<slug:name>/", library_process, permission="case.read"),
    firm_page("processes/library/<slug:name>/start/", library_start, permission="case.work", methods=WRITE),
    firm_page("processes/<uuid:pk>/skills/", process_skills, permission="case.work", methods=FORM),
    firm_page("processes/<uuid:pk>/start/", start_process, permission="case.work", methods=FORM),
]
