"""The console's door: this machine only, this page only, and nothing that is not its own runs.

Loopback alone is no door: any site open in the same browser can send requests to it. So the Host
must be a loopback name (no rebinding), a POST must come from this page (Origin and a token that
only it can read), and the page may load nothing but its own files.
"""

import secrets
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

COOKIE = "radica_console"
HEADER = "x-radica-token"
NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
YEAR = 31_536_000

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}

Endpoint = Callable[[Request], Awaitable[Response]]


def guarded(endpoint: Endpoint) -> Endpoint:
    """The same endpoint behind the door."""

    async def through(request: Request) -> Response:
        refusal = refused(request)
        response = refusal or await endpoint(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return through


def refused(request: Request) -> Response | None:
    """Why this request may not come in, as an answer; None when it may."""
    if not _from_here(request):
        return JSONResponse({"error": "loopback"}, status_code=403)
    if request.method not in ("GET", "HEAD") and not _from_this_page(request):
        return JSONResponse({"error": "token"}, status_code=403)
    return None


def token_of(request: Request) -> str:
    """The token of this browser, or a new one for it to keep."""
    return request.cookies.get(COOKIE) or secrets.token_urlsafe(24)


def remember(response: Response, token: str) -> None:
    """Leave the token with the browser, out of the reach of scripts and of other sites."""
    response.set_cookie(COOKIE, token, max_age=YEAR, httponly=True, samesite="strict")


def _from_here(request: Request) -> bool:
    if any(name in request.headers for name in FORWARDED):
        return False  # a proxy stands in front: whoever is behind it is not on this machine
    hosts = request.headers.getlist("host")
    return len(hosts) == 1 and _name(hosts[0]) in NAMES and _is_loopback(request)


def _name(host: str) -> str:
    return host.lower() if host.endswith("]") else host.lower().rpartition(":")[0] or host.lower()


def _is_loopback(request: Request) -> bool:
    if request.client is None:
        return True  # a unix socket
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return request.client.host == "testclient"


def _from_this_page(request: Request) -> bool:
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return False
    kept, given = request.cookies.get(COOKIE, ""), request.headers.get(HEADER, "")
    return bool(kept) and secrets.compare_digest(kept.encode(), given.encode())
