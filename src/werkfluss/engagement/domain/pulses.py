"""The short survey of why people stay or go: anonymous by construction, shown from ten answers on or never.

Of an answer only counts are kept. The right to answer is a ticket that goes with the answer; the record says that
somebody answered, not who. While a survey is open nobody sees a count, so that no answer can be found by looking twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, QuerySet
from django.urls import reverse

from werkfluss.compliance.domain import go_live
from werkfluss.engagement.domain import mails
from werkfluss.engagement.models import Pulse, PulseCount, PulseTicket
from werkfluss.engagement.pulse_questions import HIGH, LEAST, LOW, SCALE, Question, asked_of
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.org.models import Membership, Organisation, User
from werkfluss.org.roles import Role
from werkfluss.workforce.models import EXTERNALS, Resource

RIGHT = "staying.write"
LOCKED = "staff_survey"
LONGEST = timedelta(days=42)
APART = timedelta(days=60)
_CITATION = "Kurzbefragung"
_ASKED = Text(
    "wir möchten wissen, was Menschen bei uns hält und was sie ans Gehen denken lässt. Die Befragung dauert zwei "
    "Minuten, ist freiwillig und anonym: Gespeichert werden nur Summen. Sie ist bis {day} offen. Nicht zu antworten "
    "hat keine Folgen.",
    "we would like to know what keeps people with us and what makes them think of leaving. The survey takes two "
    "minutes, is voluntary and anonymous: only sums are kept. It is open until "
    "{day}. Not answering has no consequence.",
)
_ROLES = {
    Pulse.Audience.EXTERNALS: (Role.FREELANCER, Role.PROVIDER),
    Pulse.Audience.STAFF: (Role.MANAGING_DIRECTOR, Role.HR, Role.LEAD, Role.EMPLOYEE),
}
_VALUES = frozenset(value for value, _word in SCALE)


@dataclass(frozen=True, slots=True)
class Shares:
    """Of those who gave a value: percent that said hardly or not, somewhat, quite or very much. ``None``: too few."""

    question: Question
    low: int | None
    middle: int | None
    high: int | None
    answers: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What may be shown of a survey. ``shares`` is empty while it is open and below ten answers for good."""

    shown: bool
    shares: tuple[Shares, ...]


def pulses() -> QuerySet[Pulse]:
    """All surveys, the last first."""
    return Pulse.objects.order_by("-number")


def audience_of(audience: str) -> QuerySet[User]:
    """Members of the firm who would be asked."""
    members = Membership.objects.filter(role__in=_ROLES[Pulse.Audience(audience)], ended_at=None)
    return User.objects.filter(pk__in=members.values("user_id"), is_active=True).order_by("pk")


def open_pulses_for(actor: Actor) -> QuerySet[Pulse]:
    """The surveys this person may still answer."""
    if actor.id is None:
        return Pulse.objects.none()
    tickets = PulseTicket.objects.filter(user_id=actor.id).values("pulse_id")
    return Pulse.objects.filter(pk__in=tickets, closed_at=None, last_day__gte=clock.today())


def open_pulse(*, audience: str, last_day: date, by: Actor) -> Pulse:
    """Ask everybody of the audience until ``last_day``; they are told by mail (``flow``).

    Raises:
        NotPermitted: the actor may not.
        Refused: fewer than ten could answer, so nothing could ever be shown; the day is past or more than six weeks
            away; a survey of this audience is open or ended less than sixty days ago; the works agreement is missing.
    """
    by.require(RIGHT)
    today = clock.today()
    _refuse_if_locked(audience, today)
    _refuse_days(audience, last_day, today)
    users = list(audience_of(audience))
    if len(users) < LEAST:
        raise Refused(
            Text(
                f"Es können nur {len(users)} Personen antworten. Unter {LEAST} Antworten wird nie etwas gezeigt.",
                f"Only {len(users)} people could answer. Below {LEAST} answers nothing is ever shown.",
            ),
            citation=_CITATION,
            what_to_do=Text("Nutzen Sie den Gesprächsleitfaden.", "Use the guide for a talk."),
        )
    pulse = Pulse.objects.create(
        number=next_number("pulse"), audience=audience, first_day=today, last_day=last_day, invited=len(users)
    )
    # All rows there will ever be, made at once: none of them tells when somebody answered.
    PulseCount.objects.bulk_create(
        PulseCount(pulse=pulse, question=question.code, value=value)
        for question in asked_of(audience)
        for value in sorted(_VALUES)
    )
    PulseTicket.objects.bulk_create(PulseTicket(pulse=pulse, user=user) for user in users)
    _ask(pulse, users, by=by)
    record(Event("engagement.pulse.opened", pulse, {"audience": audience, "last_day": last_day}), by=by)
    return pulse


def _ask(pulse: Pulse, users: list[User], *, by: Actor) -> None:
    """Externals get a way in of their own, everybody else logs in."""
    firm = Organisation.objects.get(pk=by.org_id)
    target = reverse("my_pulse", kwargs={"firm": firm.slug, "pk": pulse.pk})
    externals = {row.user_id: row for row in Resource.objects.filter(kind__in=EXTERNALS, user__in=users)}
    subject = Text(f"{firm.name} fragt: zwei Minuten", f"{firm.name} asks for two minutes")
    for user in users:
        body = Text(_ASKED.de.format(day=f"{pulse.last_day:%d.%m.%Y}"), _ASKED.en.format(day=pulse.last_day))
        if user.pk in externals:
            mails.tell_at(externals[user.pk], target=target, subject=subject, body=body, by=by)
        else:
            mails.tell_member(user, firm, target=target, subject=subject, body=body)


