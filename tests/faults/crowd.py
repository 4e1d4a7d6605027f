"""People on both sides: clients who open cases and write, engineers who take them and answer.

Every message carries a word of its own, so that its effect can be counted wherever it goes.
Nobody says more while what they said is still on its way to the other side.
"""

import asyncio
import random
import re
import string
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.faults.bots import Bot
from tests.faults.ledger import HTTP, SOCKET
from tests.faults.workroom import Workroom
from tests.live.live import ANDRES, CAMILA, FAULT, ROOM, flat, said
from tests.platforms.slack import Message

CLIENT, ENGINEER = "client", "engineer"
CASE = re.compile(r"Caso (\d{4,})")
SEND, OTHER, GO_ON = "Enviar", "Es otro caso", "Seguir"
# What a client presses who wants a case of their own; a reminder takes the place of a question
# that has not left yet.
WAYS_ON = (SEND, "Solo a mí", OTHER, GO_ON)
TALK = ("y además esto:", "otro dato del equipo:", "le agrego:", "para que lo sepa:")
ANSWERS = ("lo estoy revisando,", "probemos esto:", "ya miré el registro:", "un momento,")
FIRST_CHAT = 10_000
MOST_UNHEARD = 3  # things said on one side of a case that have not arrived on the other


@dataclass(frozen=True)
class Text:
    """One thing said in a case."""

    word: str
    side: str
    ref: str  # of the message on its platform
    key: str  # of the inbox


@dataclass
class Case:
    """One client's affair from the first word on. `number` once the desk has given one."""

    bot: Bot
    chat: int
    holder: str
    number: int | None = None
    sent: bool = False  # the client pressed "Enviar"
    pressed: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])  # message, label
    card: Message | None = None
    ready: bool = False  # in the engineer's hands
    texts: list[Text] = field(default_factory=list[Text])
    pending: dict[str, tuple[str, float]] = field(default_factory=dict[str, tuple[str, float]])

    @property
    def asked_since(self) -> bool:
        """Whether the desk asked something after "Enviar" that was not answered yet: a colleague's
        case came in between (*¿Es lo mismo?*), or it reminds of that question."""
        last, label = self.pressed[-1] if self.pressed else (0, "")
        return label in (SEND, GO_ON) and any(one > last for one, _ in self.offered())

    def offered(self) -> Iterator[tuple[int, str]]:
        """The buttons in the chat that lead on to a case, of the newest message first."""
        for message in reversed(self.bot.sent(self.chat)):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if button["text"] in WAYS_ON:
                        yield message["message_id"], button["text"]

    def unheard(self, side: str) -> list[float]:
        """Since when each thing said on a side is on its way to the other."""
        return [since for at, since in self.pending.values() if at == side]


@dataclass(frozen=True, kw_only=True)
class Manners:
    """How much the people say, and how long they wait, in seconds."""

    cases: int = 8  # of each bot at a time
    texts: int = 40  # in one case, before the client falls silent
    think: float = 0.8
    volley: int = 3  # clients of each bot that speak at once, and engineers by each way
    patience: float = 90.0


