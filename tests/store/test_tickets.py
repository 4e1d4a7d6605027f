"""Tickets, conversations, messages: saved over their version, found by what people know."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Barrier, Event

import pytest
from sqlalchemy import update

from policy.errors import Refusal
from policy.ticket import Closing, Pause, State, Step, Ticket
from store.errors import StaleTurn
from store.tables import tickets
from store.turn import Turn, Turns
from store.values import CardPlace, Conversation
from tests.databases import Watch
from tests.store.givens import a_client, a_ticket, an_engineer


def elsewhere(turn: Turn, number: int) -> None:
    """Another turn wrote the ticket since this one read it."""
    written = update(tickets).where(tickets.c.number == number)
    turn._session.run(written.values(edition=tickets.c.edition + 1))


def test_a_ticket_comes_back_as_it_was_added(turns: Turns, watch: Watch) -> None:
    def work(turn: Turn) -> Ticket:
        pauses = (Pause(since=turn.now, until=None, cause="client_cause", why="power", by=7),)
        return a_ticket(turn, details={"place": "sala 2"}, pauses=pauses, impact="high")

    added = turns.run(work).result(30)
    found = turns.read(lambda turn: turn.tickets.find(added.number)).result(30)
    assert found == replace(added, details={"place": "sala 2"})
    assert found is not None
    assert found.promise.hours == added.promise.hours


def test_a_promise_keeps_those_beside_it(turns: Turns) -> None:
    """D4: what was due later may be due first, once pauses are left out."""

    def work(turn: Turn) -> Ticket:
        ticket = a_ticket(turn)
        beside = replace(ticket.promise, seconds=60, source="hybrid")
        return turn.tickets.save(replace(ticket, promise=replace(ticket.promise, also=(beside,))))

    added = turns.run(work).result(30)
    found = turns.read(lambda turn: turn.tickets.find(added.number)).result(30)
    assert found is not None and found.promise == added.promise
    assert found.promise.also[0].hours == added.promise.hours


def test_who_is_ahead_waits_for_an_answer_and_goes_first(turns: Turns) -> None:
    """The more urgent, and of one's own only those that came before."""

    def work(turn: Turn) -> list[int]:
        baja, alta = (a_ticket(turn, priority=key).number for key in ("baja", "alta"))
        a_ticket(turn, priority="baja", answered_at=turn.now)
        a_ticket(turn, priority="baja", state=State.WAITING)
        last = a_ticket(turn, priority="baja").number
        ahead = turn.tickets.ahead
        return [
            ahead({"alta", "media"}, {"baja"}, last),
            ahead({"alta", "media"}, {"baja"}, baja),
            ahead(set(), {"alta"}, alta),
        ]

    assert turns.run(work).result(30) == [2, 1, 0]


def test_numbers_begin_where_the_book_says_and_none_is_handed_out_twice(turns: Turns) -> None:
    """Where turns go one by one a failed turn leaves no gap; on PostgreSQL it may."""

    def fails(turn: Turn) -> None:
        a_ticket(turn)
        raise KeyError("mistake")

    first = turns.run(a_ticket).result(30)
    with pytest.raises(KeyError):
        turns.run(fails).result(30)
    second = turns.run(a_ticket).result(30)
    unused = 0 if turns.database.dialect == "sqlite" else 1
    assert (first.number, second.number) == (1042, 1043 + unused)


def test_nobody_waits_for_a_number_until_another_turn_has_ended(turns: Turns) -> None:
    if turns.database.dialect == "sqlite":
        return  # one turn at a time
    ana, luis = (turns.run(partial(a_client, user=user)).result(30) for user in ("77", "78"))
    opened, may_end = Event(), Event()

    def slow(turn: Turn) -> int:
        number = a_ticket(turn, ana).number
        opened.set()
        may_end.wait(30)
        return number

    first = turns.run(slow)
    opened.wait(30)
    second = turns.run(lambda turn: a_ticket(turn, luis)).result(30)
    assert not first.done()
    may_end.set()
    assert (first.result(30), second.number) == (1042, 1043)


@pytest.mark.fault("F38")
def test_two_engineers_press_at_once_and_one_wins(turns: Turns) -> None:
    """F38, G8: whoever was slower is told, and nothing of theirs is kept."""
    number = turns.run(a_ticket).result(30).number
    engineers = [turns.run(an_engineer).result(30).id for _ in range(2)]
    both = Barrier(2, timeout=2)

    def take(engineer: int) -> bool:
        def work(turn: Turn) -> None:
            ticket = turn.tickets.find(number)
            assert ticket is not None
            if turns.database.dialect == "postgresql":
                both.wait()
            turn.audit.add(number, "claimed", {}, actor=engineer)
            taken = replace(ticket.take(Step.CLAIM, at=turn.now), holder=engineer)
            turn.tickets.save(taken)

        try:
            turns.run(work).result(30)
        except (StaleTurn, Refusal):  # SQLite: the second finds it taken
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        won = list(pool.map(take, engineers))
    ticket = turns.read(lambda turn: turn.tickets.find(number)).result(30)
    trail = turns.read(lambda turn: turn.audit.of(number)).result(30)
    assert sorted(won) == [False, True]
    assert ticket is not None
    assert (ticket.holder, ticket.version) == (engineers[won.index(True)], 2)
    assert [row.actor for row in trail] == [ticket.holder]


