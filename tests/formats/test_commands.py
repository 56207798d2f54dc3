"""The command line: one JSON document, exit codes, and no traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from werkfluss.formats.commands import import_group

STAFF = "Pers.-Nr.;Name;Wochenstunden;Kapazität\r\n7;Anna Groß;38,5;20\r\n"


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(import_group, list(arguments), catch_exceptions=False)


def _json(*arguments: str) -> tuple[int, dict[str, Any]]:
    result = _run(*arguments, "--dry-run", "--json")
    return result.exit_code, json.loads(result.stdout)


@pytest.fixture
def staff(tmp_path: Path) -> str:
    path = tmp_path / "liste.csv"
    path.write_bytes(STAFF.encode("cp1252"))
    return str(path)


def test_staff_json_has_the_keys_of_the_contract(staff: str) -> None:
    code, document = _json("staff", staff)
    assert code == 0
    keys = {"personnel_no", "name", "email", "department", "country", "weekly_hours", "entry_date", "exit_date"}
    assert keys <= set(document["records"][0])
    assert (document["records"][0]["weekly_hours"], document["encoding"]) == ("38.5", "cp1252")
    assert document["mapping"] == {"Pers.-Nr.": "personnel_no", "Name": "name", "Wochenstunden": "weekly_hours"}
    assert document["errors"] == []
    assert set(document["warnings"][0]) == {"where", "cause", "expected", "next_step"}


def test_mapping_is_taken_from_pairs_and_from_a_file(staff: str, tmp_path: Path) -> None:
    _, document = _json("staff", staff, "--mapping", "Wochenstunden=ignore", "--mapping", "Kapazität=weekly_hours")
    assert document["records"][0]["weekly_hours"] == "20"
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps({"mapping": document["mapping"] | {"Wochenstunden": "ignore"}}), "utf-8")
    assert _json("staff", staff, "--mapping", str(path))[1]["records"] == document["records"]


@pytest.mark.parametrize(
    ("command", "keys"),
    [
        ("staff", {"records", "encoding", "mapping", "warnings"}),
        ("wbs", {"tasks", "resources", "assignments", "calendars", "links"}),
        ("mspdi", {"tasks", "resources", "assignments", "calendars", "links"}),
        ("absences", {"absences"}),
    ],
)
def test_refused_input_gives_one_error_and_empty_lists(command: str, keys: set[str], tmp_path: Path) -> None:
    for name in ("gibtsnicht.csv", "."):
        code, document = _json(command, str(tmp_path / name))
        assert code == 1
        assert keys <= set(document)
        assert [set(error) for error in document["errors"]] == [{"where", "cause", "expected", "next_step"}]


def test_row_errors_exit_with_one(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("Name;Eintritt\nAnna;31.02.2026\nBernd;1.2.2026\n", "utf-8")
    code, document = _json("staff", str(path), "--language", "en")
    assert (code, len(document["records"]), len(document["errors"])) == (1, 1, 1)
    assert document["errors"][0]["cause"].startswith("Row 2, column")


def test_calendar_is_read_by_the_command(tmp_path: Path) -> None:
    path = tmp_path / "k.ics"
    event = "BEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227\nEND:VEVENT\n"
    path.write_text(f"BEGIN:VCALENDAR\n{event}END:VCALENDAR\n", "utf-8")
    code, document = _json("absences", str(path))
    found = [(a["start"], a["end"], a["all_day"]) for a in document["absences"]]
    assert (code, found) == (0, [("2026-12-24", "2026-12-26", True)])


def test_without_dry_run_the_command_says_where_to_import_and_exits_with_two(staff: str) -> None:
    result = _run("staff", staff)
    assert result.exit_code == 2
    assert "werkfluss demo" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("mapping", ["nonsense", "gibtsnicht.json"])
def test_unusable_mapping_option_is_wrong_usage(staff: str, mapping: str) -> None:
    assert _run("staff", staff, "--dry-run", "--mapping", mapping).exit_code == 2


def test_messages_go_to_standard_error(staff: str) -> None:
    result = _run("staff", staff, "--dry-run")
    assert (result.exit_code, result.stdout) == (0, "1 Personen\n")
    assert "Kapazität" in result.stderr


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys; import werkfluss.formats.commands; "
        "print(sorted({'openpyxl', 'lxml', 'icalendar', 'babel', 'charset_normalizer'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
