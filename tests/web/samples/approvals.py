"""Samples of approvals, bookings and AI files: an agent's result with a certain and a doubtful invoice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tests.flow.conftest import invoice
from tests.web.world import World, listed, sample

DAY = date(2026, 11, 23)


def _agent(world: World):
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import AgentFile, Kind

    rate = resources.set_rate(name=world.unique("Agentenstunde"), cents_per_hour=600, by=world.director)
    agent = resources.add_resource(kind=Kind.AGENT, name=world.unique("Agent"), rate=rate, by=world.director)
    from werkfluss.org.models import User

    file = resources.open_agent_file(
        agent,
        responsible=User.objects.get(pk=world.director.id),
        purpose=world.unique("Rechnungen vorbereiten"),
        skill_folder="invoice_booking",
        ai_act_class="MINIMAL",
        ai_act_citation="Art. 3 Nr. 1 KI-VO",
        data_classes=["internal", "confidential"],
        budget_cents_month=4000,
        budget_cents_run=200,
        label_de=world.unique("Vorschlag einer KI"),
        label_en=world.unique("Proposed by an AI"),
        expires=date(2036, 1, 1),
        by=world.director,
    )
    return AgentFile.objects.select_related("resource").get(pk=file.pk)


def _delivered(world: World, files: Mapping[str, bytes]):
    """A task of the firm done by an agent; its result and its run."""
    from werkfluss.agents.models import Run
    from werkfluss.evidence.domain.documents import keep_file
    from werkfluss.flow import steps
    from werkfluss.work.domain import tasks
    from werkfluss.work.models import Assignment, Result

    file = _agent(world)
    project = tasks.create_project(name=world.unique("Buchhaltung"), start=DAY, by=world.director)
    task = tasks.create_task(
        project, title=world.unique("Rechnungen buchen"), skill_folder="invoice_booking", by=world.director
    )
    tasks.fill_task(task, criteria=[world.unique("Jede Rechnung hat einen Vorschlag")])
    for name, content in files.items():
        keep_file(content, filename=f"{world.mark}_{name}", belongs_to=task, by=world.director)
    task.edit(state="assigned")
    assignment = Assignment.objects.create(task=task, resource=file.resource, first_day=DAY, last_day=DAY)
    run = steps.run_agent(world.org.pk, assignment.pk)
    assert isinstance(run, Run)
    return Result.objects.get(agent_run=run.pk), run, file


def _invoices(world: World, *numbers: str, name: str = "Kopierpapier") -> dict[str, bytes]:
    """Invoices to the firm; of different amounts, or the second would look like the first one sent again."""
    return {
        f"{number}.xml": invoice(
            number, name=name, price=f"{place}.00", seller=f"{world.mark} Papier GmbH", buyer=f"{world.mark} GmbH"
        )
        for place, number in enumerate(numbers, start=100)
    }


@sample("approval", "decide_result", "approve_safe", "export_bookings")
def result(world: World) -> Mapping[str, object]:
    found, _run, _file = _delivered(world, _invoices(world, "R-1", "R-2"))
    return {"pk": found.pk}


@sample("booking_line", "line_source", "decide_line", "reopen_line")
def line(world: World) -> Mapping[str, object]:
    found, _run, _file = _delivered(world, _invoices(world, "R-3", name="Allerlei ohne Beispiel"))
    return {"pk": found.items.get().pk}


@sample("export_file")
def exported(world: World) -> Mapping[str, object]:
    from werkfluss.flow.bookings import export_bookings
    from werkfluss.org.models import FirmProfile
    from werkfluss.work.domain import bookings

    FirmProfile.objects.get().edit(datev_consultant=29098, datev_client=55003)
    found, _run, _file = _delivered(world, _invoices(world, "R-4"))
    bookings.approve_all_safe(found, by=world.director)
    return {"pk": found.pk, "document": export_bookings(found, by=world.director)[0].pk}


@sample("agent", "stop_agent", "release_agent")
def agent_file(world: World) -> Mapping[str, object]:
    return {"pk": _agent(world).pk}


@sample("agent_run")
def agent_run(world: World) -> Mapping[str, object]:
    _found, run, _file = _delivered(world, _invoices(world, "R-5"))
    return {"pk": run.pk}


@listed("approvals", queries=11)
def one_more_result(world: World) -> None:
    _delivered(world, _invoices(world, f"N-{world.unique('x').rsplit(' ', 1)[-1]}"))


@listed("decided_results", queries=10)
def one_more_decided(world: World) -> None:
    from werkfluss.work.models import Result

    found, _run, _file = _delivered(world, _invoices(world, f"D-{world.unique('x').rsplit(' ', 1)[-1]}"))
    Result.objects.filter(pk=found.pk).update(state="accepted")


@listed("approval", queries=19)
def one_more_line_of_it(world: World) -> None:
    from werkfluss.work.models import ResultItem

    item = ResultItem.objects.filter(result_id=world.kwargs["approval"]["pk"]).order_by("-position")[0]
    item.pk, item.position = None, item.position + 1
    item._state.adding = True
    item.save(force_insert=True)


@listed("bookings", queries=10)
def one_more_line(world: World) -> None:
    one_more_result(world)


@listed("agents", queries=12)
def one_more_agent(world: World) -> None:
    _agent(world)


@listed("agent", queries=14)
def one_more_run(world: World) -> None:
    from werkfluss.agents.models import Run
    from werkfluss.kernel import clock
    from werkfluss.workforce.models import AgentFile

    file = AgentFile.objects.get(pk=world.kwargs["agent"]["pk"])
    Run.objects.create(
        resource_id=file.resource_id,
        key=world.unique("Lauf"),
        skill="invoice_booking",
        state="done",
        brief={"title": world.unique("Rechnungen")},
        started_at=clock.now(),
    )
