"""Payloads as Slack sends them, and what the desk reads out of them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.slack.parse import ParseFault, command, event, interaction
from handlers.inbound import (
    Commanded,
    File,
    HomeOpened,
    Inbound,
    Joined,
    Pressed,
    Reacted,
    Said,
    Submitted,
)

TS = "1790000001.000200"
AT = datetime(2026, 9, 21, 14, 13, 21, 200, tzinfo=UTC)


def body(inside: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "event_callback",
        "token": "t",
        "team_id": "T0HOME",
        "api_app_id": "A0APP",
        "event": inside,
        "event_id": "Ev01",
        "event_time": 1790000001,
        "authorizations": [{"team_id": "T0HOME", "user_id": "U0BOT", "is_bot": True}],
        **more,
    }


def message(**more: Any) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "type": "message",
        "user": "U0ANA",
        "text": "hola",
        "ts": TS,
        "event_ts": TS,
        "team": "T0HOME",
        "channel": "C0DESK",
        "channel_type": "channel",
    }
    return kept | more


def said(inside: dict[str, Any], **more: Any) -> Said:
    inbound = event(body(inside, **more))
    assert isinstance(inbound, Said)
    return inbound


def test_a_message_says_who_where_when_and_what() -> None:
    one = said(message())
    assert (one.text, one.ref, one.at, one.key) == ("hola", TS, AT, f"msg:C0DESK:{TS}")
    address = one.address
    assert (address.channel, address.account, address.user) == ("slack", "T0HOME", "U0ANA")
    assert (address.chat, address.thread, address.private) == ("C0DESK", None, False)
    assert not one.mentioned


def test_the_account_given_names_the_desk() -> None:
    inbound = event(body(message()), "local")
    assert inbound is not None
    assert inbound.address.account == "local"


def test_a_direct_message_is_private_and_a_reply_in_it_quotes() -> None:
    one = said(message(channel="D0ANA", channel_type="im", thread_ts="1790000000.000100"))
    assert one.address.private
    assert one.quotes == one.address.thread == "1790000000.000100"


def test_a_reply_in_a_channel_keeps_its_thread_and_a_root_is_in_none() -> None:
    assert said(message(thread_ts="1790000000.000100")).address.thread == "1790000000.000100"
    assert said(message(thread_ts="1790000000.000100")).quotes is None
    assert said(message(thread_ts=TS)).address.thread is None


TEXTS = [
    ("a &amp; b &lt;c&gt;", "a & b <c>"),
    ("&amp;lt;script&amp;gt;", "&lt;script&gt;"),
    ("&lt;!channel&gt;", "<!channel>"),
    ("<!channel> <!here|here>", "@channel @here"),
    ("<!subteam^S01|@soporte> mire", "@soporte mire"),
    ("<!date^1790000000^{date}|ayer>", "ayer"),
    ("pregunte a <@U0CAM> o <@U0CAM|camila>", "pregunte a @U0CAM o @camila"),
    ("en <#C0DESK|mesa> y <#C0DESK>", "en #mesa y #C0DESK"),
    ("<https://x.example/a?b=1&amp;c=2>", "https://x.example/a?b=1&c=2"),
    ("<https://x.example|x.example>", "https://x.example"),
    ("<https://evil.example|el banco>", "el banco (https://evil.example)"),
    ("<mailto:a@x.example|a@x.example>", "a@x.example"),
    ("<tel:+5715550100|+5715550100>", "+5715550100"),
    ("listo :+1::skin-tone-3: :raro:", "listo 👍 :raro:"),
    ("3 < 4", "3 < 4"),
    ("*no* _es_ `marca`", "*no* _es_ `marca`"),
]


@pytest.mark.parametrize(("raw", "read"), TEXTS)
def test_text_is_read_once_into_what_was_written(raw: str, read: str) -> None:
    assert said(message(text=raw)).text == read


@pytest.mark.parametrize(
    ("inside", "text", "mentioned"),
    [
        (message(text="<@U0BOT> ayuda"), "ayuda", True),
        (message(text=" <@U0BOT|radica>, caso 1042"), "caso 1042", True),
        (message(text="oiga <@U0BOT>"), "oiga @U0BOT", True),
        (message(text="<@U0CAM> mire"), "@U0CAM mire", False),
        (message(type="app_mention", text="<@U0BOT> ayuda"), "ayuda", True),
    ],
)
def test_a_mention_of_the_bot_is_heard_and_left_out(
    inside: dict[str, Any], text: str, mentioned: bool
) -> None:
    one = said(inside)
    assert (one.text, one.mentioned) == (text, mentioned)
    assert one.key == f"msg:C0DESK:{TS}"


def test_files_come_as_references() -> None:
    photo = {
        "id": "F01",
        "name": "cola.png",
        "mimetype": "image/png",
        "size": 1234,
        "url_private": "https://files.slack.com/files-pri/T0HOME-F01/cola.png",
    }
    voice = {"id": "F02", "mimetype": "audio/webm", "subtype": "slack_audio", "duration_ms": 41600}
    shared = {"id": "F03", "mode": "file_access", "file_access": "check_file_info"}
    gone = {"id": "F04", "mode": "tombstone"}
    one = said(message(subtype="file_share", text="", files=[photo, voice, shared, gone]))
    assert one.files == (
        File(
            kind="photo",
            ref="F01",
            unique="F01",
            name="cola.png",
            size=1234,
            mime="image/png",
            url="https://files.slack.com/files-pri/T0HOME-F01/cola.png",
        ),
        File(kind="voice", ref="F02", unique="F02", mime="audio/webm", seconds=42),
        File(kind="document", ref="F03", unique="F03"),
    )


def changed(before: str, after: str, **more: Any) -> dict[str, Any]:
    return message(
        subtype="message_changed",
        ts="1790000009.000300",
        message=message(text=after, **more),
        previous_message=message(text=before),
    )


def test_an_edit_names_the_message_and_has_a_key_of_its_own() -> None:
    one = said(changed("sala 1", "sala &lt;2&gt;"))
    assert (one.edit_of, one.ref, one.text, one.key) == (TS, TS, "sala <2>", "event:Ev01")
    assert one.at > AT


def test_a_deletion_names_the_message() -> None:
    one = said(
        message(subtype="message_deleted", deleted_ts=TS, previous_message=message(), user=None)
    )
    assert (one.deletes, one.text, one.address.user, one.key) == (TS, "", "U0ANA", "event:Ev01")


def test_a_deleted_root_with_replies_is_a_deletion_too() -> None:
    gone = changed("x", "This message was deleted.", subtype="tombstone", user="USLACKBOT")
    assert said(gone).deletes == TS


IGNORED = [
    message(user="U0BOT"),
    message(bot_id="B0X"),
    message(bot_profile={"id": "B0X"}),
    message(subtype="bot_message", user=None, username="otro"),
    message(subtype="channel_join"),
    message(subtype="channel_topic"),
    message(subtype="reminder_add"),
    message(user="USLACKBOT"),
    changed("igual", "igual"),
    changed("a", "b", bot_id="B0X"),
    changed("a", "b", user="U0BOT"),
    message(subtype="message_deleted", previous_message=message(user="U0BOT")),
    message(subtype="message_deleted"),
    {"type": "reaction_added", "user": "U0BOT", "reaction": "x", "event_ts": TS}
    | {"item": {"type": "message", "channel": "C1", "ts": TS}},
    {"type": "reaction_added", "user": "U0ANA", "reaction": "x", "event_ts": TS}
    | {"item": {"type": "file", "file": "F1"}},
    {"type": "app_home_opened", "user": "U0ANA", "channel": "D1", "tab": "messages"},
    {"type": "member_joined_channel", "user": "U0ANA", "channel": "C1", "event_ts": TS},
    {"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}},
    {"type": "something_new"},
]


@pytest.mark.fault("F56")
@pytest.mark.parametrize("inside", IGNORED)
def test_what_is_no_persons_word_is_ignored(inside: dict[str, Any]) -> None:
    assert event(body(inside)) is None


@pytest.mark.parametrize(
    ("name", "emoji"), [("+1", "👍"), ("+1::skin-tone-5", "👍"), ("unknown_one", ":unknown_one:")]
)
@pytest.mark.parametrize("removed", [True, False])
def test_a_reaction_is_an_emoji_on_a_message(name: str, emoji: str, removed: bool) -> None:
    kind = "reaction_removed" if removed else "reaction_added"
    item = {"type": "message", "channel": "D0ANA", "ts": TS}
    inbound = event(
        body({"type": kind, "user": "U0ANA", "reaction": name, "item": item, "event_ts": TS})
    )
    assert isinstance(inbound, Reacted)
    assert (inbound.emoji, inbound.removed, inbound.ref) == (emoji, removed, TS)
    assert (inbound.key, inbound.address.private) == ("event:Ev01", True)


def test_home_and_an_invitation_are_told() -> None:
    home = event(
        body({"type": "app_home_opened", "user": "U0ANA", "channel": "D0ANA", "tab": "home"}
             | {"event_ts": TS})
    )  # fmt: skip
    assert isinstance(home, HomeOpened)
    assert home.address.user == "U0ANA"
    joined = event(
        body({"type": "member_joined_channel", "user": "U0BOT", "channel": "C1", "event_ts": TS})
    )
    assert isinstance(joined, Joined)
    assert joined.added


@pytest.mark.parametrize(
    ("inside", "user"),
    [
        (message(), "U0ANA"),
        (message(team="T0OTHER"), "T0OTHER/U0ANA"),
        (message(user_team="T0OTHER"), "T0OTHER/U0ANA"),
        (message(team=None), "U0ANA"),
    ],
)
def test_a_stranger_of_a_shared_channel_is_never_taken_for_one_of_ours(
    inside: dict[str, Any], user: str
) -> None:
    assert said(inside, team_id="T0OTHER").address.user == user


def test_the_home_workspace_is_where_the_app_is_installed() -> None:
    assert said(message(), team_id="T0OTHER").address.account == "T0HOME"


def payload(**more: Any) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "type": "block_actions",
        "team": {"id": "T0HOME"},
        "user": {"id": "U0CAM", "username": "camila", "team_id": "T0HOME"},
        "trigger_id": "1.2.abc",
        "container": {"type": "message", "message_ts": TS, "channel_id": "C0DESK"},
        "channel": {"id": "C0DESK", "name": "mesa"},
        "message": {"ts": TS, "text": "x"},
        "actions": [{"type": "button", "action_ts": TS, "value": "t:claim:1042:new:-"}],
    }
    return kept | more


def option(value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": "x"}, "value": value}


ACTIONS = [
    ({"type": "button", "value": "c:help"}, "c:help"),
    ({"type": "overflow", "selected_option": option("t:note:1")}, "t:note:1"),
    ({"type": "static_select", "selected_option": option("a:1:q:v")}, "a:1:q:v"),
    ({"type": "radio_buttons", "selected_option": option("a:1:q:v")}, "a:1:q:v"),
    ({"type": "checkboxes", "selected_options": [option("a"), option("b")]}, "a,b"),
    ({"type": "users_select", "selected_user": "U0ANA"}, "U0ANA"),
]


@pytest.mark.parametrize(("action", "code"), ACTIONS)
def test_a_press_carries_its_code(action: dict[str, Any], code: str) -> None:
    pressed = interaction(payload(actions=[action | {"action_ts": TS}]))
    assert isinstance(pressed, Pressed)
    assert (pressed.code, pressed.ref, pressed.at) == (code, TS, AT)
    assert (pressed.key, pressed.trigger, pressed.view) == ("trigger:1.2.abc", "1.2.abc", None)
    assert (pressed.address.user, pressed.address.name) == ("U0CAM", "camila")


def test_a_link_or_an_empty_menu_is_no_press() -> None:
    for action in ({"type": "button"}, {"type": "static_select", "selected_option": None}):
        assert interaction(payload(actions=[action | {"action_ts": TS}])) is None


def test_a_press_without_trigger_is_known_by_its_time() -> None:
    pressed = interaction(payload(trigger_id=None))
    assert pressed is not None
    assert pressed.key == f"action:U0CAM:{TS}"


def test_a_press_in_home_is_private_and_opens_anew() -> None:
    pressed = interaction(
        payload(channel=None, message=None, container={"type": "view", "view_id": "V1"})
        | {"view": {"id": "V1", "type": "home"}}
    )
    assert isinstance(pressed, Pressed)
    assert (pressed.address.chat, pressed.address.private) == ("U0CAM", True)
    assert (pressed.view, pressed.ref) == (None, None)


def test_a_press_in_a_form_names_the_view() -> None:
    pressed = interaction(payload(view={"id": "V1", "type": "modal"}))
    assert isinstance(pressed, Pressed)
    assert pressed.view == "V1"


def test_a_stranger_presses_as_a_stranger() -> None:
    pressed = interaction(payload(user={"id": "U0CAM", "team_id": "T0OTHER"}))
    assert pressed is not None
    assert pressed.address.user == "T0OTHER/U0CAM"


def submission(**more: Any) -> dict[str, Any]:
    view: dict[str, Any] = {
        "id": "V1",
        "type": "modal",
        "hash": "1790000001.abcdef",
        "private_metadata": '{"form": "escalate", "version": 3, "meta": {"ticket": 1042}}',
        "state": {
            "values": {
                "level": {"level": {"type": "static_select", "selected_option": option("3")}},
                "need": {"need": {"type": "plain_text_input", "value": "revisar <disco>"}},
                "empty": {"empty": {"type": "plain_text_input", "value": None}},
                "tell": {"tell": {"type": "checkboxes", "selected_options": [option("yes")]}},
                "not": {"not": {"type": "checkboxes", "selected_options": []}},
                "none": {"none": {"type": "radio_buttons", "selected_option": None}},
            }
        },
    }
    kept = {"type": "view_submission", "team": {"id": "T0HOME"}, "trigger_id": "9.9.z"}
    kept |= {"user": {"id": "U0CAM", "name": "camila"}, "view": view | more}
    return kept


def test_a_form_comes_flat() -> None:
    submitted = interaction(submission(), at=AT)
    assert isinstance(submitted, Submitted)
    assert (submitted.form, submitted.version, submitted.meta) == ("escalate", 3, {"ticket": 1042})
    assert submitted.answers == {
        "level": "3",
        "need": "revisar <disco>",
        "empty": "",
        "tell": "yes",
        "not": "",
        "none": "",
    }
    assert (submitted.key, submitted.at) == ("trigger:9.9.z", AT)
    assert (submitted.address.chat, submitted.address.private) == ("U0CAM", True)


def test_a_form_sent_from_another_workspace_is_a_strangers() -> None:
    foreign = submission(app_installed_team_id="T0HOME") | {"team": {"id": "T0OTHER"}}
    foreign["user"] = {"id": "U0CAM", "team_id": "T0OTHER"}
    submitted = interaction(foreign, at=AT)
    assert submitted is not None
    assert (submitted.address.account, submitted.address.user) == ("T0HOME", "T0OTHER/U0CAM")


def test_shortcuts_are_commands() -> None:
    inside = {"type": "message_action", "callback_id": "ticket", "actions": None}
    on = payload(**inside) | {"message": message(text="no <b> &amp; c".replace("<b>", "va"))}
    commanded = interaction(on, at=AT)
    assert isinstance(commanded, Commanded)
    assert (commanded.name, commanded.args, commanded.ref) == ("ticket", "no va & c", TS)
    bare = interaction(payload(type="shortcut", callback_id="ticket", channel=None), at=AT)
    assert isinstance(bare, Commanded)


@pytest.mark.parametrize("kind", ["view_closed", "block_suggestion", "workflow_step_edit"])
def test_other_interactions_are_ignored(kind: str) -> None:
    assert interaction(payload(type=kind)) is None


FORM = {
    "command": "/Reporte",
    "text": " SLA  Última semana &amp; más",
    "user_id": "U0LUZ",
    "user_name": "luz",
    "team_id": "T0HOME",
    "channel_id": "C0DESK",
    "channel_name": "mesa",
    "trigger_id": "5.5.q",
}


def test_a_command_is_folded() -> None:
    commanded = command(FORM, at=AT)
    assert (commanded.name, commanded.args) == ("reporte", "sla ultima semana & mas")
    assert commanded.text == "SLA  Última semana & más"
    assert (commanded.key, commanded.trigger) == ("trigger:5.5.q", "5.5.q")
    assert (commanded.address.user, commanded.address.private) == ("U0LUZ", False)
    assert command(FORM | {"channel_id": "D1"}, at=AT).address.private


ODD: list[Any] = [
    None,
    [],
    7,
    {},
    body({}) | {"event": None},
    body({}) | {"event": []},
    body({}) | {"event_id": None},
    body({}) | {"authorizations": "x"},
    body({}, authorizations=[], team_id=None),
    body(message(ts="yesterday")),
    body(message(ts=1790000001.2)),
    body(message(ts="９９.1")),
    body(message(text=7)),
    body(message(text=["a"])),
    body(message(user=["U1"])),
    body(message(channel="")),
    body(message(channel="C 1")),
    body(message(channel="C1\x00")),
    body(message(files={})),
    body(message(files=[7])),
    body(message(files=[{"id": "F1", "size": 2**70}])),
    body(message(files=[{"id": "F1", "size": -1}])),
    body(message(files=[{"id": "F1", "size": True}])),
    body(message(subtype="message_changed")),
    body({"type": 7}),
    body({"type": "reaction_added", "user": "U1", "item": 7}),
]


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_event_is_a_typed_fault(odd: Any) -> None:
    with pytest.raises(ParseFault):
        event(odd)


ODD_INTERACTIONS: list[Any] = [
    None,
    payload(actions=None),
    payload(actions=[]),
    payload(actions=[{"value": "x"}]),
    payload(actions=[{"value": 7, "action_ts": TS}]),
    payload(actions=[{"selected_option": "x", "action_ts": TS}]),
    payload(user=None),
    payload(user={"id": "../.."}),
    submission(private_metadata=""),
    submission(private_metadata="[" * 100_000),
    submission(private_metadata="[1]"),
    submission(private_metadata='{"form": "x"}'),
    submission(private_metadata='{"form": "x", "version": true}'),
    submission(state={"values": {"q": 7}}),
    submission() | {"view": None},
    payload(type="message_action", callback_id="", message={"ts": TS}),
    payload(type="shortcut", trigger_id=None),
]


@pytest.mark.parametrize("odd", ODD_INTERACTIONS)
def test_an_odd_interaction_is_a_typed_fault(odd: Any) -> None:
    with pytest.raises(ParseFault):
        interaction(odd, at=AT)


@pytest.mark.parametrize("missing", ["user_id", "team_id", "channel_id", "trigger_id"])
def test_an_odd_command_is_a_typed_fault(missing: str) -> None:
    with pytest.raises(ParseFault):
        command({key: value for key, value in FORM.items() if key != missing}, at=AT)


def test_a_payload_without_a_time_asks_for_one() -> None:
    with pytest.raises(ParseFault):
        command(FORM)


def test_every_kind_has_the_desks_own_type() -> None:
    inbound: Inbound | None = event(body(message()))
    assert type(inbound).__module__ == "handlers.inbound"
