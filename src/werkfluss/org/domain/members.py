"""Members of a firm: invited by mail, given roles, ended. A firm is never without a managing director.

An invitation is a link in a mail: kept as a digest, used once, good for seven days. Who invites learns neither the
link nor a password; the invited person sets the own way to log in.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.urls import reverse

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import LANGUAGES, Text
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.domain import firms
from werkfluss.org.events import Event, record
from werkfluss.org.models import FeedToken, Invitation, LoginLink, Membership, Organisation, User
from werkfluss.org.roles import LABELS, Role
from werkfluss.org.tenancy import current_org_id

VALID_FOR = timedelta(days=7)
_TOKEN_BYTES = 32
# Roles that are given on this way. Externals get theirs with the first order, agents with their file.
GIVEN = (Role.MANAGING_DIRECTOR, Role.HR, Role.LEAD, Role.EMPLOYEE, Role.WORKS_COUNCIL, Role.AUDITOR)
# Roles that only a managing director gives or takes: they see more than HR does.
RESERVED = frozenset({Role.MANAGING_DIRECTOR, Role.AUDITOR})


def open_members() -> QuerySet[Membership]:
    """The open memberships of the firm with their users."""
    return Membership.objects.filter(ended_at=None).select_related("user").order_by("user__name", "role")


def open_invitations() -> QuerySet[Invitation]:
    """Invitations that nobody has used or withdrawn, also those that have expired."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None).order_by("name")


def invite_member(email: str, *, name: str, roles: Iterable[Role], language: str = "de", by: Actor) -> Invitation:
    """Invite somebody by mail; an earlier invitation to the same address stops working.

    Raises:
        NotPermitted: the actor may not manage members, or not give one of these roles.
        Refused: no role, a role that is not given this way, or a member already.
    """
    by.require("member.write")
    wanted = _asked(roles)
    _require_may_give(wanted, by)
    email = email.strip().lower()
    if open_members().filter(user__email=email).exists():
        raise _refused(
            Text(f"{email} gehört der Firma schon an.", f"{email} is a member of this firm already."),
            Text("Ändern Sie bitte die Rollen dieser Person.", "Please change the roles of this person."),
        )
    open_invitations().filter(email=email).update(withdrawn_at=clock.now())
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    invitation = Invitation.objects.create(
        email=email,
        name=name.strip()[:200],
        roles=[role.value for role in wanted],
        language=language if language in LANGUAGES else "de",
        digest=_digest(token),
        expires_at=clock.now() + VALID_FOR,
    )
    record(Event("org.invitation.sent", invitation, {"name": invitation.name, "roles": invitation.roles}), by=by)
    _mail(invitation, token)
    return invitation


def withdraw_invitation(invitation: Invitation, *, by: Actor) -> None:
    """The link in the mail no longer works.

    Raises:
        NotPermitted: the actor may not manage members.
        Refused: it was accepted or withdrawn before.
    """
    by.require("member.write")
    if invitation.accepted_at or invitation.withdrawn_at:
        raise _used()
    invitation.edit(withdrawn_at=clock.now())
    record(Event("org.invitation.withdrawn", invitation, {"name": invitation.name}), by=by)


def invitation_of(token: str) -> Invitation | None:
    """The invitation of this link, if it can still be accepted; changes nothing."""
    return open_invitations().filter(digest=_digest(token), expires_at__gt=clock.now()).first()


def accept_invitation(token: str, *, by: Actor) -> User:
    """Make the invited person a member, with a login if there is none. ``by`` is the firm's system actor.

    Raises:
        Refused: the link was used, withdrawn or expired, or never existed: all the same to whoever tries.
    """
    rows = open_invitations().select_for_update()
    invitation = rows.filter(digest=_digest(token), expires_at__gt=clock.now()).first()
    if invitation is None:
        raise _used()
    user = User.objects.filter(email=invitation.email).first()
    if user is None:
        user = User.objects.create_user(invitation.email, name=invitation.name, language=invitation.language)
    if not user.is_active:
        raise _used()
    invitation.edit(accepted_at=clock.now())
    # From here on it is the person who acts: with no right yet, but under the own name.
    by = Actor(by.org_id, ActorKind.USER, user.pk)
    for role in invitation.roles:
        firms.add_member(user, role=Role(role), by=by)
    record(Event("org.invitation.accepted", invitation, {"user": user.pk}), by=by)
    return user


def set_roles(user: User, *, roles: Iterable[Role], by: Actor) -> None:
    """Give and take roles so that the member holds these; the role of an external is left as it is.

    Raises:
        NotPermitted: the actor may not manage members, or not give or take one of these roles.
        Refused: no role, the own roles, or nobody would be managing director any more.
    """
    by.require("member.write")
    wanted = set(_asked(roles))
    _require_person(user)
    held = {Role(one.role): one for one in _held(user) if Role(one.role) in GIVEN}
    changed = wanted ^ set(held)
    if not changed:
        return
    _require_may_give(changed, by)
    _require_not_self(user, by)
    for role in _in_order(changed & wanted):
        firms.add_member(user, role=role, by=by)
    for role in _in_order(changed - wanted):
        firms.end_membership(held[role], by=by)


