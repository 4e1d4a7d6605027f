"""A question for a supervisor: put with buttons, reminded of once, decided by one person."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers import notices
from handlers.conversation import pauses
from handlers.inbound import Receipt, Toast
from handlers.lateness import Cue
from handlers.visit import Visit, talk_button
from store.turn import Turn
from store.values import Button, Destination, Review

EXCEPTION, APPEAL = "exception", "appeal"
REMIND, DUE = "reviews.remind", "reviews.due"
QUOTED = 300  # letters of the client's own words in a message to a supervisor


def put(
    visit: Visit, kind: str, about: str, told: Mapping[str, Any], due: datetime, remind: datetime
) -> Review:
    """Ask it, and have the clock see that it is answered. `told` holds answers, files and why."""
    turn = visit.turn
    review = turn.reviews.ask(
        kind,
        person=visit.person.id,
        conversation=visit.here.id,
        about=about,
        told=told,
        due_at=due,
    )
    turn.timers.set(REMIND, clock_of(review.id), remind)
    if due > remind:
        turn.timers.set(DUE, clock_of(review.id), due)
    return review


def clock_of(review: int) -> str:
    """What the timers of a review are about."""
    return f"review:{review}"


def of_clock(turn: Turn, about: str) -> Review | None:
    """The review that a timer is about; None once it is decided, or its person is gone."""
    review = turn.reviews.lock(int(about.rpartition(":")[2]))
    if review is None or review.decided_at is not None:
        return None
    return review if turn.people.get(review.person).active else None


def to_supervisors(
    turn: Turn,
    key: str,
    facts: Mapping[str, Any],
    choices: Sequence[Button] = (),
    cue: Cue | None = None,
) -> None:
    """A direct message to each of them; to the engineers' channel where none can be reached."""
    reached = [p for p in turn.people.staff("supervisor") if notices.staff_user(turn, p.id)]
    for person in reached:
        notices.to_staff(turn, person, key, facts, choices, cue=cue)
    room = turn.house.room
    if not reached and room is not None:
        place = Destination(channel=room.channel, account=room.account, chat=room.chat)
        turn.say(place, key, dict(facts), choices=tuple(choices))


def facts_of(turn: Turn, review: Review) -> dict[str, Any]:
    """What a supervisor has to know to decide."""
    client = turn.people.get(review.person)
    home = turn.people.organisation(client.organisation) if client.organisation else None
    answers = dict(review.told.get("answers", {}))
    return {
        "client": client.name,
        "organisation": home.name if home else "",
        "text": pauses.gist(answers, QUOTED),
        "why": str(review.told.get("why") or "")[:QUOTED],
        "due": review.due_at,
    }


def button(verb: str, review: Review, style: str = "") -> Button:
    """A decision on this review."""
    return talk_button(verb, f"label.{verb}", review.id, style)


def settle(
    turn: Turn, review: Review, outcome: str, why: str = "", ticket: int | None = None
) -> None:
    """Decided: by whoever's turn it is, or by the clock. Recorded; nobody is reminded any more."""
    by = turn.actor.person if turn.actor else None
    turn.reviews.settle(review.id, outcome, by=by, why=why, ticket=ticket)
    turn.timers.cancel(clock_of(review.id))
    facts = {"review": review.id, "about": review.about, "outcome": outcome, "why": why}
    turn.audit.add(ticket, review.kind, {**facts, "person": review.person})


def decided(turn: Turn, review: Review) -> Receipt:
    """Who was faster, and what they decided."""
    if review.decided_by is None:
        return Toast(key="toast.review_lapsed", facts={"number": review.ticket})
    who = turn.people.get(review.decided_by).first_name
    return Toast(
        key="toast.review_decided", facts={"who": who, "outcome": f"review.{review.outcome}"}
    )


def files_of(review: Review) -> tuple[int, ...]:
    """What goes along with the case."""
    return tuple(int(file) for file in review.told.get("files", ()))
