"""Words and files between the client's chat and the ticket's thread, both ways.

Only who holds the ticket speaks to the client; anybody else is asked first; what starts with
`//` or a lock stays inside. The safe default of a doubt is the note (U30).
"""

from collections.abc import Sequence
from dataclasses import replace

from handlers import ask_client, change_case, codes, notices
from handlers.casework import me, the_ticket
from handlers.inbound import Done, File, Receipt, Said, Toast
from policy.errors import Refusal
from policy.ticket import State, Ticket
from store.turn import Turn
from store.values import Button, MessageLink, Person

NOTE_MARKS = ("//", "🔒")
TAKEN_BACK = "taken_back"  # why a letter is not sent: its author deleted it
BIGGEST_FILE = 20 * 1024 * 1024  # what Telegram lets a bot download


def keep_files(
    turn: Turn, ticket: int | None, said: Said, message: int | None = None
) -> tuple[int, ...]:
    """Rows for the files that came along; too big ones are left to the caller's refusal."""
    address = said.address
    return tuple(
        turn.files.add(
            channel=address.channel,
            account=address.account,
            ticket=ticket,
            message=message,
            kind=file.kind,
            ref=file.ref,
            name=file.name,
            size=file.size,
            mime=file.mime,
            url=file.url,
            seconds=file.seconds,
            unique=file.unique,
        )
        for file in said.files
        if not is_too_big(file)
    )


def is_too_big(file: File) -> bool:
    """Whether the platform would refuse to hand it over."""
    return file.size is not None and file.size > BIGGEST_FILE


def from_client(turn: Turn, ticket: Ticket, person: Person, said: Said) -> Ticket:
    """What the client wrote goes to the thread; an awaited answer sets the clock going again."""
    text = said.reading.card_text if said.reading else said.text
    stored = said.reading.stored if said.reading else said.text
    link = _record(turn, ticket, person, said, stored, "relay")
    files = keep_files(turn, ticket.number, said, link.id)
    _to_thread(turn, ticket, person, text, files, link, said)
    turn.audit.add(ticket.number, "client_wrote", {"files": len(files)})
    turn.tell("story.client_wrote", {"number": ticket.number, "name": person.first_name})
    if ticket.state is State.WAITING and person.id == ticket.requester and ticket.wall is None:
        return _answered_question(turn, ticket)
    return ticket


def from_staff(turn: Turn, number: int, said: Said) -> Receipt:
    """A message in a ticket's thread: a note, a word to the client, or a question back."""
    ticket = the_ticket(turn, number, "read")
    person = me(turn)
    text = said.text.strip()
    if not _all_fit(turn, ticket, person, said) and not text:
        return Done()
    if text.startswith(NOTE_MARKS):
        return note(turn, ticket, person, said, text.lstrip("/🔒 "))
    if ticket.state is State.CLOSED:
        link = _record(turn, ticket, person, said, text, "held")
        _hold(turn, ticket, person, link, "thread.held_closed", [_keep_button(link)])
        return Done()
    if ticket.holder != person.id:
        link = _record(turn, ticket, person, said, text, "held", keep=True)
        return _doubt(turn, ticket, person, link)
    link = _record(turn, ticket, person, said, text, "relay", keep=True)
    send(turn, ticket, person, link)
    return Done()


