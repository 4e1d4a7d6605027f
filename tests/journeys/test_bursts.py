"""People write faster than a desk answers: nothing that was done is left untold, and nothing that
was not asked yet is answered."""

import pytest

from handlers import notices
from handlers.inbound import File
from handlers.letters.letter import plain
from policy.ticket import Closing, State
from scheduler.channel import Delivery, Outcome, Result
from store.turn import Turn
from tests.journeys.test_commands import SIGNATURE
from tests.journeys.test_duplicates import TOO, opened
from tests.journeys.test_one_case import open_case
from tests.journeys.test_outages import sends_again, stops_sending
from tests.journeys.test_refusals import OVERDUE, refused
from tests.journeys.test_talking import taken
from tests.journeys.world import Someone, World, flat

HUGE = File(kind="video", ref="v1", name="v.mp4", size=40 * 2**20)
PROOF = File(kind="document", ref="d1", name="d.pdf")


def heard(who: Someone, since: int = 0) -> str:
    """What somebody was told since so many letters."""
    return "\n".join(flat(plain(letter.text)) for letter in who.heard[since:])


async def test_what_was_done_is_told_whatever_is_written_next(world: World) -> None:
    marta = await world.client()
    await marta.says(SIGNATURE)
    since = len(marta.heard)
    await world.hears(marta.press("Me sirvió"), marta.message("gracias"))
    assert "5.5" in heard(marta, since)


async def test_a_file_that_was_refused_is_told_whatever_is_written_next(world: World) -> None:
    marta, _ = await taken(world)
    since = len(marta.heard)
    await world.hears(marta.message("", files=(HUGE,)), marta.message("ahí va el video"))
    assert "40 MB" in heard(marta, since)


async def test_what_was_sent_for_a_paused_account_is_told_whatever_is_written_next(
    world: World,
) -> None:
    await world.staff("Lucía Mora", "supervisor")
    boss = await refused(world, invoices=OVERDUE, roles=("client_admin",))
    await world.hears(boss.press("Es una urgencia"), boss.message("gracias"))
    urgent = heard(boss)
    await boss.presses("Enviar comprobante")
    await world.hears(boss.message("", files=(PROOF,)), boss.message("gracias"))
    assert urgent.count("supervis") and "comprobante" in heard(boss)[len(urgent) :]


async def test_a_request_for_access_is_told_whatever_is_written_next(world: World) -> None:
    await world.staff("Lucía Mora", "supervisor")
    nadia = world.stranger()
    await nadia.says("hola")
    await nadia.presses(nadia.labels[1])
    since = len(nadia.heard)
    await world.hears(nadia.message("Soy Nadia, de la Clínica"), nadia.message("gracias"))
    assert len(nadia.heard) == since + 2
    assert "Todavía no" not in heard(nadia, since).splitlines()[0]


async def test_a_guide_that_was_not_read_has_helped_nobody(world: World) -> None:
    """5.5 counts against who was told: who writes before the guide came was not."""
    marta = await world.client()
    await world.hears(marta.message(SIGNATURE), marta.message("gracias"))
    assert "Me sirvió" in marta.labels
    struck = await world.desk.read(lambda turn: turn.strikes.articles(marta.person or 0))
    assert not struck
    await marta.says("gracias")
    assert await world.desk.read(lambda turn: turn.strikes.articles(marta.person or 0))


async def test_nobody_joins_a_case_that_they_were_not_asked_about(world: World) -> None:
    await opened(world)
    ana = await world.client("Ana Gil")
    await ana.says("hola")
    await world.hears(ana.message(TOO), ana.message("sí"))
    assert "Sí, sumarme" in ana.labels
    await ana.says("sí")
    assert "Sí, sumarme" not in ana.labels


