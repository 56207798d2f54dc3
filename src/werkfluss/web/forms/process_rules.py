"""The parts of the property forms that say what the engine obeys: repetition, approval, branches, names, calls."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from werkfluss.process import library
from werkfluss.process.approvals import Approvals, branches, read_approvals
from werkfluss.process.choices import choice_words
from werkfluss.process.model import (
    Activity,
    CallActivity,
    Definitions,
    FlowNode,
    Loop,
    LoopKind,
    Task,
    TaskType,
    WorkFacts,
)
from werkfluss.process.routing import outgoing
from werkfluss.web.forms.process_fields import ElementForm, Groups, feel, line
from werkfluss.web.forms.process_mappings import MAPPING_FIELDS
from werkfluss.web.process_view import language
from werkfluss.work.domain import decisions, definitions
from werkfluss.work.domain.step_rules import role_called

ONCE = ""
REPEATS = [
    (ONCE, _("once")),
    (LoopKind.PARALLEL.value, _("several times, all at once")),
    (LoopKind.SEQUENTIAL.value, _("several times, one after the other")),
    (LoopKind.STANDARD.value, _("again as long as a condition holds")),
]
OF_PEOPLE = (TaskType.PLAIN, TaskType.USER, TaskType.MANUAL)
MOST_VOTES = 20
_NOT_SAID = ("", _("not said yet"))


def name_fault(said: str) -> str:
    """Why a text cannot name a value of the case; empty if it can."""
    return "" if not said or said.isidentifier() else gettext("Please use letters, digits and _ only, without spaces.")


def branch_choices(model: Definitions, flows: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(flow, choice_words(model, flow).in_language(language())) for flow in flows]


def step_name(node: FlowNode) -> str:
    return node.name_in(language()) or node.id


class LoopPart(ElementForm):
    """How often a step is done."""

    repeat = forms.ChoiceField(label=_("Is done"), choices=REPEATS, required=False)
    repeat_list = feel(_("Once for each entry of the list"), hint=_("A list of the case, in FEEL, for example: offers"))
    repeat_item = line(_("Name of the entry in each round"), most=60, hint=_("For example: offer"))
    repeat_number = feel(_("Or: how many times"), hint=_("A number, or FEEL. Both empty: a person says when to stop."))
    repeat_until = feel(_("Ends early when"), hint=_("FEEL, for example: nrOfCompletedInstances >= 2"))
    repeat_output = line(_("Name of the list that gathers the results"), most=60)
    repeat_value = feel(_("What each round puts into it"))
    repeat_while = feel(_("Again as long as"), hint=_("FEEL. Empty: a person says whether it is done once more."))
    repeat_most = forms.IntegerField(label=_("At most (times)"), min_value=1, max_value=1000, required=False)
    repeat_before = forms.BooleanField(label=_("Ask before the first time too"), required=False)
    names: ClassVar[tuple[str, ...]] = (
        *("repeat", "repeat_list", "repeat_item", "repeat_number", "repeat_until", "repeat_output", "repeat_value"),
        *("repeat_while", "repeat_most", "repeat_before"),
    )

    def initial_of(self, element: Activity) -> dict[str, Any]:
        loop = element.loop or Loop(LoopKind.PARALLEL)
        return {
            **super().initial_of(element),
            "repeat": element.loop.kind.value if element.loop else ONCE,
            "repeat_list": plain(loop.collection),
            "repeat_item": loop.item,
            "repeat_number": plain(loop.cardinality),
            "repeat_until": plain(loop.completion),
            "repeat_output": plain(loop.output),
            "repeat_value": plain(loop.output_item),
            "repeat_while": plain(loop.condition),
            "repeat_most": loop.maximum,
            "repeat_before": loop.test_before,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("repeat") not in (LoopKind.PARALLEL, LoopKind.SEQUENTIAL):
            return cleaned
        for field in ("repeat_item", "repeat_output"):
            if fault := name_fault(cleaned.get(field, "")):
                self.add_error(field, fault)
        if cleaned.get("repeat_list") and cleaned.get("repeat_number"):
            self.add_error("repeat_number", gettext("Please give either a list or a number."))
        if cleaned.get("repeat_item") and not cleaned.get("repeat_list"):
            self.add_error("repeat_list", gettext("Please say which list the entries come from."))
        if cleaned.get("repeat_value") and not cleaned.get("repeat_output"):
            self.add_error("repeat_output", gettext("Please name the list."))
        return cleaned

    def loop(self) -> tuple[Loop, ...]:
        """As the engine takes it; the very one of the file where nothing was changed."""
        given = self.cleaned_data
        if not given["repeat"]:
            return ()
        was = self.element.loop
        if was is not None and all(given[name] == self.initial[name] for name in self.names):
            return (was,)
        kind = LoopKind(given["repeat"])
        if kind is LoopKind.STANDARD:
            condition, most = given["repeat_while"], given["repeat_most"]
            return (Loop(kind, condition=condition, maximum=most, test_before=given["repeat_before"]),)
        return (
            Loop(
                kind,
                cardinality=given["repeat_number"],
                collection=given["repeat_list"],
                item=given["repeat_item"] if given["repeat_list"] else "",
                output=given["repeat_output"],
                output_item=given["repeat_value"],
                completion=given["repeat_until"],
            ),
        )


class ApprovalPart(ElementForm):
    """Who decides together, what one refusal does, what holds when the time has passed, and whose work it judges."""

    votes = forms.IntegerField(
        label=_("Votes needed for a branch"), min_value=1, max_value=MOST_VOTES, required=False, localize=True
    )
    voters = line(
        _("Roles that each have one vote"), most=500, hint=_("Separated by commas: roles or lanes. Empty: one decides.")
    )
    refusal = forms.ChoiceField(label=_("A single vote for this branch ends it"), required=False)
    timeout = forms.ChoiceField(
        label=_("If nobody decides in time"),
        required=False,
        help_text=_("Silence approves nothing: without a branch the step stays open and others hear of it."),
    )
    approves = forms.MultipleChoiceField(
        label=_("It judges these steps"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whoever did one of them may not do this one. None: with several votes, the steps right before."),
    )
    escalation = line(_("Who hears when it is late"), most=120, hint=_("A role or lane. Empty: the lead."))

    def __init__(self, element: Any, model: Definitions, data: QueryDict | None = None) -> None:
        super().__init__(element, model, data)
        if not isinstance(element, Task) or element.type not in OF_PEOPLE:
            self.drop("votes", "voters", "refusal", "timeout", "approves", "escalation")
            return
        offered = branch_choices(model, tuple(flow.id for flow in branches(model, element)))
        for name in ("refusal", "timeout"):
            said = getattr(element.facts, name)
            if not offered and not said:
                self.drop(name)
                continue
            # What the file names by its label, or no longer has, is kept until another one is chosen.
            lost = [(said, said)] if said and said not in dict(offered) else []
            self.offer(name, [_NOT_SAID, *offered, *lost])
        others = [one for one in model.process_of(element).nodes if isinstance(one, Activity) and one.id != element.id]
        self.offer("approves", [(one.id, step_name(one)) for one in others])

    def initial_of(self, element: Activity) -> dict[str, Any]:
        facts = element.facts
        asked = read_approvals(facts.approvals)
        return {
            **super().initial_of(element),
            "votes": asked.needed if asked else None,
            "voters": ", ".join(asked.roles) if asked else "",
            "refusal": facts.refusal,
            "timeout": facts.timeout,
            "approves": [one for one in facts.approves.split() if one in self.model.nodes],
            "escalation": facts.escalation,
        }

    def clean_voters(self) -> str:
        roles = _listed(self.cleaned_data["voters"])
        if len({role.casefold() for role in roles}) != len(roles):
            raise forms.ValidationError(gettext("A role stands here twice; it has one vote."))
        if len(roles) > MOST_VOTES:
            raise forms.ValidationError(gettext("At most %(most)d roles.") % {"most": MOST_VOTES})
        for role in roles:
            self._known(role)
        return ", ".join(roles)

    def clean_escalation(self) -> str:
        said = " ".join(str(self.cleaned_data["escalation"]).split())
        if said:
            self._known(said)
        return said

    def _known(self, role: str) -> None:
        if "/" in role:
            raise forms.ValidationError(gettext("Please name roles without “/”."))
        lanes = {one for lane in self.model.lanes.values() for one in (lane.name, lane.performer)}
        if role not in lanes and role_called(role) is None:
            known = ", ".join(sorted(one for one in lanes if one and "," not in one)) or "–"
            text = gettext("“%(role)s” is neither a role of the firm nor a lane of the drawing (%(known)s).")
            raise forms.ValidationError(text % {"role": role, "known": known})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "votes" not in self.fields:
            return cleaned
        votes, voters = cleaned.get("votes"), _listed(cleaned.get("voters", ""))
        if votes and not voters and "voters" not in self.errors:
            self.add_error("voters", gettext("Please say which roles vote."))
        if voters and not votes and "votes" not in self.errors:
            self.add_error("votes", gettext("Please say how many votes a branch needs."))
        if votes and voters and votes > len(voters):
            self.add_error("votes", gettext("There are only %(n)d roles with a vote.") % {"n": len(voters)})
        if cleaned.get("timeout") and "due" in self.fields and not cleaned.get("due") and "due" not in self.errors:
            self.add_error("timeout", gettext("Without “To be done within” this time never comes."))
        return cleaned

    def with_approval(self, facts: WorkFacts) -> WorkFacts:
        """The facts of the step with what this part says."""
        if "votes" not in self.fields:
            return facts
        given = self.cleaned_data
        was: WorkFacts = self.element.facts
        asked = Approvals(given["votes"], tuple(_listed(given["voters"]))) if given["votes"] else None
        approvals = f"{asked.needed}/{','.join(asked.roles)}" if asked else ""
        chosen = [one for one in given["approves"] if one in self.model.nodes]
        named = [one for one in was.approves.split() if one in self.model.nodes]
        return replace(
            facts,
            approvals=was.approvals if asked == read_approvals(was.approvals) else approvals,
            refusal=given.get("refusal", was.refusal),
            timeout=given.get("timeout", was.timeout),
            approves=was.approves if sorted(chosen) == sorted(named) else " ".join(chosen),
            escalation=given["escalation"],
        )


class BranchPart(ElementForm):
    """Which branch is taken where no condition holds."""

    default = forms.ChoiceField(
        label=_("If no condition holds"), required=False, help_text=_("The branch that is taken then.")
    )

    def __init__(self, element: Any, model: Definitions, data: QueryDict | None = None) -> None:
        super().__init__(element, model, data)
        flows = branch_choices(model, tuple(flow.id for flow in outgoing(model, element)))
        if len(flows) < 2:
            self.drop("default")
            return
        ask = ("", _("no such branch: a person decides"))
        self.offer("default", [ask, *flows])

    def initial_of(self, element: Any) -> dict[str, Any]:
        return {**super().initial_of(element), "default": element.default}

    def default_flow(self) -> str | None:
        return str(self.cleaned_data["default"]) if "default" in self.fields else None


class CallPart(ElementForm):
    """What a step calls, works out or decides: another process, a script, a decision table, a message."""

    called = forms.ChoiceField(label=_("Process that runs here"), required=False)
    script = feel(_("What is worked out (FEEL)"), hint=_("For example: net * 1.19"))
    decision = forms.ChoiceField(label=_("Decision table"), required=False)
    result = line(_("Name of the result in the case"), most=60)
    message = line(_("Name of the message"), hint=_("The same name at both ends."))
    correlation = feel(_("Key by which the message finds its case"), hint=_("FEEL, for example: orderNumber"))

    def __init__(self, element: Any, model: Definitions, data: QueryDict | None = None) -> None:
        super().__init__(element, model, data)
        kind = element.type if isinstance(element, Task) else None
        foreign = kind is TaskType.SCRIPT and element.script is not None and "feel" not in element.script.language
        asked = {
            "called": isinstance(element, CallActivity),
            "script": kind is TaskType.SCRIPT and not foreign,
            "decision": kind is TaskType.BUSINESS_RULE,
            "result": kind in (TaskType.BUSINESS_RULE, TaskType.SCRIPT),
            "message": kind in (TaskType.SEND, TaskType.RECEIVE),
            "correlation": kind is TaskType.RECEIVE,
        }
        self.drop(*(name for name, wanted in asked.items() if not wanted))
        if asked["called"]:
            self._offer("called", _processes(model, element), element.called)
        if asked["decision"]:
            self._offer("decision", _tables(), element.decision)

    def _offer(self, field: str, offered: dict[str, str], said: str) -> None:
        """What the file names is kept, also where the firm does not have it."""
        if said and said not in offered:
            known = offered.get(definitions.key_of(said)) if field == "called" else None
            offered[said] = known or gettext("%(name)s (not taken over yet)") % {"name": said}
        self.offer(field, [_NOT_SAID, *sorted(offered.items(), key=lambda pair: pair[1].casefold())])

    def initial_of(self, element: Any) -> dict[str, Any]:
        task = element if isinstance(element, Task) else None
        return {
            **super().initial_of(element),
            "called": element.called if isinstance(element, CallActivity) else "",
            "script": plain(task.script.text) if task and task.script else "",
            "decision": task.decision if task else "",
            "result": task.result if task else "",
            "message": task.message if task else "",
            "correlation": plain(task.correlation) if task else "",
        }

    def clean_result(self) -> str:
        said = str(self.cleaned_data["result"]).strip()
        if fault := name_fault(said):
            raise forms.ValidationError(fault)
        return said


def plain(expression: str) -> str:
    """An expression without the sign of FEEL, as people type it."""
    return expression.removeprefix("=").strip()


def _listed(said: str) -> list[str]:
    return [" ".join(one.split()) for one in said.replace(";", ",").split(",") if one.strip()]


def _processes(model: Definitions, element: Activity) -> dict[str, str]:
    """Those of the file but its own, those in use, and those that come with Werkfluss; by the id that a call names."""
    own = model.process_of(element).id
    found = {one.id: one.name_in(language()) or one.id for one in model.processes if one.id != own}
    for row in definitions.definitions():
        found.setdefault(row.key, row.name)
    for entry in library.ENTRIES:
        found.setdefault(entry.key, entry.title.in_language(language()))
    if own not in {one.id for one in model.processes if one.id != own}:
        found.pop(definitions.key_of(own), None)
    return found


def _tables() -> dict[str, str]:
    return {key: f"{row.name}: {name or key}" for row in decisions.decisions() for key, name in row.decisions}


RUNS_HERE = (
    *("called", "script", "decision", "result", "message", "correlation"),
    *("completion", "one_by_one", "ends_rest"),
)
RULE_GROUPS: Groups = (
    (_("What runs here"), RUNS_HERE),
    (_("Data in and out"), MAPPING_FIELDS),
    (_("Approval and lateness"), ("votes", "voters", "refusal", "timeout", "approves", "escalation")),
    (_("Repetition"), LoopPart.names),
    (_("Where it goes on"), ("default",)),
)
