"""Files from and to Slack: fetched from Slack's hosts alone, bounded; uploaded in three steps."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from bot.channels.call import Call
from bot.channels.slack.api import API_URL, SlackApi
from bot.channels.slack.text import clean, cut
from handlers.letters.letter import LetterFile
from policy.errors import Outage, Refusal

MOST = 20 * 1024 * 1024  # bytes of one file
CHUNK = 64 * 1024
HOSTS = ("slack.com", "slack-files.com", "slack-edge.com")

Fetch = Callable[[LetterFile], AsyncIterator[bytes]]


class FileFault(Refusal):
    """A file that cannot be had. Code: host, redirect, too_big, gone, refused, empty, source."""


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file in memory, ready to go."""

    name: str
    content: bytes
    alt: str


async def fetch(api: SlackApi, file: LetterFile) -> AsyncIterator[bytes]:
    """The bytes of a Slack file. Raises FileFault, or Outage when Slack is out of reach.

    The address comes from a payload, so it is checked before the token travels there, and no
    redirect is followed. A page in HTML is Slack's login page, not the file.
    """
    url = file.url or await _look_up(api, file.ref)
    if not allowed(url, api.base_url):
        raise FileFault("host")
    headers = {"Authorization": f"Bearer {api.token}"}
    try:
        async with api.session.get(url, headers=headers, allow_redirects=False) as answer:
            _check(answer, file)
            read = 0
            async for chunk in answer.content.iter_chunked(CHUNK):
                read += len(chunk)
                if read > MOST:
                    raise FileFault("too_big")
                yield chunk
    except (aiohttp.ClientError, TimeoutError, OSError) as fault:
        raise Outage(f"a file of Slack: {type(fault).__name__}") from fault


async def _look_up(api: SlackApi, ref: str) -> str:
    """The address of a file that came without one (a shared channel's)."""
    found = (await api.call("files.info", {"file": ref})).get("file")
    url = found.get("url_private") if isinstance(found, dict) else None
    return url if isinstance(url, str) else ""


def _check(answer: aiohttp.ClientResponse, file: LetterFile) -> None:
    if 300 <= answer.status < 400:
        raise FileFault("redirect")
    if answer.status >= 500 or answer.status == 429:
        raise Outage(f"a file of Slack: {answer.status}")
    if answer.status != 200:
        raise FileFault("gone" if answer.status in (404, 410) else "refused")
    if answer.content_type == "text/html" and file.mime != "text/html":
        raise FileFault("refused")
    if (answer.content_length or 0) > MOST:
        raise FileFault("too_big")


def allowed(url: str, base_url: str) -> bool:
    """Whether the token may travel there: https on a Slack host, or the very server configured."""
    try:
        there, here = urlsplit(url), urlsplit(base_url)
        host, port = there.hostname or "", there.port
        if base_url != API_URL:
            return (there.scheme, host, port) == (here.scheme, here.hostname, here.port)
    except ValueError:
        return False
    known = any(host == one or host.endswith("." + one) for one in HOSTS)
    return there.scheme == "https" and port in (None, 443) and known and there.username is None


async def gathered(call: Call, source: Fetch | None) -> list[Upload]:
    """All files of a call, in memory. Raises FileFault, or what their channel raises."""
    return [await _gather(file, source) for file in call.files]


async def _gather(file: LetterFile, source: Fetch | None) -> Upload:
    content = file.content
    if content is None:
        if source is None:
            raise FileFault("source")
        content = await _bounded(source(file))
    if not content:
        raise FileFault("empty")
    name = cut(clean(file.name).replace("/", "_"), 200) or file.kind
    return Upload(name=name, content=content, alt=cut(clean(file.alt), 900))


async def _bounded(chunks: AsyncIterator[bytes]) -> bytes:
    held = bytearray()
    async for chunk in chunks:
        held.extend(chunk)
        if len(held) > MOST:
            raise FileFault("too_big")
    return bytes(held)


async def put(api: SlackApi, upload: Upload) -> str:
    """The first two steps; nobody sees the file before the third. Returns Slack's file id."""
    asked = {"filename": upload.name, "length": len(upload.content)}
    if upload.alt:
        asked["alt_txt"] = upload.alt
    given = await api.call("files.getUploadURLExternal", asked)
    url, ref = given.get("upload_url"), given.get("file_id")
    if not isinstance(url, str) or not isinstance(ref, str) or not allowed(url, api.base_url):
        raise FileFault("host")
    async with api.session.post(url, data=upload.content, allow_redirects=False) as answer:
        if answer.status != 200:
            raise Outage(f"an upload to Slack: {answer.status}")
    return ref
