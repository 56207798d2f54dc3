"""Words that the search of the library knows: what says nothing, what means the same, which endings fall off."""

from __future__ import annotations

_ENDINGS = (
    "ungen ung innen in ern er en em es e n s t te ten tet st est ing ings ed ies y ion ions or ors ment"
    " ments al ation ations"
)
_STOP = (
    "wir ich sie er es uns unser unsere unserem unseren unserer ihr ihre ihrem mein meine meiner man jemand"
    " jemanden der die das den dem des ein eine einen einem einer eines kein keine keinen und oder aber auch"
    " nicht noch nur schon mit ohne für von vom zu zum zur in im ins an am auf aus bei bis nach über um unter"
    " vor durch gegen seit als wie wenn dass ob so da hier dort dann soll sollen sollte will wollen wollte"
    " möchte möchten muss müssen kann können darf dürfen wird werden wurde worden ist sind war sein hat haben"
    " hatte habe brauchen braucht gibt geht machen macht tun bitte sich ihm ihn etwas alle alles jetzt bald"
    " neu neue neuen neues sehr mehr we i you he she it us our your his her their my me one the a and or but"
    " also not only already with without for of from to into on at by after about over under before through"
    " against since as like if that whether there should shall want wants wanted would must need needs can"
    " could may be is are was were been has have had do does did please this these those they them who what"
    " how all now soon new very more some any somebody someone let Mitarbeiter Mitarbeiterin Mitarbeitende"
    " Mitarbeitenden Beschäftigte Kollegin Kollege employee employees colleague staff Firma firm company Herr"
    " Herrn Frau wegen neuer Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag Januar Februar März"
    " April Mai Juni Juli August September Oktober November Dezember Monday Tuesday Wednesday Thursday Friday"
    " January February March May June July October December Arbeit arbeiten arbeitet work works working Jahr"
    " Jahre year years Arbeitgeber employer move"
)

# The longest first, so that “-ungen” falls before “-en”.
ENDINGS: tuple[str, ...] = tuple(sorted(_ENDINGS.split(), key=lambda ending: (-len(ending), ending)))
STOP: frozenset[str] = frozenset(_STOP.split())

# What is meant: what people say. Both sides are written as words; the search compares stems.
CONCEPTS: dict[str, str] = {
    "Drittstaat third country": (
        "Indien Inderin Inder China Türkei Brasilien Vietnam Ukraine Marokko Tunesien Ägypten Iran Pakistan"
        " Nigeria Kenia Philippinen Mexiko Kolumbien Argentinien Serbien Albanien Kosovo USA Amerika Kanada Japan"
        " Südkorea Russland Bangladesch Georgien Armenien Indonesien Malaysia Südafrika Australien Drittland Pune"
        " India Indian China Chinese Turkey Turkish Brazil Brazilian Vietnam Ukraine Morocco Tunisia Egypt"
        " Pakistan Philippines Mexico Colombia Serbia Albania Canada Russia Georgia Armenia Indonesia"
    ),
    "EU-Staat EU-Bürger EU": (
        "Österreich Frankreich Italien Spanien Portugal Polen Tschechien Slowakei Ungarn Rumänien Bulgarien"
        " Kroatien Slowenien Griechenland Niederlande Belgien Luxemburg Dänemark Schweden Finnland Irland Estland"
        " Lettland Litauen Malta Zypern Spanierin Spanier Polin Pole Französin Franzose Italienerin Italiener Wien"
        " Paris Mailand Warschau Austria France Italy Spain Spanish Portugal Poland Polish Czechia Hungary Romania"
        " Bulgaria Croatia Slovenia Greece Netherlands Belgium Denmark Sweden Finland Ireland Estonia Latvia"
        " Lithuania Vienna Milan Warsaw"
    ),
    "einstellen hire": "anstellen anwerben gewinnen holen rekrutieren Einstellung employ recruit hiring bring",
    "Entwicklerin developer": "Programmiererin Programmierer Softwareentwickler Data Scientist programmer coder",
    "Reklamation complaint": "bemängelt Ärger unzufrieden unhappy dissatisfied angry",
    "Rechnung invoice": "Faktura Lieferantenrechnungen bills",
    "Kündigung leaves": "aufhören hört kündigt scheidet ausscheidet steps resigns",
    "Freelancer": "Freie Freiberuflerin Honorarkraft Interim",
    "Partner": "Werbeagentur Softwarehaus Auftragnehmer",
    "remote Homeoffice": "fernarbeiten Fernarbeit Strand zuhause Heimarbeit teleworking Bali Mallorca Thailand",
    "Betriebsrente pension": "Vorsorge bAV Versorgung",
    "psychisch Beratung mental": "überlastet ausgebrannt Seelsorge Angst anxiety exhausted overwhelmed",
    "KI-Agent AI": "Roboter Bot Assistent Sprachmodell bots assistant",
    "Vorfall incident": "Panne schiefgelaufen Unfall gelöscht broke misbehaved deleted",
    "lernen learn": "qualifiziert weiterentwickeln Kurs teach",
    "Auskunft access": "Betroffenenrecht Datenkopie copy",
    "Angebot quotation": "Preisangebot Offerte",
    "Monatsabschluss month-end": "Ultimo",
    "Anfrage lead": "Interessenten Interesse enquiries inquiries",
    "Hochschule university": "FH Uni Campus Student Studentin Studenten",
    "Dienstreise trip": "Konferenzreise fliegen fliegt fährt visit",
    "Entsendung posting": "abordnen Abordnung Projekteinsatz",
    "verlängern renew": (
        "auslaufen ausläuft endet abläuft läuft ablaufen abgelaufen runs expired expiring expires expire"
    ),
    "anerkennen recognise": "recognize recognized gilt Ausbildungsabschluss",
    "einarbeiten onboard": "einweisen eingearbeitet Startklar",
}
