"""Slack refuses, stumbles, repeats itself: what the workroom gets, what the desk keeps."""

import asyncio

import pytest

from policy.ticket import State
from tests.live.conftest import Start
from tests.live.live import ANDRES, CAMILA, HTTP, MARTA, POLLING, ROOM, SOCKET, Live, Ways, said
from tests.platforms.slack import Fault

POST = "chat.postMessage"


@pytest.mark.fault("F28")
async def test_a_channel_that_is_told_to_wait_waits_and_the_client_does_not(desk: Live) -> None:
    """F28: no request to that channel before the time that Slack named."""
    desk.slack.plan(POST, Fault.rate("30"))
    await files_without_card(desk)
    await desk.until(lambda: desk.slack.requests(POST), "the refused try")
    await desk.waits(seconds=25)
    assert len(desk.slack.requests(POST)) == 1
    await desk.waits(seconds=10)
    await desk.card(1042, holds="Sin dueño")
    assert len(desk.cards(1042)) == 1


@pytest.mark.fault("F26", "F31")
@pytest.mark.parametrize(
    "fault",
    [
        Fault.http(500),
        Fault.error("internal_error", after=True),
        Fault.garbage("<html>gateway</html>"),
        Fault.reset(),
    ],
    ids=["500", "internal_error", "garbage", "reset"],
)
async def test_a_card_whose_answer_was_lost_stands_there_once(desk: Live, fault: Fault) -> None:
    """F26, F31: found again by its metadata, so there is no second copy on Slack."""
    desk.slack.plan(POST, fault)
    await desk.files_a_case()
    await desk.in_thread(1042, "resonador")
    await desk.rests()
    assert len(desk.cards(1042)) == 1
    holder = await desk.claims(1042)
    assert holder.edited


@pytest.mark.fault("F31")
async def test_a_card_that_never_arrived_is_sent_again(desk: Live) -> None:
    """F31: after a 500 that had no effect the channel is asked, and then it is sent again."""
    desk.slack.plan(POST, Fault.http(500, after=False))
    await desk.files_a_case()
    assert len(desk.slack.requests(POST)) >= 2
    await desk.rests()
    assert len(desk.cards(1042)) == 1


@pytest.mark.fault("F32")
async def test_without_the_channel_the_client_is_served_and_the_loss_is_seen(desk: Live) -> None:
    """F32: final for the card; the case stands, and the row says why."""
    del desk.slack.channels[ROOM]
    await files_without_card(desk)
    await desk.rests()
    assert (await desk.ticket()).state is State.NEW
    dead = await desk.read(lambda turn: turn.outbox.list(state="dead"))
    assert {one.error for one in dead} == {"channel_not_found"}
    assert "card" in {one.kind for one in dead}


@pytest.mark.fault("F33")
async def test_with_a_refused_token_letters_wait_and_leave_in_order_later(desk: Live) -> None:
    """F33: the account is paused, nothing is lost; it is tried again after five minutes."""
    await desk.files_a_case()
    await desk.claims(1042)
    await desk.reads("lo tomó Camila")
    await desk.rests()
    desk.slack.plan(POST, Fault.error("invalid_auth"))
    desk.telegram.says(MARTA, "primero esto")
    tried = len(desk.slack.requests(POST)) + 1
    await desk.until(lambda: len(desk.slack.requests(POST)) == tried, "the refused try")
    desk.telegram.says(MARTA, "y luego esto")
    await desk.rests()
    assert len(desk.slack.requests(POST)) == tried
    assert [one.why for one in await desk.read(lambda turn: turn.outbox.paused())] == [
        "invalid_auth"
    ]
    desk.telegram.says(701, "hola", name="Iris")
    await desk.reads("Hola, Iris", 701)

    await desk.waits(minutes=6)
    first = await desk.in_thread(1042, "primero esto")
    second = await desk.in_thread(1042, "y luego esto")
    assert first.ts < second.ts
    await desk.rests()
    card = await desk.card(1042)
    told = [said(one) for one in desk.slack.sent(ROOM, card.ts)]
    assert len([one for one in told if "esto" in one]) == 2


@pytest.mark.fault("F04")
@pytest.mark.parametrize("way", [SOCKET, HTTP])
async def test_an_event_that_comes_again_is_one_event(
    sqlite_url: str, start: Start, way: str
) -> None:
    """F04: Retry-Num and the same event id, also while the first try is still at work."""
    desk = await start(sqlite_url, Ways(POLLING, way))
    await desk.files_a_case()
    card = await desk.claims(1042)
    await asyncio.gather(
        desk.slack.says(ROOM, CAMILA, "Ya lo miro.", card.ts), desk.slack.tells_again(1)
    )
    await desk.slack.says(ROOM, CAMILA, "Ya lo miro.", card.ts)
    replies = await asyncio.gather(*(desk.slack.tells_again(n) for n in (1, 2, 3)))
    assert {reply.status for reply in replies} == {200}
    await desk.reads("Ya lo miro.", times=2)
    await desk.rests()
    assert len([text for text in desk.heard() if "Ya lo miro." in text]) == 2


