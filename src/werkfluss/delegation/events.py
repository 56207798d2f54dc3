"""What can happen to a plan, or what one may want to try: each event turns a problem into the problem after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from .candidate import Candidate
from .problem import Link, Pin, Problem, Resource, Task


class Event(Protocol):
    """Anything that changes a problem."""

    def apply(self, problem: Problem) -> Problem:
        """The problem after the event.

        Raises
        ------
        ValueError: the event names what the problem does not know.

        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A resource is not there from ``start`` to ``end`` (minutes). The cause is nobody's business here."""

    resource: str
    start: int
    end: int

    def apply(self, problem: Problem) -> Problem:
        resource = _resource(problem, self.resource)
        windows = []
        for first, last in resource.windows:
            pieces = ((first, min(last, self.start)), (max(first, self.end), last))
            windows += [(a, b) for a, b in pieces if a < b]
        return _with(problem, replace(resource, windows=tuple(sorted(set(windows)))))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRate:
    """The role rate of a resource becomes another."""

    resource: str
    rate_cents_per_hour: int

    def apply(self, problem: Problem) -> Problem:
        resource = _resource(problem, self.resource)
        return _with(problem, replace(resource, rate_cents_per_hour=self.rate_cents_per_hour))


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedResource:
    """One more resource, with its candidates (without them it can be given nothing)."""

    resource: Resource
    candidates: tuple[Candidate, ...] = ()

    def apply(self, problem: Problem) -> Problem:
        return replace(
            problem,
            resources=(*problem.resources, self.resource),
            candidates=(*problem.candidates, *self.candidates),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedTasks:
    """More work, with its candidates and links."""

    tasks: tuple[Task, ...]
    candidates: tuple[Candidate, ...] = ()
    links: tuple[Link, ...] = ()

    def apply(self, problem: Problem) -> Problem:
        return replace(
            problem,
            tasks=(*problem.tasks, *self.tasks),
            candidates=(*problem.candidates, *self.candidates),
            links=(*problem.links, *self.links),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """An external declines one task; it is not offered this task again and nothing else is remembered."""

    task: str
    resource: str

    def apply(self, problem: Problem) -> Problem:
        found = problem.candidate(self.task, self.resource)
        if found is None:
            raise ValueError(f"no candidate {self.task}/{self.resource}")
        gone = replace(found, offerable=False)
        return replace(problem, candidates=tuple(gone if one is found else one for one in problem.candidates))


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A task has begun, was confirmed, or takes longer than planned: it is pinned to ``start``..``end``."""

    task: str
    resource: str
    start: int
    end: int

    def apply(self, problem: Problem) -> Problem:
        pin = Pin(task=self.task, resource=self.resource, start=self.start, end=self.end)
        return replace(problem, pins=(*(one for one in problem.pins if one.task != self.task), pin))


def _resource(problem: Problem, id_: str) -> Resource:
    try:
        return problem.resource(id_)
    except KeyError as error:
        raise ValueError(f"unknown resource {id_!r}") from error


def _with(problem: Problem, resource: Resource) -> Problem:
    return replace(problem, resources=tuple(resource if one.id == resource.id else one for one in problem.resources))
