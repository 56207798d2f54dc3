"""The engine's state as rows: tokens and waits one by one, the rest on the case. Read back, it is equal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, Value

from werkfluss.process import state as core
from werkfluss.work.models import Case, Token, Wait

# What of a wait is the engine's alone; the rest are columns.
_ENGINE = ("token", "scope", "due", "remaining", "correlation", "anchor", "turn")


def state_of(case: Case) -> core.State:
    """Where a case stands, as the engine takes it; one query, or none if tokens and waits are at hand (prefetched)."""
    kept = case.engine
    scopes = [core.Scope(**scope) for scope in kept["scopes"]]
    if scopes:
        # The variables of the case as a whole are a column of their own, so that they can be asked for.
        first = scopes[0]
        scopes[0] = core.Scope(first.id, first.element, first.parent, first.token, case.variables)
    tokens, waits = _rows(case)
    return core.State(
        process=kept["process"],
        status=core.Status(kept["status"]),
        tokens=tuple(core.Token(row.key, row.element, **row.data) for row in _in_order(tokens)),
        scopes=tuple(scopes),
        waits=tuple(_wait(row) for row in _in_order(waits)),
        counter=kept["counter"],
        zone=kept["zone"],
    )


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    element: str
    kind: str
    name: str
    data: dict[str, Any]


def _rows(case: Case) -> tuple[Iterable[Any], Iterable[Any]]:
    """The tokens and the waits of a case."""
    if {"tokens", "waits"} <= getattr(case, "_prefetched_objects_cache", {}).keys():
        return case.tokens.all(), case.waits.all()
    columns = ("key", "element", "of_kind", "of_name", "data")
    none = {"of_kind": Value("", CharField()), "of_name": Value("", CharField())}
    tokens = Token.objects.filter(case=case).annotate(**none).values_list(*columns)
    waits = Wait.objects.filter(case=case).annotate(of_kind=F("kind"), of_name=F("name")).values_list(*columns)
    rows = [_Row(*found) for found in tokens.union(waits, all=True)]
    return [row for row in rows if not row.kind], [row for row in rows if row.kind]


def _in_order(rows: Iterable[Any]) -> list[Any]:
    """As they were made: the engine counts its ids."""
    return sorted(rows, key=lambda row: int(row.key[1:]))


def _wait(row: Wait | _Row) -> core.Wait:
    kept = {"token": "", "scope": "", **row.data["engine"]}
    return core.Wait(id=row.key, kind=core.WaitKind(row.kind), node=row.element, name=row.name, **kept)


def engine_json(state: core.State) -> dict[str, Any]:
    """What of the state is neither token nor wait nor variable."""
    scopes = [asdict(scope) for scope in state.scopes]
    if scopes:
        scopes[0]["variables"] = {}
    return {
        "process": state.process,
        "status": state.status.value,
        "scopes": scopes,
        "counter": state.counter,
        "zone": state.zone,
    }


def keep_rows(case: Case, *, before: core.State, after: core.State) -> None:
    """Write what changed between two states; the caller holds the lock on the case."""
    _keep_tokens(case, {token.id: token for token in before.tokens}, {token.id: token for token in after.tokens})
    _keep_waits(case, {wait.id: wait for wait in before.waits}, {wait.id: wait for wait in after.waits})


def _keep_tokens(case: Case, old: dict[str, core.Token], new: dict[str, core.Token]) -> None:
    made = [
        Token(case=case, key=key, element=token.node, data={"scope": token.scope, "via": token.via})
        for key, token in new.items()
        if old.get(key) != token
    ]
    gone = [key for key in old if key not in new]
    if len(gone) == 1 and len(made) == 1 and made[0].key not in old:
        # The usual step: one token goes on. Nobody else knows its row, so it may stand for the next one.
        (one,) = made
        Token.objects.filter(case=case, key__in=gone).update(key=one.key, element=one.element, data=one.data)
        return
    if gone:
        Token.objects.filter(case=case, key__in=gone).delete()
    if made:
        Token.objects.bulk_create(
            made, update_conflicts=True, unique_fields=["org", "case", "key"], update_fields=["element", "data"]
        )


def _keep_waits(case: Case, old: dict[str, core.Wait], new: dict[str, core.Wait]) -> None:
    """A wait that goes on keeps its row: how often its program was tried and since when it waits stand there alone."""
    gone = [key for key in old if key not in new]
    if gone:
        Wait.objects.filter(case=case, key__in=gone).delete()
    changed = [key for key, wait in new.items() if key in old and old[key] != wait]
    for row in Wait.objects.filter(case=case, key__in=changed) if changed else ():
        columns = _columns(new[row.key])
        if row.kind != core.WaitKind.TIMER:
            columns.pop("due")  # when its program is tried again
        row.edit(**columns)
    made = [Wait(case=case, key=key, **_columns(wait)) for key, wait in new.items() if key not in old]
    if made:
        Wait.objects.bulk_create(made)


def _columns(wait: core.Wait) -> dict[str, Any]:
    return {
        "element": wait.node,
        "kind": wait.kind.value,
        # Only a timer goes off by itself; when a person should be done stands at the person's step.
        "due": datetime.fromisoformat(wait.due) if wait.due and wait.kind is core.WaitKind.TIMER else None,
        "name": wait.name[:120],
        "correlation": wait.correlation[:200],
        "data": {"engine": {name: getattr(wait, name) for name in _ENGINE if getattr(wait, name) != ""}},
    }
