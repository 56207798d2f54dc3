"""Which role the firm has for one AI system, and when it takes the provider's place (Art. 25)."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, yes_no
from werkfluss.law.packs.eu.ai_act.tables import attributes, matching
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition

_FIRM = Text("die Firma", "the firm")
_SHARED = ("developed_or_commissioned", "own_name", "used_under_authority", "art25")

_REASONS = {
    "provider": Text(
        "Anbieter: entwickelt oder entwickeln lassen und unter eigenem Namen in Verkehr oder in Betrieb.",
        "Provider: developed or had developed, and placed on the market or put into service under its own name.",
    ),
    "deployer": Text(
        "Betreiber: nutzt das System beruflich in eigener Verantwortung.",
        "Deployer: uses the system professionally under its own authority.",
    ),
    "provider_art25": Text(
        "Die Firma tritt an die Stelle des Anbieters und hat dessen Pflichten nach Art. 16.",
        "The firm takes the provider's place and has its duties under Art. 16.",
    ),
    "importer": Text(
        "Einführer: bringt ein System unter dem Namen einer Firma aus einem Drittstaat in der Union in Verkehr.",
        "Importer: places a system on the Union market under the name of a firm from a third country.",
    ),
    "distributor": Text(
        "Händler: stellt ein System eines anderen auf dem Unionsmarkt bereit.",
        "Distributor: makes another's system available on the Union market.",
    ),
    "none": Text("Keine Rolle nach der KI-Verordnung für dieses System.", "No role under the AI Act for this system."),
}
_AGREEMENT = Condition(
    "agreement",
    Text(
        "Unterlagen, bekannte Grenzen und technischen Zugang beim ersten Anbieter anfordern.",
        "Request documentation, known limits and technical access from the first provider.",
    ),
    _FIRM,
    "art_25_2",
    lead_days=30,
)
_ALONE = Condition(
    "review",
    Text(
        "Der erste Anbieter hat die Änderung ausgeschlossen und muss nicht helfen: alle Nachweise selbst schaffen "
        "oder die Änderung unterlassen.",
        "The first provider excluded the change and need not help: produce all evidence yourself or do not change it.",
    ),
    _FIRM,
    "art_25_2",
    lead_days=180,
    remedy=Text("Ausweg: die Änderung zurücknehmen.", "Way out: take the change back."),
)


@rule(
    "eu/ai_act/role",
    title=Text("Rolle der Firma für ein KI-System", "Role of the firm for an AI system"),
    start=date(2024, 8, 1),
    facts=FactSchema(
        *[fact for fact in attributes() if fact.name in _SHARED],
        yes_no(
            "imports",
            "Bringt die Firma das System unter dem Namen einer Firma aus einem Drittstaat in der Union in Verkehr?",
            "Does the firm place the system on the Union market under the name of a firm from a third country?",
            default=False,
        ),
        yes_no(
            "resells",
            "Stellt die Firma das System eines anderen Dritten bereit?",
            "Does the firm make somebody else's system available to others?",
            default=False,
        ),
        yes_no(
            "safety_component_under_own_name",
            "Steckt das Hochrisiko-System als Sicherheitsbauteil in einem Produkt (Anhang I A) der Firma?",
            "Is the high-risk system a safety component in a product (Annex I A) that carries the firm's name?",
            default=False,
        ),
        yes_no(
            "other_allocation_agreed",
            "Weist ein Vertrag die Pflichten bei der Umbenennung weiter dem ersten Anbieter zu?",
            "Does a contract leave the duties after rebranding with the first provider?",
            default=False,
        ),
        yes_no(
            "change_excluded_by_provider",
            "Hat der erste Anbieter klar ausgeschlossen, dass sein System zum Hochrisiko-System gemacht wird?",
            "Has the first provider clearly excluded that its system is changed into a high-risk system?",
            default=False,
        ),
    ),
    decisive=("roles",),
    undecided=(("roles", "REVIEW"),),
)
def role(facts: Facts, _values: Parameters) -> Finding:
    """Art. 3(3)–(7), Art. 25(1)–(3): provider, deployer, importer, distributor, and who takes the provider's place."""
    rows = list(matching("T2_role", facts))
    roles = list(dict.fromkeys(str(row.then["role"]) for row in rows))
    cites = [cite for row in rows for cite in row.cites]
    if facts.flag("safety_component_under_own_name"):
        roles = list(dict.fromkeys([*roles, "provider_art25"]))
        cites.append("art_25_3")
    for fact, name in (("imports", "importer"), ("resells", "distributor")):
        if facts.flag(fact):
            roles.append(name)
            cites.append("art_3_5")
    conditions: list[Condition] = []
    kept_by_contract = facts.word("art25") == "rebrand_hr" and facts.flag("other_allocation_agreed")
    if facts.word("art25") != "none" and not kept_by_contract:
        conditions.append(_ALONE if facts.flag("change_excluded_by_provider") else _AGREEMENT)
    reasons = [_REASONS[name] for name in roles or ["none"]]
    if kept_by_contract:
        reasons.append(
            Text(
                "Der Vertrag regelt nur, wer im Innenverhältnis die Pflichten erfüllt; gegenüber der Behörde bleibt "
                "die Firma Anbieter.",
                "The contract only settles who performs the duties between the parties; to the authority the firm "
                "stays the provider.",
            )
        )
    return finding(
        "allowed",
        *reasons,
        cites=(*cites, *(condition.basis for condition in conditions)) or ("art_3_4",),
        conditions=conditions,
        values={"roles": roles, "takes_provider_place": "provider_art25" in roles},
        certainty="B" if kept_by_contract else "A",
    )
