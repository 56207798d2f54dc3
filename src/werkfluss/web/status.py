"""Status is word + shape + colour, never colour alone. One table for all pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Each tone has one colour (CSS class ``tone-<name>``) and one shape (icon), so it can be told without colours.
TONES: dict[str, str] = {
    "open": "circle-dashed",
    "active": "player-play",
    "good": "circle-check",
    "caution": "alert-triangle",
    "blocked": "hand-stop",
    "bad": "circle-x",
    "unknown": "help-circle",
    "ended": "archive",
    "locked": "lock",
}


@dataclass(frozen=True, slots=True)
class Status:
    """How a state is shown: its word, and the tone that gives colour and shape."""

    word: Promise | str
    tone: str

    @property
    def shape(self) -> str:
        return TONES[self.tone]


STATES: dict[str, Status] = {
    # verdicts of the legal check
    "allowed": Status(_("allowed"), "good"),
    "allowed_with_conditions": Status(_("allowed with conditions"), "caution"),
    "blocked": Status(_("not allowed"), "blocked"),
    "unknown": Status(_("not decided: facts missing"), "unknown"),
    # traffic light of an agent's result
    "sicher": Status(_("certain"), "good"),
    "unsicher": Status(_("uncertain"), "caution"),
    "unvollständig": Status(_("incomplete"), "bad"),
    "proposed": Status(_("proposed"), "open"),
    "rejected": Status(_("rejected"), "ended"),
    # runs of agents
    "queued": Status(_("queued"), "open"),
    "handed_back": Status(_("handed back"), "caution"),
    "stopped": Status(_("stopped"), "blocked"),
    # tasks, cases, plans
    "draft": Status(_("draft"), "open"),
    "open": Status(_("open"), "open"),
    "ready": Status(_("ready"), "open"),
    "planned": Status(_("planned"), "open"),
    "assigned": Status(_("assigned"), "active"),
    "in_progress": Status(_("in progress"), "active"),
    "running": Status(_("running"), "active"),
    "waiting": Status(_("waiting"), "caution"),
    "delivered": Status(_("delivered"), "active"),
    "in_review": Status(_("in review"), "active"),
    "accepted": Status(_("accepted"), "good"),
    "sent_back": Status(_("sent back"), "bad"),
    "completed": Status(_("completed"), "good"),
    "done": Status(_("done"), "good"),
    "closed": Status(_("closed"), "ended"),
    "settled": Status(_("settled"), "good"),
    "failed": Status(_("failed"), "bad"),
    "computing": Status(_("being computed"), "active"),
    "discarded": Status(_("put aside"), "ended"),
    "published": Status(_("published"), "good"),
    "superseded": Status(_("superseded"), "ended"),
    "cancelled": Status(_("cancelled"), "ended"),
    "ended": Status(_("ended"), "ended"),
    # offers, orders, deadlines
    "offered": Status(_("offered"), "active"),
    "declined": Status(_("declined"), "ended"),
    "withdrawn": Status(_("withdrawn"), "ended"),
    "unavailable": Status(_("not available"), "ended"),
    "expired": Status(_("expired"), "bad"),
    "overdue": Status(_("overdue"), "bad"),
    "requested": Status(_("asked for"), "open"),
    "uploaded": Status(_("to be confirmed"), "caution"),
    "confirmed": Status(_("confirmed"), "good"),
    "dropped": Status(_("dropped"), "ended"),
    "in_force": Status(_("in force"), "locked"),
    "lifted": Status(_("lifted"), "ended"),
    "over": Status(_("over"), "ended"),
    "lapsed": Status(_("lapsed"), "ended"),
    "rolled_back": Status(_("taken back"), "ended"),
    "up_to_date": Status(_("up to date"), "good"),
    "to_start": Status(_("to be started"), "caution"),
    "due_soon": Status(_("due soon"), "caution"),
    "paid": Status(_("paid"), "good"),
    "approved": Status(_("approved"), "good"),
    "exported": Status(_("exported"), "good"),
    "refused": Status(_("refused"), "bad"),
    "active": Status(_("active"), "good"),
    "inactive": Status(_("inactive"), "ended"),
    "locked": Status(_("locked"), "locked"),
}


def status_of(state: object) -> Status:
    """The status of a stored state; one that is not in the table is shown by its own name, without a claim."""
    key = str(getattr(state, "value", state))
    return STATES.get(key) or Status(key.replace("_", " "), "open")
