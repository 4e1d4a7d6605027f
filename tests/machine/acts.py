"""What people do at their phones and desks, as events that are then on their way."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from sqlalchemy import select

from handlers import codes
from handlers.codes import AnswerCode, TalkCode
from handlers.inbound import (
    Address,
    Commanded,
    File,
    HomeOpened,
    Joined,
    Pressed,
    Reacted,
    Said,
    Submitted,
)
from handlers.letters.letter import Choice
from store.tables import people as people_rows
from store.tables import tickets
from tests.machine.cast import FILES, ROOM, STAFF, TEAM, Someone, filled
from tests.machine.platforms import Arrival, Platform
from tests.machine.town import Event, OpenForm, Town

FAR = 400  # buttons back that somebody may scroll
FORWARD = ("send", "not_it", "person")  # what brings a talk closer to a case


class Hands:
    """Everybody's hands."""

    def __init__(self, town: Town) -> None:
        self.town = town

    def says(self, who: Someone, text: str, address: Address | None = None, **more: Any) -> Said:
        """A message; whoever belongs to an institution leaves its mark in longer ones."""
        n = self.town.next()
        here = address or who.address
        ref = str(n) if here.channel == "telegram" else f"{n}.0002"
        words = f"{text} {who.mark}" if len(text) > 25 and who.mark else text
        said = Said(address=here, key=f"m{n}", at=self.town.now, ref=ref, text=words)
        return replace(said, **more) if more else said

    def files(self, kinds: int) -> tuple[File, ...]:
        """A photo, a voice note, a sticker..."""
        return tuple(
            File(
                kind=kind,
                ref="4.6,-74.08" if kind == "location" else f"file-{self.town.next()}",
                name=f"{kind}.bin",
                size=1000,
            )
            for kind in FILES[kinds % len(FILES)]
        )

    def presses(self, who: Someone, shown: tuple[Arrival, Choice]) -> Pressed:
        """A button, as it stands or stood on a message."""
        n = self.town.next()
        arrival, choice = shown
        address = replace(who.address, chat=arrival.place.chat)
        if arrival.place.chat != ROOM.chat:
            address = replace(address, private=True)
        return Pressed(
            address=address,
            key=f"p{n}",
            at=self.town.now,
            code=choice.code,
            ref=arrival.ref,
            trigger=f"t{n}",
        )

    def commands(self, who: Someone, line: str) -> Commanded:
        """A slash command; Slack's can be answered with a form."""
        n = self.town.next()
        name, _, args = line.partition(" ")
        slash = f"t{n}" if who.address.channel == "slack" else None
        return Commanded(
            address=who.address,
            key=f"c{n}",
            at=self.town.now,
            name=name,
            args=args,
            text=args,
            trigger=slash,
        )

    def reacts(self, who: Someone, which: int, emoji: str) -> Reacted | None:
        """An emoji on something in their chat."""
        chat = who.address.chat
        letters = [a for a in self.platform(who).arrived if a.place.chat == chat and a.ref]
        if not letters:
            return None
        ref = letters[-1 - which % len(letters)].ref
        n = self.town.next()
        return Reacted(address=who.address, key=f"r{n}", at=self.town.now, ref=ref, emoji=emoji)

    def looks(self, who: Someone) -> HomeOpened:
        """The Home tab."""
        n = self.town.next()
        return HomeOpened(address=who.address, key=f"h{n}", at=self.town.now)

    def blocks(self, who: Someone, blocked: bool) -> Joined:
        """The bot is blocked, or let in again."""
        n = self.town.next()
        chats = self.platform(who).blocked
        (chats.add if blocked else chats.discard)(who.address.chat)
        return Joined(address=who.address, key=f"j{n}", at=self.town.now, blocked=blocked)

    def fills(self, form: OpenForm, way: int) -> Submitted:
        """A form is sent as somebody filled it in."""
        n = self.town.next()
        found = select(people_rows.c.id).where(people_rows.c.roles.like("%engineer%"))
        colleagues = tuple(row.id for row in self.town.base.rows(found.order_by(people_rows.c.id)))
        return Submitted(
            address=form.asked.address,
            key=f"f{n}",
            at=self.town.now,
            form=form.shown.form,
            version=1,
            meta=form.shown.meta,
            answers={**form.shown.answers, **filled(form.shown.form, way, colleagues)},
        )

    # What there is to see

    def platform(self, who: Someone) -> Platform:
        """Where this person is."""
        return self.town.slack if who.address.account == TEAM else self.town.telegram

    def shown(self, who: Someone) -> list[tuple[Arrival, Choice]]:
        """The buttons before this person, the newest first."""
        user, here = who.address.user, who.address.chat
        seen = self.platform(who).shown
        found: Iterator[tuple[Arrival, Choice]] = seen(here, user)
        if who in STAFF:
            merged = [*islice(found, FAR), *islice(seen(user, user), FAR)]
            return sorted(merged, key=lambda one: -one[0].outbox)
        return list(islice(found, FAR))

    def onward(self, who: Someone) -> tuple[Arrival, Choice] | None:
        """The button of the newest question that brings a case closer; None where none does."""
        standing = self.shown(who)
        if not standing:
            return None
        newest = standing[0][0]
        choices = [choice for arrival, choice in standing if arrival is newest]
        for choice in choices:
            if isinstance(codes.read(choice.code), AnswerCode):
                return newest, choice
        verbs = {
            c.verb: choice
            for choice in choices
            if isinstance(c := codes.read(choice.code), TalkCode)
        }
        for verb in FORWARD:
            if verb in verbs:
                return newest, verbs[verb]
        return None

    def card(self, which: int) -> Arrival | None:
        """A ticket's card as it stands, the newest ticket first."""
        number = self.ticket(which)
        for arrival in reversed(self.town.slack.standing.values()):
            card = arrival.letter.card
            if card is not None and card.number == number:
                return arrival
        return None

    def ticket(self, which: int) -> int | None:
        """One of the tickets there are, the newest first."""
        rows = self.town.base.rows(select(tickets.c.number).order_by(tickets.c.number.desc()))
        return rows[which % len(rows)].number if rows else None

    def thread(self, number: int) -> str | None:
        """Where the ticket's thread is, once its card stands."""
        for (chat, ref), arrival in self.town.slack.standing.items():
            card = arrival.letter.card
            if chat == ROOM.chat and card is not None and card.number == number:
                return ref
        return None

    def earlier(self, who: Someone, which: int) -> Said | None:
        """Something this person wrote before."""
        mine = [
            event.inbound
            for event in self.town.acked
            if isinstance(event.inbound, Said) and event.inbound.address.user == who.address.user
        ]
        return mine[-1 - which % len(mine)] if mine else None

    def heard(self, who: Someone, which: int) -> str | None:
        """The ref of something that was written to this person."""
        chat = who.address.chat
        refs = [a.ref for a in self.platform(who).arrived if a.place.chat == chat]
        return refs[-1 - which % len(refs)] if refs else None

    def old(self, which: int) -> Event | None:
        """An event that was acknowledged before."""
        acked = self.town.acked
        return acked[-1 - which % len(acked)] if acked else None
