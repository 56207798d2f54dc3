"""From a goal in one sentence to a tree of tasks: what is like it is found, adapted, and confirmed by a person.

Works without any language model: one search over the library, the firm's own processes with their past cases, its
templates and its past projects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.process import library
from werkfluss.process.library.finding import documents as library_documents
from werkfluss.process.library.words import Document, Index, Passage, fold, telling_words
from werkfluss.process.model import AiUse, Definitions
from werkfluss.process.tasktree import PlannedStep, task_tree
from werkfluss.process.walk import default_process
from werkfluss.work.domain import breakdown
from werkfluss.work.domain.definitions import definitions, model_of
from werkfluss.work.domain.task_trees import MAX_TASKS, checked_tree
from werkfluss.work.models import Case, ProcessDefinition, Project, Task, TaskTemplate
from werkfluss.workforce.domain.resources import resources_on
from werkfluss.workforce.models import Kind, ResourceSkill, Skill

LIBRARY, PROCESS, TEMPLATE, PROJECT = "library", "process", "template", "project"
_NAME, _GOAL, _PART = 2.0, 1.0, 0.4
_MOST_PROJECTS = 200
_MINUTES = 60
_STEP_MINUTES = 5
# Of the best score: three proposals are looked at one by one, so what hardly fits would only cost time.
_NEAR = 0.45
_LEAST = 4  # letters of a word by which a skill may be told
# The lanes of a drawing that only one kind of resource can stand behind.
_KIND_OF_ROLE = {"freelancer": Kind.FREELANCER.value, "provider": Kind.PARTNER.value}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a tree may come from. ``key`` is ``kind:id``; ``row`` the firm's own object, ``None`` in the library."""

    kind: str
    key: str
    title: Text
    row: ProcessDefinition | TaskTemplate | Project | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A source that fits, with the words of the sentence that say so, and how many cases of it have run."""

    source: Source
    matched: tuple[str, ...]
    cases: int = 0


def suggest(sentence: str, *, language: str, limit: int = 3) -> list[Suggestion]:
    """What fits a goal best, the best first; empty if nothing is like it. A process the firm has taken over stands for
    the one in the library.
    """
    own = list(definitions())
    told = _case_titles(own)
    sources: dict[str, Source] = {}
    texts: list[Document] = []
    for source, document in (*_processes(own, told), *_templates(), *_projects()):
        sources[source.key] = source
        texts.append(document)
    taken = {row.key for row in own}
    for document in library_documents(language):
        if document.key not in taken:
            key = f"{LIBRARY}:{document.key}"
            sources[key] = Source(LIBRARY, key, library.entry(document.key).title)
            texts.append(Document(key, document.passages))
    found = Index(texts).find(sentence, limit, relative=_NEAR)
    return [Suggestion(sources[one.key], one.matched, len(told.get(one.key, ()))) for one in found]


def _case_titles(own: Iterable[ProcessDefinition]) -> dict[str, list[str]]:
    """What past cases were called, by their process. Care cases stay out: their titles name people."""
    keys = {row.key: f"{PROCESS}:{row.pk}" for row in own}
    rows = Case.objects.exclude(subject_type__startswith="care.").values_list("definition__key", "title")
    found: dict[str, list[str]] = {}
    for key, title in rows.order_by("-number")[:_MOST_PROJECTS]:
        if key in keys:
            found.setdefault(keys[key], []).append(title)
    return found


def _processes(own: Iterable[ProcessDefinition], told: Mapping[str, list[str]]) -> Iterable[tuple[Source, Document]]:
    known = {one.key: one for one in library_documents()}
    for row in own:
        model = model_of(row)
        process = model.process(default_process(model))
        key = f"{PROCESS}:{row.pk}"
        title = Text(process.name_in("de") or row.name, process.name_in("en") or row.name)
        passages = [Passage(title.de, _NAME), Passage(title.en, _GOAL)]
        passages += [Passage(node.name_in("de"), _PART) for node in process.tasks]
        passages += [Passage(one, _GOAL) for one in told.get(key, ())]
        if row.key in known:
            passages += known[row.key].passages
        yield Source(PROCESS, key, title, row), Document(key, tuple(passages))


def _templates() -> Iterable[tuple[Source, Document]]:
    for row in breakdown.templates():
        key = f"{TEMPLATE}:{row.pk}"
        parts = [Passage(str(node.get("title", "")), _PART) for node in row.tree]
        names = [Passage(row.name_de, _NAME), Passage(row.name_en, _GOAL)]
        yield Source(TEMPLATE, key, Text(row.name_de, row.name_en), row), Document(key, (*names, *parts))


def _projects() -> Iterable[tuple[Source, Document]]:
    rows = list(Project.objects.order_by("-number")[:_MOST_PROJECTS])
    parts: dict[Any, list[Passage]] = {row.pk: [] for row in rows}
    for project, title in Task.objects.filter(project__in=rows).values_list("project_id", "title"):
        parts[project].append(Passage(title, _PART))
    for row in rows:
        key = f"{PROJECT}:{row.pk}"
        names = [Passage(row.name, _NAME), Passage(row.goal, _GOAL)]
        yield Source(PROJECT, key, Text(row.name, row.name), row), Document(key, (*names, *parts[row.pk]))


def tree_from(source: Source, *, language: str) -> list[dict[str, Any]]:
    """The tree of tasks that a source gives, with skills of the firm where its names are known here.

    Raises:
        Refused: it has more tasks than a draft may have.
    """
    if isinstance(source.row, TaskTemplate):
        tree = [dict(node) for node in source.row.tree]
    elif isinstance(source.row, Project):
        tree = breakdown.project_tree(source.row)
    else:
        model = _model(source)
        return checked_tree(process_nodes(model, default_process(model), language=language, skills=Vocabulary.load()))
    if not 1 <= len(tree) <= MAX_TASKS:
        raise Refused(
            Text(f"Ein Entwurf hat 1 bis {MAX_TASKS} Aufgaben.", f"A draft has 1 to {MAX_TASKS} tasks."),
            citation=source.title.de,
            what_to_do=Text("Bitte kopieren Sie das Projekt.", "Please copy the project."),
        )
    return checked_tree(tree)


def _model(source: Source) -> Definitions:
    if isinstance(source.row, ProcessDefinition):
        return model_of(source.row)
    return library.load(source.key.partition(":")[2])


def held_skills() -> set[str]:
    """The skills that somebody who works for the firm today has."""
    rows = ResourceSkill.objects.filter(resource__in=resources_on(clock.today()))
    return set(rows.values_list("skill__key", flat=True))


class Vocabulary:
    """The firm's skills, and which of them a name in a drawing means."""

    def __init__(self, skills: Iterable[Skill], held: Iterable[str]) -> None:
        self.skills = list(skills)
        self._exact = {fold(name): one.key for one in self.skills for name in _names(one)}
        # Only what somebody here can do is proposed by likeness; an exact name counts in any case.
        have = set(held)
        self._held = [
            (one.key, [fold(word) for word in telling_words(name)])
            for one in self.skills
            if one.key in have
            for name in _names(one)
        ]

    @classmethod
    def load(cls) -> Vocabulary:
        return cls(Skill.objects.order_by("name_de"), held_skills())

    def is_name(self, wish: str) -> bool:
        """Whether a skill of the firm is called so."""
        return fold(wish) in self._exact

    def key_of(self, wish: str) -> str:
        """The skill that is meant: the one of this name, else one whose name ends like it (in German the end of a
        compound says what it is: „Maschinenvertrieb“ is „Vertrieb“); empty if there is none.
        """
        if fold(wish) in self._exact:
            return self._exact[fold(wish)]
        words = [fold(word) for word in telling_words(wish) if len(word) >= _LEAST and "-" not in word]
        for key, name in self._held:
            if words and all(any(own.endswith(word) for own in name) for word in words):
                return key
        return ""

    def meanings(self, steps: Iterable[PlannedStep]) -> dict[str, str]:
        """Per wished skill the firm's own. Where no name fits, what the lane is called or mostly asks for is proposed:
        in a small firm it is the same hands.
        """
        listed = [(step.performer, wish) for step in steps for wish in step.node.facts.skills]
        found = {wish: self.key_of(wish) for _, wish in listed}
        for lane, wish in listed:
            if not found[wish]:
                others = Counter(found[one] for performer, one in listed if performer == lane and self.key_of(one))
                found[wish] = self.key_of(lane) or (others.most_common(1)[0][0] if others else "")
        return found


