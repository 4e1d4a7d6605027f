"""Under which account of each platform people are known to this deployment."""

from dataclasses import dataclass

from bot.settings import Settings

LOCAL = "local"  # the console's stand-ins
SLACK = "slack"  # one workspace a deployment; its id is not known before Slack has been asked


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
