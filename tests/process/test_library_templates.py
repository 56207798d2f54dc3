"""Every process of the library: clear, in two languages, runnable to each of its ends, cleanly drawn."""

from __future__ import annotations

import re
from collections import Counter, deque
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from tests.process.samples import AT
from werkfluss.process import library
from werkfluss.process.clarity_process import check_file
from werkfluss.process.labels import is_verb_object
from werkfluss.process.model import (
    AiUse,
    Definitions,
    Event,
    EventKind,
    EventPosition,
    Gateway,
    GatewayType,
    SubProcess,
    Task,
    TaskType,
    Timer,
    Trigger,
)
from werkfluss.process.routing import Routing, routing
from werkfluss.process.runnable import runnable
from werkfluss.process.svg import draw
from werkfluss.process.timing import due_of
from werkfluss.process.walk import walk

NAMES = library.names()
BERLIN = ZoneInfo("Europe/Berlin")
WF = "{https://werkfluss.example/bpmn/1}"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# What the formal conditions ask for: inside and outside the limits.
VARIABLES = ({}, {"amount": 120, "margin_percent": 22})


def root(name: str) -> etree._Element:
    return etree.fromstring(library.source(name))


def events(definitions: Definitions, position: EventPosition) -> list[Event]:
    return [n for n in definitions.nodes.values() if isinstance(n, Event) and n.position is position]


@pytest.mark.parametrize("name", NAMES)
def test_template_is_perfectly_clear_and_runs(name):
    definitions = library.load(name)
    results, total = check_file(definitions)
    assert total == 100, [(f.code, f.element) for r in results for f in r.findings]
    assert not [finding for finding in runnable(definitions, name) if finding.severity == "blocks"]


@pytest.mark.parametrize("name", NAMES)
def test_template_has_the_parts_of_a_real_process(name):
    definitions = library.load(name)
    process = definitions.processes[0]
    assert process.id == name
    assert 8 <= len(process.tasks) <= 22
    assert len(process.lanes) >= 3
    assert any(routing(definitions, n) in (Routing.DECISION, Routing.FIRST_TRUE) for n in definitions.nodes.values())
    timed = [n for n in definitions.nodes.values() if isinstance(n, Event) and n.trigger.kind is EventKind.TIMER]
    assert timed
    outer = [end for end in events(definitions, EventPosition.END) if end.scope == name]
    assert len({end.name for end in outer if end.name != "Erinnert"}) >= 2
    assert all(event.name for event in definitions.nodes.values() if isinstance(event, Event))
    assert all(
        n.name
        for n in definitions.nodes.values()
        if isinstance(n, Gateway) and len(n.outgoing) > 1 and n.type is GatewayType.EXCLUSIVE
    )


@pytest.mark.parametrize("name", NAMES)
def test_template_says_everything_in_both_languages(name):
    tree = root(name)
    for element in tree.iter(f"{BPMN}*"):
        if element.get("name") and element.tag not in (f"{BPMN}definitions", f"{BPMN}message"):
            assert element.find(f"{BPMN}extensionElements/{WF}label").get("en"), element.get("id")
        spoken = [note.get(XML_LANG) for note in element.findall(f"{BPMN}documentation")]
        assert spoken in ([], ["de", "en"]), element.get("id")
    told = [
        e
        for tag in ("outcome", "criterion", "skill", "aiPurpose", "acceptanceReason", "tool", "provision")
        for e in tree.iter(f"{WF}{tag}")
    ]
    assert len(told) >= 25
    for element in told:
        assert element.get("de")
        assert element.get("en")
        assert not (element.text or "").strip()
    assert tree.find(f".//{BPMN}process/{BPMN}documentation") is not None
    alone = {"acceptanceReason", "tool", "provision"}  # in the attributes there is room for one language only
    assert not [work for work in tree.iter(f"{WF}work") if alone & set(work.keys())]


@pytest.mark.parametrize("name", NAMES)
def test_steps_are_named_by_what_is_done_in_both_languages(name):
    for task in library.load(name).processes[0].tasks:
        assert is_verb_object(task.name), task.name
        assert is_verb_object(task.name_in("en")), task.name_in("en")
        assert task.name_in("en") != task.name


@pytest.mark.parametrize("name", NAMES)
def test_index_entry_fits_its_process(name):
    entry, process = library.entry(name), library.load(name).processes[0]
    assert (entry.title.de, entry.title.en) == (process.name, process.name_in("en"))
    assert entry.area in library.AREAS
    for text in (entry.purpose, entry.starts):
        assert text.de.endswith(".")
        assert text.en.endswith(".")
        assert text.de != text.en


