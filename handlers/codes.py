"""What a button carries: short codes, checked again on every press.

    t:<verb>:<number>:<state>:<holder>   a step of a ticket, with the view it was drawn for
    a:<conversation>:<question>:<value>  an answer of a guided conversation
    c:<verb>[:<argument>]                a move of the conversation itself

A code is at most 64 bytes (Telegram's callback data). Codes come back from people's hands:
forwarded, replayed or guessed; reading one proves nothing about who may press it.
"""

from dataclasses import dataclass

from policy.ticket import State, Ticket

LONGEST = 64


@dataclass(frozen=True)
class TicketCode:
    """A step asked for, and the view that it was asked from."""

    verb: str
    number: int
    state: str
    holder: int | None


@dataclass(frozen=True)
class AnswerCode:
    """An answer to a named question."""

    conversation: int
    question: str
    value: str


@dataclass(frozen=True)
class TalkCode:
    """A move of the conversation: back, send, edit:<question>, no_guide..."""

    verb: str
    argument: str = ""


def on_ticket(verb: str, ticket: Ticket) -> str:
    """The code of a step of this ticket as it stands now."""
    return on_view(verb, ticket.number, ticket.state, ticket.holder)


def on_view(verb: str, number: int, state: State | str, holder: int | None) -> str:
    """The code of a step for a view given by its parts."""
    return _checked(f"t:{verb}:{number}:{state}:{holder or '-'}")


def answer(conversation: int, question: str, value: str) -> str:
    """The code of an answer."""
    return _checked(f"a:{conversation}:{question}:{value}")


def talk(verb: str, argument: str | int = "") -> str:
    """The code of a move of the conversation."""
    return _checked(f"c:{verb}:{argument}" if argument != "" else f"c:{verb}")


def read(code: str) -> TicketCode | AnswerCode | TalkCode | None:
    """The code's meaning, or None when it is none of ours."""
    kind, _, rest = code.partition(":")
    parts = rest.split(":")
    match kind, parts:
        case "t", [verb, number, state, holder] if number.isdecimal() and len(number) < 10:
            held = int(holder) if holder.isdecimal() and len(holder) < 10 else None
            return TicketCode(verb, int(number), state, held)
        case "a", [conversation, question, *value] if conversation.isdecimal():
            return AnswerCode(int(conversation[:18]), question, ":".join(value))
        case "c", [verb, *argument] if verb:
            return TalkCode(verb, ":".join(argument))
        case _:
            return None


def _checked(code: str) -> str:
    if len(code.encode()) > LONGEST:
        raise ValueError(f"button code longer than {LONGEST} bytes: {code}")
    return code
