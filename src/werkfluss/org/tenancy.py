"""The one way into a firm's data: ``with acting(org_id, actor):``.

It opens the transaction, the django-scopes scope and the database's own row filter together, so none of the three
walls can be forgotten. The database filter is set for this transaction only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

from django.db import connection, models, transaction
from django_scopes import scope
from django_scopes.manager import DisabledQuerySet
from django_scopes.state import get_scope

from werkfluss.kernel.errors import Conflict
from werkfluss.kernel.ids import new_id
from werkfluss.org.actor import Actor

SETTING = "werkfluss.org"


@dataclass
class _Acting:
    org_id: UUID


@dataclass(eq=False)
class _Last:
    """An action for the end of an ``acting`` block: ``act``, given its ``item`` and those that follow for the same act.

    It stands on Django's list of what to call after the commit, where calling it does nothing: Django takes it off that
    list when the savepoint in which it was registered is rolled back, and so knows for us what still counts.
    """

    block: _Acting
    act: Callable[[list[Any]], object]
    item: Any
    done: bool = False

    def __call__(self) -> None:
        pass


_current: ContextVar[_Acting | None] = ContextVar("werkfluss_acting", default=None)


@contextmanager
def acting(org_id: UUID, actor: Actor) -> Iterator[Actor]:
    """Work inside the firm ``org_id`` as ``actor``; commits at the end, or nothing at all.

    Raises:
        RuntimeError: the actor belongs to another firm, or the surrounding work does.
    """
    if actor.org_id != org_id:
        raise RuntimeError("an actor works in the own firm only")
    outer = _current.get()
    if outer is not None:
        if outer.org_id != org_id:
            raise RuntimeError("work for one firm cannot be nested in work for another")
        yield actor
        return
    state = _Acting(org_id)
    nested = connection.in_atomic_block
    with transaction.atomic():
        _filter_rows(org_id)
        token = _current.set(state)
        try:
            with scope(org=org_id):
                yield actor
                _run_last(state)
        finally:
            _current.reset(token)
        # The filter ends with the transaction; inside a surrounding one it must not outlive this block.
        if nested:
            _filter_rows(None)


def _run_last(block: _Acting) -> None:
    """Run what the block registered, in that order, also what is registered meanwhile."""
    while waiting := [
        last
        for entry in connection.run_on_commit
        if isinstance(last := entry[1], _Last) and last.block is block and not last.done
    ]:
        for last in waiting:
            last.done = True
        for act, lasts in groupby(waiting, key=lambda last: last.act):
            act([last.item for last in lasts])


def _filter_rows(org_id: UUID | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, str(org_id or "")])


def current_org_id() -> UUID:
    """The firm in whose data the present work is done.

    Raises:
        RuntimeError: outside ``acting``.
    """
    state = _current.get()
    if state is None:
        raise RuntimeError("no firm: open `acting(org_id, actor)` first")
    return state.org_id


def before_commit(action: Callable[[], object]) -> None:
    """Run ``action`` last in the outermost ``acting`` block, still inside its transaction.

    Registered inside a nested ``atomic`` that is rolled back, it never runs.
    """
    state = _current.get()
    if state is None:
        raise RuntimeError("no firm: open `acting(org_id, actor)` first")
    transaction.on_commit(_Last(state, _call_each, action))


def _call_each(actions: list[Callable[[], object]]) -> None:
    for action in actions:
        action()


def together_before_commit(act: Callable[[list[Any]], object], item: Any) -> None:
    """As ``before_commit``, but items registered one after the other for the same act are handed over in one list."""
    state = _current.get()
    if state is None:
        raise RuntimeError("no firm: open `acting(org_id, actor)` first")
    transaction.on_commit(_Last(state, act, item))


_Row = TypeVar("_Row", bound=models.Model)


class FirmManager(models.Manager[_Row]):
    """Rows of the firm of the django-scopes scope; without a scope every query is refused.

    What ``django_scopes.ScopedManager`` builds at run time, as a class that type checkers can see.
    """

    def get_queryset(self) -> models.QuerySet[_Row]:
        state = get_scope()
        if not state.get("_enabled", True):
            return super().get_queryset()
        if "org" not in state:
            refused: models.QuerySet[_Row] = DisabledQuerySet(self.model, using=self._db, missing_scopes=["org"])
            return refused
        return super().get_queryset().filter(org=state["org"])


class TenantModel(models.Model):
    """Base of every table that belongs to a firm; ``version`` counts edits."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    org = models.ForeignKey(
        "org.Organisation", on_delete=models.PROTECT, default=current_org_id, related_name="+", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[FirmManager[Self]] = FirmManager()

    class Meta:
        abstract = True

    def edit(self, *, expected_version: int | None = None, **changes: Any) -> None:
        """Write ``changes`` if nobody else did since ``expected_version`` (default: the version read).

        Raises:
            Conflict: the row has moved on.
        """
        expected = self.version if expected_version is None else expected_version
        manager = type(self)._default_manager
        done = manager.filter(pk=self.pk, version=expected).update(version=expected + 1, **changes)
        if not done:
            raise Conflict(f"{self._meta.label} {self.pk}")
        self.version = expected + 1
        for name, value in changes.items():
            setattr(self, name, value)
