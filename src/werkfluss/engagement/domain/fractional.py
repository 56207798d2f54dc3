"""Mandates of fractional executives: the firm proposes a share of days, the person answers, the firm or time ends it.

A firm sees its own days, and of all others only that the person is not available. Whether the days fit among those of
other firms is asked on the person's side (``shared_days``), never here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question, Verdict
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.engagement.domain import mails, shares
from werkfluss.engagement.domain.externals import invite
from werkfluss.engagement.models import Mandate, MandateDay
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.org.models import Organisation
from werkfluss.org.tenancy import current_org_id
from werkfluss.workforce.domain import resources
from werkfluss.workforce.domain.calendars import is_holiday
from werkfluss.workforce.models import BusyInterval, Kind, Resource, Share

RULE = "de/status/fractional_executive"
READ, WRITE, OWN, ANSWER = "mandate.read", "mandate.write", "own_mandate.read", "own_mandate.answer"
# Busy times are written to the end of a share, so it has one; to go on is a new share.
LONGEST = timedelta(days=731)
_MOST_PER_WEEK, _MOST_PER_MONTH = Decimal(5), Decimal(21)
_HOURS = ((time(9), time(13)), (time(13, 30), time(17, 30)))
_DAY = timedelta(days=1)
_CITATION = "Mandat"


def mandates() -> QuerySet[Mandate]:
    """All mandates of the firm, newest first."""
    return Mandate.objects.select_related("org", "resource__user").order_by("-number")


def own_mandates(actor: Actor) -> QuerySet[Mandate]:
    """Those of the acting person in this firm; what was withdrawn before an answer is gone."""
    rows = mandates().filter(resource__user_id=actor.id) if actor.id is not None else Mandate.objects.none()
    return rows.exclude(state=Mandate.State.WITHDRAWN)


def executives() -> QuerySet[Resource]:
    """The fractional executives of the firm."""
    return Resource.objects.filter(kind=Kind.FRACTIONAL).exclude(active_to__lte=clock.today()).order_by("sort_key")


def law_of(resource: Resource, *, on: date) -> Verdict:
    """What the law says of this person as a contractor: an organ, or somebody whose time is set, is none."""
    label = resource._meta.label_lower
    known = facts_on(on, subject_type=label, subject_ids=[resource.pk]).get(resource.pk, {})
    return explain.answer(Question.of(RULE, on, explain.usable(RULE, known, on=on)))


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked for. ``per``: ``week`` or ``month``. ``weekdays``: 0 = Monday; none: the person places the days."""

    function: str
    days: Decimal
    per: str
    first_day: date
    last_day: date
    weekdays: tuple[int, ...] = ()


def propose_share(resource: Resource, terms: Terms, *, by: Actor) -> Mandate:
    """Ask a fractional executive for a share of days; the person hears by mail and answers.

    Raises:
        NotPermitted: the actor does not give mandates.
        Refused: the terms do not fit together, the law blocks it, or the person is not available on these weekdays.
    """
    by.require(WRITE)
    _check_terms(resource, terms)
    verdict = law_of(resource, on=clock.today())
    if verdict.outcome == "blocked":
        reason = verdict.reasons[0]
        raise Refused(
            reason,
            citation="§ 7 Abs. 1 SGB IV",
            what_to_do=Text(
                "Bitte anstellen, oder die Angaben zur Person berichtigen.",
                "Please hire, or correct what is recorded of the person.",
            ),
        )
    user = invite(resource, by=by)
    wanted = _spans(resource, terms)
    if shares.overlap(wanted, busy_elsewhere(user.pk, besides=None)):
        raise _refused(
            Text("Zu diesen Tagen nicht verfügbar.", "Not available on these days."),
            Text("Bitte andere Wochentage oder freie Tage vereinbaren.", "Please agree other weekdays or free days."),
        )
    mandate = Mandate.objects.create(
        number=next_number("mandate"),
        resource=resource,
        function=terms.function.strip()[:120],
        days=terms.days,
        per=terms.per,
        weekdays=sorted(terms.weekdays),
        first_day=terms.first_day,
        last_day=terms.last_day,
        proposed_by=by.id,
    )
    data = {"number": mandate.number, "days": terms.days, "per": terms.per}
    data |= {"first_day": terms.first_day, "last_day": terms.last_day}
    record(Event("engagement.mandate.proposed", mandate, data), by=by)
    _tell(mandate, by=by)
    return mandate


