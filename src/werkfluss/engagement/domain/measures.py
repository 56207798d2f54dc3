"""What the firm does about a sign or a reason to leave: a task now, and a look at the effect later."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from werkfluss.compliance.domain.deadlines import complete_deadline, deadlines_about, set_deadline
from werkfluss.engagement import pulse_questions
from werkfluss.engagement.domain import conduct, pulses
from werkfluss.engagement.models import Measure, Pulse
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.roles import Role
from werkfluss.work.domain import tasks
from werkfluss.work.models import Project

RIGHT = "staying.write"
DEADLINE = "staying_effect"
_PULSE = "pulse"
_CITATION = "Bleiben"


def pulse_sign(audience: str, code: str) -> str:
    """The code of a reason to leave, as a sign."""
    return f"{_PULSE}:{audience}:{code}"


def measures() -> QuerySet[Measure]:
    """All measures, the last first."""
    return Measure.objects.select_related("task").order_by("-set_on", "-created_at")


def name_of(sign: str) -> Text:
    """What a sign is called.

    Raises:
        KeyError: there is no such sign.
    """
    kind, _, rest = sign.partition(":")
    if kind != _PULSE:
        return conduct.BY_CODE[sign].name
    audience, _, code = rest.partition(":")
    question = pulse_questions.BY_CODE[code]
    if audience not in question.audiences:
        raise KeyError(sign)
    who = {"externals": Text("Externe", "externals"), "staff": Text("Belegschaft", "staff")}[audience]
    return Text(f"{question.name.de} ({who.de})", f"{question.name.en} ({who.en})")


def proposal_for(sign: str) -> Text:
    """A task that helps against a sign.

    Raises:
        KeyError: there is no such sign.
    """
    if sign.startswith(f"{_PULSE}:"):
        return pulse_questions.BY_CODE[sign.rpartition(":")[2]].measure
    return conduct.BY_CODE[sign].measure


def unit_of(sign: str) -> str:
    return "percent" if sign.startswith(f"{_PULSE}:") else conduct.BY_CODE[sign].unit


def value_of(sign: str, today: date) -> tuple[Decimal | None, int]:
    """The value a sign has now, and from how many cases."""
    if sign.startswith(f"{_PULSE}:"):
        _pulse, audience, code = sign.split(":")
        return pulses.high_share(Pulse.Audience(audience), code)
    return conduct.shown(conduct.BY_CODE[sign], conduct.periods(today)[0])


def take_measure(sign: str, *, title: str, project: Project, look_on: date, by: Actor) -> Measure:
    """Make a task of it, keep the value of today, and set a deadline for the look at the effect.

    Raises:
        NotPermitted: the actor may not.
        KeyError: there is no such sign.
        Refused: no title, a closed project, or the day is not in the future.
    """
    by.require(RIGHT)
    name = name_of(sign)
    today = clock.today()
    if not title.strip() or look_on <= today or project.state != "open":
        raise Refused(
            Text(
                "Es braucht einen Titel, ein offenes Vorhaben und einen Tag in der Zukunft.",
                "It takes a title, an open project and a day in the future.",
            ),
            citation=_CITATION,
            what_to_do=Text("Bitte ergänzen Sie das Formular.", "Please complete the form."),
        )
    before, cases = value_of(sign, today)
    task = tasks.create_task(project, title=title.strip()[:200], deadline=look_on, by=by)
    measure = Measure.objects.create(
        sign=sign,
        title=title.strip()[:200],
        task=task,
        before=before,
        before_cases=cases,
        set_on=today,
        look_on=look_on,
    )
    record(Event("engagement.measure.taken", measure, {"sign": sign, "task": task.pk, "look_on": look_on}), by=by)
    set_deadline(
        measure,
        code=DEADLINE,
        title=Text(f"Wirkung ansehen: {name.de}", f"Look at the effect: {name.en}"),
        due=look_on,
        lead_days=0,
        who=Role.HR,
        basis="Eigene Maßnahme",
        by=by,
    )
    return measure


def look_at_effect(measure: Measure, *, note: str, by: Actor) -> Measure:
    """Keep the value of today beside the one from before, with a sentence about it; the deadline is done.

    Raises:
        NotPermitted: the actor may not.
        Conflict: it was looked at already.
    """
    by.require(RIGHT)
    measure = Measure.objects.select_for_update().get(pk=measure.pk)
    if measure.looked_at is not None:
        raise Conflict(f"measure {measure.pk}")
    after, cases = value_of(measure.sign, clock.today())
    measure.edit(after=after, after_cases=cases, looked_at=clock.now(), looked_by=by.id, note=note.strip())
    record(Event("engagement.measure.looked_at", measure, {"sign": measure.sign, "after": after}), by=by)
    for deadline in deadlines_about(measure).filter(state="open", code=DEADLINE):
        complete_deadline(deadline, by=by)
    return measure