@pytest.mark.parametrize("name", NAMES)
def test_people_answer_for_what_machines_do(name):
    definitions = library.load(name)
    for task in definitions.processes[0].tasks:
        if task.type not in (TaskType.USER, TaskType.MANUAL):
            continue
        if task.facts.ai is not AiUse.FORBIDDEN:
            assert task.facts.acceptance in ("requester", "four_eyes"), task.id
            assert task.facts.data_class != "special", task.id
        if definitions.performer(task) == "KI-Agent":
            assert task.facts.ai is AiUse.REQUIRED, task.id


def neighbours(definitions: Definitions) -> dict[str, list[tuple[str, str]]]:
    """Per node (flow or "", next node); a boundary event comes after its activity, an inner start after its box."""
    after = {node: [] for node in definitions.nodes}
    for flow in definitions.flows.values():
        after[flow.source].append((flow.id, flow.target))
    for event in events(definitions, EventPosition.BOUNDARY):
        after[event.attached_to].append(("", event.id))
    return after


def way(definitions: Definitions, after: dict[str, list[tuple[str, str]]], start: str, end: str) -> list[str]:
    """The nodes of a shortest way."""
    came: dict[str, str] = {start: ""}
    pending = deque([start])
    while pending:
        node = pending.popleft()
        for _, other in after[node]:
            if other not in came:
                came[other] = node
                pending.append(other)
    found = [end]
    while came[found[-1]]:
        found.append(came[found[-1]])
    return found[::-1]


def answers_for(definitions: Definitions, path: list[str]) -> dict:
    """Choose what leads along the path; elsewhere what leads to an end soonest."""
    after = neighbours(definitions)
    before: dict[str, list[str]] = {node: [] for node in definitions.nodes}
    for node, followers in after.items():
        for _, other in followers:
            before[other].append(node)
    far = {end.id: 0 for end in events(definitions, EventPosition.END)}
    pending = deque(far)
    while pending:
        node = pending.popleft()
        for other in before[node]:
            if other not in far:
                far[other] = far[node] + 1
                pending.append(other)
    choices: dict[str, str] = {}
    for gateway in definitions.nodes.values():
        if not isinstance(gateway, Gateway) or routing(definitions, gateway) is not Routing.DECISION:
            continue
        flows = [definitions.flows[flow] for flow in gateway.outgoing]
        wanted = next((f for f in flows if gateway.id in path and f.target in path[path.index(gateway.id) :]), None)
        chosen = (wanted or min(flows, key=lambda f: far[f.target])).id
        choices[gateway.id] = chosen
        choices |= {node: chosen for node in before[gateway.id] if isinstance(definitions.nodes[node], Task)}
    timers = [event.id for event in events(definitions, EventPosition.BOUNDARY) if event.id in path]
    return {"choices": choices, "timers": timers}


@pytest.mark.parametrize("name", NAMES)
def test_template_reaches_each_of_its_ends(name):
    definitions = library.load(name)
    after = neighbours(definitions)
    start = next(event.id for event in events(definitions, EventPosition.START) if event.scope == name)
    for end in events(definitions, EventPosition.END):
        if end.scope != name:
            continue
        answers = answers_for(definitions, way(definitions, after, start, end.id))
        walks = [walk(definitions, name, {**answers, "variables": known}, AT) for known in VARIABLES]
        assert any(one.outcome == "completed" and end.id in one.path for one in walks), end.id
        assert not [incident for one in walks for incident in one.incidents], end.id


@pytest.mark.parametrize(
    ("known", "step"),
    [({"amount": 500}, "approve_single"), ({"amount": 501}, "approve_double"), ({}, "approve_double")],
)
def test_invoice_needs_four_eyes_above_the_limit_and_when_the_amount_is_unknown(known, step):
    answers = {"choices": {"check_form": "ja", "confirm_supply": "ja"}, "variables": known}
    result = walk(library.load("invoice_booking"), "invoice_booking", answers, AT)
    assert result.outcome == "completed"
    assert {"approve_single", "approve_double"} & set(result.path) == {step}


def moments(definitions: Definitions) -> list[Timer]:
    """Every time that is computed from the data of the case."""
    found = [n.trigger.timer for n in definitions.nodes.values() if isinstance(n, Event) and n.trigger.timer]
    found += [Timer("duration", task.facts.due) for task in definitions.processes[0].tasks if task.facts.due]
    return [timer for timer in found if timer.expression.startswith("=")]