def test_a_quiet_save_leaves_the_version_and_still_loses_no_update(
    turns: Turns, watch: Watch
) -> None:
    number = turns.run(a_ticket).result(30).number

    def quiet(turn: Turn) -> Ticket:
        ticket = turn.tickets.find(number)
        assert ticket is not None
        return turn.tickets.save(replace(ticket, rating=4), quiet=True)

    assert turns.run(quiet).result(30).version == 1

    def late(turn: Turn) -> None:
        ticket = turn.tickets.find(number)
        assert ticket is not None
        elsewhere(turn, number)
        turn.tickets.save(replace(ticket, rating=5), quiet=True)

    with pytest.raises(StaleTurn):
        turns.run(late).result(30)
    found = turns.read(lambda turn: turn.tickets.find(number)).result(30)
    assert found is not None
    assert found.rating == 4


def test_a_ticket_saved_twice_in_a_turn_is_saved_twice(turns: Turns) -> None:
    def work(turn: Turn) -> Ticket:
        ticket = a_ticket(turn)
        once = turn.tickets.save(replace(ticket, priority="media"))
        return turn.tickets.save(replace(once, level=2))

    saved = turns.run(work).result(30)
    found = turns.read(lambda turn: turn.tickets.find(saved.number)).result(30)
    assert found is not None
    assert (found.priority, found.level, found.version) == ("media", 2, 3)


def test_a_batch_is_saved_in_one_go_and_notices_a_stale_one(turns: Turns) -> None:
    numbers = [turns.run(a_ticket).result(30).number for _ in range(3)]

    def close(turn: Turn) -> None:
        found = turn.tickets.find_all(numbers, lock=True)
        for ticket in found:
            closed = replace(ticket, state=State.CLOSED, closing=Closing.SILENCE)
            turn.tickets.save(closed)

    def stale(turn: Turn) -> None:
        found = turn.tickets.find_all(numbers)
        elsewhere(turn, numbers[1])
        for ticket in found:
            turn.tickets.save(replace(ticket, level=3))

    turns.run(close).result(30)
    assert turns.read(lambda turn: turn.tickets.open()).result(30) == []
    with pytest.raises(StaleTurn):
        turns.run(stale).result(30)


def test_tickets_are_found_by_what_people_know(turns: Turns, watch: Watch) -> None:
    def work(turn: Turn) -> dict[str, list[int]]:
        client, engineer = a_client(turn), an_engineer(turn)
        one = a_ticket(turn, client)
        two = a_ticket(turn, client, state=State.TAKEN, holder=engineer.id, subject="Visor caído")
        gone = a_ticket(turn, client, state=State.CLOSED, closed_at=turn.now, typology="other")
        last = turn.tickets.last_closed(client.id)
        found = {
            "open": turn.tickets.open(),
            "client": turn.tickets.of_requester(client.id),
            "all": turn.tickets.of_requester(client.id, open_only=False),
            "held": turn.tickets.held_by(engineer.id),
            "words": turn.tickets.search("caido VISOR"),
            "last": [last] if last else [],
        }
        names = {one.number: 1, two.number: 2, gone.number: 3}
        return {key: [names[t.number] for t in tickets] for key, tickets in found.items()}

    assert turns.run(work).result(30) == {
        "open": [1, 2],
        "client": [2, 1],
        "all": [3, 2, 1],
        "held": [2],
        "words": [2],
        "last": [3],
    }


def test_the_twin_of_a_case_is_the_newest_that_somebody_else_still_has_open(
    turns: Turns, watch: Watch
) -> None:
    def work(turn: Turn) -> list[int | None]:
        client, colleague = a_client(turn), a_client(turn, "Persona Cuatro", "99")
        home = client.organisation or 0
        one, two = a_ticket(turn, client), a_ticket(turn, client, state=State.TAKEN)
        a_ticket(turn, client, state=State.SOLVED)
        a_ticket(turn, client, typology="other")
        mine = a_ticket(turn, colleague)
        names = {one.number: 1, two.number: 2, mine.number: 3}

        def twin(of: int, *, hours: int = 1, after: int = 0) -> int | None:
            since, states = turn.now - timedelta(hours=hours), (State.NEW, State.TAKEN)
            found = turn.tickets.twin(
                home, "pacs-down", since, states=states, not_of=of, after=after
            )
            return names[found.number] if found else None

        return [
            twin(colleague.id),
            twin(colleague.id, after=one.number),
            twin(colleague.id, after=two.number),
            twin(client.id),
            twin(0, hours=-1),
        ]

    assert turns.run(work).result(30) == [2, 2, None, 3, None]


