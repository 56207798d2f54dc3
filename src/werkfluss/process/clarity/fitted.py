"""Examples that fit the label they stand beside: for “Rechnung prüfen” an outcome of checking, about the invoice."""

from __future__ import annotations

from dataclasses import dataclass

from werkfluss.kernel.text import Text
from werkfluss.process.label_words import PARTICLES_EN
from werkfluss.process.labels import rewritten, verb_object
from werkfluss.process.model import Definitions, FlowNode


@dataclass(frozen=True, slots=True)
class _Deed:
    """One kind of work: its verbs, and what it leaves behind. ``{}`` stands for the object."""

    verbs: str
    done: Text
    outcome: Text
    criterion: Text
    question: Text


_DEEDS = (
    _Deed(
        "prüfen kontrollieren überprüfen sichten testen bewerten check review verify validate test inspect assess",
        Text("{} geprüft", "{} checked"),
        Text("{}: in Ordnung, oder eine Liste der Mängel", "{}: in order, or a list of the defects"),
        Text("Zu jedem Mangel steht, wo er ist und wer ihn behebt.", "Every defect says where it is and who mends it."),
        Text("{} in Ordnung?", "{} in order?"),
    ),
    _Deed(
        "erstellen schreiben entwerfen anlegen erzeugen formulieren vorbereiten zusammenstellen create write draft "
        "prepare compile generate",
        Text("{} erstellt", "{} created"),
        Text("{}: als Datei im Vorgang, bereit zum Versand", "{}: a file in the case, ready to be sent"),
        Text("{}: alle Pflichtangaben sind ausgefüllt.", "{}: every required entry is filled in."),
        Text("{} vollständig?", "{} complete?"),
    ),
    _Deed(
        "senden versenden schicken zustellen übermitteln weiterleiten liefern ausliefern send deliver forward ship "
        "submit",
        Text("{} zugestellt", "{} delivered"),
        Text("{}: beim Empfänger, Sendebeleg im Vorgang", "{}: with the recipient, proof of sending in the case"),
        Text("{}: Zustellung ist mit Datum belegt.", "{}: the delivery is proven with a date."),
        Text("{} angekommen?", "{} arrived?"),
    ),
    _Deed(
        "genehmigen freigeben entscheiden abnehmen bestätigen annehmen approve decide accept confirm release authorise "
        "authorize",
        Text("{} entschieden", "{} decided"),
        Text("{}: Entscheidung mit Datum und Grund", "{}: decision with date and reason"),
        Text(
            "Die Entscheidung lautet ja oder nein und nennt den Grund.",
            "The decision is yes or no and gives the reason.",
        ),
        Text("{} genehmigt?", "{} approved?"),
    ),
    _Deed(
        "buchen verbuchen erfassen eintragen archivieren ablegen dokumentieren book record enter archive file register",
        Text("{} erfasst", "{} recorded"),
        Text("{}: eingetragen, Nummer im Vorgang", "{}: recorded, its number in the case"),
        Text("{}: jede Angabe stimmt mit dem Beleg überein.", "{}: every entry agrees with the document."),
        Text("{} erfasst?", "{} recorded?"),
    ),
    _Deed(
        "informieren benachrichtigen melden mitteilen erinnern inform notify tell remind report",
        Text("{} benachrichtigt", "{} informed"),
        Text("{}: benachrichtigt, Nachricht im Vorgang", "{}: informed, the message in the case"),
        Text("Die Nachricht sagt, was zu tun ist und bis wann.", "The message says what to do and by when."),
        Text("{} benachrichtigt?", "{} informed?"),
    ),
    _Deed(
        "einholen beantragen anfordern bestellen beschaffen anfragen obtain request order apply procure get",
        Text("{} eingeholt", "{} obtained"),
        Text("{}: liegt vor, mit Eingangsdatum", "{}: received, with the date"),
        Text("{}: der Eingang ist mit Datum bestätigt.", "{}: the receipt is confirmed with a date."),
        Text("{} erhalten?", "{} received?"),
    ),
)
_ANY = _Deed(
    "",
    Text("{} erledigt", "{} done"),
    Text("{}: erledigt, Beleg im Vorgang", "{}: done, the proof in the case"),
    Text("{}: eine zweite Person findet den Beleg im Vorgang.", "{}: a second person finds the proof in the case."),
    Text("{} erledigt?", "{} done?"),
)
_BY_VERB = {verb: deed for deed in _DEEDS for verb in deed.verbs.split()}
_OPPOSITES = {"ja": "nein", "nein": "ja", "yes": "no", "no": "yes"}


