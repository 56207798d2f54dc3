"""Parts of a case of care as its page shows them: the way ahead as a picture and in words, who takes part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from werkfluss.care.course import Course, Step, Timed
from werkfluss.care.domain.ahead import Variant, compare, course_of, unanswered
from werkfluss.care.domain.duties import OpenQuestion
from werkfluss.care.domain.participants import participants
from werkfluss.care.models import ExpatCase, Participant
from werkfluss.care.rules import SEES
from werkfluss.compliance.domain.explain import fact_question, rule_cards
from werkfluss.kernel.text import Text
from werkfluss.org.models import User
from werkfluss.web.forms.care import PARTY_ROLES

_WIDTH = 100.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A step with its place on the axis, in percent: ``x`` and ``width`` of the work, ``slack`` to the latest end."""

    timed: Timed
    x: float
    width: float
    slack: float

    @property
    def step(self) -> Step:
        return self.timed.step


@dataclass(frozen=True, slots=True)
class Ahead:
    """``start_x`` is where the asked day lies on the axis; ``what_if``: it is not the day of the case.

    ``missing`` are the questions, as (name, question), without which no step can be dated.
    """

    start: date
    what_if: bool
    course: Course
    bars: list[Bar]
    start_x: float
    variants: list[Variant]
    missing: list[tuple[str, Text]]

    @property
    def critical(self) -> list[Timed]:
        return [one for one in self.course.steps if one.critical]

    @property
    def missing_days(self) -> int:
        return -self.course.slack


def shown_ahead(expat: ExpatCase, *, on: date, start: date | None) -> Ahead:
    """The remaining steps towards the day of the case, or towards another one that is only asked."""
    day = start or expat.wished_start
    found = course_of(expat, on=on, start=day)
    last = max([day, found.ready, on + timedelta(days=1)])
    span = (last - on).days

    def place(moment: date) -> float:
        return round((moment - on).days * _WIDTH / span, 2)

    bars = [
        Bar(
            one,
            place(one.earliest),
            max(0.8, round(place(one.earliest_end) - place(one.earliest), 2)),
            max(0.0, round(place(one.done_by) - place(one.earliest), 2)),
        )
        for one in found.steps
    ]
    names = unanswered(expat, on=on, start=day)
    missing = [(name, fact.question) for name in names if (fact := fact_question(name)) is not None]
    variants = [] if names else compare(expat, on=on, start=day)
    return Ahead(day, day != expat.wished_start, found, bars, place(max(day, on)), variants, missing)


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in the case: the role, who it is, what this role sees, and whether it may log in.

    ``row`` is None for HR and the person. ``may_get_login``: a login of the family can be made.
    """

    role: str
    name: str
    sees: Text
    row: Participant | None
    email: str = ""
    logs_in: bool = False

    @property
    def may_get_login(self) -> bool:
        return self.role == Participant.Role.FAMILY and not self.logs_in

    @property
    def word(self) -> object:
        return PARTY_ROLES.get(self.role, "")


def shown_parties(expat: ExpatCase) -> list[Party]:
    """Everybody in the case: whoever of HR leads it, the person, and who takes part."""
    person = expat.person
    leads = User.objects.filter(pk=expat.responsible).first() if expat.responsible else None
    return [
        Party("hr", leads.name if leads else "", SEES["hr"], None, leads.email if leads else "", leads is not None),
        Party("person", person.name, SEES["person"], None, person.email, person.user_id is not None),
        *(_party(row) for row in participants(expat)),
    ]


def _party(row: Participant) -> Party:
    email = row.user.email if row.user is not None and row.logs_in else row.contact
    return Party(row.role, row.name, SEES[row.role], row, email, row.logs_in)


def shown_questions(questions: Iterable[OpenQuestion]) -> list[tuple[Text, list[tuple[str, Text]]]]:
    """Per rule its title and the facts it waits for, as (name, question)."""
    titles = {card.id: card.title for card in rule_cards()}
    shown = []
    for one in questions:
        asked = [(name, fact.question) for name in one.missing if (fact := fact_question(name)) is not None]
        shown.append((titles.get(one.rule, Text(one.rule, one.rule)), asked))
    return shown
