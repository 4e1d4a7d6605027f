"""What became of one call: Slack's answers and the network's ways to fail, sorted into classes.

PLATFORM.md, design consequence 3. `ok: false` means that nothing happened, but for
`internal_error` and `fatal_error`, which Slack says may follow a partial success.
"""

import math
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from scheduler.channel import Outcome, Result
from scheduler.pace import CHAT

LATER = frozenset(
    {"ratelimited", "rate_limited", "request_timeout", "team_added_to_org", "org_login_required"}
)
UNSURE = frozenset({"internal_error", "fatal_error", "service_unavailable"})
REFUSED_TOKEN = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_allowed_token_type",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)
DONE_BEFORE = {
    "reactions.add": frozenset({"already_reacted"}),
    "reactions.remove": frozenset({"no_reaction"}),
    "chat.delete": frozenset({"message_not_found"}),
}


def of_failure(fault: Exception, method: str) -> Outcome:
    """The class of whatever a call raised."""
    match fault:
        case SlackApiError():
            return _of_answer(fault, method)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return Outcome(result=Result.NOT_SENT, code="unreachable")
        case aiohttp.ServerTimeoutError() | TimeoutError():
            return Outcome(result=Result.UNKNOWN, code="timeout")
        case aiohttp.ClientError() | OSError():
            return Outcome(result=Result.UNKNOWN, code="connection_lost")
        case _:
            return Outcome(result=Result.UNKNOWN, code=f"garbage:{type(fault).__name__}")


def _of_answer(fault: SlackApiError, method: str) -> Outcome:
    status, headers, data = _parts(fault.response)
    error = data.get("error")
    if status == 429 or error in ("ratelimited", "rate_limited"):
        asked = retry_after(headers)
        limit = CHAT if method == "chat.postMessage" else method
        return Outcome(result=Result.NOT_SENT, code="ratelimited", retry_after=asked, limit=limit)
    if status >= 500 or not isinstance(error, str) or not error:
        return Outcome(result=Result.UNKNOWN, code=f"http_{status}")
    return of_error(error, method)


def of_error(error: str, method: str) -> Outcome:
    """The class of an `ok: false` answer."""
    code = error[:100]
    if error in DONE_BEFORE.get(method, ()):
        return Outcome(result=Result.SENT, code=code)
    if error in LATER:
        return Outcome(result=Result.NOT_SENT, code=code)
    if error in UNSURE:
        return Outcome(result=Result.UNKNOWN, code=code)
    if error in REFUSED_TOKEN:
        return Outcome(result=Result.AUTH, code=code)
    return Outcome(result=Result.PERMANENT, code=code)


def _parts(response: Any) -> tuple[int, Mapping[str, str], Mapping[str, Any]]:
    """Status, headers and JSON of either answer type that the SDK puts into its error."""
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    data = getattr(response, "data", None)
    headers = getattr(response, "headers", None)
    return (
        status if isinstance(status, int) else 0,
        headers if isinstance(headers, Mapping) else {},
        data if isinstance(data, Mapping) else {},
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that Slack asks to wait; None when the header is absent or senseless."""
    asked = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        seconds = float(asked)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds > 0 else None
