"""The real bot against the Bot API on loopback: every kind of end that an attempt can have."""

import logging
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.channels.telegram import limits
from bot.channels.telegram.announce import announcements
from bot.channels.telegram.channel import Telegram, use_webhook
from bot.channels.telegram.parse import UPDATES
from handlers.letters.letter import Letter, LetterFile
from handlers.wording import Words
from policy.errors import Outage, Refusal
from scheduler.channel import Result, SetupFault
from tests.channels.telegram.desks import letter, to
from tests.platforms.telegram import TOKEN, TelegramServer


async def test_a_letter_arrives_and_its_ref_is_the_message_id(
    server: TelegramServer, telegram: Telegram
) -> None:
    outcome = await telegram.deliver(to(7, letter("¿Lo envío?", "Enviar", "Corregir")))
    (message,) = server.sent(7)
    assert (outcome.result, outcome.refs) == (Result.SENT, (str(message["message_id"]),))
    assert message["text"] == "¿Lo envío?"


async def test_edit_delete_and_mark(server: TelegramServer, telegram: Telegram) -> None:
    (ref,) = (await telegram.deliver(to(7, letter("uno", "Sí")))).refs
    edited = await telegram.deliver(to(7, letter("dos", edits=ref)))
    assert (edited.result, edited.refs) == (Result.SENT, (ref,))
    assert [(one["text"], one.get("reply_markup")) for one in server.sent(7)] == [("dos", None)]
    mark = await telegram.deliver(to(7, Letter(reacts=(ref, "👍"))))
    assert mark.result is Result.SENT
    assert server.state.reactions[7, int(ref)] == [{"type": "emoji", "emoji": "👍"}]
    assert (await telegram.deliver(to(7, Letter(deletes=ref)))).result is Result.SENT
    assert server.sent(7) == []


async def test_what_is_already_so_counts_as_sent(
    server: TelegramServer, telegram: Telegram
) -> None:
    (ref,) = (await telegram.deliver(to(7, letter("uno")))).refs
    assert (await telegram.deliver(to(7, letter("uno", edits=ref)))).result is Result.SENT
    assert (await telegram.deliver(to(7, Letter(deletes="999")))).result is Result.SENT


async def test_files_by_reference_by_upload_and_as_an_album(
    server: TelegramServer, telegram: Telegram
) -> None:
    known = server.stored("photo", b"jpg")["file_id"]
    photo = LetterFile(kind="photo", name="", channel="telegram", account="123456789", ref=known)
    made = LetterFile(kind="photo", name="c.png", mime="image/png", content=b"\x89PNG\r\n\r\n--x")
    pdf = LetterFile(kind="document", name="informe.pdf", content=b"%PDF")
    outcome = await telegram.deliver(to(7, letter("attach://file0", files=(photo, made, pdf))))
    assert outcome.result is Result.SENT
    assert len(outcome.refs) == 3
    album, document = server.requests[-2:]
    assert (album.method, album.files) == ("sendMediaGroup", {"file0": made.content})
    assert (document.method, document.files) == ("sendDocument", {"document": b"%PDF"})
    single = await telegram.deliver(to(7, letter("attach://file0", "Sí", files=(pdf,)), number=2))
    assert single.result is Result.SENT
    assert server.sent(7)[-1]["caption"] == "attach://file0"


async def test_a_file_of_another_channel_is_streamed_from_there(server: TelegramServer) -> None:
    async def source(file: LetterFile) -> AsyncIterator[bytes]:
        if file.ref == "gone":
            raise Refusal("file.gone")
        if file.ref == "away":
            raise Outage("slack is away")
        yield b"first "
        yield b"second"

    channel = Telegram(TOKEN, api_url=server.url, source=source)
    ends = {}
    for ref in ("F1", "gone", "away"):
        file = LetterFile(kind="document", name="a.txt", channel="slack", account="T1", ref=ref)
        ends[ref] = (await channel.deliver(to(7, letter("", files=(file,))))).result
    await channel.stop()
    assert ends == {"F1": Result.SENT, "gone": Result.PERMANENT, "away": Result.NOT_SENT}
    assert server.calls("sendDocument")[0].files == {"document": b"first second"}


