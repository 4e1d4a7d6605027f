"""radica kb evaluate: figures a person reads and a script can, and other matchers beside ours."""

import json
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.cli.measure import PACKS, pack_of, shipped
from kb import text
from tests.cli.conftest import Radica

ROWS = [
    ("me equivoqué en la cédula de una paciente, cómo la corrijo", "misuse", True),
    ("puse mal el nombre del paciente en el RIS", "misuse", True),
    ("nadie puede entrar al RIS desde las seis", "incident", False),
    ("se fue la luz y el PACS no arranca", "incident", False),
    ("muchas gracias, ya quedó", "chitchat", False),
]


@pytest.fixture
def messages(home: Path) -> str:
    lines = [
        json.dumps({"text": said, "label": label, "deflect": wanted})
        for said, label, wanted in ROWS
    ]
    (home / "messages.jsonl").write_text("\n".join(lines))
    return "messages.jsonl"


def test_figures_come_with_counts_and_intervals(radica: Radica, messages: str) -> None:
    told = json.loads(radica("kb", "evaluate", messages, "--json").stdout)
    assert told["counts"]["precision"] == [2, 2]
    assert told["counts"]["labels"] == [5, 5]
    assert told["intervals"]["recall"][0] < 0.5
    assert sum(one["of"] for one in told["calibration"]) == told["total"] == 5


def test_who_reads_the_figures_is_shown_what_was_taken_for_what(
    radica: Radica, messages: str
) -> None:
    told = radica("kb", "evaluate", messages).stdout
    assert "precision 1.000" in told
    assert "calibration" in told
    assert "wanted" in told


def test_two_matchers_stand_side_by_side(radica: Radica, messages: str) -> None:
    told = radica("kb", "evaluate", messages, "--compare", "token_set,index", "--folds", "2")
    assert told.exit_code == 0
    assert "token_set and index differ on" in " ".join(told.stdout.split())


def test_a_matcher_that_nobody_knows_is_told_with_those_there_are(
    radica: Radica, messages: str
) -> None:
    told = radica("kb", "evaluate", messages, "--compare", "radica,magic")
    assert told.exit_code == 2
    assert "'magic'" in told.stderr
    assert "token_set" in told.stderr


def test_a_peer_that_is_not_installed_says_how_to_get_it(radica: Radica, messages: str) -> None:
    told = radica("kb", "evaluate", messages, "--compare", "bm25", "--folds", "2")
    if find_spec("bm25s") is None:
        assert told.exit_code == 2
        assert "radica[compare]" in told.stderr
    else:
        assert told.exit_code == 0


def test_the_words_that_ship_are_cut_as_they_would_be_now() -> None:
    packs = [pack_of(name) for name in PACKS]
    kept = files("kb").joinpath("stems.tsv").read_text("utf-8")
    assert kept == text.stems_of(shipped(packs)), "radica kb train writes it anew"
