"""Telegram refuses, stumbles, repeats itself: what the client gets, what the desk keeps."""

import copy

import pytest

from tests.live.conftest import Start
from tests.live.live import CAMILA, HTTP, MARTA, ROOM, WEBHOOK, Live, Ways, said
from tests.platforms.slack_state import Reply
from tests.platforms.telegram_rules import Params

OTHER = 701
ANSWER = "Voy a reiniciar la cola."


@pytest.mark.fault("F28")
async def test_a_chat_that_is_told_to_wait_waits_alone(desk: Live) -> None:
    """F28: nothing to that chat before the time named; the other chat is served meanwhile."""
    await taken(desk)
    desk.telegram.fail("sendMessage", chat=MARTA, status=429, parameters={"retry_after": 30})
    begun = desk.now
    tried = len(desk.telegram.calls("sendMessage"))
    await answers(desk)
    await desk.until(lambda: len(desk.telegram.calls("sendMessage")) > tried, "the refused try")
    desk.telegram.says(OTHER, "hola", name="Iris")
    await desk.reads("Hola, Iris", OTHER)
    await desk.waits(seconds=20)
    assert not [text for text in desk.heard() if ANSWER in text]
    await desk.waits(seconds=12)
    await desk.reads(ANSWER)
    assert (desk.now - begun).total_seconds() >= 30
    tries = [one for one in desk.telegram.calls("sendMessage") if ANSWER in one.params["text"]]
    assert [one.status for one in tries] == [429, 200]


@pytest.mark.fault("F26", "F31")
@pytest.mark.parametrize("fault", ["refused", "lost_after_it_was_taken", "garbage", "reset"])
async def test_an_unclear_answer_costs_at_most_one_copy(desk: Live, fault: str) -> None:
    """F26, F31, G5: sent again once, because a second copy is better than none."""
    how = {
        "refused": {"status": 502},
        "lost_after_it_was_taken": {"status": 500, "applied": True},
        "garbage": {"body": b"<html>gateway</html>"},
        "reset": {"reset": True},
    }[fault]
    await taken(desk)
    desk.telegram.fail("sendMessage", chat=MARTA, **how)
    reply = await answers(desk)
    await desk.marked(reply.ts, "white_check_mark")
    await desk.rests()
    tries = [one for one in desk.telegram.calls("sendMessage") if ANSWER in one.params["text"]]
    assert len(tries) == 2
    copies = [text for text in desk.heard() if ANSWER in text]
    assert len(copies) == (1 if fault == "refused" else 2)


@pytest.mark.fault("F32")
async def test_who_blocked_the_bot_is_not_written_to_and_the_engineer_knows(desk: Live) -> None:
    """F32: 403 is final, told once in the thread; when the client is back, so is the desk."""
    await taken(desk)
    desk.telegram.state.blocked.add(MARTA)
    reply = await answers(desk)
    await desk.marked(reply.ts, "warning")
    await desk.in_thread(1042, "no se entregó")
    assert (await desk.ticket()).answered_at is None
    before = len(desk.telegram.calls("sendMessage"))
    await desk.waits(hours=1)
    assert len(desk.telegram.calls("sendMessage")) == before

    desk.telegram.blocks(MARTA, blocked=False)
    desk.telegram.says(MARTA, "ya le desbloqueé, ¿qué pasó?")
    await desk.in_thread(1042, "desbloqueé")
    await answers(desk)
    await desk.reads(ANSWER)


async def test_a_client_who_blocks_the_bot_is_remembered_as_such(desk: Live) -> None:
    await desk.files_a_case()
    desk.telegram.blocks(MARTA)

    async def bound() -> bool:
        ticket = await desk.ticket()
        ways = await desk.read(lambda turn: turn.people.bound(ticket.requester, "telegram"))
        return [one.blocked for one in ways] == [True]

    await desk.until_async(bound, "the way to the client to be marked as blocked")


@pytest.mark.fault("F03")
async def test_an_update_that_comes_again_and_again_is_one_event(
    sqlite_url: str, start: Start
) -> None:
    """F02, F03: the answer got lost, so Telegram posts the same update again, side by side."""
    desk = await start(sqlite_url, Ways(WEBHOOK, HTTP))
    await desk.files_a_case()
    posted = len(desk.telegram.posts)
    desk.telegram.says(MARTA, "y ahora tampoco imprime")
    desk.telegram.tells_again(times=5)
    await desk.until(lambda: len(desk.telegram.posts) == posted + 6, "six posts")
    assert set(desk.telegram.posts) == {200}
    await desk.in_thread(1042, "tampoco imprime")
    await desk.rests()
    card = await desk.card(1042)
    copies = [one for one in desk.slack.sent(ROOM, card.ts) if "tampoco imprime" in said(one)]
    assert len(copies) == 1
    assert len([text for text in desk.heard() if "Caso 1042 · abierto" in text]) == 1


