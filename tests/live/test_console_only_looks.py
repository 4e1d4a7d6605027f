"""With real people behind a token the console shows who is connected, and takes no act."""

import httpx

from bot.web.guard import COOKIE, HEADER
from tests.live.live import Live


async def test_the_page_names_the_platforms_and_refuses_every_act(live: Live) -> None:
    async with httpx.AsyncClient(base_url=live.url) as browser:
        page = await browser.get("/")
        assert "Telegram @" in page.text
        assert "Slack C" in page.text
        headers = {"origin": live.url, HEADER: browser.cookies[COOKIE]}
        for path in ("telegram", "slack/event", "slack/command", "story"):
            answer = await browser.post(f"/console/{path}", json={}, headers=headers)
            assert (answer.status_code, answer.json()["error"]) == (403, "connected"), path
        before = live.clock.now()
        refused = await browser.post("/console/clock", json={"by": 3600}, headers=headers)
        assert refused.status_code in (403, 409)
        assert live.clock.now() == before
    assert await live.read(lambda turn: turn.tickets.open()) == []
