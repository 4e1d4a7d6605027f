"""The Bot API that the tests play is strict: what it lets pass says something."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from telegram import Bot
from telegram.error import BadRequest, Conflict, InvalidToken
from telegram.request import HTTPXRequest

from tests.platforms.telegram import TOKEN, TelegramServer
from tests.platforms.telegram_rules import Refused, check

CHAT: dict[str, Any] = {"chat_id": 7}


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    """A Bot API that knows chat 7."""
    with TelegramServer() as server:
        server.knows(7)
        yield server


@pytest.fixture
async def bot(server: TelegramServer) -> AsyncIterator[Bot]:
    """The library's bot, as anybody would use it."""
    async with library_bot(server, TOKEN) as bot:
        yield bot


def library_bot(server: TelegramServer, token: str) -> Bot:
    """A bot on this server."""
    return Bot(
        token,
        base_url=f"{server.url}/bot",
        base_file_url=f"{server.url}/file/bot",
        request=HTTPXRequest(),
        get_updates_request=HTTPXRequest(),
    )


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("sendMessage", CHAT),
    ("sendMessage", CHAT | {"text": "x" * 4097}),
    ("sendMessage", CHAT | {"text": "👍" * 2049}),
    ("sendMessage", CHAT | {"text": "  "}),
    ("sendMessage", CHAT | {"text": "x", "parse_mode": "HTML"}),
    ("sendMessage", {"chat_id": "7", "text": "x"}),
    ("sendMessage", CHAT | {"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]}),
    (
        "sendMessage",
        CHAT | {"text": "👍", "entities": [{"type": "bold", "offset": 0, "length": 1}]},
    ),
    ("sendPhoto", CHAT | {"photo": "x", "caption": "x" * 1025}),
    ("sendSticker", CHAT | {"sticker": "x", "caption": "x"}),
    ("sendMediaGroup", CHAT | {"media": [{"type": "photo", "media": "x"}]}),
    (
        "setMessageReaction",
        CHAT | {"message_id": 1, "reaction": [{"type": "emoji", "emoji": "✅"}]},
    ),
    ("answerCallbackQuery", {"callback_query_id": "q", "text": "x" * 201}),
    ("setMyCommands", {"commands": [{"command": "Mis-casos", "description": "x"}]}),
    ("setWebhook", {"url": "https://x", "secret_token": "with space"}),
]
KEYBOARDS: list[list[list[dict[str, Any]]]] = [
    [[{"text": "x", "callback_data": "x" * 65}]],
    [[{"text": "x", "callback_data": ""}]],
    [[{"text": "x", "callback_data": "á" * 33}]],
    [[{"text": "", "callback_data": "x"}]],
    [[{"text": "x"}]],
    [[{"text": "x", "callback_data": "x", "style": "loud"}]],
    [[{"text": "x", "callback_data": "x"}] * 9],
    [[{"text": "x", "callback_data": "x"}]] * 101,
    [[]],
]
REFUSED += [
    ("sendMessage", CHAT | {"text": "x", "reply_markup": {"inline_keyboard": rows}})
    for rows in KEYBOARDS
]


@pytest.mark.parametrize(("method", "params"), REFUSED)
def test_what_breaks_a_rule_is_refused(method: str, params: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        check(method, params)


def test_what_keeps_them_passes() -> None:
    rows = [[{"text": "Sí", "callback_data": "x" * 64, "style": "primary"}] * 8] * 12
    bold = [{"type": "bold", "offset": 0, "length": 2}]
    keyboard = {"inline_keyboard": rows}
    check("sendMessage", CHAT | {"text": "👍", "entities": bold, "reply_markup": keyboard})


async def test_the_library_itself_is_understood(server: TelegramServer, bot: Bot) -> None:
    message = await bot.send_message(7, "hola")
    photo = server.sends_file(7, "photo", b"jpg")
    assert (await bot.get_me()).username == "radica_test_bot"
    file = await bot.get_file(photo["photo"][0]["file_id"])
    assert bytes(await file.download_as_bytearray()) == b"jpg"
    document = await bot.send_document(7, b"%PDF", filename="a.pdf", caption="uno")
    assert [one["message_id"] for one in server.sent(7)] == [message.id, document.id]
    assert await bot.delete_message(7, message.id)


async def test_updates_are_kept_until_a_higher_offset_confirms_them(
    server: TelegramServer, bot: Bot
) -> None:
    first, second = server.says(7, "uno"), server.says(7, "dos")
    updates = await bot.get_updates()
    assert [one.message.message_id for one in updates if one.message] == [
        first["message_id"],
        second["message_id"],
    ]
    assert len(await bot.get_updates()) == 2
    (left,) = await bot.get_updates(offset=updates[1].update_id)
    assert (left.update_id, server.state.confirmed) == (
        updates[1].update_id,
        [updates[0].update_id],
    )


async def test_polling_and_a_webhook_exclude_each_other(server: TelegramServer, bot: Bot) -> None:
    await bot.set_webhook("https://desk.example/", secret_token="s")
    with pytest.raises(Conflict):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_a_press_is_answered_once(server: TelegramServer, bot: Bot) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Sí", "callback_data": "c:yes"}]]}
    await bot.send_message(7, "¿?", api_kwargs={"reply_markup": keyboard})
    query = server.presses(7, "Sí")
    assert await bot.answer_callback_query(query)
    with pytest.raises(BadRequest):
        await bot.answer_callback_query(query)


async def test_another_token_is_refused(server: TelegramServer) -> None:
    other = library_bot(server, "123456789:" + "B" * 35)
    with pytest.raises(InvalidToken):
        await other.initialize()
    await other.shutdown()


async def test_a_webhook_gets_updates_with_its_secret(server: TelegramServer, bot: Bot) -> None:
    """The server posts to itself here: any path answers, and what it says is kept."""
    await bot.set_webhook(f"{server.url}/nobody/here", secret_token="s")
    server.says(7, "hola")
    server.until(lambda: server.posts == [401])
