"""What a case is asked when a step is done: the facts that the conditions right behind it read."""

from __future__ import annotations

from tests.process.samples import chain, flow, model
from werkfluss.process.start_data import Kind, asked_after


def test_conditions_right_behind_are_asked_and_later_ones_are_not() -> None:
    found = model(
        '<startEvent id="s"/><userTask id="a"/><exclusiveGateway id="g"/><exclusiveGateway id="h"/>'
        '<userTask id="b"/><userTask id="c"/><exclusiveGateway id="late"/><endEvent id="e1"/><endEvent id="e2"/>'
        + chain("s", "a", "g")
        + flow("f1", "g", "h", "viel", "= betrag > 1000")
        + flow("f2", "g", "b", "wenig", "= betrag <= 1000")
        + flow("f3", "h", "c", "", '= land = "AT"')
        + flow("f4", "h", "b", "", '= land != "AT"')
        + chain("c", "late")
        + flow("f5", "late", "e1", "", "= spaeter > 1")
        + flow("f6", "late", "e2", "", "= spaeter < 1")
    )
    asked = {one.name: one.kind for one in asked_after(found, found.nodes["a"])}
    assert asked == {"betrag": Kind.NUMBER, "land": Kind.TEXT}
    assert [one.name for one in asked_after(found, found.nodes["c"])] == ["spaeter"]
    assert asked_after(found, found.nodes["b"]) == ()


def test_circle_without_steps_is_looked_at_once() -> None:
    found = model(
        '<userTask id="a"/><exclusiveGateway id="g"/><exclusiveGateway id="h"/><endEvent id="e"/>'
        + chain("a", "g", "h")
        + flow("back", "h", "g", "", "= nochmal")
        + flow("on", "h", "e", "", "= not(nochmal)")
    )
    assert [(one.name, one.kind) for one in asked_after(found, found.nodes["a"])] == [("nochmal", Kind.YES_NO)]
