"""Loading the rules of a pack that did not come with the program, without mixing them with the built-in ones."""

from __future__ import annotations

import ast
import hashlib
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType

_BUILT_IN = "werkfluss.law.packs"


class _OwnSiblings(ast.NodeTransformer):
    """``from werkfluss.law.packs.eu.x.tables import …`` inside eu/x means the file beside it, not the built-in one."""

    def __init__(self, pack_id: str) -> None:
        self._package = f"{_BUILT_IN}.{pack_id.replace('/', '.')}"

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        module = node.module or ""
        if module == self._package or module.startswith(f"{self._package}."):
            node.module = module.removeprefix(self._package).lstrip(".") or None
            node.level = 1
        return node


class _Loader(importlib.machinery.SourceFileLoader):
    """Reads sources only, never a cached compilation that nobody signed."""

    def __init__(self, name: str, path: str, pack_id: str) -> None:
        super().__init__(name, path)
        self._pack_id = pack_id

    def get_code(self, fullname: str) -> CodeType:
        source = self.get_data(self.path)
        tree = _OwnSiblings(self._pack_id).visit(ast.parse(source, self.path))
        return compile(ast.fix_missing_locations(tree), self.path, "exec", dont_inherit=True)


class _Siblings:
    """Finds the modules of loaded packs by their folder."""

    def __init__(self) -> None:
        self.packs: dict[str, tuple[Path, str]] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        package, _, name = fullname.rpartition(".")
        if package not in self.packs:
            return None
        folder, pack_id = self.packs[package]
        file = folder / f"{name}.py"
        if not file.is_file():
            return None
        return importlib.util.spec_from_file_location(
            fullname, file, loader=_Loader(fullname, str(file), pack_id), submodule_search_locations=None
        )


_siblings = _Siblings()


def load_rules(folder: Path, pack_id: str) -> ModuleType:
    """The module ``<area>.py`` of a pack in ``folder``, freshly read.

    Raises:
        FileNotFoundError: the pack has no file of rules.

    """
    if not (folder / f"{folder.name}.py").is_file():
        raise FileNotFoundError(folder / f"{folder.name}.py")
    place = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    package = f"werkfluss_law_pack_{pack_id.replace('/', '_')}_{place}"
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]  # a newer version may have been installed into the same folder
    if _siblings not in sys.meta_path:
        sys.meta_path.append(_siblings)
    _siblings.packs[package] = (folder, pack_id)
    parent = ModuleType(package)
    parent.__path__ = []
    sys.modules[package] = parent
    return importlib.import_module(f"{package}.{folder.name}")
