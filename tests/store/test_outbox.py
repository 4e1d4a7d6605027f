"""The outbox: order inside a lane, lanes side by side, one owner at a time, visible ends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from store.database import Database
from store.outbox import LEASE_LOST, TOO_LATE
from store.say import OWED, REPLACED
from store.turn import Turn, Turns
from store.values import Button, OutboxRow, Pace, Urgency
from tests.databases import Watch, bare_turns
from tests.saying import said
from tests.store.givens import ACCOUNTS, a_ticket, chat, claim, no_paces, thread


def keys(turns: Turns, token: str = "a", limit: int = 10, **options: Any) -> list[str]:
    """The keys of what is claimed now."""
    return [row.key for row in claimed(turns, token, limit, **options)]


def claimed(turns: Turns, token: str = "a", limit: int = 10, **options: Any) -> list[OutboxRow]:
    """What is claimed now."""
    return turns.run(lambda turn: claim(turn, token, limit, **options)).result(30)


def settle(turns: Turns, row: OutboxRow, state: str = "sent", **options: Any) -> bool:
    """Settle with the row's own token."""
    return turns.run(
        lambda turn: turn.outbox.settle(row.id, row.token or "", state, **options)
    ).result(30)


def say(turns: Turns, *messages: str, to: str = "77", **options: Any) -> list[int]:
    """Say each key to a chat, one turn."""
    return turns.run(
        lambda turn: [said(turn, chat(to), key, **options) for key in messages]
    ).result(30)


def test_a_row_comes_back_as_it_was_said(turns: Turns, watch: Watch) -> None:
    button = Button(code="t:claim:1042:new:-", label="label.claim", facts={"due": watch.now})

    def work(turn: Turn) -> int:
        return said(
            turn,
            chat(),
            "ticket.opened",
            {"due": watch.now, "span": timedelta(hours=4), "names": ["a", "b"]},
            choices=[button],
            listed="label.list",
            files=[3, 4],
            urgency=Urgency.TIMER,
            silent=True,
            on_sent="answer",
            ticket=1042,
            quotes="55",
            edits=7,
            expires_at=watch.now + timedelta(days=1),
        )

    number = turns.run(work).result(30)
    row = turns.read(lambda turn: turn.outbox.get(number)).result(30)
    assert row is not None
    assert row.facts == {"due": watch.now, "span": timedelta(hours=4), "names": ["a", "b"]}
    assert (row.choices, row.files, row.listed) == ((button,), (3, 4), "label.list")
    assert (row.urgency, row.silent, row.on_sent) == (Urgency.TIMER, True, "answer")
    assert (row.quotes, row.edits, row.ticket, row.thread) == ("55", 7, 1042, None)
    assert (row.state, row.attempt, row.created_at) == ("pending", 0, watch.now)


def test_only_the_head_of_a_lane_is_claimed_and_the_next_waits_for_it(turns: Turns) -> None:
    say(turns, "one", "two")
    (head,) = claimed(turns)
    assert (head.key, head.attempt, head.token) == ("one", 1, "a")
    assert keys(turns, "b") == []
    assert settle(turns, head, refs=["m1"])
    assert keys(turns, "b") == ["two"]


def test_a_stuck_head_holds_its_own_lane_only(turns: Turns, watch: Watch) -> None:
    say(turns, "stuck", "behind")
    say(turns, "free", to="78")
    stuck, free = claimed(turns)
    assert (stuck.key, free.key) == ("stuck", "free")
    settle(turns, stuck, "pending", error="429", next_try=watch.now + timedelta(seconds=30))
    assert keys(turns, "b") == []
    watch.forward(seconds=30)
    assert keys(turns, "c") == ["stuck"]


def test_interactive_goes_before_timers_and_timers_before_bulk(turns: Turns) -> None:
    say(turns, "bulk", to="1", urgency=Urgency.BULK)
    say(turns, "timer", to="2", urgency=Urgency.TIMER)
    say(turns, "now", to="3")
    assert keys(turns) == ["now", "timer", "bulk"]


