"""Samples of the legal check: a rule to ask, a stored answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tests.web.world import World, sample

RULE = "de/working_time/day"


@sample("law_rule")
def rule(world: World) -> Mapping[str, object]:
    return {"?": f"rule={RULE}"}


@sample("law_provision")
def provision(world: World) -> Mapping[str, object]:
    return {"country": "de", "area": "working_time", "name": "arbzg_3"}


@sample("law_check", "law_again", "law_take_on", "law_renew")
def check(world: World) -> Mapping[str, object]:
    from werkfluss.compliance.domain.checks import Question, check_facts

    question = Question.of(RULE, date(2026, 11, 2), {"executive": False, "hours": "11", "break_minutes": "30"})
    return {"pk": check_facts([question], by=world.director)[question].check.pk}


@sample("law_of", "law_of_facts", "law_of_store", "law_of_plan")
def subject(world: World) -> Mapping[str, object]:
    from tests.web.samples.people import take_on

    return {"kind": "resource", "pk": take_on(world).pk, "?": "rule=de/status/engagement"}