@pytest.mark.fault("F32")
async def test_blocked_is_permanent(server: TelegramServer, telegram: Telegram) -> None:
    server.blocks(7)
    outcome = await telegram.deliver(to(7, letter("x")))
    assert (outcome.result, outcome.code) == (Result.PERMANENT, "blocked")


async def test_a_chat_that_is_not_there_is_permanent(telegram: Telegram) -> None:
    outcome = await telegram.deliver(to(8, letter("x")))
    assert (outcome.result, outcome.code) == (Result.PERMANENT, "chat_not_found")
    assert (await telegram.deliver(to("C1", letter("x")))).result is Result.PERMANENT


async def test_a_bad_request_is_permanent_and_not_retried_as_a_network_error(
    server: TelegramServer, telegram: Telegram
) -> None:
    server.fail("sendMessage", status=400, description="Bad Request: something else")
    outcome = await telegram.deliver(to(7, letter("x")))
    assert (outcome.result, outcome.code) == (Result.PERMANENT, "bad_request: Something else")
    assert len(server.calls("sendMessage")) == 1


FLOODS: list[tuple[dict[str, Any], float | None]] = [
    ({"parameters": {"retry_after": 30}}, 30.0),
    ({"parameters": {"retry_after": 86_400}}, 86_400.0),
    ({"parameters": {"retry_after": -3}}, None),
    ({"parameters": {"retry_after": "soon"}}, None),
    ({"parameters": {}}, None),
    ({"body": b""}, None),
    ({"body": b"<html>slow down</html>"}, None),
    ({"body": b"[]"}, None),
]


@pytest.mark.fault("F29")
@pytest.mark.parametrize(("how", "after"), FLOODS)
async def test_too_many_requests_is_not_sent_with_the_time_that_was_named(
    server: TelegramServer, telegram: Telegram, how: dict[str, Any], after: float | None
) -> None:
    server.fail("sendMessage", status=429, **how)
    outcome = await telegram.deliver(to(7, letter("x")))
    assert (outcome.result, outcome.code, outcome.retry_after) == (Result.NOT_SENT, "429", after)
    assert len(server.calls("sendMessage")) == 1


@pytest.mark.fault("F36")
async def test_a_group_that_moved_names_its_new_id(
    server: TelegramServer, telegram: Telegram
) -> None:
    server.state.migrated[-5] = -1005
    outcome = await telegram.deliver(to(-5, letter("x")))
    assert (outcome.result, outcome.moved_to) == (Result.NOT_SENT, "-1005")


SERVER_FAULTS: list[dict[str, Any]] = [
    {"status": 500},
    {"status": 502, "body": b"<html>Bad Gateway</html>"},
    {"status": 503, "body": b"[]"},
    {"body": b"garbage"},
    {"body": b"null"},
    {"body": b'{"ok": true}'},
    {"body": b'{"ok": true, "result": {"message_id": "x"}}'},
    {"body": b"[" * 100_000},
    {"reset": True},
]


@pytest.mark.fault("F31")
@pytest.mark.parametrize("how", SERVER_FAULTS)
async def test_an_answer_that_tells_nothing_is_unknown_after_one_request(
    server: TelegramServer, telegram: Telegram, how: dict[str, Any]
) -> None:
    server.fail("sendMessage", **how)
    outcome = await telegram.deliver(to(7, letter("x")))
    assert outcome.result is Result.UNKNOWN
    assert len(server.calls("sendMessage")) == 1
    assert telegram.health.status == "degraded"
    assert (await telegram.deliver(to(7, letter("x")))).result is Result.SENT
    assert telegram.health.status == "ok"


