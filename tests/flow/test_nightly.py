"""The end of the day: each chain's head is kept in the database and outside it."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from werkfluss.flow import nightly
from werkfluss.org import chain
from werkfluss.org.models import Anchor, Entry
from werkfluss.work.domain import tasks

NIGHT = datetime(2026, 11, 24, 23, 5, tzinfo=UTC)  # five past midnight in Kassel, on the 25th


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.ANCHOR_FOLDER = tmp_path / "anchors"
    return settings.ANCHOR_FOLDER


def test_head_is_kept_inside_and_outside(firm, in_the_firm, folder):
    nightly.close_day(NIGHT)
    with in_the_firm():
        head = Entry.objects.order_by("-seq").first()
        anchor = Anchor.objects.get()
        assert anchor.day.isoformat() == "2026-11-24"
        assert (anchor.seq, bytes(anchor.hash)) == (head.seq, bytes(head.hash))
    file = folder / f"{firm.slug}.jsonl"
    assert json.loads(file.read_text()) == {
        "firm": firm.slug,
        "day": "2026-11-24",
        "seq": head.seq,
        "hash": bytes(head.hash).hex(),
    }
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_night_that_runs_twice_writes_one_line(firm, in_the_firm, folder):
    nightly.close_day(NIGHT)
    nightly.close_day(NIGHT)
    assert len((folder / f"{firm.slug}.jsonl").read_text().splitlines()) == 1
    with in_the_firm():
        assert Anchor.objects.count() == 1


def test_every_firm_has_a_file_of_its_own(firm, other_firm, director, folder):
    nightly.close_day(NIGHT)
    assert sorted(path.stem for path in folder.iterdir()) == sorted([firm.slug, other_firm.slug])
    assert nightly.heads_outside(firm.slug) != nightly.heads_outside(other_firm.slug)


def test_head_is_written_once_by_many_workers_at_once(firm):
    anchors = [
        Anchor(org_id=firm.pk, day=NIGHT.date() + timedelta(days=day), seq=day + 1, hash=bytes(32)) for day in range(20)
    ]
    with ThreadPoolExecutor(8) as workers:
        for anchor in anchors:
            list(workers.map(partial(nightly.write_outside, firm), [anchor] * 8))
    assert [seq for seq, _ in nightly.heads_outside(firm.slug)] == [anchor.seq for anchor in anchors]


def test_tail_cut_off_with_its_anchor_is_found_by_the_head_outside(
    committed_db, director, in_the_firm, firm, owner_connection
):
    with in_the_firm() as by:
        tasks.create_project(name="Umzug", start=NIGHT.date(), by=by)
    nightly.close_day(NIGHT)
    outside = nightly.heads_outside(firm.slug)
    with in_the_firm():
        assert chain.verify(outside).ok
    # Whoever owns the database can cut the end and the anchor inside; the file outside still tells.
    with owner_connection.transaction():
        owner_connection.execute("SET LOCAL session_replication_role = replica")
        last = owner_connection.execute("SELECT id FROM org_entry ORDER BY seq DESC LIMIT 1").fetchone()
        owner_connection.execute("DELETE FROM org_payload WHERE entry_id = %s", last)
        owner_connection.execute("DELETE FROM org_entry WHERE id = %s", last)
        owner_connection.execute("DELETE FROM org_anchor")
    with in_the_firm():
        assert chain.verify().ok
        fault = chain.verify(outside).fault
    assert fault is not None
    assert "ends before the anchored entry" in fault.what.en


def test_firm_that_fails_does_not_keep_the_others_from_their_night(firm, other_firm, director, folder):
    folder.mkdir()
    first, second = sorted([firm.slug, other_firm.slug])
    (folder / f"{first}.jsonl").write_text("not JSON\n")
    with pytest.raises(ExceptionGroup) as failed:
        nightly.close_day(NIGHT)
    assert [error.__notes__ for error in failed.value.exceptions] == [[f"firm {first}"]]
    assert len(nightly.heads_outside(second)) == 1


def test_what_is_past_its_period_goes_at_night_in_its_firm_even_if_the_chain_cannot_be_anchored(
    firm, other_firm, director, in_the_firm, folder
):
    from werkfluss.org.models import OutgoingMail
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Absence, Kind

    year = timedelta(days=365)
    with in_the_firm() as by:
        rate = resources.set_rate(name="Meister", cents_per_hour=6000, by=by)
        person = resources.add_resource(kind=Kind.EMPLOYEE, name="Jana Lindner", rate=rate, by=by)
        for ended in (NIGHT - year, NIGHT - year - timedelta(days=2)):
            Absence.objects.create(resource=person, start=ended - timedelta(days=3), end=ended)
        OutgoingMail.objects.create(to=[], sender="x", subject="x", sent_at=NIGHT - year)
    folder.mkdir()
    (folder / f"{firm.slug}.jsonl").write_text("not JSON\n")
    with pytest.raises(ExceptionGroup):
        nightly.close_day(NIGHT)
    with in_the_firm():
        assert [row.end for row in Absence.objects.all()] == [NIGHT - year]
        told = Entry.objects.get(kind=chain.ERASURE)
        assert told.actor_kind == "system"
        assert told.payload.data["deleted"] == {"workforce.Absence": 1}
        assert chain.verify().ok
    assert not OutgoingMail.objects.filter(subject="x").exists()


def test_line_outside_that_is_no_head_is_refused(firm, folder):
    folder.mkdir()
    (folder / f"{firm.slug}.jsonl").write_text('{"day": "2026-11-24"}\n')
    with pytest.raises(ValueError, match="not a head"):
        nightly.heads_outside(firm.slug)


@pytest.mark.parametrize(("hours", "state"), [(-1, "expired"), (1, "sent")])
def test_offer_that_nobody_answered_in_time_ends_at_night(in_the_firm, hours, state):
    from werkfluss.engagement.models import Offer, Order
    from werkfluss.org.domain.firms import next_number
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    with in_the_firm() as by:
        rate = resources.set_rate(name="Extern", cents_per_hour=9000, by=by)
        external = resources.add_resource(kind=Kind.FREELANCER, name="Marlene Beispiel", rate=rate, by=by)
        order = Order.objects.create(
            number=next_number("order"),
            resource=external,
            title="Anleitung",
            brief="Text",
            price_kind="fixed",
            price_cents=100_00,
            first_day=NIGHT.date(),
            last_day=NIGHT.date(),
            state=Order.State.OFFERED,
        )
        Offer.objects.create(order=order, revision=1, terms={}, answer_by=NIGHT + timedelta(hours=hours))
    nightly.close_day(NIGHT)
    with in_the_firm():
        assert Offer.objects.get().state == state
        assert Order.objects.get().state == ("declined" if state == "expired" else "offered")
