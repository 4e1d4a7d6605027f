"""Updates become Inbound: recorded shapes, the odd ones, and the hostile ones."""

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.fields import ParseFault
from bot.channels.telegram.parse import UPDATES, inbound
from handlers.inbound import Commanded, Joined, Pressed, Reacted, Said
from tests.channels.telegram.desks import NOON

ACCOUNT = "123456789"
MARTA = {"id": 7, "is_bot": False, "first_name": "Marta", "last_name": "R.", "language_code": "es"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Marta"}
GROUP = {"id": -1001, "type": "supergroup", "title": "Soporte"}
DATE = 1_795_540_320  # 2026-11-24 17:12 UTC


def message(**more: Any) -> dict[str, Any]:
    """A message of Marta's."""
    return {"message_id": 40, "from": MARTA, "chat": PRIVATE, "date": DATE} | more


def read(**update: Any) -> Any:
    """Parsed as the channel does."""
    whole = {"update_id": 900} | update
    return inbound(whole, account=ACCOUNT, username="radica_bot", received=NOON)


def said(**more: Any) -> Said:
    """A message that must be Said."""
    event = read(message=message(**more))
    assert isinstance(event, Said)
    return event


def test_a_text_says_who_where_when_and_what() -> None:
    event = said(text="no pasan imágenes")
    assert event.key == "update:900"
    assert event.at == datetime.fromtimestamp(DATE, UTC)
    assert (event.ref, event.text, event.files, event.quotes) == (
        "40",
        "no pasan imágenes",
        (),
        None,
    )
    at = event.address
    assert (at.channel, at.account, at.user, at.chat) == ("telegram", ACCOUNT, "7", "7")
    assert (at.name, at.language, at.private, at.thread) == ("Marta R.", "es", True, None)


def test_a_group_is_not_private_and_a_topic_is_a_thread() -> None:
    event = said(chat=GROUP, text="hola", is_topic_message=True, message_thread_id=3)
    assert (event.address.chat, event.address.private, event.address.thread) == (
        "-1001",
        False,
        "3",
    )


def test_a_quote_names_the_message_answered_to() -> None:
    assert said(text="sí", reply_to_message=message(message_id=12)).quotes == "12"


def test_a_message_that_names_the_bot_says_so() -> None:
    assert said(chat=GROUP, text="oiga @Radica_bot, ¿me ayuda?").mentioned
    assert not said(chat=GROUP, text="oiga").mentioned


def held(ident: str = "f1", **more: Any) -> dict[str, Any]:
    """A file as Telegram describes it."""
    return {"file_id": ident, "file_unique_id": f"u{ident}", "file_size": 10} | more


SIZES = [
    held("s", width=90, height=90),
    held("l", width=900, height=900),
    held("m", width=9, height=9),
]
FILES = [
    ({"photo": SIZES}, ("photo", "l", "image/jpeg")),
    (
        {"document": held(mime_type="application/pdf", file_name="a.pdf")},
        ("document", "f1", "application/pdf"),
    ),
    ({"voice": held(duration=42)}, ("voice", "f1", "audio/ogg")),
    ({"audio": held(mime_type="audio/mpeg", duration=3)}, ("audio", "f1", "audio/mpeg")),
    ({"video": held(duration=3)}, ("video", "f1", "video/mp4")),
    ({"video_note": held(duration=3, length=240)}, ("video", "f1", "video/mp4")),
    ({"animation": held("g"), "document": held("g")}, ("document", "g", "video/mp4")),
    ({"sticker": held(emoji="👍")}, ("sticker", "f1", "")),
    (
        {"location": {"latitude": 4.60971, "longitude": -74}},
        ("location", "4.609710,-74.000000", ""),
    ),
    (
        {
            "location": {"latitude": 1, "longitude": 2},
            "venue": {"location": {"latitude": 1, "longitude": 2}, "title": "Sede"},
        },
        ("location", "1.000000,2.000000", ""),
    ),
    ({"contact": {"phone_number": "1", "first_name": "Ana"}}, ("contact", "contact", "")),
]


@pytest.mark.parametrize(("content", "expected"), FILES)
def test_a_file_is_its_reference(content: dict[str, Any], expected: tuple[str, str, str]) -> None:
    (file,) = said(**content).files
    assert (file.kind, file.ref, file.mime) == expected


def test_a_voice_note_knows_its_length_and_a_contact_no_number() -> None:
    assert said(voice=held(duration=42)).files[0].seconds == 42
    assert "555" not in repr(said(contact={"phone_number": "555", "first_name": "Ana"}))


def test_an_album_is_several_messages_of_one_name() -> None:
    event = said(photo=SIZES, caption="las dos", media_group_id="13")
    assert (event.album, event.text, event.files[0].kind) == ("13", "las dos", "photo")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"dice": {"emoji": "🎲", "value": 3}}, "🎲"),
        ({"poll": {"question": "¿Sí?"}}, "¿Sí?"),
        ({"story": {"id": 1}}, ""),
    ],
)
def test_other_content_is_still_a_message(content: dict[str, Any], text: str) -> None:
    assert said(**content).text == text


