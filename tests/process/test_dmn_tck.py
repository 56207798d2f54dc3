"""The DMN Technology Compatibility Kit, level 2: every expected result of every model."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.process.dmn_tck import Case, agree, cases
from werkfluss.process.dmn import Model, evaluate, read

# The corpus is read while the tests are collected, so that every expected result is a test of its own.
_FOLDER = Path(os.environ.get("WERKFLUSS_CORPUS", ROOT.parent / "shared" / "data")) / "dmn-tck"
CASES = list(cases(_FOLDER / "compliance-level-2")) if _FOLDER.is_dir() else []


@cache
def model(path: Path) -> Model:
    return read(path.read_bytes(), path.name)


@pytest.mark.corpus
@pytest.mark.parametrize("case", CASES, ids=str)
def test_expected_result_of_the_kit(case: Case) -> None:
    result = evaluate(model(case.model), case.decision, case.inputs)
    assert agree(result.value, case.expected), (result.value, case.expected, result.errors)


@pytest.mark.corpus
def test_kit_is_complete(corpus: Path) -> None:
    assert corpus == _FOLDER.parent
    assert len(CASES) == 126
    assert len({case.model for case in CASES}) == 28
