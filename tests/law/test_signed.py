"""Law updates as signed files: only what was signed and not touched since is used."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from werkfluss.kernel.errors import Broken
from werkfluss.law import api, signed
from werkfluss.law.commands import law
from werkfluss.law.pack import BUILT_IN, version_key

TOY = Path(__file__).parent / "packs" / "zz" / "toy"
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def keys() -> tuple[bytes, str]:
    return signed.new_key()


def _folder(tmp_path: Path, version: str = "2", heavy: str = "12") -> Path:
    """A copy of the toy pack with another version and another weight."""
    folder = tmp_path / f"source-{version}-{heavy}" / "zz" / "toy"
    folder.mkdir(parents=True)
    text = (TOY / "toy.yaml").read_text(encoding="utf-8")
    text = text.replace('version: "1"', f'version: "{version}"').replace('value: "12"', f'value: "{heavy}"')
    (folder / "toy.yaml").write_text(text, encoding="utf-8")
    (folder / "toy.py").write_text((TOY / "toy.py").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "README.md").write_text("# zz/toy\n", encoding="utf-8")
    return folder


def _signed(tmp_path: Path, keys: tuple[bytes, str], version: str = "2", heavy: str = "12") -> bytes:
    return signed.sign(signed.build(_folder(tmp_path, version, heavy)), keys[0])


def _changed(packed: bytes, name: str, content: bytes | None) -> bytes:
    """The same archive with one file replaced, added or (None) taken out."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info.filename, old.read(info.filename))
        if content is not None:
            new.writestr(name, content)
    return target.getvalue()


def test_build_of_the_same_folder_is_the_same_file(tmp_path):
    folder = _folder(tmp_path)
    assert signed.build(folder) == signed.build(folder)


def test_signed_pack_is_verified_with_its_content(tmp_path, keys):
    found = signed.verify(_signed(tmp_path, keys), [signed.new_key()[1], keys[1]])
    assert (found.pack, found.version, found.key) == ("zz/toy", "2", keys[1])
    assert sorted(found.files) == ["README.md", "toy.py", "toy.yaml"]


def test_every_built_in_pack_can_be_built():
    for pack in api.library().packs.values():
        assert pack.folder.is_relative_to(BUILT_IN)
        assert signed.build(pack.folder)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("toy.yaml", b"pack: zz/toy"),
        ("toy.py", None),
        ("more.py", b"print('x')"),
        ("manifest.json", b"{}"),
        ("manifest.json", b"not json"),
        ("manifest.json", None),
        ("signature.json", None),
        ("signature.json", b"[]"),
        ("signature.json", b'{"key": "00", "signature": "00"}'),
        ("../evil.py", b""),
        ("sub/evil.py", b""),
    ],
)
def test_tampered_file_is_refused(tmp_path, keys, name, content):
    packed = _changed(_signed(tmp_path, keys), name, content)
    with pytest.raises(Broken):
        signed.verify(packed, [keys[1]])
    with pytest.raises(Broken):
        signed.install(packed, tmp_path / "packs", [keys[1]])
    assert not (tmp_path / "packs" / "zz" / "toy").exists()


def test_unsigned_unknown_key_and_foreign_signature_are_refused(tmp_path, keys):
    unsigned = signed.build(_folder(tmp_path))
    with pytest.raises(Broken, match="not signed"):
        signed.verify(unsigned, [keys[1]])
    with pytest.raises(Broken, match="not trusted"):
        signed.verify(signed.sign(unsigned, keys[0]), [signed.new_key()[1]])
    other = signed.sign(unsigned, signed.new_key()[0])
    with zipfile.ZipFile(io.BytesIO(other)) as archive:
        foreign = json.loads(archive.read("signature.json"))
    forged = json.dumps({**foreign, "key": keys[1]}).encode()
    with pytest.raises(Broken, match="signature is wrong"):
        signed.verify(_changed(other, "signature.json", forged), [keys[1]])


