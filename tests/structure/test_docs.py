"""What an installation offers is written down: options, commands, roles, rooms, law packs, modules, skills; links lead
somewhere, and what is written is true where a test can tell.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
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


def test_every_agent_skill_is_documented() -> None:
    from werkfluss.agents import skills

    assert skills.names()
    assert [name for name in skills.names() if f"`{name}`" not in _documentation("admin")] == []


def test_every_care_module_and_route_is_documented() -> None:
    for kind in ("modules", "routes"):
        names = sorted(path.name for path in (SOURCE / "care" / kind).iterdir() if any(path.glob("*.yaml")))
        assert names
        assert [name for name in names if f"`{name}`" not in _documentation("admin")] == []


def test_every_process_of_the_library_is_documented() -> None:
    names = sorted(path.stem for path in (SOURCE / "process" / "library").glob("*.bpmn"))
    assert names
    assert [name for name in names if f"`{name}`" not in _documentation("user")] == []


def test_every_file_to_check_a_dossier_is_documented() -> None:
    assert "`werkfluss evidence verify-dossier" in _documentation("user")


def documents() -> list[Path]:
    """Everything that people read, of this tree."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), *sorted(SOURCE.rglob("*.md"))]


def dead_links(path: Path, text: str) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"(https?|mailto):|#", target) and not (path.parent / target.partition("#")[0]).exists():
            yield target


def test_links_lead_somewhere() -> None:
    found = {str(p.relative_to(ROOT)): dead for p in documents() if (dead := list(dead_links(p, _text(p))))}
    assert len(documents()) > 30
    assert found == {}


def test_dead_link_is_found() -> None:
    assert list(dead_links(ROOT / "README.md", "[a](docs/none.md) [b](docs/house.svg#x) [c](https://x.example)")) == [
        "docs/none.md"
    ]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_every_page_is_reachable_from_the_readme() -> None:
    seen, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s:]+)\)", _text(page))]
        waiting += [(page.parent / target).resolve() for target in targets if target]
    pages = set((ROOT / "docs").rglob("*.md"))
    assert [str(page.relative_to(ROOT)) for page in sorted(pages - seen)] == []


def test_readme_shows_two_commands_and_nothing_else() -> None:
    blocks = re.findall(r"```[a-z]*\n(.*?)```", _text(ROOT / "README.md"), flags=re.DOTALL)
    assert [block.split("\n") for block in blocks] == [["make run", "make test", ""]]


def test_pictures_are_there_and_small() -> None:
    screenshot = ROOT / "docs" / "screenshot.png"
    assert screenshot.read_bytes().startswith(b"\x89PNG")
    assert screenshot.stat().st_size <= 300_000
    drawing = " ".join(ET.parse(ROOT / "docs" / "house.svg").getroot().itertext())
    assert [room for row in rows() for room in row if room not in drawing] == []


def test_decisions_are_numbered_dated_and_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    files = sorted(folder.glob("0*.md"))
    assert [int(path.name[:4]) for path in files] == list(range(1, len(files) + 1))
    listed = _text(folder / "README.md")
    for path in files:
        text = _text(path)
        assert f"]({path.name})" in listed
        assert re.search(r"^Status: (accepted|replaced by \d+) · Date: \d{4}-\d\d-\d\d$", text, flags=re.MULTILINE), (
            path.name
        )
        assert [head for head in ("## Decision", "## Why", "## Rejected") if head not in text] == []


def test_paths_in_backticks_exist() -> None:
    """``room/file.py`` in a document must be there; placeholders have angle brackets."""
    found = {}
    for path in [ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        named = re.findall(r"`([a-z_]+(?:/[\w.]+)+/?)`", _text(path))
        missing = [
            name for name in named if not any((base / name).exists() for base in (SOURCE, ROOT, SOURCE / "law/packs"))
        ]
        if missing:
            found[path.name] = missing
    assert found == {}
