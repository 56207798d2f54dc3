"""What differs between two versions of a process file, in words, and where each running step would go on.

For the comparison of versions, and for the preview before running cases move to a new version. The drawing (places,
sizes, colours) is not compared: it changes nothing of the work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any

from werkfluss.kernel.text import Text

from .matching import Match, match_flows, match_nodes
from .model import Definitions, Event, FlowNode, Lane, Participant, Process, SequenceFlow, Words

__all__ = ["Change", "Comparison", "Difference", "Match", "as_document", "compare"]


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    MOVED = "moved"  # to another lane or sub-process
    FACTS = "facts"  # what Werkfluss knows about an activity
    CONDITION = "condition"
    REROUTED = "rerouted"
    BEHAVIOUR = "behaviour"  # type, trigger, loop, script, call …


@dataclass(frozen=True, slots=True)
class Difference:
    """``element`` is the id in the new version (in the old one if it was removed), ``was`` that in the old one.

    ``field`` names the fact or the detail; ``before`` and ``after`` are its values in words, empty if there is none.
    ``guess``: the two elements were not matched by their id.
    """

    change: Change
    element: str
    was: str
    message: Text
    field: str = ""
    before: str = ""
    after: str = ""
    guess: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """``nodes`` and ``flows`` say by the old id what became of an element; one that is not there was removed."""

    differences: tuple[Difference, ...]
    nodes: Mapping[str, Match]
    flows: Mapping[str, Match]

    def of(self, element: str) -> tuple[Difference, ...]:
        """What changed about one element, by its new id (or its old one, if it was removed)."""
        return tuple(one for one in self.differences if one.element == element)


_FACTS = {
    "skills": Text("Fähigkeiten", "skills"),
    "outcome": Text("Ergebnis", "outcome"),
    "criteria": Text("Abnahmekriterien", "acceptance criteria"),
    "effort": Text("Aufwand in Stunden", "effort in hours"),
    "data_class": Text("Datenklasse", "data class"),
    "due": Text("Frist", "due time"),
    "follow_up": Text("Wiedervorlage", "follow-up"),
    "ai": Text("KI-Einsatz", "use of AI"),
    "ai_purpose": Text("Zweck der KI", "purpose of AI"),
    "acceptance": Text("Abnahme durch", "acceptance by"),
    "acceptance_reason": Text("Grund des Verzichts auf Abnahme", "reason for waiving acceptance"),
    "operation": Text("aufgerufener Dienst", "operation called"),
    "tool": Text("Beschreibung als Werkzeug", "description as a tool"),
    "decision": Text("Entscheidungstabelle", "decision table"),
    "result": Text("Ergebnisvariable", "result variable"),
    "performer": Text("ausführende Rolle", "performing role"),
    "approvals": Text("Zustimmung von", "approval by"),
    "refusal": Text("Weg bei Ablehnung", "way on refusal"),
    "timeout": Text("Weg nach Ablauf der Frist", "way after the due time"),
    "approves": Text("genehmigt die Schritte", "approves the steps"),
    "escalation": Text("Eskalation an", "escalation to"),
    "provision": Text("gesetzliche Frist nach", "statutory due time under"),
    "translations": Text("Wortlaut in anderen Sprachen", "wording in other languages"),
}
_DETAILS = {
    "documentation": Text("Beschreibung", "description"),
    "described": Text("Beschreibung in anderen Sprachen", "description in other languages"),
    "owner": Text("ausführende Rolle", "performing role"),
    "loop": Text("Wiederholung", "repetition"),
    "for_compensation": Text("Rückabwicklung", "compensation"),
    "inputs": Text("übergebene Daten", "data handed over"),
    "outputs": Text("zurückgegebene Daten", "data returned"),
    "message": Text("Nachricht", "message"),
    "correlation": Text("Zuordnung der Nachricht", "correlation of the message"),
    "instantiating": Text("beginnt den Vorgang", "starts the case"),
    "service": Text("aufgerufener Dienst", "service called"),
    "script": Text("Skript", "script"),
    "decision": Text("Entscheidungstabelle", "decision table"),
    "result": Text("Ergebnisvariable", "result variable"),
    "completion": Text("Bedingung für das Ende", "completion condition"),
    "sequential": Text("nur nacheinander", "one at a time"),
    "cancel_remaining": Text("bricht Übriges ab", "cancels the remaining"),
    "active": Text("beginnt mit", "begins with"),
    "called": Text("aufgerufener Prozess", "called process"),
    "passes_all": Text("übergibt alle Daten", "hands over all data"),
    "returns_all": Text("gibt alle Daten zurück", "returns all data"),
    "parallel": Text("wartet auf alle", "waits for all"),
    "triggers": Text("Auslöser", "trigger"),
    "interrupting": Text("unterbricht", "interrupts"),
    "condition": Text("Bedingung", "condition"),
    "label": Text("englischer Name", "English name"),
}
# Details that repeat a fact of ours where one is given.
_REPEATED = {"owner": "performer", "decision": "decision", "result": "result"}
_TRANSLATED = {
    "described": ("documentation",),
    "translations": ("skills", "tool", "acceptance_reason", "performer", "provision"),
}


def _follows(name: str, before: object, after: object) -> bool:
    """Whether the text itself has changed too, of which this is what it says in other languages."""
    return any(getattr(before, one) != getattr(after, one) for one in _TRANSLATED.get(name, ()))


def compare(old: Definitions, new: Definitions) -> Comparison:
    """The differences from ``old`` to ``new``: processes, pools and lanes first, then steps, then flows."""
    nodes = match_nodes(old, new)
    flows = match_flows(old, new, nodes)
    return Comparison(tuple(_Comparer(old, new, nodes, flows).differences()), nodes, flows)


def as_document(found: Comparison) -> dict[str, Any]:
    """The comparison as plain data: ``differences`` in order, ``steps`` that went on."""
    differences = [
        {
            "change": one.change,
            "element": one.element,
            "was": one.was,
            "field": one.field,
            "before": one.before,
            "after": one.after,
            "guess": one.guess,
            "message_de": one.message.de,
            "message_en": one.message.en,
        }
        for one in found.differences
    ]
    steps = [{"old": match.old, "new": match.new, "guess": match.guess} for match in found.nodes.values()]
    return {"differences": differences, "steps": steps}


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two elements that correspond, and how sentences speak of them."""

    match: Match
    title: Text

    def says(self, change: Change, sentence: tuple[str, str], field: str, values: tuple[str, str]) -> Difference:
        """``sentence`` in German and English, after the name; ``values`` before and after."""
        message = Text(f"{self.title.de} {sentence[0]}", f"{self.title.en} {sentence[1]}")
        return Difference(change, self.match.new, self.match.old, message, field, *values, self.match.guess)

    def value(self, change: Change, field: str, before: str, after: str) -> Difference:
        """One value that was set, removed or replaced."""
        label = (_FACTS if change is Change.FACTS else _DETAILS)[field]
        if not before:
            words = Text(f"{label.de} neu: {after}", f"{label.en} added: {after}")
        elif not after:
            words = Text(f"{label.de} entfällt (war: {before})", f"{label.en} removed (was: {before})")
        else:
            words = Text(f"{label.de}: {before} → {after}", f"{label.en}: {before} → {after}")
        message = Text(f"{self.title.de}: {words.de}.", f"{self.title.en}: {words.en}.")
        return Difference(change, self.match.new, self.match.old, message, field, before, after, self.match.guess)

    def names(self, before: str, after: str) -> Iterator[Difference]:
        if before != after:
            was, now = _title(before, self.match.old), _title(after, self.match.new)
            message = Text(f"{was.de} heißt jetzt {now.de}.", f"{was.en} is now called {now.en}.")
            pair = self.match
            yield Difference(Change.RENAMED, pair.new, pair.old, message, "name", before, after, pair.guess)


