"""Logs: lines for a person on a terminal, JSON for everything else; times in UTC.

A line tells the turn, the event, the letter or the round it comes from. Secrets are in none, and
nothing that people wrote: not even in the message of an error that was raised over it.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from bot.settings import Settings
from scheduler.trace import here

QUIET = (
    "aiohttp", "alembic", "apscheduler", "asyncio", "httpcore", "httpx", "matplotlib", "slack_bolt",
    "slack_sdk", "sse_starlette", "telegram", "uvicorn",
)  # fmt: skip
SECRETS = re.compile(
    r"(?P<telegram>bot)?\d{6,}:[A-Za-z0-9_-]{20,}"
    r"|xox[a-z]-[A-Za-z0-9-]+|xapp-[A-Za-z0-9-]+"
    r"|(?<=[Bb]earer )[A-Za-z0-9._~+/=-]+"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
)
HIDDEN = "[hidden]"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
QUOTING = frozenset({"event_id", "outbox", "turn"})  # in these places errors may quote people
MANY_LINES = frozenset({"exception", "stack"})  # a traceback may have them; nothing else may


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Send every logger through one pipe. Safe to call again; the last call counts."""
    out = stream or sys.stderr
    shared: list[Processor] = [
        placed,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(told),
        Redaction(_known(settings)),
    ]
    last: Processor = (
        structlog.dev.ConsoleRenderer() if out.isatty() else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def placed(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The line with where it comes from; what it says of itself wins."""
    return {**here(), **event}


def told(exc_info: ExcInfo) -> str:
    """A traceback. Of an error over an event or a letter the message stays out: it may quote."""
    if not QUOTING.isdisjoint(here()):
        return "\n".join(_types(exc_info[1])).rstrip()
    return "".join(traceback.format_exception(*exc_info)).rstrip()


def _types(error: BaseException | None) -> list[str]:
    """The frames of an error and of what caused it, first causes first, each with its type.

    An error may be among its own causes, as when it is raised from itself.
    """
    told: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = "".join(traceback.format_tb(error.__traceback__))
        told.append(f"{frames}{type(error).__module__}.{type(error).__qualname__}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return told[::-1]


class Redaction:
    """Hides what looks like a token, and the very secrets of the settings, wherever they stand."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = tuple(sorted((k for k in known if len(k) >= 6), key=len, reverse=True))

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        return {
            key: value if key.startswith("_") else self.clean(value, whole=key in MANY_LINES)
            for key, value in event.items()
        }

    def clean(self, value: Any, *, whole: bool = False) -> Any:
        """The value without secrets and without what could forge a line (16.4.1)."""
        if isinstance(value, str):
            for secret in self._known:
                value = value.replace(secret, HIDDEN)
            value = CONTROL.sub("?", SECRETS.sub(HIDDEN, value))
            return value if whole else value.replace("\n", "\\n")
        if isinstance(value, Mapping):
            return {key: self.clean(inner) for key, inner in value.items()}
        if isinstance(value, Sequence):
            return [self.clean(inner) for inner in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        return self.clean(str(value))


def _known(settings: Settings) -> Iterable[str]:
    """The secrets in use, to be hidden whatever their shape."""
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if hasattr(value, "get_secret_value") and name != "database_url":
            yield value.get_secret_value()
