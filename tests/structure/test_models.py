"""What models may refer to, and that migrations keep up with them."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.db.migrations.loader import MigrationLoader

from tests.structure.house import may_know

OURS = {config.label for config in apps.get_app_configs() if config.name.startswith("werkfluss.")}


def _references() -> list[tuple[str, str, str]]:
    """(app, where, app referred to) of every relation between our models."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if model._meta.app_label in OURS and field.is_relation and isinstance(field, models.Field):
                target = field.related_model
                assert isinstance(target, type)
                found.append((model._meta.app_label, f"{model.__name__}.{field.name}", target._meta.app_label))
    return found


def test_no_foreign_key_points_upwards() -> None:
    references = _references()
    assert len(references) > len(OURS)
    assert [ref for ref in references if ref[2] in OURS and not may_know(ref[2], ref[0])] == []


def test_upward_and_sideward_references_are_told_apart() -> None:
    assert may_know("org", "work")
    assert not may_know("work", "org")
    assert not may_know("agents", "work")
    assert may_know("work", "work")


def test_models_have_their_migrations(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=1)


@pytest.mark.parametrize("label", sorted(OURS))
def test_migrations_are_linear_and_named(label: str) -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    own = {key: migration for key, migration in loader.disk_migrations.items() if key[0] == label}
    parents = [
        dependency for migration in own.values() for dependency in migration.dependencies if dependency[0] == label
    ]
    assert len(parents) == len(set(parents)) == max(len(own) - 1, 0)
    for _, name in own:
        assert re.fullmatch(r"\d{4}_[a-z][a-z0-9_]+", name), name
        assert "auto" not in name.split("_"), name


def test_tenant_tables_have_a_version_and_an_id() -> None:
    from werkfluss.org.isolation import tenant_models

    assert {model.__name__ for model in tenant_models() if model._meta.pk.get_internal_type() != "UUIDField"} == set()
