"""What `radica up` weighs: memory and start to ready, beside the imports of its libraries alone.

Run as `python -m benchmarks.footprint`. The program is started as an operator starts it, on SQLite,
without a token and with one of Telegram (a stand-in on loopback answers). The same libraries,
module by module as the program imported them, are then imported by a process that does nothing
else. Every figure is the median of rounds in turn.
"""

import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter, sleep
from typing import IO
from urllib.parse import urlsplit

from benchmarks.memory import children, resident
from benchmarks.report import Figure, Sheet, load, show, written
from benchmarks.rounds import Options, bar, options
from tests.platforms.telegram import TelegramServer

ROOT = Path(__file__).parent.parent
OURS = frozenset({"bot", "handlers", "kb", "policy", "scheduler", "store"})
VENDORS = ("telegram", "slack_bolt", "slack_sdk", "aiohttp", "matplotlib", "psycopg", "xlsxwriter")
OF_TOKEN = ("telegram", "slack_bolt", "slack_sdk")
SETTLED = 3.0  # seconds after ready: the first rounds of every caretaker are over
PATIENCE = 60.0
CONSOLE = re.compile(r"http://[^\s/]+:\d+/")
ALONE = """
import importlib, json, sys
for name in json.loads(sys.stdin.readline()):
    try:
        importlib.import_module(name)
    except ImportError:
        continue
print("ready", flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True)
class Weight:
    """One start: seconds to ready, and megabytes once it has settled."""

    seconds: float
    megabytes: float
    drawing: float = 0.0  # of its own processes


def main(argv: Sequence[str] | None = None) -> None:
    """The figures of both desks."""
    chosen = options(__doc__ or "", argv, rounds=5)
    before = load()
    sheet = Sheet(
        name="footprint",
        title="Footprint: radica up on SQLite, beside the imports of its libraries alone",
        command="python -m benchmarks.footprint",
        rounds=chosen.rounds,
    )
    with tempfile.TemporaryDirectory(prefix="radica-bench-") as folder, TelegramServer() as server:
        desks: dict[str, dict[str, str]] = {
            "without a token": {},
            "with Telegram": {
                "TELEGRAM_BOT_TOKEN": server.token,
                "TELEGRAM_API_URL": server.url,
                "RADICA_ENROLMENT": "open",
            },
        }
        for name, settings in desks.items():
            _weigh(sheet, name, Desk(Path(folder) / name, settings), chosen)
    sheet.load = (before, load())
    show(sheet)
    written(sheet, chosen.json)


def _weigh(sheet: Sheet, name: str, desk: "Desk", chosen: Options) -> None:
    first = desk.start()
    modules = desk.modules()
    vendors = third_party(modules)
    ours: list[Weight] = []
    alone: list[Weight] = []
    with bar(name, 2 * chosen.rounds) as tick:
        for number in range(chosen.rounds):
            for weights, weigh in ((ours, desk.start), (alone, lambda: imported(vendors))):
                weights.append(weigh())
                tick(
                    1,
                    f"round {number + 1} of {chosen.rounds}: {name} {weights[-1].megabytes:.0f} MB",
                )
    tops = {module.partition(".")[0] for module in modules}
    sheet.figures += _figures(name, first, ours, alone)
    if name == "without a token":
        needless = [vendor for vendor in OF_TOKEN if vendor in tops]
        what = f"{name}: {', '.join(OF_TOKEN)} imported"
        sheet.figures.append(Figure(what=what, value=len(needless), unit="of 3", most=0))
    shown = ", ".join(f"{vendor} {'yes' if vendor in tops else 'no'}" for vendor in VENDORS)
    sheet.notes.append(f"{name}, imported: {shown}; {len(vendors)} modules of libraries")


def _figures(
    name: str, first: Weight, ours: Sequence[Weight], alone: Sequence[Weight]
) -> Iterator[Figure]:
    pairs = list(zip(ours, alone, strict=True))
    memory = statistics.median(a.megabytes / b.megabytes for a, b in pairs)
    later = statistics.median(a.seconds - b.seconds for a, b in pairs)
    held = statistics.median(one.megabytes for one in ours)
    yield Figure(what=f"{name}: memory beside imports alone", value=memory, unit="x", most=1.6)
    yield Figure(what=f"{name}: memory", value=held, unit="MB")
    yield Figure(what=f"{name}: ready after imports alone by", value=later, unit="s", most=1.5)
    ready = statistics.median(one.seconds for one in ours)
    yield Figure(what=f"{name}: start to ready", value=ready, unit="s")
    yield Figure(
        what=f"{name}: the very first start, migrations too", value=first.seconds, unit="s"
    )
    drawing = statistics.median(one.drawing for one in ours)
    if drawing:
        yield Figure(what=f"{name}: processes of its own beside it", value=drawing, unit="MB")


class Desk:
    """A folder with its database, and the settings that `radica up` is started with."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        folder.mkdir()
        self._folder = folder
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self._settings = {
            **kept,
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "RADICA_DATABASE_URL": f"sqlite:///{folder / 'radica.db'}",
            "RADICA_PORT": "0",
            **settings,
        }

    def start(self) -> Weight:
        """From nothing to ready, settled, and down again."""
        began = perf_counter()
        with self._running() as (process, address):
            _ready(address)
            spent = perf_counter() - began
            sleep(SETTLED)
            own = sum(resident(child) for child in children(process.pid))
            return Weight(spent, resident(process.pid), own)

    def modules(self) -> list[str]:
        """Every module that the program imports until it has settled, in their order."""
        log = self._folder / "imports"
        with log.open("wb") as err, self._running("-X", "importtime", log=err) as (_, address):
            _ready(address)
            sleep(SETTLED)
        lines = [line for line in log.read_text().splitlines() if line.startswith("import time:")]
        return [line.rpartition("|")[2].strip() for line in lines[1:]]

    @contextmanager
    def _running(
        self, *options: str, log: IO[bytes] | None = None
    ) -> Iterator[tuple["subprocess.Popen[str]", str]]:
        process = subprocess.Popen(
            [sys.executable, *options, "-m", "bot.cli", "up"],
            stdout=subprocess.PIPE,
            stderr=log or subprocess.DEVNULL,
            text=True,
            cwd=self._folder,
            env=self._settings,
        )
        try:
            yield process, _address(process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE)


