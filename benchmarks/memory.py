"""What memory a process holds, in megabytes: read from /proc where there is one, else from ps."""

import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

KILO = 1024
PROC = Path("/proc")
RESET_PEAK = "5"


def resident(process: int | str = "self") -> float:
    """What it holds now. Raises OSError when it has ended."""
    if (PROC / "self" / "status").exists():
        return _status("VmRSS", process)
    asked = [] if process == "self" else ["-p", str(process)]
    told = subprocess.run(["ps", "-o", "rss=", *asked], check=True, capture_output=True, text=True)
    return int(told.stdout.split()[0]) / KILO


def forget_peak() -> None:
    """From now on `peak` is what this process holds at most, where the system can forget."""
    with suppress(OSError):
        (PROC / "self" / "clear_refs").write_text(RESET_PEAK)


def peak() -> float:
    """The most that this process held. `getrusage` would count the one that started it as well."""
    if (PROC / "self" / "status").exists():
        return _status("VmHWM", "self")
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / (KILO * KILO if sys.platform == "darwin" else KILO)


def children(process: int) -> list[int]:
    """The processes that it has started and that still live; none where they cannot be told."""
    found: list[int] = []
    for task in (PROC / str(process) / "task").glob("*/children"):
        found += [int(child) for child in task.read_text().split()]
    return found


def _status(name: str, process: int | str) -> float:
    for line in (PROC / str(process) / "status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / KILO
    raise ProcessLookupError(process)
