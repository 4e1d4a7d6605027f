"""`python -m tests.faults --minutes 30`: a soak over one database or both, with its figures.

Ends with 1 when anything that was promised was not kept. Ctrl-C ends the storm, not the reckoning.
"""

import asyncio
import json
import logging
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from store.database import Database
from tests.databases import PostgresServer, Watch, serving
from tests.faults.bench import Plan, Soak
from tests.faults.crowd import Manners
from tests.faults.ledger import WAYS
from tests.faults.reckoning import Reckoning

# Where a second is a second Slack allows few marks a minute, and each answer takes two.
CALM = Manners(cases=4, texts=12, think=60.0, patience=300.0, volley=1)
EVERY = 30.0  # seconds between two lines where there is no terminal to draw a bar on
console = Console()


class Which(StrEnum):
    """The databases."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"
    BOTH = "both"


def main(
    minutes: Annotated[float, typer.Option(help="how long at most, a database")],
    kills: Annotated[int, typer.Option(help="end once every way in counted so many")] = 0,
    database: Annotated[Which, typer.Option(help="which database")] = Which.BOTH,
    replicas: Annotated[int, typer.Option(help="desks at a time (PostgreSQL)")] = 1,
    seed: Annotated[int, typer.Option(help="of everything that happens by chance")] = 1,
    speed: Annotated[float, typer.Option(help="desk seconds in one; 0: as fits")] = 0.0,
    file: Annotated[Path | None, typer.Option("--json", help="where the counts go")] = None,
) -> None:
    """Kill, cut, delay and starve desks between two stormy platforms; then compare."""
    names = ["sqlite", "postgresql"] if database is Which.BOTH else [str(database)]
    if replicas > 1 and "sqlite" in names:
        raise typer.BadParameter("several desks need PostgreSQL")
    plans = [
        Plan(
            database=name,
            minutes=minutes,
            kills=kills,
            replicas=replicas,
            seed=seed,
            speed=speed,
            manners=CALM if replicas > 1 and speed in (0, 1) else Manners(),
        )
        for name in names
    ]
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # the dead break off in mid-word
    found = [run(plan) for plan in plans]
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps([told(one) for one in found], indent=1) + "\n")
    raise typer.Exit(any(one.violations for one in found))


def run(plan: Plan) -> Reckoning:
    """One soak, shown while it goes on and summed up after it."""
    folder = Path(tempfile.mkdtemp(prefix="radica-soak-"))
    with _database(plan.database, folder) as (url, server):
        soak = Soak(plan, url, folder, server)
        with _shown(soak) as show:
            found = asyncio.run(_watched(soak, show))
    console.print(_table(plan, found))
    for violation in found.violations:
        console.print(f"[red]{violation}[/]")
    if found.violations:
        console.print(f"The logs and the database are in {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return found


def told(found: Reckoning) -> dict[str, Any]:
    """As JSON."""
    return found.counts | {"violations": found.violations}


async def _watched(soak: Soak, show: Callable[[], None]) -> Reckoning:
    running = asyncio.create_task(soak.run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, soak.ask_to_end)
    step = 0.5 if console.is_terminal else EVERY
    while not running.done():
        show()
        await asyncio.wait({running}, timeout=step)
    return running.result()


@contextmanager
def _database(name: str, folder: Path) -> Iterator[tuple[str, PostgresServer | None]]:
    """A fresh database that waits for the disk, as one in use does."""
    if name == "sqlite":
        url = f"sqlite:///{folder}/radica.db"
        opened = Database.open(url, clock=Watch())
        opened.migrate()
        opened.close()
        yield url, None
        return
    with serving(durable=True) as server:
        if server is None:
            raise typer.BadParameter("there is no PostgreSQL to be had")
        yield server.fresh(), server


@contextmanager
def _shown(soak: Soak) -> Iterator[Callable[[], None]]:
    """A progress bar over the minutes, or over the kills where those are asked for."""
    columns = (TextColumn("{task.description}"), BarColumn(None), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        most = soak.plan.kills * len(WAYS) or 60 * soak.plan.minutes
        task = progress.add_task(soak.plan.database, total=most)
        yield lambda: _step(soak, progress, task)


def _step(soak: Soak, progress: Progress, task: TaskID) -> None:
    by_way = soak.ledger.kills_by_way()
    done = sum(min(by_way[way], soak.plan.kills) for way in WAYS)
    ways = " ".join(f"{way.split()[1]} {by_way[way]}" for way in WAYS)
    line = (
        f"{soak.plan.database} · {'draining' if soak.draining else 'storm'} ·"
        f" {len(soak.ledger.kills)} kills ({ways}) · {len(soak.ledger.acknowledged)} events"
    )
    progress.update(task, completed=done if soak.plan.kills else soak.passed, description=line)
    if not console.is_terminal:
        console.print(f"{soak.passed:.0f} s · {line}")


def _table(plan: Plan, found: Reckoning) -> Table:
    title = f"{plan.database}, {plan.replicas} at a time: " + (
        f"{len(found.violations)} violations" if found.violations else "every promise kept"
    )
    table = Table("what", "count", title=title)
    for name, value in found.counts.items():
        if isinstance(value, dict):
            for part, number in value.items():
                table.add_row(f"{name}: {part}", str(number))
        else:
            table.add_row(name, str(value))
    return table


if __name__ == "__main__":
    typer.run(main)
