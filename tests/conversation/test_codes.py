"""Button codes: what goes in comes out, and nothing that people send back breaks the reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import codes


@given(
    st.sampled_from(["claim", "yes", "stars5"]),
    st.integers(1, 10**8),
    st.sampled_from(["new", "taken", "closed"]),
    st.one_of(st.none(), st.integers(1, 10**8)),
)
def test_a_ticket_code_reads_back(verb: str, number: int, state: str, holder: int | None) -> None:
    code = codes.on_view(verb, number, state, holder)
    assert codes.read(code) == codes.TicketCode(verb, number, state, holder)


def test_an_answer_may_hold_colons() -> None:
    assert codes.read(codes.answer(7, "since", "a:b")) == codes.AnswerCode(7, "since", "a:b")


def test_a_code_that_no_platform_would_take_is_a_bug_at_once() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        codes.answer(1, "what", "ñ" * 40)


@given(st.text(max_size=80))
def test_any_text_is_read_as_a_code_or_as_none(text: str) -> None:
    found = codes.read(text)
    assert found is None or text[0] in "tac"