def test_a_limit_takes_the_most_urgent(turns: Turns) -> None:
    say(turns, "bulk", to="1", urgency=Urgency.BULK)
    say(turns, "now", to="2")
    assert keys(turns, limit=1) == ["now"]
    assert keys(turns, "b", limit=1) == ["bulk"]


def test_a_thread_waits_until_its_card_was_sent(turns: Turns) -> None:
    number = turns.run(lambda turn: a_ticket(turn).number).result(30)

    def work(turn: Turn) -> None:
        turn.say(thread(number), "note.first")
        turn.say(thread(number), "card", kind="card", ticket=number)
        turn.say(thread(number), "note.second")

    turns.run(work).result(30)
    (card,) = claimed(turns)
    assert (card.kind, card.thread, card.ticket) == ("card", None, number)
    assert keys(turns, "b") == []

    def sent(turn: Turn) -> None:
        turn.outbox.settle(card.id, "a", "sent", ["169.1"])
        turn.messages.set_card(number, "slack", "T1", "C1", "169.1")

    turns.run(sent).result(30)
    assert keys(turns, "c") == ["note.first"]


def test_a_card_that_cannot_be_sent_does_not_let_its_thread_out(turns: Turns) -> None:
    number = turns.run(lambda turn: a_ticket(turn).number).result(30)
    turns.run(lambda turn: turn.say(thread(number), "card", kind="card", ticket=number)).result(30)
    turns.run(lambda turn: turn.say(thread(number), "note")).result(30)
    (card,) = claimed(turns)
    settle(turns, card, "dead", error="is_archived")
    assert keys(turns, "b") == []
    turns.run(lambda turn: turn.say(thread(number), "card", kind="card", ticket=number)).result(30)
    assert keys(turns, "c") == ["card"], "a second card heads the lane, though it was said later"


def test_threads_of_two_tickets_do_not_wait_for_each_other(turns: Turns) -> None:
    def work(turn: Turn) -> None:
        first, second = a_ticket(turn), a_ticket(turn)
        for ticket, ref in ((first, "1.1"), (second, "2.2")):
            turn.messages.set_card(ticket.number, "slack", "T1", "C1", ref)
            turn.say(thread(ticket.number), f"note.{ref}")

    turns.run(work).result(30)
    assert keys(turns) == ["note.1.1", "note.2.2"]


def test_a_newer_prompt_replaces_the_unsent_one(turns: Turns) -> None:
    (old,) = say(turns, "ask.one", replaces="prompt:1")
    say(turns, "ask.two", replaces="prompt:1")
    row = turns.read(lambda turn: turn.outbox.get(old)).result(30)
    assert row is not None
    assert (row.state, row.error) == ("expired", REPLACED)
    assert keys(turns) == ["ask.two"]


def test_what_a_letter_owes_goes_with_the_one_that_replaces_it(turns: Turns) -> None:
    """Once each and in order, from turn to turn and within one; nothing else of it does."""
    hello, warned = ["first.hello", {"name": "Marta"}], ["nontext.secret", {"name": "Marta"}]
    first = {OWED: [hello], "above": [["intake.noted", {"name": ""}]]}
    say(turns, "ask.one", facts=first, replaces="prompt:1", urgency=Urgency.NOW)
    say(turns, "ask.two", facts={OWED: [warned, hello]}, replaces="prompt:1")
    say(turns, "ask.three", "ask.four", replaces="prompt:1", urgency=Urgency.BULK)
    (row,) = claimed(turns)
    assert (row.key, row.facts, row.urgency) == (
        "ask.four",
        {OWED: [hello, warned]},
        Urgency.NOW,
    )


def test_what_was_read_is_owed_no_more(turns: Turns) -> None:
    say(turns, "ask.one", facts={OWED: [["first.hello", {}]]}, replaces="prompt:1")
    (head,) = claimed(turns)
    say(turns, "ask.two", replaces="prompt:1")
    assert settle(turns, head)
    (row,) = claimed(turns, "b")
    assert (row.key, row.facts) == ("ask.two", {})


