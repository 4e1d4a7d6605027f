"""Opening tickets: Radica's whole way, from the platform's JSON to the commit, beside raw SQL.

Run as `python -m benchmarks.intake [--database postgresql]`. The form is one event and one
transaction; the talk is what a client on Telegram does at best: one message, one "enviar", two
transactions. django-helpdesk saves its public form, mail rendered and kept in memory.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from time import perf_counter

from benchmarks.databases import Place, place
from benchmarks.office import Office, office
from benchmarks.peers import Peer, peer
from benchmarks.raw import SixRows
from benchmarks.report import Pair, Sheet, compare, figure, load, show, written
from benchmarks.rounds import POSTGRES, ROUNDS, Options, Round, options, play
from benchmarks.same_rows import SameRows

SAID = "En la sala {} el resonador no pasa imágenes al PACS desde las {}, solo a mí"
WIDTHS = {8: "eight at once", 1: "one after another"}
TOGETHER = {8: "eight clients, commits shared", 1: "a commit each"}
HELPDESK = "django-helpdesk 2.6.1, public form"
ASYNCPG = "asyncpg, six statements"
SIX, ROWS = "raw sqlite3, six statements", "the same rows by hand"
# What must be reached and what is aimed at, by the database and the clients at once.
OF_LIMIT = {
    ("sqlite", 8): (0.10, 0.20),
    ("sqlite", 1): (0.08, 0.15),
    ("postgresql", 8): (0.20, 0.40),
}
OF_FORM = {("sqlite", 8): (6, 12), ("sqlite", 1): (4, 8), ("postgresql", 8): (5, 10)}

File = Callable[[Office, int], Awaitable[object]]


def said(user: int) -> str:
    """Everybody says it in words of their own."""
    return SAID.format(user % 997, user % 11 + 1)


async def by_form(desk: Office, user: int) -> None:
    """A form of Slack's: one transaction, one ticket."""
    await desk.files(user, said(user))


async def by_talk(desk: Office, user: int) -> None:
    """A message that says all, and its confirmation: two transactions, one ticket."""
    for text in (said(user), "enviar"):
        await desk.hears(user, text)


async def file_all(desk: Office, users: Sequence[int], width: int, file: File) -> None:
    """A ticket of every user, `width` of them under way at any time."""
    left = iter(users)

    async def worker() -> None:
        for user in left:
            await file(desk, user)

    await asyncio.gather(*(worker() for _ in range(width)))


def main(argv: Sequence[str] | None = None) -> None:
    """The table of intake."""
    chosen = options(__doc__ or "", argv, ROUNDS, databases=True)
    with ExitStack() as open_:
        where = open_.enter_context(place(chosen.database))
        desk = open_.enter_context(office(where.url()))
        loop = open_.enter_context(asyncio.Runner())
        run(Bench(chosen, where, desk, loop, open_))


