"""A few threads for jobs: an executor would make a future for each, which nobody here looks at."""

import logging
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread

from policy.errors import Outage
from store.job import Job

log = logging.getLogger(__name__)


class Crew:
    """Threads that take jobs in the order in which they came, each one at a time."""

    def __init__(self, many: int, run: Callable[[Job], None], name: str) -> None:
        self._run = run
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()  # None: a thread goes home
        self._lock = Lock()
        self._closed = False
        self._threads = [
            Thread(target=self._work, name=f"{name}_{number}", daemon=True)
            for number in range(many)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, job: Job) -> None:
        """Queue a job; after `close` it fails with Outage."""
        with self._lock:
            if not self._closed:
                self._jobs.put(job)
                return
        job.fail(Outage("the database is closed"))

    def close(self) -> None:
        """Finish what waits, then end every thread; safe to call twice."""
        with self._lock:
            if not self._closed:
                self._closed = True
                for _ in self._threads:
                    self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                self._run(job)
            except Exception as error:
                log.exception("a database thread stumbled")
                if not job.over:
                    job.fail(error)
