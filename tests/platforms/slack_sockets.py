"""Socket Mode of the stand-in for Slack: real websockets, envelopes, acknowledgements."""

import asyncio
import json
from collections import defaultdict
from typing import Any

from aiohttp import WSMsgType, web

from tests.platforms.slack_state import Reply, State

PATIENCE = 5.0  # seconds for an acknowledgement; Slack itself waits three


class Sockets(State):
    """Each envelope goes to one connection, the newest; acknowledgements come back by its id."""

    def __init__(self) -> None:
        super().__init__()
        self.sockets: list[web.WebSocketResponse] = []
        self.acks: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.acked: list[str] = []
        self.deaf = False  # pings are no longer answered: a half-open connection
        self.told_connections: int | None = None
        self.patience = PATIENCE
        self.tickets: dict[web.WebSocketResponse, str] = {}  # what each connection came with
        self._tickets: set[str] = set()
        self._unanswered: dict[web.WebSocketResponse, set[str]] = defaultdict(set)
        self._connected = asyncio.Condition()
        self.opened = 0

    def socket_url(self) -> str:
        ticket = self.next_id("S")
        self._tickets.add(ticket)
        return f"{self.url.replace('http', 'ws', 1)}/socket/{ticket}"

    async def socket(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["ticket"] not in self._tickets:
            return web.Response(status=403)
        connection = web.WebSocketResponse(autoping=False)
        await connection.prepare(request)
        self.sockets.append(connection)
        self.tickets[connection] = request.match_info["ticket"]
        count = self.told_connections or len(self.sockets)
        await connection.send_json({"type": "hello", "num_connections": count})
        async with self._connected:
            self.opened += 1
            self._connected.notify_all()
        try:
            await self._read(connection)
        finally:
            self._gone(connection)
        return connection

    def _gone(self, connection: web.WebSocketResponse) -> None:
        """Nobody will answer what went by this connection and is not answered."""
        if connection in self.sockets:
            self.sockets.remove(connection)
        self.tickets.pop(connection, None)
        for envelope in self._unanswered.pop(connection, ()):
            if not self.acks[envelope].done():
                self.acks[envelope].cancel()

    async def _read(self, connection: web.WebSocketResponse) -> None:
        async for message in connection:
            if message.type is WSMsgType.PING and not self.deaf:
                await connection.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                said = json.loads(message.data)
                self.acked.append(said["envelope_id"])
                waiting = self.acks.get(said["envelope_id"])
                if waiting is not None and not waiting.done():
                    waiting.set_result(said)

    async def connections(self, opened: int) -> None:
        """Wait until so many connections were opened in all."""
        async with self._connected:
            await asyncio.wait_for(
                self._connected.wait_for(lambda: self.opened >= opened), timeout=10
            )

    async def push(
        self,
        kind: str,
        payload: dict[str, Any],
        connection: web.WebSocketResponse | None = None,
        **more: Any,
    ) -> Reply:
        """An envelope to a connection, the newest unless told; status 0 when it is not
        acknowledged in time, or the connection was lost meanwhile."""
        envelope, connection = self.next_id("env-"), connection or self.sockets[-1]
        waiting = asyncio.get_running_loop().create_future()
        self.acks[envelope] = waiting
        self._unanswered[connection].add(envelope)
        sent = {"envelope_id": envelope, "type": kind, "payload": payload}
        sent |= {"accepts_response_payload": kind != "events_api"}
        await connection.send_json(sent | more)
        done, _ = await asyncio.wait({waiting}, timeout=self.patience)
        self._unanswered[connection].discard(envelope)
        if not done or waiting.cancelled():
            return Reply(0)
        said = waiting.result()
        return Reply(200, json.dumps(said["payload"]) if said.get("payload") else "")

    async def asks_to_leave(self, reason: str = "refresh_requested") -> None:
        """The `disconnect` frame that Slack sends before it recycles a connection."""
        await self.sockets[-1].send_json({"type": "disconnect", "reason": reason})

    async def close_sockets(self) -> None:
        for one in [*self.sockets]:
            await one.close()
