"""radica policy: check a pack, compute a deadline, show the facts, explain a clause, compare."""

import json
import sys
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from bot.cli.announce import announce
from bot.proofs import tests_of
from kb.library import shelved
from policy import asking, differences, facts, pack
from policy.names import fold
from policy.pack import PackFaults, Policy

app = typer.Typer(help="Read, check and question policy packs.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Plain JSON, for scripts.")]
app.command()(announce)
Pack = Annotated[str, typer.Option("--policy", help="A pack's name, or the path of its file.")]


def _json(value: object) -> str:
    """Readable JSON; half a surrogate pair is written as an escape, since no terminal takes it."""
    text = json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _load(name: str) -> Policy:
    """The pack, or its faults on stderr and exit code 1."""
    try:
        return pack.load(name)
    except PackFaults as faults:
        for fault in faults.faults:
            typer.echo(f"{name}: {fault}", err=True)
        raise typer.Exit(1) from faults


@app.command()
def check(
    files: Annotated[list[str] | None, typer.Argument(help="Packs; all that ship if none.")] = None,
    as_json: AsJson = False,
) -> None:
    """List every fault of a pack, shapes and references at once, each with a likely mend."""
    found: list[dict[str, Any]] = []
    for name in files or pack.names():
        try:
            policy = pack.load(name, shelved)
        except PackFaults as faults:
            found.extend({"file": name, **vars(fault)} for fault in faults.faults)
            if not as_json:
                typer.echo(f"{name}: {len(faults.faults)} fault(s)")
                _lines(f"  {fault}" for fault in faults.faults)
            continue
        if not as_json:
            typer.echo(f"{name}: ok ({policy.digest})")
            _lines(f"  note: {note}" for note in _notes(policy))
    if as_json:
        typer.echo(_json({"faults": found}))
    if found:
        raise typer.Exit(1)


def _notes(policy: Policy) -> Iterable[str]:
    """What is no fault but should be known (D12)."""
    for plan in policy.plans:
        if "chat" not in plan.channels.follow_up and not policy.desk.chat_follow_up_for_all:
            yield (
                f"plan {plan.key} is not followed by chat; until a mail channel and the portal "
                "are set up, chat carries its follow-up too (D12)"
            )


@app.command()
def due(
    source: Annotated[str | None, typer.Argument(help="'-': one JSON object a line.")] = None,
    policy: Pack = "imexhs",
    plan: Annotated[str | None, typer.Option(help="Such as bronce.")] = None,
    country: Annotated[str | None, typer.Option(help="Such as CO.")] = None,
    priority: Annotated[str | None, typer.Option(help="Such as alta.")] = None,
    at: Annotated[str | None, typer.Option(help="When it was reported, ISO.")] = None,
    complete_at: Annotated[str | None, typer.Option(help="When it was complete, ISO.")] = None,
    paused: Annotated[
        list[str] | None, typer.Option(help="FROM/TO, ISO; again for each pause; no TO: it lasts.")
    ] = None,
    typology: Annotated[str | None, typer.Option(help="For a request with its own time.")] = None,
    hybrid: Annotated[bool, typer.Option(help="With the hybrid add-on.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compute a deadline and list every interval counted, skipped or paused on the way."""
    if source is not None:
        _stream(source)
        return
    question = {
        "policy": policy,
        "plan": plan,
        "country": country,
        "priority": priority,
        "at": at,
        "complete_at": complete_at,
        "paused": [_pause(one) for one in paused or ()],
        "typology": typology,
        "hybrid": hybrid,
    }
    answer = asking.answer(question)
    if as_json:
        typer.echo(_json(answer))
    elif "error" in answer:
        typer.echo(answer["error"], err=True)
    else:
        typer.echo(f"{answer['due'] or 'no figure is promised'}  ({answer['clause']})")
        _lines(f"  {i['from']}  {i['to']}  {i['what']}: {i['why']}" for i in answer["intervals"])
    if "error" in answer:
        raise typer.Exit(1)


def _pause(text: str) -> list[str | None]:
    """FROM/TO as a question has it. A pause without its "/" is left for the answer to complain."""
    since, slash, until = text.partition("/")
    return [since, until or None] if slash else [since]


def _stream(source: str) -> None:
    """One answer a line for one question a line; a bad line costs only its own answer."""
    if source != "-":
        raise typer.BadParameter("only '-' (standard input) can be read")
    for line in sys.stdin.buffer:
        if line.strip():
            typer.echo(_json(_line(line)))


def _line(line: bytes) -> dict[str, Any]:
    try:
        question = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        return {"error": f"not JSON: {error}"}
    return asking.answer(question)


@app.command(name="facts")
def show_facts(policy: Pack = "imexhs", as_json: AsJson = False) -> None:
    """Print the pack as plain values; spans are seconds."""
    known = _load(policy)
    if as_json:
        typer.echo(_json(facts.facts(known)))
        return
    typer.echo(f"{known.name} {known.version}: {known.title} ({known.digest})")
    for plan in known.plans:
        times = ", ".join(f"{key} {seconds // 60} min" for key, seconds in plan.response.items())
        typer.echo(f"  plan {plan.label}: {times}")
    for level in known.priorities:
        count = sum(entry.priority == level.key for entry in known.typologies)
        typer.echo(f"  priority {level.label}: {count} entries of the catalogue")


@app.command()
def explain(
    ref: Annotated[str, typer.Argument(help="A requirement (S0-36), a clause, or a rule's path.")],
    policy: Annotated[str | None, typer.Option("--policy", help="One pack only.")] = None,
) -> None:
    """Show a clause, the rules that keep it and in which way, and the tests that prove it."""
    ids: set[str] = set()
    found = False
    for name in [policy] if policy else pack.names():
        known = _load(name)
        for path, rule in facts.rules(known):
            if _speaks_of(ref, path, rule):
                found = True
                ids.update(rule["requirements"])
                _rule(known, path, rule)
    if not found:
        typer.echo(f"no rule speaks of {ref!r}", err=True)
        raise typer.Exit(1)
    asked = {ref.upper()} & ids or ids
    _lines(f"test: {place}" for place in tests_of(asked))


def _speaks_of(ref: str, path: str, rule: dict[str, Any]) -> bool:
    return (
        ref.upper() in rule["requirements"]
        or fold(ref) in (fold(rule["clause"]), fold(path))
        or ref == path.rpartition(".")[2]
    )


def _rule(policy: Policy, path: str, rule: dict[str, Any]) -> None:
    typer.echo(f"{policy.name}: {path}  [{rule['way']}]")
    typer.echo(f"  source: {policy.cite(rule['clause'])} ({', '.join(rule['requirements'])})")
    for field, value in rule.items():
        if field not in ("clause", "requirements", "way") and value not in (None, "", [], {}):
            typer.echo(f"  {field}: {value if isinstance(value, str) else _json(value)}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a pack, for editors."""
    typer.echo(json.dumps(Policy.model_json_schema(), indent=2, ensure_ascii=False))


@app.command()
def diff(old: str, new: str, as_json: AsJson = False) -> None:
    """Say in words what changed from one version of a pack to another, each with its clause."""
    before, after = _load(old), _load(new)
    if as_json:
        typer.echo(_json(facts.differences(before, after)))
        return
    _lines(differences.in_words(before, after) or ["no difference"])


def _lines(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)
