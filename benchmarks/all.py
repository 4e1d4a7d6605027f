"""Every table, one command after another, into one file: `python -m benchmarks.all --json FILE`.

Run it when nothing else runs. Each command is a process of its own; what one of them cannot do
does not keep the others from being run. `python -m benchmarks.page FILE` makes the page of it.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.rounds import ERRORS, POSTGRES

COMMANDS = (
    ("intake",),
    ("intake", "--database", POSTGRES),
    ("timers",),
    ("timers", "--database", POSTGRES),
    ("dispatch",),
    ("instructions",),
    ("footprint",),
    ("matching",),
    ("business_time",),
)
ROOT = Path(__file__).parent.parent


def main(argv: Sequence[str] | None = None) -> None:
    """Exits with 1 when a command failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, required=True, help="results are added to this file")
    parser.add_argument("--quick", action="store_true", help="the smallest sizes, two rounds")
    parser.add_argument("--rounds", type=int, default=None, help="of every command")
    parser.add_argument("--only", nargs="*", default=None, help="names, such as intake timers")
    given = parser.parse_args(argv)
    more = ["--json", str(given.json.resolve()), *(["--quick"] if given.quick else [])]
    more += ["--rounds", str(given.rounds)] if given.rounds else []
    failed = [
        " ".join(command)
        for command in COMMANDS
        if (given.only is None or command[0] in given.only) and not _run(command, more)
    ]
    for name in failed:
        ERRORS.print(f"failed: {name}")
    sys.exit(1 if failed else 0)


def _run(command: Sequence[str], more: Sequence[str]) -> bool:
    name, *rest = command
    ERRORS.rule(" ".join(command))
    asked = [sys.executable, "-m", f"benchmarks.{name}", *rest, *more]
    return subprocess.run(asked, check=False, cwd=ROOT).returncode == 0


if __name__ == "__main__":
    main()
