"""The doctor: what is wrong with a desk, and what to do about it, without changing anything."""

import json
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from bot.app import App, assemble
from bot.checkup import FAULT, NOTE, OK, Finding, examine
from bot.checkup.clocks import compared
from bot.checkup.database import durability, schema
from bot.checkup.setting import room
from bot.checkup.slack import SCOPES
from bot.checkup.telegram import webhook
from bot.settings import Settings
from handlers import presence
from scheduler.clock import SystemClock
from store.condition import Condition
from store.migrate import HEAD, REVISIONS
from store.turn import Turn
from store.values import Destination
from tests.cli.conftest import Radica
from tests.live.live import HTTP, POLLING, PUBLIC, SOCKET, WEBHOOK, Ways, environment, populate
from tests.platforms.slack import SlackServer
from tests.platforms.telegram import TelegramServer

MANIFEST = Path(__file__).resolve().parents[2] / "slack-app-manifest.yaml"
PLACE = Destination(channel="telegram", account="local", chat="1")


@pytest.fixture
async def platforms() -> AsyncIterator[tuple[TelegramServer, SlackServer]]:
    """A Bot API and a Slack, on loopback."""
    slack = SlackServer()
    await slack.open()
    populate(slack)
    try:
        with TelegramServer() as telegram:
            yield telegram, slack
    finally:
        await slack.close()


async def told(app: App, *, online: bool = True) -> dict[str, list[Finding]]:
    """The findings by level."""
    try:
        found = [finding async for finding in examine(app, online=online)]
    finally:
        await app.stop()
    return {level: [one for one in found if one.level == level] for level in (OK, NOTE, FAULT)}


def said(findings: list[Finding]) -> str:
    return "\n".join(finding.what for finding in findings)


async def test_a_connected_desk_that_is_fit(
    platforms: tuple[TelegramServer, SlackServer], database_url: str
) -> None:
    platforms[1].scopes = ",".join(sorted(SCOPES))
    settings = environment(*platforms, database_url, Ways(POLLING, SOCKET))
    found = await told(assemble(Settings.load(None, **settings)))
    assert said(found[FAULT]) == ""
    fine = said(found[OK])
    for part in (
        *("telegram accepts the token", "slack accepts the token", "no webhook is set"),
        *("the clock agrees with Telegram", "the clock agrees with Slack"),
        *("the Slack app has its scopes", "the bot is in C0DESK", "opens sockets"),
        "schema up to date",
    ):
        assert part in fine


async def test_what_is_wrong_at_the_platforms_is_told_with_what_to_do(
    platforms: tuple[TelegramServer, SlackServer], sqlite_url: str
) -> None:
    telegram, slack = platforms
    telegram.state.webhook = "https://elsewhere.example/hook"
    telegram.state.webhook_trouble = {
        "last_error_date": int(SystemClock().now().timestamp()) - 300,
        "last_error_message": "Connection refused",
    }
    slack.scopes = "chat:write,commands"
    settings = environment(telegram, slack, sqlite_url, Ways(WEBHOOK, HTTP))
    found = await told(assemble(Settings.load(None, **settings | {"SLACK_CHANNEL": "C0GONE"})))
    faults = said(found[FAULT])
    assert f"posts updates to https://elsewhere.example/hook, not to {PUBLIC}" in faults
    assert "could not deliver 5 minutes ago: Connection refused" in faults
    assert "lacks scopes: app_mentions:read" in faults
    assert "C0GONE" in faults
    assert all(finding.mend for finding in found[FAULT])


async def test_a_worker_that_went_away_and_an_answer_that_waits_are_told_soon(
    sqlite_url: str,
) -> None:
    """Long before anything is late: a stop is seen within a minute, as the alarm sees a letter."""
    app = assemble(Settings.load(None, RADICA_DATABASE_URL=sqlite_url), channels={})

    def quiet(turn: Turn) -> None:
        turn.say(PLACE, "group.welcome", not_before=turn.now - timedelta(seconds=130))
        seen = presence.Pulse(at=turn.now - timedelta(seconds=90))
        turn.settings.set(presence.KEY, vars(seen))

    await app.desk.run(quiet)
    found = await told(app, online=False)
    assert "nobody has been at the desk for 1 minute" in said(found[NOTE])
    assert "a letter has waited for 2 minutes" in said(found[NOTE])


