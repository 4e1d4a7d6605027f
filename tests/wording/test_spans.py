"""What people write is never read as markup: it travels in spans of its own."""

from hypothesis import given
from hypothesis import strategies as st

from handlers.letters.letter import Span, plain
from handlers.wording import Words
from handlers.wording.template import Hole, Run, Stretch, parse

ANYTHING = st.text(alphabet=st.sampled_from("ab *_{}[]<>&`~:\\|#n1\n"), min_size=1, max_size=40)


@given(text=ANYTHING, author=ANYTHING)
def test_a_persons_words_arrive_whole_and_in_no_style(text: str, author: str) -> None:
    spans = Words("es").text("ticket.answered", author=author, text=text)
    assert Span(text) in spans
    assert plain(spans) == f"{author}: {text}"
    assert [span.text for span in spans if span.bold] == [author, ":"]


@given(text=ANYTHING)
def test_a_fact_that_looks_like_a_placeholder_stays_a_fact(text: str) -> None:
    told = f"{{number}} [[{text}]] **{text}**"
    assert Span(told) in Words("es").text("intake.summary", summary=told)


def test_an_optional_stretch_goes_when_its_fact_is_empty() -> None:
    words = Words("es")
    assert words.line("intake.understood", subject="PACS", details="", name=None) == (
        "Entendí esto:\n• PACS"
    )
    assert words.line("intake.understood", subject="PACS", details="sala 2", name="Marta") == (
        "Hola, Marta. Entendí esto:\n• PACS\n• sala 2"
    )


def test_the_count_chooses_the_form() -> None:
    words = Words("es")
    assert words.line("privacy.erase_open", count=1).startswith("Tiene un caso abierto.")
    assert words.line("privacy.erase_open", count=3).startswith("Tiene 3 casos abiertos.")


def test_a_template_knows_bold_italic_holes_and_stretches() -> None:
    assert parse("**a {b:by}** *c*[[ {d}]]") == (
        Run("a ", bold=True),
        Hole("b", "by", bold=True),
        Run(" "),
        Run("c", italic=True),
        Stretch((Run(" "), Hole("d"))),
    )


def test_an_unknown_language_is_answered_in_spanish() -> None:
    assert Words("pt-BR").language == "es"
    assert Words("en_US").language == "en"
