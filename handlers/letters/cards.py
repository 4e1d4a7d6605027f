"""A ticket's card, drawn from the ticket as it stands now (CONVERSATIONS.md, 1.17).

At most eight lines with its title, nine hundred characters, five buttons and a menu. What goes
first is what an engineer must not miss; what does not fit is in the thread.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers import change, checklist, codes, network, papers, silence
from handlers.conversation import summary
from handlers.letters import case_lines
from handlers.letters.known import about_ticket
from handlers.letters.letter import Card, Choice, Letter, Text, plain
from handlers.letters.messages import cut
from handlers.patient_safety import RISK, of_details
from handlers.wording import Words
from kb.secrets import mask_documents
from policy import acts, changes, sla
from policy import papers as rules
from policy.calendar import Calendar
from policy.ticket import Awaited, State, Ticket
from store.turn import Turn
from store.values import AuditRow, OutboxRow

MOST_LINES = 7  # under the title
LONGEST = 900
QUOTED = 180
PERCENT_SOON = 20

BUTTONS: Mapping[State, tuple[str, ...]] = {
    State.NEW: ("claim", "assign", "priority"),
    State.TAKEN: ("ask", "escalate", "solve", "release"),
    State.WAITING: ("remind", "go_on", "solve"),
    State.SOLVED: ("remind", "reopen"),
    State.CLOSED: (),
}
MENU: Mapping[State, tuple[str, ...]] = {
    State.NEW: ("escalate", "note", "history"),
    State.TAKEN: ("assign", "priority", "topic", "note", "history"),
    State.WAITING: ("ask", "escalate", "assign", "release", "topic", "note", "history"),
    State.SOLVED: ("topic", "draft", "note", "history"),
    State.CLOSED: ("draft", "history"),
}


@dataclass(frozen=True)
class View:
    """What a card is drawn from: the ticket, its words, and what the audit trail remembers."""

    turn: Turn
    words: Words
    ticket: Ticket
    facts: Mapping[str, Any]
    trail: tuple[AuditRow, ...]

    @property
    def due(self) -> datetime | None:
        """The hour promised, while the first answer is still owed."""
        ticket = self.ticket
        owed = ticket.answered_at is None and ticket.state in (State.NEW, State.TAKEN)
        return ticket.promise.due if owed else None

    def line(self, key: str, **facts: Any) -> Text:
        """One line of the card; `card.` is understood."""
        return self.words.text(f"card.{key}", **{**self.facts, **facts})

    def last(self, what: str) -> AuditRow | None:
        """The newest audit row of this kind."""
        return next((row for row in reversed(self.trail) if row.what == what), None)

    def worked(self, until: datetime) -> int | None:
        """Business seconds of the promise used up at a moment."""
        promise = self.ticket.promise
        return None if promise.seconds is None else sla.spent(promise, self.ticket.pauses, until)


def draw(row: OutboxRow, turn: Turn, words: Words) -> Letter | None:
    """The card, in place of the one that stands there; None for a ticket that is gone."""
    number = row.ticket if row.ticket is not None else int(row.facts["number"])
    ticket = turn.tickets.find(number)
    if ticket is None:
        return None
    place = turn.messages.card(number)
    facts = about_ticket(turn, ticket, words)
    view = View(turn, words, ticket, facts, tuple(turn.audit.of(number)))
    return Letter(
        card=card(view),
        fallback=plain(view.line("fallback", due=view.due)),
        silent=row.silent,
        edits=row.edits or (place.ref if place else None),
        language=words.language,
    )


def card(view: View) -> Card:
    """Title, lines, tone, buttons: shape and word beside every colour (U27)."""
    state = view.ticket.state
    return Card(
        number=view.ticket.number,
        title=view.line("title", subject=cut(view.ticket.subject, 60)),
        lines=_fitting(lines(view)),
        tone=tone(view),
        buttons=_choices(view, _first(view)),
        menu=_choices(view, (*_more(view), *MENU[state], *_of_papers(view))),
        menu_label=view.words.line("card.menu"),
    )


def _first(view: View) -> tuple[str, ...]:
    """The buttons: a change is judged and carried out before anything is solved."""
    called = ["called"] if view.ticket.undelivered else []
    next_steps = change.steps(view.turn, view.ticket)
    usual = [v for v in BUTTONS[view.ticket.state] if not (next_steps and v == "solve")]
    return (*called, *next_steps, *usual)


def _more(view: View) -> tuple[str, ...]:
    """What only some cases have in their menu."""
    listed = view.ticket.is_open and bool(checklist.of(view.turn.book, view.ticket))
    return (*(["checks"] if listed else []), *acts.verbs(view.turn.book, view.ticket))


def lines(view: View) -> Iterator[Text]:
    """Everything worth a line, the most urgent first."""
    if RISK in view.ticket.details:
        yield view.line("risk", **of_details(view.ticket.details))
    yield _priority(view)
    if view.ticket.undelivered:
        yield view.line("undelivered")
    yield from _clock(view)
    yield from _state(view)
    for key, facts in case_lines.of_change(view.turn.book, view.ticket, view.words):
        yield view.line(key, **facts)
    if view.ticket.kind != changes.KIND:
        yield _words_of_client(view)
    checked = case_lines.of_checks(view.turn.book, view.ticket, view.words)
    if checked is not None:
        yield view.line("checks", **checked)
    for key, facts in case_lines.of_colleagues(view.ticket):
        yield view.line(key, **facts)
    learnt = summary.details(view.words, view.ticket.details)
    if learnt:
        yield view.line("details", details=cut(learnt, 120))
    if network.offered(view.turn.book, view.ticket) and view.last(network.TOLD) is None:
        yield view.line("tell_everybody")
    yield from _extras(view)


def tone(view: View) -> str:
    """The colour of the card, always beside a word that says the same."""
    state = view.ticket.state
    if state is State.CLOSED:
        return "closed"
    if state is State.SOLVED:
        return "solved"
    if view.due is not None and view.turn.now >= view.due:
        return "late"
    return urgency(view.turn, view.ticket.priority)


def urgency(turn: Turn, priority: str) -> str:
    """A priority's shape, from its rank in the pack: "high", "medium" or "low"."""
    ranks = sorted(p.rank for p in turn.book.priorities)
    rank = next((p.rank for p in turn.book.priorities if p.key == priority), ranks[-1])
    if rank == ranks[0]:
        return "high"
    return "low" if rank == ranks[-1] else "medium"