async def test_a_database_that_cannot_be_written_is_a_fault(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    app = assemble(Settings.load(None, RADICA_DATABASE_URL=sqlite_url), channels={})
    writable = os.access

    def access(path: Path, mode: int) -> bool:
        """As on a read-only mount, which a test that may do anything cannot have otherwise."""
        return path != file.parent and writable(path, mode)

    monkeypatch.setattr(os, "access", access)
    found = await told(app, online=False)
    assert f"nothing can be written to {file}" in said(found[FAULT])


async def test_what_waits_and_what_died_is_told_with_its_age(database_url: str) -> None:
    app = assemble(Settings.load(None, RADICA_DATABASE_URL=database_url), channels={})

    def trouble(turn: Turn) -> None:
        long_ago = turn.now - timedelta(hours=3)
        turn.say(PLACE, "group.welcome", not_before=long_ago)
        turn.timers.set("silence.remind", "1", long_ago)
        turn.outbox.pause_account("telegram", "9", None, "token_revoked")
        turn.quarantine.add(channel="t", account="a", key="k", kind="Said", body="{}")
        turn.settings.set(presence.KEY, vars(presence.Pulse(at=long_ago)))

    def die(turn: Turn) -> None:
        (row,) = turn.outbox.list()
        turn.outbox.cancel(row.id, "for the test")
        turn.say(PLACE, "group.welcome", not_before=turn.now - timedelta(hours=3))

    await app.desk.run(trouble)
    await app.desk.run(die)
    found = await told(app, online=False)
    notes = said(found[NOTE])
    assert "a letter has waited for 3 hours" in notes
    assert "1 timer(s) overdue, the oldest by 3 hours" in notes
    assert "1 event(s) in quarantine" in notes
    assert "nobody has been at the desk for 3 hours" in notes
    assert "telegram refuses its token (token_revoked)" in said(found[FAULT])


def test_looking_migrates_nothing(
    radica: Radica, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RADICA_DATABASE_URL", "sqlite:///new/desk.sqlite3")
    shown = radica("doctor", "--offline", "--json")
    assert shown.exit_code == 0, shown.output
    assert "there is no database at new/desk.sqlite3 yet" in shown.stdout
    assert not (home / "new").exists()
    assert "there is no database" in radica("doctor", "--offline").stdout
    assert radica("db", "migrate").exit_code == 0
    shown = radica("doctor", "--offline", "--json")
    found = {one["what"] for one in json.loads(shown.stdout)}
    assert any(what.startswith("schema up to date") for what in found)


def test_a_database_that_is_away_is_a_fault_and_not_a_traceback(
    radica: Radica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RADICA_DATABASE_URL", "postgresql://radica@127.0.0.1:1/radica")
    shown = radica("doctor", "--offline")
    assert shown.exit_code == 1
    assert "the database is away" in shown.stdout
    assert "Traceback" not in shown.output


def test_schemas_and_servers_are_told_apart() -> None:
    assert schema(Condition(version="17", revision=HEAD)).level == OK
    assert "radica db migrate" in schema(Condition(version="17", revision=REVISIONS[0])).mend
    assert "newer" in schema(Condition(version="17", revision="9999")).what
    lax = Condition(version="17", revision=HEAD, lax=(("synchronous_commit", "off"),))
    assert [one.mend for one in durability(lax)] == ["synchronous_commit = on"]


@pytest.mark.parametrize(
    ("seconds", "level", "words"),
    [(3, OK, "agrees"), (-40, NOTE, "40 s ahead of"), (400, FAULT, "400 s behind")],
)
def test_a_clock_that_is_off_is_told_before_slack_refuses_it(
    seconds: int, level: str, words: str
) -> None:
    found = compared("Slack", timedelta(seconds=seconds))
    assert found.level == level
    assert words in found.what


def test_a_disk_that_fills_up_is_told_before_it_is_full() -> None:
    assert [list(room(free << 20)) for free in (5000,)] == [[]]
    assert [one.level for free in (500, 50) for one in room(free << 20)] == [NOTE, FAULT]


def test_updates_that_wait_and_kinds_that_are_not_posted_are_told() -> None:
    info = {"url": "https://a", "pending_update_count": 400, "allowed_updates": ["message"]}
    found = list(webhook(info, "https://a", 0))
    assert "400 updates wait" in said(found)
    assert "does not post" in said(found)
    assert [one.level for one in webhook({"url": "https://a"}, "", 0)] == [NOTE]


def test_the_scopes_are_those_of_the_manifest() -> None:
    manifest = yaml.safe_load(MANIFEST.read_text("utf-8"))
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == SCOPES
