"""What a message may be about: guides, typologies, notices and small talk, with their phrases."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal

from kb import text
from kb.decision import Label
from kb.library import Article, Library
from policy.pack import Policy
from policy.shapes_rules import Typology


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One thing that people write about. Ids are the policy's; all None for small talk."""

    key: str
    label: Label
    phrases: tuple[str, ...]
    category: str | None = None
    typology: str | None = None
    priority: str | None = None
    article: str | None = None
    notice: str | None = None
    about: frozenset[str] = frozenset()  # stems or concepts of which one must be there


@dataclass(frozen=True, kw_only=True)
class Said:
    """One block of a phrase file: a typology or a notice, and how people say it."""

    file: str
    kind: Literal["typology", "notice"]
    id: str
    phrases: tuple[str, ...]
    label: Label = "out_of_scope"  # of a notice


def topics(policy: Policy, library: Library) -> tuple[Topic, ...]:
    """Every topic of a policy, those without any phrase left out."""
    said = said_of(policy)
    found = [
        *_guides(policy, library),
        *_typologies(policy, library, said),
        *_notices(policy, said),
        *_small_talk(),
    ]
    return tuple(topic for topic in found if topic.phrases)


def said_of(policy: Policy) -> tuple[Said, ...]:
    """The phrases that ship for a policy, and those of its owner. Raises ValueError by file."""
    shipped = files("kb").joinpath("phrases", f"{policy.name}.toml")
    own = policy.guides / "phrases.toml" if policy.guides else None
    found = [(f"phrases/{policy.name}.toml", shipped)]
    if own is not None:
        found.append((f"{own.parent.name}/{own.name}", own))
    return tuple(said for name, file in found for said in _said(name, _read(file)))


def _guides(policy: Policy, library: Library) -> Iterator[Topic]:
    for id in library.ids:
        article = library.article(id)
        if article is None:
            continue
        phrases = (*_both(library, id, "phrases"), *(one.title for one in _languages(library, id)))
        typology = policy.entry(article.typology)
        named = typology is not None and typology.misuse and typology.article == id
        yield Topic(
            key=f"article:{id}",
            label="misuse",
            phrases=(*phrases, *_names(policy, typology)) if typology and named else phrases,
            article=id,
            about=frozenset(text.stem(word) for word in article.about) | set(article.about),
            category=typology.category if typology else None,
            typology=typology.id if typology else None,
            priority=typology.priority if typology else None,
        )


def _typologies(policy: Policy, library: Library, said: Iterable[Said]) -> Iterator[Topic]:
    unlike, told = _not_this(library), _by_id(said, "typology")
    for row in policy.typologies:
        phrases = (*told.get(row.id, ()), *unlike.pop(row.id, ())) if not row.misuse else ()
        yield Topic(
            key=f"typology:{row.id}",
            label=row.kind,
            phrases=(*phrases, *_names(policy, row)) if not row.misuse else (),
            category=row.category,
            typology=row.id,
            priority=row.priority,
        )
    for id, phrases in unlike.items():
        yield Topic(key=f"fault:{id}", label="incident", phrases=tuple(phrases))


def _names(policy: Policy, row: Typology) -> tuple[str, ...]:
    """What the catalogue itself calls it, with its category where two bear the same label."""
    names = (row.label, row.name.es, row.name.en)
    if sum(one.label == row.label for one in policy.typologies) == 1:
        return names
    return (*names, f"{policy.category(row.category).label} {row.label}")


def _notices(policy: Policy, said: Iterable[Said]) -> Iterator[Topic]:
    rows = tuple(said)
    told, labels = _by_id(rows, "notice"), {one.id: one.label for one in rows}
    for notice in policy.out_of_scope:
        yield Topic(
            key=f"notice:{notice.key}",
            label=labels.get(notice.key, "out_of_scope"),
            phrases=(*told.get(notice.key, ()), notice.label.es, notice.label.en),
            notice=notice.key,
        )


def _by_id(said: Iterable[Said], kind: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in said:
        if one.kind == kind:
            found.setdefault(one.id, []).extend(one.phrases)
    return found


def _small_talk() -> Iterator[Topic]:
    file = files("kb").joinpath("phrases", "small_talk.toml")
    for number, row in enumerate(_read(file).get("talk", [])):
        yield Topic(key=f"talk:{number}", label="chitchat", phrases=tuple(row["phrases"]))


def _not_this(library: Library) -> dict[str, list[str]]:
    unlike: dict[str, list[str]] = {}
    for article in library:
        unlike.setdefault(article.typology or article.id, []).extend(article.not_this)
    return unlike


def _both(library: Library, id: str, field: str) -> Iterable[str]:
    return (said for one in _languages(library, id) for said in getattr(one, field))


def _languages(library: Library, id: str) -> list[Article]:
    found = (library.article(id, language) for language in library.translations(id))
    return [article for article in found if article is not None]


def _said(name: str, raw: dict[str, Any]) -> Iterator[Said]:
    try:
        for row in raw.get("typology", []):
            yield Said(file=name, kind="typology", id=row["id"], phrases=tuple(row["phrases"]))
        for row in raw.get("notice", []):
            phrases, label = tuple(row["phrases"]), row.get("as", "out_of_scope")
            yield Said(file=name, kind="notice", id=row["key"], phrases=phrases, label=label)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{name}: a block without {error}") from error


def _read(file: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file.name}: {error}") from error