class Crowd:
    """Everybody. `volley` lets many speak at the same instant."""

    def __init__(
        self, bots: Sequence[Bot], room: Workroom, seed: int, manners: Manners | None = None
    ) -> None:
        self.cases: list[Case] = []
        self.presses = 0
        self.given_up = 0  # cases left because nothing was heard for long
        self._bots, self._room = bots, room
        self._random = random.Random(seed)
        self._manners = manners or Manners()
        self._chats, self._words = count(FIRST_CHAT), words()
        self._closing = False
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Everybody begins to live."""
        for bot in self._bots:
            for _ in range(self._manners.cases):
                self._tasks.add(asyncio.create_task(self._affairs(bot)))

    async def close(self) -> None:
        """Nobody says anything new."""
        self._closing = True
        for task in self._tasks:
            task.cancel()
        for done in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(done, Exception):
                raise done

    def ready_to_speak(self, bot: Bot) -> int:
        """How many clients of a bot have something to say and are not waiting to be heard."""
        return len(self._some(self._manners.cases, CLIENT, bot))

    def volley(self) -> None:
        """Some clients of every bot, and some engineers by both ways, speak at once."""
        each = self._manners.volley
        for bot in self._bots:
            with bot.together():
                for case in self._some(each, CLIENT, bot):
                    self.client_says(case)
        for number, case in enumerate(self._some(2 * each, ENGINEER)):
            self.engineer_says(case, (HTTP, SOCKET)[number % 2])

    def _some(self, most: int, side: str, bot: Bot | None = None) -> list[Case]:
        self._notice()
        here = [
            case
            for case in self.cases[-8 * self._manners.cases :]
            if case.ready and len(case.unheard(side)) < MOST_UNHEARD and bot in (None, case.bot)
        ]
        return self._random.sample(here, min(most, len(here)))

    async def _affairs(self, bot: Bot) -> None:
        """One client after another."""
        while not self._closing:
            case = Case(bot, next(self._chats), self._random.choice((CAMILA, ANDRES)))
            self.cases.append(case)
            try:
                await self._begins(case)
                await self._talks(case)
            except TimeoutError:
                self.given_up += 1
                case.ready = False

    async def case_of(self, bot: Bot) -> Case:
        """A case in an engineer's hands. Raises TimeoutError."""
        case = Case(bot, next(self._chats), CAMILA)
        self.cases.append(case)
        await self._begins(case)
        return case

    async def _begins(self, case: Case) -> None:
        await self._opens(case)
        await self._is_taken(case)

    async def _opens(self, case: Case) -> None:
        word = next(self._words)
        case.bot.says(case.chat, f"{FAULT} {word}")
        while not (found := CASE.search(self._heard(case))):
            asked = await self._until(lambda: self._asked(case) or CASE.search(self._heard(case)))
            if isinstance(asked, tuple):
                self._answers(case, *asked)
        case.number = int(found[1])

    def _asked(self, case: Case) -> tuple[int, str] | None:
        """What they are asked last and have not pressed yet."""
        newest = next(case.offered(), None)
        return newest if newest not in case.pressed else None

    def _answers(self, case: Case, message: int, label: str) -> None:
        case.bot.presses(case.chat, label, message)
        case.pressed.append((message, label))
        case.sent = case.sent or label == SEND
        self.presses += 1

    async def _is_taken(self, case: Case) -> None:
        """The engineer presses until the card says that it is theirs: no press is sent again."""
        cards = await self._until(lambda: self._room.cards.get(case.number or 0))
        case.card = card = cards[0]
        ends = time.monotonic() + self._manners.patience
        while "Resolver" not in said(card):
            if time.monotonic() > ends:
                raise TimeoutError
            try:
                await self._room.presses(case.holder, card.ts, "Tomar")
                self.presses += 1
            except LookupError:
                await asyncio.sleep(0)
            await asyncio.sleep(self._random.uniform(0.5, 1.5) * self._manners.think)
        case.ready = True

    async def _talks(self, case: Case) -> None:
        while len(case.texts) < self._manners.texts:
            await asyncio.sleep(self._random.uniform(0.5, 1.5) * self._manners.think)
            self._notice()
            side = self._random.choice((CLIENT, ENGINEER))
            if unheard := case.unheard(side):
                if time.monotonic() - min(unheard) > self._manners.patience:
                    raise TimeoutError
                continue
            if side == CLIENT:
                self.client_says(case)
            else:
                self.engineer_says(case)

    def client_says(self, case: Case) -> None:
        """Something new, on its way from here on."""
        word = next(self._words)
        message = case.bot.says(case.chat, f"{self._random.choice(TALK)} {word}")
        ident = str(message["message_id"])
        self._noted(case, Text(word, CLIENT, ident, f"update:{case.bot.newest}"))

    def engineer_says(self, case: Case, way: str = "") -> None:
        """Something new for the client, in the case's thread; by either way unless told."""
        if case.card is None:
            return
        word = next(self._words)
        line = f"{self._random.choice(ANSWERS)} {word}"
        message = self._room.writes(ROOM, case.holder, line, case.card.ts, way)
        self._noted(case, Text(word, ENGINEER, message.ts, f"msg:{ROOM}:{message.ts}"))

    def _noted(self, case: Case, text: Text) -> None:
        case.texts.append(text)
        case.pending[text.word] = (text.side, time.monotonic())

    def _notice(self) -> None:
        """What arrived on the other side is no longer waited for."""
        for case in self.cases[-8 * self._manners.cases :]:
            seen = {CLIENT: self._room.seen, ENGINEER: case.bot.seen}
            for word, (side, _) in [*case.pending.items()]:
                if word in seen[side]:
                    del case.pending[word]

    def _heard(self, case: Case) -> str:
        return "\n".join(flat(str(one.get("text", ""))) for one in case.bot.sent(case.chat))

    async def _until(self, true: Callable[[], Any]) -> Any:
        """Raises TimeoutError when patience ends."""
        ends = time.monotonic() + self._manners.patience
        while not (found := true()):
            if time.monotonic() > ends:
                raise TimeoutError
            await asyncio.sleep(0.03)
        return found


def words() -> Iterator[str]:
    """Words that nobody says by chance, of letters alone: zqaaaa, zqbaaa..."""
    for number in count():
        left, made = number, ""
        for _ in range(5):
            left, letter = divmod(left, 26)
            made += string.ascii_lowercase[letter]
        yield f"zq{made}"
