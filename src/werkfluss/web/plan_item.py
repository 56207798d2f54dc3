"""One task of a plan, as the card “Warum dieser Vorschlag?” shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from werkfluss.kernel.money import Money
from werkfluss.kernel.text import Text
from werkfluss.web import law_view
from werkfluss.work.models import PlanItem, Task
from werkfluss.workforce.models import Kind, Resource


@dataclass(frozen=True, slots=True)
class Choice:
    """A permitted option with what it would do to the plan. Role rates, dates; no salary, no order of merit."""

    resource: Resource
    chosen: bool
    equal: bool
    outcome: str
    rate: Money
    cost: Money
    later: timedelta
    moved: tuple[str, ...]
    conditions: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Blocker:
    """Resources that are held back by the same thing."""

    names: tuple[str, ...]
    filter: str
    outcome: str
    reason: Text
    citations: tuple[str, ...]
    lead_days: int
    remedy: Text | None

    @property
    def filter_word(self) -> str:
        """What holds them back, where it is not the law."""
        return _FILTERS[self.filter]()


_NOT_PERSONAL = frozenset({"predecessor", "earliest", "pinned"})
_FILTERS: dict[str, Callable[[], str]] = {
    "law": lambda: _("law"),
    "skill": lambda: _("qualification"),
    "four_eyes": lambda: _("four eyes"),
    "calendar": lambda: _("calendar"),
    "capacity": lambda: _("capacity"),
}


@dataclass(frozen=True, slots=True)
class Card:
    summary: Text | None
    choices: tuple[Choice, ...]
    blockers: tuple[Blocker, ...]
    why_late: tuple[Text, ...]
    late: timedelta
    start: datetime | None


def card_of(item: PlanItem) -> Card:
    """From the stored explanation; two queries: the resources and the tasks it names."""
    told = item.explanation
    if not told:
        return Card(None, (), (), (), timedelta(), item.start)
    named = {option["resource"] for option in told["options"]} | {one["resource"] for one in told["blockers"]}
    hidden = law_view.locked("allocation")
    rows = Resource.objects.filter(pk__in=named)
    resources = {str(one.pk): one for one in (rows.exclude(kind=Kind.EMPLOYEE) if hidden else rows)}
    moved = {key for option in told["options"] for key in option["moved"]}
    titles = {str(key): title for key, title in Task.objects.filter(pk__in=moved).values_list("pk", "title")}
    choices = [_choice(option, resources, titles) for option in told["options"] if option["resource"] in resources]
    return Card(
        # It names the one proposed; employees stay unnamed until the works council has agreed.
        summary=None if hidden and _is_employee(item) else Text.from_json(told["summary"]),
        # The chosen one first, then by name: the page ranks nobody.
        choices=tuple(sorted(choices, key=lambda one: (not one.chosen, one.resource.sort_key))),
        blockers=_blockers(told["blockers"], resources, _skill_words(item)),
        why_late=_why_late(told["why_late"], hidden=hidden),
        late=timedelta(minutes=told["late_minutes"]),
        start=item.start,
    )


def _why_late(told: list[dict[str, Any]], *, hidden: bool) -> tuple[Text, ...]:
    """What the delay comes from; while employees stay unnamed, up to where it is the time of a person.

    Whose queue, absence or missing paper holds up the work says something of that person, name or not.
    """
    steps = []
    for step in told:
        if hidden and step["kind"] not in _NOT_PERSONAL:
            steps.append(
                Text(
                    "Ab hier liegt es an der Zeit einzelner Beschäftigter; das wird erst nach der Einigung mit dem "
                    "Betriebsrat gezeigt.",
                    "From here on it is the time of single employees, which is shown only after the agreement with "
                    "the works council.",
                )
            )
            break
        steps.append(Text.from_json(step["text"]))
    return tuple(steps)


def _is_employee(item: PlanItem) -> bool:
    return item.resource is not None and item.resource.kind == Kind.EMPLOYEE


def _choice(option: dict[str, Any], resources: dict[str, Resource], titles: dict[str, str]) -> Choice:
    return Choice(
        resource=resources[option["resource"]],
        chosen=option["chosen"],
        equal=option["equal"],
        outcome=option["outcome"],
        rate=Money.from_cents(option["rate_cents_per_hour"]),
        cost=Money.from_cents(option["delta_cents"]),
        later=timedelta(minutes=option["delta_finish"]),
        moved=tuple(titles.get(key, "") for key in option["moved"]),
        conditions=tuple(option["conditions"]),
    )


def _skill_words(item: PlanItem) -> dict[str, Text]:
    """The names of the skills the task needs; the optimiser knows their keys alone."""
    return {need.skill.key: Text(need.skill.name_de, need.skill.name_en) for need in item.task.skills.all()}


def _worded(reason: dict[str, str], words: dict[str, Text]) -> Text:
    german, english = reason["de"], reason["en"]
    for key in sorted(words, key=len, reverse=True):
        german, english = german.replace(key, words[key].de), english.replace(key, words[key].en)
    return Text(german, english)


def _blockers(
    told: list[dict[str, Any]], resources: dict[str, Resource], words: dict[str, Text]
) -> tuple[Blocker, ...]:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for one in told:
        groups[one["filter"], one["reason"]["de"]].append(one)
    found = []
    for same in groups.values():
        first = same[0]
        names = sorted((resources[one["resource"]] for one in same if one["resource"] in resources), key=_by_name)
        found.append(
            Blocker(
                names=tuple(one.name for one in names),
                filter=first["filter"],
                outcome=first["outcome"],
                reason=_worded(first["reason"], words)
                if first["filter"] == "skill"
                else Text.from_json(first["reason"]),
                citations=tuple(first["citations"]),
                lead_days=first["lead_minutes"] // 1440,
                remedy=Text.from_json(first["remedy"]) if first["remedy"] else None,
            )
        )
    return tuple(found)


def _by_name(resource: Resource) -> str:
    return resource.sort_key
