"""What a language model may be told: only classes of data that the firm has allowed, looked at before anything is sent.

A sentence that names a person of the firm, or holds an address or a number of somebody, is of the class ``personal``;
that needs a contract on processing (Art. 28 GDPR), recorded in the inventory of AI.
"""

from __future__ import annotations

import re
from datetime import date

from django.db.models import Q

from werkfluss.agents.language_model import LanguageModel
from werkfluss.agents.models import AiUse
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.workforce.models import NATURAL_PERSONS, AgentFile, Resource

INTERNAL, PERSONAL = "internal", "personal"
_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"\S@\S")
_DAY = re.compile(r"\b(?:\d{1,2}\.\d{1,2}\.\d{2,4}|\d{4}-\d{2}-\d{2})\b")
# Telephone numbers begin with 0 or +, account numbers with two letters; an amount of money with neither.
_NUMBER = re.compile(r"(?:\+|(?<!\d)0|\b[A-Z]{2})(?:[\s/().-]*\d){6,}")
_SHORTEST = 3
_NAMES = {
    INTERNAL: Text("intern", "internal"),
    PERSONAL: Text("personenbezogen", "personal"),
}


def class_of(text: str) -> str:
    """``personal`` if the text names somebody whom the firm knows, or holds a mail address or a number of somebody."""
    if _ADDRESS.search(text) or _NUMBER.search(_DAY.sub("", text)):
        return PERSONAL
    # As it is written: whoever is called Lang or Frei does not make every long or free thing personal. Where nothing is
    # written large, names are not either.
    written = str.casefold if text == text.lower() else str
    names = Resource.objects.filter(kind__in=NATURAL_PERSONS).values_list("name", flat=True)
    known = {written(word) for name in names for word in _WORD.findall(name) if len(word) >= _SHORTEST}
    return PERSONAL if known & set(_WORD.findall(text)) else INTERNAL


def require_allowed(text: str, file: AgentFile, model: LanguageModel, *, on: date) -> str:
    """The class of the text, if the agent may tell it to this model.

    Raises:
        Refused: the AI file does not name this class, or it is personal and no contract on processing is recorded.
    """
    found = class_of(text)
    if found not in file.data_classes:
        raise _refused(
            Text(
                f"Der Satz enthält Daten der Klasse „{_NAMES[found].de}“; die KI-Akte erlaubt sie nicht.",
                f"The sentence holds data of the class “{_NAMES[found].en}”; the AI file does not allow them.",
            ),
            "KI-Akte",
        )
    if found == PERSONAL and not has_contract(model, on=on):
        raise _refused(
            Text(
                "Der Satz nennt Personen, und für dieses Sprachmodell ist kein Vertrag über die Verarbeitung erfasst.",
                "The sentence names people, and no contract on processing is recorded for this language model.",
            ),
            "Art. 28 DSGVO",
        )
    return found


def has_contract(model: LanguageModel, *, on: date) -> bool:
    """Whether the inventory of AI has a use in force with a contract for personal data: its name or provider is the
    model's name, or the host it runs on.
    """
    called = [name for name in (model.name, getattr(model, "model", ""), getattr(model, "host", "")) if name]
    meant = Q()
    for name in called:
        meant |= Q(name__iexact=name) | Q(provider__iexact=name)
    rows = AiUse.objects.filter(meant, agreement=AiUse.Agreement.YES, used_from__lte=on)
    in_force = rows.filter(Q(used_to=None) | Q(used_to__gt=on))
    return any(PERSONAL in use.data_classes for use in in_force)


def _refused(reason: Text, citation: str) -> Refused:
    return Refused(
        reason,
        citation=citation,
        what_to_do=Text(
            "Bitte lassen Sie Namen, Adressen und Nummern weg, oder wählen Sie einen der Vorschläge.",
            "Please leave out names, addresses and numbers, or choose one of the proposals.",
        ),
    )