@dataclass
class Bench:
    """Everything that a side is made of, and the sides that there are."""

    chosen: Options
    where: Place
    desk: Office
    loop: asyncio.Runner
    open: ExitStack
    sides: dict[str, Round] = field(default_factory=dict[str, Round])
    absent: dict[str, str] = field(default_factory=dict[str, str])
    rows: int = 0  # that one ticket adds or changes

    def many(self, usual: int) -> int:
        """How many a round, or the few of a quick look."""
        return max(4, usual // 12) if self.chosen.quick else usual


def run(bench: Bench) -> None:
    """Play and show."""
    before, chosen = load(), bench.chosen
    _ours(bench)
    if bench.where.postgres:
        _asyncpg(bench)
    else:
        _sqlite(bench)
    _helpdesk(bench)
    rates = play(bench.sides, chosen.rounds)
    cases = bench.desk.check()
    sheet = Sheet(
        name=f"intake-{chosen.database}",
        title=f"Intake: tickets a second, {_durability(chosen.database)}",
        command=f"python -m benchmarks.intake{chosen.switch}",
        lines=compare(_pairs(chosen.database), rates),
        notes=[*_ceiling(bench, rates), f"{cases} tickets are open at the end; no turn failed"],
        absent=bench.absent,
        rounds=chosen.rounds,
        engine=bench.where.engine,
        load=(before, load()),
    )
    show(sheet)
    written(sheet, chosen.json)


def _ceiling(bench: Bench, rates: dict[str, list[float]]) -> Iterator[str]:
    """What the rows alone leave of the limit, whatever writes them."""
    for how in () if bench.where.postgres else TOGETHER.values():
        (line,) = compare([Pair(ours=f"{ROWS}, {how}", beside=f"{SIX}, {how}")], rates)
        share = figure(line.median)
        yield f"the {bench.rows} rows of a form alone, by hand, {how}: {share} of the limit"


def _durability(database: str) -> str:
    if database == POSTGRES:
        return "PostgreSQL, fsync and synchronous_commit on"
    return "SQLite, WAL, synchronous=FULL"


def _pairs(database: str) -> list[Pair]:
    found: list[Pair] = []
    for width, words in WIDTHS.items():
        form, talk = f"form, {words}", f"talk, {words}"
        how = words if database == POSTGRES else TOGETHER[width]
        limit = f"{ASYNCPG if database == POSTGRES else SIX}, {how}"
        goal, aim = OF_LIMIT.get((database, width), (None, None))
        found.append(Pair(ours=form, beside=limit, goal=goal, aim=aim))
        goal, aim = OF_FORM.get((database, width), (None, None))
        found.append(Pair(ours=form, beside=f"{HELPDESK}, {words}", goal=goal, aim=aim))
        found.append(Pair(ours=form, beside=f"{ROWS}, {how}"))
        found.append(Pair(ours=talk, beside=limit))
    return found


def _ours(bench: Bench) -> None:
    tickets = bench.many(200)
    for width, words in WIDTHS.items():
        bench.sides[f"form, {words}"] = _filing(bench, tickets, width, by_form)
        bench.sides[f"talk, {words}"] = _filing(bench, tickets // 2, width, by_talk)


def _filing(bench: Bench, tickets: int, width: int, file: File) -> Round:
    def round_() -> float:
        users = bench.desk.clients(tickets)
        began = perf_counter()
        bench.loop.run(file_all(bench.desk, users, width, file))
        return tickets / (perf_counter() - began)

    return round_


def _sqlite(bench: Bench) -> None:
    six = SixRows(bench.where.folder / "six.db")
    bench.open.callback(six.close)
    rows = SameRows.of(bench.desk, lambda user: bench.loop.run(by_form(bench.desk, user)))
    bench.open.callback(rows.close)
    bench.rows = len(rows)
    for width, words in TOGETHER.items():
        bench.sides[f"{SIX}, {words}"] = lambda w=width: six.rate(bench.many(2_000), w)
        bench.sides[f"{ROWS}, {words}"] = lambda w=width: rows.rate(bench.many(400), w)


def _asyncpg(bench: Bench) -> None:
    limit, why = bench.open.enter_context(peer("postgres.py", wanted=bench.chosen.peers))
    if limit is None:
        bench.absent[ASYNCPG] = why
        return
    limit.ask({"url": bench.where.bare("limit")})
    for width, words in WIDTHS.items():
        asked = {"do": "file", "width": width}
        bench.sides[f"{ASYNCPG}, {words}"] = _asked(limit, asked, bench.many(600))


def _helpdesk(bench: Bench) -> None:
    other, why = bench.open.enter_context(peer("helpdesk.py", wanted=bench.chosen.peers))
    if other is None:
        bench.absent[HELPDESK] = why
        return
    other.ask(bench.where.django("helpdesk"))
    for width, words in WIDTHS.items():
        asked = {"do": "file", "threads": width}
        bench.sides[f"{HELPDESK}, {words}"] = _asked(other, asked, bench.many(60))


def _asked(other: Peer, question: Mapping[str, object], tickets: int) -> Round:
    return lambda: tickets / float(other.ask({**question, "tickets": tickets})["seconds"])


if __name__ == "__main__":
    main()