def test_an_edit_names_the_message_that_changed() -> None:
    event = read(edited_message=message(text="mejor así", edit_date=DATE + 60))
    assert isinstance(event, Said)
    assert (event.edit_of, event.ref, event.text) == ("40", "40", "mejor así")
    assert event.at == datetime.fromtimestamp(DATE + 60, UTC)


@pytest.mark.fault("F18")
def test_nul_and_lone_surrogates_are_gone_before_anything_is_stored() -> None:
    wire = json.loads('"a\\u0000b \\ud83d \\ud83d\\udc4d"')
    assert said(text=wire).text == "ab \ufffd 👍"


COMMANDS = [
    ("/start ABCD1234", "start", "ABCD1234"),
    ("/Nuevo", "nuevo", ""),
    ("/mis_tickets", "mis_tickets", ""),
    ("/mis-tickets", "mis_tickets", ""),
    ("/guías", "guias", ""),
    ("/estado@radica_bot 1042", "estado", "1042"),
    ("/estado@RADICA_BOT  1042 ", "estado", "1042"),
    ("/nuevo no abre\nel visor", "nuevo", "no abre\nel visor"),
]


@pytest.mark.parametrize(("text", "name", "args"), COMMANDS)
def test_a_command_has_a_folded_name_and_its_words(text: str, name: str, args: str) -> None:
    event = read(message=message(text=text))
    assert isinstance(event, Commanded)
    assert (event.name, event.args, event.ref) == (name, args, "40")


@pytest.mark.parametrize(
    "text", ["/opt/dcm4chee no arranca", "/ nada", "//nota", "/1042", "a /start"]
)
def test_a_slash_alone_makes_no_command(text: str) -> None:
    assert said(text=text).text == text


def test_a_command_for_another_bot_of_the_group_is_left_alone() -> None:
    assert read(message=message(chat=GROUP, text="/start@otro_bot")) is None


def test_a_press_carries_its_code_message_and_query() -> None:
    query = {
        "id": "q1",
        "from": MARTA,
        "message": message(),
        "data": "c:send",
        "chat_instance": "1",
    }
    event = read(callback_query=query)
    assert isinstance(event, Pressed)
    assert (event.code, event.ref, event.trigger, event.address.chat) == ("c:send", "40", "q1", "7")
    assert event.at == NOON  # Telegram does not date a press


def test_a_press_on_a_message_that_is_not_to_be_seen_any_more() -> None:
    gone = {"chat": PRIVATE, "message_id": 4, "date": 0}
    event = read(callback_query={"id": "q1", "from": MARTA, "message": gone, "data": "x"})
    assert (event.ref, event.address.chat) == ("4", "7")
    inline = read(callback_query={"id": "q1", "from": MARTA, "inline_message_id": "i", "data": "x"})
    assert (inline.ref, inline.address.chat) == (None, "7")


def reaction(before: list[Any], after: list[Any], **more: Any) -> Any:
    """A change of reactions, parsed."""
    change = {"chat": PRIVATE, "message_id": 4, "user": MARTA, "date": DATE}
    return read(message_reaction=change | {"old_reaction": before, "new_reaction": after} | more)


def test_a_reaction_is_put_or_taken() -> None:
    thumb, heart = ({"type": "emoji", "emoji": sign} for sign in "👍❤")
    put, taken = reaction([], [thumb]), reaction([thumb], [])
    assert isinstance(put, Reacted)
    assert (put.emoji, put.removed, put.ref) == ("👍", False, "4")
    assert (taken.emoji, taken.removed) == ("👍", True)
    assert reaction([thumb], [heart]).emoji == "❤"
    assert reaction([], [{"type": "custom_emoji", "custom_emoji_id": "1"}]) is None
    assert reaction([], [thumb], user=None) is None


def member(before: str, after: str, chat: dict[str, Any]) -> Any:
    """A change of the bot's own membership, parsed."""
    old, new = ({"user": {"id": 123456789}, "status": status} for status in (before, after))
    change = {"chat": chat, "from": MARTA, "date": DATE}
    return read(my_chat_member=change | {"old_chat_member": old, "new_chat_member": new})


