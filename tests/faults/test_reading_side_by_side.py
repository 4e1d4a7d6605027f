"""Messages are read on many threads at once: nobody's words may end up in somebody else's."""

import itertools
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from kb import text

ROOTS = ("configur", "visualiz", "reinici", "imprim", "guard", "envi", "actualiz", "desconect")
ENDINGS = ("arselas", "andolo", "aciones", "abamos", "aremos", "adamente", "ando", "ables")
WORDS = [f"{a}{b}" for a, b in itertools.product(ROOTS, ENDINGS)]
THREADS = 8


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty")
def test_words_are_stemmed_alike_on_one_thread_and_on_many() -> None:
    alone = stems()
    with ThreadPoolExecutor(THREADS) as threads:
        done = [threads.submit(stems) for _ in range(3 * THREADS)]
        assert all(each.result() == alone for each in done)


def stems() -> list[str]:
    """Without what was kept of an earlier look."""
    return [text.stem.__wrapped__(word) for word in WORDS]
