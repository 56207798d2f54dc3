"""A model's translation beside a message: asked outside any transaction, written in one of its own."""

from __future__ import annotations

from uuid import UUID

from werkfluss.agents.language_model import ModelFailed
from werkfluss.care.domain import translations
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.org.tenancy import acting


def translate(org_id: UUID, message_id: UUID) -> bool:
    """Whether a translation now stands beside the message; without one it can be asked for again."""
    with acting(org_id, Actor.system(org_id)):
        wanted = translations.wanted(message_id, on=clock.today())
    if wanted is None:
        return False
    try:
        text = wanted.model.answer(wanted.prompt).text
    except ModelFailed:
        return False
    with acting(org_id, Actor.system(org_id)) as system:
        return translations.keep_translation(message_id, text, model=wanted.model.name, by=system)
