"""Sending, against a Slack that refuses, forgets, stalls and resets."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from bot.channels.slack.api import SlackApi
from bot.channels.slack.channel import Slack
from bot.channels.slack.files import MOST, FileFault, allowed
from handlers.letters.letter import Choice, Letter, LetterFile, Span
from policy.errors import Outage
from scheduler.channel import Delivery, Outcome, Place, Result, SetupFault
from tests.channels.slack.conftest import QUICK
from tests.platforms.slack import Fault, SlackServer


def letter(text: str = "hola", **more: Any) -> Letter:
    return Letter(text=(Span(text),), fallback=text[:200], **more)


def delivery(
    letter: Letter, chat: str = "C0DESK", *, outbox: int = 7, **place: str | None
) -> Delivery:
    where = Place(account="T0HOME", chat=chat, **place)
    return Delivery(outbox_id=outbox, attempt=1, place=where, letter=letter)


async def test_a_letter_arrives_and_its_ref_comes_back(server: SlackServer, channel: Slack) -> None:
    outcome = await channel.deliver(delivery(letter("hola")))
    (message,) = server.sent("C0DESK")
    assert outcome == Outcome(result=Result.SENT, refs=(message.ts,))
    (request,) = server.requests("chat.postMessage")
    assert (request["unfurl_links"], request["unfurl_media"]) == (False, False)
    assert "link_names" not in request
    assert request["parse"] == "none"


async def test_a_person_is_written_to_in_their_direct_messages(
    server: SlackServer, channel: Slack
) -> None:
    sent = await channel.deliver(delivery(letter("uno"), "U0ANA"))
    edit = letter("dos", edits=sent.refs[0])
    assert (await channel.deliver(delivery(edit, "T0OTHER/U0ANA", outbox=8))).refs == sent.refs
    (message,) = server.sent("D0ANA")
    assert (message.text, message.edited) == ("dos", 1)
    assert len(server.requests("conversations.open")) == 1


async def test_thread_edit_mark_delete_and_whisper_each_find_their_method(
    server: SlackServer, channel: Slack
) -> None:
    root = (await channel.deliver(delivery(letter("caso")))).refs[0]
    await channel.deliver(delivery(letter("en el hilo"), thread=root))
    assert [one.text for one in server.sent("C0DESK", root)] == ["en el hilo"]
    await channel.deliver(delivery(Letter(reacts=(root, "⏳"))))
    await channel.deliver(delivery(Letter(reacts=(root, "✅"), reacts_instead="⏳")))
    assert server.sent("C0DESK")[0].reactions == [("U0BOT", "white_check_mark")]
    await channel.deliver(delivery(letter("solo Ana"), only="U0ANA", thread=root))
    assert [one.text for one in server.whispers("U0ANA")] == ["solo Ana"]
    await channel.deliver(delivery(Letter(deletes=root)))
    assert [one.text for one in server.sent("C0DESK")] == ["en el hilo"]


async def test_home_is_published_to_its_person(server: SlackServer, channel: Slack) -> None:
    home = letter("Sus casos", home=True, choices=(Choice(code="c:new", label="Abrir un caso"),))
    assert (await channel.deliver(delivery(home, "U0ANA"))).result is Result.SENT
    assert [one["type"] for one in server.homes["U0ANA"]["blocks"]] == ["rich_text", "actions"]


@pytest.mark.parametrize(
    ("letter", "planned"),
    [
        (Letter(reacts=("{root}", "👍")), 2),
        (Letter(reacts=("{root}", "👍"), reacts_instead="👎"), 2),
        (Letter(deletes="{root}"), 2),
    ],
)
async def test_what_was_done_before_counts_as_done(
    server: SlackServer, channel: Slack, letter: Letter, planned: int
) -> None:
    root = (await channel.deliver(delivery(Letter(text=(Span("x"),))))).refs[0]
    real = Letter(
        reacts=letter.reacts and (root, letter.reacts[1]),
        reacts_instead=letter.reacts_instead,
        deletes=letter.deletes and root,
    )
    outcomes = [
        (await channel.deliver(delivery(real, outbox=number))).result for number in range(planned)
    ]
    assert outcomes == [Result.SENT, Result.SENT]


OUTCOMES = [
    (Fault.rate("30"), Result.NOT_SENT, "ratelimited", 30.0),
    (Fault.rate("86400"), Result.NOT_SENT, "ratelimited", 86400.0),
    (Fault.rate("soon"), Result.NOT_SENT, "ratelimited", None),
    (Fault.rate("-5"), Result.NOT_SENT, "ratelimited", None),
    (Fault.rate("nan"), Result.NOT_SENT, "ratelimited", None),
    (Fault.rate(None), Result.NOT_SENT, "ratelimited", None),
    (Fault.rate("3", "slow down, please"), Result.NOT_SENT, "ratelimited", 3.0),
    (Fault.error("ratelimited"), Result.NOT_SENT, "ratelimited", None),
    (Fault.error("channel_not_found"), Result.PERMANENT, "channel_not_found", None),
    (Fault.error("is_archived"), Result.PERMANENT, "is_archived", None),
    (Fault.error("missing_scope"), Result.PERMANENT, "missing_scope", None),
    (Fault.error("msg_blocks_too_long"), Result.PERMANENT, "msg_blocks_too_long", None),
    (Fault.error("invalid_auth"), Result.AUTH, "invalid_auth", None),
    (Fault.error("token_revoked"), Result.AUTH, "token_revoked", None),
    (Fault.error("account_inactive"), Result.AUTH, "account_inactive", None),
    (Fault.error("internal_error", after=True), Result.UNKNOWN, "internal_error", None),
    (Fault.error("fatal_error", after=True), Result.UNKNOWN, "fatal_error", None),
    (Fault.http(500), Result.UNKNOWN, "http_500", None),
    (Fault.http(502), Result.UNKNOWN, "http_502", None),
    (Fault.http(503, "{}"), Result.UNKNOWN, "http_503", None),
    (Fault.garbage("nonsense"), Result.UNKNOWN, "http_200", None),
    (Fault.garbage("null"), Result.UNKNOWN, "http_200", None),
    (Fault.garbage("[1]"), Result.UNKNOWN, "garbage:AttributeError", None),
    (Fault.garbage('{"ok": false}'), Result.UNKNOWN, "http_200", None),
    (Fault.garbage('{"ok": false, "error": 7}'), Result.UNKNOWN, "http_200", None),
    (Fault.garbage('{"ok": true}'), Result.UNKNOWN, "garbage:no ts", None),
    (Fault.garbage("ok", "text/plain"), Result.UNKNOWN, "garbage:AttributeError", None),
    (Fault.garbage("<html>", "text/html"), Result.UNKNOWN, "http_200", None),
    (Fault.reset(), Result.UNKNOWN, "connection_lost", None),
    (Fault.reset(after=False), Result.UNKNOWN, "connection_lost", None),
    (Fault.stall(), Result.UNKNOWN, "timeout", None),
]


@pytest.mark.fault("F26", "F29", "F31", "F32", "F33")
@pytest.mark.parametrize(
    ("fault", "result", "code", "wait"),
    OUTCOMES,
    ids=[f"{one[2]}-{at}" for at, one in enumerate(OUTCOMES)],
)
async def test_each_answer_has_its_class_and_is_asked_for_once(
    server: SlackServer, channel: Slack, fault: Fault, result: Result, code: str, wait: float | None
) -> None:
    """F26-F33: the SDK repeats nothing by itself."""
    server.plan("chat.postMessage", fault)
    outcome = await channel.deliver(delivery(letter()))
    assert (outcome.result, outcome.code, outcome.retry_after) == (result, code, wait)
    assert len(server.requests("chat.postMessage")) == 1


@pytest.mark.fault("F27")
async def test_a_refused_connection_is_certain(server: SlackServer) -> None:
    """F27."""
    lost = Slack(SlackApi("t", base_url=server.api_url, timeout=QUICK), account="T0HOME")
    await server.close()
    outcome = await lost.deliver(delivery(letter()))
    assert (outcome.result, outcome.code) == (Result.NOT_SENT, "unreachable")
    assert lost.health.status == "degraded"
    await lost.stop()


@pytest.mark.fault("F33")
async def test_a_wrong_token_pauses_the_account(server: SlackServer) -> None:
    wrong = Slack(SlackApi("xoxb-wrong", base_url=server.api_url), account="T0HOME")
    outcome = await wrong.deliver(delivery(letter()))
    assert (outcome.result, outcome.code) == (Result.AUTH, "invalid_auth")
    assert wrong.health.status == "down"
    with pytest.raises(SetupFault):
        await wrong.start()
    await wrong.stop()


async def test_start_tells_whose_token_it_is(server: SlackServer, channel: Slack) -> None:
    await channel.start()
    assert channel.identity is not None
    assert (channel.identity.team, channel.identity.bot_user) == ("T0HOME", "U0BOT")
    assert channel.identity.scopes == {"chat:write", "commands"}
    assert "xoxb" not in repr(channel.api)


async def test_start_while_slack_is_away_is_an_outage(server: SlackServer, channel: Slack) -> None:
    server.plan("auth.test", Fault.http(503))
    with pytest.raises(Outage):
        await channel.start()


@pytest.mark.fault("F25", "F26", "F31")
@pytest.mark.parametrize(
    "fault", [Fault.reset(), Fault.stall(), Fault.error("internal_error", after=True)]
)
async def test_a_letter_that_arrived_after_all_is_found_by_its_mark(
    server: SlackServer, channel: Slack, fault: Fault
) -> None:
    """F25, F26, F31: no second copy."""
    server.plan("chat.postMessage", fault)
    sending = delivery(letter("una vez"))
    assert (await channel.deliver(sending)).result is Result.UNKNOWN
    found = await channel.reconcile(sending)
    (message,) = server.sent("C0DESK")
    assert found == Outcome(result=Result.SENT, refs=(message.ts,))
    assert len(server.requests("chat.postMessage")) == 1


async def test_a_letter_that_never_arrived_may_be_sent_again(
    server: SlackServer, channel: Slack
) -> None:
    server.plan("chat.postMessage", Fault.reset(after=False))
    sending = delivery(letter("una vez"))
    await channel.deliver(sending)
    found = await channel.reconcile(sending)
    assert found is not None
    assert found.result is Result.NOT_SENT
    assert (await channel.deliver(sending)).result is Result.SENT
    assert [one.text for one in server.sent("C0DESK")] == ["una vez"]


@pytest.mark.fault("F25")
async def test_a_letter_of_another_process_is_found_in_its_thread(
    server: SlackServer, channel: Slack
) -> None:
    """F25: killed after the send; whoever takes the row over knows only its number."""
    root = (await channel.deliver(delivery(letter("caso"), outbox=1))).refs[0]
    sending = delivery(letter("en el hilo"), thread=root)
    sent = await channel.deliver(sending)
    other = Slack(SlackApi(server.bot_token, base_url=server.api_url), account="T0HOME")
    assert await other.reconcile(sending) == Outcome(result=Result.SENT, refs=sent.refs)
    await other.stop()


LONG = letter("palabra " * 2000)


@pytest.mark.fault("F28")
async def test_another_replica_goes_on_where_the_first_one_stopped(
    server: SlackServer, channel: Slack, api: SlackApi
) -> None:
    """One part left, then the channel had to wait; the next try is somebody else's."""
    long = delivery(LONG)
    server.plan("chat.postMessage", Fault.none(), Fault.rate("1"))
    first = await channel.deliver(long)
    other = Slack(api, account="T0HOME")
    again = await other.deliver(replace(long, sent=first.refs))
    assert (first.result, len(first.refs), first.limit) == (Result.NOT_SENT, 1, "chat")
    assert again.refs[:1] == first.refs
    assert len(again.refs) == len(server.sent("C0DESK")) > 1


