"""The desk at work: one event after another, each waiting case to whoever is free and may take it.

What is promised, what a pause does, which level an alarm wakes and where a case may be escalated
is asked of the policy; only the people are a model: one case at a time, within their shift.
"""

from bisect import insort
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from bot.simulation.cases import Case, drawn, span
from bot.simulation.scenario import Scenario
from bot.simulation.shapes import Crew
from policy import escalation, order
from policy.calendar import Calendar, Hours
from policy.order import Place
from policy.pack import Policy
from policy.spans import parse_week
from policy.ticket import Pause

ARRIVE, ALARM, FREE, WAKE = range(4)


@dataclass(slots=True, kw_only=True, eq=False)
class Worker:
    """Somebody with a shift. `reach` has a bit for each level they work at."""

    crew: int
    calendar: Calendar
    reach: int
    lowest: int
    skills: frozenset[str]
    idle_since: datetime
    busy: bool = False
    waking: bool = False
    worked: int = 0
    cases: int = 0

    def may_take(self, case: Case) -> bool:
        """By level and by category; a case without a category is anybody's."""
        skilled = not self.skills or case.category is None or case.category in self.skills
        return skilled and bool(self.reach & case.reach)

    def has_time_for(self, case: Case, now: datetime) -> bool:
        """Nobody begins an answer that the end of the shift would cut in two.

        At its beginning they do: then no shift is long enough for that answer.
        """
        if case.answered_at is not None:
            return True
        answer = timedelta(seconds=case.answer)
        whole = self.calendar.add(now, case.answer) - now == answer
        return whole or not self.calendar.is_open(now - timedelta(seconds=1))

    def next_shift(self, now: datetime) -> datetime:
        """When this worker's next shift begins, the one under way left out."""
        calendar = self.calendar
        away = calendar.next_close(now) if calendar.is_open(now) else now
        return calendar.next_open(away)


@dataclass(kw_only=True)
class Queue:
    """Cases that wait, in the order in which they are taken; and how many there were over time."""

    waiting: list[tuple[Place, Case]] = field(default_factory=list[tuple[Place, Case]])
    most: int = 0
    most_at: datetime | None = None
    area: float = 0.0
    since: datetime | None = None

    def add(self, place: Place, case: Case, at: datetime) -> None:
        self._count(at)
        insort(self.waiting, (place, case), key=lambda one: one[0])
        if len(self.waiting) > self.most:
            self.most, self.most_at = len(self.waiting), at

    def take_for(self, worker: Worker, at: datetime) -> Case | None:
        """The first that this worker may take, out of the queue."""
        for i, (_, case) in enumerate(self.waiting):
            if worker.may_take(case) and worker.has_time_for(case, at):
                self._count(at)
                del self.waiting[i]
                return case
        return None

    def holds_for(self, worker: Worker) -> bool:
        """Whether there is something that this worker may take."""
        return any(worker.may_take(case) for _, case in self.waiting)

    def _count(self, at: datetime) -> None:
        if self.since is not None:
            self.area += len(self.waiting) * (at - self.since).total_seconds()
        self.since = at


@dataclass(kw_only=True)
class Played:
    """What came of it."""

    start: datetime
    end: datetime  # of the arrivals; work may last longer
    last: datetime
    cases: list[Case]
    crews: tuple[Crew, ...]
    workers: list[Worker]
    queue: Queue
    alarms: Counter[tuple[str, int]]


def play(policy: Policy, scenario: Scenario) -> Played:
    """The whole scenario, until nothing is left that anybody could do."""
    return _Floor(policy, scenario).play()


