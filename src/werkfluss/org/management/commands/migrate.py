"""Django's ``migrate``, followed by the walls between firms: no way to have tables without them."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections

from werkfluss.org import fresh_schema, isolation


class Command(DjangoMigrate):
    def handle(self, *args: Any, **options: Any) -> None:
        empty = fresh_schema.is_empty(connections[options["database"]])
        with fresh_schema.classes_built_once() if empty else nullcontext():
            super().handle(*args, **options)
        if options.get("plan") or options.get("check_unapplied") or options.get("app_label"):
            return
        call_command("createcachetable", database=options["database"], verbosity=0)
        isolation.apply(connections[options["database"]], settings.APP_DATABASE_LOGIN)
