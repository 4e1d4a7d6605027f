"""How fast each platform wants to be spoken to: one row a key, shared by every replica."""

from collections.abc import Sequence

from store.values import OutboxRow, Pace

LOCAL = "local"


def paces(row: OutboxRow) -> Sequence[Pace]:
    """The limits that this row uses up, in seconds between two sends of the same key.

    Telegram: 1/s a chat, 20/min a group, 30/s an account. Slack: 1/s a conversation.
    The console's stand-ins have none.
    """
    if row.account == LOCAL:
        return ()
    chat = f"{row.channel}:{row.account}:{row.chat}"
    if row.channel == "telegram":
        a_chat = 3.0 if row.chat.startswith("-") else 1.0
        return (
            Pace(key=chat, seconds=a_chat),
            Pace(key=f"{row.channel}:{row.account}", seconds=1 / 30, account=True),
        )
    return (Pace(key=chat, seconds=1.0),)