@pytest.mark.parametrize(
    ("fault", "result"),
    [(Fault.rate("5"), Result.NOT_SENT), (Fault.garbage("{}"), Result.UNKNOWN)],
)
async def test_of_a_long_letter_only_what_is_missing_is_sent_again(
    server: SlackServer, channel: Slack, fault: Fault, result: Result
) -> None:
    """In the second case the lost part did arrive: only the answer was lost."""
    server.plan("chat.postMessage", Fault.none(), fault)
    sending = delivery(LONG)
    first = await channel.deliver(sending)
    assert (first.result, len(first.refs)) == (result, 1)
    if result is Result.UNKNOWN:
        found = await channel.reconcile(sending)
        assert found is not None
        assert (found.result, len(found.refs)) == (Result.SENT, 2)
    else:
        assert len((await channel.deliver(sending)).refs) == 2
    said = server.sent("C0DESK")
    assert [one.metadata["event_payload"]["part"] for one in said if one.metadata] == [0, 1]


async def test_what_can_be_repeated_is_repeated_and_a_whisper_cannot_be_known(
    server: SlackServer, channel: Slack
) -> None:
    root = (await channel.deliver(delivery(letter("caso"), outbox=1))).refs[0]
    edit = delivery(letter("caso 2", edits=root), outbox=2)
    again = await channel.reconcile(edit)
    assert again is not None
    assert again.result is Result.NOT_SENT
    assert await channel.reconcile(delivery(letter("psst"), outbox=3, only="U0ANA")) is None
    server.plan("conversations.history", Fault.error("missing_scope"))
    assert await channel.reconcile(delivery(letter("?"), outbox=4)) is None


