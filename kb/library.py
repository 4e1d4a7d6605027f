"""The shelf of guides: Markdown with front matter, kb/articles/{policy}/{id}.{language}.md."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable

import frontmatter
from yaml import YAMLError

from policy.pack import Policy

BODY_LIMIT = 700  # characters of a guide's body (U6)
STEP_LIMIT = 5
USER, ADMINISTRATOR = "user", "administrator"  # who can do what a guide says
_PICTURE = re.compile(r"[\w-]+(?:\.[\w-]+)*\.(?:png|jpe?g)", re.IGNORECASE)
_STEP = re.compile(r"^\d+\. ", re.MULTILINE)


@dataclass(frozen=True)
class Picture:
    """A screen that a guide shows: a PNG or JPEG beside it, named `picture` in its front matter."""

    name: str
    content: bytes

    @property
    def mime(self) -> str:
        """What it is, by its name."""
        return "image/png" if self.name.lower().endswith(".png") else "image/jpeg"


@dataclass(frozen=True, kw_only=True)
class Article:
    """One guide in one language.

    `audience` is who can do it: any user, or the client's administrator. `about` are words (or
    concepts) of which a message must have one; `checks` the pack's checks that the guide walks
    through; `not_this` messages that sound alike and are real faults.
    """

    id: str
    policy: str
    language: str
    title: str
    text: str
    typology: str | None
    audience: str = USER
    clause: str = ""
    about: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    not_this: tuple[str, ...] = ()
    picture: Picture | None = None

    @property
    def steps(self) -> int:
        """How many numbered steps the body has."""
        return len(_STEP.findall(self.text))


class Library:
    """The guides of one policy; a pack without guides has an empty shelf."""

    def __init__(self, articles: Mapping[tuple[str, str], Article]) -> None:
        self._articles = dict(articles)

    @classmethod
    def load(cls, policy: Policy) -> "Library":
        """Read the guides that ship for this policy, then those of its owner, which come first.

        Raises ValueError naming a broken file.
        """
        own = _guides(policy.guides) if policy.guides and policy.guides.is_dir() else ()
        return cls({(one.id, one.language): one for one in (*_shelf(policy.name), *own)})

    def article(self, id: str, language: str = "es") -> Article | None:
        """The guide, in the other language where this one has no translation; None if unknown."""
        other = "en" if language == "es" else "es"
        return self._articles.get((id, language)) or self._articles.get((id, other))

    def translations(self, id: str) -> tuple[str, ...]:
        """The languages in which this guide exists."""
        return tuple(sorted(language for one, language in self._articles if one == id))

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Every guide once, in order."""
        return tuple(sorted({id for id, _ in self._articles}))

    def __iter__(self) -> Iterator[Article]:
        return iter(self._articles.values())

    def __len__(self) -> int:
        return len(self.ids)


def shelved(policy: str) -> frozenset[str]:
    """The ids of the guides that ship for a policy, by their files' names."""
    shelf = files("kb").joinpath("articles", policy)
    if not re.fullmatch(r"[\w-]+", policy) or not shelf.is_dir():
        return frozenset()
    names = (file.name for file in shelf.iterdir() if file.name.endswith(".md"))
    return frozenset(name.removesuffix(".md").rpartition(".")[0] for name in names)


def _shelf(policy: str) -> Iterator[Article]:
    shelf = files("kb").joinpath("articles", policy)
    return _guides(shelf) if shelf.is_dir() else iter(())


def _guides(shelf: Traversable) -> Iterator[Article]:
    for file in sorted(shelf.iterdir(), key=lambda found: found.name):
        if file.name.endswith(".md"):
            yield _article(file, shelf)


def _article(file: Traversable, shelf: Traversable) -> Article:
    name, _, language = file.name.removesuffix(".md").rpartition(".")
    try:
        post = frontmatter.loads(file.read_text("utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{file.name}: its front matter cannot be read: {error}") from error
    meta = post.metadata
    if not name or meta.get("id") != name:
        raise ValueError(f"{file.name}: the id in the front matter is {meta.get('id')!r}")
    if missing := [field for field in ("policy", "title") if not meta.get(field)]:
        raise ValueError(f"{file.name}: the front matter lacks {', '.join(missing)}")
    return Article(
        id=name,
        policy=str(meta["policy"]),
        language=language,
        title=str(meta["title"]),
        text=post.content.strip(),
        typology=str(meta["typology"]) if meta.get("typology") else None,
        audience=str(meta.get("audience", USER)),
        clause=str(meta.get("clause", "")),
        about=_lines(meta.get("about")),
        checks=_lines(meta.get("checks")),
        phrases=_lines(meta.get("phrases")),
        not_this=_lines(meta.get("not_this")),
        picture=_picture(file, shelf, meta.get("picture")),
    )


def _picture(file: Traversable, shelf: Traversable, name: object) -> Picture | None:
    """Raises ValueError for one that is not there, or that no phone shows."""
    if not name:
        return None
    found = shelf.joinpath(str(name)) if _PICTURE.fullmatch(str(name)) else None
    if found is None or not found.is_file():
        raise ValueError(f"{file.name}: no picture {str(name)!r} (PNG or JPEG) beside it")
    return Picture(str(name), found.read_bytes())


def _lines(value: object) -> tuple[str, ...]:
    return tuple(str(line) for line in value) if isinstance(value, list) else ()
