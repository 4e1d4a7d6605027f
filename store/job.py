"""A piece of work on its way to a database thread, and the budget for its waiting."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from sqlalchemy import Connection

from policy.errors import Outage
from store.errors import Busy

BUDGET = 2.0  # seconds a turn may wait before it begins; later it is dropped, never run late


@dataclass(eq=False)
class Job:
    """One work and its future. `retried`: the batch it first ran in failed as a whole."""

    work: Callable[[Connection], Any]
    alone: bool = False
    future: "Future[Any]" = field(default_factory=Future)
    born: float = field(default_factory=monotonic)
    retried: bool = False
    result: Any = None
    error: BaseException | None = None

    def may_begin(self) -> bool:
        """False when nobody waits any more or it waited too long; the future then says so."""
        if self.retried:
            return True
        if not self.future.set_running_or_notify_cancel():
            return False
        if self.is_late():
            self.future.set_exception(Busy("waited too long to begin"))
            return False
        return True

    def is_late(self) -> bool:
        """Whether it has waited past its budget."""
        return monotonic() - self.born > BUDGET

    def settle(self) -> None:
        """Tell whoever waits."""
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


def submitted(threads: Executor, work: Callable[..., Any], *given: Any) -> "Future[Any]":
    """The work in one of the threads; after they were let go, a future that fails with Outage."""
    try:
        return threads.submit(work, *given)
    except RuntimeError:
        closed: Future[Any] = Future()
        closed.set_exception(Outage("the database is closed"))
        return closed
