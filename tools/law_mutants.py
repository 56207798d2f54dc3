"""Which small faults can be put into a law pack: one changed node of its rules, or one changed value of its YAML."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from werkfluss.law.loading import load_rules
from werkfluss.law.pack import Pack, read_yaml
from werkfluss.law.verdict import OUTCOMES

_PARAMETERS = "parameters"
_FIRST, _LAST = "2024-01-01", "2027-12-31"
# Calls whose arguments are sentences, questions or advice, not law.
_WORDING = {
    "Text",
    "yes_no",
    "one_of",
    "number",
    "day",
    "country",
    "Condition",
    "Citation",
    "format",
    "strftime",
    "Fact",
    "_condition",
}
_COMPARE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault in a pack's file: where, what, and how to write it (a node and its change, or a path and its value).

    The text is written only when asked for: most mutants of a pool are never chosen.
    """

    pack: str
    file: str
    line: int
    what: str
    node: tuple[int, int] | None = None
    edits: tuple[tuple[tuple[Any, ...], object], ...] = ()

    def text(self, folder: Path) -> str:
        """The whole file with the fault in it."""
        if self.node is None:
            document = read_yaml(folder / self.file)
            for path, other in self.edits:
                place: Any = document
                for step in path[:-1]:
                    place = place[step]
                place[path[-1]] = other
            return yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=4000)
        tree = ast.parse((folder / self.file).read_text(encoding="utf-8"))
        target = list(_law_nodes(tree))[self.node[0]]
        list(_changes(target))[self.node[1]][1](target)
        return ast.unparse(ast.fix_missing_locations(tree))


def mutants_of(pack: Pack) -> Iterator[Mutant]:
    """All faults of a pack, in a fixed order."""
    modules, read = _rule_files(pack)
    for name in modules:
        yield from _python(pack, name)
    yield from _values(pack)
    for name in read:
        yield from _tables(pack, name)


def _rule_files(pack: Pack) -> tuple[list[str], list[str]]:
    """The modules that the rules load, and the further YAML files that these modules name."""
    load_rules(pack.folder, pack.id)
    loaded = [
        vars(module).get("__file__") for name, module in sys.modules.items() if name.startswith("werkfluss_law_pack_")
    ]
    files = sorted({Path(file).name for file in loaded if file and Path(file).parent == pack.folder})
    source = "".join((pack.folder / name).read_text(encoding="utf-8") for name in files)
    tables = sorted(path.name for path in pack.folder.glob("*.yaml"))
    return files, [name for name in tables if name in source and name != f"{pack.folder.name}.yaml"]


def _python(pack: Pack, name: str) -> Iterator[Mutant]:
    source = (pack.folder / name).read_text(encoding="utf-8")
    tree = ast.parse(source)
    for index, node in enumerate(_law_nodes(tree)):
        for number, (what, _change) in enumerate(_changes(node)):
            yield Mutant(pack.id, name, getattr(node, "lineno", 0), what, node=(index, number))


