"""What stands between a draft and its publication: the works council's agreement, and the law as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import prefetch_related_objects

from werkfluss.compliance.domain import go_live
from werkfluss.compliance.domain.checks import consider
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text, joined
from werkfluss.work.domain import gate
from werkfluss.work.domain.gate_facts import Brief, Subject
from werkfluss.work.models import Plan, PlanItem
from werkfluss.workforce.models import Kind

_TOLD = 5


def require_agreement(items: Sequence[PlanItem]) -> None:
    """Tasks go to employees by name only where the works council has agreed to it, or there is none.

    A plan that gives work to externals and agents alone may be published: it says nothing of employees. A person's
    own list of tasks stays open whatever is recorded; it shows nobody else what that person does.

    Raises:
        Refused: no agreement that covers the allocation is recorded.
    """
    named = [item for item in items if item.resource is not None and item.resource.kind == Kind.EMPLOYEE]
    if not named or not go_live.is_locked("allocation", on=clock.today()):
        return
    raise Refused(
        Text(
            f"Dieser Plan gibt {len(named)} Aufgaben namentlich an Beschäftigte. Eine Einigung mit dem Betriebsrat "
            "darüber ist nicht festgehalten.",
            f"This plan gives {len(named)} tasks to employees by name. No agreement with the works council on that is "
            "recorded.",
        ),
        citation="§ 87 Abs. 1 Nr. 6, Abs. 2 BetrVG",
        what_to_do=Text(
            "Die Geschäftsführung hält die Einigung (Betriebsvereinbarung, Zustimmung oder Spruch der Einigungsstelle) "
            "mit Tag und Dokument fest, unter „KI“, „Betriebsrat“, und hakt dort die Verteilung von Aufgaben an. Ein "
            "fertiger Anhang liegt bei.",
            "The managing director records the agreement (works agreement, consent or decision of the conciliation "
            'board) with its day and document, under "AI", "Works council", and ticks the allocation of tasks there. A '
            "ready annex is provided.",
        ),
        where="Betriebsrat",
    )


def require_permitted_now(plan: Plan, items: Sequence[PlanItem]) -> None:
    """Ask the gate again for every assignment of the draft: a fact, a paper or the law may have changed since.

    Stores nothing; a constant number of queries.

    Raises:
        Refused: assignments that are forbidden or unclear now, by name.
    """
    given = [item for item in items if item.resource is not None]
    on = _now(plan)
    about = facts_on(on, subject_type="work.task", subject_ids=[item.task_id for item in given])
    resources = {item.resource.pk: item.resource for item in given if item.resource is not None}
    prefetch_related_objects(list(resources.values()), "papers", "working_times")
    known = facts_on(on, subject_type="workforce.resource", subject_ids=list(resources))
    subjects = {key: Subject.of(one, known.get(key, {})) for key, one in resources.items()}
    asked = [
        gate.Asked(Brief.of(item.task), about.get(item.task_id, {}), subjects[item.resource_id], on)
        for item in given
        if item.resource_id is not None
    ]
    found = zip(given, gate.answers_to(asked, law=consider), strict=True)
    refused = [(item, permission) for item, permission in found if not permission.permits]
    if refused:
        raise _refusal(refused)


def _now(plan: Plan) -> date:
    """The day of the plan, moved on by the days since it was asked for."""
    return plan.as_of + (clock.today() - plan.created_at.astimezone(clock.FIRM_ZONE).date())


def _refusal(refused: Sequence[tuple[PlanItem, gate.Permission]]) -> Refused:
    lines = [_line(item, permission) for item, permission in refused[:_TOLD]]
    if len(refused) > _TOLD:
        more = len(refused) - _TOLD
        lines.append(Text(f"Dazu {more} weitere.", f"And {more} more."))
    ways = [permission.remedy for _item, permission in refused if permission.remedy is not None]
    again = Text(
        "Lassen Sie neu planen, oder beheben Sie das Hindernis und veröffentlichen Sie dann.",
        "Plan again, or remove the obstacle and publish then.",
    )
    head = Text(
        "Seit dem Entwurf hat sich etwas geändert; nichts wurde veröffentlicht. Nicht mehr zulässig oder unklar:",
        "Something has changed since the draft; nothing was published. No longer permitted, or unclear:",
    )
    return Refused(
        joined([head, *lines]),
        citation=", ".join(dict.fromkeys(label for _item, one in refused for label in one.citations))
        or "Rechtsprüfung",
        what_to_do=joined([again, *dict.fromkeys(ways[:_TOLD])]),
        where="; ".join(item.task.title for item, _permission in refused),
    )


def _line(item: PlanItem, permission: gate.Permission) -> Text:
    who = item.resource.name if item.resource else ""
    head = f"{item.task.wbs} {item.task.title}".strip()
    why = joined(permission.reasons) if permission.reasons else Text("ungeklärt.", "unclear.")
    return Text(f"{head} ({who}): {why.de}", f"{head} ({who}): {why.en}")
