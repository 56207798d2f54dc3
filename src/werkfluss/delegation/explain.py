"""Why this proposal? Options with their effect on the plan, blockers, and the chain that makes a task late."""

from __future__ import annotations

from collections.abc import Iterable

from werkfluss.kernel.text import Text, sort_key

from .candidate import Rejection
from .causes import no_room, why_open
from .explanation import Binding, BindingStep, Explanation, Option
from .grid import Choice, Gate, Grid, compile_grid
from .plan import Plan
from .problem import Problem
from .repair import complete, force
from .result import schedule_of
from .schedule import OPEN, Schedule

_LONGEST_CHAIN = 12


def explain(problem: Problem, plan: Plan, tasks: Iterable[str] | None = None) -> list[Explanation]:
    """One explanation per task (all by default), in the order asked for.

    Every effect is reckoned by the routine that ``repair.choose`` uses, so choosing an option gives exactly the
    difference stated here.

    Raises
    ------
    ValueError: the plan belongs to another problem, or a task is unknown.

    """
    if plan.problem != problem.digest:
        raise ValueError("the plan belongs to another problem")
    explainer = _Explainer(problem, plan)
    return [explainer.explain(task) for task in (explainer.grid.tasks if tasks is None else tasks)]


class _Explainer:
    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.grid = compile_grid(problem, plan.objective_kind)
        self.base = complete(self.grid, schedule_of(self.grid, plan))
        self.value = self.base.value()

    def explain(self, task: str) -> Explanation:
        grid = self.grid
        i = grid.tasks.index(task)
        r = self.base.resource[i]
        chosen = grid.resources[r] if r != OPEN else ""
        options, full = self._options(i)
        blockers = sorted(grid.rejections[i] + full, key=lambda one: sort_key(self._label(one.resource)))
        late = max(0, self.base.end[i] - grid.due[i])
        return Explanation(
            task=task,
            chosen=chosen,
            summary=self._summary(i, chosen, options),
            options=tuple(options),
            blockers=() if grid.milestone[i] else tuple(blockers),
            late_minutes=late,
            why_late=tuple(binding_chain(grid, self.base, i)) if late else (),
        )

    def _label(self, resource: str) -> str:
        return self.problem.resource(resource).label

    def _options(self, i: int) -> tuple[list[Option], list[Rejection]]:
        """Permitted resources with their effect, and those that are permitted but have no room left."""
        options: list[Option] = []
        full: list[Rejection] = []
        pinned = i in self.grid.pins
        for choice in self.grid.choices[i]:
            if choice.resource == self.base.resource[i]:
                options.append(self._option(i, choice, self.base, ()))
            elif not pinned:
                move = force(self.grid, self.base, i, choice)
                if move is None:
                    full.append(no_room(self.grid, self.base, i, choice))
                else:
                    options.append(self._option(i, choice, move.schedule, self._moved(i, move.schedule)))
        options.sort(key=lambda one: (not one.chosen, one.delta_cents, one.delta_finish, sort_key(one.label)))
        return options, full

    def _moved(self, i: int, schedule: Schedule) -> tuple[str, ...]:
        base = self.base
        return tuple(
            self.grid.tasks[j]
            for j in range(self.grid.n)
            if j != i
            and (base.start[j], base.end[j], base.resource[j])
            != (schedule.start[j], schedule.end[j], schedule.resource[j])
        )

    def _option(self, i: int, choice: Choice, schedule: Schedule, moved: tuple[str, ...]) -> Option:
        resource = self.problem.resource(self.grid.resources[choice.resource])
        candidate = self.problem.candidate(self.grid.tasks[i], resource.id)
        assert candidate is not None
        chosen = choice.resource == self.base.resource[i]
        cents = schedule.value() - self.value
        finish = schedule.end[i] - self.base.end[i]
        return Option(
            resource=resource.id,
            label=resource.label,
            outcome=candidate.outcome,
            chosen=chosen,
            equal=not chosen and cents == 0 and finish == 0,
            start=schedule.start[i],
            end=schedule.end[i],
            rate_cents_per_hour=resource.rate_cents_per_hour,
            delta_cents=cents,
            delta_finish=finish,
            delta_project_finish=self._project_end(i, schedule) - self._project_end(i, self.base),
            moved=moved,
            conditions=candidate.conditions,
            lead_minutes=candidate.lead_minutes,
            citations=candidate.citations,
        )

    def _project_end(self, i: int, schedule: Schedule) -> int:
        tasks = self.problem.tasks
        return max(schedule.end[j] for j in range(self.grid.n) if tasks[j].project == tasks[i].project)

    def _summary(self, i: int, chosen: str, options: list[Option]) -> Text:
        if self.grid.milestone[i]:
            return Text("Meilenstein: niemand muss etwas tun.", "Milestone: nobody has to do anything.")
        if not chosen:
            reason, _ = why_open(self.grid, self.base, i)
            return Text(f"Offen: {reason.de}", f"Open: {reason.en}")
        label = self._label(chosen)
        if i in self.grid.pins:
            return Text(f"{label}: bestätigt oder begonnen, bleibt so.", f"{label}: confirmed or started, it stays.")
        return _compared(label, [one for one in options if not one.chosen])


