"""Keeps a first ``migrate`` from building every model class anew for each table, index and constraint it makes.

Django does so because classes that refer to each other could be out of date for what Python code does with them between
two migrations. Where there is no row yet, no such code has anything to do; the SQL of a new table, of its indexes and
its constraints is told by the one class. Most of a first start was spent on this.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    """Whether nothing has ever been migrated here."""
    return not MigrationRecorder(connection).applied_migrations()


@contextmanager
def classes_built_once() -> Iterator[None]:
    """While this is open, a new model, index or constraint makes Django build no other model class again."""
    reload_model, add_index, add_constraint = _METHODS

    def reload_one(state: Any, app_label: str, model_name: str, delay: bool = False) -> None:
        if "apps" in state.__dict__ and model_name not in state.apps.all_models[app_label]:
            state.apps.render_multiple([state.models[app_label, model_name]])
        else:
            reload_model(state, app_label, model_name, delay)

    def append(state: Any, app_label: str, model_name: str, option: str, item: object) -> None:
        model = state.models[app_label, model_name]
        model.options[option] = [*model.options[option], item]
        if "apps" in state.__dict__:
            meta = state.apps.get_model(app_label, model_name)._meta
            setattr(meta, option, [*getattr(meta, option), item])

    _use(
        reload_one,
        lambda state, app_label, model_name, index: append(state, app_label, model_name, "indexes", index),
        lambda state, app_label, model_name, rule: append(state, app_label, model_name, "constraints", rule),
    )
    try:
        yield
    finally:
        _use(reload_model, add_index, add_constraint)


_METHODS = ProjectState.reload_model, ProjectState.add_index, ProjectState.add_constraint


def _use(*methods: Any) -> None:
    for name, method in zip(("reload_model", "add_index", "add_constraint"), methods, strict=True):
        setattr(ProjectState, name, method)
