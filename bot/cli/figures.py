"""The figures of `radica kb evaluate` on a terminal and as JSON."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from kb.evaluation import Evaluation, Judged, Share

WORST, DIFFER, CONFUSED = 15, 20, 25
COUNTED = ("precision", "recall", "labels", "typologies", "priorities", "urgent")

Sides = Mapping[str, tuple[Evaluation, list[Judged]]]


def show(found: Mapping[str, Evaluation], quoted: int, *, as_json: bool) -> None:
    """Every evaluation, the last one with its confusions, its bins and its worst mistakes."""
    if as_json:
        first, *rest = found.items()
        row = described(first[1]) | {"quoted": quoted}
        typer.echo(
            json.dumps(row | {name: described(one) for name, one in rest}, ensure_ascii=False)
        )
        return
    console = Console()
    for name, one in found.items():
        _counts(console, name, one)
    if quoted:
        console.print(
            f"{quoted} of these messages are among the matcher's examples: only --folds tells "
            "how it reads what it has not seen"
        )
    _details(console, list(found.values())[-1])


def side_by_side(rows: Sequence[Mapping[str, Any]], sides: Sides, *, as_json: bool) -> None:
    """A line a matcher, then the messages on which the first two differ."""
    if as_json:
        typer.echo(
            json.dumps(
                {name: described(one) for name, (one, _) in sides.items()}, ensure_ascii=False
            )
        )
        return
    console = Console()
    table = Table("matcher", *COUNTED[:4], "urgent")
    for name, (one, _) in sides.items():
        table.add_row(name, *(_told(share) for share in _shares(one)[:4]), str(one.urgent.part))
    console.print(table)
    if len(sides) > 1:
        _differing(console, rows, sides)


def described(one: Evaluation) -> dict[str, Any]:
    """The figures as plain values; shares in counts and with their intervals as well."""
    counts = dict(zip(COUNTED, _shares(one), strict=True))
    return {
        "total": one.total,
        "precision": round(one.precision, 4),
        "recall": round(one.recall, 4),
        "label_accuracy": round(one.label_accuracy, 4),
        "typology_accuracy": round(one.typology_accuracy, 4),
        "counts": {name: [share.part, share.whole] for name, share in counts.items()},
        "intervals": {
            name: [round(end, 4) for end in share.interval] for name, share in counts.items()
        },
        "confusion": {f"{want}->{got}": n for (want, got), n in sorted(one.confusion.items())},
        "typologies": one.confused,
        "calibration": [
            {"from": b.low, "to": b.high, "right": b.right.part, "of": b.right.whole}
            for b in one.bins
        ],
        "mistakes": [
            {"text": each.text, "wanted": each.wanted, "got": each.got} for each in one.mistakes
        ],
    }


def _shares(one: Evaluation) -> tuple[Share, ...]:
    return (one.sent, one.found, one.labels, one.typologies, one.priorities, one.urgent)


def _told(share: Share) -> str:
    low, high = share.interval
    return f"{share.value:.3f} ({share.part}/{share.whole}, {low:.2f}-{high:.2f})"


def _counts(console: Console, name: str, one: Evaluation) -> None:
    console.print(
        f"{name}: {one.total} messages · precision {one.precision:.3f} · "
        f"recall {one.recall:.3f} · labels {one.label_accuracy:.3f} · "
        f"typologies {one.typology_accuracy:.3f}",
        highlight=False,
    )
    for said, share in zip(COUNTED, _shares(one), strict=True):
        low, high = share.interval
        console.print(
            f"    {said:<11} {share.part:>4} of {share.whole:<4}  95 % {low:.3f} to {high:.3f}",
            highlight=False,
        )


def _details(console: Console, one: Evaluation) -> None:
    labels = sorted({label for pair in one.confusion for label in pair})
    table = Table("wanted \\ got", *labels)
    for want in labels:
        table.add_row(want, *(str(one.confusion.get((want, got), 0)) for got in labels))
    console.print(table)
    bins = Table("score", "messages", "label right", title="calibration")
    for each in one.bins:
        share = f"{each.right.value:.2f}" if each.right.whole else "-"
        bins.add_row(f"{each.low:.0f}-{each.high:.0f}", str(each.right.whole), share)
    console.print(bins)
    for wanted, got in list(one.confused.items())[:CONFUSED]:
        taken = ", ".join(f"{name} {n}" for name, n in got.items())
        console.print(f"{wanted}: {taken}", highlight=False, markup=False)
    for mistake in one.mistakes[:WORST]:
        console.print(
            f"{mistake.wanted} → {mistake.got} ({mistake.score}) {mistake.text}",
            highlight=False,
            markup=False,
        )
        console.print(f"    {'; '.join(mistake.because)}", highlight=False, markup=False)


def _differing(console: Console, rows: Sequence[Mapping[str, Any]], sides: Sides) -> None:
    (first, (_, ours)), (second, (_, theirs)), *_ = sides.items()
    pairs = [
        (row, one, other)
        for row, one, other in zip(rows, ours, theirs, strict=True)
        if _outcome(one) != _outcome(other)
    ]
    console.print(f"{first} and {second} differ on {len(pairs)} of {len(rows)} messages")
    for row, one, other in pairs[:DIFFER]:
        console.print(
            f"{row['label']}: {first} {_outcome(one)}, {second} {_outcome(other)}: {row['text']}",
            highlight=False,
            markup=False,
        )


def _outcome(one: Judged) -> str:
    return f"{one.decision.label}{'/guide' if one.decision.deflects else ''}"
