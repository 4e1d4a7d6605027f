"""Write docs/textos.md: everything the desk can say, filled with a sample case, in both languages.

    python -m tools.textos

The catalogues come first, by situation; then each policy's own sentences with their clauses, and
its refusals, notices and papers as a client reads them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from handlers import papers
from handlers.letters.letter import Text, plain
from handlers.letters.messages import join
from handlers.wording import Words
from handlers.wording.catalogue import source
from handlers.wording.template import holes, parse
from policy import pack
from policy import papers as rules
from policy.pack import Policy
from policy.shapes import Line, Name, Rule, Shape, Title
from policy.shapes import Text as Both
from policy.shapes_papers import Paper
from tools.samples import NOW, sample

PAGE = Path(__file__).parents[1] / "docs" / "textos.md"
LANGUAGES = ("es", "en")
Row = tuple[str, str, str, str]  # name, Spanish, English, clause
HEAD = """# Textos

Todo lo que la mesa puede decir, con un caso inventado en los huecos.
Everything the desk can say, filled with an invented case.

- *n*: el largo en caracteres, español / inglés. Its length in characters, Spanish / English.
- *cláusula*: la que el texto nombra. The clause that the text names.
- Los botones van entre corchetes. Buttons stand in brackets.

`python -m tools.textos` writes this page from the catalogues (`handlers/wording`) and the packs
(`policy/packs`); `tests/wording/test_textos.py` fails when it is stale.
"""
# Which clause the sample of a text names, where its situation has one of its own.
CLAUSES = (
    ("ticket.closed", "5.9"),
    ("ticket.paper", "2.1.8"),
    ("ticket.state.approval", "2.1.8"),
    ("card.awaits", "2.1.8"),
    ("article.", "5.5"),
    ("refusal.urgent", "2.1.2"),
    ("news.network", "5, actividad 4"),
    ("ticket.service", "5, actividad 4"),
    ("form.network", "5, actividad 4"),
    ("story.network", "5, actividad 4"),
)
RENDERED = ("papers", "out_of_scope")  # tables that stand above, as they are read
GATES = {  # what a condition of support refuses with
    "contract": ("no_contract", "not_started", "contract_ended"),
    "signed": ("not_signed",),
    "closing_act": ("no_closing_act",),
    "first_invoice": ("no_first_invoice",),
    "kind": ("no_contract",),
    "product": ("not_covered",),
    "channel": ("channel",),
    "invoice": ("overdue", "overdue_admin", "reactivating"),
}


def page() -> str:
    """The whole page."""
    parts = [HEAD, *_catalogue()]
    for name in pack.names():
        parts.extend(_policy(pack.load(name)))
    return "\n".join(parts).rstrip() + "\n"


def words_in(language: str, book: Policy | None = None) -> Words:
    """Marta's catalogue, in that language."""
    priorities = {p.key: p.name[language] for p in book.priorities} if book else None
    known = priorities or {"alta": "alta" if language == "es" else "high"}
    label = book.source_label if book else "política"
    return Words(language, country="CO", now=NOW, priorities=known, source=label)


def fill(words: Words, key: str, clause: str = "", **own: object) -> Text:
    """A sentence with its sample facts; those given win."""
    holes_of = _entries(words.language)[key].holes
    named: dict[str, object] = {name: sample(name, how, words.language) for name, how in holes_of}
    if "clause" in named:
        named["clause"] = clause or _clause(key)
    return words.text(key, **{**named, **own})


def unsampled() -> set[str]:
    """Placeholders for which nobody has chosen a sample."""
    holes_of = {one for entry in _entries("es").values() for one in entry.holes}
    return {name for name, how in holes_of if sample(name, how, "es") == f"‹{name}›"}


@dataclass(frozen=True)
class Entry:
    """A text of the catalogue, where it stands, and the buttons that go with it."""

    key: str
    forms: tuple[str, ...]
    section: str
    buttons: tuple[str, ...]

    @property
    def holes(self) -> frozenset[tuple[str, str]]:
        """Name and format of each placeholder."""
        found = (hole for form in self.forms for hole, _ in holes(parse(form)))
        return frozenset((hole.name, hole.format) for hole in found)


@cache
def _entries(language: str) -> dict[str, Entry]:
    """The catalogue in its own order."""
    found: dict[str, Entry] = {}
    section = ""
    for message in source(language):
        section = next((c.strip("- ") for c in message.user_comments if "----" in c), section)
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            text = message.string
            forms = (text,) if isinstance(text, str) else tuple(text or ())
            found[key] = Entry(key, forms, section, _buttons(" ".join(message.auto_comments)))
    return found


