"""What a message may be about: guides, typologies, notices and small talk, with their phrases."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

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


def topics(policy: Policy, library: Library) -> tuple[Topic, ...]:
    """Every topic of a policy, those without any phrase left out."""
    raw = _read(policy.name)
    said = {row["id"]: tuple(row["phrases"]) for row in raw.get("typology", [])}
    found = [
        *_guides(policy, library),
        *_typologies(policy, library, said),
        *_notices(policy, raw.get("notice", [])),
        *_small_talk(),
    ]
    return tuple(topic for topic in found if topic.phrases)


def phrase_ids(policy: str) -> tuple[str, ...]:
    """The typologies that the phrase file of a policy speaks of."""
    return tuple(row["id"] for row in _read(policy).get("typology", []))


def notice_keys(policy: str) -> tuple[str, ...]:
    """The notices that the phrase file of a policy speaks of."""
    return tuple(row["key"] for row in _read(policy).get("notice", []))


def _guides(policy: Policy, library: Library) -> Iterator[Topic]:
    for id in library.ids:
        article = library.article(id)
        if article is None:
            continue
        phrases = (*_both(library, id, "phrases"), *(one.title for one in _languages(library, id)))
        typology = _typology(policy, article)
        yield Topic(
            key=f"article:{id}",
            label="misuse",
            phrases=phrases,
            article=id,
            about=frozenset(text.stem(word) for word in article.about) | set(article.about),
            category=typology.category if typology else None,
            typology=typology.id if typology else None,
            priority=typology.priority if typology else None,
        )


def _typologies(
    policy: Policy, library: Library, said: dict[str, tuple[str, ...]]
) -> Iterator[Topic]:
    unlike = _not_this(library)
    for row in policy.typologies:
        phrases = (*said.get(row.id, ()), *unlike.pop(row.id, ())) if not row.misuse else ()
        yield Topic(
            key=f"typology:{row.id}",
            label=row.kind,
            phrases=(*phrases, row.label, row.name.es, row.name.en) if not row.misuse else (),
            category=row.category,
            typology=row.id,
            priority=row.priority,
        )
    for id, phrases in unlike.items():
        yield Topic(key=f"fault:{id}", label="incident", phrases=tuple(phrases))


def _notices(policy: Policy, rows: list[dict[str, Any]]) -> Iterator[Topic]:
    said = {row["key"]: row for row in rows}
    for notice in policy.out_of_scope:
        row = said.get(notice.key, {})
        yield Topic(
            key=f"notice:{notice.key}",
            label=row.get("as", "out_of_scope"),
            phrases=(*row.get("phrases", ()), notice.label.es, notice.label.en),
            notice=notice.key,
        )


def _small_talk() -> Iterator[Topic]:
    for number, row in enumerate(_read("small_talk").get("talk", [])):
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


def _typology(policy: Policy, article: Article) -> Typology | None:
    return next((row for row in policy.typologies if row.id == article.typology), None)


def _read(name: str) -> dict[str, Any]:
    file = files("kb").joinpath("phrases", f"{name}.toml")
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
