"""The database as the benches see it: beside the product, by a driver of their own."""

import json
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import make_url

from store.sqlite import driver

WAITING = "state IN ('pending', 'claimed')"
JSON = ("facts", "refs", "edits", "on_sent")


class Records:
    """Reads one database, a connection for each look."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self.sqlite = self._url.get_backend_name() == "sqlite"

    def rows(self, statement: str) -> list[dict[str, Any]]:
        """What a SELECT gives, JSON decoded."""
        found = self._sqlite(statement) if self.sqlite else self._postgres(statement)
        return [{name: _plain(name, value) for name, value in row.items()} for row in found]

    def column(self, statement: str) -> list[Any]:
        """The first column of a SELECT."""
        return [next(iter(row.values())) for row in self.rows(statement)]

    def waiting(self, now: str, account: str = "") -> int:
        """Letters that could go and have not. `now` is the desk's, as SQL text in UTC; with an
        `account`, those of Telegram for that one alone."""
        others = f" AND (channel <> 'telegram' OR account = '{account}')" if account else ""
        return int(
            self.column(
                f"SELECT count(*) FROM outbox WHERE {WAITING}"
                f" AND (not_before IS NULL OR not_before <= '{now}'){others}"
            )[0]
        )

    def whole(self) -> bool:
        """Whether SQLite finds its file in order; PostgreSQL keeps watch by itself."""
        return not self.sqlite or self.column("PRAGMA integrity_check") == ["ok"]

    def _sqlite(self, statement: str) -> Sequence[dict[str, Any]]:
        module = driver()
        connection = module.connect(f"file:{self._url.database}?mode=ro", uri=True, timeout=20)
        try:
            cursor = connection.execute(statement)
            names = [one[0] for one in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]
        finally:
            connection.close()

    def _postgres(self, statement: str) -> Sequence[dict[str, Any]]:
        url = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        with (
            psycopg.connect(url) as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            return cursor.execute(statement.encode()).fetchall()


def _plain(name: str, value: Any) -> Any:
    return json.loads(value) if name in JSON and isinstance(value, str) else value
