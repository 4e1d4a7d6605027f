"""The bot's token stays out of logs and rows: it sits in every URL of the Bot API."""

import logging
import re

_TOKEN = re.compile(r"(\d{3,}):[A-Za-z0-9_-]{20,}")


def redact(text: str) -> str:
    """The text with any bot token cut down to its public half."""
    return _TOKEN.sub(r"\1:***", text)


def redacted(record: logging.LogRecord) -> bool:
    """A filter for log handlers: passes every record, without tokens."""
    said = record.getMessage()
    hidden = redact(said)
    if hidden != said:
        record.msg, record.args = hidden, ()
    return True


def quiet() -> None:
    """httpx writes each URL, token and all, at INFO; PTB writes whole pages of broken answers."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL)