def _check_terms(resource: Resource, terms: Terms) -> None:
    first, last, days, weekdays = terms.first_day, terms.last_day, terms.days, set(terms.weekdays)
    if resource.kind != Kind.FRACTIONAL:
        raise _refused(
            Text(f"{resource.name} ist keine Führungskraft auf Zeit.", f"{resource.name} is no fractional executive."),
            Text("Bitte wählen Sie eine, oder legen Sie sie an.", "Please choose one, or add one."),
        )
    top = _MOST_PER_WEEK if terms.per == "week" else _MOST_PER_MONTH
    if terms.per not in ("week", "month") or not 0 < days <= top or days * 2 % 1:
        raise _refused(
            Text(f"Der Anteil liegt zwischen einem halben und {top} Tagen.", f"Between half a day and {top} days."),
            Text("Bitte ganze oder halbe Tage angeben.", "Please state whole or half days."),
        )
    if not terms.function.strip() or not first <= last or last - first > LONGEST or last < clock.today():
        raise _refused(
            Text("Aufgabe oder Zeitraum fehlen oder passen nicht.", "Function or period are missing or do not fit."),
            Text("Ein Mandat läuft höchstens zwei Jahre.", "A mandate runs for two years at most."),
        )
    if weekdays and (terms.per != "week" or not days <= len(weekdays) < days + 1 or not weekdays <= set(range(5))):
        raise _refused(
            Text("Wochentage und Anteil passen nicht.", "Weekdays and share do not fit."),
            Text("Bitte so viele Wochentage wie Tage je Woche.", "Please as many weekdays as days per week."),
        )
    live = Mandate.objects.filter(resource=resource, first_day__lte=last, last_day__gte=first)
    if live.filter(state__in=[Mandate.State.PROPOSED, Mandate.State.UNAVAILABLE, Mandate.State.RUNNING]).exists():
        raise _refused(
            Text("Für diese Zeit gibt es schon ein Mandat.", "There is a mandate for this time already."),
            Text("Bitte beenden Sie es zuerst.", "Please end it first."),
        )


def busy_elsewhere(user_id: UUID, *, besides: UUID | None) -> list[shares.Interval]:
    """When the person is busy, merged, without the times written under the key ``besides``."""
    rows = BusyInterval.objects.filter(user_id=user_id, end__gt=clock.now())
    if besides is not None:
        rows = rows.exclude(source=besides)
    return shares.merged(rows.values_list("start", "end"))


def zone_of(mandate: Mandate) -> ZoneInfo:
    """Days of a mandate are days of the person's own place."""
    user = mandate.resource.user
    return ZoneInfo(user.time_zone if user is not None else mandate.resource.time_zone)


def own_days(mandate: Mandate) -> list[tuple[date, bool]]:
    """The days of this mandate from today on, with whether it is the morning only; holidays are none."""
    first = max(mandate.first_day, clock.today())
    if mandate.weekdays:
        days = shares.days_on(mandate.weekdays, first_day=first, last_day=mandate.last_day)
        half = mandate.days % 1 != 0
        return [
            (day, half and day.weekday() == mandate.weekdays[-1])
            for day in days
            if not is_holiday(mandate.resource, day)
        ]
    return list(mandate.placed.filter(day__gte=first, day__lte=mandate.last_day).values_list("day", "half"))


def wanted_spans(mandate: Mandate) -> list[shares.Interval]:
    """The times this mandate takes."""
    zone = zone_of(mandate)
    return [shares.span(day, half=half, zone=zone) for day, half in own_days(mandate)]


def _spans(resource: Resource, terms: Terms) -> list[shares.Interval]:
    user = resource.user
    zone = ZoneInfo(user.time_zone if user is not None else resource.time_zone)
    days = shares.days_on(terms.weekdays, first_day=max(terms.first_day, clock.today()), last_day=terms.last_day)
    return [shares.span(day, half=False, zone=zone) for day in days if not is_holiday(resource, day)]


