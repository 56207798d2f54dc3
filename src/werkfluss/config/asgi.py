"""The web application as an ASGI callable."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "werkfluss.config.settings")

from django.core.asgi import get_asgi_application
from django.urls import get_resolver

application = get_asgi_application()
# Every page and the permission table are loaded before the first request, not by it.
get_resolver().url_patterns  # noqa: B018 - reading it imports all pages
