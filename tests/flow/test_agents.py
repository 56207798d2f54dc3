"""An agent's assignment: run once, within its budget, delivered for a human to decide."""

from __future__ import annotations

from datetime import date, timedelta

from werkfluss.agents import skills
from werkfluss.agents.contract import Brief, Outcome
from werkfluss.agents.domain import runs
from werkfluss.agents.models import Run
from werkfluss.flow import steps
from werkfluss.kernel.text import Text
from werkfluss.org.models import Entry
from werkfluss.work.domain import acceptance
from werkfluss.work.models import Result, Task

NOW = date(2026, 11, 24)


class Spendthrift:
    """A runner that costs more than it was given."""

    def perform(self, brief: Brief, *, budget_cents: int) -> Outcome:
        return Outcome(Text("Fertig", "Done"), cost_cents=budget_cents + 1)


def run(assignment):
    return steps.run_agent(assignment.org_id, assignment.pk)


def test_agent_delivers_one_line_per_invoice(agent_work, in_the_firm):
    assignment = agent_work()
    done = run(assignment)
    with in_the_firm():
        assert done.state == "done"
        assert done.cost_cents == 2
        assert [step["what"]["en"] for step in done.steps] == ["a.xml checked: safe", "b.xml checked: safe"]
        assert done.label_de == "Vorschlag einer KI"
        result = Result.objects.get()
        assert result.agent_run == done.pk
        assert result.task.state == Task.State.DELIVERED
        lines = list(result.items.select_related("source"))
        assert [line.fields["invoice_id"] for line in lines] == ["R-1", "R-2"]
        assert [line.light for line in lines] == ["sicher", "sicher"]
        assert [line.source.filename for line in lines] == ["a.xml", "b.xml"]
        assert lines[0].fields["postings"][0]["amount"] == "119.00"
        kinds = set(Entry.objects.values_list("kind", flat=True))
        assert {"agents.run.started", "agents.run.finished", "work.task.started", "work.result.delivered"} <= kinds


def test_second_run_of_the_same_assignment_changes_nothing(agent_work, in_the_firm):
    assignment = agent_work()
    run(assignment)
    assert run(assignment) is None
    with in_the_firm():
        assert Run.objects.count() == 1
        assert Result.objects.count() == 1


def test_agent_acts_with_the_rights_of_the_person_responsible(agent_work, in_the_firm, director):
    assignment = agent_work()
    run(assignment)
    with in_the_firm():
        entry = Entry.objects.get(kind="work.result.delivered")
        assert entry.actor_kind == "agent"
        assert entry.actor_id == assignment.resource_id
        assert entry.on_behalf_of == director.id


def test_run_is_found_again_after_the_worker_died_in_it(agent_work, in_the_firm):
    assignment = agent_work()
    begun = steps._begin(assignment.org_id, assignment.pk)
    assert begun is not None
    again = run(assignment)
    assert again.pk == begun[0].pk
    with in_the_firm():
        assert Run.objects.count() == 1
        assert Result.objects.get().items.count() == 2


def test_result_sent_back_is_a_new_run(agent_work, in_the_firm):
    assignment = agent_work()
    run(assignment)
    with in_the_firm() as by:
        acceptance.send_back(Result.objects.get(), unmet=[], note="Bitte noch einmal", by=by)
    run(assignment)
    with in_the_firm():
        assert Run.objects.count() == 2
        assert Result.objects.filter(state="delivered").count() == 1
        # What was only proposed before does not make the invoices duplicates of themselves.
        assert {item.light for item in Result.objects.get(state="delivered").items.all()} == {"sicher"}


def test_stopped_agent_hands_the_task_back(agent_work, in_the_firm):
    from werkfluss.kernel import clock
    from werkfluss.workforce.domain import resources

    assignment = agent_work()
    with in_the_firm() as by:
        resources.stop_agent(assignment.resource.agent_file, at=clock.now(), by=by)
    assert run(assignment) is None
    with in_the_firm():
        assert Run.objects.count() == 0
        assert Task.objects.get().state == Task.State.OPEN
        payload = Entry.objects.get(kind="work.task.handed_back").payload.data
        assert payload["reason"] == "Der Agent ist gestoppt."


