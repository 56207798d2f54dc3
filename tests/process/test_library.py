"""The processes that come with Werkfluss: the index, the freelancer order, the Blue Card case, the drawing."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from lxml import etree

from tests.process.samples import AT
from werkfluss.org.roles import Role
from werkfluss.process import library
from werkfluss.process.bpmn import read
from werkfluss.process.engine import new_case, step
from werkfluss.process.state import Completed, CreateWorkItem, Start, StartTimer
from werkfluss.process.svg import STYLE, draw, wrapped
from werkfluss.process.walk import walk

FREELANCER_ENDS = {
    "paid": {"answer_offer": "angenommen", "accept": "abgenommen"},
    "offer_declined": {"answer_offer": "abgelehnt"},
    "no_agreement": {"answer_offer": "Gegenvorschlag", "check_counter": "nein"},
}
BLUE_CARD = {
    "check_papers": ["nein", "ja"],
    "choose_route": "Blaue Karte EU",
    "choose_speed": "ja, nach § 81a",
    "check_consent": "ja",
    "record_visa": "ja",
}


def test_index_names_every_process_and_only_those():
    assert tuple(sorted(entry.key for entry in library.ENTRIES)) == library.names()
    assert len(library.names()) == 28
    assert library.load(library.names()[0]) is library.load(library.names()[0])
    for refused in ("../commands", "no_such_process"):
        with pytest.raises(KeyError):
            library.load(refused)
        with pytest.raises(KeyError):
            library.entry(refused)


def test_every_lane_has_a_usual_role_and_every_role_is_one_of_a_firm():
    lanes = {lane.name for name in library.names() for lane in library.load(name).processes[0].lanes}
    assert lanes == library.USUAL_ROLES.keys()
    assert set(library.USUAL_ROLES.values()) <= {*Role, "person", "service"}


@pytest.mark.parametrize(("end", "choices"), FREELANCER_ENDS.items())
def test_freelancer_order_reaches_its_end(end, choices):
    result = walk(library.load("freelancer_order"), "freelancer_order", {"choices": choices}, AT)
    assert result.outcome == "completed"
    assert result.path[-1] == end


def test_freelancer_order_expires_without_an_answer():
    answers = {"choices": {}, "timers": ["answer_reminder", "answer_deadline"]}
    result = walk(library.load("freelancer_order"), "freelancer_order", answers, AT)
    assert result.outcome == "completed"
    assert {"remind_answer", "offer_expired"} <= set(result.path)
    assert "which_answer" not in result.path


@pytest.mark.parametrize(
    ("known", "due"),
    [
        ({}, "2026-11-29T08:00:00+00:00"),
        ({"answer_by": "2026-12-11T23:59:00+01:00"}, "2026-12-11T22:59:00+00:00"),
        ({"answer_by": "2026-11-24"}, "2026-11-23T23:00:00+00:00"),
    ],
)
def test_freelancer_order_waits_until_the_day_of_the_offer(known, due):
    at = datetime(2026, 11, 22, 8, tzinfo=UTC)
    definitions = library.load("freelancer_order")
    state, commands = step(definitions, new_case("freelancer_order", "Europe/Berlin"), Start(at, known))
    state, commands = step(definitions, state, Completed(state.waits[0].id, at))
    state, commands = step(definitions, state, Completed(state.waits[0].id, at))
    timers = {command.element: command.due.isoformat() for command in commands if isinstance(command, StartTimer)}
    assert timers["answer_deadline"] == due
    assert [c.due.isoformat() for c in commands if isinstance(c, CreateWorkItem)] == [due]


def test_silence_is_never_acceptance():
    answers = {"choices": {"answer_offer": "angenommen"}, "timers": ["acceptance_reminder"]}
    result = walk(library.load("freelancer_order"), "freelancer_order", answers, AT)
    assert result.outcome == "waiting"
    assert [item.element for item in result.open] == ["accepted"]
    assert "self_bill" not in result.path


def test_freelancer_order_sent_back_is_delivered_again():
    choices = {"answer_offer": "angenommen", "accept": ["zurück zur Nachbesserung", "abgenommen"]}
    result = walk(library.load("freelancer_order"), "freelancer_order", choices, AT)
    assert result.path.count("deliver") == 2
    assert result.path[-2:] == ("pay", "paid")


def test_blue_card_case_reaches_the_start_of_work():
    timers = ["papers_reminder", "consent_period", "visa_overdue", "registration_due"]
    result = walk(library.load("blue_card_case"), "blue_card_case", {"choices": BLUE_CARD, "timers": timers}, AT)
    assert result.outcome == "completed"
    order = ["agree_81a", "get_consent", "apply_visa", "confirm_entry", "register", "collect_card", "release_start"]
    assert [step for step in result.path if step in order] == order
    assert result.path.count("collect_papers") == 2
    assert {"remind_papers", "check_fiction", "ask_mission", "offer_help", "prepare_place"} <= set(result.path)
    assert result.path[-1] == "work_started"


@pytest.mark.parametrize(
    ("changed", "end"),
    [({"choose_route": "anderer Weg"}, "other_route"), ({"record_visa": "nein"}, "visa_refused")],
)
def test_blue_card_case_may_end_otherwise(changed, end):
    result = walk(library.load("blue_card_case"), "blue_card_case", {"choices": {**BLUE_CARD, **changed}}, AT)
    assert (result.outcome, result.path[-1]) == ("completed", end)


def test_drawing_is_styled_by_classes_alone_and_marks_the_state():
    definitions = library.load("freelancer_order")
    text = draw(definitions, language="en", active={"deliver"}, done={"write_offer"})
    assert not re.search(r'\b(style|fill|stroke|onclick|href)="', text)
    svg = etree.fromstring(text)
    classes = {element.get("data-element"): element.get("class") for element in svg.iter()}
    assert classes["deliver"] == "bpmn-element is-active"
    assert classes["write_offer"] == "bpmn-element is-done"
    assert classes["pay"] == "bpmn-element"
    assert "Deliver the result" in [" ".join(e.itertext()) for e in svg.iter("{*}title")]
    assert "<style>" in draw(definitions, style=STYLE)


def test_hostile_label_stays_text_in_the_drawing():
    source = library.source("freelancer_order").replace(b"Bedarf beschlossen", b"&lt;script&gt;x&lt;/script&gt;")
    assert "<script" not in draw(read(source))


def test_long_words_are_broken_to_fit():
    rows = wrapped("Aufenthaltsgenehmigungsverlängerungsantrag stellen", 80, 9)
    assert all(len(row) <= 12 for row in rows)
    assert "".join(row.removesuffix("-") for row in rows).startswith("Aufenthaltsgenehmigungs")
    assert wrapped("eins zwei drei vier", 40, 2)[-1].endswith("…")


@pytest.mark.corpus
def test_diagrams_of_every_tool_are_drawn(corpus):
    for path in sorted((corpus / "bpmn-miwg").glob("*.bpmn")):
        definitions = read(path.read_bytes(), path.name)
        for index, diagram in enumerate(definitions.diagrams):
            svg = etree.fromstring(draw(definitions, diagram=index))
            drawn = {element.get("data-element") for element in svg.iter()}
            assert {s.element for s in diagram.shapes if s.element in definitions.nodes} <= drawn, path.name
