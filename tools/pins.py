"""Pin the whole closure without naming where it comes from: run by hand, `python tools/pins.py`.

`uv.lock` holds the address of an index in every entry, so it stays out of the repository.
Instead the exact versions stand in `pyproject.toml` as constraints, which `uv run` obeys, and
`requirements.lock` holds the same versions with hashes for `pip install --require-hashes`.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PYPROJECT = PROJECT / "pyproject.toml"
HASHED = PROJECT / "requirements.lock"
BEGIN = "# Exact versions of the whole closure, written by tools/pins.py.\n"
BLOCK = re.compile(re.escape(BEGIN) + r"constraint-dependencies = \[\n.*?\n\]\n", re.DOTALL)
BARE = ("--no-emit-project", "--no-annotate", "--no-header")


def main() -> int:
    """Write the pins; with --upgrade, take the newest versions that fit first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    upgrade = parser.parse_args().upgrade
    if upgrade:
        PYPROJECT.write_text(BLOCK.sub("", PYPROJECT.read_text()))
        uv("lock", "--upgrade")
    pins = uv("export", "--frozen", "--all-groups", "--all-extras", "--no-hashes", *BARE)
    PYPROJECT.write_text(with_pins(PYPROJECT.read_text(), pins.splitlines()))
    HASHED.write_text(uv("export", "--frozen", "--no-dev", *BARE))
    uv("lock")
    return 0


def uv(*arguments: str) -> str:
    """Run uv in the project and return what it printed. Exits when it fails."""
    done = subprocess.run(
        ("uv", *arguments), cwd=PROJECT, check=False, text=True, stdout=subprocess.PIPE
    )
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout


def with_pins(project: str, pins: list[str]) -> str:
    """The project file with this block of pins under [tool.uv]."""
    lines = "".join(f"    {toml_string(pin)},\n" for pin in pins)
    block = f"{BEGIN}constraint-dependencies = [\n{lines}]\n"
    head, section, rest = BLOCK.sub("", project).partition("[tool.uv]\n")
    return head + section + block + rest


def toml_string(pin: str) -> str:
    """A basic string; markers hold single quotes only."""
    return '"' + pin.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    sys.exit(main())
