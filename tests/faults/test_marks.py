"""A mark is a courtesy: when a platform allows no more of them for now, words go on (G6)."""

from datetime import timedelta

from scheduler import dispatch
from store.turn import Turn
from store.values import Destination
from tests.saying import said
from tests.scheduler.bench import START, Bench

ROOM = Destination(channel="slack", account="T1", chat="C1")


async def test_words_do_not_wait_for_the_marks_ahead_of_them(bench: Bench) -> None:
    def mark(turn: Turn) -> int:
        turn.outbox.hold("slack:T1/reactions.add", START + timedelta(minutes=5))
        return said(turn, ROOM, "mark", {"ref": "7.1", "emoji": "⏳"}, kind="mark")

    marked = await bench.run(mark)
    words = await bench.say("C1", 1, channel="slack")
    await dispatch.run_once(bench.desk)
    assert (await bench.row(words)).state == "sent"
    assert (await bench.row(marked)).state == "pending"


async def test_marks_follow_their_chat_to_its_new_id(bench: Bench) -> None:
    old = Destination(channel="telegram", account="777", chat="-50")

    def two_marks(turn: Turn) -> list[int]:
        return [said(turn, old, "mark", {"ref": "7", "emoji": e}, kind="mark") for e in "👀✅"]

    marks = await bench.run(two_marks)
    words = await bench.say("-50", 1)
    await bench.run(lambda turn: turn.move_chat("telegram", "777", "-50", "-60"))
    lanes = [(await bench.row(one)).lane for one in (*marks, words)]
    assert lanes == ["telegram:777:-60~", "telegram:777:-60~", "telegram:777:-60"]
