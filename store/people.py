"""People and their organisations: who somebody is, where to reach them, what they were billed."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, exists, insert, select, update

from store.clean import fits, fold
from store.codes import Invitations
from store.people_rows import (
    organisation_values,
    parted,
    person_values,
    to_organisation,
    to_person,
)
from store.session import Session
from store.statements import Statement, Upsert, newer
from store.tables import bindings, invoices, organisations, people
from store.tables.contacts import STAFF
from store.values import Bound, InvoiceRow, Organisation, Person

_BILLED = exists().where(invoices.c.organisation == people.c.organisation)
# Who speaks, from where and for whom: every event asks for all three.
_FIND = Statement(
    select(
        *people.c,
        *(column.label(f"at_{column.name}") for column in bindings.c),
        *(column.label(f"of_{column.name}") for column in organisations.c),
        _BILLED.label("billed"),
    )
    .join(bindings, bindings.c.person == people.c.id)
    .outerjoin(organisations, organisations.c.id == people.c.organisation)
    .where(
        bindings.c.channel == bindparam("channel"),
        bindings.c.account == bindparam("account"),
        bindings.c.user == bindparam("user"),
        people.c.active,
    )
)
_GET = Statement(select(people).where(people.c.id == bindparam("id")))
_BIND = Upsert(
    bindings,
    ["channel", "account", "user"],
    changes=lambda new: {"person": new.person, "chat": new.chat, "blocked": False},
)
_BOUND = (
    select(bindings)
    .where(bindings.c.person == bindparam("person"))
    .order_by(bindings.c.channel, bindings.c.user)
)
_BOUND_ALL = Statement(_BOUND)
_BOUND_ON = Statement(_BOUND.where(bindings.c.channel == bindparam("channel")))
_BLOCK = Statement(
    update(bindings)
    .where(
        bindings.c.channel == bindparam("b_channel"),
        bindings.c.account == bindparam("b_account"),
        bindings.c.chat == bindparam("b_chat"),
    )
    .values(blocked=bindparam("b_blocked"))
)
_BLOCKED = Statement(
    select(bindings.c.user)
    .where(
        bindings.c.channel == bindparam("channel"),
        bindings.c.account == bindparam("account"),
        bindings.c.chat == bindparam("chat"),
        bindings.c.blocked.is_(True),
    )
    .limit(1)
)
_STAFF = Statement(
    select(people)
    .where(people.c.active, STAFF, people.c.roles.like(bindparam("roles")))
    .order_by(people.c.name, people.c.id)
)
_FOUND = Upsert(organisations, ["folded"])
_ORGANISATION = Statement(select(organisations).where(organisations.c.id == bindparam("id")))
_INVOICES = Statement(
    select(invoices)
    .where(invoices.c.organisation == bindparam("organisation"))
    .order_by(invoices.c.issued_on, invoices.c.number)
)
_INVOICE = Upsert(
    invoices,
    ["organisation", "number"],
    newer("issued_on", "paid_on", "known_at", "restored_at"),
)


class People:
    """Platform ids are identity; names, user names and phone numbers never are."""

    def __init__(self, session: Session, invitations: Invitations) -> None:
        self._session = session
        self._run = session.run
        self._invitations = invitations
        # As this turn has read them.
        self._people: dict[int, Person] = {}
        self._organisations: dict[int, Organisation] = {}
        self._unbilled: set[int] = set()
        self._bound: dict[tuple[int, str | None], list[Bound]] = {}
        self._heard_at: Bound | None = None

    def find(self, channel: str, account: str, user: str) -> Person | None:
        """Whose address this is; None for a stranger and for somebody no longer active."""
        here = self.heard_at(channel, account, user)
        known = self._people.get(here.person) if here is not None else None
        if known is not None:
            return known
        row = self._run(_FIND, {"channel": channel, "account": account, "user": user}).first()
        if row is None:
            return None
        person, at, home = parted(row, (people, bindings, organisations))
        if home["id"] is not None:
            own = to_organisation(home)
            self._organisations.setdefault(own.id, own)
            if not row.billed:
                self._unbilled.add(own.id)
        self._heard_at = Bound(**at)
        return self._kept(to_person(person))

    def expect(self, channel: str, account: str, user: str) -> None:
        """Somebody will be looked for at this address."""
        self._session.expect(_FIND, {"channel": channel, "account": account, "user": user})

    def heard_at(self, channel: str, account: str, user: str) -> Bound | None:
        """The address whose owner was found, as it was then."""
        here = self._heard_at
        same = here is not None and (here.channel, here.account, here.user) == (
            channel,
            account,
            user,
        )
        return here if same else None

    def get(self, person: int) -> Person:
        """The person, read once a turn. Raises LookupError where there is none."""
        known = self._people.get(person)
        if known is not None:
            return known
        row = self._run(_GET, {"id": person}).first() if fits(person) else None
        if row is None:
            raise LookupError(f"no person {person}")
        return self._kept(to_person(row._asdict()))

    def staff(self, role: str | None = None) -> list[Person]:
        """The desk's active people, all or those of one role, by name."""
        rows = self._run(_STAFF, {"roles": f"% {role} %" if role else "%"})
        known = [to_person(row._asdict()) for row in rows]
        return [p for p in known if p.is_staff and (role is None or role in p.roles)]

    def of_organisation(self, organisation: int) -> list[Person]:
        """Its active contacts, by name."""
        found = select(people).where(people.c.active, people.c.organisation == organisation)
        return [
            to_person(row._asdict())
            for row in self._run(found.order_by(people.c.name, people.c.id))
        ]

    def all(self) -> list[Person]:
        """Everybody, active or not, by id."""
        return [to_person(row._asdict()) for row in self._run(select(people).order_by(people.c.id))]

    def after(self, person: int, limit: int) -> list[Person]:
        """The active people whose ids follow this one, the lowest first."""
        found = select(people).where(people.c.active, people.c.id > person)
        return [
            to_person(row._asdict()) for row in self._run(found.order_by(people.c.id).limit(limit))
        ]

    def add_person(
        self,
        name: str,
        *,
        organisation: int | None = None,
        roles: frozenset[str] | set[str] = frozenset({"client"}),
        language: str = "es",
        zone: str = "",
        level: int = 1,
        email: str = "",
        phone: str = "",
    ) -> Person:
        """A new person, not yet bound to any address."""
        person = Person(
            id=0,
            name=name,
            organisation=organisation,
            roles=frozenset(roles),
            language=language,
            zone=zone,
            level=level,
            email=email,
            phone=phone,
        )
        row = self._run(insert(people).returning(people), person_values(person)).one()
        return to_person(row._asdict())

    def update_person(self, person: Person) -> Person:
        """Write every field of the person. Raises LookupError where there is none."""
        self._people.pop(person.id, None)
        done = self._run(
            update(people).where(people.c.id == person.id).values(**person_values(person))
        )
        if done.rowcount != 1:
            raise LookupError(f"no person {person.id}")
        return person

    def set_language(self, person: int, language: str) -> None:
        """The language in which this person is spoken to."""
        self._people.pop(person, None)
        self._run(update(people).where(people.c.id == person).values(language=language))

    def bind(self, person: int, channel: str, account: str, user: str, chat: str = "") -> None:
        """This address is this person, from now on; an earlier owner loses it."""
        self._bound.clear()
        self._heard_at = None
        self._run(
            _BIND,
            {"channel": channel, "account": account, "user": user, "chat": chat, "person": person},
        )

    def unbind(self, channel: str, account: str, user: str) -> None:
        """This address is nobody's."""
        self._bound.clear()
        self._heard_at = None
        self._run(
            bindings.delete().where(
                bindings.c.channel == channel,
                bindings.c.account == account,
                bindings.c.user == user,
            )
        )

    def bound(self, person: int, channel: str | None = None) -> list[Bound]:
        """The person's addresses, all or on one channel."""
        known = self._bound.get((person, channel))
        if known is None:
            if channel is None:
                rows = self._run(_BOUND_ALL, {"person": person})
            else:
                rows = self._run(_BOUND_ON, {"person": person, "channel": channel})
            known = [Bound(**row._asdict()) for row in rows]
            self._bound[(person, channel)] = known
        return [*known]

    def block(self, channel: str, account: str, chat: str, blocked: bool) -> None:
        """Whether what is sent to this chat arrives (F32)."""
        where = {"b_channel": channel, "b_account": account, "b_chat": chat}
        self._bound.clear()
        self._heard_at = None
        self._run(_BLOCK, {**where, "b_blocked": blocked})

    def is_blocked(self, channel: str, account: str, chat: str) -> bool:
        """Whether nothing arrives in this chat, until its person is heard again."""
        where = {"channel": channel, "account": account, "chat": chat}
        return self._run(_BLOCKED, where).first() is not None

    def move_chat(self, channel: str, account: str, old: str, new: str) -> None:
        """A chat has a new id (F36)."""
        self._bound.clear()
        self._heard_at = None
        self._run(
            update(bindings)
            .where(
                bindings.c.channel == channel, bindings.c.account == account, bindings.c.chat == old
            )
            .values(chat=new)
        )

    def invite(self, person: int, expires_at: datetime) -> str:
        """A one-time code of eight letters for this person; earlier unused codes stop working."""
        return self._invitations.make(person, expires_at)

    def redeem(self, code: str, now: datetime, *, by: str) -> Person | None:
        """The person behind a code, which is used up; None for a wrong, old or barred one.

        `by` names who tries ("telegram:1:77"): five wrong codes bar them for an hour.
        """
        person = self._invitations.use(code, now, by)
        return None if person is None else self.get(person)

    def invited(self, code: str, now: datetime, *, by: str) -> Person | None:
        """As `redeem`, but nothing is used up yet: it is theirs once they say who they are."""
        person = self._invitations.whose(code, now, by)
        return None if person is None else self.get(person)

    def accept(self, seal: str, now: datetime) -> Person | None:
        """The person behind a sealed code (store.codes.hashed), which is used up now."""
        person = self._invitations.use_seal(seal, now)
        return None if person is None else self.get(person)

    def tries_left(self, by: str, now: datetime) -> tuple[int, datetime]:
        """How many wrong codes this address may still send, and when it may begin anew."""
        return self._invitations.left(by, now)

    def organisation(self, organisation: int) -> Organisation:
        """The organisation, read once a turn. Raises LookupError where there is none."""
        known = self._organisations.get(organisation)
        if known is not None:
            return known
        row = self._run(_ORGANISATION, {"id": organisation}).first() if fits(organisation) else None
        if row is None:
            raise LookupError(f"no organisation {organisation}")
        return self._organisations.setdefault(organisation, to_organisation(row._asdict()))

    def organisation_named(self, name: str) -> Organisation | None:
        """The organisation of that name, whatever the case and accents."""
        found = select(organisations).where(organisations.c.folded == fold(name))
        row = self._run(found).first()
        return to_organisation(row._asdict()) if row else None

    def organisations(self) -> list[Organisation]:
        """All of them, by name."""
        rows = self._run(select(organisations).order_by(organisations.c.folded))
        return [to_organisation(row._asdict()) for row in rows]

    def add_organisation(
        self, name: str, *, country: str = "", plan: str = "", **fields: Any
    ) -> Organisation:
        """A new organisation; `fields` are those of the value. Names are unique but for case."""
        fresh = Organisation(id=0, name=name, country=country, plan=plan, **fields)
        row = self._run(
            insert(organisations).returning(organisations), organisation_values(fresh)
        ).one()
        return to_organisation(row._asdict())

    def founded(self, name: str, *, country: str, plan: str, **fields: Any) -> Organisation:
        """The organisation of that name, added if nobody else does so at the same time."""
        fresh = Organisation(id=0, name=name, country=country, plan=plan, **fields)
        self._run(_FOUND, organisation_values(fresh))
        found = self.organisation_named(name)
        if found is None:
            raise LookupError(name)
        return found

    def update_organisation(self, organisation: Organisation) -> Organisation:
        """Write every field. Raises LookupError where there is no such organisation."""
        self._organisations.pop(organisation.id, None)
        done = self._run(
            update(organisations)
            .where(organisations.c.id == organisation.id)
            .values(**organisation_values(organisation))
        )
        if done.rowcount != 1:
            raise LookupError(f"no organisation {organisation.id}")
        return organisation

    def invoices(self, organisation: int) -> tuple[InvoiceRow, ...]:
        """Its invoices, the oldest first."""
        if organisation in self._unbilled:
            return ()
        rows = self._run(_INVOICES, {"organisation": organisation})
        return tuple(InvoiceRow(**row._asdict()) for row in rows)

    def expect_invoices(self, organisation: int | None) -> None:
        """The invoices of this one, if it is one, will be asked for."""
        if organisation is not None and organisation not in self._unbilled:
            self._session.expect(_INVOICES, {"organisation": organisation})

    def add_invoice(
        self, organisation: int, number: str, issued_on: date, paid_on: date | None = None
    ) -> InvoiceRow:
        """Record an invoice, or that a known one was paid."""
        return self.save_invoice(
            InvoiceRow(
                organisation=organisation, number=number, issued_on=issued_on, paid_on=paid_on
            )
        )

    def save_invoice(self, invoice: InvoiceRow) -> InvoiceRow:
        """The same with all that is known of its payment."""
        self._unbilled.discard(invoice.organisation)
        self._run(_INVOICE, asdict(invoice))
        return invoice

    def _kept(self, person: Person) -> Person:
        return self._people.setdefault(person.id, person)
