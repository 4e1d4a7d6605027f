"""Plays the steps of a story on the local platforms, as their people's own presses and messages."""

import asyncio
import json
from collections.abc import Iterator

from bot import seed, story
from bot.channels.local import Hands
from bot.channels.local.slack import chat_of
from bot.gestures import Button, Json, buttons, phone, pressed, query, submitted
from bot.story import Answer, Jump, Order, Press, Reply, Sees, Stands, Step, Write
from policy.ticket import Ticket
from scheduler import drive
from scheduler.desk import Desk
from store.turn import Turn
from store.values import WireRow

PATIENCE = 40  # looks at the wall before a step is given up
PAUSE = 0.25  # seconds between two of them, while a dispatcher beside us may be sending
MOST_QUESTIONS = 8


class Stuck(Exception):
    """A step of the story did not come to what it promises. `missing` says what was not seen."""

    def __init__(self, step: Step, missing: tuple[Sees | Stands, ...]) -> None:
        super().__init__(f"{step.name}: {missing}")
        self.step = step
        self.missing = missing


class Stage:
    """One telling of a story. It remembers which ticket the story is about."""

    def __init__(self, desk: Desk, hands: Hands) -> None:
        self._desk = desk
        self._hands = hands
        self.ticket: int | None = None
        self._seen = 0  # the wall's last change before this step

    async def play(self, step: Step) -> None:
        """Do the step and see it through. Raises Stuck when what it promises is not seen."""
        if step.later:
            await drive.advance(self._desk, self._desk.clock.now() + step.later)
        self._seen = await self._desk.read(self._last_change)
        await asyncio.gather(*(self._act(act) for act in step.acts))
        missing: tuple[Sees | Stands, ...] = step.expect
        for look in range(PATIENCE):
            await drive.quiet(self._desk)
            missing = await self._desk.read(lambda turn: self._missing(turn, step))
            if not missing:
                return
            await asyncio.sleep(PAUSE if look else 0)
        raise Stuck(step, missing)

    async def thread(self) -> str | None:
        """The ref of the story's card, which is its thread."""
        return await self._desk.read(self._thread)

    async def holder(self) -> str | None:
        """The key of the colleague who holds the story's ticket."""
        return await self._desk.read(self._holder)

    async def _act(self, act: story.Act) -> None:
        match act:
            case Write(who=who, text=text):
                await self._write(who, text)
            case Answer():
                await self._answer(act)
            case Press():
                await self._press(act)
            case Reply(who=who, text=text):
                await self._reply(await self._colleague(who), text)
            case Order(who=who, text=text):
                await self._order(seed.colleague(who), text)
            case Jump(by=span):
                await drive.advance(self._desk, self._desk.clock.now() + span)

    async def _write(self, who: str, text: str) -> None:
        await self._hands.telegram({"message": {**phone(who), "text": text}})

    async def _answer(self, act: Answer) -> None:
        for _ in range(MOST_QUESTIONS if act.repeat else 1):
            await drive.quiet(self._desk)
            button = await self._desk.read(lambda turn: self._answering(turn, act))
            if button is None:
                return
            await self._hands.telegram({"callback_query": query(act.who, button)})

    def _answering(self, turn: Turn, act: Answer) -> Button | None:
        newest = next(self._standing(turn, act.who), None)
        found = list(buttons(newest)) if newest else []
        for ending in act.prefer:
            for button in found:
                if button.code.endswith(ending) or button.code.startswith(ending):
                    return button
        return None

    async def _press(self, act: Press) -> None:
        who = await self._colleague(act.who)
        button = await self._desk.read(lambda turn: self._step_button(turn, act.verb))
        if button is None:
            return
        answer = await self._hands.slack_interaction(pressed(who, button))
        for call in answer.calls:
            if call.method == "views.open":
                view = call.params["view"]
                await self._hands.slack_interaction(submitted(who, view, act.answers))

    def _step_button(self, turn: Turn, verb: str) -> Button | None:
        about = f":{self.ticket}:" if self.ticket else ":"
        for row in self._standing(turn, "room"):
            for button in buttons(row):
                if button.code.startswith(f"t:{verb}:") and about in button.code:
                    return button
        return None

    async def _reply(self, who: seed.Colleague, text: str) -> None:
        event: Json = {
            "type": "message",
            "channel": seed.ROOM.chat,
            "channel_type": "channel",
            "user": who.slack,
            "text": text,
            "thread_ts": await self.thread(),
        }
        await self._hands.slack_event({"event": event})

    async def _order(self, who: seed.Colleague, text: str) -> None:
        name, _, rest = text.partition(" ")
        form: Json = {
            "command": name,
            "text": rest,
            "user_id": who.slack,
            "user_name": who.key,
            "channel_id": who.direct,
        }
        await self._hands.slack_command(form)

    async def _colleague(self, who: str) -> seed.Colleague:
        if who not in (story.HOLDER, story.OTHER):
            return seed.colleague(who)
        holder = await self.holder()
        engineers = [one for one in seed.STAFF if "engineer" in one.roles]
        same = [one for one in engineers if (one.key == holder) == (who == story.HOLDER)]
        return (same or engineers)[0]

    def _missing(self, turn: Turn, step: Step) -> tuple[Sees | Stands, ...]:
        self._find_ticket(turn)
        return tuple(one for one in step.expect if not self._fulfilled(turn, one))

    def _find_ticket(self, turn: Turn) -> None:
        if self.ticket is not None:
            return
        for row in self._standing(turn, "room"):
            for button in buttons(row):
                if button.code.startswith("t:claim:"):
                    self.ticket = int(button.code.split(":")[2])
                    return

    def _fulfilled(self, turn: Turn, one: Sees | Stands) -> bool:
        if isinstance(one, Stands):
            ticket = self._ticket(turn)
            held = ticket is not None and (ticket.holder is not None or not one.held)
            return ticket is not None and ticket.state == one.state and held
        fresh = (row for row in self._standing(turn, one.where) if row.seq > self._seen)
        return any(_shows(row, one) for row in fresh)

    def _last_change(self, turn: Turn) -> int:
        chats = (chat for channel in ("telegram", "slack") for chat in turn.wire.chats(channel))
        return max((row.seq for chat in chats for row in turn.wire.list(chat)), default=0)

    def _ticket(self, turn: Turn) -> Ticket | None:
        return None if self.ticket is None else turn.tickets.find(self.ticket)

    def _holder(self, turn: Turn) -> str | None:
        ticket = self._ticket(turn)
        if ticket is None or ticket.holder is None:
            return None
        users = {bound.user for bound in turn.people.bound(ticket.holder, "slack")}
        return next((one.key for one in seed.STAFF if one.slack in users), None)

    def _thread(self, turn: Turn) -> str | None:
        place = turn.messages.card(self.ticket) if self.ticket else None
        return place.ref if place else None

    def _standing(self, turn: Turn, where: str) -> Iterator[WireRow]:
        """What the desk put there, the newest first."""
        channel, chat = _chat(where)
        rows = turn.wire.list(chat, channel=channel, account=seed.ACCOUNT)
        thread = self._thread(turn) if where == "thread" else None
        for row in reversed(rows):
            if row.call["by"] == "desk" and (thread is None or row.thread == thread):
                yield row


def _chat(where: str) -> tuple[str, str]:
    if where in ("room", "thread"):
        return "slack", seed.ROOM.chat
    clients = {one.key: str(one.user) for one in seed.CLIENTS}
    if where in clients:
        return "telegram", clients[where]
    return "slack", chat_of(seed.colleague(where).slack)


def _shows(row: WireRow, one: Sees) -> bool:
    if one.only and row.only is None:
        return False
    if one.picture and not row.call.get("files"):
        return False
    if one.button and not any(b.code.startswith(one.button) for b in buttons(row)):
        return False
    return one.text in json.dumps(row.call["params"], ensure_ascii=False)
