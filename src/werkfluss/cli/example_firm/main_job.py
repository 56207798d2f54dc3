"""The main job on the example firm: planned, published, done by the agent, approved by a human.

Nothing is staged: the worker's own jobs run here, one after the other, until there is none left.
"""

from __future__ import annotations

from collections.abc import Callable

from werkfluss.cli.example_firm.people import ExampleFirm
from werkfluss.flow import worker
from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.work.domain import acceptance, plans
from werkfluss.work.models import Plan, Result

Progress = Callable[[float, Text], None]


def run(firm: ExampleFirm, progress: Progress) -> None:
    """Plan, publish, let the agent work, approve what it marked as safe.

    Raises:
        Broken: no plan came out.
    """
    progress(0.05, Text("Klarheit, Rechtsprüfung und Planung", "Clarity, legal check and planning"))
    with firm.inside("lead") as by:
        plan_id = plans.request_plan(as_of=firm.today, name="ERP-Umstellung", by=by).pk
    worker.run_until_idle()
    progress(0.60, Text("Katharina Brandt veröffentlicht den Plan", "Katharina Brandt publishes the plan"))
    with firm.inside("gf") as by:
        plan = Plan.objects.get(pk=plan_id)
        if plan.state != Plan.State.DRAFT:
            raise _no_plan(plan)
        plans.publish_plan(plan, by=by)
    progress(0.70, Text("Der Rechnungs-Agent bucht 40 E-Rechnungen vor", "The agent prepares 40 e-invoices"))
    worker.run_until_idle()
    progress(0.90, Text("Annette Groß gibt die sicheren Buchungen frei", "Annette Groß approves the safe bookings"))
    with firm.inside("accounting") as by:
        for result in Result.objects.filter(state="delivered"):
            _approve_safe(result, by)


def _approve_safe(result: Result, by: Actor) -> None:
    for item in result.items.filter(light="sicher", state="proposed"):
        acceptance.approve_item(item, fields={}, by=by)


def _no_plan(plan: Plan) -> Broken:
    return Broken(
        Fault(
            f"Plan {plan.number}",
            Text("Es ist kein Planentwurf entstanden.", "No draft of a plan came out."),
            Text("Ein Entwurf.", "A draft."),
            Text("Das Protokoll des Servers nennt den Grund.", "The log of the server names the reason."),
        )
    )
