"""What became of a request: the exception's class and its cause, in the right order.

BadRequest is a NetworkError to PTB and is asked first; only `__cause__` tells a connection that
was refused from one that broke after the request was written (PLATFORM.md, sections 2 and (b)).
"""

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram.secrets import redact
from bot.channels.telegram.wire import Flood
from policy.errors import Outage, Refusal
from scheduler.channel import Outcome, Result
from scheduler.pace import CHAT

BLOCKED = "blocked"  # code of an Outcome: this chat does not want, or can no longer get, messages
CHAT_GONE = "chat_not_found"

# The request failed, and what it was for is so: Telegram's own words, lower case.
_ALREADY_SO = ("message is not modified", "message to delete not found")
_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
    RuntimeError,  # PTB: the client was shut down
)
_LONGEST_CODE = 200


def outcome_of(error: Exception) -> Outcome:
    """The class of one failed attempt. UNKNOWN wherever it may have been sent after all."""
    match error:
        case Flood():
            return _outcome(Result.NOT_SENT, "429", retry_after=error.retry_after, limit=CHAT)
        case ChatMigrated():
            moved_to = str(error.new_chat_id)
            return _outcome(Result.NOT_SENT, "chat_migrated", moved_to=moved_to)
        case Forbidden():
            return _outcome(Result.PERMANENT, BLOCKED)
        case InvalidToken():
            return _outcome(Result.AUTH, "invalid_token")
        case BadRequest():
            return _refused(error.message)
        case NetworkError():
            return _broken(error)
        case Outage():
            return _outcome(Result.NOT_SENT, f"file_away: {error}")
        case Refusal():
            return _outcome(Result.PERMANENT, error.code)
        case _:
            return _outcome(Result.UNKNOWN, _named(error))


def _refused(message: str) -> Outcome:
    words = message.lower()
    if any(known in words for known in _ALREADY_SO):
        return _outcome(Result.SENT, "already_so")
    if "chat not found" in words:
        return _outcome(Result.PERMANENT, CHAT_GONE)
    return _outcome(Result.PERMANENT, f"bad_request: {message}")


def _broken(error: NetworkError) -> Outcome:
    cause = error.__cause__
    if isinstance(cause, _NEVER_LEFT):
        return _outcome(Result.NOT_SENT, type(cause).__name__)
    if isinstance(error, TimedOut):
        return _outcome(Result.UNKNOWN, "timed_out")
    return _outcome(Result.UNKNOWN, _named(error))


def _named(error: Exception) -> str:
    words = error.message if isinstance(error, TelegramError) else type(error).__name__
    return f"{type(error).__name__}: {words}"


def _outcome(
    result: Result,
    code: str,
    *,
    retry_after: float | None = None,
    limit: str = "",
    moved_to: str | None = None,
) -> Outcome:
    return Outcome(
        result=result,
        code=redact(code)[:_LONGEST_CODE],
        retry_after=retry_after,
        limit=limit,
        moved_to=moved_to,
    )