@dataclass(frozen=True, slots=True)
class _Comparer:
    old: Definitions
    new: Definitions
    node_matches: Mapping[str, Match]
    flow_matches: Mapping[str, Match]

    def differences(self) -> Iterator[Difference]:
        yield from self.containers()
        for node in self.old.nodes.values():
            match = self.node_matches.get(node.id)
            if match is None:
                yield _vanished(node.id, _of(node))
                continue
            other = self.new.nodes[match.new]
            pair = _Pair(match, _of(other))
            yield from pair.names(node.name, other.name)
            english = node.name_in("en"), other.name_in("en")
            if english[0] != english[1] and node.name == other.name:
                yield pair.value(Change.RENAMED, "label", *english)
            yield from self.moved(node, other, pair)
            yield from self.behaviour(node, other, pair)
        known = {match.new for match in self.node_matches.values()}
        yield from (_appeared(node.id, _of(node)) for node in self.new.nodes.values() if node.id not in known)
        yield from self.flows()
        yield from self.new_flows(known)

    def node(self, element: str) -> str:
        """The id in the new version; of an element that was removed, none."""
        return self.node_matches[element].new if element in self.node_matches else ""

    def containers(self) -> Iterator[Difference]:
        """Processes, pools and lanes, by their ids."""
        was, now = _containers(self.old), _containers(self.new)
        for key, before in was.items():
            after = now.get(key)
            if after is None:
                yield _vanished(key, _title(before.name, key))
                continue
            pair = _Pair(Match(key, key), _title(after.name, key))
            yield from pair.names(before.name, after.name)
            was_by, now_by = (one.performer if isinstance(one, Lane | Participant) else "" for one in (before, after))
            if was_by != now_by:
                yield pair.value(Change.FACTS, "performer", was_by, now_by)
        yield from (_appeared(key, _title(one.name, key)) for key, one in now.items() if key not in was)

    def moved(self, node: FlowNode, other: FlowNode, pair: _Pair) -> Iterator[Difference]:
        inside, into = self.old.nodes.get(node.scope), self.new.nodes.get(other.scope)
        if (self.node(inside.id) if inside else "") != (into.id if into else ""):
            before, after = (one.name or one.id if one else "" for one in (inside, into))
            if after:
                sentence = f"liegt jetzt im Teilprozess „{after}“.", f"is now inside the sub-process “{after}”."
            else:
                sentence = "liegt nicht mehr in einem Teilprozess.", "is no longer inside a sub-process."
            yield pair.says(Change.MOVED, sentence, "scope", (before, after))
        lane, into_lane = self.old.lanes.get(node.lane), self.new.lanes.get(other.lane)
        before, after = (one.name or one.id if one else "" for one in (lane, into_lane))
        if before != after and node.lane != other.lane:
            if after:
                sentence = f"liegt jetzt in der Bahn „{after}“.", f"is now in the lane “{after}”."
            else:
                sentence = "liegt in keiner Bahn mehr.", "is no longer in a lane."
            yield pair.says(Change.MOVED, sentence, "lane", (before, after))
        if isinstance(node, Event) and isinstance(other, Event) and self.node(node.attached_to) != other.attached_to:
            sentence = "hängt jetzt an einer anderen Aktivität.", "is attached to another activity."
            yield pair.says(Change.MOVED, sentence, "attached_to", (node.attached_to, other.attached_to))

    def behaviour(self, node: FlowNode, other: FlowNode, pair: _Pair) -> Iterator[Difference]:
        for name in _FACTS:
            was, now = getattr(node.facts, name), getattr(other.facts, name)
            if was != now and not _follows(name, node.facts, other.facts):
                yield pair.value(Change.FACTS, name, _shown(was), _shown(now))
        if node.tag != other.tag:
            sentence = f"ist jetzt {other.tag} statt {node.tag}.", f"is now {other.tag}, not {node.tag}."
            yield pair.says(Change.BEHAVIOUR, sentence, "type", (node.tag, other.tag))
        for name in _DETAILS:
            if not (hasattr(node, name) and hasattr(other, name)):
                continue  # said by the type
            was, now = getattr(node, name), getattr(other, name)
            fact = _REPEATED.get(name, "")
            told = fact and getattr(node.facts, fact) != getattr(other.facts, fact)
            told = told or _follows(name, node, other)
            if name != "label" and _shown(was) != _shown(now) and not told:
                yield pair.value(Change.BEHAVIOUR, name, _shown(was), _shown(now))
        before, after = getattr(node, "default", ""), getattr(other, "default", "")
        expected = self.flow_matches[before].new if before in self.flow_matches else ""
        if expected != after:
            sentence = "hat einen anderen Standardweg.", "has another default flow."
            yield pair.says(Change.CONDITION, sentence, "default", (before, after))

    def flows(self) -> Iterator[Difference]:
        for flow in self.old.flows.values():
            match = self.flow_matches.get(flow.id)
            kept = flow.source in self.node_matches and flow.target in self.node_matches
            way = _way(self.old, flow)
            if match is None:
                if kept:  # the flow of a step that was removed went with it
                    message = Text(f"Der Weg {way} entfällt.", f"The path {way} was removed.")
                    yield Difference(Change.REROUTED, flow.id, flow.id, message, "", way, "")
                continue
            other = self.new.flows[match.new]
            now = _way(self.new, other)
            pair = _Pair(match, Text(f"Weg {now}", f"Path {now}"))
            if (self.node(flow.source), self.node(flow.target)) != (other.source, other.target):
                message = Text(f"Der Weg {way} führt jetzt {now}.", f"The path {way} now leads {now}.")
                yield Difference(Change.REROUTED, match.new, match.old, message, "", way, now, match.guess)
            before, after = (
                f"{one.condition} ({one.language})" if one.condition and one.language else one.condition
                for one in (flow, other)
            )
            if before != after:
                yield pair.value(Change.CONDITION, "condition", before, after)
            yield from pair.names(flow.name, other.name)

    def new_flows(self, known: set[str]) -> Iterator[Difference]:
        """Flows between steps that were there before; those of a new step come with it."""
        found = {match.new for match in self.flow_matches.values()}
        for flow in self.new.flows.values():
            if flow.id not in found and flow.source in known and flow.target in known:
                way = _way(self.new, flow)
                message = Text(f"Neuer Weg: {way}.", f"New path: {way}.")
                yield Difference(Change.REROUTED, flow.id, "", message, "", "", way)


