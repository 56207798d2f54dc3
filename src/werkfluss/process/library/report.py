"""What ``werkfluss process find`` and ``show`` print: hits of a search, and one library process in short."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from werkfluss.kernel.text import Text
from werkfluss.process.clarity_process import check_process
from werkfluss.process.start_data import asked_at_start
from werkfluss.process.tasktree import PlannedStep, task_tree

from . import AREAS, Entry, Hit, entry, load, names, search

_WORDS = {
    "fits": Text("passt zu", "fits"),
    "none": Text("Kein mitgelieferter Ablauf passt.", "No process of the library fits."),
    "clarity": Text("Klarheit", "Clarity"),
    "starts": Text("Beginnt, wenn", "Starts when"),
    "duration": Text("Dauert meist", "Usually takes"),
    "beside": Text("nur wenn", "only if"),
    "again": Text("kann wiederkehren", "may come again"),
    "asked": Text("Beim Start gefragt", "Asked at the start"),
    "hours": Text("Std.", "h"),
    "day": Text("bis Tag", "by day"),
}


def _both(name: str, text: Text) -> dict[str, str]:
    return {f"{name}_de": text.de, f"{name}_en": text.en}


def _entry(one: Entry) -> dict[str, Any]:
    return {
        "name": one.key,
        "area": one.area.value,
        **_both("title", one.title),
        **_both("purpose", one.purpose),
        **_both("starts", one.starts),
        **_both("duration", one.duration),
    }


def found(sentence: str, language: str, limit: int) -> tuple[Hit, ...]:
    return search(sentence, language, limit)


def found_document(sentence: str, language: str, limit: int) -> dict[str, Any]:
    """The hits, the best first; ``score`` orders them and means nothing else."""
    hits = found(sentence, language, limit)
    return {
        "query": sentence,
        "hits": [{**_entry(hit.entry), "score": hit.score, "matched": list(hit.matched)} for hit in hits],
    }


def found_lines(sentence: str, language: str, limit: int) -> Iterator[str]:
    hits = found(sentence, language, limit)
    if not hits:
        yield _WORDS["none"].in_language(language)
    for hit in hits:
        yield f"{hit.entry.key}: {hit.entry.title.in_language(language)}"
        yield f"  {hit.entry.purpose.in_language(language)}"
        yield f"  {_WORDS['fits'].in_language(language)}: {', '.join(hit.matched)}"


def _step(step: PlannedStep) -> dict[str, Any]:
    facts, node = step.node.facts, step.node
    return {
        "id": node.id,
        "name_de": node.name_in("de"),
        "name_en": node.name_in("en"),
        "performer": step.performer,
        "parent": step.parent or None,
        "after": [{"step": one.step, "wait_days": one.wait_days} for one in step.after],
        "optional": step.optional,
        "only_if_de": step.only_if.de if step.only_if else None,
        "only_if_en": step.only_if.en if step.only_if else None,
        "again": step.again,
        "automatic": step.automatic,
        "due_days": step.due_days,
        "effort_hours": list(facts.effort) if facts.effort else None,
        "skills": list(facts.skills),
        "outcome": str(facts.outcome) if facts.outcome else "",
        "criteria": [str(one) for one in facts.criteria],
        "data_class": facts.data_class,
        "ai": facts.ai.value,
    }


def shown_document(name: str) -> dict[str, Any]:
    """One process with its steps as a tree of tasks. Raises KeyError if there is none of that name."""
    definitions = load(name)
    return {
        **_entry(entry(name)),
        "clarity": check_process(definitions, name).score,
        "asked": [
            {"name": a.name, "type": a.kind.value, **_both("label", a.label)} for a in asked_at_start(definitions, name)
        ],
        "steps": [_step(step) for step in task_tree(definitions, name)],
    }


def shown_lines(name: str, language: str) -> Iterator[str]:
    """Raises KeyError if there is no process of that name."""
    one, definitions = entry(name), load(name)
    say = {key: text.in_language(language) for key, text in _WORDS.items()}
    yield f"{one.title.in_language(language)} ({one.key})"
    yield f"{AREAS[one.area].in_language(language)} · {say['clarity']} {check_process(definitions, name).score}"
    yield one.purpose.in_language(language)
    yield f"{say['starts']}: {one.starts.in_language(language)}"
    yield f"{say['duration']}: {one.duration.in_language(language)}"
    asked = ", ".join(fact.label.in_language(language) for fact in asked_at_start(definitions, name))
    if asked:
        yield f"{say['asked']}: {asked}"
    for number, step in enumerate(task_tree(definitions, name), start=1):
        yield _step_line(number, step, say, language)


def _step_line(number: int, step: PlannedStep, say: dict[str, str], language: str) -> str:
    effort = step.node.facts.effort
    parts = [
        step.performer,
        f"{round(effort[0], 2):g}–{round(effort[1], 2):g} {say['hours']}" if effort else "",
        f"{say['day']} {step.due_days}" if step.due_days is not None else "",
        f"{say['beside']}: {step.only_if.in_language(language)}" if step.only_if else "",
        say["again"] if step.again else "",
    ]
    return f"{number:3}. {step.node.name_in(language)} – {' · '.join(part for part in parts if part)}"


def known() -> str:
    """The names that ``show`` understands, for a message."""
    return ", ".join(names())
