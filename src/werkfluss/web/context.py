"""What every page gets: look, side bar, firm and actor. No query; rights are those the gate has read already."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from werkfluss.org.actor import Actor
from werkfluss.web import navigation
from werkfluss.web.preferences import look_of


class Rights:
    """Rights by name for templates: ``may.plan_publish``. Addresses check again; this only decides what is offered."""

    def __init__(self, actor: Actor | None) -> None:
        self._actor = actor

    def __getitem__(self, name: str) -> bool:
        # The last underscore of the template's name is the dot of the permission: own_tasks_read -> own_tasks.read.
        area, _, act = name.rpartition("_")
        return self._actor is not None and self._actor.may(f"{area}.{act}")


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor, named in the settings."""
    return {
        "look": look_of(request),
        "firm": getattr(request, "org", None),
        "actor": getattr(request, "actor", None),
        "may": Rights(getattr(request, "actor", None)),
        "sidebar": SimpleLazyObject(lambda: navigation.groups_for(request)),
    }