def agree(mandate: Mandate, *, by: Actor) -> None:
    """The person agrees: the share counts in plans, and its days are busy to every other firm.

    Raises:
        NotPermitted: it is not this person's mandate.
        Conflict: it was answered with yes, withdrawn or ended.
    """
    mandate = open_own(mandate, by)
    minutes = shares.weekly_minutes(mandate.days, mandate.per)
    mandate.edit(state=Mandate.State.RUNNING, answered_at=clock.now())
    resources.agree_share(
        mandate.resource, minutes_per_week=minutes, valid_from=mandate.first_day, source=mandate.source, by=by
    )
    if mandate.weekdays:
        hours = [(weekday, *span) for weekday in mandate.weekdays for span in _HOURS]
        resources.set_hours(mandate.resource, hours=hours, by=by)
        mandate.resource.edit(weekly_minutes=minutes)
    record(Event("engagement.mandate.agreed", mandate, {"number": mandate.number}), by=by)
    block_days(mandate, by=by)


def refuse(mandate: Mandate, *, by: Actor) -> None:
    """Not available: why, and whether by choice or because other days are taken, is not said and not kept.

    Raises:
        NotPermitted: it is not this person's mandate.
        Conflict: it was answered with yes, withdrawn or ended.
    """
    mandate = open_own(mandate, by)
    mandate.edit(state=Mandate.State.UNAVAILABLE, answered_at=clock.now())
    record(Event("engagement.mandate.unavailable", mandate, {"number": mandate.number}), by=by)


def open_own(mandate: Mandate, person: Actor) -> Mandate:
    """The mandate, locked, if it is the person's own and not yet agreed.

    Raises:
        NotPermitted, Conflict: see ``agree``.
    """
    mandate = locked_own(mandate, person)
    if mandate.state not in (Mandate.State.PROPOSED, Mandate.State.UNAVAILABLE):
        raise Conflict(f"{_CITATION} {mandate.number}")
    return mandate


def locked_own(mandate: Mandate, person: Actor) -> Mandate:
    person.require(ANSWER)
    rows = Mandate.objects.select_for_update(of=("self",)).select_related("resource__user")
    found = rows.filter(pk=mandate.pk, resource__user_id=person.id).first() if person.id is not None else None
    if found is None:
        raise Conflict(f"{_CITATION} {mandate.number}")
    return found


def block_days(mandate: Mandate, *, by: Actor) -> None:
    """Write the days from today on as busy times of the person: no firm, no text."""
    resources.block_shared_time(mandate.resource, spans=wanted_spans(mandate), source=mandate.source, by=by)


def place_day(mandate: Mandate, day: date, *, half: bool = False, by: Actor) -> None:
    """The person puts a day of the share into the calendar, or changes it.

    Raises:
        NotPermitted, Conflict: it is not this person's running mandate.
        Refused: weekdays are agreed, the day is outside, the share is used up, or the person is busy elsewhere.
    """
    mandate = _placing(mandate, by)
    if mandate.weekdays or not max(mandate.first_day, clock.today()) <= day <= mandate.last_day:
        raise _refused(
            Text("Dieser Tag lässt sich hier nicht legen.", "This day cannot be placed here."),
            Text("Bitte einen Tag ab heute im Zeitraum wählen.", "Please choose a day of the period, from today on."),
        )
    part = Decimal("0.5") if half else Decimal(1)
    if _placed_around(mandate, day) + part > mandate.days:
        raise _refused(
            Text("Damit wäre der vereinbarte Anteil überschritten.", "That would exceed the agreed share."),
            Text("Bitte legen Sie einen anderen Tag frei.", "Please free another day first."),
        )
    wanted = [shares.span(day, half=half, zone=zone_of(mandate))]
    assert by.id is not None  # locked_own has looked
    if shares.overlap(wanted, busy_elsewhere(by.id, besides=mandate.source)):
        raise _refused(
            Text("An diesem Tag sind Sie schon belegt.", "You are busy on this day already."),
            Text("Bitte wählen Sie einen anderen Tag.", "Please choose another day."),
        )
    MandateDay.objects.update_or_create(mandate=mandate, day=day, defaults={"half": half})
    record(Event("engagement.mandate.day_placed", mandate, {"day": day}), by=by)
    block_days(mandate, by=by)


