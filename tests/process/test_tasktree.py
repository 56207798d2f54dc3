"""A process as a tree of tasks, and what a case of it should know at the start."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.process.samples import source
from werkfluss.process import library
from werkfluss.process.bpmn import read
from werkfluss.process.commands import process
from werkfluss.process.library.words import Document, Index, Passage
from werkfluss.process.model import Definitions
from werkfluss.process.start_data import Kind, asked_at_start
from werkfluss.process.tasktree import PlannedStep, task_tree


def steps_of(name: str) -> dict[str, PlannedStep]:
    return {step.node.id: step for step in task_tree(library.load(name), name)}


def drawn(body: str) -> Definitions:
    return read(source(body), "drawn.bpmn")


def flow(number: int, start: str, end: str, name: str = "", condition: str = "") -> str:
    inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="f{number}" name="{name}" sourceRef="{start}" targetRef="{end}">{inside}</sequenceFlow>'


def test_main_way_is_the_one_with_most_work_to_an_ordinary_end() -> None:
    steps = steps_of("complaint")
    assert [key for key, step in steps.items() if step.optional] == [
        "write_credit",
        "explain_finding",
        "ask_details",
        "take_over",
    ]
    told = steps["explain_finding"].only_if
    assert told is not None
    assert (told.de, told.en) == ("Beanstandung berechtigt? nein", "Complaint justified? no")


def test_way_back_marks_what_may_come_again_and_leads_nowhere() -> None:
    steps = steps_of("complaint")
    assert steps["ask_satisfaction"].again
    assert not steps["record_complaint"].again
    assert [one.step for one in steps["offer_remedy"].after] == ["examine_defect"]


def test_days_add_up_along_the_way() -> None:
    steps = steps_of("complaint")
    assert [steps[key].due_days for key in ("record_complaint", "confirm_complaint", "examine_defect")] == [1, 2, 5]
    assert steps["find_root_cause"].due_days == 15, "beside the remedy, not after it"


def test_sub_process_becomes_a_group_of_its_steps() -> None:
    steps = steps_of("onboarding")
    assert steps["prepare_first_day"].is_group
    assert steps["write_terms"].parent == "prepare_first_day"
    assert steps["set_up_device"].due_days == 15, "the group takes ten days"


def test_time_on_the_way_is_waited_for() -> None:
    timer = "<timerEventDefinition><timeDuration>P7D</timeDuration></timerEventDefinition>"
    definitions = drawn(
        '<startEvent id="s"/><task id="a" name="A"/>'
        f'<intermediateCatchEvent id="t">{timer}</intermediateCatchEvent><task id="b" name="B"/><endEvent id="e"/>'
        + flow(1, "s", "a")
        + flow(2, "a", "t")
        + flow(3, "t", "b")
        + flow(4, "b", "e")
    )
    first, second = task_tree(definitions, definitions.processes[0].id)
    assert [(one.step, one.wait_days) for one in second.after] == [(first.node.id, 7)]


@pytest.mark.parametrize("name", library.names())
def test_every_library_process_is_a_tree_without_circles(name: str) -> None:
    done: set[str] = set()
    steps = task_tree(library.load(name), name)
    for step in steps:
        assert {one.step for one in step.after} <= done, step.node.id
        assert not step.parent or step.parent in done
        done.add(step.node.id)
    assert len(done) == len(steps)
    assert sum(not step.optional for step in steps) >= 4


@pytest.mark.corpus
def test_every_drawing_of_the_corpus_becomes_a_tree(corpus: Path) -> None:
    seen = 0
    for path in sorted((corpus / "bpmn-miwg").rglob("*.bpmn"))[::4]:
        definitions = read(path.read_bytes(), path.name)
        for one in definitions.processes:
            done: set[str] = set()
            for step in task_tree(definitions, one.id):
                assert {before.step for before in step.after} <= done, f"{path.name}: {step.node.id}"
                done.add(step.node.id)
            assert done == {node.id for node in one.nodes if hasattr(node, "for_compensation")}, path.name
            seen += 1
    assert seen > 20


def test_start_asks_for_what_times_and_conditions_read() -> None:
    asked = {
        (one.name, one.kind)
        for name in ("business_trip_eu", "quotation", "freelancer_order", "hire_skilled_worker_18b")
        for one in asked_at_start(library.load(name), name)
    }
    assert asked == {
        ("trip_end", Kind.DATE),
        ("amount", Kind.NUMBER),
        ("margin_percent", Kind.NUMBER),
        ("valid_until", Kind.DATE),
        ("answer_by", Kind.DATE),
        ("accelerated", Kind.YES_NO),
    }


def test_start_does_not_ask_for_what_is_bound_or_made_on_the_way() -> None:
    definitions = drawn(
        '<startEvent id="s"/><scriptTask id="a" name="A" scriptFormat="feel"><script>=1</script></scriptTask>'
        '<exclusiveGateway id="g"/><endEvent id="e"/><endEvent id="z"/>'
        + flow(1, "s", "a")
        + flow(2, "a", "g")
        + flow(3, "g", "e", condition="=some x in lines satisfies x &gt; limit")
        + flow(4, "g", "z", condition='=kind = "late" and not(urgent = true)')
    )
    asked = asked_at_start(definitions, definitions.processes[0].id)
    kinds = {one.name: one.kind for one in asked}
    assert kinds == {"lines": Kind.TEXT, "limit": Kind.TEXT, "kind": Kind.TEXT, "urgent": Kind.YES_NO}


def test_every_library_question_has_words_in_both_languages() -> None:
    for name in library.names():
        for one in asked_at_start(library.load(name), name):
            assert one.label.de != one.name.replace("_", " "), one.name
            assert one.label.de != one.label.en, one.name


def test_one_search_serves_all_kinds_of_texts() -> None:
    own = Document("own", (Passage("Messestand planen", 2.0), Passage("Rechnung prüfen", 0.5)))
    index = Index([own, Document("other", (Passage("Rechnung buchen", 2.0),))])
    assert index.find("Rechnungen")[0].key == "other"
    assert index.find("Wir planen einen Messestand")[0].matched == ("planen", "Messestand")
    assert index.find("Unsinn") == ()


def call(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(process, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout


def test_find_on_the_command_line_names_the_best_first() -> None:
    status, text = call("find", "Kundin beschwert sich über Lieferung", "--json")
    document = json.loads(text)
    assert status == 0
    assert document["hits"][0]["name"] == "complaint"
    assert document["hits"][0]["matched"]
    assert call("find", "Unsinnswort", "--json") == (0, '{\n  "query": "Unsinnswort",\n  "hits": []\n}\n')
    assert "Reklamation bearbeiten" in call("find", "Reklamation")[1]


def test_show_on_the_command_line_prints_the_tree_or_says_what_there_is() -> None:
    document = json.loads(call("show", "business_trip_eu", "--json")[1])
    assert document["clarity"] == 100
    assert [one["name"] for one in document["asked"]] == ["trip_end"]
    assert document["steps"][1]["after"] == [{"step": document["steps"][0]["id"], "wait_days": 0}]
    assert "Reise genehmigen" in call("show", "business_trip_eu")[1]
    status, text = call("show", "nothing", "--json")
    assert status == 1
    assert json.loads(text)["errors"][0]["where"] == "nothing"
