"""The job behind a move of many cases: one transaction per case, so that a killed job goes on where it was."""

from __future__ import annotations

import logging
from uuid import UUID

from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.models import User
from werkfluss.org.tenancy import acting
from werkfluss.work.domain import case_moves, faults

log = logging.getLogger(__name__)


def run_move(org_id: UUID, move_id: UUID, user_id: UUID | None, *, last_try: bool = False) -> None:
    """Move one case after the other, with the rights that the person who ordered it has at that moment.

    ``last_try``: a case at which the program breaks off is left where it is, and the others move.
    """
    while True:
        try:
            with acting(org_id, Actor.system(org_id)):
                if not case_moves.move_next(move_id, by=actor_of(org_id, user_id)):
                    return
        except Exception as error:
            faults.pass_on(error)  # the database broke off: no case is to blame
            if not last_try:
                raise
            log.exception("move %s breaks off at a case, which is left", move_id)
            with acting(org_id, Actor.system(org_id)):
                if not case_moves.leave_next(move_id):
                    raise


def fail_move(org_id: UUID, move_id: UUID) -> None:
    """The job broke off for good: a person may have it go on."""
    with acting(org_id, Actor.system(org_id)) as system:
        case_moves.break_move(move_id, by=system)


def actor_of(org_id: UUID, user_id: UUID | None) -> Actor:
    """Whoever ordered it, with the roles of today; call it inside ``acting``."""
    if user_id is None:
        return Actor.system(org_id)
    return firms.user_actor(org_id, User.objects.get(pk=user_id))
