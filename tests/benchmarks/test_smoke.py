"""Every bench runs in its quickest form and prints a table of ratios. Nothing is timed here."""

import importlib
import re

import pytest

TABLES = {"intake": 6, "business_time": 4, "matching": 3, "timers": 1, "dispatch": 2}
ROW = re.compile(
    r"^\| [^|]+ \| [^|]+ \| [\d.,]+ \| [\d.,]+ \| ([\d.,e-]+) \| .+ to .+ \| .*\|$", re.MULTILINE
)


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
def test_a_bench_prints_ratios_above_nothing(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    bench = importlib.import_module(f"benchmarks.{name}")
    bench.main(["--quick", "--no-peers", "--rounds", "1"])
    shown = capsys.readouterr()
    ratios = [float(found.replace(",", "")) for found in ROW.findall(shown.out)]
    assert len(ratios) == TABLES[name], shown.out
    assert all(ratio > 0 for ratio in ratios), shown.out
    assert "round 1 of 1" in shown.err


@pytest.mark.slow
def test_radica_agrees_with_the_minute_oracle(capsys: pytest.CaptureFixture[str]) -> None:
    importlib.import_module("benchmarks.business_time").main(["--quick", "--no-peers"])
    assert "minute oracle: 100 of 100" in capsys.readouterr().out


def test_a_peer_left_out_has_a_row_that_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    rounds = importlib.import_module("benchmarks.rounds")
    rounds.show("A table", [], {"somebody": "not to be had"})
    assert "| somebody | | | | not run: not to be had |" in capsys.readouterr().out


def test_a_median_below_its_goal_is_not_rounded_up(capsys: pytest.CaptureFixture[str]) -> None:
    rounds = importlib.import_module("benchmarks.rounds")
    pair = rounds.Pair(ours="a", beside="b", goal=0.5)
    rounds.show("A table", rounds.compare([pair], {"a": [0.49999], "b": [1.0]}))
    assert "0.5: NOT met" in capsys.readouterr().out