@pytest.mark.parametrize("junk", [b"", b"PK", b"x" * 500, b"PK\x03\x04" + b"\x00" * 60])
def test_file_that_is_no_pack_is_refused(keys, junk):
    with pytest.raises(Broken):
        signed.verify(junk, [keys[1]])


def test_huge_file_is_refused_before_it_is_unpacked(keys):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b" " * 6_000_000)
    with pytest.raises(Broken, match="Too large"):
        signed.verify(target.getvalue(), [keys[1]])


def test_sign_refuses_another_kind_of_key(tmp_path):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

    pem = generate_private_key(SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for key in (pem, b"no key"):
        with pytest.raises(Broken):
            signed.sign(signed.build(_folder(tmp_path, version=str(len(key)))), key)


def test_installed_later_version_wins_and_an_older_one_does_not(tmp_path, keys):
    root = tmp_path / "packs"
    facts = {"weight": 13, "has_paper": False}

    def outcome() -> tuple[str, str]:
        library = api.Library(TOY.parent.parent, installed=root, trusted=[keys[1]])
        verdict = library.check("zz/toy/cross", facts, date(2026, 3, 1), today=TODAY)
        return verdict.outcome, verdict.pack_version

    assert outcome() == ("blocked", "zz/toy@1")
    signed.install(_signed(tmp_path, keys, version="0.9", heavy="99"), root, [keys[1]])
    assert outcome() == ("blocked", "zz/toy@1")
    signed.install(_signed(tmp_path, keys, version="2", heavy="50"), root, [keys[1]])
    assert outcome() == ("allowed", "zz/toy@2")
    signed.install(_signed(tmp_path, keys, version="10", heavy="13"), root, [keys[1]])
    assert outcome() == ("blocked", "zz/toy@10")
    with pytest.raises(Broken, match="newer version"):
        signed.install(_signed(tmp_path, keys, version="9", heavy="50"), root, [keys[1]])
    assert [path.name for path in (root / "zz").iterdir()] == ["toy"]


def test_pack_changed_after_installation_is_refused(tmp_path, keys):
    root = tmp_path / "packs"
    signed.install(_signed(tmp_path, keys), root, [keys[1]])
    library = api.Library(installed=root, trusted=[keys[1]])
    assert list(library.packs) == ["zz/toy"]
    with pytest.raises(Broken, match="not trusted"):
        _ = api.Library(installed=root, trusted=[]).packs
    rules = root / "zz" / "toy" / "toy.py"
    rules.write_text(rules.read_text(encoding="utf-8") + "\n# more\n", encoding="utf-8")
    with pytest.raises(Broken, match="changed"):
        _ = api.Library(installed=root, trusted=[keys[1]]).packs
    (root / "zz" / "toy" / "signature.json").unlink()
    with pytest.raises(Broken, match="not signed"):
        _ = api.Library(installed=root, trusted=[keys[1]]).packs


def test_installed_pack_of_several_files_uses_its_own_siblings(tmp_path, keys):
    """The AI Act pack reads its tables from a module beside it: the update's, not the program's."""
    folder = tmp_path / "source" / "eu" / "ai_act"
    folder.mkdir(parents=True)
    for path in (BUILT_IN / "eu" / "ai_act").iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    tables = folder / "tables.yaml"
    text = tables.read_text(encoding="utf-8")
    old = 'system: "NOT_AI"}, cite: [art_3_1]'
    assert old in text
    tables.write_text(text.replace(old, 'system: "AI"}, cite: [art_3_1]'), encoding="utf-8")
    values = folder / "ai_act.yaml"
    built_in = api.library().packs["eu/ai_act"].version
    values.write_text(
        values.read_text(encoding="utf-8").replace(f'version: "{built_in}"', 'version: "2099.1"'), encoding="utf-8"
    )
    root = tmp_path / "packs"
    signed.install(signed.sign(signed.build(folder), keys[0]), root, [keys[1]])
    updated = api.Library(BUILT_IN, installed=root, trusted=[keys[1]])

    def system(library: api.Library) -> object:
        facts = {"ai_technique": "rules_only"}
        return library.check("eu/ai_act/classification", facts, TODAY, today=TODAY).values["system"]

    assert (system(updated), system(api.library())) == ("AI", "NOT_AI")


@pytest.mark.parametrize(
    ("earlier", "later"),
    [("2026.9", "2026.11"), ("2026.11", "2026.11.1"), ("1", "10"), ("2026.11-rc", "2026.11.0"), ("a", "1")],
)
def test_versions_are_ordered_by_their_numbers(earlier, later):
    assert version_key(earlier) < version_key(later)


def test_use_installed_reaches_the_module_functions(tmp_path, keys):
    signed.install(_signed(tmp_path, keys), tmp_path / "packs", [keys[1]])
    api.use_installed(tmp_path / "packs", [keys[1]])
    try:
        verdict = api.check("zz/toy/cross", {"weight": 1, "has_paper": True}, date(2026, 3, 1), today=TODAY)
        assert verdict.pack_version == "zz/toy@2"
    finally:
        api.use_installed(None)
    with pytest.raises(Broken):
        api.check("zz/toy/cross", {}, date(2026, 3, 1))


def test_commands_build_sign_verify_install_and_use(tmp_path):
    folder, file, key = _folder(tmp_path), tmp_path / "toy.wfpack", tmp_path / "key.pem"

    def run(*arguments: object) -> tuple[int, dict]:
        result = CliRunner().invoke(law, [*map(str, arguments), "--json"])
        return result.exit_code, json.loads(result.stdout)

    public = run("pack", "key", "--out", key)[1]["key"]
    assert key.stat().st_mode & 0o077 == 0
    assert run("pack", "key", "--out", key)[0] == 1
    assert run("pack", "build", folder, "--out", file)[0] == 0
    refused = run("pack", "verify", file, "--trust", public)
    assert refused[0] == 1
    assert set(refused[1]["errors"][0]) == {"where", "cause", "expected", "next_step"}
    assert run("pack", "sign", file, "--key", key)[0] == 0
    assert run("pack", "verify", file, "--trust", public)[1]["pack"] == "zz/toy"
    assert run("pack", "install", file, "--into", tmp_path / "packs", "--trust", public)[0] == 0
    facts = tmp_path / "facts.json"
    facts.write_text('{"weight": 1, "has_paper": true}', encoding="utf-8")
    question = ("check", facts, "--rule", "zz/toy/cross", "--on", "2026-03-01")
    code, document = run("--packs", tmp_path / "packs", "--trust", public, *question)
    assert (code, document["pack_version"]) == (0, "zz/toy@2")
    assert run(*question)[0] == 1
    assert run("pack", "verify", tmp_path / "no.wfpack", "--trust", public)[0] == 1


@pytest.mark.parametrize("change", [lambda packed: packed + b"x", lambda packed: b"x" + packed])
def test_something_before_or_after_the_pack_is_refused(tmp_path, keys, change):
    packed = _signed(tmp_path, keys)
    assert signed.verify(packed, [keys[1]]).pack
    with pytest.raises(Broken, match="no pack file"):
        signed.verify(change(packed), [keys[1]])


@pytest.mark.parametrize("damage", ["x", "\tx: [", "\x00"])
def test_installed_pack_whose_values_were_damaged_is_refused_before_they_are_read(tmp_path, keys, damage):
    root = tmp_path / "installed"
    found = signed.install(_signed(tmp_path, keys), root, [keys[1]])
    values = root / found.pack / f"{Path(found.pack).name}.yaml"
    values.write_text(values.read_text(encoding="utf-8") + damage, encoding="utf-8")
    with pytest.raises(Broken, match="changed"):
        _ = api.Library(BUILT_IN, installed=root, trusted=[keys[1]]).packs
