"""Every case with its source: what the packs must say."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tests.law.conftest import CASES, HERE, REVIEWED, read_case
from werkfluss.law.api import library
from werkfluss.law.verdict import Verdict


def _name(path: Path) -> str:
    return str(path.relative_to(HERE / "cases").with_suffix(""))


def _sentences(verdict: Verdict) -> str:
    return "\n".join(text.de for text in (*verdict.reasons, *(condition.text for condition in verdict.conditions)))


def _seen(verdict: Verdict, expected: dict) -> dict:
    """The parts of the verdict that a case speaks about, in the shape of the case."""
    document = verdict.as_json()
    shapes = {
        "conditions": [condition.kind for condition in verdict.conditions],
        "bases": sorted({condition.basis for condition in verdict.conditions} & set(expected.get("bases", ()))),
        "cites": sorted({citation.id for citation in verdict.citations} & set(expected.get("cites", ()))),
        "no_cites": sorted(set(expected.get("no_cites", ())) - {citation.id for citation in verdict.citations}),
        "says": [word for word in expected.get("says", ()) if word in _sentences(verdict)],
        "reason_count": len(verdict.reasons),
        "reading_from": [reading.values.get("from") for reading in verdict.readings],
        "reading_outcomes": [reading.outcome for reading in verdict.readings],
        "leads": [condition.lead_days for condition in verdict.conditions],
        "duties": [duty.due.isoformat() for duty in verdict.duties if duty.due],
        "day_kinds": [condition.day_kind for condition in verdict.conditions],
        "practical": [duty.practical_days for duty in verdict.duties],
        "missing": [missing.name for missing in verdict.missing],
        "reading_values": [reading["values"] for reading in document["readings"]],
        "readings": len(verdict.readings),
        "values": {name: document["values"].get(name) for name in expected.get("values", {})},
    }
    wanted = expected.get("part_values", {})
    shapes["part_values"] = {
        part["id"]: {name: part["values"].get(name) for name in wanted[part["id"]]}
        for part in document.get("parts", ())
        if part["id"] in wanted
    }
    return {name: shapes[name] if name in shapes else document[name] for name in expected}


@pytest.mark.parametrize("path", CASES, ids=_name)
def test_case(path: Path):
    case = read_case(path)
    assert path.parent.name == case["day"]
    assert str(path.parent.parent.relative_to(HERE / "cases")) == case["rule"].rpartition("/")[0]
    assert case["source"].strip()
    verdict = library().check(case["rule"], case["facts"], date.fromisoformat(case["day"]), today=REVIEWED)
    assert _seen(verdict, case["expect"]) == case["expect"]
    assert verdict.citations
    assert Verdict.from_json(json.loads(json.dumps(verdict.as_json()))) == verdict
