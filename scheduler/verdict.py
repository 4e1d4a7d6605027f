"""What follows from one attempt to send: a pure decision over the row and the outcome."""

import math
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.delivery import DOUBT, UNWRITTEN
from scheduler.channel import Outcome, Result
from store.values import OutboxRow, Urgency

FIRST_WAIT = 1.0  # seconds before the second attempt; doubles from there
LONGEST_WAIT = 60.0
LONGEST_ASKED = 3600.0  # a platform that asks for more is asked again after an hour, and reported
MARGIN = timedelta(milliseconds=250)  # replicas' clocks agree to less, and nobody may be early
GIVE_UP = timedelta(hours=24)  # certain that nothing went out, for this long
PAUSE = timedelta(minutes=5)  # between two looks at whether a refused token works again
MOST_WRITINGS = 4
ROLL_OUT = timedelta(minutes=10)  # in which old and new replicas may serve one database
SHORT = timedelta(seconds=2)
KEPT_CURRENT = frozenset({"card", "home"})  # sending these again only rewrites what is there


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The row's next state, and what the account or the key has to wait for.

    `state` is one of the outbox: pending, sent, dead, expired; or "unknown" with a `next_try`: the
    row waits until then, and is asked about before it is sent again.
    """

    state: str
    error: str = ""
    next_try: datetime | None = None
    counts: bool = True  # whether the attempt is used up
    pause_until: datetime | None = None  # of the whole account
    hold_until: datetime | None = None  # of what the platform's limit is about
    alert: bool = False  # somebody should look

    @property
    def final(self) -> bool:
        """Whether the row has reached its end."""
        return self.next_try is None


def unwritten(row: OutboxRow, error: str, now: datetime) -> Verdict:
    """The letter could not be put into words, a bug: a few more looks, then it is over."""
    if row.attempt >= MOST_WRITINGS:
        return Verdict(state="dead", error=f"{UNWRITTEN}{error}", alert=True)
    return Verdict(
        state="pending", error=f"{UNWRITTEN}{error}", next_try=now + backoff(row.attempt)
    )


def unfamiliar(row: OutboxRow, now: datetime) -> Verdict:
    """A kind that a newer release writes: left to its own replicas for as long as a release takes
    to roll out, then put aside where an operator sees it and can send it after all."""
    error = f"{UNWRITTEN}kind '{row.kind}' is not of this release"
    if now - row.created_at > ROLL_OUT:
        return Verdict(state="dead", error=error, alert=True)
    wait = now + max(backoff(row.attempt), SHORT)
    return Verdict(state="pending", error=error, next_try=wait)


def unread(row: OutboxRow, error: str, now: datetime) -> Verdict:
    """The database could not be asked what to say: nothing went out, and nothing is used up."""
    wait = now + backoff(row.attempt)
    return Verdict(state="pending", error=f"{UNWRITTEN}{error}", next_try=wait, counts=False)


def judge(row: OutboxRow, outcome: Outcome, now: datetime) -> Verdict:
    """Decide by the class of the outcome (PLATFORM.md, design consequence 3)."""
    match outcome.result:
        case Result.SENT:
            return Verdict(state="sent")
        case Result.NOT_SENT:
            return _not_sent(row, outcome, now)
        case Result.UNKNOWN:
            return _unknown(row, outcome, now)
        case Result.AUTH:
            until = now + PAUSE
            return Verdict(
                state="pending",
                error=outcome.code,
                next_try=until,
                counts=False,
                pause_until=until,
                alert=True,
            )
        case Result.PERMANENT:
            return Verdict(state="dead", error=outcome.code or "permanent")


def _not_sent(row: OutboxRow, outcome: Outcome, now: datetime) -> Verdict:
    if outcome.moved_to:
        return Verdict(state="pending", error=outcome.code, next_try=now)
    asked = _asked(outcome.retry_after)
    if asked is None and outcome.limit and now - row.created_at <= GIVE_UP:
        until = now + backoff(row.attempt)
        return Verdict(state="pending", error=outcome.code, next_try=until, hold_until=until)
    if asked is not None:
        until = now + timedelta(seconds=min(asked, LONGEST_ASKED)) + MARGIN
        return Verdict(
            state="pending",
            error=outcome.code,
            next_try=until,
            counts=False,
            hold_until=until,
            alert=asked > LONGEST_ASKED,
        )
    if now - row.created_at > GIVE_UP:
        return Verdict(state="dead", error=outcome.code or "not_sent", alert=True)
    return Verdict(state="pending", error=outcome.code, next_try=now + backoff(row.attempt))


def _unknown(row: OutboxRow, outcome: Outcome, now: datetime) -> Verdict:
    """May have arrived: once more where a second copy is better than none, else it is over, and
    the reason says that nobody knows.

    Cards and Home are rewritten in place, and where the platform can be asked nothing is sent
    twice: those may be tried until the row is too old.
    """
    again = _harmless(row) if row.doubtful else row.urgency is not Urgency.BULK
    again = again or outcome.asks
    if again and now - row.created_at <= GIVE_UP:
        wait = now + backoff(row.attempt)
        return Verdict(state="unknown", error=outcome.code, next_try=wait)
    return Verdict(state="dead", error=f"{DOUBT}{outcome.code}", alert=True)


def _harmless(row: OutboxRow) -> bool:
    return row.kind in KEPT_CURRENT or row.edits is not None


def backoff(attempt: int) -> timedelta:
    """Doubling from a second to a minute, with up to half of it taken away by chance."""
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(max(attempt - 1, 0), 10))
    return timedelta(seconds=wait * random.uniform(0.5, 1.0))


def _asked(retry_after: float | None) -> float | None:
    """The platform's own figure, where it makes sense."""
    if retry_after is None or not math.isfinite(retry_after) or retry_after <= 0:
        return None
    return retry_after
