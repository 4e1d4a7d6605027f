"""Words that wait in a conversation's memory (handlers/held.py)."""

from typing import Any

import orjson

from handlers import held
from kb.reading import Reading
from tests.kb.conftest import reader_of

SAID = "Desde ayer a las 7 la sala 2 no pasa el estudio 88123, estoy en mi casa por la VPN"


def kept(reading: Reading) -> dict[str, Any]:
    """As it comes back from the database."""
    return dict(orjson.loads(orjson.dumps(held.packed(reading))))


def test_they_come_back_as_they_were_read() -> None:
    reading = reader_of("imexhs").read(SAID)
    assert reading.since is not None
    assert held.unpacked(kept(reading)) == reading


def test_what_a_newer_desk_kept_besides_is_left_alone() -> None:
    reading = reader_of("imexhs").read(SAID)
    memory = kept(reading)
    newer = memory[held.READ]
    for part in (newer, newer["since"], newer["decision"]):
        part["mood"] = "calm"
    assert held.unpacked(memory) == reading


def test_what_an_older_desk_did_not_keep_is_as_if_nobody_had_looked() -> None:
    reading = reader_of("imexhs").read(SAID)
    memory = kept(reading)
    older = {k: v for k, v in memory[held.READ].items() if k not in ("shows", "outside")}
    back = held.unpacked({**memory, held.READ: older})
    assert back is not None
    assert back.shows is None
    assert back.stored == reading.stored
