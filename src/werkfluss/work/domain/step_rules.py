"""What a drawing says of the life of a step: who approves, whose work, what holds when the time has passed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from werkfluss.org.roles import LABELS, Role
from werkfluss.process.approvals import approved_steps, branch_named, read_approvals
from werkfluss.process.library.roles import USUAL_ROLES
from werkfluss.process.model import Definitions, FlowNode
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import Case, CaseTask

FOUR_EYES = ("1", "2")
ALONE = "escalation"
_WORDS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}


@dataclass(frozen=True, slots=True)
class StepRules:
    """``places`` each have one vote, of which a branch needs ``needed``; without places one person does the step.

    ``anyone``: the places stand for no role; whoever may do the step may take one (four eyes). ``refusal`` and
    ``timeout`` are ids of branches, empty if there is none. ``approves`` are ids of steps whose doers are barred.
    """

    needed: int
    places: tuple[str, ...]
    anyone: bool
    refusal: str
    timeout: str
    approves: tuple[str, ...]
    escalation: Role

    @property
    def by_vote(self) -> bool:
        return bool(self.places)


def rules_of(step: CaseTask) -> StepRules:
    """What holds for a step; needs ``case.definition`` selected."""
    model = model_of(step.case.definition)
    return _rules(step, model, model.nodes[step.element])


def _rules(step: CaseTask, model: Definitions, node: FlowNode) -> StepRules:
    facts = node.facts
    offered = [(flow, label) for flow, label in step.choices]
    asked = read_approvals(facts.approvals) if step.kind in ("work", "decision") else None
    four_eyes = asked is None and facts.acceptance == "four_eyes" and step.kind in ("work", "decision")
    places = asked.roles if asked else FOUR_EYES if four_eyes else ()
    return StepRules(
        needed=asked.needed if asked else len(places),
        places=places,
        anyone=four_eyes,
        refusal=branch_named(offered, facts.refusal),
        timeout=branch_named(offered, facts.timeout),
        approves=approved_steps(model, node),
        escalation=role_named(step.case, facts.escalation) or Role.LEAD,
    )


def voters_of(case: Case, approvals: str) -> list[str]:
    """The roles that have a vote in a step with these approvals: it stands in the lists of all of them."""
    asked = read_approvals(approvals)
    roles = [role_named(case, place) for place in asked.roles] if asked else []
    return [role.value for role in dict.fromkeys(roles) if role is not None]


def role_named(case: Case, name: str) -> Role | None:
    """The role behind a name of the drawing: as the case was started, else the role or lane that is called so."""
    known: Mapping[str, Mapping[str, str]] = case.engine["performers"]
    role = known.get(name, {}).get("role", "")
    return Role(role) if role in set(Role) else role_called(name)


def role_called(name: str) -> Role | None:
    """The role of the firm that is called so, in either language, or that usually stands behind a lane of the name."""
    usual = USUAL_ROLES.get(name, "")
    if usual in set(Role):
        return Role(usual)
    wanted = _plain(name)
    return next((one for one in Role if wanted and wanted in _names(one)), None)


def _names(role: Role) -> set[str]:
    return {role.value, _plain(LABELS[role].de), _plain(LABELS[role].en)}


def _plain(name: str) -> str:
    """Lower case, umlauts spelt out: file formats and people write them either way."""
    return "".join(_WORDS.get(letter, letter) for letter in name.strip().casefold())
