"""Papers of a case: asked for, handed in, looked at by a person. The confirmed residence title opens the planner."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from werkfluss.care.domain.outlook import renewal_lead_days
from werkfluss.care.models import CasePaper, ExpatCase, PaperVersion, Participant
from werkfluss.care.paper_names import paper_name
from werkfluss.care.routes import care_route
from werkfluss.compliance.domain.deadlines import complete_deadline, deadlines_about, set_deadline
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.models import Document
from werkfluss.kernel import clock
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


def from_firm(expat: ExpatCase) -> list[Paper]:
    """What the firm got for the person and has as a file, such as an A1 certificate: to have at hand, not to bring."""
    known = care_route(expat.route).papers
    own = papers_of(expat).filter(state__in=("uploaded", "confirmed"), document__isnull=False)
    of_others = members_of(expat)
    return [one for one in own if one.kind in known and known[one.kind].who != "person" and one.pk not in of_others]


def versions_of(expat: ExpatCase) -> dict[UUID, list[PaperVersion]]:
    """Every file handed in, newest first, by paper; one query for all papers of the case."""
    found: dict[UUID, list[PaperVersion]] = {}
    rows = PaperVersion.objects.filter(case_paper__expat_case=expat).select_related("case_paper", "document")
    for row in rows.order_by("case_paper", "-number"):
        found.setdefault(row.case_paper.paper_id, []).append(row)
    return found


def members_of(expat: ExpatCase) -> dict[UUID, str]:
    """Whose paper it is where it is one of the family, by paper."""
    return dict(expat.papers.exclude(member=None).values_list("paper_id", "member__name"))


def returned_because(expat: ExpatCase) -> dict[UUID, str]:
    """Why the last file was sent back, by paper; what was handed in again is left out."""
    latest = {paper: rows[0] for paper, rows in versions_of(expat).items()}
    return {paper: row.reason for paper, row in latest.items() if row.outcome == "returned"}


def missing_papers(expat: ExpatCase) -> QuerySet[Paper]:
    return papers_of(expat).filter(state="requested")


def request_paper(
    expat: ExpatCase,
    *,
    kind: str,
    due: date | None = None,
    lead_days: int | None = None,
    note: str = "",
    member: Participant | None = None,
    by: Actor,
) -> Paper:
    """Ask for a paper, of the person or of a family ``member``; with ``due`` it becomes a deadline of the case."""
    known = care_route(expat.route).papers.get(kind)
    days = lead_days if lead_days is not None else known.lead_days if known else 30
    paper = resources.add_paper(expat.person, kind=kind, due=due, lead_days=days, note=note[:300], by=by)
    CasePaper.objects.create(expat_case=expat, paper=paper, member=member)
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
    link = expat.papers.get(paper=paper)
    number = link.versions.count() + 1
    PaperVersion.objects.create(case_paper=link, number=number, document=document, handed_in_by=by.id)
    record(Event("care.paper.handed_in", paper, {"kind": paper.kind, "document": document.pk}), by=by)
    return document


def return_paper(expat: ExpatCase, *, paper: Paper, reason: str, by: Actor) -> None:
    """HR sends a paper back with the reason; the next upload is a new version, the old file stays on record.

    Raises:
        Refused: no reason.
        Conflict: nothing waits for review.
    """
    by.require("care.write")
    if not reason.strip():
        raise _refused(
            Text("Es fehlt, warum die Unterlage so nicht reicht.", "It is not said why the paper will not do."),
            Text("Ein Satz für die Person genügt.", "One sentence for the person is enough."),
        )
    if paper.state != "uploaded":
        raise Conflict(f"paper {paper.kind}")
    paper.edit(state="requested", document=None)
    _review(expat, paper, outcome="returned", reason=reason.strip()[:500], by=by)
    record(Event("care.paper.returned", paper, {"kind": paper.kind, "reason": reason.strip()}), by=by)


def _review(expat: ExpatCase, paper: Paper, *, outcome: str, reason: str = "", by: Actor) -> None:
    last = PaperVersion.objects.filter(case_paper__expat_case=expat, case_paper__paper=paper).first()
    if last is not None:
        last.edit(outcome=outcome, reason=reason, reviewed_by=by.id, reviewed_at=clock.now())


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
    _review(expat, paper, outcome="accepted", by=by)
    resources.confirm_paper(paper, document=paper.document, valid_from=valid_from, expires=expires, by=by)
    for deadline in deadlines_about(expat).filter(code=_code(paper), state="open"):
        complete_deadline(deadline, proof=paper.document, by=by)
    record(Event("care.paper.confirmed", paper, {"kind": paper.kind, "expires": expires}), by=by)
    if expires is not None and (paper.kind == RESIDENCE_TITLE or not _outlasts(expat, expires)):
        _keep_renewal(expat, paper, valid_from=valid_from, expires=expires, by=by)


def _outlasts(expat: ExpatCase, expires: date) -> bool:
    """What lasts to the last day of a stay or a posting is not renewed."""
    return expat.ends_on is not None and expires >= expat.ends_on


def _keep_renewal(expat: ExpatCase, paper: Paper, *, valid_from: date, expires: date, by: Actor) -> None:
    name = paper_name(paper.kind)
    title = paper.kind == RESIDENCE_TITLE
    practice = renewal_lead_days(expat, valid_from=valid_from, expires=expires) if title else None
    kinds = care_route(expat.route).papers
    of_firm = title or (paper.kind in kinds and kinds[paper.kind].who != "person")
    set_deadline(
        expat.person,
        code=f"renew:{paper.kind}",
        title=Text(f"{name.de} verlängern", f"Renew: {name.en}"),
        due=expires,
        lead_days=practice or paper.lead_days,
        who="hr" if of_firm else "person",
        basis="§ 81 Abs. 4 AufenthG" if title else "Ablaufdatum der Unterlage",
        by=by,
    )


def _refused(reason: Text, what_to_do: Text) -> Refused:
    return Refused(reason, citation="Unterlagen", what_to_do=what_to_do)
