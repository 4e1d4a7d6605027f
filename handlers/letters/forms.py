"""A form to be shown, drawn for its reader: titles, fields, options, and what it started from."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from handlers import approvals, change, checklist, papers
from handlers.conversation import change_form, checks, open_ticket_form
from handlers.conversation.form import Option
from handlers.inbound import ShowForm
from handlers.letters import forms_kb
from handlers.letters.letter import Choice, Field, FormView
from handlers.letters.messages import cut
from handlers.wording import Words
from policy import acts, changes, entitlement, network
from policy import papers as rules
from policy.escalation import moves
from policy.ticket import Ticket
from store.turn import Turn

VERSION = 1
REASON = 200  # what a client reads of a supervisor's decision
SHORT = 300  # what reaches a client in one bubble
LONG = 3000
FOUND = 200  # what was found, beside a paper's own words
MOST_FILES = 20


@dataclass(frozen=True)
class Sketch:
    """What the fields of a form are drawn from."""

    form: str
    turn: Turn
    words: Words
    answers: Mapping[str, str]
    ticket: Ticket | None

    def label(self, name: str) -> str:
        """The words of a part of this form."""
        return self.words.line(f"form.{self.form}.{name}", **self.facts)

    @property
    def facts(self) -> dict[str, Any]:
        """What titles and intros may say."""
        if self.ticket is None:
            return {}
        client = self.turn.people.get(self.ticket.requester).first_name
        return {"number": self.ticket.number, "client": client}

    def field(self, name: str, kind: str, **more: Any) -> Field:
        """A field with its label, its hint where the catalogue has one, and its answer so far."""
        hint = f"form.{self.form}.{name}_hint"
        more.setdefault("hint", self.words.line(hint) if self.words.has(hint) else "")
        more.setdefault("value", self.answers.get(name, ""))
        return Field(name=name, label=self.label(name), kind=kind, **more)


def draw(show: ShowForm, turn: Turn, words: Words) -> FormView:
    """The form in the reader's words. Raises KeyError for a form that nobody declared."""
    number = show.meta.get("ticket")
    ticket = turn.tickets.find(number) if isinstance(number, int) else None
    sketch = Sketch(show.form, turn, words, show.answers, ticket)
    intro = f"form.{show.form}.intro"
    return FormView(
        form=show.form,
        version=VERSION,
        title=sketch.label("title"),
        submit=sketch.label("submit"),
        cancel=words.line("form.cancel"),
        fields=tuple(FIELDS[show.form](sketch)),
        intro=words.text(intro, **sketch.facts) if words.has(intro) else (),
        meta=dict(show.meta),
    )


def _resolve(sketch: Sketch) -> Iterator[Field]:
    yield sketch.field("solution", "text", limit=SHORT)
    book = sketch.turn.book
    topics = [one for one in book.typologies if entitlement.remembers(book, one.id)]
    if topics:
        options = tuple(Choice(code=t.id, label=t.name[sketch.words.language]) for t in topics)
        yield sketch.field("misuse", "choice", options=options, optional=True)
    yield from forms_kb.solved_topic(sketch)


def _reason(sketch: Sketch) -> Iterator[Field]:
    """Why, in words that the client reads."""
    yield sketch.field("reason", "line", limit=REASON)


def _ask_client(sketch: Sketch) -> Iterator[Field]:
    yield sketch.field("question", "text", limit=SHORT)


def _escalate(sketch: Sketch) -> Iterator[Field]:
    levels = tuple(
        Choice(
            code=str(level.number), label=f"{level.number} · {level.name[sketch.words.language]}"
        )
        for level in moves(sketch.turn.book, sketch.ticket.level if sketch.ticket else 1)
    )
    yield sketch.field("level", "choice", options=levels)
    yield sketch.field("need", "line", limit=SHORT)
    told = Choice(code="yes", label=sketch.label("tell_yes"))
    yield sketch.field(
        "tell", "check", options=(told,), value=sketch.answers.get("tell", "yes"), optional=True
    )


def _assign(sketch: Sketch) -> Iterator[Field]:
    held = sketch.ticket.holder if sketch.ticket else None
    staff = {
        person.id: person
        for role in ("engineer", "supervisor")
        for person in sketch.turn.people.staff(role)
        if person.id != held
    }
    people = sorted(staff.values(), key=lambda person: person.name)
    options = tuple(Choice(code=str(person.id), label=person.name) for person in people)
    yield sketch.field("person", "choice", options=options)


def _note(sketch: Sketch) -> Iterator[Field]:
    yield sketch.field("text", "text", limit=LONG)


