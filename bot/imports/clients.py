"""Organisations and their contacts from one file, a contact a line."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bot.accounts import Accounts
from bot.imports.table import Column, Line, Table, day, flag, one_of, read, several
from policy.pack import Policy
from store.turn import Turn
from store.values import Organisation, Person

ROLES = ("client", "client_admin")
LANGUAGES = ("es", "en")
OF_ORGANISATION = (
    "country", "plan", "contract_from", "contract_to", "signed", "closing_act", "first_invoice",
    "hybrid", "products", "kind",
)  # fmt: skip
TRUSTED = ("signed", "closing_act", "first_invoice")  # absent counts as fulfilled; doctor says so
SETTING = "import.clients.absent"


@dataclass(frozen=True)
class Imported:
    """How many were new, and how many were there before."""

    added: int
    updated: int


def columns(book: Policy) -> dict[str, Column]:
    """What a clients' file may hold."""

    def plan(text: str) -> str:
        try:
            return book.plan(text).key
        except LookupError:
            known = ", ".join(each.key for each in book.plans)
            raise ValueError(f"the policy '{book.name}' has no plan '{text}' ({known})") from None

    return {
        "organisation": Column(required=True),
        "country": Column(_country, required=True),
        "plan": Column(plan, required=True),
        "contract_from": Column(day, required=True, filled=False, default=None),
        "contract_to": Column(day, required=True, filled=False, default=None),
        "contact": Column(required=True),
        "role": Column(one_of(*ROLES), default="client"),
        "language": Column(one_of(*LANGUAGES), default="es"),
        "email": Column(_email),
        "telegram_id": Column(_telegram),
        "whatsapp": Column(),
        "slack_user": Column(),
        "signed": Column(flag, default=True),
        "closing_act": Column(flag, default=True),
        "first_invoice": Column(flag, default=True),
        "hybrid": Column(flag, default=False),
        "products": Column(several, default=()),
        "kind": Column(default="client"),
    }


def load(path: Path, book: Policy) -> Table:
    """The file, judged. Raises TableFaults with everything that is wrong."""
    table = read(path, columns(book))
    _judge_organisations(table)
    _judge_contacts(table)
    table.check()
    return table


def write(turn: Turn, table: Table, accounts: Accounts) -> Imported:
    """Put the file into the desk. Doing it again changes nothing."""
    added = 0
    for line in table.lines:
        organisation = _organisation(turn, line)
        added += _contact(turn, line, organisation, accounts)
    turn.settings.set(SETTING, sorted(set(TRUSTED) & table.absent))
    turn.audit.add(None, "clients_imported", {"lines": len(table.lines), "added": added})
    return Imported(added, len(table.lines) - added)


def _judge_organisations(table: Table) -> None:
    """An organisation that stands in several lines is the same in all of them."""
    first: dict[str, Line] = {}
    for line in table.lines:
        name = str(line["organisation"]).casefold()
        before = first.setdefault(name, line)
        for column in OF_ORGANISATION:
            if line[column] != before[column]:
                table.fault(line, f"{column} is not the one of line {before.number}")
        begins, ends = line["contract_from"], line["contract_to"]
        if begins is not None and ends is not None and ends < begins:
            table.fault(line, "contract_to is before contract_from")


def _judge_contacts(table: Table) -> None:
    """One address belongs to one contact."""
    owners: dict[tuple[str, str], Line] = {}
    for line in table.lines:
        for column in ("telegram_id", "slack_user", "email"):
            if not line[column]:
                continue
            before = owners.setdefault((column, str(line[column]).lower()), line)
            if before is not line:
                table.fault(line, f"{column} is already that of line {before.number}")


def _organisation(turn: Turn, line: Line) -> Organisation:
    fields = {column: line[column] for column in OF_ORGANISATION}
    known = turn.people.organisation_named(line["organisation"])
    if known is None:
        return turn.people.add_organisation(line["organisation"], **fields)
    wanted = replace(known, **fields, trial=False)
    return known if wanted == known else turn.people.update_organisation(wanted)


def _contact(turn: Turn, line: Line, organisation: Organisation, accounts: Accounts) -> bool:
    """Write one contact. True when it is new."""
    known = _known(turn, line, organisation, accounts)
    fields: dict[str, Any] = {
        "organisation": organisation.id,
        "roles": frozenset({line["role"]}),
        "language": line["language"],
        "email": line["email"],
        "phone": line["whatsapp"],
    }
    if known is None:
        person = turn.people.add_person(line["contact"], **fields)
    else:
        person = replace(known, name=line["contact"], **fields, active=True)
        if asdict(person) != asdict(known):
            turn.people.update_person(person)
    for channel, account, user in _addresses(line, accounts):
        owner = turn.people.find(channel, account, user)
        if owner is None or owner.id != person.id:
            chat = user if channel == "telegram" else ""  # a private chat there has its user's id
            turn.people.bind(person.id, channel, account, user, chat)
    return known is None


def _known(turn: Turn, line: Line, organisation: Organisation, accounts: Accounts) -> Person | None:
    """The contact as the desk knows it: by address, by mail, or by name in its organisation."""
    for channel, account, user in _addresses(line, accounts):
        person = turn.people.find(channel, account, user)
        if person is not None and not person.is_staff:
            return person
    colleagues = turn.people.of_organisation(organisation.id)
    by_mail = [p for p in colleagues if line["email"] and p.email.lower() == line["email"]]
    by_name = [p for p in colleagues if p.name.casefold() == line["contact"].casefold()]
    return next(iter(by_mail or by_name), None)


def _addresses(line: Line, accounts: Accounts) -> Iterator[tuple[str, str, str]]:
    if line["telegram_id"]:
        yield "telegram", accounts.telegram, line["telegram_id"]
    if line["slack_user"]:
        yield "slack", accounts.slack, line["slack_user"]


def _country(text: str) -> str:
    if len(text) != 2 or not text.isalpha():
        raise ValueError(f"'{text}' is no two-letter country such as CO")
    return text.upper()


def _email(text: str) -> str:
    if text.count("@") != 1 or text.startswith("@") or text.endswith("@") or " " in text:
        raise ValueError(f"'{text}' is no e-mail address")
    return text.lower()


def _telegram(text: str) -> str:
    if not text.isdecimal():
        raise ValueError(f"'{text}' is no numeric Telegram id")
    return text
