"""What finished and open steps say about a process: where cases wait, how long, which way they go. Pure functions.

About steps, never about persons. Figures on finished steps leave this module only if they cannot be figures on one
person: finished in at least ``FEWEST`` cases, by at least ``PERSONS`` people, none of whom did more than half. The rule
is k-anonymity (L. Sweeney, 2002) with a dominance rule, as statistical offices use it for tables: with five and three
nobody who knows the own times can work out those of one colleague, and with no more than half from one hand median and
quartiles never describe one hand alone. It serves s. 87(1) no. 6 BetrVG (no monitoring of conduct or performance) and
Art. 5(1)(c) GDPR (data minimisation). Who did a step comes in as a pseudonym and is only counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import quantiles

FEWEST = 5
PERSONS = 3
_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of one case. ``begun`` is unknown where nobody said so; ``by`` is only ever compared and counted.

    ``machine``: a program or an agent did it. ``done`` is empty as long as it is open.
    """

    element: str
    case: Hashable
    opened: datetime
    done: datetime | None = None
    begun: datetime | None = None
    by: Hashable | None = None
    machine: bool = False
    branches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle half: median with lower and upper quartile, over ``count`` steps."""

    median: timedelta
    low: timedelta
    high: timedelta
    count: int


@dataclass(frozen=True, slots=True)
class StepFigures:
    """What is known of one step of a process.

    Open: ``waiting`` steps, the longest since ``oldest``. Finished: only if ``shown``, else all of it is empty.
    ``spent`` is the waiting time of the open ones, and of the finished ones if they are shown.
    ``idle`` is from opened to begun, ``work`` from begun to done, over those steps whose beginning is known; ``whole``
    is both together, over all. ``again`` counts the cases in which the step was done more than once.
    """

    element: str
    waiting: int = 0
    oldest: datetime | None = None
    shown: bool = False
    finished: int = 0
    by_machine: int = 0
    idle: Spread | None = None
    work: Spread | None = None
    whole: Spread | None = None
    spent: timedelta = _NOTHING
    again: int = 0
    cases: int = 0
    branches: Mapping[str, int] = field(default_factory=dict)

    @property
    def decided(self) -> int:
        return sum(self.branches.values())

    @property
    def by_hand(self) -> int:
        return self.finished - self.by_machine


def safe(rows: Sequence[StepRow]) -> bool:
    """Whether figures on these finished steps say nothing about a single person."""
    if len({row.case for row in rows}) < FEWEST:
        return False
    return many_hands(row.by for row in rows if not row.machine)


def many_hands(hands: Iterable[Hashable]) -> bool:
    """Whether what these hands did is no figure on one of them: enough of them, and none that did more than half."""
    people = Counter(hands)
    return not people or (len(people) >= PERSONS and 2 * max(people.values()) <= people.total() >= FEWEST)


def spread(times: Iterable[timedelta]) -> Spread | None:
    """Median and quartiles; a time below zero (a clock that was set back) counts as none."""
    seconds = sorted(max(0.0, time.total_seconds()) for time in times)
    if not seconds:
        return None
    low, middle, high = quantiles(seconds, n=4, method="inclusive") if len(seconds) > 1 else seconds * 3
    return Spread(timedelta(seconds=middle), timedelta(seconds=low), timedelta(seconds=high), len(seconds))


def figures(
    rows: Iterable[StepRow], *, now: datetime, repeated: frozenset[str] = frozenset()
) -> dict[str, StepFigures]:
    """The figures of every step, by its element. ``repeated`` are elements that the drawing itself repeats."""
    by_element: dict[str, list[StepRow]] = defaultdict(list)
    for row in rows:
        by_element[row.element].append(row)
    return {element: _figures(element, found, now, element in repeated) for element, found in by_element.items()}


def _figures(element: str, rows: Sequence[StepRow], now: datetime, repeated: bool) -> StepFigures:
    waiting = [row.opened for row in rows if row.done is None]
    done = [row for row in rows if row.done is not None]
    oldest = min(waiting, default=None)
    lying = sum((now - since for since in waiting), _NOTHING)
    if not safe(done):
        return StepFigures(element, len(waiting), oldest, spent=lying)
    begun = [row for row in done if row.begun is not None]
    # The steps with a known beginning may be those of one person who always says so.
    known = begun if safe(begun) else []
    chosen = [row for row in done if row.branches]
    branches = Counter(branch for row in chosen for branch in row.branches) if safe(chosen) else Counter[str]()
    per_case = Counter(row.case for row in done)
    return StepFigures(
        element,
        len(waiting),
        oldest,
        shown=True,
        finished=len(done),
        by_machine=sum(row.machine for row in done),
        idle=spread(row.begun - row.opened for row in known if row.begun),
        work=spread(row.done - row.begun for row in known if row.begun and row.done),
        whole=spread(row.done - row.opened for row in done if row.done),
        spent=lying + _waited(done, now),
        again=0 if repeated else sum(count > 1 for count in per_case.values()),
        cases=len(per_case),
        branches=dict(branches.most_common()),
    )


def _waited(done: Sequence[StepRow], now: datetime) -> timedelta:
    """How long finished steps lay: until they were begun, or until they were done where no beginning is known."""
    return sum((max(_NOTHING, (row.begun or row.done or now) - row.opened) for row in done), _NOTHING)


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """The step in which most of the waiting time of a process lies; ``share`` is of 1."""

    element: str
    share: float
    waiting: int


def bottlenecks(found: Iterable[StepFigures], *, least: float = 0.2, most: int = 3) -> list[Bottleneck]:
    """The steps with the largest shares of the waiting time, the largest first.

    Of steps with too few people only what waits now counts, which everybody sees at the cases anyway.
    """
    spent = [one for one in found if one.spent]
    total = sum((one.spent for one in spent), _NOTHING)
    # The only step holds all of the time; that says nothing.
    if len(spent) < 2:
        return []
    ranked = sorted(spent, key=lambda one: (-one.spent, one.element))
    shares = [Bottleneck(one.element, one.spent / total, one.waiting) for one in ranked[:most]]
    return [one for one in shares if one.share >= least]


def follows(rows: Iterable[StepRow]) -> Counter[tuple[str, str]]:
    """The directly-follows relation: how often a finished step came next after another in the same case.

    Source: W. van der Aalst, Process Mining (2016), ch. 6: by the order in which the steps were done.
    """
    pairs: Counter[tuple[str, str]] = Counter()
    for way in _ways(rows).values():
        pairs.update(pairwise(way))
    return pairs


@dataclass(frozen=True, slots=True)
class Variant:
    """One way through the process, how many cases went it, and their share of 1."""

    steps: tuple[str, ...]
    cases: int
    share: float


def variants(rows: Iterable[StepRow], *, ended: frozenset[Hashable], most: int = 5) -> list[Variant]:
    """The ways that finished cases went, the most frequent first; ways of fewer than ``FEWEST`` cases are left out."""
    ways = Counter(way for case, way in _ways(rows).items() if case in ended)
    total = ways.total()
    return [Variant(way, count, count / total) for way, count in ways.most_common(most) if count >= FEWEST]


def _ways(rows: Iterable[StepRow]) -> dict[Hashable, tuple[str, ...]]:
    found: dict[Hashable, list[tuple[datetime, datetime, str]]] = defaultdict(list)
    for row in rows:
        if row.done is not None:
            found[row.case].append((row.done, row.opened, row.element))
    return {case: tuple(element for _done, _opened, element in sorted(steps)) for case, steps in found.items()}
