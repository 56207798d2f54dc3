"""Write the wording of the provisions that the law packs cite: ``texts.yaml`` beside each pack.

    python tools/write_law_texts.py STATUTES [--copied 2026-04-29]
        [--ai-act TEXT.json --ai-act-copied 2026-11-22] [--check]

STATUTES is a folder of German statutes as Markdown, one file per act (``aufenthg.md``; excerpts ``bgb_selected.md``),
sections as headings (``# § 4a Zugang zur Erwerbstätigkeit``), one paragraph (Absatz) per line, and on top a comment
with title, state and day of the copy. TEXT.json is the AI Act as consolidated (``meta``, ``articles``, ``annexes``,
``recitals``). Only what the packs cite is written: the cited paragraphs, or the section where it is cited as a whole.
Line breaks before the items of a list are ours; the words are those of the source. The same input gives the same
files; ``--check`` writes nothing and fails if a file would change.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tools.law_citations import Cited, acts_cited, ai_act_cited  # noqa: E402 - after the path is set
from tools.law_sources import AiAct, Section, Statute, read_statutes  # noqa: E402
from werkfluss.law.api import Library  # noqa: E402
from werkfluss.law.pack import BUILT_IN, Pack  # noqa: E402

FILE = "texts.yaml"
HEAD = """\
# Wording of the provisions this pack cites, written by tools/write_law_texts.py; do not edit by hand.
# Not an official publication. Only the text published by the source is authentic; line breaks in lists are ours.
"""


@dataclass
class Texts:
    """What one pack cites: sections with the cited paragraphs by act, where each provision finds its text."""

    acts: dict[str, dict[str, tuple[Section, dict[str, str]]]] = field(default_factory=dict)
    provisions: dict[str, list[Cited]] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)

    def add(self, provision: str, act: str, section: Section, wanted: list[str]) -> None:
        chosen = wanted or list(section.paragraphs)
        kept = self.acts.setdefault(act, {}).setdefault(section.number, (section, {}))[1]
        kept.update({number: section.paragraphs[number] for number in chosen})
        self.provisions.setdefault(provision, []).append(Cited(act, section.number, tuple(chosen)))


def read_ai_act(file: Path, copied: str) -> AiAct:
    return AiAct(json.loads(file.read_text(encoding="utf-8")), copied)


def collect(pack: Pack, statutes: dict[str, Statute], ai_act: AiAct | None) -> Texts:
    """The wording of everything a pack cites; what is cited and not at hand stands in ``missing``."""
    texts = Texts()
    for provision, citation in pack.provisions.items():
        lacking: list[str] = []
        for cited in acts_cited(citation.label):
            statute = statutes.get(cited.act)
            sections = statute.found(cited.section) if statute else []
            held = [section for section in sections if set(cited.paragraphs) <= set(section.paragraphs)]
            if not held:
                lacking.append(f"{cited.section} {cited.act}")
            for section in held:
                texts.add(provision, cited.act, section, list(cited.paragraphs))
        for unit in ai_act_cited(citation.label) if ai_act else ():
            section, chosen = ai_act.section(unit)
            texts.add(provision, AiAct.name, section, chosen)
        if "Anlage" in citation.label:
            lacking.append("Anlage")
        if lacking and provision in texts.provisions:
            texts.missing[provision] = lacking
    return texts


def written(texts: Texts, sources: dict[str, Statute | AiAct]) -> str:
    """The file of a pack: acts with their state and source, sections, paragraphs; then which provision cites what."""
    return HEAD + "\n".join(_lines(texts, sources)) + "\n"


def _lines(texts: Texts, sources: dict[str, Statute | AiAct]) -> Iterator[str]:
    yield "acts:"
    for act in sorted(texts.acts):
        source = sources[act]
        yield f"  {act}:"
        for name, value in source.facts().items():
            yield f"    {name}: {json.dumps(value, ensure_ascii=False)}"
        yield "    sections:"
        for section, kept in sorted(texts.acts[act].values(), key=lambda item: item[0].place):
            yield f"      {json.dumps(section.number, ensure_ascii=False)}:"
            yield f"        title: {json.dumps(section.title, ensure_ascii=False)}"
            yield f"        url: {section.url}"
            yield "        paragraphs:"
            for number in (number for number in section.order if number in kept):
                yield f"          {json.dumps(number, ensure_ascii=False)}: >-"
                yield from _folded(kept[number])
    yield "provisions:"
    for provision in texts.provisions:
        yield f"  {provision}:"
        for cited in texts.provisions[provision]:
            numbers = json.dumps(list(cited.paragraphs), ensure_ascii=False)
            section = json.dumps(cited.section, ensure_ascii=False)
            yield f"    - {{act: {cited.act}, section: {section}, paragraphs: {numbers}}}"
    if texts.missing:
        yield "missing:"
        for provision, names in texts.missing.items():
            yield f"  {provision}: {json.dumps(names, ensure_ascii=False)}"


def _folded(text: str) -> Iterator[str]:
    """A folded YAML scalar: a blank line is a line break, lines stay short enough to be compared."""
    for index, line in enumerate(text.split("\n")):
        if index:
            yield ""
        wrapped = textwrap.wrap(line, 104, break_long_words=False, break_on_hyphens=False)
        yield from (f"            {part}" for part in wrapped)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("statutes", type=Path)
    parser.add_argument("--ai-act", type=Path)
    parser.add_argument("--ai-act-copied", default="", help="day of the copy of the AI Act")
    parser.add_argument("--copied", default="", help="day of the copy for files that do not say it themselves")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file would change")
    options = parser.parse_args(arguments)
    statutes = read_statutes(options.statutes, options.copied)
    if options.ai_act and not options.ai_act_copied:
        parser.error("--ai-act needs --ai-act-copied")
    ai_act = read_ai_act(options.ai_act, options.ai_act_copied) if options.ai_act else None
    sources: dict[str, Statute | AiAct] = {**statutes, **({AiAct.name: ai_act} if ai_act else {})}
    changed = 0
    for pack in Library(BUILT_IN).packs.values():
        texts = collect(pack, statutes, ai_act)
        file = pack.folder / FILE
        if not texts.provisions:
            continue
        content = written(texts, sources)
        if not file.is_file() or file.read_text(encoding="utf-8") != content:
            changed += 1
            print(f"{pack.id}: {len(texts.provisions)} of {len(pack.provisions)} provisions with their wording")
            if not options.check:
                file.write_text(content, encoding="utf-8")
    return 1 if options.check and changed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
