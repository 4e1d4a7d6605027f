"""Opening tickets: Radica's whole way, from the platform's JSON to the commit, beside raw SQLite.

Run as `python -m benchmarks.intake`. The form is one event and one transaction; the talk is what
a client on Telegram does at best: one message, one "enviar", two transactions.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter

from benchmarks.office import ACCOUNT, TUESDAY, Office, office
from benchmarks.raw import FIRST_REPLAY, SixRows, Tape, recorded
from benchmarks.rounds import Options, Pair, Round, compare, note, options, play, show
from bot.channels.slack.interactions import interaction
from bot.channels.telegram.parse import inbound
from handlers.inbound import Inbound

SAID = "En la sala 2 el resonador no pasa imágenes al PACS desde las 7, solo a mí"
FORMS = {1: "form, one after another", 8: "form, eight at once"}
TALKS = {1: "talk, one after another", 8: "talk, eight at once"}
SIX = {1: "six rows, a commit each", 8: "six rows, eight a commit"}
SAME = {1: "the same writes, a commit each", 8: "the same writes, eight a commit"}
GOALS = {1: 0.08, 8: 0.10}
FORM_ABSENT = "needs a project of its own around it; no ratio is claimed"

File = Callable[[Office, int], Awaitable[None]]


async def by_form(desk: Office, user: int) -> None:
    """A form of Slack's: one transaction, one ticket."""
    await receive(desk, interaction(desk.form(user, SAID), ACCOUNT, at=TUESDAY))


async def by_talk(desk: Office, user: int) -> None:
    """A message that says all, and its confirmation: two transactions, one ticket."""
    for text in (SAID, "enviar"):
        update = desk.message(user, text)
        await receive(desk, inbound(update, account=ACCOUNT, received=TUESDAY))


async def receive(desk: Office, event: Inbound | None) -> None:
    """Through the door that `radica up` uses; back after the commit."""
    if event is None:
        raise ValueError("the bench's own event was not understood")
    await desk.desk.receive(event)


async def file_all(desk: Office, users: Sequence[int], width: int, file: File) -> None:
    """A ticket of every user, `width` of them under way at any time."""
    left = iter(users)

    async def worker() -> None:
        for user in left:
            await file(desk, user)

    await asyncio.gather(*(worker() for _ in range(width)))


def main(argv: Sequence[str] | None = None) -> None:
    """The table of intake."""
    chosen = options(__doc__ or "", argv)
    with office() as desk:
        run(desk, chosen)


def run(desk: Office, chosen: Options) -> None:
    """Play and show."""
    tickets = 16 if chosen.quick else 80
    six = SixRows(desk.file.parent)
    with asyncio.Runner() as loop:
        tape = _tape(desk, loop)
        sides: dict[str, Round] = {}
        for width in (1, 8):
            sides[FORMS[width]] = _ours(desk, loop, tickets, width, by_form)
            sides[TALKS[width]] = _ours(desk, loop, tickets, width, by_talk)
            sides[SIX[width]] = lambda w=width: six.rate(tickets * 4, w)
            sides[SAME[width]] = lambda w=width: tape.rate(tickets * 2, w)
        rates = play(sides, chosen.rounds)
        left = loop.run(_opened(desk))
    six.close()
    tape.close()
    pairs = [
        pair
        for width in (8, 1)
        for pair in (
            Pair(ours=FORMS[width], beside=SIX[width], goal=GOALS[width]),
            Pair(ours=FORMS[width], beside=SAME[width]),
            Pair(ours=TALKS[width], beside=SIX[width]),
        )
    ]
    show(
        "Intake: tickets a second, SQLite, WAL, synchronous=FULL",
        compare(pairs, rates),
        {"django-helpdesk, form": FORM_ABSENT},
    )
    note(f"{left} tickets are open at the end; no turn failed")


def _ours(
    desk: Office, loop: asyncio.Runner, tickets: int, width: int, file: File
) -> Callable[[], float]:
    def round_() -> float:
        users = desk.clients(tickets)
        began = perf_counter()
        loop.run(file_all(desk, users, width, file))
        return tickets / (perf_counter() - began)

    return round_


def _tape(desk: Office, loop: asyncio.Runner) -> Tape:
    """The writes of one ticket by form; the first one is left out, for it makes counters."""
    first, second = desk.clients(2)
    loop.run(by_form(desk, first))
    with recorded(desk.database) as statements:
        loop.run(by_form(desk, second))
    numbers = [t.number for t in desk.turns.read(lambda turn: turn.tickets.open()).result()]
    return Tape(desk.file, statements, (max(numbers), second))


async def _opened(desk: Office) -> int:
    """How many Radica opened; raises when a turn of the bench has failed."""
    ill = await desk.desk.read(lambda turn: turn.quarantine.list())
    if ill:
        raise RuntimeError(f"{len(ill)} turns failed: {ill[0].error}")
    found = await desk.desk.read(lambda turn: turn.tickets.open())
    return sum(ticket.number < FIRST_REPLAY for ticket in found)


if __name__ == "__main__":
    main()
