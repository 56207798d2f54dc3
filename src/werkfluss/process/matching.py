"""Which step of an older version is which step of a newer one: for the comparison, and to move running cases.

The id decides, as long as the kind of step is the same: drawing tools keep it while a step is renamed or moved.
Where a tool gave new ids, name and type are a guess, and so is the place between steps that were found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .model import Activity, Definitions, Event, FlowNode, Gateway, SequenceFlow


@dataclass(frozen=True, slots=True)
class Match:
    """``guess``: not by id; somebody should look at it before a running case is moved."""

    old: str
    new: str
    guess: bool = False


def family(node: FlowNode) -> type[FlowNode]:
    """What a token does in the node: a case that stands in an activity can go on in another kind of activity."""
    return next(kind for kind in (Activity, Gateway, Event) if isinstance(node, kind))


def _kind(node: FlowNode) -> str:
    return f"{node.tag} {node.trigger.kind}" if isinstance(node, Event) else node.tag


_Key = Callable[[FlowNode], object | None]


class _Matcher:
    def __init__(self, old: Definitions, new: Definitions) -> None:
        self.old = old
        self.new = new
        self.found: dict[str, Match] = {}
        self.taken: set[str] = set()

    def add(self, old: str, new: str, *, guess: bool) -> None:
        self.found[old] = Match(old, new, guess)
        self.taken.add(new)

    def by_id(self) -> None:
        for node in self.old.nodes.values():
            same = self.new.nodes.get(node.id)
            if same is not None and family(same) is family(node):
                self.add(node.id, node.id, guess=False)

    def left(self) -> tuple[list[FlowNode], list[FlowNode]]:
        return (
            [node for node in self.old.nodes.values() if node.id not in self.found],
            [node for node in self.new.nodes.values() if node.id not in self.taken],
        )

    def by_key(self, old_key: _Key, new_key: _Key) -> bool:
        """Pair nodes whose key (None: has no part in it) occurs exactly once on each side."""
        sides: list[dict[object, list[str]]] = []
        for nodes, key in zip(self.left(), (old_key, new_key), strict=True):
            groups: dict[object, list[str]] = defaultdict(list)
            for node in nodes:
                if (value := key(node)) is not None:
                    groups[value].append(node.id)
            sides.append(groups)
        old, new = sides
        pairs = [(ids[0], new[key][0]) for key, ids in old.items() if len(ids) == len(new.get(key, ())) == 1]
        for one, other in pairs:
            self.add(one, other, guess=True)
        return bool(pairs)

    def by_place(self) -> bool:
        """Pair nodes of the same kind between the same steps, where each of these was found before."""
        known = {match.old: match.new for match in self.found.values()}
        same = {match.new: match.new for match in self.found.values()}
        return self.by_key(lambda node: _place(self.old, node, known), lambda node: _place(self.new, node, same))


def _place(definitions: Definitions, node: FlowNode, known: Mapping[str, str]) -> object | None:
    before = [definitions.flows[flow].source for flow in node.incoming]
    after = [definitions.flows[flow].target for flow in node.outgoing]
    held = [node.attached_to] if isinstance(node, Event) and node.attached_to else []
    if not (before or after or held) or any(step not in known for step in (*before, *after, *held)):
        return None
    places = (sorted(known[step] for step in steps) for steps in (before, after, held))
    return _kind(node), *(tuple(steps) for steps in places)


def match_nodes(old: Definitions, new: Definitions) -> Mapping[str, Match]:
    """The match of each node of ``old`` that has one, by its id."""
    matcher = _Matcher(old, new)
    matcher.by_id()

    def named(node: FlowNode) -> object | None:
        return (_kind(node), node.name.casefold()) if node.name else None

    def alike(node: FlowNode) -> object | None:
        return (family(node), node.name.casefold()) if node.name else None

    def only_one(node: FlowNode) -> object | None:
        return _kind(node) if isinstance(node, Event) and not node.attached_to and not node.name else None

    matcher.by_key(named, named)
    matcher.by_key(alike, alike)
    matcher.by_key(only_one, only_one)
    while matcher.by_place():
        pass  # each round may give the neighbours of the next one
    return matcher.found


def match_flows(old: Definitions, new: Definitions, nodes: Mapping[str, Match]) -> Mapping[str, Match]:
    """The match of each sequence flow of ``old``: by id, else the only one between the same two steps."""
    found = {flow: Match(flow, flow) for flow in old.flows if flow in new.flows}
    ends: dict[tuple[str, str], list[str]] = defaultdict(list)
    for flow in new.flows.values():
        if flow.id not in found:
            ends[flow.source, flow.target].append(flow.id)
    for flow in old.flows.values():
        if flow.id in found:
            continue
        place = tuple(nodes[end].new if end in nodes else "" for end in (flow.source, flow.target))
        others = ends.get((place[0], place[1]), [])
        same = [other for other in others if new.flows[other].name == flow.name] or others
        if len(same) == 1 and _between(old, flow) == len(others):
            found[flow.id] = Match(flow.id, same[0], guess=True)
    return found


def _between(definitions: Definitions, flow: SequenceFlow) -> int:
    """How many flows lead from its source to its target."""
    flows = (definitions.flows[other] for other in definitions.nodes[flow.source].outgoing)
    return sum(1 for other in flows if other.target == flow.target)
