"""Starting a case by hand: who stands behind each lane, what is known at the start, and what the case is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation
from werkfluss.org.roles import LABELS, Role
from werkfluss.process.library import USUAL_ROLES
from werkfluss.process.model import Activity, SubProcess
from werkfluss.process.start_data import Asked, asked_at_start
from werkfluss.process.walk import default_process
from werkfluss.work.domain import services
from werkfluss.work.domain.cases import Performer, start_case
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import Case, ProcessDefinition

# A step of a role is open to everybody who has it. Of externals and agents that would be one too many: each of them
# sees the own work alone, so they stand behind a lane by name.
SHARED_ROLES = (Role.MANAGING_DIRECTOR, Role.HR, Role.LEAD, Role.EMPLOYEE, Role.WORKS_COUNCIL)
PERSON, SERVICE = "person", "service"


@dataclass(frozen=True, slots=True)
class Part:
    """One lane: its name in the file, how it is called in both languages, and whom it usually falls to.

    ``usual`` is the key of a role, ``person`` for whom the case is about, or empty if nobody can tell.
    """

    lane: str
    label: Text
    usual: str


def parts_of(definition: ProcessDefinition) -> tuple[Part, ...]:
    """Who has to do something in a process, in the order in which they come; what Werkfluss does itself is left out."""
    model = model_of(definition)
    process = model.process(default_process(model))
    labels = {lane.name: Text(lane.name_in("de"), lane.name_in("en")) for lane in process.lanes}
    names = dict.fromkeys(
        model.performer(node)
        for node in process.nodes
        if isinstance(node, Activity) and not isinstance(node, SubProcess)
    )
    return tuple(
        Part(name, labels.get(name, Text(name, name)), _usual(name))
        for name in names
        if name and USUAL_ROLES.get(name) != SERVICE
    )


def _usual(lane: str) -> str:
    by_label = {label.de: role.value for role, label in LABELS.items()}
    by_label |= {label.en: role.value for role, label in LABELS.items()}
    return USUAL_ROLES.get(lane) or by_label.get(lane, "")


def usual_role(part: Part) -> Role | None:
    """The role that a lane falls to, if it is one that several people may share."""
    return next((role for role in SHARED_ROLES if role.value == part.usual), None)


def asked(definition: ProcessDefinition) -> tuple[Asked, ...]:
    """What the case should know from the beginning."""
    model = model_of(definition)
    return asked_at_start(model, default_process(model))


def begins_elsewhere(definition: ProcessDefinition) -> bool:
    """Whether steps of the process are done at the subject of its cases, which therefore starts them itself."""
    return any(services.is_led(definition.key, element) for element in model_of(definition).nodes)


def start_by_hand(
    definition: ProcessDefinition,
    *,
    title: str,
    subject: models.Model | None = None,
    performers: Mapping[str, Performer] | None = None,
    variables: Mapping[str, Any] | None = None,
    by: Actor,
) -> Case:
    """Start a case; without a ``subject`` it is about the firm.

    Raises:
        Refused: the process belongs to an object that starts it, a lane falls to a role of externals or agents, or the
            process contains what cannot be run.
    """
    if begins_elsewhere(definition):
        raise Refused(
            Text("Diesen Vorgang beginnt sein Gegenstand.", "This case is started by its subject."),
            citation=definition.name,
            what_to_do=Text(
                "Bitte legen Sie den Auftrag oder den Betreuungsfall an.", "Please create the order or the care case."
            ),
        )
    shared = [one for one in (performers or {}).values() if isinstance(one, Role) and one not in SHARED_ROLES]
    if shared:
        raise Refused(
            Text(
                f"„{LABELS[shared[0]].de}“ ist zu viele: Jede und jeder davon sähe den Schritt.",
                f"“{LABELS[shared[0]].en}” is too many: each of them would see the step.",
            ),
            citation="Vorgang",
            what_to_do=Text("Bitte benennen Sie, wer es tut.", "Please name who does it."),
        )
    about = subject if subject is not None else Organisation.objects.get(pk=by.org_id)
    return start_case(definition, subject=about, title=title, variables=variables, performers=performers, by=by)
