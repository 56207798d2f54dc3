"""No answer of a choice is shown as the computer's key."""

from __future__ import annotations

from werkfluss.kernel.text import Text
from werkfluss.law import api
from werkfluss.law.choices import WORDS, label_of
from werkfluss.law.facts import one_of


def test_every_choice_of_every_rule_has_readable_labels() -> None:
    choices = [fact for rule in api.rules() for fact in rule.facts.facts.values() if fact.type == "choice"]
    assert choices
    for fact in choices:
        assert fact.labels is not None
        assert set(fact.labels) == set(fact.values)
        assert not [text for label in fact.labels.values() for text in (label.de, label.en) if "_" in text], fact.name


def test_own_label_goes_before_the_shared_one_and_that_before_the_key() -> None:
    own = Text("eigenes", "own")
    fact = one_of("x", ("yes", "no", "never_heard_of"), "Frage?", "Question?", labels={"yes": own})
    assert fact.labels == {"yes": own, "no": WORDS["no"], "never_heard_of": Text("never heard of", "never heard of")}
    assert fact.as_json()["labels"]["no"] == {"de": "nein", "en": "no"}


def test_known_words_are_said_in_both_languages() -> None:
    assert label_of("accelerated_81a").de == "das beschleunigte (§ 81a AufenthG)"
    assert label_of("large_only").en == "large businesses only"
