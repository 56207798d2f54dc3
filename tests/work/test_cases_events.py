"""Messages find their case, signals reach all that wait, and processes begin by themselves; each once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.process.samples import chain
from tests.work.case_world import again, complete, deliver, deploy, elements, run, start
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.work.domain import case_events, case_starts, cases, messages, process_starts
from werkfluss.work.models import Case, CaseMessage, ProcessStart, Wait

ANSWER = '<message id="m" name="Antwort"/>'
CORRELATED = (
    '<message id="m" name="Antwort"><extensionElements><zeebe:subscription '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" correlationKey="= order"/></extensionElements></message>'
)
RECEIVE = '<startEvent id="s"/><receiveTask id="r" messageRef="m"/><userTask id="t"/><endEvent id="e"/>' + chain(
    "s", "r", "t", "e"
)
SIGNAL = '<signal id="sig" name="Feierabend"/>'
CATCH_SIGNAL = (
    '<startEvent id="s"/><intermediateCatchEvent id="c"><signalEventDefinition signalRef="sig"/>'
    '</intermediateCatchEvent><userTask id="t"/><endEvent id="e"/>' + chain("s", "c", "t", "e")
)
THROW_SIGNAL = (
    '<startEvent id="s"/><intermediateThrowEvent id="x"><signalEventDefinition signalRef="sig"/>'
    '</intermediateThrowEvent><userTask id="t"/><endEvent id="e"/>' + chain("s", "x", "t", "e")
)
SEND = (
    '<startEvent id="s"/><intermediateThrowEvent id="x"><messageEventDefinition messageRef="m"/>'
    '</intermediateThrowEvent><userTask id="t"/><endEvent id="e"/>' + chain("s", "x", "t", "e")
)


def test_message_finds_its_case_by_the_correlation_key(in_firm: Actor) -> None:
    definition = deploy(RECEIVE, around=CORRELATED, by=in_firm)
    first, second = (start(definition, by=in_firm, order=order) for order in ("A-1", "A-2"))
    assert sorted(Wait.objects.values_list("correlation", flat=True)) == ["A-1", "A-2"]
    sent = messages.post_message("Antwort", correlation="A-2", data={"yes": True}, key="mail-7", by=in_firm)
    assert messages.post_message("Antwort", correlation="A-2", data={"yes": True}, key="mail-7", by=in_firm) == sent
    assert deliver(by=in_firm) == 1
    assert deliver(by=in_firm) == 0
    assert (elements(first), elements(second)) == ([], ["t"])
    assert again(second).variables == {"order": "A-2", "yes": True}
    sent.refresh_from_db()
    assert (sent.state, sent.receiver, sent.data) == ("delivered", second, {})
    assert not case_events.deliver_message(sent.pk, by=in_firm)


def test_message_may_name_the_number_of_the_case(in_firm: Actor) -> None:
    definition = deploy(RECEIVE, around=ANSWER, by=in_firm)
    start(definition, by=in_firm)
    case = start(definition, by=in_firm)
    messages.post_message("Antwort", correlation=str(case.number), key="k", by=in_firm)
    deliver(by=in_firm)
    assert elements(case) == ["t"]


def test_message_that_several_may_mean_is_kept_and_says_so(in_firm: Actor) -> None:
    definition = deploy(RECEIVE, around=ANSWER, by=in_firm)
    both = [start(definition, by=in_firm) for _ in range(2)]
    sent = messages.post_message("Antwort", key="k", by=in_firm)
    deliver(by=in_firm)
    assert [elements(case) for case in both] == [[], []]
    (kept,) = messages.kept_messages()
    assert (kept, "1, 2" in kept.why["de"]) == (sent, True)
    messages.discard_message(kept, by=in_firm)
    with pytest.raises(Conflict):
        messages.discard_message(kept, by=in_firm)
    assert not messages.kept_messages().exists()


def test_message_that_comes_early_is_delivered_when_a_case_waits_for_it(in_firm: Actor) -> None:
    messages.post_message("Antwort", data={"n": 1}, key="k", by=in_firm)
    deliver(by=in_firm)
    assert messages.kept_messages().get().why["en"] == "No case waits for it."
    case = run(RECEIVE, around=ANSWER, by=in_firm)
    deliver(by=in_firm)
    assert (elements(case), again(case).variables) == (["t"], {"n": 1})


def test_message_of_one_case_reaches_another(in_firm: Actor) -> None:
    waiting = run(RECEIVE, around=ANSWER, by=in_firm)
    sender = start(deploy(SEND, process="sender", around=ANSWER, by=in_firm), by=in_firm, price=5)
    deliver(by=in_firm)
    assert elements(waiting) == ["t"]
    assert again(waiting).variables == {"price": 5}
    assert CaseMessage.objects.get().sender == sender


def test_message_starts_a_process_that_begins_with_it(in_firm: Actor) -> None:
    body = (
        '<startEvent id="s"><messageEventDefinition messageRef="m"/></startEvent><userTask id="t"/><endEvent id="e"/>'
        + chain("s", "t", "e")
    )
    deploy(body, around=ANSWER, by=in_firm)
    sent = messages.post_message("Antwort", data={"who": "Kundin"}, key="k", by=in_firm)
    deliver(by=in_firm)
    deliver(by=in_firm)
    case = Case.objects.get()
    assert (elements(case), case.variables) == (["t"], {"who": "Kundin"})
    sent.refresh_from_db()
    assert sent.receiver == case


def test_signal_reaches_every_case_that_waits_and_only_once(in_firm: Actor) -> None:
    waiting = deploy(CATCH_SIGNAL, around=SIGNAL, by=in_firm)
    early = [start(waiting, by=in_firm) for _ in range(3)]
    sender = start(deploy(THROW_SIGNAL, process="thrower", around=SIGNAL, by=in_firm), by=in_firm)
    late = start(waiting, by=in_firm)
    assert deliver(by=in_firm) == 4  # one transaction for each case, and one in which nobody is left
    assert [elements(case) for case in early] == [["t"]] * 3
    assert elements(late) == []
    assert elements(sender) == ["t"]
    assert deliver(by=in_firm) == 0


def test_signal_goes_on_where_it_broke_off(in_firm: Actor) -> None:
    waiting = deploy(CATCH_SIGNAL, around=SIGNAL, by=in_firm)
    both = [start(waiting, by=in_firm) for _ in range(2)]
    sent = messages.post_signal("Feierabend", key="k", by=in_firm)
    assert case_events.deliver_message(sent.pk, by=in_firm)
    assert [elements(case) for case in both] == [["t"], []]
    cases.cancel_case(both[1], reason="Zu spät", by=in_firm)
    assert not case_events.deliver_message(sent.pk, by=in_firm)
    sent.refresh_from_db()
    assert sent.state == "delivered"


def test_signal_starts_every_process_that_begins_with_it(in_firm: Actor) -> None:
    body = (
        '<startEvent id="s"><signalEventDefinition signalRef="sig"/></startEvent><userTask id="t"/><endEvent id="e"/>'
        + chain("s", "t", "e")
    )
    for name in ("one", "two"):
        deploy(body, process=name, around=SIGNAL, by=in_firm)
    messages.post_signal("Feierabend", key="k", by=in_firm)
    deliver(by=in_firm)
    assert sorted(Case.objects.values_list("definition__key", flat=True)) == ["one", "two"]


def test_nobody_without_the_right_discards_a_message(in_firm: Actor) -> None:
    sent = messages.post_message("Antwort", key="k", by=in_firm)
    with pytest.raises(NotPermitted):
        messages.discard_message(sent, by=Actor(in_firm.org_id, in_firm.kind, in_firm.id))


def test_person_tells_a_case_of_its_message_and_signal(in_firm: Actor) -> None:
    case = run(RECEIVE, around=ANSWER, by=in_firm)
    with pytest.raises(Refused):
        case_events.receive_message(case, name="Anderes", by=in_firm)
    case_events.receive_message(case, name="Antwort", data={"by": "phone"}, by=in_firm)
    assert elements(case) == ["t"]
    other = start(deploy(CATCH_SIGNAL, process="q", around=SIGNAL, by=in_firm), by=in_firm)
    with pytest.raises(Refused):
        case_events.receive_signal(other, name="Antwort", by=in_firm)
    case_events.receive_signal(other, name="Feierabend", by=in_firm)
    assert elements(other) == ["t"]


def timed(text: str, kind: str = "timeCycle", name: str = "t") -> str:
    timer = f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"
    return f'<startEvent id="s">{timer}</startEvent><userTask id="{name}"/><endEvent id="e"/>' + chain("s", name, "e")


def test_each_occurrence_of_a_time_starts_one_case(in_firm: Actor) -> None:
    now = clock.now()
    deploy(timed("R3/PT1H"), by=in_firm)
    key = ProcessStart.objects.get().pk
    assert process_starts.due_starts(now) == []
    at = now + timedelta(hours=2, minutes=1)
    assert process_starts.due_starts(at) == [key]
    started = [case_starts.start_by_time(key, at, by=in_firm) for _ in range(4)]
    assert [one is not None for one in started] == [True, True, False, False]
    assert len({str(one.variables["due"]) for one in started if one}) == 2
    at += timedelta(days=9)
    assert case_starts.start_by_time(key, at, by=in_firm)
    assert case_starts.start_by_time(key, at, by=in_firm) is None
    assert (Case.objects.count(), process_starts.due_starts(at)) == (3, [])


def test_new_version_goes_on_awaiting_the_same_time(in_firm: Actor) -> None:
    deploy(timed("R/P1D"), by=in_firm)
    due = ProcessStart.objects.get().due
    with clock.frozen(clock.now() + timedelta(hours=5)):
        newer = deploy(timed("R/P1D", name="other"), by=in_firm)
        assert (ProcessStart.objects.get().due, ProcessStart.objects.get().definition) == (due, newer)
        deploy(timed("R/P2D"), by=in_firm)
        assert ProcessStart.objects.get().due != due
    deploy('<startEvent id="s"/><userTask id="t"/><endEvent id="e"/>' + chain("s", "t", "e"), by=in_firm)
    assert not ProcessStart.objects.exists()


def test_case_that_begins_by_itself_knows_the_usual_roles(in_firm: Actor) -> None:
    lane = '<laneSet id="ls"><lane id="l" name="Personal"><flowNodeRef>t</flowNodeRef></lane></laneSet>'
    deploy(lane + timed("PT1H", "timeDuration"), by=in_firm)
    at = clock.now() + timedelta(hours=2)
    case = case_starts.start_by_time(process_starts.due_starts(at)[0], at, by=in_firm)
    assert case is not None
    assert cases.open_steps(case).get().role == "hr"
    complete(case, by=in_firm)
    assert again(case).state == "completed"
