"""The report of the clarity check: JSON for machines, lines for a terminal, and its speed."""

from __future__ import annotations

import json
import time

import pytest
from click.testing import CliRunner

from tests.process.samples import APPROVAL, flow, model, source
from werkfluss.process import library
from werkfluss.process.bpmn import read
from werkfluss.process.check_report import document, lines
from werkfluss.process.clarity import codes
from werkfluss.process.clarity_process import check_file, check_process
from werkfluss.process.commands import process


def test_document_has_the_keys_of_the_contract_and_says_what_to_do():
    found = document(model(APPROVAL))
    json.dumps(found)
    one = next(f for f in found["findings"] if f["code"] == "no_outcome")
    assert {"code", "element", "severity", "message_de", "message_en"} <= one.keys()
    assert one["message_de"].startswith("Das Ergebnis ist nicht beschrieben. Schreiben Sie in einem Satz")
    (told,) = found["processes"]
    assert told["soundness"] == {"method": "state space", "unjudged": []}
    assert all({"code", "elements", "field", "gain", "message_de", "message_en"} <= e.keys() for e in told["edits"])
    first = told["questions"][0]
    assert {"id", "field", "elements", "kind", "gain", "question_de", "question_en", "suggestions"} <= first.keys()


@pytest.mark.parametrize(("language", "heading"), [("de", "Das hilft am meisten:"), ("en", "This helps most:")])
def test_lines_fit_the_width_and_ask_the_first_questions(language, heading):
    shown = list(lines(model(APPROVAL), language, 60))
    assert heading in [line.strip() for line in shown]
    assert max(map(len, shown)) <= 60
    assert sum(line.strip().startswith(tuple(f"{n}. " for n in range(1, 10))) for line in shown) == 7


def test_place_without_a_name_is_told_by_its_neighbours():
    body = APPROVAL.replace('name="Genehmigt?"', "").replace('name="nein"', "")
    shown = "\n".join(lines(model(body)))
    assert "nach „Antrag stellen“ [g]" in shown
    loose = '<userTask id="x" name="Beleg prüfen"/>' + flow("fx", "x", "no", "", "= 1 +")
    assert "von „Beleg prüfen“ zu „no“ [fx]" in "\n".join(lines(model(APPROVAL + loose)))


def test_clear_process_has_nothing_to_ask():
    shown = list(lines(library.load("freelancer_order")))
    assert shown[0] == "Klarheit 100 von 100"
    assert shown[-1].strip() == "Nichts ist unklar."


def test_many_places_are_cut_short_in_a_terminal_only():
    gates = "".join(f'<exclusiveGateway id="g{i}"/>' + flow(f"h{i}", "ask", f"g{i}") for i in range(30))
    shown = list(lines(model(APPROVAL + gates)))
    assert any("weitere Stellen (alle mit --json)" in line for line in shown)


def test_command_speaks_the_language_that_is_asked_for(tmp_path):
    path = tmp_path / "x.bpmn"
    path.write_bytes(source(APPROVAL))
    assert "Clarity " in CliRunner().invoke(process, ["check", str(path), "--language", "en"]).stdout


def test_codes_are_explained_on_the_command_line():
    told = CliRunner().invoke(process, ["explain", "runs_twice", "--language", "en"])
    assert told.exit_code == 0
    assert "Otherwise one delivers, books and pays twice." in told.stdout
    everything = json.loads(CliRunner().invoke(process, ["explain", "--json"]).stdout)["codes"]
    assert [one["code"] for one in everything] == list(codes())
    assert CliRunner().invoke(process, ["explain"]).stdout.count("\n") == len(everything)
    refused = CliRunner().invoke(process, ["explain", "nonsense", "--json"])
    assert refused.exit_code == 1
    assert "no_outcome" in json.loads(refused.stdout)["errors"][0]["expected"]


def large(steps: int) -> str:
    """A chain of decisions and parallel blocks with a loop here and there."""
    body, before, number = '<startEvent id="s" name="Los"/><endEvent id="e" name="Aus"/>', "s", 0
    while number < steps:
        gate = "parallelGateway" if number % 8 else "exclusiveGateway"
        split, join = f"g{number}", f"j{number}"
        body += f'<{gate} id="{split}" name="Gut?"/><{gate} id="{join}"/>' + flow(f"f{split}", before, split)
        for _ in range(4):
            body += f'<userTask id="t{number}" name="Rechnung prüfen"/>'
            body += flow(f"a{number}", split, f"t{number}", "ja") + flow(f"b{number}", f"t{number}", join)
            number += 1
        before = join
    return body + flow("last", before, "e")


def test_model_of_500_activities_is_checked_in_under_a_second():
    definitions = model(large(500))
    assert len(definitions.processes[0].tasks) == 500
    begun = time.process_time()
    result = check_process(definitions, "p")
    assert time.process_time() - begun < 1.0
    assert result.method == "state space"
    assert not {f.code for f in result.findings} & {"deadlock", "runs_twice", "livelock"}


@pytest.mark.corpus
def test_every_file_of_every_tool_is_checked_and_reported(corpus):
    """No file breaks the check, and what it says of the flow is only where the drawing gives cause."""
    odd = {"deadlock", "livelock", "boundary_never", "no_way_out", "dead_branch", "feel_invalid", "timer_invalid"}
    told: dict[str, set[str]] = {}
    paths = sorted((corpus / "bpmn-miwg").glob("*.bpmn"))
    for path in paths:
        definitions = read(path.read_bytes(), path.name)
        results, total = check_file(definitions)
        assert 0 <= total < 100
        assert list(lines(definitions))
        told[path.name] = {f.code for one in results for f in one.findings} & odd
    assert len(paths) > 80
    # B.2.0 shows every element of BPMN and makes no sense: an inclusive split meets a parallel join there.
    assert {name for name, codes in told.items() if codes} <= {name for name in told if "B.2.0" in name}
    assert {"deadlock"} == set().union(*told.values())
