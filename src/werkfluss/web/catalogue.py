"""The words of the pages: found in templates and Python, German beside each, one file per area in ``locale/de``.

The portal speaks six more languages (``locale/<language>/portal.po``, see ``portal_catalogue``).
``python -m werkfluss.web.catalogue`` compiles each into the one catalogue that Django reads, without gettext programs.
The English of the pages is the msgid itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

WEB = Path(__file__).resolve().parent
GERMAN = WEB / "locale" / "de"
COMPILED = GERMAN / "LC_MESSAGES" / "django.mo"
PORTAL = ("es", "pt", "tr", "uk", "hi", "ar")
# What gettext is called in our sources; the numbers say which argument is the singular, the plural, the context.
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
Word = tuple[str | None, str]


def sources() -> Iterator[Path]:
    """Every file of ``web`` whose words are shown to people."""
    yield from sorted(WEB.rglob("*.py"))
    yield from sorted((WEB / "templates").rglob("*.html"))
    yield from sorted((WEB / "templates").rglob("*.txt"))


def words() -> dict[Word, str]:
    """Every (context, msgid) that is shown, with the file where it stands first."""
    found: dict[Word, str] = {}
    for path in sources():
        for word in words_in(path):
            found.setdefault(word, str(path.relative_to(WEB)))
    return found


def words_in(path: Path) -> Iterator[Word]:
    """Every (context, msgid) of one file."""
    for message, context in _in_file(path):
        singular = message[0] if isinstance(message, (tuple, list)) else message
        if singular:
            yield context, str(singular)


def _in_file(path: Path) -> Iterator[tuple[object, str | None]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        # What it leaves of a template is calls among blanks; without their indentation they read as Python.
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    for _line, message, _comments, context in extract("python", BytesIO(text.encode()), KEYWORDS):
        yield message, context


def german() -> Catalog:
    """All German words; of two files that hold the same msgid they must say the same.

    Raises:
        ValueError: two files translate one msgid differently.
    """
    return _whole("de", GERMAN)


def portal(language: str) -> Catalog:
    """The words of the portal in one of its further languages."""
    return _whole(language, WEB / "locale" / language)


def _whole(language: str, folder: Path) -> Catalog:
    whole = Catalog(locale=language, domain="django", charset="utf-8")
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            part = read_po(file, locale=language, charset="utf-8")
        for message in part:
            if not message.id or message.fuzzy or not message.string:
                continue
            known = whole.get(message.id, message.context)
            if known and known.string != message.string:
                raise ValueError(f"{path.name}: {message.id!r} is also {known.string!r} elsewhere")
            whole.add(message.id, message.string, context=message.context)
    return whole


def untranslated() -> dict[Word, str]:
    """What has no German yet, with the file where it stands."""
    known = german()
    missing = {}
    for (context, msgid), place in words().items():
        message = known.get(msgid, context)
        if message is None or not all(message.string if isinstance(message.string, tuple) else (message.string,)):
            missing[(context, msgid)] = place
    return missing


def compile_catalogue() -> Path:
    """Write the catalogues that Django reads; returns the German one."""
    for language in PORTAL:
        _write(portal(language), WEB / "locale" / language / "LC_MESSAGES" / "django.mo")
    return _write(german(), COMPILED)


def _write(words: Catalog, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and moved: two processes may start together.
    with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        write_mo(file, words)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)
    return path


def main() -> int:
    from django.conf import settings

    if not settings.configured:
        settings.configure()
    for (_context, msgid), place in untranslated().items():
        print(f"{place}: no German for {msgid!r}", file=sys.stderr)  # noqa: T201  (a tool of the makers)
    compile_catalogue()
    return 0


if __name__ == "__main__":
    sys.exit(main())
