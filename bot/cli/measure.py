"""radica kb train: what the labelled examples teach, written down for every desk."""

from pathlib import Path
from typing import Annotated

import typer

from kb.examples import Example, examples
from kb.library import Library
from kb.scales import Scales
from policy.pack import load

PACKS = ("imexhs", "sgm")  # those that have guides

WEIGHTS = Path("kb") / "weights"


def join(app: typer.Typer) -> None:
    """Give these commands to `radica kb`."""
    app.command()(train)


def train(
    folder: Annotated[Path, typer.Option(help="Where the weights are written.")] = WEIGHTS,
) -> None:
    """Learn the scales anew from the phrases and the examples, and write them down."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, scales in trained(examples()).items():
        file = folder / f"{name}.tsv"
        file.write_text(scales.written(), "utf-8")
        typer.echo(f"{file}: {len(scales)} features")


def trained(known: tuple[Example, ...]) -> dict[str, Scales]:
    """Scales by policy, from the phrases that ship and these examples."""
    from kb import training

    packs = [load(name) for name in PACKS]
    return training.train(
        [row for pack in packs for row in training.rows_of(pack, Library.load(pack), known)]
    )
