"""What a ticket says to its people: its client, its thread, its card, one member of staff."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from handlers import codes
from handlers.lateness import Cue
from handlers.wording.readers import zone_of
from policy.ticket import Ticket
from store.turn import Turn
from store.values import Bound, Button, Copy, Destination, Person, Urgency

Facts = Mapping[str, Any]

ON_ITS_WAY = "⏳"
MARK_PAUSE = timedelta(seconds=3)
MARK_SENSE = timedelta(minutes=5)
QUIET_FROM, QUIET_TO = 21, 6  # local hours in which what can wait makes no sound (U21)


def to_client(
    turn: Turn,
    ticket: Ticket,
    key: str,
    facts: Facts | None = None,
    choices: Sequence[Button] = (),
    *,
    kind: str = "message",
    files: Sequence[int] = (),
    listed: str = "",
    on_sent: str | None = None,
    expires_at: datetime | None = None,
    replaces: str | None = None,
    cue: Cue | None = None,
) -> None:
    """A notice of the case, always to the conversation where it was opened.

    With a `cue` it is the clock that speaks: behind the answers, and at night without a sound.
    """
    told = {"number": ticket.number, **(facts or {}), **_of_cue(turn, cue)}
    manners: dict[str, Any] = cue.manners(turn.now) if cue else {"expires_at": expires_at}
    turn.say(
        client_place(turn, ticket),
        key,
        told,
        kind=kind,
        choices=tuple(choices),
        listed=listed,
        files=tuple(files),
        silent=_quietly(turn, ticket, cue),
        replaces=replaces,
        on_sent=on_sent,
        ticket=ticket.number,
        **manners,
    )


def copy_of(
    turn: Turn,
    place: Destination,
    number: int,
    facts: Facts,
    cue: Cue,
    choices: Sequence[Button] = (),
    *,
    silent: bool = False,
) -> Copy:
    """A notice of the clock about a case, one of many (`Turn.say_alike`)."""
    return Copy(
        place,
        number,
        {"number": number, **facts, **cue.facts(turn.now)},
        choices,
        silent,
        expires_at=cue.until,
        not_before=cue.held_until(turn.now),
    )


def mark(
    turn: Turn, ticket: Ticket, ref: str, emoji: str, *, since: datetime | None = None
) -> None:
    """An emoji on a message in the ticket's thread: how far it came.

    "On its way" waits a moment, for most arrive sooner; what ends it takes its place, and takes it
    off where it may stand, that is when it was said (`since`) longer ago. Marks are among the few
    things that a platform takes least of: one that ends nothing is dropped when it is late.
    """
    place = thread_place(turn, ticket.number)
    if place is None:
        return
    ends = since is not None and turn.now - since >= MARK_PAUSE
    turn.say(
        place,
        "mark",
        {"ref": ref, "emoji": emoji} | ({"instead": ON_ITS_WAY} if ends else {}),
        kind="mark",
        replaces=f"mark:{ref}",
        expires_at=None if ends else turn.now + MARK_SENSE,
        not_before=turn.now + MARK_PAUSE if emoji == ON_ITS_WAY else None,
    )


def draw_cards_of(turn: Turn, places: Mapping[int, Destination]) -> None:
    """The cards of many cases, each in its own thread's place."""
    copies = [
        Copy(to=place, ticket=number, facts={"number": number}, replaces=_card(number))
        for number, place in places.items()
    ]
    turn.say_alike("card", copies, kind="card", urgency=_card_urgency(turn))


def to_watchers(turn: Turn, ticket: Ticket, key: str, facts: Facts | None = None) -> None:
    """The same news to the colleagues who joined the case."""
    for person_id, conversation_id in turn.tickets.watchers(ticket.number):
        place = _conversation_place(turn, conversation_id, person_id)
        turn.say(place, key, {"number": ticket.number, **(facts or {})}, ticket=ticket.number)


def to_thread(
    turn: Turn,
    ticket: Ticket,
    key: str,
    facts: Facts | None = None,
    choices: Sequence[Button] = (),
    *,
    kind: str = "message",
    files: Sequence[int] = (),
    cue: Cue | None = None,
    edits: int | None = None,
) -> None:
    """A line in the ticket's thread; nothing while no engineers' channel is set."""
    place = thread_place(turn, ticket.number)
    if place is not None:
        told = {"number": ticket.number, **(facts or {}), **_of_cue(turn, cue)}
        more: dict[str, Any] = {"kind": kind, "choices": choices, "files": files, "edits": edits}
        manners = cue.manners(turn.now) if cue else {}
        turn.say(place, key, told, ticket=ticket.number, **more, **manners)


def draw_card(turn: Turn, ticket: Ticket, *, first: bool = False) -> None:
    """The card as it stands when it is sent: ten changes are one card.

    In a turn of the clock, behind the answers that people wait for.
    """
    number = ticket.number
    place = thread_place(turn, number)
    if place is not None:
        turn.say(
            place,
            "card",
            {"number": number},
            kind="card",
            replaces=_card(number),
            first=first,
            ticket=number,
            urgency=_card_urgency(turn),
        )


