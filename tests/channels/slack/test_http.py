"""The signed door: nothing forged gets in, nothing is acknowledged before its commit."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import Clock

from bot.channels.slack.channel import Slack
from bot.channels.slack.http import MAX_BODY, SlackHttp
from bot.channels.slack.ingress import Ingress
from handlers.inbound import Commanded, Done, Faults, Pressed, Said, ShowForm, Submitted, Toast
from handlers.letters.letter import Choice, Field, FormView, Letter, Span
from policy.errors import Outage
from scheduler.channel import Delivery, Place
from tests.channels.slack.conftest import Quarantine, RecordingDesk, Shown
from tests.platforms.slack import Fault, Reply, SlackServer

JSON = {"Content-Type": "application/json"}
FORM = FormView(
    form="resolve",
    version=2,
    title="Resolver",
    submit="Enviar",
    cancel="Volver",
    fields=(Field(name="note", label="Solución", kind="text"),),
    meta={"ticket": 1042},
)


async def card(slack: Slack, chat: str = "C0DESK") -> str:
    """A message with one button."""
    letter = Letter(
        text=(Span("Caso 1042"),),
        fallback="Caso 1042",
        choices=(Choice(code="t:claim:1042", label="Tomar"),),
    )
    place = Place(account="T0HOME", chat=chat)
    outcome = await slack.deliver(Delivery(outbox_id=1, attempt=1, place=place, letter=letter))
    return outcome.refs[0]


async def opened(
    server: SlackServer, channel: Slack, ingress: Ingress, desk: RecordingDesk
) -> None:
    """The form, open before Camila."""
    ts = await card(channel)
    desk.receipt, desk.shown = ShowForm(form="resolve"), Shown(form=FORM)
    await server.presses("U0CAM", ts, "Tomar")
    await ingress.settle()


async def test_a_message_is_answered_after_its_commit(
    server: SlackServer, http: SlackHttp, desk: RecordingDesk
) -> None:
    desk.gate = asyncio.Event()
    saying = asyncio.ensure_future(server.says("D0ANA", "U0ANA", "no carga <PACS> & nada"))
    await desk.entered.wait()
    assert not saying.done()
    desk.gate.set()
    reply = await saying
    assert (reply.status, desk.steps) == (200, ["commit"])
    (said,) = desk.received
    assert isinstance(said, Said)
    assert said.text == "no carga <PACS> & nada"
    assert (said.address.user, said.address.chat, said.address.private) == ("U0ANA", "D0ANA", True)
    assert (said.address.name, said.address.language) == ("Ana Torres", "es-ES")


async def test_a_name_that_slack_does_not_tell_holds_nothing_up(
    server: SlackServer, http: SlackHttp, desk: RecordingDesk
) -> None:
    server.plan("users.info", Fault.http(500))
    assert (await server.says("D0ANA", "U0ANA", "hola")).status == 200
    assert (await server.says("D0ANA", "U0ANA", "otra vez")).status == 200
    assert [one.address.name for one in desk.received] == ["", "Ana Torres"]
    assert len(server.requests("users.info")) == 2


FAILS = pytest.mark.parametrize(
    ("fault", "status"), [(RuntimeError("a bug"), 500), (Outage("no database"), 503)]
)


@FAILS
async def test_a_turn_that_fails_is_not_acknowledged(
    server: SlackServer, http: SlackHttp, desk: RecordingDesk, fault: Exception, status: int
) -> None:
    desk.fault = fault
    assert (await server.says("D0ANA", "U0ANA", "hola")).status == status
    desk.fault = None
    assert (await server.tells_again()).status == 200
    first, second = desk.received
    assert first.key == second.key


@FAILS
async def test_nor_is_a_press(
    server: SlackServer,
    http: SlackHttp,
    channel: Slack,
    desk: RecordingDesk,
    fault: Exception,
    status: int,
) -> None:
    ts = await card(channel)
    desk.fault = fault
    assert (await server.presses("U0CAM", ts, "Tomar")).status == status
    assert desk.steps == []


@pytest.mark.fault("F04")
async def test_a_turn_that_takes_too_long_is_not_acknowledged_and_may_still_end(
    server: SlackServer, http: SlackHttp, desk: RecordingDesk
) -> None:
    desk.gate = asyncio.Event()
    assert (await server.says("D0ANA", "U0ANA", "hola")).status == 503
    desk.gate.set()
    assert (await server.tells_again()).status == 200
    assert desk.steps == ["commit", "commit"]


@pytest.mark.fault("F05")
async def test_a_mention_and_its_message_carry_one_key(
    server: SlackServer, http: SlackHttp, desk: RecordingDesk
) -> None:
    await server.says("C0DESK", "U0ANA", "<@U0BOT> ayuda")
    message, mention = desk.received
    assert isinstance(message, Said)
    assert isinstance(mention, Said)
    assert message.key == mention.key
    assert (message.text, message.mentioned) == (mention.text, mention.mentioned) == ("ayuda", True)


async def test_slack_is_told_the_challenge(
    server: SlackServer, http: SlackHttp, desk: RecordingDesk
) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c-1", "token": "t"}).encode()
    reply = await server.post(body, server.signed(body) | JSON)
    assert (reply.status, reply.json) == (200, {"challenge": "c-1"})
    assert desk.received == []


BODY = json.dumps({"type": "event_callback", "team_id": "T0HOME"}).encode()


def now() -> int:
    return int(Clock().now())


@pytest.mark.fault("F14")
@pytest.mark.parametrize(
    "change",
    [
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": "v0=ñandú"},
        {"X-Slack-Signature": ""},
        {"X-Slack-Request-Timestamp": "abc"},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "１７"},
        {"X-Slack-Request-Timestamp": "9" * 400},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "1.5"},
    ],
)
async def test_a_forged_request_is_refused(
    server: SlackServer, http: SlackHttp, desk: RecordingDesk, change: dict[str, str]
) -> None:
    reply = await server.post(BODY, server.signed(BODY) | JSON | change)
    assert (reply.status, reply.body, desk.received) == (401, "", [])


@pytest.mark.fault("F14")
@pytest.mark.parametrize("missing", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
async def test_a_request_without_its_headers_is_refused(
    server: SlackServer, http: SlackHttp, desk: RecordingDesk, missing: str
) -> None:
    headers = {name: one for name, one in server.signed(BODY).items() if name != missing}
    assert (await server.post(BODY, headers | JSON)).status == 401
    assert desk.received == []


@pytest.mark.fault("F14")
@pytest.mark.parametrize("shift", [-301, 301])
async def test_a_stale_or_future_request_is_refused(
    server: SlackServer, http: SlackHttp, desk: RecordingDesk, shift: int
) -> None:
    late = 2 if shift > 0 else 0
    headers = server.signed(BODY, now() + shift + late)
    assert (await server.post(BODY, headers | JSON)).status == 401
    assert desk.received == []


@pytest.mark.fault("F14")
async def test_a_body_changed_after_signing_is_refused(
    server: SlackServer, http: SlackHttp, desk: RecordingDesk
) -> None:
    assert (await server.post(BODY + b" ", server.signed(BODY) | JSON)).status == 401


async def test_old_and_new_secret_serve_while_the_secret_is_changed(
    server: SlackServer, ingress: Ingress, desk: RecordingDesk
) -> None:
    server.app = SlackHttp(ingress, ["the new one", server.signing_secret]).handle
    assert (await server.says("D0ANA", "U0ANA", "hola")).status == 200
    server.app = SlackHttp(ingress, ["the new one"]).handle
    assert (await server.says("D0ANA", "U0ANA", "hola")).status == 401


# What has no id by which anybody could ever name it again.
JUNK = [
    b"null",
    b"[]",
    b"[1]",
    b"{}",
    b"",
    b"not json",
    b'{"type": 7}',
    b'{"type": "event_callback"}',
    b'{"a": ' + b"9" * 5000 + b"}",
    b"[" * 200_000,
    b'{"a":' * 200_000,
    b"\xff\xfe{}",
    b'payload=%7B"type"',
    b"payload=null",
    b"payload=7",
    b"command=%2Fticket",
]


@pytest.mark.fault("F17")
@pytest.mark.parametrize("body", JUNK, ids=[repr(one[:30]) for one in JUNK])
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
async def test_signed_junk_is_refused_and_the_next_event_works(
    server: SlackServer, http: SlackHttp, desk: RecordingDesk, body: bytes, kind: str
) -> None:
    reply = await server.post(body, server.signed(body) | {"Content-Type": kind})
    assert reply.status == 400
    assert desk.received == []
    assert (await server.says("D0ANA", "U0ANA", "hola")).status == 200


ODD: list[dict[str, Any]] = [
    {"team_id": 1, "event": {}},
    {"team_id": "T1", "event": []},
    {"team_id": "T1", "event": {"type": "message", "user": "U1", "channel": "C1", "ts": 10**22}},
    {"team_id": "T1", "event": {"type": "message", "user": "U1", "channel": 7}},
    {"team_id": "T1", "event": {}, "authorizations": 7},
    {"team_id": "T1", "event": {}, "authorizations": [7]},
]


@pytest.mark.fault("F08", "F17")
@pytest.mark.parametrize("odd", ODD, ids=[repr(one)[:40] for one in ODD])
async def test_an_event_that_cannot_be_read_is_kept_and_acknowledged(
    server: SlackServer,
    http: SlackHttp,
    desk: RecordingDesk,
    aside: Quarantine,
    odd: dict[str, Any],
) -> None:
    """Else Slack would send it three times more, and count failures against the app."""
    aside.away = True
    assert (
        await server.tell("event", {"type": "event_callback", "event_id": "E1"} | odd)
    ).status == 503
    aside.away = False
    assert (await server.tells_again()).status == 200
    assert desk.received == []
    (kept,) = aside.kept
    assert (kept["key"], kept["account"]) == ("event:E1", "T0HOME")
    assert '"team_id"' in kept["raw"]


@pytest.mark.fault("F08")
async def test_a_press_that_cannot_be_read_is_kept_and_fails_before_its_person(
    server: SlackServer, http: SlackHttp, desk: RecordingDesk, aside: Quarantine
) -> None:
    """Slack never repeats a press: an acknowledgement would look like success."""
    payload = {"type": "block_actions", "trigger_id": "1.2.3", "user": {"id": "U1"}}
    payload |= {"actions": [{"action_id": "a", "value": "t:claim:1042:new:-"}]}
    assert (await server.tell("interaction", payload)).status == 400
    assert [one["key"] for one in aside.kept] == ["trigger:1.2.3"]
    assert desk.received == []


@pytest.mark.fault("F17")
async def test_a_body_too_large_is_refused_unread(server: SlackServer, http: SlackHttp) -> None:
    body = b"x" * (MAX_BODY + 1)
    assert (await server.post(body, server.signed(body))).status == 413


async def test_a_press_says_what_was_pressed_and_where(
    server: SlackServer, http: SlackHttp, channel: Slack, ingress: Ingress, desk: RecordingDesk
) -> None:
    ts = await card(channel)
    reply = await server.presses("U0CAM", ts, "Tomar")
    assert (reply.status, reply.body) == (200, "")
    (pressed,) = desk.received
    assert isinstance(pressed, Pressed)
    assert (pressed.code, pressed.ref, pressed.address.chat) == ("t:claim:1042", ts, "C0DESK")
    assert pressed.key == f"trigger:{pressed.trigger}"


async def test_a_toast_is_whispered_to_the_presser_alone(
    server: SlackServer, http: SlackHttp, channel: Slack, ingress: Ingress, desk: RecordingDesk
) -> None:
    ts = await card(channel)
    desk.receipt, desk.shown = Toast(key="claim.lost"), Shown(toast="Andrés <lo> tomó")
    await server.presses("U0CAM", ts, "Tomar")
    await ingress.settle()
    (whisper,) = server.whispers("U0CAM")
    assert whisper.text == "Andrés &lt;lo&gt; tomó"
    assert server.whispers("U0ANA") == []


async def test_the_answer_given_takes_the_place_of_the_buttons(
    server: SlackServer, http: SlackHttp, channel: Slack, ingress: Ingress, desk: RecordingDesk
) -> None:
    ts = await card(channel, "D0ANA")
    desk.receipt, desk.shown = Done(chosen="yes"), Shown(chosen="Sí, ya funciona")
    await server.presses("U0ANA", ts, "Tomar")
    await ingress.settle()
    (message,) = server.sent("D0ANA")
    assert message.edited == 1
    assert [one["type"] for one in message.blocks] == ["rich_text", "rich_text"]
    assert "✔ Sí, ya funciona" in json.dumps(message.blocks, ensure_ascii=False)


async def test_a_form_opens_and_comes_back_with_its_answers(
    server: SlackServer, http: SlackHttp, channel: Slack, ingress: Ingress, desk: RecordingDesk
) -> None:
    await opened(server, channel, ingress, desk)
    desk.receipt = Done()
    reply = await server.submits("U0CAM", note="Se liberó la cola")
    assert (reply.status, reply.body) == (200, "")
    assert server.modal_of == {}
    submitted = desk.received[-1]
    assert isinstance(submitted, Submitted)
    assert (submitted.form, submitted.version) == ("resolve", 2)
    assert (submitted.meta, submitted.answers) == ({"ticket": 1042}, {"note": "Se liberó la cola"})


async def test_the_faults_of_a_form_come_back_in_the_acknowledgement(
    server: SlackServer, http: SlackHttp, channel: Slack, ingress: Ingress, desk: RecordingDesk
) -> None:
    await opened(server, channel, ingress, desk)
    desk.receipt, desk.shown = (
        Faults(faults={"note": "x"}),
        Shown(faults={"note": "Escriba la solución"}),
    )
    reply = await server.submits("U0CAM", note="")
    assert reply.json == {
        "response_action": "errors",
        "errors": {"note": "Escriba la solución"},
    }
    assert "U0CAM" in server.modal_of


async def test_a_refusal_of_a_form_takes_its_place(
    server: SlackServer, http: SlackHttp, channel: Slack, ingress: Ingress, desk: RecordingDesk
) -> None:
    """F41: a role taken away while the form was open."""
    await opened(server, channel, ingress, desk)
    desk.receipt, desk.shown = Toast(key="x"), Shown(toast="El 1042 ya no es suyo.")
    reply = await server.submits("U0CAM", note="listo")
    assert reply.json["response_action"] == "update"
    assert "El 1042 ya no es suyo." in reply.body.encode().decode("unicode_escape")


@pytest.mark.fault("F54")
async def test_a_trigger_that_came_too_late_is_offered_again(
    server: SlackServer, http: SlackHttp, channel: Slack, ingress: Ingress, desk: RecordingDesk
) -> None:
    """F54: the press is committed; a second button brings a fresh trigger."""
    ts = await card(channel)
    server.expire_triggers(from_now=True)
    desk.receipt, desk.shown = ShowForm(form="resolve"), Shown(form=FORM)
    assert (await server.presses("U0CAM", ts, "Tomar")).status == 200
    await ingress.settle()
    (whisper,) = server.whispers("U0CAM")
    server.expire_triggers(from_now=False)
    await server.presses("U0CAM", whisper.ts, "Resolver")
    await ingress.settle()
    assert desk.received[-1].key != desk.received[0].key
    assert "U0CAM" in server.modal_of


async def test_a_command_is_answered_in_its_acknowledgement(
    server: SlackServer, http: SlackHttp, desk: RecordingDesk
) -> None:
    desk.receipt, desk.shown = (
        Toast(key="report.refused"),
        Shown(toast="Es para supervisores: /ticket"),
    )
    reply = await server.commands("C0DESK", "U0ANA", "/Reporte", "Resumen  Última semana")
    assert reply.json["response_type"] == "ephemeral"
    assert reply.json["text"] == "Es para supervisores: /ticket"
    (commanded,) = desk.received
    assert isinstance(commanded, Commanded)
    assert (commanded.name, commanded.args) == ("reporte", "resumen ultima semana")
    assert {one.method for one in server.log} == {"users.info"}


async def test_a_receipt_that_cannot_be_shown_undoes_nothing(
    server: SlackServer, http: SlackHttp, channel: Slack, ingress: Ingress, desk: RecordingDesk
) -> None:
    ts = await card(channel)
    desk.receipt, desk.shown = Toast(key="x"), Shown(toast="hola")
    server.plan("chat.postEphemeral", Fault.http(500, after=False))
    assert (await server.presses("U0CAM", ts, "Tomar")).status == 200
    await ingress.settle()
    assert server.whispers("U0CAM") == []
    assert len(server.requests("chat.postEphemeral")) == 1


@pytest.mark.fault("F56")
async def test_the_bots_own_words_and_other_bots_make_no_turn(
    server: SlackServer, http: SlackHttp, desk: RecordingDesk
) -> None:
    """F56: no loop."""
    replies: list[Reply] = [
        await server.says("D0ANA", "U0BOT", "eco"),
        await server.says("C0DESK", "U0ANA", "soy un robot", bot_id="B0OTHER"),
        await server.says("C0DESK", "U0ANA", "entró", subtype="channel_join"),
    ]
    assert [one.status for one in replies] == [200, 200, 200]
    assert desk.received == []


async def test_a_form_body_is_read_as_slack_sends_it(
    server: SlackServer, http: SlackHttp, desk: RecordingDesk
) -> None:
    body = urlencode({"ssl_check": "1", "token": "t"}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await server.post(body, server.signed(body) | headers)).status == 200
    assert desk.received == []


async def test_a_receipt_that_takes_long_to_draw_does_not_delay_the_acknowledgement(
    server: SlackServer,
    http: SlackHttp,
    desk: RecordingDesk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The commit stands: after three seconds Slack would call it a failure."""

    async def slowly(*_: object) -> Shown:
        await asyncio.Event().wait()
        return Shown()

    desk.receipt = Toast(key="x")
    monkeypatch.setattr(desk, "show", slowly)
    async with asyncio.timeout(2):
        reply = await server.commands("C0DESK", "U0ANA", "/reporte")
    assert (reply.status, reply.body) == (200, "")