def test_blocking_unblocking_and_groups() -> None:
    blocked, back = member("member", "kicked", PRIVATE), member("kicked", "member", PRIVATE)
    assert isinstance(blocked, Joined)
    assert (blocked.blocked, blocked.added) == (True, False)
    assert (back.blocked, back.added) == (False, False)
    joined, out = member("left", "member", GROUP), member("member", "left", GROUP)
    assert (joined.added, joined.blocked) == (True, None)
    assert (out.added, out.blocked) == (False, True)
    assert member("member", "administrator", GROUP) is None


def test_a_group_that_became_a_supergroup_names_its_new_id() -> None:
    event = read(message=message(chat={"id": -5, "type": "group"}, migrate_to_chat_id=-1005))
    assert isinstance(event, Joined)
    assert (event.address.chat, event.new_chat) == ("-5", "-1005")
    assert read(message=message(chat=GROUP, migrate_from_chat_id=-5)) is None


SILENT: list[dict[str, Any]] = [
    {"message": message(new_chat_title="x")},
    {"message": message(pinned_message=message())},
    {"message": message(text="hola") | {"from": {"id": 5, "is_bot": True, "first_name": "otro"}}},
    {"message": message(text="hola") | {"from": {"id": 123456789, "first_name": "yo"}}},
    {"message": {"message_id": 1, "chat": GROUP, "date": DATE, "text": "de un canal"}},
    {"channel_post": message(text="x")},
    {"update_without_kind": {}},
]


@pytest.mark.fault("F56")
@pytest.mark.parametrize("update", SILENT)
def test_service_notices_and_bots_say_nothing_to_the_desk(update: dict[str, Any]) -> None:
    assert read(**update) is None


ODD: list[dict[str, Any]] = [
    {"message": []},
    {"message": message(text=5)},
    {"message": message(text="x", chat=None)},
    {"message": message(text="x", chat={"id": "7", "type": "private"})},
    {"message": message(text="x", chat={"id": 2**63, "type": "private"})},
    {"message": message(text="x", date="now")},
    {"message": message(text="x", date=10**18)},
    {"message": message(text="x", message_id=True)},
    {"message": message(text="x", reply_to_message="12")},
    {"message": message(photo=[])},
    {"message": message(photo={"file_id": "x"})},
    {"message": message(document={"file_id": 5})},
    {"message": message(location={"latitude": float("nan"), "longitude": 1})},
    {"callback_query": {"id": "q", "data": "x"}},
    {"message_reaction": {"user": MARTA, "chat": PRIVATE, "old_reaction": 1, "new_reaction": []}},
    {"my_chat_member": {"chat": PRIVATE, "from": MARTA, "date": DATE}},
]


@pytest.mark.parametrize("update", ODD)
def test_an_odd_shape_is_a_parse_fault(update: dict[str, Any]) -> None:
    with pytest.raises(ParseFault):
        read(**update)


@pytest.mark.parametrize("update", [None, [], 5, {}, {"update_id": "900"}, {"update_id": True}])
def test_what_is_no_update_is_a_parse_fault(update: Any) -> None:
    with pytest.raises(ParseFault):
        inbound(update, account=ACCOUNT)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
MEMBERS = ("from", "chat", "date", "text", "photo", "voice", "location", "venue", "contact")
MEMBERS += ("reply_to_message", "user", "data", "message", "message_id", "id", "old_reaction")
MEMBERS += ("new_reaction", "old_chat_member", "new_chat_member", "migrate_to_chat_id", "dice")


@given(st.sampled_from(UPDATES), st.sampled_from(MEMBERS), values)
def test_any_member_of_any_shape_is_parsed_or_a_parse_fault(
    kind: str, name: str, value: Any
) -> None:
    whole = message(
        text="hola",
        user=MARTA,
        id="q1",
        data="x",
        old_reaction=[],
        new_reaction=[],
        old_chat_member={"status": "left"},
        new_chat_member={"status": "member"},
    ) | {"message": message(text="x")}
    with contextlib.suppress(ParseFault):
        event = read(**{kind: whole | {name: value}})
        assert event is None or event.key == "update:900"


@given(st.dictionaries(st.sampled_from([*UPDATES, "update_id"]), values))
def test_any_json_is_parsed_or_a_parse_fault(update: dict[str, Any]) -> None:
    with contextlib.suppress(ParseFault):
        event = inbound(update, account=ACCOUNT)
        assert event is None or event.key.startswith("update:")
