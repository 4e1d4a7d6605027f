"""The process that reads texts beside the desk: it reads the same, and is missed by nobody."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kb import shelf
from kb.reader import READ_AT_MOST, SHORT
from scheduler.second_reader import AT_ONCE, NotRead, SecondReader
from tests.scheduler.bench import BOOK, READER, Bench, until
from tests.scheduler.test_desk import said

ROOT = Path(__file__).parents[2]
ODD = "el garabato del galeno quedó chueco y no sé qué más hacer"
GUIDE = "article:cargar-firma"
LONG = "El visor no carga desde ayer en la sala 2. " * 12


def forked(patience: float = 20.0) -> SecondReader:
    """One of this process, whose threads do not touch what it reads by."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return SecondReader(BOOK, READER, patience=patience)


@pytest.fixture
def second() -> Iterator[SecondReader]:
    made = forked()
    yield made
    made.close()


async def test_it_reads_what_the_reader_reads(second: SecondReader) -> None:
    texts = [
        "En la sala 4 el resonador no pasa imágenes al PACS desde las 7, solo a mí",
        "buenas tardes, mi clave es Perro2020 y el visor no abre; cédula 1.023.456.789",
        "the viewer shows «error 500» since yesterday, nobody can work",
        "¿cómo cambio mi contraseña del portal de resultados, por favor?",
        "\ud800 medio carácter \x00 y un nulo, además de palabras",
        "ñ" * READ_AT_MOST,
    ]
    read = await asyncio.gather(*map(second.read, texts))
    assert read == [READER.read(text) for text in texts]


async def test_a_short_or_endless_text_is_not_worth_the_way(second: SecondReader) -> None:
    assert not second.takes("x" * SHORT)
    assert second.takes("x" * (SHORT + 1)) and second.takes("x" * READ_AT_MOST)
    assert not second.takes("x" * (READ_AT_MOST + 1))


async def test_only_so_many_wait_for_it(second: SecondReader) -> None:
    os.kill(process(second), signal.SIGSTOP)
    waiting = [asyncio.create_task(second.read(LONG)) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)
    assert not second.takes(LONG)
    os.kill(process(second), signal.SIGCONT)
    assert await asyncio.gather(*waiting) == [READER.read(LONG)] * AT_ONCE
    assert second.takes(LONG)


async def test_one_who_goes_away_takes_nobody_elses_answer(second: SecondReader) -> None:
    gone = asyncio.create_task(second.read(LONG))
    await asyncio.sleep(0)
    gone.cancel()
    with suppress(asyncio.CancelledError):
        await gone
    assert await second.read(ODD) == READER.read(ODD)


async def test_when_it_dies_whoever_waits_is_told_at_once(
    second: SecondReader, caplog: pytest.LogCaptureFixture
) -> None:
    pid = process(second)
    os.kill(pid, signal.SIGSTOP)
    waiting = asyncio.create_task(second.read(LONG))
    await asyncio.sleep(0)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(NotRead):
        await waiting
    assert second.pid is None and not second.takes(LONG)
    assert "the second reader has ended" in caplog.text
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)  # nothing of it is left behind
    with pytest.raises(NotRead):
        await second.read(LONG)


async def test_a_desk_that_ignores_how_its_children_end_goes_on(second: SecondReader) -> None:
    """Some supervisors start what they run like that."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        os.kill(process(second), signal.SIGKILL)
        with pytest.raises(NotRead):
            await second.read(LONG)
    finally:
        signal.signal(signal.SIGCHLD, before)
    assert second.pid is None


async def test_a_process_that_hangs_is_ended() -> None:
    second = forked(patience=0.1)
    os.kill(process(second), signal.SIGSTOP)
    with pytest.raises(NotRead):
        await second.read(LONG)
    assert second.pid is None
    second.close()


async def test_it_leaves_the_signals_to_its_desk(second: SecondReader) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        os.kill(process(second), number)
    assert await second.read(ODD) == READER.read(ODD)


async def test_it_learns_and_forgets_with_the_desk(second: SecondReader) -> None:
    holding = {GUIDE: (ODD,)}
    learning = asyncio.create_task(second.learn(holding))
    await asyncio.sleep(0)
    assert not second.takes(ODD)  # not by phrases that do not hold any more
    await learning
    assert second.takes(ODD)
    taught = shelf.taught(BOOK, holding)
    assert (await second.read(ODD)).decision.article == taught.read(ODD).decision.article
    assert taught.read(ODD).decision.article == "cargar-firma"
    await second.learn({})
    assert await second.read(ODD) == READER.read(ODD)


async def test_more_phrases_than_it_can_be_told_end_it(second: SecondReader) -> None:
    await second.learn({GUIDE: tuple(f"{ODD} {number}" * 40 for number in range(4000))})
    assert second.pid is None


async def test_the_desk_has_it_read_while_others_wait_and_reads_by_itself_when_it_is_gone(
    bench: Bench, second: SecondReader, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing but speed depends on it: the same letters are written with it and without."""
    bench.desk.second = second
    pid = process(second)
    os.kill(pid, signal.SIGSTOP)
    with caplog.at_level(logging.WARNING):
        first = bench.desk.begin(said(LONG, key="1", chat="50"))
        other = bench.desk.begin(said(LONG, key="2", chat="51"))
        await until(lambda: bench.desk.queues.waiting() == 2)
        assert not first.done() and not other.done()  # both are asked of it
        os.kill(pid, signal.SIGKILL)
        await asyncio.gather(first, other)
    third = bench.desk.begin(said(LONG, key="3", chat="52"))
    await third
    assert caplog.text.count("the second reader has ended") == 1
    keys = await bench.read(lambda turn: [row.key for row in turn.outbox.list(state="pending")])
    assert len(keys) == 3 and len(set(keys)) == 1


async def test_alone_a_short_text_is_read_where_it_arrives(
    bench: Bench, second: SecondReader
) -> None:
    """Nobody waits for the way there and back: it need not even answer."""
    bench.desk.second = second
    os.kill(process(second), signal.SIGSTOP)
    await bench.desk.receive(said("El visor no carga desde ayer en la sala 2", key="1"))


def test_on_one_processor_there_is_none() -> None:
    script = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "from tests.scheduler.bench import BOOK, READER\n"
        "from scheduler.second_reader import SecondReader\n"
        "print(SecondReader.where_it_helps(BOOK, READER))"
    )
    asked = [sys.executable, "-c", script]
    told = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert told == "None\n"


def process(second: SecondReader) -> int:
    assert second.pid is not None
    return second.pid
