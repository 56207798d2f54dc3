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
    "bpmn-js/dist/bpmn-modeler.production.min.js": "bpmn-modeler.js",
    "bpmn-js/dist/assets/diagram-js.css": "diagram.css",
    "bpmn-js/dist/assets/bpmn-js.css": "bpmn.css",
    "bpmn-js/dist/assets/bpmn-font/css/bpmn.css": "bpmn-font.css",
    "bpmn-js/dist/assets/bpmn-font/font/bpmn.woff2": "bpmn.woff2",
    "bpmn-js/LICENSE": "bpmn.LICENSE",
    "bpmn-js-i18n/translations/de.js": "bpmn-de.js",
    "bpmn-js-i18n/LICENSE": "bpmn-de.LICENSE",
}
# Maps stay behind: the collector of static files would look for them.
_SOURCE_MAP = re.compile(rb"\n?(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*$")
# The font comes in five formats; every browser of today reads the first that is copied.
_FONT_SOURCES = re.compile(rb"  src: url\('\.\./font/bpmn\.eot.*?;\n  src:.*?;\n", re.DOTALL)
_FONT_SOURCE = b"  src: url('bpmn.woff2') format('woff2');\n"
_STYLE = re.compile(rb'style="((?:[a-z-]+:[\w.]+;)+)"')


def _as_attributes(style: re.Match[bytes]) -> bytes:
    pairs = (pair.split(b":") for pair in style[1].rstrip(b";").split(b";"))
    return b" ".join(b'%s="%s"' % (name, value) for name, value in pairs)


def _without_styles(script: bytes) -> bytes:
    """The modeler's drawn icons with attributes of SVG, which mean the same: the policy of the pages bars ``style``."""
    clean = _STYLE.sub(_as_attributes, script)
    if b'style="' in clean:
        raise SystemExit("bpmn-js: a style in its markup that would be barred; see _without_styles")
    return clean


def _prepared(target: str, data: bytes) -> bytes:
    if target.endswith((".css", ".js")):
        data = _SOURCE_MAP.sub(b"", data)
    if target == "bpmn-modeler.js":
        return _without_styles(data)
    if target == "bpmn-font.css":
        # One of its comments names a file, which the collector of static files would look for.
        data, found = _FONT_SOURCES.subn(_FONT_SOURCE, re.sub(rb"/\*.*?\*/", b"", data, flags=re.DOTALL))
        if found != 1:
            raise SystemExit("bpmn-js: its font style sheet has changed; see _FONT_SOURCES")
    return data


def _copy() -> None:
    for source, target in FILES.items():
        (VENDOR / target).write_bytes(_prepared(target, (MODULES / source).read_bytes()))


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
