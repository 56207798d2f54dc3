"""Samples of the account, the firm and the record."""

from __future__ import annotations

from collections.abc import Mapping

from tests.web.world import World, listed, sample


@sample("account_reset_password_from_key")
def reset_link(world: World) -> Mapping[str, object]:
    return {"uidb36": "1", "key": "not-a-key"}


@sample("mfa_edit_webauthn", "mfa_remove_webauthn")
def no_key(world: World) -> Mapping[str, object]:
    return {"pk": 1}


@listed("members", queries=10)
def one_more_member(world: World) -> None:
    from werkfluss.org.domain import firms
    from werkfluss.org.models import User
    from werkfluss.org.roles import Role

    name = world.unique("Mitglied")
    user = User.objects.create_user(f"{name.replace(' ', '.').lower()}@{world.org.slug}.example", name=name)
    firms.add_member(user, role=Role.EMPLOYEE, by=world.director)


@listed("evidence", queries=11)
def one_more_entry(world: World) -> None:
    one_more_member(world)
