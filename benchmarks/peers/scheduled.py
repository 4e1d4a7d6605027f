"""APScheduler 3 with its own job store on SQLite: due jobs that do nothing."""

import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from benchmarks.raw import connect

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
_fired = threading.Semaphore(0)


def rate(many: int) -> float:
    """Jobs a second, when so many are due."""
    with tempfile.TemporaryDirectory(prefix="radica-aps-") as folder:
        connect(Path(folder) / "jobs.db").close()  # WAL stays with the file; FULL is the default
        aps: Any = BackgroundScheduler(
            jobstores={"default": SQLAlchemyJobStore(url=f"sqlite:///{folder}/jobs.db")},
            executors={"default": ThreadPoolExecutor(10)},
            job_defaults={"misfire_grace_time": None},
            timezone=UTC,
        )
        aps.start(paused=True)
        for _ in range(many):
            aps.add_job(fire, "date", run_date=LONG_AGO)
        began = perf_counter()
        aps.resume()
        for _ in range(many):
            _fired.acquire()
        spent = perf_counter() - began
        aps.shutdown()
        return many / spent


def fire() -> None:
    """The job."""
    _fired.release()