def imported(modules: Sequence[str]) -> Weight:
    """The same modules, imported by a process that does nothing else."""
    began = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", ALONE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the process has no pipes")
    with process.stdin, process.stdout:
        process.stdin.write(json.dumps(list(modules)) + "\n")
        process.stdin.flush()
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError("the imports failed")
        weight = Weight(perf_counter() - began, resident(process.pid))
    process.wait(PATIENCE)
    return weight


def third_party(modules: Sequence[str]) -> list[str]:
    """Those that are neither Python's own nor the program's."""
    return [
        module
        for module in modules
        if (top := module.partition(".")[0]) not in sys.stdlib_module_names
        and top not in OURS
        and top not in ("__main__", "__mp_main__", "sitecustomize", "usercustomize")
    ]


def _address(process: "subprocess.Popen[str]") -> str:
    """Where the console is, as the program says. Raises RuntimeError when it ends before."""
    for line in process.stdout or ():
        if found := CONSOLE.search(line):
            return found[0]
    raise RuntimeError(f"radica up ended with {process.wait()}")


def _ready(address: str) -> None:
    """Until /readyz says so. Raises TimeoutError."""
    where = urlsplit(address)
    ends = perf_counter() + PATIENCE
    while perf_counter() < ends:
        connection = HTTPConnection(where.hostname or "", where.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            continue
        finally:
            connection.close()
        sleep(0.01)
    raise TimeoutError(address)


if __name__ == "__main__":
    main()
