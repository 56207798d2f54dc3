"""When projects, plans, results and cases are past their period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from werkfluss.evidence.domain.documents import register_kept_as
from werkfluss.evidence.domain.retention import (
    Key,
    Schedule,
    day_of,
    delete_documents,
    register_end,
    register_release,
    register_schedule,
)
from werkfluss.evidence.models import Document
from werkfluss.org.actor import Actor
from werkfluss.org.models import Entry
from werkfluss.work import step_erasure
from werkfluss.work.domain.bookings import EXPORT
from werkfluss.work.models import (
    Acceptance,
    Assignment,
    Case,
    CaseMessage,
    Plan,
    Project,
    Result,
    ResultItem,
    Substitution,
    Task,
)

_ENDED_TASK = (Task.State.ACCEPTED, Task.State.DROPPED)
_BOOKS_INVOICES = "invoice_booking"  # the agent skill whose tasks hold invoices


def register() -> None:
    register_kept_as(Task, lambda task, _title: _voucher(task))
    register_kept_as(Result, lambda _result, title: _book(title))
    register_end(Task, lambda key: Subquery(_ended_tasks().filter(pk=OuterRef(key)).values("over")))
    register_release(Plan, _let_go_of_plans)
    register_release(Result, lambda keys: _delete(Acceptance.objects.filter(result_id__in=keys)))
    register_schedule(
        Schedule("work.project", Project, _projects, _without_lead),
        Schedule("work.project", Task, _tasks, _without_words),
        Schedule("work.project", Document, _task_files, lambda files, _by: delete_documents(files)),
        Schedule("work.given", Assignment, _assignments),
        Schedule("work.case", Case, lambda: Case.objects.annotate(over=day_of("ended_at"))),
        Schedule("work.message", CaseMessage, lambda: CaseMessage.objects.annotate(over=day_of("created_at"))),
        Schedule("work.substitution", Substitution, step_erasure.ended_substitutions),
        Schedule("work.plan", Plan, _plans),
        Schedule("work.result", Result, lambda: _decided(Result.objects.exclude(_books()))),
        Schedule("work.booking", Result, lambda: _decided(Result.objects.filter(_books()))),
        Schedule("work.booking", ResultItem, _items),
    )


def _voucher(task: Task) -> Document.KeepAs:
    return Document.KeepAs.VOUCHER if task.skill_folder == _BOOKS_INVOICES else Document.KeepAs.OWNER


def _book(title: str) -> Document.KeepAs:
    return Document.KeepAs.BOOK if title.startswith(EXPORT) else Document.KeepAs.OWNER


def _delete(rows: QuerySet[Any]) -> None:
    rows.delete()


def _ended_projects() -> QuerySet[Any]:
    """Projects without open work; over on the last day on which somebody worked for them."""
    tasks = Task.objects.filter(project=OuterRef("pk"), is_summary=False)
    worked = Assignment.objects.filter(task__project=OuterRef("pk")).order_by().values("task__project")
    delivered = Result.objects.filter(task__project=OuterRef("pk")).order_by().values("task__project")
    last = Greatest(
        day_of("created_at"),
        Subquery(worked.annotate(last=Max("last_day")).values("last")),
        Subquery(delivered.annotate(last=Max(day_of("delivered_at"))).values("last")),
    )
    ended = Q(state="closed") | (Exists(tasks) & ~Exists(tasks.exclude(state__in=_ENDED_TASK)))
    return Project.objects.filter(ended).annotate(over=last)


def _over_of_project(field: str) -> Subquery:
    return Subquery(_ended_projects().filter(pk=OuterRef(field)).values("over"))


def _ended_tasks() -> QuerySet[Any]:
    return Task.objects.order_by().annotate(over=_over_of_project("project"))


def _projects() -> QuerySet[Project]:
    return _ended_projects().exclude(lead=None)


def _without_lead(projects: Sequence[Project], _by: Actor) -> set[Key]:
    for project in projects:
        project.edit(lead=None)
    return {(Project._meta.label_lower, project.pk) for project in projects}


def _tasks() -> QuerySet[Task]:
    return _ended_tasks().exclude(brief="", outcome="")


def _without_words(tasks: Sequence[Task], _by: Actor) -> set[Key]:
    """The task stays as a line of the past project; the free text, which may name somebody, goes."""
    for task in tasks:
        task.edit(brief="", outcome="")
    return {(Task._meta.label_lower, task.pk) for task in tasks}


def _task_files() -> QuerySet[Document]:
    rows = Document.objects.filter(object_type=Task._meta.label_lower, keep_as=Document.KeepAs.OWNER)
    return rows.annotate(over=Subquery(_ended_tasks().filter(pk=OuterRef("object_id")).values("over")))


def _assignments() -> QuerySet[Assignment]:
    """Those on which a result rests are protected by the database until it goes."""
    return Assignment.objects.annotate(over=_over_of_project("task__project"))


def _plans() -> QuerySet[Plan]:
    """A published plan is superseded on the day of the next one; others end with the last that was done to them."""
    next_one = Plan.objects.filter(published_at__gt=OuterRef("published_at")).order_by().values("org")
    last = Entry.objects.filter(object_type=Plan._meta.label_lower, object_id=OuterRef("pk")).order_by("-seq")
    ended = Plan.objects.filter(state__in=[Plan.State.SUPERSEDED, Plan.State.DISCARDED, Plan.State.FAILED])
    return ended.annotate(
        over=Coalesce(
            Subquery(next_one.annotate(first=Min(day_of("published_at"))).values("first")),
            Subquery(last.annotate(day=day_of("at")).values("day")[:1]),
            day_of("created_at"),
        )
    )


def _let_go_of_plans(keys: Sequence[UUID]) -> None:
    Plan.objects.filter(based_on_id__in=keys).update(based_on=None)


def _books() -> Exists:
    return Exists(ResultItem.objects.filter(result=OuterRef("pk")))


def _decided(results: QuerySet[Result]) -> QuerySet[Result]:
    """Over with the last acceptance, or when it was delivered if nobody decided."""
    decided = Acceptance.objects.filter(result=OuterRef("pk")).order_by().values("result")
    last = Subquery(decided.annotate(last=Max(day_of("decided_at"))).values("last"))
    return results.order_by().annotate(over=Greatest(day_of("delivered_at"), last))


def _items() -> QuerySet[ResultItem]:
    return ResultItem.objects.order_by().annotate(over=Coalesce(day_of("decided_at"), day_of("result__delivered_at")))
