"""The property forms beside the drawing, one for each kind of element; they give what is to be written in the file."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from werkfluss.process.editing import Declared, Edited, Element
from werkfluss.process.model import (
    Activity,
    AiUse,
    Definitions,
    Event,
    EventKind,
    EventPosition,
    Gateway,
    GatewayType,
    Lane,
    Participant,
    Process,
    SequenceFlow,
    SubProcess,
    SubProcessKind,
    Task,
    TaskType,
    Timer,
    Words,
    WorkFacts,
)
from werkfluss.process.routing import default_flow
from werkfluss.web.forms.process_fields import ElementForm, feel, hours, line, text
from werkfluss.web.forms.process_mappings import MappingPart
from werkfluss.web.forms.process_rules import RULE_GROUPS, ApprovalPart, BranchPart, CallPart, LoopPart, plain
from werkfluss.web.process_times import as_iso, as_words, time_fault

MAX_LINES = 30
DATA_CLASSES = [
    ("", _("not said yet")),
    ("public", _("public")),
    ("internal", _("internal")),
    ("confidential", _("confidential")),
    ("personal", _("personal data")),
    ("special", _("special category (Art. 9 GDPR)")),
]
AI = [("", _("not said yet")), ("forbidden", _("no AI")), ("allowed", _("AI allowed")), ("required", _("AI intended"))]
ACCEPTANCE = [
    ("", _("not said yet")),
    ("requester", _("the requester")),
    ("four_eyes", _("two people")),
    ("self", _("who did it")),
    ("waived", _("nobody, because …")),
]
DECIDING = (GatewayType.EXCLUSIVE, GatewayType.INCLUSIVE, GatewayType.COMPLEX)
NAMED = {
    EventKind.MESSAGE: _("Name of the message"),
    EventKind.SIGNAL: _("Name of the signal"),
    EventKind.ERROR: _("Name of the error"),
    EventKind.ESCALATION: _("Name of the escalation"),
}
TIMERS = [("duration", _("after a duration")), ("date", _("at a date")), ("cycle", _("again and again"))]
# What a finding or question calls a field, and where it is answered in the forms here.
FIELD_OF = {
    "title": "name",
    "label": "name",
    "participant": "name",
    "effort_hours": "effort_low",
    "deadline": "due",
    "timer": "timer",
}


class ProcessForm(ElementForm):
    """The process itself."""

    def __init__(self, element: Any, model: Definitions, data: QueryDict | None = None) -> None:
        super().__init__(element, model, data)
        self.fields["name"].required = True


class PerformerForm(ElementForm):
    """A lane or a pool: who stands behind it."""

    groups = (("", ("name", "performer")),)
    performer = line(_("Role or unit behind it"), hint=_("Empty: the name."))

    def __init__(self, element: Any, model: Definitions, data: QueryDict | None = None) -> None:
        super().__init__(element, model, data)
        if isinstance(element, Participant):
            del self.fields["name_en"]

    def initial_of(self, element: Any) -> dict[str, Any]:
        return {**super().initial_of(element), "performer": element.performer}

    def edited(self) -> Edited:
        english = self.squeezed("name_en") if "name_en" in self.fields else None
        return Edited(name=self.squeezed("name"), english=english, performer=self.squeezed("performer"))


class FlowForm(ElementForm):
    """A branch: when it is taken."""

    groups = (("", ("name", "condition")),)
    condition = feel(
        _("Condition (FEEL)"),
        rows=2,
        hint=_("For example: amount > 1000. Empty: a person decides, by the name of the branch."),
    )

    def __init__(self, element: SequenceFlow, model: Definitions, data: QueryDict | None = None) -> None:
        super().__init__(element, model, data)
        source = model.nodes.get(element.source)
        decides = isinstance(source, Gateway) and source.type in DECIDING
        if not (decides or isinstance(source, Activity)):
            self.drop("condition")
        elif source is not None and default_flow(source) == element.id:
            self.fields["condition"].help_text = gettext("This branch is taken if no other condition holds.")

    def initial_of(self, element: SequenceFlow) -> dict[str, Any]:
        return {**super().initial_of(element), "condition": plain(element.condition)}

    def edited(self) -> Edited:
        return replace(super().edited(), condition=self.said("condition"))


class GatewayForm(BranchPart):
    """Where ways part or come together."""

    groups = (("", ("name", "default", "activation")),)
    activation = feel(
        _("Goes on when"), rows=2, hint=_("FEEL over activationCount, the number of branches that have come.")
    )

    def __init__(self, element: Gateway, model: Definitions, data: QueryDict | None = None) -> None:
        super().__init__(element, model, data)
        if element.type not in DECIDING:
            self.drop("default")
        if element.type is not GatewayType.COMPLEX:
            self.drop("activation")

    def initial_of(self, element: Gateway) -> dict[str, Any]:
        return {**super().initial_of(element), "activation": plain(element.activation)}

    def edited(self) -> Edited:
        return replace(super().edited(), default=self.default_flow(), completion=self.said("activation"))


class EventForm(ElementForm):
    """An event: the time, message, signal, error, escalation or condition that it waits for or throws."""

    groups = (
        ("", ("name",)),
        (
            _("When it comes"),
            ("timer_kind", "timer", "condition", "called", "code", "correlation", "link", "interrupts"),
        ),
    )
    timer_kind = forms.ChoiceField(label=_("Comes"), choices=TIMERS, required=False)
    timer = line(_("Duration, date or repetition"), hint=_("For example “6 weeks”, 2027-01-04, or FEEL after “=”."))
    condition = feel(
        _("Comes as soon as (FEEL)"), rows=2, hint=_("For example: stock < 5. Empty: a person says that it has come.")
    )
    called = line(_("Name"), hint=_("The same name at both ends. Empty: that of the event."))
    code = line(_("Code"), most=60, hint=_("Goes before the name. Empty on the catching side: every one is caught."))
    correlation = feel(_("Key by which the message finds its case"), hint=_("FEEL, for example: orderNumber"))
    link = line(_("Name of the link"), hint=_("The same name at both ends."))
    interrupts = forms.BooleanField(label=_("Ends what runs there"), required=False)

    def __init__(self, element: Event, model: Definitions, data: QueryDict | None = None) -> None:
        super().__init__(element, model, data)
        kind = element.trigger.kind
        catching = element.position not in (EventPosition.THROW, EventPosition.END)
        asked = {
            "timer": kind is EventKind.TIMER,
            "timer_kind": kind is EventKind.TIMER,
            "condition": kind is EventKind.CONDITIONAL,
            "called": kind in NAMED,
            "code": kind in (EventKind.ERROR, EventKind.ESCALATION),
            "correlation": kind is EventKind.MESSAGE and catching,
            "link": kind is EventKind.LINK,
            "interrupts": kind is not EventKind.ERROR and _may_let_run_on(element, model),
        }
        self.drop(*(name for name, wanted in asked.items() if not wanted))
        if kind in NAMED:
            self.fields["called"].label = NAMED[kind]

    def initial_of(self, element: Event) -> dict[str, Any]:
        trigger = element.trigger
        timer = trigger.timer or Timer("duration", "")
        shown = as_words(timer.expression) if timer.kind == "duration" else timer.expression
        return {
            **super().initial_of(element),
            "timer": shown,
            "timer_kind": timer.kind,
            "condition": plain(trigger.condition),
            "called": trigger.name,
            "code": trigger.code,
            "correlation": plain(trigger.correlation),
            "link": trigger.name,
            "interrupts": element.interrupting,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "timer" in self.fields and cleaned.get("timer") and (fault := time_fault(self._timer())):
            self.add_error("timer", fault)
        if cleaned.get("correlation") and not cleaned.get("called"):
            self.add_error("called", gettext("A message with a key needs a name."))
        return cleaned

    def _timer(self) -> Timer:
        kind = str(self.cleaned_data.get("timer_kind") or "duration")
        text = str(self.cleaned_data["timer"]).strip()
        return Timer(kind, as_iso(text) if kind == "duration" else text)

    def timer_now(self) -> Timer | None:
        """What is in the file, for the preview."""
        return self.element.trigger.timer if "timer" in self.fields else None

    def edited(self) -> Edited:
        asked = [name for name in ("called", "code", "correlation") if name in self.fields]
        declared = None
        if any(self.said(name) is not None for name in asked):
            trigger = self.element.trigger
            key = self.said("correlation")
            declared = Declared(
                self.squeezed("called"),
                self.squeezed("code") if "code" in self.fields else "",
                trigger.correlation if key is None else key,
            )
        return replace(
            super().edited(),
            timer=self._timer() if "timer" in self.fields else None,
            condition=self.said("condition"),
            declared=declared,
            link=self.said("link"),
            interrupting=self.cleaned_data["interrupts"] if "interrupts" in self.fields else None,
        )


def _may_let_run_on(event: Event, model: Definitions) -> bool:
    """At the edge of a step, or the start of a sub-process on an event."""
    around = model.nodes.get(event.scope)
    inside = isinstance(around, SubProcess) and around.kind is SubProcessKind.EVENT
    return event.position is EventPosition.BOUNDARY or (event.position is EventPosition.START and inside)


class ActivityForm(MappingPart, LoopPart, ApprovalPart, BranchPart, CallPart):
    """A step: who does it, what comes out, by when, with or without AI."""

    groups = (
        ("", ("name",)),
        (_("Result"), ("outcome", "criteria")),
        (_("Who"), ("performer", "skills")),
        (_("Effort and time"), ("effort_low", "effort_high", "due", "provision", "follow_up")),
        (_("Data and AI"), ("data_class", "ai", "ai_purpose", "acceptance", "acceptance_reason")),
        (_("Automatic step"), ("operation", "tool")),
    )
    folded = RULE_GROUPS
    english = (
        *("name_en", "outcome_en", "criteria_en", "ai_purpose_en"),
        *("acceptance_reason_en", "tool_en", "provision_en"),
    )
    outcome = text(_("What is there when it is done"))
    outcome_en = text(_("Result in English"))
    criteria = text(_("How another person sees it"), rows=3, hint=_("One line for each criterion."))
    criteria_en = text(_("Criteria in English"), rows=3, hint=_("Line by line, in the same order."))
    performer = line(_("Performer"), hint=_("Role or unit. Empty: the lane."))
    skills = line(_("Qualifications"), most=500, hint=_("Separated by commas."))
    effort_low = hours(_("Hours, at least"))
    effort_high = hours(_("Hours, at most"))
    due = line(_("To be done within"), hint=_("For example “5 days” or “4 hours”; FEEL after “=”."))
    provision = line(
        _("Set by law: which provision"), hint=_("For example Art. 12(3) GDPR. Nobody may postpone the step then.")
    )
    provision_en = line(_("Provision in English"))
    follow_up = line(_("Look after it after"))
    data_class = forms.ChoiceField(label=_("Data seen"), choices=DATA_CLASSES, required=False)
    ai = forms.ChoiceField(label=_("AI agent"), choices=AI, required=False)
    ai_purpose = text(_("What the AI is used for"))
    ai_purpose_en = text(_("Use of the AI in English"))
    acceptance = forms.ChoiceField(label=_("Accepted by"), choices=ACCEPTANCE, required=False)
    acceptance_reason = line(_("Why nobody needs to accept it"), most=500)
    acceptance_reason_en = line(_("That reason in English"), most=500)
    operation = line(_("Service called"), most=120)
    tool = text(_("What it calls, and what for"))
    tool_en = text(_("That in English"))
    completion = feel(_("The toolbox is done when"), hint=_("FEEL. Empty: a person says so."))
    one_by_one = forms.BooleanField(label=_("One activity at a time"), required=False)
    ends_rest = forms.BooleanField(label=_("What still runs in it is ended then"), required=False)

    def __init__(self, element: Activity, model: Definitions, data: QueryDict | None = None) -> None:
        super().__init__(element, model, data)
        called = isinstance(element, Task) and element.type in (TaskType.SERVICE, TaskType.SEND)
        if not (called or element.facts.operation or element.facts.tool):
            self.drop("operation", "tool", "tool_en")
        if not (isinstance(element, SubProcess) and element.kind is SubProcessKind.AD_HOC):
            self.drop("completion", "one_by_one", "ends_rest")
        drawn = model.lanes.get(element.lane)
        if drawn is not None and not element.facts.performer:
            hint = gettext("Role or unit. Empty: the lane, %(lane)s.") % {"lane": drawn.performer or drawn.name}
            self.fields["performer"].help_text = hint

    def initial_of(self, element: Activity) -> dict[str, Any]:
        facts = element.facts
        box = element if isinstance(element, SubProcess) else None
        low, high = facts.effort or (None, None)
        return {
            **super().initial_of(element),
            "outcome": _german(facts.outcome),
            "outcome_en": _english(facts.outcome),
            "criteria": "\n".join(_german(words) for words in facts.criteria),
            "criteria_en": "\n".join(_english(words) for words in facts.criteria).strip("\n"),
            "performer": facts.performer,
            "skills": ", ".join(facts.skills),
            "effort_low": _decimal(low),
            "effort_high": _decimal(high),
            "due": as_words(facts.due),
            "follow_up": as_words(facts.follow_up),
            "data_class": facts.data_class,
            "ai": facts.ai.value,
            "ai_purpose": _german(facts.ai_purpose),
            "ai_purpose_en": _english(facts.ai_purpose),
            "acceptance": facts.acceptance,
            "acceptance_reason": facts.acceptance_reason,
            "acceptance_reason_en": _other(facts, facts.acceptance_reason),
            "provision": facts.provision,
            "provision_en": _other(facts, facts.provision),
            "operation": facts.operation,
            "tool": facts.tool,
            "tool_en": _other(facts, facts.tool),
            "completion": plain(box.completion) if box else "",
            "one_by_one": box is not None and box.sequential,
            "ends_rest": box is None or box.cancel_remaining,
        }

    def _duration(self, field: str) -> str:
        text = as_iso(str(self.cleaned_data[field]))
        if text and (fault := time_fault(Timer("duration", text))):
            raise forms.ValidationError(fault)
        return text

    def clean_due(self) -> str:
        return self._duration("due")

    def clean_follow_up(self) -> str:
        return self._duration("follow_up")

    def clean_criteria(self) -> str:
        text = str(self.cleaned_data["criteria"])
        if len(text.splitlines()) > MAX_LINES:
            raise forms.ValidationError(gettext("At most %(most)d lines.") % {"most": MAX_LINES})
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("provision") and not cleaned.get("due") and "due" not in self.errors:
            self.add_error("due", gettext("The law sets this time: please say how long it is."))
        low, high = cleaned.get("effort_low"), cleaned.get("effort_high")
        if low is not None and high is not None and low > high:
            self.add_error("effort_high", gettext("This is less than at least."))
        if cleaned.get("acceptance") == "waived" and not cleaned.get("acceptance_reason", "").strip():
            self.add_error("acceptance_reason", gettext("Nobody accepts it: please say why."))
        return cleaned

    def edited(self) -> Edited:
        box = "completion" in self.fields
        return replace(
            super().edited(),
            facts=self._facts(),
            loop=self.loop(),
            default=self.default_flow(),
            called=self.said("called"),
            script=self.said("script"),
            declared=self._message(),
            completion=self.said("completion"),
            sequential=self.cleaned_data["one_by_one"] if box else None,
            cancel_remaining=self.cleaned_data["ends_rest"] if box else None,
            inputs=self.mapped("inputs"),
            outputs=self.mapped("outputs"),
            passes_all=self.all_data("passes_all"),
            returns_all=self.all_data("returns_all"),
        )

    def _message(self) -> Declared | None:
        if self.said("message") is None and self.said("correlation") is None:
            return None
        return Declared(self.squeezed("message"), correlation=self.cleaned_data.get("correlation", ""))

    def _facts(self) -> WorkFacts:
        given = self.cleaned_data
        was: WorkFacts = self.element.facts
        waived = given["acceptance"] == "waived"
        facts = replace(
            was,
            outcome=_words(was.outcome, given["outcome"], given["outcome_en"]),
            criteria=self._criteria(was.criteria),
            performer=self.squeezed("performer"),
            skills=tuple(one.strip() for one in given["skills"].replace(";", ",").split(",") if one.strip()),
            effort=self._effort(was),
            due=given["due"],
            follow_up=given["follow_up"],
            data_class=given["data_class"],
            ai=AiUse(given["ai"]),
            ai_purpose=_words(was.ai_purpose, given["ai_purpose"], given["ai_purpose_en"]),
            acceptance=given["acceptance"],
            acceptance_reason=self.squeezed("acceptance_reason") if waived else "",
            provision=self.squeezed("provision"),
        )
        facts = self.with_approval(facts)
        if "tool" in self.fields:
            facts = replace(facts, operation=self.squeezed("operation"), tool=self.squeezed("tool"))
        if (decision := self.said("decision")) is not None:
            facts = replace(facts, decision=decision)
        if (result := self.said("result")) is not None:
            facts = replace(facts, result=result)
        return replace(facts, translations=self._translations(facts))

    def _translations(self, facts: WorkFacts) -> tuple[Words, ...]:
        """The texts of this form that may stand beside one in English; all others as they were."""
        found = {str(words): words for words in facts.translations}
        for name in ("acceptance_reason", "provision", "tool"):
            own = getattr(facts, name)
            if own and f"{name}_en" in self.fields and self.squeezed(f"{name}_en") != _other(facts, own):
                words = _words(found.get(own), own, self.squeezed(f"{name}_en"))
                found[own] = words or Words((("", own),))
        return tuple(found.values())

    def _effort(self, was: WorkFacts) -> tuple[float, float] | None:
        """Hours with two places; ten minutes of the file stay ten minutes until somebody changes them."""
        low, high = self.cleaned_data["effort_low"], self.cleaned_data["effort_high"]
        same = low == self.initial["effort_low"] and high == self.initial["effort_high"]
        return was.effort if same else _range(low, high)

    def _criteria(self, was: tuple[Words, ...]) -> tuple[Words, ...]:
        german = [one.strip() for one in self.cleaned_data["criteria"].splitlines() if one.strip()]
        english = [one.strip() for one in self.cleaned_data["criteria_en"].splitlines()]
        english += [""] * len(german)
        known = [*was, *([None] * len(german))]
        lines = [_words(known[index], one, english[index]) for index, one in enumerate(german)]
        return tuple(words for words in lines if words)


def _german(words: Words | None) -> str:
    return (words.exactly("de") or words.exactly("") or words.in_language("de")) if words else ""


def _english(words: Words | None) -> str:
    return words.exactly("en") if words else ""


def _other(facts: WorkFacts, text: str) -> str:
    """What the file says for one of its texts in English; empty if it does not."""
    words = next((words for words in facts.translations if str(words) == text), None)
    return words.exactly("en") if words else ""


def _words(was: Words | None, german: str, english: str) -> Words | None:
    """The two texts under the tags that the file uses already; what it says in other languages stays."""
    german, english = " ".join(german.split()), " ".join(english.split())
    kept = tuple(pair for pair in (was.texts if was else ()) if pair[0] not in ("", "de", "en"))
    tagged = bool(was and was.exactly("de")) or (not was and bool(english))
    texts = (("de" if tagged else "", german), ("en", english), *kept)
    found = tuple(pair for pair in texts if pair[1])
    return Words(found) if found else None


def _decimal(hours: float | None) -> Decimal | None:
    return None if hours is None else Decimal(f"{hours:.2f}").normalize() + 0


def _range(low: Decimal | None, high: Decimal | None) -> tuple[float, float] | None:
    least, most = (low if low is not None else high), (high if high is not None else low)
    return None if least is None or most is None or not most else (float(least), float(most))


def form_for(element: Element, model: Definitions, data: QueryDict | None = None) -> ElementForm:
    """The form of an element, filled in with what the file says or with what was sent."""
    if isinstance(element, Activity):
        return ActivityForm(element, model, data)
    if isinstance(element, SequenceFlow):
        return FlowForm(element, model, data)
    if isinstance(element, Event):
        return EventForm(element, model, data)
    if isinstance(element, Gateway):
        return GatewayForm(element, model, data)
    if isinstance(element, Lane | Participant):
        return PerformerForm(element, model, data)
    return ProcessForm(element, model, data) if isinstance(element, Process) else ElementForm(element, model, data)
