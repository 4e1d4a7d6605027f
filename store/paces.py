"""Limits of the platforms as shared rows: what every replica together may send."""

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
            state = self._known[pace.key]
            gap = timedelta(seconds=pace.seconds)
            state.next_free_at = max(state.next_free_at, now) + gap
            state.spent = True
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
        now = self._session.now
        self._run(_HOLD, {"key": key, "next_free_at": now, "held_until": until})

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
            state = self._known[pace.key]
            gap = timedelta(seconds=pace.seconds * times)
            state.next_free_at, state.spent = max(state.next_free_at, now) + gap, True
        self.keep()

    def _read(self, keys: Set[str]) -> None:
        fresh = sorted(keys - self._known.keys())
        if not fresh:
            return
        now = self._session.now
        self._run(
            _ENSURE,
            [{"key": k, "next_free_at": now, "held_until": None} for k in fresh],
        )
        found = select(paces).where(paces.c.key.in_(fresh)).order_by(paces.c.key)
        rows = self._run(found.with_for_update(skip_locked=bool(self._known)))
        got = {row.key: _State(row.next_free_at, row.held_until) for row in rows}
        self._known |= {key: got.get(key) or _State(now, _NEVER) for key in fresh}

    def _free(self, pace: Pace, now: datetime) -> bool:
        state = self._known.get(pace.key)
        if state is None:
            return False
        if state.held_until is not None and state.held_until > now:
            return False
        slack = timedelta(seconds=pace.seconds * (pace.burst - 1))
        return state.next_free_at <= now + slack
