"""What a turn or a letter makes goes with it: nothing waits in a ring for the garbage collector,
which on a busy desk would have to stop everybody for it, and whose memory would be cold."""

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.journeys.world import World

OURS = ("store.", "handlers.", "policy.", "scheduler.", "kb.", "bot.")


async def test_a_case_from_its_first_word_to_its_closing_leaves_no_ring(world: World) -> None:
    marta = await world.client()
    camila = await world.staff("Camila Duarte")
    await marta.says("no pasan imágenes al PACS en la sala 2, solo a mí hoy")
    with rings() as found:
        await marta.presses("Enviar")
        await camila.steps("claim", 1042)
        await camila.steps("solve", 1042, solution="se reinició el servicio")
        await world.waits(hours=24)
        await world.waits(hours=72)
    assert marta.heard
    assert found == Counter()


@contextmanager
def rings() -> Iterator[Counter[str]]:
    """The kinds of our own objects that only the collector could free."""
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    found: Counter[str] = Counter()
    try:
        yield found
        gc.collect()
        kinds = (type(one) for one in gc.garbage)
        names = (f"{kind.__module__}.{kind.__qualname__}" for kind in kinds)
        found.update(name for name in names if name.startswith(OURS))
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