def _catalogue() -> Iterator[str]:
    spanish, english = (words_in(language) for language in LANGUAGES)
    last = ""
    for entry in _entries("es").values():
        if entry.section != last:
            last = entry.section
            yield from _heading(f"## {last}")
        named = "clause" in {name for name, _ in entry.holes}
        clause = spanish.write("clause", _clause(entry.key)) if named else ""
        texts = [plain(fill(words, entry.key)) for words in (spanish, english)]
        shown = [
            text + _row_of_buttons(words, entry.buttons)
            for text, words in zip(texts, (spanish, english), strict=True)
        ]
        yield _line((entry.key, shown[0], shown[1], clause), (len(texts[0]), len(texts[1])))


def _row_of_buttons(words: Words, buttons: tuple[str, ...]) -> str:
    return "\n" + " ".join(f"[{words.line(one)}]" for one in buttons) if buttons else ""


def _buttons(comments: str) -> tuple[str, ...]:
    _, _, told = comments.partition("buttons: ")
    names = (part.strip(" ,.") for part in told.replace(",", " ").split())
    return tuple(name for name in names if name.startswith("label."))


def _clause(key: str) -> str:
    return next((clause for start, clause in CLAUSES if key.startswith(start)), "sección 3")


def _policy(book: Policy) -> Iterator[str]:
    """A pack's refusals, notices and papers as they are read; then its sentences, as they stand."""
    title = f"## {book.name}: {book.title} ({book.version})"
    yield from _heading(title, "### Rechazos · refusals")
    yield from _rows(_gates(book))
    yield from _rows(_notices(book))
    if book.papers:
        yield from _heading("### Avisos y documentos · notices and papers")
        yield from _rows(_paper(book, paper) for paper in book.papers)
    yield from _heading("### Frases propias · its own sentences")
    yield from _rows(_sentences(book))


def _gates(book: Policy) -> Iterator[Row]:
    for gate in book.entitlement:
        for reason in GATES.get(gate.key, ()):
            key = f"refusal.entitlement.{reason}"
            more = {"days": gate.days} if gate.days is not None else {}
            texts = [
                plain(fill(words_in(language, book), key, gate.clause, **more))
                for language in LANGUAGES
            ]
            yield f"{gate.key} · {reason}", texts[0], texts[1], book.cite(gate.clause)


def _notices(book: Policy) -> Iterator[Row]:
    for notice in book.out_of_scope:
        texts = [
            plain(fill(words_in(one, book), notice.text, notice.clause, notice=notice.says[one]))
            for one in LANGUAGES
        ]
        yield notice.key, texts[0], texts[1], book.cite(notice.clause)


def _paper(book: Policy, paper: Paper) -> Row:
    """Heading, text, what is missing, what is charged: the letter as it leaves."""
    texts = [letter(words_in(language, book), paper) for language in LANGUAGES]
    return paper.key, texts[0], texts[1], book.cite(paper.clause)


def letter(words: Words, paper: Paper) -> str:
    """A paper as it leaves, in one language."""
    language = words.language
    facts = {"paper": paper.label[language], "text": paper.text[language], "at": NOW}
    first = fill(words, papers.key_of(paper), paper.clause, **facts)
    mine = rules.awaited(paper, NOW) if paper.needs or paper.one_of else None
    found = str(sample("finding", "", language))
    lines = papers.below(paper, mine, found, words)
    told = plain(join([first, *(words.text(key, **more) for key, more in lines)]))
    return f"{told}\n→ {paper.ends_support[language]}" if paper.ends_support else told


def _sentences(book: Policy) -> Iterator[Row]:
    for path, text, clause in _texts(book, "", ""):
        yield path, text.es, text.en, book.cite(clause) if clause else ""


def _texts(value: object, path: str, clause: str) -> Iterator[tuple[str, Both, str]]:
    """Every sentence in the pack's tables with the clause it stands under; names left out."""
    if isinstance(value, Both):
        if not isinstance(value, Name | Title | Line):
            yield path, value, clause
    elif isinstance(value, Shape):
        under = value.clause if isinstance(value, Rule) else clause
        for name in type(value).model_fields:
            if not path and name in RENDERED:
                continue
            yield from _texts(getattr(value, name), f"{path}.{name}".lstrip("."), under)
    elif isinstance(value, tuple):
        for at, one in enumerate(value):
            key = getattr(one, "key", None) or getattr(one, "id", None) or at
            yield from _texts(one, f"{path}[{key}]", clause)


def _heading(*titles: str) -> Iterator[str]:
    yield "\n" + "\n\n".join(titles) + "\n"
    yield "| texto | español | English | n | cláusula |\n|---|---|---|---|---|"


def _rows(rows: Iterator[Row]) -> Iterator[str]:
    for row in rows:
        yield _line(row, (len(row[1]), len(row[2])))


def _line(row: Row, lengths: tuple[int, int]) -> str:
    name, spanish, english, clause = row
    sizes = f"{lengths[0]} / {lengths[1]}"
    cells = (f"`{name}`", _cell(spanish), _cell(english), sizes, _cell(clause))
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    flat = text.replace("\u00a0", " ").replace("|", "\\|")
    return "<br>".join(flat.splitlines())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
