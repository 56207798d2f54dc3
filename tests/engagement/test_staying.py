"""Surveys are anonymous by construction, signs are about the firm, measures keep before and after."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from werkfluss.compliance.models import Deadline
from werkfluss.engagement.domain import measures, pulses
from werkfluss.engagement.models import Measure, PulseCount, PulseTicket
from werkfluss.engagement.pulse_questions import LEAST, asked_of
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.domain import firms
from werkfluss.org.models import Entry, User
from werkfluss.org.roles import Role
from werkfluss.work.domain import tasks


def _staff(by: Actor, number: int) -> list[Actor]:
    found = []
    for count in range(number):
        user = User.objects.create_user(f"p{count}@staying.example", "x", name=f"Person {count}")
        firms.add_member(user, role=Role.EMPLOYEE, by=by)
        found.append(Actor(by.org_id, ActorKind.USER, user.pk, frozenset({Role.EMPLOYEE})))
    return found


def _open(by: Actor, **changes: object):
    return pulses.open_pulse(**{"audience": "staff", "last_day": clock.today() + timedelta(days=14), **changes}, by=by)


def _all(value: int) -> dict[str, int]:
    return {question.code: value for question in asked_of("staff")}


def test_survey_of_too_few_is_refused_with_the_way_out(director, acting_in):
    with acting_in(director) as by:
        _staff(by, LEAST - 2)  # with the director nine
        with pytest.raises(Refused) as refused:
            _open(by)
    assert "Gesprächsleitfaden" in refused.value.what_to_do.de


@pytest.mark.parametrize("days", [-1, 43])
def test_survey_that_ends_in_the_past_or_too_late_is_refused(in_firm, days):
    by = in_firm
    _staff(by, LEAST)
    with pytest.raises(Refused):
        _open(by, last_day=clock.today() + timedelta(days=days))


def test_nothing_is_shown_below_ten_answers_and_nothing_while_it_is_open(director, acting_in):
    with acting_in(director) as by:
        people = _staff(by, LEAST)
        pulse = _open(by)
        for person in people[: LEAST - 1]:
            pulses.answer_pulse(pulse, _all(5), by=person)
        pulse.refresh_from_db()
        assert not pulses.outcome_of(pulse).shown
        pulses.close_pulse(pulse, by=by)
        pulse.refresh_from_db()
        assert pulses.outcome_of(pulse) == pulses.Outcome(shown=False, shares=())
        assert pulses.high_share("staff", "pay") == (None, 0)


def test_shares_from_ten_answers_on_and_questions_with_fewer_stay_hidden(director, acting_in):
    with acting_in(director) as by:
        people = _staff(by, LEAST)
        pulse = _open(by)
        for index, person in enumerate(people):
            answers = _all((1, 3, 5, 5, 4)[index % 5])
            if index == 0:
                answers["politics"] = 0
                del answers["tax"]
            pulses.answer_pulse(pulse, answers, by=person)
        pulse.refresh_from_db()
        assert not pulses.outcome_of(pulse).shown, "still open"
        pulses.close_pulse(pulse, by=by)
        pulse.refresh_from_db()
        shares = {one.question.code: one for one in pulses.outcome_of(pulse).shares}
    assert (shares["pay"].low, shares["pay"].middle, shares["pay"].high, shares["pay"].answers) == (20, 20, 60, 10)
    assert shares["politics"].high is None
    assert shares["tax"].answers is None


def test_nothing_anywhere_says_who_answered_or_what(director, acting_in):
    with acting_in(director) as by:
        people = _staff(by, LEAST)
        pulse = _open(by)
        rows = PulseCount.objects.count()
        pulses.answer_pulse(pulse, _all(4), by=people[3])
        assert not PulseTicket.objects.filter(user_id=people[3].id).exists()
        assert PulseCount.objects.count() == rows, "an answer makes no row"
    with acting_in(director):
        entry = Entry.objects.select_related("payload").get(kind="engagement.pulse.answered")
        assert (entry.actor_kind, entry.actor_id, entry.payload.data) == ("system", None, {})


def test_second_answer_strangers_and_late_ones_are_refused(director, acting_in):
    with acting_in(director) as by:
        people = _staff(by, LEAST)
        pulse = _open(by)
        pulses.answer_pulse(pulse, _all(2), by=people[0])
        with pytest.raises(Refused):
            pulses.answer_pulse(pulse, _all(5), by=people[0])
        newcomer = User.objects.create_user("neu@staying.example", "x", name="Neu")
        firms.add_member(newcomer, role=Role.EMPLOYEE, by=by)
        stranger = Actor(by.org_id, ActorKind.USER, newcomer.pk, frozenset({Role.EMPLOYEE}))
        with pytest.raises(Refused):
            pulses.answer_pulse(pulse, _all(5), by=stranger)
        for wrong in ({"pay": 6}, {"rating": 1}, {"status": 3}):
            with pytest.raises(ValueError, match="not an answer"):
                pulses.answer_pulse(pulse, wrong, by=people[1])
        pulses.close_pulse(pulse, by=by)
        assert not PulseTicket.objects.exists()
        with pytest.raises(Refused):
            pulses.answer_pulse(pulse, _all(5), by=people[2])
        with pytest.raises(Conflict):
            pulses.close_pulse(pulse, by=by)
        assert PulseCount.objects.filter(question="pay", count__gt=0).values_list("value", "count").get() == (2, 1)


def test_next_survey_waits_so_that_no_two_can_be_compared_for_one_person(director, acting_in):
    with acting_in(director) as by:
        _staff(by, LEAST)
        pulse = _open(by)
        with pytest.raises(Refused):
            _open(by)
        pulses.close_pulse(pulse, by=by)
        with pytest.raises(Refused) as refused:
            _open(by)
    assert "ab" in refused.value.reason.de


def test_ended_survey_is_closed_and_everybody_was_told_once(director, acting_in, mailoutbox):
    with acting_in(director) as by:
        people = _staff(by, LEAST)
        pulse = _open(by)
        addresses = Counter(mail.to[0] for mail in mailoutbox)
        assert len(addresses) == LEAST + 1
        assert set(addresses.values()) == {1}
        assert f"{pulse.last_day:%d.%m.%Y}" in mailoutbox[0].body
        assert pulses.close_ended(pulse.last_day, by=by) == 0
        assert pulses.close_ended(pulse.last_day + timedelta(days=1), by=by) == 1
        assert pulses.close_ended(pulse.last_day + timedelta(days=1), by=by) == 0
        assert list(pulses.open_pulses_for(people[0])) == []


def test_only_people_and_management_may_ask(director, acting_in):
    with acting_in(director) as by:
        people = _staff(by, LEAST)
        with pytest.raises(NotPermitted):
            _open(people[0])


def test_measure_is_a_task_with_a_deadline_and_keeps_before_and_after(director, acting_in):
    with acting_in(director) as by:
        project = tasks.create_project(name="Bleiben", start=clock.today(), by=by)
        day = clock.today() + timedelta(days=90)
        made = measures.take_measure("days_to_answer", title="Schneller antworten", project=project, look_on=day, by=by)
        assert (made.task.title, made.task.deadline, made.before) == ("Schneller antworten", day, None)
        assert Deadline.objects.get(subject_id=made.pk).due == day
        done = measures.look_at_effect(made, note="Antworten kommen am selben Tag.", by=by)
        assert Deadline.objects.get(subject_id=made.pk).state == "done"
        with pytest.raises(Conflict):
            measures.look_at_effect(done, note="noch einmal", by=by)
        for wrong in ({"title": " "}, {"look_on": clock.today()}):
            with pytest.raises(Refused):
                measures.take_measure("days_to_pay", **{"title": "X", "look_on": day, **wrong}, project=project, by=by)
        with pytest.raises(KeyError):
            measures.take_measure("speed_of_jana", title="X", project=project, look_on=day, by=by)
        assert Measure.objects.count() == 1
