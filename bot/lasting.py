"""What a start makes lasts as long as the process: the garbage collector need not look at it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 10_000  # objects more than before, when the youngest are looked through


@contextmanager
def lasting() -> Iterator[None]:
    """Make, inside this, what is kept until the process ends: modules, policy, phrases, statements.

    Nothing is collected meanwhile, and what was made is not visited later either. A start leaves
    next to no garbage, and looking for it was a tenth of its time; every full collection of a
    desk that runs would visit all of it again, while everybody waits.

    Afterwards it looks seldom: what a turn makes goes with the turn, and a ring of objects, which
    waits for the collector, is the exception.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(SELDOM)
        gc.enable()
