"""What a message holds besides words: files by Telegram's reference, nothing downloaded here."""

from collections.abc import Callable
from typing import Any

from bot.channels.telegram.fields import ParseFault, amount, degrees, ident, items, part, words
from handlers.inbound import File

# A message with none of these is a service notice (somebody joined, a title changed).
CONTENT = frozenset(
    ("text", "caption", "photo", "document", "voice", "audio", "video", "video_note", "animation")
    + ("sticker", "location", "venue", "contact", "dice", "poll", "story", "game", "paid_media")
    + ("checklist",)
)


def files(message: dict[str, Any]) -> tuple[File, ...]:
    """The files of a message. Raises ParseFault."""
    found: list[File] = []
    if "photo" in message:
        found.append(_photo(message))
    for name, build in _BUILDERS.items():
        # A GIF comes twice, as animation and as document; a venue also as location.
        if found and name in ("document", "location"):
            continue
        value = part(message, name)
        if value is not None:
            found.append(build(value))
    return tuple(found)


def spoken(message: dict[str, Any]) -> str:
    """The words of a message, whichever member holds them."""
    said = words(message, "text") or words(message, "caption")
    if said:
        return said
    for name, member in (("dice", "emoji"), ("poll", "question"), ("checklist", "title")):
        value = part(message, name)
        if value is not None:
            return words(value, member)
    return ""


def _reference(value: dict[str, Any]) -> str:
    ref = words(value, "file_id")
    if not ref:
        raise ParseFault("file_id is missing")
    return ref


def _file(kind: str, mime: str = "") -> Callable[[dict[str, Any]], File]:
    def build(value: dict[str, Any]) -> File:
        return File(
            kind=kind,
            ref=_reference(value),
            name=words(value, "file_name"),
            size=amount(value, "file_size"),
            mime=words(value, "mime_type") or mime,
            seconds=amount(value, "duration"),
            unique=words(value, "file_unique_id"),
        )

    return build


def _photo(message: dict[str, Any]) -> File:
    sizes = items(message, "photo")
    if not sizes:
        raise ParseFault("photo has no sizes")
    largest = max(
        sizes, key=lambda size: (amount(size, "width") or 0) * (amount(size, "height") or 0)
    )
    return _file("photo", "image/jpeg")(largest)


def _location(value: dict[str, Any]) -> File:
    return File(kind="location", ref=f"{degrees(value, 'latitude')},{degrees(value, 'longitude')}")


def _venue(value: dict[str, Any]) -> File:
    place = part(value, "location")
    if place is None:
        raise ParseFault("venue has no location")
    return File(kind="location", ref=_location(place).ref, name=words(value, "title"))


def _contact(value: dict[str, Any]) -> File:
    # The desk has no use for somebody's number: only that a contact was sent is kept.
    ref = ident(value, "user_id") if "user_id" in value else "contact"
    return File(kind="contact", ref=ref, name=words(value, "first_name"))


_BUILDERS: dict[str, Callable[[dict[str, Any]], File]] = {
    "animation": _file("document", "video/mp4"),
    "document": _file("document"),
    "voice": _file("voice", "audio/ogg"),
    "audio": _file("audio"),
    "video": _file("video", "video/mp4"),
    "video_note": _file("video", "video/mp4"),
    "sticker": _file("sticker"),
    "venue": _venue,
    "location": _location,
    "contact": _contact,
}