def test_what_is_being_sent_is_not_replaced(turns: Turns) -> None:
    say(turns, "ask.one", replaces="prompt:1")
    (head,) = claimed(turns)
    say(turns, "ask.two", replaces="prompt:1")
    assert settle(turns, head)
    assert keys(turns, "b") == ["ask.two"]


def test_the_same_prompt_in_another_chat_stays(turns: Turns) -> None:
    say(turns, "ask.one", to="1", replaces="prompt:1")
    say(turns, "ask.two", to="2", replaces="prompt:1")
    assert keys(turns) == ["ask.one", "ask.two"]


def test_a_letter_for_later_holds_nobody_back(turns: Turns, watch: Watch) -> None:
    say(turns, "tomorrow", not_before=watch.now + timedelta(days=1))
    say(turns, "today")
    assert keys(turns) == ["today"]
    watch.forward(days=1)
    assert keys(turns, "b") == [], "the one being sent holds the lane"
    turns.run(lambda turn: turn.outbox.expire_leases(turn.now)).result(30)
    assert keys(turns, "c") == ["tomorrow"]


def test_a_letter_past_its_sense_is_dropped_with_that_reason(turns: Turns, watch: Watch) -> None:
    (late,) = say(turns, "reminder", expires_at=watch.now + timedelta(hours=1))
    say(turns, "news")
    watch.forward(hours=1)
    assert keys(turns) == ["news"]
    dropped = turns.run(lambda turn: turn.outbox.drop_expired(turn.now)).result(30)
    assert [(row.id, row.state, row.error) for row in dropped] == [(late, "expired", TOO_LATE)]


@pytest.mark.fault("F24")
def test_a_lease_that_ran_out_returns_the_row_as_doubtful(turns: Turns, watch: Watch) -> None:
    """F24: the second attempt knows that the first may have arrived."""
    say(turns, "one")
    claimed(turns)
    watch.forward(seconds=59)
    assert turns.run(lambda turn: turn.outbox.expire_leases(turn.now)).result(30) == []
    watch.forward(seconds=1)
    (lapsed,) = turns.run(lambda turn: turn.outbox.expire_leases(turn.now)).result(30)
    assert (lapsed.state, lapsed.error, lapsed.doubtful) == ("pending", LEASE_LOST, True)
    (again,) = claimed(turns, "b")
    assert (again.attempt, again.doubtful) == (2, True)


@pytest.mark.fault("F49")
def test_a_zombie_cannot_settle_what_somebody_else_claimed(turns: Turns, watch: Watch) -> None:
    """F49."""
    say(turns, "one")
    (zombie,) = claimed(turns)
    watch.forward(minutes=2)
    turns.run(lambda turn: turn.outbox.expire_leases(turn.now)).result(30)
    (owner,) = claimed(turns, "b")
    assert not settle(turns, zombie, "dead")
    assert settle(turns, owner, refs=["m2"])
    assert not settle(turns, zombie)
    row = turns.read(lambda turn: turn.outbox.get(owner.id)).result(30)
    assert row is not None
    assert (row.state, row.refs) == ("sent", ("m2",))


def test_a_late_report_that_it_was_sent_is_believed_while_nobody_sends_again(
    turns: Turns, watch: Watch
) -> None:
    say(turns, "one")
    (slow,) = claimed(turns)
    watch.forward(minutes=2)
    turns.run(lambda turn: turn.outbox.expire_leases(turn.now)).result(30)
    assert not settle(turns, slow, "dead")
    assert settle(turns, slow, refs=["m1"])
    assert keys(turns, "b") == []


def test_an_unknown_outcome_that_is_tried_again_is_doubtful(turns: Turns, watch: Watch) -> None:
    say(turns, "one")
    (head,) = claimed(turns)
    settle(turns, head, "unknown", error="timeout", next_try=watch.now)
    (again,) = claimed(turns, "b")
    assert (again.doubtful, again.error, again.attempt) == (True, "timeout", 2)


