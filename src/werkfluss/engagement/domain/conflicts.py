"""Conflicts of interest: the person declares, the firm lists its competitors, a check says conflict, none or ask.

A firm learns what the person declares to it, and nothing that is known of other firms: a match with another firm of
this installation is shown to the person alone, since even "one on your list of one" would name a client.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from werkfluss.compliance.domain.deadlines import drop_deadline, open_deadlines, set_deadline
from werkfluss.engagement.domain import fractional
from werkfluss.engagement.models import Competitor, ConflictDeclaration, Mandate
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org import events
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.workforce.models import Kind, Resource

CODE = "engagement/mandate:conflicts"
BASIS = "§ 241 Abs. 2 BGB, Mandat"
RENEWED_AFTER, _LEAD, _FIRST_WITHIN = timedelta(days=365), 30, timedelta(days=14)
TITLE = Text("Interessenkonflikte erklären", "Declare conflicts of interest")
NONE, ASK, CONFLICT = "none", "ask", "conflict"
_MOST_NAMES = 30
_FORMS = re.compile(r"\b(gmbh|mbh|ag|kg|kgaa|se|ug|ohg|gbr|e\.?k|co|ltd|inc|s\.?a|b\.?v)\b\.?|[&.,()]")


@dataclass(frozen=True, slots=True)
class Answers:
    """What is declared: ``yes``, ``no`` or ``unsure`` each; ``named`` by choice."""

    competitor: str
    same_sector: str
    holdings: str
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """``outcome`` is none, ask or conflict; ``why`` in words that name nobody but whom the person named."""

    outcome: str
    why: tuple[Text, ...]


def plain(name: str) -> str:
    """A firm's name without legal form, punctuation and case."""
    return " ".join(_FORMS.sub(" ", name.casefold()).split())


def matches(names: Iterable[str], listed: Iterable[str]) -> list[str]:
    """Those of ``names`` that are the same firm or sector as one of ``listed``."""
    known = {plain(one) for one in listed} - {""}
    return [name for name in names if plain(name) in known]


def judge(given: Answers, listed: Sequence[str]) -> Finding:
    """What the answers mean, with the names and sectors the firm sees as its competition."""
    why = []
    if given.competitor == "yes":
        why.append(Text("Arbeitet für einen Wettbewerber dieser Firma.", "Works for a competitor of this firm."))
    hits = matches(given.named, listed)
    if hits:
        told = ", ".join(hits)
        why.append(Text(f"Auf Ihrer Liste: {told}.", f"On your list: {told}."))
    if given.holdings == "yes" and (hits or given.competitor == "yes"):
        why.append(Text("Ist an einem Wettbewerber beteiligt.", "Holds a share in a competitor."))
    if why:
        return Finding(CONFLICT, tuple(why))
    if "unsure" in (given.competitor, given.same_sector, given.holdings):
        why.append(Text("Ist sich nicht sicher.", "Is not sure."))
    if given.same_sector == "yes":
        why.append(Text("Hat ein Mandat derselben Branche.", "Has a mandate in the same sector."))
    if given.holdings == "yes":
        why.append(Text("Hält Beteiligungen.", "Holds shares in firms."))
    return Finding(ASK if why else NONE, tuple(why))


def listen() -> None:
    """Called once, when the room is ready: an agreed mandate asks for a declaration, an ended one no longer."""
    events.on("engagement.mandate.agreed", _agreed)
    events.on("engagement.mandate.ended", _ended)


def competitors() -> QuerySet[Competitor]:
    return Competitor.objects.filter(ended_on=None).order_by("name")


def listed() -> list[str]:
    """Names and sectors of the firm's competition."""
    return [text for one in competitors() for text in (one.name, one.sector) if text]


def add_competitor(*, name: str, sector: str = "", by: Actor) -> Competitor:
    """Put a firm on the list of competitors.

    Raises:
        NotPermitted: the actor does not give mandates.
        Refused: no name.
    """
    by.require(fractional.WRITE)
    if not name.strip():
        raise _refused(Text("Der Name fehlt.", "The name is missing."), Text("Bitte ergänzen.", "Please add it."))
    made = Competitor.objects.create(name=" ".join(name.split())[:200], sector=" ".join(sector.split())[:120])
    record(Event("engagement.competitor.added", made, {"name": made.name}), by=by)
    return made


def end_competitor(row: Competitor, *, by: Actor) -> None:
    """No longer a competitor.

    Raises:
        NotPermitted: the actor does not give mandates.
    """
    by.require(fractional.WRITE)
    row.edit(ended_on=clock.today())
    record(Event("engagement.competitor.ended", row, {"name": row.name}), by=by)