def _law_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that decides: no wording, no annotations, no docstrings, no decorators, no f-strings."""
    if isinstance(tree, ast.Call) and _called(tree) in _WORDING:
        return
    if isinstance(tree, ast.JoinedStr | ast.Import | ast.ImportFrom):
        return
    if isinstance(tree, ast.keyword) and tree.arg in ("lead_days", "practical_days", "day_kind", "certainty_note"):
        return
    yield tree
    for field, value in ast.iter_fields(tree):
        if field in ("decorator_list", "annotation", "returns", "args") and isinstance(
            tree, ast.FunctionDef | ast.AnnAssign | ast.arg
        ):
            continue
        if isinstance(tree, ast.ClassDef):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _law_nodes(child)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[Any], None]]]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARE:
        new = _COMPARE[type(node.ops[0])]

        def compare(target: Any) -> None:
            target.ops[0] = new()

        yield f"{type(node.ops[0]).__name__} -> {new.__name__}: {ast.unparse(node)[:70]}", compare
    elif isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And

        def boolean(target: Any) -> None:
            target.op = other()

        yield f"and <-> or: {ast.unparse(node)[:70]}", boolean
    elif isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        swapped = _ARITHMETIC[type(node.op)]

        def arithmetic(target: Any) -> None:
            target.op = swapped()

        yield f"{type(node.op).__name__} -> {swapped.__name__}: {ast.unparse(node)[:70]}", arithmetic
    elif isinstance(node, ast.If | ast.IfExp):

        def negate(target: Any) -> None:
            target.test = ast.UnaryOp(ast.Not(), target.test)

        yield f"if not: {ast.unparse(node.test)[:70]}", negate
    elif isinstance(node, ast.Constant):
        yield from _constants(node)


def _constants(node: ast.Constant) -> Iterator[tuple[str, Callable[[Any], None]]]:
    value = node.value
    other: object = None
    if isinstance(value, bool):
        other = not value
    elif isinstance(value, int):
        other = value + 1
    elif value in OUTCOMES:
        other = "blocked" if value != "blocked" else "allowed"
    if other is not None:

        def constant(target: Any) -> None:
            target.value = other

        yield f"{value!r} -> {other!r}", constant


def _values(pack: Pack) -> Iterator[Mutant]:
    """Dated values: the value, the first and last day, the status."""
    name = f"{pack.folder.name}.yaml"
    document = read_yaml(pack.folder / name)
    for parameter, item in document[_PARAMETERS].items():
        words = [dated["value"] for dated in item["values"]]
        for number, dated in enumerate(item["values"]):
            for key in ("value", "from", "to", "status"):
                for other in _others(key, dated.get(key), words):
                    if key in ("from", "to") and not _FIRST <= str(other) <= _LAST:
                        continue  # outside the years the packs are held to
                    place = (_PARAMETERS, parameter, "values", number)
                    edits = (((*place, key), other),)
                    what = f"{parameter}[{number}].{key}: {dated.get(key)} -> {other}"
                    yield Mutant(pack.id, name, 0, what, edits=edits)


def _others(key: str, written: object, words: list[object]) -> Iterator[object]:
    if written is None:
        return
    if key == "status":
        yield from ("draft",) if written in ("in_force", "enacted") else ("in_force",) if written == "draft" else ()
        return
    later = _later(str(written))
    if later is not None:
        yield later
    elif isinstance(written, bool):
        yield not written
    else:
        yield next((word for word in words if word not in (written, None)), "mutant")


def _later(written: str) -> str | None:
    """The next day of a date, the next number of a number; None for words."""
    try:
        return (date.fromisoformat(written) + timedelta(days=1)).isoformat()
    except ValueError:
        pass
    try:
        value = Decimal(written)
    except InvalidOperation:
        return None
    return format(value + Decimal(1).scaleb(int(value.as_tuple().exponent)), "f")


def _tables(pack: Pack, name: str) -> Iterator[Mutant]:
    """Decision tables: a value fewer in a condition, another result, another default, another parameter."""
    document = read_yaml(pack.folder / name)
    for path, value in _leaves(document):
        other = _other_leaf(path, value)
        if other is None:
            continue
        yield Mutant(pack.id, name, 0, f"{'/'.join(map(str, path))}: {value} -> {other}", edits=((path, other),))


def _leaves(item: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], object]]:
    if isinstance(item, dict):
        for key, child in item.items():
            yield from _leaves(child, (*path, key))
    elif isinstance(item, list):
        for number, child in enumerate(item):
            yield from _leaves(child, (*path, number))
    else:
        yield path, item


def _other_leaf(path: tuple[Any, ...], value: object) -> object:
    last = path[-1]
    if len(path) >= 3 and path[-3] == "when":
        return "never"
    if len(path) >= 2 and path[-2] == "then" and isinstance(value, str):
        return "MUTANT"
    if last in ("letter", "from", "fine", "start") and isinstance(value, str):
        return "mutant"
    return None
