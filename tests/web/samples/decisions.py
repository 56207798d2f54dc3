"""Samples of decision tables: two decisions that rest on each other, with a test case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.process.dmn_samples import decision, input_data, source, table
from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.work.models import Decision


def dmn_file(name: str, rules: tuple[str, ...] = ("< 100|0", ">= 100|5")) -> bytes:
    """A discount by amount, and who may grant it by discount; ``name`` is in every name and id."""
    low, top = f"{name} Rabatt", f"{name} Freigabe"
    body = input_data(f"{name} Betrag", "number")
    body += decision(
        low, table("UNIQUE", [f"{name} Betrag:number"], [f"{name} Prozent:number"], list(rules)), f"{name} Betrag"
    )
    body += decision(
        top,
        table("FIRST", [low], [f'{name} Wer:string:"Leitung", "niemand"'], ['> 3|"Leitung"', '-|"niemand"']),
        f"?{low}",
    )
    return source(body).replace(b'name="Probe"', f'name="{name} Tabelle"'.encode())


def kept_table(world: World) -> Decision:
    from werkfluss.work.domain.decisions import deploy_decisions

    name = world.unique("Probe")
    case = {"name": f"{name} groß", "decision": f"{name} Rabatt", "inputs": {f"{name} Betrag": 200}, "expected": 5}
    return deploy_decisions(dmn_file(name), filename="tabelle.dmn", tests=[case], by=world.director)


@sample("decision", "decision_file", "decision_tests", "decision_try")
def kept(world: World) -> Mapping[str, object]:
    return {"pk": kept_table(world).pk}


@sample("decision_rules", "decision_columns")
def rules(world: World) -> Mapping[str, object]:
    return {"pk": kept_table(world).pk, "place": 0}


@sample("decision_test", "decision_test_remove")
def one_case(world: World) -> Mapping[str, object]:
    return {"pk": kept_table(world).pk, "number": 1}


@listed("decisions", queries=12)
def one_more_table(world: World) -> None:
    kept_table(world)
