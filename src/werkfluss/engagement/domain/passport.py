"""The passport: papers the person keeps, shows to a client by consent, and takes back at any time.

Each firm's copy stands behind that firm's walls. A firm sees no row here without a live consent of the person; what it
then sees is kind, validity and who confirmed it, and the document only where the consent says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from werkfluss.compliance.domain.deadlines import deadlines_about, drop_deadline, set_deadline
from werkfluss.engagement.domain import mails
from werkfluss.engagement.models import Order, PassportConsent, PassportPaper, PassportRequest
from werkfluss.engagement.passport.kinds import DOCUMENT, KINDS, VALIDITY, is_valid, runs_out
from werkfluss.evidence.domain.documents import content_of, keep_file
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.ids import new_id
from werkfluss.kernel.text import Text, joined
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.events import Event, record
from werkfluss.org.models import Organisation, User
from werkfluss.org.tenancy import current_org_id
from werkfluss.workforce.models import Resource

CITATION = "Art. 6, 7 DSGVO"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a client sees of a paper. ``document``: whether it may open the file as well."""

    paper: UUID
    kind: str
    title: str
    issuer: str
    expires: date | None
    valid: bool
    confirmed_by: str
    confirmed_on: date | None
    details: str
    document: bool
    purpose: str
    until: date | None


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A paper as the person enters it."""

    kind: str
    title: str
    issuer: str = ""
    valid_from: date | None = None
    expires: date | None = None
    details: str = ""
    confirmed_by: str = ""
    confirmed_on: date | None = None
    key: UUID | None = None
    origin: str = ""


def own_papers(actor: Actor) -> QuerySet[PassportPaper]:
    """The papers of the acting person in this firm's keeping."""
    if actor.kind is not ActorKind.USER or actor.id is None:
        return PassportPaper.objects.none()
    return PassportPaper.objects.filter(user_id=actor.id, ended_at=None).prefetch_related("consents")


def live_consents() -> QuerySet[PassportConsent]:
    """Consents that hold today."""
    until = Q(until=None) | Q(until__gte=clock.today())
    return PassportConsent.objects.filter(until, revoked_at=None, paper__ended_at=None).select_related("paper")


def open_requests(actor: Actor) -> QuerySet[PassportRequest]:
    """What this firm asks the acting person for."""
    if actor.id is None:
        return PassportRequest.objects.none()
    return PassportRequest.objects.filter(resource__user_id=actor.id, answered_at=None).select_related("order")


def expiring(actor: Actor) -> list[PassportPaper]:
    """The own papers for which it is time to see to a new one."""
    today = clock.today()
    return [one for one in own_papers(actor) if runs_out(one.kind, one.expires, on=today)]


def add_paper(new: NewPaper, *, content: bytes = b"", filename: str = "", by: Actor) -> PassportPaper:
    """Put a paper into the own passport; nobody else sees it before a consent is given.

    Raises:
        Refused: no such kind, it expires before it begins, or it is there already.
        Broken: the file is empty or too large.
    """
    user = _person(by)
    if new.kind not in KINDS or not new.title.strip():
        raise _wrong(Text("Art und Bezeichnung fehlen.", "Kind and title are missing."))
    if new.valid_from and new.expires and new.expires < new.valid_from:
        raise _wrong(Text("Die Unterlage läuft vor ihrem Beginn ab.", "The paper expires before it begins."))
    key = new.key or new_id()
    if own_papers(by).filter(key=key).exists():
        raise _wrong(Text("Diese Unterlage ist schon im Pass.", "This paper is in the passport already."))
    paper = PassportPaper.objects.create(
        user=user,
        key=key,
        kind=new.kind,
        title=new.title.strip()[:200],
        issuer=new.issuer.strip()[:200],
        valid_from=new.valid_from,
        expires=new.expires,
        details=new.details.strip(),
        confirmed_by=new.confirmed_by[:200],
        confirmed_on=new.confirmed_on,
        origin=new.origin[:200],
    )
    if content:
        paper.edit(document=keep_file(content, filename=filename, title=paper.title, belongs_to=paper, by=by))
    record(Event("engagement.passport.paper_added", paper, {"kind": paper.kind}), by=by)
    return paper


