"""A form's payload is read as the standard library reads it, whatever stands in it."""

import json
from urllib.parse import quote_plus, unquote_plus, urlencode

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.slack.body import interaction, unquoted

WORDS = st.text(st.characters(codec="utf-8"))


@given(WORDS)
def test_what_was_quoted_comes_back(text: str) -> None:
    assert unquoted(quote_plus(text).encode()) == text


@given(st.text(st.sampled_from("%+=_\\\r\nxX41aAz é\u20ac0d8")))
def test_what_nobody_quoted_is_read_as_the_standard_library_does(text: str) -> None:
    assert unquoted(text.encode()) == unquote_plus(text)


@given(
    st.dictionaries(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
)
def test_a_payload_is_the_mapping_that_was_sent(payload: dict[str, str]) -> None:
    assert interaction(urlencode({"payload": json.dumps(payload)}).encode()) == payload


def test_what_only_bolt_may_judge_is_left_to_it() -> None:
    assert interaction(b"command=%2Fticket&text=ayuda") is None
    assert interaction(b"payload=%7B%7D&payload=%7B%7D") is None
    assert interaction(b"payload=%5B%5D") is None
    assert interaction(b"payload=nothing") is None
    assert interaction(urlencode({"payload": '{"text": "\\ud83d"}'}).encode()) is None
    assert interaction(b'{"type":"event_callback"}') is None
