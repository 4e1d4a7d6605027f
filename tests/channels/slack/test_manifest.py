"""The app's manifest grants what the desk uses, and nothing that nothing uses."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.channels.slack.parse import event
from tests.platforms.slack_rules import PARAMETERS

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "bot" / "channels" / "slack").glob("*.py"))
# method -> the bot scopes it needs, as its page in Slack's reference says
SCOPES = {
    "auth.test": set(),
    "chat.delete": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.open": {"im:write"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "files.completeUploadExternal": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "files.info": {"files:read"},
    "reactions.add": {"reactions:write"},
    "reactions.remove": {"reactions:write"},
    "users.info": {"users:read"},
    "views.open": set(),
    "views.publish": set(),
    "views.update": set(),
}
EVENTS = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
}
COMMANDS = {"/ticket", "/report", "/reporte", "/radica"}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "slack-app-manifest.yaml").read_text("utf-8"))


def test_every_command_is_announced(manifest: dict[str, Any]) -> None:
    announced = {one["command"] for one in manifest["features"]["slash_commands"]}
    assert announced == COMMANDS
    assert all(len(one["description"]) <= 100 for one in manifest["features"]["slash_commands"])


def test_every_event_that_is_read_is_asked_for(manifest: dict[str, Any]) -> None:
    asked = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    assert asked == set(EVENTS)
    source = (ROOT / "bot" / "channels" / "slack" / "parse.py").read_text("utf-8")
    assert all(f'"{one.partition(".")[0]}"' in source for one in asked)
    assert event.__doc__


def test_every_method_that_is_called_has_its_scope(manifest: dict[str, Any]) -> None:
    code = "\n".join(one.read_text("utf-8") for one in SOURCES)
    called = {one for one in PARAMETERS if f'"{one}"' in code} | {"auth.test"}
    assert called == set(SCOPES)
    needed = set[str]().union(*SCOPES.values(), *EVENTS.values(), {"commands", "files:read"})
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed


def test_presses_forms_and_home_are_switched_on(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["interactivity"]["is_enabled"]
    assert manifest["settings"]["socket_mode_enabled"]
    home = manifest["features"]["app_home"]
    assert home["home_tab_enabled"]
    assert home["messages_tab_enabled"]
    assert not home["messages_tab_read_only_enabled"]
