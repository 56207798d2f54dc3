"""The acting user, agent or system: always known, always named in the chain."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from werkfluss.kernel.errors import NotPermitted
from werkfluss.org.roles import Role, roles_with


class ActorKind(StrEnum):
    USER = "user"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts in one firm.

    ``id`` is the user's or the agent resource's id, ``None`` for the system itself. ``on_behalf_of`` is the person
    whose rights an agent borrows: an agent never holds more than they do (ASVS 5.0, 8.3.3).
    """

    org_id: UUID
    kind: ActorKind
    id: UUID | None = None
    roles: frozenset[Role] = frozenset()
    on_behalf_of: UUID | None = None

    @classmethod
    def system(cls, org_id: UUID) -> Actor:
        return cls(org_id, ActorKind.SYSTEM)

    def may(self, permission: str) -> bool:
        return self.kind is ActorKind.SYSTEM or bool(self.roles & roles_with(permission))

    def require(self, permission: str) -> None:
        """Raises NotPermitted unless the actor holds ``permission``."""
        if not self.may(permission):
            raise NotPermitted(permission)
