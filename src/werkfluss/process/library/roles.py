"""Who usually stands behind a lane of a library process; whoever starts a case may say otherwise.

The values are keys of the roles of a firm; besides, ``person`` is the one whom the case is about, and ``service`` is
Werkfluss itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_LANES = {
    "managing_director": ("Geschäftsführung",),
    "hr": ("Personal", "Datenschutz"),
    "lead": (
        *("Führungskraft", "Fachbereich", "Auftraggeber", "Buchhaltung", "Einkauf", "IT", "KI-Verantwortung"),
        *("Mentorin oder Mentor", "Qualitätssicherung", "Vertrieb"),
    ),
    "employee": ("Team",),
    "works_council": ("Betriebsrat",),
    "freelancer": ("Freelancer",),
    "provider": ("Partnerteam", "Partnerhochschule", "Steuerberatung", "Anbieter der Beratung", "Versorgungsträger"),
    "agent": ("KI-Agent",),
    "person": ("Beschäftigte Person", "Neue Kollegin oder neuer Kollege", "Reisende Person"),
    "service": ("Werkfluss",),
}

# From the name of the lane, as the file has it, to the role.
USUAL_ROLES: Mapping[str, str] = MappingProxyType({lane: role for role, lanes in _LANES.items() for lane in lanes})