def end_paper(paper: PassportPaper, *, by: Actor) -> None:
    """Take a paper out of the passport: every consent for it ends at once.

    Raises:
        NotPermitted: it is somebody else's.
        Conflict: it was taken out already.
    """
    paper = _own(paper, by)
    for consent in paper.consents.filter(revoked_at=None):
        _revoke(consent, by)
    paper.edit(ended_at=clock.now())
    record(Event("engagement.passport.paper_ended", paper, {"kind": paper.kind}), by=by)


def give_consent(
    paper: PassportPaper, *, scope: str, purpose: str, until: date | None = None, by: Actor
) -> PassportConsent:
    """Let this firm see the paper: that it is valid, or its document too. A new consent takes the place of the old.

    Raises:
        NotPermitted: it is somebody else's.
        Refused: no purpose, no such scope, or a day that is over.
    """
    paper = _own(paper, by)
    if scope not in (VALIDITY, DOCUMENT) or not purpose.strip():
        raise _wrong(Text("Umfang und Zweck fehlen.", "Scope and purpose are missing."))
    if until is not None and until < clock.today():
        raise _wrong(Text("Der Tag ist schon vorbei.", "That day is over."))
    if scope == DOCUMENT and paper.document_id is None:
        raise _wrong(Text("Zu dieser Unterlage gibt es keine Datei.", "There is no file to this paper."))
    for old in paper.consents.filter(revoked_at=None):
        old.edit(revoked_at=clock.now())
    consent = PassportConsent.objects.create(
        paper=paper, scope=scope, purpose=purpose.strip()[:200], given_at=clock.now(), until=until
    )
    requests = PassportRequest.objects.filter(resource__user_id=paper.user_id, kind=paper.kind, answered_at=None)
    for request in requests:
        request.edit(answered_at=clock.now())
    _watch_expiry(paper, by)
    data = {"kind": paper.kind, "scope": scope, "purpose": consent.purpose, "until": until}
    record(Event("engagement.passport.consent_given", paper, data), by=by)
    return consent


def revoke_consent(paper: PassportPaper, *, by: Actor) -> None:
    """Take the consent back: the firm sees nothing of the paper from this moment on.

    Raises:
        NotPermitted: it is somebody else's.
        Conflict: there is no consent.
    """
    paper = _own(paper, by)
    consent = paper.consents.filter(revoked_at=None).first()
    if consent is None:
        raise Conflict("passport")
    _revoke(consent, by)
    record(Event("engagement.passport.consent_revoked", paper, {"kind": paper.kind}), by=by)


def decline_request(request: PassportRequest, *, by: Actor) -> None:
    """Not give a paper; the firm reads that it was declined, nothing else.

    Raises:
        NotPermitted: somebody else was asked.
        Conflict: it was answered already.
    """
    found = PassportRequest.objects.select_for_update(of=("self",)).select_related("resource").get(pk=request.pk)
    if found.resource.user_id != by.id:
        raise NotPermitted("own_orders.answer")
    if found.answered_at is not None:
        raise Conflict("passport")
    found.edit(answered_at=clock.now(), declined=True)
    record(Event("engagement.passport.request_declined", found, {"kind": found.kind}), by=by)