@pytest.mark.fault("F05")
async def test_a_mention_arrives_twice_and_is_said_once(desk: Live) -> None:
    """F05: as `message` and as `app_mention`, two event ids, one message."""
    await desk.files_a_case()
    card = await desk.claims(1042)
    await desk.slack.says(ROOM, CAMILA, f"<@{desk.slack.bot_user}> voy en camino", card.ts)
    await desk.reads("voy en camino")
    await desk.rests()
    assert len([text for text in desk.heard() if "voy en camino" in text]) == 1


async def test_what_the_engineer_changes_or_takes_back_follows_to_the_phone(desk: Live) -> None:
    await desk.files_a_case()
    card = await desk.claims(1042)
    reply = await desk.slack.says(ROOM, CAMILA, "reinicio a las 10", card.ts)
    await desk.reads("reinicio a las 10")
    await desk.marked(reply.ts, "white_check_mark")
    before = len(desk.telegram.sent(MARTA))
    await desk.slack.edits(ROOM, reply.ts, "reinicio a las 11")
    await desk.reads("reinicio a las 11")
    assert len(desk.telegram.sent(MARTA)) == before
    assert not [text for text in desk.heard() if "a las 10 " in text]
    await desk.slack.deletes(ROOM, reply.ts)
    await desk.until(
        lambda: not [text for text in desk.heard() if "reinicio" in text], "the words to be gone"
    )


@pytest.mark.fault("F39")
async def test_an_old_button_on_a_card_meets_the_case_as_it_stands(desk: Live) -> None:
    """F39: drawn while the case was free; somebody has it since."""
    await desk.files_a_case()
    card = await desk.card(1042)
    old = list(card.blocks)
    await desk.claims(1042)
    card.blocks = old
    await desk.slack.presses(ANDRES, card.ts, "Tomar")
    await desk.until(lambda: desk.slack.whispers(ANDRES), "a word to the one who came too late")
    assert "Camila" in said(desk.slack.whispers(ANDRES)[-1])
    assert (await desk.audit()).count("claimed") == 1
    await desk.card(1042, holds="Resolver")


async def test_an_engineers_file_too_big_is_told_to_the_engineer(desk: Live) -> None:
    await desk.files_a_case()
    card = await desk.claims(1042)
    ref = desk.slack.keep_file(b"iso", "application/octet-stream")
    file = {"id": ref, "name": "disco.iso", "mimetype": "application/octet-stream"}
    file |= {"size": 25 * 2**20, "url_private": desk.slack.file_url(ref)}
    await desk.slack.says(ROOM, CAMILA, "", card.ts, subtype="file_share", files=[file])
    await desk.until(lambda: desk.slack.whispers(CAMILA), "a word to the engineer")
    assert "25 MB" in said(desk.slack.whispers(CAMILA)[0])


@pytest.mark.fault("F14")
async def test_a_forged_request_is_refused(sqlite_url: str, start: Start) -> None:
    """F14: over the real route, before anything is read."""
    desk = await start(sqlite_url, Ways(POLLING, HTTP))
    await desk.files_a_case()
    card = await desk.card(1042)
    right, desk.slack.signing_secret = desk.slack.signing_secret, "guessed"
    reply = await desk.slack.presses(CAMILA, card.ts, "Tomar")
    assert reply.status == 401
    desk.slack.signing_secret = right
    assert (await desk.ticket()).holder is None


@pytest.mark.fault("F54")
async def test_a_form_that_opens_too_late_can_be_opened_again(desk: Live) -> None:
    """F54: the trigger has run out; the engineer is told how to go on, nothing has changed."""
    await desk.files_a_case()
    card = await desk.claims(1042)
    desk.slack.expire_triggers(from_now=True)
    await desk.slack.presses(CAMILA, card.ts, "Resolver")
    await desk.until(lambda: desk.slack.whispers(CAMILA), "another way to the form")
    assert (await desk.ticket()).state is State.TAKEN


async def files_without_card(desk: Live) -> None:
    """A case whose card does not arrive yet."""
    desk.telegram.says(MARTA, "el resonador de la sala 2 no pasa imágenes al PACS desde las 7")
    await desk.reads("¿A quién")
    await desk.presses("Solo a mí")
    await desk.reads("¿Lo envío?")
    await desk.presses("Enviar")
    await desk.reads("Caso 1042")
