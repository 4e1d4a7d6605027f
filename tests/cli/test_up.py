"""radica up, as a process: where to go, a clean stop, sentences instead of tracebacks."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

UP = (sys.executable, "-m", "bot.cli", "up")


@contextmanager
def running(home: Path, *more: str, **settings: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        (*UP, *more),
        cwd=home,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


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
    with running(home) as process:
        told = until(process, "Ctrl-C")
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", told)
        assert found, told
        link = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=10)
        for path, wanted in (("/healthz", 200), ("/readyz", 200), ("/", 200), ("/nothing", 404)):
            link.request("GET", path)
            answer = link.getresponse()
            answer.read()
            assert answer.status == wanted, path
        link.close()
        process.send_signal(signal.SIGTERM)
        until(process, "stopped")
        assert process.wait(30) == 0


def test_a_worker_may_be_asked_how_it_is_and_nothing_else(home: Path) -> None:
    with running(home, "--role", "worker", RADICA_WORKER_PORT="0") as process:
        found = re.search(r"http://127\.0\.0\.1:(\d+)/metrics", until(process, "works"))
        assert found
        link = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=10)
        for path, wanted in (("/healthz", 200), ("/readyz", 200), ("/metrics", 200), ("/", 404)):
            link.request("GET", path)
            answer = link.getresponse()
            body = answer.read()
            assert answer.status == wanted, path
            assert path != "/metrics" or b"radica_timers_fired_total" in body
        link.close()
        process.send_signal(signal.SIGTERM)
        until(process, "stopped")
        assert process.wait(30) == 0


def test_a_worker_has_no_door_and_stops_as_cleanly(home: Path) -> None:
    with running(home, "--role", "worker") as process:
        until(process, "works")
        process.send_signal(signal.SIGINT)
        until(process, "stopped")
        assert process.wait(30) == 0


def test_the_same_signal_twice_is_one_wish_to_stop(home: Path) -> None:
    """As from a service manager that asks `uv run` and its child at once."""
    with running(home, "--role", "worker") as process:
        until(process, "works")
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        told = until(process, "stopped")
        assert "Traceback" not in told
        assert process.wait(30) == 0


def test_a_port_in_use_is_a_sentence(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with running(home, RADICA_PORT=port) as process:
            told, _ = process.communicate(timeout=40)
    assert process.returncode == 1
    assert f"port {port} is in use" in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("settings", "sentence", "code"),
    [
        ({"RADICA_POLICY": "nowhere"}, "nowhere", 1),
        ({"TELEGRAM_BOT_TOKEN": "nonsense", "RADICA_ENROLMENT": "open"}, "TELEGRAM_BOT_TOKEN", 2),
    ],
)
def test_what_cannot_work_is_told_in_a_sentence(
    home: Path, settings: dict[str, str], sentence: str, code: int
) -> None:
    with running(home, **settings) as process:
        told, _ = process.communicate(timeout=40)
    assert process.returncode == code
    assert sentence in told
    assert "Traceback" not in told


def test_a_client_chats_in_the_terminal_and_the_case_can_be_read(home: Path) -> None:
    fault = "buenas, el visor no carga las imagenes desde ayer en la sala 2"
    done = command(home, "chat", "--as", "marta", typed=f"{fault}\n1\n1\n/exit\n")
    assert "Marta" in done
    assert "[1]" in done
    assert "1042" in done
    shown = json.loads(command(home, "ticket", "show", "1042", "--json"))
    assert (shown["number"], shown["state"], shown["text"]) == (1042, "new", fault)
    assert shown["due"] == shown["promise"]["due"]
    assert "opened" in command(home, "ticket", "trace", "1042")
    report = json.loads(command(home, "report", "pendientes", "--format", "json"))
    assert [row["number"] for row in report["pendientes"]] == [1042]


def command(home: Path, *arguments: str, typed: str = "") -> str:
    """Run one command to its end and return what it printed."""
    done = subprocess.run(
        (sys.executable, "-m", "bot.cli", *arguments),
        cwd=home,
        input=typed,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
