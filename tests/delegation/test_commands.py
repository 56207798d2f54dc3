"""The command answers with one JSON document, refuses bad input with its place, and never shows a traceback."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.delegation.builders import firm
from tests.delegation.test_instances import IMOPSE, MSLIB, MSPSP, PATTERSON
from werkfluss.delegation.commands import delegate

README = Path(__file__).resolve().parents[2] / "src" / "werkfluss" / "delegation" / "README.md"


def _run(tmp_path: Path, text: str, *options: str) -> Result:
    file = tmp_path / "input"
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(delegate, [str(file), *options, "--json"], catch_exceptions=False)


@pytest.mark.parametrize(
    ("format_", "text", "objective"),
    [
        ("imopse", IMOPSE, 8),
        ("mspsp", MSPSP, 6),
        ("patterson", PATTERSON, 5),
        ("psplib", PATTERSON, 5),
        ("mslib", MSLIB, 4),
    ],
)
def test_benchmark_is_solved(tmp_path: Path, format_: str, text: str, objective: int) -> None:
    result = _run(
        tmp_path,
        text,
        "--format",
        format_,
        "--objective",
        "makespan",
        "--time-limit",
        "20",
        "--workers",
        "1",
        "--seed",
        "1",
    )
    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (answer["status"], answer["objective"], answer["bound"], answer["unassigned"]) == (
        "optimal",
        objective,
        objective,
        [],
    )
    assert {"cpu_s", "wall_s"} <= set(answer)
    assert {"task", "start", "end", "resources"} <= set(answer["schedule"][0])


def test_cost_is_a_decimal_string(tmp_path: Path) -> None:
    answer = json.loads(
        _run(tmp_path, IMOPSE, "--format", "imopse", "--objective", "cost", "--time-limit", "20").stdout
    )
    assert (answer["objective"], answer["status"]) == ("193.50", "optimal")


def test_problem_is_planned_explained_and_repeats(tmp_path: Path) -> None:
    text = json.dumps(firm(20, 20, seed=2).as_json())
    first = json.loads(_run(tmp_path, text, "--work-limit", "0.1", "--seed", "3").stdout)
    again = json.loads(_run(tmp_path, text, "--work-limit", "0.1", "--seed", "3").stdout)
    assert first["digest"] == again["digest"]
    assert len(first["explanations"]) == 20
    assert len(first["schedule"]) + len(first["unassigned"]) == 20
    for row in first["schedule"]:
        assert ("T" in row["start"]) is not row["window"]


def test_example_of_the_readme_is_a_problem_and_gives_the_plan_shown(tmp_path: Path) -> None:
    problem, plan = (
        json.loads(one) for one in re.findall(r"```json\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    )
    answer = json.loads(_run(tmp_path, json.dumps(problem), "--work-limit", "4", "--workers", "1").stdout)["plan"]
    for key in ("status", "objective", "bound", "assignments", "unassigned", "costs", "stop", "solver"):
        assert answer[key] == plan[key]
    assert set(answer) == set(plan)


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("json", "{"),
        ("json", "[]"),
        ("json", '{"tasks": []}'),
        ("imopse", "x"),
        ("mspsp", "x"),
        ("psplib", "x"),
        ("mslib", "x"),
    ],
)
def test_bad_input_is_refused_with_errors(tmp_path: Path, format_: str, text: str) -> None:
    result = _run(tmp_path, text, "--format", format_)
    assert result.exit_code == 1
    (error,) = json.loads(result.stdout)["errors"]
    assert all(error[key] for key in ("where", "cause", "expected", "next_step"))
    assert "Traceback" not in result.stderr


def test_missing_file_is_wrong_usage() -> None:
    assert CliRunner().invoke(delegate, ["no-such-file"]).exit_code == 2
