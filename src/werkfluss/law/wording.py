"""The wording of the provisions a pack cites, read from its ``texts.yaml`` only when somebody wants to read it.

German statutes are official works (s. 5(1) UrhG); EU acts are reused with acknowledgement (Decision 2011/833/EU). Each
act says where and when it was copied and up to which amendment it reaches. Nothing here is an official publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from werkfluss.kernel.text import Text

from .pack import Pack, read_yaml
from .rule import RuleVersion
from .verdict import Citation

FILE = "texts.yaml"
NOT_OFFICIAL = Text(
    "Keine amtliche Fassung: Abschrift, in der Formeln, Tabellen und spätere Änderungen fehlen können.",
    "Not an official publication: a copy that may lack formulas, tables and later amendments.",
)
NO_WORDING = Text(
    "Der Wortlaut liegt hier nicht vor. Die Zusammenfassung ist von uns; maßgeblich ist der amtliche Text.",
    "The wording is not at hand here. The summary is ours; only the official text counts.",
)


@dataclass(frozen=True, slots=True)
class Act:
    """An act as copied. ``as_amended``: the state the source prints, empty if it prints none; ``language``: de, en."""

    name: str
    title: str
    language: str
    as_amended: str
    retrieved: date
    source: str
    url: str
    licence: str

    def as_json(self) -> dict[str, str]:
        return {
            "name": self.name,
            "title": self.title,
            "language": self.language,
            "as_amended": self.as_amended,
            "retrieved": self.retrieved.isoformat(),
            "source": self.source,
            "url": self.url,
            "licence": self.licence,
        }


@dataclass(frozen=True, slots=True)
class Passage:
    """The cited paragraphs of one section, in its order; ``number`` as printed (``§ 4a``, ``Article 50``)."""

    act: Act
    number: str
    title: str
    url: str
    paragraphs: tuple[str, ...]

    @property
    def heading(self) -> str:
        return " ".join(part for part in (self.number, self.act.name, self.title) if part)

    def as_json(self) -> dict[str, Any]:
        return {
            "act": self.act.as_json(),
            "number": self.number,
            "title": self.title,
            "url": self.url,
            "paragraphs": list(self.paragraphs),
        }


@dataclass(frozen=True, slots=True)
class Provision:
    """A provision of a pack with its wording. ``missing``: what the citation names and we have no text of."""

    pack: str
    citation: Citation
    passages: tuple[Passage, ...]
    missing: tuple[str, ...]

    def text(self, language: str) -> str:
        """What there is to read: the wording with state and source, else our summary and a word that it is ours.

        The wording stays in the language of its source; ``language`` is that of the words around it.
        """
        blocks = []
        for passage in self.passages:
            head = f"{passage.heading}\n{source_line(passage.act).in_language(language)}"
            blocks.append("\n".join([head, *passage.paragraphs]))
        if self.passages:
            blocks.append(NOT_OFFICIAL.in_language(language))
        if self.missing:
            blocks.append(f"{', '.join(self.missing)}: {NO_WORDING.in_language(language)}")
        if not self.passages:
            blocks.insert(0, f"{self.citation.label}\n{self.citation.summary.in_language(language)}")
        return "\n\n".join(blocks)

    def as_json(self) -> dict[str, Any]:
        return {
            **self.citation.as_json(),
            "pack": self.pack,
            "wording": [passage.as_json() for passage in self.passages],
            "missing": list(self.missing),
        }


def source_line(act: Act) -> Text:
    """State, day of the copy and source of an act in one sentence."""
    day = act.retrieved
    state_de = act.as_amended or "in der Abschrift nicht angegeben"
    state_en = act.as_amended or "not given in the copy"
    other = {"de": "", "en": " Wortlaut auf Englisch; die deutsche Fassung steht bei EUR-Lex."}[act.language]
    german = {"de": " The wording is German, the only authentic language.", "en": ""}[act.language]
    return Text(
        f"Stand: {state_de}. Abschrift vom {day:%d.%m.%Y} oder früher; Quelle: {act.source}.{other}",
        f"State: {state_en}. Copied on {day.isoformat()} or earlier; source: {act.source}.{german}",
    )


def provision(pack: Pack, citation_id: str) -> Provision:
    """A provision of the pack with its wording.

    Raises:
        KeyError: the pack has no such provision.

    """
    citation = pack.provisions[citation_id]
    document = _document(pack.folder)
    passages = tuple(_passage(document, item) for item in document["provisions"].get(citation_id, ()))
    missing = tuple(document.get("missing", {}).get(citation_id, ()))
    return Provision(pack.id, citation, passages, missing if passages else (citation.label,))


def cited_by(pack: Pack, version: RuleVersion) -> tuple[str, ...]:
    """Ids of the provisions a version of a rule can cite: those its code names, and those of the values it reads."""
    words = set(_words(version.function.__code__, version.function.__globals__, set()))
    for table in [word for word in words if word.endswith(".yaml") and (pack.folder / word).is_file()]:
        words |= set(re.findall(r"\w+", (pack.folder / table).read_text(encoding="utf-8")))
    values = [pack.parameters[word] for word in words if word in pack.parameters]
    words |= {value.provision for parameter in values for value in parameter.values}
    return tuple(name for name in pack.provisions if name in words)


_KEPT: dict[Path, tuple[float, dict[str, Any]]] = {}


def _document(folder: Path) -> dict[str, Any]:
    """The file of a pack, read again when it was replaced by a newer installed pack."""
    file = folder / FILE
    if not file.is_file():
        return {"acts": {}, "provisions": {}}
    changed = file.stat().st_mtime
    kept = _KEPT.get(file)
    if kept is None or kept[0] != changed:
        kept = _KEPT[file] = (changed, read_yaml(file))
    return kept[1]


def _passage(document: Mapping[str, Any], item: Mapping[str, Any]) -> Passage:
    held = document["acts"][item["act"]]
    act = Act(
        item["act"],
        held["title"],
        held["language"],
        held["as_amended"],
        date.fromisoformat(held["retrieved"]),
        held["source"],
        held["url"],
        held["licence"],
    )
    section = held["sections"][item["section"]]
    paragraphs = tuple(section["paragraphs"][number] for number in item["paragraphs"])
    return Passage(act, item["section"], section["title"], section["url"], paragraphs)


def _words(code: CodeType, around: Mapping[str, Any], seen: set[int]) -> Iterator[str]:
    """Every string that a function of a pack, or what it calls inside the packs, may use."""
    if id(code) in seen:
        return
    seen.add(id(code))
    for constant in code.co_consts:
        yield from _strings(constant, around, seen)
    modules = [vars(around[name]) for name in code.co_names if _in_packs(around.get(name))]
    for name in code.co_names:
        for place in (around, *modules):
            if name in place:
                yield from _strings(place[name], place, seen)


def _in_packs(value: object) -> bool:
    """Whether a function or module belongs to a pack, built in or installed."""
    name = getattr(value, "__name__" if isinstance(value, ModuleType) else "__module__", "") or ""
    return ".packs." in name or "_law_pack_" in name


def _strings(value: object, around: Mapping[str, Any], seen: set[int]) -> Iterator[str]:
    """The strings in a value that a function names: text, code, a rule, a function of a pack, or what holds such."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, CodeType):
        yield from _words(value, around, seen)
    elif isinstance(function := getattr(value, "__wrapped__", value), FunctionType):
        if _in_packs(function):
            yield from _words(function.__code__, function.__globals__, seen)
    else:
        for item in _held(value):
            yield from _strings(item, around, seen)


def _held(value: object) -> Iterable[object]:
    if isinstance(value, RuleVersion):
        return (value.function,)
    if isinstance(value, Mapping):
        return (*value.keys(), *value.values())
    if isinstance(value, tuple | list | frozenset | set):
        return value
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        return tuple(getattr(value, name) for name in value.__dataclass_fields__)
    return ()
