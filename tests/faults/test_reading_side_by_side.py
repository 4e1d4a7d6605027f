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
    stem = text.stem.__wrapped__
    alone = [stem(word) for word in WORDS]
    with ThreadPoolExecutor(THREADS) as threads:
        for together in threads.map(lambda _: [stem(word) for word in WORDS], range(3 * THREADS)):
            assert together == alone
