"""Peers that the product does not depend on: installed by name into an environment of their own."""

import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PATIENCE = 180  # seconds for making an environment
OFF = "left out with --no-peers"


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
        if self._process.stdin is not None:
            self._process.stdin.close()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process.wait(10)


@contextmanager
def peer(
    packages: Sequence[str], script: str, *, wanted: bool
) -> Iterator[tuple[Peer | None, str]]:
    """The peer, or None and why there is none. Its environment is gone afterwards."""
    if not wanted:
        yield None, OFF
        return
    with tempfile.TemporaryDirectory(prefix="radica-peer-") as folder:
        why = _install(Path(folder), packages)
        if why:
            yield None, why
            return
        running = Peer(Path(folder) / "bin" / "python", HERE / script)
        try:
            yield running, ""
        finally:
            running.close()


def _install(folder: Path, packages: Sequence[str]) -> str:
    """Why it could not be installed; empty where it could."""
    python = folder / "bin" / "python"
    for command in (
        ["uv", "venv", "--quiet", "--clear", str(folder)],
        ["uv", "pip", "install", "--quiet", "--python", str(python), *packages],
    ):
        try:
            done = subprocess.run(
                command, check=False, capture_output=True, text=True, timeout=PATIENCE
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{command[0]}: {type(error).__name__}"
        if done.returncode:
            return f"{' '.join(command[:3])} failed"
    return ""
