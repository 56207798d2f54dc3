"""Founding a firm and the people in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django_scopes import scopes_disabled

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org import tenancy
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.events import Event, record
from werkfluss.org.models import Counter, FirmProfile, Membership, Organisation, User
from werkfluss.org.roles import Role


def found_firm(*, slug: str, name: str, profile: dict[str, Any]) -> Organisation:
    """A new firm with its profile; recorded as the first entry of its chain."""
    with transaction.atomic():
        org = Organisation.objects.create(slug=slug, name=name)
        by = Actor.system(org.pk)
        with tenancy.acting(org.pk, by):
            FirmProfile.objects.create(**profile)
            record(Event("org.firm.founded", org, {"slug": slug}), by=by)
    return org


def add_member(user: User, *, role: Role, by: Actor) -> Membership:
    """Give ``user`` a role in the actor's firm; an open membership of the same role is kept."""
    membership, _ = Membership.objects.get_or_create(user=user, role=role.value, ended_at=None)
    record(Event("org.membership.added", membership, {"user": user.pk, "role": role}), by=by)
    return membership


def end_membership(membership: Membership, *, by: Actor) -> None:
    """End-date a membership; what the person did stays in the chain.

    Raises:
        Refused: nobody would be managing director any more.
    """
    if membership.role == Role.MANAGING_DIRECTOR:
        _require_another_director(membership)
    membership.edit(ended_at=clock.now())
    record(Event("org.membership.ended", membership, {"user": membership.user_id, "role": membership.role}), by=by)


def _require_another_director(membership: Membership) -> None:
    """Locks the managing directors, so that two cannot remove each other at the same moment."""
    rows = Membership.objects.filter(role=membership.role, ended_at=None).order_by("pk")
    directors = list(rows.select_for_update(of=("self",)).select_related("user"))
    if any(one.pk != membership.pk and one.user.is_active for one in directors):
        return
    raise Refused(
        Text(
            "Das ist die letzte Geschäftsführung; ohne sie könnte niemand mehr die Firma verwalten.",
            "This is the last managing director; without one, nobody could manage the firm.",
        ),
        citation="Mitglieder",
        what_to_do=Text(
            "Machen Sie zuerst eine andere Person zur Geschäftsführung.",
            "Make somebody else managing director first.",
        ),
    )


def change_profile(
    profile: FirmProfile, *, changes: Mapping[str, Any], expected_version: int | None = None, by: Actor
) -> None:
    """Write what the firm says of itself; the chain keeps which fields changed, to what.

    Raises:
        Conflict: somebody else changed the profile since ``expected_version``.
    """
    if not changes:
        return
    profile.edit(expected_version=expected_version, **changes)
    record(Event("org.firm_profile.changed", profile, changes), by=by)


def record_works_agreement(profile: FirmProfile, *, on: date, by: Actor) -> None:
    """Unlock person-related functions: the works agreement or consent of s.87(1) no.6 BetrVG is there."""
    profile.edit(works_agreement_on=on)
    record(Event("org.works_agreement.recorded", profile, {"on": on}), by=by)


def user_actor(org_id: UUID, user: User) -> Actor:
    """The user as an actor of the firm, with the roles held there now (none: a stranger).

    Call it inside ``acting`` of that firm.
    """
    roles = Membership.objects.filter(user=user, ended_at=None).values_list("role", flat=True)
    return Actor(org_id, ActorKind.USER, user.pk, frozenset(Role(role) for role in roles))


def firms_of(user: User) -> list[Organisation]:
    """The firms in which ``user`` has an open membership, by name; works outside ``acting``."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('werkfluss.user', %s, true)", [str(user.pk)])
        with scopes_disabled():
            ids = set(Membership.objects.filter(user=user, ended_at=None).values_list("org_id", flat=True))
        cursor.execute("SELECT set_config('werkfluss.user', '', true)")
    return list(Organisation.objects.filter(pk__in=ids).order_by("name"))


def next_number(name: str) -> int:
    """The next human number of this kind in the firm; its row is locked until commit, so there are no gaps."""
    Counter.objects.get_or_create(name=name)
    counter = Counter.objects.select_for_update().get(name=name)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last