def _told(node: FlowNode, language: str, pick: str) -> str:
    """A text of the deed that the label speaks of, with its object; in the language of the label, never mixed."""
    label = node.name_in(language)
    found = verb_object(label) or verb_object(rewritten(label))
    if found is None or found.thing.split()[0].casefold() in PARTICLES_EN:
        return ""  # “Send to the dock” names no object
    text: Text = getattr(_BY_VERB.get(found.verb, _ANY), pick)
    return _opening(text.in_language(found.language).format(found.thing))


def _filled(node: FlowNode, pick: str) -> Text | None:
    german, english = _told(node, "de", pick), _told(node, "en", pick)
    return Text(german, english) if german and english else None


def _opening(text: str) -> str:
    return text[:1].upper() + text[1:]


def _quoted(text: Text) -> Text:
    return Text(f"„{text.de}“", f"“{text.en}”")


def _name(node: FlowNode) -> Text | None:
    for bad in (node.name_in("de"), node.name_in("en")):
        if better := rewritten(bad):
            return Text(f"„{better}“ statt „{bad}“", f"“{better}” instead of “{bad}”")
    return None


def _lane(definitions: Definitions, node: FlowNode) -> Text | None:
    names = [f"„{lane.name}“" for lane in definitions.process_of(node).lanes if lane.name][:3]
    if not names:
        return None
    listed = ", ".join(names)
    return Text(f"in diese Zeichnung passt: {listed}", f"in this drawing there is: {listed}")


def fitted(definitions: Definitions, node: FlowNode, code: str) -> Text | None:
    """An example for a finding about an activity; ``None`` where the general one is as good."""
    if code == "title_not_verb_object":
        return _name(node)
    if code == "no_outcome":
        return _filled(node, "outcome")
    if code == "no_criteria":
        return _filled(node, "criterion")
    return _lane(definitions, node) if code == "no_performer" else None


def _before(definitions: Definitions, node: FlowNode) -> FlowNode | None:
    sources = [definitions.nodes[definitions.flows[flow].source] for flow in node.incoming]
    return sources[0] if len(sources) == 1 else None


def fitted_event(definitions: Definitions, node: FlowNode) -> Text | None:
    """After “Rechnung prüfen”: “Rechnung geprüft”."""
    before = _before(definitions, node)
    text = _filled(before, "done") if before else None
    return _quoted(text) if text else None


def names_gateway(node: FlowNode) -> bool:
    """Whether the label is only the kind of the element: “Exclusive Gateway 2”."""
    return "gateway" in node.name.casefold()


def fitted_question(definitions: Definitions, node: FlowNode) -> Text | None:
    """“Rechnung prüfen” is followed by “Rechnung in Ordnung?”; a name that is no question gets its mark."""
    if node.name and not names_gateway(node):
        return _quoted(Text(f"{node.name_in('de')}?", f"{node.name_in('en')}?"))
    before = _before(definitions, node)
    text = _filled(before, "question") if before else None
    return _quoted(text) if text else None


def opposite(siblings: list[str]) -> str:
    """Beside a single “ja” the other branch is “nein”; empty where nothing follows from the other labels."""
    return _OPPOSITES.get(siblings[0].casefold(), "") if len(siblings) == 1 else ""


def fitted_branch(siblings: list[str]) -> Text | None:
    answer = opposite(siblings)
    other = siblings[0] if siblings else ""
    return Text(f"„{answer}“, neben „{other}“", f"“{answer}”, beside “{other}”") if answer else None
