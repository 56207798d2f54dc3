"""The import contracts hold, and a broken one is found."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.structure.house import ROOT, SOURCE

BROKEN = {
    "kernel/bad_up.py": ("import werkfluss.org.actor", "Imports go down only"),
    "work/bad_sibling.py": ("import werkfluss.agents.models", "Imports go down only"),
    "care/bad_web.py": ("import werkfluss.web.access", "Imports go down only"),
    "newroom/__init__.py": ("", "Imports go down only"),
    "law/bad_django.py": ("import django.db", "The pure cores know neither Django nor the database"),
    "engagement/bad_job.py": ("import procrastinate", "Only flow knows the job engine"),
    "work/bad_law.py": ("import werkfluss.law.api", "Only compliance asks the law"),
    "org/bad_cycle_a.py": ("import werkfluss.org.bad_cycle_b", "No cycles"),
    "org/bad_cycle_b.py": ("import werkfluss.org.bad_cycle_a", "No cycles"),
}


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [program, "--no-cache", "--config", ROOT / ".importlinter"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_contracts_hold() -> None:
    done = _lint(ROOT / "src")
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def broken_house(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(SOURCE, folder / "werkfluss", ignore=shutil.ignore_patterns("static", "locale", "*.pyc", "*.html"))
    for name, (line, _) in BROKEN.items():
        (folder / "werkfluss" / name).parent.mkdir(exist_ok=True)
        (folder / "werkfluss" / name).write_text(f"{line}\n", encoding="utf-8")
    done = _lint(folder)
    assert done.returncode == 1
    return done.stdout


@pytest.mark.parametrize(("name", "contract"), [(name, contract) for name, (_, contract) in BROKEN.items()])
def test_broken_contract_is_found(broken_house: str, name: str, contract: str) -> None:
    assert f"{contract} BROKEN" in broken_house
    assert Path(name).stem.replace("__init__", "newroom") in broken_house


def test_pure_cores_load_without_django() -> None:
    code = (
        "import pkgutil, importlib, sys\n"
        "for room in ('kernel', 'law', 'delegation', 'process', 'formats'):\n"
        "    package = importlib.import_module(f'werkfluss.{room}')\n"
        "    for module in pkgutil.walk_packages(package.__path__, f'{package.__name__}.'):\n"
        "        importlib.import_module(module.name)\n"
        "loaded = {'django', 'psycopg', 'procrastinate'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_contracts_name_every_room() -> None:
    from tests.structure.house import rows

    listed = {room for row in rows() for room in row}
    assert listed == {path.parent.name for path in SOURCE.glob("*/__init__.py")}
