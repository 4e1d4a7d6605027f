"""What Slack tells about a person: a name to show and a language to begin in. Never an identity."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.slack.api import SlackApi
from bot.channels.slack.people import bare

KEPT = 2048  # people remembered
PATIENCE = 0.8  # seconds an event waits for a name; it goes on without one


@dataclass(frozen=True)
class Profile:
    """Empty where Slack did not tell, or not in time."""

    name: str = ""
    language: str | None = None


class Directory:
    """Asks once a person. Events of one person wait for the same answer, so they stay in order."""

    def __init__(self, api: SlackApi, *, patience: float = PATIENCE) -> None:
        self._api = api
        self._patience = patience
        self._asked: OrderedDict[str, asyncio.Task[Profile]] = OrderedDict()

    async def profile(self, person: str) -> Profile:
        """Never raises: a name is a courtesy."""
        user = bare(person)
        asked = self._asked.get(user)
        if asked is None:
            asked = self._asked[user] = asyncio.ensure_future(self._ask(user))
            while len(self._asked) > KEPT:
                self._asked.popitem(last=False)[1].cancel()
        if not asked.done():
            await asyncio.wait({asked}, timeout=self._patience)
        return asked.result() if asked.done() and not asked.cancelled() else Profile()

    async def _ask(self, user: str) -> Profile:
        try:
            answer = await self._api.call("users.info", {"user": user, "include_locale": True})
            return _profile(answer.get("user"))
        except Exception:
            self._asked.pop(user, None)  # asked again next time
            return Profile()

    async def stop(self) -> None:
        """Drop what is still being asked."""
        asked = [*self._asked.values()]
        self._asked.clear()
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)


def _profile(user: Any) -> Profile:
    told = user if isinstance(user, Mapping) else {}
    kept = told.get("profile")
    inner = kept if isinstance(kept, Mapping) else {}
    names = (told.get("real_name"), inner.get("real_name"), inner.get("display_name"))
    name = next((one for one in names if isinstance(one, str) and one.strip()), "")
    locale = told.get("locale")
    return Profile(name=name.strip(), language=locale if isinstance(locale, str) else None)