def _containers(definitions: Definitions) -> dict[str, Process | Participant | Lane]:
    found: list[Process | Participant | Lane] = [*definitions.processes, *definitions.participants]
    return {one.id: one for one in (*found, *definitions.lanes.values())}


def _title(name: str, element: str) -> Text:
    return Text(f"„{name}“", f"“{name}”") if name else Text(element, element)


def _of(node: FlowNode) -> Text:
    if not node.name:
        return Text(f"{node.tag} {node.id}", f"{node.tag} {node.id}")
    return Text(f"„{node.name_in('de')}“", f"“{node.name_in('en')}”")


def _appeared(element: str, title: Text) -> Difference:
    return Difference(Change.ADDED, element, "", Text(f"{title.de} ist neu.", f"{title.en} is new."))


def _vanished(element: str, title: Text) -> Difference:
    return Difference(Change.REMOVED, element, element, Text(f"{title.de} entfällt.", f"{title.en} was removed."))


def _way(definitions: Definitions, flow: SequenceFlow) -> str:
    ends = (definitions.nodes[flow.source], definitions.nodes[flow.target])
    return " → ".join(node.name or f"{node.tag} {node.id}" for node in ends)


def _parts(value: Any) -> Iterator[str]:
    """What of a loop, trigger or script is not as usual; the id of a declaration only where nothing else is known."""
    for field in fields(value):
        part = getattr(value, field.name)
        named = getattr(value, "name", "") or getattr(value, "code", "")
        if not field.compare or part == field.default or (field.name == "reference" and named):
            continue
        yield f"{field.name}: {_shown(part)}" if isinstance(part, bool) else _shown(part)


def _shown(value: object) -> str:
    """A value in words; what is not set is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, Words):
        return " / ".join(text for _, text in value.texts)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        numbers = all(isinstance(part, float) for part in value)
        return ("–" if numbers else "; ").join(_shown(part) for part in value)
    if is_dataclass(value):
        return ", ".join(_parts(value))
    raise TypeError(value)