@pytest.mark.parametrize("name", [name for name in NAMES if moments(library.load(name))])
def test_computed_times_hold_with_and_without_data(name):
    at = datetime(2026, 11, 23, 8, tzinfo=UTC)
    for timer in moments(library.load(name)):
        asked = re.findall(r"if (\w+) = (null|true)", timer.expression)
        assert asked, timer.expression
        trigger = Trigger(EventKind.TIMER, timer=timer)
        without, _ = due_of(trigger, at, BERLIN, {})
        known = {word: True if what == "true" else "2027-03-01" for word, what in asked}
        given, _ = due_of(trigger, at, BERLIN, known)
        assert without is not None, timer.expression
        assert given is not None, timer.expression
        assert without > at
        assert given != without


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_words_and_unique_and_nothing_of_a_machine_is_inside(name):
    tree = root(name)
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert [one for one, count in Counter(ids).items() if count > 1] == []
    assert [one for one in ids if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", one)] == []
    assert [one for one in ids if re.search(r"_\d{3,}", one)] == []
    assert not re.search(rb"/(work|tmp|home|var|usr)/|file:|localhost|Activity_|Flow_0", library.source(name))
    assert library.source(name).startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<bpmn:definitions ")


@pytest.mark.parametrize("name", NAMES)
def test_every_element_is_drawn(name):
    definitions = library.load(name)
    diagram = definitions.diagrams[0]
    shapes, edges = [s.element for s in diagram.shapes], [e.element for e in diagram.edges]
    pools = [pool.id for pool in definitions.participants]
    assert sorted(shapes) == sorted([*definitions.nodes, *definitions.lanes, *pools])
    assert sorted(edges) == sorted(definitions.flows)
    drawn = {e.get("data-element") for e in etree.fromstring(draw(definitions, language="en")).iter()}
    assert drawn >= definitions.nodes.keys() | definitions.flows.keys() | definitions.lanes.keys()


Box = tuple[float, float, float, float]


def meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("name", NAMES)
def test_boxes_do_not_overlap_and_arrows_go_around_them(name):
    definitions = library.load(name)
    diagram = definitions.diagrams[0]
    bounds = {s.element: s.bounds for s in diagram.shapes}
    boxes: dict[str, Box] = {}
    for node in definitions.nodes.values():
        b = bounds[node.id]
        if not isinstance(node, SubProcess):
            boxes[node.id] = (b.x, b.y, b.x + b.width, b.y + b.height)
        if node.lane and node.scope == name:
            lane = bounds[node.lane]
            assert lane.y <= b.y
            assert b.y + b.height <= lane.y + lane.height + 18  # a boundary event may reach down
    host = {e.id: e.attached_to for e in events(definitions, EventPosition.BOUNDARY)}
    for first, one in boxes.items():
        for second, other in boxes.items():
            if first < second and host.get(first) != second and host.get(second) != first:
                assert not meet(one, other), (first, second)
    for edge in diagram.edges:
        flow = definitions.flows[edge.element]
        spared = {flow.source, flow.target, host.get(flow.source)}
        for end, point in ((flow.source, edge.waypoints[0]), (flow.target, edge.waypoints[-1])):
            b = bounds[end]
            assert b.x <= point[0] <= b.x + b.width, edge.element
            assert b.y <= point[1] <= b.y + b.height, edge.element
        for (x1, y1), (x2, y2) in zip(edge.waypoints, edge.waypoints[1:], strict=False):
            assert x1 == x2 or y1 == y2, edge.element
            line = (min(x1, x2) - 1, min(y1, y2) - 1, max(x1, x2) + 1, max(y1, y2) + 1)
            crossed = [node for node, box in boxes.items() if node not in spared and meet(line, box)]
            assert not crossed, (edge.element, crossed)


def test_counselling_leaves_no_trace_of_a_person():
    """Psychosocial support: no lane of the person, no step that shows who used it, no machine near it."""
    definitions = library.load("psychosocial_voucher")
    lanes = {lane.name for lane in definitions.processes[0].lanes}
    assert not lanes & {"Beschäftigte Person", "Neue Kollegin oder neuer Kollege", "Führungskraft", "KI-Agent"}
    special = [task.id for task in definitions.processes[0].tasks if task.facts.data_class in ("personal", "special")]
    assert special == ["reject_invoice"]  # a bill with names in it is sent back and erased


def test_selection_of_people_is_kept_from_machines():
    definitions = library.load("university_recruiting")
    for step in ("hold_interviews", "choose_person"):
        assert definitions.nodes[step].facts.ai is AiUse.FORBIDDEN


@pytest.mark.parametrize(
    ("choice", "step", "due"),
    [
        ("Todesfall", "report_death", "P10D"),
        ("sonst schwerwiegend", "report_serious", "P15D"),
        ("weit verbreitet oder kritische Infrastruktur", "report_widespread", "P2D"),
    ],
)
def test_serious_incident_is_reported_within_its_own_time(choice, step, due):
    definitions = library.load("agent_incident")
    answers = {"choices": {"classify_incident": choice, "decide_agent": "Probebetrieb"}}
    result = walk(definitions, "agent_incident", answers, AT)
    assert result.outcome == "completed"
    assert [one for one in result.path if one.startswith("report_")] == [step]
    assert definitions.nodes[step].facts.due == due
