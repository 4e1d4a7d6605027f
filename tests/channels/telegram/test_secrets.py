"""The token never reaches a log."""

import logging

from bot.channels.telegram.secrets import quiet, redact, redacted
from tests.platforms.telegram import TOKEN

HIDDEN = "123456789:***"


def test_a_token_is_cut_wherever_it_stands() -> None:
    assert (
        redact(f"POST http://x/bot{TOKEN}/sendMessage") == f"POST http://x/bot{HIDDEN}/sendMessage"
    )
    assert redact("a las 10:12 a. m.") == "a las 10:12 a. m."


def test_the_filter_rewrites_a_record_with_its_arguments() -> None:
    record = logging.LogRecord("x", logging.INFO, "x", 1, "GET %s", (f"/bot{TOKEN}/getMe",), None)
    assert redacted(record)
    assert record.getMessage() == f"GET /bot{HIDDEN}/getMe"
    plain = logging.LogRecord("x", logging.INFO, "x", 1, "%d of %d", (1, 2), None)
    assert redacted(plain)
    assert plain.getMessage() == "1 of 2"


def test_the_http_client_does_not_write_urls() -> None:
    quiet()
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
