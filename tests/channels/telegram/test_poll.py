"""Our own getUpdates loop: confirmed is what was committed, in order, whatever breaks."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.door import Door
from bot.channels.telegram.poll import Poller, Rhythm
from handlers.inbound import Inbound, Joined, Pressed, Reacted, Said
from policy.errors import Outage
from tests.channels.telegram.desks import Quarantine, RecordingDesk, letter, noon, to
from tests.platforms.telegram import TOKEN, TelegramServer

QUICK = Rhythm(poll=2, standby=0.02, first=0.01, longest=0.05, refused=0.05)


@dataclass
class Lease:
    """One lease for all pollers of a test."""

    holder: object | None = None
    away: bool = False
    fence: int = 0

    def of(self, holder: object) -> "Held":
        """The lease as one process sees it."""
        return Held(self, holder)


@dataclass
class Held:
    """One process's hold on it."""

    lease: Lease
    me: object

    @property
    def held(self) -> bool:
        """Whether it is this one's."""
        return self.lease.holder is self.me

    @property
    def fence(self) -> int:
        """The number of the last tenure."""
        return self.lease.fence

    async def hold(self) -> bool:
        """Take it if it is free."""
        if self.lease.away:
            raise Outage("database away")
        if self.lease.holder is None:
            self.lease.holder = self.me
            self.lease.fence += 1
        return self.held

    async def over(self) -> None:
        """It is only ever given back."""
        await asyncio.Event().wait()

    async def release(self) -> None:
        """Give it back."""
        if self.lease.holder is self.me:
            self.lease.holder = None


@asynccontextmanager
async def polling(
    channel: Telegram,
    desk: RecordingDesk,
    *,
    lease: Lease | None = None,
    aside: Quarantine | None = None,
) -> AsyncIterator[Poller]:
    """A poller at work."""
    door = Door(desk, channel, aside or Quarantine(), noon)
    poller = Poller(channel.wire, door, (lease or Lease()).of(door), QUICK)
    poller.start()
    try:
        yield poller
    finally:
        await poller.stop()
        await door.close()


async def until(server: TelegramServer, true: Callable[[], bool]) -> None:
    """Wait, beside the loop, until the server or the desk has seen it."""
    async with asyncio.timeout(10):
        while not true():
            await asyncio.to_thread(server.wait_for_change, 0.05)


async def test_every_kind_of_update_reaches_the_desk_and_is_confirmed(
    server: TelegramServer, telegram: Telegram
) -> None:
    desk = RecordingDesk()
    first = server.says(7, "no pasan imágenes")
    await telegram.deliver(to(7, letter("¿Lo envío?", "Enviar")))
    server.edits(7, first["message_id"], "no pasan")
    server.presses(7, "Enviar")
    server.reacts(7, first["message_id"], "👍")
    server.blocks(7)
    async with polling(telegram, desk):
        await until(server, lambda: len(server.state.confirmed) == 5)
    assert [type(one) for one in desk.seen] == [Said, Said, Pressed, Reacted, Joined]
    assert server.state.updates == []


async def test_a_press_is_answered_and_drawn_after_its_turn(
    server: TelegramServer, telegram: Telegram
) -> None:
    desk = RecordingDesk(toast="Listo", chosen="Enviar")
    await telegram.deliver(to(7, letter("¿Lo envío?", "Enviar", "Corregir")))
    query = server.presses(7, "Enviar")
    async with polling(telegram, desk):
        await until(server, lambda: len(server.calls("editMessageReplyMarkup")) == 1)
        (answer,) = server.state.answers
        assert (answer["callback_query_id"], answer["text"]) == (query, "Listo")
        markup = server.sent(7)[0]["reply_markup"]["inline_keyboard"]
        assert [[button["text"] for button in row] for row in markup] == [["✔ Enviar"]]
        server.presses(7, "✔ Enviar")
        await until(server, lambda: len(server.state.answers) == 2)
    assert len(desk.seen) == 1


@pytest.mark.fault("F54")
async def test_a_query_that_is_too_old_stops_nothing_and_its_word_comes_as_a_message(
    server: TelegramServer, telegram: Telegram
) -> None:
    desk = RecordingDesk(toast="tarde")
    await telegram.deliver(to(7, letter("¿Lo envío?", "Enviar")))
    server.state.queries[server.presses(7, "Enviar")] = True
    async with polling(telegram, desk):
        await until(server, lambda: len(server.calls("answerCallbackQuery")) == 1)
        server.says(7, "sigo aquí")
        await until(server, lambda: len(desk.seen) == 2)
        await until(server, lambda: len(server.sent(7)) == 2)
    assert server.calls("answerCallbackQuery")[0].status == 400
    assert [one["text"] for one in server.sent(7)][1:] == ["tarde"]


