"""The web application as an ASGI callable."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "werkfluss.config.settings")

from django.core.asgi import get_asgi_application  # noqa: E402  (needs the settings named above)

application = get_asgi_application()
