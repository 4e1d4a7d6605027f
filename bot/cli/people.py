"""radica clients|staff|invoices import, radica invite: people from files, invitations by hand."""

from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.common import AsJson, fail, in_turn, prepared, run, show_json

clients = typer.Typer(help="Organisations and their contacts.", no_args_is_help=True)
staff = typer.Typer(help="The desk's own people.", no_args_is_help=True)
invoices = typer.Typer(help="Invoices of the organisations.", no_args_is_help=True)
invite = typer.Typer()

Source = Annotated[Path, typer.Argument(metavar="FILE.csv", help="CSV in UTF-8, with a header.")]
VALID = timedelta(days=14)


@clients.callback()
@staff.callback()
@invoices.callback()
def _group() -> None:
    """Groups of one command stay groups."""


@clients.command("import")
def import_clients(file: Source, as_json: AsJson = False) -> None:
    """Read organisations and contacts; nothing is written unless the whole file is right."""
    from bot.accounts import accounts
    from bot.imports import clients as importing

    async def work() -> Any:
        async with prepared() as app:
            table = importing.load(file, app.desk.book)
            known = accounts(app.settings)
            done = await app.desk.run(lambda turn: importing.write(turn, table, known))
            return done, sorted(set(importing.TRUSTED) & table.absent)

    done, absent = run(work())
    _told(done, as_json)
    if absent and not as_json:
        typer.echo(f"Columns that are absent count as fulfilled: {', '.join(absent)}.")


@staff.command("import")
def import_staff(file: Source, as_json: AsJson = False) -> None:
    """Read engineers, supervisors and the rest of the desk's people."""
    from bot.accounts import accounts
    from bot.imports import staff as importing

    async def work() -> Any:
        async with prepared() as app:
            table, known = importing.load(file), accounts(app.settings)
            return await app.desk.run(lambda turn: importing.write(turn, table, known))

    _told(run(work()), as_json)


@invoices.command("import")
def import_invoices(file: Source, as_json: AsJson = False) -> None:
    """Read invoices; an empty paid_on is an unpaid one."""
    from bot.imports import invoices as importing

    async def work() -> Any:
        async with prepared() as app:
            table = importing.load(file)
            return await app.desk.run(lambda turn: importing.write(turn, table))

    _told(run(work()), as_json)


@invoices.command("paid")
def record_payment(
    organisation: Annotated[str, typer.Argument(help="The institution's name.")],
    number: Annotated[str, typer.Argument(help="The invoice.")],
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; today without it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """One invoice was paid: the clients are told by when access returns."""
    from bot.imports import invoices as importing

    paid_on = on.date() if on else None
    done = in_turn(lambda turn: importing.settle(turn, organisation, number, paid_on))
    if as_json:
        show_json(asdict(done))
        return
    back = f"; access is back on {done.back:%Y-%m-%d %H:%M %Z} at the latest" if done.back else ""
    typer.echo(f"{done.organisation}: {done.number} paid on {done.paid_on}{back}.")


@invite.command()
def make_invitation(
    person: Annotated[str, typer.Argument(help="The contact's name, e-mail or id.")],
    as_json: AsJson = False,
) -> None:
    """A one-time code that binds whoever sends it to this contact. Valid for 14 days."""

    def work(turn: Any) -> tuple[Any, str]:
        found = [p for p in turn.people.all() if person in (str(p.id), p.email) or p.name == person]
        if len(found) != 1:
            fail(f"{len(found)} people answer to '{person}'; use the id")
        return found[0], turn.people.invite(found[0].id, turn.now + VALID)

    known, code = in_turn(work)
    if as_json:
        show_json({"person": known.id, "code": code})
    else:
        typer.echo(f"{known.name}: {code}   (t.me/BOT?start={code})")


def _told(done: Any, as_json: bool) -> None:
    if as_json:
        show_json(done)
    else:
        typer.echo(f"{done.added} added, {done.updated} already there.")
