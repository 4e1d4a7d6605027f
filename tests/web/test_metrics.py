"""What an operator's dashboard reads: every queue's age, every lateness, every doubt."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.platforms.aside import Aside
from bot.web.metrics import exposition
from handlers.inbound import Address, Said
from scheduler import dispatch, drive, presence, timers
from scheduler.channel import Outcome, Result
from scheduler.clock import VirtualClock
from store.database import Database
from store.turn import Turn
from store.values import Destination, Urgency
from tests.scheduler.bench import START, Bench

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
UNITS = ("_seconds", "_total", "_events", "_letters", "_up", "_open", "_paused", "_held")
PLAIN = ("_pending", "_overdue", "_way", "_listening", "_version")


@pytest.fixture
def any_bench(database_url: str) -> Iterator[Bench]:
    """A desk with one Telegram and one Slack, on either database."""
    yield from _bench(database_url)


@pytest.fixture
def bench(sqlite_url: str) -> Iterator[Bench]:
    """The same, where the database does not matter."""
    yield from _bench(sqlite_url)


def _bench(url: str) -> Iterator[Bench]:
    clock = VirtualClock(START)
    database = Database.open(url, clock=clock.now, fast=True)
    yield Bench(database, clock)
    database.close()


async def scraped(bench: Bench) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels."""
    text = (await exposition(bench.desk)).decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_every_figure_has_a_unit_and_a_sentence(bench: Bench) -> None:
    await bench.say("10", 1)
    await dispatch.run_once(bench.desk)
    text = (await exposition(bench.desk)).decode()
    families = list(text_string_to_metric_families(text))
    assert len(families) > 25
    for family in families:
        assert re.fullmatch(r"radica_[a-z_]+", family.name)
        assert re.fullmatch(r"[A-Z1].{15,}\.", family.documentation), family.name
        named = f"{family.name}_total" if family.type == "counter" else family.name
        assert named.endswith(UNITS + PLAIN), family.name


async def test_the_age_of_what_waits_is_told_by_channel_and_urgency(
    any_bench: Bench,
) -> None:
    bench = any_bench
    await bench.say("10", 1)
    await bench.say("C1", 2, channel="slack", urgency=Urgency.BULK)
    await bench.say("11", 3, not_before=START + timedelta(hours=1))
    bench.forward(seconds=90)
    found = await scraped(bench)
    assert found["radica_outbox_oldest_seconds", "telegram", "now"] == 90
    assert found["radica_outbox_letters", "telegram", "now"] == 1
    assert found["radica_outbox_oldest_seconds", "slack", "bulk"] == 90
    await drive.advance(bench.desk, bench.clock.now() + timedelta(seconds=2))
    found = await scraped(bench)
    assert ("radica_outbox_letters", "telegram", "now") not in found
    assert found["radica_letter_wait_seconds_count", "now"] == 1
    assert found["radica_letter_wait_seconds_sum", "bulk"] >= 90
    assert found["radica_letters_total", "sent"] == 2


async def test_phrases_tell_how_many_wait_and_which_are_read_by(any_bench: Bench) -> None:
    bench = any_bench

    def propose(turn: Turn) -> None:
        for said in ("la rúbrica sale de lado", "el garabato quedó chueco"):
            pack, topic = turn.book.name, "article:cargar-firma"
            turn.lessons.propose(topic, said, "unmatched", pack=pack, by=None, ticket=None)
        (first, *_) = turn.lessons.page(turn.book.name, "pending")
        turn.lessons.settle(first, "accepted", topic=first.topic, by=None)

    await bench.run(propose)
    found = await scraped(bench)
    assert (found["radica_phrases_pending",], found["radica_phrases_version",]) == (1, 0)


