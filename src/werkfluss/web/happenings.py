"""Plain words for the events of the record. An area adds its own with ``KINDS.update({...})`` in its page module."""

from __future__ import annotations

from django.apps import apps
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from werkfluss.kernel.text import Text

KINDS: dict[str, Promise] = {
    "org.firm.founded": _("Firm set up"),
    "org.firm_profile.changed": _("Firm profile changed"),
    "org.membership.added": _("Member added"),
    "org.membership.ended": _("Membership ended"),
    "org.works_agreement.recorded": _("Works agreement recorded"),
    "evidence.payload.erased": _("Contents erased"),
    "agents.run.started": _("AI agent started"),
    "agents.run.found": _("Run of an AI agent found"),
    "agents.run.finished": _("AI agent finished"),
    "agents.run.failed": _("AI agent failed"),
    "work.bookings.exported": _("Bookings exported"),
    "work.bookings.exported_again": _("Bookings exported again"),
    "work.item.approved": _("Line approved"),
    "work.item.rejected": _("Line rejected"),
    "work.item.reopened": _("Line opened again"),
    "work.plan.requested": _("Plan asked for"),
    "work.plan.computed": _("Plan computed"),
    "work.plan.failed": _("Plan failed"),
    "work.plan.choice_changed": _("Choice in the plan changed"),
    "work.plan.discarded": _("Plan put aside"),
    "work.plan.published": _("Plan published"),
    "workforce.agent_file.opened": _("AI file opened"),
    "workforce.agent.stopped": _("AI agent stopped"),
    "workforce.agent.released": _("AI agent released"),
    "workforce.rate.set": _("Rate set"),
    "workforce.share.agreed": _("Share of working time agreed"),
    "workforce.shared_time.blocked": _("Time blocked for another firm"),
    "workforce.skill.added": _("Skill added"),
}
# Said here by those whose page has no words of its own for them.
SPOKEN: dict[str, Text] = {
    "agents.ai_use.registered": Text("Nutzung von KI erfasst", "Use of AI registered"),
    "agents.ai_use.changed": Text("Nutzung von KI geändert", "Use of AI changed"),
    "agents.ai_use.ended": Text("Nutzung von KI beendet", "Use of AI ended"),
    "agents.ai_use.reviewed": Text("Nutzung von KI durchgesehen", "Use of AI reviewed"),
    "agents.paper.kept": Text("Unterlage zur KI abgelegt", "Paper on AI kept"),
    "agents.training.recorded": Text("Schulung zu KI festgehalten", "Training on AI recorded"),
    "agents.training.withdrawn": Text("Schulung zu KI zurückgenommen", "Training on AI withdrawn"),
    "care.authority.entered": Text("Behörde eingetragen", "Authority entered"),
    "care.authority.ended": Text("Behörde beendet", "Authority ended"),
    "care.authority_package.made": Text("Paket für die Behörde erstellt", "Package for the authority made"),
    "care.authority_paper.prepared": Text("Unterlage für die Behörde vorbereitet", "Paper for the authority prepared"),
    "care.authority_paper.handed_over": Text("Unterlage der Behörde übergeben", "Paper handed to the authority"),
    "care.form_entry.recorded": Text("Angabe für ein Formular festgehalten", "Entry for a form recorded"),
    "compliance.deadline.moved": Text("Frist verschoben", "Deadline moved"),
    "work.recheck.found": Text("Das Recht sagt jetzt etwas anderes", "The law now says something else"),
    "work.recheck.said_anew": Text("Neue Antwort des Rechts", "The law says anew"),
    "work.recheck.settled": Text("Neue Antwort des Rechts erledigt", "New answer of the law settled"),
}
OBJECTS: dict[str, Promise] = {
    "org.organisation": _("Firm"),
    "org.firmprofile": _("Firm profile"),
    "org.membership": _("Membership"),
    "workforce.rate": _("Rate"),
    "workforce.resourceskill": _("Skill"),
    "workforce.share": _("Share of working time"),
    "workforce.agentfile": _("AI file"),
    "work.casetask": _("Step"),
    "work.taskseparation": _("Four eyes"),
    "work.plan": _("Plan"),
    "work.planitem": _("Line of the plan"),
    "work.resultitem": _("Line of a result"),
    "work.acceptance": _("Acceptance"),
    "agents.run": _("Run of an AI agent"),
    "engagement.ordermessage": _("Question or answer"),
    "engagement.objection": _("Objection"),
}


def kind_word(kind: str) -> str:
    """What happened, in words; an event without words shows its own name."""
    spoken = SPOKEN.get(kind)
    if kind not in KINDS and spoken is not None:
        return spoken.in_language(get_language() or "de")
    return str(KINDS.get(kind, kind))


def object_word(label: str) -> str:
    """To what it happened; ``label`` is a model's ``app.model`` in lower case."""
    if label in OBJECTS:
        return str(OBJECTS[label])
    try:
        return capfirst(str(apps.get_model(label)._meta.verbose_name))
    except LookupError:
        return label
