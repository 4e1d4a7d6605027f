"""radica db migrate|backup|restore."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import run, settings, told

app = typer.Typer(help="The database: bring it up to date, copy it, bring a copy back.")


@app.command()
def migrate() -> None:
    """Create or update every table. `radica up` does it by itself."""
    from scheduler.clock import SystemClock
    from store.database import Database

    async def work() -> None:
        database = Database.open(
            settings().database_url.get_secret_value(), clock=SystemClock().now
        )
        try:
            await asyncio.to_thread(database.migrate)
        finally:
            database.close()

    run(work())
    typer.echo("The database is up to date.")


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="The copy; it must not exist yet.")]) -> None:
    """Copy the database while the desk works: SQLite to a file, PostgreSQL to an archive."""
    from store.backup import backup as copy

    with told():
        typer.echo(f"Copied to {copy(settings().database_url.get_secret_value(), file)}.")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A copy made by backup.")]) -> None:
    """Put a copy in the place of the database. Stop every replica before.

    An older copy is brought up to this release, and who was erased since it was made is erased
    from it again. A copy that is not sound changes nothing.
    """
    from scheduler.clock import SystemClock
    from store.backup import restore as bring_back

    with told():
        url = settings().database_url.get_secret_value()
        erased = bring_back(file, url, now=SystemClock().now())
    typer.echo("Restored.")
    if erased:
        typer.echo(f"Erased again: {len(erased)} people.")
