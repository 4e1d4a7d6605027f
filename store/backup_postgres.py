"""PostgreSQL's copy: every table out of one snapshot, and all of them back in one transaction.

The archive is a zip of COPY's text and a page that says what it is; no tool of a certain version
is needed on either side. A database of many gigabytes is better served by the server's own means
(pg_basebackup, archived WAL), which this does not replace.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any, Final, cast
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from psycopg import Cursor, DataError, IntegrityError, OperationalError, ProgrammingError, sql
from sqlalchemy import Connection, create_engine, pool

from policy.errors import Outage
from store.database import parse
from store.errors import InUse
from store.faults import translate
from store.migrate import HEAD, REVISIONS, VERSIONS, revision, upgrade
from store.tables import metadata

FORMAT: Final = 1
PAGE: Final = "radica.json"
CHUNK: Final = 1 << 16
_COLUMNS: Final = """
    SELECT c.table_name, c.column_name
    FROM information_schema.columns c JOIN information_schema.tables t
      USING (table_schema, table_name)
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
      AND c.is_generated = 'NEVER'
    ORDER BY c.table_name, c.ordinal_position
"""
LOOKS: Final = 10  # a tenth of a second apart, before others count as there to stay
_OTHERS: Final = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type = 'client backend'
"""
_SEQUENCE: Final = "SELECT pg_get_serial_sequence(quote_ident(%s), 'id')"


def copy(url: str, target: Path) -> None:
    """Write the archive. Nobody is held up, and it is as of one moment."""
    with _connected(url) as connection, ZipFile(target, "w", ZIP_DEFLATED) as archive:
        cursor = _cursor(connection)
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        columns = _columns(cursor)
        if VERSIONS not in columns:
            raise ValueError("there is no desk in this database")
        tables = {
            name: {"columns": names, "rows": _out(cursor, archive, name, names)}
            for name, names in columns.items()
        }
        page = {
            "format": FORMAT,
            "revision": revision(connection),
            "taken_at": _now(cursor),
            "sequences": {name: _drawn(cursor, name) for name in columns if "id" in columns[name]},
            "tables": tables,
        }
        archive.writestr(PAGE, json.dumps(page, indent=1))
    _page(target)


def put(source: Path, url: str) -> None:
    """Replace all tables by those of the archive, or leave everything as it is."""
    page = _page(source)
    known = page["revision"]
    if known not in REVISIONS:
        raise ValueError(f"{source} was made by a newer release (schema {known}, here {HEAD})")
    with _connected(url) as connection, ZipFile(source) as archive:
        cursor = _cursor(connection)
        _alone(cursor)
        _clear(cursor, {*page["tables"], *metadata.tables, VERSIONS})
        upgrade(connection, known)
        cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(VERSIONS)))
        for name in _in_order(page["tables"]):
            _in(cursor, archive, source, name, page["tables"][name])
        for name, drawn in page["sequences"].items():
            _go_on_from(cursor, name, drawn)


def _page(source: Path) -> dict[str, Any]:
    """What the archive says of itself, once all of it could be read."""
    try:
        with ZipFile(source) as archive:
            damaged = archive.testzip()
            page: Any = json.loads(archive.read(PAGE))
            held = set(archive.namelist())
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise ValueError(f"{source} is no copy of a PostgreSQL desk: {error}") from error
    if damaged is not None or not _is_whole(page, held):
        raise ValueError(f"{source} is damaged, or of a format unknown here")
    return dict(page)


def _is_whole(page: Any, held: Set[str]) -> bool:
    """Whether the page tells all that is asked of it, of tables that the archive holds."""
    try:
        whole = page["format"] == FORMAT and isinstance(page["revision"], str)
        drawn = all(isinstance(number, int | None) for number in page["sequences"].values())
        told = all(isinstance(each["rows"], int) and each["columns"] for each in _tables(page))
        return whole and drawn and told and {f"tables/{name}" for name in page["tables"]} <= held
    except (AttributeError, KeyError, TypeError):
        return False


