"""The filters between resource and task, law first. Who passes is an option; who fails keeps the first reason."""

from __future__ import annotations

from dataclasses import dataclass

from werkfluss.kernel.text import Text, joined

from .axis import Axis
from .candidate import Candidate, Filter, Rejection
from .problem import NATURAL, Problem, Resource, Task

_NOT_CHECKED = Text("Für diese Paarung liegt keine Rechtsprüfung vor.", "No legal check was made for this pair.")
_CHECK = Text("Bitte die Rechtsprüfung durchführen.", "Please have the legal check made.")
_DECLINED = Text("Das Angebot wurde abgelehnt oder zurückgezogen.", "The offer was declined or withdrawn.")
_ASK = Text("Bitte ein neues Angebot vereinbaren.", "Please agree on a new offer.")
_CLEAR = Text(
    "Bitte den fehlenden Sachverhalt mit Quelle festhalten; danach wird neu geprüft.",
    "Please record the missing fact with its source; it is then checked again.",
)


@dataclass(frozen=True, slots=True)
class Eligible:
    """A pair that passed every filter. ``need`` = window minutes it occupies, ``effort`` = minutes paid."""

    task: str
    resource: str
    need: int
    effort: int
    earliest: int
    labour_cents: int


def labour_cents(task: Task, resource: Resource, candidate: Candidate) -> int:
    """Role rate times effort, rounded half up, plus the surcharge of an agent or partner."""
    effort = candidate.effort or task.effort
    return (resource.rate_cents_per_hour * effort + 30) // 60 + candidate.fixed_cents


def need_minutes(effort: int, capacity_share: int, granularity: int) -> int:
    """Window minutes an effort takes at this share of capacity, rounded up to the granularity."""
    stretched = -(-effort * 100 // capacity_share)
    return -(-stretched // granularity) * granularity


def unmet(task: Task, resource: Resource, candidate: Candidate) -> list[str]:
    """Skills of the task that the pair does not meet, in the task's order.

    A natural person holds a skill or not; a minimum level counts as met only where the candidate says so. Agents
    and partner organisations are compared by level.
    """
    held = {one.skill: one.level for one in resource.skills}
    missing = []
    for requirement in task.requirements:
        skill = requirement.skill
        if skill not in held:
            met = resource.kind in NATURAL and skill in candidate.meets
        elif requirement.minimum_level == 0:
            met = True
        elif resource.kind in NATURAL:
            met = skill in candidate.meets
        else:
            met = (held[skill] or 0) >= requirement.minimum_level
        if not met:
            missing.append(skill)
    return missing


class Screen:
    """Runs the filters of one problem; axes are kept, because planning needs them next."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.axes = {one.id: Axis(one.windows, problem.granularity) for one in problem.resources}
        self._pinned = {pin.task: pin.resource for pin in problem.pins}
        self._partners: dict[str, list[str]] = {}
        for left, right in problem.four_eyes:
            self._partners.setdefault(left, []).append(right)
            self._partners.setdefault(right, []).append(left)

    def judge(self, task: Task, resource: Resource) -> Eligible | Rejection:
        """The pair as an option, or the first filter it fails: law, offer, skill, four eyes, calendar, capacity."""
        candidate = self.problem.candidate(task.id, resource.id)
        if candidate is None:
            return Rejection(
                task=task.id, resource=resource.id, filter="law", outcome="unknown", reason=_NOT_CHECKED, remedy=_CHECK
            )
        if not candidate.assignable:
            return self._reject(candidate, "law", _law_reason(candidate), candidate.remedy or _law_remedy(candidate))
        if not candidate.offerable:
            return self._reject(candidate, "offer", _DECLINED, _ASK)
        if missing := unmet(task, resource, candidate):
            return self._reject(candidate, "skill", *_skill_reason(missing))
        if (other := self._seen_by(task, resource)) is not None:
            return self._reject(candidate, "four_eyes", *_four_eyes_reason(self.problem.task(other).label))
        return self._time(task, resource, candidate)

    def _time(self, task: Task, resource: Resource, candidate: Candidate) -> Eligible | Rejection:
        effort = candidate.effort or task.effort
        need = need_minutes(effort, resource.capacity_share, self.problem.granularity)
        earliest = max(0, task.earliest, candidate.lead_minutes, candidate.earliest or 0)
        axis = self.axes[resource.id]
        if axis.total - axis.position(earliest) < need:
            return self._reject(candidate, "calendar", *_calendar_reason(need, axis.total - axis.position(earliest)))
        if resource.maximum_minutes is not None and effort > resource.maximum_minutes:
            return self._reject(candidate, "capacity", *_capacity_reason(effort, resource.maximum_minutes))
        cents = labour_cents(task, resource, candidate)
        return Eligible(task.id, resource.id, need, effort, earliest, cents)

    def _seen_by(self, task: Task, resource: Resource) -> str | None:
        for other in self._partners.get(task.id, ()):
            if self._pinned.get(other) == resource.id:
                return other
        return None

    @staticmethod
    def _reject(candidate: Candidate, filter_: Filter, reason: Text, remedy: Text) -> Rejection:
        return Rejection(
            task=candidate.task,
            resource=candidate.resource,
            filter=filter_,
            outcome=candidate.outcome,
            reason=reason,
            citations=candidate.citations,
            conditions=candidate.conditions,
            lead_minutes=candidate.lead_minutes,
            remedy=remedy,
        )


def _law_reason(candidate: Candidate) -> Text:
    if candidate.reasons:
        return joined(candidate.reasons)
    if candidate.outcome == "blocked":
        return Text("Rechtlich nicht erlaubt.", "Not permitted by law.")
    return Text("Rechtlich ungeklärt.", "Legally not cleared.")


def _law_remedy(candidate: Candidate) -> Text:
    if candidate.outcome == "unknown":
        return _CLEAR
    return Text("Bitte jemand anderen wählen oder den Auftrag ändern.", "Please choose another or change the task.")


def _skill_reason(missing: list[str]) -> tuple[Text, Text]:
    names = ", ".join(missing)
    return (
        Text(f"Nachweis fehlt: {names}.", f"Not documented: {names}."),
        Text("Bitte den Nachweis ergänzen, falls er vorliegt.", "Please add the document, if there is one."),
    )


def _four_eyes_reason(other: str) -> tuple[Text, Text]:
    return (
        Text(
            f"Vier Augen: „{other}“ liegt schon bei derselben Stelle.",
            f"Four eyes: “{other}” is already with the same resource.",
        ),
        Text("Bitte eine zweite Person wählen.", "Please choose a second person."),
    )


def _calendar_reason(need: int, left: int) -> tuple[Text, Text]:
    return (
        Text(
            f"Kein Platz im Kalender: {_hours(need)} h nötig, {_hours(left)} h im Zeitraum vorhanden.",
            f"No room in the calendar: {_hours(need)} h needed, {_hours(left)} h in the period.",
        ),
        Text("Bitte den Zeitraum verlängern oder Zeit freigeben.", "Please extend the period or free some time."),
    )


def _capacity_reason(effort: int, most: int) -> tuple[Text, Text]:
    return (
        Text(
            f"Stundenrahmen zu klein: {_hours(effort)} h nötig, höchstens {_hours(most)} h vereinbart.",
            f"Too few hours agreed: {_hours(effort)} h needed, at most {_hours(most)} h agreed.",
        ),
        Text("Bitte den Stundenrahmen erweitern.", "Please extend the agreed hours."),
    )


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.1f}".rstrip("0").rstrip(".")
