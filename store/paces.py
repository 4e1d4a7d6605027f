"""Limits of the platforms as shared rows: what every replica together may send.

`next_free_at` is the moment at which a key has its next place, bursts counted in: whoever waits
for a place, or leaves out what has none, need not know how large a burst may be.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, delete, func, select, update

from store.session import Session
from store.statements import Statement, Upsert
from store.tables import paces
from store.values import Pace

_ENSURE = Upsert(paces, ["key"])
_SPEND = Statement(
    update(paces)
    .where(paces.c.key == bindparam("b_key"))
    .values(next_free_at=bindparam("b_next", type_=paces.c.next_free_at.type))
)
_HOLD = Upsert(paces, ["key"], changes=lambda new: {"held_until": new.held_until})
_TIDY = Statement(
    delete(paces).where(
        paces.c.next_free_at < bindparam("before"),
        (paces.c.held_until.is_(None)) | (paces.c.held_until < bindparam("before")),
    )
)
_NOW = bindparam("now", type_=paces.c.next_free_at.type)
_BUSY = (paces.c.next_free_at > _NOW) | (paces.c.held_until > _NOW)
_FULL = Statement(select(paces.c.key).where(paces.c.key == bindparam("key"), _BUSY))
_IDLE = timedelta(days=1)  # a new key has all of its burst
_NEVER = datetime.max.replace(tzinfo=UTC)  # a key that another turn holds: not in this one


@dataclass
class _State:
    next_free_at: datetime
    held_until: datetime | None
    spent: bool = False


class Paces:
    """A leaky bucket a key, read and spent within one turn; rows are locked in order of key."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._run = session.run
        self._known: dict[str, _State] = {}

    def full(self, accounts: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Which of these accounts have no place for any letter now; nothing is held for this."""
        now = self._session.now
        return {
            pair
            for pair in accounts
            if self._run(_FULL, {"key": ":".join(pair), "now": now}).first() is not None
        }

    def load(self, wanted: Iterable[Sequence[Pace]]) -> None:
        """Read these keys and, on PostgreSQL, hold them until the turn ends.

        Accounts come first: whoever holds one is alone with all of its chats. Only the first
        keys of a turn are waited for; later ones that another turn holds have no place now. So
        no two turns wait for each other, whatever the order of their letters.
        """
        letters = list(wanted)
        self._read({pace.key for keys in letters for pace in keys if pace.account})
        now = self._session.now
        open_ = [keys for keys in letters if not self.is_full(keys, now)]
        self._read({pace.key for keys in open_ for pace in keys})

    def spend(self, wanted: Sequence[Pace], now: datetime) -> bool:
        """Take one place of every key; False, and nothing taken, if one of them has none now."""
        if not all(self._free(pace, now) for pace in wanted):
            return False
        for pace in wanted:
            self._take(pace, now)
        return True

    def is_full(self, wanted: Sequence[Pace], now: datetime) -> bool:
        """Whether the limit of the whole account has no further place now."""
        return not all(self._free(pace, now) for pace in wanted if pace.account)

    def keep(self) -> None:
        """Write what was spent."""
        spent = [
            {"b_key": key, "b_next": state.next_free_at}
            for key, state in sorted(self._known.items())
            if state.spent
        ]
        if spent:
            self._run(_SPEND, spent)

    def hold(self, key: str, until: datetime) -> None:
        """Nothing under this key before that moment: the platform said so."""
        idle = self._session.now - _IDLE
        self._run(_HOLD, {"key": key, "next_free_at": idle, "held_until": until})

    def tidy(self, before: datetime) -> int:
        """Forget keys unused since. Returns how many."""
        return self._run(_TIDY, {"before": before}).rowcount

    def next_free(self, now: datetime) -> datetime | None:
        """The first moment after `now` at which some key is free again."""
        free = select(func.min(paces.c.next_free_at)).where(paces.c.next_free_at > now)
        held = select(func.min(paces.c.held_until)).where(paces.c.held_until > now)
        moments = [self._run(free).scalar_one(), self._run(held).scalar_one()]
        return min((m for m in moments if m is not None), default=None)

    def charge(self, wanted: Sequence[Pace], times: int) -> None:
        """A letter was several messages: the others are counted when they have left."""
        now = self._session.now
        self._read({pace.key for pace in wanted})
        for pace in wanted:
            self._take(pace, now, times)
        self.keep()

    def _read(self, keys: Set[str]) -> None:
        fresh = sorted(keys - self._known.keys())
        if not fresh:
            return
        wait = not self._known
        found = self._locked(fresh, wait)
        absent = [key for key in fresh if key not in found]
        if absent:
            idle = self._session.now - _IDLE
            first = [{"key": k, "next_free_at": idle, "held_until": None} for k in absent]
            self._run(_ENSURE, first)
            found |= self._locked(absent, wait)
        self._known |= {key: found.get(key) or _State(_NEVER, None) for key in fresh}

    def _locked(self, keys: Sequence[str], wait: bool) -> dict[str, _State]:
        rows = select(paces).where(paces.c.key.in_(keys)).order_by(paces.c.key)
        held = self._run(rows.with_for_update(skip_locked=not wait))
        return {row.key: _State(row.next_free_at, row.held_until) for row in held}

    def _take(self, pace: Pace, now: datetime, times: int = 1) -> None:
        """A bucket that was left alone is full again: `burst` places at once, not more."""
        state = self._known[pace.key]
        full = now - timedelta(seconds=pace.seconds * (pace.burst - 1))
        gap = timedelta(seconds=pace.seconds * times)
        state.next_free_at, state.spent = max(state.next_free_at, full) + gap, True

    def _free(self, pace: Pace, now: datetime) -> bool:
        state = self._known.get(pace.key)
        if state is None:
            return False
        if state.held_until is not None and state.held_until > now:
            return False
        return state.next_free_at <= now
