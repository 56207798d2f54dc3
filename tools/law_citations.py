"""What a citation as lawyers write it points to: act, sections, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# An abbreviation of an act has a capital inside or at its end (AufenthG, SGB IV, FreizügG/EU); words do not.
_ACT = re.compile(r"(?:SGB [IVX]+|AO\b|[A-ZÄÖÜ][\w-]*[A-ZÄÖÜ][\w]*(?:/EU)?)")
_SECTION = re.compile(r"\d+[a-z]*")
_SPAN = re.compile(r"(\d+[a-z]*)\s*(?:–|bis)\s*(\d+[a-z]*)")
_FINER = re.compile(r"(?:Nr\.|Satz|Buchst\.)\s*[\da-z]+(?:(?:,| und| bis)\s+\d*[a-z]*(?=[\s,]|$))*")


@dataclass(frozen=True)
class Cited:
    """One section; ``paragraphs`` is empty where the whole section is meant. A span of sections: ``§ 3–§ 5``."""

    act: str
    section: str
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True)
class AiActUnit:
    """A part of the AI Act: ``kind`` article, annex or recital; ``point`` is a letter, a number or a section."""

    kind: str
    number: str
    paragraph: str = ""
    point: str = ""


def acts_cited(label: str) -> Iterator[Cited]:
    """The German sections in a label such as ``§ 4 Abs. 3, § 30b BetrAVG`` or ``§§ 24 bis 27 KSVG``."""
    before = ""
    position = 0
    for act in _ACT.finditer(label):
        before = label[position : act.start()]
        position = act.end()
        if "§" in before:
            for part in re.split(r"§+", before)[1:]:
                yield from _sections(part, act.group())


def _sections(part: str, act: str) -> Iterator[Cited]:
    head, _, tail = part.partition("Abs.")
    head = _FINER.sub("", head)
    span = _SPAN.search(head)
    if span:
        yield Cited(act, f"§ {span[1]}–§ {span[2]}")
        return
    numbers = _SECTION.findall(head)
    for number in numbers[:-1]:
        yield Cited(act, f"§ {number}")
    if numbers:
        yield Cited(act, f"§ {numbers[-1]}", tuple(f"({each})" for each in _numbers(tail)))


def _numbers(text: str) -> list[str]:
    """``1 Nr. 3, Abs. 2`` → 1, 2; ``3–5`` → 3, 4, 5; ``4b, 4c`` → 4b, 4c."""
    text = _FINER.sub("", text)
    found: list[str] = []
    span = re.search(r"(\d+)\s*(?:–|bis)\s*(\d+)", text)
    if span:
        return [str(number) for number in range(int(span[1]), int(span[2]) + 1)]
    for number in _SECTION.findall(text):
        if number not in found:
            found.append(number)
    return found


def ai_act_cited(label: str) -> Iterator[AiActUnit]:
    """The parts of the AI Act in a label such as ``Art. 5 Abs. 1 Buchst. ba KI-VO`` or ``Anhang III Nr. 2 KI-VO``."""
    if "KI-VO" not in label and "2024/1689" not in label:
        return
    label = label.replace("VO (EU) 2024/1689", "")
    for annex in re.finditer(r"Anhang ([IVX]+)(?: Abschnitt ([A-Z]))?(?: Nr\. (\d+))?(?: Buchst\. ([a-z]+))?", label):
        yield AiActUnit("annex", annex[1], annex[2] or annex[3] or "", annex[4] or "")
    for recital in re.finditer(r"Erwägungsgrund (\d+)", label):
        yield AiActUnit("recital", recital[1])
    for part in re.findall(r"Art\. (.*?)(?=Art\.|KI-VO|Anhang|Erwägung|$)", label):
        number, _, rest = part.strip(" ,").partition(" Abs. ")
        if rest:
            letter = re.search(r"Buchst\. ([a-z]+)", rest)
            for paragraph in re.findall(r"\d+[a-z]*", re.sub(r"Buchst\. [a-z]+", "", rest)):
                yield AiActUnit("article", number, paragraph, letter[1] if letter else "")
        elif " Nr. " in number:
            number, _, items = number.partition(" Nr. ")
            span = re.fullmatch(r"(\d+) bis (\d+)", items)
            listed = (
                [str(n) for n in range(int(span[1]), int(span[2]) + 1)] if span else re.findall(r"\d+[a-z]*", items)
            )
            yield from (AiActUnit("article", number, "", item) for item in listed)
        else:
            yield from (AiActUnit("article", each) for each in re.findall(r"\d+[a-z]*", number))
