"""Settings: every fault in one report, secrets in none of them, the example up to date."""

import logging
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.logging import configure
from bot.settings import NOT_YET, Settings, SettingsFaults
from tests.cli.conftest import Radica

PROJECT = Path(__file__).resolve().parents[2]
TOKEN = "123456789:AAExampleExampleExampleExample12345"


def faults(**given: str) -> str:
    with pytest.raises(SettingsFaults) as told:
        Settings.load(None, **given)
    return "\n".join(told.value.faults)


@pytest.fixture(autouse=True)
def clean(home: Path) -> Path:
    """None of this machine's settings."""
    return home


def test_nothing_is_needed_for_a_first_look() -> None:
    settings = Settings.load(None)
    assert (settings.policy, settings.host, settings.enrolment) == ("imexhs", "127.0.0.1", "open")
    assert not settings.connected


def test_the_example_names_every_setting_and_no_other() -> None:
    text = (PROJECT / ".env.example").read_text()
    named = set(re.findall(r"^#?([A-Z][A-Z_]+)=", text, re.MULTILINE))
    assert named == {str(field.validation_alias) for field in Settings.model_fields.values()}


@pytest.mark.parametrize("name", NOT_YET)
def test_a_channel_that_does_not_exist_yet_stops_the_start_with_a_sentence(
    name: str, radica: Radica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "something")
    told = radica("up")
    assert told.exit_code == 2
    assert f"{name} is set, but this version has no" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://radica:tops@S3:kr3t@127.0.0.1/x",
        "postgresql://radica:S3kretP@ss@127.0.0.1:8199/x",
        "postgresql://radica:S3kret@127.0.0.1:port/x",
        "postgresql://radica:S3kret@127.0.0.1/x?nonsense=1",
    ],
)
def test_an_address_that_cannot_be_read_is_told_without_a_piece_of_the_password(url: str) -> None:
    told = faults(RADICA_DATABASE_URL=url)
    assert "RADICA_DATABASE_URL: the database's address" in told
    for piece in ("S3", "kr3t", "tops", "ss@", "port/x"):
        assert piece not in told


@pytest.mark.parametrize("address", ["foo", "https://", "https://[x", "http://a:port", "ftp://a"])
def test_an_address_that_is_none_is_told_by_its_name(address: str) -> None:
    given = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_SECRET": "s"}
    for name in ("TELEGRAM_API_URL", "SLACK_API_URL", "RADICA_PUBLIC_URL", "TELEGRAM_WEBHOOK_URL"):
        assert f"{name} must be a whole http" in faults(**given, **{name: address})


def test_all_that_is_wrong_is_told_at_once_and_no_secret_with_it() -> None:
    told = faults(SLACK_BOT_TOKEN="xoxb-secret", TELEGRAM_WEBHOOK_URL="http://a", SMTP_URL="b")
    for part in ("SMTP_URL", "https://", "SLACK_CHANNEL", "SLACK_SIGNING_SECRET", "ENROLMENT"):
        assert part in told
    assert "xoxb-secret" not in told


def test_a_wrong_value_names_its_variable() -> None:
    assert "RADICA_PORT" in faults(RADICA_PORT="many")
    assert "RADICA_DATABASE_URL" in faults(RADICA_DATABASE_URL="mysql://x")
    assert "RADICA_ENROLMENT" in faults(RADICA_ENROLMENT="maybe")


def test_a_webhook_needs_a_good_secret() -> None:
    hook = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_URL": "https://a.example/t"}
    assert "needs TELEGRAM_WEBHOOK_SECRET" in faults(**hook, RADICA_ENROLMENT="open")
    assert "1-256" in faults(**hook, RADICA_ENROLMENT="open", TELEGRAM_WEBHOOK_SECRET="a b")


def test_supervisors_are_a_list_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_SUPERVISORS", "U1, U2,,")
    assert Settings.load(None).slack_supervisors == ("U1", "U2")


def test_settings_do_not_change() -> None:
    settings: Any = Settings.load(None)
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1


def test_no_secret_reaches_the_log_whatever_wrote_it() -> None:
    stream = StringIO()
    settings = Settings.load(None, TELEGRAM_BOT_TOKEN=SecretStr(TOKEN), RADICA_ENROLMENT="open")
    before = (logging.getLogger().handlers, logging.getLogger().level)
    try:
        configure(settings, stream)
        log = logging.getLogger("vendor")
        log.warning("GET https://api.example/bot%s/getMe", TOKEN)
        log.warning("Authorization: Bearer abc.def-ghi", extra={"token": "xoxb-12-abc"})
        log.warning("postgresql://radica:hunter22@db/radica\x1b[31m")
        log.warning("named\nERROR forged\u2028line\x9b31m", extra={"who": "a\nb"})
        try:
            raise ValueError(TOKEN)
        except ValueError:
            log.exception("failed")
        logging.getLogger("httpx").info("HTTP Request")
    finally:
        logging.getLogger().handlers, logging.getLogger().level = before
    written = stream.getvalue()
    for secret in (TOKEN, "abc.def-ghi", "xoxb-12-abc", "hunter22", "\x1b"):
        assert secret not in written
    assert "HTTP Request" not in written
    assert written.count("\n") == 5
    assert "named\\\\nERROR forged?line?31m" in written
    assert '"level": "warning"' in written
