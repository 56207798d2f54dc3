"""Papers of a case: asked for, handed in, looked at by a person. The confirmed residence title opens the planner."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from werkfluss.care.domain.outlook import renewal_lead_days
from werkfluss.care.models import CasePaper, ExpatCase
from werkfluss.care.modules import module, paper_name
from werkfluss.compliance.domain.deadlines import complete_deadline, deadlines_about, set_deadline
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.models import Document
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Paper

RESIDENCE_TITLE = "residence_title"


def papers_of(expat: ExpatCase) -> QuerySet[Paper]:
    """The papers of a case, those that are due first."""
    keys = expat.papers.values("paper_id")
    return (
        Paper.objects.filter(pk__in=keys).select_related("document", "resource").order_by("due", "kind", "created_at")
    )


def missing_papers(expat: ExpatCase) -> QuerySet[Paper]:
    return papers_of(expat).filter(state="requested")


def request_paper(
    expat: ExpatCase, *, kind: str, due: date | None = None, lead_days: int | None = None, note: str = "", by: Actor
) -> Paper:
    """Ask for a paper; with ``due`` it becomes a deadline of the case."""
    known = module(expat.route).papers.get(kind)
    days = lead_days if lead_days is not None else known.lead_days if known else 30
    paper = resources.add_paper(expat.person, kind=kind, due=due, lead_days=days, note=note[:300], by=by)
    CasePaper.objects.create(expat_case=expat, paper=paper)
    record(Event("care.paper.requested", paper, {"kind": kind, "due": due}), by=by)
    if due is not None:
        name = paper_name(kind)
        set_deadline(
            expat,
            code=_code(paper),
            title=Text(f"{name.de}{_of(note)}", f"{name.en}{_of(note)}"),
            due=due,
            lead_days=days,
            who=known.who if known else "person",
            basis=known.basis if known and known.basis else "Betreuung",
            by=by,
        )
    return paper


def _of(note: str) -> str:
    return f" ({note})" if note and len(note) <= 40 else ""


def _code(paper: Paper) -> str:
    return f"paper:{paper.pk}"


def hand_in_paper(expat: ExpatCase, *, paper: Paper, content: bytes, filename: str, by: Actor) -> Document:
    """The person (or HR for it) uploads a paper; it counts once a person of HR has confirmed it.

    Raises:
        NotPermitted: neither the person nor HR.
        Conflict: it is confirmed already.
    """
    if expat.person.user_id != by.id and not by.may("care.write"):
        raise NotPermitted("care.write")
    if paper.state not in {"requested", "uploaded"}:
        raise Conflict(f"paper {paper.kind}")
    title = paper_name(paper.kind).de
    document = keep_file(content, filename=filename, title=title, belongs_to=paper, by=by)
    paper.edit(state="uploaded", document=document)
    record(Event("care.paper.handed_in", paper, {"kind": paper.kind, "document": document.pk}), by=by)
    return document


def confirm_paper(expat: ExpatCase, *, paper: Paper, valid_from: date, expires: date | None, by: Actor) -> None:
    """A person of HR has seen the paper. Its expiry becomes a deadline; the residence title makes the person plannable.

    Raises:
        Refused: nothing was handed in, or the days run backwards.
        Conflict: it is confirmed already.
    """
    by.require("care.write")
    if paper.state not in {"requested", "uploaded"}:
        raise Conflict(f"paper {paper.kind}")
    if paper.document is None:
        raise _refused(
            Text("Zu dieser Unterlage gibt es noch keine Datei.", "There is no file for this paper yet."),
            Text("Bitte laden Sie sie zuerst hoch.", "Please upload it first."),
        )
    if expires is not None and expires < valid_from:
        raise _refused(
            Text("Die Unterlage läuft vor ihrem Beginn ab.", "The paper expires before it begins."),
            Text("Bitte prüfen Sie beide Tage.", "Please check both days."),
        )
    resources.confirm_paper(paper, document=paper.document, valid_from=valid_from, expires=expires, by=by)
    for deadline in deadlines_about(expat).filter(code=_code(paper), state="open"):
        complete_deadline(deadline, proof=paper.document, by=by)
    record(Event("care.paper.confirmed", paper, {"kind": paper.kind, "expires": expires}), by=by)
    if expires is not None:
        name = paper_name(paper.kind)
        title = paper.kind == RESIDENCE_TITLE
        practice = renewal_lead_days(expat, valid_from=valid_from, expires=expires) if title else None
        set_deadline(
            expat.person,
            code=f"renew:{paper.kind}",
            title=Text(f"{name.de} verlängern", f"Renew: {name.en}"),
            due=expires,
            lead_days=practice or paper.lead_days,
            who="hr" if title else "person",
            basis="§ 81 Abs. 4 AufenthG" if title else "Ablaufdatum der Unterlage",
            by=by,
        )


def _refused(reason: Text, what_to_do: Text) -> Refused:
    return Refused(reason, citation="Unterlagen", what_to_do=what_to_do)