def test_an_unknown_outcome_left_so_lets_the_lane_go_on(turns: Turns) -> None:
    say(turns, "one", "two")
    (head,) = claimed(turns)
    settle(turns, head, "unknown", error="timeout")
    assert keys(turns, "b") == ["two"]


@pytest.mark.fault("F28")
def test_being_told_to_wait_does_not_use_up_an_attempt(turns: Turns, watch: Watch) -> None:
    """F28."""
    say(turns, "one")
    (head,) = claimed(turns)
    settle(turns, head, "pending", error="429", next_try=watch.now, counts=False)
    assert claimed(turns, "b")[0].attempt == 1


def test_a_pace_is_kept_over_claims_and_replicas(turns: Turns, watch: Watch) -> None:
    for number in range(4):
        say(turns, f"m{number}", to=str(number))

    def one_a_second(row: OutboxRow) -> tuple[Pace, ...]:
        return (Pace(key=f"account:{row.account}", seconds=1),)

    assert keys(turns, "a", paces=one_a_second) == ["m0"]
    assert keys(turns, "b", paces=one_a_second) == []
    watch.forward(seconds=1)
    assert keys(turns, "c", paces=one_a_second) == ["m1"]


def test_a_burst_may_go_at_once_and_is_paid_for_afterwards(turns: Turns, watch: Watch) -> None:
    for number in range(6):
        say(turns, f"m{number}", to=str(number))

    def bursts(row: OutboxRow) -> tuple[Pace, ...]:
        return (Pace(key="all", seconds=1, burst=3),)

    assert len(keys(turns, "a", paces=bursts)) == 3
    assert keys(turns, "b", paces=bursts) == []
    watch.forward(seconds=1)
    assert len(keys(turns, "c", paces=bursts)) == 1


@pytest.mark.fault("F28")
def test_a_chat_that_must_wait_holds_no_other(turns: Turns, watch: Watch) -> None:
    """F28: no request to that key before the time the platform gave."""
    say(turns, "slow", to="1")
    say(turns, "quick", to="2")

    def by_chat(row: OutboxRow) -> tuple[Pace, ...]:
        return (Pace(key=f"chat:{row.chat}", seconds=0.1, burst=5),)

    until = watch.now + timedelta(seconds=30)
    turns.run(lambda turn: turn.outbox.hold("chat:1", until)).result(30)
    assert keys(turns, "a", paces=by_chat) == ["quick"]
    watch.forward(seconds=29.9)
    assert keys(turns, "b", paces=by_chat) == []
    watch.forward(seconds=0.1)
    assert keys(turns, "c", paces=by_chat) == ["slow"]


def test_more_held_back_rows_than_a_page_do_not_hide_a_free_one(turns: Turns, watch: Watch) -> None:
    for number in range(60):
        say(turns, "held", to=f"held-{number}")
    say(turns, "free", to="free")

    def held(row: OutboxRow) -> tuple[Pace, ...]:
        return (Pace(key="held", seconds=1),) if row.key == "held" else ()

    turns.run(lambda turn: turn.outbox.hold("held", watch.now + timedelta(hours=1))).result(30)
    assert keys(turns, "a", limit=5, paces=held) == ["free"]


@pytest.mark.fault("F33")
def test_a_paused_account_keeps_its_rows_and_goes_on_when_resumed(
    turns: Turns, watch: Watch
) -> None:
    """F33."""
    say(turns, "one")
    turns.run(lambda turn: turn.outbox.pause_account("telegram", "1", None, "401")).result(30)
    assert keys(turns) == []
    paused = turns.read(lambda turn: turn.outbox.paused()).result(30)
    assert [(p.channel, p.account, p.why) for p in paused] == [("telegram", "1", "401")]
    assert turns.run(lambda turn: turn.outbox.resume_account("telegram", "1")).result(30)
    assert keys(turns) == ["one"]


def test_a_pause_that_has_ended_holds_nothing(turns: Turns, watch: Watch) -> None:
    say(turns, "one")
    until = watch.now + timedelta(minutes=5)
    turns.run(lambda turn: turn.outbox.pause_account("telegram", "1", until, "401")).result(30)
    assert keys(turns) == []
    watch.forward(minutes=5)
    assert keys(turns) == ["one"]


