"""What Werkfluss knows about an activity beyond BPMN."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

WERKFLUSS_NS = "https://werkfluss.example/bpmn/1"


class AiUse(StrEnum):
    """Whether an AI agent may take the task; ``UNSAID`` is a gap that the clarity check asks about."""

    UNSAID = ""
    FORBIDDEN = "forbidden"
    ALLOWED = "allowed"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Words:
    """One user text in the languages in which it was written; the tag ``""`` is the language of the file."""

    texts: tuple[tuple[str, str], ...]

    def exactly(self, language: str) -> str:
        """The text in ``language``; empty if it was not written in it."""
        return dict(self.texts).get(language.lower().split("-")[0], "")

    def in_language(self, language: str) -> str:
        """The text in ``language``, else the untagged one, else the first."""
        return self.exactly(language) or self.exactly("") or (self.texts[0][1] if self.texts else "")

    def __str__(self) -> str:
        return self.in_language("de")


class Named:
    """What has a name in the file, and perhaps others in other languages."""

    __slots__ = ()
    name: str
    label: Words | None

    def name_in(self, language: str) -> str:
        return (self.label.exactly(language) if self.label else "") or self.name


class Described(Named):
    """``described`` is the documentation in the languages in which it stands in the file, where they are named."""

    __slots__ = ()
    documentation: str
    described: Words | None

    def documentation_in(self, language: str) -> str:
        return (self.described.exactly(language) if self.described else "") or self.documentation


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """What Werkfluss knows about an activity beyond BPMN (the ``wf:`` extension in the same file).

    ``effort`` is a range in hours (low, high). ``due`` is an ISO 8601 duration from the moment the step is
    reached, or FEEL after a leading ``=`` over the data of the case; ``follow_up`` likewise, when to look after it.
    ``acceptance`` is ``requester``, ``four_eyes``, ``self`` or ``waived`` (with ``acceptance_reason``).
    ``operation`` names what a service task calls, ``tool`` says what an agent uses it for. ``decision`` names the
    DMN decision of a business-rule task, ``result`` the variable that takes what a script or a decision yields.
    ``performer`` is the role or unit that does it, before any lane.

    ``approvals`` is how many of which roles decide (``2/Geschäftsführung,Personal,Leitung``), ``refusal`` the branch
    that one of them alone takes, ``timeout`` the branch taken when the due time has passed (each by id or label),
    ``approves`` the ids of steps whose doers must not do this one, ``escalation`` the role that hears when it is late.
    ``provision`` is the law that sets the due time; nobody may postpone such a step.

    ``skills``, ``acceptance_reason``, ``tool``, ``performer``, ``provision`` are in German (or that of the file);
    ``translations`` hold those of them that are written in other languages too, ``said`` chooses.
    """

    skills: tuple[str, ...] = ()
    outcome: Words | None = None
    criteria: tuple[Words, ...] = ()
    effort: tuple[float, float] | None = None
    data_class: str = ""
    due: str = ""
    ai: AiUse = AiUse.UNSAID
    ai_purpose: Words | None = None
    acceptance: str = ""
    acceptance_reason: str = ""
    operation: str = ""
    tool: str = ""
    decision: str = ""
    result: str = ""
    performer: str = ""
    follow_up: str = ""
    approvals: str = ""
    refusal: str = ""
    timeout: str = ""
    approves: str = ""
    escalation: str = ""
    provision: str = ""
    translations: tuple[Words, ...] = ()

    def said(self, text: str, language: str) -> str:
        """One of these texts in a language, if the file has it, else as it is."""
        found = next((words for words in self.translations if str(words) == text), None)
        return (found.exactly(language) if found else "") or text


NO_FACTS = WorkFacts()