class _Floor:
    def __init__(self, policy: Policy, scenario: Scenario) -> None:
        self.policy, self.scenario = policy, scenario
        self.start, self.end = span(policy, scenario)
        self._never = self.end + timedelta(days=36_500)  # behind every deadline there is
        self.cases = drawn(policy, scenario)
        self.workers = list(_workers(policy, scenario, self.start))
        self.queue = Queue()
        self.alarms: Counter[tuple[str, int]] = Counter()
        self._events: list[tuple[datetime, int, int, object]] = []
        self._count = count()

    def play(self) -> Played:
        now = self.start
        for case in self.cases:
            self._at(case.promise.started_at, ARRIVE, case)
            self._next_alarm(case, 0, now)
        while self._events:
            now = self._events[0][0]
            while self._events and self._events[0][0] == now:
                _, _, kind, what = heappop(self._events)
                self._happens(now, kind, what)
            self._hand_out(now)
        ends = [case.done_at for case in self.cases if case.done_at]
        return Played(
            start=self.start,
            end=self.end,
            last=max([self.end, *ends]),
            cases=self.cases,
            crews=self.scenario.staff,
            workers=self.workers,
            queue=self.queue,
            alarms=self.alarms,
        )

    def _at(self, moment: datetime, kind: int, what: object) -> None:
        heappush(self._events, (moment, next(self._count), kind, what))

    def _happens(self, now: datetime, kind: int, what: object) -> None:
        if isinstance(what, Case) and kind == ARRIVE:
            self.queue.add(self._place(what), what, now)
        elif isinstance(what, Worker) and kind == FREE:
            what.busy, what.idle_since = False, now
        elif isinstance(what, Worker) and kind == WAKE:
            what.waking = False
        elif isinstance(what, _Alarm):
            self._rings(what, now)

    def _place(self, case: Case) -> Place:
        """Where it stands in the queue: by the policy's own order, or by one to be tried out."""
        wanted = self.scenario.head.order
        if wanted == "arrival":
            return False, 0, case.at, case.number
        due = case.due
        if wanted in ("priority", "due"):
            rank = case.rank if wanted == "priority" else 0
            return False, rank, due or self._never, case.number
        return order.place(
            self.policy,
            number=case.number,
            priority=case.priority,
            opened_at=case.at,
            due=due,
            answered=case.answered_at is not None,
        )

    def _hand_out(self, now: datetime) -> None:
        """Idle people take what they may: lower levels first, then who has been idle longest."""
        if not self.queue.waiting:
            return
        idle = [worker for worker in self.workers if not worker.busy]
        for worker in sorted(idle, key=lambda one: (one.lowest, one.idle_since)):
            if not self.queue.waiting:
                return
            case = None
            if worker.calendar.is_open(now):
                case = self.queue.take_for(worker, now)
            if case is not None:
                self._take(worker, case, now)
            elif not worker.waking and self.queue.holds_for(worker):
                worker.waking = True
                self._at(worker.next_shift(now), WAKE, worker)

    def _take(self, worker: Worker, case: Case, now: datetime) -> None:
        worker.busy, worker.cases = True, worker.cases + 1
        if case.answered_at is not None:
            self._finish(worker, case, now)
        elif case.asks:
            self._ask(worker, case, now)
        else:
            case.answered_at = worker.calendar.add(now, case.answer)
            worker.worked += case.answer
            self._finish(worker, case, case.answered_at)

    def _ask(self, worker: Worker, case: Case, now: datetime) -> None:
        """Asking only pauses the clock (D19): the case comes back with the client's answer."""
        case.asks = False
        asked = worker.calendar.add(now, case.answer)
        back = asked + timedelta(seconds=self.scenario.head.client.answers_in)
        worker.worked += case.answer
        self._at(asked, FREE, worker)
        self._at(back, ARRIVE, case)
        case.pauses = (*case.pauses, Pause(since=asked, until=back, cause="asked"))
        case.watch += 1
        self._next_alarm(case, 0, now)

    def _finish(self, worker: Worker, case: Case, begins: datetime) -> None:
        done = worker.calendar.add(begins, case.work)
        worker.worked += case.work
        self._at(done, FREE, worker)
        upper = self._above(case) if case.escalates else None
        if upper is None:
            case.done_at = done
            return
        case.escalates, case.level, case.reach = False, upper, 1 << upper
        self._at(done, ARRIVE, case)

    def _above(self, case: Case) -> int | None:
        """The first level that the ladder reaches from here and that somebody works at."""
        there = 0
        for worker in self.workers:
            there |= worker.reach
        upper = escalation.reachable(self.policy, case.level)
        return next((level.number for level in upper if there >> level.number & 1), None)

    def _next_alarm(self, case: Case, index: int, now: datetime) -> None:
        """Only the next one is planned: most cases are answered before any."""
        alarms = tuple(escalation.alarms(self.policy, replace(case.promise, due=case.due)))
        while index < len(alarms) and alarms[index].at < now:
            index += 1
        if index < len(alarms):
            alarm = alarms[index]
            self._at(alarm.at, ALARM, _Alarm(case, case.watch, index, alarm.kind, alarm.rung))

    def _rings(self, alarm: "_Alarm", now: datetime) -> None:
        case = alarm.case
        answered = case.answered_at is not None and case.answered_at <= now
        if answered or alarm.watch != case.watch:
            return
        self.alarms[alarm.kind, alarm.rung] += 1
        case.reach |= 1 << alarm.rung
        self._next_alarm(case, alarm.index + 1, now)


@dataclass(frozen=True, slots=True)
class _Alarm:
    case: Case
    watch: int
    index: int
    kind: str
    rung: int


def _workers(policy: Policy, scenario: Scenario, start: datetime) -> Iterator[Worker]:
    for number, crew in enumerate(scenario.staff):
        hours = Hours(
            zone=crew.zone or policy.desk.zone,
            weekly=parse_week(crew.shift),
            holidays=crew.holidays,
        )
        for _ in range(crew.count):
            yield Worker(
                crew=number,
                calendar=Calendar.of(hours),
                reach=sum(1 << level for level in set(crew.levels)),
                lowest=min(crew.levels),
                skills=frozenset(policy.category(skill).key for skill in crew.skills),
                idle_since=start,
            )
