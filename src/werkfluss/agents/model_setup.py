"""The language model of the installation, from its settings; without an address there is none."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from werkfluss.agents import language_model
from werkfluss.agents.chat_completions import ChatCompletions


def use_settings() -> None:
    """From now on use what the settings say.

    Raises:
        ImproperlyConfigured: they name an address, but no model can be made of them; the program does not start.
    """
    told: Mapping[str, str] = settings.LANGUAGE_MODEL
    if told["url"]:
        language_model.configure(_model(told))


def _model(told: Mapping[str, str]) -> ChatCompletions:
    try:
        return ChatCompletions(
            url=told["url"],
            model=told["model"],
            key=told["key"],
            timeout_s=float(told["timeout_s"]),
            max_tokens=int(told["max_tokens"]),
            price_in=Decimal(told["price_in"]),
            price_out=Decimal(told["price_out"]),
            most_cents_per_answer=Decimal(told["most_cents_per_answer"]),
        )
    except (ValueError, InvalidOperation) as error:
        raise ImproperlyConfigured(f"WERKFLUSS_MODEL_…: {error}") from error
