"""What fleets are started with: an environment, a database to look into, letters to be sent."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import make_url

from scheduler.clock import SystemClock
from store.database import Database
from store.turn import Turn
from store.values import Destination, Urgency
from tests.databases import bare_turns
from tests.live.live import HTTP, WEBHOOK, Ways, environment, populate
from tests.platforms.slack import SlackServer
from tests.platforms.telegram import TelegramServer

ACCOUNT = "123456789"  # the public half of the stand-in's token
BY_HOOKS = Ways(WEBHOOK, HTTP)


def settings(
    telegram: TelegramServer, slack: SlackServer, url: str, ways: Ways = BY_HOOKS
) -> dict[str, str]:
    """A desk between both platforms."""
    populate(slack)
    return environment(telegram, slack, url, ways)


def phone_alone(telegram: TelegramServer, url: str) -> dict[str, str]:
    """A desk with Telegram; its workroom is the console's, which limits nothing."""
    return {
        "RADICA_DATABASE_URL": url,
        "RADICA_ENROLMENT": "open",
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.url,
    }


@contextmanager
def looking(url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A plain connection to a PostgreSQL database, beside the desk."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        yield connection


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """The desk's own database, opened once more."""
    database = Database.open(url, clock=SystemClock().now)
    try:
        yield database
    finally:
        database.close()


def write(
    database: Database,
    chats: Sequence[tuple[str, str, str]],
    rounds: int,
    *,
    urgency: Urgency = Urgency.NOW,
) -> None:
    """So many letters into each chat (channel, account, chat), round by round, numbered `#n#`."""

    def put(turn: Turn) -> None:
        for number in range(rounds):
            for channel, account, chat in chats:
                to = Destination(channel=channel, account=account, chat=chat)
                facts = {"reference": f"#{number}#"}
                turn.say(to, "quarantine.apology", facts, urgency=urgency)

    bare_turns(database, SystemClock().now).run(put).result(120)


def number_in(text: str) -> int:
    """The number that `write` put into a letter."""
    return int(text.partition("#")[2].partition("#")[0])
