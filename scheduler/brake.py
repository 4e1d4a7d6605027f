"""How much one sender is heard: a flood is shed and counted, and two machines in a loop are parted.

Nothing here is durable, and every process counts for itself: what is kept of one sender is bounded
all the same, and nobody else waits for it.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

BURST = 120  # events of one sender that may come at once, such as a talk that is forwarded whole
RATE = 3.0  # and so many a second after that
REPLIES = 40  # answers to one chat within a minute: only a machine reads as fast
MINUTE = timedelta(minutes=1)
KNOWN = 10_000  # senders and chats remembered


@dataclass
class _Sender:
    at: datetime
    places: float = BURST
    told_at: datetime | None = None


@dataclass
class Brake:
    """Asked about every event before its turn. Touched from the event loop only."""

    now: Callable[[], datetime]
    _senders: OrderedDict[Hashable, _Sender] = field(default_factory=OrderedDict[Hashable, _Sender])
    _answers: OrderedDict[Hashable, deque[datetime]] = field(
        default_factory=OrderedDict[Hashable, deque[datetime]]
    )

    def admits(self, sender: Hashable) -> bool:
        """Take one of this sender's places; False when there is none left."""
        known = self._known(sender)
        if known.places < 1:
            return False
        known.places -= 1
        return True

    def gives_back(self, sender: Hashable) -> None:
        """The event was not taken after all, and comes again."""
        known = self._known(sender)
        known.places = min(BURST, known.places + 1)

    def tells(self, sender: Hashable) -> bool:
        """Whether it is time to tell this sender so: once a minute."""
        known = self._known(sender)
        if known.told_at is not None and self.now() - known.told_at < MINUTE:
            return False
        known.told_at = self.now()
        return True

    def answered(self, chat: Hashable) -> None:
        """An answer to what was said in this chat has left."""
        times = self._answers.setdefault(chat, deque(maxlen=REPLIES))
        times.append(self.now())
        self._answers.move_to_end(chat)
        while len(self._answers) > KNOWN:
            self._answers.popitem(last=False)

    def loops(self, chat: Hashable) -> bool:
        """Whether more answers than a person reads left for this chat within a minute (F56)."""
        times = self._answers.get(chat)
        return times is not None and len(times) == REPLIES and self.now() - times[0] < MINUTE

    def _known(self, sender: Hashable) -> _Sender:
        """The sender, with the places that came back since."""
        now = self.now()
        known = self._senders.setdefault(sender, _Sender(now))
        self._senders.move_to_end(sender)
        gained = max(0.0, (now - known.at).total_seconds()) * RATE
        known.places, known.at = min(BURST, known.places + gained), now
        while len(self._senders) > KNOWN:
            self._senders.popitem(last=False)
        return known
