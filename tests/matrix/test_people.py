"""People at once, people too late, people without the right, people and machines that talk much."""

import asyncio
import statistics
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from handlers.inbound import Address, Commanded, Done, File, Inbound, Receipt, Said, Toast
from policy.errors import Outage
from policy.ticket import State
from scheduler import drive
from scheduler.brake import BURST, MINUTE, RATE, REPLIES
from scheduler.desk import Desk
from store.turn import Turn
from tests.faults.test_turns import said
from tests.journeys.test_one_case import open_case
from tests.journeys.world import Someone, World
from tests.live.live import CAMILA, MARTA, ROOM, Live
from tests.matrix.replicas import another
from tests.scheduler.bench import Bench

CROWD = 50


@pytest.mark.fault("F38")
async def test_of_fifty_who_press_at_once_one_has_it_and_all_others_are_told(
    any_world: World,
) -> None:
    """G8: over three replicas; the version moves once, and every refusal is written down."""
    world = any_world
    await open_case(world)
    crowd = [await world.staff(f"P{n:02} Duarte") for n in range(CROWD)]
    code = world.card_button(1042, "claim").code
    before = await world.ticket(1042)
    desks = [world.desk, another(world), another(world)]
    receipts = await asyncio.gather(
        *(until_taken(desks[n % 3], one.press("", code=code)) for n, one in enumerate(crowd))
    )
    ticket = await world.ticket(1042)
    assert Counter(type(one) for one in receipts) == {Done: 1, Toast: CROWD - 1}
    winner = crowd[[isinstance(one, Done) for one in receipts].index(True)]
    assert (ticket.holder, ticket.version) == (winner.person, before.version + 1)
    assert {one.facts["name"] for one in receipts if isinstance(one, Toast)} == {
        (await world.desk.read(lambda turn: turn.people.get(winner.person or 0))).first_name
    }
    trail = await world.desk.read(lambda turn: [row.what for row in turn.audit.of(1042)])
    assert (trail.count("claimed"), trail.count("claim_refused")) == (1, CROWD - 1)


async def test_whatever_a_crowd_presses_the_audit_is_one_story(any_world: World) -> None:
    """G8: what was answered and what was written fits one order of events, replayed on paper."""
    world = any_world
    await open_case(world)
    crowd = [await world.staff(f"P{n} Duarte") for n in range(6)]
    desks = [world.desk, another(world), another(world)]
    done: Counter[tuple[str, int]] = Counter()
    for round_ in range(4):
        ticket = await world.ticket(1042)
        drawn = f"1042:{ticket.state}:{ticket.holder or '-'}"
        presses = [
            (verb, one)
            for verb in ("claim", "release")
            for one in crowd
            if round_ or verb == "claim"
        ]
        answers = await asyncio.gather(
            *(
                until_taken(desks[n % 3], one.press("", code=f"t:{verb}:{drawn}"))
                for n, (verb, one) in enumerate(presses)
            )
        )
        for (verb, one), answer in zip(presses, answers, strict=True):
            done[verb, one.person or 0] += isinstance(answer, Done)
    trail = await world.desk.read(lambda turn: turn.audit.of(1042))
    holder, told = None, Counter[tuple[str, int]]()
    for row in trail:
        if row.what == "claimed":
            assert holder is None
            holder = row.actor
        elif row.what == "released":
            assert holder is not None and row.actor == holder
            holder = None
        else:
            continue
        told["claim" if row.what == "claimed" else "release", row.actor or 0] += 1
    assert holder == (await world.ticket(1042)).holder
    assert +told == +done


@pytest.mark.fault("F40")
async def test_a_guessed_case_looks_costs_and_is_audited_like_none(world: World) -> None:
    """The same words, the same work but for one read, and the guess is written down (16.3.2)."""
    await open_case(world)
    eve = await world.client("Eva Cano", organisation="Hospital del Valle")
    await eve.says("hola")

    def guess(number: int, key: str) -> Commanded:
        address = eve.address
        return Commanded(address=address, key=key, at=world.now, name="caso", args=str(number))

    await world.desk.receive(guess(9042, "first"))  # each answer takes the place of one before
    ran: dict[int, list[str]] = {1042: [], 9042: []}
    for turn in range(25):
        for number, statements in ran.items():
            world.desk.turns.database.told = statements.append
            await world.desk.receive(guess(number, f"g{turn}.{number}"))
            world.desk.turns.database.told = None
    for number in ran:
        await eve.commands("caso", str(number))
        assert f"No encuentro el caso {number}" in eve.last
    foreign, none = (Counter(statements) for statements in ran.values())
    assert foreign - none == Counter()
    assert [sql.split()[0] for sql in (none - foreign).elements()] == ["SELECT"] * 25
    trail = await world.desk.read(lambda turn: turn.audit.of(1042))
    assert [row.facts["code"] for row in trail if row.what == "refused"] == ["not_found"] * 26