def test_watchers_hear_once_each(turns: Turns) -> None:
    def work(turn: Turn) -> bool:
        ticket, other = a_ticket(turn), a_client(turn, "Persona Cuatro", "99")
        talk = turn.conversations.at("telegram", "1", "99", "99")
        turn.tickets.watch(ticket.number, other.id, talk.id)
        turn.tickets.watch(ticket.number, other.id, talk.id)
        return turn.tickets.watchers(ticket.number) == [(other.id, talk.id)]

    assert turns.run(work).result(30)


@pytest.mark.fault("F42")
def test_a_conversation_is_made_once_however_many_ask_for_it(turns: Turns) -> None:
    """F42."""

    def here(turn: Turn) -> int:
        return turn.conversations.at("telegram", "1", "5", "5").id

    def one(_: int) -> int:
        try:
            return turns.run(here).result(30)
        except StaleTurn:  # as every event does whose turn was raced
            return turns.run(here).result(30)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(one, range(16)))) == 1


def test_a_conversation_just_made_is_what_the_database_holds(turns: Turns) -> None:
    def made(turn: Turn, chat: str) -> Conversation:
        person = a_client(turn, f"Persona {chat}", chat)
        return turn.conversations.at("telegram", "1", chat, chat, person.id)

    fresh = [turns.run(partial(made, chat=str(chat))).result(30) for chat in range(500, 540)]
    assert len({here.id for here in fresh}) == len(fresh)
    for here in fresh:
        read = turns.read(lambda turn, key=here.id: turn.conversations.get(key)).result(30)
        assert read == here


def test_a_conversation_that_was_undone_leaves_its_key_to_nobody(turns: Turns) -> None:
    def fails(turn: Turn) -> None:
        turn.conversations.at("telegram", "1", "6", "6")
        raise Refusal("no_such_thing")

    with pytest.raises(Refusal):
        turns.run(fails).result(30)
    peeked = turns.read(lambda turn: turn.conversations.peek("telegram", "1", "6", "6")).result(30)
    assert peeked is None
    made = turns.run(lambda turn: turn.conversations.at("telegram", "1", "6", "6")).result(30)
    assert turns.run(lambda turn: turn.conversations.get(made.id)).result(30) == made


def test_a_case_and_its_conversation_are_written_in_one_turn(turns: Turns) -> None:
    def opened(turn: Turn) -> Ticket:
        here = turn.conversations.at("slack", "1", "D1", "U1")
        return a_ticket(turn, conversation=here.id)

    ticket = turns.run(opened).result(30)
    here = turns.read(lambda turn: turn.conversations.get(ticket.conversation)).result(30)
    assert here.chat == "D1"


def test_a_conversation_keeps_what_was_said_and_refuses_a_stale_save(
    turns: Turns, watch: Watch
) -> None:
    def work(turn: Turn) -> None:
        here = turn.conversations.at("telegram", "1", "5", "5")
        until = turn.now + timedelta(days=1)
        talk = replace(
            here, form="open", asked="scope", answers={"at": turn.now}, trail=("what",), focus=1042
        )
        saved = turn.conversations.save(replace(talk, expires_at=until, memory={"x": [1]}))
        assert turn.conversations.peek("telegram", "1", "5", "5") == saved
        assert saved.version == 2
        assert turn.conversations.expired(until) == [saved]
        assert turn.conversations.erase_draft(here.id).memory == {"x": [1]}
        with pytest.raises(StaleTurn):
            turn.conversations.save(saved)

    turns.run(work).result(30)


@pytest.mark.fault("F03", "F16")
def test_an_event_is_new_once(turns: Turns, watch: Watch) -> None:
    """F03: eight at the same time, one effect."""

    def one(_: int) -> bool:
        return turns.run(lambda turn: turn.inbox.is_new("telegram", "1", "9", turn.now)).result(30)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(8))) == 1
    assert turns.run(lambda turn: turn.inbox.is_new("slack", "1", "9", turn.now)).result(30)
    watch.forward(days=9)
    forgotten = turns.run(lambda turn: turn.inbox.forget(turn.now - timedelta(days=8))).result(30)
    assert forgotten == 2


def test_an_event_whose_turn_failed_may_come_again(turns: Turns, watch: Watch) -> None:
    def fails(turn: Turn) -> None:
        assert turn.inbox.is_new("telegram", "1", "9", turn.now)
        raise KeyError("mistake")

    for _ in range(2):
        with pytest.raises(KeyError):
            turns.run(fails).result(30)


