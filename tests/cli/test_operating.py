"""What an operator does about letters and events that went wrong."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from bot.app import assemble
from bot.settings import Settings
from handlers.inbound import Address, Said
from store.turn import Turn
from store.values import Destination
from tests.cli.conftest import Radica

T = TypeVar("T")

PLACE = Destination(channel="telegram", account="local", chat="1")
EVENT = Said(
    address=Address(channel="telegram", account="local", user="9", chat="9", name="Eva"),
    key="1",
    at=datetime(2026, 11, 24, tzinfo=UTC),
    ref="1",
    text="a",
)


@pytest.fixture
def on_the_desk(home: Path) -> Callable[[Callable[[Turn], T]], T]:
    """Do something to the desk of this folder."""

    def run(work: Callable[[Turn], T]) -> T:
        async def once() -> T:
            app = assemble(Settings.load(), channels={})
            try:
                return await app.desk.run(work)
            finally:
                await app.stop()

        return asyncio.run(once())

    return run


def listed(radica: Radica, *options: str) -> list[dict[str, object]]:
    told = radica("outbox", "list", "--json", *options)
    assert told.exit_code == 0, told.output
    found: list[dict[str, object]] = json.loads(told.stdout)
    return found


def test_what_went_wrong_is_not_hidden_behind_what_went_well(
    radica: Radica, on_the_desk: Callable[[Callable[[Turn], None]], None]
) -> None:
    def say(turn: Turn) -> None:
        for _ in range(30):
            turn.say(PLACE, "group.welcome")

    def end(turn: Turn) -> None:
        first, *rest = sorted(row.id for row in turn.outbox.list())
        for row in rest:
            turn.outbox.cancel(row, "replaced")
        turn.settings.set("first", first)

    on_the_desk(say)
    on_the_desk(end)
    assert len(listed(radica, "--limit", "5")) == 1
    assert len(listed(radica, "--state", "expired", "--limit", "50")) == 29


def test_a_reason_is_told_in_words_and_as_its_code(
    radica: Radica, on_the_desk: Callable[[Callable[[Turn], None]], None]
) -> None:
    on_the_desk(lambda turn: turn.say(PLACE, "group.welcome"))

    def end(turn: Turn) -> None:
        (row,) = turn.outbox.list()
        turn.outbox.cancel(row.id, "answered_meanwhile")

    on_the_desk(end)
    (row,) = listed(radica, "--state", "expired")
    assert (row["error"], row["why"]) == ("answered_meanwhile", "answered in the meantime")
    assert "answered in the meantime" in radica("outbox", "list", "--state", "expired").stdout


def test_several_letters_are_dropped_and_retried_at_once(
    radica: Radica, on_the_desk: Callable[[Callable[[Turn], None]], None]
) -> None:
    def say(turn: Turn) -> None:
        for channel in ("telegram", "telegram", "slack"):
            turn.say(Destination(channel=channel, account="local", chat="1"), "group.welcome")

    on_the_desk(say)
    assert len(listed(radica, "--channel", "slack")) == 1
    ids = [str(row["id"]) for row in listed(radica)]
    told = radica("outbox", "drop", *ids)
    assert (told.exit_code, told.stdout.count("will not be sent")) == (0, 3)
    told = radica("outbox", "retry", *ids, "999")
    assert (told.exit_code, told.stdout.count("waits to be sent")) == (1, 3)
    assert "letter 999 is not dead or expired" in told.stderr


def test_an_event_that_fails_again_is_not_called_handled(
    radica: Radica, on_the_desk: Callable[[Callable[[Turn], str]], str]
) -> None:
    body = asdict(EVENT) | {"text": {"of": "another release"}}
    reference = on_the_desk(
        lambda turn: turn.quarantine.add(
            channel="telegram", account="local", key="1", kind="Said", body=body, error="first"
        )
    )
    told = radica("quarantine", "replay", reference)
    assert told.exit_code == 1
    again = told.stderr.split("kept as ")[1].strip()
    kept = json.loads(radica("quarantine", "list", "--json").stdout)
    assert [one["reference"] for one in kept] == [again]
    shown = json.loads(radica("quarantine", "show", again).stdout)
    assert shown["kind"] == "Said"
    assert "another release" in shown["body"]
    assert radica("quarantine", "drop", again).exit_code == 0
    assert json.loads(radica("quarantine", "list", "--json").stdout) == []
    assert radica("quarantine", "drop", again).exit_code == 1