@pytest.mark.fault("F25")
async def test_a_slack_that_cannot_be_asked_now_has_not_said_no(
    server: SlackServer, channel: Slack
) -> None:
    server.plan("conversations.history", Fault.http(500), Fault.rate("3"))
    for _ in range(2):
        asked = await channel.reconcile(delivery(letter("?"), outbox=4))
        assert asked == Outcome(result=Result.UNKNOWN, code="not_asked")


PHOTO = LetterFile(
    kind="photo", name="cola.png", mime="image/png", content=b"\x89PNG...", alt="La cola"
)


async def test_a_file_goes_up_after_its_words(server: SlackServer, channel: Slack) -> None:
    root = (await channel.deliver(delivery(letter("caso"), outbox=1))).refs[0]
    outcome = await channel.deliver(delivery(letter("mire", files=(PHOTO,)), thread=root))
    words, file = server.sent("C0DESK", root)
    assert outcome.refs == (words.ts,)
    assert [one["content"] for one in file.files] == [PHOTO.content]
    assert file.files[0]["alt"] == "La cola"


async def test_a_file_of_another_channel_is_fetched_from_there(
    server: SlackServer, api: SlackApi
) -> None:
    async def source(file: LetterFile) -> AsyncIterator[bytes]:
        yield file.ref.encode()
        yield b"-bytes"

    channel = Slack(api, account="T0HOME", source=source)
    photo = LetterFile(kind="photo", name="", channel="telegram", ref="tg1")
    assert (await channel.deliver(delivery(Letter(files=(photo,))))).result is Result.SENT
    (message,) = server.sent("C0DESK")
    assert message.files[0]["content"] == b"tg1-bytes"


