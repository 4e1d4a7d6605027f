"""Runs tests over a copy of the project, each time in a fork that has everything imported already.

One JSON object a line comes in: {"files", "ids", "first", "out", "stop"}; one goes out: {"code",
"tried", "failed", "error"}. The pack's file in the copy is whatever was written there before.
"""

import contextlib
import importlib
import json
import os
import signal
import sys
import traceback
from typing import Any

import pytest

from kb.shelf import knowledge
from policy.pack import load
from tests.alter.chosen import Chosen

WARM = (
    *("bot.app", "bot.seed", "bot.stage", "bot.story", "bot.simulation.floor", "bot.web.app"),
    *("bot.channels.telegram.render", "bot.channels.slack.render", "typer.testing"),
    *("bot.cli.policy", "bot.cli.simulate", "bot.cli.demo", "bot.cli.up", "alembic.command"),
    "tests.journeys.world",
)
LONGEST = 300  # seconds for the tests of one change


def main() -> None:
    """Answer until the input ends; with a pack's name, prepared for many questions about it."""
    if sys.argv[1:]:
        for name in WARM:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        knowledge(load(sys.argv[1]))  # the stems of its words are known from then on
    for line in sys.stdin:
        print(json.dumps(_forked(json.loads(line))), flush=True)


def _forked(asked: dict[str, Any]) -> dict[str, Any]:
    """What the tests say, from a process of their own that ends with them."""
    told, tells = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        os.setsid()
        answer = _answer(asked)
        os.write(tells, json.dumps(answer).encode())
        os._exit(0)
    os.close(tells)
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(child, signal.SIGKILL))
    signal.alarm(LONGEST)
    with os.fdopen(told, "rb") as pipe:
        said = pipe.read()
    signal.alarm(0)
    os.waitpid(child, 0)
    ended: dict[str, Any] = json.loads(said) if said else {"code": 1, "failed": ["(no end)"]}
    nothing: dict[str, Any] = {"tried": [], "failed": [], "error": ""}
    return nothing | ended


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    """What the tests say; what keeps them from being run at all is told as such."""
    try:
        return _ran(asked)
    except Exception:
        return {"code": -1, "error": traceback.format_exc()}


def _ran(asked: dict[str, Any]) -> dict[str, Any]:
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    plugin = Chosen(asked["ids"], asked["first"], asked["out"])
    options = ["-n", "0", "-q", "-p", "no:cacheprovider", *(["-x"] if asked["stop"] else [])]
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # plugins are warm as well
    code = pytest.main([*options, *asked["files"]], plugins=[plugin])
    return {"code": int(code), "tried": plugin.tried, "failed": plugin.failed}


if __name__ == "__main__":
    main()
