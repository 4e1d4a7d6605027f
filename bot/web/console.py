"""The console's routes: the page, its state and stream, and what people do on it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot import seed
from bot.broadcast import Broadcast
from bot.channels.local import Answer, Hands
from bot.channels.local.shelf import MOST, Kept, TooBig
from bot.channels.slack.shape import ParseFault as SlackFault
from bot.channels.telegram.fields import ParseFault as TelegramFault
from bot.stage import Stage
from bot.story import of_iris
from bot.web import clause, snapshot
from bot.web.body import BadBody, limited, payload
from bot.web.clock import JUMPS
from bot.web.guard import YEAR, guarded, remember, token_of
from bot.web.live import Stream
from bot.web.player import Player
from bot.web.snapshot import Cursor
from bot.web.tongue import ICONS, Tongue
from policy.errors import Outage
from scheduler import drive
from scheduler.clock import Movable
from scheduler.desk import Desk
from store.errors import Busy
from store.turn import Turn

HERE = Path(__file__).parent
LANGUAGE = "radica_language"
LEAST = timedelta(seconds=1)
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
MALFORMED = (TelegramFault, SlackFault, KeyError, TypeError, AttributeError)
Json = dict[str, Any]


Act = Callable[[Json], Awaitable[Json]]


class Console:
    """Four views over one desk."""

    def __init__(
        self,
        desk: Desk,
        hands: Hands | None,
        moved: Broadcast,
        honesty: str = "",
        *,
        pace: float = 1.0,
    ) -> None:
        """`hands` is None where real platforms are connected: then the page only looks."""
        self._desk = desk
        self._hands = hands
        self._moved = moved
        self._honesty = honesty
        self._movable = hands is not None and isinstance(desk.clock, Movable)
        self.player = Player(desk, hands, moved.ring, pace=pace) if hands else None
        self._stream = Stream(desk, moved, self.player, movable=self._movable)
        self._pages = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined
        )

    def routes(self) -> list[BaseRoute]:
        """Every one of them behind the console's door."""
        looks = {
            "/": self._page,
            "/console/state": self._state,
            "/console/events": self._events,
            "/console/clause": self._clause,
            "/console/files/{ref}": self._file,
        }
        acts: dict[str, Act] = {
            "/console/telegram": self._telegram,
            "/console/slack/event": self._slack_event,
            "/console/slack/interaction": self._slack_interaction,
            "/console/slack/view": self._slack_interaction,
            "/console/slack/command": self._slack_command,
            "/console/clock": self._jump,
            "/console/story": self._story,
            "/console/people": self._meet,
        }
        return [
            *(Route(path, guarded(look), methods=["GET"]) for path, look in looks.items()),
            *(Route(path, guarded(posted(act)), methods=["POST"]) for path, act in acts.items()),
            Route("/console/files", guarded(self._upload), methods=["POST"]),
            Route("/console/language", guarded(self._speak), methods=["POST"]),
        ]

    async def _page(self, request: Request) -> Response:
        """The page, with what it needs to be drawn at once."""
        language, token = self._language(request), token_of(request)
        try:
            first, news = await self._whole(language)
        except Outage:
            return HTMLResponse(self._away(language), status_code=503)
        tongue = self._tongue(language)
        policy = {"name": self._desk.book.name, "title": self._desk.book.title}
        body = self._pages.get_template("console.html").render(
            language=tongue.language,
            t=tongue.page,
            icons=ICONS,
            honesty=self._honesty or tongue.page("console.honesty.local"),
            policy=policy,
            first=first | {"token": token, "readOnlyPhone": self._hands is None},
            news=news,
        )
        response = HTMLResponse(body)
        remember(response, token)
        return response

    def _away(self, language: str) -> str:
        tongue = self._tongue(language)
        page = self._pages.get_template("away.html")
        return page.render(language=tongue.language, t=tongue.page)

    async def _state(self, request: Request) -> Response:
        try:
            first, news = await self._whole(self._language(request))
        except Outage:
            return JSONResponse({"error": "database"}, status_code=503)
        return JSONResponse(first | news)

    async def _whole(self, language: str) -> tuple[Json, Json]:
        """All there is, and where the stream goes on from."""
        movable = self._movable
        first = await self._desk.read(lambda turn: snapshot.first(turn, language))
        news = await self._desk.read(
            lambda turn: snapshot.news(turn, Cursor(), language, movable=movable)
        )
        story = self._stream.story(language)
        return first | {"cursor": str(news.cursor)}, news.body() | {"story": story}

    async def _events(self, request: Request) -> Response:
        return self._stream.respond(request, self._language(request))

    async def _clause(self, request: Request) -> Response:
        tongue = self._tongue(self._language(request))
        found = clause.lines(self._desk.book, request.query_params.get("of", ""), tongue)
        return JSONResponse({"lines": found})

    async def _file(self, request: Request) -> Response:
        """A file of the shelf. Only pictures are shown in the page; the rest is downloaded."""
        shelf = self._hands.shelf if self._hands else None
        kept = shelf.find(request.path_params["ref"]) if shelf else None
        if shelf is None or kept is None:
            return JSONResponse({"error": "no_file"}, status_code=404)
        shown = kept.mime in SHOWN
        return FileResponse(
            shelf.path(kept),
            media_type=kept.mime if shown else "application/octet-stream",
            filename=None if shown else kept.name or kept.ref,
        )

    async def _upload(self, request: Request) -> Response:
        """Bytes for a message that will follow; answers the shapes that Telegram would give."""
        if self._hands is None:
            return JSONResponse({"error": "connected"}, status_code=403)
        try:
            content = await limited(request, MOST)
            name = request.query_params.get("name", "")[-120:]
            mime = request.headers.get("content-type", "").partition(";")[0]
            kept = self._hands.shelf.put(content, name, mime)
        except (BadBody, TooBig):
            return JSONResponse({"error": "too_big"}, status_code=413)
        return JSONResponse(_attached(kept))

    async def _speak(self, request: Request) -> Response:
        try:
            wanted = (await payload(request)).get("language")
        except BadBody as fault:
            return JSONResponse({"error": fault.code}, status_code=fault.status)
        if wanted not in ("es", "en"):
            return JSONResponse({"error": "payload"}, status_code=422)
        response = JSONResponse({"language": wanted})
        response.set_cookie(LANGUAGE, wanted, max_age=YEAR, httponly=True, samesite="strict")
        return response

    async def _telegram(self, body: Json) -> Json:
        return _shown(await self._own().telegram(body))

    async def _slack_event(self, body: Json) -> Json:
        return _shown(await self._own().slack_event(body))

    async def _slack_interaction(self, body: Json) -> Json:
        return _shown(await self._own().slack_interaction(body))

    async def _slack_command(self, body: Json) -> Json:
        return _shown(await self._own().slack_command(body))

    async def _jump(self, body: Json) -> Json:
        """Move the desk's clock. Only forwards, only while nobody real is connected."""
        by = body.get("by")
        if not self._movable or (by != "next" and by not in JUMPS):
            raise BadBody("clock", 409)
        now = self._desk.clock.now()
        to = await drive.next_due(self._desk) if by == "next" else now + JUMPS[str(by)]
        if to is not None:
            # A clock that runs must not overtake its goal on the way there.
            await drive.advance(self._desk, max(to, now + LEAST))
        self._moved.ring()
        return {}

    async def _story(self, body: Json) -> Json:
        player = self.player
        if player is None:
            raise BadBody("connected", 403)
        match body.get("action"):
            case "play":
                player.play()
            case "pause":
                player.pause()
            case "resume":
                player.resume()
            case "stop":
                await player.stop()
            case _:
                raise BadBody("payload", 422)
        return {}

    async def _meet(self, body: Json) -> Json:
        """Somebody is picked on the phone. Iris is known for her open cases: she gets them now."""
        if body.get("key") != "iris":
            return {}
        if not await self._desk.read(_iris_is_known):
            stage = Stage(self._desk, self._own())
            for step in of_iris(self._desk.book.name):
                await stage.play(step)
        return {}

    def _own(self) -> Hands:
        if self._hands is None:
            raise BadBody("connected", 403)
        return self._hands

    def _language(self, request: Request) -> str:
        kept = request.cookies.get(LANGUAGE)
        return kept if kept in ("es", "en") else self._desk.book.desk.languages[0]

    def _tongue(self, language: str) -> Tongue:
        return Tongue(self._desk.book, language, self._desk.clock.now())


