"""What is wrong with the shelf: dead links, missing translations, guides that say too much."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from kb import text
from kb.library import BODY_LIMIT, STEP_LIMIT, Article, Library
from kb.topics import notice_keys, phrase_ids, topics
from policy.pack import Policy

LANGUAGES = ("es", "en")
_BLAME = re.compile(
    r"\b(?:mal uso|error suyo|desconocimiento|culpa|moroso|incumpli\w+|misuse|your fault)\b"
)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to mend: where it is and what is wrong."""

    where: str
    problem: str


def check(policy: Policy, library: Library) -> tuple[Finding, ...]:
    """Every finding, in a stable order; empty when the shelf is in order."""
    return (
        *_links(policy, library),
        *_phrase_files(policy),
        *_translations(library),
        *(finding for article in library for finding in _texts(article)),
        *_claimed_twice(policy, library),
    )


def _links(policy: Policy, library: Library) -> Iterator[Finding]:
    known = {row.id for row in policy.typologies}
    for row in policy.typologies:
        if row.article and row.article not in library.ids:
            yield Finding(where=row.id, problem=f"its guide {row.article!r} does not exist")
        if row.misuse and not row.article:
            yield Finding(where=row.id, problem="needs a guide and names none")
    for article in library:
        if article.typology and article.typology not in known:
            yield Finding(where=_name(article), problem=f"unknown typology {article.typology!r}")


def _phrase_files(policy: Policy) -> Iterator[Finding]:
    known, keys = {row.id for row in policy.typologies}, {row.key for row in policy.out_of_scope}
    for id in phrase_ids(policy.name):
        if id not in known:
            yield Finding(where=f"phrases/{policy.name}.toml", problem=f"unknown typology {id!r}")
    for key in notice_keys(policy.name):
        if key not in keys:
            yield Finding(where=f"phrases/{policy.name}.toml", problem=f"unknown notice {key!r}")


def _translations(library: Library) -> Iterator[Finding]:
    for id in library.ids:
        for language in LANGUAGES:
            if language not in library.translations(id):
                yield Finding(where=id, problem=f"no {language} version")


def _texts(article: Article) -> Iterator[Finding]:
    if len(article.text) > BODY_LIMIT:
        yield Finding(
            where=_name(article), problem=f"{len(article.text)} of {BODY_LIMIT} characters"
        )
    if not 1 <= article.steps <= STEP_LIMIT:
        yield Finding(where=_name(article), problem=f"{article.steps} steps, at most {STEP_LIMIT}")
    if blame := _BLAME.search(text.fold(article.text)):
        yield Finding(where=_name(article), problem=f"blames the reader: {blame[0]!r}")
    if article.language == "es" and not article.phrases:
        yield Finding(where=_name(article), problem="no example phrase leads to it")


def _claimed_twice(policy: Policy, library: Library) -> Iterator[Finding]:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for topic in topics(policy, library):
        if topic.key.startswith("fault:"):
            continue
        named = {_plain(name) for name in _names(policy, topic.typology)}
        for phrase in topic.phrases:
            if _plain(phrase) not in named:
                owners[_plain(phrase)].add(topic.key)
    for phrase, keys in sorted(owners.items()):
        if len(keys) > 1:
            yield Finding(where=phrase, problem=f"claimed by {', '.join(sorted(keys))}")


def _names(policy: Policy, typology: str | None) -> tuple[str, ...]:
    """A label may stand in two categories of the source; that is no clash of ours."""
    if typology is None:
        return ()
    row = policy.typology(typology)
    return (row.label, row.name.es, row.name.en)


def _plain(phrase: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.fold(phrase)))


def _name(article: Article) -> str:
    return f"{article.id}.{article.language}"