@pytest.mark.parametrize(
    ("step", "fault", "result"),
    [
        ("files.getUploadURLExternal", Fault.reset(), Result.NOT_SENT),
        ("files.getUploadURLExternal", Fault.error("invalid_auth"), Result.AUTH),
        ("upload", Fault.http(500), Result.NOT_SENT),
        ("files.completeUploadExternal", Fault.reset(), Result.UNKNOWN),
        ("files.completeUploadExternal", Fault.error("is_archived"), Result.PERMANENT),
    ],
)
async def test_only_the_last_step_of_an_upload_leaves_a_doubt(
    server: SlackServer, channel: Slack, step: str, fault: Fault, result: Result
) -> None:
    server.plan(step, fault)
    sending = delivery(letter("mire", files=(PHOTO,)))
    outcome = await channel.deliver(sending)
    assert (outcome.result, len(outcome.refs)) == (result, 1)
    if result is Result.UNKNOWN:
        assert await channel.reconcile(sending) is None
    if result is Result.NOT_SENT:
        assert (await channel.deliver(sending)).result is Result.SENT
        assert len(server.sent("C0DESK")) == 2


async def test_a_file_without_a_source_or_too_large_is_not_tried_again(
    server: SlackServer, api: SlackApi
) -> None:
    async def endless(file: LetterFile) -> AsyncIterator[bytes]:
        while True:
            yield b"x" * (1024 * 1024)

    photo = LetterFile(kind="photo", name="a", channel="telegram", ref="1")
    bare = await Slack(api, account="T0HOME").deliver(delivery(Letter(files=(photo,))))
    assert (bare.result, bare.code) == (Result.PERMANENT, "file_source")
    large = Slack(api, account="T0HOME", source=endless)
    assert (await large.deliver(delivery(Letter(files=(photo,))))).code == "file_too_big"


