"""radica policy announce: tell the clients that the policy has changed, once."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import fail, in_turn

if TYPE_CHECKING:
    from store.turn import Turn


def announce(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, and send nothing.")] = False,
) -> None:
    """Tell every client's chat, once, which version is in force, since when and where to read it.

    The letters are sent by the desk that runs, behind everything that somebody waits for.
    """
    if dry_run:
        for text in in_turn(_shown):
            typer.echo(text)
        return
    found = in_turn(_announced)
    if found is None:
        fail("this version was announced before: each chat hears it once", code=1)
    typer.echo(f"announced to {found} chat(s)")


def _announced(turn: "Turn") -> int | None:
    from handlers import news, policy_news

    return None if policy_news.announce(turn) is None else news.reach(turn)


def _shown(turn: "Turn") -> list[str]:
    from handlers import news, policy_news

    return [*policy_news.preview(turn), f"{news.reach(turn)} chat(s)"]