async def test_a_yes_before_the_solution_came_approves_nothing(world: World) -> None:
    marta, camila = await taken(world)
    await camila.writes(1042, "¿puede reiniciar la consola y me cuenta?")
    await stops_sending(world)
    await camila.steps("solve", 1042, solution="se liberó la cola")
    await marta.says("sí")
    ticket = await world.ticket(1042)
    assert (ticket.state, ticket.closing) == (State.SOLVED, None)
    await sends_again(world)
    assert "¿Le quedó bien?" in heard(marta)
    await marta.says("sí")
    assert (await world.ticket(1042)).closing is Closing.CONFIRMED


async def test_a_case_that_was_let_go_again_names_nobody_and_blames_no_chat(world: World) -> None:
    marta = await open_case(world)
    camila = await world.staff("Camila Duarte")
    since = len(marta.heard)
    claim = camila.press("", code=world.card_button(1042, "claim").code)
    release = camila.press("", code=f"t:release:1042:taken:{camila.person}")
    await world.hears(claim, release)
    ticket = await world.ticket(1042)
    assert (ticket.holder, ticket.undelivered) == (None, False)
    assert "Camila" not in heard(marta, since)


async def test_a_letter_that_could_not_be_written_says_nothing_of_the_client(world: World) -> None:
    """It is the desk's own fault: an operator is told, and nobody is to call the client."""
    await open_case(world)

    def break_one(turn: Turn) -> None:
        ticket = turn.tickets.find(1042)
        assert ticket is not None
        notices.to_client(turn, ticket, "ticket.taken_over", {})

    await world.desk.run(break_one)
    await world.waits(hours=2)
    dead = await world.desk.read(lambda turn: turn.outbox.list(state="dead"))
    assert [row.error[:8] for row in dead if row.error] == ["compose:"]
    assert not (await world.ticket(1042)).undelivered


async def test_a_reply_that_was_changed_before_it_left_arrives_as_it_reads(world: World) -> None:
    marta, camila = await taken(world)
    await stops_sending(world)
    since, thread = len(marta.heard), camila.in_thread(await world.thread(1042))
    wrong, secret = thread.message("reinicie la sala 3"), thread.message("la clave es de otro")
    await world.hears(wrong, secret, thread.message("y me cuenta"))
    await world.hears(thread.message("reinicie la sala 2", edit_of=wrong.ref))
    await world.hears(thread.message("", deletes=secret.ref))
    await sends_again(world)
    told = heard(marta, since)
    assert told.index("sala 2") < told.index("y me cuenta")
    assert "sala 3" not in told and "clave" not in told


async def test_a_message_that_was_held_is_sent_as_it_reads_or_not_at_all(world: World) -> None:
    marta, _ = await taken(world)
    andres = await world.staff("Andrés Vega")
    thread = andres.in_thread(await world.thread(1042))
    first = thread.message("reinicie la sala 3")
    await world.hears(first)
    await world.hears(thread.message("reinicie la sala 2", edit_of=first.ref))
    await andres.presses("Enviar como apoyo")
    assert marta.last.endswith("reinicie la sala 2")

    said, second = len(marta.heard), thread.message("mejor no")
    await world.hears(second)
    await world.hears(thread.message("", deletes=second.ref))
    await andres.presses("Enviar como apoyo")
    assert len(marta.heard) == said


async def test_a_reply_in_parts_is_taken_back_whole(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, camila = await taken(world)
    whole = world.telegram.deliver

    async def in_parts(delivery: Delivery) -> Outcome:
        done = await whole(delivery)
        long = "muy largo" in plain(delivery.letter.text) and not delivery.letter.edits
        return Outcome(result=Result.SENT, refs=("701", "702")) if long else done

    monkeypatch.setattr(world.telegram, "deliver", in_parts)
    thread = camila.in_thread(await world.thread(1042))
    message = thread.message("muy largo " * 700)
    await world.hears(message)
    await world.hears(thread.message("", deletes=message.ref))
    assert [d.letter.deletes for d in world.telegram.sent if d.letter.deletes] == ["701", "702"]
