"""What Telegram posts: only with the secret, only in bounds, and 200 only after the commit."""

import json
import time
from typing import Any

import pytest

from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.door import Door
from bot.channels.telegram.webhook import LARGEST, Webhook
from handlers.inbound import Inbound
from policy.errors import Outage
from scheduler.channel import SetupFault
from tests.channels.telegram.desks import Quarantine, RecordingDesk, noon

SECRET = "s3cret_-Z"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE: dict[str, Any] = {
    "update_id": 5,
    "message": {
        "message_id": 1,
        "date": 1_795_540_320,
        "from": {"id": 7, "is_bot": False, "first_name": "Marta"},
        "chat": {"id": 7, "type": "private"},
        "text": "hola",
    },
}


class Post:
    """A webhook over a desk that writes down."""

    def __init__(self, telegram: Telegram) -> None:
        self.desk = RecordingDesk()
        self.aside = Quarantine()
        self.door = Door(self.desk, telegram, self.aside, noon)
        self.webhook = Webhook(self.door, SECRET)

    async def __call__(self, body: Any, secret: str | None = SECRET) -> int:
        """Post it; the status."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.webhook.handle({} if secret is None else {HEADER: secret}, raw)


@pytest.fixture
def post(telegram: Telegram) -> Post:
    """A webhook."""
    return Post(telegram)


async def test_an_update_with_the_secret_is_taken(post: Post) -> None:
    assert await post(UPDATE) == 200
    assert post.desk.said() == {"7": ["hola"]}
    assert await post.webhook.handle({HEADER.lower(): SECRET}, json.dumps(UPDATE).encode()) == 200


@pytest.mark.fault("F15")
@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", "s3crét", "\udcff", "🔑"])
async def test_a_wrong_missing_or_foreign_secret_is_refused(post: Post, secret: str | None) -> None:
    """F15: nothing is parsed, nothing is kept."""
    assert await post(b"not even json", secret) == 401
    assert await post(UPDATE, secret) == 401
    assert post.desk.started == []
    assert post.aside.kept == []


JUNK = [b"", b"{", b"null", b"[]", b"{}", b"5", b"[" * 200_000, b'{"update_id": "5"}', b"\xff\xfe"]


@pytest.mark.fault("F17")
@pytest.mark.parametrize("body", JUNK)
async def test_junk_is_a_bad_request_at_once(post: Post, body: bytes) -> None:
    """F17."""
    began = time.perf_counter()
    assert await post(body) == 400
    assert time.perf_counter() - began < 1.0
    assert await post(UPDATE) == 200


@pytest.mark.fault("F17")
async def test_too_much_is_refused_before_it_is_read(post: Post) -> None:
    assert await post(b" " * (LARGEST + 1)) == 413


@pytest.mark.fault("F08", "F17")
async def test_an_odd_update_is_set_aside_and_acknowledged(post: Post) -> None:
    odd = {"update_id": 6, "message": {"text": 5, "from": {"id": 7}}}
    assert await post(odd) == 200
    assert await post({"update_id": 2**70, "message": {}}) == 200
    assert [kept["key"] for kept in post.aside.kept] == ["update:6", f"update:{2**70}"]
    post.aside.away = True
    assert await post(odd) == 503


async def test_an_update_that_says_nothing_is_acknowledged(post: Post) -> None:
    assert await post({"update_id": 6, "poll": {}}) == 200
    assert post.desk.started == []


async def test_without_a_commit_there_is_no_acknowledgement(post: Post) -> None:
    async def away(event: Inbound) -> None:
        raise Outage("database away")

    post.desk.on_event = away
    assert await post(UPDATE) == 503
    post.desk.on_event = None
    assert await post(UPDATE) == 200


async def test_a_bug_is_asked_for_again_twice_and_then_kept(post: Post) -> None:
    async def bug(event: Inbound) -> None:
        raise LookupError("a bug")

    post.desk.on_event = bug
    assert [await post(UPDATE) for _ in range(3)] == [503, 503, 200]
    assert [kept["kind"] for kept in post.aside.kept] == ["Said"]


@pytest.mark.parametrize("secret", ["", "with space", "ñ", "x" * 257])
async def test_a_webhook_without_a_good_secret_does_not_start(post: Post, secret: str) -> None:
    with pytest.raises(SetupFault):
        Webhook(post.door, secret)