def request_paper(
    resource: Resource, *, kind: str, purpose: str, scope: str = VALIDITY, order: Order | None = None, by: Actor
) -> PassportRequest:
    """Ask an external for a paper, once: not if it can be seen already, not again while the question is open.

    Raises:
        NotPermitted: the actor may not write orders.
        Refused: it is there, was asked for, no purpose, or more is asked than the purpose of the kind needs.
    """
    by.require("order.write")
    known = KINDS.get(kind)
    if known is None or not purpose.strip() or scope not in (VALIDITY, DOCUMENT):
        raise _wrong(Text("Art und Zweck fehlen.", "Kind and purpose are missing."))
    if scope == DOCUMENT and known.needs != DOCUMENT:
        raise Refused(
            Text(f"{known.name.de}: {known.why.de}.", f"{known.name.en}: {known.why.en}."),
            citation="Art. 5 Abs. 1 Buchst. c DSGVO",
            what_to_do=Text("Bitten Sie um die Gültigkeit.", "Ask for the validity."),
        )
    enough = [
        one for one in shown_papers(resource) if one.kind == kind and one.valid and (one.document or scope != DOCUMENT)
    ]
    if enough:
        raise Refused(
            Text(f"{known.name.de} liegt schon vor.", f"{known.name.en} is there already."),
            citation="Pass",
            what_to_do=Text(
                "Bitte sehen Sie dort nach; nichts wird zweimal erbeten.", "Please look there; nothing is asked twice."
            ),
        )
    if PassportRequest.objects.filter(resource=resource, kind=kind, answered_at=None).exists():
        raise Refused(
            Text(f"Um {known.name.de} wurde schon gebeten.", f"{known.name.en} was asked for already."),
            citation="Pass",
            what_to_do=Text("Bitte warten Sie auf die Antwort.", "Please wait for the answer."),
        )
    request = PassportRequest.objects.create(
        resource=resource, order=order, kind=kind, scope=scope, purpose=purpose.strip()[:200], asked_at=clock.now(),
        asked_by=by.id,
    )  # fmt: skip
    record(Event("engagement.passport.requested", request, {"kind": kind, "scope": scope}), by=by)
    firm = Organisation.objects.get(pk=current_org_id())
    subject = Text(f"Bitte um eine Unterlage: {known.name.de}", f"A paper is asked for: {known.name.en}")
    body = Text(
        f"wir bitten um: {known.name.de}. Zweck: {request.purpose}. Liegt sie in Ihrem Pass, genügt ein Klick; Sie "
        "können die Einwilligung jederzeit zurücknehmen oder ablehnen.",
        f"We ask for: {known.name.en}. Purpose: {request.purpose}. If it is in your passport one click is enough; "
        "you may "
        "take the consent back at any time, or decline.",
    )
    mails.tell_at(
        resource, target=reverse("my_passport", kwargs={"firm": firm.slug}), subject=subject, body=body, by=by
    )
    return request


def shown_papers(resource: Resource) -> list[Shown]:
    """What the firm may see of an external's passport today."""
    if resource.user_id is None:
        return []
    today = clock.today()
    return [
        Shown(
            paper=one.paper_id,
            kind=one.paper.kind,
            title=one.paper.title,
            issuer=one.paper.issuer,
            expires=one.paper.expires,
            valid=is_valid(one.paper.valid_from, one.paper.expires, on=today),
            confirmed_by=one.paper.confirmed_by,
            confirmed_on=one.paper.confirmed_on,
            details=one.paper.details,
            document=one.scope == DOCUMENT and one.paper.document_id is not None,
            purpose=one.purpose,
            until=one.until,
        )
        for one in live_consents().filter(paper__user_id=resource.user_id).order_by("paper__kind", "paper__title")
    ]


def read_document(paper_id: UUID, *, by: Actor) -> tuple[PassportPaper, bytes]:
    """The file of a paper, for the firm, if a live consent covers the document; that it was opened is recorded.

    Raises:
        NotPermitted: the actor may not read orders, or there is no such consent.
    """
    by.require("order.read")
    consent = live_consents().select_related("paper__document__blob").filter(paper_id=paper_id, scope=DOCUMENT).first()
    if consent is None or consent.paper.document is None:
        raise NotPermitted("order.read")
    content = content_of(consent.paper.document)
    record(Event("engagement.passport.document_read", consent.paper, {"purpose": consent.purpose}), by=by)
    return consent.paper, content


def confirm_paper(paper_id: UUID, *, by: Actor) -> None:
    """Say in the firm's name that the paper was seen and is right; the person takes that along to other clients.

    Raises:
        NotPermitted: the actor may not write orders, or sees the paper by no consent.
        Refused: it is the actor's own, or a document exists that the firm may not open.
    """
    by.require("order.write")
    consent = live_consents().filter(paper_id=paper_id).first()
    if consent is None:
        raise NotPermitted("order.write")
    paper = consent.paper
    if paper.user_id == by.id or (paper.document_id is not None and consent.scope != DOCUMENT):
        raise _wrong(
            Text("Bestätigen kann nur, wer die Unterlage gesehen hat.", "Only who has seen the paper can confirm it.")
        )
    firm = Organisation.objects.get(pk=current_org_id())
    paper.edit(confirmed_by=firm.name, confirmed_on=clock.today())
    record(Event("engagement.passport.confirmed", paper, {"kind": paper.kind}), by=by)


