"""asyncpg by hand: what PostgreSQL can do with the least that a desk must write.

Runs under an interpreter that has it and talks JSON on its pipes.
"""

import asyncio
import importlib
import json
import sys
from time import perf_counter
from typing import Any

TABLES = """
CREATE TABLE inbox (channel text, account text, key text, at timestamptz,
  PRIMARY KEY (channel, account, key));
CREATE TABLE conversations (id bigserial PRIMARY KEY, channel text, account text, chat text,
  state text, version int, at timestamptz, UNIQUE (channel, account, chat));
CREATE TABLE tickets (number bigserial PRIMARY KEY, conversation bigint, requester bigint,
  state text, priority text, subject text, text text, due_at timestamptz, opened_at timestamptz);
CREATE INDEX ix_tickets_requester ON tickets (requester, state);
CREATE INDEX ix_tickets_due ON tickets (due_at) WHERE state = 'solved';
CREATE TABLE events (id bigserial PRIMARY KEY, ticket bigint, what text, facts text,
  at timestamptz);
CREATE INDEX ix_events_ticket ON events (ticket);
CREATE TABLE outbox (id bigserial PRIMARY KEY, lane text, key text, facts text, state text,
  at timestamptz);
CREATE INDEX ix_outbox_waiting ON outbox (lane, id) WHERE state = 'pending';
"""
DEDUPE = "INSERT INTO inbox VALUES ('telegram', '1', $1, now()) ON CONFLICT DO NOTHING RETURNING 1"
TALK = (
    "INSERT INTO conversations (channel, account, chat, state, version, at)"
    " VALUES ('telegram', '1', $1, $2, 1, now()) ON CONFLICT (channel, account, chat) DO UPDATE"
    " SET state = excluded.state, version = conversations.version + 1, at = now() RETURNING id"
)
TICKET = (
    "INSERT INTO tickets (conversation, requester, state, priority, subject, text, due_at,"
    " opened_at) VALUES ($1, $2, 'new', 'alta', $3, $4, now() + interval '5 h', now())"
    " RETURNING number"
)
EVENT = "INSERT INTO events (ticket, what, facts, at) VALUES ($1, 'opened', $2, now())"
LETTER = "INSERT INTO outbox (lane, key, facts, state, at) VALUES ($1, $2, $3, 'pending', now())"
CLOSE = """
WITH due AS (SELECT number FROM tickets WHERE state = 'solved' AND due_at <= now()
    ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED),
  closed AS (UPDATE tickets SET state = 'closed' WHERE number IN (SELECT number FROM due)
    RETURNING number, requester),
  told AS (INSERT INTO events (ticket, what, facts, at)
    SELECT number, 'closed', '{"why":"silence"}', now() FROM closed)
INSERT INTO outbox (lane, key, facts, state, at)
  SELECT 'telegram:' || requester, 'closed', '{"number":' || number || '}', 'pending', now()
  FROM closed
"""
FILL = (
    "INSERT INTO tickets (conversation, requester, state, priority, subject, text, due_at,"
    " opened_at) SELECT n, n % 2000, CASE WHEN n <= $1 THEN 'solved' ELSE 'new' END, 'alta',"
    " 'No pasan imágenes', $3, now() - interval '5 min', now() FROM generate_series(1, $2) n"
)
SUBJECT, TEXT = "No pasan imágenes", "En la sala 2 el resonador no pasa imágenes al PACS" * 2


class Limit:
    """A pool of connections over six narrow tables."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._number = 0

    async def file(self, tickets: int, width: int) -> dict[str, Any]:
        """So many tickets, six statements in a transaction each, `width` at any time."""
        left = iter(range(tickets))

        async def work() -> None:
            async with self._pool.acquire() as connection:
                for _ in left:
                    self._number += 1
                    await self._ticket(connection, self._number)

        began = perf_counter()
        await asyncio.gather(*(work() for _ in range(width)))
        return {"seconds": perf_counter() - began}

    async def _ticket(self, connection: Any, n: int) -> None:
        chat = str(n % 2000)
        facts = json.dumps({"number": n, "priority": "alta", "due": "2026-11-24T20:12:00+00:00"})
        async with connection.transaction():
            if await connection.fetchval(DEDUPE, str(n)) is None:
                return
            talk = await connection.fetchval(TALK, chat, facts)
            number = await connection.fetchval(TICKET, talk, n % 2000, SUBJECT, TEXT)
            await connection.execute(EVENT, number, facts)
            await connection.execute(LETTER, f"telegram:{chat}", "ticket.opened", facts)
            await connection.execute(LETTER, f"slack:C1:{number}", "card", facts)

    async def fill(self, waiting: int, due: int) -> dict[str, Any]:
        """So many tickets in the table, the first of them due to be closed."""
        async with self._pool.acquire() as connection:
            await connection.execute("TRUNCATE tickets, events, outbox")
            await connection.execute(FILL, due, waiting, TEXT)
            await connection.execute("ANALYZE tickets")
        return {}

    async def close(self, batch: int, workers: int) -> dict[str, Any]:
        """Close what is due by the batch; seconds, and how many were closed."""

        async def work() -> int:
            done = 0
            async with self._pool.acquire() as connection:
                while True:
                    closed = int((await connection.execute(CLOSE, batch)).rpartition(" ")[2])
                    done += closed
                    if not closed:
                        return done

        began = perf_counter()
        done = sum(await asyncio.gather(*(work() for _ in range(workers))))
        return {"seconds": perf_counter() - began, "done": done}


async def main() -> None:
    """One question a line; the first says which database."""
    url = json.loads(sys.stdin.readline())["url"]
    asyncpg = importlib.import_module("asyncpg")
    async with asyncpg.create_pool(url, min_size=8, max_size=8) as pool:
        await pool.execute(TABLES)
        print(json.dumps({}), flush=True)
        limit = Limit(pool)
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            asked = json.loads(line)
            print(json.dumps(await getattr(limit, asked.pop("do"))(**asked)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
