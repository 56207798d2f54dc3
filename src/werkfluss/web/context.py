"""What every page gets: look, side bar, firm and actor. No query; rights are those the gate has read already."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from werkfluss.web import navigation
from werkfluss.web.preferences import look_of


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor, named in the settings."""
    return {
        "look": look_of(request),
        "firm": getattr(request, "org", None),
        "actor": getattr(request, "actor", None),
        "sidebar": SimpleLazyObject(lambda: navigation.groups_for(request)),
    }