def free_day(mandate: Mandate, day: date, *, by: Actor) -> None:
    """The person takes a placed day back.

    Raises:
        NotPermitted, Conflict: it is not this person's running mandate.
    """
    mandate = _placing(mandate, by)
    if mandate.placed.filter(day=day, day__gte=clock.today()).delete()[0]:
        record(Event("engagement.mandate.day_freed", mandate, {"day": day}), by=by)
        block_days(mandate, by=by)


def _placing(mandate: Mandate, by: Actor) -> Mandate:
    mandate = locked_own(mandate, by)
    if mandate.state != Mandate.State.RUNNING:
        raise Conflict(f"{_CITATION} {mandate.number}")
    return mandate


def _placed_around(mandate: Mandate, day: date) -> Decimal:
    """What is placed in the same week or month, without the day itself."""
    rows = mandate.placed.exclude(day=day)
    if mandate.per == "month":
        rows = rows.filter(day__year=day.year, day__month=day.month)
    else:
        monday = day - _DAY * day.weekday()
        rows = rows.filter(day__gte=monday, day__lt=monday + 7 * _DAY)
    return sum((Decimal("0.5") if half else Decimal(1) for half in rows.values_list("half", flat=True)), Decimal(0))


def end_mandate(mandate: Mandate, *, last_day: date, by: Actor) -> Mandate:
    """The mandate ends with this day; later days are free again. One that nobody agreed to is withdrawn.

    Raises:
        NotPermitted: the actor does not give mandates.
        Refused: the day lies before the first or after the agreed last day.
        Conflict: it is over already.
    """
    by.require(WRITE)
    rows = Mandate.objects.select_for_update(of=("self",)).select_related("org", "resource__user")
    mandate = rows.get(pk=mandate.pk)
    if mandate.state in (Mandate.State.PROPOSED, Mandate.State.UNAVAILABLE):
        mandate.edit(state=Mandate.State.WITHDRAWN)
        record(Event("engagement.mandate.withdrawn", mandate, {"number": mandate.number}), by=by)
        return mandate
    if mandate.state != Mandate.State.RUNNING:
        raise Conflict(f"{_CITATION} {mandate.number}")
    if not mandate.first_day - _DAY <= last_day <= mandate.last_day:
        raise _refused(
            Text("Dieser Tag liegt nicht im Mandat.", "This day is not within the mandate."),
            Text("Bitte wählen Sie einen Tag bis zum Ende.", "Please choose a day up to its end."),
        )
    mandate.edit(state=Mandate.State.ENDED, last_day=last_day)
    for share in Share.objects.filter(source=mandate.source, valid_to=None):
        share.edit(valid_to=last_day + _DAY)
    record(Event("engagement.mandate.ended", mandate, {"number": mandate.number, "last_day": last_day}), by=by)
    block_days(mandate, by=by)
    return mandate


def _tell(mandate: Mandate, *, by: Actor) -> None:
    firm = Organisation.objects.get(pk=current_org_id())
    target = reverse("my_mandate", kwargs={"firm": firm.slug, "pk": mandate.pk})
    subject = Text(f"Mandat: {mandate.function}", f"Mandate: {mandate.function}")
    body = Text(
        "wir fragen Sie für einen Anteil Ihrer Zeit an. Sehen Sie bitte nach und antworten Sie; ein Nein hat keine "
        "Folgen und braucht keinen Grund.",
        "We ask you for a share of your time. Please have a look and answer; a no has no consequences and needs no "
        "reason.",
    )
    mails.tell_at(mandate.resource, target=target, subject=subject, body=body, by=by)


def _refused(reason: Text, what_to_do: Text) -> Refused:
    return Refused(reason, citation=_CITATION, what_to_do=what_to_do)
