"""What time alone brings: timers of cases, the end of the day."""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings

from werkfluss.compliance.domain import explain
from werkfluss.engagement.domain import deliveries, offers, passport, pulses, status_file
from werkfluss.engagement.models import Order
from werkfluss.evidence.domain import retention
from werkfluss.flow import renewals
from werkfluss.kernel import clock
from werkfluss.org import chain
from werkfluss.org.actor import Actor
from werkfluss.org.models import Anchor, Organisation
from werkfluss.org.tenancy import acting
from werkfluss.work.domain import case_events, case_once, case_starts, faults, messages, process_starts
from werkfluss.work.domain.recheck import recheck_assignments

_log = logging.getLogger(__name__)
_MESSAGES_AT_ONCE = 500


def firms_with_due_timers(now: datetime) -> list[UUID]:
    """Firms in which a time has come: for a case, a program to be tried again, the start of a process; or in which a
    message is still to be delivered.
    """
    found = []
    for org_id in Organisation.objects.values_list("pk", flat=True):
        with acting(org_id, Actor.system(org_id)):
            if case_events.due_cases(now) or process_starts.due_starts(now) or messages.new_messages().exists():
                found.append(org_id)
    return found


def firms() -> list[UUID]:
    return list(Organisation.objects.order_by("slug").values_list("pk", flat=True))


class _Law:
    """The packs this process knew when it last looked."""

    known = ""


def law_is_new() -> bool:
    """Whether this process has law it did not have before: packs are loaded at the start, so once after each start."""
    packs = ",".join(sorted(f"{pack.id}@{pack.version}" for pack in explain.packs()))
    new = packs != _Law.known
    _Law.known = packs
    return new


def fire_timers(org_id: UUID, now: datetime) -> None:
    """Let every case of the firm go on whose time has come, start the processes whose time has come, deliver messages.

    Each in a transaction of its own, so that one that is broken does not hold up the others.
    """
    with acting(org_id, Actor.system(org_id)):
        due, starts = case_events.due_cases(now), process_starts.due_starts(now)
        calls = case_once.due_calls(now)
    for key in due:
        _alone(org_id, "case", key, lambda key, by: bool(case_events.run_due(key, now, by=by)))
    for key in calls:
        if _alone(org_id, "program", key, lambda key, by: case_once.begin(key, by=by)):
            _alone(org_id, "program", key, lambda key, by: case_once.act(key, by=by))
    for key in starts:
        again = partial(_alone, org_id, "start", key, lambda key, by: bool(case_starts.start_by_time(key, now, by=by)))
        while again():
            pass
    deliver_messages(org_id)


def deliver_messages(org_id: UUID) -> None:
    """Give every new message to its case, every signal to each case that waits for it, each in its own transaction."""
    with acting(org_id, Actor.system(org_id)):
        waiting = list(messages.new_messages().values_list("pk", flat=True)[:_MESSAGES_AT_ONCE])
    for key in waiting:
        while _alone(org_id, "message", key, lambda key, by: case_events.deliver_message(key, by=by)):
            pass


def _alone(org_id: UUID, what: str, key: UUID, act: Callable[[UUID, Actor], bool]) -> bool:
    """One act in its own transaction; what goes wrong is rolled back, written to the log and tried by the next run."""
    try:
        with acting(org_id, Actor.system(org_id)) as system:
            return act(key, system)
    except Exception as error:  # noqa: BLE001 - said in the log; the next run tries it again
        faults.pass_on(error)  # the database broke off: the job itself is done again
        _log.exception("%s %s of firm %s could not go on", what, key, org_id)
        return False


