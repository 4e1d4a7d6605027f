"""Which of a driver's errors mean a race, which an absent database; the rest are bugs."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from policy.errors import Outage
from store.errors import Busy, StaleTurn

# serialization failure, deadlock, lock not available
_RACES = frozenset({"40001", "40P01", "55P03"})
# statement cancelled by its timeout
_SLOW = frozenset({"57014"})
# connection, resources (disk, memory, connections), operator intervention, idle in transaction
_AWAY = ("08", "53", "57", "58", "25P03", "25P04")
# busy, locked, interrupt, I/O, corrupt, full, cannot open, protocol, not a database
_SQLITE_AWAY = frozenset({5, 6, 9, 10, 11, 13, 14, 15, 26})
_SQLITE_READ_ONLY = 8


def translate(error: BaseException, *, reading: bool = False) -> BaseException:
    """The error in the desk's terms: StaleTurn, Outage, Busy, or itself when it is a bug."""
    if isinstance(error, PoolTimeout):
        return Busy("no connection free")
    if not isinstance(error, DBAPIError):
        return error
    original = error.orig
    sqlite_code = getattr(original, "sqlite_errorcode", None)
    if sqlite_code is not None:
        return _sqlite(error, int(sqlite_code), reading)
    return _postgres(error, getattr(original, "sqlstate", None))


def _sqlite(error: DBAPIError, code: int, reading: bool) -> BaseException:
    primary = code & 0xFF
    read_only_file = primary == _SQLITE_READ_ONLY and not reading
    if primary in _SQLITE_AWAY or read_only_file:
        return Outage(str(error.orig))
    return error


def _postgres(error: DBAPIError, state: str | None) -> BaseException:
    if state in _RACES:
        return StaleTurn(str(error.orig))
    if state in _SLOW:
        return Busy(str(error.orig))
    away = state is not None and state.startswith(_AWAY)
    unreached = state is None and isinstance(error, OperationalError | InterfaceError)
    if error.connection_invalidated or away or unreached:
        return Outage(str(error.orig))
    return error
