"""Why a task stays open: the true cause per permitted resource, and in one sentence for the task."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from werkfluss.kernel.text import Text, joined

from .candidate import Filter, Rejection
from .grid import Choice, Grid
from .schedule import Schedule
from .settle import settle

Cause = Literal["four_eyes", "capacity", "too_late", "booked"]

_NO_ROOM = Text(
    "Alle zulässigen Stellen sind im Zeitraum ausgelastet.", "Everyone who is permitted is fully booked in the period."
)
_OTHERS_BOOKED = Text("Die übrigen sind im Zeitraum ausgelastet.", "The others are fully booked in the period.")
_NOBODY = Text("Niemand ist für diese Aufgabe zulässig.", "Nobody is permitted to do this task.")
_TOO_DEAR = Text("Offen lassen kostet weniger als jede zulässige Wahl.", "Leaving it open costs less than any choice.")
_ROOM_NOW = Text(
    "Nach der letzten Änderung wäre wieder Platz. Bitte neu planen.",
    "After the last change there would be room again. Please plan anew.",
)
_PIN_REFUSED = Text(
    "Die bestätigte Besetzung ist nach der Rechtsprüfung nicht mehr zulässig.",
    "The confirmed assignment is no longer permitted by the legal check.",
)
_HOURS_USED = Text("Der vereinbarte Stundenrahmen ist ausgeschöpft.", "The agreed hours are used up.")
_TOO_LATE = Text(
    "Nach Vorgängern und Vorlauf bleibt im Zeitraum zu wenig Arbeitszeit.",
    "After predecessors and lead times too little working time is left in the period.",
)
_BOOKED = Text("Im Zeitraum ist kein Platz mehr frei.", "There is no room left in the period.")
_FILTERS: dict[Cause, Filter] = {
    "four_eyes": "four_eyes",
    "capacity": "capacity",
    "too_late": "calendar",
    "booked": "calendar",
}
_REMEDIES: dict[Cause, Text] = {
    "four_eyes": Text(
        "Bitte eine weitere Stelle zulassen oder die andere Aufgabe umverteilen.",
        "Please permit one more, or move the other task.",
    ),
    "capacity": Text("Bitte den Stundenrahmen erweitern.", "Please extend the agreed hours."),
    "too_late": Text(
        "Bitte Vorgänger vorziehen oder den Zeitraum verlängern.", "Please bring predecessors forward or extend it."
    ),
    "booked": Text("Bitte zuerst andere Aufgaben umverteilen.", "Please move other tasks first."),
}
_WORDS: dict[Filter, Text] = {
    "law": Text("Recht", "law"),
    "offer": Text("Angebot abgelehnt", "offer declined"),
    "skill": Text("Nachweis fehlt", "skill not documented"),
    "four_eyes": Text("vier Augen", "four eyes"),
    "calendar": Text("Kalender", "calendar"),
    "capacity": Text("Stundenrahmen", "agreed hours"),
}


def no_room(grid: Grid, schedule: Schedule, task: int, choice: Choice) -> Rejection:
    """Why a permitted resource cannot take ``task`` (not placed, or open) beside everything else in ``schedule``."""
    cause, other = _cause(grid, schedule, task, choice)
    reasons = {"capacity": _HOURS_USED, "too_late": _TOO_LATE, "booked": _BOOKED}
    resource = grid.resources[choice.resource]
    candidate = grid.problem.candidate(grid.tasks[task], resource)
    assert candidate is not None
    return Rejection(
        task=grid.tasks[task],
        resource=resource,
        filter=_FILTERS[cause],
        outcome=candidate.outcome,
        reason=reasons[cause] if other is None else _same_hands(grid, other),
        citations=candidate.citations,
        conditions=candidate.conditions,
        lead_minutes=candidate.lead_minutes,
        remedy=_REMEDIES[cause],
    )


def why_open(grid: Grid, schedule: Schedule, task: int) -> tuple[Text, tuple[Rejection, ...]]:
    """The cause in one sentence, and per resource what stands in the way; in the order of the resources' ids."""
    told = list(grid.rejections[task])
    if task in grid.refused_pins:
        reason = _PIN_REFUSED
    elif not grid.choices[task]:
        reason = _nobody(told)
    else:
        found = schedule.best(task, grid.choices[task], schedule.bounds(task))
        if found is None:
            told += [no_room(grid, schedule, task, choice) for choice in grid.choices[task]]
            reason = _none_has_room(grid, schedule, task)
        else:
            pays = schedule.open_pays(task, *found) or _with(grid, schedule, task).value() >= schedule.value()
            reason = _TOO_DEAR if pays else _ROOM_NOW
    return reason, tuple(sorted(told, key=lambda one: one.resource))


def _with(grid: Grid, schedule: Schedule, task: int) -> Schedule:
    """The schedule if the task were placed after all, with what that pushes."""
    other = schedule.copy()
    other.remove(task)
    settle(grid, other, [task])
    return other


def _cause(grid: Grid, schedule: Schedule, task: int, choice: Choice) -> tuple[Cause, int | None]:
    other = next((j for j in grid.apart[task] if schedule.resource[j] == choice.resource), None)
    if other is not None:
        return "four_eyes", other
    if schedule.used[choice.resource] + choice.effort > grid.maximum[choice.resource]:
        return "capacity", None
    axis = grid.axes[choice.resource]
    ready, finish = schedule.bounds(task)
    left = axis.total - axis.position(max(ready, choice.earliest))
    if left < choice.need or (axis.ends and finish > axis.ends[-1]):
        return "too_late", None
    return "booked", None


def _same_hands(grid: Grid, other: int) -> Text:
    name = grid.problem.task(grid.tasks[other]).label
    return Text(
        f"Vier Augen: „{name}“ liegt schon bei derselben Stelle.", f"Four eyes: “{name}” is already with the same one."
    )


def _none_has_room(grid: Grid, schedule: Schedule, task: int) -> Text:
    """All causes among the permitted, each once, four eyes first: it is the one that more time does not mend."""
    found = [_cause(grid, schedule, task, choice) for choice in grid.choices[task]]
    if all(cause == "booked" for cause, _ in found):
        return _NO_ROOM
    parts = [_everyone_has(grid, other) for other in dict.fromkeys(other for _, other in found if other is not None)]
    causes = {cause for cause, _ in found}
    parts += [_HOURS_USED] * ("capacity" in causes)
    parts += [_TOO_LATE] * ("too_late" in causes)
    parts += [_OTHERS_BOOKED] * ("booked" in causes)
    return joined(parts)


def _everyone_has(grid: Grid, other: int) -> Text:
    name = grid.problem.task(grid.tasks[other]).label
    return Text(
        f"Vier Augen: Wer dafür zulässig ist, hat schon „{name}“.", f"Four eyes: who is permitted already has “{name}”."
    )


def _nobody(told: list[Rejection]) -> Text:
    """One reason that holds for all, or how often each filter stands in the way."""
    reasons = dict.fromkeys(one.reason for one in told)
    if len(reasons) == 1:
        return next(iter(reasons))
    if not reasons:
        return _NOBODY
    counted = Counter(one.filter for one in told).most_common()
    shown = [Text(f"{_WORDS[name].de} ({n})", f"{_WORDS[name].en} ({n})") for name, n in counted]
    listed = joined(shown, ", ")
    return Text(f"Niemand kommt infrage: {listed.de}.", f"Nobody comes into question: {listed.en}.")
