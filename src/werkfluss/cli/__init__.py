"""The command line. Every group is loaded only when it is called, so that ``--help`` answers at once."""

from __future__ import annotations

import importlib
from typing import Any

import click

from werkfluss.kernel.errors import Fault, WerkflussError

_COMMANDS = {
    "import": ("werkfluss.formats.commands:import_group", "Read files of the outside world: staff, WBS, invoices, …"),
    "invoices": ("werkfluss.cli.invoices:invoices", "Prepare bookings from e-invoices."),
    "law": ("werkfluss.cli.law:law", "Check facts against the law as dated code."),
    "delegate": ("werkfluss.delegation.commands:delegate", "Plan: who does which task, and when."),
    "process": ("werkfluss.process.commands:process", "Read, check and run BPMN processes."),
    "dmn": ("werkfluss.process.dmn.commands:dmn", "Evaluate, test and check decision models."),
    "feel": ("werkfluss.process.commands:feel", "Evaluate FEEL expressions."),
    "leads": ("werkfluss.cli.leads:leads", "Sort inquiries of a CRM export by what they ask for."),
    "staying": ("werkfluss.cli.staying:staying", "How the firm behaves towards those who work for it."),
    "figures": ("werkfluss.cli.figures:figures", "What cases, services and people say together, about groups."),
    "cases": ("werkfluss.cli.cases:cases", "Move running cases to the newest version of their process."),
    "engagement": (
        "werkfluss.engagement.contracts.commands:engagement",
        "Look at contracts with externals: what burdens a side.",
    ),
    "evidence": ("werkfluss.cli.evidence:evidence", "Verify the evidence chain."),
    "serve": ("werkfluss.cli.serve:serve", "Database, web and worker in one foreground process."),
    "web": ("werkfluss.cli.serve:web", "The web server alone."),
    "worker": ("werkfluss.cli.serve:worker", "The worker alone."),
    "migrate": ("werkfluss.cli.database:migrate", "Bring the database up to date."),
    "backup": ("werkfluss.cli.database:backup", "Write a backup."),
    "restore": ("werkfluss.cli.database:restore", "Read a backup into an empty database."),
    "demo": ("werkfluss.cli.demo:demo", "Load the example firm."),
    "manage": ("werkfluss.cli.database:manage", "Any Django management command."),
}

# Raised by Django for a wrong setting or a database that does not answer; named, so that --help need not load Django.
_INSTALLATION_FAULTS = {"ImproperlyConfigured", "OperationalError"}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name][0].split(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WerkflussError as error:
            _show(error.fault)
        except Exception as error:
            if type(error).__name__ not in _INSTALLATION_FAULTS:
                raise
            click.echo(str(error).strip(), err=True)
        raise SystemExit(1)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in _COMMANDS.items()])


def _show(fault: Fault) -> None:
    """Cause, what was expected, next step; commands with ``--json`` have answered before."""
    for label, text in (("", fault.cause), ("", fault.expected), ("-> ", fault.next_step)):
        click.echo(f"{label}{text.de} / {text.en}", err=True)


@click.group(cls=_LazyGroup)
@click.version_option(package_name="werkfluss")
def main() -> None:
    """Werkfluss: delegate work to the best resource the law allows, and keep the evidence."""
