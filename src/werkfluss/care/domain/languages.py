"""Languages of the portal that a person has read and confirmed; a changed wording makes them unconfirmed again."""

from __future__ import annotations

from werkfluss.care.models import CatalogueConfirmation
from werkfluss.kernel.errors import Conflict
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record


def confirmed(language: str, digest: bytes) -> CatalogueConfirmation | None:
    """The confirmation of this very wording, if there is one."""
    return CatalogueConfirmation.objects.filter(language=language, digest=digest).first()


def confirm(language: str, *, digest: bytes, read: str, by: Actor) -> CatalogueConfirmation:
    """A person who speaks the language has read every word of it. ``read`` names the wording that was on the screen.

    Raises:
        NotPermitted: the actor may not write in care.
        Conflict: the wording on the screen is no longer the present one.
    """
    by.require("care.write")
    if read != digest.hex():
        raise Conflict(f"portal language {language}")
    found = confirmed(language, digest)
    if found is not None:
        return found
    made = CatalogueConfirmation.objects.create(language=language, digest=digest, confirmed_by=by.id)
    record(Event("care.catalogue.confirmed", made, {"language": language, "digest": read}), by=by)
    return made
