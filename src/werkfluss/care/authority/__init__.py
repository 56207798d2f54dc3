"""Papers authorities want, as data: ``papers/<kind>.yaml`` (shape: ``schema.json``) and ``authorities.yaml``.

A paper is a data sheet or draft of this firm, never the official form. A field takes the first value it finds: what was
entered for it (``care.FormEntry``, or the fact of the law it names), then the rows in ``from``. What nobody recorded is
missing and is asked; nothing is guessed. An authority's address is in no statute: the firm enters it once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

MARK = Text(
    "Entwurf/Datenblatt von Werkfluss, kein amtliches Formular; keine Rechtsberatung",
    "Draft/data sheet by Werkfluss, no official form; no legal advice",
)


@dataclass(frozen=True, slots=True)
class Field:
    """One question. ``type`` is text, long, date, number, money (EUR), boolean, choice or country.

    ``sources`` name rows such as ``firm.name`` in the order in which they are tried; ``fact`` is the fact of the law
    under which an answer is recorded; else it is an entry of the person, the firm or what the paper is ``about``
    (``of``).
    """

    key: str
    label: Text
    type: str
    sources: tuple[str, ...]
    fact: str
    of: str
    required: bool
    provision: str


@dataclass(frozen=True, slots=True)
class Section:
    """``only_if``: (field, value) under which the questions are asked at all."""

    title: Text
    fields: tuple[Field, ...]
    only_if: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Todo:
    text: Text
    provision: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """From a rule of the law and its ``facts`` (fact: field), or ``before`` the day in a field, with the lead time that
    ``lead_rule`` names.
    """

    rule: str
    facts: Mapping[str, str]
    before: str
    lead_rule: str
    who: str
    about: Text


@dataclass(frozen=True, slots=True)
class PaperForm:
    """A kind of paper: what it is, when it is needed, what stands on it, for whom it is."""

    id: str
    title: Text
    what: Text
    when: Text
    left_out: Text
    provisions: tuple[str, ...]
    subjects: frozenset[str]
    kinds: frozenset[str]
    third_country: bool
    authority: str
    authority_place: str
    shown_to_person: bool
    attachments: tuple[str, ...]
    sections: tuple[Section, ...]
    statements: tuple[Text, ...]
    todo: tuple[Todo, ...]
    signatures: tuple[Text, ...]
    deadline: Deadline | None

    def fields(self) -> Iterator[Field]:
        for section in self.sections:
            yield from section.fields


@dataclass(frozen=True, slots=True)
class AuthorityKind:
    """What the statutes say of an authority for sure. ``by_place``: another one is competent in another town."""

    id: str
    name: Text
    by_place: bool
    sure: Text
    channel: Text
    provision: str


@cache
def authority_kinds() -> Mapping[str, AuthorityKind]:
    read: dict[str, Any] = yaml.safe_load((files(__name__) / "authorities.yaml").read_text(encoding="utf-8"))
    return {
        key: AuthorityKind(
            key, _text(one["name"]), one["place"], _text(one["sure"]), _text(one["channel"]), one["provision"]
        )
        for key, one in read.items()
    }


@cache
def paper_forms() -> Mapping[str, PaperForm]:
    """Every kind of paper, by its name.

    Raises:
        Broken: a file does not follow the schema.
    """
    folder = files(__name__) / "papers"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return {
        name.removesuffix(".yaml"): read_form(name.removesuffix(".yaml"), (folder / name).read_text(encoding="utf-8"))
        for name in names
    }


def read_form(name: str, text: str) -> PaperForm:
    """A paper from its YAML.

    Raises:
        Broken: it does not follow the schema, names an unknown authority or asks two things by one key.
    """
    import jsonschema

    document: Any = yaml.safe_load(text)
    schema = json.loads((files(__name__) / "schema.json").read_text(encoding="utf-8"))
    error = next(iter(jsonschema.Draft202012Validator(schema).iter_errors(document)), None)
    if error is not None:
        raise _broken(name, "/".join(str(part) for part in error.absolute_path), error.message)
    form = _form(name, document)
    keys = [field.key for field in form.fields()]
    doubled = next((key for key in keys if keys.count(key) > 1), None)
    if doubled or form.authority not in authority_kinds():
        raise _broken(name, doubled or form.authority, "asked twice" if doubled else "unknown authority")
    return form


def _broken(name: str, where: str, what: str) -> Broken:
    return Broken(
        Fault(
            f"{name}: {where}",
            Text(f"Die Papierbeschreibung ist fehlerhaft: {what}.", f"The description of the paper is wrong: {what}."),
            Text("Eine Datei nach schema.json.", "A file that follows schema.json."),
            Text("Bitte die Datei berichtigen.", "Please correct the file."),
        )
    )


def _form(name: str, read: dict[str, Any]) -> PaperForm:
    return PaperForm(
        id=name,
        title=_text(read["title"]),
        what=_text(read["what"]),
        when=_text(read["when"]),
        left_out=_text(read["left_out"]),
        provisions=tuple(read["provisions"]),
        subjects=frozenset(read["subjects"]),
        kinds=frozenset(read["kinds"]),
        third_country=read.get("third_country", False),
        authority=read["authority"],
        authority_place=read.get("authority_place", ""),
        shown_to_person=read.get("shown_to_person", False),
        attachments=tuple(read.get("attachments", ())),
        sections=tuple(_section(one) for one in read["sections"]),
        statements=tuple(_text(one["text"]) for one in read.get("statements", ())),
        todo=tuple(Todo(_text(one["text"]), one["provision"]) for one in read.get("todo", ())),
        signatures=tuple(_text(one) for one in read.get("signatures", ())),
        deadline=_deadline(read["deadline"]) if "deadline" in read else None,
    )


def _deadline(read: dict[str, Any]) -> Deadline:
    return Deadline(
        read.get("rule", ""),
        read.get("facts", {}),
        read.get("before", ""),
        read.get("lead_rule", ""),
        read["who"],
        _text(read["about"]),
    )


def _section(read: dict[str, Any]) -> Section:
    only_if = next(iter(read.get("if", {}).items()), None)
    return Section(_text(read["title"]), tuple(_field(one) for one in read["fields"]), only_if)


def _field(read: dict[str, Any]) -> Field:
    return Field(
        read["key"],
        _text(read["label"]),
        read.get("type", "text"),
        tuple(read.get("from", ())),
        read.get("fact", ""),
        read.get("of", "person"),
        read.get("required", True),
        read.get("provision", ""),
    )


def _text(read: dict[str, str]) -> Text:
    # A comma in a text without quotes would cut it off and make a key of the rest.
    if set(read) != {"de", "en"}:
        raise _broken("authorities.yaml", str(read.get("de", "")), "a text in German and English is needed")
    return Text(read["de"], read["en"])
