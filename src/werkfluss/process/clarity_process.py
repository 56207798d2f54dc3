"""Clarity of a BPMN process: every activity by the yardstick for tasks, the drawing as a whole, and what helps most.

The score, 0 to 100, is ``0.7 × A + 0.3 × D``, rounded, and 100 exactly when there is no finding:

* ``A`` is the mean over the activities of 100 minus the weights of their findings (not below 0); without activities
  ``D`` counts alone;
* ``D = 100 × 100 / (100 + w)``, where ``w`` is the sum of the weights of the findings about the drawing itself. It
  never runs out, so that every edit gains something, however bad the drawing.

Sources: van der Aalst (1998) for soundness; Mendling, Reijers, van der Aalst (2010), seven process modeling
guidelines (7PMG), for labels, gateways, starts and ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from werkfluss.kernel.text import Text

from .clarity import ClarityFinding, score
from .clarity.activities import activity_findings
from .clarity.catalogue import explain, finding
from .clarity.events import event_findings
from .clarity.expressions import expression_findings
from .clarity.flows import flow_findings
from .clarity.gateways import gateway_findings
from .model import Activity, Definitions, FlowNode, Process
from .soundness import Method, Soundness, soundness

SHARE_OF_ACTIVITIES = 0.7
_HELPFUL = 3  # edits that are named


@dataclass(frozen=True, slots=True)
class Edit:
    """One kind of edit on several elements; ``gain`` is the rise of the score in points.

    ``message`` says what is unclear and what to do, ``field`` which fact or part of the drawing to edit.
    """

    code: str
    elements: tuple[str, ...]
    gain: float
    question: Text
    field: str
    message: Text


@dataclass(frozen=True, slots=True)
class ProcessClarity:
    """``method`` is how the soundness was judged, ``unjudged`` the scopes where it was not (complex gateways)."""

    process: str
    findings: tuple[ClarityFinding, ...]
    score: int
    edits: tuple[Edit, ...]
    method: Method = "state space"
    unjudged: tuple[str, ...] = ()


Examined = tuple[dict[str, list[ClarityFinding]], list[ClarityFinding], Soundness]


def _drawing(definitions: Definitions, process: Process) -> tuple[list[ClarityFinding], Soundness]:
    found = [
        *flow_findings(definitions, process),
        *gateway_findings(definitions, process),
        *event_findings(definitions, process),
        *expression_findings(process),
    ]
    # The token game says nothing new about a part that does not hang together.
    broken = {one.element for one in found if one.code in ("unreachable", "no_way_out")}
    verdict = soundness(definitions, process, {definitions.nodes[element].scope for element in broken})
    for code, element in verdict.faults:
        split = definitions.nodes.get(verdict.choices.get(element, "")) if code == "deadlock" else None
        found.append(finding(code, element, message=_stuck(split) if split and split.name else None))
    found += [finding("or_join", element) for element in verdict.open_joins]
    return found, verdict


def _stuck(split: FlowNode) -> Text:
    return Text(
        f"Der Prozess kann hier stehen bleiben: Nach „{split.name_in('de')}“ wird nur ein Zweig genommen, hier wird "
        "auf alle gewartet.",
        f"The process may stop here: after “{split.name_in('en')}” only one branch is taken, and this waits for all.",
    )


def _activities_score(found: Mapping[str, Sequence[ClarityFinding]]) -> float:
    return sum(map(score, found.values())) / len(found)


def _drawing_score(found: Sequence[ClarityFinding]) -> float:
    return 10_000 / (100 + sum(one.weight for one in found))


def _total(activities: Mapping[str, Sequence[ClarityFinding]], drawing: Sequence[ClarityFinding]) -> float:
    if not activities:
        return _drawing_score(drawing)
    return SHARE_OF_ACTIVITIES * _activities_score(activities) + (1 - SHARE_OF_ACTIVITIES) * _drawing_score(drawing)


def _edits(activities: Mapping[str, Sequence[ClarityFinding]], drawing: Sequence[ClarityFinding]) -> Iterator[Edit]:
    by_code: dict[str, list[ClarityFinding]] = defaultdict(list)
    for one in (*drawing, *(one for found in activities.values() for one in found)):
        by_code[one.code].append(one)
    for code, found in by_code.items():
        rule = explain(code)
        message = Text(f"{rule.message.de} {rule.action.de}", f"{rule.message.en} {rule.action.en}")
        elements = tuple(dict.fromkeys(one.element for one in found))
        yield Edit(code, elements, round(gain(activities, drawing, found), 1), rule.question, rule.field, message)


def examined(definitions: Definitions, process: Process) -> Examined:
    """The findings per activity, those about the drawing itself, and the verdict on its soundness."""
    activities = {n.id: activity_findings(definitions, n) for n in process.nodes if isinstance(n, Activity)}
    return activities, *_drawing(definitions, process)


def gain(
    activities: Mapping[str, Sequence[ClarityFinding]],
    drawing: Sequence[ClarityFinding],
    mended: Sequence[ClarityFinding],
) -> float:
    """By how many points the score rises when the findings ``mended`` are gone."""
    gone: dict[str, set[str]] = defaultdict(set)
    for one in mended:
        gone[one.element].add(one.code)
    rise = 0.0
    if activities:
        for element in gone.keys() & activities.keys():
            own = activities[element]
            rise += score(one for one in own if one.code not in gone[element]) - score(own)
        rise *= SHARE_OF_ACTIVITIES / len(activities)
    share = 1 - SHARE_OF_ACTIVITIES if activities else 1.0
    left = [one for one in drawing if one.code not in gone[one.element]]
    return rise + share * (_drawing_score(left) - _drawing_score(drawing))


def check_process(definitions: Definitions, process_id: str, seen: Examined | None = None) -> ProcessClarity:
    """Findings in the order of the drawing, the score, and the three edits that raise it most.

    ``seen`` spares the second look of whoever also asks ``questions``.

    Raises:
        KeyError: there is no such process.
    """
    process = definitions.process(process_id)
    activities, drawing, verdict = seen or examined(definitions, process)
    findings = [*drawing, *(one for found in activities.values() for one in found)]
    order = {node.id: index for index, node in enumerate(process.nodes)}
    findings.sort(key=lambda one: (order.get(one.element, -1), -one.weight))
    edits = sorted(_edits(activities, drawing), key=lambda edit: (-edit.gain, edit.code))
    rounded = 100 if not findings else min(99, round(_total(activities, drawing)))
    return ProcessClarity(
        process_id, tuple(findings), rounded, tuple(edits[:_HELPFUL]), verdict.method, verdict.unjudged
    )


def check_file(definitions: Definitions) -> tuple[tuple[ProcessClarity, ...], int]:
    """Every process of the file, and one score weighted by their activities; a file without any process scores 0."""
    results = tuple(
        check_process(definitions, process.id)
        for process in definitions.processes
        if process.nodes or process.loose_flows
    )
    if not results:
        return (), 0
    weights = [max(1, sum(isinstance(n, Activity) for n in definitions.process(r.process).nodes)) for r in results]
    mean = sum(r.score * weight for r, weight in zip(results, weights, strict=True)) / sum(weights)
    return results, 100 if all(r.score == 100 for r in results) else min(99, round(mean))
