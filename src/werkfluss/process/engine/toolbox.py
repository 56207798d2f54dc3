"""Ad-hoc sub-processes (BPMN 2.0.2, 10.3.5 and 13.3.5): a toolbox out of which people and agents begin activities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.process.feel import FeelError
from werkfluss.process.model import SubProcess
from werkfluss.process.routing import formal_text, joins
from werkfluss.process.state import Choice, OfferActivities, Scope, ScopeKind, Token, Wait, WaitKind
from werkfluss.process.timing import deadline_of

from .loops import Loops


class Toolbox(Loops):
    """It ends when somebody says so or its condition holds, never just because nothing runs in it."""

    def open_toolbox(self, token: Token, node: SubProcess) -> None:
        scope = self.open_scope(node.id, parent=token.scope, token=token.id, variables={}, kind=ScopeKind.TOOLBOX)
        if scope is None:
            return
        due = deadline_of(node.facts.due, self.at, self.zone, self.visible(scope.id)) if node.facts.due else None
        wait = self.new_wait(node.id, WaitKind.TOOLBOX, token=token.id, scope=scope.id, due=due)
        self.commands.append(
            OfferActivities(
                wait=wait.id,
                element=node.id,
                name=node.name,
                performer=self.definitions.performer(node),
                documentation=node.documentation,
                facts=node.facts,
                due=due,
                activities=self.offered(node),
                sequential=node.sequential,
                by_condition=formal_text(node.completion),
            )
        )
        for element in self.active(node, scope):
            self.put(element, scope.id)

    def offered(self, node: SubProcess) -> tuple[Choice, ...]:
        return tuple(Choice(tool.id, tool.name or tool.id) for tool in self.plan.tools(node.id))

    def active(self, node: SubProcess, scope: Scope) -> Iterable[str]:
        """The activities that begin by themselves."""
        if not node.active:
            return ()
        try:
            named = self.value(node.active, scope.id)
        except FeelError as error:
            self.incident(node.id, "active_elements", str(error))
            return ()
        known = {choice.flow for choice in self.offered(node)}
        return tuple(one for one in (named if isinstance(named, list) else [named]) if one in known)

    def choose(self, wait: Wait, element: str, data: Mapping[str, object]) -> None:
        """Somebody takes a tool out of the box.

        Raises:
            Refused: it is not in the box, or only one may be used at a time.
        """
        node = self.node(wait.node)
        assert isinstance(node, SubProcess)
        if element not in {choice.flow for choice in self.offered(node)}:
            raise refused(
                element,
                Text(
                    "Diese Tätigkeit wird hier nicht angeboten.",
                    "This activity is not on offer here.",
                ),
                Text("Wählen Sie eine der angebotenen Tätigkeiten.", "Choose one of the activities on offer."),
            )
        if node.sequential and not all(self.is_stuck(token) for token in self.tokens_in(wait.scope)):
            raise refused(
                element,
                Text(
                    "Hier läuft immer nur eine Tätigkeit zur selben Zeit.",
                    "Only one activity at a time may run here.",
                ),
                Text("Schließen Sie erst die laufende ab.", "Finish the running one first."),
            )
        self.store(wait.scope, data)
        self.put(element, wait.scope)

    def look_into(self, scope: Scope) -> None:
        """After each activity the completion condition is looked at (13.3.5)."""
        node = self.node(scope.element)
        assert isinstance(node, SubProcess)
        if not scope.data.get("closing") and formal_text(node.completion) and self.holds(node.completion, scope.id):
            self.finish_toolbox(scope)

    def is_stuck(self, token: Token) -> bool:
        """At a join whose other branches nobody may ever begin."""
        return joins(self.node(token.node)) and token.id not in self.ready and not self.waits_of(token)

    def settle_toolboxes(self) -> bool:
        """Close one that is finished and in which only joins are left that nothing comes to any more."""
        for scope in list(self.scopes.values()):
            closing = scope.kind == ScopeKind.TOOLBOX and scope.data.get("closing")
            if closing and all(self.is_stuck(token) for token in self.tokens_in(scope.id)):
                self.clear(scope)
                self.close(scope)
                return True
        return False

    def finish_toolbox(self, scope: Scope) -> None:
        node = self.node(scope.element)
        assert isinstance(node, SubProcess)
        for wait in self.waits_of(self.tokens[scope.token]):
            if wait.kind is WaitKind.TOOLBOX:
                self.withdraw(wait)
        if node.cancel_remaining:
            self.clear(scope)
        if self.is_empty(scope.id):
            self.close(scope)
        else:
            self.note(scope, closing=True)


def refused(where: str, reason: Text, what_to_do: Text) -> Refused:
    return Refused(reason, citation="BPMN 2.0", what_to_do=what_to_do, where=where)