def test_expired_file_hands_the_task_back(agent_work, in_the_firm):
    assignment = agent_work(expires=date(2020, 1, 1))
    assert run(assignment) is None
    with in_the_firm():
        assert Task.objects.get().state == Task.State.OPEN


def test_month_budget_limits_the_next_run(agent_work, in_the_firm):
    assignment = agent_work(budget_cents_month=3, budget_cents_run=200)
    run(assignment)
    with in_the_firm() as by:
        file = assignment.resource.agent_file
        today = Run.objects.get().started_at.date()
        assert runs.cents_used(assignment.resource_id, on=today) == 2
        assert runs.budget_left(file, on=today) == 1
        assert runs.budget_left(file, on=today + timedelta(days=40)) == 3
        acceptance.send_back(Result.objects.get(), unmet=[], note="Bitte noch einmal", by=by)
    second = run(assignment)
    with in_the_firm():
        # One cent covers one invoice of eight checks; the other is left for a human.
        assert second.state == "stopped"
        assert [item.light for item in Result.objects.get(state="delivered").items.all()] == [
            "sicher",
            "unvollständig",
        ]


def test_run_without_any_budget_left_is_refused(agent_work, in_the_firm):
    assignment = agent_work(budget_cents_month=0)
    assert run(assignment) is None
    with in_the_firm():
        assert "Monatsbudget" in Entry.objects.get(kind="work.task.handed_back").payload.data["reason"]


def test_result_that_cost_too_much_is_not_used(agent_work, in_the_firm):
    assignment = agent_work()
    done = steps.run_agent(assignment.org_id, assignment.pk, runner=Spendthrift())
    with in_the_firm():
        assert done.state == "handed_back"
        assert done.cost_cents == 201
        assert Result.objects.count() == 0
        assert Task.objects.get().state == Task.State.OPEN


def test_task_without_invoices_is_handed_back(agent_work, in_the_firm):
    assignment = agent_work(files={})
    done = run(assignment)
    with in_the_firm():
        assert done.state == "handed_back"
        assert "keine Rechnung" in done.reason


def test_unreadable_file_is_a_line_for_a_human(agent_work, in_the_firm):
    assignment = agent_work(files={"kaputt.xml": b"<Invoice"})
    run(assignment)
    with in_the_firm():
        line = Result.objects.get().items.get()
        assert line.light == "unvollständig"
        assert line.fields["postings"] == []
        assert line.reasons[0]["text"]["de"]


def test_supplier_list_beside_the_invoices_is_used(agent_work, in_the_firm, make_invoice):
    listed = b"name;creditor;vat_id;ibans\nPapier Nord GmbH;70123;DE123456788;DE00\n"
    assignment = agent_work(files={"a.xml": make_invoice("R-1"), "lieferanten.csv": listed})
    run(assignment)
    with in_the_firm():
        line = Result.objects.get().items.get()
        assert line.fields["contra_account"] == "70123"
        assert line.light == "unsicher"
        assert [reason["where"] for reason in line.reasons if reason["rule"] == "IBAN"] == ["BT-84"]


def test_unreadable_supplier_list_hands_the_task_back(agent_work, in_the_firm, make_invoice):
    assignment = agent_work(files={"a.xml": make_invoice("R-1"), "lieferanten.csv": b"x;y\n1;2\n"})
    assert run(assignment).state == "handed_back"


def test_agent_without_a_program_does_not_start(agent_work, in_the_firm):
    assignment = agent_work(skill_folder="")
    with in_the_firm():
        assert list(steps.waiting_for_agents()) == []
    other = agent_work(skill_folder="not_there")
    done = run(other)
    with in_the_firm():
        assert done.state == "handed_back"
        assert "not_there" in done.reason
    assert assignment.pk != other.pk


def test_folders_with_a_program_are_the_skills():
    assert skills.names() == ["invoice_booking"]
