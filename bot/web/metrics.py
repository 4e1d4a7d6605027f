"""What Prometheus reads: how old each queue is, how late, how often, how long.

Figures of the database are the same from every replica (take their maximum); counters and
histograms are this process's own (add them up).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from scheduler.counts import Meter, Spread
from scheduler.desk import Desk
from store.turn import Turn

COUNTERS: Mapping[str, tuple[str, str]] = {
    "events.shed": (
        "radica_events_shed",
        "Events of one sender beyond what anybody writes: acknowledged, and not kept.",
    ),
    "events.quarantined": (
        "radica_events_quarantined",
        "Events that nobody could read, or that failed on their own, kept to be looked at.",
    ),
    "letters.possible_duplicates": (
        "radica_letters_possible_duplicates",
        "Attempts whose outcome nobody knows: each may have left one copy too many.",
    ),
    "letters.returned": (
        "radica_letters_returned",
        "Claims whose holder went away: the lease ran out, and the letter was taken up again.",
    ),
    "letters.late": (
        "radica_letters_late_words",
        "Outcomes that were told after the lease had run out, and were refused.",
    ),
    "timers.fired": ("radica_timers_fired", "Timers that did what they were set for."),
    "timers.failed": (
        "radica_timers_failed",
        "Timers that raised an error: each waits by itself and is tried again.",
    ),
}
LABELLED: Mapping[str, tuple[str, str, str, tuple[str, ...]]] = {
    "events": (
        "radica_events",
        "channel",
        "Events that were taken and committed, repeated ones included.",
        ("telegram", "slack"),
    ),
    "letters": (
        "radica_letters",
        "outcome",
        "Attempts to send a letter by what became of it; one that was put off is tried again.",
        ("sent", "unknown", "dead", "expired", "put_off"),
    ),
    "limits": (
        "radica_platform_limits",
        "channel",
        "Answers of a platform that asked to wait (429): sending goes slower than its limits.",
        ("telegram", "slack"),
    ),
    "refused": (
        "radica_requests_refused",
        "door",
        "Requests that a webhook turned away for their signature, their size or their shape.",
        ("telegram", "slack"),
    ),
}
OTHERS = ("radica_done", "what", "Anything else that was done since the start.")
HISTOGRAMS: Mapping[str, tuple[str, str]] = {
    "turns.wait": (
        "radica_turn_wait_seconds",
        "How long an event waited, behind others of its chat and for the database, to begin.",
    ),
    "turns.seconds": (
        "radica_turn_seconds",
        "How long the turn of an event took from its beginning to its commit.",
    ),
    "timers.lateness": (
        "radica_timer_lateness_seconds",
        "How long after its hour a timer fired.",
    ),
}
WAITS = (
    "letters.wait.",
    "radica_letter_wait_seconds",
    "How long a letter waited for its first attempt: in its lane, for a limit, behind others.",
)


@dataclass(frozen=True)
class Gauge:
    """One figure, or one for each set of labels."""

    name: str
    told: str
    values: Mapping[tuple[str, ...], float]
    labels: tuple[str, ...] = ()

    def family(self) -> Metric:
        """As Prometheus takes it."""
        family = GaugeMetricFamily(self.name, self.told, labels=self.labels)
        for labels, value in sorted(self.values.items()):
            family.add_metric(labels, value)
        return family


async def exposition(desk: Desk) -> bytes:
    """Prometheus text. With the database away, what this process knows by itself."""
    try:
        shared = await desk.read(lambda turn: list(_shared(turn)))
    except Exception:
        shared = [_one("radica_database_up", UP, 0.0)]
    registry = CollectorRegistry()
    gauges = [gauge.family() for gauge in (*shared, *_own(desk))]
    registry.register(_Fixed([*_counters(desk.meter), *_histograms(desk.meter), *gauges]))
    return generate_latest(registry)


class _Fixed:
    """A collector that tells what it was given."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> list[Metric]:
        return self._metrics


def _counters(meter: Meter) -> Iterator[Metric]:
    left = dict(meter.totals)
    for name, (family, told) in COUNTERS.items():
        counter = CounterMetricFamily(family, told)
        counter.add_metric([], left.pop(name, 0))
        yield counter
    for prefix, (family, label, told, known) in LABELLED.items():
        counter = CounterMetricFamily(family, told, labels=[label])
        found = [name for name in left if name.startswith(f"{prefix}.")]
        totals = dict.fromkeys(known, 0) | {n.partition(".")[2]: left.pop(n) for n in found}
        for value, total in totals.items():
            counter.add_metric([value], total)
        yield counter
    family, label, told = OTHERS
    others = CounterMetricFamily(family, told, labels=[label])
    for name, total in sorted(left.items()):
        others.add_metric([name], total)
    yield others