@pytest.mark.fault("F15")
async def test_a_forged_post_is_refused(sqlite_url: str, start: Start) -> None:
    """F15: without the secret nothing is read."""
    desk = await start(sqlite_url, Ways(WEBHOOK, HTTP))
    good, desk.telegram.state.secret = desk.telegram.state.secret, "guessed"
    desk.telegram.says(OTHER, "hola")
    await desk.until(lambda: desk.telegram.posts == [401], "a refusal")
    desk.telegram.state.secret = good
    desk.telegram.says(MARTA, "hola")
    await desk.reads("Hola, Marta")
    assert desk.heard(OTHER) == []


async def test_in_a_group_the_bot_says_once_where_it_works(desk: Live) -> None:
    group = -100500
    desk.telegram.adds_to_group(group)
    await desk.reads("en privado", group)
    desk.telegram.says(group, "no pasan imágenes en la sala 2", user=MARTA)
    desk.telegram.says(group, "/casos", user=MARTA)
    desk.telegram.says(OTHER, "hola", name="Iris")
    await desk.reads("Hola, Iris", OTHER)
    await desk.rests()
    assert len(desk.heard(group)) == 1
    assert await desk.read(lambda turn: turn.tickets.open()) == []


async def test_a_file_too_big_is_told_at_once_and_never_asked_for(desk: Live) -> None:
    await desk.files_a_case()
    desk.telegram.sends_file(MARTA, "document", b"iso", size=25 * 2**20)
    assert "hasta 20" in await desk.reads("pesa 25 MB")
    assert desk.telegram.calls("getFile") == []


async def test_a_file_that_telegram_no_longer_gives_is_told_in_the_thread(desk: Live) -> None:
    """The words arrive; that the file did not is not kept from the engineer."""
    await taken(desk)
    described = desk.telegram.stored("document", b"x", size=25 * 2**20)
    described.pop("file_size")
    desk.telegram.sends(MARTA, document=described, caption="el registro completo")
    await desk.in_thread(1042, "el registro completo")
    await desk.in_thread(1042, "no se pudo traer")


async def test_what_the_client_changes_follows_into_the_thread(desk: Live) -> None:
    await taken(desk)
    message = desk.telegram.says(MARTA, "falla desde las 7")
    await desk.in_thread(1042, "falla desde las 7")
    desk.telegram.edits(MARTA, message["message_id"], "falla desde las 8")
    await desk.in_thread(1042, "falla desde las 8")
    assert "client_edited" in await desk.audit()


@pytest.mark.fault("F39", "F43")
async def test_an_old_button_does_nothing_and_says_so(desk: Live) -> None:
    """F39, F43: the question was answered long ago."""
    desk.telegram.says(MARTA, "el resonador de la sala 2 no pasa imágenes al PACS desde las 7")
    await desk.reads("¿A quién")
    old = copy.deepcopy(desk.telegram.sent(MARTA)[-1])
    await desk.presses("Solo a mí")
    await desk.reads("¿Lo envío?")
    summary = copy.deepcopy(desk.telegram.sent(MARTA)[-1])
    await desk.presses("Enviar")
    await desk.reads("Caso 1042")
    await presses_old(desk, old, "Solo a mí")
    assert "era de antes" in desk.telegram.state.answers[-1]["text"]
    await presses_old(desk, summary, "Enviar")
    await desk.reads("ninguna pregunta pendiente")
    assert [one.number for one in await desk.read(lambda turn: turn.tickets.open())] == [1042]


@pytest.mark.fault("F08")
async def test_an_update_that_cannot_be_read_holds_up_nobody(desk: Live) -> None:
    """F08: kept in quarantine, confirmed, and the next one is served."""
    whole = desk.telegram.says(MARTA, "")
    broken = desk.telegram.update(message=whole | {"message_id": "seven", "text": "x"})
    desk.telegram.says(MARTA, "hola")
    await desk.reads("Hola, Marta")
    kept = await desk.read(lambda turn: turn.quarantine.list())
    assert [one.key for one in kept] == [f"update:{broken}"]


async def taken(desk: Live) -> None:
    """A case in Camila's hands."""
    await desk.files_a_case()
    await desk.claims(1042)
    await desk.reads("lo tomó Camila")


async def answers(desk: Live) -> Reply:
    """Camila writes to the client."""
    card = await desk.card(1042)
    return await desk.slack.says(ROOM, CAMILA, ANSWER, card.ts)


async def presses_old(desk: Live, message: Params, label: str) -> None:
    """A press on a message as it once was; it stops spinning before this returns."""
    query = desk.telegram.presses_old(MARTA, message, label)
    await desk.until(lambda: desk.telegram.state.queries[query], "an end to the spinning")
