"""Every line of a turn tells which turn, and none tells who or what was written."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from pydantic import SecretStr

from bot.logging import configure, told
from bot.settings import Settings
from handlers import router
from handlers import timers as speaking
from handlers.inbound import Address, Said
from scheduler import drive
from scheduler.ticker import ROUNDS, Ticker
from scheduler.trace import at, event_id
from store.turn import Turn
from store.values import Timer
from tests.scheduler.bench import START, Bench, until

TOKEN = "123456789:AAExampleExampleExampleExample12345"
SECRET_WORD = "papagayo"
CHAT = "55512345"
HELLO = Said(
    address=Address(channel="telegram", account="777", user=CHAT, chat=CHAT, name="Nadia Soto"),
    key="update:9",
    at=START,
    ref="1",
    text=f"mi clave es {SECRET_WORD}",
)


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What the log says, as `radica up` writes it where nobody watches."""
    stream = StringIO()
    settings = Settings.load(
        None,
        TELEGRAM_BOT_TOKEN=SecretStr(TOKEN),
        RADICA_ENROLMENT="open",
        RADICA_LOG="debug",
    )
    root = logging.getLogger()
    before = (root.handlers, root.level)
    configure(settings, stream)
    yield stream
    root.handlers, root.level = before


def lines(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


async def test_lines_of_a_turn_name_it_and_quote_nobody(
    bench: Bench, written: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A use case that chokes on what was written: twice tried, once kept, nothing quoted."""
    turns: list[str] = []

    def choke(turn: Turn, inbound: Said) -> None:
        turns.append(turn.id)
        logging.getLogger("handlers.anything").info("reads", extra={"number": 1042})
        raise ValueError(f"cannot read {inbound.text!r} of {TOKEN}")

    monkeypatch.setattr(router, "enrol", _Choking(choke))
    await bench.desk.receive(HELLO)
    told = lines(written)
    reads = [line for line in told if line["event"] == "reads"]
    failed = [line for line in told if line["event"] == "turn failed"]
    assert [line["turn"] for line in reads] == turns == [line["turn"] for line in failed]
    of_event = event_id("telegram", "777", "update:9")
    for line in (*reads, *failed):
        assert (line["channel"], line["event_id"]) == ("telegram", of_event)
    assert "ValueError" in failed[0]["exception"]
    assert "choke" in failed[0]["exception"]
    everything = written.getvalue()
    for secret in (SECRET_WORD, TOKEN, CHAT, "Nadia"):
        assert secret not in everything


class _Choking:
    """In the place of a module of which the router asks one thing."""

    def __init__(self, choke: Callable[[Turn, Said], None]) -> None:
        self._choke = choke

    def known(self, turn: Turn, _address: Address) -> None:
        """What every event begins with."""
        self._choke(turn, HELLO)


async def test_lines_of_a_letter_name_it(bench: Bench, written: StringIO) -> None:
    async def broken(_delivery: object) -> None:
        raise LookupError(SECRET_WORD)

    bench.telegram.before = broken
    outbox = await bench.say(CHAT, 1)
    await drive.advance(bench.desk, START + timedelta(minutes=5))
    told = [line for line in lines(written) if line["logger"] == "scheduler.sending"]
    assert told
    assert {(line["outbox"], line["channel"]) for line in told} == {(outbox, "telegram")}
    assert SECRET_WORD not in written.getvalue()
    assert CHAT not in written.getvalue()


async def test_lines_of_a_round_name_it_and_the_turn_of_each_batch(
    bench: Bench, written: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[str] = []

    def bad(turn: Turn, timer: Timer) -> None:
        turns.append(turn.id)
        raise LookupError(SECRET_WORD)

    monkeypatch.setattr(speaking, "TALK_TIMERS", {"bad": bad})
    await bench.run(lambda turn: turn.timers.set("bad", "7", START))
    ticker = Ticker(bench.desk, ROUNDS[:1])
    ticker.start()
    await until(lambda: "timers fired" in written.getvalue())
    await ticker.stop()
    told = {line["event"]: line for line in lines(written)}
    assert (told["timer failed"]["round"], told["timer failed"]["turn"]) == ("timers", turns[-1])
    assert told["timers fired"]["turn"] == turns[-1]
    assert SECRET_WORD not in written.getvalue()


def test_an_error_raised_from_itself_is_told_once() -> None:
    """A reader's errors are raised anew; what is translated to itself is its own cause."""
    error = KeyError("words of a person")
    with at(outbox=7):
        try:
            raise error from error
        except KeyError as found:
            line = told((KeyError, found, found.__traceback__))
    assert line.count("builtins.KeyError") == 1
    assert "words of a person" not in line