def _checks(sketch: Sketch) -> Iterator[Field]:
    """Every check of the case: its short name, as the source words it, and who does it."""
    if sketch.ticket is None:
        return
    done = checks.results(sketch.ticket.details)
    options = tuple(Choice(code=r, label=sketch.label(r)) for r in checklist.RESULTS)
    for check in checklist.of(sketch.turn.book, sketch.ticket):
        who = sketch.words.line(f"card.by_{check.by}")
        yield Field(
            name=check.key,
            label=check.short[sketch.words.language],
            kind="choice",
            value=checklist.result_of(done.get(check.key)),
            options=options,
            optional=True,
            hint=f"{check.label} · {who}",
        )


def _priority(sketch: Sketch) -> Iterator[Field]:
    now = sketch.ticket.priority if sketch.ticket else ""
    options = tuple(
        Choice(code=one.key, label=one.name[sketch.words.language])
        for one in sorted(sketch.turn.book.priorities, key=lambda one: one.rank)
        if one.key != now
    )
    yield sketch.field("priority", "choice", options=options)
    yield sketch.field("reason", "line", limit=SHORT)


def _pause(sketch: Sketch) -> Iterator[Field]:
    """The causes on the client's side that the pack knows, and what was seen."""
    book, language = sketch.turn.book, sketch.words.language
    causes = acts.causes(book, sketch.ticket) if sketch.ticket else ()
    options = tuple(Choice(code=one.key, label=one.name[language]) for one in causes)
    yield sketch.field("cause", "choice", options=options)
    yield sketch.field("note", "line", limit=SHORT)


def _date(sketch: Sketch) -> Iterator[Field]:
    """Which kind of date, where several fit; the moment; why."""
    found = acts.datings(sketch.turn.book, sketch.ticket) if sketch.ticket else ()
    options = tuple(
        Choice(code=one.kind, label=sketch.words.line(f"dated.{one.kind}")) for one in found
    )
    if len(options) > 1:
        yield sketch.field("kind", "choice", options=options)
    yield sketch.field("when", "line", limit=40)
    yield sketch.field("reason", "line", limit=SHORT, optional=True)


def _end(sketch: Sketch) -> Iterator[Field]:
    """The reasons of the pack for which this case may end, and what was seen."""
    found = acts.endings(sketch.turn.book, sketch.ticket) if sketch.ticket else ()
    options = tuple(Choice(code=one.key, label=one.name[sketch.words.language]) for one in found)
    yield sketch.field("reason", "choice", options=options)
    yield sketch.field("note", "line", limit=SHORT)


def _evaluate(sketch: Sketch) -> Iterator[Field]:
    """Every criterion of the pack, the formal answer, and its reason in words for the client."""
    judged = changes.of(sketch.turn.book, sketch.ticket) if sketch.ticket else None
    if judged is None or sketch.ticket is None:
        return
    language = sketch.words.language
    rows = sketch.turn.audit.of(sketch.ticket.number)
    earlier = [row.facts["criteria"] for row in rows if row.what == "evaluated"]
    said: Mapping[str, Any] = earlier[-1] if earlier else {}
    for one in judged.criteria:
        yield Field(
            name=one.key,
            label=one.label[language],
            kind="line",
            value=str(said.get(one.key) or ""),
            hint=one.what[language],
            limit=SHORT,
        )
    options = tuple(Choice(code=one.key, label=one.label[language]) for one in judged.outcomes)
    yield sketch.field("outcome", "choice", options=options)
    yield sketch.field("reason", "text", limit=SHORT)


def _stage(sketch: Sketch) -> Iterator[Field]:
    """What the next stage of an approved change came to; the last tells whom it concerns."""
    ticket, book, language = sketch.ticket, sketch.turn.book, sketch.words.language
    judged = changes.of(book, ticket) if ticket else None
    stage = changes.next_stage(judged, ticket.details) if judged and ticket else None
    if judged is None or stage is None:
        return
    yield Field(
        name=f"{change.DONE}{stage.key}",
        label=stage.label[language],
        kind="text",
        hint=stage.what[language],
        limit=SHORT,
    )
    if changes.is_approved_of(judged, stage):
        ends = tuple(Choice(code=one, label=sketch.label(one)) for one in ("yes", "no"))
        yield sketch.field("approved", "choice", options=ends)
    if stage is judged.stages[-1]:
        told = Choice(code="yes", label=sketch.label("everybody_yes"))
        yield sketch.field("everybody", "check", options=(told,), value="yes", optional=True)


def _change(sketch: Sketch) -> Iterator[Field]:
    """The pack's change form on one page, all of it required (S3-10..13)."""
    book, language = sketch.turn.book, sketch.words.language
    asked = change_form.questions(book, changes.entry(book), language)
    for question in asked:
        options = tuple(_option(sketch.words, one) for one in question.options({}))
        yield Field(
            name=question.name,
            label=question.title,
            kind="choice" if options else question.kind,
            value=sketch.answers.get(question.name, ""),
            options=options,
            hint=str(question.facts["ask"]),
            limit=LONG,
        )


