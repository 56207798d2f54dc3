"""A goal in one sentence: what is like it, a draft adapted on the page, and the project that a person confirms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseClientRedirect

from werkfluss.agents.models import Run
from werkfluss.flow import written_drafts
from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.process import library
from werkfluss.process.svg.sketch import sketch
from werkfluss.web import work_view
from werkfluss.web.access import FORM, WRITE, FirmRequest, as_uuid, firm_page
from werkfluss.web.forms.decompose import Draft, ProjectForm
from werkfluss.web.forms.work import skill_name
from werkfluss.web.happenings import KINDS
from werkfluss.web.library_view import picture
from werkfluss.web.process_view import language
from werkfluss.work.domain import decomposition, definitions, plans
from werkfluss.work.domain.decomposition import Source, Suggestion
from werkfluss.work.domain.written_drafts import read_written
from werkfluss.work.models import ProcessDefinition, Project, TaskTemplate
from werkfluss.workforce.models import Skill

LONGEST = 300
WRITTEN = "written"
KINDS.update({"work.project.decomposed": gettext_lazy("Goal taken apart and confirmed")})
KIND_WORDS: dict[str, Promise] = {
    decomposition.LIBRARY: gettext_lazy("Process of the library"),
    decomposition.PROCESS: gettext_lazy("Your process"),
    decomposition.TEMPLATE: gettext_lazy("Your template"),
    decomposition.PROJECT: gettext_lazy("Earlier project"),
    WRITTEN: gettext_lazy("Written by AI"),
}
_MODELS = {
    decomposition.PROCESS: ProcessDefinition,
    decomposition.TEMPLATE: TaskTemplate,
    decomposition.PROJECT: Project,
    WRITTEN: Run,
}


@dataclass(frozen=True, slots=True)
class Offered:
    """A suggestion with its preview."""

    suggestion: Suggestion
    kind: Promise
    picture: SafeString | str
    tree: work_view.Tree
    runs: bool

    @property
    def name(self) -> str:
        """The key of a library process."""
        return self.suggestion.source.key.partition(":")[2]


def decompose(request: FirmRequest) -> HttpResponse:
    """One sentence, and the three things most like it."""
    goal = request.GET.get("q", "").strip()[:LONGEST]
    found = decomposition.suggest(goal, language=language()) if goal else []
    writer = written_drafts.writer() if goal and request.actor.may("project.write") else None
    context = {"goal": goal, "offered": [_offered(one) for one in found], "writer": writer}
    return render(request, "decompose/goal.html", context)


def _offered(one: Suggestion) -> Offered:
    source = one.source
    nodes = decomposition.tree_from(source, language=language())
    main = [node for node in nodes if not node.get("optional")]
    runs = source.kind in (decomposition.LIBRARY, decomposition.PROCESS)
    return Offered(one, KIND_WORDS[source.kind], _picture(source), work_view.draft_tree(main), runs)


def _picture(source: Source) -> SafeString | str:
    if source.kind == decomposition.LIBRARY:
        return picture(source.key.partition(":")[2])
    if isinstance(source.row, ProcessDefinition):
        # Numbers of the diagram and our own class names only.
        return mark_safe(sketch(definitions.model_of(source.row)))  # noqa: S308
    return ""


def _source(key: str) -> Source:
    """The source a key names, of this firm or of the library. Raises Http404."""
    kind, _colon, name = key.partition(":")
    if kind == decomposition.LIBRARY and name in library.names():
        return Source(kind, key, library.entry(name).title)
    if kind not in _MODELS:
        raise Http404
    row: Any = _MODELS[kind].objects.filter(pk=as_uuid(name)).first()
    if row is None:
        raise Http404
    if isinstance(row, Run):
        if not written_drafts.draft_text(row):
            raise Http404
        title = str((row.brief or {}).get("title", ""))
        return Source(kind, key, Text(title, title))
    title = work_view.template_name(row) if isinstance(row, TaskTemplate) else row.name
    return Source(kind, key, Text(title, title), row)


def _skills() -> list[Skill]:
    return list(Skill.objects.order_by("name_de" if language() == "de" else "name_en"))


def _next_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def decompose_draft(request: FirmRequest) -> HttpResponse:
    """The draft with its clarity beside it. Posted, it is only checked again; nothing is made."""
    goal = (request.POST.get("goal") or request.GET.get("q", "")).strip()[:LONGEST]
    source = _source(request.POST.get("source") or request.GET.get("source", ""))
    if request.method == "POST":
        draft = Draft.posted(request.POST, _skills())
        form = ProjectForm(request.POST)
        form.is_valid()
        return _draft_page(request, draft, form, source, goal)
    draft = Draft.of(_tree(source))
    name = goal or source.title.in_language(language())
    form = ProjectForm(initial={"name": name[:200], "start": _next_monday(clock.today())})
    return _draft_page(request, draft, form, source, goal)


def _tree(source: Source) -> list[dict[str, Any]]:
    """The tree a source gives; what a model wrote is read strictly."""
    if source.kind != WRITTEN:
        return decomposition.tree_from(source, language=language())
    text = written_drafts.draft_text(_run(source))
    return read_written(text, skills=decomposition.Vocabulary.load())


def _run(source: Source) -> Run:
    return Run.objects.select_related("resource").get(pk=source.key.partition(":")[2])


def _draft_page(request: FirmRequest, draft: Draft, form: ProjectForm, source: Source, goal: str) -> HttpResponse:
    skills = _skills()
    rows = draft.rows(skills)
    work = [row for row in rows if row.clarity is not None]
    context = {
        "goal": goal,
        "source": source,
        "kind": KIND_WORDS[source.kind],
        "run": _run(source) if source.kind == WRITTEN else None,
        "form": form,
        "draft": draft,
        "rows": rows,
        "work": work,
        "unclear": [row for row in work if row.clarity is not None and not row.clarity.clear],
        "hours": round(sum(row.node.get("effort_minutes") or 0 for row in work) / 60, 2),
        "wishes": [(number, wish, draft.meant.get(wish, "")) for number, wish in enumerate(draft.wishes)],
        "unheld": _unheld(draft, skills),
        "skills": [(one.key, skill_name(one)) for one in skills],
    }
    wrong = form.errors or draft.errors
    return render(request, "decompose/draft.html", context, status=422 if wrong else 200)


def _unheld(draft: Draft, skills: list[Skill]) -> list[str]:
    """Skills that the draft asks for and nobody here has: such tasks stay open in any plan."""
    held = decomposition.held_skills()
    wanted = {key for node in draft.chosen for key in node.get("skills", {})}
    return [skill_name(one) for one in skills if one.key in wanted - held]


def decompose_confirm(request: FirmRequest) -> HttpResponse:
    """Make what the person has looked through; with ``delegate`` a plan is asked for at once."""
    source = _source(request.POST.get("source", ""))
    goal = request.POST.get("goal", "").strip()[:LONGEST]
    draft, form = Draft.posted(request.POST, _skills()), ProjectForm(request.POST)
    if not form.is_valid() or draft.errors or not draft.chosen:
        if not draft.chosen:
            form.add_error(None, _("No task is chosen."))
        return _draft_page(request, draft, form, source, goal)
    given = form.cleaned_data
    made = decomposition.confirm(
        draft.chosen,
        name=given["name"],
        goal=goal,
        start=given["start"],
        deadline=given["deadline"],
        lead=request.user,
        source=source.key,
        by=request.actor,
    )
    if "delegate" in request.POST:
        plan = plans.request_plan(as_of=clock.today(), by=request.actor)
        messages.success(request, _("The project has been created; the plan for it is being computed."))
        return redirect("plan", firm=request.org.slug, pk=plan.pk)
    messages.success(request, _("The project has been created."))
    return redirect("project", firm=request.org.slug, pk=made.pk)


def decompose_write(request: FirmRequest) -> HttpResponse:
    """Have a draft written by the language model; the person then waits on a page of its own."""
    goal = request.POST.get("goal", "").strip()[:LONGEST]
    run = written_drafts.ask_for_draft(goal, language=language(), by=request.actor)
    return redirect("decompose_written", firm=request.org.slug, pk=run.pk)


def decompose_written(request: FirmRequest, pk: UUID) -> HttpResponse:
    """While the model writes: the page asks again by itself; afterwards the draft, or why there is none."""
    run = get_object_or_404(Run, pk=pk, key__startswith="draft-")
    if run.state == "done" and written_drafts.draft_text(run):
        query = urlencode({"source": f"{WRITTEN}:{run.pk}", "q": (run.brief or {}).get("text", "")})
        address = f"{reverse('decompose_draft', kwargs={'firm': request.org.slug})}?{query}"
        # A part of a page cannot lead elsewhere by itself.
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    return render(request, "decompose/written.html", {"run": run, "goal": (run.brief or {}).get("text", "")})


urlpatterns = [
    firm_page("decompose/", decompose, permission="case.work"),
    firm_page("decompose/draft/", decompose_draft, permission="project.write", methods=FORM),
    firm_page("decompose/write/", decompose_write, permission="project.write", methods=WRITE),
    firm_page("decompose/written/<uuid:pk>/", decompose_written, permission="project.write"),
    firm_page("decompose/confirm/", decompose_confirm, permission="project.write", methods=WRITE),
]
