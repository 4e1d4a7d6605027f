"""Reads texts for another process. It imports what reading takes, and nothing of a desk.

Run as a program it is told a policy and the phrases that hold, and says when it knows them; then
lists of texts, each answered by a list of readings (None for a text that it cannot read). All of
it goes over stdin and stdout as pickles behind their length (4 bytes, big-endian). It ends when
stdin does, so it never outlives whoever asked.
"""

import os
import pickle
import signal
import sys
from collections.abc import Sequence
from typing import IO, Any, Final

from kb import shelf
from kb.reader import Reader
from kb.reading import Reading

LENGTH_BYTES: Final = 4


def framed(what: object) -> bytes:
    """As it goes over the pipe."""
    said = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
    return len(said).to_bytes(LENGTH_BYTES, "big") + said


def main() -> None:
    """The program. Signals are left to whoever asks: Ctrl-C reaches both."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    asked, told = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    try:
        policy, holding = _heard(asked)
        reader = shelf.taught(policy, holding)
        reader.read("…")  # what is made ready when it is first needed
        answer: Sequence[Reading | None] = []
        while True:
            told.write(framed(answer))
            told.flush()
            answer = [_read(reader, text) for text in _heard(asked)]
    except (EOFError, BrokenPipeError):
        return


def _heard(asked: IO[bytes]) -> Any:
    """What is asked next. Raises EOFError when nobody asks any more."""
    length = int.from_bytes(_exactly(asked, LENGTH_BYTES), "big")
    return pickle.loads(_exactly(asked, length))


def _exactly(asked: IO[bytes], count: int) -> bytes:
    found = asked.read(count)
    if len(found) < count:
        raise EOFError("nobody asks any more")
    return found


def _read(reader: Reader, text: str) -> Reading | None:
    try:
        return reader.read(text)
    except Exception:
        return None  # whoever asked reads it, and tells the log why that failed


if __name__ == "__main__":
    main()