def _histograms(meter: Meter) -> Iterator[Metric]:
    for name, (family, told) in HISTOGRAMS.items():
        histogram = HistogramMetricFamily(family, told)
        _fill(histogram, [], meter.spreads[name])
        yield histogram
    prefix, family, told = WAITS
    waits = HistogramMetricFamily(family, told, labels=["urgency"])
    for name, spread in meter.spreads.items():
        if name.startswith(prefix):
            _fill(waits, [name.removeprefix(prefix)], spread)
    yield waits


def _fill(histogram: HistogramMetricFamily, labels: list[str], spread: Spread) -> None:
    so_far, buckets = 0, list[tuple[str, float]]()
    for bound, count in zip((*map(str, spread.bounds), "+Inf"), spread.counts, strict=True):
        so_far += count
        buckets.append((bound, so_far))
    histogram.add_metric(labels, buckets, spread.total)


UP = "Whether the database answers."


def _shared(turn: Turn) -> Iterator[Gauge]:
    yield _one("radica_database_up", UP, 1.0)
    yield from _letters(turn)
    yield from _timers(turn)
    kept = turn.backlog.quarantine()
    yield _one("radica_quarantine_events", "Events in quarantine, not replayed yet.", kept.count)
    yield _one(
        "radica_quarantine_oldest_seconds",
        "Age of the oldest event in quarantine.",
        _age(turn.now, kept.moment),
    )
    yield _one("radica_tickets_open", "Cases that are not closed.", turn.backlog.tickets().count)
    proposed = turn.lessons.count(turn.book.name)
    yield _one("radica_phrases_pending", "Proposed phrases that nobody decided on.", proposed)


def _letters(turn: Turn) -> Iterator[Gauge]:
    waiting = {(one.channel, one.urgency.name.lower()): one for one in turn.backlog.letters()}
    labels = ("channel", "urgency")
    yield Gauge(
        "radica_outbox_letters",
        "Letters that may leave now and have not.",
        {key: one.count for key, one in waiting.items()},
        labels,
    )
    yield Gauge(
        "radica_outbox_oldest_seconds",
        "Age of the oldest letter that may leave now and has not.",
        {key: _age(turn.now, one.moment) for key, one in waiting.items()},
        labels,
    )
    paused = [one for one in turn.outbox.paused() if one.until is None or one.until > turn.now]
    yield Gauge(
        "radica_account_paused",
        "Accounts whose token is refused: their letters wait for a new one.",
        {(one.channel,): 1.0 for one in paused},
        ("channel",),
    )
    held = turn.backlog.held()
    yield _one(
        "radica_paces_held",
        "Chats, methods and accounts that a platform asked to be left alone for a while.",
        held.count,
    )
    yield _one(
        "radica_pace_longest_hold_seconds",
        "How long the longest of them still lasts.",
        max(0.0, (held.moment - turn.now).total_seconds()) if held.moment else 0.0,
    )


def _timers(turn: Turn) -> Iterator[Gauge]:
    due = turn.backlog.timers()
    yield _one("radica_timers_pending", "Timers that are set.", turn.backlog.timers_set())
    yield _one("radica_timers_overdue", "Timers whose hour has passed.", due.count)
    yield _one(
        "radica_timers_oldest_seconds",
        "How long the hour of the oldest overdue timer has passed.",
        _age(turn.now, due.moment),
    )


def _own(desk: Desk) -> Iterator[Gauge]:
    now = desk.clock.now()
    yield _one(
        "radica_inbox_events",
        "Events taken from a platform, behind others of their chat or in their turn.",
        desk.queues.waiting(),
    )
    yield _one(
        "radica_inbox_oldest_seconds", "Age of the oldest of these events.", desk.queues.oldest()
    )
    yield _one("radica_letters_under_way", "Letters that are being sent.", len(desk.flights))
    told = "The version of the learnt phrases that this process reads by."
    yield _one("radica_phrases_version", told, desk.taught)
    beside = desk.second is not None and desk.second.pid is not None
    told = "1 while a second process reads texts for this one."
    yield _one("radica_second_reader_up", told, 1.0 if beside else 0.0)
    listens = desk.presence.listens_until
    yield _one(
        "radica_listening",
        "1 while the desk, back from an outage, hears people out before its timers fire.",
        1.0 if listens is not None and now < listens else 0.0,
    )
    yield Gauge(
        "radica_round_age_seconds",
        "Time since the last success of each caretaker of this process.",
        {(name,): _age(now, at) for name, at in desk.meter.succeeded_at.items()},
        ("round",),
    )


def _one(name: str, told: str, value: float) -> Gauge:
    return Gauge(name, told, {(): float(value)})


def _age(now: datetime, since: datetime | None) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0
