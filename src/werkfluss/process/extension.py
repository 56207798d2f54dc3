"""The Werkfluss extension inside a BPMN file: read it, and store answers in it so that the file stays the source.

::

    <bpmn:extensionElements>
      <wf:label en="Send the offer"/>
      <wf:outcome de="Angebot liegt vor" en="The offer is there"/>
      <wf:criterion>Preis und Frist stehen im Angebot</wf:criterion>
      <wf:skill>einkauf</wf:skill>
      <wf:performer>Einkauf</wf:performer>
      <wf:aiPurpose de="…" en="…"/>
      <wf:acceptanceReason de="…" en="…"/>
      <wf:tool de="…" en="…"/>
      <wf:provision de="Art. 12 Abs. 3 DSGVO" en="Art. 12(3) GDPR"/>
      <wf:work effort="PT1H/PT3H" dataClass="personal" due="P5D" followUp="P2D" ai="allowed"
               acceptance="requester" acceptanceReason="" operation="" tool="" decision="" result=""
               approvals="2/Geschäftsführung,Personal,Leitung" refusal="" timeout="" approves="" escalation="Leitung"
               provision=""/>
    </bpmn:extensionElements>

Lanes and pools carry ``wf:label`` and ``wf:performer`` alone.

A text is either the content of the element (language of the file) or one attribute per language tag. What an agent
uses a tool for, why nobody accepts, and which provision sets the due time stand in ``wf:work`` where they are written
in one language only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from lxml import etree

from werkfluss.kernel.text import Text

from .approvals import read_approvals
from .model import WERKFLUSS_NS, AiUse, Words, WorkFacts
from .splice import Part, Splicer
from .timers import duration_hours, hours_as_duration
from .xml import broken, local_name, namespace, squeezed

_ALONE = ("acceptanceReason", "tool", "provision")  # in ``wf:work`` as long as there is one language
_FACTS = {"outcome", "criterion", "skill", "performer", "aiPurpose", "work", *_ALONE}
_TRANSLATED = ("skill", "performer", *_ALONE)  # a text of ours, in other languages if need be
_LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*")


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


def _approvals(value: str, where: str) -> str:
    try:
        read_approvals(value)
    except ValueError:
        cause = Text(f"„{value}“ sagt nicht, wie viele von wem zustimmen.", f"“{value}” does not say how many of whom.")
        expected = Text("Zum Beispiel 2/Geschäftsführung,Personal,Leitung.", "For example 2/Managing director,HR,Lead.")
        raise broken(where, cause, expected, Text("Angabe berichtigen.", "Correct the value.")) from None
    return value


def read_facts(element: etree._Element, where: str) -> WorkFacts:
    """The facts stored in one activity.

    Raises:
        Broken: effort, approvals or AI use is not one of the documented forms.
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

    def text(name: str) -> str:
        return next((str(words) for words in named.get(name, ())), "") or attribute(name)

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
        acceptance_reason=text("acceptanceReason"),
        operation=attribute("operation"),
        tool=text("tool"),
        decision=attribute("decision"),
        result=attribute("result"),
        performer=read_performer(element),
        follow_up=attribute("followUp"),
        approvals=_approvals(attribute("approvals"), where),
        refusal=attribute("refusal"),
        timeout=attribute("timeout"),
        approves=attribute("approves"),
        escalation=attribute("escalation"),
        provision=text("provision"),
        translations=_translations(parts),
    )


def _translations(parts: Iterable[etree._Element]) -> tuple[Words, ...]:
    """The texts with a language of their own; once each, because two equal ones cannot be told apart."""
    texts = (_words(part) for part in parts if local_name(part) in _TRANSLATED)
    found = {str(words): words for words in texts if any(tag for tag, _ in words.texts)}
    return tuple(found[text] for text in sorted(found))


def _part(name: str, words: Words) -> Part:
    tagged = {tag: text for tag, text in words.texts if tag}
    wrong = [tag for tag in tagged if not _LANGUAGE.fullmatch(tag)]
    if wrong:
        cause = Text(f"„{wrong[0]}“ ist kein Sprachkürzel.", f"“{wrong[0]}” is not a language tag.")
        step = Text("Sprache berichtigen.", "Correct the language.")
        raise broken(name, cause, Text("Zum Beispiel de oder en.", "For example de or en."), step)
    return Part(name, tagged, dict(words.texts).get("", ""))


