"""What a person can pick is said in both languages, whatever of it was stored."""

from __future__ import annotations

import pytest

from tests.process.samples import AT, Case, chain, flow, model
from werkfluss.process.choices import choice_words
from werkfluss.process.state import AGAIN, DONE, CreateWorkItem
from werkfluss.process.walk import walk

LABEL = '<extensionElements><wf:label en="Travel approved"/></extensionElements>'
BODY = (
    '<startEvent id="s"/><userTask id="ask"/><exclusiveGateway id="g"/>'
    f'<userTask id="book" name="Reise buchen">{LABEL.replace("Travel approved", "Book the trip")}</userTask>'
    '<endEvent id="no"/>'
    + chain("s", "ask", "g")
    + flow("yes", "g", "book", "Ja").replace("></seq", f">{LABEL}</seq")
    + flow("bare", "g", "book")
    + flow("end", "g", "no")
)


@pytest.mark.parametrize(
    ("flow_id", "label", "words"),
    [
        ("yes", "Ja", ("Ja", "Travel approved")),
        ("bare", "Reise buchen", ("Reise buchen", "Book the trip")),
        ("book", "Reise buchen", ("Reise buchen", "Book the trip")),
        ("end", "", ("end", "end")),
        (AGAIN, "noch einmal", ("noch einmal", "once more")),
        (DONE, "", ("fertig", "done")),
        ("gone", "früher", ("früher", "früher")),
    ],
)
def test_choice_is_said_in_both_languages(flow_id, label, words):
    found = choice_words(model(BODY), flow_id, label)
    assert (found.de, found.en) == words


def test_loop_stores_its_german_words_and_is_answered_in_any():
    loop = '<userTask id="t"><standardLoopCharacteristics/></userTask><endEvent id="e"/>'
    body = '<startEvent id="s"/>' + loop + chain("s", "t", "e")
    case = Case(body).complete("t")
    (item,) = case.given(CreateWorkItem)
    assert [(choice.flow, choice.label) for choice in item.choices] == [(AGAIN, "noch einmal"), (DONE, "fertig")]
    for said in ("noch einmal", "once more", AGAIN):
        assert walk(case.model, "p", {"choices": {"t": [said]}}, AT).path.count("t") == 2
    assert walk(case.model, "p", {}, AT).path.count("t") == 1
