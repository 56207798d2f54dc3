"""``werkfluss staying signs``: the signs of one firm as text and as one JSON document."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from werkfluss.cli.staying import signs, signs_of
from werkfluss.engagement.domain import conduct
from werkfluss.kernel.errors import Broken


@pytest.mark.usefixtures("db")
def test_signs_of_a_firm_as_json_and_as_text(firm):
    told = CliRunner().invoke(signs, ["--firm", firm.slug, "--json"])
    found = json.loads(told.stdout)
    assert [one["code"] for one in found["signs"]] == list(conduct.BY_CODE)
    assert {one["now"] for one in found["signs"]} == {None}
    text = CliRunner().invoke(signs, ["--firm", firm.slug]).stdout
    assert text.count("zu wenige Fälle (0)") == 2 * len(conduct.SIGNS)


@pytest.mark.usefixtures("db")
def test_firm_that_is_not_there_is_named_with_those_that_are(firm):
    with pytest.raises(Broken) as broken:
        signs_of("gibt-es-nicht")
    assert firm.slug in broken.value.fault.expected.de
