"""radica kb pending|accepted|accept|reject|withdraw|drafts|draft: what use teaches, by hand."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cells import visible
from bot.cli.common import AsJson, fail, in_read, in_turn, one_of, show_json, table

if TYPE_CHECKING:
    from store.drafts import Draft
    from store.lessons import Lesson
    from store.turn import Turn

Number = Annotated[int, typer.Argument(metavar="ID", help="A phrase, as pending shows it.")]
By = Annotated[str, typer.Option(help="Who decides: a supervisor's name, e-mail or id.")]
COLUMNS = ("id", "phrase", "topic", "source", "seen", "ticket", "proposed_by", "proposed_at")
DECIDED = ("decided_by", "decided_at", "version")
OF_DRAFT = ("id", "title", "typology", "ticket", "written_by", "written_at")


def join(app: typer.Typer) -> None:
    """Give these commands to `radica kb`."""
    for command in (pending, accepted, accept, reject, withdraw, drafts, draft):
        app.command()(command)


def pending(as_json: AsJson = False) -> None:
    """Phrases that use proposes and nobody has decided on."""
    _show("pending", COLUMNS, as_json)


def accepted(as_json: AsJson = False) -> None:
    """Phrases that hold, with who accepted each of them and when."""
    _show("accepted", (*COLUMNS, *DECIDED), as_json)


def accept(
    number: Number,
    topic: Annotated[
        str, typer.Option(help="Another topic, such as article:<guide> or typology:<id>.")
    ] = "",
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """From now on the desk knows messages by this phrase: on every replica, within seconds."""
    _decide(number, "accepted", by, as_json, topic)


def reject(number: Number, by: By = "", as_json: AsJson = False) -> None:
    """Not a good phrase: it is not proposed again."""
    _decide(number, "rejected", by, as_json)


def withdraw(number: Number, by: By = "", as_json: AsJson = False) -> None:
    """Take an accepted phrase back, as quickly."""
    _decide(number, "withdrawn", by, as_json)


def drafts(as_json: AsJson = False) -> None:
    """Guides begun from solved cases; no client is shown one."""

    def read(turn: "Turn") -> list[dict[str, Any]]:
        return [_of_draft(turn, one) for one in turn.drafts.of(turn.book.name)]

    found = in_read(read)
    if as_json:
        show_json(found)
    else:
        table(OF_DRAFT, [tuple(one[name] for name in OF_DRAFT) for one in found])


def draft(
    number: Annotated[int, typer.Argument(metavar="N", help="As drafts shows it.")],
    as_json: AsJson = False,
) -> None:
    """Print one as the Markdown file for the pack's guides; where it goes is told on stderr."""
    found = one_of(f"there is no draft {number}", lambda turn: _as_file(turn, number))
    if as_json:
        show_json(found)
        return
    typer.echo(found["file"], err=True)
    typer.echo(found["text"], nl=False)


def _show(state: str, columns: tuple[str, ...], as_json: bool) -> None:
    def read(turn: "Turn") -> list[dict[str, Any]]:
        found = turn.lessons.page(turn.book.name, state, limit=10_000)
        return [_of_lesson(turn, one) for one in found]

    found = in_read(read)
    if as_json:
        show_json(found)
    else:
        table(columns, [tuple(one[name] for name in columns) for one in found])


def _decide(number: int, state: str, by: str, as_json: bool, topic: str = "") -> None:
    done = in_turn(lambda turn: _decided(turn, number, state, by, topic))
    if as_json:
        show_json(done)
    else:
        typer.echo(f"{done['id']}: {visible(done['phrase'])}: {state} ({done['topic']})")


def _decided(turn: "Turn", number: int, state: str, by: str, topic: str) -> dict[str, Any]:
    from handlers import lesson_review

    lesson = turn.lessons.lock(number)
    if lesson is None or lesson.pack != turn.book.name:
        fail(f"there is no phrase {number}", code=1)
    if topic and topic not in lesson_review.topics(turn):
        fail(f"there is no topic '{topic}'; radica kb pending --json shows how they are written")
    if not lesson_review.decide(turn, lesson, state, topic, by=_supervisor(turn, by)):
        fail(f"phrase {number} is {lesson.state}: it cannot be {state}", code=1)
    after = turn.lessons.lock(number)
    return _of_lesson(turn, after or lesson)


def _supervisor(turn: "Turn", by: str) -> int | None:
    """Who decides; None for whoever sits at the command line."""
    if not by:
        return None
    from policy.access import LEADERS

    people = [p for p in turn.people.all() if p.roles & LEADERS]
    found = [p.id for p in people if by in (str(p.id), p.email, p.name)]
    if len(found) != 1:
        fail(f"{len(found)} supervisors answer to '{by}'; use the id")
    return found[0]


def _of_lesson(turn: "Turn", lesson: "Lesson") -> dict[str, Any]:
    names = {name: getattr(lesson, name) for name in (*COLUMNS, *DECIDED, "state", "seen_at")}
    people = {name: _name(turn, names[name]) for name in ("proposed_by", "decided_by")}
    return {**names, **people}


def _of_draft(turn: "Turn", draft: "Draft") -> dict[str, Any]:
    names = {name: getattr(draft, name) for name in (*OF_DRAFT, "happens", "steps", "phrase")}
    return {**names, "written_by": _name(turn, draft.written_by)}


def _as_file(turn: "Turn", number: int) -> dict[str, str] | None:
    """The draft with every phrase that use has brought for its topic."""
    from kb import drafting, lessons

    kept = turn.drafts.get(number)
    if kept is None or kept.pack != turn.book.name:
        return None
    topic = lessons.topic_of(turn.book, kept.typology)
    learnt = [one.phrase for one in turn.lessons.newest(kept.pack) if one.topic == topic]
    phrases = [phrase for phrase in (kept.phrase, *reversed(learnt)) if phrase]
    guide = drafting.body(kept.happens, kept.steps.splitlines())
    file, text = drafting.markdown(turn.book, kept.typology, kept.title, guide, phrases)
    folder = turn.book.guides or Path("kb", "articles", kept.pack)
    return {"file": str(folder / file), "text": text}


def _name(turn: "Turn", person: int | None) -> str | None:
    return turn.people.get(person).name if person is not None else None