def declare(mandate: Mandate, answers: Answers, *, by: Actor) -> ConflictDeclaration:
    """The person declares for a year; what was waived before has to be waived anew.

    Raises:
        NotPermitted, Conflict: it is not this person's running mandate.
        Refused: an answer is missing.
    """
    mandate = fractional.locked_own(mandate, by)
    if mandate.state != Mandate.State.RUNNING:
        raise Conflict(f"Mandat {mandate.number}")
    given = (answers.competitor, answers.same_sector, answers.holdings)
    if any(one not in ("yes", "no", "unsure") for one in given):
        raise _refused(
            Text("Eine Antwort fehlt.", "An answer is missing."),
            Text("„Nicht sicher“ ist eine Antwort.", "“Not sure” is an answer."),
        )
    today = clock.today()
    names = tuple(dict.fromkeys(" ".join(name.split())[:120] for name in answers.named if name.strip()))
    row = ConflictDeclaration.objects.create(
        mandate=mandate,
        declared_at=clock.now(),
        competitor=answers.competitor,
        same_sector=answers.same_sector,
        holdings=answers.holdings,
        named=list(names[:_MOST_NAMES]),
        renew_on=today + RENEWED_AFTER,
    )
    outcome = finding_of(row).outcome
    record(Event("engagement.conflict.declared", row, {"outcome": outcome}), by=by)
    set_deadline(
        mandate, code=CODE, title=TITLE, due=row.renew_on, lead_days=_LEAD, who="freelancer", basis=BASIS, by=by
    )
    return row


def declaration_of(mandate: Mandate) -> ConflictDeclaration | None:
    """The newest declaration."""
    return ConflictDeclaration.objects.filter(mandate=mandate).order_by("-declared_at").first()


def finding_of(row: ConflictDeclaration) -> Finding:
    """What a declaration means with today's list of competitors."""
    return judge(Answers(row.competitor, row.same_sector, row.holdings, tuple(row.named)), listed())


def waive(row: ConflictDeclaration, *, reason: str, by: Actor) -> None:
    """The managing director lets the mandate go on in spite of a conflict, with a reason.

    Raises:
        NotPermitted: the actor does not manage the firm.
        Refused: no reason, or nothing to waive.
        Conflict: it was waived, or a newer declaration is there.
    """
    by.require("firm.manage")
    newest = declaration_of(row.mandate)
    if newest is None or newest.pk != row.pk or row.waived_at is not None:
        raise Conflict(f"Mandat {row.mandate.number}")
    if not reason.strip() or finding_of(row).outcome == NONE:
        raise _refused(
            Text(
                "Es fehlt der Grund, oder es gibt keinen Konflikt.", "The reason is missing, or there is no conflict."
            ),
            Text("Ein Satz genügt.", "One sentence is enough."),
        )
    row.edit(waived_at=clock.now(), waived_by=by.id, waiver=reason.strip()[:500])
    record(Event("engagement.conflict.waived", row, {"reason": row.waiver}), by=by)


def require_at_work(person: Resource, *, on: date) -> None:
    """Whether the authority of a fractional executive may be used today.

    Raises:
        Refused: no running mandate, no declaration of the last year, or a conflict that nobody has waived.
    """
    if person.kind != Kind.FRACTIONAL:
        return
    rows = Mandate.objects.filter(resource=person, state=Mandate.State.RUNNING)
    mandate = rows.filter(first_day__lte=on, last_day__gte=on).first()
    if mandate is None:
        raise _rests(Text("Es läuft kein Mandat.", "No mandate is running."), _DIRECTOR)
    row = declaration_of(mandate)
    if row is None or row.renew_on < on:
        raise _rests(
            Text(
                "Die Erklärung zu Interessenkonflikten fehlt.", "The declaration on conflicts of interest is missing."
            ),
            Text("Bitte erklären Sie sich auf der Seite Ihres Mandats.", "Please declare on the page of your mandate."),
        )
    if row.waived_at is None and finding_of(row).outcome == CONFLICT:
        raise _rests(Text("Es gibt einen Interessenkonflikt.", "There is a conflict of interest."), _DIRECTOR)


_DIRECTOR = Text(
    "Bitte wenden Sie sich an die Geschäftsführung.",
    "Please turn to the managing director.",
)


def _rests(reason: Text, what_to_do: Text) -> Refused:
    return Refused(
        Text(f"Die Vollmacht ruht: {reason.de}", f"The authority rests: {reason.en}"),
        citation="Interessenkonflikt",
        what_to_do=what_to_do,
    )


def _agreed(event: Event, by: Actor) -> None:
    mandate = event.subject
    assert isinstance(mandate, Mandate)
    due = max(mandate.first_day, clock.today() + _FIRST_WITHIN)
    set_deadline(mandate, code=CODE, title=TITLE, due=due, lead_days=14, who="freelancer", basis=BASIS, by=by)


def _ended(event: Event, by: Actor) -> None:
    mandate = event.subject
    label = mandate._meta.label_lower
    for row in open_deadlines().filter(subject_type=label, subject_id=mandate.pk, code=CODE):
        drop_deadline(row, reason="Mandat beendet", by=by)


def _refused(reason: Text, what_to_do: Text) -> Refused:
    return Refused(reason, citation="Interessenkonflikt", what_to_do=what_to_do)
