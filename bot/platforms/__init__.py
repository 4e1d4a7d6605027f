"""Each platform joined to the desk: its channel, its way in, started and stopped as one."""

from collections.abc import AsyncIterator, Callable
from typing import Protocol

from bot.channels.health import Health
from handlers.letters.letter import LetterFile
from scheduler.channel import Channel

Source = Callable[[LetterFile], AsyncIterator[bytes]]  # a file from whichever channel has it


class Platform(Protocol):
    """One platform, wired. Nothing is imported from its vendor before it is configured."""

    @property
    def channel(self) -> Channel:
        """The way out."""
        ...

    @property
    def way(self) -> str:
        """How events come in, for whoever starts the desk."""
        ...

    @property
    def health(self) -> Health:
        """How it is doing, ways in and out together."""
        ...

    async def open(self, *, listen: bool) -> None:
        """Begin to take events. Raises Outage, or SetupFault when the platform refuses.

        Without `listen` this process only answers what is posted to it.
        """
        ...

    async def close(self) -> None:
        """Take no more events; show what is still to be shown. Safe to call twice."""
        ...
