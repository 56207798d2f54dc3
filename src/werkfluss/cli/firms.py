"""The firm that a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

if TYPE_CHECKING:
    from werkfluss.org.models import Organisation


def firm_named(slug: str) -> Organisation:
    """The firm with this short name; needs Django.

    Raises:
        Broken: there is no such firm; the fault names those there are.
    """
    from werkfluss.org.models import Organisation

    org = Organisation.objects.filter(slug=slug).first()
    if org is not None:
        return org
    known = ", ".join(Organisation.objects.order_by("slug").values_list("slug", flat=True))
    raise Broken(
        Fault(
            slug,
            Text(f"Eine Firma „{slug}“ gibt es nicht.", f"There is no firm '{slug}'."),
            Text(f"Eine von: {known}", f"One of: {known}"),
            Text("Kurznamen der Firma angeben, wie er in der Adresse steht.", "Give its name as in the address."),
        )
    )