def _names(skill: Skill) -> tuple[str, ...]:
    return (skill.name_de, skill.name_en, *(str(one) for one in skill.synonyms))


def process_nodes(
    model: Definitions, process_id: str, *, language: str, skills: Vocabulary | None = None
) -> list[dict[str, Any]]:
    """The steps of a process as the nodes of a tree, see ``breakdown.tree_of``; what Werkfluss itself does is left out
    of the main way, because nobody calls it in a project.
    """
    steps = task_tree(model, process_id)
    meant = skills.meanings(steps) if skills else {}
    return [node_of(step, language, meant) for step in steps]


def node_of(step: PlannedStep, language: str, meant: Mapping[str, str]) -> dict[str, Any]:
    """One step of a drawing as a task is told; ``meant`` says which of the firm's skills each wish means."""
    node, facts = step.node, step.node.facts
    keys = dict.fromkeys(key for wish in facts.skills if (key := meant.get(wish, "")))
    kind = _KIND_OF_ROLE.get(library.USUAL_ROLES.get(step.performer, ""))
    return {
        "ref": node.id[:80],
        "parent": step.parent[:80] or None,
        "title": (node.name_in(language) or node.id)[:200],
        "is_summary": step.is_group,
        "brief": _brief(step, language),
        "outcome": facts.outcome.in_language(language) if facts.outcome else "",
        "criteria": [one.in_language(language)[:300] for one in facts.criteria],
        "effort_minutes": None if step.is_group else _minutes(facts.effort),
        "due_after_days": step.due_days,
        "skills": keys,
        "wishes": {wish[:120]: meant.get(wish, "") for wish in facts.skills[:10]},
        "data_class": "personal" if facts.data_class == "special" else facts.data_class,
        "kinds_allowed": [kind] if kind else [],
        "ai_allowed": facts.ai in (AiUse.ALLOWED, AiUse.REQUIRED),
        "ai_purpose": (facts.ai_purpose.in_language(language) if facts.ai_purpose else "")[:300],
        "four_eyes": facts.acceptance == "four_eyes",
        "after": [
            {"ref": one.step[:80], "type": "FS", "lag_minutes": one.wait_days * 24 * _MINUTES, "lag_elapsed": True}
            if one.wait_days
            else {"ref": one.step[:80], "type": "FS", "lag_days": 0}
            for one in step.after
        ],
        "optional": step.optional or step.automatic,
        "only_if": (step.only_if.in_language(language) if step.only_if else "")[:300],
    }


