"""German is complete, says Sie, and carries the same placeholders as the English beside it."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation import gettext, ngettext

from werkfluss.web import catalogue

FILES = sorted(catalogue.GERMAN.glob("*.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
# Words with which German addresses a friend, not a customer.
FAMILIAR = re.compile(r"\b(du|dich|dir|dein|deine[mnrs]?|euch|euer|eure[mnrs]?)\b", re.IGNORECASE)


def messages(path: object) -> list[Message]:
    with open(str(path), "rb") as file:  # noqa: PTH123
        return [message for message in read_po(file, locale="de") if message.id]


def strings(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, (tuple, list)) else [str(message.string)]


def ids(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, (tuple, list)) else [str(message.id)]


def test_every_word_of_the_pages_has_german() -> None:
    assert catalogue.untranslated() == {}


def test_words_are_found_in_templates_and_python() -> None:
    found = catalogue.words()
    assert found[(None, "Skip to content")] == "templates/base_document.html"
    assert found[(None, "My tasks")] == "navigation.py"
    assert (None, "%(n)s entry") in found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_german_is_whole(path: object) -> None:
    for message in messages(path):
        assert not message.fuzzy, message.id
        assert all(strings(message)), message.id
        for text in strings(message):
            assert not FAMILIAR.search(text), text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_placeholders_agree(path: object) -> None:
    for message in messages(path):
        # Form by form: the one for a single thing may do without its number.
        for english, text in zip(ids(message), strings(message), strict=True):
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(english)), message.id


def test_two_files_that_disagree_are_refused(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, word in (("a", "offen"), ("b", "geöffnet")):
        text = f'msgid ""\nmsgstr ""\n\nmsgid "open"\nmsgstr "{word}"\n'
        (tmp_path / f"{name}.po").write_text(text, encoding="utf-8")  # type: ignore[operator]
    monkeypatch.setattr(catalogue, "GERMAN", tmp_path)
    with pytest.raises(ValueError, match="open"):
        catalogue.german()


def test_compiled_catalogue_speaks() -> None:
    with translation.override("de"):
        assert gettext("My tasks") == "Meine Aufgaben"
        assert ngettext("%(n)s entry", "%(n)s entries", 2) % {"n": 2} == "2 Einträge"
        assert gettext("Please type your current password.") == "Bitte geben Sie Ihr jetziges Passwort ein."
    with translation.override("en"):
        assert gettext("My tasks") == "My tasks"
