"""Who takes part in a case besides HR and the person: family, providers, authorities; and who of the family logs in.

A login of the family shows nothing by itself: what it shows is released by the person (``consents``).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from werkfluss.care.domain.duties import keep_duties
from werkfluss.care.models import CareConsent, ExpatCase, Participant
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.domain.members import open_members
from werkfluss.org.events import Event, record
from werkfluss.org.models import User
from werkfluss.org.roles import Role

MOST = 10
RELATIONS = ("spouse", "child", "parent", "other")


def participants(expat: ExpatCase) -> QuerySet[Participant]:
    """Everybody who takes part now, family first."""
    return expat.participants.filter(ended_on=None).select_related("user")


def family_of(expat: ExpatCase) -> QuerySet[Participant]:
    """The family, with and without a login."""
    return participants(expat).filter(role=Participant.Role.FAMILY)


def logins_of(user_id: UUID) -> QuerySet[Participant]:
    """Where somebody of the family logs in, the newest first."""
    rows = Participant.objects.filter(user_id=user_id, login_ended_at=None, ended_on=None)
    return rows.order_by("-created_at")


def add_participant(
    expat: ExpatCase,
    *,
    role: str,
    name: str,
    relation: str = "",
    born_on: date | None = None,
    contact: str = "",
    by: Actor,
) -> Participant:
    """Somebody takes part from now on; a family member may bring duties of their own.

    Raises:
        Refused: no name or no such role.
    """
    by.require("care.write")
    if not name.strip() or role not in Participant.Role.values:
        raise Refused(
            Text("Rolle oder Name fehlt.", "Role or name is missing."),
            citation="Betreuung",
            what_to_do=Text("Bitte geben Sie beides an.", "Please give both."),
        )
    made = Participant.objects.create(
        expat_case=expat,
        role=role,
        name=name.strip()[:200],
        relation=relation[:20],
        born_on=born_on,
        contact=contact.strip()[:300],
    )
    _added(made, by=by)
    return made


def _added(made: Participant, *, by: Actor) -> None:
    record(Event("care.participant.added", made, {"role": made.role, "name": made.name}), by=by)
    keep_duties(made.expat_case, on=clock.today(), by=by)


def end_participant(participant: Participant, *, by: Actor) -> None:
    """No longer takes part, nor logs in; papers and record stay.

    Raises:
        Conflict: it has ended already.
    """
    by.require("care.write")
    if participant.ended_on is not None:
        raise Conflict(participant.name)
    if participant.logs_in:
        shut_out(participant, by=by)
    participant.edit(ended_on=clock.today())
    record(Event("care.participant.ended", participant, {"name": participant.name}), by=by)
    keep_duties(participant.expat_case, on=clock.today(), by=by)


def let_in(participant: Participant, *, email: str, language: str, by: Actor) -> None:
    """Somebody of the family gets a login; the way in is a link by mail, sent by whoever hears of the event.

    Raises:
        NotPermitted: neither the person nor HR.
        Conflict: there is a login already, or no longer part of the case.
        Refused: no family, no address, somebody who works in the firm, a closed login, or one of the case already.
    """
    _require_person_or_hr(participant.expat_case, by)
    if participant.logs_in or participant.ended_on is not None:
        raise Conflict(participant.name)
    email = email.strip().lower()
    user = User.objects.filter(email=email).first()
    works_here = open_members().filter(user__email=email).exclude(role=Role.FAMILY).exists()
    closed = user is not None and not user.is_active
    there = participants(participant.expat_case).filter(user__email=email, login_ended_at=None).exists()
    if participant.role != Participant.Role.FAMILY or "@" not in email or works_here or closed or there:
        raise _no_relative()
    if user is None:
        user = User.objects.create_user(email, name=participant.name, language=language)
    firms.add_member(user, role=Role.FAMILY, by=by)
    participant.edit(user=user, login_ended_at=None, told_at=None)
    record(Event("care.family.invited", participant, {"user": user.pk}), by=by)


def invite_relative(expat: ExpatCase, *, name: str, email: str, relation: str, language: str, by: Actor) -> Participant:
    """The person lets somebody of the family in, who takes part from then on; whoever does already is found by name.

    Raises:
        NotPermitted: somebody else.
        Refused: no name or address, somebody who works in the firm, a closed login, or too many.
    """
    if expat.person.user_id is None or expat.person.user_id != by.id:
        raise NotPermitted("portal.use")
    name, family = name.strip()[:200], list(family_of(expat))
    found = next((one for one in family if not one.logs_in and one.name.casefold() == name.casefold()), None)
    if not name or relation not in RELATIONS or (found is None and len(family) >= MOST):
        raise _no_relative()
    if found is None:
        found = Participant.objects.create(
            expat_case=expat, role=Participant.Role.FAMILY, name=name, relation=relation, contact=email.strip()[:300]
        )
        _added(found, by=by)
    let_in(found, email=email, language=language, by=by)
    return found


def shut_out(participant: Participant, *, by: Actor) -> None:
    """The login shows this case no more, and what was released to it is taken back. Still takes part.

    Raises:
        NotPermitted: neither the person nor HR.
        Conflict: there is none.
    """
    _require_person_or_hr(participant.expat_case, by)
    if not participant.logs_in or participant.user is None:
        raise Conflict(participant.name)
    now = clock.now()
    participant.edit(login_ended_at=now)
    for consent in CareConsent.objects.filter(member=participant, state="given"):
        consent.edit(state="revoked", answered_at=now)
    if not logins_of(participant.user.pk).exists():
        for membership in open_members().filter(user=participant.user, role=Role.FAMILY):
            firms.end_membership(membership, by=by)
    record(Event("care.family.ended", participant, {"user": participant.user_id}), by=by)


def _require_person_or_hr(expat: ExpatCase, by: Actor) -> None:
    if not by.may("care.write") and (expat.person.user_id is None or expat.person.user_id != by.id):
        raise NotPermitted("portal.use")


def _no_relative() -> Refused:
    return Refused(
        Text("So kann dieser Zugang nicht angelegt werden.", "This login cannot be made like this."),
        citation="Portal",
        what_to_do=Text(
            "Bitte prüfen Sie Name und Adresse. Wer hier arbeitet, hat schon eine eigene Anmeldung.",
            "Please check name and address. Whoever works here has a login already.",
        ),
    )
