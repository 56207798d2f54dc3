"""Time-zone names of calendar files: IANA names, Windows names as Outlook writes them, the file's own zones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


@cache
def _windows_names() -> dict[str, str]:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    names = {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}
    return names | {"western/central europe": "Europe/Berlin"}  # Lotus Notes


@cache
def _iana_names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


class Zones:
    """Finds the zone of a TZID. ``told`` is a person's mapping from TZID to IANA name and goes first."""

    def __init__(self, told: Mapping[str, str] | None, default: ZoneInfo) -> None:
        self._told = {key.casefold(): value for key, value in (told or {}).items()}
        self.default = default

    def find(self, tzid: str, of_file: tzinfo | None) -> tzinfo | None:
        """The zone, or None if it is neither known nor described in the file (``of_file``).

        A known name wins over the file's own description, because Outlook writes the rules of the current year
        for all years.
        """
        name = self._told.get(tzid.casefold(), tzid).strip("/ \"'")
        parts = name.split("/")
        # "/freeassociation.sourceforge.net/Europe/Berlin" ends in an IANA name.
        for candidate in ("/".join(parts[n:]) for n in range(len(parts))):
            key = candidate.casefold()
            found = _iana_names().get(key) or _windows_names().get(key)
            if found:
                return ZoneInfo(found)
        return of_file


def zone_name(zone: tzinfo | None, tzid: str | None) -> str | None:
    """The IANA name where there is one, else the file's own name."""
    return zone.key if isinstance(zone, ZoneInfo) else tzid


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """The wall-clock time of ``moment`` put into ``zone``."""
    return moment.replace(tzinfo=zone)
