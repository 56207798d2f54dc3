"""All addresses. A page module that is dropped into ``pages`` is found; each address states its permission there."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from django.urls import URLPattern

from werkfluss.web import pages

urlpatterns: list[URLPattern] = [
    pattern
    for module in sorted(pkgutil.iter_modules(pages.__path__), key=lambda found: found.name)
    for pattern in getattr(import_module(f"{pages.__name__}.{module.name}"), "urlpatterns", [])
]

handler400 = "werkfluss.web.pages.errors.bad_request"
handler403 = "werkfluss.web.pages.errors.forbidden"
handler404 = "werkfluss.web.pages.errors.not_found"
handler429 = "werkfluss.web.pages.errors.too_many"  # looked for by allauth
handler500 = "werkfluss.web.pages.errors.broken"
