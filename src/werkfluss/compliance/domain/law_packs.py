"""Which law packs this installation uses, and where each comes from: the program itself, or a signed file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from werkfluss.compliance.domain import checks, explain, questions
from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text
from werkfluss.law import api as law
from werkfluss.law.api import PackInfo
from werkfluss.law.signed import verify_folder


@dataclass(frozen=True, slots=True)
class UsedPack:
    """A pack in use. ``key``: the trusted public key that signed it, empty for a pack of the program."""

    info: PackInfo
    key: str = ""

    @property
    def installed(self) -> bool:
        return bool(self.key)


class _Installed:
    """What this process uses beside the packs of the program; set once when it starts."""

    folder: Path | None = None
    trusted: tuple[str, ...] = ()


def use(folder: Path | None, trusted: Iterable[str] = ()) -> list[UsedPack]:
    """From now on use the signed packs in ``folder`` as well; returns those that are used.

    Every process calls it once when it starts. Packs are verified and their rules loaded here, so that a pack that
    was changed stops the start and not the first question of the day.

    Raises:
        Broken: the folder is missing, or a pack in it is unsigned, signed by a key that is not trusted, or was
            changed; then only the packs of the program are used.
    """
    if folder is not None and not folder.is_dir():
        raise _no_folder(folder)
    keys = tuple(trusted)
    _set(folder, keys)
    try:
        law.rules()
        return [pack for pack in used() if pack.installed]
    except Exception:
        _set(None, ())
        raise


def used() -> list[UsedPack]:
    """Every pack with its origin, in the order of their ids."""
    library, folder = law.library(), _Installed.folder
    found = []
    for info in library.pack_infos():
        own = library.packs[info.id].folder
        installed = folder is not None and own.is_relative_to(folder)
        found.append(UsedPack(info, verify_folder(own, _Installed.trusted).key if installed else ""))
    return found


def _set(folder: Path | None, trusted: tuple[str, ...]) -> None:
    _Installed.folder, _Installed.trusted = folder, trusted
    law.use_installed(folder, trusted)
    # What was read from the packs before.
    for kept in (checks.fact_names, explain.rule_cards, explain.facts_by_name, questions.asked_by):
        kept.cache_clear()


def _no_folder(folder: Path) -> Broken:
    return Broken(
        Fault(
            str(folder),
            Text("Den Ordner der Rechtspakete gibt es nicht.", "The folder of law packs does not exist."),
            Text("Ein Ordner mit eingerichteten Paketen.", "A folder of installed packs."),
            Text("WERKFLUSS_LAW_PACKS berichtigen oder leeren.", "Correct WERKFLUSS_LAW_PACKS or leave it empty."),
        )
    )
