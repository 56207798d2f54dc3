"""BPMN 2.0 XML as the drawing tools write it: into the model, and back without loss.

Files that are documentation only (``isExecutable=false``, no conditions, data stores, black-box pools) are read as
what they are. Namespaces, not prefixes, decide; what is not BPMN is left in place.
"""

from __future__ import annotations

from lxml import etree

from werkfluss.kernel.text import Text

from .extension import read_label, read_performer
from .model import Definitions, MessageFlow, Participant
from .reading.diagram import read_diagram
from .reading.elements import Index, child, children, index, reference
from .reading.scopes import ARTIFACTS, ScopeReader, required_id
from .splice import as_utf8
from .xml import BPMN_NS, broken, local_name, namespace, parse, squeezed


def read(data: bytes, where: str = "BPMN") -> Definitions:
    """The model of a BPMN 2.0 file. ``where`` names the file in error messages.

    Raises:
        Broken: not XML, not BPMN 2.0, an id twice or missing, or a Werkfluss fact that cannot be read.
    """
    root = parse(data, where)
    if local_name(root) != "definitions" or namespace(root) != BPMN_NS:
        cause = Text(
            f"Das oberste Element heißt „{local_name(root)}“ ({namespace(root) or 'ohne Namensraum'}).",
            f"The top element is “{local_name(root)}” ({namespace(root) or 'no namespace'}).",
        )
        expected = Text("BPMN 2.0: definitions.", "BPMN 2.0: definitions.")
        step = Text("Wählen Sie beim Export „BPMN 2.0 XML“.", "Choose “BPMN 2.0 XML” when exporting.")
        raise broken(where, cause, expected, step)
    _check_ids(root, where)
    names = index(root, where)
    reader = ScopeReader(names)
    processes = tuple(reader.read_process(element) for element in children(root, "process"))
    collaborations = list(children(root, "collaboration"))
    participants = tuple(_participant(one, where) for c in collaborations for one in children(c, "participant"))
    message_flows = tuple(_message_flow(one, names) for c in collaborations for one in children(c, "messageFlow"))
    drawn = [reader.artifact(one) for c in collaborations for one in children(c, *ARTIFACTS)]
    return Definitions(
        id=root.get("id") or "",
        name=squeezed(root.get("name")),
        exporter=squeezed(root.get("exporter")),
        processes=processes,
        participants=participants,
        message_flows=message_flows,
        artifacts=tuple(reader.artifacts + drawn),
        diagrams=tuple(read_diagram(element) for element in root if local_name(element) == "BPMNDiagram"),
        source=data,
    )


def _participant(element: etree._Element, where: str) -> Participant:
    return Participant(
        required_id(element, where),
        squeezed(element.get("name")),
        reference(element.get("processRef")),
        read_performer(element),
        multiple=child(element, "participantMultiplicity") is not None,
        label=read_label(element),
    )


def _message_flow(element: etree._Element, names: Index) -> MessageFlow:
    return MessageFlow(
        element.get("id") or "",
        squeezed(element.get("name")),
        reference(element.get("sourceRef")),
        reference(element.get("targetRef")),
        names.name(reference(element.get("messageRef"))),
    )


def _check_ids(root: etree._Element, where: str) -> None:
    seen: set[str] = set()
    for element in root.iter():
        own = element.get("id") if namespace(element) == BPMN_NS else None
        if own is None:
            continue
        if own in seen:
            cause = Text(f"Die Kennung „{own}“ kommt zweimal vor.", f"The id “{own}” occurs twice.")
            expected = Text("Jede Kennung genau einmal.", "Every id exactly once.")
            step = Text("Exportieren Sie den Prozess noch einmal.", "Export the process once more.")
            raise broken(f"{where}: {own}", cause, expected, step)
        seen.add(own)


def write(definitions: Definitions) -> bytes:
    """The file again, as UTF-8: every element, attribute, comment, foreign extension and diagram part as it was.

    A file in UTF-8 comes back byte for byte.

    Raises:
        Broken: the source was changed since it was read, and is no file any more.
    """
    root = parse(definitions.source, definitions.id or "BPMN")
    try:
        return as_utf8(definitions.source)
    except (UnicodeError, LookupError):  # one of the rare encodings that libxml2 alone knows
        return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")
