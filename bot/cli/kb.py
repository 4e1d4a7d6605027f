"""radica kb: match messages, measure the matcher, check the shelf, show a guide."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markdown import Markdown

from bot.cli import lessons, measure
from bot.cli.common import told
from bot.cli.measure import labelled, pack_of, text_of
from kb.checks import against
from kb.checks import check as findings
from kb.decision import Decision
from kb.library import Library
from kb.reader import Reader
from kb.shelf import knowledge
from policy.pack import Policy

app = typer.Typer(no_args_is_help=True, help="Guides and the matcher that finds them.")

PolicyName = Annotated[str, typer.Option("--policy", "-p", envvar="RADICA_POLICY", help="A pack.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@app.command("match")
def match_command(
    policy: PolicyName = "imexhs",
    as_json: AsJson = False,
    source: Annotated[
        str, typer.Argument(help="A message, a file with one a line, or - for standard input.")
    ] = "-",
) -> None:
    """Say what the desk would make of a message, or of each line of a file."""
    pack = pack_of(policy)
    reader = _reader(pack)
    for line in _lines(source):
        row = described(pack, reader.read(line).decision)
        if as_json:
            typer.echo(json.dumps(row, ensure_ascii=False))
        else:
            typer.echo(f"{row['label']:<13} {row['score']:>5}  {row['typology'] or '-'}  | {line}")


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
    pack = pack_of(policy)
    measuring = [str(row["text"]) for row in labelled(messages)] if messages else []
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
        library = Library.load(pack_of(policy))
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


def _reader(policy: Policy) -> Reader:
    return knowledge(policy)[1]


def _lines(source: str) -> Iterator[str]:
    if source == "-":
        stream: Iterable[str] = sys.stdin
    elif _is_file(source):
        stream = text_of(Path(source)).splitlines()
    else:
        stream = (source,)
    return (line.rstrip("\r\n") for line in stream)


def _is_file(source: str) -> bool:
    """Whether that is a file's name rather than a message."""
    try:
        return Path(source).is_file()
    except (OSError, ValueError):
        return False  # longer than any name, or with a character that no name has


lessons.join(app)
measure.join(app)

if __name__ == "__main__":
    app()
