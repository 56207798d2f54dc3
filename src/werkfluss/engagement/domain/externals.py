"""Externals as partners of a contract: their way in."""

from __future__ import annotations

from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.domain.members import open_members
from werkfluss.org.events import Event, record
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.workforce.models import EXTERNALS, Kind, Resource


def invite(resource: Resource, *, by: Actor) -> User:
    """The external's login, made if there is none: no password, the way in is a link or one the person sets.

    Whose membership has ended is a member again: a new order is a new reason to come in, and without it the link in
    the mail would lead nowhere. A login that was closed stays closed.

    Raises:
        Refused: it is no external, has no e-mail address, or the login was closed.
    """
    if Kind(resource.kind) not in EXTERNALS:
        raise _no_external(resource)
    if resource.user is None:
        # Another copy of the same row may have been invited a moment ago.
        resource.refresh_from_db(fields=["user", "version"])
    if resource.user is not None:
        _let_in_again(resource, resource.user, by)
        return resource.user
    if not resource.email:
        raise Refused(
            Text(f"Für {resource.name} fehlt die E-Mail-Adresse.", f"{resource.name} has no e-mail address."),
            citation="Auftrag",
            what_to_do=Text("Bitte tragen Sie die Adresse ein.", "Please enter the address."),
        )
    user = User.objects.filter(email=resource.email.lower()).first()
    if user is None:
        language = "de" if "de" in resource.languages else next(iter(resource.languages), "de")
        user = User.objects.create_user(
            resource.email, name=resource.name, language=language, time_zone=resource.time_zone
        )
    resource.edit(user=user)
    role = _role_of(resource)
    firms.add_member(user, role=role, by=by)
    record(Event("engagement.external.invited", resource, {"user": user.pk, "role": role}), by=by)
    return user


def _role_of(resource: Resource) -> Role:
    return Role.PROVIDER if resource.kind == Kind.PARTNER else Role.FREELANCER


def _let_in_again(resource: Resource, user: User, by: Actor) -> None:
    if not user.is_active:
        raise Refused(
            Text(f"Der Zugang von {resource.name} ist geschlossen.", f"The login of {resource.name} is closed."),
            citation="Mitglieder",
            what_to_do=Text(
                "Bitte legen Sie die Person mit ihrer heutigen Adresse neu an.",
                "Please add the person anew, with today's address.",
            ),
        )
    role = _role_of(resource)
    if open_members().filter(user=user, role=role).exists():
        return
    firms.add_member(user, role=role, by=by)
    record(Event("engagement.external.invited", resource, {"user": user.pk, "role": role}), by=by)


def _no_external(resource: Resource) -> Refused:
    return Refused(
        Text(f"{resource.name} bekommt keine Aufträge.", f"{resource.name} is not given orders."),
        citation="Auftrag",
        what_to_do=Text("Aufträge gehen an Externe.", "Orders go to externals."),
    )
