"""The runner that works without any model: it calls the program in the skill's folder."""

from __future__ import annotations

from dataclasses import replace

from werkfluss.agents import skills
from werkfluss.agents.contract import NO_BUDGET, Brief, BudgetUsedUp, Meter, Outcome, Skill


class ScriptedRunner:
    """Runs a skill that is written as a program: the same brief gives the same items, without any model."""

    def perform(self, brief: Brief, *, budget_cents: int) -> Outcome:
        """Run the skill the brief names; cost and steps come from the meter, not from the skill.

        Raises:
            KeyError: no folder of that name holds a skill.
        """
        skill: Skill = skills.load(brief.skill)
        meter = Meter(budget_cents)
        try:
            outcome = skill.perform(brief, meter)
        except BudgetUsedUp:
            outcome = Outcome(summary=NO_BUDGET, handed_back=NO_BUDGET)
        return replace(outcome, steps=tuple(meter.steps), cost_cents=meter.cost_cents)