def _tables(page: Any) -> Iterable[Mapping[str, Any]]:
    return cast("Iterable[Mapping[str, Any]]", page["tables"].values())


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    """One connection without a desk's short patience; committed as a whole, or not at all."""
    engine = create_engine(parse(url), poolclass=pool.NullPool, hide_parameters=True)
    try:
        with engine.begin() as connection:
            yield connection
    except OperationalError as error:
        raise Outage(f"the database went away: {error}") from error
    except Exception as error:
        known = translate(error)
        if isinstance(known, Outage):
            raise known from error
        raise
    finally:
        engine.dispose()


def _cursor(connection: Connection) -> Cursor[Any]:
    cursor = cast(Any, connection.connection.driver_connection).cursor()
    return cast("Cursor[Any]", cursor)


def _one(cursor: Cursor[Any]) -> Any:
    row = cursor.fetchone()
    return row[0] if row is not None else None


def _columns(cursor: Cursor[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, column in cursor.execute(_COLUMNS).fetchall():
        found.setdefault(str(table), []).append(str(column))
    return found


def _now(cursor: Cursor[Any]) -> str:
    return str(_one(cursor.execute("SELECT now()")).astimezone(UTC).isoformat())


def _listed(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)


def _out(cursor: Cursor[Any], archive: ZipFile, table: str, columns: Sequence[str]) -> int:
    query = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), _listed(columns))
    with archive.open(f"tables/{table}", "w", force_zip64=True) as into, cursor.copy(query) as rows:
        for piece in rows:
            into.write(piece)
    return cursor.rowcount


def _in(
    cursor: Cursor[Any], archive: ZipFile, source: Path, table: str, told: Mapping[str, Any]
) -> None:
    query = sql.SQL("COPY {} ({}) FROM STDIN")
    query = query.format(sql.Identifier(table), _listed(told["columns"]))
    try:
        with archive.open(f"tables/{table}") as rows, cursor.copy(query) as into:
            while piece := rows.read(CHUNK):
                into.write(piece)
    except (DataError, IntegrityError, ProgrammingError) as error:
        raise ValueError(f"{source}: {table} cannot be read back") from error
    if cursor.rowcount != told["rows"]:
        raise ValueError(f"{source}: {table} has {cursor.rowcount} rows, not {told['rows']}")


def _alone(cursor: Cursor[Any]) -> None:
    """A desk that goes on would write into tables that are about to go.

    A connection that was just closed is listed for a moment longer.
    """
    others = 0
    for _ in range(LOOKS):
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        others = _one(cursor.execute(_OTHERS))
        if not others:
            return
        cursor.execute("SELECT pg_sleep(0.1)")
    raise InUse(f"the database is in use by {others} connection(s): stop the desk")


def _clear(cursor: Cursor[Any], tables: set[str]) -> None:
    names = _listed(sorted(tables))
    cursor.execute(sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(names))


def _in_order(tables: Mapping[str, Any]) -> list[str]:
    """What is pointed at before what points at it."""
    ours = [table.name for table in metadata.sorted_tables if table.name in tables]
    return [*ours, *sorted(set(tables) - set(ours))]


def _drawn(cursor: Cursor[Any], table: str) -> int | None:
    """The last number that the table's own key drew; None where it draws none."""
    sequence = _one(cursor.execute(_SEQUENCE, (table,)))
    if sequence is None:
        return None
    last = _one(cursor.execute("SELECT pg_sequence_last_value(%s::regclass)", (sequence,)))
    return int(last) if last is not None else None


def _go_on_from(cursor: Cursor[Any], table: str, drawn: int | None) -> None:
    """No number is handed out twice, also not that of a row which is long gone."""
    if drawn is not None:
        sequence = _one(cursor.execute(_SEQUENCE, (table,)))
        cursor.execute("SELECT setval(%s, %s)", (sequence, drawn))
