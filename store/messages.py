"""Messages of tickets where they stand on their platforms, and the tickets' cards."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, exists, insert, or_, select, true, update

from store.session import Session
from store.statements import Statement, Upsert, newer
from store.tables import cards, messages
from store.values import CardPlace, MessageLink

_RECORD = Statement(insert(messages).returning(messages.c.id))
_BY_REF = Statement(
    select(messages)
    .where(
        messages.c.channel == bindparam("channel"),
        messages.c.account == bindparam("account"),
        messages.c.chat == bindparam("chat"),
        messages.c.ref == bindparam("ref"),
    )
    .order_by(messages.c.id.desc())
    .limit(1)
)
_CARD = Statement(select(cards).where(cards.c.ticket == bindparam("ticket")))
_SET_CARD = Upsert(cards, ["ticket"], newer("channel", "account", "chat", "ref"))
_BY_THREAD = Statement(
    select(cards.c.ticket).where(
        cards.c.channel == bindparam("channel"),
        cards.c.account == bindparam("account"),
        cards.c.chat == bindparam("chat"),
        cards.c.ref == bindparam("ref"),
    )
)


class Messages:
    """The link between what was said on one side and its copy on the other."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._run = session.run

    def record(
        self,
        *,
        ticket: int | None,
        channel: str,
        account: str,
        chat: str,
        ref: str = "",
        person: int | None = None,
        direction: str = "in",
        kind: str = "message",
        text: str = "",
        outbox: int | None = None,
        peer_id: int | None = None,
        at: datetime | None = None,
    ) -> int:
        """Keep a message; returns its id. `at` is the turn's time unless given."""
        values = {
            "ticket": ticket,
            "channel": channel,
            "account": account,
            "chat": chat,
            "ref": ref,
            "person": person,
            "direction": direction,
            "kind": kind,
            "text": text,
            "outbox": outbox,
            "peer_id": peer_id,
            "at": at or self._session.now,
        }
        return int(self._run(_RECORD, values).one().id)

    def get(self, message: int) -> MessageLink | None:
        """The message of that id."""
        row = self._run(select(messages).where(messages.c.id == message)).first()
        return _link(row) if row else None

    def by_ref(self, channel: str, account: str, chat: str, ref: str) -> MessageLink | None:
        """The message at that place; the latest where a ref was recorded twice."""
        where = {"channel": channel, "account": account, "chat": chat, "ref": ref}
        row = self._run(_BY_REF, where).first()
        return _link(row) if row else None

    def by_outbox(self, outbox: int) -> list[MessageLink]:
        """What was recorded for one row of the outbox."""
        found = select(messages).where(messages.c.outbox == outbox).order_by(messages.c.id)
        return [_link(row) for row in self._run(found)]

    def of_ticket(self, number: int) -> list[MessageLink]:
        """The ticket's messages in the order of writing."""
        found = select(messages).where(messages.c.ticket == number).order_by(messages.c.id)
        return [_link(row) for row in self._run(found)]

    def peers(self, message: int) -> list[MessageLink]:
        """The same message elsewhere: its copies, or what it is a copy of and that one's copies."""
        this = self.get(message)
        if this is None:
            return []
        origin = this.peer_id if this.peer_id is not None else this.id
        found = select(messages).where(
            or_(messages.c.peer_id == origin, messages.c.id == origin), messages.c.id != message
        )
        return [_link(row) for row in self._run(found.order_by(messages.c.id))]

    def place(self, message: int, ref: str, chat: str | None = None) -> None:
        """The message was sent: this is where it stands now."""
        values = {"ref": ref} | ({"chat": chat} if chat is not None else {})
        self._run(update(messages).where(messages.c.id == message).values(**values))

    def rewrite(self, message: int, text: str) -> None:
        """The message was edited."""
        self._run(update(messages).where(messages.c.id == message).values(text=text))

    def reclassify(self, message: int, kind: str) -> None:
        """What was held is now sent, a note, or dropped."""
        self._run(update(messages).where(messages.c.id == message).values(kind=kind))

    def assign(self, message: int, ticket: int) -> None:
        """The message belongs to that ticket after all."""
        self._run(update(messages).where(messages.c.id == message).values(ticket=ticket))

    def card(self, number: int) -> CardPlace | None:
        """Where the ticket's card stands; None until it was sent."""
        row = self._run(_CARD, {"ticket": number}).first()
        return CardPlace(**row._asdict()) if row else None

    def set_card(self, number: int, channel: str, account: str, chat: str, ref: str) -> None:
        """The ticket's card was sent: its thread may be written into from now on."""
        place = {"channel": channel, "account": account, "chat": chat, "ref": ref}
        self._run(_SET_CARD, {"ticket": number, **place})

    def by_thread(self, channel: str, account: str, chat: str, thread: str) -> int | None:
        """The number of the ticket whose card heads this thread."""
        where = {"channel": channel, "account": account, "chat": chat, "ref": thread}
        row = self._run(_BY_THREAD, where).first()
        return int(row.ticket) if row else None

    def move_chat(self, channel: str, account: str, old: str, new: str) -> None:
        """A chat has a new id (F36). A supergroup numbers its messages anew: what has a twin
        there already stays behind."""
        there = messages.alias("there")
        twin = exists().where(
            there.c.channel == channel,
            there.c.account == account,
            there.c.chat == new,
            there.c.ref == messages.c.ref,
        )
        for table, free in ((messages, ~twin), (cards, true())):
            self._run(
                update(table)
                .where(table.c.channel == channel, table.c.account == account)
                .where(table.c.chat == old, free)
                .values(chat=new)
            )


def _link(row: Row[Any]) -> MessageLink:
    return MessageLink(**row._asdict())
