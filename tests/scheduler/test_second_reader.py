"""The process that reads texts beside the desk: it reads the same, and is missed by nobody."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from kb import shelf
from kb.reader import READ_AT_MOST, SHORT
from scheduler.second_reader import Manners, NotRead, SecondReader
from tests.scheduler.bench import BOOK, READER, Bench, until
from tests.scheduler.test_desk import said

ROOT = Path(__file__).parents[2]
ODD = "el garabato del galeno quedó chueco y no sé qué más hacer"
GUIDE = "article:cargar-firma"
LONG = "El visor no carga desde ayer en la sala 2. " * 12
EAGER = Manners(crowd=1, patience=20.0, rest=0.0)


@asynccontextmanager
async def reading(manners: Manners = EAGER) -> AsyncIterator[SecondReader]:
    """One that is ready."""
    made = SecondReader(BOOK, manners)
    assert not made.takes(LONG)
    await until(lambda: made.pid is not None)
    try:
        yield made
    finally:
        await made.close()
        assert made.pid is None


async def test_it_reads_what_the_reader_reads() -> None:
    texts = [
        "En la sala 4 el resonador no pasa imágenes al PACS desde las 7, solo a mí",
        "buenas tardes, mi clave es Perro2020 y el visor no abre; cédula 1.023.456.789",
        "the viewer shows «error 500» since yesterday, nobody can work",
        "¿cómo cambio mi contraseña del portal de resultados, por favor?",
        "\ud800 medio carácter \x00 y un nulo, además de palabras",
        "ñ" * READ_AT_MOST,
    ]
    async with reading() as second:
        read = await asyncio.gather(*map(second.read, texts))
        assert read == [READER.read(text) for text in texts]


async def test_only_a_crowd_begins_it() -> None:
    """Three texts within a second or so; a few words, and a whole book, count for nothing."""
    second = SecondReader(BOOK, Manners(crowd=3))
    for text in ("x" * SHORT, "x" * (READ_AT_MOST + 1)) * 3:
        assert not second.takes(text)
    assert not second.takes(LONG) and not second.takes(LONG)
    assert second.beginning is False
    assert not second.takes(LONG)
    assert second.beginning is True
    await until(lambda: second.takes(LONG))
    await second.close()
    assert not second.takes(LONG)
    assert second.beginning is False


async def test_texts_that_come_one_by_one_are_no_crowd() -> None:
    second = SecondReader(BOOK, Manners(crowd=3, within=0.0))
    assert not any(second.takes(LONG) for _ in range(9))
    assert second.beginning is False


async def test_it_goes_when_nobody_asks_any_more() -> None:
    async with reading(Manners(crowd=1, idle=0.0, patience=0.01)) as second:
        await until(lambda: second.pid is None)


async def test_only_so_many_wait_for_it() -> None:
    async with reading() as second:
        os.kill(process(second), signal.SIGSTOP)
        waiting = [asyncio.create_task(second.read(LONG)) for _ in range(EAGER.at_once)]
        await asyncio.sleep(0)
        assert not second.takes(LONG)
        os.kill(process(second), signal.SIGCONT)
        assert await asyncio.gather(*waiting) == [READER.read(LONG)] * EAGER.at_once
        assert second.takes(LONG)


async def test_one_who_goes_away_takes_nobody_elses_answer() -> None:
    async with reading() as second:
        gone = asyncio.create_task(second.read(LONG))
        await asyncio.sleep(0)
        gone.cancel()
        with suppress(asyncio.CancelledError):
            await gone
        assert await second.read(ODD) == READER.read(ODD)


async def test_when_it_dies_whoever_waits_is_told_and_it_is_begun_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with reading() as second:
        pid = process(second)
        os.kill(pid, signal.SIGSTOP)
        waiting = asyncio.create_task(second.read(LONG))
        await asyncio.sleep(0)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(NotRead):
            await waiting
        assert "the second reader has ended" in caplog.text
        with pytest.raises(NotRead):
            await second.read(LONG)
        await until(lambda: second.takes(LONG))
        assert process(second) != pid
        assert await second.read(ODD) == READER.read(ODD)


async def test_one_that_broke_is_left_alone_for_a_while() -> None:
    async with reading(Manners(crowd=1, rest=1000.0)) as second:
        os.kill(process(second), signal.SIGKILL)
        with pytest.raises(NotRead):
            await second.read(LONG)
        await until(lambda: not second.beginning)
        assert not second.takes(LONG)
        assert second.beginning is False


async def test_a_process_that_hangs_is_ended(caplog: pytest.LogCaptureFixture) -> None:
    async with reading(Manners(crowd=1, patience=0.1)) as second:
        os.kill(process(second), signal.SIGSTOP)
        with pytest.raises(NotRead):
            await second.read(LONG)
        assert second.pid is None
        assert "the second reader hangs" in caplog.text


async def test_it_leaves_the_signals_to_its_desk() -> None:
    async with reading() as second:
        for number in (signal.SIGTERM, signal.SIGINT):
            os.kill(process(second), number)
        assert await second.read(ODD) == READER.read(ODD)


async def test_it_learns_and_forgets_with_the_desk() -> None:
    holding = {GUIDE: (ODD,)}
    async with reading() as second:
        asked = asyncio.create_task(second.read(ODD))
        await asyncio.sleep(0)
        second.learn(holding)
        assert not second.takes(ODD)  # not by phrases that do not hold any more
        with pytest.raises(NotRead):
            await asked
        await until(lambda: second.takes(ODD))
        taught = shelf.taught(BOOK, holding)
        assert (await second.read(ODD)).decision == taught.read(ODD).decision
        assert taught.read(ODD).decision.article == "cargar-firma"
        second.learn({})
        await until(lambda: second.takes(ODD))
        assert await second.read(ODD) == READER.read(ODD)


async def test_the_desk_has_it_read_while_others_are_under_way_and_reads_itself_when_it_is_gone(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing but speed depends on it: the same letters are written with it and without."""
    async with reading(Manners(crowd=1, patience=20.0, rest=1000.0)) as second:
        bench.desk.second = second
        pid = process(second)
        os.kill(pid, signal.SIGSTOP)
        with caplog.at_level(logging.WARNING):
            events = [
                bench.desk.begin(said(LONG, key=str(number), chat=f"5{number}"))
                for number in range(2)
            ]
            await until(lambda: bench.desk.queues.waiting() == 2)
            assert not any(event.done() for event in events)  # both are asked of it
            os.kill(pid, signal.SIGKILL)
            await asyncio.gather(*events)
        await bench.desk.receive(said(LONG, key="3", chat="53"))
        assert caplog.text.count("the second reader has ended") == 1
        keys = await bench.read(lambda turn: [row.key for row in turn.outbox.list(state="pending")])
        assert len(keys) == 3 and len(set(keys)) == 1


async def test_a_text_that_comes_alone_is_read_where_it_arrives(bench: Bench) -> None:
    """Nobody waits for the way there and back: it need not even answer."""
    async with reading() as second:
        bench.desk.second = second
        os.kill(process(second), signal.SIGSTOP)
        await bench.desk.receive(said("El visor no carga desde ayer en la sala 2", key="1"))


def test_it_ends_with_whoever_asks() -> None:
    """Also with one that was killed: its stdin is over."""
    asked = [sys.executable, "-m", "scheduler.reading_room"]
    assert subprocess.run(asked, stdin=subprocess.DEVNULL, cwd=ROOT, check=True).returncode == 0


def test_on_one_processor_there_is_none() -> None:
    script = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "from tests.scheduler.bench import BOOK\n"
        "from scheduler.second_reader import SecondReader\n"
        "print(SecondReader.where_it_helps(BOOK))"
    )
    asked = [sys.executable, "-c", script]
    told = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert told == "None\n"


def process(second: SecondReader) -> int:
    assert second.pid is not None
    return second.pid
