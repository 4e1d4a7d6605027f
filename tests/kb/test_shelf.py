"""The shelf itself: guides within their limits, in two languages, each reachable."""

import pytest

from kb.checks import check
from kb.library import BODY_LIMIT, STEP_LIMIT, Article, Library
from kb.match import Matcher
from policy.pack import load, names

PACKS = ("imexhs", "sgm")
SHELF = [article for name in PACKS for article in Library.load(load(name))]


@pytest.mark.parametrize("name", PACKS)
def test_the_shelf_is_in_order(name: str) -> None:
    policy = load(name)
    assert check(policy, Library.load(policy)) == ()


@pytest.mark.parametrize("article", SHELF, ids=lambda one: f"{one.policy}-{one.id}.{one.language}")
def test_a_guide_is_short_and_says_how_to_tell(article: Article) -> None:
    assert len(article.text) <= BODY_LIMIT
    assert 1 <= article.steps <= STEP_LIMIT
    assert len(article.text.split("\n\n")[-1].splitlines()) == 1
    told = "Sabrá que quedó" if article.language == "es" else "You will know it worked"
    assert told in article.text


def test_there_are_at_least_twenty_guides_in_each_language() -> None:
    for language in ("es", "en"):
        assert sum(article.language == language for article in SHELF) >= 20


def test_every_self_manageable_typology_has_its_guide() -> None:
    for name in PACKS:
        policy = load(name)
        library = Library.load(policy)
        for row in policy.typologies:
            if row.misuse:
                assert row.article in library.ids, row.id


def test_a_missing_translation_falls_back_to_the_other_language() -> None:
    article = Article(id="x", policy="p", language="es", title="X", text="1. Uno.", typology=None)
    library = Library({("x", "es"): article})
    assert library.article("x", "en") is article
    assert library.article("y") is None


def test_check_reports_what_is_wrong() -> None:
    policy = load("imexhs")
    broken = Article(
        id="roto", policy="imexhs", language="es", title="Roto", text="x" * 701, typology="no-hay"
    )
    problems = " ".join(found.problem for found in check(policy, Library({("roto", "es"): broken})))
    for expected in (
        "does not exist",
        "unknown typology",
        "no en version",
        "701 of 700",
        "0 steps",
    ):
        assert expected in problems


def test_learned_phrases_join_their_guide() -> None:
    policy = load("imexhs")
    library = Library.load(policy)
    said = "el garabato del galeno quedó chueco"
    learned = {"article:cargar-firma": [said]}
    assert Matcher(policy, library, learned).match(said).article == "cargar-firma"


def test_a_pack_without_guides_still_reads() -> None:
    for name in names():
        policy = load(name)
        decision = Matcher(policy, Library.load(policy)).match("hola, se cayó todo")
        assert decision.verdict == "none"