@pytest.mark.fault("F41")
@pytest.mark.parametrize("left", ["the role", "the desk"])
async def test_a_form_of_somebody_who_left_changes_nothing(any_world: World, left: str) -> None:
    """The role is asked for again when the form is sent, in the same transaction."""
    world = any_world
    await open_case(world)
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 1042)
    form = await camila.presses("", code=world.card_button(1042, "solve").code)

    def leave(turn: Turn) -> None:
        if left == "the role":
            person = turn.people.get(camila.person or 0)
            turn.people.update_person(replace(person, roles=frozenset()))
        else:
            turn.people.unbind("slack", camila.address.account, camila.address.user)

    await world.desk.run(leave)
    before = await world.ticket(1042)
    in_modal = Someone(world, replace(camila.address, chat=camila.address.user, private=True), None)
    refused = await in_modal.fills(form, solution="listo")
    assert isinstance(refused, Toast) and refused.key == "staff_refusal.not_allowed"
    assert await world.ticket(1042) == before
    trail = await world.desk.read(lambda turn: turn.audit.of(1042))
    assert [row.facts["code"] for row in trail if row.what == "refused"] == ["not_allowed"]


@pytest.mark.fault("F41")
async def test_the_refusal_stands_in_the_form_itself(desk: Live) -> None:
    """Over the real Slack: the modal turns into the reason, and the case stays as it was."""
    await desk.files_a_case()
    card = await desk.claims(1042)
    await desk.slack.presses(CAMILA, card.ts, "Resolver")
    await desk.modal(CAMILA)

    def leave(turn: Turn) -> None:
        person = turn.people.find("slack", desk.slack.team, CAMILA) or next(
            one for one in turn.people.all() if one.first_name == "Camila"
        )
        turn.people.update_person(replace(person, roles=frozenset()))

    await desk.app.desk.run(leave)
    reply = await desk.slack.submits(CAMILA, solution="listo")
    assert reply.json["response_action"] == "update"
    assert "otra persona del equipo" in reply.body.encode().decode("unicode_escape")
    assert (await desk.ticket()).state is State.TAKEN
    assert not [text for text in desk.heard(MARTA) if "listo" in text]


@pytest.mark.fault("F42")
async def test_ten_photos_of_somebody_new_at_once_are_one_talk(trial: World) -> None:
    """Over three replicas that know nobody yet, with two first words: one person, one
    conversation, ten files."""
    world, meeting = trial, Barrier(3)

    def meet(point: str) -> None:
        with suppress(BrokenBarrierError):
            if point == "after_dedupe":
                meeting.wait(0.3)  # one writer alone, as on SQLite, meets nobody

    nadia = world.stranger("Nadia Soto")
    photos = [event(nadia, album="a1", files=(photo(n),)) for n in range(10)]
    words = [event(nadia, text=text) for text in ("buenas", "no pasan imágenes en la sala 2")]
    desks = [another(world, meet) for _ in range(3)]
    events = [*photos, *words]
    await asyncio.gather(*(until_taken(desks[n % 3], one) for n, one in enumerate(events)))
    await drive.quiet(world.desk)

    def look(turn: Turn) -> tuple[int, int, int]:
        mine = [one for one in turn.people.all() if one.name == "Nadia Soto"]
        talks = turn.conversations.at("telegram", "local", nadia.address.chat, nadia.address.user)
        homes = [one for one in turn.people.organisations() if one.trial]
        return len(mine), len(homes), len(talks.memory.get("files", ()))

    assert await world.desk.run(look) == (1, 1, 10)
    await world.unharmed()


