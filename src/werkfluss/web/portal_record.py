"""Words of the portal's happenings in the record; unlike its pages they speak German and English only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from werkfluss.web.happenings import KINDS, OBJECTS

KINDS.update(
    {
        "care.consent.asked": _("Consent asked for"),
        "care.consent.given": _("Consent given"),
        "care.consent.declined": _("Consent declined"),
        "care.consent.revoked": _("Consent taken back"),
        "care.family.invited": _("Family let into the portal"),
        "care.family.ended": _("Family login ended"),
        "care.checklist.ticked": _("Checklist ticked"),
        "care.duty.read": _("Duty read and confirmed"),
        "care.thread.begun": _("Messages begun"),
        "care.message.written": _("Message written"),
        "care.data.exported": _("Own data taken along"),
        "care.catalogue.confirmed": _("Portal language confirmed"),
        "care.message.translated": _("Message translated by a model"),
        "care.teams.set": _("Teams channel set"),
        "care.teams.ended": _("Teams channel ended"),
        "care.translation.ordered": _("Translation by a model ordered"),
        "care.teams.refused": _("Note not taken by Teams"),
        "care.teams.noted": _("Note for Teams made"),
        "care.teams.posted": _("Note sent to Teams"),
    }
)
OBJECTS.update(
    {
        "care.careconsent": _("Consent"),
        "care.checklisttick": _("Line of a checklist"),
        "care.dutyreading": _("Duty read"),
        "care.carethread": _("Messages of a case"),
        "care.caremessage": _("Message"),
        "care.catalogueconfirmation": _("Portal language"),
        "care.teamschannel": _("Teams channel"),
        "care.teamspost": _("Note to Teams"),
    }
)
