"""Reading the sources of wording: German statutes as Markdown, the consolidated AI Act as JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Abbreviation → file, folder at gesetze-im-internet.de, title for excerpts, which carry no head of their own.
ACTS = {
    "AGG": ("agg", "agg", ""),
    "ArbZG": ("arbzg", "arbzg", ""),
    "AÜG": ("aueg", "a_g", ""),
    "AufenthG": ("aufenthg", "aufenthg_2004", ""),
    "AufenthV": ("aufenthv", "aufenthv", ""),
    "BDSG": ("bdsg", "bdsg_2018", ""),
    "BeschV": ("beschv", "beschv_2013", ""),
    "BetrAVG": ("betravg", "betravg", ""),
    "BetrVG": ("betrvg", "betrvg", ""),
    "BGB": ("bgb_selected", "bgb", "Bürgerliches Gesetzbuch"),
    "BMG": ("bmg", "bmg", ""),
    "BQFG": ("bqfg", "bqfg", ""),
    "BUrlG": ("burlg", "burlg", ""),
    "EntgTranspG": ("entgtranspg", "entgtranspg", ""),
    "FreizügG/EU": ("freizuegg_eu", "freiz_gg_eu_2004", ""),
    "HinSchG": ("hinschg", "hinschg", ""),
    "KSVG": ("ksvg", "ksvg", ""),
    "MiLoG": ("milog", "milog", ""),
    "NachwG": ("nachwg", "nachwg", ""),
    "SGB III": ("sgb3_selected", "sgb_3", "Sozialgesetzbuch Drittes Buch – Arbeitsförderung"),
    "SGB IV": ("sgb4", "sgb_4", ""),
    "SGB V": ("sgb5_selected", "sgb_5", "Sozialgesetzbuch Fünftes Buch – Gesetzliche Krankenversicherung"),
    "SGB VI": ("sgb6_selected", "sgb_6", "Sozialgesetzbuch Sechstes Buch – Gesetzliche Rentenversicherung"),
    "TzBfG": ("tzbfg", "tzbfg", ""),
    "UStG": ("ustg_selected", "ustg_1980", "Umsatzsteuergesetz"),
}
_NUMBER = re.compile(r"(\d*)([a-z]*)")
_HEADING = re.compile(r"# (§ \d+[a-z]*)(?: (.*))?")
_PARAGRAPH = re.compile(r"(\(\d+[a-z]*\)) ")
_TITLE = re.compile(r"<!-- (.*?)\. State as printed by the source: (.*?)\. Public")
_COPIED = re.compile(r"copied (\d{4}-\d\d-\d\d)")
_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"


@dataclass(frozen=True)
class Section:
    """A section of an act, its paragraphs by number (``(5)``, or empty where there is none) in their order."""

    number: str
    title: str
    url: str
    place: int
    paragraphs: dict[str, str]

    @property
    def order(self) -> list[str]:
        """Paragraphs by number: ``(1)``, ``(1)(ba)``, ``(2)``, ``(2a)``, ``(10)``."""
        return sorted(self.paragraphs, key=lambda name: [(int(n or 0), a) for n, a in _NUMBER.findall(name)])


@dataclass(frozen=True)
class Statute:
    """A German statute or an excerpt. ``as_amended``: the state printed by the source, empty if it prints none."""

    title: str
    as_amended: str
    retrieved: str
    folder: str
    sections: dict[str, Section]

    def found(self, wanted: str) -> list[Section]:
        """One section, or all from first to last of a span ``§ 3–§ 5``; empty if an end is not there."""
        first, _, last = wanted.partition("–")
        names = list(self.sections)
        if first not in names or (last and last not in names):
            return []
        return [self.sections[name] for name in names[names.index(first) : names.index(last or first) + 1]]

    def facts(self) -> dict[str, str]:
        return {
            "title": self.title,
            "language": "de",
            "as_amended": self.as_amended,
            "retrieved": self.retrieved,
            "source": "gesetze-im-internet.de",
            "url": f"https://www.gesetze-im-internet.de/{self.folder}/",
            "licence": "amtliches Werk, § 5 Abs. 1 UrhG",
        }


def read_statutes(folder: Path, copied: str) -> dict[str, Statute]:
    """All acts of ``ACTS`` that the folder holds. ``copied`` (ISO date): for files that do not say it themselves.

    Raises:
        ValueError: a file does not say when it was copied, and ``copied`` is empty.

    """
    found = {}
    for act, (stem, place, title) in ACTS.items():
        file = folder / f"{stem}.md"
        if file.is_file():
            found[act] = _statute(file.read_text(encoding="utf-8"), place, title, copied)
    return found


def _statute(text: str, folder: str, title: str, copied: str) -> Statute:
    head = _TITLE.search(text)
    day = _COPIED.search(text)
    if not day and not copied:
        raise ValueError(f"{folder}: say with --copied when the text was copied")
    state = " ".join(head[2].replace("|", " ").split()) if head and head[2] != "not given" else ""
    sections: dict[str, Section] = {}
    current = ""
    for line in text.splitlines():
        heading = _HEADING.fullmatch(line.strip())
        if heading:
            current = heading[1]
            url = f"https://www.gesetze-im-internet.de/{folder}/__{current[2:]}.html"
            sections[current] = Section(current, heading[2] or "", url, len(sections), {})
        elif line.startswith("#"):
            current = ""
        elif line.strip() and current and not line.startswith("<!--"):
            _add(sections[current].paragraphs, " ".join(line.split()))
    return Statute(head[1] if head else title, state, day[1] if day else copied, folder, sections)


def _add(paragraphs: dict[str, str], line: str) -> None:
    number = _PARAGRAPH.match(line)
    if number:
        paragraphs[number[1]] = listed(line)
    elif paragraphs:
        last = list(paragraphs)[-1]
        paragraphs[last] += "\n" + listed(line)
    else:
        paragraphs[""] = listed(line)


def listed(text: str) -> str:
    """The same words with a line break before each item of a list ``1. … 2. …``; days such as 1. Januar are none."""
    place = 0
    number = 1
    while found := re.compile(rf"(?<=[:,;.a-zäöüß]) {number}\. (?!(?:{_MONTHS})\b)").search(text, place):
        text = f"{text[: found.start()]}\n{text[found.start() + 1 :]}"
        place = found.end()
        number += 1
    return text


class AiAct:
    """Regulation (EU) 2024/1689 as consolidated, in English."""

    name = "KI-VO"

    def __init__(self, document: dict[str, Any], copied: str) -> None:
        self._copied = copied
        self._meta = document["meta"]
        self._articles = {f"{item['num']}{item['suffix']}": item for item in document["articles"]}
        self._annexes = {item["roman"]: item for item in document["annexes"]}
        self._recitals = {str(item["num"]): item for item in document["recitals"] if item["id"].startswith("rct_")}
        self._made: dict[str, Section] = {}

    def facts(self) -> dict[str, str]:
        changed = self._meta["amendedBy"]
        return {
            "title": self._meta["title"],
            "language": "en",
            "as_amended": f"consolidated, in force {self._meta['inForce']}, amended by {changed['title']}",
            "retrieved": self._copied,
            "source": "EUR-Lex, © European Union",
            "url": self._meta["sourceUrl"],
            "licence": "reuse with acknowledgement of the source, Commission Decision 2011/833/EU",
        }

    def section(self, unit: Any) -> tuple[Section, list[str]]:
        """The article, annex or recital of a citation, and the numbers of the cited parts (empty: all of it)."""
        from lxml import html

        group = {"article": self._articles, "annex": self._annexes, "recital": self._recitals}[unit.kind]
        item = group[unit.number]
        section = self._made.setdefault(item["label"], self._empty(item, len(self._made), unit.kind))
        root = html.fragment_fromstring(item["html"], create_parent="div")
        for gone in root.xpath(".//sup | .//p[contains(@class,'doc-deleted')]"):
            gone.drop_tree()
        _join(root)
        whole = _paragraphs(root)
        if not unit.paragraph and not unit.point:
            section.paragraphs.update(whole)
            return section, list(whole)
        key, text = _part(root, whole, unit)
        section.paragraphs[key] = text
        return section, [key]

    def _empty(self, item: dict[str, Any], place: int, kind: str) -> Section:
        order = {"article": 0, "annex": 1000, "recital": 2000}[kind] + int(item.get("num") or place)
        return Section(item["label"], item.get("title", ""), self._meta["sourceUrl"], order, {})


def _join(root: Any) -> None:
    """Further subparagraphs of a paragraph stand beside it in the source; they belong to it."""
    current = None
    for child in list(root):
        if child.tag == "section":
            current = child
        elif current is not None:
            current.append(child)


def _paragraphs(root: Any) -> dict[str, str]:
    sections = root.xpath("./section")
    if not sections:
        return {"": _said(root)}
    return {f"({section.get('data-para')})": _said(section) for section in sections}


def _part(root: Any, whole: dict[str, str], unit: Any) -> tuple[str, str]:
    """A paragraph, a point of it with the words that lead to it, or an item of an annex."""
    if unit.kind == "annex" and unit.paragraph.isalpha():
        return f"Section {unit.paragraph}", _annex_section(root, unit.paragraph)
    if unit.kind == "article" and not unit.point:
        return f"({unit.paragraph})", whole[f"({unit.paragraph})"]
    place = root
    lead = []
    path = [f"({unit.point})"] if unit.point else []
    if unit.kind == "annex":
        path = [f"{unit.paragraph}.", *path]
    elif unit.paragraph:
        place = root.xpath(f"./section[@data-para='{unit.paragraph}']")[0]
    for marker in path:
        found = next(p for p in place.xpath("./div[@class='point']") if _words(p.xpath("./span")[0]) == marker)
        lead += [_words(words) for words in found.xpath("./preceding-sibling::p")[-1:]]
        place = found.xpath("./div[@class='point-body']")[0]
    last = _said(place)
    shown = [*lead, f"{path[-1]} {last}"]
    key = f"({unit.paragraph})" if unit.kind == "article" and unit.paragraph else unit.paragraph
    return f"{key}({unit.point})" if unit.point else key, "\n".join(shown)


def _annex_section(root: Any, letter: str) -> str:
    lines: list[str] = []
    inside = False
    for child in root:
        words = _words(child)
        if child.tag == "h4":
            inside = words.startswith(f"Section {letter}")
        if inside and words:
            lines.append(words)
    return "\n".join(lines)


def _said(node: Any) -> str:
    """The text of a node: one line per paragraph, its points with their markers."""
    lines: list[str] = []
    for child in node:
        if child.tag == "div" and child.get("class") == "point":
            body = child.xpath("./div[@class='point-body']")[0]
            lines.append(f"{_words(child.xpath('./span')[0])} {_said(body)}")
        elif _words(child):
            lines.append(_words(child))
    return "\n".join(lines)


def _words(node: Any) -> str:
    return " ".join(node.text_content().split())