def _compared(label: str, others: list[Option]) -> Text:
    if not others:
        return Text(f"{label}: einzige zulässige Wahl.", f"{label}: the only permitted choice.")
    equal = sum(one.equal for one in others)
    if equal:
        return Text(
            f"{label}: {equal} weitere Wahl ohne Unterschied für den Plan.",
            f"{label}: {equal} more without any difference to the plan.",
        )
    if min(one.delta_cents for one in others) < 0:
        return Text(
            f"{label}: eine andere Wahl wäre für sich günstiger, siehe Wirkung.",
            f"{label}: another choice would be cheaper by itself, see its effect.",
        )
    return Text(
        f"{label}: geringste Gesamtkosten unter {len(others) + 1} zulässigen.",
        f"{label}: lowest total cost among {len(others) + 1} permitted.",
    )


def binding_chain(grid: Grid, schedule: Schedule, task: int) -> list[BindingStep]:
    """What fixes the start of ``task``, and of what fixes that, back to a given date or the origin."""
    steps: list[BindingStep] = []
    seen = {task}
    while len(steps) < _LONGEST_CHAIN:
        kind, blocks = _binding(grid, schedule, task)
        steps.append(_step(grid, task, kind, blocks))
        if blocks is None or blocks in seen:
            break
        seen.add(blocks)
        task = blocks
    return steps


def _binding(grid: Grid, schedule: Schedule, task: int) -> tuple[Binding, int | None]:
    if task in grid.pins:
        return "pinned", None
    start, r = schedule.start[task], schedule.resource[task]
    before = [(schedule.end[j] if kind[0] == "F" else schedule.start[j], j) for j, kind, _ in grid.preds[task]]
    before += [_last_of(gate, schedule) for gate in grid.gates[task]]
    bound = schedule.bounds(task)[0]
    if r == OPEN:
        return ("predecessor", max(before)[1]) if before and bound > grid.earliest[task] else ("earliest", None)
    axis = grid.axes[r]
    position = axis.position(start)
    if before and axis.position(bound) >= position and bound > 0:
        return "predecessor", max(before)[1]
    choice = schedule.choice[task]
    if choice is not None and axis.position(choice.earliest) >= position:
        lead = choice.earliest > grid.earliest[task]
        return ("lead_time" if lead else "earliest"), None
    for j in range(grid.n):
        if j != task and schedule.resource[j] == r and axis.position(schedule.end[j]) == position:
            return "queue", j
    return "calendar", None


def _last_of(gate: Gate, schedule: Schedule) -> tuple[int, int]:
    times = schedule.end if gate.kind[0] == "F" else schedule.start
    return min((times[j], j) for j in gate.members)


def _step(grid: Grid, task: int, kind: Binding, blocks: int | None) -> BindingStep:
    other = grid.tasks[blocks] if blocks is not None else ""
    name = grid.problem.task(other).label if other else ""
    texts = {
        "earliest": Text("Darf nicht früher beginnen.", "Must not start earlier."),
        "lead_time": Text("Vorlauf einer Bedingung oder Eintritt.", "Lead time of a condition, or entry date."),
        "predecessor": Text(f"Wartet auf „{name}“.", f"Waits for “{name}”."),
        "queue": Text(f"Dieselbe Stelle erledigt vorher „{name}“.", f"The same resource does “{name}” first."),
        "calendar": Text("Vorher ist keine passende Arbeitszeit frei.", "No suitable working time is free before."),
        "pinned": Text("Termin ist bestätigt oder begonnen.", "The date is confirmed or work has started."),
    }
    return BindingStep(task=grid.tasks[task], kind=kind, blocks=other, text=texts[kind])
