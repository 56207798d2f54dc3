"""Fixtures that every room may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real files nobody here wrote; read, never copied."""
    folder = Path(os.environ.get("WERKFLUSS_CORPUS", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("no corpus: set WERKFLUSS_CORPUS to its folder")
    return folder
