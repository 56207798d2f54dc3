"""What an installation offers is written down: every option, command, role, room and law pack."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from tests.structure.house import ROOT, SOURCE, rows
from werkfluss.cli import main
from werkfluss.config import env
from werkfluss.org.roles import PERMISSIONS, Role


def _documentation(folder: str) -> str:
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs" / folder).rglob("*.md"))]
    assert texts, f"docs/{folder} is empty"
    return "\n".join(texts)


def _commands(group: click.Group, prefix: str = "werkfluss") -> list[str]:
    context = click.Context(group)
    found = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found.append(f"{prefix} {name}")
        if isinstance(command, click.Group):
            found += _commands(command, f"{prefix} {name}")
    return found


@pytest.mark.parametrize("option", env.OPTIONS, ids=[option.name for option in env.OPTIONS])
def test_option_is_documented(option: env.Option) -> None:
    assert f"`{option.name}`" in _documentation("admin")
    assert option.purpose


def test_every_option_is_listed() -> None:
    declared = {value for value in vars(env).values() if isinstance(value, env.Option)}
    assert declared == set(env.OPTIONS)


def test_every_command_is_documented() -> None:
    text = _documentation("admin")
    commands = _commands(main)
    assert "werkfluss evidence verify" in commands
    assert [command for command in commands if f"`{command}" not in text] == []


def test_every_command_explains_itself() -> None:
    def silent(group: click.Group, prefix: str) -> list[str]:
        context, found = click.Context(group), []
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            if not command.help:
                found.append(f"{prefix} {name}")
            if isinstance(command, click.Group):
                found += silent(command, f"{prefix} {name}")
        return found

    assert silent(main, "werkfluss") == []


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_role_is_documented(role: Role) -> None:
    assert f"`{role.value}`" in _documentation("security")


def test_rights_of_every_role_are_documented() -> None:
    lines = _documentation("security").splitlines()
    for role in Role:
        line = next(line for line in lines if f"`{role.value}`" in line)
        assert line.rstrip(" |").rpartition("| ")[2].split(", ") == sorted(
            permission for permission, roles in PERMISSIONS.items() if role in roles
        )


@pytest.mark.parametrize("room", [room for row in rows() for room in row])
def test_room_is_in_the_picture(room: str) -> None:
    picture = ROOT / "ARCHITECTURE.md"
    assert len(picture.read_text(encoding="utf-8").splitlines()) <= 120
    assert f"{room} " in picture.read_text(encoding="utf-8")


def _packs() -> list[Path]:
    return sorted(path.parent for path in (SOURCE / "law" / "packs").rglob("*.yaml"))


def test_every_law_pack_is_documented() -> None:
    text = _documentation("law")
    packs = {"/".join(pack.relative_to(SOURCE / "law" / "packs").parts) for pack in _packs()}
    assert packs
    assert [pack for pack in sorted(packs) if f"`{pack}`" not in text] == []
