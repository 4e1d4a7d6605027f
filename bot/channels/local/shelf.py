"""Where the local platforms keep the bytes of files: a folder, each file named by its contents."""

import hashlib
import json
import re
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path

MOST = 20_000_000  # bytes, as Telegram lets a bot fetch
CHUNK = 65_536
REF = re.compile(r"F[0-9A-F]{20}")


class TooBig(ValueError):
    """A file above what the platforms let a bot handle."""


@dataclass(frozen=True)
class Kept:
    """A file on the shelf."""

    ref: str
    name: str
    mime: str
    size: int


class Shelf:
    """Keeps each content once; a ref is guessed by nobody and names nothing else on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes, name: str, mime: str) -> Kept:
        """Raises TooBig above 20 MB."""
        if len(content) > MOST:
            raise TooBig(name)
        digest = hashlib.sha256(name.encode() + b"\0" + content).hexdigest()
        kept = Kept("F" + digest[:20].upper(), name, mime, len(content))
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / kept.ref
        if not path.exists():
            path.with_suffix(".json").write_text(json.dumps(asdict(kept)))
            path.write_bytes(content)
        return kept

    def find(self, ref: str) -> Kept | None:
        """What is known of a file, or None."""
        path = self._folder / ref
        if REF.fullmatch(ref) is None or not path.exists():
            return None
        return Kept(**json.loads(path.with_suffix(".json").read_text()))

    def path(self, kept: Kept) -> Path:
        """Where its bytes are."""
        return self._folder / kept.ref

    async def stream(self, ref: str) -> AsyncIterator[bytes]:
        """The bytes in pieces; none for a ref that is not there."""
        kept = self.find(ref)
        if kept is None:
            return
        with self.path(kept).open("rb") as source:
            while piece := source.read(CHUNK):
                yield piece
