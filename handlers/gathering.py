"""After an outage one message: late notices to the same person are gathered before they leave.

It happens when the first of them is claimed, so it is the same whether the desk was away and its
timers are late, or a platform was away and the letters had to wait. Of several notices about one
case the newest is told, of several cases each in a paragraph of one letter.
"""

from collections.abc import Sequence
from datetime import datetime

from handlers import notices
from handlers.conversation.summary import shortened
from handlers.lateness import MEANT_FOR, is_late, meant_for
from handlers.letters.sense import lost, past
from handlers.letters.together import EXPIRES, KIND, PARTS
from store.say import REPLACED
from store.turn import Turn
from store.values import Button, Destination, OutboxRow, Urgency

TOLD = "told_together"
MOST = 4  # notices in one letter: it has to be read on a phone
SHOWN = 3  # choices that are buttons; more are rows of a list
LABEL = 20


def may_gather(row: OutboxRow, now: datetime) -> bool:
    """Whether it is late, and could be told with others: the usual letter is not looked at."""
    return _joins(row) and is_late(row, now)


def gather(turn: Turn, row: OutboxRow) -> bool:
    """Whether this claimed letter, with others that wait behind it, became another one.

    True: it is settled and must not be sent.
    """
    all_of_them = [row, *(other for other in turn.outbox.behind(row) if _joins(other))]
    if len(all_of_them) == 1:
        return False
    reasons = {one.id: past(one, turn.now) or lost(one, turn) for one in all_of_them}
    holding = [one for one in all_of_them if not reasons[one.id]]
    newest = {_about(one): one for one in holding}
    reasons |= {one.id: REPLACED for one in holding if one is not newest[_about(one)]}
    standing = [*newest.values()][:MOST]
    if len(standing) > 1:
        _say_together(turn, standing)
        reasons |= {one.id: TOLD for one in standing}
    for other in all_of_them[1:]:
        if reasons[other.id]:
            turn.outbox.cancel(other.id, reasons[other.id])
    if not reasons[row.id]:
        return False
    turn.outbox.settle(row.id, row.token or "", "expired", error=reasons[row.id])
    return True


def _joins(row: OutboxRow) -> bool:
    """A plain notice of the clock, in a chat with one person."""
    return (
        row.urgency is not Urgency.NOW
        and row.kind == "message"
        and row.person is not None
        and row.thread is None
        and row.edits is None
        and not row.doubtful
    )


def _about(row: OutboxRow) -> object:
    """A newer word about the same case, or the same talk, takes an older one's place; what is about
    neither stands for itself."""
    number = row.ticket or row.facts.get("number")
    return ("case", number) if number else ("talk", row.facts.get("talk", f"letter {row.id}"))


def _say_together(turn: Turn, standing: Sequence[OutboxRow]) -> None:
    first = standing[0]
    place = Destination(
        channel=first.channel, account=first.account, chat=first.chat, person=first.person
    )
    parts = [
        {
            "key": one.key,
            "facts": one.facts,
            "ticket": one.ticket,
            "on_sent": one.on_sent,
            EXPIRES: one.expires_at,
        }
        for one in standing
    ]
    ends = [one.expires_at for one in standing]
    choices = [choice for one in standing for choice in _choices(turn, one)]
    turn.say(
        place,
        KIND,
        {PARTS: parts, MEANT_FOR: min(meant_for(one) for one in standing)},
        kind=KIND,
        choices=choices,
        listed="label.choose" if len(choices) > SHOWN else "",
        urgency=min(one.urgency for one in standing),
        silent=all(one.silent for one in standing),
        expires_at=None if None in ends else max(filter(None, ends)),
    )


def _choices(turn: Turn, row: OutboxRow) -> Sequence[Button]:
    """A button that opens the case, as it stands when it is pressed."""
    ticket = turn.tickets.find(row.ticket) if row.ticket else None
    if ticket is None:
        return row.choices
    label = shortened(f"{ticket.number} · {ticket.subject}", LABEL)
    return [Button(code=notices.step_button("see", ticket, "").code, text=label)]
