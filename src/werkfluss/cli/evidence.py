"""``werkfluss evidence``: check the chains of all firms, and carry their heads outside."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import click

# Heads of chains by firm: (seq, hash) kept outside the database.
Anchors = dict[str, list[tuple[int, bytes]]]


@click.group()
def evidence() -> None:
    """Verify the evidence chain and dossiers."""


def verify_all(anchors: Anchors) -> list[dict[str, Any]]:
    """Check every firm's chain against itself, the heads kept in the data folder and ``anchors``; one object each."""
    from werkfluss.flow.nightly import heads_outside
    from werkfluss.org import chain, tenancy
    from werkfluss.org.actor import Actor
    from werkfluss.org.models import Organisation

    found = []
    for org in Organisation.objects.order_by("slug"):
        with tenancy.acting(org.pk, Actor.system(org.pk)):
            report = chain.verify([*heads_outside(org.slug), *anchors.get(org.slug, [])])
        fault = report.fault
        found.append(
            {
                "firm": org.slug,
                "ok": report.ok,
                "entries": report.entries,
                "erased": report.erased,
                "head": report.head,
                "first_fault": None if fault is None else fault.as_json(),
            }
        )
    return found


def read_anchors(path: Path) -> Anchors:
    """Heads that ``anchor`` wrote.

    Raises:
        click.ClickException: a line is none.
    """
    anchors: Anchors = defaultdict(list)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            head = json.loads(line)
            anchors[head["firm"]].append((int(head["seq"]), bytes.fromhex(head["hash"])))
        except (ValueError, KeyError, TypeError) as error:
            raise click.ClickException(f"{path}, line {number}: not a head of a chain ({error})") from error
    return anchors


@evidence.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option(
    "--anchors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Heads kept outside (`evidence anchor`): they show that the end of a chain was cut off.",
)
def verify(as_json: bool, anchors: Path | None) -> None:
    """Check order, links, hashes and payloads of every firm's chain."""
    from werkfluss.cli.startup import set_up_django

    outside = read_anchors(anchors) if anchors else {}
    set_up_django()
    firms = verify_all(outside)
    if as_json:
        click.echo(json.dumps({"firms": firms}, ensure_ascii=False))
        return
    for firm in firms:
        fault = firm["first_fault"]
        state = "holds" if fault is None else f"BROKEN at {fault['seq']}: {fault['what']['de']} / {fault['what']['en']}"
        click.echo(f"{firm['firm']}: {firm['entries']} entries, {state}")


@evidence.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def anchor(file: Path) -> None:
    """Append today's head of every firm's chain to FILE; keep it where nobody can change it."""
    from werkfluss.cli.startup import set_up_django

    set_up_django()
    from werkfluss.kernel import clock
    from werkfluss.org import chain, tenancy
    from werkfluss.org.actor import Actor
    from werkfluss.org.models import Organisation

    day = clock.today()
    with file.open("a", encoding="utf-8") as out:
        for org in Organisation.objects.order_by("slug"):
            with tenancy.acting(org.pk, Actor.system(org.pk)):
                head = chain.anchor_head(day)
            if head is not None:
                line = {"firm": org.slug, "day": day.isoformat(), "seq": head.seq, "hash": bytes(head.hash).hex()}
                out.write(json.dumps(line) + "\n")


@evidence.command("verify-dossier")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def verify_dossier(file: Path, as_json: bool) -> None:
    """Recompute every hash of a dossier (ZIP); needs no database and no settings."""
    from werkfluss.evidence import proof
    from werkfluss.kernel.errors import Broken

    try:
        report = proof.verify(file.read_bytes())
    except Broken as error:
        if not as_json:
            raise
        click.echo(json.dumps({"file": file.name, "errors": [error.fault.as_json()]}, ensure_ascii=False))
        raise SystemExit(1) from None
    if as_json:
        click.echo(json.dumps({"file": file.name, **report.as_json(), "errors": []}, ensure_ascii=False))
        return
    click.echo(f"{report.title} ({report.firm}): {report.entries} entries, {'holds' if report.ok else 'DOES NOT HOLD'}")
    if report.seal:
        click.echo(f"seal {report.seal[0]} {report.seal[1]} (compare it with the firm's own chain)")
    for finding in report.findings:
        click.echo(f"  {finding.where}: {finding.what.de} / {finding.what.en}")