def _said(name: str, text: str, facts: WorkFacts) -> Part:
    """One of the texts that may have others beside it in other languages."""
    words = next((words for words in facts.translations if str(words) == text), None)
    return _part(name, words) if words is not None else Part(name, text=text)


def _work_attributes(facts: WorkFacts) -> dict[str, str]:
    effort = "/".join(hours_as_duration(hours) for hours in facts.effort) if facts.effort else ""
    return {
        "effort": effort,
        "dataClass": facts.data_class,
        "due": facts.due,
        "followUp": facts.follow_up,
        "ai": facts.ai.value,
        "acceptance": facts.acceptance,
        "acceptanceReason": facts.acceptance_reason,
        "operation": facts.operation,
        "tool": facts.tool,
        "decision": facts.decision,
        "result": facts.result,
        "approvals": facts.approvals,
        "refusal": facts.refusal,
        "timeout": facts.timeout,
        "approves": facts.approves,
        "escalation": facts.escalation,
        "provision": facts.provision,
    }


def _parts(facts: WorkFacts) -> list[Part]:
    texts = [("outcome", facts.outcome), *(("criterion", words) for words in facts.criteria)]
    parts = [_part(name, words) for name, words in texts if words is not None and words.texts]
    parts += [_said("skill", skill, facts) for skill in facts.skills if skill]
    if facts.performer:
        parts.append(_said("performer", facts.performer, facts))
    if facts.ai_purpose is not None and facts.ai_purpose.texts:
        parts.append(_part("aiPurpose", facts.ai_purpose))
    work = {key: value for key, value in _work_attributes(facts).items() if value}
    for name in _ALONE:
        if name in work and (said := _said(name, work[name], facts)).attributes:
            parts.append(said)
            del work[name]
    return [*parts, Part("work", work)] if work else parts


def with_facts(source: bytes, facts: Mapping[str, WorkFacts]) -> bytes:
    """The BPMN file ``source`` with the facts of some activities (by element id) replaced; all else byte for byte.

    Raises:
        Broken: the file is unreadable, or an id is not in it.
    """
    splicer = Splicer(source)
    for element_id, new in facts.items():
        # What the file says in other languages stays, where the text itself does.
        stored = _translations(own_elements(splicer.element(element_id)))
        both = replace(new, translations=(*new.translations, *stored))
        splicer.extend(element_id, WERKFLUSS_NS, _FACTS, _parts(both))
    return splicer.result()


def with_labels(source: bytes, labels: Mapping[str, Words | None]) -> bytes:
    """The file with the translated labels of some elements replaced; None removes them.

    Raises:
        Broken: the file is unreadable, or an id is not in it.
    """
    splicer = Splicer(source)
    for element_id, words in labels.items():
        parts = [_part("label", words)] if words is not None and words.texts else []
        splicer.extend(element_id, WERKFLUSS_NS, {"label"}, parts)
    return splicer.result()


def with_performers(source: bytes, performers: Mapping[str, str]) -> bytes:
    """The file with the role or unit behind some lanes, pools or activities replaced; empty removes it.

    Raises:
        Broken: the file is unreadable, or an id is not in it.
    """
    splicer = Splicer(source)
    for element_id, performer in performers.items():
        stored = WorkFacts(translations=_translations(own_elements(splicer.element(element_id))))
        parts = [_said("performer", performer, stored)] if performer else []
        splicer.extend(element_id, WERKFLUSS_NS, {"performer"}, parts)
    return splicer.result()


def with_names(source: bytes, names: Mapping[str, str]) -> bytes:
    """The file with the names of some elements replaced, as a drawing tool would show them.

    Raises:
        Broken: the file is unreadable, or an id is not in it.
    """
    splicer = Splicer(source)
    for element_id, name in names.items():
        splicer.rename(element_id, name)
    return splicer.result()


def with_conditions(source: bytes, conditions: Mapping[str, str]) -> bytes:
    """The file with the FEEL conditions of some sequence flows replaced; empty removes a condition.

    Raises:
        Broken: the file is unreadable, or an id is not in it.
    """
    splicer = Splicer(source)
    for element_id, condition in conditions.items():
        # The leading sign says that it is FEEL, whatever expression language the file names as its own.
        text = condition.strip()
        splicer.express(element_id, "conditionExpression", text if text.startswith("=") or not text else f"= {text}")
    return splicer.result()
