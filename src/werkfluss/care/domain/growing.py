"""Mentoring by the wish of both, career steps chosen by the person, benefits with what the law is sure of.

No ranking and no proposal of persons: who is shown to whom follows from a shared topic or language and stands in the
order of the alphabet. A yes is seen by the other only when both have said it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from werkfluss.care.models import Benefit, CareerChoice, CareerStep, MentoringWish, MentoringYes
from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question
from werkfluss.kernel import clock
from werkfluss.kernel.errors import NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.workforce.models import Resource

TOPICS: Mapping[str, Text] = {
    "arrival": Text("Ankommen", "arriving"),
    "work": Text("Arbeit in der Firma", "work in the firm"),
    "language": Text("Sprache üben", "practising a language"),
    "town": Text("Leben am Ort", "life in the town"),
    "family": Text("Leben mit Kindern", "life with children"),
    "profession": Text("Beruflich weiterkommen", "getting on in the profession"),
}
_OPPOSITE = {"seeks": "offers", "offers": "seeks"}
LEAST = 10
BENEFITS: Mapping[str, Text] = {
    "pension": Text("Betriebliche Altersvorsorge", "occupational pension"),
    "transport": Text("Fahrt zur Arbeit", "way to work"),
    "bicycle": Text("Fahrrad", "bicycle"),
    "meals": Text("Essen", "meals"),
    "childcare": Text("Kinderbetreuung", "childcare"),
    "language": Text("Sprachkurs", "language course"),
    "home": Text("Heimreise, Umzug", "journey home, move"),
    "other": Text("Sonstiges", "other"),
}


def _own(person: Resource, by: Actor) -> None:
    if by.id is None or person.user_id != by.id:
        raise NotPermitted("own_care.write")


# --- Mentoring


def wish_mentoring(
    person: Resource, *, side: str, topics: Iterable[str], languages: Iterable[str], by: Actor
) -> MentoringWish:
    """Say what one looks for or offers; a new wish of this side ends the old one.

    The record says that a wish was entered, by nobody in particular.

    Raises:
        NotPermitted: for somebody else.
        ValueError: no such side or topic.
    """
    _own(person, by)
    chosen = [topic for topic in TOPICS if topic in set(topics)]
    if side not in _OPPOSITE or not chosen:
        raise ValueError("a side and at least one topic")
    for older in MentoringWish.objects.filter(person=person, side=side, ended_on=None):
        _end(older)
    made = MentoringWish.objects.create(
        person=person, side=side, topics=chosen, languages=sorted(set(languages)), said_on=clock.today()
    )
    nobody = Actor.system(by.org_id)
    record(Event("care.mentoring.wished", made, {}), by=nobody)
    return made


def end_wish(wish: MentoringWish, *, by: Actor) -> None:
    """Take a wish back; every yes from and to it goes."""
    _own(wish.person, by)
    _end(wish)
    nobody = Actor.system(by.org_id)
    record(Event("care.mentoring.ended", wish, {}), by=nobody)


def _end(wish: MentoringWish) -> None:
    wish.given.all().delete()
    wish.received.all().delete()
    wish.edit(ended_on=clock.today())


def own_wishes(actor: Actor) -> QuerySet[MentoringWish]:
    rows = MentoringWish.objects.filter(ended_on=None).select_related("person")
    return rows.filter(person__user_id=actor.id) if actor.id is not None else rows.none()


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody with the opposite wish. ``both``: yes from both, so they may write to each other."""

    wish: MentoringWish
    shared: tuple[Text, ...]
    said_yes: bool
    both: bool


def others_for(wish: MentoringWish) -> list[Other]:
    """Those with the opposite wish and a topic in common, by name; whether they said yes shows only if both did."""
    rows = MentoringWish.objects.filter(ended_on=None, side=_OPPOSITE[wish.side]).exclude(person=wish.person_id)
    given = set(wish.given.values_list("other_id", flat=True))
    received = set(wish.received.values_list("wish_id", flat=True))
    return [
        Other(
            one,
            tuple(TOPICS[topic] for topic in wish.topics if topic in one.topics),
            one.pk in given,
            one.pk in given and one.pk in received,
        )
        for one in rows.select_related("person").order_by("person__sort_key")
        if set(one.topics) & set(wish.topics)
    ]


def say_yes(wish: MentoringWish, other: MentoringWish, *, by: Actor) -> bool:
    """Say yes to somebody; whether it is a pair now. Nothing is recorded until both have said it.

    Raises:
        NotPermitted: not the own wish.
        Refused: the other wish has ended or does not fit.
    """
    _own(wish.person, by)
    if other.pk not in {one.wish.pk for one in others_for(wish)}:
        raise Refused(
            Text("Dieser Wunsch besteht nicht mehr.", "This wish does not exist any more."),
            citation="Mentoring",
            what_to_do=Text("Sehen Sie nach, wer jetzt da ist.", "See who is there now."),
        )
    MentoringYes.objects.get_or_create(wish=wish, other=other)
    both = MentoringYes.objects.filter(wish=other, other=wish).exists()
    if both:
        nobody = Actor.system(by.org_id)
        record(Event("care.mentoring.paired", wish, {}), by=nobody)
    return both


