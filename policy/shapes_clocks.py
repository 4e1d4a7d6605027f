"""The shapes of what moves a clock, a place in the queue or an end: all of them optional."""

from typing import Annotated, Literal

from pydantic import Field

from policy.shapes import Ask, Name, Requirement, Rule, Shape, Slug, Way
from policy.spans import Span


class Missed(Shape):
    """What a client whose promise was missed hears: the fact at once, then when there is more.

    Each further word waits twice as long as the one before, up to `longest`. Elapsed time.
    """

    tell_client_on_breach: bool = True
    next_word: Annotated[Span, Field(ge=60)] = 45 * 60
    longest: Annotated[Span, Field(ge=60)] = 24 * 3600


class Setting(Shape):
    """A setting of the desk's own: it has a default, and names a clause where it serves one."""

    clause: str = ""
    requirements: tuple[Requirement, ...] = ()
    way: Way = "enforced"


class Asked(Setting):
    """A question while which the clock rests: the client is reminded of it once. Elapsed time."""

    remind_after: Annotated[Span, Field(ge=60)] = 24 * 3600


class FollowUp(Setting):
    """For how long a closed case is thought of when its person writes again. Elapsed time."""

    within: Span = 14 * 86_400


class ClientCause(Rule):
    """A cause on the client's side, while which no promise counts (S0-69).

    `name` follows "while ... is being put right": "la energía de su sede".
    """

    key: Slug
    name: Name


class Effort(Rule):
    """What little effort means: `first`, the case goes before the others (S1-53)."""

    first: bool = True


class Dating(Rule):
    """A date that an engineer may give a case, told to the client.

    resolution: an estimate of when it will be done (S3-09). extension: a request's estimated time
    grows, with notice (S1-26). agreed: planned work gets its date (S1-58), on cases without a
    figure. visit: somebody comes, and the equipment is to be free (S0-57).
    """

    kind: Literal["resolution", "extension", "agreed", "visit"]


class Ending(Rule):
    """A reason for which the desk may end a case, though nobody confirmed.

    "unavailable": nobody answers a question (S0-50); `after` it was put, elapsed; with
    `around_the_clock`, only where 7x24 was bought. "missed_visit": the equipment was not free
    (S0-57); `after` the hour of the visit. `says` is what the client reads, without full stop.
    """

    key: Literal["unavailable", "missed_visit"]
    name: Name
    says: Ask
    after: Span = 0
    around_the_clock: bool = False
