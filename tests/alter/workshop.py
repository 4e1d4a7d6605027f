"""A copy of the project whose packs may be changed; product and tests know nothing of it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RAN = (0, 1, 2, 5)  # pytest: all passed, some failed, not even collected, none chosen
ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(".*", "var", "dist", "__pycache__", "images", "runs", "*.pyc")


@dataclass
class Workshop:
    """Where one pack is changed and tests are run over it."""

    folder: Path
    bench: "subprocess.Popen[str]"
    policy: str

    def write(self, text: str) -> None:
        """The pack's file from now on."""
        (self.folder / "policy" / "packs" / f"{self.policy}.toml").write_text(text, "utf-8")

    def run(
        self,
        files: Collection[str],
        ids: Collection[str],
        *,
        first: Mapping[str, int],
        out: Collection[str] = (),
        stop: bool = True,
    ) -> dict[str, Any]:
        """Exit code of pytest, the tests that were tried, and those that failed."""
        asked = {"files": [*files], "ids": [*ids], "first": dict(first), "out": [*out]}
        assert self.bench.stdin is not None and self.bench.stdout is not None
        self.bench.stdin.write(json.dumps(asked | {"stop": stop}) + "\n")
        self.bench.stdin.flush()
        line = self.bench.stdout.readline()
        if not line:
            raise RuntimeError("the bench has ended; see what it wrote above")
        answer: dict[str, Any] = json.loads(line)
        if answer["code"] not in RAN:
            raise RuntimeError(f"pytest ended with {answer['code']}: {answer['error']}")
        return answer


@contextmanager
def workshop(policy: str, *, warm: bool = True) -> Iterator[Workshop]:
    """A fresh copy with a bench, gone afterwards. `warm` pays where many changes are tried."""
    with tempfile.TemporaryDirectory(prefix="radica-alter-") as name:
        folder = Path(name) / "radica"
        shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
        rest = Path(name) / "rest"  # a pytest beside this one would sweep away what it still needs
        rest.mkdir()
        told = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": ""}
        told["PYTEST_DEBUG_TEMPROOT"] = str(rest)
        bench = subprocess.Popen(
            [sys.executable, "-m", "tests.alter.bench", *([policy] if warm else [])],
            cwd=folder,
            env=told,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield Workshop(folder, bench, policy)
        finally:
            assert bench.stdin is not None and bench.stdout is not None
            bench.stdin.close()
            bench.wait(30)
            bench.stdout.close()
