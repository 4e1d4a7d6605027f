"""What the bot says of itself before anybody writes: its command menu and its description."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.call import Call
from bot.channels.telegram import limits
from bot.channels.telegram.text import shortened

# In the order of the menu. Every one of them also works as a plain word.
MENU = ("nuevo", "casos", "caso", "persona", "guias", "ayuda", "salir", "privacidad", "idioma")

Line = Callable[[str, str], str]  # (language, catalogue key) -> text


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """In one language. `language` is a two-letter code."""

    language: str
    commands: tuple[tuple[str, str], ...]
    description: str
    about: str


def announcements(languages: Sequence[str], line: Line) -> tuple[Announcement, ...]:
    """One a language, the first of them the default. Keys: command.<name>,
    profile.description (before the first message), profile.about (on the profile)."""
    return tuple(
        Announcement(
            language=language,
            commands=tuple((name, line(language, f"command.{name}")) for name in MENU),
            description=line(language, "profile.description"),
            about=line(language, "profile.about"),
        )
        for language in languages
    )


def calls(made: Sequence[Announcement]) -> Iterator[Call]:
    """The first language for everybody, then each for those who use it."""
    for number, one in enumerate(made):
        if number == 0:
            yield from _calls(one, {})
        yield from _calls(one, {"language_code": one.language})


def _calls(one: Announcement, to: dict[str, Any]) -> Iterator[Call]:
    commands = [
        {"command": name, "description": shortened(words, limits.COMMAND_DESCRIPTION)}
        for name, words in one.commands[: limits.COMMANDS]
    ]
    scope = {"type": "all_private_chats"}
    yield Call("setMyCommands", {"commands": commands, "scope": scope} | to)
    description = shortened(one.description, limits.DESCRIPTION)
    yield Call("setMyDescription", {"description": description} | to)
    about = shortened(one.about, limits.SHORT_DESCRIPTION)
    yield Call("setMyShortDescription", {"short_description": about} | to)
