"""A drawing for a file that has none: every step where it is reached, from left to right, in its lane and pool.

Steps stand in columns by the longest way that leads to them, in rows by the branch they are on. Data, notes and groups
get no place: they stay in the file, and whoever draws may place them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from .model import Bounds, Definitions, Event, EventPosition, FlowNode, Gateway, Lane, Process, SubProcess
from .model.definitions import SequenceFlow

EVENT, GATEWAY, TASK = (36.0, 36.0), (50.0, 50.0), (100.0, 80.0)  # the sizes that drawing tools use
_LEAST = (140.0, 120.0)  # of a sub-process
_GAP_X, _GAP_Y, _PAD, _HEAD = 60.0, 50.0, 40.0, 30.0
_CHANNEL = 22.0  # how far from a row a flow runs along it
_BLACK_BOX = 60.0

Points = tuple[tuple[float, float], ...]


@dataclass(slots=True)
class Sheet:
    """Where everything of one drawing stands. ``expanded`` are the sub-processes that show what is in them."""

    boxes: dict[str, Bounds] = field(default_factory=dict)
    lines: dict[str, Points] = field(default_factory=dict)
    bands: dict[str, Bounds] = field(default_factory=dict)
    expanded: set[str] = field(default_factory=set)
    width: float = 0.0
    height: float = 0.0

    def take(self, other: Sheet, x: float, y: float) -> None:
        """What stands on another sheet, moved."""
        self.boxes |= {key: _moved(box, x, y) for key, box in other.boxes.items()}
        self.bands |= {key: _moved(box, x, y) for key, box in other.bands.items()}
        self.lines |= {key: tuple((a + x, b + y) for a, b in line) for key, line in other.lines.items()}
        self.expanded |= other.expanded


def _moved(box: Bounds, x: float, y: float) -> Bounds:
    return replace(box, x=box.x + x, y=box.y + y)


def lay_out_process(definitions: Definitions, process: Process) -> Sheet:
    """The drawing of one process with its lanes, without a pool around it."""
    lanes = [lane for lane in process.lanes if all(other.parent != lane.id for other in process.lanes)]
    depth = {lane.id: sum(1 for _ in _above(lane, process)) for lane in process.lanes}
    head = _HEAD * (max(depth.values()) + 1) if lanes else 0.0
    inner, rows = _lay_out(definitions, process.id, [lane.id for lane in lanes])
    sheet = Sheet(width=inner.width + head, height=inner.height)
    sheet.take(inner, head, 0.0)
    for lane, (top, bottom) in zip(lanes, rows, strict=False):
        left = _HEAD * depth[lane.id]
        sheet.bands[lane.id] = Bounds(left, top, sheet.width - left, bottom - top)
    for lane in sorted(process.lanes, key=lambda one: -depth[one.id]):
        inside = [sheet.bands[one.id] for one in process.lanes if one.parent == lane.id and one.id in sheet.bands]
        if inside:
            top, bottom = min(one.y for one in inside), max(one.y + one.height for one in inside)
            left = _HEAD * depth[lane.id]
            sheet.bands[lane.id] = Bounds(left, top, sheet.width - left, bottom - top)
    return sheet


def _above(lane: Lane, process: Process) -> Iterator[Lane]:
    known = {one.id: one for one in process.lanes}
    seen = {lane.id}
    while lane.parent in known and lane.parent not in seen:
        lane = known[lane.parent]
        seen.add(lane.id)
        yield lane


def lay_out_pools(definitions: Definitions) -> Sheet:
    """The drawing of a collaboration: pool under pool, with the messages between them."""
    sheet = Sheet()
    inside = {pool.id: _inside(definitions, pool.process) for pool in definitions.participants}
    width = max((one.width for one in inside.values() if one), default=600.0) + _HEAD
    top = 0.0
    for pool in definitions.participants:
        content = inside[pool.id]
        height = content.height if content else _BLACK_BOX
        sheet.bands[pool.id] = Bounds(0.0, top, width, height)
        if content:
            for key, band in content.bands.items():
                content.bands[key] = replace(band, width=width - _HEAD - band.x)
            sheet.take(content, _HEAD, top)
        top += height + _GAP_Y
    for message in definitions.message_flows:
        ends = [sheet.boxes.get(end) or sheet.bands.get(end) for end in (message.source, message.target)]
        if message.id and ends[0] and ends[1]:
            sheet.lines[message.id] = _message(ends[0], ends[1])
    sheet.width, sheet.height = width, top
    return sheet


def _inside(definitions: Definitions, process: str) -> Sheet | None:
    found = next((one for one in definitions.processes if one.id == process), None)
    return lay_out_process(definitions, found) if found else None


def _message(source: Bounds, target: Bounds) -> Points:
    """Up or down, with a bend half-way; at a pool where the other end stands."""
    wide = [box.width > 300 for box in (source, target)]
    x1, x2 = source.x + source.width / 2, target.x + target.width / 2
    x1, x2 = (x2, x2) if wide[0] and not wide[1] else (x1, x1) if wide[1] and not wide[0] else (x1, x2)
    down = source.y < target.y
    y1 = source.y + source.height if down else source.y
    y2 = target.y if down else target.y + target.height
    return ((x1, y1), (x2, y2)) if x1 == x2 else ((x1, y1), (x1, (y1 + y2) / 2), (x2, (y1 + y2) / 2), (x2, y2))


def _lay_out(definitions: Definitions, scope: str, lanes: list[str]) -> tuple[Sheet, list[tuple[float, float]]]:
    """Everything directly in a process or sub-process, and from where to where each lane goes."""
    every = definitions.members.get(scope, ())
    attached = [node for node in every if isinstance(node, Event) and node.position is EventPosition.BOUNDARY]
    hosts = {event.id: event.attached_to for event in attached}
    nodes = {node.id: node for node in every if node.id not in hosts}
    flows = [flow for node in every for key in node.outgoing if (flow := definitions.flows.get(key))]
    within = {node.id: _lay_out(definitions, node.id, [])[0] for node in nodes.values() if isinstance(node, SubProcess)}
    column, row, counts = _grid(nodes, flows, hosts, lanes)
    size = {key: _size(node, within.get(key)) for key, node in nodes.items()}
    widths, heights = [0.0] * (max(column.values(), default=-1) + 1), [0.0] * sum(counts)
    for key, (wide, high) in size.items():
        widths[column[key]] = max(widths[column[key]], wide)
        heights[row[key]] = max(heights[row[key]], high)
    left, top = _starts(widths, _GAP_X), _starts([high or TASK[1] for high in heights], _GAP_Y)
    sheet = Sheet(width=left[-1] - _GAP_X + _PAD, height=top[-1] - _GAP_Y + _PAD)
    for key, (wide, high) in size.items():
        x = left[column[key]] + (widths[column[key]] - wide) / 2
        y = top[row[key]] + (heights[row[key]] - high) / 2
        sheet.boxes[key] = Bounds(x, y, wide, high)
        if key in within:
            sheet.expanded.add(key)
            sheet.take(within[key], x, y)
    _attach(sheet, attached)
    busy = {(row[key], column[key]) for key in nodes}
    for flow in flows:
        ends = [hosts.get(end, end) for end in (flow.source, flow.target)]
        if flow.source in sheet.boxes and flow.target in sheet.boxes and all(end in row for end in ends):
            (a, b), (c, d) = ((row[end], column[end]) for end in ends)
            clear = [all((r, n) not in busy for n in range(b + 1, d)) for r in (a, c)]
            boxes = sheet.boxes[flow.source], sheet.boxes[flow.target]
            between = range(min(a, c), max(a, c) + 1)
            forks = isinstance(nodes.get(flow.source), Gateway) and a != c and d > b and clear[1]
            drops = forks and all((r, b) not in busy for r in between if r != a)
            sheet.lines[flow.id] = _line(
                *boxes,
                below=_hangs(sheet, hosts.get(flow.source, ""), flow.source),
                same=a == c,
                clear=clear,
                drops=drops,
            )
    edges = [0, *(sum(counts[: n + 1]) for n in range(len(counts)))]
    rows = [(top[a] - _GAP_Y / 2, top[b] - _GAP_Y / 2) for a, b in pairwise(edges)]
    if rows:
        rows = [(0.0 if n == 0 else a, sheet.height if n == len(rows) - 1 else b) for n, (a, b) in enumerate(rows)]
    return sheet, rows


def _hangs(sheet: Sheet, host: str, event: str) -> bool:
    """Whether an event stands on the lower edge of its step."""
    return host in sheet.boxes and sheet.boxes[event].y > sheet.boxes[host].y


def _starts(sizes: list[float], gap: float) -> list[float]:
    """Where each begins, and where the next one would."""
    found = [_PAD]
    for size in sizes or [TASK[0]]:
        found.append(found[-1] + size + gap)
    return found


def _size(node: FlowNode, within: Sheet | None) -> tuple[float, float]:
    if within is not None:
        return max(within.width, _LEAST[0]), max(within.height, _LEAST[1])
    return EVENT if isinstance(node, Event) else GATEWAY if isinstance(node, Gateway) else TASK


def _attach(sheet: Sheet, attached: list[Event]) -> None:
    """Boundary events side by side on the lower edge of their step, then on the upper one."""
    placed: Counter[str] = Counter()
    for event in attached:
        host = sheet.boxes.get(event.attached_to)
        if host:
            pitch = EVENT[0] + 6
            edge, place = divmod(placed[event.attached_to], max(1, int((host.width - 12) // pitch)))
            y = host.y + (host.height if edge % 2 == 0 else 0.0) - EVENT[1] / 2
            sheet.boxes[event.id] = Bounds(host.x + 12 + place * pitch + edge // 2 * 9, y, *EVENT)
            placed[event.attached_to] += 1


def _grid(
    nodes: Mapping[str, FlowNode], flows: list[SequenceFlow], hosts: Mapping[str, str], lanes: list[str]
) -> tuple[dict[str, int], dict[str, int], list[int]]:
    """Column and row of each node, and how many rows each lane has."""
    after: dict[str, list[str]] = {key: [] for key in nodes}
    for flow in flows:
        source, target = hosts.get(flow.source, flow.source), hosts.get(flow.target, flow.target)
        if source in after and target in after and source != target:
            after[source].append(target)
    order, back = _walk(after)
    before: dict[str, list[str]] = {key: [] for key in nodes}
    for source in order:
        for target in after[source]:
            if (source, target) not in back:
                before[target].append(source)
    column: dict[str, int] = {}
    for key in order:
        column[key] = max((column[one] + 1 for one in before[key]), default=0)
    groups = {lane: n for n, lane in enumerate(lanes)}
    counts = [1] * max(1, len(lanes))
    taken: set[tuple[int, int, int]] = set()
    local: dict[str, tuple[int, int]] = {}
    for key in sorted(order, key=lambda one: column[one]):
        group = groups.get(nodes[key].lane, 0)
        at = next((local[one][1] for one in before[key] if local[one][0] == group), 0)
        while (group, at, column[key]) in taken:
            at += 1
        taken.add((group, at, column[key]))
        local[key] = group, at
        counts[group] = max(counts[group], at + 1)
    first = [sum(counts[:n]) for n in range(len(counts))]
    return column, {key: first[group] + at for key, (group, at) in local.items()}, counts


def _walk(after: Mapping[str, list[str]]) -> tuple[list[str], set[tuple[str, str]]]:
    """Every node before those that follow it, and the flows that lead back."""
    done: list[str] = []
    state: dict[str, int] = {}
    back: set[tuple[str, str]] = set()
    targets = {target for found in after.values() for target in found}
    for root in sorted(after, key=lambda key: key in targets):
        if root in state:
            continue
        state[root] = 1
        pending = [(root, iter(after[root]))]
        while pending:
            node, rest = pending[-1]
            following = next(rest, None)
            if following is None:
                state[node] = 2
                done.append(node)
                pending.pop()
            elif state.get(following) == 1:
                back.add((node, following))
            elif following not in state:
                state[following] = 1
                pending.append((following, iter(after[following])))
    return done[::-1], back


def _line(source: Bounds, target: Bounds, *, below: bool, same: bool, clear: list[bool], drops: bool) -> Points:
    """The way of a flow. ``clear``: nothing stands between the two in the row of the source, of the target.

    ``drops``: it leaves a fork up or down, so that the words on its branches do not lie upon each other.
    """
    right, left = source.x + source.width, target.x
    middle, there = source.y + source.height / 2, target.y + target.height / 2
    if below and left > source.x + source.width / 2 and there > source.y + source.height:
        x = source.x + source.width / 2
        return (x, source.y + source.height), (x, there), (left, there)
    if drops:
        x = source.x + source.width / 2
        return (x, source.y + source.height if there > middle else source.y), (x, there), (left, there)
    if not below and left > right:
        if same and clear[0]:
            return (right, middle), (left, there)
        if not same and clear[0]:
            bend = left - _CHANNEL
            return (right, middle), (bend, middle), (bend, there), (left, there)
        if not same and clear[1]:
            bend = right + _CHANNEL
            return (right, middle), (bend, middle), (bend, there), (left, there)
    x1, x2 = source.x + source.width / 2, target.x + target.width / 2
    bottom, lower = source.y + source.height, target.y + target.height
    if same and left > right:  # over what stands between
        over = min(source.y, target.y) - _CHANNEL
        return (x1, source.y), (x1, over), (x2, over), (x2, target.y)
    under = max(bottom, lower) + _CHANNEL
    return (x1, bottom), (x1, under), (x2, under), (x2, lower)
