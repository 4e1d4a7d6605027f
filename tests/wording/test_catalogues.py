"""The two catalogues say the same things, and nothing that the code asks for is missing."""

import re

import pytest

from handlers.wording.template import parse
from tests.wording import used
from tests.wording.texts import BOTH, entries


def test_both_languages_have_the_same_keys() -> None:
    spanish, english = ({entry.key for entry in entries(language)} for language in BOTH)
    assert spanish == english


def test_both_languages_use_the_same_facts() -> None:
    spanish, english = ({e.key: e.facts for e in entries(language)} for language in BOTH)
    different = {
        key: (spanish[key], english[key]) for key in spanish if spanish[key] != english[key]
    }
    assert different == {}


@pytest.mark.parametrize("language", BOTH)
def test_every_text_has_words_and_no_mark_left_open(language: str) -> None:
    for entry in entries(language):
        assert all(parse(form) for form in entry.forms), entry.key


@pytest.mark.parametrize("language", BOTH)
def test_no_brace_or_bracket_is_left_in_a_text(language: str) -> None:
    """A misspelt placeholder would be shown as it stands."""
    for entry in entries(language):
        rest = re.sub(r"\{\w+(:\w+)?\}|\[\[|\]\]", "", " ".join(entry.forms))
        assert not set(rest) & set("{}[]"), entry.key


def test_the_comment_of_an_entry_lists_its_facts() -> None:
    for entry in entries("es"):
        told = set(re.findall(r"(\w+)(?::\w+)?\??(?:,|$| )", _facts_line(entry.comments)))
        assert entry.facts - {"holiday_word"} <= told, entry.key


def test_the_buttons_of_a_comment_exist() -> None:
    keys = {entry.key for entry in entries("es")}
    asked = {label for entry in entries("es") for label in entry.buttons}
    assert asked <= keys


def test_every_key_in_the_code_has_words() -> None:
    keys = {entry.key for entry in entries("es")}
    areas = {key.partition(".")[0] for key in keys}
    missing = {
        key: place
        for key, place in used.literals().items()
        if key.partition(".")[0] in areas - used.NOT_AREAS and key not in keys
    }
    assert missing == {}


def test_no_sentence_lies_unused() -> None:
    """Every sentence is said by somebody; anything else is clutter."""
    keys = frozenset(entry.key for entry in entries("es"))
    assert used.unused(keys) == set()


def test_every_refusal_has_words_for_the_client_and_for_the_staff() -> None:
    keys = {entry.key for entry in entries("es")}
    codes = used.refusals()
    assert "not_found" in codes
    assert {
        c for c in codes if f"refusal.{c}" not in keys and f"staff_refusal.{c}" not in keys
    } == set()


def _facts_line(comments: str) -> str:
    found = re.search(r"facts: (.*?)(?: buttons:| part of|$)", comments)
    return found[1] if found else ""
