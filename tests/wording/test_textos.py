"""docs/textos.md is what the desk says today: every sentence, with a sample for every hole."""

from policy import pack
from tests.wording.texts import entries
from tools import textos


def test_the_page_of_texts_is_up_to_date() -> None:
    assert textos.PAGE.read_text(encoding="utf-8") == textos.page(), (
        "docs/textos.md is stale: python -m tools.textos"
    )


def test_every_placeholder_has_a_sample() -> None:
    assert textos.unsampled() == set(), "choose samples in tools/samples.py"


def test_nothing_that_can_be_said_is_left_out() -> None:
    """Each entry of the catalogue, and each refusal, notice and paper of each pack."""
    page = textos.page()
    missing = [entry.key for entry in entries("es") if f"| `{entry.key}` |" not in page]
    for name in pack.names():
        book = pack.load(name)
        _, _, of_pack = page.partition(f"## {name}: ")
        rows = (*book.papers, *book.out_of_scope)
        missing += [f"{name}: {row.key}" for row in rows if f"| `{row.key}` |" not in of_pack]
    assert missing == []


def test_no_text_for_a_client_is_longer_than_a_chat_takes() -> None:
    """1,000 characters, with a paper's own words and what was found above what is needed."""
    for name in pack.names():
        book = pack.load(name)
        for paper in book.papers:
            for language in textos.LANGUAGES:
                told = textos.letter(textos.words_in(language, book), paper)
                assert len(told) <= 1000, (name, paper.key, len(told))
