"""The token engine: ``step(definitions, state, event)`` gives the next state and the commands for the outside.

Pure: no clock, no chance, no input or output. Semantics: BPMN 2.0.2 (OMG formal/2013-12-09), chapter 13. A scope ends
when its last token has gone; a process without start or end event begins at every node that nothing leads to and ends
where nothing leads on. One module per topic::

    working      the copy that a step changes          loops         loop, multi-instance, mappings
    scopes       open, wait, close                     toolbox       ad-hoc sub-process
    catching     events that are caught                activities    tasks, calls, questions to people
    compensation undoing, transactions                 gateways      split, join, decide
    throwing     errors, escalations, signals          run           one event, until every token waits
    undo         taking back a step                    migrate       to another version of the process
"""

from __future__ import annotations

from werkfluss.kernel.errors import Conflict
from werkfluss.kernel.text import Text
from werkfluss.process.model import Definitions
from werkfluss.process.routing import start_nodes
from werkfluss.process.state import (
    Command,
    ConditionMet,
    Happening,
    MessageReceived,
    SignalReceived,
    Start,
    State,
    Status,
    TimerFired,
    Undone,
)

from .migrate import Migration, migrate, preview
from .plan import plan_of
from .run import MAX_MOVES, Run
from .toolbox import refused
from .undo import may_undo, undo

__all__ = ["MAX_MOVES", "Migration", "may_undo", "migrate", "new_case", "preview", "step", "undo"]

_LATE = TimerFired | MessageReceived | SignalReceived | ConditionMet


def new_case(process_id: str, zone: str = "Europe/Berlin") -> State:
    return State(process=process_id, zone=zone)


def step(definitions: Definitions, state: State, event: Happening) -> tuple[State, tuple[Command, ...]]:
    """One event, one transaction.

    A ``TimerFired`` or ``ConditionMet`` for a wait that is gone changes nothing, because timers race with people.

    Raises:
        Refused: the process contains what the engine does not run, the case is over, the choice or activity is not
            on offer, or a step cannot be undone any more.
        Conflict: the work item, call or toolbox is no longer open.
    """
    if isinstance(event, Undone):
        return undo(definitions, state, event)
    if isinstance(event, Start):
        _check_start(definitions, state, event)
    elif state.status is not Status.RUNNING:
        if isinstance(event, _LATE):
            return state, ()
        raise refused(
            state.process,
            Text("Der Vorgang läuft nicht mehr.", "The case is no longer running."),
            Text("Starten Sie einen neuen Vorgang.", "Start a new case."),
        )
    run = Run(definitions, state, event.at)
    run.take(event)
    return run.result(), tuple(run.commands)


def _check_start(definitions: Definitions, state: State, event: Start) -> None:
    if state.status is not Status.NEW:
        raise Conflict(state.process)
    blockers = [f for f in plan_of(definitions).findings(state.process) if f.severity == "blocks"]
    if blockers:
        raise refused(blockers[0].element, blockers[0].message, blockers[0].edit)
    if not start_nodes(definitions, state.process, event.element):
        raise refused(
            event.element or state.process,
            Text("Hier kann der Prozess nicht beginnen.", "The process cannot begin here."),
            Text("Wählen Sie ein Startereignis des Prozesses.", "Choose a start event of the process."),
        )
