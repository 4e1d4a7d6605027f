"""What a start makes lasts as long as the process: the garbage collector need not look at it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def lasting() -> Iterator[None]:
    """Make, inside this, what is kept until the process ends: modules, policy, phrases, statements.

    Nothing is collected meanwhile, and what was made is not visited later either. A start leaves
    next to no garbage, and looking for it was a tenth of its time; every full collection of a
    desk that runs would visit all of it again, while everybody waits.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
