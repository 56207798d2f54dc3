"""What is installed from a wheel is what runs from a checkout."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from tests.structure.house import ROOT

# Written while it runs, or there only so that git keeps an empty folder.
_NOT_SHIPPED = {"__pycache__", "collected"}
_LEFT_OVER = {".pyc", ".part", ".gitkeep"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    (made,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    return Path(made)


def test_wheel_holds_every_file_of_the_source(wheel: Path) -> None:
    source = ROOT / "src"
    wanted = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.is_file()
        and not _NOT_SHIPPED & set(path.parts)
        and path.suffix not in _LEFT_OVER
        and path.name not in _LEFT_OVER
    }
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert all(archive.read(name) == (source / name).read_bytes() for name in wanted & held)
    assert wanted - held == set()
    assert {name for name in held - wanted if not name.endswith(".gitkeep")} == set()
    kinds = {Path(name).suffix for name in held}
    assert kinds >= {".yaml", ".json", ".typ", ".bpmn", ".html", ".po", ".mo", ".css", ".js", ".svg", ".csv", ".txt"}


def test_wheel_holds_licence_and_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name.partition(".dist-info/")[2] for name in archive.namelist()}
        entry = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "werkfluss = werkfluss.cli:main" in archive.read(entry).decode()
    assert {"licenses/LICENSE", "licenses/NOTICE"} <= names
