"""Samples of the account, the firm and the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.org.models import User


@sample("account_reset_password_from_key")
def reset_link(world: World) -> Mapping[str, object]:
    return {"uidb36": "1", "key": "not-a-key"}


@sample("mfa_edit_webauthn", "mfa_remove_webauthn")
def no_key(world: World) -> Mapping[str, object]:
    return {"pk": 1}


@sample("member", "member_end")
def member(world: World) -> Mapping[str, object]:
    return {"pk": one_more_member(world).pk}


@sample("invitation_again", "invitation_withdraw")
def invited(world: World) -> Mapping[str, object]:
    from werkfluss.org.domain.members import invite_member
    from werkfluss.org.roles import Role

    name = world.unique("Gast")
    address = f"{name.replace(' ', '.').lower()}@{world.org.slug}.example"
    return {"pk": invite_member(address, name=name, roles=[Role.EMPLOYEE], by=world.director).pk}


@sample("invitation")
def invitation(world: World) -> Mapping[str, object]:
    from django.core import mail

    invited(world)
    token = str(mail.outbox[-1].body).partition(f"/invitation/{world.org.slug}/")[2].partition("/")[0]
    return {"org": world.org.slug, "token": token}


def one_more_member(world: World) -> User:
    from werkfluss.org.domain import firms
    from werkfluss.org.models import User
    from werkfluss.org.roles import Role

    name = world.unique("Mitglied")
    user = User.objects.create_user(f"{name.replace(' ', '.').lower()}@{world.org.slug}.example", name=name)
    firms.add_member(user, role=Role.EMPLOYEE, by=world.director)
    return user


@listed("members", queries=11)
def one_more_row(world: World) -> None:
    one_more_member(world)


@listed("evidence", queries=13)
def one_more_entry(world: World) -> None:
    one_more_member(world)
