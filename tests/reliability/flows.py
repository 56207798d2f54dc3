"""Every flow that may be killed: how it is set up, what is done, at which function it has its effect, and what must be
true in the end. Each has a firm of its own.

A flow that is a person's act is done again by the person, who sees whether it has happened; all others go on by
themselves. Imported by the worker of the tests too, which has to know the services.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import send_mail

from tests.flow.conftest import DAY, invoice
from tests.process.samples import chain, duration, source
from tests.work import builders, delegation_world
from tests.work.test_recheck import foreigner, given
from werkfluss.agents import language_model
from werkfluss.agents.language_model import Answer
from werkfluss.agents.models import Run
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.flow import jobs, nightly, written_drafts
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.domain import firms
from werkfluss.org.models import Anchor, Entry, Organisation, OutgoingMail, User
from werkfluss.org.roles import Role
from werkfluss.org.tenancy import acting
from werkfluss.process.model import WERKFLUSS_NS
from werkfluss.work.domain import (
    acceptance,
    assignments,
    case_moves,
    cases,
    definitions,
    messages,
    plans,
    services,
    tasks,
)
from werkfluss.work.models import (
    Assignment,
    Case,
    CaseTask,
    Plan,
    PlanItem,
    ProcessDefinition,
    ProcessStart,
    Recheck,
    Result,
    Task,
    Wait,
)
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind

EARLIER = timedelta(hours=-1)


@dataclass
class Place:
    """The firm of one flow, as its director."""

    firm: Organisation
    by: Actor
    kept: dict[str, Any] = field(default_factory=dict)

    def inside(self) -> Any:
        return acting(self.firm.pk, self.by)


def found(slug: str) -> Place:
    profile = {"street": "Weg 1", "postcode": "34117", "city": "Kassel", "country": "DE", "subdivision": "HE"}
    profile |= {"email": f"post@{slug}.example", "chart_of_accounts": "SKR03"}
    firm = firms.found_firm(slug=slug, name=f"{slug} GmbH", profile=profile)
    user = User.objects.create_user(f"leitung@{slug}.example", "ein langes Kennwort", name="Leitung")
    with acting(firm.pk, Actor.system(firm.pk)) as system:
        firms.add_member(user, role=Role.MANAGING_DIRECTOR, by=system)
        return Place(firm, firms.user_actor(firm.pk, user))


@dataclass(frozen=True)
class Flow:
    """``effect`` is ``module:name`` of the function at whose boundaries the process is killed. ``act`` is what the
    process does; without it, it is the worker. ``right`` says what is wrong, or nothing.
    """

    name: str
    effect: str
    prepare: Callable[[Place], None]
    right: Callable[[Place], list[str]]
    act: Callable[[Place], None] | None = None
    done: Callable[[Place], bool] = lambda _place: True


def letter(call: services.ServiceCall, _by: Actor) -> dict[str, Any]:
    send_mail(f"Brief {call.key}", "Guten Tag", "post@muster.example", ["anna@muster.example"])
    return {"letters": call.inputs.get("letters", 0) + 1}


def shaky(call: services.ServiceCall, by: Actor) -> dict[str, Any]:
    """Breaks down when it is called for the first time, after it has done something."""
    told = letter(call, by)
    if not Wait.objects.get(case=call.case, key=call.key.rpartition(":")[2]).tries:
        raise RuntimeError("the line is dead")
    return told


def pay(call: services.ServiceCall, _by: Actor) -> dict[str, Any]:
    """Another system, which books as often as it is asked."""
    with (outside() / call.case.org.slug).open("a", encoding="utf-8") as file:
        file.write(f"{call.key}\n")
    return {"paid": 1}


def outside() -> Path:
    """A folder that stands for another system; the same one in each process of a test."""
    folder = Path(settings.ANCHOR_FOLDER).parent / "outside"
    folder.mkdir(exist_ok=True)
    return folder


DRAFT = json.dumps(
    [
        {
            "title": "Regale abbauen",
            "outcome": "Die Regale liegen verpackt bereit",
            "criteria": ["Alle Teile sind beschriftet"],
            "hours": 4,
            "days": 2,
            "skills": ["Lager"],
            "data_class": "internal",
            "after": [],
        }
    ]
)


class Writer:
    """A language model that always knows what to do."""

    name = "scripted"

    def most_cents(self, _prompt: str) -> Decimal:
        return Decimal(3)

    def answer(self, _prompt: str) -> Answer:
        return Answer(DRAFT, Decimal(3))


def register() -> None:
    services.register_service("test.pay", pay, effect=services.Effect.ONCE)
    language_model.configure(Writer())
    services.register_service("test.letter", letter, effect=services.Effect.BY_KEY)
    services.register_service("test.shaky", shaky, effect=services.Effect.BY_KEY)


def _service(name: str) -> str:
    box = f'<w:work xmlns:w="{WERKFLUSS_NS}" operation="{name}"/>'
    return f'<serviceTask id="do"><extensionElements>{box}</extensionElements></serviceTask>'


_ENDS = '<startEvent id="s"/><endEvent id="e"/>'
_STEPS = _ENDS + '<userTask id="a" name="A"/><userTask id="b" name="B"/>'
TWO = _STEPS + chain("s", "a", "b", "e")
LETTER = _STEPS + _service("test.letter") + chain("s", "a", "do", "b", "e")
SHAKY = _STEPS + _service("test.shaky") + chain("s", "a", "do", "b", "e")
PAID = _STEPS + _service("test.pay") + chain("s", "a", "do", "b", "e")
TIMED = f'{_STEPS}<intermediateCatchEvent id="t">{duration("PT1H")}</intermediateCatchEvent>' + chain(
    "s", "t", "b", "a", "e"
)
ASKED = _STEPS + '<receiveTask id="r" messageRef="m"/>' + chain("s", "r", "b", "a", "e")
ALARMED = (
    f'{_STEPS}<intermediateCatchEvent id="r"><signalEventDefinition signalRef="sig"/></intermediateCatchEvent>'
    + chain("s", "r", "b", "a", "e")
)
CALLING = _STEPS + '<callActivity id="c" calledElement="called"/>' + chain("s", "c", "b", "a", "e")
CALLED = _ENDS + '<userTask id="a" name="A"/>' + chain("s", "a", "e")
DAILY = (
    '<startEvent id="s"><timerEventDefinition><timeCycle>R2/P1D</timeCycle></timerEventDefinition></startEvent>'
    '<userTask id="b" name="B"/><endEvent id="e"/>' + chain("s", "b", "e")
)
AROUND = '<message id="m" name="Antwort"/><signal id="sig" name="Alarm"/>'


def _deploy(place: Place, body: str, process: str = "p") -> ProcessDefinition:
    return definitions.deploy_definition(source(body, process, around=AROUND), filename="p.bpmn", by=place.by)


def _start(place: Place, body: str) -> Case:
    return cases.start_case(_deploy(place, body), subject=place.firm, title="Probe", by=place.by)


def _open(element: str) -> int:
    return CaseTask.objects.filter(element=element, state="open").count()


def _entries(kind: str) -> int:
    return Entry.objects.filter(kind=kind).count()


def _differs(**said: tuple[Any, Any]) -> list[str]:
    return [f"{name}: {got!r} instead of {expected!r}" for name, (got, expected) in said.items() if got != expected]


def _do(element: str) -> Callable[[Place], None]:
    def act(place: Place) -> None:
        with place.inside():
            cases.complete_step(CaseTask.objects.get(element=element, state="open"), by=place.by)

    return act


def _is_done(element: str) -> Callable[[Place], bool]:
    return lambda _place: CaseTask.objects.filter(element=element, state="done").exists()


def _begin(body: str) -> Callable[[Place], None]:
    return lambda place: place.kept.update(case=_start(place, body).pk)


def _once_on(element: str, kind: str, number: int = 1) -> Callable[[Place], list[str]]:
    """That many cases run; each stands at this step alone, and this was recorded of each of them once."""

    def right(_place: Place) -> list[str]:
        return _differs(
            cases=(Case.objects.filter(state="running").count(), number),
            steps=(_open(element), number),
            open_steps=(CaseTask.objects.filter(state="open").count(), number),
            entries=(_entries(kind), number),
        )

    return right


def _case_started(_place: Place) -> list[str]:
    return _differs(cases=(Case.objects.count(), 1), steps=(_open("a"), 1), entries=(_entries("work.case.started"), 1))


def _start_two(place: Place) -> None:
    with place.inside():
        _start(place, TWO)


def _letter_sent(place: Place) -> list[str]:
    case = Case.objects.get()
    sent = OutgoingMail.objects.filter(subject__startswith=f"Brief {case.pk}:")
    return [
        *_once_on("b", "work.case.started")(place),
        *_differs(
            letters=(case.variables.get("letters"), 1),
            mails=(sent.count(), 1),
            carried=(sent.filter(sent_at=None).count(), 0),
        ),
    ]


def _break_down(place: Place) -> None:
    _start(place, SHAKY)
    cases.complete_step(CaseTask.objects.get(element="a"), by=place.by)
    if OutgoingMail.objects.filter(subject__startswith=f"Brief {Case.objects.get().pk}:").exists():
        raise AssertionError("what a program did before it broke down has stayed")
    _due(place)


def _due(place: Place) -> None:
    Wait.objects.exclude(due=None).update(due=clock.now() + EARLIER)
    ProcessStart.objects.exclude(due=None).update(due=clock.now() + EARLIER)
    jobs.enqueue(jobs.fire_timers, lock=f"timers-{place.firm.pk}", org=str(place.firm.pk))


def _time_comes(place: Place) -> None:
    _start(place, TIMED)
    _due(place)


def _message_comes(place: Place) -> None:
    _start(place, ASKED)
    messages.post_message("Antwort", key="post-1", by=place.by)


def _alarm(place: Place) -> None:
    for _ in range(3):
        _start(place, ALARMED)
    messages.post_signal("Alarm", key="alarm-1", by=place.by)


def _call(place: Place) -> None:
    _deploy(place, CALLED, "called")
    _start(place, CALLING)


def _called_ended(place: Place) -> list[str]:
    ended = Case.objects.exclude(parent=None).filter(state="completed").count()
    return [*_once_on("b", "work.case.call_answered")(place), *_differs(ended=(ended, 1))]


def _day_comes(place: Place) -> None:
    _deploy(place, DAILY)
    _due(place)


def _step_for_external(place: Place) -> None:
    rate = resources.set_rate(name="Extern", cents_per_hour=9000, by=place.by)
    person = resources.add_resource(
        kind=Kind.FREELANCER, name="Jo Frei", email=f"jo@{place.firm.slug}.example", rate=rate, by=place.by
    )
    definition = _deploy(place, TWO)
    cases.start_case(definition, subject=place.firm, title="Probe", performers={"a": person}, by=place.by)
    jobs.enqueue(jobs.look_after_steps, org=str(place.firm.pk))


def _external_told(place: Place) -> list[str]:
    mails = OutgoingMail.objects.filter(to=[f"jo@{place.firm.slug}.example"])
    return _differs(
        told=(_entries("work.step.told"), 1),
        mails=(mails.count(), 1),
        waiting=(mails.filter(sent_at=None).count(), 0),
    )


def _invoices(place: Place) -> None:
    rate = resources.set_rate(name="Agent", cents_per_hour=600, by=place.by)
    agent = resources.add_resource(kind=Kind.AGENT, name="Rechnungs-Agent", rate=rate, by=place.by)
    resources.open_agent_file(
        agent,
        responsible=User.objects.get(pk=place.by.id),
        purpose="Rechnungen vorbereiten",
        skill_folder="invoice_booking",
        ai_act_class="minimal",
        ai_act_citation="Art. 3 Nr. 1 KI-VO",
        data_classes=["internal"],
        budget_cents_month=4000,
        budget_cents_run=200,
        label_de="Vorschlag einer KI",
        label_en="Proposed by an AI",
        expires=DAY + timedelta(days=3650),
        by=place.by,
    )
    project = tasks.create_project(name="Rechnungen", start=DAY, by=place.by)
    task = tasks.create_task(
        project, title="Rechnungen buchen", ai_allowed=True, skill_folder="invoice_booking", by=place.by
    )
    tasks.fill_task(task, criteria=["Jede Rechnung hat einen Vorschlag"])
    for number in (1, 2):
        keep_file(invoice(f"R-{number}", price=f"{number}.00"), filename=f"{number}.xml", belongs_to=task, by=place.by)
    task.edit(state="assigned")
    given = builders.assign(agent, task)
    jobs.enqueue(jobs.run_agent, lock=f"assignment-{given.pk}", org=str(place.firm.pk), assignment=str(given.pk))


def _invoices_booked(_place: Place) -> list[str]:
    return _differs(
        runs=(list(Run.objects.values_list("state", flat=True)), ["done"]),
        items=([result.items.count() for result in Result.objects.all()], [2]),
        delivered=(_entries("work.result.delivered"), 1),
    )


def _pay(place: Place) -> None:
    _start(place, PAID)
    cases.complete_step(CaseTask.objects.get(element="a"), by=place.by)


def _paid_once(place: Place) -> list[str]:
    """Once, and the case has gone on; or a person is asked whether it has happened, which nobody else can know."""
    file = outside() / place.firm.slug
    times = len(file.read_text(encoding="utf-8").splitlines()) if file.exists() else 0
    begun, doubt = _entries("work.service.begun"), _entries("work.service.in_doubt")
    asked = CaseTask.objects.filter(element="do", state="open").count()
    paid = times == 1 and _open("b") == 1 and (doubt, asked) == (0, 0)
    return [] if begun == 1 and (paid or (times <= 1 and (doubt, asked) == (1, 1))) else [f"{times=} {begun=} {doubt=}"]


def _title_ends(place: Place) -> None:
    today = clock.today()
    person = foreigner(place.by, until=today + timedelta(days=700))
    given(person, place.by, first_day=today, last_day=today + timedelta(days=4))
    person.papers.update(state="ended")
    jobs.enqueue_recheck(place.firm.pk)


def _asked_again(_place: Place) -> list[str]:
    return _differs(
        rows=(list(Recheck.objects.values_list("state", flat=True)), ["open"]), said=(_entries("work.recheck.found"), 1)
    )


def _ask_for_draft(place: Place) -> None:
    builders.agent(place.by, skill_folder=written_drafts.SKILL, expires=clock.today() + timedelta(days=90))
    written_drafts.ask_for_draft("Das Lager zieht um", language="de", by=place.by)


def _written(_place: Place) -> list[str]:
    return _differs(
        runs=([(run.state, written_drafts.draft_text(run)) for run in Run.objects.all()], [("done", DRAFT)]),
        ended=(_entries("agents.run.finished"), 1),
    )


def _two_steps(place: Place) -> None:
    """A plan is published; the first step is a person's, the second will be a task of the plan."""
    builders.resource(place.by, user=builders.user())
    builders.task(builders.project(place.by), place.by)
    delegation_world.published(place.by)
    delegation_world.case_of(place.by, _write=Role.LEAD)