def end_member(user: User, *, by: Actor) -> None:
    """End every membership of a person in this firm, and with it each way in; what was done stays.

    Raises:
        NotPermitted: the actor may not manage members, or not take one of the roles.
        Refused: oneself, nobody would be managing director any more, or no member.
    """
    by.require("member.write")
    held = list(_held(user))
    if not held:
        raise _refused(
            Text("Diese Person gehört der Firma nicht an.", "This person is no member of the firm."),
            Text("Es ist nichts zu tun.", "There is nothing to do."),
        )
    _require_person(user)
    _require_may_give({Role(one.role) for one in held}, by)
    if user.pk == by.id:
        raise _refused(
            Text("Sich selbst kann niemand entfernen.", "Nobody can remove themselves."),
            Text("Bitten Sie eine andere Person darum.", "Ask somebody else to do it."),
        )
    now = clock.now()
    FeedToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    LoginLink.objects.filter(user=user, used_at=None, expires_at__gt=now).update(expires_at=now)
    for membership in held:
        firms.end_membership(membership, by=by)


def _held(user: User) -> QuerySet[Membership]:
    return Membership.objects.filter(user=user, ended_at=None)


def _asked(roles: Iterable[Role]) -> list[Role]:
    """What was asked for, in the order of the table.

    Raises:
        Refused: no role, or one that is not given by hand.
    """
    wanted = set(roles)
    if not wanted:
        raise _refused(
            Text("Es ist keine Rolle gewählt.", "No role has been chosen."),
            Text(
                "Wählen Sie eine Rolle, oder beenden Sie die Mitgliedschaft.", "Choose a role, or end the membership."
            ),
        )
    if wanted - set(GIVEN):
        raise _refused(
            Text("Diese Rolle wird nicht von Hand vergeben.", "This role is not given by hand."),
            Text(
                "Externe bekommen sie mit dem ersten Auftrag, Agenten mit ihrer Akte.",
                "Externals get it with their first order, agents with their file.",
            ),
        )
    return _in_order(wanted)


def _in_order(roles: Collection[Role]) -> list[Role]:
    return [role for role in GIVEN if role in roles]


def _require_may_give(roles: Collection[Role], by: Actor) -> None:
    if RESERVED & set(roles):
        by.require("firm.manage")


def _require_person(user: User) -> None:
    """An agent gets and loses its rights with its file, where somebody answers for it."""
    if _held(user).filter(role=Role.AGENT.value).exists():
        raise _refused(
            Text("Das ist ein KI-Agent.", "This is an AI agent."),
            Text("Halten Sie ihn in seiner Akte an.", "Stop it in its file."),
        )


def _require_not_self(user: User, by: Actor) -> None:
    """Whoever manages members does not widen the own rights; a managing director has them all anyway."""
    if user.pk == by.id and not by.may("firm.manage"):
        raise _refused(
            Text("Die eigenen Rollen ändert jemand anderes.", "Somebody else changes your own roles."),
            Text("Bitten Sie die Geschäftsführung.", "Ask the managing director."),
        )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _refused(reason: Text, way_out: Text) -> Refused:
    return Refused(reason, citation="Mitglieder", what_to_do=way_out)


def _used() -> Refused:
    return _refused(
        Text(
            "Diese Einladung ist abgelaufen, zurückgezogen oder schon angenommen.",
            "This invitation has expired, was withdrawn or accepted already.",
        ),
        Text("Bitten Sie die Firma um eine neue.", "Ask the firm for a new one."),
    )


_SUBJECT = Text("Einladung von {firm}", "Invitation from {firm}")
_LETTER = Text(
    "Guten Tag {name},\n\n{firm} lädt Sie ein, in Werkfluss mitzuarbeiten, als: {roles}.\n\n"
    "Nehmen Sie die Einladung hier an und legen Sie fest, wie Sie sich künftig anmelden "
    "(persönlicher Link, einmal verwendbar, {days} Tage gültig):\n{address}\n\n"
    "Wenn Sie damit nichts anfangen können, tun Sie bitte nichts.\n\nFreundliche Grüße\n{firm}",
    "Dear {name},\n\n{firm} invites you to work in Werkfluss, as: {roles}.\n\n"
    "Accept the invitation here and choose how you will sign in "
    "(personal link, can be used once, valid for {days} days):\n{address}\n\n"
    "If this means nothing to you, please do nothing.\n\nKind regards\n{firm}",
)


def _mail(invitation: Invitation, token: str) -> None:
    firm = Organisation.objects.get(pk=current_org_id())
    address = settings.SITE_URL + reverse("invitation", kwargs={"org": firm.slug, "token": token})
    spoken = invitation.language
    roles = ", ".join(LABELS[Role(role)].in_language(spoken) for role in invitation.roles)
    letter = _LETTER.format(
        name=invitation.name, firm=firm.name, roles=roles, days=VALID_FOR.days, address=address
    ).in_language(spoken)
    subject = _SUBJECT.format(firm=firm.name).in_language(spoken)
    send_mail(subject, letter, settings.DEFAULT_FROM_EMAIL, [invitation.email])
