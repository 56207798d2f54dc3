"""What a person can pick, in both languages; a stored choice is only an id and the label of that time."""

from __future__ import annotations

from werkfluss.kernel.text import Text

from .model import Definitions, FlowNode, SequenceFlow
from .orders import LOOP_WORDS


def choice_words(definitions: Definitions, flow: str, label: str = "") -> Text:
    """The words for a branch, for an activity of a toolbox, or for ``AGAIN`` and ``DONE`` of a loop.

    A branch without a label goes by the name of the step behind it. ``label`` is what to say of what is no longer
    drawn; without it, its id.
    """
    if flow in LOOP_WORDS and flow not in definitions.flows and flow not in definitions.nodes:
        return LOOP_WORDS[flow]
    drawn: SequenceFlow | FlowNode | None = definitions.flows.get(flow) or definitions.nodes.get(flow)
    if isinstance(drawn, SequenceFlow) and not drawn.name and not drawn.label:
        drawn = definitions.nodes.get(drawn.target)
    said = label.strip() or flow
    return Text(drawn.name_in("de") or said, drawn.name_in("en") or said) if drawn is not None else Text(said, said)
