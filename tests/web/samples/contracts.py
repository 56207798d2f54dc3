"""Samples of contracts, signatures and passports of the freelancer of the world."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from tests.web.samples.cases import _offered
from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.engagement.models import Contract, PassportPaper, Signing


def _drafted(world: World) -> Contract:
    from werkfluss.engagement.domain import contracts

    order = _offered(world)
    asked = {"contractor_address": f"{world.mark} Weg 1"}
    return contracts.draft_contract(order, kind="nda", asked=asked, by=world.director)


@sample("contract_new", "order_passport")
def order_of_contract(world: World) -> Mapping[str, object]:
    return {"pk": _offered(world).pk}


@sample("contract", "contract_answers", "contract_refresh", "contract_show", "contract_withdraw", "signing_start")
def drafted(world: World) -> Mapping[str, object]:
    return {"pk": _drafted(world).pk}


@sample("contract_clause")
def clause_of_contract(world: World) -> Mapping[str, object]:
    return {"pk": _drafted(world).pk, "clause": "nda_term"}


@sample("contract_mend", "contract_drop")
def edited(world: World) -> Mapping[str, object]:
    return {"pk": _drafted(world).pk}


@sample("contract_file")
def file_of_contract(world: World) -> Mapping[str, object]:
    return {"pk": _drafted(world).pk, "form": "docx"}


def _shown(world: World) -> Contract:
    from werkfluss.engagement.domain import contracts

    contract = _drafted(world)
    contracts.show_contract(contract, by=world.director)
    return contract


@sample("my_contract", "my_contract_wish")
def shown(world: World) -> Mapping[str, object]:
    return {"pk": _shown(world).pk}


@sample("my_contract_file")
def file_for_external(world: World) -> Mapping[str, object]:
    return {"pk": _shown(world).pk, "form": "docx"}


def _started(world: World) -> Signing:
    from werkfluss.engagement.domain import signing
    from werkfluss.org.roles import Role

    users = [world.users[Role.MANAGING_DIRECTOR]]
    return signing.start_signing(_drafted(world), signers=users, by=world.director)


@sample("signing", "signing_sign", "signing_upload", "signing_decline", "signing_link", "signing_cancel")
def started(world: World) -> Mapping[str, object]:
    return {"pk": _started(world).pk}


@sample("signing_file")
def file_of_signing(world: World) -> Mapping[str, object]:
    return {"pk": _started(world).pk, "which": "contract"}


def _paper(world: World) -> PassportPaper:
    from werkfluss.engagement.domain import passport
    from werkfluss.org.roles import Role

    new = passport.NewPaper("liability_insurance", world.unique("Police"), expires=date(2030, 6, 30))
    return passport.add_paper(new, content=b"%PDF-1.7 x", filename="police.pdf", by=world.actors[Role.FREELANCER])


@sample("my_passport_consent", "my_passport_revoke", "my_passport_end", "my_passport_file")
def paper(world: World) -> Mapping[str, object]:
    return {"pk": _paper(world).pk}


@sample("my_passport_decline")
def asked_for(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import passport

    order = _offered(world)
    request = passport.request_paper(order.resource, kind="skill", purpose=world.mark, order=order, by=world.director)
    return {"pk": request.pk}


@sample("order_passport_confirm")
def paper_to_confirm(world: World) -> Mapping[str, object]:
    return {"pk": _offered(world).pk}


@sample("order_passport_file")
def shown_paper(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import passport
    from werkfluss.org.roles import Role

    kept, order = _paper(world), _offered(world)
    passport.give_consent(kept, scope="document", purpose=world.mark, by=world.actors[Role.FREELANCER])
    return {"pk": order.pk, "paper": kept.pk}


@listed("contracts", queries=10)
def more_contracts(world: World) -> None:
    _drafted(world)
