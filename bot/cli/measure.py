"""radica kb evaluate|train: how well the matcher reads labelled messages, what they teach."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import figures
from bot.cli.common import AsJson, fail
from kb import text
from kb.decision import Decision
from kb.evaluation import Evaluation, Judged, evaluate
from kb.examples import examples
from kb.folds import Knowledge, cut, folds, held_out, learned, radica, threshold
from kb.library import Library
from kb.shelf import knowledge
from kb.topics import topics
from policy.pack import PackFaults, Policy, load

PACKS = ("imexhs", "sgm")  # those that have guides
WEIGHTS = Path("kb") / "weights"
STEMS = Path("kb") / "stems.tsv"
WORST = 15
PARTS = 5

Messages = Annotated[
    list[Path],
    typer.Argument(
        exists=True, dir_okay=False, readable=True, help="JSON lines: text, label, deflect."
    ),
]


def join(app: typer.Typer) -> None:
    """Give these commands to `radica kb`."""
    app.command("evaluate")(evaluate_command)
    app.command("train")(train_command)


def train_command(
    folder: Annotated[Path, typer.Option(help="Where the weights are written.")] = WEIGHTS,
    stems: Annotated[Path, typer.Option(help="Where the words' stems are written.")] = STEMS,
) -> None:
    """Learn the scales anew from the phrases and the examples, cut the words, and write both."""
    packs = {name: pack_of(name) for name in PACKS}
    folder.mkdir(parents=True, exist_ok=True)
    cut_words = text.stems_of(shipped(packs.values()))
    stems.write_text(cut_words, "utf-8")
    typer.echo(f"{stems}: {len(cut_words.splitlines())} words")
    for name, scales in learned(Knowledge(packs, examples(), ())).items():
        file = folder / f"{name}.tsv"
        file.write_text(scales.written(), "utf-8")
        typer.echo(f"{file}: {len(scales)} features")


def shipped(packs: Iterable[Policy]) -> Iterator[str]:
    """Every word that is looked for in the phrases of these packs, and the trade's own."""
    yield from text.known_words()
    for pack in packs:
        for topic in topics(pack, Library.load(pack)):
            for phrase in topic.phrases:
                yield from text.heard(text.fold(phrase)).meant


def evaluate_command(
    files: Messages,
    policy: Annotated[
        str, typer.Option("--policy", "-p", help="For rows that name none.")
    ] = "imexhs",
    parts: Annotated[
        int,
        typer.Option(
            "--folds", min=0, max=20, help="Ask matchers that learnt from the other parts only."
        ),
    ] = 0,
    compare: Annotated[
        str, typer.Option(help="Matchers side by side, by name, such as radica,token_set.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Measure the matcher on labelled messages (JSON lines: text, label, deflect)."""
    rows = [{"policy": policy, **row} for file in files for row in labelled(file)]
    packs = {name: pack_of(name) for name in sorted({str(row["policy"]) for row in rows})}
    if compare:
        sides = _compared(rows, packs, compare.split(","), parts or PARTS)
        figures.side_by_side(rows, sides, as_json=as_json)
        return
    found = {"as it ships": evaluate(_judged(rows, packs, _shipped(rows, packs)))}
    if parts > 1:
        apart = dict(held_out(rows, packs, parts, radica))
        found[f"{parts} folds"] = evaluate(_judged(rows, packs, _in_order(apart)))
    figures.show(found, _quoted(rows), as_json=as_json)


def labelled(file: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines. Exits with every line that is none."""
    rows: list[dict[str, Any]] = []
    faults: list[str] = []
    for number, line in enumerate(text_of(file).splitlines(), 1):
        row = _row(line) if line.strip() else {}
        if row is None:
            faults.append(f"{file}: line {number}: not a JSON object with text, label and deflect")
        elif row:
            rows.append(row)
    if faults:
        fail(*faults[:WORST])
    return rows


def text_of(file: Path) -> str:
    """The file's text. Exits with a sentence where it cannot be read."""
    try:
        return file.read_text("utf-8")
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    except UnicodeDecodeError:
        fail(f"{file}: not UTF-8")


def _compared(
    rows: Sequence[Mapping[str, Any]], packs: Mapping[str, Policy], names: list[str], parts: int
) -> dict[str, tuple[Evaluation, list[Judged]]]:
    """Each side asked in folds; what score sends a guide is chosen on the other folds."""
    from kb.peers import Missing, makers

    known = makers()
    if strange := [name for name in names if name not in known]:
        fail(f"no matcher {strange[0]!r}; there are {', '.join(known)}")
    sides: dict[str, tuple[Evaluation, list[Judged]]] = {}
    for name in names:
        try:
            decided = _in_order(dict(held_out(rows, packs, parts, known[name])))
        except Missing as missing:
            fail(str(missing))
        if name != "radica":
            decided = _cut(rows, decided, parts)
        judged = list(_judged(rows, packs, decided))
        sides[name] = (evaluate(judged), judged)
    return sides


def _cut(
    rows: Sequence[Mapping[str, Any]], decided: Sequence[Decision], parts: int
) -> list[Decision]:
    found = list(decided)
    for part in folds(rows, parts):
        rest = [(rows[at], decided[at]) for at in range(len(rows)) if at not in set(part)]
        least = threshold(rest)
        for at in part:
            found[at] = cut(decided[at], least)
    return found


def _shipped(rows: Sequence[Mapping[str, Any]], packs: Mapping[str, Policy]) -> Iterator[Decision]:
    readers = {name: knowledge(pack)[1] for name, pack in packs.items()}
    return (readers[str(row["policy"])].read(str(row["text"])).decision for row in rows)


def _judged(
    rows: Sequence[Mapping[str, Any]],
    packs: Mapping[str, Policy],
    decided: Iterator[Decision] | Sequence[Decision],
) -> Iterator[Judged]:
    for row, decision in zip(rows, decided, strict=True):
        yield Judged(row=row, decision=decision, names=_names(packs[str(row["policy"])], decision))


def _names(policy: Policy, decision: Decision) -> frozenset[str]:
    if decision.typology is None:
        return frozenset()
    return frozenset({decision.typology, policy.typology(decision.typology).label})


def _in_order(found: Mapping[int, Decision]) -> list[Decision]:
    return [found[at] for at in sorted(found)]


def _quoted(rows: Sequence[Mapping[str, Any]]) -> int:
    """How many of these messages the matcher knows by heart."""
    known = {one.text for one in examples()}
    return sum(str(row["text"]) in known for row in rows)


def _row(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and {"text", "label", "deflect"} <= set(row) else None


def pack_of(name: str) -> Policy:
    """The pack, or its faults on stderr and exit code 2."""
    try:
        return load(name)
    except PackFaults as faults:
        typer.echo(faults, err=True)
        raise typer.Exit(2) from faults
