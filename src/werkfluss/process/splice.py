"""Change some elements of an XML file in place: every byte that is not concerned stays as it was.

lxml finds the elements and their namespaces, expat the places where they stand in the file.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from werkfluss.kernel.text import Text

from .xml import BPMN_NS, broken, local_name, namespace, parse

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
_ATTRIBUTE = re.compile(rb"""([^\s=/<>"']+)\s*=\s*("[^"]*"|'[^']*')""")
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_QNAME = re.compile(rb"<([^\s/>]+)")
_ENCODING = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One small element to be written; without a prefix, which the place decides."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""

    def written(self, prefix: str) -> bytes:
        pairs = "".join(f" {key}={quoteattr(_legal(value))}" for key, value in self.attributes.items())
        tag = f"{prefix}:{self.name}"
        inner = escape(_legal(self.text))
        return (f"<{tag}{pairs}>{inner}</{tag}>" if inner else f"<{tag}{pairs}/>").encode()


@dataclass(frozen=True, slots=True)
class Child:
    """An element of BPMN (or of ``space``, with the prefix ``wanted``) to be written, with what stands in it.

    ``behind`` are the names of those that the standard puts before it; ``formal`` marks an expression in FEEL.
    """

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    inside: tuple[Child, ...] = ()
    behind: Collection[str] = ()
    formal: bool = False
    space: str = ""
    wanted: str = ""


def _legal(text: str) -> str:
    """Without the control characters that XML cannot hold; they come along when text is pasted."""
    return _ILLEGAL.sub("", text)


def _decoded(data: bytes) -> tuple[bytes, str, bytes]:
    """The file as UTF-8, its encoding, and its byte order mark."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec).encode(), codec, mark
    if data.startswith((b"<\x00", b"\x00<")):
        codec = "utf-16-le" if data.startswith(b"<") else "utf-16-be"
        return data.decode(codec).encode(), codec, b""
    found = _ENCODING.match(data)
    codec = found[1].decode().lower() if found else "utf-8"
    if codec.startswith(("utf-16", "utf-32")):
        codec = "utf-8"  # a file that begins with single bytes cannot be what its declaration says
    return data.decode(codec).encode(), codec, b""


def as_utf8(data: bytes) -> bytes:
    """The file in UTF-8, and so declared; a file that is in UTF-8 already stays byte for byte.

    Raises:
        UnicodeError, LookupError: an encoding that Python does not know.
    """
    text, codec, _ = _decoded(data)
    found = _ENCODING.match(text)
    if codec == "utf-8" and (found is None or found[1].lower() == b"utf-8"):
        return data
    return text if found is None else text[: found.start(1)] + b"UTF-8" + text[found.end(1) :]


@dataclass(slots=True)
class _Span:
    """Offsets in the UTF-8 text: the start tag is ``start:opened``, the end tag ``closed:end``."""

    start: int
    opened: int = 0
    closed: int = 0
    end: int = 0

    @property
    def empty(self) -> bool:
        """Written as ``<x/>``."""
        return self.opened == self.end


def _after_tag(text: bytes, start: int) -> int:
    quote = 0
    for position in range(start, len(text)):
        byte = text[position]
        if quote:
            quote = 0 if byte == quote else quote
        elif byte in b"\"'":
            quote = byte
        elif byte == 0x3E:  # >
            return position + 1
    raise AssertionError("the text was parsed, so the tag ends")


def _spans(text: bytes) -> list[_Span]:
    """One per element, in document order. Raises expat.ExpatError, for instance for XML 1.1."""
    found: list[_Span] = []
    pending: list[_Span] = []
    parser = expat.ParserCreate("UTF-8")

    def begin(_name: str, _attributes: dict[str, str]) -> None:
        found.append(_Span(parser.CurrentByteIndex))
        pending.append(found[-1])

    def finish(_name: str) -> None:
        span = pending.pop()
        span.opened = _after_tag(text, span.start)
        span.closed = span.opened
        span.end = span.opened
        if not text.endswith(b"/>", span.start, span.opened):
            span.closed = parser.CurrentByteIndex
            span.end = _after_tag(text, span.closed)

    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    parser.Parse(text, True)
    return found


class Splicer:
    """Collects changes to one BPMN file; ``result`` writes them. Each element may be changed once.

    Raises:
        Broken: the file is unreadable, or (from the methods) has no element with the id.
    """

    def __init__(self, data: bytes) -> None:
        parse(data, "BPMN")
        try:
            self._text, self._codec, self._mark = _decoded(data)
            spans = _spans(self._text)
        except (UnicodeError, LookupError, expat.ExpatError) as error:
            cause = Text(
                f"Die Datei lässt sich lesen, aber nicht an Ort und Stelle ändern: {error}",
                f"The file can be read, but not changed in place: {error}",
            )
            expected = Text("XML 1.0 in UTF-8.", "XML 1.0 in UTF-8.")
            step = Text("Speichern Sie die Datei als UTF-8.", "Save the file as UTF-8.")
            raise broken("BPMN", cause, expected, step) from None
        self._root = parse(self._text, "BPMN", encoding="utf-8")
        elements = [element for element in self._root.iter() if local_name(element)]
        self._span = dict(zip(elements, spans, strict=True))
        self._by_id = {e.get("id"): e for e in elements if namespace(e) == BPMN_NS}
        self._newline = b"\r\n" if b"\r\n" in self._text else b"\n"
        self._edits: list[tuple[int, int, bytes]] = []
        self._declared: dict[str, str] = {}

    def result(self) -> bytes:
        root = self._span[self._root]
        if self._declared:
            pairs = "".join(f" xmlns:{prefix}={quoteattr(space)}" for prefix, space in self._declared.items())
            place = self._last_attribute(root)
            self._edits.append((place, place, pairs.encode()))
        text = self._text
        for start, end, new in sorted(self._edits, reverse=True):
            text = text[:start] + new + text[end:]
        return self._mark + text.decode().encode(self._codec, "xmlcharrefreplace")

    @property
    def root(self) -> etree._Element:
        return self._root

    def element(self, element_id: str) -> etree._Element:
        if element_id not in self._by_id:
            cause = Text("Dieses Element gibt es in der Datei nicht.", "The file has no such element.")
            expected = Text("Die Kennung eines Elements der Datei.", "The id of an element in the file.")
            raise broken(element_id, cause, expected, Text("Bitte neu laden.", "Please reload."))
        return self._by_id[element_id]

    def rename(self, element_id: str, name: str) -> None:
        """Set the attribute ``name``."""
        self._set(self._span[self.element(element_id)], "name", name)

    def attribute(self, place: str | etree._Element, name: str, value: str) -> None:
        """Set an attribute of an element, by its id or itself; empty removes it."""
        span = self._span[self._at(place)]
        if value:
            self._set(span, name, value)
            return
        for found in _ATTRIBUTE.finditer(self._text, span.start, span.opened):
            if found[1] == name.encode():
                self._edits.append((self._before(found.start()), found.end(), b""))

    def _set(self, span: _Span, name: str, value: str) -> None:
        new = quoteattr(_legal(value)).encode()
        for found in _ATTRIBUTE.finditer(self._text, span.start, span.opened):
            if found[1] == name.encode():
                self._edits.append((found.start(2), found.end(2), new))
                return
        end = self._last_attribute(span)
        self._edits.append((end, end, f" {name}=".encode() + new))

    def _at(self, place: str | etree._Element) -> etree._Element:
        return self.element(place) if isinstance(place, str) else place

    def put(self, place: str | etree._Element, child: Child | None, *, old: etree._Element | None = None) -> None:
        """A child of an element in place of ``old``, which is removed where there is no new one.

        Without ``old`` it comes behind the last child that may stand before it, else in front of all.
        """
        element = self._at(place)
        new = b"" if child is None else self._built(element, child).encode()
        if old is not None:
            span = self._span[old]
            self._edits.append((span.start if new else self._before(span.start), span.end, new))
            return
        if child is None:
            return
        inner = (self._deeper(element) or b"") + new
        span = self._span[element]
        if span.empty:
            self._fill(element, inner)
            return
        before = [one for one in element if namespace(one) == BPMN_NS and local_name(one) in child.behind]
        place_at = self._span[before[-1]].end if before else span.opened
        ending = b"" if any(local_name(one) for one in element) else self._indent(element) or b""
        self._edits.append((place_at, place_at, inner + ending))

    def _built(self, element: etree._Element, child: Child) -> str:
        own = self._tag(element).rpartition(b":")[0].decode()
        tag = f"{own}:{child.name}" if own else child.name
        if child.space:
            prefix = self._prefix(element, child.space, child.wanted)
            self._declare(element, prefix, child.space)
            tag = f"{prefix}:{child.name}"
        pairs = "".join(f" {key}={quoteattr(_legal(value))}" for key, value in child.attributes.items() if value)
        if child.formal:
            xsi = self._prefix(element, _XSI, "xsi")
            self._declare(element, xsi, _XSI)
            pairs += f' {xsi}:type="{own}:tFormalExpression"' if own else f' {xsi}:type="tFormalExpression"'
        inner = "".join(self._built(element, one) for one in child.inside) + escape(_legal(child.text))
        return f"<{tag}{pairs}>{inner}</{tag}>" if inner else f"<{tag}{pairs}/>"

    def has(self, element_id: str) -> bool:
        return element_id in self._by_id

    def extend(
        self, element_id: str, space: str, replaced: Collection[str], parts: Iterable[Part], *, prefix: str = "wf"
    ) -> None:
        """Put ``parts`` into the extension elements, in place of those of the namespace ``space`` with the names
        ``replaced``; an extension box that is left without content goes too. Some tools write several boxes.
        """
        element = self.element(element_id)
        prefix = self._prefix(element, space, prefix)
        written = [part.written(prefix) for part in parts]
        if written:
            self._declare(element, prefix, space)
        boxes = [c for c in element if local_name(c) == "extensionElements"]
        if written and not boxes:
            self._insert_box(element, written)
        for box in boxes:
            old = [c for c in box if namespace(c) == space and local_name(c) in replaced]
            filled = written if box is boxes[0] else []
            for part in [box] if old and len(old) == len(box) and not filled else old:
                span = self._span[part]
                self._edits.append((self._before(span.start), span.end, b""))
            if filled:
                self._append(box, filled, old)

    def express(self, place: str | etree._Element, name: str, text: str) -> None:
        """Put the formal expression ``text`` into the last child, called ``name``; empty removes it."""
        element = self._at(place)
        old = next((c for c in element if local_name(c) == name and namespace(c) == BPMN_NS), None)
        own = self._tag(element).rpartition(b":")[0].decode()
        tag = f"{own}:{name}" if own else name
        xsi = self._prefix(element, _XSI, "xsi")
        kind = f"{own}:tFormalExpression" if own else "tFormalExpression"
        new = f'<{tag} {xsi}:type="{kind}">{escape(_legal(text))}</{tag}>'.encode() if text else b""
        if text:
            self._declare(element, xsi, _XSI)
        if old is not None:
            span = self._span[old]
            self._edits.append((span.start if text else self._before(span.start), span.end, new))
        elif text:
            inner = (self._deeper(element) or b"") + new
            span = self._span[element]
            if span.empty:
                self._fill(element, inner)
                return
            inside = [child for child in element if local_name(child)]
            end = self._span[inside[-1]].end if inside else span.opened
            self._edits.append((end, end, inner + (b"" if inside else self._indent(element) or b"")))

    def _last_attribute(self, span: _Span) -> int:
        """Where the attributes of a start tag end."""
        return span.start + len(self._text[span.start : span.opened].rstrip(b"/>").rstrip())

    def _prefix(self, element: etree._Element, space: str, wanted: str) -> str:
        """The prefix that stands for ``space`` at an element, else a free one that resembles ``wanted``."""
        taken = element.nsmap
        known = next((prefix for prefix, uri in taken.items() if uri == space and prefix), None)
        if known:
            return known
        return next(p for p in (wanted, *(f"{wanted}{n}" for n in range(1, 1000))) if taken.get(p, space) == space)

    def _declare(self, element: etree._Element, prefix: str, space: str) -> None:
        if prefix not in element.nsmap:
            self._declared[prefix] = space

    def _before(self, position: int) -> int:
        """Where the white space before ``position`` begins."""
        return len(self._text[:position].rstrip()) if self._text[position - 1 : position].isspace() else position

    def _indent(self, element: etree._Element) -> bytes | None:
        """The line break and white space before an element; None if it does not stand on a line of its own."""
        start = self._span[element].start
        space = self._text[self._before(start) : start]
        return self._newline + space.rpartition(b"\n")[2] if b"\n" in space else None

    def _deeper(self, element: etree._Element) -> bytes | None:
        first = next(iter(element), None)
        own = self._indent(element)
        if first is not None and local_name(first) and (indent := self._indent(first)) is not None:
            return indent
        return None if own is None else own + (b"\t" if own.endswith(b"\t") else b"  ")

    def _tag(self, element: etree._Element) -> bytes:
        found = _QNAME.match(self._text, self._span[element].start)
        assert found is not None  # expat found a tag here
        return found[1]

    def _fill(self, element: etree._Element, content: bytes) -> None:
        """Content for an element that is written as ``<x/>``."""
        span = self._span[element]
        slash = self._text.rindex(b"/", span.start, span.opened)
        closing = b">" + content + (self._indent(element) or b"") + b"</" + self._tag(element) + b">"
        self._edits.append((slash, span.end, closing))

    def _insert_box(self, element: etree._Element, written: list[bytes]) -> None:
        outer = self._deeper(element)
        step = b"\t" if outer and outer.endswith(b"\t") else b"  "
        inner = None if outer is None else outer + step
        own = self._tag(element)
        name = own.rpartition(b":")[0] + b":extensionElements" if b":" in own else b"extensionElements"
        content = b"".join((inner or b"") + part for part in written)
        box = (outer or b"") + b"<" + name + b">" + content + (outer or b"") + b"</" + name + b">"
        if self._span[element].empty:
            self._fill(element, box)
            return
        notes = [child for child in element if local_name(child) == "documentation"]
        place = self._span[notes[-1]].end if notes else self._span[element].opened
        # An element without any content so far gets its end tag on a line of its own.
        bare = self._span[element].opened == self._span[element].closed
        ending = (self._indent(element) or b"") if bare else b""
        self._edits.append((place, place, box + ending))

    def _append(self, box: etree._Element, written: list[bytes], old: list[etree._Element]) -> None:
        indent = self._deeper(box)
        content = b"".join((indent or b"") + part for part in written)
        span = self._span[box]
        if span.empty:
            self._fill(box, content)
            return
        kept = [child for child in box if child not in old and local_name(child)]
        last = self._span[kept[-1]].end if kept else span.opened
        # After every removed part, so that the changes do not overlap.
        place = max([last, *(self._span[part].end for part in old)])
        self._edits.append((place, place, content))
