"""The people of a partner team: the partner invites and removes them itself; the firm sees how many, in which role.

Nobody of a partner is ever given work by name (AÜG): a member may act on what was put to the team, nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from werkfluss.engagement.domain import mails
from werkfluss.engagement.models import PartnerMember
from werkfluss.engagement.rules import belongs_to
from werkfluss.kernel import clock
from werkfluss.kernel.errors import NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.domain.members import open_members
from werkfluss.org.events import Event, record
from werkfluss.org.models import LoginLink, Membership, Organisation, User
from werkfluss.org.roles import Role
from werkfluss.org.tenancy import current_org_id
from werkfluss.workforce.models import Kind, Resource

ROLES = {
    "coordination": Text("Koordination", "coordination"),
    "technical": Text("Fachliche Arbeit", "technical work"),
    "accounting": Text("Abrechnung", "accounting"),
}


def partner_teams() -> QuerySet[Resource]:
    """Every partner team of the firm, by name."""
    return Resource.objects.filter(kind=Kind.PARTNER).order_by("sort_key", "number")


def members_of(team: Resource) -> QuerySet[PartnerMember]:
    """Who can act for the team beside its own login; for the team's own eyes."""
    return PartnerMember.objects.filter(resource=team, ended_at=None).select_related("user").order_by("user__name")


def people_of_partners() -> QuerySet[PartnerMember, UUID]:
    """Keys of the users who act for a partner team beside its own login."""
    return PartnerMember.objects.filter(ended_at=None).order_by().values_list("user_id", flat=True)


def counts_of(team: Resource) -> Mapping[str, int]:
    """How many act for the team, by role: what the firm sees. The team's own login coordinates."""
    found = Counter(PartnerMember.objects.filter(resource=team, ended_at=None).values_list("role", flat=True))
    if team.user_id is not None:
        found["coordination"] += 1
    return {role: found[role] for role in ROLES if found[role]}


def coordinates(team: Resource, actor: Actor) -> bool:
    """Whether the actor speaks for the team: its own login, or a member who coordinates."""
    if not belongs_to(team, actor):
        return False
    if team.user_id == actor.id:
        return True
    rows = PartnerMember.objects.filter(resource=team, user=actor.id, ended_at=None)
    return rows.filter(role=PartnerMember.Role.COORDINATION).exists()


def require_coordination(team: Resource, actor: Actor) -> None:
    """Raises NotPermitted if the actor does not speak for the team."""
    if not coordinates(team, actor):
        raise NotPermitted("own_team.write")


def invite_member(
    team: Resource, *, email: str, name: str, role: str, language: str = "de", by: Actor
) -> PartnerMember:
    """Let one more of the partner's people in; the person gets a mail with a personal link.

    Raises:
        NotPermitted: the actor does not speak for the team.
        Refused: no name or role, or the address belongs to somebody of the firm, another external, or the team.
    """
    require_coordination(team, by)
    email = email.strip().lower()
    if not name.strip() or "@" not in email or role not in ROLES:
        raise _refused(
            Text("Es fehlen Name, E-Mail-Adresse oder Rolle.", "Name, e-mail address or role is missing."),
            Text("Bitte ergänzen Sie die Angaben.", "Please complete the entry."),
        )
    user = User.objects.filter(email=email).first()
    if user is not None:
        _require_free(user, team)
    else:
        user = User.objects.create_user(email, name=name.strip()[:200], language=language, time_zone=team.time_zone)
    member = PartnerMember.objects.create(resource=team, user=user, role=role, invited_by=by.id)
    firms.add_member(user, role=Role.PROVIDER, by=by)
    record(Event("engagement.partner_member.invited", member, {"resource": team.pk, "role": role}), by=by)
    _mail(member, team, by)
    return member


def _require_free(user: User, team: Resource) -> None:
    """One login belongs to one side: never to the firm and a partner, or to two partners, at once."""
    elsewhere = (
        Resource.objects.filter(user=user).exclude(pk=team.pk).exists()
        or PartnerMember.objects.filter(user=user, ended_at=None).exclude(resource=team).exists()
        or open_members().filter(user=user).exclude(role=Role.PROVIDER).exists()
    )
    if elsewhere or not user.is_active:
        # Who else works with the firm is nobody's business here, so it is not said why.
        raise _refused(
            Text("Diese Adresse kann hier nicht eingeladen werden.", "This address cannot be invited here."),
            Text("Bitte nehmen Sie eine andere Adresse.", "Please take another address."),
        )
    if team.user_id == user.pk or PartnerMember.objects.filter(user=user, ended_at=None).exists():
        raise _refused(
            Text("Diese Person gehört schon zum Team.", "This person belongs to the team already."),
            Text("Es ist nichts zu tun.", "There is nothing to do."),
        )


def remove_member(member: PartnerMember, *, by: Actor) -> None:
    """Close the way in for one of the own people; what the person did stays in the record.

    Raises:
        NotPermitted: the actor does not speak for the team.
        Refused: the person has left already.
    """
    require_coordination(member.resource, by)
    if member.ended_at is not None:
        raise _refused(
            Text("Diese Person gehört nicht mehr zum Team.", "This person no longer belongs to the team."),
            Text("Es ist nichts zu tun.", "There is nothing to do."),
        )
    now = clock.now()
    member.edit(ended_at=now)
    LoginLink.objects.filter(user=member.user, used_at=None, expires_at__gt=now).update(expires_at=now)
    for membership in Membership.objects.filter(user=member.user, role=Role.PROVIDER, ended_at=None):
        firms.end_membership(membership, by=by)
    data = {"resource": member.resource_id, "role": member.role}
    record(Event("engagement.partner_member.removed", member, data), by=by)


def _mail(member: PartnerMember, team: Resource, by: Actor) -> None:
    firm = Organisation.objects.get(pk=current_org_id())
    target = reverse("my_team", kwargs={"firm": firm.slug})
    subject = Text(f"Ihr Zugang für {team.name}", f"Your access for {team.name}")
    body = Text(
        f"{team.name} hat Sie eingeladen, Aufträge von {firm.name} mit zu bearbeiten: Angebote, Fragen, Übergaben und "
        "Lieferungen. Ihr Name wird der Firma nicht als Zuteilung gezeigt; sie sieht nur, wie viele Personen es sind.",
        f"{team.name} has invited you to work on orders of {firm.name}: offers, questions, hand-overs and "
        "deliveries. The firm is not shown your name as an assignment; it sees only how many people there are.",
    )
    mails.tell_person(member.user, firm, target=target, subject=subject, body=body, by=by)


def _refused(reason: Text, what_to_do: Text) -> Refused:
    return Refused(reason, citation="Partnerteam", what_to_do=what_to_do)