def _delegated(_place: Place) -> list[str]:
    drafts = Plan.objects.filter(adds=True, state=Plan.State.DRAFT)
    return _differs(
        tasks=(Task.objects.filter(steps__state="open").count(), 1),
        delegated=(_entries("work.step.delegated"), 1),
        drafts=(drafts.count(), 1),
        items=(PlanItem.objects.filter(plan__in=drafts, added=True).count(), 1),
    )


def _step_as_task(place: Place) -> None:
    """The first step is a task, planned, published and delivered."""
    person = builders.resource(place.by, user=builders.user())
    delegation_world.case_of(place.by)
    delegation_world.published(place.by)
    (assignment,) = Assignment.objects.all()
    doer = Actor(place.firm.pk, ActorKind.USER, person.user_id, place.by.roles)
    assignments.deliver_result(assignment, text="Fertig", by=doer)


def _accept(place: Place) -> None:
    with place.inside():
        acceptance.accept_result(Result.objects.get(), met=[True], by=place.by)


def _gone_on(_place: Place) -> list[str]:
    return _differs(
        results=(list(Result.objects.values_list("state", flat=True)), ["accepted"]),
        steps=(list(CaseTask.objects.order_by("created_at").values_list("state", flat=True)), ["done", "open"]),
        said=([_entries(f"work.{one}") for one in ("result.accepted", "case.step_done", "step.delegated")], [1, 1, 2]),
        drafts=(Plan.objects.filter(adds=True, state=Plan.State.DRAFT).count(), 1),
    )


