"""A piece of work on its way to a database thread, and the budget for its waiting."""

import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any

from sqlalchemy import Connection

from policy.errors import Outage
from store.errors import Busy

log = logging.getLogger(__name__)

BUDGET = 2.0  # seconds a turn may wait before it begins; later it is dropped, never run late

# Hears, in a thread of the database's, what a work gave, or else what it raised.
Ends = Callable[[Any, BaseException | None], None]


@dataclass(eq=False, slots=True)
class Job:
    """One work, and who hears of its end. `retried`: the batch it was in at first failed."""

    work: Callable[[Connection], Any]
    ends: Ends
    alone: bool = False
    born: float = field(default_factory=monotonic)
    retried: bool = False
    over: bool = False
    result: Any = None
    error: BaseException | None = None

    def may_begin(self) -> bool:
        """False when it waited too long, which is its end."""
        if self.retried or not self.is_late():
            return True
        self.fail(Busy("waited too long to begin"))
        return False

    def is_late(self) -> bool:
        """Whether it has waited past its budget."""
        return monotonic() - self.born > BUDGET

    def settle(self) -> None:
        """Tell whoever waits. The thread that tells goes on, whatever becomes of it."""
        self.over = True
        try:
            self.ends(self.result, self.error)
        except Exception:
            log.exception("nobody heard how a turn ended")

    def fail(self, error: BaseException) -> None:
        """It ended with this."""
        self.error = error
        self.settle()


def promised(begin: Callable[[Ends], None]) -> "Future[Any]":
    """What is begun here, as a future."""
    future: Future[Any] = Future()
    begin(partial(_keep, future))
    return future


def submitted(threads: Executor, work: Callable[..., Any], *given: Any) -> "Future[Any]":
    """The work in one of the threads; after they were let go, a future that fails with Outage."""
    try:
        return threads.submit(work, *given)
    except RuntimeError:
        closed: Future[Any] = Future()
        closed.set_exception(Outage("the database is closed"))
        return closed


def _keep(future: "Future[Any]", result: Any, error: BaseException | None) -> None:
    if not future.set_running_or_notify_cancel():
        return  # nobody waits any more
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)
