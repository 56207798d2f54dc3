"""What the engine obeys, written into the file: loops, declared names, times, conditions; all else stays as it was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256

from lxml import etree

from werkfluss.kernel.errors import Broken
from werkfluss.kernel.text import Text

from .model import EventKind, Loop, LoopKind, Timer
from .reading.dialects import ZEEBE
from .reading.events import KINDS
from .splice import Child, Part, Splicer
from .xml import BPMN_NS, broken, local_name, namespace, squeezed

_TIMER_PARTS = {"date": "timeDate", "duration": "timeDuration", "cycle": "timeCycle"}
# What the standard puts before the loop of an activity (BPMN 2.0.2, tActivity).
_BASE = (
    "documentation extensionElements auditing monitoring categoryValueRef incoming outgoing ioSpecification property"
    " dataInputAssociation dataOutputAssociation resourceRole performer humanPerformer potentialOwner"
)
_BEFORE_LOOP = frozenset(_BASE.split())
_LOOPS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
# The element that declares a name, and the attribute of its code.
_DECLARED = {
    EventKind.MESSAGE: ("message", ""),
    EventKind.SIGNAL: ("signal", ""),
    EventKind.ERROR: ("error", "errorCode"),
    EventKind.ESCALATION: ("escalation", "escalationCode"),
}


@dataclass(frozen=True, slots=True)
class Declared:
    """What a message, signal, error or escalation is called; the key of a message is FEEL."""

    name: str
    code: str = ""
    correlation: str = ""


def with_attribute(source: bytes, element: str, name: str, value: str) -> bytes:
    """The file with one attribute of an element replaced; empty removes it.

    Raises:
        Broken: the file is unreadable, or has no such element.
    """
    splicer = Splicer(source)
    splicer.attribute(element, name, value)
    return splicer.result()


def with_expression(source: bytes, element: str, name: str, text: str) -> bytes:
    """The file with the FEEL in a child of an element replaced, which stands last in it; empty removes it.

    Raises:
        Broken: the file is unreadable, or has no such element.
    """
    splicer = Splicer(source)
    splicer.express(element, name, as_feel(text))
    return splicer.result()


def as_feel(text: str) -> str:
    """The leading sign says that it is FEEL, whatever expression language the file names as its own."""
    text = text.strip()
    return text if text.startswith("=") or not text else f"= {text}"


def with_timer(source: bytes, event: str, timer: Timer) -> bytes:
    """The file with the time of a timer event replaced; an empty expression removes it.

    Raises:
        Broken: the file is unreadable, or the event has no timer of its own.
    """
    for kind, part in _TIMER_PARTS.items():
        splicer = Splicer(source)
        definition = _definition(splicer, event, EventKind.TIMER)
        splicer.express(definition, part, timer.expression if kind == timer.kind else "")
        source = splicer.result()
    return source


def with_event_condition(source: bytes, event: str, condition: str) -> bytes:
    """The file with the FEEL that a conditional event waits for replaced.

    Raises:
        Broken: the file is unreadable, or the event waits for no condition.
    """
    splicer = Splicer(source)
    splicer.express(_definition(splicer, event, EventKind.CONDITIONAL), "condition", as_feel(condition))
    return splicer.result()


def with_link(source: bytes, event: str, name: str) -> bytes:
    """The file with the name of a link replaced, which its other end has too.

    Raises:
        Broken: the file is unreadable, or the event is no link.
    """
    splicer = Splicer(source)
    splicer.attribute(_definition(splicer, event, EventKind.LINK), "name", name)
    return splicer.result()


def _definition(splicer: Splicer, event: str, kind: EventKind) -> etree._Element:
    """What an event waits for or throws, if it is of this kind and stands in the event itself."""
    found = [part for part in splicer.element(event) if KINDS.get(local_name(part)) is kind]
    if len(found) != 1:
        raise _not_like_this(event)
    return found[0]


def _not_like_this(event: str) -> Broken:
    cause = Text("Dieses Ereignis lässt sich so nicht ändern.", "This event cannot be changed like this.")
    expected = Text("Ein Ereignis mit genau einem Auslöser.", "An event with exactly one trigger.")
    return broken(event, cause, expected, Text("Bitte zeichnen Sie es neu.", "Please draw it anew."))


def with_declared(source: bytes, holder: str, kind: EventKind, declared: Declared) -> bytes:
    """The file with an event, or a send or receive task, that goes by this name; an empty name takes it away.

    A declaration of the same name and code is used again, else one is added.

    Raises:
        Broken: the file is unreadable, or the holder is no event of this kind.
    """
    if kind not in _DECLARED:
        raise _not_like_this(holder)
    tag, code = _DECLARED[kind]
    source, key = _declaration(source, tag, code, declared) if declared.name or declared.code else (source, "")
    splicer = Splicer(source)
    task = kind is EventKind.MESSAGE and local_name(splicer.element(holder)) in ("sendTask", "receiveTask")
    place = splicer.element(holder) if task else _definition(splicer, holder, kind)
    splicer.attribute(place, f"{tag}Ref", key)
    return splicer.result()


def _declaration(source: bytes, tag: str, code: str, declared: Declared) -> tuple[bytes, str]:
    splicer = Splicer(source)
    root = splicer.root
    known = [one for one in root if namespace(one) == BPMN_NS and local_name(one) == tag and one.get("id")]
    for one in known:
        if squeezed(one.get("name")) == declared.name and (not code or squeezed(one.get(code)) == declared.code):
            return _with_key(source, tag, str(one.get("id")), declared), str(one.get("id"))
    key = _free(splicer, f"{tag.capitalize()}_", f"{declared.name}|{declared.code}")
    attributes = {"id": key, "name": declared.name} | ({code: declared.code} if code else {})
    # A declaration may stand anywhere before the drawing (BPMN 2.0.2, tDefinitions).
    splicer.put(root, Child(tag, attributes, behind={"import", "extension", tag, *_HEAD}))
    return _with_key(splicer.result(), tag, key, declared), key


_HEAD = ("documentation", "extensionElements")


def _with_key(source: bytes, tag: str, key: str, declared: Declared) -> bytes:
    """The message with the key by which it finds its case, as Camunda 8 writes it."""
    if tag != "message":
        return source
    splicer = Splicer(source)
    parts = [Part("subscription", {"correlationKey": as_feel(declared.correlation)})] if declared.correlation else []
    splicer.extend(key, ZEEBE, {"subscription"}, parts, prefix="zeebe")
    return splicer.result()


def _free(splicer: Splicer, prefix: str, said: str) -> str:
    """An id that the file does not have yet, and that is the same for the same name."""
    for number in range(1000):
        key = prefix + sha256(f"{said}|{number}".encode()).hexdigest()[:8]
        if not splicer.has(key):
            return key
    raise AssertionError("a thousand ids are taken")


def with_loop(source: bytes, activity: str, loop: Loop | None) -> bytes:
    """The file with the repetition of an activity replaced; ``None`` does it once.

    What the standard has no expression for (the list, its items, what is gathered) is written as Camunda 8 does.

    Raises:
        Broken: the file is unreadable, or has no such activity.
    """
    splicer = Splicer(source)
    element = splicer.element(activity)
    old = next((c for c in element if namespace(c) == BPMN_NS and local_name(c) in _LOOPS), None)
    child = _loop_child(loop) if loop else None
    if child is not None and old is not None and old.get("id"):
        child = replace(child, attributes={"id": str(old.get("id")), **child.attributes})
    splicer.put(element, child, old=old)
    return splicer.result()


def _loop_child(loop: Loop) -> Child:
    if loop.kind is LoopKind.STANDARD:
        attributes = {
            "testBefore": "true" if loop.test_before else "",
            "loopMaximum": str(loop.maximum) if loop.maximum else "",
        }
        return Child(_LOOPS[0], attributes, inside=_formal("loopCondition", loop.condition), behind=_BEFORE_LOOP)
    zeebe = {
        "inputCollection": as_feel(loop.collection),
        "inputElement": loop.item,
        "outputCollection": loop.output.removeprefix("=").strip(),
        "outputElement": as_feel(loop.output_item),
    }
    extra: tuple[Child, ...] = ()
    if any(zeebe.values()):
        own = Child("loopCharacteristics", zeebe, space=ZEEBE, wanted="zeebe")
        extra = (Child("extensionElements", inside=(own,)),)
    inside = (
        *extra,
        *_formal("loopCardinality", loop.cardinality),
        *_formal("completionCondition", loop.completion),
    )
    sequential = {"isSequential": "true"} if loop.kind is LoopKind.SEQUENTIAL else {}
    return Child(_LOOPS[1], sequential, inside=inside, behind=_BEFORE_LOOP)


def _formal(name: str, text: str) -> tuple[Child, ...]:
    return (Child(name, text=as_feel(text), formal=True),) if text else ()


def with_script(source: bytes, task: str, text: str) -> bytes:
    """The file with what a script task works out, in FEEL; empty removes it.

    Raises:
        Broken: the file is unreadable, or has no such task.
    """
    source = with_attribute(source, task, "scriptFormat", "feel" if text else "")
    splicer = Splicer(source)
    splicer.extend(task, ZEEBE, {"script"}, [])  # that of Camunda 8 would go before
    source = splicer.result()
    splicer = Splicer(source)
    element = splicer.element(task)
    old = next((c for c in element if namespace(c) == BPMN_NS and local_name(c) == "script"), None)
    child = Child("script", text=text, behind={*_BEFORE_LOOP, *_LOOPS}) if text else None
    splicer.put(element, child, old=old)
    return splicer.result()


def with_called(source: bytes, activity: str, called: str) -> bytes:
    """The file with another process behind a call; empty: nobody knows yet which.

    Raises:
        Broken: the file is unreadable, or has no such activity.
    """
    splicer = Splicer(source)
    splicer.attribute(activity, "calledElement", called)
    source = splicer.result()
    if called:
        return source
    splicer = Splicer(source)
    splicer.extend(activity, ZEEBE, {"calledElement"}, [])
    return splicer.result()
