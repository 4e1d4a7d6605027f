"""The engine: named questions, back, edit, answers out of order, and a count that stays honest."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handlers.conversation.engine import (
    Answer,
    Back,
    Edit,
    Fill,
    Go,
    Talk,
    advance,
    open_questions,
)
from handlers.conversation.form import UNKNOWN, Form, Option, Question

COLOURS = (Option(value="red", label="red"), Option(value="blue", label="blue"))

FORM = Form(
    name="sample",
    version=1,
    title="t",
    submit="s",
    summary=True,
    at_most=4,
    questions=(
        Question(name="what", ask="ask.what"),
        Question(
            name="colour",
            ask="ask.colour",
            options=lambda _: COLOURS,
            accept=lambda v: v if v in ("red", "blue") else None,
            problem="not_a_colour",
            free=False,
            unknown="dont_know",
        ),
        Question(name="shade", ask="ask.shade", when=lambda a: a.get("colour") == "blue"),
        Question(name="since", ask="ask.since", unknown="dont_know"),
    ),
)


def start(**known: Any) -> Talk:
    return advance(FORM, Talk(), Fill(known)).talk


def test_a_talk_without_answers_asks_the_first_question_and_counts_those_that_apply() -> None:
    progress = advance(FORM, Talk(), Go())
    assert progress.ask is not None
    assert (progress.ask.name, progress.number, progress.total) == ("what", 1, 3)


def test_a_question_answered_by_choices_takes_one_of_them_and_nothing_else() -> None:
    question = Question(name="colour", ask="ask.colour").answered_by(COLOURS)
    assert question.options({}) == COLOURS
    assert (question.accept("red"), question.accept("crimson")) == ("red", None)
    assert (question.problem, question.free) == ("intake.not_an_option", False)


def test_what_free_text_fills_is_never_asked() -> None:
    progress = advance(FORM, Talk(), Fill({"what": "x", "since": "today"}))
    assert progress.ask is not None
    assert (progress.ask.name, progress.number, progress.total) == ("colour", 1, 1)


def test_an_answer_that_opens_a_question_counts_it() -> None:
    progress = advance(FORM, start(what="x", since="y"), Answer("colour", "blue"))
    assert progress.ask is not None
    assert (progress.ask.name, progress.number, progress.total) == ("shade", 2, 2)


def test_a_refused_answer_asks_the_same_question_with_its_problem() -> None:
    talk = start(what="x")
    progress = advance(FORM, talk, Answer("colour", "green"))
    assert progress.ask is not None
    assert (progress.ask.name, progress.problem) == ("colour", "not_a_colour")
    assert "colour" not in progress.talk.answers


def test_not_knowing_is_an_answer_where_the_question_allows_it() -> None:
    progress = advance(FORM, start(what="x"), Answer("colour", UNKNOWN))
    assert progress.talk.answers["colour"] == UNKNOWN
    assert progress.ask is not None
    assert progress.ask.name == "since"


def test_not_knowing_is_refused_where_the_question_needs_an_answer() -> None:
    progress = advance(FORM, Talk(), Answer("shade", UNKNOWN))
    assert "shade" not in progress.talk.answers


def test_back_forgets_the_last_answer_given_by_hand() -> None:
    talk = advance(FORM, start(), Answer("what", "x")).talk
    talk = advance(FORM, talk, Answer("colour", "red")).talk
    progress = advance(FORM, talk, Back())
    assert progress.ask is not None
    assert (progress.ask.name, dict(progress.talk.answers)) == ("colour", {"what": "x"})


def test_back_at_the_beginning_stays_at_the_beginning() -> None:
    progress = advance(FORM, Talk(), Back())
    assert progress.ask is not None
    assert progress.ask.name == "what"


def test_an_edit_asks_one_question_and_returns_to_the_summary() -> None:
    talk = start(what="x", colour="red", since="y")
    editing = advance(FORM, talk, Edit("since"))
    assert editing.ask is not None
    assert editing.ask.name == "since"
    done = advance(FORM, editing.talk, Answer("since", "now"))
    assert done.ready
    assert done.talk.answers["since"] == "now"


def test_back_out_of_an_edit_returns_to_the_summary_with_the_old_answer() -> None:
    talk = advance(FORM, start(what="x", colour="red", since="y"), Edit("since")).talk
    progress = advance(FORM, talk, Back())
    assert progress.ready
    assert progress.talk.answers["since"] == "y"


def test_free_text_never_overwrites_what_was_answered_by_hand() -> None:
    talk = advance(FORM, start(), Answer("what", "mine")).talk
    assert advance(FORM, talk, Fill({"what": "other"})).talk.answers["what"] == "mine"


def test_not_knowing_stays_an_answer_until_words_say_more() -> None:
    talk = advance(FORM, start(what="x"), Answer("colour", UNKNOWN)).talk
    assert advance(FORM, talk, Fill({"shade": "dark"})).talk.answers["colour"] == UNKNOWN
    assert advance(FORM, talk, Fill({"colour": "red"})).talk.answers["colour"] == "red"


def test_an_answer_to_a_question_that_does_not_apply_changes_nothing() -> None:
    progress = advance(FORM, start(what="x", colour="red"), Answer("shade", "dark"))
    assert "shade" not in progress.talk.answers


MOVES = st.one_of(
    st.builds(
        Answer,
        st.sampled_from(["what", "colour", "shade", "since", "nothing"]),
        st.sampled_from(["red", "blue", "green", "text", "", UNKNOWN]),
    ),
    st.builds(Fill, st.dictionaries(st.sampled_from(["what", "colour", "since"]), st.just("red"))),
    st.builds(Edit, st.sampled_from(["what", "colour", "nothing"])),
    st.just(Back()),
    st.just(Go()),
)


@given(st.lists(MOVES, max_size=25))
def test_whatever_people_do_the_talk_stands_at_one_open_question_or_is_ready(
    moves: list[Any],
) -> None:
    talk = Talk()
    for move in moves:
        progress = advance(FORM, talk, move)
        talk = progress.talk
        assert talk.asked == (progress.ask.name if progress.ask else None)
        assert len(talk.trail) == len(set(talk.trail))
        if progress.ask is not None:
            assert 1 <= progress.number <= progress.total <= FORM.at_most
        else:
            assert not open_questions(FORM, talk.answers) or len(talk.trail) >= FORM.at_most


@given(st.lists(MOVES, max_size=12))
def test_the_same_moves_give_the_same_talk(moves: list[Any]) -> None:
    def played() -> Talk:
        talk = Talk()
        for move in moves:
            talk = advance(FORM, talk, move).talk
        return talk

    assert played() == played()
