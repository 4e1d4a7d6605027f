"""radica up, as a process: where to go, a clean stop, sentences instead of tracebacks."""

import asyncio
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.cli.conftest import Radica
from tests.started import Up

UP = (sys.executable, "-m", "bot.cli", "up")


def until(process: "subprocess.Popen[str]", what: str) -> str:
    """Read what it prints until the line that has `what`."""
    assert process.stdout is not None
    told = ""
    for line in process.stdout:
        told += line
        if what in line:
            return told
    raise AssertionError(f"ended without {what!r}: {told}")


def test_a_desk_says_where_it_is_answers_and_stops_with_exit_code_zero(home: Path) -> None:
    """The program itself, from nothing, as an operator starts it."""
    process = subprocess.Popen(
        UP, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    with process:
        try:
            found = re.search(r"http://127\.0\.0\.1:(\d+)/", until(process, "Ctrl-C"))
            assert found
            wanted = {"/healthz": 200, "/readyz": 200, "/": 200, "/nothing": 404}
            answers = asked(int(found[1]), wanted)
            assert {path: status for path, (status, _) in answers.items()} == wanted
            process.send_signal(signal.SIGTERM)
            until(process, "stopped")
            assert process.wait(30) == 0
        finally:
            process.kill()


async def test_a_worker_may_be_asked_how_it_is_and_nothing_else(home: Path, up: Up) -> None:
    worker = await (await up(of(home, RADICA_WORKER_PORT="0"), "--role", "worker")).is_up()
    found = re.search(r"http://127\.0\.0\.1:(\d+)/metrics", worker.out)
    assert found
    wanted = {"/healthz": 200, "/readyz": 200, "/metrics": 200, "/": 404}
    answers = await asyncio.to_thread(asked, int(found[1]), wanted)
    assert {path: status for path, (status, _) in answers.items()} == wanted
    assert b"radica_timers_fired_total" in answers["/metrics"][1]
    assert await worker.stops() == 0
    assert "stopped" in worker.out


async def test_a_worker_has_no_door_and_stops_as_cleanly(home: Path, up: Up) -> None:
    worker = await (await up(of(home), "--role", "worker")).is_up()
    worker.signals(signal.SIGINT)
    assert await worker.ends() == 0
    assert "works" in worker.out
    assert "stopped" in worker.out


async def test_the_same_signal_twice_is_one_wish_to_stop(home: Path, up: Up) -> None:
    """As from a service manager that asks `uv run` and its child at once."""
    worker = await (await up(of(home), "--role", "worker")).is_up()
    worker.signals(signal.SIGTERM)
    worker.signals(signal.SIGTERM)
    assert await worker.ends() == 0
    assert "stopped" in worker.out
    assert "Traceback" not in worker.out + worker.err


async def test_a_port_in_use_is_a_sentence(home: Path, up: Up) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        failed = await up(of(home, RADICA_PORT=port))
        assert await failed.ends() == 1
    assert f"port {port} is in use" in failed.err
    assert "Traceback" not in failed.out + failed.err


@pytest.mark.parametrize(
    ("settings", "sentence", "code"),
    [
        ({"RADICA_POLICY": "nowhere"}, "nowhere", 1),
        ({"TELEGRAM_BOT_TOKEN": "nonsense", "RADICA_ENROLMENT": "open"}, "TELEGRAM_BOT_TOKEN", 2),
    ],
)
async def test_what_cannot_work_is_told_in_a_sentence(
    home: Path, up: Up, settings: dict[str, str], sentence: str, code: int
) -> None:
    failed = await up(of(home, **settings))
    assert await failed.ends() == code
    assert sentence in failed.err
    assert "Traceback" not in failed.out + failed.err


def test_a_client_chats_in_the_terminal_and_the_case_can_be_read(
    home: Path, radica: Radica
) -> None:
    fault = "buenas, el visor no carga las imagenes desde ayer en la sala 2"
    done = typed(home, f"{fault}\n1\n1\n/exit\n", "chat", "--as", "marta")
    assert "Marta" in done
    assert "[1]" in done
    assert "1042" in done
    shown = json.loads(radica("ticket", "show", "1042", "--json").stdout)
    assert (shown["number"], shown["state"], shown["text"]) == (1042, "new", fault)
    assert shown["due"] == shown["promise"]["due"]
    assert "opened" in radica("ticket", "trace", "1042").stdout
    report = json.loads(radica("report", "pendientes", "--format", "json").stdout)
    assert [row["number"] for row in report["pendientes"]] == [1042]


def of(home: Path, **settings: str) -> dict[str, str]:
    """The environment of the desk in this folder."""
    return {"RADICA_DATABASE_URL": f"sqlite:///{home / 'desk.sqlite3'}"} | settings


def asked(port: int, paths: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """What it answers on each path: status and body."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    answers: dict[str, tuple[int, bytes]] = {}
    for path in paths:
        link.request("GET", path)
        answer = link.getresponse()
        answers[path] = answer.status, answer.read()
    link.close()
    return answers


def typed(home: Path, lines: str, *arguments: str) -> str:
    """Run one command to its end, with these lines typed, and return what it printed."""
    done = subprocess.run(
        (sys.executable, "-m", "bot.cli", *arguments),
        cwd=home,
        input=lines,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
