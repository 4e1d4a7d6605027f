"""Everything held about a person: given out whole, or erased so that only stubs remain (F55, G12).

Kept after an erasure: ticket numbers and times, measures, who held what, consents as proof.
"""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import String, Table, and_, cast, delete, false, literal, or_, select, update

from store.session import Session
from store.statements import Upsert, newer
from store.tables import (
    audit,
    bindings,
    cards,
    consents,
    conversations,
    drafts,
    erasures,
    files,
    invitations,
    lessons,
    messages,
    outbox,
    people,
    quarantine,
    reviews,
    story,
    tickets,
    wire,
)

ERASED: Final = "—"
_NOTE = Upsert(erasures, ["person"], newer("at"))


class Erasure:
    """Ask with a person's id."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._run = session.run

    def export(self, person: int) -> dict[str, list[dict[str, Any]]]:
        """Every row about the person, by table; values as the store keeps them."""
        return {
            table.name: [row._asdict() for row in self._run(select(table).where(where))]
            for table, where in self._rows(person)
        }

    def erase(self, person: int) -> None:
        """Pseudonymise the person and blank what they said, what was said to them, and their files.

        The erasure is remembered, so that restoring an older backup erases again.
        """
        affected = list(self._rows(person))
        for table, where in affected:
            self._blank(table, where)
        blank = {"name": ERASED, "email": "", "phone": "", "active": False}
        self._run(update(people).where(people.c.id == person).values(**blank))
        self._run(_NOTE, {"person": person, "at": self._session.now})

    def erased(self) -> list[int]:
        """Who was erased, by id."""
        return [row.person for row in self._run(select(erasures).order_by(erasures.c.person))]

    def _rows(self, person: int) -> Iterable[tuple[Table, Any]]:
        run = self._run
        places = run(select(bindings).where(bindings.c.person == person)).all()
        talks = run(select(conversations).where(conversations.c.person == person)).all()
        users = {row.user for row in places} | {row.user for row in talks}
        chats = {row.chat for row in places if row.chat} | {row.chat for row in talks}
        private = chats & users | {row.chat for row in places if row.chat}
        own = select(tickets.c.number).where(tickets.c.requester == person)
        numbers = [row.number for row in run(own)]
        yield people, people.c.id == person
        yield bindings, bindings.c.person == person
        yield invitations, invitations.c.person == person
        yield consents, consents.c.person == person
        yield conversations, conversations.c.person == person
        yield tickets, tickets.c.requester == person
        yield messages, or_(messages.c.person == person, messages.c.ticket.in_(numbers))
        yield files, files.c.ticket.in_(numbers)
        yield (
            outbox,
            or_(
                outbox.c.person == person,
                outbox.c.ticket.in_(numbers),
                outbox.c.chat.in_(private),
            ),
        )
        yield reviews, reviews.c.person == person
        yield lessons, or_(lessons.c.proposed_by == person, lessons.c.ticket.in_(numbers))
        yield drafts, drafts.c.ticket.in_(numbers)
        yield audit, or_(audit.c.actor == person, audit.c.ticket.in_(numbers))
        turns = select(audit.c.turn).where(
            or_(audit.c.actor == person, audit.c.ticket.in_(numbers))
        )
        yield story, story.c.turn.in_([row.turn for row in run(turns)])
        threads = [row.ref for row in run(select(cards).where(cards.c.ticket.in_(numbers)))]
        yield (
            wire,
            or_(wire.c.chat.in_(private), wire.c.thread.in_(threads), wire.c.ref.in_(threads)),
        )
        yield (
            quarantine,
            or_(false(), *(quarantine.c.body.contains(user) for user in sorted(users))),
        )

    def _blank(self, table: Table, where: Any) -> None:
        if table is outbox:
            waiting = outbox.c.state.in_(["pending", "claimed"])
            values = {"state": "expired", "error": "erased", "settled_at": self._session.now}
            self._run(update(outbox).where(where, waiting).values(**values))
        if table is lessons:  # one that holds is masked, and a supervisor has read it
            where = and_(where, lessons.c.state != "accepted")
        if table in _DELETED:
            self._run(delete(table).where(where))
        elif table.name in _BLANKED:
            self._run(update(table).where(where).values(**_BLANKED[table.name]))


def _own(table: Table) -> Any:
    """A place that nobody has, another for each row."""
    return literal("erased:") + cast(table.c.id, String)


_DELETED = (bindings, invitations, files, lessons, wire, quarantine)
_BLANKED: dict[str, dict[str, Any]] = {
    "conversations": {
        "answers": {},
        "trail": [],
        "draft": {},
        "memory": {},
        "form": None,
        "asked": None,
        "chat": _own(conversations),
        "user": _own(conversations),
    },
    "tickets": {"subject": ERASED, "text": ERASED, "details": {}, "solution": None},
    "messages": {"text": "", "chat": ERASED, "ref": ""},
    "outbox": {
        "facts": {},
        "choices": [],
        "files": [],
        "on_sent": None,
        "chat": ERASED,
        "lane": ERASED,
        "only": None,
    },
    "drafts": {"phrase": ""},
    "reviews": {"told": {}, "why": ""},
    "audit": {"facts": {}},
    "story": {"facts": {}},
}