def _brief(step: PlannedStep, language: str) -> str:
    """What the drawing says of a step beyond its facts, so that it is not lost in the project."""
    said = []
    if step.performer:
        said.append(Text(f"Üblich: {step.performer}.", f"Usually: {step.performer}."))
    if step.again:
        said.append(Text("Kann wiederkehren, bis das Ergebnis stimmt.", "May come again until the result is right."))
    if step.only_if:
        said.append(Text(f"Nur wenn: {step.only_if.de}", f"Only if: {step.only_if.en}"))
    return "\n".join([*(one.in_language(language) for one in said), step.node.documentation]).strip()[:10_000]


def _minutes(effort: tuple[float, float] | None) -> int | None:
    """The middle of a range, in whole steps of five minutes."""
    if effort is None:
        return None
    middle = (effort[0] + effort[1]) / 2 * _MINUTES
    return max(_STEP_MINUTES, round(middle / _STEP_MINUTES) * _STEP_MINUTES)


def confirm(
    tree: list[dict[str, Any]], *, name: str, goal: str, start: date, source: str, by: Actor, **more: Any
) -> Project:
    """Make the project that a person has looked through. ``source`` says where its tree came from.

    Raises:
        Broken: it is no such tree.
    """
    return breakdown.start_from_tree(
        checked_tree(tree), name=name, goal=goal, start=start, source=source, by=by, **more
    )
