"""The way in of the family: a login of one's own, given and taken away by the person. It shows nothing by itself."""

from __future__ import annotations

from django.db.models import QuerySet

from werkfluss.care.domain.consents import require_person
from werkfluss.care.models import CareConsent, ExpatCase, FamilyLogin
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.domain.members import open_members
from werkfluss.org.events import Event, record
from werkfluss.org.models import User
from werkfluss.org.roles import Role

MOST = 10
RELATIONS = dict(FamilyLogin.RELATIONS)


def family_of(expat: ExpatCase) -> QuerySet[FamilyLogin]:
    return FamilyLogin.objects.filter(expat_case=expat, ended_at=None).select_related("user").order_by("created_at")


def invite_relative(expat: ExpatCase, *, name: str, email: str, relation: str, language: str, by: Actor) -> FamilyLogin:
    """Somebody of the family gets a login; the way in is a link by mail, sent by whoever hears of the event.

    Raises:
        NotPermitted: only the person lets the family in.
        Refused: no name or address, somebody who works in the firm, a closed login, or too many.
    """
    require_person(expat, by)
    email = email.strip().lower()
    works_here = open_members().filter(user__email=email).exclude(role=Role.FAMILY).exists()
    user = User.objects.filter(email=email).first()
    closed = user is not None and not user.is_active
    there = family_of(expat)
    if not name.strip() or "@" not in email or relation not in RELATIONS or works_here or closed:
        raise _no_relative()
    if len(there) >= MOST or any(one.user.email == email for one in there):
        raise _no_relative()
    if user is None:
        user = User.objects.create_user(email, name=name.strip()[:200], language=language)
    firms.add_member(user, role=Role.FAMILY, by=by)
    login = FamilyLogin.objects.create(expat_case=expat, user=user, relation=relation)
    record(Event("care.family.invited", login, {"user": user.pk}), by=by)
    return login


def end_relative(login: FamilyLogin, *, by: Actor) -> None:
    """The login shows this case no more, and what was released to it is taken back.

    Raises:
        NotPermitted: only the person decides.
        Conflict: it has ended already.
    """
    require_person(login.expat_case, by)
    if login.ended_at is not None:
        raise Conflict("family login")
    now = clock.now()
    login.edit(ended_at=now)
    for consent in CareConsent.objects.filter(member=login, state="given"):
        consent.edit(state="revoked", answered_at=now)
    if not FamilyLogin.objects.filter(user=login.user, ended_at=None).exists():
        for membership in open_members().filter(user=login.user, role=Role.FAMILY):
            firms.end_membership(membership, by=by)
    record(Event("care.family.ended", login, {"user": login.user_id}), by=by)


def _no_relative() -> Refused:
    return Refused(
        Text("So kann dieser Zugang nicht angelegt werden.", "This login cannot be made like this."),
        citation="Portal",
        what_to_do=Text(
            "Bitte prüfen Sie Name und Adresse. Wer hier arbeitet, hat schon eine eigene Anmeldung.",
            "Please check name and address. Whoever works here has a login already.",
        ),
    )
