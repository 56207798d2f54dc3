"""Date ranges: half-open inside, shown with the last day included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class DateRange:
    """Days from ``start`` up to, not including, ``end``; ``end=None`` means open.

    Raises:
        ValueError: the range would be empty or run backwards.
    """

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"empty or backward range {self.start}..{self.end}")

    @classmethod
    def inclusive(cls, first: date, last: date | None) -> DateRange:
        """From the form in which people write ranges: both days belong to it."""
        return cls(first, None if last is None else last + _DAY)

    @property
    def last_day(self) -> date | None:
        return None if self.end is None else self.end - _DAY

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: DateRange) -> bool:
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)

    def days(self) -> Iterator[date]:
        """Every day of the range.

        Raises:
            ValueError: the range is open.
        """
        if self.end is None:
            raise ValueError("an open range has no last day")
        day = self.start
        while day < self.end:
            yield day
            day += _DAY
