"""What memory a process holds, in megabytes."""

import resource
import subprocess
import sys
from pathlib import Path

KILO = 1024


def resident(process: int | str = "self") -> float:
    """What it holds now. Raises OSError when it has ended."""
    status = Path(f"/proc/{process}/status")
    if status.parent.parent.exists() and sys.platform == "linux":
        for line in status.read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / KILO
        raise ProcessLookupError(process)
    asked = [] if process == "self" else ["-p", str(process)]
    told = subprocess.run(["ps", "-o", "rss=", *asked], check=True, capture_output=True, text=True)
    return int(told.stdout.split()[0]) / KILO


def peak() -> float:
    """The most that this process ever held."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / (KILO * KILO if sys.platform == "darwin" else KILO)


def children(process: int) -> list[int]:
    """The processes that it has started and that still live; none where they cannot be told."""
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        found += [int(child) for child in task.read_text().split()]
    return found
