"""What must hold, whatever happened: in the tables, and in what the platforms were given."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from handlers.letters.letter import Letter, plain
from store.tables import (
    audit,
    bindings,
    conversations,
    organisations,
    outbox,
    people,
    quarantine,
    tickets,
    timers,
)
from tests.machine.cast import INSIDE, MARKS, ROOM, STAFF
from tests.machine.platforms import Arrival
from tests.machine.replay import Case, Trail
from tests.machine.town import Town

OWES = ("new", "taken")


class Laws:
    """The trail read so far, and the versions seen."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.trail = Trail()
        self._versions: dict[int, tuple[int, int]] = {}
        self._heard = [0, 0]

    def after_a_step(self) -> list[str]:
        """What is broken now."""
        town = self.town
        broken = [*town.faults, *(f for p in town.platforms for f in p.faults)]
        rows = town.base.rows(select(tickets).order_by(tickets.c.number))
        ill = town.base.rows(select(quarantine.c.key, quarantine.c.error))
        broken += [f"quarantined {row.key}: {row.error}" for row in ill]
        fresh = town.base.rows(
            select(audit).where(audit.c.id > self.trail.last).order_by(audit.c.id)
        )
        self.trail.read(fresh, {row.number: row.waits for row in rows})
        broken += self.trail.wrong
        broken += self._explained(rows)
        broken += self._clocks(rows)
        broken += self._talks()
        broken += self._walls()
        return broken

    def _talks(self) -> Iterator[str]:
        """Nobody is waited for without end, and nobody is nudged about nothing."""
        found = self.town.base.rows(select(timers.c.kind, timers.c.about))
        waiting = {row.about for row in found if row.kind == "talk.expire"}
        nudged = {row.about for row in found if row.kind == "talk.nudge"}
        for row in self.town.base.rows(select(conversations)):
            guided = row.form in ("open_ticket", "person")
            if guided != (str(row.id) in waiting):
                yield f"talk {row.id}: form {row.form}, timers of {waiting}"
            if str(row.id) in nudged and not guided:
                yield f"talk {row.id} is nudged about nothing"

    def _explained(self, rows: Any) -> Iterator[str]:
        """The audit trail explains each ticket; versions only grow."""
        if {row.number for row in rows} != set(self.trail.cases):
            yield f"tickets {[r.number for r in rows]}, opened {sorted(self.trail.cases)}"
            return
        for row in rows:
            case = self.trail.cases[row.number]
            yield from (f"{row.number}: {told}" for told in differences(row, case))
            before = self._versions.get(row.number, (0, 0))
            if row.version < before[0] or row.edition < before[1]:
                yield f"{row.number}: version {before} became {(row.version, row.edition)}"
            self._versions[row.number] = (row.version, row.edition)

    def _clocks(self, rows: Any) -> Iterator[str]:
        """Each clock that should run does, and no other."""
        found = self.town.base.rows(select(timers.c.kind, timers.c.about, timers.c.facts))
        set_: dict[str, list[Any]] = {}
        for timer in found:
            set_.setdefault(timer.about, []).append(timer)
        for row in rows:
            mine = set_.get(str(row.number), [])
            yield from (f"{row.number}: {t}" for t in self._clocks_of(row, mine))

    def _clocks_of(self, row: Any, mine: list[Any]) -> Iterator[str]:
        kinds = {timer.kind for timer in mine}
        case = self.trail.cases[row.number]
        resting = bool(row.pauses) and row.pauses[-1]["until"] is None
        if resting and row.state in ("new", "taken", "solved"):
            yield f"the response clock rests in state {row.state}"
        owes = row.state in OWES and row.answered_at is None and not resting
        dues = {t.facts["due"] for t in mine if t.kind == "promise.alarm"}
        if (
            owes
            and row.due_at is not None
            and row.due_at > self.town.now
            and row.due_at not in dues
        ):
            yield f"no alarm for {row.due_at}, but {dues}"
        if row.state == "closed" and kinds & {"promise.alarm", "silence.remind", "silence.close"}:
            yield f"closed, and {kinds} run"
        silent = case.silence_from is not None and row.state == "solved"
        if ("silence.close" in kinds) != silent and not case.doubt:
            yield f"state {row.state}, silence since {case.silence_from}, timers {kinds}"
        if row.state == "waiting" and ("asked.remind" in kinds) != (case.asking_from is not None):
            yield f"asked since {case.asking_from}, timers {kinds}"

    def _walls(self) -> Iterator[str]:
        """Nobody reads what is another institution's, nor what stays inside."""
        for place, platform in enumerate(self.town.platforms):
            fresh = platform.arrived[self._heard[place] :]
            self._heard[place] = len(platform.arrived)
            for arrival in fresh:
                yield from self._leaks(platform.name, arrival)

    def _leaks(self, channel: str, arrival: Arrival) -> Iterator[str]:
        staff = {s.address.user for s in STAFF}
        chat = arrival.place.chat
        if channel == "slack" and (chat == ROOM.chat or chat in staff):
            return
        home = self._home(channel, chat)
        words = read(arrival.letter)
        for name, mark in MARKS.items():
            if mark in words and name != home[1]:
                yield f"{chat} of {home[1]!r} read {name}: {words[:200]}"
        if INSIDE in words or arrival.letter.card is not None:
            yield f"{chat} read what stays inside: {words[:200]}"
        found = select(tickets.c.organisation).where(
            tickets.c.number == outbox.c.ticket, outbox.c.id == arrival.outbox
        )
        for (organisation,) in self.town.base.rows(found):
            if organisation != home[0]:
                yield f"{chat} of {home} heard of a ticket of {organisation}"

    def _home(self, channel: str, chat: str) -> tuple[int | None, str]:
        found = (
            select(organisations.c.id, organisations.c.name)
            .join(people, people.c.organisation == organisations.c.id)
            .join(bindings, bindings.c.person == people.c.id)
            .where(bindings.c.channel == channel, bindings.c.chat == chat)
        )
        row = next(iter(self.town.base.rows(found)), None)
        return (row.id, row.name) if row else (None, "")


def differences(row: Any, case: Case) -> Iterator[str]:
    """What the ticket says otherwise than its trail."""
    told = {
        "state": case.state,
        "holder": case.holder,
        "priority": case.priority,
        "level": case.level,
        "round": case.round,
        "rating": case.rating,
        "undelivered": case.undelivered,
        "closing": case.closing,
        "closed_at": case.closed_at,
        "opened_at": case.opened_at,
    }
    for name, value in told.items():
        if getattr(row, name) != value:
            yield f"{name} is {getattr(row, name)!r}, the trail says {value!r}"
    if (row.answered_at is not None) != case.answered:
        yield f"answered at {row.answered_at}, the trail says {case.answered}"
    if not 1 + case.loud <= row.version <= 1 + case.loud + case.unsure:
        yield f"version {row.version} after {case.loud} changes"
    if row.state in ("taken", "waiting", "solved") and row.holder is None:
        yield f"{row.state} in nobody's hands"


def read(letter: Letter) -> str:
    """Everything of a letter that somebody can read."""
    parts = [plain(letter.text), letter.fallback, *(plain(block) for block in letter.blocks)]
    parts += [f"{choice.label} {choice.description}" for choice in letter.choices]
    parts += [f"{file.name} {file.alt}" for file in letter.files]
    return "\n".join(parts)
