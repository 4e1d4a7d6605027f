"""What goes in comes out, the same on both databases, or is refused at the door."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy.errors import Outage
from store.clean import clean, fold
from store.encoding import decode, encode
from store.turn import Turn, Turns
from tests.databases import Watch
from tests.saying import said
from tests.store.givens import MONDAY, chat

BOGOTA = timezone(timedelta(hours=-5))
FACTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
    | st.datetimes(timezones=st.just(UTC))
    | st.dates()
    | st.timedeltas(max_value=timedelta(days=3650), min_value=timedelta(days=-3650)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_a_moment_comes_back_in_utc_to_the_microsecond(turns: Turns) -> None:
    local = datetime(2026, 3, 2, 10, 30, 15, 123456, tzinfo=BOGOTA)
    turns.run(lambda turn: turn.timers.set("t", "a", local)).result(30)
    (timer,) = turns.read(lambda turn: turn.timers.of("a")).result(30)
    assert timer.due_at == local
    assert timer.due_at.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(turns: Turns) -> None:
    naive = MONDAY.replace(tzinfo=None)
    failed = turns.run(lambda turn: turn.timers.set("t", "a", naive)).exception(30)
    assert isinstance(failed, ValueError)


def test_moments_sort_as_moments(turns: Turns) -> None:
    """SQLite keeps them as text: the text must sort like time, with and without microseconds."""
    base = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
    moments = [base + timedelta(microseconds=n) for n in (0, 1, 999_999, 1_000_000)]

    def work(turn: Turn) -> list[datetime]:
        for number, moment in enumerate(reversed(moments)):
            turn.timers.set("t", str(number), moment)
        return [timer.due_at for timer in turn.timers.list()]

    assert turns.run(work).result(30) == moments


@given(FACTS)
@settings(max_examples=60, suppress_health_check=[*HealthCheck])
def test_facts_survive_the_way_there_and_back(value: object) -> None:
    assert decode(encode(value)) == value


def test_facts_come_back_from_the_database_as_they_went(turns: Turns, watch: Watch) -> None:
    facts = {
        "at": watch.now,
        "span": timedelta(minutes=90),
        "day": date(2026, 3, 2),
        "n": [1, {"a": 2}],
    }
    turns.run(lambda turn: turn.settings.set("k", facts)).result(30)
    assert turns.read(lambda turn: turn.settings.get("k")).result(30) == facts


def test_what_is_no_fact_is_refused() -> None:
    with pytest.raises(TypeError, match="not a fact"):
        encode({"x": object()})
    with pytest.raises(ValueError, match="without a zone"):
        encode({"x": MONDAY.replace(tzinfo=None)})


@pytest.mark.fault("F18")
@pytest.mark.parametrize(
    ("wild", "tame"),
    [
        ("a\x00b", "ab"),
        ("a\ud800b", "a\ufffdb"),
        ("\ud83d\ude00", "😀"),
        ("ñ😀\u202e", "ñ😀\u202e"),
    ],
)
def test_text_no_database_would_take_is_tamed_in_columns_and_in_facts(
    turns: Turns, wild: str, tame: str
) -> None:
    """F18: stored the same on both databases, never a poison message."""

    def work(turn: Turn) -> tuple[str, object]:
        number = said(turn, chat(), "relay", {"text": wild, wild: [wild]}, listed=wild)
        row = turn.outbox.get(number)
        assert row is not None
        return row.listed, row.facts

    assert turns.run(work).result(30) == (tame, {"text": tame, tame: [tame]})


def test_a_backslash_that_only_looks_like_a_nul_stays() -> None:
    assert decode(encode({"x": "\\u0000"})) == {"x": "\\u0000"}


@pytest.mark.fault("F17")
@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30])
def test_a_number_too_big_for_a_column_finds_nothing_and_breaks_nothing(
    turns: Turns, number: int
) -> None:
    """F17: a case number somebody typed may be any number."""
    assert turns.read(lambda turn: turn.tickets.find(number)).result(30) is None
    with pytest.raises(LookupError):
        turns.read(lambda turn: turn.people.get(number)).result(30)
    refused = turns.run(lambda turn: turn.counters.next("n", number)).exception(30)
    assert refused is not None and not isinstance(refused, Outage)


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63)])
def test_the_largest_numbers_fit(turns: Turns, number: int) -> None:
    assert turns.run(lambda turn: turn.counters.next("n", number)).result(30) == number


def test_names_are_compared_without_case_accents_and_spaces() -> None:
    assert fold("  Clínica   NORTE ") == fold("clinica norte") == "clinica norte"


@given(st.text(st.characters()))
def test_cleaned_text_can_always_be_written_as_utf_8(text: str) -> None:
    assert "\x00" not in clean(text)
    clean(text).encode()
