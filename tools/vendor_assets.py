"""Copy what the pages need out of ``node_modules`` into ``static/vendor``; nothing third-party is committed.

The icons named in ``src/werkfluss/web/icons.txt`` become one sprite, used as
``<svg><use href="{% static 'vendor/icons.svg' %}#name"/></svg>``.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
WEB = ROOT / "src" / "werkfluss" / "web"
VENDOR = WEB / "static" / "vendor"
ICONS = WEB / "icons.txt"

FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.js",
    "@tabler/icons/LICENSE": "icons.LICENSE",
}
# Maps stay behind: the collector of static files would look for them.
_SOURCE_MAP = re.compile(rb"\n?(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*$")


def _copy() -> None:
    for source, target in FILES.items():
        data = (MODULES / source).read_bytes()
        (VENDOR / target).write_bytes(_SOURCE_MAP.sub(b"", data) if target.endswith((".css", ".js")) else data)


def _icon_file(name: str) -> Path:
    """Where an icon lies; ``name`` is ``alarm`` or, filled, ``alarm-filled``."""
    kind = "filled" if name.endswith("-filled") else "outline"
    return MODULES / "@tabler/icons/icons" / kind / f"{name.removesuffix('-filled')}.svg"


def _symbol(name: str) -> str:
    path = _icon_file(name)
    shapes = re.sub(r"\s+", " ", path.read_text(encoding="utf-8").split(">", 1)[1].rsplit("</svg>", 1)[0]).strip()
    paint = (
        'fill="currentColor"'
        if path.parent.name == "filled"
        else 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
    )
    return f'<symbol id="{name}" viewBox="0 0 24 24" {paint}>{shapes}</symbol>\n'


def icon_names() -> list[str]:
    """The names in the list, without empty lines and comments."""
    lines = (line.split("#")[0].strip() for line in ICONS.read_text(encoding="utf-8").splitlines())
    return sorted({line for line in lines if line})


def main() -> int:
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    _copy()
    names = icon_names()
    unknown = [name for name in names if not _icon_file(name).is_file()]
    if unknown:
        raise SystemExit(f"{ICONS.name}: no such icons in @tabler/icons: {', '.join(unknown)}")
    sprite = "".join(_symbol(name) for name in names)
    (VENDOR / "icons.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{sprite}</svg>\n', encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
