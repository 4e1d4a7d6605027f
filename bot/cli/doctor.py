"""radica doctor: is this desk fit, and what to do where it is not."""

from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import AsJson, fail, run, settings, show_json

if TYPE_CHECKING:
    from bot.checkup import Finding

app = typer.Typer()
MARKS = {"ok": "  ok  ", "note": " note ", "fault": "FAULT "}


@app.command()
def doctor(
    live: Annotated[bool, typer.Option(help="Only ask the running desk whether it lives.")] = False,
    offline: Annotated[bool, typer.Option(help="Ask no platform about its token.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look at settings, database, letters, quarantine and tokens. Exit code 1 for a fault."""
    if live:
        _alive()
        return
    findings = run(_examined(online=not offline))
    if as_json:
        show_json([vars(finding) for finding in findings])
    else:
        for finding in findings:
            typer.echo(f"[{MARKS[finding.level]}] {finding.what}")
            if finding.mend:
                typer.echo(f"         -> {finding.mend}")
    if any(finding.level == "fault" for finding in findings):
        raise typer.Exit(1)


async def _examined(*, online: bool) -> "list[Finding]":
    from bot.app import assemble
    from bot.checkup import examine
    from bot.logging import configure

    found = settings()
    configure(found)
    app = assemble(found)
    try:
        return [finding async for finding in examine(app, online=online)]
    finally:
        await app.stop()


def _alive() -> None:
    """For a container's health check: no curl needed."""
    import httpx

    found = settings()
    try:
        answer = httpx.get(f"http://{_reachable(found.host)}:{found.port}/healthz", timeout=3)
    except httpx.HTTPError as error:
        fail(f"the desk does not answer: {type(error).__name__}", code=1)
    if not answer.is_success:
        fail(f"the desk answers {answer.status_code}", code=1)
    typer.echo("alive")


def _reachable(host: str) -> str:
    """An address to ask at, where the desk listens on all of them."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        return "127.0.0.1" if address.version == 4 else "[::1]"
    return host if address.version == 4 else f"[{host}]"
