"""Phrases on either database: counted, decided once, under a version that every change moves."""

from dataclasses import replace

from store.lessons import ACCEPTED, PENDING, REJECTED, WITHDRAWN, Lesson
from store.turn import Turn, Turns


def proposed(turn: Turn, phrase: str = "la firma sale chueca") -> Lesson:
    topic = "article:firma"
    return turn.lessons.propose(topic, phrase, "unmatched", pack="p", by=None, ticket=None)


def settled(turns: Turns, lesson: int, state: str) -> int:
    def settle(turn: Turn) -> int:
        found = turn.lessons.lock(lesson)
        assert found is not None
        return turn.lessons.settle(found, state, topic=found.topic, by=None)

    return turns.run(settle).result()


def test_a_phrase_seen_again_is_counted_in_its_row(turns: Turns) -> None:
    one = turns.run(proposed).result()
    assert (one.state, one.seen, one.version) == (PENDING, 1, 0)
    turns.run(lambda turn: turn.lessons.again(replace(one, topic="typology:x"))).result()
    (seen,) = turns.read(lambda turn: turn.lessons.newest("p")).result()
    assert (seen.seen, seen.topic, seen.phrase) == (2, "typology:x", one.phrase)
    assert turns.read(lambda turn: turn.lessons.lock(10**30)).result() is None


def test_the_version_moves_with_what_begins_or_ceases_to_hold(turns: Turns) -> None:
    first, second = (
        turns.run(lambda turn, said=said: proposed(turn, said)).result() for said in ("uno", "dos")
    )
    assert turns.read(lambda turn: turn.lessons.version()).result() == 0
    assert settled(turns, first.id, REJECTED) == 0
    assert settled(turns, second.id, ACCEPTED) == 1
    held = turns.read(lambda turn: turn.lessons.holding("p")).result()
    assert held == {"article:firma": ("dos",)}
    assert turns.read(lambda turn: turn.lessons.holding("q")).result() == {}
    assert settled(turns, second.id, WITHDRAWN) == 2
    assert turns.read(lambda turn: turn.lessons.holding("p")).result() == {}
    assert turns.read(lambda turn: turn.lessons.version()).result() == 2


def test_pages_go_on_after_an_id(turns: Turns) -> None:
    ids = [turns.run(lambda turn, n=n: proposed(turn, f"frase {n}")).result().id for n in range(3)]
    page = turns.read(lambda turn: turn.lessons.page("p", PENDING, after=ids[0], limit=1)).result()
    assert [one.id for one in page] == ids[1:2]
    assert turns.read(lambda turn: turn.lessons.count("p")).result() == 3


def test_a_draft_is_kept_and_forgets_the_client_with_them(turns: Turns) -> None:
    def drafted(turn: Turn) -> int:
        told = dict.fromkeys(("typology", "happens", "steps", "phrase"), "x")
        return turn.drafts.add({**told, "pack": "p", "title": "T"}, ticket=None, by=None).id

    number = turns.run(drafted).result()
    kept = turns.read(lambda turn: turn.drafts.get(number)).result()
    assert kept is not None and kept.title == "T"
    assert turns.read(lambda turn: turn.drafts.of("p")).result() == [kept]
    assert turns.read(lambda turn: turn.drafts.get(10**30)).result() is None
