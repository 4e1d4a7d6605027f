"""radica slack manifest: the file from which a Slack app is made, ready for this desk."""

import re
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import fail, settings

NAME = "slack-app-manifest.yaml"
HERE = Path(__file__).resolve()
PLACES = (HERE.parents[1] / "channels" / "slack" / NAME, HERE.parents[2] / NAME)
app = typer.Typer(help="What Slack needs to know of this desk.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """A group of one command stays a group."""


@app.command()
def manifest(
    url: Annotated[
        str, typer.Option(help="The desk's https address; else RADICA_PUBLIC_URL.")
    ] = "",
    socket: Annotated[bool, typer.Option(help="For Socket Mode, without any address.")] = False,
) -> None:
    """Print the app's manifest: for HTTP where an address is known, else for Socket Mode."""
    found = next((place for place in PLACES if place.is_file()), None)
    if found is None:
        fail(f"{NAME} was not installed with this program", code=1)
    text = found.read_text(encoding="utf-8")
    address = "" if socket else url or settings().public_url or ""
    if address and not address.startswith("https://"):
        fail(f"Slack posts to https addresses only, not to {address}")
    typer.echo(for_http(text, address.rstrip("/")) if address else text)


def for_http(text: str, address: str) -> str:
    """The manifest with the desk's address wherever Slack posts to."""
    events = f"{address}/slack/events"
    text = re.sub(r"(?m)^(\s*)- command: .*$", rf"\g<0>\n\1  url: {events}", text)
    text = re.sub(
        r"(?m)^(\s*)(event_subscriptions|interactivity):$",
        rf"\g<0>\n\1  request_url: {events}",
        text,
    )
    return text.replace("socket_mode_enabled: true", "socket_mode_enabled: false")
