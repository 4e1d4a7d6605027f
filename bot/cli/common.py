"""What commands share: settings or a sentence, and a desk's database for a moment."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo

import typer

from bot.cells import visible
from bot.settings import Settings, SettingsFaults

if TYPE_CHECKING:
    from bot.app import App
    from store.turn import Turn

T = TypeVar("T")
AsJson = Annotated[bool, typer.Option("--json", help="Plain JSON, for scripts.")]
FAULTY = 2  # the exit code of a command that was given something wrong


def fail(*sentences: str, code: int = FAULTY) -> NoReturn:
    """Say what is wrong on stderr, without a traceback."""
    for sentence in sentences:
        typer.echo(f"radica: {sentence}", err=True)
    raise typer.Exit(code)


@contextmanager
def told() -> Iterator[None]:
    """What an operator can mend is told as a sentence; a bug keeps its traceback."""
    from bot.imports.table import TableFaults
    from policy.errors import Outage, Refusal
    from policy.pack import PackFaults
    from scheduler.channel import SetupFault
    from store.errors import InUse

    try:
        yield
    except PackFaults as faults:
        fail("the policy pack cannot be used:", *map(str, faults.faults), code=1)
    except (SettingsFaults, TableFaults) as faults:
        fail(*map(str, faults.faults))
    except InUse as used:
        fail(str(used))
    except Outage as away:
        fail(f"the database is away: {away}", "look at RADICA_DATABASE_URL, or ask radica doctor")
    except Refusal as refusal:
        facts = ", ".join(f"{key} {value}" for key, value in refusal.facts.items())
        fail(f"{refusal.code}{f' ({facts})' if facts else ''}")
    except OSError as error:
        if error.filename is None:
            raise
        fail(f"{error.filename}: {error.strerror}", "look at RADICA_DATABASE_URL, if that is it")
    except (SetupFault, ValueError) as error:
        fail(str(error))


def settings() -> Settings:
    """From the environment and `.env`; every fault at once, and exit code 2."""
    try:
        return Settings.load()
    except SettingsFaults as faults:
        fail(*faults.faults)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run it to its end; faults as sentences."""
    with told():
        return asyncio.run(work)


@asynccontextmanager
async def prepared() -> AsyncIterator["App"]:
    """The configured desk with its database up to date, nothing running."""
    from bot.app import assemble
    from bot.logging import configure

    found = settings()
    configure(found)
    app = assemble(found, channels={})
    try:
        await app.prepare()
        yield app
    finally:
        await app.stop()


def in_turn(work: "Callable[[Turn], T]") -> T:
    """One turn over the configured desk. Faults as sentences."""

    async def once() -> T:
        async with prepared() as app:
            return await app.desk.run(work)

    return run(once())


def in_read(work: "Callable[[Turn], T]") -> T:
    """One look at the configured desk. Faults as sentences."""

    async def once() -> T:
        async with prepared() as app:
            return await app.desk.read(work)

    return run(once())


def one_of(missing: str, work: "Callable[[Turn], T | None]") -> T:
    """The one thing that was asked for; exits with 1 and the sentence where there is none."""
    found = in_read(work)
    if found is None:
        fail(missing, code=1)
    return found


def show_json(value: Any) -> None:
    """One line of JSON; moments are ISO 8601 in UTC."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=plain))


def plain(value: Any) -> Any:
    """Values of the desk as JSON."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if hasattr(value, "total_seconds"):
        return value.total_seconds()
    if hasattr(value, "__dataclass_fields__"):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    if hasattr(value, "items"):
        return dict(value)
    if isinstance(value, AbstractSet):
        return sorted(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def table(columns: tuple[str, ...], rows: list[tuple[Any, ...]], zone: str = "") -> None:
    """A plain table on stdout. Moments are in that zone; in UTC, with a Z, where there is none."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        drawn.add_row(*(Text(_cell(cell, zone)) for cell in row))
    width = None if sys.stdout.isatty() else 200
    Console(width=width, highlight=False).print(drawn)


def _cell(value: Any, zone: str) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        if zone:
            return f"{value.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%MZ}"
    return f"{value:.2f}" if isinstance(value, float) else visible(str(value))
