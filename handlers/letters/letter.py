"""What goes out, before a platform shapes it: spans of text, choices, files, cards, forms.

A letter is made when it is sent. Text from people sits in spans of its own, so that no channel
has to guess what is markup: Telegram gets entities, Slack gets rich text, neither gets escapes.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Span:
    """A run of text in one style. Newlines are part of the text."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False


Text = tuple[Span, ...]


def plain(text: Text) -> str:
    """The text without its styles."""
    return "".join(span.text for span in text)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A button or a row of a list.

    `code` is at most 64 bytes; `label` at most 20 characters to a client, 24 in a list.
    """

    code: str
    label: str
    description: str = ""  # of a list row, at most 72
    style: str = ""  # "" | "primary" | "danger"
    url: str = ""  # a link instead of a code


@dataclass(frozen=True, kw_only=True)
class LetterFile:
    """A file to pass on: either the platform reference to fetch it from, or bytes made here."""

    kind: str
    name: str
    mime: str = ""
    size: int | None = None
    channel: str = ""  # where it is fetched from; "" when `content` holds it
    account: str = ""
    ref: str = ""
    url: str = ""
    content: bytes | None = None
    alt: str = ""  # one line of text with the finding, for a chart


@dataclass(frozen=True, kw_only=True)
class Card:
    """A ticket's card in the engineers' channel: at most 8 lines, 5 buttons and a menu."""

    number: int
    title: Text
    lines: tuple[Text, ...]
    tone: str  # "high" | "medium" | "low" | "late" | "solved" | "closed", beside shape and word
    buttons: tuple[Choice, ...] = ()
    menu: tuple[Choice, ...] = ()
    menu_label: str = ""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One of several things in a staff letter, with buttons of its own."""

    text: Text
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One message, whole. `fallback` is the notification and screen-reader text."""

    text: Text = ()
    fallback: str = ""
    choices: tuple[Choice, ...] = ()
    listed: str = ""  # not empty: choices are rows of a list opened by this label
    files: tuple[LetterFile, ...] = ()
    card: Card | None = None
    blocks: tuple[Text, ...] = ()  # further paragraphs of a long staff letter (a report's table)
    items: tuple[Item, ...] = ()  # things of a staff letter, before its own choices
    silent: bool = False  # delivered without a sound
    edits: str | None = None  # ref of the message to rewrite instead of sending a new one
    deletes: str | None = None
    reacts: tuple[str, str] | None = None  # (ref, emoji): a mark on a message
    reacts_instead: str = ""  # the mark that it replaces, where a platform keeps several
    replies_to: str | None = None  # ref quoted
    home: bool = False  # fills the reader's Home tab (the place's chat is their user id)
    language: str = "es"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a form."""

    name: str
    label: str  # at most 24 where a platform asks for it
    kind: str  # "line" | "text" | "choice" | "check"
    value: str = ""
    options: tuple[Choice, ...] = ()
    optional: bool = False
    hint: str = ""
    limit: int = 3000


@dataclass(frozen=True, kw_only=True)
class FormView:
    """A form, drawn: what a Slack modal or a page needs. `meta` holds only names and numbers."""

    form: str
    version: int
    title: str  # at most 24
    submit: str  # at most 24
    cancel: str  # at most 24
    fields: tuple[Field, ...]
    intro: Text = ()
    meta: dict[str, object] = field(default_factory=dict)
