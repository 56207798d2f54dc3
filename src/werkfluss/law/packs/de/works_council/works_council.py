"""Works council: the go-live lock, what it takes part in, the week of s. 99, and information on externals."""

from __future__ import annotations

from werkfluss.law.packs.de.works_council.hiring import hire
from werkfluss.law.packs.de.works_council.lock import go_live
from werkfluss.law.packs.de.works_council.participation import participation

__all__ = ["go_live", "hire", "participation"]
