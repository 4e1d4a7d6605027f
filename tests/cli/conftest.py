"""An empty folder with a local desk of its own, and commands run in it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import application
from bot.settings import NOT_YET, Settings

Radica = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_template: Path) -> Path:
    """A folder with a migrated database and none of this machine's settings."""
    for name, value in Settings.model_fields.items():
        monkeypatch.delenv(str(value.validation_alias or name), raising=False)
    for name in NOT_YET:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    shutil.copy(sqlite_template, tmp_path / "desk.sqlite3")
    monkeypatch.setenv("RADICA_DATABASE_URL", "sqlite:///desk.sqlite3")
    monkeypatch.setenv("RADICA_PORT", "0")
    monkeypatch.setenv("PYTHONPATH", os.fspath(Path(__file__).resolve().parents[2]))
    return tmp_path


@pytest.fixture
def radica(home: Path) -> Radica:
    """Run a command: `radica("ticket", "show", "7")`."""

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(application(arguments), list(arguments))

    return run
