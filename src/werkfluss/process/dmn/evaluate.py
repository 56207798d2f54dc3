"""Evaluate a decision with everything it requires (DMN 1.5, 10.4). Pure and deterministic: no clock, no files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text
from werkfluss.process.feel import Function, Limits, from_json
from werkfluss.process.feel.errors import LimitError
from werkfluss.process.feel.limits import Budget

from . import model as m
from .boxed import Boxed
from .result import Result, Step
from .session import Env

# For a whole model, not for one expression.
LIMITS = Limits(steps=2_000_000, size=4_000_000, depth=120, seconds=5.0)


def evaluate(
    model: m.Model,
    decision_name: str,
    inputs: Mapping[str, Any],
    *,
    now: datetime | None = None,
    limits: Limits = LIMITS,
) -> Result:
    """The value of the decision (or decision service, or business knowledge model) with this name or id.

    ``inputs`` are JSON-like data or FEEL values by the name (or id) of the input data; texts become numbers, dates or
    durations where the input data declares that type. What is missing is null. Inputs that the model does not declare
    are in scope everywhere: tools exist that draw tables only, without input data. ``now`` is what ``now()`` answers.

    Raises:
        Broken: no such decision, or inputs that are no data.
    """
    data = _plain(inputs)
    run = _Run(model, Boxed(model, Budget(limits), now), data)
    decision = model.decision(decision_name)
    service = next((s for s in model.services.values() if decision_name in (s.name, s.id)), None)
    knowledge = next((k for k in model.knowledge.values() if decision_name in (k.name, k.id)), None)
    if decision is None and service is None and knowledge is None:
        raise _no_such(decision_name, [one.name for one in model.decisions.values()])
    try:
        if decision is not None:
            value = run.decided([decision.id])[decision.id]
        elif service is not None:
            value = run.served(service, run.given | run.decisions_given(service, data))
        else:
            function = run.function(knowledge) if knowledge else None
            value = function.call([data.get(name) for name in function.parameters]) if function else None
    except LimitError as error:
        value = None
        run.session.errors.append(error.fault)
    return run.result(value)


def evaluate_all(
    model: m.Model, inputs: Mapping[str, Any], *, now: datetime | None = None, limits: Limits = LIMITS
) -> Result:
    """Every decision of the model; the value is a context by their names.

    Raises:
        Broken: inputs that are no data.
    """
    run = _Run(model, Boxed(model, Budget(limits), now), _plain(inputs))
    value: Any = None
    try:
        values = run.decided(model.order)
        value = {decision.name: values[id_] for id_, decision in model.decisions.items() if "#" not in id_}
    except LimitError as error:
        run.session.errors.append(error.fault)
    return run.result(value)


def _no_such(name: str, names: list[str]) -> Broken:
    cause = Text(f"Die Entscheidung „{name}“ gibt es im Modell nicht.", f"The model has no decision “{name}”.")
    known = ", ".join(names) or "–"
    return Broken(Fault(name or "decision", cause, Text(known, known), Text("Name berichtigen.", "Correct the name.")))


def _plain(inputs: Mapping[str, Any]) -> dict[str, Any]:
    try:
        data = from_json(inputs)
    except ValueError as error:
        cause = Text(f"Die Eingaben sind nicht lesbar: {error}", f"The inputs cannot be read: {error}")
        expected = Text("Ein JSON-Objekt.", "A JSON object.")
        raise Broken(Fault("inputs", cause, expected, Text("Eingaben berichtigen.", "Correct the inputs."))) from None
    assert isinstance(data, dict)
    return data


class _Run:
    """``given`` holds the values of input data and of decisions that are not to be evaluated, by id."""

    def __init__(self, model: m.Model, session: Boxed, inputs: Mapping[str, Any]) -> None:
        self.model = model
        self.session = session
        self.steps: list[Step] = []
        self.functions: dict[str, Function] = {}
        self.given: dict[str, Any] = {}
        for item in model.inputs.values():
            value = self.named(item, inputs)
            self.given[item.id] = self.taken(item, session.types.typed(value, item.type_ref))
        groups = (model.inputs, model.decisions, model.knowledge, model.services)
        declared = {name for group in groups for one in group.values() for name in (one.name, one.id)}
        undeclared = {name: value for name, value in inputs.items() if name not in declared}
        self.base = session.base.child(undeclared)

    def named(self, item: m.InputData, inputs: Mapping[str, Any]) -> Any:
        """The input by its name (with that of its import), or by its id."""
        alias = self.alias("", item.id)
        inside = inputs.get(alias) if alias else None
        if isinstance(inside, dict) and item.name in inside:
            return inside[item.name]
        spellings = (f"{alias}.{item.name}" if alias else item.name, item.name, item.id)
        return next((inputs[name] for name in spellings if name in inputs), None)

    def result(self, value: Any) -> Result:
        return Result(value, tuple(self.session.errors), tuple(self.session.warnings), tuple(self.steps))

    def taken(self, item: m.InputData | m.Decision, value: Any) -> Any:
        return self.session.fitted(value, item.type_ref, item.name)

    # Decisions

    def decided(self, targets: Iterable[str], given: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The values of these decisions and of those they require, in the order of requirement."""
        values = dict(self.given if given is None else given)
        targets = list(targets)
        needed = self.needed(targets, values)
        for id_ in self.model.order:
            if id_ in needed:
                values[id_] = self.decide(self.model.decisions[id_], values)
        return values

    def needed(self, targets: list[str], given: Mapping[str, Any]) -> set[str]:
        found: set[str] = set()
        pending = [id_ for id_ in targets if id_ not in given]
        while pending:
            id_ = pending.pop()
            if id_ not in found and id_ in self.model.decisions:
                found.add(id_)
                pending += [one for one in self.model.decisions[id_].requires.decisions if one not in given]
        return found

    def decide(self, decision: m.Decision, values: Mapping[str, Any]) -> Any:
        session = self.session
        outer, session.tables = session.tables, []
        value = session.value(decision.expression, self.env(decision.requires, values, decision.id), decision.name)
        value = session.fitted(value, decision.type_ref, decision.name)
        self.steps.append(Step(decision.id, decision.name, value, tuple(session.tables)))
        session.tables = outer
        return value

    def env(self, requires: m.Requirements, values: Mapping[str, Any], owner: str) -> Env:
        """What the element ``owner`` (an id) may name: its required inputs, decisions and knowledge, nothing else."""
        names: dict[str, Any] = {}
        for id_ in (*requires.inputs, *requires.decisions, *requires.knowledge):
            element = self.element(id_)
            if element is None:
                cause = Text(f"Das Modell mit „{id_}“ fehlt.", f"The model with “{id_}” is missing.")
                self.session.error(self.model.name, cause, Text("Das importierte Modell.", "The imported model."))
                continue
            if isinstance(element, m.KnowledgeModel):
                value: Any = self.function(element)
            elif isinstance(element, m.DecisionService):
                value = self.service(element)
            else:
                value = values.get(id_)
            alias = self.alias(owner, id_)
            if alias:
                names[alias] = {**names.get(alias, {}), element.name: value}
            else:
                names[element.name] = value
        return self.base.child(names)

    def element(self, id_: str) -> m.InputData | m.Decision | m.KnowledgeModel | m.DecisionService | None:
        model = self.model
        groups = (model.inputs, model.decisions, model.knowledge, model.services)
        return next((group[id_] for group in groups if id_ in group), None)

    def alias(self, owner: str, id_: str) -> str:
        """The name under which the owner's model has imported that of ``id_``; empty if it is the same."""
        here, there = owner.rpartition("#")[0], id_.rpartition("#")[0]
        return "" if here == there else self.model.aliases.get(here, {}).get(there, "")

    # Knowledge

    def function(self, knowledge: m.KnowledgeModel) -> Function | None:
        if knowledge.id not in self.functions:
            logic = knowledge.function
            if logic is None or logic.kind != "FEEL":
                return self.session.function(logic, self.session.base) if logic else None

            def env() -> Env:
                own = {knowledge.name: self.functions[knowledge.id]}
                return self.env(knowledge.requires, {}, knowledge.id).child(own)

            made = self.session.callable(logic, env)
            self.functions[knowledge.id] = self.session.types.wrapped(made, knowledge.type_ref, knowledge.name)
        return self.functions[knowledge.id]

    def service(self, service: m.DecisionService) -> Function:
        """A decision service as a function of its input data, then of its input decisions."""
        parameters = [self.model.inputs[id_] for id_ in service.input_data if id_ in self.model.inputs]
        decisions = [self.model.decisions[id_] for id_ in service.input_decisions if id_ in self.model.decisions]
        items: list[m.InputData | m.Decision] = [*parameters, *decisions]

        def call(arguments: list[Any]) -> Any:
            given = {item.id: self.taken(item, value) for item, value in zip(items, arguments, strict=True)}
            return self.served(service, given)

        made = Function(tuple(item.name for item in items), call)
        return self.session.types.wrapped(made, service.type_ref, service.name)

    def decisions_given(self, service: m.DecisionService, data: Mapping[str, Any]) -> dict[str, Any]:
        """The input decisions of a service for which the caller gives a value; the others are evaluated."""
        decisions = [self.model.decisions[id_] for id_ in service.input_decisions if id_ in self.model.decisions]
        typed = self.session.types.typed
        return {one.id: self.taken(one, typed(data[one.name], one.type_ref)) for one in decisions if one.name in data}

    def served(self, service: m.DecisionService, given: Mapping[str, Any]) -> Any:
        """One output decision gives its value, several give a context by name."""
        values = self.decided(service.outputs, given)
        outputs = [self.model.decisions[id_] for id_ in service.outputs if id_ in self.model.decisions]
        if len(outputs) == 1:
            value = values[outputs[0].id]
        else:
            value = {decision.name: values[decision.id] for decision in outputs}
        return self.session.fitted(value, self.session.types.output_of(service.type_ref), service.name)
