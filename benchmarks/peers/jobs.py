"""procrastinate on PostgreSQL: due jobs that do nothing.

Runs under an interpreter that has it and talks JSON on its pipes.
"""

import asyncio
import importlib
import json
import logging
import sys
from time import perf_counter
from typing import Any


async def main() -> None:
    """One question a line; the first says which database."""
    url = json.loads(sys.stdin.readline())["url"]
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    library = importlib.import_module("procrastinate")
    app = library.App(connector=library.PsycopgConnector(conninfo=url))

    @app.task
    async def nothing() -> None:
        return None

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        print(json.dumps({}), flush=True)
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            print(json.dumps(await _run(app, nothing, **json.loads(line))), flush=True)


async def _run(app: Any, nothing: Any, jobs: int, width: int) -> dict[str, Any]:
    await nothing.batch_defer_async(*({} for _ in range(jobs)))
    began = perf_counter()
    await app.run_worker_async(wait=False, concurrency=width, install_signal_handlers=False)
    return {"seconds": perf_counter() - began}


if __name__ == "__main__":
    asyncio.run(main())
