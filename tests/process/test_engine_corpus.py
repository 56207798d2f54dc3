"""The drawings of other tools: every process with steps in it runs to its end."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.process.samples import AT
from werkfluss.process.bpmn import read
from werkfluss.process.model import Definitions
from werkfluss.process.runnable import runnable
from werkfluss.process.walk import walk


def in_turn(definitions: Definitions) -> dict[str, Any]:
    """At every split the branches one after the other, so that each loop is left again."""
    return {node.id: [*node.outgoing] * 10 for node in definitions.nodes.values() if len(node.outgoing) > 1}


@pytest.mark.corpus
def test_every_process_of_every_tool_runs_to_its_end(corpus):
    ran: Counter[bool] = Counter()
    for path in sorted((corpus / "bpmn-miwg").glob("*.bpmn")):
        definitions = read(path.read_bytes(), path.name)
        filled = [process for process in definitions.processes if process.nodes]
        for process in filled:
            blocking = [f for f in runnable(definitions, process.id) if f.severity == "blocks"]
            assert not blocking, (path.name, blocking)
            found = walk(definitions, process.id, {"choices": in_turn(definitions)}, AT)
            assert found.outcome == "completed", (path.name, process.id, found.open, found.incidents)
            assert (found.state.tokens, found.state.waits) == ((), ())
        ran[path.name.startswith("ref_")] += len(filled)
    assert ran[True] == 28
    assert ran[False] > 80
