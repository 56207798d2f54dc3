"""Which skills a drawing asks for that the firm calls otherwise: asked once when it is taken over, then remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.process.model import Activity
from werkfluss.process.tasktree import PlannedStep
from werkfluss.work.domain.decomposition import Vocabulary
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import ProcessDefinition
from werkfluss.workforce.domain.skill_words import learn_word
from werkfluss.workforce.models import Skill


@dataclass(frozen=True, slots=True)
class Wish:
    """A skill as the drawing calls it, the steps that ask for it, and the key of the firm's skill that may be meant."""

    name: str
    said: Text
    steps: tuple[Text, ...]
    proposed: str


def wishes(definition: ProcessDefinition) -> list[Wish]:
    """The skills of a process that no skill of the firm is called, in the order of the drawing."""
    model = model_of(definition)
    known = Vocabulary.load()
    asked: dict[str, list[Activity]] = {}
    planned = []
    for node in model.nodes.values():
        if isinstance(node, Activity) and node.facts.skills:
            planned.append(PlannedStep(node, model.performer(node)))
            for name in node.facts.skills:
                asked.setdefault(name, []).append(node)
    meant = known.meanings(planned)
    return [_wish(name, steps, meant.get(name, "")) for name, steps in asked.items() if not known.is_name(name)]


def _wish(name: str, steps: list[Activity], proposed: str) -> Wish:
    facts = steps[0].facts
    said = Text(facts.said(name, "de"), facts.said(name, "en"))
    named = [Text(one.name_in("de") or one.id, one.name_in("en") or one.id) for one in steps]
    return Wish(name, said, tuple(named), proposed)


def remember(meant: Mapping[str, Skill], *, by: Actor) -> int:
    """Keep which skill of the firm each of these names means; returns how many.

    Raises:
        NotPermitted: only who works on cases may.
        Refused: a word that cannot be kept.
    """
    by.require("case.work")
    for name, skill in meant.items():
        learn_word(skill, name, by=by)
    return len(meant)
