"""Reviews: asked once, decided by whoever is first, gone with the person."""

from datetime import timedelta

from store.turn import Turn, Turns
from store.values import Review


def asked(turn: Turn) -> Review:
    home = turn.people.add_organisation("Clínica", country="CO", plan="silver")
    person = turn.people.add_person("Marta Ríos", organisation=home.id)
    here = turn.conversations.at("telegram", "local", "7", "7", person=person.id)
    return turn.reviews.ask(
        "appeal",
        person=person.id,
        conversation=here.id,
        about="ris-firmas",
        told={"answers": {"detail": "la firma"}, "files": [3]},
        due_at=turn.now + timedelta(hours=9),
    )


def test_a_review_is_open_until_it_is_settled(turns: Turns) -> None:
    made = turns.run(asked).result()
    assert made.told == {"answers": {"detail": "la firma"}, "files": [3]}
    seen = turns.read(lambda turn: turn.reviews.open_of(made.person, "appeal")).result()
    assert seen == [made]
    assert turns.read(lambda turn: turn.reviews.open_of(made.person, "exception")).result() == []
    turns.run(
        lambda turn: turn.reviews.settle(made.id, "upheld", by=made.person, why="está en el paso 3")
    ).result()
    after = turns.run(lambda turn: turn.reviews.lock(made.id)).result()
    assert after is not None and after.decided_at is not None
    assert (after.outcome, after.decided_by, after.why) == (
        "upheld",
        made.person,
        "está en el paso 3",
    )
    assert turns.read(lambda turn: turn.reviews.open_of(made.person, "appeal")).result() == []
    assert turns.read(lambda turn: turn.reviews.lock(10**30)).result() is None


def test_who_is_erased_leaves_no_words_in_a_review(turns: Turns) -> None:
    made = turns.run(asked).result()
    given = turns.read(lambda turn: turn.erasure.export(made.person)).result()
    assert [row["about"] for row in given["reviews"]] == ["ris-firmas"]
    turns.run(lambda turn: turn.erasure.erase(made.person)).result()
    after = turns.read(lambda turn: turn.reviews.lock(made.id)).result()
    assert after is not None and after.told == {}
