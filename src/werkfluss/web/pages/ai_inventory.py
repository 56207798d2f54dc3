"""The inventory of all AI the firm uses: own agents and other AI, each with class, duties and next review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.agents.domain import guides, inventory
from werkfluss.agents.models import AiUse
from werkfluss.compliance.domain.deadlines import deadlines_about
from werkfluss.compliance.domain.explain import fact_question, said
from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.law.guide_model import Entry
from werkfluss.web import ai_view, happenings, objects
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page, read_version
from werkfluss.web.ai_view import Shown
from werkfluss.web.forms.ai import EndUseForm, ReviewForm, TakeOverForm, UseForm
from werkfluss.web.forms.law import here
from werkfluss.web.tables import Column, Empty, Filter, Table

happenings.KINDS.update(
    {
        "agents.ai_use.registered": gettext_lazy("AI taken into the inventory"),
        "agents.ai_use.classified": gettext_lazy("AI classified"),
        "agents.ai_use.changed": gettext_lazy("Use of AI changed"),
        "agents.ai_use.reviewed": gettext_lazy("Use of AI reviewed"),
        "agents.ai_use.ended": gettext_lazy("Use of AI ended"),
        "agents.training.recorded": gettext_lazy("AI training recorded"),
        "agents.training.withdrawn": gettext_lazy("AI training withdrawn"),
        "agents.paper.kept": gettext_lazy("Version of a paper kept"),
    }
)
happenings.OBJECTS.update(
    {
        "agents.aiuse": gettext_lazy("Use of AI"),
        "agents.training": gettext_lazy("AI training"),
        "agents.paper": gettext_lazy("Paper"),
    }
)
PAPERS = {
    "guide": gettext_lazy("guide to the AI Act"),
    "processing": gettext_lazy("record of processing"),
    "annex": gettext_lazy("annex to the works agreement"),
    "trainings": gettext_lazy("register of trainings"),
}
objects.KNOWN.update(
    {
        "agents.aiuse": objects.Known("agent.read", lambda row: row.name, page="ai_use"),
        "agents.training": objects.Known("people.write", lambda row: row.title),
        "agents.paper": objects.Known("agent.read", lambda row: f"{PAPERS[row.kind]} {row.number}"),
    }
)
AGREEMENTS = {"yes": gettext_lazy("yes"), "no": gettext_lazy("missing"), "not_needed": gettext_lazy("not needed")}


def _of_kind(rows: Any, value: str) -> list[Shown]:
    return [row for row in rows if row.line.kind == value]


USES = Table(
    "ai_uses",
    caption=gettext_lazy("All AI in use"),
    columns=(
        Column("name", gettext_lazy("AI"), order="name", link=lambda row: row.url),
        Column("kind", gettext_lazy("Kind"), value="kind_word", order="kind_word"),
        Column("responsible", gettext_lazy("Responsible"), value="line.responsible", order="line.responsible"),
        Column("class", gettext_lazy("Class under the AI Act"), value="class_word", order="class_word"),
        Column("data", gettext_lazy("Data"), secondary=True),
        Column(
            "agreement",
            gettext_lazy("Contract on processing"),
            value=lambda row: AGREEMENTS[row.line.agreement],
            secondary=True,
        ),
        Column("review", gettext_lazy("Next review"), value="line.next_review", order="line.next_review", kind="date"),
        Column("state", gettext_lazy("State"), kind="status"),
    ),
    filters=(Filter("kind", gettext_lazy("Kind"), list(ai_view.KINDS.items()), apply=_of_kind),),
    search=("name",),
    default_order="name",
    empty=Empty(
        gettext_lazy("No AI yet"), gettext_lazy("Copilot, ChatGPT, DeepL, recruiting tools: all of it belongs here.")
    ),
)


def ai_inventory(request: FirmRequest) -> HttpResponse:
    now = ai_view.situation(request, ended=True)
    context = {"may_write": request.actor.may("agent.write")}
    return USES.page(request, now.shown(), template="ai/inventory.html", context=context)


def ai_use_new(request: FirmRequest) -> HttpResponse:
    """First what kind of AI it is, then the short form with what is known of that kind."""
    on, template = clock.today(), request.GET.get("template")
    if template is None and request.method == "GET":
        forms = [(name, here(_text(form["name"])), here(_text(form["purpose"]))) for name, form in _templates().items()]
        return render(request, "ai/choose.html", {"templates": forms})
    template = template if template in _templates() else ""
    form = UseForm(request.POST or None, template=template or "", on=on)
    if not form.is_valid():
        return _form(request, form, title=_title(template or ""))
    use = inventory.register_use(
        template=template or "", people=form.people_chosen(), on=on, by=request.actor, **form.columns()
    )
    messages.success(request, _("“%(name)s” is in the inventory.") % {"name": use.name})
    return redirect("ai_use", firm=request.org.slug, pk=use.pk)


def _templates() -> Mapping[str, Mapping[str, Any]]:
    return inventory.templates()


def _text(value: Mapping[str, str]) -> Text:
    return Text(value["de"], value["en"])


def _title(template: str) -> str:
    form = _templates().get(template)
    return here(_text(form["name"])) if form else _("Other AI")


def _form(request: FirmRequest, form: UseForm, **context: Any) -> HttpResponse:
    return render(request, "ai/form.html", {"form": form, **context}, status=422 if form.is_bound else 200)


def _use(pk: UUID) -> AiUse:
    use = inventory.uses().filter(pk=pk).first()
    if use is None:
        raise Http404
    return use


def ai_use(request: FirmRequest, pk: UUID) -> HttpResponse:
    return _page(request, _use(pk))


def _page(request: FirmRequest, use: AiUse, *, status: int = 200, **forms: Any) -> HttpResponse:
    on = clock.today()
    now = ai_view.situation(request, ended=True)
    shown = next(one for one in now.shown() if one.line.row is not None and one.line.row.pk == use.pk)
    todos = [todo for todo in now.guide.todos if shown.line.key in todo.uses]
    people = [person for person in now.people if person.resource.pk in shown.line.people]
    context = {
        "use": use,
        "shown": shown,
        "verdict": use.check_ref.verdict if use.check_ref else None,
        "roles": _roles(shown.entry),
        "todos": todo_rows(now.guide, todos),
        "people": people,
        "facts": _facts(shown),
        "agreement": AGREEMENTS[use.agreement],
        "country": ai_view.country_word(use.place),
        "deadlines": deadlines_about(use),
        "take_over": TakeOverForm(),
        "review": forms.get("review") or ReviewForm(initial={"next_review": use.next_review}),
        "end": forms.get("end") or EndUseForm(initial={"last_day": on}),
    }
    return render(request, "ai/use.html", context, status=status)


def todo_rows(guide: Any, todos: list[Any]) -> list[dict[str, Any]]:
    """To-dos with their code and the deadline they have become."""
    codes = [guides.todo_code(todo) for todo in todos]
    taken = guides.taken_over(codes)
    return [
        {
            "todo": todo,
            "code": code,
            "basis": guides.basis_of(guide, todo),
            "deadline": taken.get(code),
            "needs_day": todo.by is None or todo.by <= guide.as_of,
        }
        for todo, code in zip(todos, codes, strict=True)
    ]


def _roles(entry: Entry | None) -> list[tuple[Any, Any]]:
    if entry is None:
        return []
    return [(guides.ROLES.get(role.role, role.role), role.duties) for role in entry.roles]


def _facts(shown: Shown) -> list[tuple[Any, Any]]:
    """What the class stands on, as questions with their answers."""
    rows = []
    for name, value in sorted(shown.line.facts.items()):
        asked = fact_question(name)
        rows.append((here(asked.question) if asked else name, said(name, value)))
    return rows


def ai_use_edit(request: FirmRequest, pk: UUID) -> HttpResponse:
    use, on = _use(pk), clock.today()
    form = UseForm(request.POST or None, template=use.template, use=use, on=on)
    if not form.is_valid():
        return _form(request, form, title=use.name, use=use)
    inventory.change_use(
        use,
        changes=form.columns(),
        people=form.people_chosen(),
        expected_version=read_version(request),
        on=on,
        by=request.actor,
    )
    messages.success(request, _("Saved; the class has been asked for anew."))
    return redirect("ai_use", firm=request.org.slug, pk=pk)


def ai_use_review(request: FirmRequest, pk: UUID) -> HttpResponse:
    use, form = _use(pk), ReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, use, status=422, review=form)
    inventory.review_use(use, next_review=form.cleaned_data["next_review"], on=clock.today(), by=request.actor)
    messages.success(request, _("The review has been recorded."))
    return redirect("ai_use", firm=request.org.slug, pk=pk)


def ai_use_end(request: FirmRequest, pk: UUID) -> HttpResponse:
    use, form = _use(pk), EndUseForm(request.POST)
    if not form.is_valid():
        return _page(request, use, status=422, end=form)
    inventory.end_use(use, first_day_gone=form.first_day_gone(), by=request.actor)
    messages.success(request, _("“%(name)s” is ended; its line stays in the inventory.") % {"name": use.name})
    return redirect("ai_inventory", firm=request.org.slug)


urlpatterns = [
    firm_page("ai/", ai_inventory, permission="agent.read"),
    firm_page("ai/new/", ai_use_new, permission="agent.write", methods=FORM),
    firm_page("ai/uses/<uuid:pk>/", ai_use, permission="agent.read"),
    firm_page("ai/uses/<uuid:pk>/edit/", ai_use_edit, permission="agent.write", methods=FORM),
    firm_page("ai/uses/<uuid:pk>/review/", ai_use_review, permission="agent.write", methods=WRITE),
    firm_page("ai/uses/<uuid:pk>/end/", ai_use_end, permission="agent.write", methods=WRITE),
]
