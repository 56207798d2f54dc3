"""Nothing runs here whose licence binds the user firm, and NOTICE tells all of it."""

from __future__ import annotations

import importlib.metadata
import re

import pytest

from tests.structure.house import ROOT
from tools import write_notice

# Permissive, or weak copyleft that ends at the file, library or package (MPL, LGPL, Artistic).
ALLOWED = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Zlib|CC0|Public Domain|0BSD|MPL|Mozilla|LGPL|PostgreSQL|Artistic|Dual License",
    re.IGNORECASE,
)
FORBIDDEN = re.compile(r"(?<!L)\bA?GPL|(?<!Lesser )General Public|SSPL|BUSL|Commons Clause|proprietary", re.IGNORECASE)


def refused(packages: list[tuple[str, str, str]]) -> list[str]:
    return [
        f"{name}: {licence}"
        for name, _, licence in packages
        if not ALLOWED.search(licence) or FORBIDDEN.search(licence)
    ]


def test_only_permissive_licences_at_run_time() -> None:
    packages = write_notice.python_packages() + write_notice.npm_packages()
    assert len(packages) > 50
    assert refused(packages) == []


@pytest.mark.parametrize(
    "licence", ["GPL-3.0-only", "AGPL-3.0", "GNU General Public License v3 (GPLv3)", "", "Proprietary"]
)
def test_binding_licence_is_found(licence: str) -> None:
    assert refused([("bad", "1", licence)]) == [f"bad: {licence}"]


@pytest.mark.parametrize("licence", ["LGPL-3.0-only", "MIT", "Mozilla Public License 2.0 (MPL 2.0)", "PSF-2.0"])
def test_harmless_licence_passes(licence: str) -> None:
    assert refused([("good", "1", licence)]) == []


def test_notice_is_complete() -> None:
    assert (ROOT / "NOTICE").read_text(encoding="utf-8") == write_notice.text(), "run tools/write_notice.py"


def test_installed_packages_are_the_pinned_ones() -> None:
    wrong = [
        (name, version, importlib.metadata.version(name))
        for name, version, _ in write_notice.python_packages()
        if importlib.metadata.version(name) != version
    ]
    assert wrong == []


def test_licences_of_the_project_lie_there() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