def _all_fit(turn: Turn, ticket: Ticket, person: Person, said: Said) -> bool:
    """Whether every file can be passed on; whoever sent one that cannot is told."""
    biggest = max((file.size or 0 for file in said.files), default=0)
    if biggest <= BIGGEST_FILE:
        return True
    facts = {"size": round(biggest / 2**20), "limit": BIGGEST_FILE // 2**20}
    notices.whisper(turn, person, ticket, "nontext.too_big", facts)
    return False


def note(turn: Turn, ticket: Ticket, person: Person, said: Said, text: str) -> Receipt:
    """An internal note: kept with the case, never sent."""
    _record(turn, ticket, person, said, text, "note", keep=True)
    turn.audit.add(ticket.number, "noted", {"text": text})
    notices.mark(turn, ticket, said.ref, "🔒")
    turn.tell("story.noted", {"number": ticket.number, "name": person.first_name})
    return Done()


def write_note(turn: Turn, number: int, text: str) -> Receipt:
    """A note written in a form: it is put into the thread for the colleagues."""
    ticket = the_ticket(turn, number, "note")
    person = me(turn)
    turn.audit.add(number, "noted", {"text": text.strip()})
    facts = {"name": person.first_name, "text": text.strip()}
    notices.to_thread(turn, ticket, "thread.note", facts)
    turn.tell("story.noted", {"number": number, "name": person.first_name})
    return Done()


def send(turn: Turn, ticket: Ticket, person: Person, link: MessageLink) -> None:
    """To the client; the first one that arrives stops the response clock (D19)."""
    files = [f.id for f in turn.files.of_message(link.id)]
    facts = {
        "author": person.first_name,
        "text": link.text,
        "named": not _has_written(turn, ticket, person),
        "source": {"chat": link.chat, "ref": link.ref, "message": link.id},
    }
    notices.to_client(
        turn, ticket, "ticket.answered", facts, kind="relay", files=files, on_sent="answer"
    )
    notices.mark(turn, ticket, link.ref, "⏳")
    turn.audit.add(ticket.number, "staff_wrote", {"files": len(files)})
    turn.tell("story.staff_wrote", {"number": ticket.number, "name": person.first_name})


def held(turn: Turn, verb: str, message: int) -> Receipt:
    """What becomes of a message that was held back: sent as support, kept as a note, dropped."""
    link = turn.messages.get(message)
    person = me(turn)
    if link is None or link.kind != "held" or link.person != person.id or link.ticket is None:
        return Toast(key="toast.held_gone")
    ticket = the_ticket(turn, link.ticket, "relay")
    if verb == "held_send" and ticket.state is State.CLOSED:
        raise Refusal("wrong_state", number=ticket.number, state=str(ticket.state), step="relay")
    if verb == "held_send":
        turn.messages.reclassify(message, "relay")
        send(turn, ticket, person, replace(link, kind="relay", text=_as_it_reads(turn, link)))
        return Toast(key="toast.held_sent", facts={"number": ticket.number})
    turn.messages.reclassify(message, "note" if verb == "held_note" else "dropped")
    if verb == "held_note":
        turn.audit.add(ticket.number, "noted", {"text": _as_it_reads(turn, link)})
        notices.mark(turn, ticket, link.ref, "🔒")
        return Toast(key="toast.held_note", facts={"number": ticket.number})
    return Toast(key="toast.held_dropped")


def _as_it_reads(turn: Turn, link: MessageLink) -> str:
    revised = [peer.text for peer in turn.messages.peers(link.id) if peer.kind == "revision"]
    return revised[-1] if revised else link.text


def client_changed(turn: Turn, link: MessageLink, person: Person, said: Said) -> None:
    """An edit or a deletion by the client follows into the thread."""
    ticket = turn.tickets.find(link.ticket) if link.ticket else None
    if ticket is None or ticket.requester != person.id:
        return
    text = said.reading.card_text if said.reading else said.text
    _revise(turn, link, person, said, said.reading.stored if said.reading else said.text)
    key = "thread.client_deleted" if said.deletes else "thread.client_edited"
    notices.to_thread(turn, ticket, key, {"client": person.first_name, "text": text})
    turn.audit.add(ticket.number, "client_deleted" if said.deletes else "client_edited", {})


def staff_changed(turn: Turn, link: MessageLink, said: Said) -> None:
    """An edit or a deletion in the thread follows into the client's chat, where it can."""
    ticket = turn.tickets.find(link.ticket) if link.ticket else None
    if ticket is None or link.kind not in ("relay", "held") or link.person != me(turn).id:
        return
    copies = [peer for peer in turn.messages.peers(link.id) if peer.direction == "out"]
    text = None if said.deletes else said.text.strip()
    _revise(turn, link, me(turn), said, text or "")
    if link.kind == "held":
        if said.deletes:
            turn.messages.reclassify(link.id, "dropped")
        return
    if _changed_unsent(turn, ticket, link, text) or _changed_copies(turn, ticket, copies, text):
        turn.audit.add(ticket.number, "staff_deleted" if said.deletes else "staff_edited", {})


def _changed_unsent(turn: Turn, ticket: Ticket, link: MessageLink, text: str | None) -> bool:
    """The words that wait to be sent, or their being sent at all (None). False where none do."""
    waiting = turn.outbox.list(state="pending", ticket=ticket.number)
    for row in waiting:
        if row.kind == "relay" and (row.facts.get("source") or {}).get("message") == link.id:
            if text is None:
                return turn.outbox.cancel(row.id, TAKEN_BACK)
            return turn.outbox.reword(row.id, {**row.facts, "text": text})
    return False


def _changed_copies(
    turn: Turn, ticket: Ticket, copies: Sequence[MessageLink], text: str | None
) -> bool:
    """What the client has: the first of its parts reads the new words, the others go."""
    place, number = notices.client_place(turn, ticket), ticket.number
    gone = copies
    if text is not None and copies:
        facts = {"author": me(turn).first_name, "text": text, "named": False}
        first, *gone = copies
        turn.say(place, "ticket.answered", facts, kind="relay", ticket=number, edits=first.ref)
    for copy in gone:
        turn.say(place, "delete", {"ref": copy.ref}, kind="delete", ticket=number)
    return bool(copies)


def _revise(turn: Turn, link: MessageLink, person: Person, said: Said, text: str) -> None:
    """What it reads now stands beside what it read before: nothing said is written over (F56)."""
    turn.messages.record(
        ticket=link.ticket,
        channel=link.channel,
        account=link.account,
        chat=link.chat,
        person=person.id,
        direction="in",
        kind="deletion" if said.deletes else "revision",
        text="" if said.deletes else text,
        peer_id=link.id,
    )


def _answered_question(turn: Turn, ticket: Ticket) -> Ticket:
    saved = ask_client.go_on(turn, ticket)
    holder = turn.people.get(saved.holder).first_name if saved.holder else ""
    running = saved.answered_at is None and saved.promise.due is not None
    key = "ticket.answered_resume" if running else "ticket.answered_thanks"
    facts = {"holder": holder, "due": saved.promise.due}
    notices.to_client(turn, saved, key, facts, change_case.button(turn, saved))
    return saved


def _record(
    turn: Turn,
    ticket: Ticket,
    person: Person,
    said: Said,
    text: str,
    kind: str,
    *,
    keep: bool = False,
) -> MessageLink:
    address = said.address
    message = turn.messages.record(
        ticket=ticket.number,
        channel=address.channel,
        account=address.account,
        chat=address.chat,
        ref=said.ref,
        person=person.id,
        direction="in",
        kind=kind,
        text=text,
    )
    if keep:
        keep_files(turn, ticket.number, said, message)
    link = turn.messages.get(message)
    if link is None:
        raise LookupError(message)
    return link


def _to_thread(
    turn: Turn,
    ticket: Ticket,
    person: Person,
    text: str,
    files: Sequence[int],
    link: MessageLink,
    said: Said,
) -> None:
    facts = {
        "author": person.name,
        "channel": said.address.channel,
        "text": text,
        "source": {"chat": link.chat, "ref": link.ref, "message": link.id},
    }
    notices.to_thread(turn, ticket, "thread.client_wrote", facts, kind="relay", files=files)


def _doubt(turn: Turn, ticket: Ticket, person: Person, link: MessageLink) -> Receipt:
    holder = turn.people.get(ticket.holder).first_name if ticket.holder else ""
    key = "thread.held" if holder else "thread.held_nobody"
    buttons = [
        Button(code=codes.talk("held_send", link.id), label="label.send_support"),
        _keep_button(link),
        Button(code=codes.talk("held_drop", link.id), label="label.throw_away"),
    ]
    _hold(turn, ticket, person, link, key, buttons, holder=holder)
    return Done()


def _hold(
    turn: Turn,
    ticket: Ticket,
    person: Person,
    link: MessageLink,
    key: str,
    buttons: Sequence[Button],
    **facts: str,
) -> None:
    turn.messages.reclassify(link.id, "held")
    client = turn.people.get(ticket.requester).first_name
    notices.whisper(turn, person, ticket, key, {"client": client, **facts}, buttons)


def _keep_button(link: MessageLink) -> Button:
    return Button(code=codes.talk("held_note", link.id), label="label.keep_note", style="primary")


def _has_written(turn: Turn, ticket: Ticket, person: Person) -> bool:
    links = turn.messages.of_ticket(ticket.number)
    written = [m for m in links if m.person == person.id and m.kind == "relay"]
    return len(written) > 1
