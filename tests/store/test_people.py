"""Who somebody is: addresses, codes, consents, invoices."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, select

from store.codes import ALPHABET, hashed
from store.tables import metadata
from store.turn import Turn, Turns
from store.values import Consent, Person
from tests.databases import Watch
from tests.store.givens import a_client, a_ticket, an_engineer, chat


def test_a_bound_address_finds_its_person_and_a_stranger_nobody(turns: Turns) -> None:
    person = turns.run(a_client).result(30)
    assert turns.read(lambda turn: turn.people.find("telegram", "1", "77")).result(30) == person
    assert turns.read(lambda turn: turn.people.find("telegram", "2", "77")).result(30) is None
    assert person.first_name == "Persona"


def test_binding_again_moves_the_address_and_unblocks_it(turns: Turns) -> None:
    def work(turn: Turn) -> tuple[Person | None, Person]:
        a_client(turn)
        other = a_client(turn, "Persona Tres", "88")
        turn.people.block("telegram", "1", "77", True)
        turn.people.bind(other.id, "telegram", "1", "77", "77")
        return turn.people.find("telegram", "1", "77"), other

    found, other = turns.run(work).result(30)
    assert found == other
    bound = turns.read(lambda turn: turn.people.bound(other.id, "telegram")).result(30)
    assert [(b.user, b.blocked) for b in bound] == [("77", False), ("88", False)]


def test_a_chat_that_blocked_the_bot_is_marked(turns: Turns) -> None:
    def work(turn: Turn) -> bool:
        person = a_client(turn)
        before = turn.people.is_blocked("telegram", "1", "77")
        turn.people.block("telegram", "1", "77", True)
        after = turn.people.is_blocked("telegram", "1", "77")
        return (before, after) == (False, True) and turn.people.bound(person.id)[0].blocked

    assert turns.run(work).result(30)


def test_staff_is_found_by_role_and_clients_are_not_staff(turns: Turns) -> None:
    def work(turn: Turn) -> tuple[list[str], list[str]]:
        a_client(turn)
        an_engineer(turn, "B")
        turn.people.add_person("A", roles={"supervisor", "engineer"})
        return (
            [p.name for p in turn.people.staff()],
            [p.name for p in turn.people.staff("supervisor")],
        )

    assert turns.run(work).result(30) == (["A", "B"], ["A"])


def test_nobody_is_a_lookup_error(turns: Turns) -> None:
    with pytest.raises(LookupError):
        turns.read(lambda turn: turn.people.get(9)).result(30)
    with pytest.raises(LookupError):
        turns.read(lambda turn: turn.people.organisation(9)).result(30)


def test_an_organisation_is_found_whatever_the_case_and_accents(turns: Turns) -> None:
    def work(turn: Turn) -> bool:
        made = turn.people.add_organisation(
            "Clínica Ñandú",
            country="CO",
            plan="gold",
            contract_to=date(2027, 1, 1),
            products=("RIS",),
        )
        return turn.people.organisation_named("CLINICA ñandu") == made

    assert turns.run(work).result(30)


def test_a_code_binds_once_and_is_kept_only_as_a_hash(turns: Turns, watch: Watch) -> None:
    def invite(turn: Turn) -> tuple[str, Person]:
        person = a_client(turn)
        return turn.people.invite(person.id, turn.now + timedelta(hours=1)), person

    code, person = turns.run(invite).result(30)
    assert len(code) == 8
    assert set(code) <= set(ALPHABET)
    assert code not in hashed(code)

    def redeem(turn: Turn) -> Person | None:
        return turn.people.redeem(f" {code[:4].lower()}-{code[4:]}", turn.now, by="telegram:1:5")

    assert turns.run(redeem).result(30) == person
    assert turns.run(redeem).result(30) is None


def test_an_old_or_superseded_code_does_not_work(turns: Turns, watch: Watch) -> None:
    person = turns.run(a_client).result(30)
    until = watch.now + timedelta(minutes=10)
    first = turns.run(lambda turn: turn.people.invite(person.id, until)).result(30)
    second = turns.run(lambda turn: turn.people.invite(person.id, until)).result(30)
    tries = [first]
    watch.forward(minutes=10)
    tries.append(second)
    for code in tries:
        work = turns.run(lambda turn, code=code: turn.people.redeem(code, turn.now, by="x"))
        assert work.result(30) is None


def test_five_wrong_codes_bar_the_address_for_an_hour_and_nobody_else(
    turns: Turns, watch: Watch
) -> None:
    person = turns.run(a_client).result(30)
    until = watch.now + timedelta(days=1)
    code = turns.run(lambda turn: turn.people.invite(person.id, until)).result(30)

    def redeem(given: str, by: str) -> Person | None:
        return turns.run(lambda turn: turn.people.redeem(given, turn.now, by=by)).result(30)

    for _ in range(5):
        assert redeem("WRONGONE", "guesser") is None
    assert redeem(code, "guesser") is None
    watch.forward(hours=1)
    assert redeem(code, "guesser") == person
    fresh = turns.run(lambda turn: turn.people.invite(person.id, until)).result(30)
    assert redeem(fresh, "somebody else") == person


def test_consents_are_kept_and_the_latest_counts(turns: Turns, watch: Watch) -> None:
    person = turns.run(a_client).result(30)
    for answer in ("no", "yes"):
        watch.forward(minutes=1)
        turns.run(lambda turn, a=answer: turn.consents.add(person.id, "v1", a, "telegram")).result(
            30
        )
    expected = Consent(
        person=person.id, version="v1", answer="yes", channel="telegram", at=watch.now
    )
    assert turns.read(lambda turn: turn.consents.latest(person.id)).result(30) == expected


def test_an_invoice_is_seen_in_the_turn_that_records_it_and_in_those_after(turns: Turns) -> None:
    def first(turn: Turn) -> tuple[int, int]:
        a_client(turn)
        person = turn.people.find("telegram", "1", "77")
        home = person.organisation if person and person.organisation else 0
        before = len(turn.people.invoices(home))
        turn.people.add_invoice(home, "F1", date(2026, 1, 1))
        return before, len(turn.people.invoices(home))

    def later(turn: Turn) -> int:
        person = turn.people.find("telegram", "1", "77")
        return len(turn.people.invoices(person.organisation or 0)) if person else 0

    assert turns.run(first).result(30) == (0, 1)
    assert turns.run(later).result(30) == 1


def test_an_invoice_recorded_again_is_the_same_invoice_now_paid(turns: Turns) -> None:
    def work(turn: Turn) -> list[tuple[str, date | None]]:
        home = turn.people.add_organisation("X")
        turn.people.add_invoice(home.id, "F1", date(2026, 1, 1))
        turn.people.add_invoice(home.id, "F1", date(2026, 1, 1), date(2026, 1, 9))
        turn.people.add_invoice(home.id, "F0", date(2025, 12, 1))
        return [(row.number, row.paid_on) for row in turn.people.invoices(home.id)]

    assert turns.run(work).result(30) == [("F0", None), ("F1", date(2026, 1, 9))]


@pytest.mark.fault("F55")
def test_an_erased_person_leaves_no_trace_of_what_was_said(turns: Turns, watch: Watch) -> None:
    """F55, G12: a marker planted everywhere is gone; the ticket's stub stays."""
    marker = "MARCADOR"

    def plants(turn: Turn) -> tuple[int, int]:
        person = a_client(turn, f"{marker} Uno", marker)
        ticket = a_ticket(turn, person, subject=marker, text=marker, details={"x": marker})
        talk = turn.conversations.get(ticket.conversation)
        turn.conversations.save(
            replace(
                talk,
                person=person.id,
                answers={"a": marker},
                draft={"b": marker},
                memory={"c": marker},
            )
        )
        place = {"channel": "telegram", "account": "1", "chat": marker}
        turn.messages.record(ticket=ticket.number, **place, person=person.id, text=marker)
        turn.files.add(
            channel="telegram", account="1", kind="photo", ref=marker, ticket=ticket.number
        )
        turn.audit.add(ticket.number, "noted", {"text": marker}, actor=person.id)
        turn.tell("story.opened", {"name": marker})
        turn.quarantine.add(
            channel="telegram", account="1", key="k", kind="Said", body={"u": marker}
        )
        turn.wire.put("telegram", "1", marker, "1", {"text": marker}, turn.now)
        turn.say(chat(marker), "ticket.opened", {"text": marker}, ticket=ticket.number)
        turn.people.invite(person.id, turn.now)
        return person.id, ticket.number

    person, number = turns.run(plants).result(30)
    everything = turns.read(lambda turn: turn.erasure.export(person)).result(30)
    assert sum(marker in str(rows) for rows in everything.values()) >= 10
    turns.run(lambda turn: turn.erasure.erase(person)).result(30)
    ticket = turns.read(lambda turn: turn.tickets.find(number)).result(30)
    assert ticket is not None
    assert ticket.requester == person
    assert marker not in str(turns.database.read(_dump).result(30))
    assert turns.read(lambda turn: turn.erasure.erased()).result(30) == [person]


def _dump(connection: Connection) -> list[object]:
    return [
        tuple(row) for table in metadata.sorted_tables for row in connection.execute(select(table))
    ]
