"""What a person's step costs: a guided talk on Telegram and a press on Slack, committed each.

Run as `python -m benchmarks.dispatch`. A talk is six updates a client: Radica parses the update,
reads the text, runs the turn and commits dedupe key, state and reply together; the last row also
claims, composes, renders and settles every reply. PTB answers from memory, or rewrites its pickle
after every update. A press goes through `POST /slack/events`, beside a bare slack-bolt.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from time import perf_counter

from benchmarks import crowd
from benchmarks.actions import Workroom, workroom
from benchmarks.databases import Place, place
from benchmarks.office import Office, office
from benchmarks.peers import OFF
from benchmarks.peers.bolt import Bolt
from benchmarks.peers.ptb import STEPS, Bot, fill
from benchmarks.raw import SixRows
from benchmarks.report import Figure, Pair, Sheet, compare, load, percentile, show, written
from benchmarks.rounds import ROUNDS, SQLITE, Options, Round, options, play
from scheduler import dispatch

TALK = (
    "no me funciona",
    "No puedo entrar",
    "aparece un recuadro gris con el número {}",
    "Solo a mí",
    "Desde hoy",
    "enviar",
)
ONE, EIGHT = "talk, one after another", "talk, eight at once"
MANY = "talk, eight at once, 10,000 people known"
SENT = "talk, eight at once, replies rendered and settled"
RAW = "raw: dedupe, state, letter; a commit each"
RAW_NORMAL = "the same, synchronous=NORMAL"
RAW8 = "raw: dedupe, state, letter; eight clients, commits shared"
MEMORY = "PTB ConversationHandler in memory, with replies"
PICKLE = "PTB PicklePersistence after every update"
PICKLED = {200: 1.2, 1_000: 2.5, 10_000: None}  # users in the pickle, and the goal beside it
PRESS, PRESS8 = "Slack action, one after another", "Slack action, eight at once"
BOLT = "bare slack-bolt, verified"
FEW, CROWD = 200, 10_000
ALIKE = 0.85  # ten thousand people may cost 15 in a hundred
PACE = 100  # actions a second


def main(argv: Sequence[str] | None = None) -> None:
    """The table of dispatch."""
    chosen = options(__doc__ or "", argv, ROUNDS)
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
    with ExitStack() as open_:
        where = open_.enter_context(place(SQLITE))
        loop = open_.enter_context(asyncio.Runner())
        run(where, loop, chosen, open_)


def run(where: Place, loop: asyncio.Runner, chosen: Options, open_: ExitStack) -> None:
    """Play and show."""
    before, many, presses = load(), 4 if chosen.quick else 50, 10 if chosen.quick else 200
    desk = open_.enter_context(office(where.url()))
    crowd.populate(desk.url, FEW, talking=True)
    known = open_.enter_context(office(where.url()))
    crowd.populate(known.url, FEW if chosen.quick else CROWD, talking=True)
    cases = presses * 2 * chosen.rounds + 4 * PACE
    room = open_.enter_context(workroom(where, loop, cases))
    sides: dict[str, Round] = {
        ONE: _talks(desk, loop, many, 1),
        EIGHT: _talks(desk, loop, many, 8),
        MANY: _talks(known, loop, many, 8),
        SENT: _talks(desk, loop, many, 8, sent=True),
        **_raw(where, many * STEPS * 10, open_),
        PRESS: lambda: loop.run(room.rate(room.requests(presses), 1)),
        PRESS8: lambda: loop.run(room.rate(room.requests(presses), 8)),
        **_bolt(room, loop, presses),
        **(_peers(where, loop, open_, quick=chosen.quick) if chosen.peers else {}),
    }
    rates = play(sides, chosen.rounds)
    waits = loop.run(room.waits(room.requests(2 * PACE), 1 / PACE))
    sheet = Sheet(
        name="dispatch",
        title="Dispatch: steps a second, SQLite, WAL, synchronous=FULL",
        command="python -m benchmarks.dispatch",
        lines=compare(_pairs(), rates),
        figures=_figures(waits),
        notes=[_checked(desk, room, presses * 2 * chosen.rounds + len(waits))],
        absent={} if chosen.peers else {MEMORY: OFF, PICKLE: OFF},
        rounds=chosen.rounds,
        load=(before, load()),
    )
    show(sheet)
    written(sheet, chosen.json)


def _pairs() -> list[Pair]:
    return [
        *(
            Pair(ours=ours, beside=f"{PICKLE}, {many:,} users", goal=goal)
            for many, goal in PICKLED.items()
            for ours in (EIGHT, ONE)
        ),
        Pair(ours=MANY, beside=EIGHT, goal=ALIKE),
        Pair(ours=EIGHT, beside=RAW8),
        Pair(ours=ONE, beside=RAW),
        Pair(ours=EIGHT, beside=RAW_NORMAL, aim=0.30),
        Pair(ours=SENT, beside=MEMORY),
        Pair(ours=PRESS8, beside=BOLT, goal=0.40, aim=0.60),
        Pair(ours=PRESS, beside=BOLT, goal=0.40, aim=0.60),
    ]


def _figures(waits: Sequence[float]) -> list[Figure]:
    what = f"acknowledgement of a Slack action, {PACE} a second"
    middle, tail = (1000 * percentile(waits, part) for part in (0.5, 0.99))
    return [
        Figure(what=f"{what}: p50", value=middle, unit="ms"),
        Figure(what=f"{what}: p99", value=tail, unit="ms", most=50),
    ]


def _checked(desk: Office, room: Workroom, pressed: int) -> str:
    """Raises RuntimeError when something was acknowledged that the database does not hold."""
    cases, taken = desk.check(), room.taken()
    room.desk.check()
    if taken < pressed:
        raise RuntimeError(f"{taken} cases were taken with {pressed} presses")
    return f"{cases} cases were opened by the talks and {taken} taken by presses; no turn failed"


def _talks(
    desk: Office, loop: asyncio.Runner, many: int, width: int, *, sent: bool = False
) -> Callable[[], float]:
    def round_() -> float:
        users = desk.clients(many)
        loop.run(dispatch.run_once(desk.desk))
        began = perf_counter()
        loop.run(_talk(desk, users, width, sent=sent))
        return many * STEPS / (perf_counter() - began)

    return round_


async def _talk(desk: Office, users: Sequence[int], width: int, *, sent: bool) -> None:
    if not sent:
        await talk_all(desk, users, width)
        return
    serving = asyncio.create_task(dispatch.serve(desk.desk))
    await talk_all(desk, users, width)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    await dispatch.run_once(desk.desk)


async def talk_all(desk: Office, users: Sequence[int], width: int) -> None:
    """Everybody's first word, then everybody's second: users in turn, `width` at any time."""
    for text in TALK:
        left = iter(users)
        await asyncio.gather(*(_say(desk, left, text) for _ in range(width)))


async def _say(desk: Office, left: Iterator[int], text: str) -> None:
    for user in left:
        await desk.hears(user, text.format(user))


def _raw(where: Place, many: int, open_: ExitStack) -> dict[str, Round]:
    full = SixRows(where.folder / "full.db")
    normal = SixRows(where.folder / "normal.db", synchronous="NORMAL")
    open_.callback(full.close)
    open_.callback(normal.close)
    return {
        RAW: lambda: full.rate(many, 1, dispatch=True),
        RAW8: lambda: full.rate(many, 8, dispatch=True),
        RAW_NORMAL: lambda: normal.rate(many, 1, dispatch=True),
    }


def _bolt(room: Workroom, loop: asyncio.Runner, presses: int) -> dict[str, Round]:
    bolt = Bolt(room.secret)

    async def rate() -> float:
        requests = room.signed_alike(presses)
        began = perf_counter()
        for request in requests:
            if await bolt.take(request) != 200:
                raise RuntimeError("bolt refused an action")
        return presses / (perf_counter() - began)

    return {BOLT: lambda: loop.run(rate())}


def _peers(
    where: Place, loop: asyncio.Runner, open_: ExitStack, *, quick: bool
) -> dict[str, Round]:
    memory = _started(Bot(), loop, open_)
    sides: dict[str, Round] = {MEMORY: lambda: loop.run(memory.rate(10 if quick else 200))}
    for many in PICKLED:
        kept = where.folder / f"{many}.pickle"
        loop.run(fill(kept, 20 if quick else many))
        bot = _started(Bot(kept), loop, open_)
        talking = 5 if quick or many > 1_000 else 30
        sides[f"{PICKLE}, {many:,} users"] = lambda bot=bot, n=talking: loop.run(bot.rate(n))
    return sides


def _started(bot: Bot, loop: asyncio.Runner, open_: ExitStack) -> Bot:
    loop.run(bot.start())
    open_.callback(lambda: loop.run(bot.stop()))
    return bot


if __name__ == "__main__":
    main()
