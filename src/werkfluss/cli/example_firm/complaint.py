"""The example firm's running case: a complaint whose two open steps the plan gives out like any task."""

from __future__ import annotations

from werkfluss.cli.example_firm.people import ExampleFirm
from werkfluss.org.models import Organisation
from werkfluss.org.roles import Role
from werkfluss.work.domain import cases, definitions

_TITLE = "Reklamation: Ölverlust an der Presse HP-250"
# What the lead has done before the example begins; for the steps after it nobody is fixed, so the plan proposes.
_DONE = (
    ("record_complaint", "", "Lieferung vom 12.10., Leckage am Zylinder, Fotos liegen bei."),
    ("confirm_complaint", "", "Am selben Tag telefonisch bestätigt."),
    ("examine_defect", "ja oder Kulanz", "Dichtung war falsch verbaut."),
)


def bring_in_complaint(firm: ExampleFirm) -> None:
    """Up to where the offer to the customer and the search for the cause wait side by side."""
    with firm.inside("lead") as by:
        case = cases.start_case(
            definitions.definition_of("complaint", by=by),
            subject=Organisation.objects.get(pk=by.org_id),
            title=_TITLE,
            performers={element: Role.LEAD for element, _branch, _note in _DONE},
            by=by,
        )
        for element, branch, note in _DONE:
            step = cases.open_steps(case).get(element=element)
            choice = next((flow for flow, label in step.choices if label == branch), "")
            cases.complete_step(step, choice=choice, reason=note, by=by)
