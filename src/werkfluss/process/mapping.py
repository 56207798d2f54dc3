"""Which data goes into a step and comes out of it, as Werkfluss keeps it in a BPMN file beside what other tools wrote.

::

    <bpmn:extensionElements>
      <wf:input source="= antrag.summe * 2" target="betrag"/>
      <wf:output source="= ergebnis" target="zusage"/>
      <wf:call passAll="false" returnAll="false"/>
    </bpmn:extensionElements>

``source`` is FEEL. ``wf:call`` says for a call activity whether all data goes along besides the mappings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree

from werkfluss.kernel.text import Text

from .extension import own_elements
from .feel import FeelError, parse_expression
from .model import WERKFLUSS_NS, VariableMapping
from .splice import Part, Splicer
from .xml import local_name, squeezed

MAX_MAPPINGS = 50
_LINE = re.compile(r"([^\W\d]\w*(?: +\w+)*) *=(?!=)(.*)")
_WAYS = ("input", "output")


def read_mappings(element: etree._Element, way: str) -> tuple[VariableMapping, ...]:
    """Those of ours; ``way`` is ``input`` or ``output``."""
    pairs = [
        (squeezed(part.get("source")), squeezed(part.get("target")))
        for part in own_elements(element)
        if local_name(part) == way
    ]
    return tuple(VariableMapping(source, target, own=True) for source, target in pairs if source and target)


def read_all(element: etree._Element, way: str, *, otherwise: bool) -> bool:
    """Whether a call hands over (``input``) or takes back (``output``) all data."""
    part = next((one for one in own_elements(element) if local_name(one) == "call"), None)
    said = squeezed(part.get("passAll" if way == "input" else "returnAll")) if part is not None else ""
    return said != "false" if said else otherwise


def with_mappings(
    source: bytes, element: str, *, inputs: Sequence[VariableMapping], outputs: Sequence[VariableMapping]
) -> bytes:
    """The file with the mappings of ours at an activity replaced; those of other tools stay as they are.

    Raises:
        Broken: the file is unreadable, or has no such activity.
    """
    splicer = Splicer(source)
    parts = [
        Part(way, {"source": f"= {one.source.removeprefix('=').strip()}", "target": one.target})
        for way, found in zip(_WAYS, (inputs, outputs), strict=True)
        for one in found
        if one.own
    ]
    splicer.extend(element, WERKFLUSS_NS, set(_WAYS), parts)
    return splicer.result()


def with_all(source: bytes, element: str, *, passes: bool, returns: bool) -> bytes:
    """The file with a call activity that hands over and takes back all data, or only what the mappings say.

    Raises:
        Broken: the file is unreadable, or has no such activity.
    """
    splicer = Splicer(source)
    said = {"passAll": "true" if passes else "false", "returnAll": "true" if returns else "false"}
    splicer.extend(element, WERKFLUSS_NS, {"call"}, [Part("call", said)])
    return splicer.result()


def as_lines(mappings: Sequence[VariableMapping]) -> str:
    """Mappings as people write them: ``betrag = antrag.summe``, one to a line."""
    return "\n".join(f"{one.target} = {one.source.removeprefix('=').strip()}" for one in mappings)


def from_lines(text: str) -> tuple[VariableMapping, ...]:
    """The mappings that ``line_faults`` has nothing against."""
    pairs = [found for line in text.splitlines() if (found := _LINE.fullmatch(line.strip()))]
    return tuple(VariableMapping(f"= {found[2].strip()}", " ".join(found[1].split()), own=True) for found in pairs)


def line_faults(text: str) -> Iterator[tuple[int, Text]]:
    """What cannot be read, with the number of its line (from 1)."""
    seen: set[str] = set()
    number = 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None or not found[2].strip():
            yield number, Text("Erwartet: Name = Ausdruck.", "Expected: name = expression.")
            continue
        target = " ".join(found[1].split())
        if target in seen:
            yield number, Text(f"„{target}“ steht schon in einer Zeile.", f"“{target}” is in another line already.")
        seen.add(target)
        try:
            parse_expression(found[2].strip())
        except FeelError as error:
            fault = error.fault
            yield (
                number,
                Text(f"{target}: {fault.where}: {fault.cause.de}", f"{target}: {fault.where}: {fault.cause.en}"),
            )
    if len(seen) > MAX_MAPPINGS:
        yield number, Text(f"Höchstens {MAX_MAPPINGS} Zeilen.", f"At most {MAX_MAPPINGS} lines.")
