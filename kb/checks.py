"""What is wrong with the shelf: dead links, missing guides and translations, clashing phrases."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb import overlaps, text
from kb.library import ADMINISTRATOR, BODY_LIMIT, STEP_LIMIT, USER, Article, Library
from kb.topics import said_of
from policy.pack import Policy

LANGUAGES = ("es", "en")
TITLE_LIMIT = 60
PHRASES = {"es": 12, "en": 5}  # examples below which a guide is hardly found
OURS = ("client", "admin")  # whose checks the desk leaves to the client

_BLAME = re.compile(
    r"\b(?:mal uso|error suyo|desconocimiento|culpa|moroso|incumpli\w+|misuse|your fault)\b"
)
_WORKED = {"es": re.compile(r"\bsabra que\b"), "en": re.compile(r"\byou will know\b")}
_AFTER_ALL = {"es": re.compile(r"\babrimos un caso\b"), "en": re.compile(r"\bwe open a case\b")}
_ROLE = re.compile(r"\b(?:rol|role|perfil|profile)\b")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to mend: where it is and what is wrong."""

    where: str
    problem: str


def check(policy: Policy, library: Library) -> tuple[Finding, ...]:
    """Every finding, in a stable order; empty when the shelf is in order."""
    return (
        *_guides(policy, library),
        *_client_checks(policy, library),
        *(finding for article in library for finding in _links(policy, library, article)),
        *_phrase_files(policy),
        *_translations(library),
        *(finding for article in library for finding in _texts(article)),
        *_clashes(policy, library),
    )


def against(policy: Policy, library: Library, messages: list[str]) -> tuple[Finding, ...]:
    """Our phrases that are near copies of messages meant to measure the matcher."""
    return tuple(
        Finding(
            where=one.topic, problem=f"{one.phrase!r} copies {one.message!r} ({one.likeness:.0f})"
        )
        for one in overlaps.copies(policy, library, messages)
    )


def _guides(policy: Policy, library: Library) -> Iterator[Finding]:
    for row in policy.typologies:
        if row.article and row.article not in library.ids:
            yield Finding(where=row.id, problem=f"its guide {row.article!r} does not exist")


def _client_checks(policy: Policy, library: Library) -> Iterator[Finding]:
    """What the client verifies alone has to be in a guide for that typology."""
    for row in policy.typologies:
        walked = {key for one in library if one.typology == row.id for key in one.checks}
        for key in row.checks:
            if policy.check(key).by in OURS and key not in walked:
                yield Finding(where=row.id, problem=f"no guide walks through the check {key!r}")


def _links(policy: Policy, library: Library, article: Article) -> Iterator[Finding]:
    typologies = {row.id for row in policy.typologies}
    if article.typology and article.typology not in typologies:
        yield Finding(where=_name(article), problem=f"unknown typology {article.typology!r}")
    for key in sorted(set(article.checks) - {row.key for row in policy.checks}):
        yield Finding(where=_name(article), problem=f"unknown check {key!r}")
    for target in _LINK.findall(article.text):
        if not target.startswith("https://") and target not in library.ids:
            yield Finding(where=_name(article), problem=f"dead link {target!r}")


def _phrase_files(policy: Policy) -> Iterator[Finding]:
    rows = {
        "typology": {row.id for row in policy.typologies},
        "notice": {row.key for row in policy.out_of_scope},
    }
    guided = {row.id for row in policy.typologies if row.misuse}
    said = said_of(policy)
    for one in said:
        if one.id not in rows[one.kind]:
            yield Finding(where=one.file, problem=f"unknown {one.kind} {one.id!r}")
        elif one.id in guided:
            yield Finding(where=one.file, problem=f"{one.id!r} has a guide: its phrases go there")
    for kind, ids in rows.items():
        told = {one.id for one in said if one.kind == kind and one.phrases}
        for id in sorted(ids - told - guided):
            yield Finding(where=id, problem="no example phrase leads to it but its names")


def _translations(library: Library) -> Iterator[Finding]:
    for id in library.ids:
        there = library.translations(id)
        for language in LANGUAGES:
            if language not in there:
                yield Finding(where=id, problem=f"no {language} version")
        if len({_facts(one) for one in library if one.id == id}) > 1:
            yield Finding(
                where=id, problem="its versions differ in typology, audience, checks or steps"
            )


def _facts(article: Article) -> tuple[object, ...]:
    return (article.typology, article.audience, article.checks, article.steps)


def _texts(article: Article) -> Iterator[Finding]:
    yield from (Finding(where=_name(article), problem=problem) for problem in _problems(article))


def _problems(article: Article) -> Iterator[str]:
    yield from _size(article)
    yield from _told(article, text.fold(article.text))
    if article.audience not in (USER, ADMINISTRATOR):
        yield f"an audience of {article.audience!r}: {USER!r} or {ADMINISTRATOR!r}"


def _size(article: Article) -> Iterator[str]:
    """It is read as one message of a chat, and found by its examples."""
    least = PHRASES.get(article.language, 0)
    if len(article.title) > TITLE_LIMIT:
        yield f"a title of {len(article.title)} characters, at most {TITLE_LIMIT}"
    if len(article.text) > BODY_LIMIT:
        yield f"{len(article.text)} of {BODY_LIMIT} characters"
    if not 1 <= article.steps <= STEP_LIMIT:
        yield f"{article.steps} steps, at most {STEP_LIMIT}"
    if len(article.phrases) < least:
        yield f"{len(article.phrases)} example phrases lead to it, at least {least}"


def _told(article: Article, folded: str) -> Iterator[str]:
    """What happens and why, the steps, how to tell, when to open a case; never a blame."""
    if article.text.startswith("1. "):
        yield "does not say what happens and why before its first step"
    if not _found(_WORKED, article, folded):
        yield "does not say how to tell that it worked"
    if not _found(_AFTER_ALL, article, folded):
        yield "does not say when to open a case after all"
    if blame := _BLAME.search(folded):
        yield f"blames the reader: {blame[0]!r}"
    if article.audience == ADMINISTRATOR and not _ROLE.search(folded):
        yield "is an administrator's and does not say who may do it"


def _found(marks: dict[str, re.Pattern[str]], article: Article, folded: str) -> bool:
    mark = marks.get(article.language)
    return mark is None or mark.search(folded) is not None


def _clashes(policy: Policy, library: Library) -> Iterator[Finding]:
    for clash in overlaps.claimed_twice(policy, library):
        yield Finding(where=clash.phrase, problem=f"claimed by {', '.join(clash.topics)}")
    for pair in overlaps.twins(policy, library):
        yield Finding(
            where=pair.phrase,
            problem=f"of {pair.topic} reads like {pair.other!r} of {pair.elsewhere}",
        )


def _name(article: Article) -> str:
    return f"{article.id}.{article.language}"