@pytest.mark.fault("F26")
async def test_an_answer_that_comes_too_late_is_unknown(server: TelegramServer) -> None:
    channel = Telegram(TOKEN, api_url=server.url, patience=0.2)
    server.fail("sendMessage", delay=0.6)
    outcome = await channel.deliver(to(7, letter("x")))
    await channel.stop()
    assert (outcome.result, outcome.code) == (Result.UNKNOWN, "timed_out")
    assert len(server.sent(7)) == 1


@pytest.mark.fault("F27")
async def test_a_connection_that_is_refused_is_not_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets the port
        channel = Telegram(TOKEN, api_url=f"http://127.0.0.1:{taken.getsockname()[1]}")
        outcome = await channel.deliver(to(7, letter("x")))
        with pytest.raises(Outage):
            await channel.start()
        await channel.stop()
    assert (outcome.result, outcome.code) == (Result.NOT_SENT, "ConnectError")


@pytest.mark.fault("F33")
async def test_a_token_that_is_refused_pauses_the_account(server: TelegramServer) -> None:
    channel = Telegram("123456789:" + "B" * 35, api_url=server.url)
    outcome = await channel.deliver(to(7, letter("x")))
    assert outcome.result is Result.AUTH
    assert channel.health.status == "down"
    with pytest.raises(SetupFault) as refused:
        await channel.start()
    assert "BBBB" not in f"{refused.value}{outcome.code}"
    await channel.stop()
    await channel.stop()
    with pytest.raises(SetupFault):
        Telegram("no token")


async def test_a_letter_of_several_calls_goes_on_where_it_stopped(
    server: TelegramServer, telegram: Telegram
) -> None:
    what = letter("palabra " * 1200)
    server.fail("sendMessage", status=429, after=1)
    first = await telegram.deliver(to(7, what))
    again = await telegram.deliver(to(7, what))
    assert (first.result, len(first.refs)) == (Result.NOT_SENT, 1)
    assert (again.result, len(again.refs)) == (Result.SENT, 3)
    assert again.refs[:1] == first.refs
    assert len(server.sent(7)) == 3


@pytest.mark.fault("F28")
async def test_another_replica_goes_on_where_the_first_one_stopped(
    server: TelegramServer, telegram: Telegram
) -> None:
    """Two of its messages left, then the chat had to wait; the next try is somebody else's."""
    what = letter("palabra " * 1200)
    server.fail("sendMessage", status=429, after=2)
    first = await telegram.deliver(to(7, what))
    other = Telegram(TOKEN, api_url=server.url)
    again = await other.deliver(replace(to(7, what), sent=first.refs))
    await other.stop()
    assert (first.result, len(first.refs)) == (Result.NOT_SENT, 2)
    assert again.refs[:2] == first.refs
    assert len(again.refs) == len(server.sent(7)) == 3


async def test_a_letter_composed_anew_starts_from_its_beginning(
    server: TelegramServer, telegram: Telegram
) -> None:
    server.fail("sendMessage", status=429, after=1)
    await telegram.deliver(to(7, letter("palabra " * 1200)))
    again = await telegram.deliver(to(7, letter("otra " * 900)))
    assert len(again.refs) == 2
    assert len(server.sent(7)) == 3


async def test_a_file_is_streamed_out_of_telegram(
    server: TelegramServer, telegram: Telegram
) -> None:
    content = bytes(range(256)) * 1000
    ref = server.sends_file(7, "document", content)["document"]["file_id"]
    file = LetterFile(kind="document", name="a", channel="telegram", account="1", ref=ref)
    assert b"".join([piece async for piece in telegram.fetch(file)]) == content


async def drained(channel: Telegram, ref: str, size: int | None = None) -> int:
    """How many bytes come out."""
    file = LetterFile(kind="document", name="a", ref=ref, size=size)
    return sum([len(piece) async for piece in channel.fetch(file)])


