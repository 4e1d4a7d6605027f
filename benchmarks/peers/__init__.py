"""Peers that the product does not depend on: installed by name into an environment of their own.

The environment lies in the user's cache folder, under the digest of what is in it, and is used
again by the next bench. Removing it costs the next run a minute.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PATIENCE = 600  # seconds for making the environment
OFF = "left out with --no-peers"
PACKAGES = (
    "asyncpg==0.32.0",
    "django-helpdesk==2.6.1",
    "procrastinate==3.10.0",
    "psycopg[binary]==3.3.9",
    "workclock==0.1.2",
)
READY = "ready"  # a file that is there once everything is installed


class Peer:
    """A script under another interpreter that answers one line of JSON with another."""

    def __init__(self, python: Path, script: Path) -> None:
        self._process = subprocess.Popen(
            [python, "-I", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, question: object) -> Any:
        """Raises RuntimeError when the script has ended."""
        asked, answered = self._process.stdin, self._process.stdout
        if asked is None or answered is None:
            raise RuntimeError("the peer has no pipes")
        asked.write(json.dumps(question) + "\n")
        asked.flush()
        line = answered.readline()
        if not line:
            raise RuntimeError("the peer has ended")
        return json.loads(line)

    def close(self) -> None:
        """End the script."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait(30)


@contextmanager
def peer(script: str, *, wanted: bool) -> Iterator[tuple[Peer | None, str]]:
    """The peer, or None and why there is none."""
    python, why = environment() if wanted else (None, OFF)
    if python is None:
        yield None, why
        return
    running = Peer(python, HERE / script)
    try:
        yield running, ""
    finally:
        running.close()


def environment() -> tuple[Path | None, str]:
    """Its interpreter, made at the first need; or None and why it could not be made."""
    folder = _cache() / f"peers-{_digest()}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if (folder / READY).exists():
        return python, ""
    why = ""
    for commands in (_by_uv(folder, python), _by_pip(folder, python)):
        shutil.rmtree(folder, ignore_errors=True)
        why = _ran(commands)
        if not why:
            (folder / READY).touch()
            return python, ""
    return None, why


def _cache() -> Path:
    given = os.environ.get("XDG_CACHE_HOME")
    return (Path(given) if given else Path.home() / ".cache") / "radica-benchmarks"


def _digest() -> str:
    inside = "\n".join((sys.version, *PACKAGES))
    return hashlib.sha256(inside.encode()).hexdigest()[:12]


def _by_uv(folder: Path, python: Path) -> list[list[str]]:
    return [
        ["uv", "venv", "--quiet", "--python", sys.executable, str(folder)],
        ["uv", "pip", "install", "--quiet", "--python", str(python), *PACKAGES],
    ]


def _by_pip(folder: Path, python: Path) -> list[list[str]]:
    return [
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", *PACKAGES],
    ]


def _ran(commands: Sequence[Sequence[str]]) -> str:
    """Why they could not be run; empty where they could."""
    for command in commands:
        try:
            done = subprocess.run(
                command, check=False, capture_output=True, text=True, timeout=PATIENCE
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{Path(command[0]).name}: {type(error).__name__}"
        if done.returncode:
            return f"{Path(command[0]).name} {' '.join(command[1:3])} failed"
    return ""