def _refuse_if_locked(audience: str, today: date) -> None:
    if audience == Pulse.Audience.STAFF and go_live.is_locked(LOCKED, on=today):
        raise Refused(
            Text(
                "Die Vereinbarung mit dem Betriebsrat nennt die Kurzbefragung nicht.",
                "The agreement with the works council does not name the short survey.",
            ),
            citation="§ 94, § 87 Abs. 1 Nr. 6 BetrVG",
            what_to_do=Text(
                "Vereinbaren Sie sie mit dem Betriebsrat und tragen Sie es unter Betriebsrat ein.",
                "Agree on it with the works council and record it under works council.",
            ),
        )


def _refuse_days(audience: str, last_day: date, today: date) -> None:
    if not today <= last_day <= today + LONGEST:
        raise Refused(
            Text("Der letzte Tag liegt nicht in den nächsten sechs Wochen.", "The last day is not within six weeks."),
            citation=_CITATION,
            what_to_do=Text("Wählen Sie einen näheren Tag, zum Beispiel in zwei Wochen.", "Choose a nearer day."),
        )
    last = Pulse.objects.filter(audience=audience).first()
    if last is None:
        return
    if last.closed_at is None:
        raise Refused(
            Text(f"Befragung {last.number} läuft noch.", f"Survey {last.number} is still open."),
            citation=_CITATION,
            what_to_do=Text("Warten Sie, bis sie endet, oder schließen Sie sie.", "Wait until it ends, or close it."),
        )
    next_day = last.closed_at.astimezone(clock.FIRM_ZONE).date() + APART
    if today < next_day:
        # Two surveys shortly after one another differ by the few who came or went between them.
        raise Refused(
            Text(
                f"Die nächste Befragung ist ab {next_day:%d.%m.%Y} möglich.",
                f"The next one is possible from {next_day}.",
            ),
            citation=_CITATION,
            what_to_do=Text(
                "Bis dahin: Maßnahmen umsetzen, Gespräche führen.", "Until then: carry out measures, hold talks."
            ),
        )


def answer_pulse(pulse: Pulse, answers: Mapping[str, int], *, by: Actor) -> None:
    """Count the answers and take the ticket. Questions left out count as no answer.

    Raises:
        Refused: the person was not asked, has answered already, or the survey is over.
        ValueError: an answer to no question of this survey, or no value of the scale.
    """
    asked = {question.code for question in asked_of(pulse.audience)}
    if not set(answers) <= asked or not set(answers.values()) <= _VALUES:
        raise ValueError("not an answer to this survey")
    pulse = Pulse.objects.select_for_update().get(pk=pulse.pk)
    taken = by.id is not None and PulseTicket.objects.filter(pulse=pulse, user_id=by.id).delete()[0]
    if not taken or pulse.closed_at is not None or pulse.last_day < clock.today():
        raise Refused(
            Text("Diese Befragung steht Ihnen nicht mehr offen.", "This survey is no longer open to you."),
            citation=_CITATION,
            what_to_do=Text(
                "Wenn Sie schon geantwortet haben: Danke, Ihre Antwort zählt.",
                "If you have answered already: thank you, your answer counts.",
            ),
        )
    for code in asked:
        PulseCount.objects.filter(pulse=pulse, question=code, value=answers.get(code, 0)).update(count=F("count") + 1)
    Pulse.objects.filter(pk=pulse.pk).update(answered=F("answered") + 1)
    # From here on nobody is named: the record must not say who took part.
    by = Actor.system(by.org_id)
    record(Event("engagement.pulse.answered", pulse, {}), by=by)


def close_pulse(pulse: Pulse, *, by: Actor) -> None:
    """End it before its day; tickets nobody used go.

    Raises:
        NotPermitted: the actor may not.
        Conflict: it is closed already.
    """
    by.require(RIGHT)
    pulse = Pulse.objects.select_for_update().get(pk=pulse.pk)
    if pulse.closed_at is not None:
        raise Conflict(f"pulse {pulse.number}")
    pulse.edit(closed_at=clock.now())
    pulse.tickets.all().delete()
    record(Event("engagement.pulse.closed", pulse, {"enough": pulse.answered >= LEAST}), by=by)


def close_ended(today: date, *, by: Actor) -> int:
    """Close the surveys whose last day is over; how many."""
    ended = list(Pulse.objects.filter(closed_at=None, last_day__lt=today))
    for pulse in ended:
        close_pulse(pulse, by=by)
    return len(ended)


def outcome_of(pulse: Pulse) -> Outcome:
    """What may be shown of a survey: nothing while it is open, nothing below ten answers, per question the same."""
    if pulse.closed_at is None or pulse.answered < LEAST:
        return Outcome(shown=False, shares=())
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    for question, value, count in pulse.counts.values_list("question", "value", "count"):
        counts[question][value] = count
    return Outcome(shown=True, shares=tuple(_shares(one, counts[one.code]) for one in asked_of(pulse.audience)))


def _shares(question: Question, counts: Mapping[int, int]) -> Shares:
    answers = sum(count for value, count in counts.items() if value)
    if answers < LEAST:
        return Shares(question, None, None, None, None)
    low = _percent(sum(counts.get(value, 0) for value in LOW), answers)
    high = _percent(sum(counts.get(value, 0) for value in HIGH), answers)
    return Shares(question, low, 100 - low - high, high, answers)


def _percent(part: int, whole: int) -> int:
    return int((Decimal(100 * part) / whole).quantize(Decimal(1)))


def high_share(audience: str, code: str) -> tuple[Decimal | None, int]:
    """Percent that said quite or very much in the last survey that may be shown, and the answers to that question."""
    for pulse in Pulse.objects.filter(audience=audience).exclude(closed_at=None)[:10]:
        for shares in outcome_of(pulse).shares:
            if shares.question.code == code and shares.high is not None:
                return Decimal(shares.high), shares.answers or 0
    return None, 0
