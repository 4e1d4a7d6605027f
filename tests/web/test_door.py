"""The console's door: this machine, this page, bounded bodies, nothing foreign in the page."""

import httpx
import pytest

from tests.web.conftest import Visitor
from tests.web.served import Served

JUMP = {"by": "15m"}


def test_the_page_lets_nothing_foreign_run(client: httpx.Client) -> None:
    answer = client.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_the_page_holds_no_script_and_no_style_of_its_own(client: httpx.Client) -> None:
    page = client.get("/").text
    scripts = page.split("<script")[1:]
    assert all('type="application/json"' in one or 'src="/static/' in one for one in scripts)
    assert " style=" not in page
    assert " onclick=" not in page


@pytest.mark.parametrize("path", ["/", "/console/state", "/console/events", "/static/main.js"])
@pytest.mark.parametrize("host", ["radica.example", "127.0.0.1.example:8080", "10.0.0.1"])
def test_a_rebound_name_gets_nothing(client: httpx.Client, path: str, host: str) -> None:
    assert client.get(path, headers={"host": host}).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8080", "[::1]:8080", "LOCALHOST"])
def test_loopback_names_are_let_in(client: httpx.Client, host: str) -> None:
    assert client.get("/console/state", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("name", ["x-forwarded-for", "forwarded", "x-real-ip"])
def test_whoever_comes_through_a_proxy_is_not_on_this_machine(
    client: httpx.Client, name: str
) -> None:
    assert client.get("/", headers={name: "203.0.113.9"}).status_code == 403


def test_a_post_without_the_token_changes_nothing(client: httpx.Client, visitor: Visitor) -> None:
    before = client.get("/console/state").json()["clock"]["now"]
    assert client.post("/console/clock", json={"by": "72h"}).status_code == 403
    wrong = client.post("/console/clock", json={"by": "72h"}, headers={"x-radica-token": "no"})
    assert wrong.status_code == 403
    after = client.get("/console/state").json()["clock"]["now"]
    assert after[:10] == before[:10]


def test_a_post_from_another_site_is_refused_even_with_the_token(visitor: Visitor) -> None:
    assert visitor.post("/console/clock", JUMP, origin="http://evil.example").status_code == 403
    assert visitor.post("/console/clock", JUMP, origin="null").status_code == 403


def test_a_post_from_this_page_is_let_in(visitor: Visitor, served: Served) -> None:
    here = served.url.rstrip("/")
    assert visitor.post("/console/clock", JUMP, origin=here).status_code == 200


def test_the_token_is_not_told_by_any_other_route(client: httpx.Client, visitor: Visitor) -> None:
    assert visitor.token not in client.get("/console/state").text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"[1, 2]", "application/json", 400),
        (b"{", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"{}", "text/plain", 415),
        (b'{"a": "' + b"x" * 300_000 + b'"}', "application/json", 413),
    ],
)
def test_bodies_that_are_odd_or_too_big_are_refused(
    visitor: Visitor, body: bytes, kind: str, status: int
) -> None:
    headers = {"x-radica-token": visitor.token, "content-type": kind}
    answer = visitor.client.post("/console/telegram", content=body, headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/console/telegram", {"message": "hola"}),
        ("/console/telegram", {"message": {"text": "hola"}}),
        ("/console/telegram", {"callback_query": {"data": "x"}}),
        ("/console/slack/event", {"event": []}),
        ("/console/slack/interaction", {"type": "block_actions"}),
        ("/console/slack/view", {"type": "view_submission", "user": {"id": "U0CAMILA"}}),
        ("/console/slack/command", {"command": "/report"}),
        ("/console/story", {"action": "dance"}),
        ("/console/language", {"language": "xx"}),
    ],
)
def test_payloads_of_no_platform_are_refused_in_words(
    visitor: Visitor, path: str, body: dict[str, object]
) -> None:
    answer = visitor.post(path, body)
    assert answer.status_code == 422
    assert answer.json() == {"error": "payload"}


@pytest.mark.parametrize("by", ["-1h", "now", 5, None, "1000000h"])
def test_the_clock_takes_only_its_own_jumps(visitor: Visitor, by: object) -> None:
    assert visitor.post("/console/clock", {"by": by}).status_code == 409


def test_files_are_found_by_their_own_name_only(client: httpx.Client) -> None:
    for path in ("..%2f..%2fdesk.sqlite3", "F00000000000000000000", "desk.sqlite3"):
        assert client.get(f"/console/files/{path}").status_code == 404


def test_what_is_not_a_picture_is_never_shown_in_the_page(visitor: Visitor) -> None:
    headers = {"x-radica-token": visitor.token, "content-type": "text/html"}
    page = b"<script>alert(1)</script>"
    kept = visitor.client.post("/console/files?name=a.html", content=page, headers=headers)
    ref = kept.json()["document"]["file_id"]
    answer = visitor.client.get(f"/console/files/{ref}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
