"""What Telegram knows of this bot's webhook."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.app import App
from bot.channels.telegram.outcome import outcome_of
from bot.channels.telegram.parse import UPDATES
from bot.checkup.finding import FAULT, NOTE, OK, Finding, for_how_long
from scheduler.clock import SystemClock

RECENT = 3600  # seconds
MANY = 100  # updates that wait
START = "start radica up, which registers it; see that no other desk uses this bot"


async def examine(app: App) -> list[Finding]:
    """Where updates go, whether they arrive, how many wait."""
    if app.telegram is None:
        return []
    try:
        info = await app.telegram.channel.wire.call("getWebhookInfo", {})
    except Exception as error:
        what = f"Telegram does not tell its webhook: {outcome_of(error).code}"
        return [Finding(NOTE, what, "try again")]
    now = SystemClock().now().timestamp()
    return list(webhook(info, app.settings.telegram_webhook_url or "", now))


def webhook(info: Mapping[str, Any], wanted: str, now: float) -> Iterator[Finding]:
    """The registration against the settings. `now` is in seconds of the epoch."""
    registered = str(info.get("url") or "")
    yield _registered(registered, wanted)
    if registered:
        yield from _trouble(info, now)
    waiting = info.get("pending_update_count") or 0
    if waiting >= MANY:
        what = f"{waiting} updates wait at Telegram, which keeps them for a day"
        yield Finding(NOTE, what, "is radica up running?")
    kinds = info.get("allowed_updates")
    missing = set(UPDATES) - set(kinds) if kinds else set[str]()
    if registered and missing:
        what = f"Telegram does not post {', '.join(sorted(missing))}"
        yield Finding(FAULT, what, START)


def _registered(registered: str, wanted: str) -> Finding:
    if registered == wanted:
        return Finding(OK, f"Telegram posts updates to {wanted}" if wanted else "no webhook is set")
    if not wanted:
        what = f"a webhook is left set at Telegram: {registered}"
        return Finding(NOTE, what, "radica up takes it away when it begins to ask for updates")
    what = f"Telegram posts updates to {registered or 'nobody'}, not to {wanted}"
    return Finding(FAULT, what, START)


def _trouble(info: Mapping[str, Any], now: float) -> Iterator[Finding]:
    failed_at = info.get("last_error_date")
    if not isinstance(failed_at, int) or now - failed_at > RECENT:
        return
    ago = for_how_long(max(0.0, now - failed_at))
    what = f"Telegram could not deliver {ago} ago: {info.get('last_error_message', '')}"
    mend = "open that address from outside; look at its certificate and at the proxy before it"
    yield Finding(FAULT, what, mend)
