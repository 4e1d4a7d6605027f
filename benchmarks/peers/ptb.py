"""python-telegram-bot's ConversationHandler: a talk of six updates, one reply each, stub transport.

The library is the one that Radica itself depends on; only its handlers and persistence are
compared here, which Radica does not use.
"""

import itertools
import json
import warnings
from pathlib import Path
from time import perf_counter
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    ContextTypes,
    ConversationHandler,
    ExtBot,
    MessageHandler,
    PicklePersistence,
    filters,
)
from telegram.request import BaseRequest

STEPS = 6
NAME = "ticket"
FIRST_SILENT = 100_000
ME = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "bench_bot"}


class Silent(BaseRequest):
    """Every request is answered at once, without a network."""

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        return None

    async def shutdown(self) -> None:
        return None

    async def do_request(self, url: str, *_: Any, **__: Any) -> tuple[int, bytes]:
        if url.endswith("/getMe"):
            return 200, json.dumps({"ok": True, "result": ME}).encode()
        sent = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "ok"}
        return 200, json.dumps({"ok": True, "result": sent}).encode()


class Bot:
    """An application with one conversation; `kept` is the pickle that every change goes to."""

    def __init__(self, kept: Path | None = None) -> None:
        """The pickle is read when the bot starts: `fill` it before."""
        persistence = None if kept is None else PicklePersistence(filepath=kept)
        builder = ApplicationBuilder().token("1:x").request(Silent()).updater(None)
        builder = builder.get_updates_request(Silent())
        if persistence is not None:
            builder = builder.persistence(persistence)
        self._durable = persistence is not None
        self._app: Application[Any, Any, Any, Any, Any, Any] = builder.build()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._app.add_handler(_conversation(persistent=self._durable))
        self._updates = itertools.count(1)

    async def start(self) -> None:
        await self._app.initialize()

    async def stop(self) -> None:
        await self._app.shutdown()

    async def rate(self, users: int) -> float:
        """Updates a second, when so many users talk in turn."""
        began = perf_counter()
        for step in range(STEPS):
            for user in range(users):
                await self._handle(user, f"respuesta {step}")
        return users * STEPS / (perf_counter() - began)

    async def _handle(self, user: int, text: str) -> None:
        await self._process(user, text)
        if self._durable:
            await self._app.update_persistence()

    async def _process(self, user: int, text: str) -> None:
        number = next(self._updates)
        someone = {"id": 1000 + user, "is_bot": False, "first_name": "Ana"}
        message = {
            "message_id": number,
            "date": 1_795_533_120,
            "from": someone,
            "chat": {"id": 1000 + user, "type": "private", "first_name": "Ana"},
            "text": text,
        }
        raw = {"update_id": number, "message": message}
        await self._app.process_update(Update.de_json(raw, self._app.bot))


async def fill(kept: Path, users: int) -> None:
    """Let so many users have said something before: they are in the pickle from then on."""
    pickle: Any = PicklePersistence(filepath=kept, on_flush=True)
    pickle.set_bot(ExtBot("1:x", request=Silent(), get_updates_request=Silent()))
    await pickle.get_user_data()  # there is no file yet: everything begins empty
    for user in range(FIRST_SILENT, FIRST_SILENT + users):
        await pickle.update_user_data(user, {"1": "hola"})
        await pickle.update_conversation(NAME, (user, user), 1)
    await pickle.flush()


def _conversation(*, persistent: bool) -> Any:
    words = filters.TEXT
    return ConversationHandler(
        entry_points=[MessageHandler(words, _step(1))],
        states={n: [MessageHandler(words, _step(n + 1))] for n in range(1, STEPS)},
        fallbacks=[],
        name=NAME if persistent else None,
        persistent=persistent,
    )


def _step(target: int) -> Any:
    async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        message = update.effective_message
        if message is not None and context.user_data is not None:
            context.user_data[str(target)] = message.text
            await message.reply_text("ok")
        return ConversationHandler.END if target == STEPS else target

    return answer