def posted(act: Act) -> Callable[[Request], Awaitable[Response]]:
    """A JSON object in, a JSON object out; what goes wrong has a code and a status."""

    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await act(await payload(request)))
        except BadBody as fault:
            return JSONResponse({"error": fault.code}, status_code=fault.status)
        except Busy:
            return JSONResponse({"error": "busy"}, status_code=503)
        except Outage:
            return JSONResponse({"error": "database"}, status_code=503)
        except MALFORMED:
            return JSONResponse({"error": "payload"}, status_code=422)

    return endpoint


def _shown(answer: Answer) -> Json:
    calls = [{"method": call.method, "params": call.params} for call in answer.calls]
    return {"calls": calls, "ack": answer.ack, "ref": answer.ref}


def _attached(kept: Kept) -> Json:
    """The file as a part of a Telegram message and of a Slack one."""
    base = {"file_id": kept.ref, "file_unique_id": kept.ref, "file_size": kept.size}
    return {
        "photo": base | {"width": 1280, "height": 960},
        "document": base | {"file_name": kept.name, "mime_type": kept.mime},
        "slack": {"id": kept.ref, "name": kept.name, "mimetype": kept.mime, "size": kept.size},
    }


def _iris_is_known(turn: Turn) -> bool:
    person = turn.people.find("telegram", seed.ACCOUNT, str(seed.client("iris").user))
    return person is None or bool(turn.tickets.of_requester(person.id))
