"""Events that are thrown: errors, escalations, signals, messages (BPMN 2.0.2, 10.5.1 and 10.5.7)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from werkfluss.process.model import Event, EventKind, SubProcess, SubProcessKind, Trigger
from werkfluss.process.state import ScopeKind, SendMessage, SendSignal, Token, Uncaught, WaitKind

from .compensation import Compensation
from .scopes import called


def names(trigger: Trigger) -> frozenset[str]:
    return frozenset(name for name in (trigger.code, trigger.name, trigger.reference) if name)


def catches(trigger: Trigger, kind: EventKind, thrown: Collection[str]) -> bool:
    """By the code where the catching event has one, else by name; one that names nothing catches all of its kind."""
    if trigger.kind is not kind:
        return False
    if trigger.code:
        return trigger.code in thrown
    return not names(trigger) or any(name in thrown for name in names(trigger))


class Throwing(Compensation):
    """From the inside outwards, the nearest one that catches gets it."""

    def throw(self, token: Token, node: Event) -> None:
        """A throw or end event has been reached."""
        waits = False
        for trigger in node.triggers:
            if trigger.kind is EventKind.MESSAGE:
                self.commands.append(SendMessage(node.id, called(trigger, node), self.visible(token.scope)))
            elif trigger.kind is EventKind.SIGNAL:
                name = called(trigger, node)
                self.commands.append(SendSignal(node.id, name, self.visible(token.scope)))
                self.broadcast(name, {})
            elif trigger.kind is EventKind.ESCALATION:
                self.escalate(token, names(trigger), Uncaught(node.id, trigger.code, trigger.name or node.name))
            elif trigger.kind is EventKind.COMPENSATE:
                waits = self.compensate(token, trigger) or waits
            if token.id not in self.tokens:
                return  # what it threw has interrupted it
        if not waits:
            self.leave(token)

    def end(self, token: Token, node: Event) -> None:
        self.ends.append(node.id)
        kinds = {trigger.kind for trigger in node.triggers}
        if EventKind.TERMINATE in kinds:
            scope = self.scope_of(token)
            self.clear(scope)
            self.close(scope) if scope.kind in (ScopeKind.BODY, ScopeKind.TOOLBOX) else self.emptied(scope)
        elif EventKind.CANCEL in kinds:
            self.cancel(token)
        elif EventKind.ERROR in kinds:
            trigger = next(t for t in node.triggers if t.kind is EventKind.ERROR)
            if not self.catch(token, EventKind.ERROR, names(trigger)):
                error = trigger.code or trigger.name or node.name
                self.stop("error", node.id, f"nobody catches the error {error!r}", error, trigger.name)
        else:
            self.throw(token, node)

    def broadcast(self, name: str, data: Mapping[str, object]) -> None:
        """A signal reaches every wait for it that is there now, not those that it brings about."""
        waits = [w for w in self.waits.values() if w.kind is WaitKind.SIGNAL and w.name == name]
        for wait in waits:
            if wait.id in self.waits:
                self.fire(wait, data)

    def escalate(self, token: Token, thrown: Collection[str], otherwise: Uncaught) -> None:
        """Unlike an error it stops nobody, and nobody has to catch it (10.5.7); a calling case may."""
        if not self.catch(token, EventKind.ESCALATION, thrown):
            self.commands.append(otherwise)

    def catch(self, token: Token, kind: EventKind, thrown: Collection[str]) -> bool:
        """Hand an error or escalation to the nearest event that catches it by name, or catches any."""
        current: Token | None = token
        while current is not None:
            if not self.is_turn(current):
                event = _nearest(self.definitions.boundaries.get(current.node, ()), kind, thrown)
                if event is not None:
                    self.occur_at_boundary(current, event)
                    return True
            scope = self.scope_of(current)
            node = self.node(current.node)
            # What goes wrong in an event sub-process is not caught by its siblings, but further out.
            handling = isinstance(node, SubProcess) and node.kind is SubProcessKind.EVENT
            if not handling and scope.kind in (ScopeKind.BODY, ScopeKind.TOOLBOX):
                event = _nearest(self.plan.event_starts.get(scope.element, ()), kind, thrown)
                if event is not None:
                    self.occur_in_scope(scope, event)
                    return True
            current = self.owner(scope)
        return False


def _nearest(events: Collection[Event], kind: EventKind, thrown: Collection[str]) -> Event | None:
    """Of several, the one that names it goes before the one that catches all."""
    found = [event for event in events if any(catches(t, kind, thrown) for t in event.triggers)]
    found.sort(key=lambda event: not any(t.kind is kind and names(t) for t in event.triggers))
    return found[0] if found else None
