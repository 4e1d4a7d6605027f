"""PostgreSQL's own protocol: prepared statements, any number of them in one round trip.

psycopg opens the connection and knows the types. Its cursors are made for statements that come
one by one: each costs more than the server's work on it, and in a pipeline each leaves by itself.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache, partial
from itertools import count
from operator import attrgetter, call
from select import POLLIN, POLLOUT, poll
from time import monotonic
from typing import Any, Final, NamedTuple

from psycopg import Connection, Error, OperationalError
from psycopg.abc import Buffer
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import InvalidSqlStatementName, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

PREPARED: Final = 256  # statements that a server holds for a connection: each has its memory
REST_SECONDS: Final = 5.0
PLAN_SECONDS: Final = 10.0  # for which plans are kept: tables grow, and small ones are read whole
BEGIN: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
PLAN_ANEW: Final = "DISCARD PLANS"

_status: Final = attrgetter("status")
_DONE: Final = ExecStatus.COMMAND_OK
_ROWS: Final = ExecStatus.TUPLES_OK
_FAILED: Final = ExecStatus.FATAL_ERROR
_SYNC: Final = ExecStatus.PIPELINE_SYNC
_BAD: Final = ConnStatus.BAD
_IDLE: Final = TransactionStatus.IDLE
_OPEN: Final = TransactionStatus.INTRANS

Asked = tuple[str, Sequence[Any]]  # SQL with its places as `$1`, and a value for each
_Packed = tuple[str, list[Buffer | None]]


@lru_cache(maxsize=1024)
def _moment(value: datetime) -> bytes:
    """A turn writes the same moment many times over."""
    return str(value).encode()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'


_IN_LISTS: Final[dict[type[Any], Callable[[Any], str]]] = {int: str, str: _quoted}


def _list(values: Sequence[Any], encoding: str) -> bytes:
    """As PostgreSQL writes arrays. Raises KeyError for more than whole numbers and texts."""
    texts = map(call, map(_IN_LISTS.__getitem__, map(type, values)), values)
    return f"{{{','.join(texts)}}}".encode(encoding)


_TEXTS: Final[dict[type[Any], Callable[[Any], Buffer | None]]] = {
    int: b"%d".__mod__,
    bool: {True: b"t", False: b"f"}.__getitem__,
    datetime: _moment,
    type(None): {None: None}.__getitem__,
}


class Answer(NamedTuple):
    """What one statement gave: its rows, and how many it found or changed."""

    rows: list[tuple[Any, ...]]
    rowcount: int


class Link:
    """A connection, and what its server holds prepared. For the thread that has the connection."""

    def __init__(self, raw: Connection[Any]) -> None:
        self._raw = raw
        self._pg = raw.pgconn
        self._encoding = raw.info.encoding
        self._values = Transformer(raw)
        ways = {str: str.encode, list: _list}
        own = {kind: partial(way, encoding=self._encoding) for kind, way in ways.items()}
        self._way = {**_TEXTS, **own}.__getitem__
        self._prepared: dict[str, bytes] = {}
        self._fresh: dict[int, str] = {}  # prepared in this round trip, by the place of the result
        self._numbers = count(1)
        self._used = self._planned = monotonic()
        self._readable = poll()
        self._readable.register(self._pg.socket, POLLIN)

    @property
    def stands(self) -> bool:
        """Whether a transaction is open and may be committed."""
        return self._pg.transaction_status == _OPEN

    def answers(self) -> bool:
        """Whether the server is still there, after this connection has rested.

        One that goes away says so at once, unasked. After a long rest it is asked: what a firewall
        has forgotten is lost without a word. And now and then it is told to plan anew: by itself it
        does so when it has counted rows again, which a rush of a minute or a long table does not
        bring about.
        """
        if self._raw.closed:
            return False
        now = monotonic()
        stale = now - self._planned > PLAN_SECONDS
        if not stale and now - self._used < REST_SECONDS and not self._readable.poll(0):
            return True
        try:
            self._exchange([(PLAN_ANEW, [])] if stale else [])
        except Error:
            return False
        if stale:
            self._planned = now
        return True

    def ask(self, asked: Sequence[Asked], unheard: int = 0) -> list[Answer]:
        """All of them, in order, in one round trip; a transaction begins with the first of them.

        Returns what they found, but for the first `unheard`. Raises the first error, as psycopg
        would; what stands behind it was not run.
        """
        packed: list[_Packed] = [(sql, self._as_texts(values)) for sql, values in asked]
        begins = self._pg.transaction_status == _IDLE and not self._raw.autocommit
        if begins:
            packed.insert(0, (BEGIN, []))
        return [*map(self._answer, self._exchange(packed)[begins + unheard :])]

    def _exchange(self, packed: Sequence[_Packed]) -> list[PGresult]:
        """One round trip. Returns the result of each statement."""
        results: list[PGresult] = []
        try:
            self._pg.enter_pipeline_mode()
            places = self._send(packed)
            self._receive(results)
            self._pg.exit_pipeline_mode()
        except BaseException as error:
            self._pg.finish()  # what else comes over this connection belongs to nobody
            raise _first(results, self._encoding) or error from None
        self._used = monotonic()
        failed = _first(results, self._encoding)
        if failed is not None:
            self._forget(failed, results)
            raise failed
        return [results[place] for place in places]

    def _send(self, packed: Sequence[_Packed]) -> list[int]:
        """Everything in one piece. Returns the place of each statement's result among all."""
        places: list[int] = []
        sent = 0
        self._fresh.clear()
        for sql, values in packed:
            name = self._prepared.get(sql)
            if name is None:
                name = self._prepared[sql] = self._named(sql)
                self._pg.send_prepare(name, sql.encode(self._encoding))
                self._fresh[sent] = sql
                sent += 1
            self._pg.send_query_prepared(name, values)
            places.append(sent)
            sent += 1
        while len(self._prepared) > PREPARED:
            name = self._prepared.pop(next(iter(self._prepared)))
            self._pg.send_query_params(b'DEALLOCATE "%s"' % name, None)
        self._pg.pipeline_sync()
        return places

    def _named(self, sql: str) -> bytes:
        """Its first word is in it: a COMMIT is seen for what it is on its way and in logs."""
        return b"%d %s" % (next(self._numbers), sql.split(maxsplit=1)[0].encode())

    def _receive(self, results: list[PGresult]) -> None:
        """Every result up to the end of the round trip, as they come. Raises OperationalError when
        the connection broke."""
        self._push()
        pg, take = self._pg, self._pg.get_result
        while True:
            while pg.is_busy():
                self._readable.poll()
                pg.consume_input()
            result = take()
            if result is not None:
                results.append(result)
                if result.status == _SYNC:
                    return
            elif pg.status == _BAD:
                raise OperationalError("the connection is lost")

    def _push(self) -> None:
        """More than the socket takes at once must be read for too: the server may answer first."""
        while self._pg.flush():
            both = poll()
            both.register(self._pg.socket, POLLIN | POLLOUT)
            both.poll()
            self._pg.consume_input()

    def _forget(self, error: Error, results: Sequence[PGresult]) -> None:
        """What was not prepared after all, or is not any more."""
        if isinstance(error, InvalidSqlStatementName):
            self._prepared.clear()
        for place, sql in self._fresh.items():
            if results[place].status != _DONE:
                self._prepared.pop(sql, None)

    def _answer(self, result: PGresult) -> Answer:
        found = result.command_tuples
        rows: list[tuple[Any, ...]] = []
        if result.status == _ROWS:
            self._values.set_pgresult(result)
            rows = self._values.load_rows(0, result.ntuples, tuple)
        return Answer(rows, -1 if found is None else found)

    def _as_texts(self, values: Sequence[Any]) -> list[Buffer | None]:
        """The values as the protocol's texts: those of every turn without psycopg, which is asked
        about others, and refuses what PostgreSQL would."""
        try:
            found = [*map(call, map(self._way, map(type, values)), values)]
        except KeyError:
            return [*map(self._dumped, values)]
        if b"\x00" in b"".join(filter(None, found)):
            return [*map(self._dumped, values)]
        return found

    def _dumped(self, value: Any) -> Buffer | None:
        if value is None:
            return None
        return self._values.get_dumper(value, PyFormat.TEXT).dump(value)


def _first(results: Sequence[PGresult], encoding: str) -> Error | None:
    """The first error among them. What has no code was not said by the server but by libpq."""
    if _FAILED not in map(_status, results):
        return None
    failed = next(result for result in results if result.status == _FAILED)
    error = error_from_result(failed, encoding)
    return error if error.sqlstate else OperationalError(str(error))
