"""By which other words a skill of the firm is known: learned once, found everywhere where names of skills are read."""

from __future__ import annotations

from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.workforce.models import Skill

MOST = 40  # words of one skill


def learn_word(skill: Skill, word: str, *, by: Actor) -> Skill:
    """Remember that a word means this skill; nothing happens if the skill is called so already.

    Raises:
        Refused: no word, or too many of them.
    """
    said = " ".join(word.split())[:120]
    locked = Skill.objects.select_for_update().get(pk=skill.pk)
    known = {name.casefold() for name in (locked.name_de, locked.name_en, *map(str, locked.synonyms))}
    if said.casefold() in known:
        return locked
    if not said or len(locked.synonyms) >= MOST:
        raise Refused(
            Text("Dieses Wort lässt sich nicht merken.", "This word cannot be remembered."),
            citation=locked.name_de,
            what_to_do=Text("Räumen Sie die Wörter der Fähigkeit auf.", "Clear up the words of the skill."),
        )
    locked.edit(synonyms=[*locked.synonyms, said])
    record(Event("workforce.skill.word_learned", locked, {"name": said}), by=by)
    return locked
