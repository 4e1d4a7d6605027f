"""radica kb: match messages, measure the matcher, check the shelf, show a guide."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from bot.cli import lessons, measure
from bot.cli.common import fail, told
from kb.checks import against
from kb.checks import check as findings
from kb.decision import Decision
from kb.evaluation import Evaluation, Judged, evaluate
from kb.library import Library
from kb.reader import Reader
from kb.shelf import knowledge
from policy.pack import PackFaults, Policy, load

app = typer.Typer(no_args_is_help=True, help="Guides and the matcher that finds them.")

PolicyName = Annotated[str, typer.Option("--policy", "-p", envvar="RADICA_POLICY", help="A pack.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]

WORST = 15


@app.command("match")
def match_command(
    policy: PolicyName = "imexhs",
    as_json: AsJson = False,
    source: Annotated[
        str, typer.Argument(help="A message, a file with one a line, or - for standard input.")
    ] = "-",
) -> None:
    """Say what the desk would make of a message, or of each line of a file."""
    pack = _load(policy)
    reader = _reader(pack)
    for line in _lines(source):
        row = described(pack, reader.read(line).decision)
        if as_json:
            typer.echo(json.dumps(row, ensure_ascii=False))
        else:
            typer.echo(f"{row['label']:<13} {row['score']:>5}  {row['typology'] or '-'}  | {line}")


@app.command("evaluate")
def evaluate_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    policy: Annotated[
        str, typer.Option("--policy", "-p", help="For rows that name none.")
    ] = "imexhs",
    as_json: AsJson = False,
) -> None:
    """Measure the matcher on labelled messages (JSON lines: text, label, deflect)."""
    result = evaluate(_judged(_labelled(file), policy))
    if as_json:
        typer.echo(json.dumps(_figures(result), ensure_ascii=False))
    else:
        _print(result)


@app.command("check")
def check_command(
    policy: PolicyName = "imexhs",
    messages: Annotated[
        Path | None,
        typer.Option(
            "--against",
            exists=True,
            dir_okay=False,
            readable=True,
            help="Labelled messages (JSON lines) of which no phrase may be a near copy.",
        ),
    ] = None,
) -> None:
    """Dead links, missing guides and translations, phrases claimed by two, what is too long."""
    pack = _load(policy)
    measuring = [str(row["text"]) for row in _labelled(messages)] if messages else []
    with told():
        library = Library.load(pack)
        found = (*findings(pack, library), *against(pack, library, measuring))
    for finding in found:
        typer.echo(f"{finding.where}: {finding.problem}")
    typer.echo(f"{pack.name}: {len(library)} guides, {len(found)} findings")
    raise typer.Exit(1 if found else 0)


@app.command("show")
def show_command(
    id: str,
    policy: PolicyName = "imexhs",
    language: Annotated[str, typer.Option("--language", "-l")] = "es",
) -> None:
    """Print one guide."""
    with told():
        library = Library.load(_load(policy))
    article = library.article(id, language)
    if article is None:
        typer.echo(f"No guide {id!r}. There are: {', '.join(library.ids)}", err=True)
        raise typer.Exit(1)
    console = Console()
    console.print(f"[bold]{article.title}[/bold]  ({article.id}, {article.language})")
    console.print(Markdown(article.text))
    console.print(
        f"typology {article.typology or '-'} · for {article.audience} · {article.clause} · "
        f"{len(article.phrases)} phrases, {len(article.not_this)} that it is not"
    )


def described(policy: Policy, decision: Decision) -> dict[str, Any]:
    """A decision in the words of the policy's own catalogue, as scripts read it."""
    typology = policy.typology(decision.typology) if decision.typology else None
    return {
        "deflect": decision.deflects,
        "label": decision.label,
        "category": policy.category(decision.category).label if decision.category else None,
        "typology": typology.label if typology else None,
        "priority": policy.priority(decision.priority).label if decision.priority else None,
        "article": decision.article,
        "score": decision.score,
        "because": list(decision.because),
        "typology_id": decision.typology,
        "verdict": decision.verdict,
        "margin": decision.margin,
        "notice": decision.notice,
    }


def _load(name: str) -> Policy:
    try:
        return load(name)
    except PackFaults as faults:
        typer.echo(faults, err=True)
        raise typer.Exit(2) from faults


def _reader(policy: Policy) -> Reader:
    return knowledge(policy)[1]


def _lines(source: str) -> Iterator[str]:
    if source == "-":
        stream: Iterable[str] = sys.stdin
    elif _is_file(source):
        stream = _text(Path(source)).splitlines()
    else:
        stream = (source,)
    return (line.rstrip("\r\n") for line in stream)


def _is_file(source: str) -> bool:
    """Whether that is a file's name rather than a message."""
    try:
        return Path(source).is_file()
    except (OSError, ValueError):
        return False  # longer than any name, or with a character that no name has


def _text(file: Path) -> str:
    """The file's text. Exits with a sentence where it cannot be read."""
    try:
        return file.read_text("utf-8")
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    except UnicodeDecodeError:
        fail(f"{file}: not UTF-8")


def _labelled(file: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines. Exits with every line that is none."""
    rows: list[dict[str, Any]] = []
    faults: list[str] = []
    for number, line in enumerate(_text(file).splitlines(), 1):
        row = _row(line) if line.strip() else {}
        if row is None:
            faults.append(f"{file}: line {number}: not a JSON object with text, label and deflect")
        elif row:
            rows.append(row)
    if faults:
        fail(*faults[:WORST])
    return rows


def _row(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and {"text", "label", "deflect"} <= set(row) else None


def _judged(rows: list[dict[str, Any]], policy: str) -> Iterator[Judged]:
    packs = {name: _load(name) for name in {str(row.get("policy", policy)) for row in rows}}
    readers = {name: _reader(pack) for name, pack in packs.items()}
    for row in rows:
        name = str(row.get("policy", policy))
        decision = readers[name].read(str(row["text"])).decision
        yield Judged(row=row, decision=decision, names=_names(packs[name], decision))


def _names(policy: Policy, decision: Decision) -> frozenset[str]:
    if decision.typology is None:
        return frozenset()
    return frozenset({decision.typology, policy.typology(decision.typology).label})


def _figures(result: Evaluation) -> dict[str, Any]:
    return {
        "total": result.total,
        "precision": round(result.precision, 4),
        "recall": round(result.recall, 4),
        "label_accuracy": round(result.label_accuracy, 4),
        "typology_accuracy": round(result.typology_accuracy, 4),
        "confusion": {f"{want}->{got}": n for (want, got), n in sorted(result.confusion.items())},
        "mistakes": [
            {"text": one.text, "wanted": one.wanted, "got": one.got} for one in result.mistakes
        ],
    }


def _print(result: Evaluation) -> None:
    console = Console()
    console.print(
        f"{result.total} messages · "
        f"precision {result.precision:.3f} · recall {result.recall:.3f} · "
        f"labels {result.label_accuracy:.3f} · typologies {result.typology_accuracy:.3f}"
    )
    labels = sorted({label for pair in result.confusion for label in pair})
    table = Table("wanted \\ got", *labels)
    for want in labels:
        table.add_row(want, *(str(result.confusion.get((want, got), 0)) for got in labels))
    console.print(table)
    for one in result.mistakes[:WORST]:
        console.print(
            f"[bold]{one.wanted} → {one.got}[/bold] ({one.score}) {one.text}", highlight=False
        )
        console.print(f"    {'; '.join(one.because)}", highlight=False, markup=False)


lessons.join(app)
measure.join(app)

if __name__ == "__main__":
    app()
