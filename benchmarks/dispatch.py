"""A guided talk on Telegram, six updates a client: Radica's durable turns beside PTB and raw SQL.

Run as `python -m benchmarks.dispatch`. Radica parses the update, reads the text, runs the turn and
commits dedupe key, state and reply together; the second row also claims, composes, renders and
settles every reply. PTB answers from memory, or rewrites its pickle after every update.
"""

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter

from benchmarks.intake import receive
from benchmarks.office import ACCOUNT, TUESDAY, Office, office
from benchmarks.peers import OFF
from benchmarks.ptb import STEPS, Bot
from benchmarks.raw import SixRows
from benchmarks.rounds import Options, Pair, Round, compare, note, options, play, show
from bot.channels.telegram.parse import inbound
from scheduler import dispatch

TALK = (
    "no me funciona",
    "No puedo entrar",
    "aparece un recuadro gris con números",
    "Solo a mí",
    "Desde hoy",
    "enviar",
)
ONE, EIGHT = "durable, one after another", "durable, eight at once"
SENT = "durable, eight at once, replies rendered and settled"
RAW = "dedupe, state, letter: a commit each"
RAW8 = "dedupe, state, letter: eight a commit"
MEMORY = "PTB ConversationHandler in memory, with replies"
PICKLE = "PTB PicklePersistence after every update"


async def talk_all(desk: Office, users: Sequence[int], width: int) -> None:
    """Everybody's first word, then everybody's second: users in turn, `width` at any time."""
    for text in TALK:
        left = iter(users)
        await asyncio.gather(*(say_all(desk, left, text) for _ in range(width)))


async def say_all(desk: Office, left: Iterator[int], text: str) -> None:
    """Say it for whoever is left; several of these share the users between them."""
    for user in left:
        update = desk.message(user, text)
        await receive(desk, inbound(update, account=ACCOUNT, received=TUESDAY))


def main(argv: Sequence[str] | None = None) -> None:
    """The table of dispatch."""
    chosen = options(__doc__ or "", argv)
    with office() as desk, asyncio.Runner() as loop, tempfile.TemporaryDirectory() as folder:
        run(desk, loop, Path(folder), chosen)


def run(desk: Office, loop: asyncio.Runner, folder: Path, chosen: Options) -> None:
    """Play and show."""
    users = 4 if chosen.quick else 50
    raw = SixRows(folder)
    sides: dict[str, Round] = {
        ONE: _ours(desk, loop, users, 1),
        EIGHT: _ours(desk, loop, users, 8),
        SENT: _ours(desk, loop, users, 8, sent=True),
        RAW: lambda: raw.rate(users * STEPS * 4, 1, dispatch=True),
        RAW8: lambda: raw.rate(users * STEPS * 4, 8, dispatch=True),
    }
    bots: list[Bot] = []
    if chosen.peers:
        bots = [Bot(), *(Bot(folder / f"{many}.pickle") for many in PICKLED)]
        sides |= _peers(loop, bots, quick=chosen.quick)
    rates = play(sides, chosen.rounds)
    for bot in bots:
        loop.run(bot.stop())
    raw.close()
    _tell(desk, rates, chosen)


PICKLED = {200: 1.2, 1000: 2.5}  # users in the pickle, and the goal beside it


def _tell(desk: Office, rates: dict[str, list[float]], chosen: Options) -> None:
    pairs = [
        Pair(ours=ONE, beside=RAW),
        Pair(ours=EIGHT, beside=RAW8),
        *(
            Pair(ours=ours, beside=f"{PICKLE}, {many} users", goal=goal)
            for many, goal in PICKLED.items()
            for ours in (ONE, EIGHT)
        ),
        Pair(ours=SENT, beside=MEMORY, goal=0.7),
    ]
    absent = {} if chosen.peers else {MEMORY: OFF, PICKLE: OFF}
    show("Dispatch: updates a second, SQLite, synchronous=FULL", compare(pairs, rates), absent)
    cases = desk.turns.read(lambda turn: len(turn.tickets.open())).result()
    ill = desk.turns.read(lambda turn: len(turn.quarantine.list())).result()
    note(f"{cases} tickets were opened by the talks; {ill} turns failed")


def _ours(
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


def _peers(loop: asyncio.Runner, bots: Sequence[Bot], *, quick: bool) -> dict[str, Round]:
    memory, *pickled = bots
    for bot in bots:
        loop.run(bot.start())
    sides: dict[str, Round] = {MEMORY: lambda: loop.run(memory.rate(10 if quick else 200))}
    for bot, many in zip(pickled, PICKLED, strict=True):
        loop.run(bot.fill(20 if quick else many))
        sides[f"{PICKLE}, {many} users"] = lambda bot=bot: loop.run(bot.rate(5 if quick else 30))
    return sides


if __name__ == "__main__":
    main()
