"""A process of its own for drawing: matplotlib holds the interpreter for hundreds of milliseconds,
and a desk that draws in its own process would not answer anybody meanwhile."""

import json
import subprocess
import sys
import threading
from dataclasses import asdict
from typing import IO

from bot.reports.easel import LENGTH_BYTES
from bot.reports.sketch import Sketch

LONGEST = 30.0  # seconds; the first drawing imports everything
CLOSING = 5.0


class CannotDraw(Exception):
    """The drawing process died, hung, or was never there: the report goes without its picture."""


class Studio:
    """Starts the process when it is first needed, and again after it died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def warm(self) -> None:
        """Let the process load what it needs, so that the first drawing does not wait for it."""
        with self._lock:
            self._ready()

    def draw(self, sketch: Sketch) -> bytes:
        """The picture, as PNG. Blocks: call it from a thread. Raises CannotDraw."""
        with self._lock:
            child = self._ready()
            watch = threading.Timer(LONGEST, child.kill)
            watch.start()
            try:
                return _asked(child, sketch)
            except (OSError, EOFError) as error:
                self._end(child)
                raise CannotDraw(str(error)) from error
            finally:
                watch.cancel()

    def close(self) -> None:
        """End the process; safe to call twice."""
        with self._lock:
            if self._child is not None:
                self._end(self._child)

    def _ready(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "bot.reports.easel"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._child

    def _end(self, child: "subprocess.Popen[bytes]") -> None:
        self._child = None
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        try:
            child.wait(CLOSING)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _asked(child: "subprocess.Popen[bytes]", sketch: Sketch) -> bytes:
    if child.stdin is None or child.stdout is None:
        raise EOFError("no pipes")
    child.stdin.write(json.dumps(asdict(sketch), ensure_ascii=True).encode() + b"\n")
    child.stdin.flush()
    return _exactly(child.stdout, int.from_bytes(_exactly(child.stdout, LENGTH_BYTES), "big"))


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    found = pipe.read(count)
    if len(found) < count:
        raise EOFError("the drawing process ended")
    return found
