"""Who acts: a user id of the desk's own workspace, or of another one that shares a channel.

In a shared channel the same user id may not be trusted: a stranger is known by team AND id
(`T0OTHER/U123`), so that no imported contact of the home workspace is ever taken for them.
"""


def sender(user: str, team: str, home: str) -> str:
    """The stable id of a person: bare at home, with its workspace when it is another one."""
    if not team or not home or team == home:
        return user
    return f"{team}/{user}"


def bare(person: str) -> str:
    """The user id alone, as Slack's methods want it."""
    return person.rpartition("/")[2]


def is_user(chat: str) -> bool:
    """Whether this is a person and not a conversation: their direct messages are meant."""
    return chat[:1] in ("U", "W") or "/" in chat
