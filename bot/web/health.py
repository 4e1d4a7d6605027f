"""For machines: is it alive, may it get traffic, how is it doing."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.channels.health import Health
from policy.errors import Outage
from scheduler.desk import Desk
from store.turn import Turn

TICK = timedelta(seconds=60)  # a ticker that was not heard for longer is not running
Probes = Mapping[str, Callable[[], Health]]


class Vitals:
    """`/healthz`, `/readyz` and `/metrics`."""

    def __init__(self, desk: Desk, probes: Probes) -> None:
        self._desk = desk
        self._probes = probes

    async def healthz(self, request: Request) -> Response:
        """The process answers."""
        return PlainTextResponse("ok")

    async def readyz(self, request: Request) -> Response:
        """Database there, at the newest schema, ticker running, channels not refused."""
        checks = {"database": await self._database(), "ticker": self._ticker()}
        checks |= {name: probe().status for name, probe in self._probes.items()}
        if self._desk.refusing:
            checks["desk"] = "stopping"
        fit = all(value in ("ok", "degraded", "stopped") for value in checks.values())
        return JSONResponse({"ready": fit, **checks}, status_code=200 if fit else 503)

    async def metrics(self, request: Request) -> Response:
        """Prometheus text."""
        registry = CollectorRegistry()
        gauges = await self._gauges()
        registry.register(_Fixed([*self._totals(), *gauges]))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    async def _database(self) -> str:
        try:
            await self._desk.read(lambda turn: turn.outbox.pending_count())
        except Outage:
            return "down"
        except Exception:
            return "behind"  # it answers, and does not know our tables
        return "ok"

    def _ticker(self) -> str:
        seen = self._desk.meter.succeeded_at.get("timers")
        if seen is None:
            return "stopped"
        return "ok" if self._desk.clock.now() - seen <= TICK else "late"

    def _totals(self) -> list[Metric]:
        totals = CounterMetricFamily(
            "radica_done", "What was done since the start.", labels=["what"]
        )
        for name, amount in sorted(self._desk.meter.totals.items()):
            totals.add_metric([name], amount)
        return [totals]

    async def _gauges(self) -> list[Metric]:
        try:
            figures = await self._desk.read(_figures)
        except Exception:
            figures = {"radica_database_up": 0.0}
        return [_gauge(name, value) for name, value in figures.items()]


class _Fixed:
    """A collector that tells what it was given."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> list[Metric]:
        return self._metrics


def _figures(turn: Turn) -> dict[str, float]:
    oldest = turn.outbox.oldest()
    timer = turn.timers.next()
    late = max((turn.now - timer.due_at).total_seconds(), 0.0) if timer else 0.0
    return {
        "radica_database_up": 1.0,
        "radica_outbox_pending": float(turn.outbox.pending_count()),
        "radica_outbox_oldest_seconds": (turn.now - oldest).total_seconds() if oldest else 0.0,
        "radica_timer_late_seconds": late,
        "radica_tickets_open": float(len(turn.tickets.open())),
    }


def _gauge(name: str, value: float) -> Metric:
    gauge = GaugeMetricFamily(name, name.replace("_", " "))
    gauge.add_metric([], value)
    return gauge
