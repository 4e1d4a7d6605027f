"""Socket Mode: an envelope is acknowledged after its turn, and a deaf socket is replaced."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError

from bot.channels.slack.api import SlackApi
from bot.channels.slack.channel import Slack
from bot.channels.slack.ingress import Ingress
from bot.channels.slack.socket import SlackSocket
from handlers.inbound import Commanded, Faults, Said, ShowForm, Toast
from handlers.letters.letter import Choice, Letter, Span
from policy.errors import Outage
from scheduler.channel import Delivery, Place
from tests.channels.slack.conftest import RecordingDesk, Shown
from tests.channels.slack.test_http import FORM
from tests.platforms.slack import SlackServer

PING = 0.05


@pytest.fixture
async def socket(
    server: SlackServer, api: SlackApi, ingress: Ingress
) -> AsyncIterator[SlackSocket]:
    made = SlackSocket(ingress, api, server.app_token, ping=PING)
    await made.start()
    await server.connections(1)
    yield made
    await made.stop()


async def test_an_envelope_is_acknowledged_after_the_commit(
    server: SlackServer, socket: SlackSocket, desk: RecordingDesk
) -> None:
    desk.gate = asyncio.Event()
    saying = asyncio.ensure_future(server.says("D0ANA", "U0ANA", "hola"))
    await desk.entered.wait()
    assert server.acked == []
    desk.gate.set()
    assert (await saying).status == 200
    assert (len(server.acked), desk.steps) == (1, ["commit"])
    (said,) = desk.received
    assert isinstance(said, Said)
    assert said.text == "hola"


@pytest.mark.parametrize("fault", [RuntimeError("a bug"), Outage("no database")])
async def test_a_turn_that_fails_leaves_its_envelope_without_an_answer(
    server: SlackServer, socket: SlackSocket, desk: RecordingDesk, fault: Exception
) -> None:
    server.patience = 0.3
    desk.fault = fault
    assert (await server.says("D0ANA", "U0ANA", "hola")).status == 0
    assert server.acked == []
    desk.fault = None
    assert (await server.tells_again()).status == 200


async def test_commands_and_forms_are_answered_inside_the_acknowledgement(
    server: SlackServer, socket: SlackSocket, ingress: Ingress, desk: RecordingDesk, channel: Slack
) -> None:
    desk.receipt, desk.shown = Toast(key="x"), Shown(toast="Es para supervisores")
    reply = await server.commands("C0DESK", "U0ANA", "/report", "sla")
    assert reply.json["text"] == "Es para supervisores"
    assert isinstance(desk.received[-1], Commanded)
    desk.receipt, desk.shown = ShowForm(form="resolve"), Shown(form=FORM)
    await server.commands("C0DESK", "U0CAM", "/ticket")
    await ingress.settle()
    desk.receipt, desk.shown = Faults(faults={"note": "x"}), Shown(faults={"note": "Falta"})
    reply = await server.submits("U0CAM", note="")
    assert reply.json == {"response_action": "errors", "errors": {"note": "Falta"}}


@pytest.mark.fault("F53")
async def test_after_a_lost_socket_events_come_again(
    server: SlackServer,
    socket: SlackSocket,
    desk: RecordingDesk,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """F53: the server drops the connection; how long nothing was heard is told."""
    await server.close_sockets()
    await server.connections(2)
    assert (await server.says("D0ANA", "U0ANA", "hola")).status == 200
    assert socket.counts.gaps == 1
    assert 0 < socket.counts.longest_gap < 10
    assert "slack socket replaced, silent for" in caplog.text


@pytest.mark.fault("F53")
async def test_a_recycled_connection_is_replaced(
    server: SlackServer, socket: SlackSocket, desk: RecordingDesk
) -> None:
    """F53: Slack asks to leave."""
    await server.asks_to_leave()
    await server.connections(2)
    assert (await server.says("D0ANA", "U0ANA", "hola")).status == 200


@pytest.mark.fault("F53")
@pytest.mark.parametrize("watched", [True, False])
async def test_a_deaf_connection_is_renewed(
    server: SlackServer, socket: SlackSocket, desk: RecordingDesk, watched: bool
) -> None:
    """F53: half open, nobody said goodbye. Ours steps in where the SDK's own monitor is dead."""
    client = socket.client
    assert client is not None
    if not watched and client.current_session_monitor is not None:
        client.current_session_monitor.cancel()
    server.deaf = True
    await server.connections(2)
    server.deaf = False
    server.patience = 0.3
    async with asyncio.timeout(5):
        while (await server.says("D0ANA", "U0ANA", "hola")).status != 200:
            continue
    assert desk.received
    assert socket.counts.restarts >= (0 if watched else 1)


@pytest.mark.fault("F53")
async def test_ghosts_are_told(
    server: SlackServer, socket: SlackSocket, desk: RecordingDesk
) -> None:
    """F53: Slack counts more connections than there are."""
    await server.says("D0ANA", "U0ANA", "hola")
    assert (socket.counts.connections, socket.health.status) == (1, "ok")
    server.told_connections = 10
    await server.asks_to_leave()
    await server.connections(2)
    await server.says("D0ANA", "U0ANA", "hola")  # behind the second hello, on the same wire
    assert (socket.counts.connections, socket.counts.ghosts) == (10, 1)
    assert (socket.health.status, socket.health.detail) == ("degraded", "10 sockets")


async def test_a_wrong_app_token_is_told_at_once(
    server: SlackServer, api: SlackApi, ingress: Ingress
) -> None:
    wrong = SlackSocket(ingress, api, "xapp-wrong", ping=PING)
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await wrong.start()
    assert wrong.health.status == "stopped"
    await wrong.stop()


async def test_a_press_in_a_thread_keeps_its_thread(
    server: SlackServer, socket: SlackSocket, desk: RecordingDesk, channel: Slack
) -> None:
    place = Place(account="T0HOME", chat="C0DESK")
    words = Letter(text=(Span("caso"),))
    root = await channel.deliver(Delivery(outbox_id=1, attempt=1, place=place, letter=words))
    inside = Place(account="T0HOME", chat="C0DESK", thread=root.refs[0])
    asked = Letter(text=(Span("¿?"),), choices=(Choice(code="c:send", label="Enviar"),))
    sent = await channel.deliver(Delivery(outbox_id=2, attempt=1, place=inside, letter=asked))
    assert (await server.presses("U0CAM", sent.refs[0], "Enviar")).status == 200
    assert desk.received[-1].address.thread == root.refs[0]