def _order_move(place: Place) -> None:
    for _ in range(3):
        _start(place, TWO)
    newer = _deploy(place, TWO.replace('name="B"', 'name="B neu"'))
    case_moves.order_move(newer, cases=list(Case.objects.values_list("pk", flat=True)), by=place.by)


def _moved(_place: Place) -> list[str]:
    return _differs(
        versions=(list(Case.objects.values_list("definition__revision", flat=True)), [2, 2, 2]),
        moved=(_entries("work.case.migrated"), 3),
        done=(_entries("work.case_move.done"), 1),
    )


def _plan(place: Place) -> None:
    rate = resources.set_rate(name="Facharbeit", cents_per_hour=5000, by=place.by)
    resources.add_resource(kind=Kind.EMPLOYEE, name="Anna", rate=rate, nationality="DE", by=place.by)
    project = tasks.create_project(name="Umzug", start=DAY, by=place.by)
    task = tasks.create_task(project, title="Packen", outcome="Fertig", effort_minutes=480, by=place.by)
    tasks.fill_task(task, criteria=["Alles ist gepackt"])
    plans.request_plan(as_of=DAY, by=place.by)


def _planned(_place: Place) -> list[str]:
    return _differs(
        plans=(list(Plan.objects.values_list("state", flat=True)), [Plan.State.DRAFT]),
        items=(PlanItem.objects.count(), 1),
        computed=(_entries("work.plan.computed"), 1),
    )


