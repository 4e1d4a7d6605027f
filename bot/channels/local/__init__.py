"""The console's stand-ins for Telegram and Slack: same parse, same render, a wall for a network."""

from bot.channels.local.hands import Answer, Hands
from bot.channels.local.shelf import Shelf
from bot.channels.local.slack import LocalSlack
from bot.channels.local.telegram import LocalTelegram
from bot.channels.local.wall import ACCOUNT, Wall

__all__ = ["ACCOUNT", "Answer", "Hands", "LocalSlack", "LocalTelegram", "Shelf", "Wall"]
