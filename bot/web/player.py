"""The story on the server: one telling at a time, paced for a reader, paused and ended at will."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bot import story
from bot.channels.local import Hands
from bot.stage import Stage, Stuck
from policy.errors import Outage
from scheduler.desk import Desk

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Where the story stands, as every page shows it."""

    state: str = "idle"  # idle | playing | paused | done | stopped | stuck
    run: int = 0
    step: int = 0
    total: int = 0
    name: str = ""
    view: str = ""
    person: str = ""
    staff: str = ""
    thread: str | None = None

    def body(self, say: Callable[[str], str]) -> dict[str, Any]:
        """With its caption, in the language of the page."""
        told = {key: value for key, value in vars(self).items() if key != "name"}
        return told | {"caption": say(f"console.story.{self.name}") if self.name else ""}


class Player:
    """Plays `bot/story.py`. `pace` stretches a reader's seconds; 0 plays in no time."""

    def __init__(
        self, desk: Desk, hands: Hands, moved: Callable[[], None], *, pace: float = 1.0
    ) -> None:
        self.telling = Telling()
        self._desk = desk
        self._hands = hands
        self._moved = moved
        self._pace = pace
        self._task: asyncio.Task[None] | None = None
        self._going = asyncio.Event()

    def play(self) -> None:
        """Begin, unless a telling is under way."""
        if self._task is None or self._task.done():
            script = story.script(self._desk.book.name)
            self._going.set()
            self._show(
                Telling(
                    state="playing",
                    run=self.telling.run + 1,
                    total=len(script.steps),
                    person=script.client,
                )
            )
            self._task = asyncio.create_task(self._tell(script))

    def pause(self) -> None:
        """Hold before the next step."""
        if self.telling.state == "playing":
            self._going.clear()
            self._show(replace(self.telling, state="paused"))

    def resume(self) -> None:
        """Go on."""
        if self.telling.state == "paused":
            self._going.set()
            self._show(replace(self.telling, state="playing"))

    async def stop(self) -> None:
        """End it here; what was done stays done. Safe to call when nothing plays."""
        task, self._task = self._task, None
        if task is None or task.done():
            return
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        self._show(replace(self.telling, state="stopped", name=""))

    async def finished(self) -> Telling:
        """Wait for the end of the telling under way."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
        return self.telling

    async def _tell(self, script: story.Script) -> None:
        stage = Stage(self._desk, self._hands)
        try:
            for number, step in enumerate(script.steps, start=1):
                await self._going.wait()
                self._show(replace(self.telling, step=number, name=step.name, view=step.view))
                await stage.play(step)
                seen = replace(
                    self.telling,
                    thread=await stage.thread(),
                    staff=await stage.holder() or self.telling.staff,
                )
                self._show(seen)
                await asyncio.sleep(step.seconds * self._pace)
        except (Stuck, Outage) as fault:
            log.warning("the story could not go on", extra={"fault": str(fault)})
            self._show(replace(self.telling, state="stuck", name="stuck"))
            return
        self._show(replace(self.telling, state="done"))

    def _show(self, telling: Telling) -> None:
        self.telling = telling
        self._moved()
