"""After the storm: what the platforms saw is compared with what the database holds (G1 to G6)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.delivery import DOUBT
from tests.faults.bots import TOKENS, Bot
from tests.faults.crowd import CLIENT, Case
from tests.faults.ledger import Ledger
from tests.faults.records import Records
from tests.faults.workroom import Workroom

Row = Mapping[str, Any]

OUTBOX = (
    "SELECT id, kind, channel, account, chat, lane, key, facts, edits, attempt, state, refs, error,"
    " doubtful, not_before FROM outbox ORDER BY id"
)
SPOKEN = "SELECT channel, account, chat, ref FROM messages WHERE direction = 'in'"
OPENED = (
    "SELECT c.account AS account, c.chat AS chat, t.number AS number FROM tickets t"
    " JOIN conversations c ON c.id = t.conversation"
)
ENDS = ("sent", "dead", "expired")
NO_MESSAGE = ("mark", "delete", "home")
SHOWN = 20  # violations of one kind that are spelt out


@dataclass
class Reckoning:
    """The counts, and what was promised and not kept."""

    counts: dict[str, Any] = field(default_factory=dict[str, Any])
    violations: list[str] = field(default_factory=list[str])

    def must(self, faults: Sequence[str]) -> None:
        """Each of these is a promise that was broken."""
        self.violations += faults[:SHOWN]
        if len(faults) > SHOWN:
            self.violations.append(f"... and {len(faults) - SHOWN} more like it")


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Everything that is compared. `alone`: no desk could be taken for dead while it lived.

    `retried` are letters whose end nobody knew, sent after all by an operator: late, by intent.
    """

    ledger: Ledger
    bots: Sequence[Bot]
    room: Workroom
    cases: Sequence[Case]
    records: Records
    alone: bool
    retried: Collection[int] = ()


def reckon(scene: Scene) -> Reckoning:
    """Call it when nothing moves any more."""
    found = Reckoning()
    letters = scene.records.rows(OUTBOX)
    found.must([*_lost(scene, found)])
    found.must([*_quarantined(scene)])
    found.must([*_said_once(scene, letters, found)])
    found.must([*_opened_once(scene, found)])
    found.must([*_ended(letters, found)])
    found.must([*_stands(scene, letters)])
    found.must([*_copies_in_chats(scene, letters, found)])
    found.must([*_copies_of_words(scene, letters)])
    found.must([*_copies_in_the_room(scene, letters, found)])
    found.must([*_out_of_order(letters, scene.retried)])
    if not scene.records.whole():
        found.violations.append("the database file is damaged")
    return found


def _lost(scene: Scene, found: Reckoning) -> Iterator[str]:
    """G1: what was acknowledged is in the inbox."""
    kept = set(scene.records.column("SELECT key FROM inbox"))
    lost = scene.ledger.acknowledged - kept
    handed = sum(scene.ledger.handed.values())
    found.counts |= {
        "events": len(scene.ledger.events),
        "acknowledged": len(scene.ledger.acknowledged),
        "duplicates delivered": handed - len(scene.ledger.events),
        "difference": len(lost),
    }
    yield from (f"acknowledged and not stored: {key}" for key in sorted(lost))


def _quarantined(scene: Scene) -> Iterator[str]:
    for row in scene.records.rows("SELECT key, error FROM quarantine"):
        yield f"in quarantine: {row['key']} {row['error']}"


def _said_once(scene: Scene, letters: Sequence[Row], found: Reckoning) -> Iterator[str]:
    """G2: each thing said is recorded once, and passed on by one letter."""
    spoken = Counter((row["chat"], row["ref"]) for row in scene.records.rows(SPOKEN))
    passed = Counter(
        (str(source["chat"]), str(source["ref"]))
        for row in letters
        if row["kind"] == "relay" and (source := row["facts"].get("source"))
    )
    total = 0
    for case in scene.cases:
        for text in case.texts:
            chat = str(case.chat) if text.side == CLIENT else text.key.split(":")[1]
            wanted = 1 if text.key in scene.ledger.acknowledged else None
            total += wanted or 0
            times = spoken[chat, text.ref], passed[chat, text.ref]
            if wanted and times != (1, 1):
                yield f"{text.word} of case {case.number}: stored and passed on {times} times"
            elif max(times) > 1:
                yield f"{text.word} of case {case.number}: done {times} times"
    found.counts["texts"] = total


def _opened_once(scene: Scene, found: Reckoning) -> Iterator[str]:
    """G2, G3: one case a client who sent it, with its card; taken once by one engineer."""
    opened: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in scene.records.rows(OPENED):
        opened[row["account"], row["chat"]].append(row["number"])
    taken = Counter(scene.records.column("SELECT ticket FROM audit WHERE what = 'claimed'"))
    carded = set(scene.records.column("SELECT ticket FROM cards"))
    for case in scene.cases:
        numbers = opened[case.bot.account, str(case.chat)]
        if len(numbers) > 1 or (case.sent and not numbers and not case.asked_since):
            yield f"client {case.chat} opened {numbers}"
        for number in numbers:
            if number not in carded:
                yield f"case {number} has no card"
            if taken[number] > 1 or (case.ready and not taken[number]):
                yield f"case {number} was taken {taken[number]} times"
    found.counts["cases"] = sum(map(len, opened.values()))


