"""Whether a firm may write to or call somebody it would like to work with, and what the first message must say."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, one_of, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Certainty, Condition

_WHO = Text("Wer den Kontakt aufnimmt", "whoever makes contact")
_MAIL = ("email", "automated_call", "platform_message")


def _first_message(facts: Facts) -> tuple[Condition, ...]:
    """What Art. 13, 14 and 21 GDPR ask of the first message, whatever its way."""
    tell = Condition(
        "notice",
        Text(
            "In der ersten Nachricht sagen: wer schreibt, wozu, woher die Daten stammen, wie lange sie bleiben.",
            "Say in the first message: who writes, what for, where the data come from, how long they stay.",
        )
        if facts.word("source") != "person"
        else Text(
            "Beim Erheben sagen: wer, wozu, wie lange, welche Rechte.",
            "Say when the data are given: who, what for, how long, which rights.",
        ),
        _WHO,
        "gdpr_14" if facts.word("source") != "person" else "gdpr_13",
    )
    object_ = Condition(
        "notice",
        Text(
            "Auf das Recht hinweisen, jederzeit zu widersprechen, getrennt von anderem.",
            "Point out the right to object at any time, apart from everything else.",
        ),
        _WHO,
        "gdpr_21",
    )
    return tell, object_


def _ask_first() -> Condition:
    return Condition(
        "consent",
        Text(
            "Vorher ausdrücklich einwilligen lassen, oder einen anderen Weg wählen: Brief, persönliches Gespräch.",
            "Have the person consent expressly before, or choose another way: a letter, a talk in person.",
        ),
        _WHO,
        "uwg_7_2",
    )


@rule(
    "de/outreach/contact",
    title=Text("Erste Ansprache", "First contact"),
    start=date(2022, 5, 28),
    facts=FactSchema(
        one_of(
            "channel",
            ("email", "platform_message", "phone", "automated_call", "post", "in_person"),
            "Auf welchem Weg: E-Mail, Nachricht auf einer Plattform, Anruf, Anrufautomat, Brief, persönlich?",
            "By which way: e-mail, message on a platform, call, calling machine, letter, in person?",
        ),
        one_of(
            "recipient",
            ("private", "business"),
            "Als wen sprechen Sie die Person an: privat (Bewerbung) oder als Unternehmen (freiberuflich, Team)?",
            "As whom do you address the person: privately (a job) or as a business (freelancer, team)?",
        ),
        one_of(
            "consent",
            ("express", "presumed", "none"),
            "Gibt es eine Einwilligung: ausdrücklich, nach den Umständen zu vermuten, keine?",
            "Is there consent: express, to be presumed from the circumstances, none?",
        ),
        yes_no(
            "objected",
            "Hat die Person widersprochen oder gebeten, nicht angesprochen zu werden?",
            "Has the person objected or asked not to be contacted?",
        ),
        one_of(
            "source",
            ("person", "public", "referral", "partner"),
            "Woher stammen die Kontaktdaten: von der Person, öffentlich, Empfehlung, Hochschule oder Plattform?",
            "Where do the contact data come from: the person, public, a referral, a university or platform?",
        ),
    ),
)
def contact(facts: Facts, _values: Parameters) -> Finding:
    """§ 7 UWG for every first contact that seeks work: looking for services counts as advertising, too."""
    if facts.flag("objected"):
        reason = Text("Die Person möchte nicht angesprochen werden.", "The person does not want to be contacted.")
        return finding("blocked", reason, cites=("uwg_7_1", "gdpr_21"), certainty="B")
    way, consent = facts.word("channel"), facts.word("consent")
    if way in _MAIL:
        return _by_mail(facts, way)
    if way == "phone":
        return _by_phone(facts, consent)
    reason = Text(
        "Brief oder persönlich: zulässig, solange nicht erkennbar unerwünscht.",
        "By letter or in person: allowed as long as it is not recognisably unwanted.",
    )
    return finding("allowed", reason, cites=("uwg_7_1",), conditions=_first_message(facts), certainty="B")


def _by_mail(facts: Facts, way: str) -> Finding:
    # Whether a message on a platform is electronic mail is not settled for all of them: the careful reading is taken.
    certainty: Certainty = "C" if way == "platform_message" else "B"
    if facts.word("consent") == "express":
        reason = Text("Ausdrückliche Einwilligung liegt vor.", "There is express consent.")
        return finding("allowed", reason, cites=("uwg_7_2",), conditions=_first_message(facts), certainty=certainty)
    reason = Text(
        "E-Mails, Nachrichten und Anrufautomaten brauchen vorher die ausdrückliche Einwilligung, auch von Unternehmen.",
        "E-mails, messages and calling machines need express consent beforehand, from businesses too.",
    )
    return finding("blocked", reason, cites=("uwg_7_2",), conditions=(_ask_first(),), certainty=certainty)


def _by_phone(facts: Facts, consent: str) -> Finding:
    private = facts.word("recipient") == "private"
    if consent == "none" or (private and consent != "express"):
        reason = (
            Text(
                "Anrufe bei Privaten brauchen die ausdrückliche Einwilligung.", "Calls to private people need consent."
            )
            if private
            else Text("Anrufe brauchen mindestens mutmaßliches Interesse.", "Calls need at least presumed interest.")
        )
        return finding("blocked", reason, cites=("uwg_7_2",), conditions=(_ask_first(),), certainty="B")
    keep = Condition(
        "record",
        Text(
            "Die Einwilligung festhalten und fünf Jahre aufbewahren, ab jeder Verwendung neu.",
            "Record the consent and keep it for five years, anew from each use.",
        )
        if private
        else Text(
            "Festhalten, woraus sich das Interesse an genau diesem Angebot ergibt.",
            "Record from what the interest in exactly this offer follows.",
        ),
        _WHO,
        "uwg_7a" if private else "uwg_7_2",
    )
    reason = Text("Der Anruf ist mit der Einwilligung zulässig.", "With the consent the call is allowed.")
    return finding("allowed", reason, cites=("uwg_7_2",), conditions=(keep, *_first_message(facts)), certainty="B")
