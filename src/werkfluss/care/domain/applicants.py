"""The time before the hire: an application from the first file to the hire or the refusal. People decide.

No machine sorts applicants by how well they fit (AI Act, Annex III no. 4(a)): lists are in dictionary order, all are
asked the same questions, and what was said to them is words. The person sees stage and next step behind an own link.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from werkfluss.care.domain.expat_cases import open_case
from werkfluss.care.models import Applicant, ExpatCase, HiringSource, Opening
from werkfluss.care.routes import care_route
from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question, Verdict
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.domain.holds import place_hold
from werkfluss.evidence.models import Hold
from werkfluss.formats.resume import Resume
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text, sort_key
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.org.models import Organisation
from werkfluss.org.tenancy import current_org_id
from werkfluss.work.domain.gate_facts import is_coordinated
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind, Rate

RIGHT = "care.write"
LINK_FOR = timedelta(days=180)
STAGES = Applicant.Stage
# Where somebody may go from here; the hire and the withdrawal have functions of their own.
NEXT: dict[str, tuple[str, ...]] = {
    STAGES.RECEIVED: (STAGES.REVIEW, STAGES.REFUSED),
    STAGES.REVIEW: (STAGES.INTERVIEW, STAGES.REFUSED),
    STAGES.INTERVIEW: (STAGES.OFFER, STAGES.REFUSED),
    STAGES.OFFER: (STAGES.REFUSED,),
}
PAY_LAW = Text(
    "Art. 5 Abs. 1, 2 RL (EU) 2023/970: Bewerbende erfahren die Entgeltspanne vor dem Gespräch und werden nicht nach"
    " ihrem bisherigen Entgelt gefragt. Die Umsetzungsfrist endete am 7. Juni 2026; ein deutsches Gesetz ist hier nicht"
    " belegt, und private Arbeitgeber bindet erst dieses. Werkfluss zeigt die Spanne schon jetzt (Sicherheit B).",
    "Art. 5(1) and (2) Directive (EU) 2023/970: applicants learn the pay range before the interview and are not asked"
    " for their previous pay. The time for transposition ended on 7 June 2026; a German act is not documented here, and"
    " only it will bind private employers. Werkfluss shows the range already (certainty B).",
)


def openings() -> QuerySet[Opening]:
    """All openings, the newest first."""
    return Opening.objects.order_by("-number")


def sources() -> QuerySet[HiringSource]:
    """Partner universities and platforms in use, by name."""
    return HiringSource.objects.filter(ended_on=None)


def applicants() -> QuerySet[Applicant]:
    """All applications in dictionary order."""
    return Applicant.objects.select_related("opening", "source").order_by("sort_key", "number")


def add_opening(
    *, title: str, pay_from_cents: int, pay_to_cents: int, questions: Sequence[str], by: Actor, **more: str
) -> Opening:
    """Offer a job; ``more``: about, pay_basis.

    Raises:
        Refused: no title, no pay range, or no question for the interview.
    """
    by.require(RIGHT)
    asked = [one.strip() for one in questions if one.strip()]
    if not title.strip() or not 0 < pay_from_cents <= pay_to_cents or not asked:
        raise _refused(
            Text("Titel, Entgeltspanne oder Fragen fehlen.", "Title, pay range or questions are missing."),
            Text(
                "Bitte alle drei angeben; die Spanne von klein nach groß.", "Please give all three; the range upwards."
            ),
        )
    made = Opening.objects.create(
        number=next_number("opening"),
        title=title.strip(),
        pay_from_cents=pay_from_cents,
        pay_to_cents=pay_to_cents,
        questions=asked,
        **more,
    )
    record(Event("care.opening.added", made, {"title": made.title}), by=by)
    return made


def close_opening(opening: Opening, *, by: Actor) -> None:
    """No more applications; everybody must have an answer, else their data would never be deleted.

    Raises:
        Conflict: it is closed.
        Refused: somebody still waits for an answer.
    """
    by.require(RIGHT)
    if opening.closed_on is not None:
        raise Conflict(opening.title)
    waiting = opening.applicants.filter(ended_on=None).count()
    if waiting:
        raise _refused(
            Text(f"{waiting} Bewerbungen warten auf eine Antwort.", f"{waiting} applications wait for an answer."),
            Text("Bitte zusagen oder absagen.", "Please hire or refuse."),
        )
    opening.edit(closed_on=clock.today())
    record(Event("care.opening.closed", opening, {"title": opening.title}), by=by)


def add_source(*, kind: str, name: str, url: str = "", agreed: str = "", by: Actor) -> HiringSource:
    """A partner university or a placement platform."""
    by.require(RIGHT)
    made = HiringSource.objects.create(kind=kind, name=name.strip(), url=url, agreed=agreed.strip())
    record(Event("care.source.added", made, {"kind": kind, "name": made.name}), by=by)
    return made


def end_source(source: HiringSource, *, by: Actor) -> None:
    """No longer used; who came from it stays.

    Raises:
        Conflict: it has ended already.
    """
    by.require(RIGHT)
    if source.ended_on is not None:
        raise Conflict(source.name)
    source.edit(ended_on=clock.today())
    record(Event("care.source.ended", source, {"name": source.name}), by=by)


def receive(
    opening: Opening,
    *,
    name: str,
    email: str,
    way: str,
    source: HiringSource | None = None,
    language: str = "de",
    country: str = "",
    by: Actor,
) -> tuple[Applicant, str]:
    """An application has come in; the token of the person's link exists only in what is returned.

    Raises:
        Refused: the opening is closed, or there is an application of this address.
    """
    by.require(RIGHT)
    if opening.closed_on is not None or opening.applicants.filter(email__iexact=email, ended_on=None).exists():
        raise _refused(
            Text("Die Stelle ist besetzt, oder es gibt diese Bewerbung schon.", "The job is closed, or it is there."),
            Text("Bitte die vorhandene Bewerbung öffnen.", "Please open the application that is there."),
        )
    made = Applicant.objects.create(
        number=next_number("applicant"),
        opening=opening,
        way="source" if source else way,
        source=source,
        name=name.strip(),
        sort_key=sort_key(name),
        email=email,
        language=language,
        country=country,
        applied_on=clock.today(),
    )
    record(Event("care.applicant.received", made, {"name": made.name, "way": made.way}), by=by)
    return made, issue_link(made, by=by)


def attach_cv(applicant: Applicant, content: bytes, *, filename: str, resume: Resume, by: Actor) -> None:
    """Keep the file and what was read of it: Europass, JSON Resume. It counts once the person has confirmed it."""
    shape = resume.as_json()
    document = keep_file(content, filename=filename, title=f"CV {applicant.name}", belongs_to=applicant, by=by)
    applicant.edit(
        cv=document,
        skills=list(resume.skills),
        phone=applicant.phone or resume.phone,
        country=applicant.country or resume.country,
        profile={key: shape[key] for key in ("positions", "education", "languages", "certificates")},
        confirmed_at=None,
    )
    record(Event("care.applicant.cv", applicant, {"source": resume.source, "document": document.pk}), by=by)


def confirm_own(applicant: Applicant, *, skills: Sequence[str], phone: str, by: Actor) -> None:
    """The person has read what is held, corrected it and confirmed it."""
    kept = [one.strip()[:80] for one in skills if one.strip()]
    applicant.edit(skills=kept, phone=phone[:40], confirmed_at=clock.now())
    record(Event("care.applicant.confirmed", applicant, {}), by=by)


def withdraw(applicant: Applicant, *, by: Actor) -> None:
    """The person takes the application back.

    Raises:
        Conflict: it has ended.
    """
    _end(applicant, STAGES.WITHDRAWN, on=clock.today(), by=by)


def move(applicant: Applicant, *, stage: str, next_step: str, by: Actor) -> None:
    """The next stage, with what the person reads about it. A refusal starts the six months.

    Raises:
        Conflict: it has ended, or the stage does not follow.
        Refused: nothing says what happens next.
    """
    by.require(RIGHT)
    if stage not in NEXT.get(applicant.stage, ()):
        raise Conflict(f"{applicant.stage} → {stage}")
    if not next_step.strip():
        raise _refused(
            Text("Es fehlt, was die Person als Nächstes erwartet.", "It is not said what the person may expect next."),
            Text("Ein Satz genügt.", "One sentence is enough."),
        )
    if stage == STAGES.REFUSED:
        _end(applicant, stage, on=clock.today(), next_step=next_step.strip()[:300], by=by)
        return
    was = applicant.stage
    applicant.edit(stage=stage, next_step=next_step.strip()[:300])
    record(Event("care.applicant.moved", applicant, {"from": was, "to": stage}), by=by)


def _end(applicant: Applicant, stage: str, *, on: date, next_step: str = "", by: Actor) -> None:
    if applicant.ended_on is not None:
        raise Conflict(applicant.name)
    was = applicant.stage
    applicant.edit(stage=stage, ended_on=on, next_step=next_step)
    record(Event("care.applicant.moved", applicant, {"from": was, "to": stage}), by=by)


def note_answers(applicant: Applicant, *, answers: Sequence[str], by: Actor) -> None:
    """What was said to each question of the guide, in its order; words only.

    Raises:
        Refused: not one answer per question.
    """
    by.require(RIGHT)
    if len(answers) != len(applicant.opening.questions):
        raise _refused(
            Text("Alle bekommen dieselben Fragen, alle.", "Everybody gets the same questions, all of them."),
            Text("Bitte zu jeder Frage etwas notieren, auch „nicht besprochen“.", "Please note something for each."),
        )
    applicant.edit(answers=[one.strip()[:2000] for one in answers])
    record(Event("care.applicant.interviewed", applicant, {}), by=by)


def keep_for_claim(applicant: Applicant, *, reason: str, until: date, by: Actor) -> Hold:
    """A claim was made (s.15(4) AGG, s.61b ArbGG): nothing of it is deleted until the hold is lifted.

    Raises:
        NotPermitted: no right to place holds.
        Refused: no reason, or a day that is over.
    """
    return place_hold(applicant, name=applicant.name, reason=reason, until=until, by=by)


def stay_abroad(applicant: Applicant, *, on: date) -> Verdict | None:
    """What the law says of working from the own country instead of moving; None where the country is not known."""
    if not applicant.country or applicant.country == "DE":
        return None
    if is_coordinated(applicant.country):
        rule, says = (
            "eu/a1/telework",
            {
                "residence": applicant.country,
                "employer_state": "DE",
                "telework_percent": "100",
            },
        )
    else:
        rule, says = "de/remote_work/third_country", {"work_country": applicant.country}
    return explain.answer(Question.of(rule, on, says))


def hire(applicant: Applicant, *, rate: Rate, route: str, start: date, by: Actor, **case: Any) -> ExpatCase:
    """From the application to a person with a case, nothing typed twice; ``case``: nationality, ends_on, country,
    accelerated.

    Raises:
        Conflict: it has ended already.
        Refused: there was no offer; the person has not confirmed what is held; the route needs more.
    """
    by.require("people.write")
    if applicant.ended_on is not None:
        raise Conflict(applicant.name)
    if applicant.stage != STAGES.OFFER or applicant.confirmed_at is None:
        raise _refused(
            Text("Es fehlt das Angebot oder die Bestätigung der Person.", "The offer or the confirmation is missing."),
            Text("Bitte zuerst anbieten und bestätigen lassen.", "Please offer first and have it confirmed."),
        )
    # Whoever works from elsewhere does so from where the application says; the case keeps it as its country.
    if "country" in care_route(route).needs and not case.get("country"):
        case["country"] = applicant.country
    spoken = [one.get("code") for one in applicant.profile.get("languages", ())]
    person = resources.add_resource(
        kind=Kind.EMPLOYEE,
        name=applicant.name,
        rate=rate,
        email=applicant.email,
        country=applicant.country or "DE",
        nationality=case.pop("nationality", ""),
        languages=list(dict.fromkeys([applicant.language, *(code for code in spoken if code)])),
        by=by,
    )
    expat = open_case(person, route=route, wished_start=start, by=by, **case)
    applicant.edit(expat_case=expat)
    _end(applicant, STAGES.HIRED, on=clock.today(), by=by)
    return expat


def issue_link(applicant: Applicant, *, by: Actor) -> str:
    """The token of the person's own page; an older one ends."""
    token = secrets.token_urlsafe(32)
    applicant.edit(link_digest=hashlib.sha256(token.encode()).digest(), link_until=clock.now() + LINK_FOR)
    record(Event("care.applicant.link", applicant, {"until": applicant.link_until}), by=by)
    return token


def by_link(token: str) -> Applicant | None:
    """The application of this token, if the link still holds; changes nothing."""
    digest = hashlib.sha256(token.encode()).digest()
    return applicants().filter(link_digest=digest, link_until__gt=clock.now()).first()


def link_address(applicant: Applicant, token: str) -> str:
    """The whole address behind a token, in the firm at hand, in the language of the application."""
    firm = Organisation.objects.get(pk=current_org_id())
    return (
        settings.SITE_URL
        + reverse("my_application", kwargs={"org": firm.slug, "token": token})
        + (f"?lang={applicant.language}")
    )


def _refused(reason: Text, what_to_do: Text) -> Refused:
    return Refused(reason, citation="Bewerbung", what_to_do=what_to_do)