async def read(channel: Slack, file: LetterFile) -> bytes:
    return b"".join([chunk async for chunk in channel.fetch(file)])


async def test_a_file_is_fetched_with_the_token(server: SlackServer, channel: Slack) -> None:
    ref = server.keep_file(b"bytes of a photo", "image/png")
    with_url = LetterFile(kind="photo", name="a", ref=ref, url=server.file_url(ref))
    assert await read(channel, with_url) == b"bytes of a photo"
    without = LetterFile(kind="photo", name="a", ref=ref)
    assert await read(channel, without) == b"bytes of a photo"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"redirect": "http://127.0.0.1:9/secret"}, "redirect"),
        ({"content": b"<html>", "mimetype": "text/html"}, "refused"),
        ({"content": b"x" * (MOST + 1)}, "too_big"),
    ],
)
async def test_a_file_is_not_followed_elsewhere(
    server: SlackServer, channel: Slack, change: dict[str, object], code: str
) -> None:
    ref = server.keep_file(b"...", "image/png")
    server.files[ref] |= change
    with pytest.raises(FileFault) as fault:
        await read(channel, LetterFile(kind="photo", name="a", ref=ref, url=server.file_url(ref)))
    assert fault.value.code == code


async def test_a_file_at_a_foreign_host_never_sees_the_token(channel: Slack) -> None:
    with pytest.raises(FileFault) as fault:
        await read(channel, LetterFile(kind="photo", name="a", url="http://169.254.169.254/meta"))
    assert fault.value.code == "host"


REAL = "https://slack.com/api/"


@pytest.mark.parametrize(
    ("url", "base", "fine"),
    [
        ("https://files.slack.com/files-pri/T1-F1/a.png", REAL, True),
        ("https://acme.enterprise.slack.com/files/x", REAL, True),
        ("http://files.slack.com/files-pri/a", REAL, False),
        ("https://files.slack.com.evil.example/a", REAL, False),
        ("https://evilslack.com/a", REAL, False),
        ("https://me:pw@files.slack.com/a", REAL, False),
        ("https://files.slack.com:8443/a", REAL, False),
        ("https://files.slack.com:port/a", REAL, False),
        ("file:///etc/passwd", REAL, False),
        ("", REAL, False),
        ("http://127.0.0.1:8000/files-pri/F1", "http://127.0.0.1:8000/api/", True),
        ("http://127.0.0.1:8001/files-pri/F1", "http://127.0.0.1:8000/api/", False),
        ("https://files.slack.com/a", "http://127.0.0.1:8000/api/", False),
    ],
)
def test_the_token_travels_to_slacks_hosts_alone(url: str, base: str, fine: bool) -> None:
    assert allowed(url, base) is fine


async def test_the_patience_of_the_client_is_bounded() -> None:
    api = SlackApi("t")
    timeout = api.session.timeout
    assert isinstance(timeout, aiohttp.ClientTimeout)
    assert timeout.total is not None
    assert timeout.total <= 20
    assert api.client.retry_handlers == []
    assert json.dumps(api.client.base_url) == '"https://slack.com/api/"'
    await api.close()
    await api.close()
