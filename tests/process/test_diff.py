"""What differs between two versions, and where the steps of a running case would go on."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.process.samples import APPROVAL, duration, flow, model, source
from werkfluss.process import library
from werkfluss.process.bpmn import read
from werkfluss.process.commands import process
from werkfluss.process.diff import Change, Match, compare
from werkfluss.process.extension import with_facts, with_labels, with_names, with_performers
from werkfluss.process.model import Words, WorkFacts

LANES = (
    '<laneSet id="ls"><lane id="l1" name="Einkauf"><flowNodeRef>a</flowNodeRef></lane>'
    '<lane id="l2" name="Lager"><flowNodeRef>b</flowNodeRef></lane></laneSet>'
)
PAIR = '<task id="a" name="Ware bestellen"/><task id="b" name="Ware prüfen"/>'


def changes(before, after):
    found = compare(model(before), model(after))
    return [(one.change, one.element, one.field, one.before, one.after) for one in found.differences]


def test_a_file_does_not_differ_from_itself():
    for name in ("freelancer_order", "blue_card_case"):
        definitions = read(library.source(name))
        found = compare(definitions, definitions)
        assert found.differences == ()
        assert found.nodes == {node: Match(node, node) for node in definitions.nodes}
        assert set(found.flows) == set(definitions.flows)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (PAIR, PAIR.replace("prüfen", "zählen"), (Change.RENAMED, "b", "name", "Ware prüfen", "Ware zählen")),
        (PAIR, PAIR + '<task id="c" name="Neu"/>', (Change.ADDED, "c", "", "", "")),
        (PAIR + '<task id="c" name="Alt"/>', PAIR, (Change.REMOVED, "c", "", "", "")),
        (LANES + PAIR, LANES.replace("Lager", "Depot") + PAIR, (Change.RENAMED, "l2", "name", "Lager", "Depot")),
        (
            LANES + PAIR,
            LANES.replace(">a<", ">x<").replace(">b<", ">a</flowNodeRef><flowNodeRef>b<") + PAIR,
            (Change.MOVED, "a", "lane", "Einkauf", "Lager"),
        ),
        (
            f'<subProcess id="s" name="Teil">{PAIR}</subProcess>',
            '<subProcess id="s" name="Teil"><task id="a" name="Ware bestellen"/></subProcess>'
            '<task id="b" name="Ware prüfen"/>',
            (Change.MOVED, "b", "scope", "Teil", ""),
        ),
        (
            '<subProcess id="s" name="Teil"/>' + PAIR,
            '<task id="a" name="Ware bestellen"/><subProcess id="s" name="Teil"><task id="b" name="Ware prüfen"/>'
            "</subProcess>",
            (Change.MOVED, "b", "scope", "", "Teil"),
        ),
        (
            PAIR + flow("f", "a", "b", condition="x > 1"),
            PAIR + flow("f", "a", "b", condition="x > 2"),
            (Change.CONDITION, "f", "condition", "x > 1", "x > 2"),
        ),
        (
            PAIR + flow("f", "a", "b"),
            PAIR + flow("f", "b", "a"),
            (Change.REROUTED, "f", "", "Ware bestellen → Ware prüfen", "Ware prüfen → Ware bestellen"),
        ),
        (PAIR, PAIR + flow("f", "a", "b"), (Change.REROUTED, "f", "", "", "Ware bestellen → Ware prüfen")),
        (PAIR + flow("f", "a", "b"), PAIR, (Change.REROUTED, "f", "", "Ware bestellen → Ware prüfen", "")),
        (
            PAIR,
            PAIR.replace('<task id="a"', '<userTask id="a"', 1),
            (Change.BEHAVIOUR, "a", "type", "task", "userTask"),
        ),
        (
            f'<startEvent id="e">{duration("P1D")}</startEvent>',
            f'<startEvent id="e">{duration("P2D")}</startEvent>',
            (Change.BEHAVIOUR, "e", "triggers", "timer, duration, P1D", "timer, duration, P2D"),
        ),
        (
            '<task id="a"><standardLoopCharacteristics/></task>',
            '<task id="a"><multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>3</loopCardinality>'
            "</multiInstanceLoopCharacteristics></task>",
            (Change.BEHAVIOUR, "a", "loop", "standardLoop", "sequentialMultiInstance, 3"),
        ),
        (
            PAIR + '<boundaryEvent id="e" attachedToRef="a"/>',
            PAIR + '<boundaryEvent id="e" attachedToRef="b" cancelActivity="true"/>',
            (Change.MOVED, "e", "attached_to", "a", "b"),
        ),
        (
            PAIR + '<boundaryEvent id="e" attachedToRef="a"/>',
            PAIR + '<boundaryEvent id="e" attachedToRef="a" cancelActivity="false"/>',
            (Change.BEHAVIOUR, "e", "interrupting", "✓", "–"),
        ),
        (
            PAIR + '<exclusiveGateway id="g"/>' + flow("f", "g", "a") + flow("h", "g", "b"),
            PAIR + '<exclusiveGateway id="g" default="h"/>' + flow("f", "g", "a") + flow("h", "g", "b"),
            (Change.CONDITION, "g", "default", "", "h"),
        ),
    ],
)
def test_one_change_gives_one_difference(before, after, expected):
    assert changes(before, after) == [expected]


def test_a_step_put_between_two_is_new_and_its_flows_come_with_it():
    before = PAIR + flow("f", "a", "b")
    after = PAIR + '<task id="c" name="Neu"/>' + flow("f", "a", "c") + flow("h", "c", "b")
    assert [one[:2] for one in changes(before, after)] == [(Change.ADDED, "c"), (Change.REROUTED, "f")]
    assert [one[:2] for one in changes(after, before)] == [(Change.REMOVED, "c"), (Change.REROUTED, "f")]


@pytest.mark.parametrize("field", [name for name in WorkFacts.__slots__ if name not in ("ai", "effort")])
def test_every_fact_is_compared(field):
    values = {
        "skills": ("a", "b"),
        "outcome": Words((("de", "Da"), ("en", "There"))),
        "criteria": (Words((("", "eins"),)),),
        "ai_purpose": Words((("", "Vorschlag"),)),
        "approvals": "1/a",
    }
    before = library.source("freelancer_order")
    old = read(before)
    task = old.processes[0].tasks[0]
    values["translations"] = (Words((("de", task.facts.skills[0]), ("en", "New"))),)
    facts = {name: getattr(task.facts, name) for name in WorkFacts.__slots__}
    new = read(with_facts(before, {task.id: WorkFacts(**{**facts, field: values.get(field, "neu")})}))
    (difference,) = compare(old, new).differences
    assert (difference.change, difference.element, difference.field) == (Change.FACTS, task.id, field)
    assert difference.before != difference.after
    assert task.name in difference.message.de
    assert difference.message.en


def test_labels_and_performers_are_compared():
    before = library.source("blue_card_case")
    old = read(before)
    node = next(iter(old.nodes))
    (english,) = compare(old, read(with_labels(before, {node: Words((("en", "Another name"),))}))).of(node)
    assert (english.change, english.field, english.after) == (Change.RENAMED, "label", "Another name")
    lane = next(iter(old.lanes), None) or old.participants[0].id
    (by,) = compare(old, read(with_performers(before, {lane: "Team"}))).of(lane)
    assert (by.change, by.field, by.after) == (Change.FACTS, "performer", "Team")


def redrawn(body):
    """The same process with new ids everywhere, as after drawing it again."""
    return re.sub(r'(id|sourceRef|targetRef|attachedToRef|default)="(\w+)"', r'\1="new_\2"', body)


def test_new_ids_are_guessed_by_name_type_and_place():
    definitions = model(APPROVAL)
    found = compare(definitions, model(redrawn(APPROVAL)))
    assert found.nodes == {node: Match(node, f"new_{node}", guess=True) for node in definitions.nodes}
    assert found.flows == {one: Match(one, f"new_{one}", guess=True) for one in definitions.flows}
    assert found.differences == ()


def test_guess_is_marked_and_an_ambiguous_step_is_not_guessed():
    found = compare(model('<task id="a" name="Prüfen"/>'), model('<userTask id="x" name="prüfen"/>'))
    assert found.nodes == {"a": Match("a", "x", guess=True)}
    assert {one.guess for one in found.differences} == {True}
    twice = '<task id="{0}1" name="Prüfen"/><task id="{0}2" name="Prüfen"/>'
    assert compare(model(twice.format("a")), model(twice.format("x"))).nodes == {}


def test_id_that_now_names_another_kind_of_step_is_no_match():
    found = compare(model('<task id="a" name="Prüfen"/>'), model('<exclusiveGateway id="a" name="Prüfen"/>'))
    assert found.nodes == {}
    assert {one.change for one in found.differences} == {Change.ADDED, Change.REMOVED}


@settings(max_examples=examples(25), deadline=None)
@given(
    st.dictionaries(st.integers(0, 30), st.text("abc ", min_size=1, max_size=5), max_size=4),
    st.sets(st.integers(0, 30), max_size=4),
)
def test_differences_are_those_that_were_made(names, cleared):
    before = library.source("blue_card_case")
    old = read(before)
    tasks = old.processes[0].tasks
    renamed = {tasks[i].id: " ".join(name.split()) for i, name in names.items() if i < len(tasks)}
    stripped = {tasks[i].id: WorkFacts() for i in cleared if i < len(tasks)}
    found = compare(old, read(with_facts(with_names(before, renamed), stripped)))
    made = {(Change.RENAMED, one) for one, name in renamed.items() if name != old.nodes[one].name}
    made |= {(Change.FACTS, one) for one in stripped if old.nodes[one].facts != WorkFacts()}
    assert {(one.change, one.element) for one in found.differences if one.field != "label"} <= made | {
        (Change.BEHAVIOUR, one) for one in stripped
    }
    assert made <= {(one.change, one.element) for one in found.differences}


def test_command_prints_the_differences_and_refuses_broken_files(tmp_path):
    old, new, broken = (tmp_path / name for name in ("old.bpmn", "new.bpmn", "broken.bpmn"))
    old.write_bytes(source(PAIR))
    new.write_bytes(source(PAIR.replace("prüfen", "zählen")))
    broken.write_bytes(b"<a>")
    runner = CliRunner()
    document = json.loads(runner.invoke(process, ["diff", str(old), str(new), "--json"]).stdout)
    (one,) = document["differences"]
    assert (one["change"], one["element"], one["before"], one["after"]) == (
        "renamed",
        "b",
        "Ware prüfen",
        "Ware zählen",
    )
    assert document["steps"][0] == {"old": "a", "new": "a", "guess": False}
    assert "heißt jetzt „Ware zählen“" in runner.invoke(process, ["diff", str(old), str(new)]).stdout
    assert runner.invoke(process, ["diff", str(old), str(old)]).stdout == "Kein Unterschied.\n"
    refused = runner.invoke(process, ["diff", str(old), str(broken), "--json"])
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["errors"][0]["where"] == "broken.bpmn"


@pytest.mark.corpus
def test_every_export_can_be_compared_with_its_reference(corpus):
    folder = corpus / "bpmn-miwg"
    reference = read((folder / "ref_C.1.0.bpmn").read_bytes())
    exports = sorted(folder.glob("[a-qs-z]*_C.1.0-*.bpmn"))
    assert len(exports) == 6
    for path in exports:
        found = compare(reference, read(path.read_bytes()))
        tasks = [task.id for process in reference.processes for task in process.tasks]
        assert sum(task in found.nodes for task in tasks) >= len(tasks) - 1, path.name
        assert len({match.new for match in found.nodes.values()}) == len(found.nodes)
        assert all(one.message.de and one.message.en for one in found.differences)
