"""A database seen from beside the desk: all of its rows, and triggers that make it fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import make_url

from store.sqlite import driver

LEFT_OUT = frozenset({"planned", "alembic_version", "sqlite_sequence"})


class Beside:
    """Another connection to the same database, each statement committed at once."""

    def __init__(self, url: str) -> None:
        self.sqlite = url.startswith("sqlite")
        if self.sqlite:
            path = url.removeprefix("sqlite:///")
            # The same library as the desk uses: two in one process do not see each other's locks.
            self._connection: Any = driver().connect(path, isolation_level=None)
        else:
            plain = make_url(url).set(drivername="postgresql")
            found = plain.render_as_string(hide_password=False)
            self._connection = psycopg.connect(found, autocommit=True)

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """What it gives, if anything."""
        cursor = self._connection.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []

    def tables(self) -> list[str]:
        """The desk's own."""
        asked = (
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            if self.sqlite
            else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        return sorted({row[0] for row in self.run(asked)} - LEFT_OUT)

    def everything(self) -> dict[str, list[str]]:
        """Every row of every table."""
        return {
            table: sorted(map(repr, self.run(f'SELECT * FROM "{table}"')))
            for table in self.tables()
        }

    @contextmanager
    def held(self, statement: str) -> Iterator[None]:
        """A transaction that began with this statement and does not end before the block."""
        self.run("BEGIN")
        self.run(statement)
        try:
            yield
        finally:
            self.run("ROLLBACK")

    def plan_failures(self) -> None:
        """From now on the n-th row that is written fails, where `fail_at` says so."""
        self.run("CREATE TABLE planned (at INTEGER, written INTEGER)")
        self.run("INSERT INTO planned VALUES (0, 0)")
        if not self.sqlite:
            self.run("CREATE SEQUENCE planned_rows")
            self.run(_FUNCTION)
        for table in self.tables():
            for verb in ("INSERT", "UPDATE", "DELETE"):
                self.run(_on_sqlite(table, verb) if self.sqlite else _on_postgres(table, verb))

    def fail_at(self, number: int) -> None:
        """The number of the row at which to fail; 0 for none."""
        self.run(f"UPDATE planned SET at = {number}, written = 0")
        if not self.sqlite:
            self.run("ALTER SEQUENCE planned_rows RESTART")


# A sequence, for no transaction holds it: what a turn has written apart must not wait for the turn.
_FUNCTION = """
CREATE FUNCTION count_planned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('planned_rows') = (SELECT at FROM planned) THEN RAISE EXCEPTION 'planned'; END IF;
    RETURN COALESCE(NEW, OLD);
END $$"""


def _on_sqlite(table: str, verb: str) -> str:
    return f"""
    CREATE TRIGGER planned_{verb}_{table} BEFORE {verb} ON "{table}" BEGIN
        UPDATE planned SET written = written + 1;
        SELECT RAISE(ABORT, 'planned') FROM planned WHERE written = at;
    END"""


def _on_postgres(table: str, verb: str) -> str:
    return f"""
    CREATE TRIGGER planned_{verb}_{table} BEFORE {verb} ON "{table}"
    FOR EACH ROW EXECUTE FUNCTION count_planned()"""
