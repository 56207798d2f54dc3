"""Due times, questions and comments at a step. Texts stand in rows with a period; the chain knows that they exist."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.events import Event, record
from werkfluss.org.models import Membership, User
from werkfluss.org.roles import Role
from werkfluss.work.domain import step_tasks
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.domain.step_claims import fresh, require_reason
from werkfluss.work.domain.step_people import has_right, may_act, stood_in_for
from werkfluss.work.models import CaseTask, StepComment, StepQuestion

MOST_LETTERS = 4000


def move_due(step: CaseTask, *, due: datetime | None, reason: str, by: Actor) -> CaseTask:
    """Set another due time, with the reason.

    Raises:
        NotPermitted: only who works on cases may.
        Conflict: the step is no longer open.
        Refused: no reason, or a law sets the time and the new one is later.
    """
    by.require("case.work")
    fresh(step)
    require_reason(reason)
    if due is None or step.due is None or due > step.due:
        _not_statutory(step)
    said = {"case": step.case_id, "step": step.element, "was": step.due, "due": due, "reason": reason.strip()[:300]}
    step.edit(due=due)
    step_tasks.move_deadline(step, by=by)
    record(Event("work.step.due_moved", step, said), by=by)
    return step


def set_follow_up(step: CaseTask, *, follow_up: datetime | None, by: Actor) -> CaseTask:
    """Say when to look after a step again.

    Raises:
        NotPermitted: it is somebody else's step.
        Conflict: the step is no longer open.
    """
    fresh(step)
    may_act(step, by)
    step.edit(follow_up=follow_up)
    said = {"case": step.case_id, "step": step.element, "follow_up": follow_up}
    record(Event("work.step.follow_up_set", step, said), by=by)
    return step


def ask(step: CaseTask, *, to: User | Role, text: str, stop_reason: str = "", by: Actor) -> StepQuestion:
    """Ask a person or a role something about a step. With ``stop_reason`` the due time waits for the answer.

    Raises:
        NotPermitted: it is somebody else's step, or the actor is no person.
        Conflict: the step is no longer open.
        Refused: no text, nobody in the firm to ask, or a law sets the due time that was to wait.
    """
    fresh(step)
    person = _person(by)
    may_act(step, by)
    said = _text(text)
    if stop_reason.strip():
        _not_statutory(step)
    members = Membership.objects.filter(ended_at=None, user__is_active=True)
    members = members.filter(role=to.value) if isinstance(to, Role) else members.filter(user=to)
    if not members.exists() or (not isinstance(to, Role) and to.pk == person):
        raise Refused(
            Text("Diese Frage erreicht niemanden.", "This question reaches nobody."),
            citation="Rückfrage",
            what_to_do=Text("Wählen Sie eine andere Person oder Rolle.", "Choose another person or role."),
        )
    made = StepQuestion.objects.create(
        step=step,
        asked_by_id=person,
        to_user=None if isinstance(to, Role) else to,
        to_role=to.value if isinstance(to, Role) else "",
        text=said,
        stops_due=bool(stop_reason.strip()),
        stop_reason=stop_reason.strip()[:300],
    )
    told = {"case": step.case_id, "step": step.element, "question": made.pk, "reason": made.stop_reason}
    record(Event("work.step.question_asked", step, told), by=by)
    return made


def questions_for(actor: Actor) -> QuerySet[StepQuestion]:
    """Open questions to this actor, or to one for whom the actor stands in; the oldest first."""
    people = [person.user_id for person in stood_in_for(actor, clock.now())]
    mine = Q(to_role__in=[role.value for role in actor.roles]) | Q(to_user_id__in=[actor.id, *people])
    rows = StepQuestion.objects.filter(mine, state="open", step__state="open", step__case__state="running")
    return rows.exclude(asked_by_id=actor.id).select_related("step__case__definition", "step__resource", "asked_by")


def answer(question: StepQuestion, *, text: str, by: Actor) -> StepQuestion:
    """Answer a question; what the due time has waited for is added to it.

    Raises:
        NotPermitted: somebody else was asked.
        Conflict: it is answered or withdrawn already.
        Refused: no text.
    """
    person = _person(by)
    _alone_with(question)
    if question.state != "open":
        raise Conflict(f"question {question.pk}")
    if not questions_for(by).filter(pk=question.pk).exists():
        raise NotPermitted("own_tasks.work")
    said = _text(text)
    now = clock.now()
    question.edit(answer=said, answered_at=now, answered_by_id=person, state="answered")
    _go_on(question, now)
    told = {"case": question.step.case_id, "step": question.step.element, "question": question.pk}
    record(Event("work.step.question_answered", question.step, told), by=by)
    return question


def withdraw_question(question: StepQuestion, *, by: Actor) -> StepQuestion:
    """Take back a question, so that the step can be done without the answer.

    Raises:
        NotPermitted: only who asked may, and who works on cases.
        Conflict: it is answered or withdrawn already.
    """
    _alone_with(question)
    if question.state != "open":
        raise Conflict(f"question {question.pk}")
    if question.asked_by_id != by.id and not by.may("case.work"):
        raise NotPermitted("case.work")
    question.edit(state="withdrawn")
    _go_on(question, clock.now())
    told = {"case": question.step.case_id, "step": question.step.element, "question": question.pk}
    record(Event("work.step.question_withdrawn", question.step, told), by=by)
    return question


def comment(step: CaseTask, *, text: str, by: Actor) -> StepComment:
    """Note something at a step.

    Raises:
        NotPermitted: the step is not this actor's to see.
        Refused: no text.
    """
    person = _person(by)
    if not has_right(step, by) and not questions_for(by).filter(step=step).exists():
        may_act(step, by)
    made = StepComment.objects.create(step=step, author_id=person, text=_text(text))
    record(Event("work.step.commented", step, {"case": step.case_id, "step": step.element}), by=by)
    return made


def is_stopped(step: CaseTask) -> bool:
    """Whether the due time waits for an answer."""
    return StepQuestion.objects.filter(step=step, state="open", stops_due=True).exists()


def _alone_with(question: StepQuestion) -> None:
    """The question as it is now. Of two that end at once each would hold the other one for open, and wait for it."""
    CaseTask.objects.select_for_update(of=("self",)).get(pk=question.step_id)
    question.refresh_from_db()


def _go_on(question: StepQuestion, now: datetime) -> None:
    """The due time moves by what it has waited; of two questions only the last one to end counts."""
    step = question.step
    step.refresh_from_db()
    if question.stops_due and step.due is not None and step.state == "open" and not is_stopped(step):
        step.edit(due=step.due + (now - question.created_at))


def provision_of(step: CaseTask) -> Text | None:
    """The law that sets the due time of a step; ``None`` if none does. Needs ``case.definition`` selected."""
    facts = model_of(step.case.definition).nodes[step.element].facts
    if not facts.provision or step.due is None:
        return None
    return Text(facts.said(facts.provision, "de"), facts.said(facts.provision, "en"))


def _not_statutory(step: CaseTask) -> None:
    provision = provision_of(step)
    if provision is None:
        return
    raise Refused(
        Text(
            f"Diese Frist setzt das Gesetz ({provision.de}); niemand hier kann sie verlängern.",
            f"The law sets this time ({provision.en}); nobody here can extend it.",
        ),
        citation=provision.de,
        what_to_do=Text(
            "Geben Sie den Schritt weiter oder holen Sie Hilfe, damit er rechtzeitig fertig wird.",
            "Give the step to somebody else, or get help, so that it is done in time.",
        ),
    )


def _person(by: Actor) -> UUID:
    if by.kind is not ActorKind.USER or by.id is None:
        raise NotPermitted("own_tasks.work")
    return by.id


def _text(text: str) -> str:
    said = text.strip()
    if not said or len(said) > MOST_LETTERS:
        raise Refused(
            Text("Der Text ist leer oder zu lang.", "The text is empty or too long."),
            citation="Vorgang",
            what_to_do=Text(
                f"Bitte schreiben Sie 1 bis {MOST_LETTERS} Zeichen.", f"Please write 1 to {MOST_LETTERS} characters."
            ),
        )
    return said
