"""Writing into the outbox: an intent, to whom, in which lane."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, text, update

from store.outbox_rows import buttons, lane
from store.session import Session
from store.tables import outbox
from store.tables.queues import WAITING
from store.values import Button, Destination, Urgency

REPLACED = "replaced"

_PUT = insert(outbox).returning(outbox.c.id)
_REPLACE = (
    update(outbox)
    .where(
        WAITING,
        text("state = 'pending'"),
        outbox.c.lane == bindparam("b_lane"),
        outbox.c.replaces == bindparam("b_replaces"),
    )
    .values(state="expired", error=REPLACED, settled_at=bindparam("b_now"))
    .returning(outbox.c.urgency)
)


class Letterbox:
    """What `Turn.say` puts letters into."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(
        self,
        to: Destination,
        *,
        kind: str,
        key: str,
        facts: Mapping[str, Any],
        choices: Sequence[Button],
        listed: str,
        files: Sequence[int],
        urgency: Urgency,
        silent: bool,
        replaces: str | None,
        on_sent: Any,
        ticket: int | None,
        expires_at: datetime | None,
        not_before: datetime | None,
        quotes: str | int | None,
        edits: str | int | None,
    ) -> int:
        """See `Turn.say`. Returns the outbox id."""
        is_card = kind == "card"
        place = lane(to.channel, to.account, to.chat, ticket if is_card else to.ticket)
        if replaces is not None:
            urgency = min([urgency, *self._drop_unsent(place, replaces)])
        values = _address(to) | {
            "kind": kind,
            "ticket": ticket,
            "thread": None if is_card else to.ticket,
            "key": key,
            "facts": facts,
            "choices": buttons(choices),
            "listed": listed,
            "files": list(files),
            "lane": place,
            "urgency": int(urgency),
            "silent": silent,
            "replaces": replaces,
            "on_sent": on_sent,
            "quotes": quotes,
            "edits": edits,
            "expires_at": expires_at,
            "not_before": not_before,
            "created_at": self._session.now,
        }
        return int(self._session.connection.execute(_PUT, values).one().id)

    def _drop_unsent(self, place: str, replaces: str) -> list[Urgency]:
        """How urgent the dropped ones were: whoever waits for one of them waits for this."""
        dropped = self._session.connection.execute(
            _REPLACE, {"b_lane": place, "b_replaces": replaces, "b_now": self._session.now}
        )
        return [Urgency(row.urgency) for row in dropped]


def _address(to: Destination) -> dict[str, Any]:
    return {
        "channel": to.channel,
        "account": to.account,
        "chat": to.chat,
        "only": to.only,
        "person": to.person,
    }
