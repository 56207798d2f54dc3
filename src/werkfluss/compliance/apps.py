from __future__ import annotations

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from werkfluss.kernel.errors import Broken


class ComplianceConfig(AppConfig):
    name = "werkfluss.compliance"
    label = "compliance"

    def ready(self) -> None:
        from werkfluss.compliance import erasure, expiry

        erasure.register()
        expiry.register()
        use_law_packs()


def use_law_packs() -> None:
    """The signed packs this installation names, in the web server and the worker alike.

    Raises:
        ImproperlyConfigured: one of them cannot be trusted; nothing starts on law that nobody signed.
    """
    if not settings.LAW_PACKS:
        return
    from werkfluss.compliance.domain import law_packs

    try:
        law_packs.use(Path(settings.LAW_PACKS), settings.LAW_KEYS)
    except Broken as broken:
        fault = broken.fault
        raise ImproperlyConfigured(f"{fault.where}: {fault.cause.en} {fault.next_step.en}") from broken
