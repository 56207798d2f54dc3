"""What the process of a hire does by itself, and what the room hears from others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.mail import send_mail

from werkfluss.care import spoken
from werkfluss.care.domain.expat_cases import close_case
from werkfluss.care.domain.papers import RESIDENCE_TITLE, missing_papers
from werkfluss.care.domain.verdicts import route_question, work_question
from werkfluss.care.models import ExpatCase
from werkfluss.care.paper_names import paper_name
from werkfluss.compliance.domain.checks import check_facts
from werkfluss.compliance.domain.deadlines import complete_deadline, deadlines_about, set_deadline
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, on
from werkfluss.work.domain.services import Effect, ServiceCall, register_service
from werkfluss.work.models import Case

_MISSING_SUBJECT = Text("Unterlagen", "Papers for your move")
_MISSING = Text("Diese Unterlagen fehlen noch:", "These papers are still missing:")
WORDS = (_MISSING_SUBJECT, _MISSING)


def listen() -> None:
    """Called once, when the room is ready."""
    register_service("care.remind_papers", remind_papers, effect=Effect.BY_KEY)
    register_service("law.residence_route", residence_route, effect=Effect.NONE)
    register_service("workforce.unlock_start", unlock_start, effect=Effect.BY_KEY)
    on("work.case.ended", _case_ended)


def _expat(case: Case) -> ExpatCase:
    """Raises Refused if the case belongs to no hire."""
    found = ExpatCase.objects.select_related("person__user", "case__definition").filter(case=case).first()
    if found is None:
        raise Refused(
            Text("Zu diesem Vorgang gibt es keine Betreuung.", "No care case belongs to this case."),
            citation="Betreuung",
            what_to_do=Text("Bitte erledigen Sie den Schritt von Hand.", "Please do this step by hand."),
        )
    return found


def _missing_letter(names: Sequence[Text], language: str) -> str:
    lines = [spoken.or_english(_MISSING, language), *(f"- {spoken.or_english(name, language)}" for name in names)]
    if language in spoken.FURTHER:
        lines += ["", spoken.or_english(spoken.MADE_BY_MACHINE, language)]
    return "\n".join(lines)


def remind_papers(call: ServiceCall, _by: Actor) -> None:
    """The list of missing papers, in the person's language beside German."""
    expat = _expat(call.case)
    address = expat.person.email
    missing = list(missing_papers(expat))
    if not missing or not address:
        return
    names = [paper_name(paper.kind) for paper in missing]
    user = expat.person.user
    # Without a login nobody has said which language is theirs.
    languages = [*dict.fromkeys((*spoken.languages_of_mail(user.language if user is not None else "en"), "de"))]
    letters = [_missing_letter(names, language) for language in languages]
    subject = spoken.or_english(_MISSING_SUBJECT, languages[0])
    if languages[0] != "de":
        subject = f"{subject} · {_MISSING_SUBJECT.de}"
    text = f"\n\n{'-' * 60}\n\n".join(letters)
    send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [address])


def residence_route(call: ServiceCall, by: Actor) -> Mapping[str, Any]:
    """Ask the law for the route; the person who decides sees the answer beside the step."""
    question = route_question(_expat(call.case), on=clock.today())
    answer = check_facts([question], by=by)[question]
    return {"route_outcome": answer.verdict.outcome, "route_check": str(answer.check.pk)}


def unlock_start(call: ServiceCall, by: Actor) -> Mapping[str, Any]:
    """The person can be planned: the title is there, permits the work, and its end is a deadline.

    Raises:
        Refused: no confirmed residence title, or it does not permit the work.
    """
    expat = _expat(call.case)
    title = expat.person.papers.filter(kind=RESIDENCE_TITLE, state="confirmed").first()
    question = work_question(expat, on=clock.today())
    answer = check_facts([question], by=by)[question]
    if title is None or not answer.verdict.permits:
        raise Refused(
            next(iter(answer.verdict.reasons), Text("Der Titel fehlt.", "The title is missing.")),
            citation="§ 4a Abs. 5 AufenthG",
            what_to_do=Text(
                "Bitte bestätigen Sie zuerst den Aufenthaltstitel unter „Unterlagen“.",
                "Please confirm the residence title under “Papers” first.",
            ),
        )
    labels = {citation.id: citation.label for citation in answer.verdict.citations}
    for duty in answer.verdict.duties:
        if duty.due is not None:
            set_deadline(
                expat.person,
                code=f"renew:{RESIDENCE_TITLE}",
                title=duty.what,
                due=duty.due,
                lead_days=duty.practical_days or title.lead_days,
                who="hr",
                basis=labels.get(duty.basis, duty.basis),
                by=by,
            )
    for deadline in deadlines_about(expat).filter(code="work_start", state="open"):
        complete_deadline(deadline, proof=title.document, by=by)
    return {"plannable_from": title.valid_from.isoformat() if title.valid_from else None}


def _case_ended(event: Event, by: Actor) -> None:
    assert isinstance(event.subject, Case)
    for expat in ExpatCase.objects.filter(case=event.subject, state="open"):
        close_case(expat, by=by)
