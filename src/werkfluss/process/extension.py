"""The Werkfluss extension inside a BPMN file: read it, and store answers in it so that the file stays the source.

::

    <bpmn:extensionElements>
      <wf:label en="Send the offer"/>
      <wf:outcome de="Angebot liegt vor" en="The offer is there"/>
      <wf:criterion>Preis und Frist stehen im Angebot</wf:criterion>
      <wf:skill>einkauf</wf:skill>
      <wf:aiPurpose de="…" en="…"/>
      <wf:work effort="PT1H/PT3H" dataClass="personal" due="P5D" ai="allowed" acceptance="requester"
               operation="" tool=""/>
    </bpmn:extensionElements>

A text is either the content of the element (language of the file) or one attribute per language tag.
"""

from __future__ import annotations

from lxml import etree

from werkfluss.kernel.text import Text

from .model import WERKFLUSS_NS, AiUse, Words, WorkFacts
from .timers import duration_hours, hours_as_duration
from .xml import BPMN_NS, broken, local_name, namespace, parse, squeezed


def _words(element: etree._Element) -> Words:
    tagged = [(str(key).lower(), squeezed(str(value))) for key, value in element.attrib.items() if "}" not in str(key)]
    own = squeezed(element.text)
    return Words(tuple(([("", own)] if own else []) + [(key, value) for key, value in tagged if value]))


def own_elements(element: etree._Element) -> list[etree._Element]:
    """The ``wf:`` elements of one BPMN element."""
    boxes = [child for child in element if local_name(child) == "extensionElements"]
    return [part for box in boxes for part in box if namespace(part) == WERKFLUSS_NS]


def read_label(element: etree._Element) -> Words | None:
    found = [_words(part) for part in own_elements(element) if local_name(part) == "label"]
    return found[0] if found and found[0].texts else None


def read_performer(element: etree._Element) -> str:
    """The role or unit that does it, as stored on a lane, a pool or an activity; empty if none is."""
    found = (str(_words(part)) for part in own_elements(element) if local_name(part) == "performer")
    return next(found, "")


def _effort(value: str, where: str) -> tuple[float, float] | None:
    if not value:
        return None
    low, _, high = value.partition("/")
    try:
        hours = duration_hours(low), duration_hours(high or low)
    except ValueError:
        cause = Text(f"Der Aufwand „{value}“ ist keine Dauer.", f"The effort “{value}” is not a duration.")
        expected = Text("Zum Beispiel PT2H oder PT2H/PT4H.", "For example PT2H or PT2H/PT4H.")
        raise broken(where, cause, expected, Text("Aufwand berichtigen.", "Correct the effort.")) from None
    return min(hours), max(hours)


def read_facts(element: etree._Element, where: str) -> WorkFacts:
    """The facts stored in one activity.

    Raises:
        Broken: effort or AI use is not one of the documented forms.
    """
    parts = own_elements(element)
    named: dict[str, list[Words]] = {}
    for part in parts:
        named.setdefault(local_name(part), []).append(_words(part))
    work = next((part for part in parts if local_name(part) == "work"), None)

    def attribute(name: str) -> str:
        return squeezed(work.get(name)) if work is not None else ""

    ai = attribute("ai")
    if ai not in set(AiUse):
        cause = Text(f"KI-Einsatz „{ai}“ ist unbekannt.", f"AI use “{ai}” is unknown.")
        expected = Text("forbidden, allowed oder required.", "forbidden, allowed or required.")
        raise broken(where, cause, expected, Text("Angabe berichtigen.", "Correct the value."))
    outcome = named.get("outcome", [])
    purpose = named.get("aiPurpose", [])
    return WorkFacts(
        skills=tuple(str(words) for words in named.get("skill", []) if words.texts),
        outcome=outcome[0] if outcome and outcome[0].texts else None,
        criteria=tuple(words for words in named.get("criterion", []) if words.texts),
        effort=_effort(attribute("effort"), where),
        data_class=attribute("dataClass"),
        due=attribute("due"),
        ai=AiUse(ai),
        ai_purpose=purpose[0] if purpose and purpose[0].texts else None,
        acceptance=attribute("acceptance"),
        acceptance_reason=attribute("acceptanceReason"),
        operation=attribute("operation"),
        tool=attribute("tool"),
        decision=attribute("decision"),
        result=attribute("result"),
        performer=read_performer(element),
    )


def _append(box: etree._Element, name: str, words: Words) -> None:
    element = etree.SubElement(box, f"{{{WERKFLUSS_NS}}}{name}")
    for tag, text in words.texts:
        if tag:
            element.set(tag, text)
        else:
            element.text = text


def _work_attributes(facts: WorkFacts) -> dict[str, str]:
    effort = "/".join(hours_as_duration(hours) for hours in facts.effort) if facts.effort else ""
    return {
        "effort": effort,
        "dataClass": facts.data_class,
        "due": facts.due,
        "ai": facts.ai.value,
        "acceptance": facts.acceptance,
        "acceptanceReason": facts.acceptance_reason,
        "operation": facts.operation,
        "tool": facts.tool,
        "decision": facts.decision,
        "result": facts.result,
    }


def _box(element: etree._Element) -> etree._Element:
    """The element's extensionElements, made in the place the schema wants: after documentation, before the rest."""
    for child in element:
        if local_name(child) == "extensionElements":
            return child
    box = etree.Element(f"{{{namespace(element) or BPMN_NS}}}extensionElements", nsmap={"wf": WERKFLUSS_NS})
    position = sum(1 for child in element if local_name(child) == "documentation")
    element.insert(position, box)
    return box


def with_facts(source: bytes, facts: dict[str, WorkFacts]) -> bytes:
    """The BPMN file ``source`` with the facts of some activities (by element id) replaced; all else untouched.

    Raises:
        Broken: the file is unreadable, or an id is not in it.
    """
    root = parse(source, "BPMN")
    by_id = {element.get("id"): element for element in root.iter() if local_name(element)}
    for element_id, new in facts.items():
        if element_id not in by_id:
            cause = Text("Dieses Element gibt es in der Datei nicht.", "The file has no such element.")
            expected = Text("Die Kennung einer Aktivität der Datei.", "The id of an activity in the file.")
            raise broken(element_id, cause, expected, Text("Bitte neu laden.", "Please reload."))
        box = _box(by_id[element_id])
        for part in [p for p in box if namespace(p) == WERKFLUSS_NS and local_name(p) != "label"]:
            box.remove(part)
        if new.outcome:
            _append(box, "outcome", new.outcome)
        for criterion in new.criteria:
            _append(box, "criterion", criterion)
        for skill in new.skills:
            _append(box, "skill", Words((("", skill),)))
        if new.performer:
            _append(box, "performer", Words((("", new.performer),)))
        if new.ai_purpose:
            _append(box, "aiPurpose", new.ai_purpose)
        work = {key: value for key, value in _work_attributes(new).items() if value}
        if work:
            etree.SubElement(box, f"{{{WERKFLUSS_NS}}}work", work)
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")
