"""The one query that decides what may be sent: the heads of lanes.

A row counts in its lane while it waits or is being sent, unless it is held back for later
(`not_before`), past its time, or bound for a thread whose card has not been sent. So a lane in
which something is being sent, or whose head waits for its next try, stands still, and a card is
always ahead of its thread. Chats that have no place now are left out here already, however many
lanes they have: they stand in nobody's way.

A lane in which an answer to a person waits is as urgent as that answer, whatever stands at its
head: what must arrive in order may not hold a waiting person up for as long as a mass notice takes.
"""

from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, or_, select, text, tuple_

from store.session import Session
from store.tables import accounts, cards, outbox, paces

_AHEAD = outbox.alias("ahead")
_BEHIND = outbox.alias("behind")


def heads(session: Session) -> Select[Any]:
    """Bind now, accounts, after_urgency, after_id and size."""
    return _SKIPPING if session.postgres and not session.reading else _HEADS


def hurried(session: Session) -> Select[Any]:
    """Heads of less urgent lanes behind which an answer to a person waits. Bind as for `heads`."""
    return _HURRIED_SKIPPING if session.postgres and not session.reading else _HURRIED


def _threaded(row: Any) -> Any:
    card = exists().where(cards.c.ticket == row.c.thread)
    return or_(row.c.thread.is_(None), card)


def _timely(row: Any, now: Any) -> Any:
    return and_(
        or_(row.c.not_before.is_(None), row.c.not_before <= now),
        or_(row.c.expires_at.is_(None), row.c.expires_at > now),
    )


def _build() -> Select[Any]:
    now = bindparam("now", type_=outbox.c.created_at.type)
    ahead = exists().where(
        text("ahead.state IN ('pending', 'claimed')"),
        _AHEAD.c.lane == outbox.c.lane,
        or_(
            text("ahead.state = 'claimed'"),
            and_(_AHEAD.c.id < outbox.c.id, _timely(_AHEAD, now), _threaded(_AHEAD)),
        ),
    )
    paused = exists().where(
        accounts.c.channel == outbox.c.channel,
        accounts.c.account == outbox.c.account,
        or_(accounts.c.paused_until.is_(None), accounts.c.paused_until > now),
    )
    busy = exists().where(
        paces.c.key == outbox.c.channel + ":" + outbox.c.account + ":" + outbox.c.chat,
        or_(paces.c.next_free_at > now, paces.c.held_until > now),
    )
    served = tuple_(outbox.c.channel, outbox.c.account).in_(bindparam("accounts", expanding=True))
    place = tuple_(outbox.c.urgency, outbox.c.id)
    after = tuple_(
        bindparam("after_urgency", type_=outbox.c.urgency.type),
        bindparam("after_id", type_=outbox.c.id.type),
    )
    return (
        select(outbox)
        .where(
            text("outbox.state IN ('pending', 'claimed')"),
            text("outbox.state = 'pending'"),
            _timely(outbox, now),
            or_(outbox.c.next_try.is_(None), outbox.c.next_try <= now),
            _threaded(outbox),
            served,
            place > after,
            ~paused,
            ~ahead,
            ~busy,
        )
        .order_by(outbox.c.urgency, outbox.c.id)
        .limit(bindparam("size"))
    )


def _build_hurried() -> Select[Any]:
    now = bindparam("now", type_=outbox.c.created_at.type)
    answers = select(_BEHIND.c.lane).where(
        text("behind.state IN ('pending', 'claimed')"),
        text("behind.state = 'pending'"),
        text("behind.urgency = 0"),
        _timely(_BEHIND, now),
        _threaded(_BEHIND),
    )
    return _HEADS.where(outbox.c.lane.in_(answers))


_HEADS = _build()
_SKIPPING = _HEADS.with_for_update(of=outbox, skip_locked=True)
_HURRIED = _build_hurried()
_HURRIED_SKIPPING = _HURRIED.with_for_update(of=outbox, skip_locked=True)
