"""What the Slack app may do, and whether it may do all that the desk asks of it."""

from collections.abc import Iterator, Set

from bot.app import App
from bot.channels.slack.outcome import of_failure
from bot.checkup.finding import FAULT, NOTE, OK, Finding
from scheduler.channel import Result

SCOPES = frozenset(
    {
        *("app_mentions:read", "channels:history", "channels:read", "chat:write", "commands"),
        *("files:read", "files:write", "groups:history", "groups:read", "im:history", "im:write"),
        *("reactions:read", "reactions:write", "users:read"),
    }
)
REINSTALL = "add them under OAuth & Permissions (radica slack manifest has all), and reinstall"


async def examine(app: App) -> list[Finding]:
    """The scopes, the engineers' channel, the socket's own token."""
    slack = app.slack
    if slack is None or slack.channel.identity is None:
        return []
    found = list(scopes(slack.channel.identity.scopes))
    found.append(await _channel(app, app.settings.slack_channel or ""))
    token = app.settings.slack_app_token
    if token is not None:
        found.append(await _socket(app, token.get_secret_value()))
    return found


def scopes(granted: Set[str]) -> Iterator[Finding]:
    """Slack tells them with every answer; nothing is said where it does not."""
    missing = sorted(SCOPES - granted)
    if granted and missing:
        yield Finding(FAULT, f"the Slack app lacks scopes: {', '.join(missing)}", REINSTALL)
    elif granted:
        yield Finding(OK, "the Slack app has its scopes")


async def _channel(app: App, channel: str) -> Finding:
    """Whether the bot is in the engineers' channel, without which no card can be posted."""
    if app.slack is None:
        raise LookupError("Slack is not connected")
    try:
        answer = await app.slack.channel.api.call("conversations.info", {"channel": channel})
    except Exception as fault:
        what = f"Slack does not show SLACK_CHANNEL {channel}: "
        what += of_failure(fault, "conversations.info").code
        return Finding(FAULT, what, "its id stands at the end of the channel's details in Slack")
    told = answer.get("channel")
    if isinstance(told, dict) and not told.get("is_member", True):
        return Finding(FAULT, f"the bot is not in {channel}", "write /invite @radica in it")
    return Finding(OK, f"the bot is in {channel}")


async def _socket(app: App, token: str) -> Finding:
    """A socket's address is asked for, and not used."""
    if app.slack is None:
        raise LookupError("Slack is not connected")
    try:
        await app.slack.channel.api.client.apps_connections_open(app_token=token)
    except Exception as fault:
        outcome = of_failure(fault, "apps.connections.open")
        refused = outcome.result in (Result.AUTH, Result.PERMANENT)
        what = f"SLACK_APP_TOKEN opens no socket: {outcome.code}"
        mend = "make one under Basic Information, with the scope connections:write"
        return Finding(FAULT if refused else NOTE, what, mend)
    return Finding(OK, "SLACK_APP_TOKEN opens sockets")