def _agree(sketch: Sketch) -> Iterator[Field]:
    yield sketch.field("reason", "text", limit=SHORT)


def _papers(sketch: Sketch) -> Iterator[Field]:
    """The pack's papers by their plain names; what was found; the hours, where any are counted."""
    language = sketch.words.language
    known = rules.of_act(sketch.turn.book, sketch.form)
    options = tuple(Choice(code=paper.key, label=paper.label[language]) for paper in known)
    yield sketch.field("paper", "choice", options=options)
    yield sketch.field("finding", "text", limit=FOUND, optional=True)
    if any(paper.charge != "none" for paper in known):
        yield sketch.field("hours", "line", limit=8, optional=True)


def _record(sketch: Sketch) -> Iterator[Field]:
    ticket = sketch.ticket
    if ticket is None:
        return
    options = tuple(
        Choice(code=f"{paper}|{need}", label=cut(_need(sketch, paper, need), 75))
        for paper, need in rules.to_record(ticket)
    )
    yield sketch.field("what", "choice", options=options)
    yield sketch.field("who", "line", limit=SHORT)
    yield sketch.field("reference", "line", limit=SHORT, optional=True)
    files = sketch.turn.files.of_ticket(ticket.number)[-MOST_FILES:]
    if files:
        named = tuple(Choice(code=str(f.id), label=cut(f.name or f.kind, 75)) for f in files)
        yield sketch.field("file", "choice", options=named, optional=True)


def _need(sketch: Sketch, paper: str, need: str) -> str:
    return f"{sketch.words.line(f'need.{need}')} · {papers.name_of(sketch.turn, paper)}"


def _network(sketch: Sketch) -> Iterator[Field]:
    """What stops, from when to when, what to do; why there was no notice, where there was none."""
    service = network.service_of(sketch.turn.book, sketch.ticket) if sketch.ticket else None
    if service is None:
        return
    yield sketch.field("what", "text", limit=FOUND)
    first = network.earliest(service, sketch.turn.now)
    facts = {"earliest": None if service.exception else first, "clause": service.clause}
    hint = sketch.words.line("form.network.first_hint", **facts)
    yield sketch.field("starts", "line", limit=40, hint=hint)
    yield sketch.field("ends", "line", limit=40)
    yield sketch.field("todo", "text", limit=FOUND)
    if service.exception:
        yield sketch.field("why", "line", limit=SHORT)


def _hours(sketch: Sketch) -> Iterator[Field]:
    if sketch.ticket is None:
        return
    keys = approvals.charged(sketch.turn, sketch.ticket)
    options = tuple(Choice(code=key, label=papers.name_of(sketch.turn, key)) for key in keys)
    yield sketch.field("paper", "choice", options=options)
    yield sketch.field("hours", "line", limit=8)


def _open_ticket(sketch: Sketch) -> Iterator[Field]:
    """The guided conversation's own questions, on one page: only what happens must be told."""
    questions = open_ticket_form.form(sketch.turn.book, sketch.words.language).questions
    for question in questions:
        if not question.label:
            continue
        options = tuple(_option(sketch.words, option) for option in question.options({}))
        hint = f"{question.label}_hint"
        yield Field(
            name=question.name,
            label=sketch.words.line(question.label),
            kind="choice" if options else question.kind,
            value=sketch.answers.get(question.name, ""),
            options=options,
            optional=question.name != "detail",
            hint=sketch.words.line(hint) if sketch.words.has(hint) else "",
            limit=min(question.limit, LONG),
        )


def _option(words: Words, option: Option) -> Choice:
    return Choice(
        code=option.value,
        label=option.text or words.line(option.label),
        description=option.more,
    )


def _link(sketch: Sketch) -> Iterator[Field]:
    yield sketch.field("person", "line", limit=SHORT)


FIELDS: Mapping[str, Callable[[Sketch], Iterator[Field]]] = {
    "resolve": _resolve,
    "ask_client": _ask_client,
    "escalate": _escalate,
    "assign": _assign,
    "note": _note,
    "checks": _checks,
    "priority": _priority,
    "agree": _agree,
    "pause": _pause,
    "date": _date,
    "end": _end,
    "charge": _papers,
    "notice": _papers,
    "approval": _papers,
    "record": _record,
    "network": _network,
    "hours": _hours,
    "open_ticket": _open_ticket,
    "evaluate": _evaluate,
    "stage": _stage,
    "change": _change,
    "link": _link,
    "topic": forms_kb.topic,
    "kb_topic": forms_kb.phrase_topic,
    "draft": forms_kb.draft,
    "rv_open": _reason,
    "rv_keep": _reason,
    "rv_uphold": _reason,
}
