"""For machines: is it alive, may it get traffic, how is it doing."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.channels.health import Health
from bot.web.metrics import exposition
from policy.errors import Outage
from scheduler.desk import Desk

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
        return Response(await exposition(self._desk), media_type=CONTENT_TYPE_LATEST)

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