async def test_doubts_and_limits_are_counted(
    any_bench: Bench,
) -> None:
    bench = any_bench
    bench.telegram.answers["10"] = [Outcome(result=Result.UNKNOWN, code="timeout")]
    limited = Outcome(result=Result.NOT_SENT, code="429", retry_after=30)
    bench.telegram.answers["11"] = [limited]
    bench.telegram.answers["12"] = [Outcome(result=Result.PERMANENT, code="blocked")]
    bench.slack.answers["C1"] = [Outcome(result=Result.AUTH, code="token_revoked")]
    for chat in ("10", "11", "12"):
        await bench.say(chat, chat)
    await bench.say("C1", 4, channel="slack")
    await drive.advance(bench.desk, START + timedelta(seconds=10))
    found = await scraped(bench)
    assert found["radica_letters_possible_duplicates_total",] == 1
    assert found["radica_platform_limits_total", "telegram"] == 1
    assert found["radica_letters_total", "dead"] == 1
    assert found["radica_account_paused", "slack"] == 1
    assert found["radica_paces_held",] == 1
    assert 0 < found["radica_pace_longest_hold_seconds",] <= 30


async def test_lateness_of_timers_spreads_and_what_is_overdue_ages(
    any_bench: Bench,
) -> None:
    bench = any_bench

    def work(turn: Turn) -> None:
        for about, minutes in (("1", 0), ("2", 30), ("3", 600)):
            turn.timers.set("silence.remind", about, START + timedelta(minutes=minutes))

    await bench.run(work)
    bench.forward(minutes=31)
    found = await scraped(bench)
    assert (found["radica_timers_pending",], found["radica_timers_overdue",]) == (3, 2)
    assert found["radica_timers_oldest_seconds",] == 31 * 60
    await timers.run_once(bench.desk)
    found = await scraped(bench)
    assert found["radica_timer_lateness_seconds_count",] == 2
    assert found["radica_timer_lateness_seconds_sum",] == 32 * 60
    assert found["radica_timer_lateness_seconds_bucket", "60.0"] == 1
    assert found["radica_timers_oldest_seconds",] == 0


async def test_turns_are_timed_and_what_failed_is_counted(
    any_bench: Bench,
) -> None:
    bench = any_bench

    def said(key: str, **more: Any) -> Said:
        address = Address(channel="telegram", account="777", user="5", chat="5")
        return Said(address=address, key=key, at=START, ref=key, text="hola", **more)

    await bench.desk.receive(said("1"))
    await bench.desk.receive(said("2", reading="what no reader ever made"))
    for _ in range(2):  # kept once, counted once
        await Aside(bench.desk)(channel="telegram", account="777", key="3", kind="odd", body={})
    bench.forward(seconds=40)
    found = await scraped(bench)
    assert found["radica_events_total", "telegram"] == 2
    assert found["radica_turn_seconds_count",] == found["radica_turn_wait_seconds_count",] == 2
    assert 0 < found["radica_turn_seconds_sum",] < 20
    assert found["radica_events_quarantined_total",] == 2
    assert found["radica_quarantine_events",] == 2
    assert found["radica_quarantine_oldest_seconds",] == 40
    assert found["radica_inbox_events",] == 0


async def test_an_outage_is_shown_while_the_desk_listens(bench: Bench) -> None:
    await presence.attend(bench.desk)
    bench.forward(hours=1)
    assert await presence.listens(bench.desk)
    assert (await scraped(bench))["radica_listening",] == 1
    bench.forward(minutes=3)
    assert (await scraped(bench))["radica_listening",] == 0


async def test_without_a_database_the_process_still_tells_what_it_knows(bench: Bench) -> None:
    place = Destination(channel="telegram", account="777", chat="1")
    await bench.run(lambda turn: turn.say(place, "group.welcome"))
    bench.database.close()
    found = await scraped(bench)
    assert found["radica_database_up",] == 0
    assert ("radica_letters_total", "sent") in found
    assert ("radica_outbox_letters", "telegram", "now") not in found


async def test_the_operators_page_names_every_figure_and_no_other(bench: Bench) -> None:
    text = (await exposition(bench.desk)).decode()
    families = text_string_to_metric_families(text)
    shown = {f"{f.name}_total" if f.type == "counter" else f.name for f in families}
    table = PAGE.read_text("utf-8").partition("## Metrics")[2].partition("## ")[0]
    assert set(re.findall(r"`(radica_[a-z_]+)", table)) == shown
    alarms = set(re.findall(r"radica_[a-z_]+", PAGE.read_text("utf-8")))
    assert {name.removesuffix("_bucket") for name in alarms} == shown