def close_day(now: datetime) -> None:
    """End offers that ran out, anchor every chain for the day that ended, in the database and outside it, set
    deadlines for papers to be renewed, ask the law again of work given out, and delete what is past its period.

    May run twice. A firm in which something fails does not keep the others from it.

    Raises:
        ExceptionGroup: what failed, after every firm had its turn.
    """
    failed = []
    today = now.astimezone(clock.FIRM_ZONE).date()
    for org in Organisation.objects.order_by("slug"):
        # Apart, so that a chain is anchored also if something else fails.
        for step in (
            partial(_close_day_of, org, now),
            partial(_renew_of, org, today),
            partial(_recheck_of, org, today),
            partial(_status_files_of, org, today),
            partial(_delete_expired_of, org, today),
        ):
            try:
                step()
            except Exception as error:  # noqa: BLE001 - kept, and raised below
                error.add_note(f"firm {org.slug}")
                failed.append(error)
    gone = retention.delete_expired_everywhere(on=today)
    _log.info("past their period, outside firms: %s", gone or "nothing")
    if failed:
        raise ExceptionGroup("the day could not be closed everywhere", failed)


def _close_day_of(org: Organisation, now: datetime) -> None:
    ended = now.astimezone(clock.FIRM_ZONE).date() - timedelta(days=1)
    with acting(org.pk, Actor.system(org.pk)) as system:
        for order in Order.objects.filter(offers__state="sent", offers__answer_by__lt=now).distinct():
            offers.expire_offers(order, by=system)
        pulses.close_ended(now.astimezone(clock.FIRM_ZONE).date(), by=system)
        deliveries.deem_overdue(now.astimezone(clock.FIRM_ZONE).date(), by=system)
        passport.remind_of_expiry(on=now.astimezone(clock.FIRM_ZONE).date(), by=system)
    with acting(org.pk, Actor.system(org.pk)):
        anchor = chain.anchor_head(ended)
    if anchor is not None:
        write_outside(org, anchor)


def _renew_of(org: Organisation, today: date) -> None:
    with acting(org.pk, Actor.system(org.pk)) as system:
        renewals.set_renewals(on=today, by=system)


def _status_files_of(org: Organisation, today: date) -> None:
    """The independence files of running orders; one that changed becomes a deadline."""
    with acting(org.pk, Actor.system(org.pk)) as system:
        status_file.review_running(on=today, by=system)


def _recheck_of(org: Organisation, today: date) -> None:
    with acting(org.pk, Actor.system(org.pk)) as system:
        found, settled = recheck_assignments(today=today, by=system)
    _log.info("asked the law again, firm %s: %s found, %s settled", org.slug, found, settled)


def _delete_expired_of(org: Organisation, today: date) -> None:
    with acting(org.pk, Actor.system(org.pk)) as system:
        gone = retention.delete_expired(on=today, by=system)
        held = sum(retention.held_back(today).values())
    _log.info("past their period, firm %s: %s; kept by a legal hold: %s", org.slug, gone or "nothing", held)


def anchor_file(slug: str) -> Path:
    """Where the heads of a firm's chain are kept outside the database, one line of JSON per day."""
    return Path(settings.ANCHOR_FOLDER) / f"{slug}.jsonl"


def write_outside(org: Organisation, anchor: Anchor) -> None:
    """Append the head, once per day; only the owner of the installation may read the file."""
    path = anchor_file(org.slug)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    head = {"firm": org.slug, "day": anchor.day.isoformat(), "seq": anchor.seq, "hash": bytes(anchor.hash).hex()}
    # O_APPEND: what stands there is never rewritten.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        # Two workers may close the same day at once: who comes second has to see the line of the first.
        fcntl.flock(file, fcntl.LOCK_EX)
        if anchor.day in {day for day, _, _ in _lines(path)}:
            return
        file.write(json.dumps(head) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _lines(path: Path) -> Iterator[tuple[date, int, bytes]]:
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        head = json.loads(line)
        yield date.fromisoformat(head["day"]), int(head["seq"]), bytes.fromhex(head["hash"])


def heads_outside(slug: str) -> list[tuple[int, bytes]]:
    """The (seq, hash) pairs kept outside, for ``chain.verify``.

    Raises:
        ValueError: a line is no head of a chain.
    """
    try:
        return [(seq, digest) for _, seq, digest in _lines(anchor_file(slug))]
    except (KeyError, TypeError) as error:
        raise ValueError(f"{anchor_file(slug)}: not a head of a chain ({error})") from error