def _mail(_place: Place) -> None:
    send_mail("Post", "Guten Tag", "post@muster.example", ["bert@muster.example"])


def _mail_carried(_place: Place) -> list[str]:
    rows = OutgoingMail.objects.filter(subject="Post")
    return _differs(mails=(rows.count(), 1), waiting=(rows.filter(sent_at=None).count(), 0))


def _night(_place: Place) -> None:
    jobs.every_night.defer(timestamp=int((clock.now() + timedelta(days=1)).timestamp()))


def _night_closed(place: Place) -> list[str]:
    day = (clock.now() + timedelta(days=1)).astimezone(clock.FIRM_ZONE).date() - timedelta(days=1)
    file = nightly.anchor_file(place.firm.slug)
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return _differs(anchors=(Anchor.objects.filter(day=day).count(), 1), lines=(len(lines), 1))


_WORK = "werkfluss.work.domain"
FLOWS = (
    Flow(
        "a person starts a case",
        f"{_WORK}.case_run:advance",
        lambda place: None,
        _case_started,
        _start_two,
        lambda place: Case.objects.exists(),
    ),
    Flow(
        "a person does a step",
        f"{_WORK}.cases:advance",
        _begin(TWO),
        _once_on("b", "work.case.step_done"),
        _do("a"),
        _is_done("a"),
    ),
    Flow(
        "a program does a step",
        f"{_WORK}.case_services:answer_of",
        _begin(LETTER),
        _letter_sent,
        _do("a"),
        _is_done("a"),
    ),
    Flow("a program is tried again", f"{_WORK}.case_events:try_again", _break_down, _letter_sent),
    Flow("a time comes", f"{_WORK}.case_events:advance", _time_comes, _once_on("b", "work.case.timer_fired")),
    Flow(
        "a message comes", f"{_WORK}.case_events:advance", _message_comes, _once_on("b", "work.case.message_received")
    ),
    Flow(
        "a signal to three cases", f"{_WORK}.case_events:advance", _alarm, _once_on("b", "work.case.signal_received", 3)
    ),
    Flow("a called process ends", f"{_WORK}.case_run:_tell_caller", _call, _called_ended, _do("a"), _is_done("a")),
    Flow(
        "a process begins at its time",
        f"{_WORK}.case_starts:begin_case",
        _day_comes,
        _once_on("b", "work.case.started"),
    ),
    Flow("an external hears of a step", f"{_WORK}.step_clock:keep_news", _step_for_external, _external_told),
    Flow("an agent does a task", "werkfluss.agents.runner:ScriptedRunner.perform", _invoices, _invoices_booked),
    Flow("a plan is computed", f"{_WORK}.plans:store_draft", _plan, _planned),
    Flow("a program is called once", f"{_WORK}.case_once:call_begun", _pay, _paid_once),
    Flow("cases move to a new version", f"{_WORK}.case_moves:migrate_case", _order_move, _moved),
    Flow("the law is asked again", f"{_WORK}.recheck:_keep", _title_ends, _asked_again),
    Flow(
        "a language model writes a draft", "werkfluss.agents.draft_writer:DraftWriter.perform", _ask_for_draft, _written
    ),
    Flow(
        "a step becomes a task",
        f"{_WORK}.step_tasks:_make_task",
        _two_steps,
        _delegated,
        _do("write"),
        _is_done("write"),
    ),
    Flow(
        "a task that is a step is accepted",
        f"{_WORK}.cases:complete_by_task",
        _step_as_task,
        _gone_on,
        _accept,
        lambda _place: Result.objects.filter(state="accepted").exists(),
    ),
    Flow("mail is carried", "werkfluss.flow.mail:EmailMultiAlternatives.send", _mail, _mail_carried),
)
# Apart, because a night visits every firm.
NIGHTS = (
    Flow("the night, inside", "werkfluss.org.chain:anchor_head", _night, _night_closed),
    Flow("the night, outside", "werkfluss.flow.nightly:write_outside", _night, _night_closed),
)
