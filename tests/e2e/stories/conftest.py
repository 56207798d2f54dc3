"""One site for all stories: they play in the same example firm, each with people and orders of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.running import Site


@pytest.fixture(scope="package")
def live_site() -> Iterator[Site]:
    """``werkfluss serve`` with the example firm, once for all stories: ``live_site.url``."""
    site = Site()
    site.start(seconds=300)
    yield site
    site.stop()
    site.remove()