def _priority(view: View) -> Text:
    mark = view.words.line(f"mark.{urgency(view.turn, view.ticket.priority)}")
    if view.ticket.promise.seconds is None:
        return view.line("priority_undated", mark=mark)
    due, left = view.due, None
    if due is not None and due > view.turn.now:
        hours = Calendar.of(view.ticket.promise.hours)
        left = hours.between(view.turn.now, due)
    return view.line("priority", mark=mark, due=due, left=left)


def _clock(view: View) -> Iterator[Text]:
    """Near its hour or past it, with who was told."""
    due, now = view.due, view.turn.now
    if due is None:
        return
    hours = Calendar.of(view.ticket.promise.hours)
    if now >= due:
        rung = view.last("breached")
        level = rung.facts.get("rung") if rung else None
        late = hours.between(due, now)
        yield view.line("late", late=late, level=level, told=_client_told(view))
        return
    warned = view.last("warned")
    told_now = warned is not None and warned.facts.get("due") == due
    left = hours.between(now, due)
    if told_now or left * 100 <= (view.ticket.promise.seconds or 0) * PERCENT_SOON:
        level = warned.facts.get("rung") if warned and told_now else None
        yield view.line("soon", left=left, level=level)


def _client_told(view: View) -> datetime | None:
    """When the client last heard of a missed promise: at its first alarm, then as announced."""
    of_round = [
        row
        for row in view.trail
        if row.what == "breached"
        and row.facts.get("round", 1) == view.ticket.round
        and row.facts.get("told", True)
    ]
    again = view.last("client_told_again")
    if not of_round or (again is not None and again.at > of_round[0].at):
        return again.at if again else None
    return of_round[0].at


def _state(view: View) -> Iterator[Text]:
    ticket = view.ticket
    match ticket.state:
        case State.NEW:
            yield view.line("nobody")
            if ticket.wall is not None:
                yield _awaits(view, ticket.wall)
        case State.TAKEN:
            yield from _taken(view)
        case State.WAITING if ticket.wall is not None:
            yield _awaits(view, ticket.wall)
        case State.WAITING:
            used = view.worked(view.turn.now) if ticket.answered_at is None else None
            yield view.line("waiting", since=ticket.since, used=used, cause=_cause(view))
        case State.SOLVED:
            yield from _solved(view)
        case State.CLOSED:
            yield _closed(view)
    if ticket.is_open and ticket.answered_at is not None:
        yield view.line("answered", answered=ticket.answered_at, took=_took(view))


