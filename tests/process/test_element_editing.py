"""What a form beside the drawing changes about one element, and that nothing else of the file moves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from werkfluss.kernel.errors import Broken
from werkfluss.process import bpmn, library
from werkfluss.process.editing import Edited, english_of, find, with_edited
from werkfluss.process.model import Activity, AiUse, Event, EventKind, Timer, Words

SOURCE = library.source("freelancer_order")
MODEL = bpmn.read(SOURCE)
STEP = next(node for node in MODEL.nodes.values() if isinstance(node, Activity) and node.facts.effort)
TIMER = next(
    node
    for node in MODEL.nodes.values()
    if isinstance(node, Event)
    and node.trigger.kind is EventKind.TIMER
    and node.trigger.timer is not None
    and node.trigger.timer.kind == "duration"
)
LANE = next(iter(MODEL.lanes.values()))


def test_nothing_edited_leaves_every_byte() -> None:
    same = Edited(name=STEP.name, english=english_of(STEP), facts=STEP.facts)
    assert with_edited(SOURCE, STEP.id, same) == SOURCE
    assert with_edited(SOURCE, LANE.id, Edited(name=LANE.name, performer=LANE.performer)) == SOURCE


@settings(max_examples=examples(25), deadline=None)
@given(
    name=st.text(min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool),
    english=st.sampled_from(["", "Send it", "Check & send <it>"]),
)
def test_name_and_facts_are_read_back_and_the_rest_stays(name: str, english: str) -> None:
    facts = replace(STEP.facts, ai=AiUse.FORBIDDEN, due="P3D", outcome=Words((("de", "Liegt vor"), ("en", "Is there"))))
    try:
        changed = with_edited(SOURCE, STEP.id, Edited(name=name, english=english, facts=facts))
        model = bpmn.read(changed)
    except Broken:
        pytest.fail("a name that a person can type must not break the file")
    found = model.nodes[STEP.id]
    assert (english_of(found), found.facts) == (english, facts)
    others = {key: node for key, node in model.nodes.items() if key != STEP.id}
    assert others == {key: node for key, node in MODEL.nodes.items() if key != STEP.id}


def test_other_languages_of_a_label_stay() -> None:
    from werkfluss.process.extension import with_labels

    source = with_labels(SOURCE, {STEP.id: Words((("en", "Send"), ("pl", "Wyślij")))})
    label = bpmn.read(with_edited(source, STEP.id, Edited(english="Deliver"))).nodes[STEP.id].label
    assert label is not None
    assert (label.exactly("en"), label.exactly("pl")) == ("Deliver", "Wyślij")


@pytest.mark.parametrize(
    "timer", [Timer("duration", "P6W"), Timer("date", "2027-01-04"), Timer("cycle", "R3/P1W"), Timer("duration", "= x")]
)
def test_time_of_an_event_is_replaced_whatever_kind_it_was(timer: Timer) -> None:
    node = bpmn.read(with_edited(SOURCE, TIMER.id, Edited(timer=timer))).nodes[TIMER.id]
    assert isinstance(node, Event)
    assert node.trigger.timer is not None
    assert node.trigger.timer.kind == timer.kind
    assert node.trigger.timer.expression.replace(" ", "") == timer.expression.replace(" ", "")


def test_event_that_waits_for_no_time_gets_none() -> None:
    start = next(n for n in MODEL.nodes.values() if isinstance(n, Event) and n.trigger.kind is EventKind.NONE)
    with pytest.raises(Broken):
        with_edited(SOURCE, start.id, Edited(timer=Timer("duration", "P1D")))


def test_condition_and_performer_reach_the_file() -> None:
    flow = next(one for one in MODEL.flows.values() if one.name)
    changed = bpmn.read(with_edited(SOURCE, flow.id, Edited(condition="amount > 10"))).flows[flow.id]
    assert changed.condition.removeprefix("=").strip() == "amount > 10"
    lane = bpmn.read(with_edited(SOURCE, LANE.id, Edited(performer="Einkauf"))).lanes[LANE.id]
    assert lane.performer == "Einkauf"


def test_unknown_element_is_said() -> None:
    with pytest.raises(KeyError):
        find(MODEL, "nothing")