def _card(number: int) -> str:
    return f"card:{number}"


def _card_urgency(turn: Turn) -> Urgency:
    return Urgency.NOW if turn.actor is not None else Urgency.TIMER


def whisper(
    turn: Turn,
    person: Person,
    ticket: Ticket,
    key: str,
    facts: Facts | None = None,
    choices: Sequence[Button] = (),
) -> None:
    """A line in the ticket's thread that one member of staff alone sees."""
    place = thread_place(turn, ticket.number)
    user = staff_user(turn, person.id)
    if place is None or user is None:
        return
    only = place._replace(only=user, person=person.id)
    turn.say(only, key, {"number": ticket.number, **(facts or {})}, choices=tuple(choices))


def to_staff(
    turn: Turn,
    person: Person,
    key: str,
    facts: Facts | None = None,
    choices: Sequence[Button] = (),
    *,
    kind: str = "message",
    cue: Cue | None = None,
) -> None:
    """A direct message to one member of staff, where one can be sent."""
    room = turn.house.room
    user = staff_user(turn, person.id)
    if room is None or user is None:
        return
    place = Destination(channel=room.channel, account=room.account, chat=user, person=person.id)
    told = {**(facts or {}), **_of_cue(turn, cue)}
    manners = cue.manners(turn.now) if cue else {}
    turn.say(place, key, told, kind=kind, choices=tuple(choices), **manners)


def to_role(
    turn: Turn,
    role: str,
    key: str,
    facts: Facts | None = None,
    choices: Sequence[Button] = (),
    *,
    cue: Cue | None = None,
) -> None:
    """A direct message to everybody of one role."""
    for person in turn.people.staff(role):
        to_staff(turn, person, key, facts, choices, cue=cue)


def to_holder(
    turn: Turn, ticket: Ticket, key: str, facts: Facts | None = None, *, cue: Cue | None = None
) -> None:
    """The engineer who holds it; the supervisors while nobody does."""
    told = {"number": ticket.number, **(facts or {})}
    if ticket.holder is None:
        to_role(turn, "supervisor", key, told, cue=cue)
    else:
        to_staff(turn, turn.people.get(ticket.holder), key, told, cue=cue)


def client_place(turn: Turn, ticket: Ticket) -> Destination:
    """The conversation where the case was opened."""
    return _conversation_place(turn, ticket.conversation, ticket.requester)


def thread_place(turn: Turn, number: int) -> Destination | None:
    """The ticket's own lane in the engineers' channel."""
    room = turn.house.room
    if room is None:
        return None
    return Destination(room.channel, room.account, room.chat, ticket=number)


def thread_places(turn: Turn, numbers: Iterable[int]) -> dict[int, Destination]:
    """The same for many; empty while no engineers' channel is set."""
    places = ((number, thread_place(turn, number)) for number in numbers)
    return {number: place for number, place in places if place is not None}


def staff_user(turn: Turn, person_id: int) -> str | None:
    """The id by which a member of staff is known in the engineers' workspace."""
    room = turn.house.room
    if room is None:
        return None
    bound = turn.people.bound(person_id, room.channel)
    return next((b.user for b in bound if b.account == room.account), None)


def step_button(verb: str, ticket: Ticket, label: str, style: str = "") -> Button:
    """A button for a step of this ticket as it stands now."""
    return Button(code=codes.on_ticket(verb, ticket), label=label, style=style)


def _quietly(turn: Turn, ticket: Ticket, cue: Cue | None) -> bool:
    may_wait = cue is not None and not cue.aloud
    return may_wait and is_night(turn, turn.people.get(ticket.requester))


def _of_cue(turn: Turn, cue: Cue | None) -> dict[str, Any]:
    return cue.facts(turn.now) if cue else {}


def _conversation_place(turn: Turn, conversation_id: int, person_id: int) -> Destination:
    channel, account, chat = turn.conversations.place(conversation_id)
    return Destination(channel=channel, account=account, chat=chat, person=person_id)


def is_night(turn: Turn, person: Person) -> bool:
    """Whether what can wait makes no sound now where this person is."""
    return is_night_at(turn.now, zone_of(turn, person))


@lru_cache(maxsize=256)
def is_night_at(now: datetime, zone: str) -> bool:
    """The same, by the clock of a zone."""
    hour = now.astimezone(ZoneInfo(zone)).hour
    return hour >= QUIET_FROM or hour < QUIET_TO


def to_bound(
    turn: Turn,
    person: Person,
    bound: Bound,
    key: str,
    facts: Facts,
    choices: Sequence[Button] = (),
) -> None:
    """A message to one known address of a person."""
    place = Destination(
        channel=bound.channel, account=bound.account, chat=bound.chat, person=person.id
    )
    turn.say(place, key, dict(facts), choices=tuple(choices))
