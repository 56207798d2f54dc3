"""The property forms beside the drawing, one for each kind of element; they give what is to be written in the file."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from werkfluss.process.editing import Edited, Element, english_of
from werkfluss.process.model import (
    Activity,
    AiUse,
    Definitions,
    Event,
    EventKind,
    Gateway,
    GatewayType,
    Lane,
    Participant,
    Process,
    SequenceFlow,
    Task,
    TaskType,
    Timer,
    Words,
    WorkFacts,
)
from werkfluss.web.forms import Form
from werkfluss.web.process_times import as_iso, as_words, feel_fault, time_fault

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Word

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


def _line(label: Word, *, most: int = 200, hint: Word | str = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=most, required=False, help_text=hint, widget=widget)


def _text(label: Word, *, rows: int = 2, most: int = 2000, hint: Word | str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, required=False, help_text=hint, widget=widget)


def _hours(label: Word) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label, min_value=0, max_value=10_000, decimal_places=2, localize=True, required=False, widget=widget
    )


class ElementForm(Form):
    """Name in both languages: what every element has. ``groups`` are the fields as they are shown together."""

    groups: ClassVar[tuple[tuple[Promise | str, tuple[str, ...]], ...]] = (("", ("name",)),)
    # Folded at the end: most people fill in one language first.
    english: ClassVar[tuple[str, ...]] = ("name_en",)

    name = _line(_("Name"))
    name_en = _line(_("Name in English"))

    def __init__(self, element: Any, model: Definitions, data: QueryDict | None = None) -> None:
        self.element = element
        self.model = model
        super().__init__(data, initial=self.initial_of(element), auto_id="prop-%s")

    def initial_of(self, element: Any) -> dict[str, Any]:
        return {"name": element.name, "name_en": english_of(element)}

    def edited(self) -> Edited:
        """What is to be written; call it after ``is_valid``."""
        return Edited(name=self._squeezed("name"), english=self._squeezed("name_en"))

    def _squeezed(self, field: str) -> str:
        return " ".join(str(self.cleaned_data[field]).split())

    def fieldsets(self) -> list[tuple[Promise | str, list[Any]]]:
        return [(title, self._bound(names)) for title, names in self.groups]

    def english_fields(self) -> list[Any]:
        return self._bound(self.english)

    def english_faults(self) -> bool:
        return any(field.errors for field in self.english_fields())

    def _bound(self, names: tuple[str, ...]) -> list[Any]:
        return [self[name] for name in names if name in self.fields]


class ProcessForm(ElementForm):
    """The process itself."""

    def __init__(self, element: Any, model: Definitions, data: QueryDict | None = None) -> None:
        super().__init__(element, model, data)
        self.fields["name"].required = True


class PerformerForm(ElementForm):
    """A lane or a pool: who stands behind it."""

    groups = (("", ("name", "performer")),)
    performer = _line(_("Role or unit behind it"), hint=_("Empty: the name."))

    def __init__(self, element: Any, model: Definitions, data: QueryDict | None = None) -> None:
        super().__init__(element, model, data)
        if isinstance(element, Participant):
            del self.fields["name_en"]

    def initial_of(self, element: Any) -> dict[str, Any]:
        return {**super().initial_of(element), "performer": element.performer}

    def edited(self) -> Edited:
        english = self._squeezed("name_en") if "name_en" in self.fields else None
        return Edited(name=self._squeezed("name"), english=english, performer=self._squeezed("performer"))


class FlowForm(ElementForm):
    """A branch: when it is taken."""

    groups = (("", ("name", "condition")),)
    condition = _text(
        _("Condition (FEEL)"),
        hint=_("For example: amount > 1000. Empty: a person decides, by the name of the branch."),
    )

    def initial_of(self, element: SequenceFlow) -> dict[str, Any]:
        condition = element.condition.removeprefix("=").strip()
        return {**super().initial_of(element), "condition": condition}

    def __init__(self, element: SequenceFlow, model: Definitions, data: QueryDict | None = None) -> None:
        super().__init__(element, model, data)
        source = model.nodes.get(element.source)
        decides = isinstance(source, Gateway) and source.type in (GatewayType.EXCLUSIVE, GatewayType.INCLUSIVE)
        if not (decides or isinstance(source, Activity)):
            del self.fields["condition"]

    def clean_condition(self) -> str:
        text = str(self.cleaned_data["condition"]).strip()
        if text and (fault := feel_fault(text)):
            raise forms.ValidationError(gettext("This is no readable FEEL expression: %(fault)s") % {"fault": fault})
        return text

    def edited(self) -> Edited:
        condition = None
        if "condition" in self.fields and self.cleaned_data["condition"] != self.initial["condition"]:
            condition = self.cleaned_data["condition"]
        return Edited(name=self._squeezed("name"), english=self._squeezed("name_en"), condition=condition)


class EventForm(ElementForm):
    """An event; one that waits for a time says for which."""

    groups = (("", ("name",)), (_("When it comes"), ("timer_kind", "timer")))
    timer_kind = forms.ChoiceField(label=_("Comes"), choices=TIMERS, required=False)
    timer = _line(_("Time"), hint=_("For example “6 weeks”, 2027-01-04, or FEEL after “=”."))

    def __init__(self, element: Event, model: Definitions, data: QueryDict | None = None) -> None:
        super().__init__(element, model, data)
        if element.trigger.kind is not EventKind.TIMER:
            del self.fields["timer"], self.fields["timer_kind"]

    def initial_of(self, element: Event) -> dict[str, Any]:
        timer = element.trigger.timer or Timer("duration", "")
        shown = as_words(timer.expression) if timer.kind == "duration" else timer.expression
        return {**super().initial_of(element), "timer": shown, "timer_kind": timer.kind}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "timer" in self.fields and cleaned.get("timer"):
            fault = time_fault(self._timer())
            if fault:
                self.add_error("timer", fault)
        return cleaned

    def _timer(self) -> Timer:
        kind = str(self.cleaned_data.get("timer_kind") or "duration")
        text = str(self.cleaned_data["timer"]).strip()
        return Timer(kind, as_iso(text) if kind == "duration" else text)

    def timer_now(self) -> Timer | None:
        """What is in the file, for the preview."""
        return self.element.trigger.timer if "timer" in self.fields else None

    def edited(self) -> Edited:
        timer = self._timer() if "timer" in self.fields else None
        return Edited(name=self._squeezed("name"), english=self._squeezed("name_en"), timer=timer)


class ActivityForm(ElementForm):
    """A step: who does it, what comes out, by when, with or without AI."""

    groups = (
        ("", ("name",)),
        (_("Result"), ("outcome", "criteria")),
        (_("Who"), ("performer", "skills")),
        (_("Effort and time"), ("effort_low", "effort_high", "due", "follow_up")),
        (_("Data and AI"), ("data_class", "ai", "ai_purpose", "acceptance", "acceptance_reason")),
        (_("Automatic step"), ("operation", "tool")),
    )
    english = ("name_en", "outcome_en", "criteria_en", "ai_purpose_en")
    outcome = _text(_("What is there when it is done"))
    outcome_en = _text(_("Result in English"))
    criteria = _text(_("How another person sees it"), rows=3, hint=_("One line for each criterion."))
    criteria_en = _text(_("Criteria in English"), rows=3, hint=_("Line by line, in the same order."))
    performer = _line(_("Performer"), hint=_("Role or unit. Empty: the lane."))
    skills = _line(_("Qualifications"), most=500, hint=_("Separated by commas."))
    effort_low = _hours(_("Hours, at least"))
    effort_high = _hours(_("Hours, at most"))
    due = _line(_("To be done within"), hint=_("For example “5 days” or “4 hours”; FEEL after “=”."))
    follow_up = _line(_("Look after it after"))
    data_class = forms.ChoiceField(label=_("Data seen"), choices=DATA_CLASSES, required=False)
    ai = forms.ChoiceField(label=_("AI agent"), choices=AI, required=False)
    ai_purpose = _text(_("What the AI is used for"))
    ai_purpose_en = _text(_("Use of the AI in English"))
    acceptance = forms.ChoiceField(label=_("Accepted by"), choices=ACCEPTANCE, required=False)
    acceptance_reason = _line(_("Why nobody needs to accept it"), most=500)
    operation = _line(_("Service called"), most=120)
    tool = _text(_("What it calls, and what for"))

    def __init__(self, element: Activity, model: Definitions, data: QueryDict | None = None) -> None:
        super().__init__(element, model, data)
        called = isinstance(element, Task) and element.type in (TaskType.SERVICE, TaskType.SEND)
        if not (called or element.facts.operation or element.facts.tool):
            del self.fields["operation"], self.fields["tool"]
        drawn = model.lanes.get(element.lane)
        if drawn is not None and not element.facts.performer:
            hint = gettext("Role or unit. Empty: the lane, %(lane)s.") % {"lane": drawn.performer or drawn.name}
            self.fields["performer"].help_text = hint

    def initial_of(self, element: Activity) -> dict[str, Any]:
        facts = element.facts
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
            "operation": facts.operation,
            "tool": facts.tool,
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
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        low, high = cleaned.get("effort_low"), cleaned.get("effort_high")
        if low is not None and high is not None and low > high:
            self.add_error("effort_high", gettext("This is less than at least."))
        if cleaned.get("acceptance") == "waived" and not cleaned.get("acceptance_reason", "").strip():
            self.add_error("acceptance_reason", gettext("Nobody accepts it: please say why."))
        return cleaned

    def edited(self) -> Edited:
        return Edited(name=self._squeezed("name"), english=self._squeezed("name_en"), facts=self._facts())

    def _facts(self) -> WorkFacts:
        given = self.cleaned_data
        was: WorkFacts = self.element.facts
        waived = given["acceptance"] == "waived"
        facts = replace(
            was,
            outcome=_words(was.outcome, given["outcome"], given["outcome_en"]),
            criteria=self._criteria(was.criteria),
            performer=self._squeezed("performer"),
            skills=tuple(one.strip() for one in given["skills"].replace(";", ",").split(",") if one.strip()),
            effort=_range(given["effort_low"], given["effort_high"]),
            due=given["due"],
            follow_up=given["follow_up"],
            data_class=given["data_class"],
            ai=AiUse(given["ai"]),
            ai_purpose=_words(was.ai_purpose, given["ai_purpose"], given["ai_purpose_en"]),
            acceptance=given["acceptance"],
            acceptance_reason=self._squeezed("acceptance_reason") if waived else "",
        )
        if "operation" not in self.fields:
            return facts
        return replace(facts, operation=self._squeezed("operation"), tool=self._squeezed("tool"))

    def _criteria(self, was: tuple[Words, ...]) -> tuple[Words, ...]:
        german = [line.strip() for line in self.cleaned_data["criteria"].splitlines() if line.strip()]
        english = [line.strip() for line in self.cleaned_data["criteria_en"].splitlines()]
        lines = []
        for index, line in enumerate(german):
            words = _words(
                was[index] if index < len(was) else None, line, english[index] if index < len(english) else ""
            )
            lines += [words] if words else []
        return tuple(lines)


def _german(words: Words | None) -> str:
    return (words.exactly("de") or words.exactly("") or words.in_language("de")) if words else ""


def _english(words: Words | None) -> str:
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
    if isinstance(element, Lane | Participant):
        return PerformerForm(element, model, data)
    return ProcessForm(element, model, data) if isinstance(element, Process) else ElementForm(element, model, data)
