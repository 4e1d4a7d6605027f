"""How many of its instructions the interpreter executes: the same on any machine, at any hour.

Run as `python -m benchmarks.instructions`. Where a rate says how fast the machine was just now,
this says how much was asked of it. SQLite's own work, the kernel's and that of libraries in C is no
part of it; a call into them is one instruction.
"""

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any

from benchmarks.actions import Workroom, workroom
from benchmarks.databases import place
from benchmarks.intake import file_all, said
from benchmarks.office import Office, office
from benchmarks.peers.bolt import Bolt, Request
from benchmarks.report import Figure, Sheet, load, show, written
from benchmarks.rounds import SQLITE, bar, options
from bot.channels.slack.interactions import interaction
from policy.evolved import evolved

KNOWN = 64  # of each kind go before, so that what is made once is made
EIGHT = 8  # at once

Ready = Coroutine[Any, Any, object]
Prepared = Callable[[int], Ready]  # so many of something, with all that goes before them done


class Instructions:
    """A trace function that counts, in the threads where it is set."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, frame: FrameType, event: str, _arg: object) -> "Instructions":
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        self.count += event == "opcode"
        return self

    @contextmanager
    def counting(self) -> Iterator[None]:
        """This thread's."""
        sys.settrace(self)
        try:
            yield
        finally:
            sys.settrace(None)


def main(argv: Sequence[str] | None = None) -> None:
    """The figures of a text, a form and an action."""
    chosen = options(__doc__ or "", argv)
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
    before, many = load(), EIGHT if chosen.quick else 80
    with ExitStack() as open_, bar("counted", 4) as tick:
        where = open_.enter_context(place(SQLITE))
        loop = open_.enter_context(asyncio.Runner())
        desk = open_.enter_context(office(where.url()))
        room = open_.enter_context(workroom(where, loop, 2 * KNOWN + many))
        figures = [*_text(desk, many)]
        tick(1, "a text")
        figures += _both("a form but for its text", desk, loop, _forms(desk), many)
        tick(1, "a form")
        figures += _both("a Slack action", room.desk, loop, _presses(room), many)
        tick(1, "an action")
        figures += _here("the same in bare slack-bolt", loop, _bare(room), many)
        tick(1, "Bolt")
    sheet = Sheet(
        name="instructions",
        title="Instructions of the interpreter",
        command="python -m benchmarks.instructions",
        figures=figures,
        rounds=1,
        load=(before, load()),
    )
    show(sheet)
    written(sheet, chosen.json)


def _text(desk: Office, many: int) -> Iterator[Figure]:
    read = desk.desk.reader.read
    for user in range(KNOWN):
        read(said(user))
    counted = Instructions()
    with counted.counting():
        for user in range(KNOWN, KNOWN + many):
            read(said(user))
    yield _figure("reading a text of 75 letters", counted, many)


def _both(
    what: str, desk: Office, loop: asyncio.Runner, prepared: Prepared, many: int
) -> Iterator[Figure]:
    """What one takes on the loop and, with its part of a commit, on the writer thread."""
    loop.run(prepared(KNOWN))
    ready, there = prepared(many), Instructions()
    desk.turns.run(lambda _: sys.settrace(there)).result()
    here = _on_loop(loop, ready)
    desk.turns.run(lambda _: sys.settrace(None)).result()
    yield _figure(f"{what}: on the event loop", here, many)
    yield _figure(f"{what}: on the writer thread", there, many)


def _here(what: str, loop: asyncio.Runner, prepared: Prepared, many: int) -> Iterator[Figure]:
    loop.run(prepared(KNOWN))
    yield _figure(what, _on_loop(loop, prepared(many)), many)


def _on_loop(loop: asyncio.Runner, ready: Ready) -> Instructions:
    counted = Instructions()
    with counted.counting():
        loop.run(ready)
    return counted


def _forms(desk: Office) -> Prepared:
    read = desk.desk.reader.read

    def prepared(many: int) -> Ready:
        users = desk.clients(many)
        forms = {user: (desk.form(user, said(user)), read(said(user))) for user in users}

        async def file(_desk: Office, user: int) -> None:
            form, reading = forms[user]
            event = interaction(form, desk.seats.slack, at=desk.clock.now())
            if event is None:
                raise ValueError("the bench's own form was not understood")
            await desk.desk.receive(evolved(event, reading=reading))

        return file_all(desk, users, EIGHT, file)

    return prepared


def _presses(room: Workroom) -> Prepared:
    return lambda many: room.rate(room.requests(many), EIGHT)


def _bare(room: Workroom) -> Prepared:
    bolt = Bolt(room.secret)

    async def take(requests: Sequence[Request]) -> None:
        for request in requests:
            await bolt.take(request)

    return lambda many: take(room.signed_alike(many))


def _figure(what: str, counted: Instructions, many: int) -> Figure:
    return Figure(what=what, value=counted.count / many, unit="instructions")


if __name__ == "__main__":
    main()
