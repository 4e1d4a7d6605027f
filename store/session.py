"""What every repository works with: the turn's connection, its one time, its manners."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection


@dataclass(frozen=True)
class Session:
    """One transaction, seen from inside. `reading`: nothing may be written."""

    connection: Connection
    now: datetime
    turn: str
    reading: bool = False

    @property
    def postgres(self) -> bool:
        """Whether rows can be locked one by one."""
        return self.connection.dialect.name == "postgresql"

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is written inside is undone alone when it raises; the exception goes on."""
        with self.connection.begin_nested():
            yield
