"""A draft as the Markdown file with front matter that an owner puts on the shelf."""

import re
from collections.abc import Iterable

import frontmatter

from kb import text
from kb.library import USER
from policy.names import fold
from policy.pack import Policy

NAMED = 48  # letters of an id
_NUMBERED = re.compile(r"^\s*(?:\d+[.)]|[-*•])\s*")


def steps_of(told: str) -> tuple[str, ...]:
    """Steps written one a line, with or without their numbers."""
    lines = (_NUMBERED.sub("", line).strip() for line in told.splitlines())
    return tuple(line for line in lines if line)


def body(happens: str, steps: Iterable[str]) -> str:
    """The guide's own text."""
    numbered = "\n".join(f"{at}. {step}" for at, step in enumerate(steps, 1))
    return "\n\n".join(part for part in (happens.strip(), numbered) if part)


def markdown(
    policy: Policy, typology: str, title: str, guide: str, phrases: Iterable[str]
) -> tuple[str, str]:
    """The file's name and its text. Who checks it adds phrases, signs and a translation."""
    row = policy.typology(typology)
    id = id_of(title)
    post = frontmatter.Post(
        guide,
        id=id,
        policy=policy.name,
        typology=row.id,
        audience=USER,
        clause=row.clause,
        title=title,
        about=[],
        phrases=list(dict.fromkeys(phrases)),
        not_this=[],
    )
    written = frontmatter.dumps(post, sort_keys=False, allow_unicode=True, width=100)
    return f"{id}.{policy.desk.languages[0]}.md", f"{written}\n"


def id_of(title: str) -> str:
    """The title as an id: "Cargar bien la firma" -> "cargar-bien-la-firma"."""
    words = re.findall(r"[a-z0-9]+", text.fold(fold(title)))
    return "-".join(words)[:NAMED].rstrip("-") or "guia"
