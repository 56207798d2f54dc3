"""AI files: who answers for an agent, what for, its class and budget, everything it did, and the stop button."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.agents.domain import runs
from werkfluss.agents.models import Run
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.compliance.models import Check
from werkfluss.kernel import clock
from werkfluss.kernel.money import Money
from werkfluss.web import today
from werkfluss.web.access import WRITE, FirmRequest, firm_page
from werkfluss.web.tables import Column, Empty, Table
from werkfluss.web.templatetags.werkfluss import money
from werkfluss.web.today import Figure
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import AgentFile

CLASSES = {
    "MINIMAL": gettext_lazy("minimal risk"),
    "TRANSPARENCY": gettext_lazy("transparency duties"),
    "HIGH_RISK": gettext_lazy("high risk"),
    "HIGH_RISK_SECTORAL": gettext_lazy("high risk (products)"),
    "PROHIBITED": gettext_lazy("prohibited"),
    "NOT_AI": gettext_lazy("no AI in the sense of the Act"),
    "OUT_OF_SCOPE": gettext_lazy("outside the Act"),
    "FILTERED_6_3": gettext_lazy("exempt under Art. 6(3)"),
    "REVIEW": gettext_lazy("to be reviewed by a person"),
}
DATA = {
    "public": gettext_lazy("public"),
    "internal": gettext_lazy("internal"),
    "confidential": gettext_lazy("confidential"),
    "personal": gettext_lazy("personal data"),
}


def _url(row: AgentFile) -> str:
    return reverse("agent", kwargs={"firm": row.org.slug, "pk": row.pk})


def _state(row: AgentFile) -> str:
    if row.stopped_at is not None:
        return "stopped"
    return "expired" if row.expires <= clock.today() else "active"


def _run_url(row: Run) -> str:
    return reverse("agent_run", kwargs={"firm": row.org.slug, "pk": row.pk})


AGENTS = Table(
    "agents",
    caption=gettext_lazy("AI files"),
    columns=(
        Column("name", gettext_lazy("Agent"), value="resource.name", order="resource__sort_key", link=_url),
        Column("responsible", gettext_lazy("Responsible"), value="responsible.name", order="responsible__name"),
        Column("class", gettext_lazy("Class under the AI Act"), value="class_word"),
        Column(
            "budget",
            gettext_lazy("Budget per month"),
            value=lambda row: Money.from_cents(row.budget_cents_month),
            order="budget_cents_month",
            kind="money",
        ),
        Column("expires", gettext_lazy("Valid until"), order="expires", kind="date"),
        Column("state", gettext_lazy("State"), value=_state, kind="status"),
    ),
    search=("resource__name__icontains", "purpose__icontains"),
    default_order="name",
    empty=Empty(
        gettext_lazy("No agents yet"),
        gettext_lazy(
            "An agent has a file like an employee: who answers for it, its purpose, class, rights and budget."
        ),
    ),
)

RUNS = Table(
    "runs",
    caption=gettext_lazy("Runs"),
    columns=(
        Column("started_at", gettext_lazy("Started at"), order="started_at", kind="moment"),
        Column("task", gettext_lazy("Task"), value="brief.title", link=_run_url),
        Column("state", gettext_lazy("State"), order="state", kind="status"),
        Column("steps", gettext_lazy("Steps of the run"), value=lambda row: len(row.steps), kind="number"),
        Column(
            "cost",
            gettext_lazy("Cost"),
            value=lambda row: Money.from_cents(row.cost_cents),
            order="cost_cents",
            kind="money",
        ),
        Column("reason", gettext_lazy("Why it ended so"), secondary=True),
    ),
    default_order="-started_at",
    empty=Empty(gettext_lazy("No runs yet"), gettext_lazy("As soon as the agent gets a task, its log stands here.")),
)


def _files() -> QuerySet[AgentFile]:
    return AgentFile.objects.select_related("org", "resource", "responsible")


def _attach_checks(files: list[AgentFile]) -> None:
    """Put the newest stored check of its class on each file: two queries for all of them."""
    ids = [file.resource_id for file in files]
    facts = facts_on(clock.today(), subject_type="workforce.resource", subject_ids=ids)
    checks = list(Check.objects.filter(rule="eu/ai_act/classification").order_by("-on", "-created_at"))
    for file in files:
        recorded = facts.get(file.resource_id, {}).get("ai_act")
        # A task's own facts come on top of the agent's, so the check holds at least those of the agent.
        found = (check for check in checks if recorded and recorded.items() <= (check.facts or {}).items())
        check = next(found, None)
        name = check.verdict["values"].get("class", "") if check else file.ai_act_class
        file.class_check = check  # type: ignore[attr-defined]  # drawn by the pages
        file.class_word = CLASSES.get(name, name) or _("not checked yet")  # type: ignore[attr-defined]


def agents(request: FirmRequest) -> HttpResponse:
    return AGENTS.page(request, _files(), template="agents/list.html", prepare=_attach_checks)


def agent(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The file of one agent with its runs."""
    file = get_object_or_404(_files(), pk=pk)
    _attach_checks([file])
    used = runs.cents_used(file.resource_id, on=clock.today())
    context = {
        "file": file,
        "state": _state(file),
        "used_cents": used,
        "used": Money.from_cents(used),
        "limit": Money.from_cents(file.budget_cents_month),
        "per_run": Money.from_cents(file.budget_cents_run),
        "data": [DATA.get(name, name) for name in file.data_classes],
        "may_write": request.actor.may("agent.write"),
    }
    rows = runs.runs_of(file.resource).select_related("org")
    return RUNS.page(request, rows, template="agents/file.html", context=context)


def agent_run(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The log of one run, step by step."""
    run = get_object_or_404(Run.objects.select_related("resource__agent_file"), pk=pk)
    return render(request, "agents/run.html", {"run": run, "cost": Money.from_cents(run.cost_cents)})


def stop_agent(request: FirmRequest, pk: UUID) -> HttpResponse:
    file = get_object_or_404(_files(), pk=pk)
    resources.stop_agent(file, at=clock.now(), by=request.actor)
    messages.success(request, _("%(name)s takes no further work.") % {"name": file.resource.name})
    return redirect("agent", firm=request.org.slug, pk=pk)


def release_agent(request: FirmRequest, pk: UUID) -> HttpResponse:
    file = get_object_or_404(_files(), pk=pk)
    resources.release_agent(file, by=request.actor)
    messages.success(request, _("%(name)s works again.") % {"name": file.resource.name})
    return redirect("agent", firm=request.org.slug, pk=pk)


@today.answers("cost")
def agents_cost(request: FirmRequest) -> list[Figure]:
    """What the agents cost this month."""
    if not request.actor.may("agent.read"):
        return []
    cost = runs.cents_used_by_all(on=clock.today())
    return [
        Figure(
            gettext_lazy("AI agents this month"),
            money(Money.from_cents(cost)),
            reverse("agents", kwargs={"firm": request.org.slug}),
        )
    ]


urlpatterns = [
    firm_page("agents/", agents, permission="agent.read"),
    firm_page("agents/<uuid:pk>/", agent, permission="agent.read"),
    firm_page("agents/<uuid:pk>/stop/", stop_agent, permission="agent.write", methods=WRITE),
    firm_page("agents/<uuid:pk>/release/", release_agent, permission="agent.write", methods=WRITE),
    firm_page("agents/runs/<uuid:pk>/", agent_run, permission="agent.read"),
]
