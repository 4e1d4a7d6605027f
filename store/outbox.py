"""The outbox: claim, send elsewhere, settle. Only the head of a lane is ever claimed."""

import builtins
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, select, text, update

from store.heads import heads, hurried
from store.outbox_rows import LANES, lane, moved, to_outbox_row
from store.paces import Paces
from store.session import Session
from store.statements import Statement, Upsert, newer
from store.tables import accounts as account_rows
from store.tables import outbox
from store.tables.queues import WAITING
from store.values import Destination, OutboxRow, Pace, PausedAccount, Urgency

TOO_LATE: Final = "too_late"
LEASE_LOST: Final = "lease_lost"
_PAGES: Final = 10
_BLOCK: Final = 16  # heads whose limits are read together
_LAST_ID: Final = 2**62  # behind every letter of an urgency
_PENDING = text("state = 'pending'")
_CLAIMED = text("state = 'claimed'")

_CLAIM = Statement(
    update(outbox)
    .where(outbox.c.id == bindparam("b_id"))
    .values(
        state="claimed",
        token=bindparam("b_token"),
        lease_until=bindparam("b_until"),
        attempt=outbox.c.attempt + 1,
    )
)
_SETTLE = Statement(
    update(outbox)
    .where(
        outbox.c.id == bindparam("b_id"),
        outbox.c.token == bindparam("b_token"),
        # Whoever lost the lease may still report that it was sent, until somebody claims anew.
        text("(state = 'claimed' OR (state = 'pending' AND :b_sent))").bindparams(
            bindparam("b_sent", type_=outbox.c.silent.type)
        ),
    )
    .values(
        state=bindparam("b_state"),
        refs=bindparam("b_refs", type_=outbox.c.refs.type),
        error=bindparam("b_error"),
        sent_at=bindparam("b_sent_at", type_=outbox.c.sent_at.type),
        settled_at=bindparam("b_settled_at", type_=outbox.c.settled_at.type),
        next_try=bindparam("b_next_try", type_=outbox.c.next_try.type),
        attempt=outbox.c.attempt - bindparam("b_uncounted", type_=outbox.c.attempt.type),
        doubtful=bindparam("b_doubtful", type_=outbox.c.doubtful.type) | outbox.c.doubtful,
        token=None,
        lease_until=None,
    )
)
_GET = Statement(select(outbox).where(outbox.c.id == bindparam("id")))
_BEHIND = Statement(
    select(outbox)
    .where(
        WAITING,
        _PENDING,
        outbox.c.lane == bindparam("lane"),
        outbox.c.id > bindparam("id"),
        text("urgency > 0"),
    )
    .order_by(outbox.c.id)
    .limit(50)
)
_NAMED = Statement(
    select(outbox.c.id)
    .where(
        WAITING,
        _PENDING,
        outbox.c.lane == bindparam("lane"),
        outbox.c.replaces == bindparam("replaces"),
    )
    .limit(1),
    by=LANES,
)
_LAPSE = Statement(
    update(outbox)
    .where(WAITING, _CLAIMED, outbox.c.lease_until <= bindparam("b_now"))
    .values(state="pending", error=LEASE_LOST, doubtful=True, lease_until=None)
    .returning(outbox)
)
_DROP = Statement(
    update(outbox)
    .where(WAITING, _PENDING, outbox.c.expires_at <= bindparam("b_now"))
    .values(state="expired", error=TOO_LATE, settled_at=bindparam("b_now"))
    .returning(outbox)
)
_PAUSE = Upsert(account_rows, ["channel", "account"], newer("paused_until", "why"))


