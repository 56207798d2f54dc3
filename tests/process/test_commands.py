"""The command line of the process room: one JSON document on standard output, faults instead of tracebacks."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from tests.process.samples import APPROVAL, source
from werkfluss.process import library
from werkfluss.process.bpmn import read
from werkfluss.process.commands import feel, process


def call(group, *arguments):
    result = CliRunner().invoke(group, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def document(group, *arguments, status=0):
    result = call(group, *arguments, "--json")
    assert result.exit_code == status, result.output
    return json.loads(result.stdout)


@pytest.fixture
def approval(tmp_path):
    path = tmp_path / "approval.bpmn"
    path.write_bytes(source(APPROVAL))
    return path


def test_check_prints_the_keys_of_the_contract(approval):
    found = document(process, "check", approval)
    (one,) = found["processes"]
    assert (one["id"], one["name"], one["runnable"]) == ("p", "Probe", True)
    assert one["tasks"][0] == {"id": "ask", "name": "Antrag stellen", "type": "userTask", "performer": ""}
    assert {"code", "element", "severity", "message_de", "message_en"} <= found["findings"][0].keys()
    assert 0 <= found["clarity"] < 100
    assert len(one["edits"]) == 3


def test_check_of_a_library_process_is_100(tmp_path):
    path = tmp_path / "x.bpmn"
    path.write_bytes(library.source("freelancer_order"))
    found = document(process, "check", path)
    assert (found["clarity"], found["findings"]) == (100, [])
    assert "Klarheit 100 von 100" in call(process, "check", path).stdout


@pytest.mark.parametrize("data", [b"", b"<a/>", b"\x00\xff", b"{}"])
@pytest.mark.parametrize("command", ["check", "run"])
def test_broken_file_is_refused_with_errors(tmp_path, data, command):
    path = tmp_path / "x.bpmn"
    path.write_bytes(data)
    (error,) = document(process, command, path, status=1)["errors"]
    assert error.keys() == {"where", "cause", "expected", "next_step"}
    assert all(error.values())


def test_missing_file_is_refused_and_wrong_usage_is_2(tmp_path):
    assert document(process, "check", tmp_path / "gone.bpmn", status=1)["errors"][0]["where"] == "gone.bpmn"
    assert call(process, "check").exit_code == 2
    plain = call(process, "check", tmp_path / "gone.bpmn")
    assert (plain.exit_code, plain.stdout) == (1, "")
    assert "gone.bpmn" in plain.stderr


def test_roundtrip_writes_the_same_model(approval, tmp_path):
    out = tmp_path / "out.bpmn"
    assert call(process, "roundtrip", approval, "--out", out).exit_code == 0
    assert read(out.read_bytes()).processes == read(approval.read_bytes()).processes
    assert document(process, "roundtrip", approval, "--out", tmp_path / "no" / "x", status=1)["errors"]


def run(approval, tmp_path, choices, *more, status=0):
    path = tmp_path / "choices.json"
    path.write_text(json.dumps(choices))
    return document(process, "run", approval, "--choices", path, *more, status=status)


@pytest.mark.parametrize("answer", ["f3", "ja", "JA", "do", "Reise buchen"])
def test_run_follows_a_choice_by_any_of_its_names(approval, tmp_path, answer):
    found = run(approval, tmp_path, {"g": answer})
    assert (found["state"], found["path"], found["open"]) == ("completed", ["s", "ask", "g", "do", "yes"], [])


def test_run_without_a_choice_waits_at_the_decision(approval, tmp_path):
    found = run(approval, tmp_path, {})
    assert found["state"] == "waiting"
    assert found["open"] == [{"element": "g", "name": "Genehmigt?", "kind": "decision", "choices": ["ja", "nein"]}]


def test_run_takes_data_and_variables(approval, tmp_path):
    answers = {"choices": {"Genehmigt?": "nein"}, "data": {"ask": {"betrag": 5}}, "variables": {"kunde": "A"}}
    assert run(approval, tmp_path, answers)["variables"] == {"kunde": "A", "betrag": 5}


@pytest.mark.parametrize(
    "answers", [[], {"choices": []}, {"data": 1}, {"g": "vielleicht"}, {"start": "x"}, {"timers": "b"}]
)
def test_run_refuses_answers_that_do_not_fit(approval, tmp_path, answers):
    assert run(approval, tmp_path, answers, status=1)["errors"]


def test_run_refuses_an_unknown_process_and_an_unsupported_element(approval, tmp_path):
    assert run(approval, tmp_path, {}, "--process", "x", status=1)["errors"][0]["where"] == "x"
    approval.write_bytes(source('<endEvent id="t" name="Rechnen"/>'))
    assert "keinen Anfang" in run(approval, tmp_path, {}, status=1)["errors"][0]["cause"]


def test_run_says_what_to_do_with_a_file_without_process(approval, tmp_path):
    approval.write_bytes(source("").replace(b'<process id="p" name="Probe" isExecutable="true"></process>', b""))
    (error,) = run(approval, tmp_path, {}, status=1)["errors"]
    assert error["where"] == "approval.bpmn"
    assert "process find" in error["next_step"]
    approval.write_bytes(source(""))
    assert run(approval, tmp_path, {}, "--process", "p", status=1)["errors"]


def test_run_names_the_processes_of_the_file(approval, tmp_path):
    (error,) = run(approval, tmp_path, {}, "--process", "x", status=1)["errors"]
    assert (error["expected"], error["next_step"]) == ("Einer von: p.", "Nennen Sie ihn mit --process.")


def test_run_that_never_ends_is_stopped(approval, tmp_path):
    body = APPROVAL.replace('targetRef="no" name="nein"', 'targetRef="ask" name="nein"').replace(
        '<endEvent id="no"/>', ""
    )
    approval.write_bytes(source(body))
    found = run(approval, tmp_path, {"g": "nein"})
    assert found["state"] == "waiting"
    assert found["incidents"][0]["code"] == "endless"


def test_feel_eval_prints_result_and_errors(tmp_path):
    context = tmp_path / "c.json"
    context.write_text('{"x": 2, "Netto Betrag": 10.5}')
    found = document(feel, "eval", "Netto Betrag * x", "--context", context)
    assert (found["result"], found["errors"], found["type"]) == (21, [], "number")
    assert document(feel, "eval", "1 / 3")["result"].startswith("0.3333")
    assert document(feel, "eval", "y")["warnings"][0]["where"].startswith("1:1")
    (error,) = document(feel, "eval", "1 + (", status=1)["errors"]
    assert re.match(r"1:6", error["where"])


@pytest.mark.parametrize("content", ["[]", "{", "\xff"])
def test_feel_context_that_is_no_object_is_refused(tmp_path, content):
    context = tmp_path / "c.json"
    context.write_text(content, encoding="latin-1")
    assert document(feel, "eval", "1", "--context", context, status=1)["errors"]


@pytest.mark.corpus
def test_reference_processes_run_to_their_end(corpus, tmp_path):
    """All that have steps; at every decision the branches are taken in turn."""
    completed = 0
    for path in sorted((corpus / "bpmn-miwg").glob("ref_*.bpmn")):
        definitions = read(path.read_bytes(), path.name)
        split = [node for node in definitions.nodes.values() if len(node.outgoing) > 1]
        choices = {node.id: [*reversed(node.outgoing)] * 10 for node in split}
        answers = tmp_path / "c.json"
        answers.write_text(json.dumps({"choices": choices}))
        for one in document(process, "check", path)["processes"]:
            if definitions.process(one["id"]).nodes:
                assert one["runnable"]
                found = document(process, "run", path, "--process", one["id"], "--choices", answers)
                assert found["state"] == "completed", (path.name, one["id"], found)
                completed += 1
    assert completed == 28
