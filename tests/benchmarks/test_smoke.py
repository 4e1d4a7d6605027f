"""Every bench runs in its quickest form and prints a table of ratios. Nothing is timed here."""

import importlib
import re
from typing import Any

import pytest

TABLES = {"intake": 6, "business_time": 4, "matching": 5, "timers": 1, "dispatch": 6}
AGREED = {"business_time": "minute oracle: 100 of 100"}
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
    assert AGREED.get(name, "") in shown.out


@pytest.mark.slow
def test_the_interpreters_instructions_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    importlib.import_module("benchmarks.instructions").main(["--quick"])
    counted = [
        int(found.replace(",", ""))
        for found in re.findall(r"\| ([\d,]+) instructions \|", capsys.readouterr().out)
    ]
    assert len(counted) == 6
    assert min(counted) > 1_000


def test_a_peer_left_out_has_a_row_that_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    report = importlib.import_module("benchmarks.report")
    report.show(_sheet(absent={"somebody": "not to be had"}))
    assert "| somebody | | | | not run: not to be had |" in capsys.readouterr().out


def test_a_median_below_its_goal_is_not_rounded_up(capsys: pytest.CaptureFixture[str]) -> None:
    report = importlib.import_module("benchmarks.report")
    pair = report.Pair(ours="a", beside="b", goal=0.5, aim=0.4)
    report.show(_sheet(lines=report.compare([pair], {"a": [0.49999], "b": [1.0]})))
    assert "| 0.5: NOT met | 0.4: met |" in capsys.readouterr().out


def test_a_figure_above_its_bound_is_not_met(capsys: pytest.CaptureFixture[str]) -> None:
    report = importlib.import_module("benchmarks.report")
    heavy = report.Figure(what="memory", value=40.001, unit="MB", most=40)
    report.show(_sheet(figures=[heavy]))
    assert "at most 40: NOT met" in capsys.readouterr().out


def _sheet(**more: Any) -> Any:
    report = importlib.import_module("benchmarks.report")
    return report.Sheet(name="x", title="A table", command="python -m benchmarks.x", **more)