def remind_of_expiry(*, on: date, by: Actor) -> int:
    """Write to whoever has a paper that runs out within the time its renewal takes, once per paper; returns how many.

    Not where another of the same kind holds longer. Nothing about it is told to the firm that it does not see already.
    """
    rows = PassportPaper.objects.filter(ended_at=None, reminded_on=None, expires__gte=on).select_related("user")
    due: dict[UUID, list[PassportPaper]] = {}
    for paper in rows.order_by("expires"):
        assert paper.expires is not None  # filtered by it
        known = KINDS.get(paper.kind)
        longer = PassportPaper.objects.filter(user=paper.user, kind=paper.kind, ended_at=None)
        if known is None or paper.expires > on + timedelta(days=known.lead_days):
            continue
        if not longer.filter(Q(expires=None) | Q(expires__gt=paper.expires)).exclude(pk=paper.pk).exists():
            due.setdefault(paper.user_id, []).append(paper)
    firm = Organisation.objects.get(pk=current_org_id())
    target, told = reverse("my_passport", kwargs={"firm": firm.slug}), 0
    for user_id, papers in due.items():
        resource = Resource.objects.filter(user_id=user_id, user__is_active=True).order_by("number").first()
        if resource is None:
            continue
        mails.tell_at(resource, target=target, subject=_RUNS_OUT, body=_running_out(papers), by=by)
        for paper in papers:
            paper.edit(reminded_on=on)
            record(Event("engagement.passport.reminded", paper, {"kind": paper.kind, "until": paper.expires}), by=by)
        told += len(papers)
    return told


_RUNS_OUT = Text("Eine Unterlage in Ihrem Pass läuft ab", "A paper in your passport runs out")


def _running_out(papers: Sequence[PassportPaper]) -> Text:
    lines = [
        Text(
            f"- {KINDS[one.kind].name.de}, {one.title}: {one.expires:%d.%m.%Y}",
            f"- {KINDS[one.kind].name.en}, {one.title}: {one.expires:%d %b %Y}",
        )
        for one in papers
    ]
    listed = joined(lines, "\n")
    return Text(
        f"in Ihrem Pass läuft bald ab:\n{listed.de}\nLegen Sie die neue Unterlage dort ab, sobald Sie sie haben.",
        f"In your passport this runs out soon:\n{listed.en}\nPut the new paper there as soon as you have it.",
    )


def _person(by: Actor) -> User:
    if by.kind is not ActorKind.USER or by.id is None:
        raise NotPermitted("own_orders.answer")
    by.require("own_orders.answer")
    return User.objects.get(pk=by.id)


def _own(paper: PassportPaper, by: Actor) -> PassportPaper:
    found = PassportPaper.objects.select_for_update(of=("self",)).get(pk=paper.pk)
    if by.kind is not ActorKind.USER or found.user_id != by.id:
        raise NotPermitted("own_orders.answer")
    if found.ended_at is not None:
        raise Conflict("passport")
    return found


def _revoke(consent: PassportConsent, by: Actor) -> None:
    consent.edit(revoked_at=clock.now())
    for resource in Resource.objects.filter(user_id=consent.paper.user_id):
        for deadline in deadlines_about(resource).filter(code=_code(consent.paper), state="open"):
            drop_deadline(deadline, reason="Einwilligung zurückgenommen", by=by)


def _watch_expiry(paper: PassportPaper, by: Actor) -> None:
    """While the firm may see the paper its expiry stands in the deadlines, with the time a renewal takes."""
    if paper.expires is None:
        return
    known = KINDS[paper.kind]
    for resource in Resource.objects.filter(user_id=paper.user_id):
        set_deadline(
            resource,
            code=_code(paper),
            title=Text(f"{known.name.de} läuft ab (Pass)", f"{known.name.en} runs out (passport)"),
            due=paper.expires,
            lead_days=known.lead_days,
            who="person",
            basis=known.basis or "Pass",
            by=by,
        )


def _code(paper: PassportPaper) -> str:
    return f"passport:{paper.kind}"


def _wrong(reason: Text) -> Refused:
    return Refused(
        reason,
        citation=CITATION,
        what_to_do=Text("Bitte prüfen Sie die Angaben.", "Please check what you entered."),
    )
