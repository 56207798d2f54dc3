"""The key that signs sessions and links: given, or made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets

from werkfluss.config import env


def key() -> str:
    """The signing key of this installation."""
    given = env.SECRET_KEY.text()
    if given:
        return given
    path = env.data_dir() / "secret.key"
    try:
        # O_EXCL: of two processes that start together, one makes the key and the other reads it.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii").strip()
