"""What the law says of the way ahead of a hire: routes to a title, steps counted back from the start, duties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from werkfluss.care.models import ExpatCase
from werkfluss.care.routes import care_route
from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question, Verdict, check_facts
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.org.actor import Actor

ROUTES = "de/residence/routes"
STEPS = "de/residence/case_steps"
DUTIES = "de/residence/employer_duties"
_ACCELERATED = "accelerated_81a"


@dataclass(frozen=True, slots=True)
class Outlook:
    """``start`` is the day the steps are counted back from; ``what_if``: it is not the wished one."""

    start: date
    what_if: bool
    routes: Verdict
    steps: Verdict
    duties: Verdict


def outlook(expat: ExpatCase, *, on: date, start: date | None = None, by: Actor) -> Outlook:
    """The way ahead for the wished start, stored as checks; another ``start`` is only asked, nothing is kept of it."""
    day = start or expat.wished_start
    what_if = day != expat.wished_start
    known = facts_on(on, subject_type="workforce.resource", subject_ids=[expat.person_id])[expat.person_id]
    asked = [_routes(expat, known, on), _steps(expat, known, on, day), _duties(expat, known, on, day)]
    if what_if:
        return Outlook(day, what_if, *(explain.answer(question) for question in asked))
    answers = check_facts(asked, by=by)
    return Outlook(day, what_if, *(answers[question].verdict for question in asked))


def _question(rule: str, on: date, known: dict[str, Any], **more: Any) -> Question:
    return Question.of(rule, on, {**explain.usable(rule, known, on=on), **more})


def _routes(expat: ExpatCase, known: dict[str, Any], on: date) -> Question:
    return _question(ROUTES, on, known, **_citizenship(expat))


def _duties(expat: ExpatCase, known: dict[str, Any], on: date, start: date) -> Question:
    abroad = {"lives_abroad": expat.person.country != "DE"} | {
        name: known[name] for name in ("lives_abroad", "end_known_on") if name in known
    }
    return _question(DUTIES, on, known, work_start=start.isoformat(), **_citizenship(expat), **abroad)


def _citizenship(expat: ExpatCase) -> dict[str, Any]:
    return {"citizenship": expat.person.nationality} if expat.person.nationality else {}


def steps_question(expat: ExpatCase, *, on: date, start: date, accelerated: bool | None = None) -> Question:
    """The steps up to another start, or by the other procedure, unless that is agreed already."""
    known = facts_on(on, subject_type="workforce.resource", subject_ids=[expat.person_id])[expat.person_id]
    asked = _steps(expat, known, on, start)
    if accelerated is None or "agreement" in steps_done(expat):
        return asked
    return Question.of(STEPS, on, {**dict(asked.facts), "accelerated": accelerated})


def _steps(expat: ExpatCase, known: dict[str, Any], on: date, start: date) -> Question:
    """Recorded facts, the route of the case, papers on file, and what its process has already done."""
    reached = steps_done(expat)
    own: dict[str, Any] = {"blue_card_case": expat.route == "blue_card"}
    if expat.accelerated is not None:
        own["accelerated"] = expat.accelerated
    elif "procedure" in known:
        own["accelerated"] = known["procedure"] == _ACCELERATED
    if expat.route == "recognition_case":
        own["recognition_step"] = "bqfg"
    elif expat.person.papers.filter(kind="anabin_printout", state="confirmed").exists():
        own["recognition_step"] = "anabin"
    own |= explain.usable(STEPS, known, on=on) | {"done": reached[-1] if reached else "none"}
    # What has been done was needed.
    own |= {"accelerated": True} if "agreement" in reached else {}
    own |= {"consent_needed": True} if "consent" in reached else {}
    return Question.of(STEPS, on, {**own, "planned_start": start.isoformat()})


def steps_done(expat: ExpatCase) -> list[str]:
    """The steps of the law that are done, in their order: by the process of the case, and by the contract on file."""
    done = set(expat.case.steps.filter(state="done").values_list("element", flat=True))
    signed = expat.person.papers.filter(kind="contract", state="confirmed").exists()
    found = ["contract"] if signed else []
    return found + [step for element, step in care_route(expat.route).law_steps.items() if element in done]


def renewal_lead_days(expat: ExpatCase, *, valid_from: date, expires: date) -> int | None:
    """How long the renewal of a title takes in practice, as the law pack says; None where it says nothing."""
    facts = {
        "citizenship": expat.person.nationality or None,
        "title": "this_employment",
        "title_from": valid_from.isoformat(),
        "title_to": expires.isoformat(),
        "work_start": valid_from.isoformat(),
        "work_end": expires.isoformat(),
    }
    verdict = explain.answer(Question.of("de/residence/work_permission", valid_from, facts))
    return next((duty.practical_days for duty in verdict.duties if duty.due == expires), None)
