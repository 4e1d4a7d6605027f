"""What the owner of one deployment decided, as values: who may come in, and where staff works."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Room:
    """The engineers' channel."""

    channel: str  # "slack"
    account: str
    chat: str


@dataclass(frozen=True, kw_only=True)
class House:
    """Facts of the deployment that rules need. Built once from the settings."""

    enrolment: str = "invite"  # "open": a trial, whoever writes is enrolled; "invite": known people
    rooms: tuple[Room, ...] = ()
    supervisors: frozenset[str] = field(default_factory=frozenset)  # Slack user ids
    telegram_bot: str = ""  # its username, for invitation links

    @property
    def room(self) -> Room | None:
        """Where cards go."""
        return self.rooms[0] if self.rooms else None

    def is_room(self, channel: str, account: str, chat: str) -> bool:
        """Whether this chat is the engineers' channel."""
        return any((r.channel, r.account, r.chat) == (channel, account, chat) for r in self.rooms)
