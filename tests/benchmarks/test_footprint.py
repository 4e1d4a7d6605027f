"""What a desk does not use it does not import."""

import subprocess
import sys
from pathlib import Path

from benchmarks.footprint import OF_TOKEN, third_party

PROBE = """
import asyncio, sys
from bot.app import assemble, running
from bot.settings import Settings
from bot.web.app import web

async def up():
    async with running(assemble(Settings.local("imexhs", sys.argv[1]))) as app:
        web(app)

asyncio.run(up())
print(" ".join(sorted(sys.modules)))
"""


def test_a_desk_without_a_token_imports_no_platforms_library(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'radica.db'}"
    done = subprocess.run(
        [sys.executable, "-c", PROBE, url], capture_output=True, text=True, check=True, timeout=50
    )
    tops = {module.partition(".")[0] for module in done.stdout.split()}
    assert {"starlette", "sqlalchemy", "rapidfuzz"} <= tops
    assert not tops & {*OF_TOKEN, "aiohttp", "psycopg", "matplotlib", "xlsxwriter"}


def test_what_is_pythons_and_what_is_ours_is_no_library() -> None:
    modules = ["json", "bot.app", "sqlalchemy.sql", "__main__", "policy", "kb.text", "rich"]
    assert third_party(modules) == ["sqlalchemy.sql", "rich"]
