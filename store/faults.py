"""Which of a driver's errors mean a race, which an absent database; the rest are bugs."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from policy.errors import Outage
from store.errors import Busy, StaleTurn

# serialization failure, deadlock, lock not available
_RACES = frozenset({"40001", "40P01", "55P03"})
# A row that two turns made at once: whoever comes second reads what the first has made.
_UNIQUE_VIOLATION = "23505"
_MADE_TWICE = frozenset({"uq_conversations_channel_account_chat_user"})
# statement cancelled by its timeout
_SLOW = frozenset({"57014"})
# connection, resources (disk, memory, connections), operator intervention, idle in transaction
_AWAY = ("08", "53", "57", "58", "25P03", "25P04")
# busy, locked, interrupt, I/O, corrupt, full, cannot open, protocol, not a database
_SQLITE_AWAY = frozenset({5, 6, 9, 10, 11, 13, 14, 15, 26})
_SQLITE_READ_ONLY = 8
_UNREACHED = frozenset({"OperationalError", "InterfaceError"})  # with no word from the server


def translate(error: BaseException, *, reading: bool = False) -> BaseException:
    """The error in the desk's terms: StaleTurn, Outage, Busy, or itself when it is a bug."""
    if isinstance(error, PoolTimeout):
        return Busy("no connection free")
    # What ran on the driver's own cursor raises the driver's own errors.
    original = error.orig if isinstance(error, DBAPIError) else error
    sqlite_code = getattr(original, "sqlite_errorcode", None)
    if sqlite_code is not None:
        return _sqlite(original, int(sqlite_code), reading) or error
    if isinstance(error, DBAPIError) or hasattr(original, "sqlstate"):
        return _postgres(error, original) or error
    return error


def _sqlite(error: BaseException | None, code: int, reading: bool) -> BaseException | None:
    primary = code & 0xFF
    read_only_file = primary == _SQLITE_READ_ONLY and not reading
    if primary in _SQLITE_AWAY or read_only_file:
        return Outage(str(error))
    return None


def _postgres(error: BaseException, original: BaseException | None) -> BaseException | None:
    state = getattr(original, "sqlstate", None)
    if state in _RACES or (state == _UNIQUE_VIOLATION and _constraint(original) in _MADE_TWICE):
        return StaleTurn(str(original))
    if state in _SLOW:
        return Busy(str(original))
    away = state is not None and state.startswith(_AWAY)
    unreached = state is None and type(original).__name__ in _UNREACHED
    if getattr(error, "connection_invalidated", False) or away or unreached:
        return Outage(str(original))
    return None


def _constraint(error: BaseException | None) -> str | None:
    return getattr(getattr(error, "diag", None), "constraint_name", None)
