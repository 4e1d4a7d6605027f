"""Opening tickets: Radica's whole way, from the platform's JSON to the commit, beside raw SQL.

Run as `python -m benchmarks.intake [--database postgresql]`. The form is one event and one
transaction; the talk is what a client on Telegram does at best: one message, one "enviar", two
transactions. django-helpdesk saves its public form, mail rendered and kept in memory.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from time import perf_counter

from benchmarks.databases import Place, place
from benchmarks.office import Office, office
from benchmarks.peers import OFF, Peer, peer
from benchmarks.raw import SixRows
from benchmarks.report import Pair, Sheet, compare, load, show, written
from benchmarks.rounds import POSTGRES, Options, Round, options, play
from benchmarks.same_rows import SameRows

SAID = "En la sala {} el resonador no pasa imágenes al PACS desde las {}, solo a mí"
WIDTHS = {8: "eight at once", 1: "one after another"}
TOGETHER = {8: "eight a commit", 1: "a commit each"}
HELPDESK = "django-helpdesk 2.6.1, public form"
ASYNCPG = "asyncpg, six statements"
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
    chosen = options(__doc__ or "", argv, databases=True)
    with ExitStack() as open_:
        where = open_.enter_context(place(chosen.database))
        desk = open_.enter_context(office(where.url()))
        loop = open_.enter_context(asyncio.Runner())
        run(desk, loop, where, chosen, open_)


def run(
    desk: Office, loop: asyncio.Runner, where: Place, chosen: Options, open_: ExitStack
) -> None:
    """Play and show."""
    before, tickets = load(), 16 if chosen.quick else 200
    sides: dict[str, Round] = {}
    absent: dict[str, str] = {}
    for width, words in WIDTHS.items():
        sides[f"form, {words}"] = _ours(desk, loop, tickets, width, by_form)
        sides[f"talk, {words}"] = _ours(desk, loop, tickets // 2, width, by_talk)
    if where.postgres:
        _asyncpg(where, chosen, open_, sides, absent)
    else:
        _sqlite(desk, loop, where, open_, sides, tickets)
    _helpdesk(where, chosen, open_, sides, absent)
    rates = play(sides, chosen.rounds)
    sheet = Sheet(
        name=f"intake-{chosen.database}",
        title=f"Intake: tickets a second, {_durability(chosen.database)}",
        command=f"python -m benchmarks.intake{chosen.switch}",
        lines=compare(_pairs(chosen.database), rates),
        notes=[f"{desk.check()} tickets are open at the end; no turn failed"],
        absent=absent,
        rounds=chosen.rounds,
        engine=where.engine,
        load=(before, load()),
    )
    show(sheet)
    written(sheet, chosen.json)


def _durability(database: str) -> str:
    if database == POSTGRES:
        return "PostgreSQL, fsync and synchronous_commit on"
    return "SQLite, WAL, synchronous=FULL"


def _pairs(database: str) -> list[Pair]:
    limit = ASYNCPG if database == POSTGRES else "raw sqlite3, six statements"
    found: list[Pair] = []
    for width, words in WIDTHS.items():
        form, talk = f"form, {words}", f"talk, {words}"
        how = words if database == POSTGRES else TOGETHER[width]
        goal, aim = OF_LIMIT.get((database, width), (None, None))
        found.append(Pair(ours=form, beside=f"{limit}, {how}", goal=goal, aim=aim))
        goal, aim = OF_FORM.get((database, width), (None, None))
        found.append(Pair(ours=form, beside=f"{HELPDESK}, {words}", goal=goal, aim=aim))
        if database != POSTGRES:
            found.append(Pair(ours=form, beside=f"the same rows by hand, {how}"))
        found.append(Pair(ours=talk, beside=f"{limit}, {how}"))
    return found


def _sqlite(
    desk: Office,
    loop: asyncio.Runner,
    where: Place,
    open_: ExitStack,
    sides: dict[str, Round],
    tickets: int,
) -> None:
    six = SixRows(where.folder / "six.db")
    open_.callback(six.close)
    rows = SameRows.of(desk, lambda user: loop.run(by_form(desk, user)))
    open_.callback(rows.close)
    for width, words in TOGETHER.items():
        sides[f"raw sqlite3, six statements, {words}"] = lambda w=width: six.rate(tickets * 10, w)
        sides[f"the same rows by hand, {words}"] = lambda w=width: rows.rate(tickets * 2, w)


def _asyncpg(
    where: Place,
    chosen: Options,
    open_: ExitStack,
    sides: dict[str, Round],
    absent: dict[str, str],
) -> None:
    limit, why = open_.enter_context(peer("postgres.py", wanted=chosen.peers))
    if limit is None:
        absent[ASYNCPG] = why
        return
    limit.ask({"url": where.bare("limit")})
    many = 40 if chosen.quick else 600
    for width, words in WIDTHS.items():
        sides[f"{ASYNCPG}, {words}"] = _asked(limit, {"do": "file", "width": width}, many)


def _helpdesk(
    where: Place,
    chosen: Options,
    open_: ExitStack,
    sides: dict[str, Round],
    absent: dict[str, str],
) -> None:
    other, why = open_.enter_context(peer("helpdesk.py", wanted=chosen.peers))
    if other is None:
        absent[HELPDESK] = why or OFF
        return
    other.ask(where.django("helpdesk"))
    many = 10 if chosen.quick else 60
    for width, words in WIDTHS.items():
        sides[f"{HELPDESK}, {words}"] = _asked(other, {"do": "file", "threads": width}, many)


def _asked(other: Peer, question: dict[str, object], tickets: int) -> Round:
    return lambda: tickets / float(other.ask({**question, "tickets": tickets})["seconds"])


def _ours(desk: Office, loop: asyncio.Runner, tickets: int, width: int, file: File) -> Round:
    def round_() -> float:
        users = desk.clients(tickets)
        began = perf_counter()
        loop.run(file_all(desk, users, width, file))
        return tickets / (perf_counter() - began)

    return round_


if __name__ == "__main__":
    main()
