"""What the law says of a case: the route now and on the wished day, and whether the person may work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from werkfluss.care.domain.duties import told_by_case
from werkfluss.care.models import ExpatCase
from werkfluss.care.routes import care_route
from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Answer, Question, check_facts, fact_names
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.work.domain.gate_facts import Subject

BLUE_CARD = "de/residence/blue_card"
WORK_PERMISSION = "de/residence/work_permission"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its answer."""

    title: Text
    on: date
    answer: Answer


def route_question(expat: ExpatCase, *, on: date) -> Question:
    """The route asked for a day, with the facts that hold then."""
    known = facts_on(on, subject_type="workforce.resource", subject_ids=[expat.person_id])[expat.person_id]
    names = fact_names(BLUE_CARD)
    return Question.of(BLUE_CARD, on, {name: value for name, value in known.items() if name in names})


def work_question(expat: ExpatCase, *, on: date) -> Question:
    """May the person start on the wished day? As the planner asks it."""
    known = facts_on(on, subject_type="workforce.resource", subject_ids=[expat.person_id])[expat.person_id]
    start = max(on, expat.wished_start)
    return Question.of(WORK_PERMISSION, on, Subject.of(expat.person, known).residence(start))


def _other_questions(expat: ExpatCase, *, on: date) -> list[tuple[Text, Question]]:
    """The rules that the route names, with what is recorded and what the case itself says."""
    known = facts_on(on, subject_type="workforce.resource", subject_ids=[expat.person_id])[expat.person_id]
    own: dict[str, Any] = {
        "accelerated": bool(expat.accelerated),
        "employer_state": "DE",
        "insured_in": "DE",
        "home": "DE",
    }
    own |= {"leaves_on": expat.wished_start.isoformat(), "left_on": expat.wished_start.isoformat()}
    if expat.person.nationality:
        own["citizenship"] = expat.person.nationality
    if expat.country:
        own |= dict.fromkeys(("work_country", "residence", "state"), expat.country)
    found = []
    for one in care_route(expat.route).asks:
        facts = {
            **explain.usable(one.rule, known, on=on),
            **_asked_for(one.rule, own),
            **told_by_case(expat, one.rule, known, on=on),
            **one.facts,
        }
        found.append((one.title, Question.of(one.rule, on, facts)))
        if one.at_start and expat.wished_start.year > on.year:
            found.append((_at_start(one.title, expat), Question.of(one.rule, expat.wished_start, facts)))
    return found


def _at_start(title: Text, expat: ExpatCase) -> Text:
    day = expat.wished_start
    return Text(f"{title.de} zum Arbeitsbeginn {day:%d.%m.%Y}", f"{title.en} at the start of work, {day:%d %b %Y}")


def _asked_for(rule: str, own: dict[str, Any]) -> dict[str, Any]:
    names = fact_names(rule)
    return {name: value for name, value in own.items() if name in names}


def ask_the_law(expat: ExpatCase, *, on: date, by: Actor) -> list[Asked]:
    """All questions of a case at once; each answer is stored once."""
    if expat.route != "blue_card":
        asked = _other_questions(expat, on=on)
        if care_route(expat.route).title:
            asked.append((Text("Darf die Person arbeiten?", "May the person work?"), work_question(expat, on=on)))
        found = check_facts([question for _, question in asked], by=by)
        return [Asked(title, question.on, found[question]) for title, question in asked]
    questions = [
        (Text("Blaue Karte EU, heute beantragt", "EU Blue Card, applied for today"), route_question(expat, on=on)),
        (Text("Darf die Person arbeiten?", "May the person work?"), work_question(expat, on=on)),
    ]
    if expat.wished_start.year > on.year:
        later = _at_start(Text("Blaue Karte EU", "EU Blue Card"), expat)
        questions.insert(1, (later, route_question(expat, on=expat.wished_start)))
    answers = check_facts([question for _, question in questions], by=by)
    return [Asked(title, question.on, answers[question]) for title, question in questions]
