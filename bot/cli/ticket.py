"""radica ticket show|trace: one case as it stands, and everything that happened to it."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from bot.cells import visible
from bot.cli.common import AsJson, one_of, plain, show_json, table

app = typer.Typer(help="One case: as it stands, and its whole history.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(metavar="N", help="The case's number.")]


@app.command()
def show(number: Number, as_json: AsJson = False) -> None:
    """The case as it stands."""
    found = one_of(f"there is no case {number}", lambda turn: _standing(turn, number))
    if as_json:
        show_json(found)
        return
    for name, value in found.items():
        typer.echo(f"{name:<16} {_short(value)}")


@app.command()
def trace(number: Number, as_json: AsJson = False) -> None:
    """Every change with actor, time and cause, every message, every letter and timer."""
    found = one_of(f"there is no case {number}", lambda turn: _history(turn, number))
    if as_json:
        show_json(found)
        return
    for paper in found.pop("papers"):
        typer.echo(f"\n{_title(paper)}\n{visible(paper['text'])}")
    for name, rows in found.items():
        if rows:
            typer.echo(f"\n{name.upper()}")
            table(tuple(rows[0]), [tuple(_short(v) for v in row.values()) for row in rows])


def _standing(turn: Any, number: int) -> dict[str, Any] | None:
    ticket = turn.tickets.find(number)
    if ticket is None:
        return None
    from handlers.policy_news import version_of

    organisation = turn.people.organisation(ticket.organisation)
    holder = turn.people.get(ticket.holder).name if ticket.holder else None
    return {
        **asdict(ticket, dict_factory=dict),
        "policy": f"{ticket.pack} {version_of(turn, ticket.digest) or '?'} ({ticket.digest})",
        "organisation": organisation.name,
        "requester": turn.people.get(ticket.requester).name,
        "holder": holder,
        "due": ticket.promise.due,
        "clause": ticket.promise.clause,
    }


def _history(turn: Any, number: int) -> dict[str, list[dict[str, Any]]] | None:
    if turn.tickets.find(number) is None:
        return None
    return {
        "papers": _papers(turn, number),
        "audit": [
            {"at": a.at, "actor": _name(turn, a.actor), "what": a.what, "facts": dict(a.facts),
             "turn": a.turn}
            for a in turn.audit.of(number)
        ],
        "messages": [
            {"at": m.at, "direction": m.direction, "kind": m.kind, "channel": m.channel,
             "ref": m.ref, "text": m.text}
            for m in turn.messages.of_ticket(number)
        ],
        "letters": [
            {"id": r.id, "created_at": r.created_at, "kind": r.kind, "key": r.key,
             "channel": r.channel, "state": r.state, "attempt": r.attempt, "sent_at": r.sent_at,
             "error": r.error}
            for r in reversed(turn.outbox.list(ticket=number, limit=500))
        ],
        "timers": [
            {"due_at": t.due_at, "kind": t.kind, "key": t.key} for t in turn.timers.of(str(number))
        ],
    }  # fmt: skip


def _papers(turn: Any, number: int) -> list[dict[str, Any]]:
    """What was put in writing, word by word, and when it reached the client."""
    trail = turn.audit.of(number)
    sent = [row for row in trail if row.what == "paper_sent"]
    return [
        {
            "put_at": row.at,
            "sent_at": next(
                (s.facts["at"] for s in sent if _follows(s, row)),
                None,
            ),
            "by": _name(turn, row.actor),
            **{name: row.facts.get(name, "") for name in ("paper", "clause", "text", "finding")},
        }
        for row in trail
        if row.what == "paper" and row.facts.get("text")
    ]


def _follows(sent: Any, put: Any) -> bool:
    return bool(sent.facts.get("paper") == put.facts.get("paper") and sent.id > put.id)


def _title(paper: dict[str, Any]) -> str:
    """ "PAPER vendor-contact (2.2.3), by Camila, sent 2026-11-24 15:20Z" """
    sent = f"sent {paper['sent_at']:%Y-%m-%d %H:%MZ}" if paper["sent_at"] else "not sent"
    return f"PAPER {paper['paper']} ({paper['clause']}), by {visible(paper['by'])}, {sent}"


def _name(turn: Any, person: int | None) -> str:
    return turn.people.get(person).name if person is not None else "radica"


def _short(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=plain)
    return "" if value is None else visible(text[:120])
