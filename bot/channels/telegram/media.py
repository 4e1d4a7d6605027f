"""Files to send calls: by reference where Telegram has them, else as uploads; albums of ten."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from bot.channels.call import Call
from bot.channels.telegram import limits
from bot.channels.telegram.keyboard import Markup
from bot.channels.telegram.text import Passage
from handlers.letters.letter import LetterFile

_METHODS = {
    "photo": "sendPhoto",
    "document": "sendDocument",
    "voice": "sendVoice",
    "audio": "sendAudio",
    "video": "sendVideo",
    "sticker": "sendSticker",
    "location": "sendLocation",
}
_UPLOADED_AS = {
    "image/jpeg": "photo",
    "image/png": "photo",
    "audio/ogg": "voice",
    "audio/mpeg": "audio",
    "audio/mp4": "audio",
    "video/mp4": "video",
}
_ALBUMS = {"photo": "seen", "video": "seen", "document": "document", "audio": "audio"}
_MUTE = ("sticker", "location")

FIELDS = tuple(name for name in _METHODS if name != "location")  # parameters that hold one file

Params = dict[str, Any]


def kind(file: LetterFile, account: str) -> str:
    """What to send it as. Telegram sends a reference only as the kind that it came in as."""
    if file.kind == "location" or is_known(file, account):
        return file.kind if file.kind in _METHODS else "document"
    uploaded = _UPLOADED_AS.get(file.mime, "document")
    size = len(file.content) if file.content is not None else file.size or 0
    return "document" if uploaded == "photo" and size > limits.PHOTO_BYTES else uploaded


def is_known(file: LetterFile, account: str) -> bool:
    """Whether this bot may name the file instead of uploading it."""
    ours = file.channel == "telegram" and file.account == account
    return ours and bool(file.ref) and file.content is None


def captioned(files: Sequence[LetterFile], account: str) -> bool:
    """Whether the first of them can carry the text."""
    return bool(files) and kind(files[0], account) not in _MUTE


def calls(
    files: Sequence[LetterFile],
    account: str,
    base: Params,
    caption: Passage | None = None,
    markup: Markup | None = None,
) -> list[Call]:
    """The calls that send the files; the first carries the caption and, alone, the keyboard."""
    made: list[Call] = []
    for chunk in _chunks(files, account):
        said = caption if not made else None
        if len(chunk) == 1:
            made.append(_single(chunk[0], account, base, said))
        else:
            made.append(_album(chunk, account, base, said))
    if markup and len(made) == 1:
        made[0].params["reply_markup"] = markup
    return made


def _chunks(files: Sequence[LetterFile], account: str) -> list[list[LetterFile]]:
    chunks: list[list[LetterFile]] = []
    numbered = enumerate(file for file in files if file.kind != "contact")
    # What cannot stand in an album has its own number as group, so it stays alone.
    for _, same in groupby(numbered, lambda pair: _ALBUMS.get(kind(pair[1], account), pair[0])):
        group = [file for _, file in same]
        chunks += [group[at : at + limits.ALBUM] for at in range(0, len(group), limits.ALBUM)]
    return chunks


def _single(file: LetterFile, account: str, base: Params, caption: Passage | None) -> Call:
    sent_as = kind(file, account)
    if sent_as == "location":
        return Call("sendLocation", base | _point(file.ref))
    known = is_known(file, account)
    media = file.ref if known else "attach://file0"
    params = base | {sent_as: media} | _words(caption if sent_as not in _MUTE else None)
    return Call(_METHODS[sent_as], params, () if known else (file,))


def _album(
    files: Sequence[LetterFile], account: str, base: Params, caption: Passage | None
) -> Call:
    uploads: list[LetterFile] = []
    media: list[Params] = []
    for file in files:
        source = file.ref
        if not is_known(file, account):
            source = f"attach://file{len(uploads)}"
            uploads.append(file)
        words = _words(caption) if not media else {}
        media.append({"type": kind(file, account), "media": source} | words)
    return Call("sendMediaGroup", base | {"media": media}, tuple(uploads))


def _words(caption: Passage | None) -> Params:
    if caption is None or caption.blank:
        return {}
    entities = caption.entities()
    return {"caption": caption.text} | ({"caption_entities": entities} if entities else {})


def _point(ref: str) -> Params:
    latitude, _, longitude = ref.partition(",")
    return {"latitude": float(latitude), "longitude": float(longitude)}
