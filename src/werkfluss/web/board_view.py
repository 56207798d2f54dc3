"""How the process board is drawn: durations in words, rows of steps, cards of cases, the heat of the drawing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from werkfluss.process import svg
from werkfluss.process.mining import Spread, StepFigures
from werkfluss.process.model import Definitions, Event, FlowNode, Gateway, SubProcess
from werkfluss.web.process_view import language, name_of
from werkfluss.work.domain.process_board import Board

_HOUR, _DAY = 3600.0, 86_400.0
_STEPS_OF_HEAT = 4
_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True, order=True)
class Lasting:
    """A duration that sorts by its length and reads in words: the median, and where the middle half lies."""

    seconds: float
    words: str
    between: str = ""

    def __str__(self) -> str:
        return self.words


def lasting(time: timedelta) -> str:
    """“20 minutes”, “5 hours”, “3 days”: as exact as anybody needs it."""
    seconds = time.total_seconds()
    if seconds < 90 * 60:
        count = max(1, round(seconds / 60))
        return ngettext("%(n)d minute", "%(n)d minutes", count) % {"n": count}
    if seconds < 2 * _DAY:
        count = round(seconds / _HOUR)
        return ngettext("%(n)d hour", "%(n)d hours", count) % {"n": count}
    count = round(seconds / _DAY)
    return ngettext("%(n)d day", "%(n)d days", count) % {"n": count}


def spoken(spread: Spread | None) -> Lasting | None:
    """“3 days”, “1 to 7”: the median, and in the same unit the quartiles where they differ."""
    if spread is None:
        return None
    unit = 60 if spread.median.total_seconds() < 90 * 60 else _HOUR if spread.median < 2 * timedelta(1) else _DAY
    low, high = (_rounded(time.total_seconds() / unit) for time in (spread.low, spread.high))
    between = _("%(low)s to %(high)s") % {"low": low, "high": high} if low != high else ""
    return Lasting(spread.median.total_seconds(), lasting(spread.median), between)


def _rounded(value: float) -> str:
    places = 1 if value < 9.95 and abs(value - round(value)) >= 0.05 else 0
    return number_format(round(value, places), places, use_l10n=True)


@dataclass(frozen=True)
class ShownStep:
    """One line of the table: a step of the drawing with what is known of it. ``share`` is that of all waiting cases."""

    element: str
    name: str
    lane: str
    waiting: int
    oldest: datetime | None
    incidents: int
    figures: StepFigures
    idle: Lasting | None
    work: Lasting | None
    whole: Lasting | None
    branches: tuple[tuple[str, int, int], ...]
    too_few: bool

    @property
    def finished(self) -> int | None:
        return self.figures.finished if self.figures.shown else None

    @property
    def again(self) -> int | None:
        return self.figures.again if self.figures.shown else None

    @property
    def ways(self) -> str:
        """“yes 94 % · no 6 %”."""
        return " · ".join(f"{name} {share}\u00a0%" for name, _count, share in self.branches)


def shown_steps(board: Board) -> list[ShownStep]:
    """The steps of the process in the order of the drawing, then those of older versions that still count."""
    return [_shown(board, element) for element in _listed(board)]


def _listed(board: Board) -> list[str]:
    known = {*board.steps, *board.events, *board.incidents}
    # Events, gateways and boxes around steps are lines only where something waits, or was decided, there.
    inside = [
        element
        for element in in_order(board.model)
        if element in known or not isinstance(board.model.nodes[element], Event | Gateway | SubProcess)
    ]
    return inside + sorted(known - set(inside))


def _shown(board: Board, element: str) -> ShownStep:
    node = board.model.nodes.get(element)
    lane = board.model.lanes.get(node.lane) if node else None
    found = board.steps.get(element) or StepFigures(element)
    decided = found.decided
    return ShownStep(
        element,
        name_of(board.model, element),
        lane.name_in(language()) if lane else "",
        board.waiting(element),
        board.oldest(element),
        board.incidents.get(element, 0),
        found,
        spoken(found.idle),
        spoken(found.work),
        spoken(found.whole),
        tuple((branch_name(board.model, way), n, round(100 * n / decided)) for way, n in found.branches.items()),
        element in board.steps and not found.shown and not board.locked,
    )


def branch_name(model: Definitions, flow: str) -> str:
    found = model.flows.get(flow)
    return (found.name_in(language()) if found else "") or (name_of(model, found.target) if found else flow)


def in_order(model: Definitions) -> list[str]:
    """The elements as a case comes by them: breadth first from where it starts; what cannot be reached at the end."""
    coming = deque(node.id for node in model.nodes.values() if not node.incoming and not _attached(node))
    seen: dict[str, None] = {}
    while coming:
        element = coming.popleft()
        if element not in seen:
            seen[element] = None
            coming.extend(_next(model, element))
    return list(dict.fromkeys([*seen, *model.nodes]))


def _attached(node: FlowNode) -> bool:
    return isinstance(node, Event) and bool(node.attached_to)


def _next(model: Definitions, element: str) -> list[str]:
    after = [model.flows[flow].target for flow in model.nodes[element].outgoing if flow in model.flows]
    inner = [node.id for node in model.members.get(element, ()) if not node.incoming]
    return [*inner, *(event.id for event in model.boundaries.get(element, ())), *after]


def heated(board: Board, *, by_time: bool) -> SafeString | None:
    """The drawing with a figure and a heat per step: cases that wait now, or how long a step usually lies."""
    if not board.model.diagrams or not board.model.diagrams[0].shapes:
        return None
    if by_time:
        times = {one.element: one.idle or one.whole for one in board.steps.values()}
        values = {element: found.median.total_seconds() for element, found in times.items() if found}
        counts = {element: lasting(timedelta(seconds=value)) for element, value in values.items()}
    else:
        waiting = {element: board.waiting(element) for element in {*board.steps, *board.events}}
        values = {element: float(count) for element, count in waiting.items() if count}
        counts = {element: str(round(value)) for element, value in values.items()}
    # The XML library has escaped every text in it.
    return mark_safe(svg.draw(board.model, language=language(), heat=heat(values), counts=counts))  # noqa: S308


def heat(values: Mapping[str, float]) -> dict[str, int]:
    """Each value as a step of a scale from 1 to 4, in proportion to the largest."""
    top = max(values.values(), default=0)
    if not top:
        return {}
    return {name: max(1, round(_STEPS_OF_HEAT * value / top)) for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class BottleneckWords:
    """A bottleneck in sentences, the first being the answer."""

    name: str
    percent: int
    sentences: tuple[str, ...]


def bottleneck_words(board: Board, now: datetime) -> list[BottleneckWords]:
    return [
        BottleneckWords(
            name_of(board.model, one.element), round(100 * one.share), tuple(_sentences(board, one.element, now))
        )
        for one in board.bottlenecks
    ]


def _sentences(board: Board, element: str, now: datetime) -> Iterable[str]:
    found = board.steps[element]
    if found.oldest is not None:
        said = ngettext(
            "%(n)d case waits there now, since %(age)s.",
            "%(n)d cases wait there now, the oldest since %(age)s.",
            found.waiting,
        )
        yield said % {"n": found.waiting, "age": lasting(now - found.oldest)}
    if found.idle and found.work:
        words = {"idle": lasting(found.idle.median), "work": lasting(found.work.median)}
        yield _("Usually it lies %(idle)s before somebody begins; the work itself takes %(work)s.") % words
    elif found.whole:
        words = {"whole": lasting(found.whole.median)}
        yield _("Usually it takes %(whole)s, lying and work together: when it was begun is not known.") % words


@dataclass(frozen=True, slots=True)
class ShownWay:
    """One way through the process in names of steps."""

    steps: tuple[str, ...]
    cases: int
    percent: int


def shown_ways(board: Board) -> list[ShownWay]:
    return [
        ShownWay(tuple(name_of(board.model, step) for step in one.steps), one.cases, round(100 * one.share))
        for one in board.variants
    ]


@dataclass(frozen=True, slots=True)
class Card:
    """One case that waits; ``url`` is empty for whoever may not open it."""

    title: str
    number: int
    since: datetime
    due: datetime | None
    late: bool
    url: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One column of the board: a step where cases wait. ``more`` are those for which there is no card."""

    step: ShownStep
    cards: Sequence[Card]

    @property
    def more(self) -> int:
        return max(0, self.step.waiting - len(self.cards))