async def test_a_file_that_is_too_big_gone_or_away(
    server: TelegramServer, telegram: Telegram
) -> None:
    big = server.stored("document", b"", size=34_000_000)["file_id"]
    small = server.stored("document", b"12345")["file_id"]
    for ref, size, code in (
        (big, None, "too_big"),
        (small, 21_000_000, "too_big"),
        ("x", None, "gone"),
    ):
        with pytest.raises(Refusal) as refused:
            await drained(telegram, ref, size)
        assert refused.value.code == f"file.{code}"
    server.fail("download", status=404)
    with pytest.raises(Refusal):
        await drained(telegram, small)
    for method, how in (
        ("getFile", {"status": 500}),
        ("download", {"status": 503}),
        ("download", {"reset": True}),
    ):
        server.fail(method, **how)
        with pytest.raises(Outage) as away:
            await drained(telegram, small)
        assert TOKEN not in str(away.value)
    assert await drained(telegram, small) == 5


async def test_a_file_that_lies_about_its_size_is_cut_off(
    server: TelegramServer, telegram: Telegram
) -> None:
    ref = server.stored("document", b"x" * 20_000_001, size=10)["file_id"]
    with pytest.raises(Refusal):
        await drained(telegram, ref)


async def test_the_menu_is_announced_in_each_language(server: TelegramServer) -> None:
    made = announcements(("es", "en"), lambda language, key: f"{language} {key}")
    server.fail("setMyDescription", status=500)  # a menu that fails stops nothing
    channel = Telegram(TOKEN, api_url=server.url, announcements=made)
    await channel.start()
    await channel.announce()
    await channel.stop()
    assert set(server.state.commands) == {"", "es", "en"}
    assert server.state.commands[""][0] == {
        "command": "nuevo",
        "description": "es command.nuevo",
    }


def test_the_catalogue_has_every_line_of_the_menu_within_its_limit() -> None:
    es, en = announcements(
        ("es", "en"), lambda language, key: Words(language, zone="America/Bogota").line(key)
    )
    for one in (es, en):
        assert all(1 <= len(words) <= limits.COMMAND_DESCRIPTION for _, words in one.commands)
        assert len(one.description) <= limits.DESCRIPTION
        assert len(one.about) <= limits.SHORT_DESCRIPTION
    assert es.about != en.about


async def test_links_open_the_chat_with_a_code(telegram: Telegram) -> None:
    assert telegram.link("ABCD1234") == "https://t.me/radica_test_bot?start=ABCD1234"
    assert telegram.link() == "https://t.me/radica_test_bot"
    for bad in ("a b", "x" * 65, "ñ"):
        with pytest.raises(ValueError):
            telegram.link(bad)


async def test_a_webhook_is_registered_with_its_secret(
    server: TelegramServer, telegram: Telegram
) -> None:
    await use_webhook(telegram, "https://desk.example/telegram/webhook", "s3cret", UPDATES)
    (asked,) = server.calls("setWebhook")
    assert asked.params["secret_token"] == "s3cret"
    assert asked.params["allowed_updates"] == list(UPDATES)
    with pytest.raises(SetupFault):
        await use_webhook(telegram, "http://desk.example/", "s3cret", UPDATES)
    server.fail("setWebhook", status=500)
    with pytest.raises(Outage):
        await use_webhook(telegram, "https://desk.example/", "s3cret", UPDATES)


async def test_no_token_reaches_the_log(
    server: TelegramServer, telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.fail("sendMessage", status=502, body=b"<html>")
    await telegram.deliver(to(7, letter("x")))
    await telegram.deliver(to(7, letter("x")))
    assert TOKEN.partition(":")[2] not in caplog.text


async def test_nothing_here_waits_for_its_turn(telegram: Telegram) -> None:
    """The dispatcher paces; the channel never sleeps between two sends."""
    began = time.monotonic()
    for _ in range(5):
        await telegram.deliver(to(7, letter("x")))
    assert time.monotonic() - began < 3
    assert await telegram.reconcile(to(7, letter("x"))) is None
