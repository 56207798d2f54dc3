"""Legal holds: what they keep stays past its period and past a request, says why, and goes once they are over."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta

import pytest

from tests.evidence.conftest import Done
from tests.evidence.test_expiry import EVENT, UNTIL, Maker, night_of
from werkfluss.engagement.models import Order, OrderMessage
from werkfluss.evidence.domain import erasure, holds, retention
from werkfluss.evidence.domain.documents import date_documents, keep_file
from werkfluss.evidence.models import Document, Hold
from werkfluss.kernel import clock
from werkfluss.kernel.errors import NotPermitted, Refused
from werkfluss.org import chain
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.models import Entry
from werkfluss.org.roles import Role
from werkfluss.work.models import Task
from werkfluss.workforce.models import Paper, Resource

Acting = Callable[[Actor], AbstractContextManager[Actor]]
pytestmark = pytest.mark.usefixtures("db")
DAY = timedelta(days=1)
LATER = date(2027, 6, 30)
WHY = "Klage vor dem Arbeitsgericht"


@pytest.fixture
def done(tell_story: Callable[..., Done]) -> Done:
    return tell_story()


def night(day: date) -> AbstractContextManager[date]:
    return night_of(day)


def test_held_person_outlasts_period_and_goes_after_the_hold(done: Done, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        make = Maker(done, director)
        held, free = make.person(), make.person()
        paper = Paper.objects.create(resource=held, kind="forklift_licence", document=make.file())
        hold = holds.place_hold(held, name=held.name, reason=WHY, until=LATER, by=director)
    with night(LATER) as on, acting_in(director):
        retention.delete_expired(on=on, by=director)
        assert Resource.objects.get(pk=held.pk).name == held.name
        assert Paper.objects.filter(pk=paper.pk).exists(), "what names the person is kept with the person"
        assert Resource.objects.get(pk=free.pk).name.startswith("gelöschte Person")
        assert retention.held_back(on) == {
            ("workforce.Resource", "workforce.person"): 1,
            ("workforce.Paper", "workforce.paper"): 1,
        }
    with night(LATER + DAY) as on, acting_in(director):
        retention.delete_expired(on=on, by=director)
        assert Resource.objects.get(pk=held.pk).name.startswith("gelöschte Person")
        assert not Paper.objects.filter(pk=paper.pk).exists()
        assert retention.held_back(on) == {}
    with acting_in(director):
        kinds = Entry.objects.filter(object_id=hold.pk).values_list("kind", flat=True)
        assert list(kinds) == ["evidence.hold.placed"]
        assert chain.verify().ok


def test_lifting_ends_it_before_its_day_and_is_recorded(done: Done, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        held = Maker(done, director).person()
        hold = holds.place_hold(held, name=held.name, reason=WHY, until=LATER, by=director)
        with pytest.raises(Refused, match="needs a reason"):
            holds.lift_hold(hold, reason=" ", by=director)
        holds.lift_hold(hold, reason="Vergleich geschlossen", by=director)
        with pytest.raises(Refused, match="over already"):
            holds.lift_hold(hold, reason="noch einmal", by=director)
    with acting_in(director):
        told = [(one.kind, one.payload.data) for one in Entry.objects.filter(object_id=hold.pk).order_by("seq")]
        assert [kind for kind, _ in told] == ["evidence.hold.placed", "evidence.hold.lifted"]
        assert told[0][1]["reason"] == WHY
        assert told[1][1]["reason"] == "Vergleich geschlossen"
    with night(UNTIL["workforce.person"] + DAY) as on, acting_in(director):
        retention.delete_expired(on=on, by=director)
        assert Resource.objects.get(pk=held.pk).name.startswith("gelöschte Person")


def test_class_of_the_whole_firm_is_kept_and_others_go(done: Done, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        make = Maker(done, director)
        letter, voucher = make.file(keep_as="letter"), make.file(keep_as="voucher")
        holds.place_class_hold(["evidence.voucher"], reason="Betriebsprüfung", until=date(2030, 1, 31), by=director)
    with night(UNTIL["evidence.voucher"] + DAY) as on, acting_in(director):
        retention.delete_expired(on=on, by=director)
        assert set(Document.objects.filter(pk__in=[letter.pk, voucher.pk])) == {voucher}
        assert retention.held_back(on)["evidence.Document", "evidence.voucher"] == 1
        assert ("evidence.Document", "evidence.voucher") not in retention.due_for_deletion(on)


def test_nothing_goes_along_that_is_held_by_itself(done: Done, director: Actor, acting_in: Acting) -> None:
    """An order takes its messages along; a hold on one message keeps the order too."""
    with acting_in(director):
        make = Maker(done, director)
        orders = [make.order(), make.order()]
        said = [OrderMessage.objects.create(order=order, text="x", from_external=True) for order in orders]
        holds.place_hold(said[0], name="Nachricht", reason=WHY, until=LATER, by=director)
    with night(UNTIL["engagement.order"] + DAY) as on, acting_in(director):
        retention.delete_expired(on=on, by=director)
        assert set(Order.objects.filter(pk__in=[order.pk for order in orders])) == {orders[0]}
        assert set(OrderMessage.objects.filter(order__in=orders)) == {said[0]}


def test_files_and_entries_about_what_hangs_on_it_stay(done: Done, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        make = Maker(done, director)
        task, other = make.task(), make.task()
        files = [keep_file(b"x", filename="x.txt", belongs_to=one, by=director) for one in (task, other)]
        holds.place_hold(task.project, name="Alt", reason=WHY, until=LATER, by=director)
    with night(UNTIL["work.project"] + DAY) as on, acting_in(director):
        retention.delete_expired(on=on, by=director)
        assert set(Document.objects.filter(pk__in=[file.pk for file in files])) == {files[0]}
        assert [Task.objects.get(pk=one.pk).brief for one in (task, other)] == ["Frau X", ""]
        said = [Entry.objects.get(object_id=file.pk).payload.data for file in files]
        assert said[0] is not None
        assert said[1] is None


def test_erasure_of_a_held_person_is_refused_with_reason_and_day(
    done: Done, director: Actor, acting_in: Acting
) -> None:
    with acting_in(director):
        person = Maker(done, director).person()
        hold = holds.place_hold(person, name=person.name, reason=WHY, until=clock.today() + 30 * DAY, by=director)
        for act in (
            lambda: erasure.preview(person),
            lambda: erasure.erase_person(person, reason="Antrag", basis="Art. 17(1)(a) GDPR", by=director),
        ):
            with pytest.raises(Refused) as refused:
                act()
            assert f"bis {hold.until:%d.%m.%Y}: {WHY}" in refused.value.reason.de
        assert Resource.objects.get(pk=person.pk).name == person.name


def test_erasure_leaves_a_held_part_and_names_it(done: Done, director: Actor, acting_in: Acting) -> None:
    until = clock.today() + 400 * DAY
    with acting_in(director):
        make = Maker(done, director)
        person = make.person()
        papers = [Paper.objects.create(resource=person, kind="forklift_licence", document=make.file()) for _ in "ab"]
        holds.place_hold(papers[0], name="Staplerschein", reason=WHY, until=until, by=director)
        report = erasure.erase_person(person, reason="Antrag", basis="Art. 17(1)(a) GDPR", by=director)
        assert set(Paper.objects.filter(resource=person)) == {papers[0]}
        kept = next(one for one in report.kept if one.where == "workforce.Paper")
        assert (kept.rows, kept.until, kept.hold, kept.ground) == (1, until, WHY, "Art. 17(3)(e) GDPR")


def test_erasure_that_cannot_spare_a_held_part_waits_as_a_whole(done: Done, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        person = Maker(done, director).person()
        from werkfluss.agents.models import Training

        training = Training.objects.create(resource=person, title="KI", held_on=EVENT, content="x")
        holds.place_class_hold(["agents.literacy"], reason=WHY, until=clock.today() + DAY, by=director)
        with pytest.raises(Refused, match="Klage"):
            erasure.erase_person(person, reason="Antrag", basis="Art. 17(1)(a) GDPR", by=director)
        assert Training.objects.filter(pk=training.pk).exists()
        assert Resource.objects.get(pk=person.pk).name == person.name


def test_only_a_named_person_with_the_right_holds_and_lifts(done: Done, director: Actor, acting_in: Acting) -> None:
    day = clock.today() + DAY
    with acting_in(director):
        hold = holds.place_class_hold(["org.chain"], reason=WHY, until=day, by=director)
        org = director.org_id
        for somebody in (
            Actor.system(org),
            Actor(org, ActorKind.USER, director.id, frozenset({Role.LEAD})),
            Actor(org, ActorKind.USER, director.id, frozenset({Role.AUDITOR})),
            Actor(org, ActorKind.AGENT, director.id, frozenset({Role.AGENT})),
        ):
            with pytest.raises(NotPermitted):
                holds.place_hold(done.person, name="x", reason=WHY, until=day, by=somebody)
            with pytest.raises(NotPermitted):
                holds.lift_hold(hold, reason=WHY, by=somebody)
        hr = Actor(org, ActorKind.USER, director.id, frozenset({Role.HR}))
        holds.lift_hold(hold, reason=WHY, by=hr)


@pytest.mark.parametrize(
    ("rules", "reason", "days", "fault"),
    [
        ([], WHY, 1, "class of data"),
        (["nobody.knows"], WHY, 1, "class of data"),
        (["org.chain"], "  ", 1, "needs a reason"),
        (["org.chain"], WHY, -1, "in the past"),
    ],
)
def test_hold_without_class_reason_or_future_is_refused(
    rules: list[str], reason: str, days: int, fault: str, director: Actor, acting_in: Acting
) -> None:
    with acting_in(director), pytest.raises(Refused, match=fault):
        holds.place_class_hold(rules, reason=reason, until=clock.today() + days * DAY, by=director)
    with acting_in(director):
        assert not Hold.objects.exists()


def test_period_runs_from_the_date_of_the_paper_else_from_filing(
    done: Done, director: Actor, acting_in: Acting
) -> None:
    """Filed in March 2020, dated December 2019: eight years run from the end of 2019."""
    with acting_in(director):
        make = Maker(done, director)
        dated, undated = make.file(keep_as="voucher"), make.file(keep_as="voucher")
        date_documents({dated: date(2019, 12, 30)}, by=director)
    with night(date(2027, 12, 31)) as on, acting_in(director):
        retention.delete_expired(on=on, by=director)
        assert Document.objects.filter(pk__in=[dated.pk, undated.pk]).count() == 2
    with night(date(2028, 1, 1)) as on, acting_in(director):
        retention.delete_expired(on=on, by=director)
        assert set(Document.objects.filter(pk__in=[dated.pk, undated.pk])) == {undated}
    with acting_in(director):
        at = datetime.combine(UNTIL["evidence.voucher"], time(12), clock.FIRM_ZONE)
        with clock.frozen(at):
            terms = retention.terms(Document, [undated.pk])
        assert terms[undated.pk].until == UNTIL["evidence.voucher"]


def test_classes_offered_have_words_in_both_languages() -> None:
    offered = holds.classes()
    assert offered["evidence.invoice"].de == "Rechnungen"
    assert "org.chain" in offered
    assert all(text.de and text.en for text in offered.values())
