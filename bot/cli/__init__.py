"""radica: every command. A command's module is imported only when that command is asked for."""

import sys
from collections.abc import Iterable
from importlib import import_module, metadata, util

import typer

# command -> the module that holds it and the name of its Typer app there
COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("bot.cli.up", "app"),
    "demo": ("bot.cli.demo", "app"),
    "chat": ("bot.cli.chat", "app"),
    "policy": ("bot.cli.policy", "app"),
    "kb": ("bot.cli.kb", "app"),
    "clients": ("bot.cli.people", "clients"),
    "staff": ("bot.cli.people", "staff"),
    "invoices": ("bot.cli.people", "invoices"),
    "invite": ("bot.cli.people", "invite"),
    "ticket": ("bot.cli.ticket", "app"),
    "report": ("bot.cli.report", "app"),
    "outbox": ("bot.cli.outbox", "app"),
    "quarantine": ("bot.cli.quarantine", "app"),
    "slack": ("bot.cli.slack", "app"),
    "db": ("bot.cli.db", "app"),
    "doctor": ("bot.cli.doctor", "app"),
    "simulate": ("bot.cli.simulate", "app"),
}


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal in another encoding shows a question mark rather than a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    application(sys.argv[1:])()


def application(arguments: Iterable[str]) -> typer.Typer:
    """The app with the one command that is asked for, or with all of them for help."""
    app = typer.Typer(
        help="A support desk that lives in the chat.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_root)
    first = next((word for word in arguments if not word.startswith("-")), "")
    if first in COMMANDS or "--version" not in arguments:
        for name in (first,) if first in COMMANDS else COMMANDS:
            _attach(app, name)
    return app


def _attach(app: typer.Typer, name: str) -> None:
    """Join a command. One that stands alone in its module is no group of one."""
    module, attribute = COMMANDS[name]
    if util.find_spec(module) is None:
        return
    sub: typer.Typer = getattr(import_module(module), attribute)
    alone = len(sub.registered_commands) == 1 and not sub.registered_groups
    command = sub.registered_commands[0].callback if alone else None
    if command is not None and sub.registered_callback is None:
        app.command(name)(command)
    else:
        app.add_typer(sub, name=name)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"radica {metadata.version('radica')}")
        raise typer.Exit


def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="The version, and nothing else."
    ),
) -> None:
    """A support desk that lives in the chat: tickets, a workroom, promises, policies as files."""
