"""Rows of ``test_expiry.py`` that stand in modules of their own, one per subject; each may have any of the three.

``ROWS`` and ``EVERYWHERE`` say how a row is made whose event was on 17 March 2020, ``UNTIL`` the last day of a rule.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.db import models

Build = Callable[[Any], models.Model]
UNTIL: dict[str, Any] = {}
ROWS: dict[tuple[type[models.Model], str], Build] = {}
EVERYWHERE: dict[tuple[type[models.Model], str], Build] = {}

for _found in pkgutil.iter_modules(__path__):
    _module = import_module(f"{__name__}.{_found.name}")
    UNTIL |= getattr(_module, "UNTIL", {})
    ROWS |= getattr(_module, "ROWS", {})
    EVERYWHERE |= getattr(_module, "EVERYWHERE", {})
