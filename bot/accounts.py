"""Under which account of each platform people are known to this deployment."""

from dataclasses import dataclass

from bot.settings import Settings
from policy.house import House, Room

LOCAL = "local"  # the console's stand-ins
LOCAL_ROOM = "C0SOPORTE"  # the engineers' channel in the console (bot/seed.py)
SLACK = "slack"  # one workspace a deployment; its own id is not known before Slack was asked


@dataclass(frozen=True)
class Accounts:
    """The account of each channel."""

    telegram: str = LOCAL
    slack: str = LOCAL


def accounts(settings: Settings) -> Accounts:
    """The bot's id is the public half of Telegram's token; without tokens the desk is local."""
    token = settings.telegram_bot_token
    return Accounts(
        telegram=token.get_secret_value().partition(":")[0] if token else LOCAL,
        slack=SLACK if settings.slack_bot_token else LOCAL,
    )


def house(settings: Settings) -> House:
    """What the rules need to know about this deployment."""
    chat = settings.slack_channel if settings.slack_bot_token else None
    return House(
        enrolment=settings.enrolment,
        rooms=(Room("slack", accounts(settings).slack, chat or LOCAL_ROOM),),
        supervisors=frozenset(settings.slack_supervisors),
    )