def take_back(wish: MentoringWish, other: MentoringWish, *, by: Actor) -> None:
    """A yes is taken back; the pair ends without a word of who."""
    _own(wish.person, by)
    nobody = Actor.system(by.org_id)
    yes = MentoringYes.objects.filter(wish=wish, other=other)
    paired = yes.exists() and MentoringYes.objects.filter(wish=other, other=wish).exists()
    yes.delete()
    if paired:
        record(Event("care.mentoring.parted", wish, {}), by=nobody)


# --- Career path


def steps() -> QuerySet[CareerStep]:
    """The steps of all paths, in their order."""
    return CareerStep.objects.filter(ended_on=None)


def add_step(
    *, path: str, position: int, title: str, meaning: str, skills: Sequence[str], courses: str, by: Actor
) -> CareerStep:
    """A step, the same for everybody."""
    by.require("care.write")
    made = CareerStep.objects.create(
        path=path, position=position, title=title, meaning=meaning, skills=list(skills), courses=courses
    )
    record(Event("care.career.step_added", made, {"title": title}), by=by)
    return made


def end_step(step: CareerStep, *, by: Actor) -> None:
    """It cannot be chosen any more."""
    by.require("care.write")
    step.edit(ended_on=clock.today())
    record(Event("care.career.step_ended", step, {"title": step.title}), by=by)


def choose_step(person: Resource, step: CareerStep, *, released: bool, by: Actor) -> CareerChoice:
    """Choose the next step oneself; the firm sees it only if it is released."""
    _own(person, by)
    for older in CareerChoice.objects.filter(person=person, ended_on=None):
        older.edit(ended_on=clock.today())
    made = CareerChoice.objects.create(person=person, step=step, released=released, chosen_on=clock.today())
    nobody = Actor.system(by.org_id)
    record(Event("care.career.chosen", made, {}), by=nobody)
    return made


def end_choice(choice: CareerChoice, *, by: Actor) -> None:
    _own(choice.person, by)
    choice.edit(ended_on=clock.today())
    nobody = Actor.system(by.org_id)
    record(Event("care.career.choice_ended", choice, {}), by=nobody)


def own_choice(actor: Actor) -> CareerChoice | None:
    if actor.id is None:
        return None
    rows = CareerChoice.objects.filter(person__user_id=actor.id, ended_on=None)
    return rows.select_related("step", "person").first()


def released_choices() -> QuerySet[CareerChoice]:
    """What HR sees: the choices their persons released, by name."""
    rows = CareerChoice.objects.filter(ended_on=None, released=True, step__ended_on=None)
    return rows.select_related("person", "step").order_by("person__sort_key")


# --- Benefits


def benefits() -> QuerySet[Benefit]:
    return Benefit.objects.filter(ended_on=None).order_by("kind", "name")


def add_benefit(*, kind: str, name: str, what: str, value_month: Decimal | None, by: Actor) -> Benefit:
    """Enter a benefit with the firm's own words and value."""
    by.require("care.write")
    if kind not in BENEFITS:
        raise ValueError(f"no such kind: {kind}")
    made = Benefit.objects.create(kind=kind, name=name, what=what, value_month=value_month)
    record(Event("care.benefit.added", made, {"name": name}), by=by)
    return made


def end_benefit(benefit: Benefit, *, by: Actor) -> None:
    by.require("care.write")
    benefit.edit(ended_on=clock.today())
    record(Event("care.benefit.ended", benefit, {"name": benefit.name}), by=by)


def tax_hint(kind: str, *, on: date) -> tuple[Text, str]:
    """What the law packs know of the tax on this kind, with provision; otherwise that it is not known."""
    if kind != "pension":
        return Text(
            "Unbekannt: Dafür gibt es hier keinen Wert aus dem Recht. Bitte fragen Sie die Steuerberatung.",
            "Not known: the law packs hold no value for this. Please ask the tax adviser.",
        ), ""
    facts = {"conversion": "100", "gross": "4000", "way": "insurance", "collective_pay": "none"}
    values = explain.answer(Question.of("de/pension/conversion", on, facts)).values
    tax, free = values.get("tax_free_month"), values.get("contribution_free_month")
    if tax is None or free is None:
        return tax_hint("other", on=on)
    return Text(
        f"Bis {tax} € im Monat steuerfrei, bis {free} € im Monat frei von Sozialbeiträgen.",
        f"Up to {tax} € a month free of tax, up to {free} € a month free of social contributions.",
    ), "§ 3 Nr. 63 EStG, § 1 Abs. 1 Nr. 9 SvEV"
