"""Two firms with the same kinds of objects: every text of one carries its mark, so a leak into the other shows.

An area adds ``samples/<area>.py``: functions that make its objects and say with which arguments its addresses open them.

    @sample("project", "project_edit")
    def project(world: World) -> dict[str, object]:
        row = projects.create_project(name=f"{world.mark} Projekt", by=world.director)
        return {"pk": row.pk}  # and "?": "with=…" if the address needs a query

    @listed("projects", queries=7)
    def more_projects(world: World) -> None:
        projects.create_project(name=f"{world.mark} noch eins", by=world.director)
"""

from __future__ import annotations

import itertools
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from werkfluss.org.actor import Actor
    from werkfluss.org.models import Organisation, User
    from werkfluss.org.roles import Role

_numbers = itertools.count(1)


def number() -> int:
    """The next one that ``World.unique`` gives."""
    return next(_numbers)


def number_from(start: int) -> None:
    """Go on after a world that another process made."""
    global _numbers  # noqa: PLW0603
    _numbers = itertools.count(max(start, next(_numbers)))


@dataclass
class World:
    """One firm with a person in each role; ``mark`` is in every text of it and nowhere else."""

    org: Organisation
    mark: str
    actors: dict[Role, Actor]
    users: dict[Role, User]
    kwargs: dict[str, Mapping[str, object]] = field(default_factory=dict)

    @property
    def director(self) -> Actor:
        from werkfluss.org.roles import Role

        return self.actors[Role.MANAGING_DIRECTOR]

    @contextmanager
    def open(self) -> Iterator[Actor]:
        """Inside the firm, as its director."""
        from werkfluss.org import tenancy

        with tenancy.acting(self.org.pk, self.director) as actor:
            yield actor

    def unique(self, text: str) -> str:
        """A text of this firm that is there only once."""
        return f"{self.mark} {text} {next(_numbers)}"

    def arguments(self, name: str) -> dict[str, object]:
        """What the address ``name`` needs to open an object of this firm."""
        from werkfluss.web.access import TABLE

        firm = {"firm": self.org.slug} if "<slug:firm>" in TABLE[name].route else {}
        return {**firm, **{key: value for key, value in self.kwargs.get(name, {}).items() if key != "?"}}

    def url(self, name: str, **changes: object) -> str:
        """The address ``name`` with an object of this firm behind it; a sample's ``"?"`` is what follows the mark."""
        from django.urls import reverse

        query = self.kwargs.get(name, {}).get("?")
        address = reverse(name, kwargs={**self.arguments(name), **changes})
        return f"{address}?{query}" if query else address


Sample = Callable[[World], Mapping[str, object]]
_samples: list[tuple[tuple[str, ...], Sample]] = []
LISTS: dict[str, tuple[Callable[[World], None], int]] = {}
READERS: dict[str, str] = {}


def sample(*names: str) -> Callable[[Sample], Sample]:
    """The function below makes one object and gives the arguments with which these addresses open it."""

    def register(make: Sample) -> Sample:
        _samples.append((names, make))
        return make

    return register


def listed(
    name: str, *, queries: int, reader: str = ""
) -> Callable[[Callable[[World], None]], Callable[[World], None]]:
    """The function below makes one more row of this list page, which needs ``queries`` queries, however many rows.

    ``reader`` is the role that reads it, if not the managing director.
    """

    def register(make: Callable[[World], None]) -> Callable[[World], None]:
        LISTS[name] = (make, queries)
        if reader:
            READERS[name] = reader
        return make

    return register


def load_samples() -> None:
    """Load all pages, which fills the table of addresses, and all samples."""
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018
    folder = Path(__file__).parent / "samples"
    for module in pkgutil.iter_modules([str(folder)]):
        import_module(f"tests.web.samples.{module.name}")


def make_world(slug: str, mark: str) -> World:
    """A firm with one person per role and one of each object the samples know."""
    from werkfluss.org import tenancy
    from werkfluss.org.actor import Actor
    from werkfluss.org.domain import firms
    from werkfluss.org.models import User
    from werkfluss.org.roles import Role

    profile: dict[str, Any] = {
        "street": f"{mark} Straße 1",
        "postcode": "34117",
        "city": f"{mark} Stadt",
        "country": "DE",
        "subdivision": "HE",
        "email": f"{mark.lower()}@{slug}.example",
        "chart_of_accounts": "SKR03",
        "has_works_council": True,
    }
    org = firms.found_firm(slug=slug, name=f"{mark} GmbH", profile=profile)
    users, actors = {}, {}
    with tenancy.acting(org.pk, Actor.system(org.pk)) as system:
        for role in Role:
            address = f"{role.value}.{mark.lower()}@{slug}.example"
            users[role] = User.objects.create_user(address, "ein langes Kennwort", name=f"{mark} {role.value}")
            firms.add_member(users[role], role=role, by=system)
            actors[role] = firms.user_actor(org.pk, users[role])
    world = World(org, mark, actors, users)
    with world.open():
        for names, make in _samples:
            arguments = make(world)
            world.kwargs.update(dict.fromkeys(names, arguments))
    return world