def test_messages_know_their_copies_and_their_thread(turns: Turns) -> None:
    def work(turn: Turn) -> None:
        ticket = a_ticket(turn)
        turn.messages.set_card(ticket.number, "slack", "T1", "C1", "1.0")
        turn.messages.set_card(ticket.number, "slack", "T1", "C1", "1.1")
        place = CardPlace(ticket=ticket.number, channel="slack", account="T1", chat="C1", ref="1.1")
        assert turn.messages.card(ticket.number) == place
        assert turn.messages.by_thread("slack", "T1", "C1", "1.1") == ticket.number
        assert turn.messages.by_thread("slack", "T1", "C2", "1.1") is None
        there = {"channel": "telegram", "account": "1", "chat": "5"}
        said = turn.messages.record(ticket=ticket.number, **there, ref="7", text="hola")
        copy = turn.messages.record(
            ticket=ticket.number,
            channel="slack",
            account="T1",
            chat="C1",
            direction="out",
            peer_id=said,
        )
        turn.messages.place(copy, "1.2")
        assert [m.ref for m in turn.messages.peers(said)] == ["1.2"]
        assert [m.ref for m in turn.messages.peers(copy)] == ["7"]
        link = turn.messages.by_ref("telegram", "1", "5", "7")
        assert link is not None
        assert (link.ticket, link.text, link.at) == (ticket.number, "hola", turn.now)

    turns.run(work).result(30)


def test_files_of_a_draft_become_those_of_its_ticket(turns: Turns) -> None:
    def work(turn: Turn) -> list[str]:
        ids = [
            turn.files.add(channel="telegram", account="1", kind="photo", ref=ref)
            for ref in ("a", "b", "c")
        ]
        ticket = a_ticket(turn)
        turn.files.attach(ids[:2], ticket.number)
        assert [f.ref for f in turn.files.all([ids[2], ids[0]])] == ["c", "a"]
        return [file.ref for file in turn.files.of_ticket(ticket.number)]

    assert turns.run(work).result(30) == ["a", "b"]


def test_a_lease_has_one_holder_and_every_new_one_a_higher_fence(
    turns: Turns, watch: Watch
) -> None:
    minute = timedelta(minutes=1)

    def take(holder: str) -> int | None:
        lease = turns.run(lambda turn: turn.leases.take("poller", holder, minute)).result(30)
        return lease.fence if lease else None

    assert [take("a"), take("b"), take("a")] == [1, None, 1]
    watch.forward(seconds=59)
    assert take("a") == 1
    watch.forward(minutes=1)
    assert [take("b"), take("a")] == [2, None]
    assert turns.run(lambda turn: turn.leases.release("poller", "b")).result(30)
    assert not turns.run(lambda turn: turn.leases.release("poller", "b")).result(30)
    assert take("a") == 3


def test_a_strike_is_remembered_until_an_appeal(turns: Turns) -> None:
    def work(turn: Turn) -> list[bool]:
        person = a_client(turn).id
        seen = [turn.strikes.has(person, "t")]
        turn.strikes.add(person, "t", "article")
        turn.strikes.add(person, "t", "article")
        seen += [turn.strikes.has(person, "t"), turn.strikes.has(person, "u")]
        turn.strikes.drop(person, "t")
        return [*seen, turn.strikes.has(person, "t")]

    assert turns.run(work).result(30) == [False, True, False, False]


def test_the_wall_tells_every_change_once_in_order(turns: Turns, watch: Watch) -> None:
    def work(turn: Turn) -> None:
        for ref in ("1", "2"):
            turn.wire.put("telegram", "local", "5", ref, {"text": ref}, turn.now)
        seq = turn.wire.changes(0)[-1].seq
        assert turn.wire.edit("telegram", "local", "5", "1", {"text": "one"})
        assert turn.wire.delete("telegram", "local", "5", "2")
        assert not turn.wire.delete("telegram", "local", "5", "3")
        assert [(r.ref, r.deleted) for r in turn.wire.changes(seq)] == [("1", False), ("2", True)]
        assert [r.call for r in turn.wire.list("5")] == [{"text": "one"}]

    turns.run(work).result(30)


def test_an_event_in_quarantine_keeps_its_body_whatever_it_is(turns: Turns, watch: Watch) -> None:
    def work(turn: Turn) -> None:
        body = {"at": turn.now, "odd": object(), "text": "a\x00\ud800"}
        reference = turn.quarantine.add(
            channel="telegram", account="1", key="9", kind="Said", body=body, error="KeyError"
        )
        (kept,) = turn.quarantine.list()
        assert kept.reference == reference
        assert "odd" in kept.body
        assert turn.quarantine.replayed(reference)
        assert turn.quarantine.list() == []

    turns.run(work).result(30)