class Outbox:
    """States: pending, claimed, sent, dead, expired. `Turn.say` writes into it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._run = session.run

    def claim(
        self,
        now: datetime,
        limit: int,
        *,
        lease: timedelta,
        token: str,
        paces: Callable[[OutboxRow], Sequence[Pace]],
        accounts: Collection[tuple[str, str]],
    ) -> builtins.list[OutboxRow]:
        """The heads of lanes that may go now, interactive first, leased to `token`.

        Only rows of these (channel, account) pairs. A row whose paces have no place now stays.
        Every claim counts as an attempt. `token` must be new for each claim.
        """
        limits = Paces(self._session)
        chosen: builtins.list[OutboxRow] = []
        full = limits.full(accounts)
        for block in self._blocks(now, limit, accounts, full):
            wanted = [(row, tuple(paces(row))) for row in block]
            limits.load(keys for _, keys in wanted)
            for row, keys in wanted:
                if len(chosen) < limit and limits.spend(keys, now):
                    chosen.append(row)
                if limits.is_full(keys, now):
                    full.add((row.channel, row.account))
            if len(chosen) == limit:
                break
        limits.keep()
        return self._take(chosen, token, now + lease)

    def settle(
        self,
        row: int,
        token: str,
        state: str,
        refs: Sequence[str] = (),
        error: str = "",
        now: datetime | None = None,
        next_try: datetime | None = None,
        *,
        counts: bool = True,
    ) -> bool:
        """What became of a claimed row. False, and nothing changed, if `token` has it no longer.

        `state` is sent, unknown, dead, expired or pending. With `next_try` the row waits until
        then and holds its lane; settled so as "unknown" it is doubtful from then on. With
        `counts=False` (a 429) the attempt does not count.
        """
        at = now or self._session.now
        waits = next_try is not None or state == "pending"
        done = self._run(
            _SETTLE,
            {
                "b_id": row,
                "b_token": token,
                "b_sent": state == "sent",
                "b_state": "pending" if waits else state,
                "b_refs": list(refs),
                "b_error": error,
                "b_sent_at": at if state == "sent" else None,
                "b_settled_at": None if waits else at,
                "b_next_try": next_try if waits else None,
                "b_uncounted": 0 if counts else 1,
                "b_doubtful": state == "unknown",
            },
        )
        return done.rowcount == 1

    def get(self, row: int) -> OutboxRow | None:
        """The row of that id."""
        found = self._run(_GET, {"id": row}).first()
        return to_outbox_row(found) if found else None

    def behind(self, row: OutboxRow) -> builtins.list[OutboxRow]:
        """What else waits in its lane and answers nobody, in order."""
        found = self._run(_BEHIND, {"lane": row.lane, "id": row.id})
        return [to_outbox_row(other) for other in found]

    def expire_leases(self, now: datetime) -> builtins.list[OutboxRow]:
        """Return rows to pending whose holder is gone, and tell which: they are `doubtful`."""
        lapsed = [to_outbox_row(row) for row in self._run(_LAPSE, {"b_now": now})]
        return sorted(lapsed, key=lambda row: row.id)

    def drop_expired(self, now: datetime) -> builtins.list[OutboxRow]:
        """Drop, as expired, unsent rows whose sense is gone; tell which."""
        dropped = [to_outbox_row(row) for row in self._run(_DROP, {"b_now": now})]
        return sorted(dropped, key=lambda row: row.id)

    def hold(self, key: str, until: datetime) -> None:
        """Nothing under this pace key before that moment (a 429)."""
        Paces(self._session).hold(key, until)

    def charge(self, paces: Sequence[Pace], times: int) -> None:
        """So many more messages left under these keys than the letter was claimed for."""
        Paces(self._session).charge(paces, times)

    def pause_account(self, channel: str, account: str, until: datetime | None, why: str) -> None:
        """The account's token is refused: its rows stay pending; None is until told otherwise."""
        values = {"channel": channel, "account": account, "paused_until": until, "why": why}
        self._run(_PAUSE, values)

    def resume_account(self, channel: str, account: str) -> bool:
        """The account works again. False if it was not paused."""
        done = self._run(
            delete(account_rows).where(
                account_rows.c.channel == channel, account_rows.c.account == account
            )
        )
        return done.rowcount == 1

    def paused(self) -> builtins.list[PausedAccount]:
        """Accounts that are paused, or were until a moment that has passed."""
        rows = self._run(select(account_rows).order_by(account_rows.c.channel))
        return [
            PausedAccount(
                channel=row.channel, account=row.account, until=row.paused_until, why=row.why
            )
            for row in rows
        ]

    def pending_count(self) -> int:
        """Rows that wait or are being sent."""
        return int(self._run(select(func.count()).select_from(outbox).where(WAITING)).scalar_one())

    def counts(self) -> dict[str, int]:
        """How many rows are in each state."""
        rows = self._run(select(outbox.c.state, func.count()).group_by(outbox.c.state))
        return {row[0]: row[1] for row in rows}

    def oldest(self) -> datetime | None:
        """When the oldest row was written that may go and has not; None when nothing waits."""
        now = self._session.now
        due = (outbox.c.not_before.is_(None)) | (outbox.c.not_before <= now)
        return self._run(select(func.min(outbox.c.created_at)).where(WAITING, due)).scalar_one()

    def wakes_at(self, now: datetime) -> datetime | None:
        """The first moment after `now` at which a waiting row may move."""
        columns = (outbox.c.not_before, outbox.c.next_try, outbox.c.lease_until)
        found = [
            self._run(select(func.min(column)).where(WAITING, column > now)).scalar_one()
            for column in columns
        ]
        if self.pending_count():
            found.append(Paces(self._session).next_free(now))
        return min((moment for moment in found if moment is not None), default=None)

    def list(
        self,
        *,
        state: str | None = None,
        ticket: int | None = None,
        chat: str | None = None,
        channel: str | None = None,
        without: Collection[str] = (),
        limit: int = 100,
    ) -> builtins.list[OutboxRow]:
        """Rows by what they are, the newest first; `without` those states."""
        found = select(outbox).order_by(outbox.c.id.desc()).limit(limit)
        found = found.where(outbox.c.state.not_in(without)) if without else found
        for column, value in (
            (outbox.c.state, state),
            (outbox.c.ticket, ticket),
            (outbox.c.chat, chat),
            (outbox.c.channel, channel),
        ):
            if value is not None:
                found = found.where(column == value)
        return [to_outbox_row(row) for row in self._run(found)]

    def retry(self, row: int) -> bool:
        """Send a dead or expired row after all; it goes to its place in the lane."""
        done = self._run(
            update(outbox)
            .where(outbox.c.id == row, outbox.c.state.in_(["dead", "expired"]))
            .values(
                state="pending",
                next_try=None,
                expires_at=None,
                error="",
                settled_at=None,
                token=None,
            )
        )
        return done.rowcount == 1

    def cancel(self, row: int, why: str) -> bool:
        """Drop a row that has not left. False if it has, or is being sent."""
        done = self._run(
            update(outbox)
            .where(outbox.c.id == row, _PENDING)
            .values(state="expired", error=why, settled_at=self._session.now)
        )
        return done.rowcount == 1

    def reword(self, row: int, facts: Mapping[str, Any]) -> bool:
        """Other facts for a row that has not left. False if it has, or is being sent."""
        done = self._run(
            update(outbox).where(outbox.c.id == row, _PENDING).values(facts=dict(facts))
        )
        return done.rowcount == 1

    def waits(self, to: Destination, replaces: str) -> bool:
        """Whether a letter of that name has not left for that chat yet."""
        named = {"lane": lane(to.channel, to.account, to.chat, to.ticket), "replaces": replaces}
        return self._run(_NAMED, named).first() is not None

    def move_chat(self, channel: str, account: str, old: str, new: str) -> None:
        """A chat has a new id (F36): what has not left follows, in its order."""
        found = select(outbox.c.id, outbox.c.lane).where(
            WAITING,
            outbox.c.channel == channel,
            outbox.c.account == account,
            outbox.c.chat == old,
        )
        change = update(outbox).where(outbox.c.id == bindparam("b_id"))
        change = change.values(chat=bindparam("b_chat"), lane=bindparam("b_lane"))
        rows = [
            {"b_id": row.id, "b_chat": new, "b_lane": moved(row.lane, channel, account, new)}
            for row in self._run(found)
        ]
        if rows:
            self._run(change, rows)

    def tidy(self, before: datetime, most: int = 2000) -> int:
        """Delete what was settled before that moment, a batch at a time. Returns how many rows."""
        Paces(self._session).tidy(before)
        newest = select(func.max(outbox.c.id)).scalar_subquery()  # ids are never used again
        old = select(outbox.c.id).where(outbox.c.settled_at < before, outbox.c.id < newest)
        return self._run(delete(outbox).where(outbox.c.id.in_(old.limit(most)))).rowcount

    def _blocks(
        self,
        now: datetime,
        limit: int,
        accounts: Collection[tuple[str, str]],
        full: Set[tuple[str, str]],
    ) -> Iterator[builtins.list[OutboxRow]]:
        """A few heads at a time; an account that is full meanwhile is asked for no further."""
        for page in self._pages(now, limit, accounts, full):
            for first in range(0, len(page), _BLOCK):
                block = [
                    row
                    for row in page[first : first + _BLOCK]
                    if (row.channel, row.account) not in full
                ]
                if block:
                    yield block

    def _pages(
        self,
        now: datetime,
        limit: int,
        accounts: Collection[tuple[str, str]],
        full: Set[tuple[str, str]],
    ) -> Iterator[builtins.list[OutboxRow]]:
        """Heads in the order in which they may go, page by page, each once."""
        size, after = max(2 * limit, 20), (-1, 0)
        seen: set[int] = set()
        for _ in range(_PAGES):
            values = {"now": now, "size": size, "accounts": sorted(set(accounts) - full)}
            values |= {"after_urgency": after[0], "after_id": after[1]}
            rows = self._run(heads(self._session), values).all() if values["accounts"] else []
            page = [to_outbox_row(row) for row in rows]
            if not seen:
                page = self._hurried(page, values)
            yield [row for row in page if row.id not in seen]
            if len(rows) < size:
                return
            seen.update(row.id for row in page)
            after = (rows[-1].urgency, rows[-1].id)

    def _hurried(
        self, page: builtins.list[OutboxRow], values: Mapping[str, Any]
    ) -> builtins.list[OutboxRow]:
        """The first page, in which lanes with a waiting person go before timers and bulk."""
        answers = [row for row in page if row.urgency is Urgency.NOW]
        if len(answers) == len(page):
            return page
        values = {**values, "after_urgency": int(Urgency.NOW), "after_id": _LAST_ID}
        held_up = [to_outbox_row(row) for row in self._run(hurried(self._session), values)]
        first = {row.id: row for row in (*answers, *held_up, *page)}
        return list(first.values())

    def _take(
        self, rows: Sequence[OutboxRow], token: str, until: datetime
    ) -> builtins.list[OutboxRow]:
        if not rows:
            return []
        self._run(_CLAIM, [{"b_id": r.id, "b_token": token, "b_until": until} for r in rows])
        found = select(outbox).where(outbox.c.id.in_([row.id for row in rows]))
        taken = (to_outbox_row(row) for row in self._run(found))
        return sorted(taken, key=lambda row: (row.urgency, row.id))
