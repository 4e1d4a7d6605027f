"""Writing into the outbox: an intent, to whom, in which lane."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, text, update

from store.cursors import Write
from store.outbox_rows import buttons, lane
from store.session import Session
from store.statements import Statement
from store.tables import outbox
from store.tables.queues import WAITING
from store.values import Button, Destination, Urgency

REPLACED = "replaced"

_PUT = Statement(insert(outbox))
_DROP = (
    update(outbox)
    .where(
        WAITING,
        text("state = 'pending'"),
        outbox.c.lane == bindparam("b_lane"),
        outbox.c.replaces == bindparam("b_replaces"),
    )
    .values(state="expired", error=REPLACED, settled_at=bindparam("b_now"))
)
_REPLACE = Statement(_DROP)
_REPLACE_TELLING = Statement(_DROP.returning(outbox.c.urgency))
_HERE = frozenset({"outbox"})


_OPTIONAL = frozenset(
    column.name for column in outbox.c if column.nullable or column.server_default is not None
)


class Letterbox:
    """What `Turn.say` puts letters into; they are written when the turn ends."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._letters: list[dict[str, Any]] = []
        self._replaced: dict[tuple[str, str], dict[str, Any]] = {}

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
        first: bool,
        on_sent: Any,
        ticket: int | None,
        expires_at: datetime | None,
        not_before: datetime | None,
        quotes: str | int | None,
        edits: str | int | None,
    ) -> None:
        """See `Turn.say`."""
        is_card = kind == "card"
        place = lane(to.channel, to.account, to.chat, ticket if is_card else to.ticket)
        if replaces is not None and not first:
            urgency = self._drop_unsent(place, replaces, urgency)
        letter = _address(to) | {
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
        # What is empty is so by default: each column named takes its time.
        self._letters.append({n: v for n, v in letter.items() if v or n not in _OPTIONAL})
        self._session.shelve(self, _HERE)

    def take(self) -> list[Write]:
        """What was replaced, then what was said."""
        writes = self._session.write(_REPLACE, [*self._replaced.values()])
        writes += self._session.write(_PUT, self._letters)
        self.forget()
        return writes

    def forget(self) -> None:
        """Nothing was said."""
        self._letters = []
        self._replaced = {}

    def _drop_unsent(self, place: str, replaces: str, urgency: Urgency) -> Urgency:
        """Drop it, also what this turn said itself; returns the urgency that the news inherits."""
        said = (place, replaces)
        now = self._session.now
        values = {"b_lane": place, "b_replaces": replaces, "b_now": now}
        unsent = [each for each in self._letters if (each["lane"], each.get("replaces")) == said]
        if unsent:
            self._letters = [each for each in self._letters if each not in unsent]
        found = [Urgency(each.get("urgency", 0)) for each in unsent]
        if urgency is Urgency.NOW:  # it can inherit nothing: no need to look
            self._replaced[said] = values
        else:
            found += [Urgency(row.urgency) for row in self._session.run(_REPLACE_TELLING, values)]
        return min([urgency, *found])


def _address(to: Destination) -> dict[str, Any]:
    return {
        "channel": to.channel,
        "account": to.account,
        "chat": to.chat,
        "only": to.only,
        "person": to.person,
    }
