"""What must not be committed: addresses of registries, paths of one machine, things of others, secrets."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.structure.house import ROOT

# Put together here, so that this file does not find itself.
_HOSTS = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry." + "npmjs.org",
    "registry." + "yarnpkg",
    "unpkg" + ".com",
]
_HOSTS += ["jsdelivr" + ".net", "cdnjs." + "cloudflare", "fonts." + "googleapis", "deb." + "debian.org"]
_PATHS = ["/wo" + "rk/(?:main|shared|notes)", "/ro" + "ot/", "/ho" + "me/[a-z]", "/opt/" + "pypi", "/Us" + "ers/"]
_SECRETS = ["BEGIN [A-Z ]*PRIVATE " + "KEY", "ghp" + "_[A-Za-z0-9]{30}", "AK" + "IA[A-Z0-9]{16}"]
FORBIDDEN = re.compile("|".join([*(re.escape(host) for host in _HOSTS), *_PATHS, *_SECRETS]))
THIRD_PARTY = re.compile(r"(^|/)(node_modules|vendor|collected)/|\.min\.(js|css)$|\.(whl|pyc|mo)$")


def committed() -> list[Path]:
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def findings(text: str) -> list[str]:
    return [match.group() for match in FORBIDDEN.finditer(text)]


def test_no_registry_address_machine_path_or_secret() -> None:
    found = {}
    for path in committed():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if hits := findings(text):
            found[str(path.relative_to(ROOT))] = hits
    assert found == {}


def test_nothing_third_party_is_committed() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in committed()]
    assert len(names) > 100
    assert [name for name in names if THIRD_PARTY.search(name)] == []


@pytest.mark.parametrize(
    "text", [f"see https://{_HOSTS[0]}/simple", "cp " + "/ro" + "ot/x", "-----BEGIN RSA PRIVATE " + "KEY-----"]
)
def test_forbidden_text_is_found(text: str) -> None:
    assert len(findings(text)) == 1


def test_locks_pin_everything_by_hash() -> None:
    for name in ("run", "dev", "node"):
        lines = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        blocks = re.split(r"\n(?=[A-Za-z0-9])", lines)
        pins = [block for block in blocks if re.match(r"[A-Za-z0-9][\w.\-]*==", block)]
        assert pins
        assert [block.split("\n")[0] for block in pins if "--hash=sha256:" not in block] == []


def test_npm_lock_has_integrity_and_no_address() -> None:
    import json

    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    others = {path: entry for path, entry in packages.items() if path}
    assert others
    assert [path for path, entry in others.items() if not entry["integrity"].startswith("sha512-")] == []
    assert [path for path, entry in others.items() if "resolved" in entry] == []
