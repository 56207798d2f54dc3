"""``werkfluss demo``: the example firm, loaded through the same functions that people use, and its first job done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import click

from werkfluss.kernel.text import Text

# Called with what is being done (German and English), how much is done, and of how much: the bar of ``startup``.
Report = Callable[[str, int, int], None]
_STEPS = 100


@dataclass(frozen=True, slots=True)
class ShownLogin:
    """A login of the example firm as it is printed on the first start."""

    label: Text
    email: str
    password: str


def is_loaded() -> bool:
    """Whether the example firm is there. Needs Django to be set up."""
    from werkfluss.cli.example_firm import files
    from werkfluss.org.models import Organisation

    main = next(org for org in files.firm().organisations if org.main)
    return Organisation.objects.filter(slug=main.slug).exists()


def logins() -> list[ShownLogin]:
    """The four example logins; their password was made at random on this installation."""
    from werkfluss.cli.example_firm import files, people

    password = people.example_password()
    return [ShownLogin(one.label, one.email, password) for one in files.firm().logins if one.shown]


def load(report: Report) -> list[ShownLogin]:
    """Found the example firm and run its main job up to the published plan and the approved bookings.

    Raises:
        werkfluss.kernel.errors.WerkflussError: one of the example's own files is refused.
    """
    from werkfluss.cli.example_firm import (
        ai,
        care,
        care_catalogue,
        complaint,
        main_job,
        orders,
        people,
        talent_network,
        venture,
        work,
    )

    def progress(share: float, text: Text) -> None:
        report(f"{text.de} / {text.en}", round(share * _STEPS), _STEPS)

    progress(0.02, Text("Firma und Zugänge", "Firm and logins"))
    firm = people.found_firms()
    progress(0.10, Text("Menschen, Freie, Partner, Agenten", "People, freelancers, partners, agents"))
    people.take_on_everybody(firm)
    progress(0.25, Text("Projekt mit 60 Aufgaben", "Project with 60 tasks"))
    work.bring_in_work(firm)
    progress(0.34, Text("Aufträge an Freie, gemeinsames Projekt", "Orders to freelancers, joint venture"))
    orders.give_orders(firm)
    venture.found_venture(firm)
    talent_network.bring_in_talents(firm)
    progress(0.36, Text("Betreuung und ihr Katalog, Bewerbungen", "Care and its catalogue, applications"))
    care.bring_in_care(firm)
    care_catalogue.bring_in_catalogue(firm)
    complaint.bring_in_complaint(firm)
    ai.bring_in_ai(firm)
    main_job.run(firm, lambda share, text: progress(0.40 + 0.6 * share, text))
    return logins()


def load_once() -> list[ShownLogin]:
    """Load the example firm on the first start, with a bar; returns the example logins, on later starts too."""
    from werkfluss.cli.startup import progress_bar

    if is_loaded():
        return logins()
    with progress_bar("Beispielfirma / example firm") as report:
        return load(report)


@click.command()
def demo() -> None:
    """Load the example firm into the database, once."""
    from werkfluss.cli.startup import console, set_up_django

    set_up_django()
    for login in load_once():
        console.print(f"{login.label.de:24} {login.email:48} {login.password}")
