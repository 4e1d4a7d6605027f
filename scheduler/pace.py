"""How fast each platform wants to be spoken to: one row a key, shared by every replica.

The figures are the documented ones with a margin, because a letter leaves a little after its
place was taken (docs/decisions/0010). A key without seconds limits nothing by itself: it is
there to be held when the platform says so.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from store.values import OutboxRow, Pace

LOCAL = "local"
CHAT, ACCOUNT = "chat", "account"  # what a 429 was about; anything else is a method's name

TELEGRAM_CHAT = 1.0  # one a second
TELEGRAM_GROUP = 3.1  # 20 a minute
TELEGRAM_ACCOUNT = (1 / 20, 5)  # 30 a second
SLACK_CHANNEL = 1.0  # one a second
SLACK_ACCOUNT = (0.2, 5)  # "several hundred a minute" in a workspace
# Slack's tiers: 20, 50 and 100 requests a minute of one method in one workspace.
TIER_2, TIER_3, TIER_4 = (4.3, 4), (1.5, 8), (0.75, 15)
SLACK_METHODS = {
    "chat.update": TIER_3,
    "chat.delete": TIER_3,
    "chat.postEphemeral": TIER_4,
    "reactions.add": TIER_3,
    "reactions.remove": TIER_2,
    "views.publish": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "files.completeUploadExternal": TIER_4,
    "conversations.open": (0.0, 1),  # once a person and process: asked for far below its tier
}
OF_KIND = {
    "card": ("chat.update",),
    "edit": ("chat.update",),
    "mark": ("reactions.add",),
    "delete": ("chat.delete",),
    "home": ("views.publish",),
}
SILENT = frozenset({"mark", "delete", "home"})  # kinds that post nothing in their channel


def paces(row: OutboxRow) -> Sequence[Pace]:
    """The limits that this row uses up. The console's stand-ins have none."""
    if row.account == LOCAL:
        return ()
    return tuple(_telegram(row) if row.channel == "telegram" else _slack(row))


def limited(row: OutboxRow, limit: str) -> str:
    """The key that a platform's 429 is about."""
    if limit in ("", CHAT):
        return _chat(row)
    return _account(row) if limit == ACCOUNT else f"{_account(row)}/{limit}"


class Holds:
    """What this process was told to leave alone, known before the database knows it.

    A letter claimed just before another one met a 429 is not sent into it.
    """

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def note(self, key: str, until: datetime, now: datetime) -> None:
        """Nothing under this key before that moment."""
        kept = {known: moment for known, moment in self._until.items() if moment > now}
        self._until = kept | {key: max(until, kept.get(key, until))}

    def until(self, wanted: Iterable[Pace], now: datetime) -> datetime | None:
        """When all of these may be used again; None when they may now."""
        moments = [self._until[pace.key] for pace in wanted if pace.key in self._until]
        return max((moment for moment in moments if moment > now), default=None)


def _telegram(row: OutboxRow) -> Iterator[Pace]:
    group = row.chat.startswith("-")
    yield Pace(key=_chat(row), seconds=TELEGRAM_GROUP if group else TELEGRAM_CHAT)
    yield _of_account(row, TELEGRAM_ACCOUNT)


def _slack(row: OutboxRow) -> Iterator[Pace]:
    account = _account(row)
    if row.kind not in SILENT:
        yield Pace(key=_chat(row), seconds=SLACK_CHANNEL)
    yield _of_account(row, SLACK_ACCOUNT)
    for method in sorted(set(_methods(row))):
        seconds, burst = SLACK_METHODS[method]
        yield Pace(key=f"{account}/{method}", seconds=seconds, burst=burst)


def _methods(row: OutboxRow) -> Iterator[str]:
    """The methods with a limit of their own that this letter may call."""
    yield from OF_KIND.get(row.kind, ())
    if row.kind == "mark" and row.facts.get("instead"):
        yield "reactions.remove"
    if row.edits is not None:
        yield "chat.update"
    if row.only is not None:
        yield "chat.postEphemeral"
    if row.files or row.kind == "report":
        yield "files.getUploadURLExternal"
        yield "files.completeUploadExternal"
    if row.chat.startswith(("U", "W")) and row.kind != "home":
        yield "conversations.open"


def _of_account(row: OutboxRow, figures: tuple[float, int]) -> Pace:
    seconds, burst = figures
    return Pace(key=_account(row), seconds=seconds, burst=burst, account=True)


def _chat(row: OutboxRow) -> str:
    return f"{_account(row)}:{row.chat}"


def _account(row: OutboxRow) -> str:
    return f"{row.channel}:{row.account}"