def test_only_the_accounts_asked_for_are_served(turns: Turns) -> None:
    say(turns, "one")
    assert keys(turns, accounts=[("slack", "T1")]) == []
    assert keys(turns, accounts=[]) == []
    assert keys(turns, accounts=ACCOUNTS) == ["one"]


def test_many_claimers_at_once_share_the_rows_and_never_take_one_twice(turns: Turns) -> None:
    for number in range(40):
        say(turns, f"m{number}", to=str(number % 20))

    def one(number: int) -> list[int]:
        return [row.id for row in claimed(turns, f"token-{number}", 7, paces=no_paces)]

    with ThreadPoolExecutor(8) as pool:
        taken = [row for rows in pool.map(one, range(8)) for row in rows]
    assert len(taken) == len(set(taken)) <= 20
    rest = claimed(turns, "rest", 40)
    assert len(taken) + len(rest) == 20


@pytest.mark.fault("F36")
def test_a_group_that_became_a_supergroup_keeps_its_letters_in_order(turns: Turns) -> None:
    """F36."""
    say(turns, "one", "two", to="-5")
    turns.run(lambda turn: turn.move_chat("telegram", "1", "-5", "-1005")).result(30)
    (head,) = claimed(turns)
    assert (head.key, head.chat) == ("one", "-1005")
    say(turns, "three", to="-1005")
    settle(turns, head)
    assert keys(turns, "b") == ["two"]


def test_the_clock_knows_when_something_may_move_next(turns: Turns, watch: Watch) -> None:
    def wakes() -> object:
        return turns.read(lambda turn: turn.outbox.wakes_at(turn.now)).result(30)

    assert wakes() is None
    later = watch.now + timedelta(hours=3)
    say(turns, "later", to="9", not_before=later)
    assert wakes() == later
    say(turns, "now")
    claimed(turns)
    assert wakes() == watch.now + timedelta(minutes=1)


def test_what_waits_is_counted_and_its_age_known(turns: Turns, watch: Watch) -> None:
    began = watch.now
    say(turns, "one")
    watch.forward(minutes=5)
    say(turns, "two", to="2")
    seen = turns.read(lambda turn: (turn.outbox.pending_count(), turn.outbox.oldest())).result(30)
    assert seen == (2, began)


def test_a_dead_letter_can_be_sent_after_all(turns: Turns) -> None:
    say(turns, "one")
    (head,) = claimed(turns)
    settle(turns, head, "dead", error="403")
    assert turns.run(lambda turn: turn.outbox.retry(head.id)).result(30)
    assert keys(turns, "b") == ["one"]


def test_old_settled_rows_are_tidied_away_and_ids_never_used_again(
    turns: Turns, watch: Watch
) -> None:
    say(turns, "one", "two")
    for token in ("a", "b"):
        (head,) = claimed(turns, token)
        settle(turns, head)
    before = watch.forward(days=30)
    turns.run(lambda turn: turn.outbox.tidy(before)).result(30)
    (fresh,) = say(turns, "three")
    assert fresh == head.id + 1


def test_the_claim_query_uses_the_indexes_of_what_waits(sqlite_url: str, watch: Watch) -> None:
    """A hundred thousand letters sent in the past must not slow the next one down."""
    asked: list[tuple[str, Any]] = []
    database = Database.open(sqlite_url, clock=watch, fast=True)

    def note(_c: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        asked.append((statement, values))

    try:
        event.listen(database.engine, "before_cursor_execute", note)
        claimed(bare_turns(database, watch))
        event.remove(database.engine, "before_cursor_execute", note)
        statement, values = next((s, v) for s, v in asked if "ahead" in s)
        plan = database.write(
            lambda c: c.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        ).result(30)
    finally:
        database.close()
    steps = " ".join(str(step) for step in plan)
    assert "ix_outbox_urgency_id" in steps
    assert "ix_outbox_lane_id" in steps