@pytest.mark.fault("F50")
async def test_a_flood_is_bounded_told_once_a_minute_and_holds_nobody_up(
    bench: Bench, database_url: str
) -> None:
    """200 messages a second from one chat, for a minute on SQLite; three others write as well."""
    seconds = 60 if database_url.startswith("sqlite") else 15
    waited: list[float] = []
    refused = 0  # not acknowledged either: a busy machine lets them come again
    for second in range(seconds):
        flood = [
            bench.desk.receive(said(f"{second} {n}", key=f"f{second}.{n}", chat="666"))
            for n in range(200)
        ]
        others = [other(bench, chat, second) for chat in ("51", "52", "53") if second % 5 == 0]
        flooding = asyncio.gather(*flood, return_exceptions=True)
        waited += await asyncio.gather(*others)
        faults = [one for one in await flooding if isinstance(one, BaseException)]
        assert all(isinstance(one, Outage) for one in faults)
        refused += len(faults)
        bench.forward(seconds=1)
    assert statistics.quantiles(waited, n=20)[-1] < 2
    accepted = seconds * 200 - bench.desk.meter.totals["events.shed"] - refused
    assert accepted <= BURST + seconds * RATE
    await drive.advance(bench.desk, bench.clock.now() + timedelta(seconds=30))
    rows = await bench.read(lambda turn: turn.outbox.list(limit=2000))
    mine = [row for row in rows if row.chat == "666"]
    assert len(mine) <= accepted + 1
    assert [row.key for row in mine].count("talk.slow_down") == 1
    sent = Counter(row.chat for row in rows if row.state == "sent")
    assert all(sent[chat] for chat in ("51", "52", "53"))
    assert await bench.read(lambda turn: turn.outbox.pending_count()) == 0


@pytest.mark.fault("F56")
async def test_two_machines_that_answer_each_other_are_parted(on_sqlite: Bench) -> None:
    """At most so many answers a minute; a minute of silence, and words are answered again."""
    bench = on_sqlite
    for n in range(REPLIES + 10):
        await bench.desk.receive(said(f"Estoy fuera de la oficina ({n})", key=str(n)))
        await drive.advance(bench.desk, bench.clock.now() + timedelta(seconds=1))
    times = [at for chat, _, at in bench.telegram.heard if chat == "50"]
    assert REPLIES <= most_within(MINUTE, times) <= REPLIES + 2
    assert bench.desk.meter.totals["events.shed"] > 0
    before = len(times)
    bench.forward(minutes=2)
    await bench.desk.receive(said("ya volví", key="back"))
    await drive.advance(bench.desk, bench.clock.now() + timedelta(seconds=5))
    assert len(bench.telegram.heard) == before + 1


@pytest.mark.fault("F56")
async def test_the_bots_own_messages_edits_and_deletions_make_no_loop(desk: Live) -> None:
    """Everything that the desk posts is told to it again, as Slack does; nothing follows."""
    await desk.files_a_case()
    card = await desk.claims(1042)
    reply = await desk.slack.says(ROOM, CAMILA, "reinicio a las 10", card.ts)
    await desk.reads("reinicio a las 10")
    await desk.rests()
    before = len(desk.slack.messages), len(desk.heard())
    for one in [*desk.slack.sent(ROOM)]:
        echo = {"bot_id": desk.slack.bot_id, "app_id": desk.slack.app_id}
        await desk.slack.tell_event(desk.slack._message_event(one) | echo)
        await desk.slack.edits(ROOM, one.ts, one.text)
    await desk.rests()
    assert (len(desk.slack.messages), len(desk.heard())) == before
    await desk.slack.edits(ROOM, reply.ts, "reinicio a las 11")
    await desk.reads("reinicio a las 11")
    await desk.slack.deletes(ROOM, reply.ts)
    await desk.rests()
    kept = await desk.read(lambda turn: turn.messages.of_ticket(1042))
    story = [(one.kind, one.text) for one in kept if one.person is not None][-3:]
    assert story == [
        ("relay", "reinicio a las 10"),
        ("revision", "reinicio a las 11"),
        ("deletion", ""),
    ]


def event(someone: Someone, text: str = "", **more: Any) -> Said:
    """One message of theirs, as its platform would tell it."""
    n, now = someone.world.next(), someone.world.now
    return Said(address=someone.address, key=f"m{n}", at=now, ref=str(n), text=text, **more)


def photo(n: int) -> File:
    """One photo by its reference."""
    return File(kind="photo", ref=f"photo-{n}", name=f"{n}.jpg")


async def until_taken(desk: Desk, inbound: Inbound) -> Receipt:
    """As a platform, or a person who was told that it failed: again, until it is taken."""
    while True:
        try:
            return await desk.receive(inbound)
        except Outage:
            continue


async def other(bench: Bench, chat: str, second: int) -> float:
    """Somebody else writes; how long it took until they could be acknowledged."""
    address = Address(channel="telegram", account="777", user=chat, chat=chat)
    key = f"o{chat}.{second}"
    began = time.perf_counter()
    words = Said(address=address, key=key, at=bench.clock.now(), ref=key, text="hola")
    await until_taken(bench.desk, words)
    return time.perf_counter() - began


def most_within(span: timedelta, times: list[datetime]) -> int:
    """The largest number of these moments that fall into one span."""
    return max(sum(start <= at < start + span for at in times) for start in times)