@pytest.mark.fault("F12")
async def test_a_crash_between_fetch_and_commit_fetches_again(
    server: TelegramServer, telegram: Telegram
) -> None:
    """F12: the process dies inside the turn; its successor gets the same update."""
    fetched = asyncio.Event()

    async def dies(event: Inbound) -> None:
        fetched.set()
        await asyncio.Event().wait()

    server.says(7, "no pasan imágenes")
    door = Door(RecordingDesk(on_event=dies), telegram, Quarantine(), noon)
    killed = asyncio.create_task(Poller(telegram.wire, door, Lease().of(door), QUICK).run())
    await asyncio.wait_for(fetched.wait(), 10)
    assert server.state.confirmed == []
    killed.cancel()
    await asyncio.wait({killed})

    heir = RecordingDesk()
    async with polling(telegram, heir):
        await until(server, lambda: len(server.state.confirmed) == 1)
    assert heir.said() == {"7": ["no pasan imágenes"]}


async def test_an_outage_holds_its_chat_in_order_and_no_other(
    server: TelegramServer, telegram: Telegram
) -> None:
    down = {"7"}

    async def database(event: Inbound) -> None:
        if event.address.chat in down:
            raise Outage("database away")

    desk = RecordingDesk(on_event=database)
    for number in range(3):
        server.says(7, f"siete {number}")
        server.says(8, f"ocho {number}")
    async with polling(telegram, desk) as poller:
        await until(server, lambda: len(desk.said()["8"]) >= 3 and len(desk.started) > 6)
        assert server.state.confirmed == []
        assert poller.health.status == "degraded"
        down.clear()
        await until(server, lambda: len(server.state.confirmed) == 6)
        assert poller.health.status == "ok"
    said = desk.said()
    assert said["7"] == ["siete 0", "siete 1", "siete 2"]
    # The other chat came again with the batch: the inbox knows those, this desk does not.
    assert said["8"][:3] == ["ocho 0", "ocho 1", "ocho 2"]


async def test_chats_go_side_by_side_each_in_order(
    server: TelegramServer, telegram: Telegram
) -> None:
    gate = asyncio.Event()

    async def slow_first(event: Inbound) -> None:
        if isinstance(event, Said) and event.text == "siete 0":
            await gate.wait()

    desk = RecordingDesk(on_event=slow_first)
    for number in range(4):
        server.says(7, f"siete {number}")
    server.says(8, "ocho")
    async with polling(telegram, desk):
        await until(server, lambda: desk.said()["8"] == ["ocho"])
        assert desk.said()["7"] == []
        gate.set()
        await until(server, lambda: len(server.state.confirmed) == 5)
    assert desk.said()["7"] == [f"siete {number}" for number in range(4)]


@pytest.mark.fault("F08")
async def test_an_odd_update_is_set_aside_and_the_others_go_on(
    server: TelegramServer, telegram: Telegram
) -> None:
    desk, aside = RecordingDesk(), Quarantine()
    odd = server.update(message={"message_id": "x", "from": [], "chat": 5})
    server.says(7, "buenas")
    async with polling(telegram, desk, aside=aside):
        await until(server, lambda: len(server.state.confirmed) == 2)
    assert desk.said() == {"7": ["buenas"]}
    (kept,) = aside.kept
    assert (kept["key"], kept["kind"]) == (f"update:{odd}", "ParseFault")
    assert '"message_id": "x"' in kept["raw"]


async def test_nothing_is_confirmed_that_could_not_even_be_set_aside(
    server: TelegramServer, telegram: Telegram
) -> None:
    aside = Quarantine(away=True)
    server.update(message={"message_id": "x", "from": {"id": "y"}, "text": "hola"})
    async with polling(telegram, RecordingDesk(), aside=aside):
        await until(server, lambda: len(server.calls("getUpdates")) >= 3)
        assert server.state.confirmed == []
        aside.away = False
        await until(server, lambda: len(server.state.confirmed) == 1)


async def test_an_event_that_fails_time_after_time_is_set_aside_once(
    server: TelegramServer, telegram: Telegram
) -> None:
    async def bug(event: Inbound) -> None:
        if isinstance(event, Said) and event.text == "veneno":
            raise LookupError("a bug")

    desk, aside = RecordingDesk(on_event=bug), Quarantine()
    server.says(7, "veneno")
    server.says(7, "después")
    async with polling(telegram, desk, aside=aside):
        await until(server, lambda: len(server.state.confirmed) == 2)
    assert desk.said() == {"7": ["después"]}
    assert [kept["kind"] for kept in aside.kept] == ["Said"]
    assert desk.started.count(aside.kept[0]["key"]) == 3