def _awaits(view: View, wall: Awaited) -> Text:
    """What has to be recorded before the case moves to work."""
    return view.line("awaits", needs=papers.needs_in_words(view.words, wall), clause=wall.clause)


def _of_papers(view: View) -> Iterator[str]:
    """Acts on the case's papers: those of the pack, and those that an earlier one has opened."""
    ticket = view.ticket
    yield from rules.acts(view.turn.book, ticket)
    if ticket.is_open and rules.to_record(ticket):
        yield "record"
    if network.offered(view.turn.book, ticket):
        yield "network"
    put = (str(row.facts.get("paper")) for row in view.trail if row.what == papers.PUT)
    if rules.charged_by_hours(view.turn.book, put):
        yield "hours"


def _taken(view: View) -> Iterator[Text]:
    ticket = view.ticket
    if ticket.round > 1:
        yield view.line("reopened", round=ticket.round, due=view.due)
    first = view.words.line("card.first_pending") if ticket.answered_at is None else None
    yield view.line("taken", since=ticket.since, first=first)


def _solved(view: View) -> Iterator[Text]:
    timers = {t.kind: t.due_at for t in view.turn.timers.of(str(view.ticket.number))}
    yield view.line("solved", remind=timers.get(silence.REMIND), close=timers.get(silence.CLOSE))
    yield view.line("solution", solution=cut(view.ticket.solution or "—", QUOTED))


def _closed(view: View) -> Text:
    ticket = view.ticket
    took = ticket.closed_at - ticket.opened_at if ticket.closed_at else None
    how = f"closed_how.{ticket.closing}"
    return view.line("closed", how=how, took=took, rating=ticket.rating)


def _took(view: View) -> int | None:
    answered = view.ticket.answered_at
    return view.worked(answered) if answered else None


def _words_of_client(view: View) -> Text:
    requester = view.turn.people.get(view.ticket.requester)
    said = mask_documents(view.ticket.text) or "—"
    return view.line("words", requester=requester.name, text=cut(said, QUOTED))


def _cause(view: View) -> str | None:
    cause = acts.cause(view.turn.book, view.ticket)
    return cause.name[view.words.language] if cause else None


def _dates(view: View) -> Iterator[Text]:
    """What was said of this case's place and day: little effort, more time, a date given."""
    effort, extended = view.turn.book.effort, view.last("extended")
    if effort is not None and acts.is_quick(view.turn.book, view.ticket):
        yield view.line("quick", clause=effort.clause)
    if extended is not None and view.ticket.answered_at is None:
        yield view.line("extended", before=extended.facts.get("before"))
    for name in acts.DATES:
        told = view.ticket.details.get(name)
        if told and view.ticket.is_open:
            yield view.line("dated", what=f"dated.{name}", at=datetime.fromisoformat(told))


def _extras(view: View) -> Iterator[Text]:
    ticket = view.ticket
    yield from _dates(view)
    escalated = view.last("escalated")
    if ticket.level > 1:
        yield _escalated(view, escalated)
    yield from _let_through(view)
    if ticket.wants_person:
        yield view.line("person")
    if ticket.linked_to is not None:
        yield view.line("linked")
    count = len(view.turn.files.of_ticket(ticket.number))
    if count:
        yield view.line("files", count=count)


def _let_through(view: View) -> Iterator[Text]:
    """A supervisor, or the end of their time, opened it where the policy would not have."""
    for what in ("exception", "appeal"):
        row = view.last(what)
        if row is not None:
            by = view.turn.people.get(row.actor).first_name if row.actor else None
            why = cut(str(row.facts.get("why") or ""), 100) or None
            yield view.line(what, by=by, why=why)


def _escalated(view: View, row: AuditRow | None) -> Text:
    by = view.turn.people.get(row.actor).first_name if row and row.actor else None
    need = cut(str(row.facts.get("need") or ""), 100) if row else None
    return view.line("escalated", need=need, by=by, at=row.at if row else None)


def _fitting(found: Iterator[Text]) -> tuple[Text, ...]:
    """As many lines as a card holds, in order."""
    kept: list[Text] = []
    room = LONGEST
    for line in found:
        room -= len(plain(line)) + 1
        if room < 0 or len(kept) == MOST_LINES:
            break
        kept.append(line)
    return tuple(kept)


def _choices(view: View, verbs: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            code=codes.on_ticket(verb, view.ticket),
            label=view.words.label(f"label.{verb}"),
            style="primary" if verb == "claim" else "",
        )
        for verb in verbs
    )
