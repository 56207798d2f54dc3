"""Small files, small functions: what does not fit on a few screens is not read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON, TEST, FUNCTION, TEMPLATE, KERNEL = 500, 800, 60, 150, 500


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def long_files(folder: Path, pattern: str, limit: int) -> list[str]:
    return [f"{p.name}: {_lines(p)}" for p in sorted(folder.rglob(pattern)) if _lines(p) > limit]


def long_functions(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            if (lines := node.end_lineno - node.lineno + 1) > FUNCTION:
                yield f"{node.name}: {lines}"


def test_python_files_are_small() -> None:
    assert long_files(ROOT / "src", "*.py", PYTHON) == []
    assert long_files(ROOT / "tools", "*.py", PYTHON) == []


def test_test_files_are_small() -> None:
    assert long_files(ROOT / "tests", "*.py", TEST) == []


def test_templates_are_small() -> None:
    assert long_files(ROOT / "src", "*.html", TEMPLATE) == []


def test_kernel_is_small() -> None:
    assert sum(_lines(p) for p in (ROOT / "src/werkfluss/kernel").rglob("*.py")) <= KERNEL


@pytest.mark.parametrize("folder", ["src", "tests", "tools", "benchmarks"])
def test_functions_are_small(folder: str) -> None:
    found = {
        f"{path.relative_to(ROOT)}:{fault}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for fault in long_functions(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_long_function_is_found() -> None:
    long = "def long_one():\n" + "    pass\n" * FUNCTION
    assert list(long_functions(long)) == [f"long_one: {FUNCTION + 1}"]


def test_long_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n" * (PYTHON + 1), encoding="utf-8")
    assert long_files(tmp_path, "*.py", PYTHON) == [f"a.py: {PYTHON + 1}"]
