"""The command line: one JSON document, clear refusals, no traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from werkfluss.law.commands import law

CONTRACT = [
    "rule", "outcome", "values", "duties", "reasons", "conditions", "citations", "as_of", "pack_version",
    "parameters", "certainty", "missing", "readings",
]  # fmt: skip


def run(*arguments: str) -> Result:
    return CliRunner().invoke(law, arguments)


@pytest.fixture
def facts(tmp_path: Path):
    def _write(content: object) -> str:
        path = tmp_path / "facts.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    return _write


def test_check_prints_the_contract(facts):
    result = run(
        "check", facts({"hours": "11"}), "--rule", "de/working_time/daily_hours", "--on", "2026-11-22", "--json"
    )
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert set(CONTRACT) <= set(document)
    assert document["outcome"] == "blocked"
    assert result.stderr == ""


def test_check_of_ai_use_shows_class_overlays_and_annex(facts):
    path = facts({"recruitment": "selects_or_evaluates_persons", "profiling": "yes", "generates": "text"})
    result = run("check", path, "--rule", "eu/ai_act/classification", "--on", "2026-11-22", "--json")
    document = json.loads(result.stdout)
    assert (document["class"], document["overlays"], document["annex3"]) == ("HIGH_RISK", ["50(2)"], ["4(a)"])


@pytest.mark.parametrize("content", ["{", "[]", '"x"', "\x00", '{"hours": "eleven"}', '{"hour": 11}'])
def test_check_refuses_bad_facts_with_errors(facts, content):
    result = run("check", facts(content), "--rule", "de/working_time/daily_hours", "--on", "2026-11-22", "--json")
    assert result.exit_code == 1
    (error,) = json.loads(result.stdout)["errors"]
    assert set(error) == {"where", "cause", "expected", "next_step"}
    assert all(error.values())
    assert error["where"] in result.stderr


@pytest.mark.parametrize("arguments", [["--rule", "de/nothing/here"], ["--rule", "nonsense"]])
def test_check_refuses_an_unknown_rule(facts, arguments):
    result = run("check", facts({}), *arguments, "--on", "2026-11-22", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["errors"][0]["where"] == arguments[1]


def test_check_of_a_missing_file_is_refused(tmp_path):
    result = run("check", str(tmp_path / "no.json"), "--rule", "de/working_time/day", "--on", "2026-11-22", "--json")
    assert result.exit_code == 1
    assert "no.json" in json.loads(result.stdout)["errors"][0]["where"]


@pytest.mark.parametrize("arguments", [["check"], ["params"], ["params", "--on", "22.11.2026"], ["nothing"]])
def test_wrong_usage_exits_with_two(arguments):
    assert run(*arguments).exit_code == 2


def test_check_many_answers_each_case_and_marks_the_refused(facts):
    day = "2026-11-22"
    cases = [
        {"id": "a", "rule": "de/working_time/daily_hours", "on": day, "facts": {"hours": 8}},
        {"id": "b", "rule": "de/working_time/daily_hours", "on": day, "facts": {"hours": "many"}},
        {"id": "c", "rule": "de/working_time/daily_hours", "on": "soon", "facts": {}},
        {"id": "d"},
        7,
    ]
    result = run("check-many", facts(cases), "--json")
    answers = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [answer["id"] for answer in answers] == ["a", "b", "c", "d", 4]
    assert answers[0]["outcome"] == "allowed"
    assert ["errors" in answer for answer in answers] == [False, True, True, True, True]
    good = run("check-many", facts(cases[:1]), "--json")
    assert good.exit_code == 0


def test_rules_show_the_schema_of_their_facts():
    rules = json.loads(run("rules", "--json").stdout)
    by_id = {rule["rule"]: rule for rule in rules}
    fact = by_id["de/working_time/rest"]["facts"][1]
    assert (fact["name"], fact["type"], fact["unit"]) == ("rest_hours", "number", "h")
    assert set(fact["question"]) == {"de", "en"}
    attribute = by_id["eu/ai_act/classification"]["facts"][0]
    assert attribute["name"] == "ai_technique"
    assert "llm" in attribute["values"]


def test_params_show_the_value_of_the_day_with_status():
    def value(day: str) -> tuple[str, str]:
        uses = json.loads(run("params", "--on", day, "--json").stdout)
        assert all(use["reference"] and use["provision"] for use in uses)
        (use,) = [use for use in uses if use["id"] == "de/residence/blue_card_regular"]
        return use["value"], use["status"]

    assert value("2026-12-31") == ("50700", "in_force")
    assert value("2027-01-01") == ("53100", "draft")


def test_changes_name_what_changes_on_new_year():
    changes = json.loads(run("changes", "--from", "2026-12-31", "--to", "2027-01-01", "--json").stdout)
    found = {change["id"]: (change["before"], change["after"], change["status"]) for change in changes}
    assert found["de/residence/blue_card_regular"] == ("50700", "53100", "draft")
    assert found["de/invoice/phase"] == ("transition", "large_only", "enacted")
    assert all(change["day"] == "2027-01-01" for change in changes)


def test_explain_and_packs_show_provision_sources_and_review():
    document = json.loads(run("explain", "de/aueg/partner_team", "--json").stdout)
    assert "§ 1 Abs. 1" in document["versions"][0]["provision"]
    assert document["sources"][0]["reference"].startswith("https://")
    packs = json.loads(run("packs", "--json").stdout)
    assert {pack["pack"] for pack in packs} >= {"de/working_time", "eu/ai_act", "at/working_time"}
    assert all(pack["next_review"] and pack["sources"] for pack in packs)
    assert run("explain", "nothing", "--json").exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["rules"],
        ["params", "--on", "2026-11-22"],
        ["changes", "--from", "2026-01-01", "--to", "2027-12-31"],
        ["packs"],
        ["explain", "de/status/engagement"],
    ],
)
def test_plain_output_is_readable(arguments):
    result = run(*arguments)
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) >= 5
    assert "Traceback" not in result.stdout


def test_plain_check_names_reason_condition_and_question(facts):
    result = run(
        "check", facts({"hours": 9}), "--rule", "de/working_time/breaks", "--on", "2026-11-22", "--language", "en"
    )
    assert "? How many minutes of break" in result.stdout
    assert "§ 4 ArbZG" in result.stdout


def test_check_refuses_a_file_that_says_a_thing_twice(facts):
    path = facts('{"hours": 8, "hours": 12}')
    result = run("check", path, "--rule", "de/working_time/daily_hours", "--on", "2026-11-22", "--json")
    assert result.exit_code == 1
    assert "„hours“ steht zweimal" in json.loads(result.stdout)["errors"][0]["cause"]


@pytest.mark.parametrize(
    ("case", "named"),
    [
        ({"rule": "de/working_time/day", "on": "2026-13-22", "facts": {}}, "on"),
        ({"rule": "de/working_time/day", "on": 20261122, "facts": {}}, "on"),
        ({"rule": 5, "on": "2026-11-22", "facts": {}}, "rule"),
        ({"rule": "de/working_time/day", "on": "2026-11-22", "facts": []}, "facts"),
    ],
)
def test_check_many_names_the_part_of_a_case_that_is_wrong(facts, case, named):
    result = run("check-many", facts([case]), "--json")
    (answer,) = json.loads(result.stdout)
    assert answer["errors"][0]["cause"].endswith(f"„{named}“.")


def test_changes_backwards_and_a_strange_language_are_wrong_usage():
    assert run("changes", "--from", "2027-12-31", "--to", "2026-12-31").exit_code == 2
    assert run("packs", "--language", "fr").exit_code == 2


def test_text_of_an_answer_is_written_as_people_of_the_language_do(facts):
    path = facts({"start": "2026-12-31", "form": "text_with_receipt"})
    asked = ["check", path, "--rule", "de/terms/written_terms", "--on", "2026-11-22"]
    german, english = run(*asked).stdout, run(*asked, "--language", "en").stdout
    assert "31.12.2026" in german
    assert "2026-12-31" not in german
    assert "! 07.01.2027: Vertragsbedingungen aushändigen" in german
    assert "! 2027-01-07: Hand over the terms" in english
    assert "2026-12-31" in run(*asked, "--json").stdout


def test_text_of_an_undecided_answer_shows_the_readings_with_their_amounts(facts):
    path = facts({"gross": "5000", "childless": True, "tax_class": "1", "church_tax": "none"})
    german = run("check", path, "--rule", "de/social/net_pay", "--on", "2027-02-01").stdout
    assert "nicht entschieden" in german.splitlines()[0]
    assert "~ mit dem zuletzt geltenden Wert" in german
    assert "Netto: 3.130,08 € im Monat" in german


def test_text_of_routes_names_each_with_its_outcome(facts):
    path = facts({"work_kind": "employment", "citizenship": "ES"})
    lines = run("check", path, "--rule", "de/residence/routes", "--on", "2026-11-22").stdout.splitlines()
    assert any(line.startswith("  · ") and line.endswith("erlaubt (A)") for line in lines)


def test_text_of_changes_and_values_uses_the_readers_numbers_and_words():
    changes = ["changes", "--from", "2026-12-31", "--to", "2027-01-01"]
    assert "01.01.2027  Mindestlohn: 13,90 € je Stunde → 14,60 € je Stunde  [beschlossen]" in run(*changes).stdout
    assert "2027-01-01" in run(*changes, "--language", "en").stdout
    lines = run(*changes).stdout.splitlines()
    assert len(lines) == len(set(lines))
    assert "[Entwurf]" in run("params", "--on", "2027-01-01").stdout
    assert "→ 31." in run("packs").stdout


@pytest.mark.parametrize(
    "command",
    [["rules"], ["packs"], ["params", "--on", "2026-11-22"], ["changes", "--from", "2026-12-31", "--to", "2027-01-01"]],
)
def test_unsigned_pack_in_the_folder_is_an_error_in_the_document(tmp_path, command):
    folder = tmp_path / "de" / "terms"
    folder.mkdir(parents=True)
    (folder / "terms.yaml").write_text("\tx: [", encoding="utf-8")
    result = run("--packs", str(tmp_path), *command, "--json")
    assert result.exit_code == 1
    assert "nicht unterschrieben" in json.loads(result.stdout)["errors"][0]["cause"]
