"""Reports are the measures added up: the same figures come out of the audit trail."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from typing import Any

from policy.ticket import Closing, State, Ticket
from store.figures import Spans, Trend
from store.reports import Only
from store.turn import Turn, Turns
from store.values import AuditRow, Person
from tests.databases import Watch
from tests.store.givens import a_client, a_ticket, an_engineer, promise

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
END = BEGIN + timedelta(days=7)


@dataclass(frozen=True)
class Case:
    """One case of the week and its fate."""

    number: int
    client: Person
    engineer: Person
    category: str | None
    fate: str
    span: int


def a_week(turns: Turns, watch: Watch) -> None:
    """Sixty cases with every kind of fate, the first of them before the week."""
    chance = Random(7)
    watch.now = BEGIN - timedelta(days=3)
    client = turns.run(a_client).result(30)
    engineers = [
        turns.run(lambda turn, name=name: an_engineer(turn, name)).result(30)
        for name in ("Eva", "Ana")
    ]
    for number in range(60):
        watch.forward(hours=3, minutes=chance.randrange(60))
        case = Case(
            number,
            client,
            chance.choice(engineers),
            chance.choice(["PACS", "RIS", None]),
            chance.choice(["new", "taken", "solved", "closed", "closed", "deflected"]),
            chance.randrange(600, 9000),
        )
        turns.run(lambda turn, case=case: live(turn, case)).result(30)
    watch.now = END


def live(turn: Turn, case: Case) -> None:
    """Each turn that measures something also audits it."""
    if case.fate == "deflected":
        kept, facts = bool(case.number % 3), {"article": "credenciales"}
        turn.measures.add("deflected", None, kept=kept, person=case.client.id, facts=facts)
        turn.audit.add(None, "deflected", {"kept": kept, **facts})
        return
    ticket = a_ticket(turn, case.client, category=case.category, promise=promise(3600, turn.now))
    turn.audit.add(ticket.number, "opened", {"category": case.category})
    if case.fate != "new":
        turn.tickets.save(worked(turn, ticket, case))


def worked(turn: Turn, ticket: Ticket, case: Case) -> Ticket:
    """Answered, and as the case may be solved, rated and closed."""
    answered = {"seconds": case.span, "kept": case.span <= 3600, "person": case.engineer.id}
    turn.measures.add("answered", ticket.number, **answered)
    turn.audit.add(ticket.number, "answered", answered)
    taken = replace(ticket, state=State.TAKEN, holder=case.engineer.id, answered_at=turn.now)
    if case.fate == "taken":
        return taken
    turn.measures.add("solved", ticket.number, case.span * 2, person=case.engineer.id)
    turn.audit.add(ticket.number, "solved", {"seconds": case.span * 2})
    solved = replace(taken, state=State.SOLVED, solved_at=turn.now)
    if case.fate == "solved":
        return solved
    rating = case.number % 5 + 1
    turn.measures.add("rated", ticket.number, facts={"rating": rating})
    turn.audit.add(ticket.number, "rated", {"rating": rating})
    turn.audit.add(ticket.number, "closed")
    return replace(solved, state=State.CLOSED, closing=Closing.CONFIRMED, closed_at=turn.now)


def trail(turns: Turns, since: datetime = BEGIN, until: datetime = END) -> list[AuditRow]:
    """The audit of a period."""
    return turns.read(lambda turn: turn.audit.between(since, until)).result(30)


def facts(rows: list[AuditRow], what: str, name: str) -> list[Any]:
    """One fact of every row of a kind."""
    return [row.facts.get(name) for row in rows if row.what == what]


def test_the_summary_says_what_the_audit_trail_says(turns: Turns, watch: Watch) -> None:
    a_week(turns, watch)
    told = turns.read(lambda turn: turn.reports.summary(BEGIN, END)).result(30)
    week = trail(turns)
    ever = trail(turns, BEGIN - timedelta(days=30))
    opened = [row.ticket for row in ever if row.what == "opened"]
    closed = [row.ticket for row in ever if row.what == "closed"]
    seconds = sorted(facts(week, "answered", "seconds"))
    ratings = facts(week, "rated", "rating")
    assert told.opened == len(facts(week, "opened", "category")) > 5
    assert told.closed == sum(row.what == "closed" for row in week) > 2
    assert told.still_open == len(set(opened) - set(closed))
    assert told.kept == facts(week, "answered", "kept").count(True)
    assert told.late == facts(week, "answered", "kept").count(False) > 0
    assert told.first_answer == Spans(
        count=len(seconds),
        median=round(median(seconds)),
        p90=seconds[-(-9 * len(seconds) // 10) - 1],
    )
    assert told.deflected == facts(week, "deflected", "kept").count(True) > 0
    assert told.satisfaction is not None
    assert abs(told.satisfaction - sum(ratings) / len(ratings)) < 1e-9
    before = facts(trail(turns, BEGIN - timedelta(days=7), BEGIN), "opened", "category")
    now = facts(week, "opened", "category")
    assert {t.name: t for t in told.categories} == {
        name or "": Trend(name=name or "", count=now.count(name), before=before.count(name))
        for name in {*now, *before}
    }


def test_engineers_clients_and_promises_add_up_to_the_summary(turns: Turns, watch: Watch) -> None:
    a_week(turns, watch)

    def work(turn: Turn) -> None:
        told = turn.reports.summary(BEGIN, END)
        engineers = turn.reports.engineers(BEGIN, END)
        (client,) = turn.reports.clients(BEGIN, END)
        sla = turn.reports.sla(BEGIN, END)
        assert [row.name for row in engineers] == ["Ana", "Eva"]
        assert sum(row.kept for row in engineers) == told.kept == client.kept
        assert sum(row.late for row in sla.rows) == told.late == client.late
        assert (client.opened, client.closed, client.still_open) == (
            told.opened,
            told.closed,
            told.still_open,
        )
        assert sla.rows[0].plan == "bronce"
        assert sla.rows[0].share == told.kept / (told.kept + told.late)
        (times,) = turn.reports.times(BEGIN, END)
        assert (times.first_answer, times.solved) == (told.first_answer, told.solved)
        assert sum(row.count for row in turn.reports.satisfaction(BEGIN, END)) == told.rated
        (article,) = turn.reports.deflection(BEGIN, END)
        assert article.useful == told.deflected

    turns.read(work).result(30)


def test_a_report_can_be_narrowed(turns: Turns, watch: Watch) -> None:
    a_week(turns, watch)

    def work(turn: Turn) -> tuple[int, int]:
        whole = turn.reports.summary(BEGIN, END)
        parts = [
            turn.reports.summary(BEGIN, END, Only(category=name)).opened for name in ("PACS", "RIS")
        ]
        nameless = next(t.count for t in whole.categories if not t.name)
        return whole.opened, sum(parts) + nameless

    whole, parts = turns.read(work).result(30)
    assert whole == parts


def test_pending_shows_what_is_due_first_and_who_has_it(turns: Turns, watch: Watch) -> None:
    def work(turn: Turn) -> None:
        client, engineer = a_client(turn), an_engineer(turn)
        a_ticket(turn, client, subject="late", promise=promise(7200, turn.now))
        a_ticket(turn, client, subject="planned", promise=promise(None, turn.now))
        a_ticket(
            turn,
            client,
            subject="soon",
            promise=promise(60, turn.now),
            state=State.TAKEN,
            holder=engineer.id,
        )

    turns.run(work).result(30)
    watch.forward(hours=2)
    told = turns.read(lambda turn: turn.reports.pending()).result(30)
    assert [(row.subject, row.holder) for row in told] == [
        ("soon", "Persona Dos"),
        ("late", None),
        ("planned", None),
    ]
    assert [row.is_late(watch.now) for row in told] == [True, True, False]
    unowned = turns.read(lambda turn: turn.reports.summary(BEGIN, END)).result(30).unowned
    assert [row.subject for row in unowned] == ["late", "planned"]


def test_an_empty_desk_reports_nothing_and_does_not_fail(turns: Turns) -> None:
    told = turns.read(lambda turn: turn.reports.summary(BEGIN, END)).result(30)
    assert (told.opened, told.first_answer, told.satisfaction, told.categories) == (
        0,
        Spans(),
        None,
        (),
    )
    assert turns.read(lambda turn: turn.reports.sla(BEGIN, END)).result(30).rows == ()
