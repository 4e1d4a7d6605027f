"""`python -m tests.replicas timers|chats|limits`: the big counts, with real processes.

Each ends with 1 when anything that was promised was not kept.
"""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.databases import PostgresServer, serving
from tests.replicas import chats, rush, timers
from tests.replicas.fleet import Nursery

app = typer.Typer(no_args_is_help=True, add_completion=False)
console = Console()
Watcher = Callable[[int, int], None]
Work = Callable[[PostgresServer, Nursery, Path, Watcher], Awaitable[dict[str, Any]]]
File = Annotated[Path | None, typer.Option("--json", help="where the counts go")]
Seed = Annotated[int, typer.Option(help="of everything that happens by chance")]


@app.command("timers")
def run_timers(
    count: Annotated[int, typer.Option(help="timers")] = 10_000,
    replicas: Annotated[int, typer.Option(help="workers at a time")] = 3,
    kills: Annotated[int, typer.Option(help="workers killed")] = 20,
    spread: Annotated[float, typer.Option(help="seconds over which they fall due")] = 480.0,
    seed: Seed = 1,
    file: File = None,
) -> None:
    """Timers over several workers that are killed: each fires once, none early."""
    plan = timers.Plan(count=count, replicas=replicas, kills=kills, spread=spread, seed=seed)

    async def work(
        server: PostgresServer, nursery: Nursery, folder: Path, watch: Watcher
    ) -> dict[str, Any]:
        return await timers.Night(plan, server.fresh()).run(nursery, folder, watch)

    _run("timers", work, timers.faults, file)


@app.command("chats")
def run_chats(
    count: Annotated[int, typer.Option("--chats", help="chats")] = 200,
    messages: Annotated[int, typer.Option(help="letters into each")] = 20,
    dispatchers: Annotated[int, typer.Option(help="workers")] = 3,
    seed: Seed = 1,
    file: File = None,
) -> None:
    """Letters of many chats, once in peace and once with half of the chats throttled."""
    plan = chats.Plan(chats=count, messages=messages, dispatchers=dispatchers, seed=seed)

    async def work(
        server: PostgresServer, nursery: Nursery, folder: Path, watch: Watcher
    ) -> dict[str, Any]:
        urls = server.fresh(), server.fresh()
        return await chats.compared(plan, urls, nursery, folder, watch)

    _run("chats", work, chats.faults_of_both, file)


@app.command("limits")
def run_limits(
    minutes: Annotated[float, typer.Option(help="how long")] = 15.0,
    replicas: Annotated[int, typer.Option(help="workers")] = 3,
    file: File = None,
) -> None:
    """Both platforms at their documented limits: none of the 429 is our own doing."""
    plan = rush.Plan(seconds=minutes * 60, replicas=replicas)

    async def work(
        server: PostgresServer, nursery: Nursery, folder: Path, watch: Watcher
    ) -> dict[str, Any]:
        return await rush.Rush(plan, server.fresh()).run(nursery, folder, watch)

    _run("limits", work, rush.faults, file)


def _run(
    name: str, work: Work, faults: Callable[[dict[str, Any]], list[str]], file: Path | None
) -> None:
    """One run on a PostgreSQL of its own, shown while it goes on, told, and judged."""
    columns = (TextColumn(name), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        serving(durable=True) as server,
        tempfile.TemporaryDirectory(prefix="radica-replicas-") as folder,
        Progress(*columns, console=console) as progress,
    ):
        if server is None:
            raise typer.BadParameter("there is no PostgreSQL to be had")
        task = progress.add_task(name)

        async def watched() -> dict[str, Any]:
            async with Nursery() as nursery:
                return await work(
                    server,
                    nursery,
                    Path(folder),
                    lambda done, all_: progress.update(task, completed=done, total=all_),
                )

        seen = asyncio.run(watched())
    wrong = faults(seen)
    console.print_json(json.dumps(seen))
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(seen | {"violations": wrong}, indent=1) + "\n")
    for one in wrong:
        console.print(f"[red]{one}[/]")
    raise typer.Exit(bool(wrong))


if __name__ == "__main__":
    app()