def _ended(letters: Sequence[Row], found: Reckoning) -> Iterator[str]:
    """G4: every letter is at an end, with a reason unless it was sent."""
    found.counts["letters"] = dict(Counter(row["state"] for row in letters))
    found.counts["doubtful"] = sum(bool(row["doubtful"]) for row in letters)
    found.counts["reasons"] = dict(
        Counter(f"{row['state']}: {row['error']}" for row in letters if row["state"] != "sent")
    )
    for row in letters:
        if row["state"] not in ENDS and row["not_before"] is None:
            yield f"letter {row['id']} ({row['key']}) is {row['state']}: {row['error']}"
        elif row["state"] in ("dead", "expired") and not row["error"]:
            yield f"letter {row['id']} is {row['state']} without a reason"


def _stands(scene: Scene, letters: Sequence[Row]) -> Iterator[str]:
    """G4: what is marked as sent is where it says."""
    on_slack = {one.ts for one in scene.room.messages}
    for row in letters:
        if row["state"] != "sent" or not row["refs"] or row["kind"] == "home":
            continue
        there = on_slack
        if row["channel"] == "telegram":
            there = {str(one["message_id"]) for one in _wall(scene, row)}
        if not set(row["refs"]) <= there:
            yield f"letter {row['id']} says that it stands at {row['refs']}"


def _copies_in_chats(scene: Scene, letters: Sequence[Row], found: Reckoning) -> Iterator[str]:
    """G5 by chat: no more than was promised and one for each attempt in doubt, no fewer."""
    least: Counter[tuple[str, str]] = Counter()
    most: Counter[tuple[str, str]] = Counter()
    for row in letters:
        if row["channel"] == "telegram" and makes_messages(row):
            place = (row["account"], row["chat"])
            parts = max(1, len(row["refs"]))
            least[place] += parts if row["state"] == "sent" else 0
            most[place] += parts * shown_at_most(row)
    copies = 0
    for bot in scene.bots:
        for chat, wall in bot.walls.items():
            place = (bot.account, str(chat))
            copies += len(wall) - least[place]
            if not least[place] <= len(wall) <= most[place]:
                yield f"chat {chat}: {len(wall)} messages, not {least[place]} to {most[place]}"
    found.counts["copies on Telegram"] = copies


def _copies_of_words(scene: Scene, letters: Sequence[Row]) -> Iterator[str]:
    """G5 by letter, where a word marks it."""
    shown = Counter(
        (bot.account, word)
        for bot in scene.bots
        for wall in bot.walls.values()
        for message in wall
        for word in TOKENS.findall(str(message.get("text", "")))
    )
    for row in letters:
        if row["channel"] != "telegram" or row["kind"] != "relay" or not makes_messages(row):
            continue
        for word in TOKENS.findall(str(row["facts"].get("text", ""))):
            times = shown[row["account"], word]
            if times > shown_at_most(row) or (row["state"] == "sent" and not times):
                yield f"{word}: letter {row['id']} ({row['state']}) was shown {times} times"


def _copies_in_the_room(scene: Scene, letters: Sequence[Row], found: Reckoning) -> Iterator[str]:
    """G5 on Slack, which can be asked: no copy at all, unless a desk came back from the dead."""
    by_id = {row["id"]: row for row in letters}
    shown: Counter[tuple[int, int]] = Counter()
    for message in scene.room.messages:
        payload = (message.metadata or {}).get("event_payload") or {}
        if "letter" in payload:
            shown[payload["letter"], payload["part"]] += 1
    found.counts["copies on Slack"] = sum(times - 1 for times in shown.values())
    for (letter, _), times in shown.items():
        row = by_id.get(letter)
        if row is None:
            yield f"Slack shows letter {letter}, which nobody wrote"
        elif times > (1 if scene.alone else shown_at_most(row)):
            yield f"Slack shows letter {letter} ({row['key']}) {times} times"


def _out_of_order(letters: Sequence[Row], retried: Collection[int]) -> Iterator[str]:
    """G6: in a lane letters stand in the order in which they were written."""
    last: dict[str, tuple[float, int]] = {}
    for row in letters:
        if row["state"] != "sent" or not makes_messages(row) or not row["refs"]:
            continue
        if row["not_before"] is not None or row["kind"] == "card" or row["id"] in retried:
            continue
        place, before = float(row["refs"][-1]), last.get(row["lane"], (0.0, 0))
        if place < before[0]:
            yield f"letter {row['id']} stands before {before[1]} in {row['lane']}"
        last[row["lane"]] = max(before, (place, row["id"]))


def makes_messages(row: Row) -> bool:
    """Whether a letter is a new message, not a change of an old one."""
    return row["kind"] not in NO_MESSAGE and row["edits"] is None


def shown_at_most(row: Row) -> int:
    """Once, and once more for each attempt of which nobody knows the end."""
    if row["state"] == "sent":
        return 1 + (row["attempt"] - 1 if row["doubtful"] else 0)
    in_doubt = row["doubtful"] or row["error"].startswith(DOUBT)
    return row["attempt"] if in_doubt else 0


def _wall(scene: Scene, row: Row) -> Sequence[Mapping[str, Any]]:
    bot = next(bot for bot in scene.bots if bot.account == row["account"])
    return bot.walls[int(row["chat"])]