@pytest.mark.fault("F11")
async def test_ids_that_start_anew_far_below_are_handled(
    server: TelegramServer, telegram: Telegram
) -> None:
    """F11: after a quiet week Telegram numbers at random."""
    desk = RecordingDesk()
    server.says(7, "antes")
    async with polling(telegram, desk):
        await until(server, lambda: len(server.state.confirmed) == 1)
        await until(server, lambda: "offset" not in server.calls("getUpdates")[-1].params)
        server.restarts_ids(5)
        server.says(7, "después")
        await until(server, lambda: len(server.state.confirmed) == 2)
    assert desk.said() == {"7": ["antes", "después"]}


@pytest.mark.fault("F13")
async def test_a_webhook_left_set_is_taken_away_before_polling(
    server: TelegramServer, telegram: Telegram
) -> None:
    server.says(7, "pendiente")
    server.state.webhook = "https://old.example/"
    desk = RecordingDesk()
    async with polling(telegram, desk):
        await until(server, lambda: len(desk.seen) == 1)
    assert server.state.webhook == ""
    assert server.calls("deleteWebhook")[0].params == {"drop_pending_updates": False}


@pytest.mark.fault("F13")
async def test_a_conflict_waits_longer_each_time_and_says_so(
    server: TelegramServer, telegram: Telegram
) -> None:
    """F13: 409 is a fault of configuration, not a reason to die."""
    server.fail("getUpdates", status=409, description="Conflict: terminated", times=4)
    desk = RecordingDesk()
    async with polling(telegram, desk) as poller:
        await until(server, lambda: len(server.calls("getUpdates")) == 2)
        assert poller.health.status == "degraded"
        assert "409" in poller.health.detail
        server.says(7, "hola")
        await until(server, lambda: len(desk.seen) == 1)
        await until(server, lambda: poller.health.status == "ok")
    gaps = [
        b.at - a.at
        for a, b in zip(
            server.calls("getUpdates")[:4], server.calls("getUpdates")[1:5], strict=True
        )
    ]
    assert all(gap >= pause for gap, pause in zip(gaps, (0.01, 0.02, 0.04, 0.05), strict=True))


@pytest.mark.fault("F13")
async def test_two_processes_poll_in_turn_never_together(
    server: TelegramServer, telegram: Telegram
) -> None:
    lease, one, two = Lease(), RecordingDesk(), RecordingDesk()
    async with polling(telegram, two, lease=lease) as second:
        await until(server, lambda: lease.holder is not None)
        async with polling(telegram, one, lease=lease) as first:
            server.says(7, "uno")
            await until(server, lambda: len(two.seen) == 1)
            assert first.health.detail.startswith("standby")
            await second.stop()
            server.says(7, "dos")
            await until(server, lambda: len(one.seen) == 1)
            assert first.health.status == "ok"
    assert (two.said()["7"], one.said()["7"]) == (["uno"], ["dos"])


async def test_network_and_database_troubles_degrade_and_pass(
    server: TelegramServer, telegram: Telegram
) -> None:
    desk, lease = RecordingDesk(), Lease(away=True)
    server.fail("getUpdates", status=502, body=b"<html>")
    server.fail("getUpdates", status=429, parameters={"retry_after": 1})
    server.fail("getUpdates", reset=True)
    server.says(7, "hola")
    async with polling(telegram, desk, lease=lease) as poller:
        await until(server, lambda: poller.health.detail == "database away")
        assert server.calls("getUpdates") == []
        lease.away = False
        await until(server, lambda: len(desk.seen) >= 1)
        await until(server, lambda: poller.health.status == "ok")


async def test_a_token_refused_while_polling_needs_a_person(server: TelegramServer) -> None:
    channel = Telegram("123456789:" + "B" * 35, api_url=server.url)
    async with polling(channel, RecordingDesk()) as poller:
        await until(server, lambda: poller.health.status == "down")
        assert poller.health.detail == "invalid_token"
    await channel.stop()
    assert TOKEN.startswith(channel.account)


async def test_a_stop_finishes_what_is_in_hand_and_confirms_it(
    server: TelegramServer, telegram: Telegram
) -> None:
    began, gate = asyncio.Event(), asyncio.Event()

    async def slow(event: Inbound) -> None:
        began.set()
        await gate.wait()

    desk, lease = RecordingDesk(on_event=slow), Lease()
    server.says(7, "hola")
    async with polling(telegram, desk, lease=lease) as poller:
        await asyncio.wait_for(began.wait(), 10)
        stopping = asyncio.create_task(poller.stop())
        gate.set()
        await asyncio.wait_for(stopping, 10)
        assert poller.health.status == "stopped"
    assert len(desk.seen) == 1
    assert len(server.state.confirmed) == 1
    assert lease.holder is None


async def test_a_stop_does_not_wait_for_a_long_poll(
    server: TelegramServer, telegram: Telegram
) -> None:
    door = Door(RecordingDesk(), telegram, Quarantine(), noon)
    poller = Poller(telegram.wire, door, Lease().of(door), Rhythm(poll=30))
    poller.start()
    await until(server, lambda: server.state.polls == 1)
    await asyncio.wait_for(poller.stop(), 3)
